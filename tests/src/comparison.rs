//! The expected transcript and the recorded one: where do they first differ?
//!
//! Lines are compared byte for byte. Where a standard gives two forms the same
//! meaning, [`crate::meaning`] brings both to one, so that a report can say so.

use crate::{
    meaning::differs,
    redaction::Masks,
    transcript::{Entry, Transcript, Unit, is_judged},
    visible,
};

/// How two transcripts relate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// The same, byte for byte.
    Same,
    /// Other bytes, in forms to which a standard gives the same meaning.
    SameMeaning(Difference),
    /// Something else was said.
    Different(Difference),
}

/// The first difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The expected lines from some before the difference to the difference;
    /// the last is empty when nothing more was expected.
    pub expected: Vec<String>,
    /// Where the recorded entry stands in the transcript; its length when
    /// nothing more was recorded.
    pub entry: usize,
    /// The recorded line; empty when nothing more was recorded.
    pub recorded: String,
    /// The judged recorded lines from here on.
    pub rest: Vec<String>,
    /// The first character of the recorded line that differs.
    pub column: usize,
    /// The same place as a byte of what the entry is a piece of.
    pub byte: u64,
    /// In a head, whose lines have names: whether a line is there that should not
    /// be, or is not there that should.
    pub line: Option<OddLine>,
}

/// A line of a head without its counterpart on the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OddLine {
    /// The expected line is nowhere in the head.
    Missing,
    /// The recorded line is expected nowhere in the head.
    TooMany,
}

/// Lines of context before a difference.
const CONTEXT: usize = 2;

/// Compares a snapshot's text with a recording, this run's values filled in. Who is
/// `lenient` hears of the first difference in meaning, and not of forms that are accepted.
pub fn compare(
    expected: &str,
    masks: &Masks,
    transcript: &Transcript,
    lenient: bool,
) -> Comparison {
    let filled = masks.fill(expected);
    let expected: Vec<&str> = filled.lines().filter(|line| is_judged(line)).collect();
    let recorded = transcript.judged();
    let texts: Vec<&str> = recorded.iter().map(|(_, line)| line.as_str()).collect();
    let same = expected
        .iter()
        .zip(&texts)
        .take_while(|(one, other)| one == other)
        .count();
    if same == expected.len() && same == texts.len() {
        return Comparison::Same;
    }
    let mut entries = transcript.0.iter();
    let streams = entries.any(|entry| entry.unit == Unit::Stream);
    let other = differs(&expected, &texts, streams);
    let (wanted_at, got_at) = other.filter(|_| lenient).unwrap_or((same, same));
    let wanted = expected.get(wanted_at).copied().unwrap_or("");
    let got = texts.get(got_at).copied().unwrap_or("");
    let entry = recorded
        .get(got_at)
        .map_or(transcript.0.len(), |(entry, _)| *entry);
    let column = flaw(transcript, entry).unwrap_or_else(|| {
        let pairs = wanted.chars().zip(got.chars());
        pairs.take_while(|(one, other)| one == other).count()
    });
    let mut context: Vec<String> = expected[wanted_at.saturating_sub(CONTEXT)..wanted_at]
        .iter()
        .map(|line| (*line).to_owned())
        .collect();
    context.push(wanted.to_owned());
    let difference = Difference {
        expected: context,
        entry,
        recorded: got.to_owned(),
        rest: texts[got_at..]
            .iter()
            .map(|line| (*line).to_owned())
            .collect(),
        column,
        byte: byte_at(transcript, entry, column),
        line: transcript
            .0
            .get(entry)
            .filter(|entry| entry.unit == Unit::Head)
            .and_then(|_| odd_line(&expected[wanted_at..], &texts[got_at..])),
    };
    match other {
        None => Comparison::SameMeaning(difference),
        Some(_) => Comparison::Different(difference),
    }
}

/// Whether the first lines are of one header, and if not, whose is alone.
fn odd_line(expected: &[&str], recorded: &[&str]) -> Option<OddLine> {
    let name = |line: &str| line.split(':').next().unwrap_or_default().to_owned();
    // Up to the empty line that ends the head.
    let names = |lines: &[&str]| -> Vec<String> {
        let end = lines.iter().position(|line| line.ends_with('<'));
        let head = &lines[..end.map_or(lines.len(), |end| end + 1)];
        head.iter().map(|line| name(line)).collect()
    };
    let (expected, recorded) = (names(expected), names(recorded));
    let (wanted, got) = (expected.first()?, recorded.first()?);
    match (recorded.contains(wanted), expected.contains(got)) {
        (false, true) => Some(OddLine::Missing),
        (true, false) => Some(OddLine::TooMany),
        _ => None,
    }
}

/// Where an entry's line breaks the rule that it is expected to keep, if it has one.
fn flaw(transcript: &Transcript, entry: usize) -> Option<usize> {
    let entry = transcript.0.get(entry)?;
    Some(mark(entry) + entry.flaw?)
}

/// How many characters of an entry's line stand before what was said.
fn mark(entry: &Entry) -> usize {
    entry.line().chars().count() - entry.said.chars().count()
}

/// The byte behind a column of an entry's line, counted in what it is part of:
/// a quoted payload counts from its first byte.
fn byte_at(transcript: &Transcript, entry: usize, column: usize) -> u64 {
    let Some(entry) = transcript.0.get(entry) else {
        return 0;
    };
    let column = column.saturating_sub(mark(entry));
    let frame = matches!(entry.unit, Unit::Message | Unit::Control);
    let quote = entry.said.chars().position(|c| c == '"').filter(|_| frame);
    let quote = quote.map_or(0, |at| at + 1);
    let bytes = visible::bytes_before(&entry.said, column);
    let before = visible::bytes_before(&entry.said, quote.min(column));
    entry.offset + (bytes - before) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{recorder::Pen, transcript::Speaker};

    fn stream(lines: &[&str]) -> Transcript {
        let (pen, mut offset) = (Pen::default(), 0);
        for line in lines {
            let said = visible::text(line.as_bytes());
            let mut entry = pen.entry("", Speaker::Program, Unit::Stream, said, line.as_bytes());
            entry.offset = offset;
            offset += line.len() as u64;
            pen.push(entry);
        }
        pen.finish().transcript
    }

    #[test]
    fn finds_the_first_byte_of_the_whole_stream() {
        let expected = "< data: Ceci est le message 0\\n\n< \\n\n";
        let recorded = stream(&[
            "data: Ceci est le message 0\n",
            "data: Ceci est le message 1\n",
        ]);
        let Comparison::Different(found) = compare(expected, &Masks::default(), &recorded, false)
        else {
            panic!("they differ")
        };
        assert_eq!((found.entry, found.byte), (1, 28));
    }

    #[test]
    fn knows_two_forms_of_one_meaning() {
        let compared = |lines: &[&str]| {
            compare(
                "< data: x\\n\n< \\n\n",
                &Masks::default(),
                &stream(lines),
                false,
            )
        };
        let same = compared(&["data:x\n", "\n"]);
        assert!(matches!(same, Comparison::SameMeaning(_)), "{same:?}");
        let other = compared(&["data:  x\n", "\n"]);
        assert!(matches!(other, Comparison::Different(_)), "{other:?}");
    }

    #[test]
    fn tells_a_header_that_is_missing_from_one_that_differs() {
        let expected = [
            "< cache-control: no-cache",
            "< content-type: x",
            "<",
            "< data: x",
        ];
        let odd = |recorded: &[&str]| odd_line(&expected, recorded);
        assert_eq!(odd(&["< content-type: y", "<"]), Some(OddLine::Missing));
        assert_eq!(odd(&["<", "< data: x"]), Some(OddLine::Missing));
        let more = ["< age: 1", "< cache-control: no-cache", "<"];
        assert_eq!(odd(&more), Some(OddLine::TooMany));
        assert_eq!(odd(&["< cache-control: private", "<"]), None);
        assert_eq!(odd(&["< HTTP/1.1 404 Not Found", "<"]), None);
    }

    #[test]
    fn passes_over_what_is_only_listed() {
        let expected = "~ date: [date]\n< \\n\n";
        assert_eq!(
            compare(expected, &Masks::default(), &stream(&["\n"]), false),
            Comparison::Same
        );
    }
}
