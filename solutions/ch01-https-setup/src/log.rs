//! The log: one line an event on stdout, in the order in which things happened.

use std::io::{self, Write};

/// Writes one line, whole, even while other connections write theirs.
pub fn line(text: &str) {
    // One write for text and line end, so that no other line lands between them. `println!`
    // would panic where stdout is closed, and a server must outlive the reader of its log.
    let _ = io::stdout()
        .lock()
        .write_all(format!("{text}\n").as_bytes());
}
