//! Lines folded to the width of a screen, their colours kept.

use console::measure_text_width;

/// The rows of a line, each at most `width` columns wide; what is folded goes on
/// below the line's own beginning.
pub fn rows(line: &str, width: usize) -> Vec<String> {
    let spaces = line.chars().take_while(|c| *c == ' ').count();
    hanging(line, spaces, width)
}

/// The same; what is folded goes on in the column `indent`.
pub fn hanging(line: &str, indent: usize, width: usize) -> Vec<String> {
    let width = width.max(1);
    // No letter takes more columns than bytes.
    if line.len() <= width || measure_text_width(line) <= width {
        return vec![line.to_owned()];
    }
    // A narrow screen has no room for an indent.
    let indent = if indent > width / 2 { 0 } else { indent };
    let mut rows: Vec<String> = Vec::new();
    let (mut row, mut used, mut colour) = (String::new(), 0, String::new());
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            let mut escape = String::from(letter);
            for letter in letters.by_ref() {
                escape.push(letter);
                if letter.is_ascii_alphabetic() {
                    break;
                }
            }
            row += &escape;
            colour = if escape == "\u{1b}[0m" {
                String::new()
            } else {
                escape
            };
            continue;
        }
        let columns = measure_text_width(letter.encode_utf8(&mut [0; 4]));
        while used + columns > width && used > indent {
            let (kept, rest) = at_a_space(&row, indent);
            rows.push(kept);
            used = indent + measure_text_width(&rest);
            row = format!("{}{colour}{rest}", " ".repeat(indent));
        }
        row.push(letter);
        used += columns;
    }
    rows.push(row);
    rows
}

/// A full row and the word at its end that goes to the next, if that word is short
/// and has no colour of its own.
fn at_a_space(row: &str, indent: usize) -> (String, String) {
    match row.rfind(' ') {
        Some(at) if at > indent && row.len() - at < 24 && !row[at..].contains('\u{1b}') => {
            (row[..at].to_owned(), row[at + 1..].to_owned())
        }
        _ => (row.to_owned(), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_at_spaces_below_the_beginning() {
        assert_eq!(rows("  one two three", 10), ["  one two", "  three"]);
        assert_eq!(rows("short", 10), ["short"]);
        assert_eq!(rows("", 10), [""]);
        assert_eq!(hanging("+1 > one two", 5, 10), ["+1 > one", "     two"]);
    }

    #[test]
    fn no_row_is_wider_than_the_screen() {
        let long = format!(
            "    \u{1b}[31m{} 🦀🦀🦀 {}\u{1b}[0m end",
            "a".repeat(50),
            "é ".repeat(40)
        );
        for width in 1..120 {
            for row in rows(&long, width) {
                // An indent and a wide letter need four columns, whatever the width.
                assert!(measure_text_width(&row) <= width.max(4), "{width}: {row:?}");
            }
        }
    }

    #[test]
    fn colours_go_on() {
        let folded = rows("\u{1b}[31maaaa bbbb\u{1b}[0m c", 6);
        assert!(folded[1].starts_with("\u{1b}[31mbbbb"), "{folded:?}");
    }
}
