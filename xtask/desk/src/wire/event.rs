//! The lines of an event stream, and the events that they make (WHATWG HTML,
//! sections 9.2.5 and 9.2.6).

use std::mem::take;

use checker::limits::{EVENT_LINES, STREAM_LINE};

use super::said::{Said, line, remark, short};

/// A stream, as far as it has been read.
#[derive(Default)]
pub struct Lines {
    begun: Vec<u8>,
    /// Whether the last byte was a CR, which may be half of CRLF.
    cr: bool,
    /// Whether there was a line: the first may begin with a byte order mark.
    later: bool,
    event: Event,
}

/// What has come of the event that is being read.
#[derive(Default)]
struct Event {
    name: String,
    data: Vec<String>,
}

impl Lines {
    /// More of the stream: its whole lines, and a remark where an event is complete.
    /// Nobody knows whether an LF follows a CR, so that the line is whole without it.
    pub fn of(&mut self, bytes: &[u8]) -> Vec<Said> {
        let mut left = bytes;
        if take(&mut self.cr)
            && let Some(rest) = left.strip_prefix(b"\n")
        {
            left = rest;
        }
        if left.is_empty() {
            return vec![remark("the rest of a line's end")];
        }
        let mut said = Vec::new();
        while !left.is_empty() {
            let end = end(left);
            let (piece, rest) = left.split_at(end.unwrap_or(left.len()));
            left = rest;
            self.begun.extend_from_slice(piece);
            if end.is_some() || self.begun.len() > STREAM_LINE {
                let whole = take(&mut self.begun);
                said.push(line(&whole));
                said.extend(self.means(&whole));
            }
        }
        self.cr = bytes.ends_with(b"\r");
        if said.is_empty() {
            said.push(remark("the beginning of a line"));
        }
        said
    }

    fn means(&mut self, bytes: &[u8]) -> Option<Said> {
        let text = String::from_utf8_lossy(bytes);
        let text = text.trim_end_matches(['\r', '\n']);
        let mark = if self.later { "" } else { "\u{feff}" };
        self.later = true;
        let text = text.strip_prefix(mark).unwrap_or(text);
        if text.is_empty() {
            let event = take(&mut self.event);
            let name = match event.name.as_str() {
                "" => "message",
                name => name,
            };
            let data = event.data.join("\n");
            return Some(match event.data.is_empty() {
                true => remark("= no event: it has no data"),
                false => remark(format!(
                    "= event {}: {}",
                    short(name.as_bytes()),
                    short(data.as_bytes())
                )),
            });
        }
        let (field, value) = text.split_once(':').unwrap_or((text, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => self.event.name = value.to_owned(),
            "data" if self.event.data.len() < EVENT_LINES => {
                self.event.data.push(value.to_owned());
            }
            _ => {}
        }
        None
    }
}

/// How long the first line of some bytes is with its end, LF, CRLF or CR; `None` when it
/// has not come.
fn end(bytes: &[u8]) -> Option<usize> {
    let at = bytes
        .iter()
        .position(|byte| matches!(byte, b'\n' | b'\r'))?;
    let both = bytes[at..].starts_with(b"\r\n");
    Some(at + if both { 2 } else { 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of a stream that comes in pieces of `size`.
    fn said(stream: &str, size: usize) -> Vec<String> {
        let mut lines = Lines::default();
        let pieces = stream.as_bytes().chunks(size);
        let said = pieces.flat_map(|piece| lines.of(piece));
        said.map(|said| said.text).collect()
    }

    #[test]
    fn a_line_ends_with_lf_cr_or_both() {
        for end in ["\n", "\r", "\r\n"] {
            let stream = ["event: ping", "data: a", "data: b", "", "data: c", "", ""].join(end);
            for size in 1..stream.len() {
                let said = said(&stream, size);
                let events: Vec<&String> = said.iter().filter(|one| one.starts_with('=')).collect();
                assert_eq!(
                    events,
                    ["= event ping: a\\nb", "= event message: c"],
                    "{end:?}, {size}"
                );
            }
            let shown = end.replace('\r', "\\r").replace('\n', "\\n");
            assert_eq!(
                said(&stream, stream.len())[..3],
                ["event: ping", "data: a", "data: b"].map(|line| format!("{line}{shown}"))
            );
        }
    }

    #[test]
    fn a_cr_and_an_lf_that_comes_later_are_one_end() {
        let mut lines = Lines::default();
        let mut said = |bytes: &[u8]| {
            let said = lines.of(bytes).into_iter().map(|said| said.text);
            said.collect::<Vec<_>>()
        };
        assert_eq!(said(b"data: a\r"), ["data: a\\r"]);
        assert_eq!(said(b"\n"), ["the rest of a line's end"]);
        assert_eq!(said(b"\r"), ["\\r", "= event message: a"]);
        assert_eq!(said(b"\ndata"), ["the beginning of a line"]);
        assert_eq!(said(b": b\n"), ["data: b\\n"]);
        assert_eq!(said(b"\n"), ["\\n", "= event message: b"]);
        assert_eq!(said(b"data: c\rdata"), ["data: c\\r"]);
        assert_eq!(said(b"\n"), ["data\\n"]);
    }

    #[test]
    fn a_byte_order_mark_begins_a_stream_and_nothing_else() {
        let stream = "\u{feff}data: a\n\n\u{feff}data: b\n\n";
        for size in 1..stream.len() {
            let said = said(stream, size);
            let marks: Vec<&String> = said.iter().filter(|one| one.starts_with('=')).collect();
            assert_eq!(
                marks,
                ["= event message: a", "= no event: it has no data"],
                "{size}"
            );
        }
        assert_eq!(said(stream, 100)[0], "\\u{feff}data: a\\n");
    }
}
