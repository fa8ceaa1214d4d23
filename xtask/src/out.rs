//! Standard output, for readers who may have read enough.

use std::io::{self, Write};

/// Prints a document, which nobody may take for written when it is not.
///
/// # Errors
/// With one line, unless the reader has gone, who has read enough.
pub fn document(text: &str) -> Result<(), String> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(format!("standard output: {error}"))
        }
        _ => Ok(()),
    }
}

/// Prints, and says whether anybody still reads: `… | head` closes the pipe, and
/// that is no mistake of anyone's.
pub fn say(text: &str) -> bool {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .is_ok()
}
