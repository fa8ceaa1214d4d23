//! Keys, one at a time, on a thread that acts on each itself: between a key and what
//! it shows no other thread has to be woken, however busy the machine is.
//!
//! The next key is read when the one before has been acted on, so that nothing is
//! being read from the terminal when a key has asked to leave it.

use std::{
    sync::{Arc, mpsc::Sender},
    thread,
};

use console::Term;

use super::{
    Event, screen,
    stage::{self, Shared},
};

/// Acts on keys until the stage is left, and tells of that.
pub fn act(shared: Arc<Shared>, events: Sender<Event>) {
    thread::spawn(move || {
        screen::is_drawn_here();
        let _quits = Quits(events);
        let term = Term::stdout();
        // An error: the terminal has gone.
        while let Ok(key) = term.read_key_raw() {
            let acted = stage::turn(&shared)
                .ok()
                .and_then(|mut stage| stage.as_mut().map(|stage| stage.acts(key)));
            if acted != Some(true) {
                return;
            }
        }
    });
}

/// However the thread ends, nobody acts on keys any more.
struct Quits(Sender<Event>);

impl Drop for Quits {
    fn drop(&mut self) {
        let _ = self.0.send(Event::Quit);
    }
}
