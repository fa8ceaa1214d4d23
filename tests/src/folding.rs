//! Lines in the columns of a terminal: prose at its spaces, evidence character by
//! character, with the caret still below what it points at.

use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use crate::visible;

/// The columns of a terminal that nobody has made wider: whatever is told fits,
/// but for a path or a command that is longer itself, and for lines of code.
pub const WIDTH: usize = 80;

/// The rows that a line may take before it is cut.
const ROWS: usize = 4;

/// How much deeper the rows stand on which a line goes on.
const DEEPER: usize = 2;

/// How many characters before its end a row may be left at a space: a path of the
/// workbook goes to the next row whole.
const EARLY: usize = 48;

/// The columns that a text takes.
pub fn columns(text: &str) -> usize {
    text.width()
}

/// Prose in lines of at most `width` columns; a longer word has a line of its own.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if columns(line) + 1 + columns(word) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A line of evidence in rows of at most `width` columns.
#[derive(Debug, PartialEq, Eq)]
pub struct Rows {
    /// The rows, those after the first deeper in.
    pub rows: Vec<String>,
    /// The row of the caret, from 0.
    pub row: usize,
    /// The column of the caret in it, from 0.
    pub column: usize,
}

/// Folds a line whose caret stands below its character `caret`; one of more than
/// [`ROWS`] is cut to what stands around it. No escape is torn apart.
pub fn fold(line: &str, caret: usize, width: usize) -> Rows {
    let mut pieces = visible::pieces(line);
    let (mut at, mut before) = (0, 0);
    while let Some(piece) = pieces.get(at) {
        let behind = before + piece.chars().count();
        if behind > caret {
            break;
        }
        (at, before) = (at + 1, behind);
    }
    // The caret may stand behind the last character: then there is one more.
    let inside = match pieces.get(at) {
        Some(piece) => piece.chars().take(caret - before).collect(),
        None => {
            pieces.push(" ");
            String::new()
        }
    };
    let rows = folded(&pieces, width);
    if rows.len() > ROWS {
        return cut(&pieces, at, &inside, width);
    }
    let row = rows.iter().rposition(|row| row.start <= at).unwrap_or(0);
    let indent = |row| if row == 0 { 0 } else { DEEPER };
    let text = |(row, range): (usize, &Range<usize>)| {
        let text = pieces[range.clone()].concat();
        format!("{}{}", " ".repeat(indent(row)), text.trim_end())
    };
    let left = pieces[rows[row].start..at].concat();
    Rows {
        rows: rows.iter().enumerate().map(text).collect(),
        row,
        column: indent(row) + columns(&left) + columns(&inside),
    }
}

/// The pieces that stand on each row; a word goes to the next one whole, where the
/// row before is not left too short by that.
fn folded(pieces: &[&str], width: usize) -> Vec<Range<usize>> {
    let mut rows: Vec<Range<usize>> = Vec::new();
    let (mut from, mut at, mut used) = (0, 0, 0);
    while at < pieces.len() {
        let room = if rows.is_empty() {
            width
        } else {
            width - DEEPER
        };
        if used + columns(pieces[at]) > room && at > from {
            let early = from + (at - from).saturating_sub(EARLY);
            let space = pieces[early..at].iter().rposition(|piece| *piece == " ");
            let end = space.map_or(at, |space| early + space + 1);
            rows.push(from..end);
            (from, used) = (end, columns(&pieces[end..at].concat()));
        } else {
            used += columns(pieces[at]);
            at += 1;
        }
    }
    rows.push(from..at);
    rows
}

/// One row of what stands around the caret, with a mark where there was more.
fn cut(pieces: &[&str], at: usize, inside: &str, width: usize) -> Rows {
    let room = width - columns("…  …");
    let (mut from, mut to, mut used) = (at, at, 0);
    while from > 0 && used + columns(pieces[from - 1]) <= room / 2 {
        from -= 1;
        used += columns(pieces[from]);
    }
    while to < pieces.len() && used + columns(pieces[to]) <= room {
        used += columns(pieces[to]);
        to += 1;
    }
    while from > 0 && used + columns(pieces[from - 1]) <= room {
        from -= 1;
        used += columns(pieces[from]);
    }
    let before = if from > 0 { "… " } else { "" };
    let after = if to < pieces.len() { " …" } else { "" };
    let left = format!("{before}{}{inside}", pieces[from..at].concat());
    Rows {
        rows: vec![format!("{before}{}{after}", pieces[from..to].concat())],
        row: 0,
        column: columns(&left),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stands in the column of the caret, and to its right.
    fn pointed(rows: &Rows) -> &str {
        let row = &rows.rows[rows.row];
        let letter = |(at, _): &(usize, char)| columns(&row[..*at]) == rows.column;
        row.char_indices()
            .find(letter)
            .map_or("", |(at, _)| &row[at..])
    }

    #[test]
    fn wraps_at_words() {
        assert_eq!(wrap("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrap("a/long/path b", 7), ["a/long/path", "b"]);
        assert_eq!(wrap("🦀🦀 🦀🦀 é", 7), ["🦀🦀", "🦀🦀 é"]);
    }

    #[test]
    fn keeps_the_caret_under_its_character() {
        for (left, right) in [(200, 200), (500, 3), (3, 500), (100, 20), (10, 5)] {
            let line = format!("{}X{}", "ab".repeat(left / 2), "c".repeat(right));
            let shown = fold(&line, line.find('X').expect("an X"), 72);
            assert!(
                pointed(&shown).starts_with('X'),
                "{left} {right}: {shown:?}"
            );
            assert!(shown.rows.iter().all(|row| columns(row) <= 72), "{shown:?}");
        }
    }

    #[test]
    fn a_wide_letter_takes_two_columns() {
        let shown = fold("< text \"🦀é🦀X\"", 11, 72);
        assert_eq!((pointed(&shown), shown.column), ("X\"", 13));
        let crabs = "🦀".repeat(100);
        assert!(
            fold(&crabs, 0, 72)
                .rows
                .iter()
                .all(|row| columns(row) <= 72)
        );
    }

    #[test]
    fn folds_at_spaces_and_tears_no_escape_apart() {
        let shown = fold("< one two three four", 14, 12);
        assert_eq!(shown.rows, ["< one two", "  three four"]);
        assert_eq!((shown.row, pointed(&shown)), (1, "e four"));
        let escapes = "\\x1b".repeat(9);
        for row in fold(&escapes, 0, 10).rows {
            assert_eq!(row.trim_start().len() % 4, 0, "{row}");
        }
    }

    #[test]
    fn a_caret_behind_the_end_has_its_column() {
        let shown = fold(&"a".repeat(72), 72, 72);
        assert_eq!((shown.row, shown.column, shown.rows.len()), (1, 2, 2));
        let shown = fold("ab", 2, 72);
        assert_eq!(
            (shown.rows, shown.row, shown.column),
            (vec!["ab".into()], 0, 2)
        );
    }
}
