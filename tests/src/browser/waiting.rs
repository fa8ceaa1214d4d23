//! Who waits for what a browser says: callers for their answers, pages for their
//! events, of which each is told so many bytes and no more.
//!
//! Pages of one origin share a process and its one thread, and while one of them
//! floods the others stand still: what is too much of one is told to all.

use std::collections::HashMap;

use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use super::text;
use crate::limits::BROWSER_WORDS;

/// What a call came to, or the browser's words about why not.
pub type Answer = Result<Value, String>;

/// What a browser tells about a page.
pub enum Event {
    /// An event of the protocol.
    Told(Value),
    /// One page told more than [`BROWSER_WORDS`]; nothing comes after this.
    TooMuch,
}

/// Everybody who waits.
#[derive(Default)]
pub struct Waiting {
    answers: HashMap<u64, oneshot::Sender<Answer>>,
    pages: HashMap<String, Ear>,
    /// Nothing comes any more.
    over: bool,
}

struct Ear {
    events: mpsc::UnboundedSender<Event>,
    page: String,
    /// Bytes that it still listens to.
    room: usize,
}

impl Waiting {
    /// Where the answer to a call comes; at once none when nothing comes any more.
    pub fn asks(&mut self, number: u64) -> oneshot::Receiver<Answer> {
        let (sender, answer) = oneshot::channel();
        if !self.over {
            self.answers.insert(number, sender);
        }
        answer
    }

    /// Nobody waits for this answer any more.
    pub fn gives_up(&mut self, number: u64) {
        self.answers.remove(&number);
    }

    /// Where the events of a page come that is attached to by this session.
    pub fn listens(&mut self, session: &str, page: &str) -> mpsc::UnboundedReceiver<Event> {
        let (sender, events) = mpsc::unbounded_channel();
        let ear = Ear {
            events: sender,
            page: page.to_owned(),
            room: BROWSER_WORDS,
        };
        self.pages.insert(session.to_owned(), ear);
        events
    }

    /// Nobody listens to this page any more.
    pub fn leaves(&mut self, session: &str) {
        self.pages.remove(session);
    }

    /// Nothing comes any more, and whoever waits learns it; `flooded` when it was one
    /// message that was too large to be read.
    pub fn end(&mut self, flooded: bool) {
        self.over = true;
        self.answers.clear();
        if flooded {
            self.floods();
        }
        self.pages.clear();
    }

    /// Tells all pages that it is too much, and returns them.
    fn floods(&mut self) -> Vec<String> {
        let ears = self.pages.drain().map(|(_, ear)| ear);
        ears.map(|ear| {
            let _ = ear.events.send(Event::TooMuch);
            ear.page
        })
        .collect()
    }

    /// Hands a message of so many bytes to whoever waits for it. When it is too much,
    /// these pages are to be closed.
    pub fn hears(&mut self, message: Value, length: usize) -> Vec<String> {
        let number = message["id"].as_u64();
        let caller = number.and_then(|number| self.answers.remove(&number));
        let Some(caller) = caller else {
            return self.tells(message, length);
        };
        let error = message["error"]["message"].as_str();
        // Nobody minds an answer whose caller has left.
        let _ = caller.send(match error {
            Some(error) => Err(error.to_owned()),
            None => Ok(message["result"].clone()),
        });
        Vec::new()
    }

    fn tells(&mut self, event: Value, length: usize) -> Vec<String> {
        let Some(ear) = self.pages.get_mut(&text(&event["sessionId"])) else {
            return Vec::new();
        };
        match ear.room.checked_sub(length) {
            Some(room) => {
                ear.room = room;
                // Nobody minds an event whose page is closed.
                let _ = ear.events.send(Event::Told(event));
                Vec::new()
            }
            None => self.floods(),
        }
    }
}
