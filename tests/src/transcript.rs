//! Who said what, when: plain data with one text form.
//!
//! ```text
//! * reader connects                 an action, ours or the program's
//! > GET /sse HTTP/1.1\r\n           what we send
//! < HTTP/1.1 200 OK                 what the program sends
//! ~ date: [date]                    sent too, listed and not judged
//! | Client connecté\n               a line of the program's log (stdout)
//! ```
//!
//! With several clients in one conversation a line begins with the name of the
//! one it belongs to: `alice > text "bonjour" 7 bytes`.

use std::time::Duration;

/// Who speaks in an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// Something that happened, in a short sentence.
    Stage,
    /// The checker, as a client of the program.
    Client,
    /// The program, on the wire.
    Program,
    /// The program, on its standard output.
    Log,
}

/// What an entry's text is a piece of; it names the place of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A sentence of ours.
    Action,
    /// A line of an HTTP head.
    Head,
    /// A response body.
    Body,
    /// A line of an event stream; `offset` counts from the stream's first byte.
    Stream,
    /// A WebSocket message, joined from its frames.
    Message,
    /// A WebSocket control frame.
    Control,
    /// A line of the log.
    Line,
    /// Something that a page shows, or says on its console.
    Page,
    /// A property of a file or of a certificate that the program wrote.
    File,
}

/// One thing said or done.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Since the step began.
    pub at: Duration,
    /// Who.
    pub speaker: Speaker,
    /// Which client it belongs to; empty when there is only one.
    pub client: &'static str,
    /// What kind of thing.
    pub unit: Unit,
    /// The text form, see [`crate::visible`]. One line, no line break.
    pub said: String,
    /// Where `said` begins, in bytes of its unit (a stream goes on over entries).
    pub offset: u64,
    /// The bytes as they were, at most [`crate::limits::ENTRY_BYTES`] of them.
    pub bytes: Vec<u8>,
    /// Whether the contract speaks of it.
    pub judged: bool,
    /// Where something whose form is free breaks its rule: a character of `said`,
    /// from 0.
    pub flaw: Option<usize>,
}

/// The entries of one conversation, in order.
#[derive(Clone, Debug, Default)]
pub struct Transcript(pub Vec<Entry>);

impl Entry {
    /// The entry as one line of the text form.
    pub fn line(&self) -> String {
        let mark = match self.speaker {
            _ if !self.judged => "~",
            Speaker::Stage => "*",
            Speaker::Client => ">",
            Speaker::Program => "<",
            Speaker::Log => "|",
        };
        let name = if self.client.is_empty() { "" } else { " " };
        let space = if self.said.is_empty() { "" } else { " " };
        format!("{}{name}{mark}{space}{}", self.client, self.said)
    }

    /// Whether it says how much time has passed: `2 s pass`.
    pub fn sums_up_time(&self) -> bool {
        self.said.ends_with(" pass") || self.said.ends_with(" passes")
    }
}

impl Transcript {
    /// The whole conversation, one entry a line.
    pub fn text(&self) -> String {
        self.0.iter().map(|entry| entry.line() + "\n").collect()
    }

    /// The lines that are compared, each with its entry's place.
    pub fn judged(&self) -> Vec<(usize, String)> {
        let judged = self.0.iter().enumerate().filter(|(_, entry)| entry.judged);
        judged.map(|(place, entry)| (place, entry.line())).collect()
    }
}

/// Whether a line of the text form is one that is compared.
pub fn is_judged(line: &str) -> bool {
    let mark = line
        .split(' ')
        .find(|word| matches!(*word, "*" | ">" | "<" | "|" | "~"));
    mark != Some("~")
}

/// A line of the text form, taken apart again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// Which client it belongs to; empty when there is only one.
    pub client: &'a str,
    /// Who; `None` where the line is listed and not judged, which hides it.
    pub speaker: Option<Speaker>,
    /// What [`Entry::said`] was.
    pub said: &'a str,
}

/// Reads what [`Entry::line`] writes; `None` for any other line.
pub fn read(line: &str) -> Option<Line<'_>> {
    let speaker = |mark: &str| match mark {
        "*" => Some(Some(Speaker::Stage)),
        ">" => Some(Some(Speaker::Client)),
        "<" => Some(Some(Speaker::Program)),
        "|" => Some(Some(Speaker::Log)),
        "~" => Some(None),
        _ => None,
    };
    let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
    if let Some(speaker) = speaker(first) {
        let client = "";
        return Some(Line {
            client,
            speaker,
            said: rest,
        });
    }
    let (mark, said) = rest.split_once(' ').unwrap_or((rest, ""));
    Some(Line {
        client: first,
        speaker: speaker(mark)?,
        said,
    })
}

/// A line of bytes in hex, with the printable ones beside: for `--hex`.
pub fn hex_lines(bytes: &[u8]) -> Vec<String> {
    bytes
        .chunks(16)
        .map(|row| {
            let pairs: Vec<String> = row.iter().map(|byte| format!("{byte:02x}")).collect();
            let plain = |byte: &u8| {
                if (0x20..0x7f).contains(byte) {
                    char::from(*byte)
                } else {
                    '.'
                }
            };
            format!(
                "{:<47}  {}",
                pairs.join(" "),
                row.iter().map(plain).collect::<String>()
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_lines_that_it_writes() {
        let entry = |speaker, client, said: &str, judged| Entry {
            at: Duration::ZERO,
            speaker,
            client,
            unit: Unit::Stream,
            said: said.into(),
            offset: 0,
            bytes: Vec::new(),
            judged,
            flaw: None,
        };
        for entry in [
            entry(Speaker::Stage, "", "1 s passes", true),
            entry(Speaker::Client, "alice", "", true),
            entry(Speaker::Program, "", "  data > x", true),
            entry(Speaker::Log, "", "* < |", true),
            entry(Speaker::Program, "bob", "date: [date]", false),
        ] {
            let line = entry.line();
            let back = read(&line).expect("a line of a transcript");
            assert_eq!((back.client, back.said), (entry.client, &*entry.said));
            assert_eq!(back.speaker, entry.judged.then_some(entry.speaker));
        }
        for other in ["", "alice", "alice says hello", "  > x"] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
