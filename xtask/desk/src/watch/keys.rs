//! Keys, one at a time: the next is read when the one before has been acted on, so
//! that nothing is being read from the terminal when a key has asked to leave it.

use std::{
    sync::mpsc::{self, Sender},
    thread,
};

use console::Term;

use super::Event;

/// Sends keys until the returned sender is dropped; it lets the next one be read.
pub fn listen(events: Sender<Event>) -> Sender<()> {
    let (go_on, may_go_on) = mpsc::channel();
    thread::spawn(move || {
        let term = Term::stdout();
        loop {
            let event = match term.read_key_raw() {
                Ok(key) => Event::Key(key),
                // The terminal has gone.
                Err(_) => Event::Quit,
            };
            let last = matches!(event, Event::Quit);
            if events.send(event).is_err() || last || may_go_on.recv().is_err() {
                return;
            }
        }
    });
    go_on
}
