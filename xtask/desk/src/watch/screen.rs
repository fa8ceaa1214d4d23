//! The terminal as a screen of its own, put back as it was whatever happens.

use std::{
    cell::Cell,
    io::{self, Write},
    sync::{
        Once,
        atomic::{AtomicBool, Ordering},
    },
};

use console::Term;

/// The other screen, without a cursor, and lines that are cut and not wrapped.
const ENTER: &str = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";
const LEAVE: &str = "\x1b[?7h\x1b[?25h\x1b[?1049l";

/// A screen is drawn as one piece where the terminal knows how.
const BEGIN: &str = "\x1b[?2026h\x1b[H";
const END: &str = "\x1b[J\x1b[?2026l";

thread_local! {
    /// See [`is_drawn_here`].
    static DRAWS: Cell<bool> = const { Cell::new(false) };
}

/// Whether the terminal is ours now.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The screen while it is ours.
pub struct Screen {
    term: Term,
}

impl Screen {
    /// Takes the terminal.
    ///
    /// # Errors
    /// When it does not take what is written to it.
    pub fn enter() -> io::Result<Self> {
        mode::quiet()?;
        TAKEN.store(true, Ordering::SeqCst);
        is_drawn_here();
        gives_back_at_a_panic();
        let screen = Self {
            term: Term::stdout(),
        };
        write(ENTER)?;
        Ok(screen)
    }

    /// Columns and rows.
    pub fn size(&self) -> (usize, usize) {
        let (rows, columns) = self.term.size();
        (columns.into(), rows.into())
    }

    /// Draws rows, the first at the top.
    pub fn draw(&self, rows: &[String]) {
        let rows: Vec<String> = rows
            .iter()
            .map(|row| format!("\x1b[2K{row}\x1b[0m"))
            .collect();
        // A terminal that has gone is found out by the thread that reads keys.
        let _ = write(&format!("{BEGIN}{}{END}", rows.join("\r\n")));
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        gives_back();
    }
}

fn write(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Once: a second time would put the cursor where it was, over what has been told since.
fn gives_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        let _ = write(LEAVE);
        mode::restore();
    }
}

/// The calling thread draws: when it panics, the screen is left before that is told. A
/// panic of any other thread is a failed step, and told there.
pub fn is_drawn_here() {
    DRAWS.set(true);
}

fn gives_back_at_a_panic() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let told = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if DRAWS.get() {
                gives_back();
                told(panic);
            }
        }));
    });
}

/// Keys arrive as they are typed, and are not shown.
#[cfg(unix)]
mod mode {
    use std::{
        io,
        sync::{Mutex, PoisonError},
    };

    use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

    static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

    pub fn quiet() -> io::Result<()> {
        let before = tcgetattr(io::stdin())?;
        let mut quiet = before.clone();
        quiet.make_raw();
        // What is written still goes to the beginning of a line.
        quiet.output_modes = before.output_modes;
        tcsetattr(io::stdin(), OptionalActions::Flush, &quiet)?;
        *BEFORE.lock().unwrap_or_else(PoisonError::into_inner) = Some(before);
        Ok(())
    }

    pub fn restore() {
        let before = BEFORE
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some(before) = before {
            // Keys that came meanwhile were meant for this program.
            let _ = tcsetattr(io::stdin(), OptionalActions::Flush, &before);
        }
    }
}

/// Elsewhere keys are read one by one from the console, in whatever mode it is.
#[cfg(not(unix))]
mod mode {
    pub fn quiet() -> std::io::Result<()> {
        Ok(())
    }

    pub fn restore() {}
}
