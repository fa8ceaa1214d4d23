//! Text as HTML says it.

use checker::visible;

/// Text for an element or an attribute. What a reader could not see, but the end of a
/// line, is written as in a transcript: `\x1b`.
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
            escaped("<script>'\"&\u{1b}\n"),
            "&lt;script&gt;&#39;&quot;&amp;\\x1b\n"
        );
    }
}
