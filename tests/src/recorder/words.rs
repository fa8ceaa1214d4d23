//! A WebSocket message or control frame in words, and what these words say.

use super::frame;
use crate::visible;

/// What a message or control frame is, what it carries, how long it is. The
/// payload comes before its length, so that a caret points into it.
pub fn words(opcode: u8, payload: &[u8], fin: bool) -> String {
    let opcode = opcode & 0xf;
    let kind = frame::name(opcode);
    let length = payload.len();
    let unfinished = if fin { "" } else { NOT_THE_LAST };
    match (opcode, payload) {
        (frame::CLOSE, []) => format!("{kind} {NO_CODE}{unfinished}"),
        (frame::CLOSE, [high, low, reason @ ..]) => {
            let code = u16::from_be_bytes([*high, *low]);
            let reason = quoted(reason);
            format!("{kind} {code} {reason}{unfinished}")
        }
        _ => {
            let bytes = if length == 1 { "byte" } else { "bytes" };
            format!("{kind} {} {length} {bytes}{unfinished}", quoted(payload))
        }
    }
}

const NOT_THE_LAST: &str = ", not the last";
const NO_CODE: &str = "without a code";

fn quoted(payload: &[u8]) -> String {
    format!("\"{}\"", visible::text(payload))
}

/// A message or control frame as its words tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told<'a> {
    /// The opcode of its first frame.
    pub opcode: u8,
    /// The FIN bit of its last frame.
    pub fin: bool,
    /// The payload, unmasked; a close frame's begins with the two bytes of its code.
    pub payload: Vec<u8>,
    /// What else is odd about it: `, masked`; empty when nothing is.
    pub odd: &'a str,
}

/// Reads what [`words`] writes, and what may stand behind it; `None` for words
/// that are no message's, or that contradict themselves.
pub fn told(said: &str) -> Option<Told<'_>> {
    let (kind, rest) = match said.split_once(" \"") {
        Some((before, _)) => said.split_at(before.len() + 1),
        None => said.split_once(NO_CODE)?,
    };
    let kind = kind.trim_end();
    let (kind, code) = match kind.strip_prefix("close ") {
        Some(code) => ("close", Some(code.parse::<u16>().ok()?)),
        None => (kind, None),
    };
    let opcode = frame::opcode(kind)?;
    let (payload, rest) = if rest.starts_with('"') {
        let (inside, rest) = rest.split_at(rest.rfind('"')?);
        (visible::bytes(inside.get(1..)?)?, &rest[1..])
    } else {
        (Vec::new(), rest)
    };
    let (payload, rest) = match (code, opcode, said.contains('"')) {
        (Some(code), ..) => ([&code.to_be_bytes(), &payload[..]].concat(), rest),
        (None, frame::CLOSE, false) => (payload, rest),
        _ => {
            let (length, rest) = rest.strip_prefix(' ')?.split_once(" byte")?;
            let length: usize = length.parse().ok()?;
            let rest = rest.strip_prefix('s').unwrap_or(rest);
            (
                Some(payload).filter(|payload| payload.len() == length)?,
                rest,
            )
        }
    };
    let (fin, odd) = match rest.strip_prefix(NOT_THE_LAST) {
        Some(odd) => (false, odd),
        None => (true, rest),
    };
    (odd.is_empty() || odd.starts_with(", ")).then_some(Told {
        opcode,
        fin,
        payload,
        odd,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_words_that_it_writes() {
        let run = [b'a'; 65_536];
        let messages: [(u8, &[u8], bool); 11] = [
            (frame::TEXT, "Ça va ? \"co\" 3 bytes".as_bytes(), true),
            (frame::TEXT, b"d\xc3", false),
            (frame::CONTINUATION, b"\xa9coup", false),
            (frame::BINARY, b"", true),
            (frame::PING, &run, true),
            (frame::PONG, b" \" 3 bytes", true),
            (frame::CLOSE, b"", true),
            (frame::CLOSE, b"\x03", true),
            (frame::CLOSE, b"\x03\xe8", true),
            (frame::CLOSE, b"\x03\xe8au revoir \"", true),
            (0xb, b"trois", true),
        ];
        for (opcode, payload, fin) in messages {
            let said = words(opcode, payload, fin);
            let expected = Told {
                opcode,
                fin,
                payload: payload.to_vec(),
                odd: "",
            };
            assert_eq!(told(&said), Some(expected), "{said}");
            let odd = said + ", masked, with reserved bits";
            let odd = told(&odd).expect("odd words");
            assert_eq!(odd.odd, ", masked, with reserved bits");
        }
    }

    #[test]
    fn knows_what_is_no_message() {
        for said in [
            "",
            "text",
            "data: x\\n",
            "text \"abc\"",
            "text \"abc\" 4 bytes",
            "text \"ç\" 1 byte",
            "text \"abc\" 3 bytes or so",
            "close soon \"abc\"",
            "a message \"abc\" 3 bytes",
            "hears \"Bienvenue\"",
            "text without a code",
        ] {
            assert_eq!(told(said), None, "{said}");
        }
    }
}
