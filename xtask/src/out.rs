//! Standard output, for readers who may have read enough.

use std::io::{self, Write};

/// Prints, and says whether anybody still reads: `… | head` closes the pipe, and
/// that is no mistake of anyone's.
pub fn say(text: &str) -> bool {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .is_ok()
}
