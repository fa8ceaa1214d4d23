//! The words for a placeholder that arrived as it was written, where its value was to
//! stand.

use crate::report::Finding;

/// Whether the caret stands at one; then the finding says it.
pub fn tells(finding: &mut Finding) -> bool {
    let at = |lines: &[String]| {
        let line = lines.last()?.chars();
        Some(line.skip(finding.caret?).collect::<String>())
    };
    let (Some(said), Some(wanted)) = (at(&finding.recorded), at(&finding.expected)) else {
        return false;
    };
    let Some(placeholder) = placeholder(&said).filter(|_| placeholder(&wanted).is_none()) else {
        return false;
    };
    finding.why = format!(
        "`{placeholder}` came as it stands in the source: nobody has put a value in its place."
    );
    finding.next = "A text between quotes is what it is. In Rust format! fills its braces, and \
                    println! does; in JavaScript the text stands between backquotes; in Python an \
                    f stands before it."
        .into();
    true
}

/// `{name}`, `{}`, `{0}`, `{name:?}` or `${name}` at the beginning of a text.
fn placeholder(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('$').unwrap_or(text).strip_prefix('{')?;
    let (name, _) = inside.split_once('}')?;
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | ':' | '?');
    let end = text.len() - inside.len() + name.len() + 1;
    name.chars().all(plain).then(|| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::placeholder;

    #[test]
    fn json_is_no_placeholder() {
        for (text, found) in [
            ("{text}\\n", Some("{text}")),
            ("{}", Some("{}")),
            ("${n + 1}", None),
            ("${n}\\n", Some("${n}")),
            ("{number:?} b", Some("{number:?}")),
            ("{\"time\":1}", None),
            ("bonjour {text}", None),
            ("{", None),
            ("", None),
        ] {
            assert_eq!(placeholder(text), found, "{text}");
        }
    }
}
