//! One form for all that a standard gives the same meaning: what is left of
//! a transcript when it is read as its standards say, and not byte for byte.

use std::collections::BTreeMap;

use crate::transcript::{self, Speaker};

/// A transcript's lines in one form for each meaning, each with the place of the line
/// that it comes from; `streams` when there is an event stream among them.
pub fn meaning(lines: &[&str], streams: bool) -> Vec<(usize, String)> {
    let mut told = Vec::new();
    let mut events: BTreeMap<&str, Event> = BTreeMap::new();
    for (place, line) in lines.iter().enumerate() {
        match said_in(line) {
            Some((before, said)) if streams && text_of(said).is_some() => {
                let event = events.entry(before).or_default();
                let text = text_of(said).unwrap_or_default();
                event.takes(place, before, text, &mut told);
            }
            Some((before, said)) => told.push((place, format!("{before}{}", head_line(said)))),
            None => told.push((place, (*line).to_owned())),
        }
    }
    for (before, event) in events {
        told.extend(event.lines(before));
    }
    told
}

/// The first places at which two transcripts do not mean the same; `None` when they do.
pub fn differs(expected: &[&str], recorded: &[&str], streams: bool) -> Option<(usize, usize)> {
    let (wanted, got) = (meaning(expected, streams), meaning(recorded, streams));
    let pairs = wanted.iter().zip(&got);
    let same = pairs.take_while(|(one, other)| one.1 == other.1).count();
    let place = |told: &[(usize, String)], all: &[&str]| {
        let next = told.get(same);
        next.map_or(all.len(), |(place, _)| *place)
    };
    let over = same == wanted.len() && same == got.len();
    (!over).then(|| (place(&wanted, expected), place(&got, recorded)))
}

/// What a program said on the wire, and what stands before it in its line.
fn said_in(line: &str) -> Option<(&str, &str)> {
    let read = transcript::read(line).filter(|read| read.speaker == Some(Speaker::Program))?;
    Some((&line[..line.len() - read.said.len()], read.said))
}

/// A line of an event stream without its end, which it shows as a body does: CRLF, LF
/// and CR are one (WHATWG HTML, section 9.2.5).
fn text_of(said: &str) -> Option<&str> {
    let ends = ["\\r\\n", "\\n", "\\r"];
    ends.iter().find_map(|end| said.strip_suffix(end))
}

/// An event on its way, as a client holds it until the empty line comes (WHATWG HTML,
/// section 9.2.6).
#[derive(Default)]
struct Event {
    /// Whether the stream has begun; its first line may begin with a byte order mark.
    begun: bool,
    /// Each with the place of its line.
    name: Option<(usize, String)>,
    data: Vec<(usize, String)>,
}

impl Event {
    fn takes(&mut self, place: usize, before: &str, text: &str, told: &mut Vec<(usize, String)>) {
        let mark = if self.begun { "" } else { "\\u{feff}" };
        self.begun = true;
        let text = text.strip_prefix(mark).unwrap_or(text);
        let (name, value) = text.split_once(':').unwrap_or((text, ""));
        // One space after the colon is none.
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "event" => self.name = Some((place, value.to_owned())),
            "data" => self.data.push((place, value.to_owned())),
            "" if !text.is_empty() => {} // A comment.
            "" => {
                // Without data there is no event, whatever its name.
                if !self.data.is_empty() {
                    told.extend(self.lines(before));
                    told.push((place, format!("{before}\\n")));
                }
                (self.name, self.data) = (None, Vec::new());
            }
            // What else there is takes effect at once, or is no line of a stream.
            _ => told.push((place, format!("{before}{name}: {value}\\n"))),
        }
    }

    /// Its lines but the empty one; `message` is what an event is called without a name,
    /// or with an empty one.
    fn lines(&self, before: &str) -> Vec<(usize, String)> {
        let unnamed = |name: &str| matches!(name, "" | "\\x20" | "message");
        let name = self.name.iter().filter(|(_, name)| !unnamed(name));
        let name = name.map(|(place, name)| (*place, format!("{before}event: {name}\\n")));
        let data = self.data.iter();
        let data = data.map(|(place, data)| (*place, format!("{before}data: {data}\\n")));
        name.chain(data).collect()
    }
}

/// Media types compare without case, and without the space around a parameter (RFC 9110,
/// sections 5.6.6 and 8.3.1); an event stream is UTF-8, whether it says so or not (WHATWG
/// HTML, section 9.2.5). Directives of a cache compare without case (RFC 9111, section
/// 5.2).
fn head_line(said: &str) -> String {
    if let Some(value) = said.strip_prefix("content-type: ") {
        let value = value.to_ascii_lowercase();
        let mut parts = value.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default();
        let parameters = parts
            .filter(|part| !part.is_empty())
            .map(unquoted)
            .filter(|part| kind != "text/event-stream" || part != "charset=utf-8");
        let told = std::iter::once(kind.to_owned()).chain(parameters);
        return format!("content-type: {}", told.collect::<Vec<_>>().join(";"));
    }
    match said.strip_prefix("cache-control: ") {
        Some(value) => format!("cache-control: {}", value.to_ascii_lowercase()),
        None => said.to_owned(),
    }
}

/// A parameter whose value needs no quotes, without them.
fn unquoted(parameter: &str) -> String {
    let value = parameter.split_once('=').and_then(|(name, value)| {
        let inside = value.strip_prefix('"')?.strip_suffix('"')?;
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        (!inside.is_empty() && inside.chars().all(plain)).then(|| format!("{name}={inside}"))
    });
    value.unwrap_or_else(|| parameter.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPECTED: [&str; 3] = ["* 1 s pass", "< data: x\\n", "< \\n"];

    fn same(lines: &[&str]) -> bool {
        differs(&EXPECTED, lines, true).is_none()
    }

    #[test]
    fn an_event_has_many_forms() {
        let forms: [&[&str]; 7] = [
            &["* 1 s pass", "< data:x\\n", "< \\n"],
            &["* 1 s pass", "< data: x\\r\\n", "< \\r\\n"],
            &["* 1 s pass", "< event: message\\n", "< data: x\\r", "< \\r"],
            &[
                "* 1 s pass",
                "< data: x\\n",
                "< event\\n",
                "< event: message\\n",
                "< \\n",
            ],
            &["* 1 s pass", "< : still here\\n", "< data: x\\n", "< \\n"],
            &[
                "* 1 s pass",
                "< : still here\\n",
                "< \\n",
                "< data: x\\n",
                "< \\n",
                "< \\n",
            ],
            &["* 1 s pass", "< \\u{feff}data: x\\n", "< \\n"],
        ];
        for form in forms {
            assert!(same(form), "{form:?}");
        }
    }

    #[test]
    fn other_events_are_others() {
        let others: [&[&str]; 7] = [
            &["* 1 s pass", "< data:  x\\n", "< \\n"],
            &["* 1 s pass", "< data: x\\n"],
            &["* 1 s pass", "< data: x\\n", "< \\n", "< data\\n", "< \\n"],
            &["* 1 s pass", "< data: x\\n", "< data\\n", "< \\n"],
            &["* 1 s pass", "< event: ping\\n", "< data: x\\n", "< \\n"],
            &["* 1 s pass", "< id: 1\\n", "< data: x\\n", "< \\n"],
            &["< data: x\\n", "< \\n", "* 1 s pass"],
        ];
        for other in others {
            assert!(!same(other), "{other:?}");
        }
    }

    #[test]
    fn a_name_may_come_after_the_data() {
        let named = ["< event: ping\\n", "< data: x\\n", "< \\n"];
        let turned = ["< data: x\\n", "< event: ping\\n", "< \\n"];
        assert_eq!(differs(&named, &turned, true), None);
        let two = [&named[..], &["< data: y\\n", "< \\n"]].concat();
        let over = [&named[..2], &["< data: y\\n", "< \\n"]].concat();
        assert_eq!(differs(&two, &over, true), Some((2, 2)));
    }

    #[test]
    fn heads_compare_without_case() {
        let kinds = [
            ("text/event-stream", true),
            ("Text/Event-Stream; charset=UTF-8", true),
            ("text/event-stream;  charset=\"utf-8\"", true),
            ("text/event-stream ;charset=utf-8;", true),
            ("text/event-stream; charset=latin1", false),
            ("text/event-stream;charset=\"utf-8", false),
            ("\"text/event-stream\"", false),
            ("text/event-stream, text/plain", false),
        ];
        let form = |name: &str, value: &str| head_line(&format!("{name}: {value}"));
        for (kind, same) in kinds {
            let got = form("content-type", kind);
            assert_eq!(got == "content-type: text/event-stream", same, "{kind}");
        }
        let plain = form("content-type", "text/plain; charset=utf-8");
        assert_ne!(plain, form("content-type", "text/plain"));
        assert_eq!(form("cache-control", "No-Cache"), "cache-control: no-cache");
    }

    #[test]
    fn only_what_comes_on_the_wire_has_two_forms() {
        let body = "< Connexion chiffr\u{e9}e \u{e9}tablie\\r\\n";
        assert_eq!(meaning(&[body], false), [(0, body.to_owned())]);
        for line in [
            "alice < : x",
            "| Client < : x\\n",
            "* a < : b\\n",
            "> GET /<: HTTP/1.1\\n",
        ] {
            assert_eq!(meaning(&[line], true), [(0, line.to_owned())]);
        }
    }
}
