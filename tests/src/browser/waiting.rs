//! Who waits for what a browser says: callers for their answers, pages for their
//! events, of which each is told so many bytes and no more.

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
    /// It would be more than [`BROWSER_WORDS`]; nothing comes after this.
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

    /// Nothing comes any more, and whoever waits learns it. Where one message was
    /// `too_large` to be read, nobody can tell whose: each page may have told it.
    pub fn end(&mut self, too_large: bool) {
        self.over = true;
        self.answers.clear();
        for (_, ear) in self.pages.drain().filter(|_| too_large) {
            let _ = ear.events.send(Event::TooMuch);
        }
    }

    /// Hands a message of so many bytes to whoever waits for it; the page that it is
    /// about when that has told too much by now, and is to be closed.
    pub fn hears(&mut self, message: Value, length: usize) -> Option<String> {
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
        None
    }

    fn tells(&mut self, event: Value, length: usize) -> Option<String> {
        let session = text(&event["sessionId"]);
        let ear = self.pages.get_mut(&session)?;
        // Nobody minds an event whose page is closed.
        if let Some(room) = ear.room.checked_sub(length) {
            ear.room = room;
            let _ = ear.events.send(Event::Told(event));
            return None;
        }
        let ear = self.pages.remove(&session)?;
        let _ = ear.events.send(Event::TooMuch);
        Some(ear.page)
    }
}
