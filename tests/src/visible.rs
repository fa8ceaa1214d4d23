//! Bytes as text in which nothing hides: safe to print, exact to compare.
//!
//! `\r`, `\n`, `\t` and `\\` keep their usual names; other control characters,
//! invisible ones and bytes that are not UTF-8 become `\xNN` or `\u{NNNN}`, a
//! space before a line end becomes `\x20`, and a run of [`RUN_MIN`] or more
//! equal characters becomes `⟨a×65536⟩`. The text form loses nothing: two byte
//! strings have the same text only when they are the same bytes.

use unicode_width::UnicodeWidthChar;

/// The shortest run, in characters, that is written as a count.
pub const RUN_MIN: usize = 24;

/// The most bytes that [`bytes`] gives back; no entry of a transcript has more.
pub const BYTES_MAX: usize = 4 << 20;

/// How long a text form grows at most, in bytes: no reader looks further, and no
/// transcript keeps as much.
const LONGEST: usize = 64 << 10;

/// The text form of any bytes, as far as one looks.
pub fn text(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().min(4096) + 16);
    for chunk in bytes.utf8_chunks() {
        write_valid(chunk.valid(), &mut out);
        for byte in chunk.invalid() {
            out.push_str(&format!("\\x{byte:02x}"));
        }
        if out.len() > LONGEST {
            break;
        }
    }
    mark_trailing_spaces(out)
}

/// The bytes behind a text form; `None` for what [`text`] never writes, and for
/// more than [`BYTES_MAX`] of them.
pub fn bytes(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (consumed, stands_for) = unit(rest, first);
        if out.len().checked_add(stands_for)? > BYTES_MAX {
            return None;
        }
        let (one, count) = match first {
            '⟨' => {
                let inside = rest[first.len_utf8()..].split_once('⟩')?.0;
                let (one, count) = inside.rsplit_once('×')?;
                (one, count.parse().ok()?)
            }
            _ => (&rest[..consumed], 1),
        };
        out.extend(original(one)?.repeat(count));
        rest = &rest[consumed..];
    }
    Some(out)
}

/// The bytes behind one escape or character.
fn original(one: &str) -> Option<Vec<u8>> {
    let Some(escaped) = one.strip_prefix('\\') else {
        return Some(one.as_bytes().to_vec());
    };
    let code = |digits: &str| u32::from_str_radix(digits, 16).ok();
    match escaped.split_at_checked(1)? {
        ("n", "") => Some(vec![b'\n']),
        ("r", "") => Some(vec![b'\r']),
        ("t", "") => Some(vec![b'\t']),
        ("\\", "") => Some(vec![b'\\']),
        ("x", digits) => Some(vec![u8::try_from(code(digits)?).ok()?]),
        ("u", braced) => {
            let digits = braced.strip_prefix('{')?.strip_suffix('}')?;
            let letter = char::from_u32(code(digits)?)?;
            Some(letter.to_string().into_bytes())
        }
        _ => None,
    }
}

/// How many bytes of the original stand behind the first `column` characters
/// of its text form.
pub fn bytes_before(text: &str, column: usize) -> usize {
    let end = text
        .char_indices()
        .nth(column)
        .map_or(text.len(), |(at, _)| at);
    let mut rest = &text[..end];
    let mut bytes = 0;
    while let Some(first) = rest.chars().next() {
        let (consumed, stands_for) = unit(rest, first);
        bytes += stands_for;
        rest = &rest[consumed..];
    }
    bytes
}

/// The first character of a text form that stands for the byte `at` of the original,
/// or for one behind it.
pub fn column_of(text: &str, at: usize) -> usize {
    let (mut rest, mut bytes, mut column) = (text, 0, 0);
    while let Some(first) = rest.chars().next()
        && bytes < at
    {
        let (consumed, stands_for) = unit(rest, first);
        bytes += stands_for;
        column += rest[..consumed].chars().count();
        rest = &rest[consumed..];
    }
    column
}

/// A text form in its pieces: each an escape, a run or a character.
pub fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (consumed, _) = unit(rest, first);
        let (piece, after) = rest.split_at(consumed);
        pieces.push(piece);
        rest = after;
    }
    pieces
}

/// One escape, run or character: its length in the text, and in the original.
fn unit(rest: &str, first: char) -> (usize, usize) {
    let plain = (first.len_utf8(), first.len_utf8());
    match first {
        '\\' => match rest[1..].chars().next() {
            Some('x') => (rest.ceil_char_boundary(4), 1),
            Some('u') => rest.find('}').map_or(plain, |close| {
                let digits = rest.get(3..close).unwrap_or_default();
                let code = u32::from_str_radix(digits, 16)
                    .ok()
                    .and_then(char::from_u32);
                (close + 1, code.map_or(1, char::len_utf8))
            }),
            Some(escaped) => (1 + escaped.len_utf8(), 1),
            None => plain,
        },
        '⟨' => rest.find('⟩').map_or(plain, |close| {
            let (one, count) = rest[first.len_utf8()..close]
                .rsplit_once('×')
                .unwrap_or(("", "0"));
            let width = one.chars().next().map_or(0, |c| unit(one, c).1);
            (
                close + '⟩'.len_utf8(),
                width * count.parse::<usize>().unwrap_or(0),
            )
        }),
        _ => plain,
    }
}

fn write_valid(valid: &str, out: &mut String) {
    let mut rest = valid;
    while let Some(c) = rest.chars().next().filter(|_| out.len() <= LONGEST) {
        let run = run_of(c, rest.as_bytes());
        let count = run / c.len_utf8();
        if count >= RUN_MIN {
            out.push('⟨');
            write_char(c, out);
            out.push_str(&format!("×{count}⟩"));
            rest = &rest[run..];
        } else {
            write_char(c, out);
            rest = &rest[c.len_utf8()..];
        }
    }
}

/// How many bytes at the front are `c` again and again. Compares the text with
/// itself, twice as much each time: a megabyte is a few calls, not a million.
fn run_of(c: char, bytes: &[u8]) -> usize {
    let unit = c.len_utf8();
    let mut known = unit;
    let mut step = unit;
    while step >= unit {
        let end = known + step;
        if end <= bytes.len() && bytes[known..end] == bytes[..step] {
            known = end;
            step *= 2;
        } else {
            step = (step / 2) / unit * unit;
        }
        step = step.min(known);
    }
    known
}

fn write_char(c: char, out: &mut String) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\\' => out.push_str("\\\\"),
        c if c.is_ascii_control() => out.push_str(&format!("\\x{:02x}", u32::from(c))),
        c if is_hidden(c) => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
        c => out.push(c),
    }
}

/// Characters that a terminal would obey, join to their neighbour or not show, and the
/// brackets that a run stands in.
fn is_hidden(c: char) -> bool {
    let blank = c != ' ' && c.is_whitespace();
    // Blank, though no space: the empty Braille pattern and two of Hangul's fillers.
    let filler = matches!(c, '\u{2800}' | '\u{115f}' | '\u{3164}');
    let format = matches!(c, '\u{ad}' | '\u{61c}' | '\u{fff9}'..='\u{fffb}');
    let nothing = u32::from(c) & 0xfffe == 0xfffe || matches!(c, '\u{fdd0}'..='\u{fdef}');
    blank || filler || format || nothing || c.width().unwrap_or(0) == 0 || matches!(c, '⟨' | '⟩')
}

/// A space at the very end, or before an escaped line end, would be invisible.
fn mark_trailing_spaces(text: String) -> String {
    let line_end = text
        .find("\\r\\n")
        .or_else(|| text.find("\\n"))
        .unwrap_or(text.len());
    let (line, ending) = text.split_at(line_end);
    let kept = line.trim_end_matches(' ');
    if kept.len() == line.len() {
        return text;
    }
    format!("{kept}{}{ending}", "\\x20".repeat(line.len() - kept.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_a_reader_could_miss() {
        assert_eq!(text(b"data: x\r\n"), "data: x\\r\\n");
        assert_eq!(text(b"data: x \n"), "data: x\\x20\\n");
        assert_eq!(
            text("é\u{1b}[31m\u{2028}".as_bytes()),
            "é\\x1b[31m\\u{2028}"
        );
        assert_eq!(text("e\u{301}".as_bytes()), "e\\u{301}");
        // An accent, a direction, a joiner, spaces, a selector, a tag, fillers, a mark.
        for hidden in "\u{301}\u{202e}\u{200d}\u{a0}\u{3000}\u{1680}\u{180e}\u{fe0f}\u{e0041}\
                       \u{3164}\u{115f}\u{1160}\u{ffa0}\u{2800}\u{e0100}\u{1ab0}\u{feff}\u{ad}\
                       \u{61c}\u{fffa}\u{85}\u{2066}\u{20d0}"
            .chars()
        {
            let shown = format!("\\u{{{:x}}}", u32::from(hidden));
            assert_eq!(text(hidden.to_string().as_bytes()), shown);
        }
        let seen = "é œ « 🦀 日 ½ ─ ' —";
        assert_eq!(text(seen.as_bytes()), seen);
        assert_eq!(text(b"a\xffb\\"), "a\\xffb\\\\");
        assert_eq!(text(&[b'a'; 30]), "⟨a×30⟩");
        assert_eq!(text("⟨a×30⟩".as_bytes()), "\\u{27e8}a×30\\u{27e9}");
    }

    #[test]
    fn finds_runs_of_every_length() {
        for (c, after) in [('a', "b"), ('é', "è"), ('🦀', "🦁"), ('a', "")] {
            for count in 1..200 {
                let long = c.to_string().repeat(count) + after + &c.to_string();
                let expected = if after.is_empty() { count + 1 } else { count };
                assert_eq!(
                    run_of(c, long.as_bytes()),
                    expected * c.len_utf8(),
                    "{c} {count}"
                );
            }
        }
    }

    #[test]
    fn counts_the_bytes_behind_the_text() {
        for original in [
            "data: é\r\n",
            "\u{2028}x",
            "a⟨b⟩",
            &"é".repeat(40),
            "fin \n",
        ] {
            let shown = text(original.as_bytes());
            assert_eq!(
                bytes_before(&shown, shown.chars().count()),
                original.len(),
                "{shown}"
            );
        }
        assert_eq!(bytes_before("reçu", 3), 4);
    }

    #[test]
    fn finds_the_character_of_a_byte() {
        for (original, at, column) in [
            ("Reçu : \tx", 8, 7),
            ("\\\u{9b}", 1, 2),
            ("reçu", 9, 4),
            (" \n", 1, 4),
        ] {
            assert_eq!(
                column_of(&text(original.as_bytes()), at),
                column,
                "{original}"
            );
        }
    }

    #[test]
    fn finds_the_way_back() {
        let run = "é".repeat(40) + "⟨x⟩";
        let originals: [&[u8]; 8] = [
            b"data: x\r\n",
            b"a\xff\xf0\x9f\xa6a",
            b"fin  \n",
            b"C:\\nouveau",
            b"\x00\x1b[31m\x7f\t",
            "\u{2028}e\u{301}\u{feff}".as_bytes(),
            run.as_bytes(),
            b"",
        ];
        for original in originals {
            let shown = text(original);
            assert_eq!(bytes(&shown).as_deref(), Some(original), "{shown}");
        }
        for broken in [
            "\\",
            "\\q",
            "\\x",
            "\\xzz",
            "\\u",
            "\\u{110000}",
            "\\u{",
            "⟨a",
            "⟨a×⟩",
            "⟨×3⟩x⟨",
            "⟨a×99999999999⟩",
            "\\é",
            "\\u}",
            "\\xé1",
        ] {
            assert_eq!(bytes(broken), None, "{broken}");
        }
    }
}
