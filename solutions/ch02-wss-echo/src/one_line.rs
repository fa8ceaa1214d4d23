//! What a client sends, made safe for a log of one line an event.

use std::borrow::Cow;

/// The text as it is, or with its control characters written as escapes.
///
/// A client that sends `\n` could otherwise write log lines of its own, and one that sends ESC
/// could steer the terminal of whoever reads them.
pub fn one_line(text: &str) -> Cow<'_, str> {
    if is_one_line(text) {
        return Cow::Borrowed(text);
    }
    // ANCHOR: step-4 Escape each character that breaks a line, and keep every other one.
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if breaks_a_line(character) {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    Cow::Owned(line)
    // ANCHOR_END: step-4
}

/// Whether a text can stand in the log as it is, as nearly all can.
fn is_one_line(text: &str) -> bool {
    // A loop: `any` takes twice as long where nothing is optimised, and a text may be long.
    for character in text.chars() {
        if breaks_a_line(character) {
            return false;
        }
    }
    true
}

/// Controls, and the two separators that Unicode counts as line ends and not as controls.
fn breaks_a_line(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}
