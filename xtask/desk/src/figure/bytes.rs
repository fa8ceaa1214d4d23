//! Bytes in rows: hexadecimal, and the same as text beside it.

use checker::markup::escaped;
use data_encoding::HEXLOWER;

use super::language::Language;

/// Bytes in a row: as many as fit on a telephone.
const ROW: usize = 8;

/// The most bytes that a figure shows of one line.
const SHOWN: usize = 64;

/// The rows of some bytes, as lines of HTML; for more than [`SHOWN`] bytes the
/// last line says how many there are besides.
pub fn rows(bytes: &[u8], language: &Language) -> String {
    let shown = &bytes[..bytes.len().min(SHOWN)];
    let text = beside(shown);
    let rows = shown.chunks(ROW).zip(text.chunks(ROW));
    let mut rows: Vec<String> = rows
        .map(|(row, text)| {
            let text: String = text.iter().collect();
            format!("{:<23}  {}", hex(row), escaped(&text))
        })
        .collect();
    if bytes.len() > SHOWN {
        let more = language.count(bytes.len() - SHOWN);
        rows.push(format!("… {more} {}", language.more));
    }
    rows.join("\n")
}

/// `81 07`.
pub fn hex(bytes: &[u8]) -> String {
    let pairs: Vec<String> = bytes.iter().map(|byte| HEXLOWER.encode(&[*byte])).collect();
    pairs.join(" ")
}

/// One character a byte: a letter of several bytes stands at its first, and `·`
/// at the others and wherever there is nothing to show.
fn beside(bytes: &[u8]) -> Vec<char> {
    let mut text = Vec::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for letter in chunk.valid().chars() {
            let wide = letter.is_control() || (!letter.is_ascii() && !letter.is_alphanumeric());
            text.push(if wide { '·' } else { letter });
            text.extend(std::iter::repeat_n('·', letter.len_utf8() - 1));
        }
        text.extend(std::iter::repeat_n('·', chunk.invalid().len()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::language::{ENGLISH, FRENCH};

    #[test]
    fn shows_each_byte_of_a_letter() {
        assert_eq!(
            rows("reçu <\n".as_bytes(), &ENGLISH),
            "72 65 c3 a7 75 20 3c 0a  reç·u &lt;·"
        );
        assert_eq!(rows(b"a\xff\0", &ENGLISH), "61 ff 00                 a··");
        assert_eq!(rows(b"", &ENGLISH), "");
    }

    #[test]
    fn is_bounded_and_says_so() {
        let shown = rows(&[b'a'; 1_048_576], &FRENCH);
        assert_eq!(shown.lines().count(), SHOWN / ROW + 1);
        assert!(shown.ends_with("… 1048512\u{a0}octets de plus"), "{shown}");
    }
}
