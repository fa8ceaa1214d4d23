//! A line about bytes that were sent: what they are, and as many of them as are kept.

use checker::{limits::ENTRY_BYTES, visible};

/// A line about something that was sent.
#[derive(Debug, PartialEq, Eq)]
pub struct Said {
    /// What it is; visible text, one line.
    pub text: String,
    /// The bytes that it is about, at most [`ENTRY_BYTES`] of them; none for a remark
    /// about what has been shown already.
    pub bytes: Vec<u8>,
}

/// The longest text of a line, in characters.
const TEXT: usize = 160;

/// A line of a head, or of an event stream.
pub fn line(bytes: &[u8]) -> Said {
    Said {
        text: short(bytes),
        bytes: kept(bytes),
    }
}

/// A remark about what has been shown already.
pub fn remark(text: impl Into<String>) -> Said {
    Said {
        text: text.into(),
        bytes: Vec::new(),
    }
}

/// Bytes that are read as nothing more, and how they end.
pub fn as_bytes(bytes: &[u8], ending: &str) -> Said {
    Said {
        text: format!("{}{ending}: {}", count(bytes.len()), short(bytes)),
        bytes: kept(bytes),
    }
}

/// `1 byte`, `7 bytes`.
pub fn count(bytes: usize) -> String {
    format!("{bytes} byte{}", if bytes == 1 { "" } else { "s" })
}

/// Visible text, no longer than a line may be.
pub fn short(bytes: &[u8]) -> String {
    let text = visible::text(bytes);
    match text.char_indices().nth(TEXT) {
        Some((cut, _)) => format!("{} …", &text[..cut]),
        None => text,
    }
}

/// As many of them as are kept for hex.
pub fn kept(bytes: &[u8]) -> Vec<u8> {
    bytes[..bytes.len().min(ENTRY_BYTES)].to_vec()
}
