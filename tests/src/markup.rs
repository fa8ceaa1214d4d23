//! Text as HTML and XML say it.

use crate::visible;

/// Text for an element or an attribute. What XML 1.0 does not have (section 2.2), or a
/// reader could not see, is written as in a transcript: `\x1b`; a line feed stays.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            '\n' => out.push('\n'),
            '\u{fffe}' | '\u{ffff}' => out.extend(character.escape_unicode()),
            character if character.is_control() => {
                out += &visible::text(character.to_string().as_bytes());
            }
            character => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_raw() {
        assert_eq!(
            escaped("<script>'\"&\n\u{1b}[31m\0\u{9b}\u{ffff}é"),
            "&lt;script&gt;&#39;&quot;&amp;\n\\x1b[31m\\x00\\u{9b}\\u{ffff}é"
        );
    }
}
