//! A session and its screen: keys act on them, and what happens meanwhile, in turn.

use std::sync::{Mutex, MutexGuard};

use console::Key;

use super::{Event, screen::Screen, session::Session, view};

/// A session, and where it is shown.
pub struct Stage {
    session: Session,
    screen: Screen,
    size: (usize, usize),
}

/// A stage until it is left.
pub type Shared = Mutex<Option<Stage>>;

impl Stage {
    /// Shows the session at once.
    pub fn new(session: Session, screen: Screen) -> Self {
        let size = screen.size();
        let mut stage = Self {
            session,
            screen,
            size,
        };
        stage.draws();
        stage
    }

    /// What a key does, shown before the next is read; false when it was to leave.
    pub fn acts(&mut self, key: Key) -> bool {
        let goes_on = self.session.acts(key);
        if goes_on {
            self.draws();
        }
        goes_on
    }

    /// What an event does, or time that passes; false when it was to leave.
    pub fn hears(&mut self, event: Option<Event>) -> bool {
        let stirs = event.is_some() || self.session.is_busy() || self.size != self.screen.size();
        let goes_on = event.is_none_or(|event| self.session.goes_on(event));
        if goes_on && stirs {
            self.draws();
        }
        goes_on
    }

    fn draws(&mut self) {
        self.size = self.screen.size();
        let frame = view::frame(&self.session, self.size);
        self.screen.draw(&frame.rows);
        self.session.shown = frame.top;
    }
}

/// The stage, unless a thread has failed while it was its turn.
///
/// # Errors
/// With one line below the one that this failure has told.
pub fn turn(shared: &Shared) -> Result<MutexGuard<'_, Option<Stage>>, String> {
    shared.lock().map_err(|_| "watch cannot go on".to_owned())
}

/// Leaves it: the session ends, and the terminal is as it was.
pub fn leave(shared: &Shared) {
    let stage = shared.lock().map_or_else(
        |failed| failed.into_inner().take(),
        |mut stage| stage.take(),
    );
    drop(stage);
}
