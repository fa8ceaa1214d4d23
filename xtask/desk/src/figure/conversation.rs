//! A slice of a transcript, read: who speaks in each line, and which bytes it
//! stands for. No more than the text form says.

use checker::{
    recorder::{
        frame,
        words::{self, Told},
    },
    redaction,
    transcript::{self, Speaker},
    visible,
};

/// Who speaks in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    Stage,
    Client,
    Program,
    /// A page, as the browser has it.
    Page,
    Log,
    /// Listed and not judged; the text form does not say who spoke.
    Noted,
    /// Not a line of a transcript.
    Unknown,
}

/// What a line stands for.
#[derive(Debug, PartialEq, Eq)]
pub enum What<'a> {
    /// Words about something.
    Words,
    /// A line of an HTTP head. Its bytes are not told: the transcript writes names
    /// in lower case and in an order of its own.
    Head,
    /// A WebSocket message in one frame, or one frame.
    Frame(Framed<'a>),
    /// These bytes, exactly: of a body, an event stream or the log.
    Bytes(Vec<u8>),
}

/// A frame with its header, as far as the transcript tells it.
#[derive(Debug, PartialEq, Eq)]
pub struct Framed<'a> {
    pub told: Told<'a>,
    /// The header's bytes up to the masking key; none where the frame was odd, or
    /// was one of several.
    pub header: Option<Vec<u8>>,
    /// Whether it was a client's, and masked.
    pub masked: bool,
    /// Whether the payload is what was said, and not the name of a mask.
    pub payload_known: bool,
}

/// One line.
#[derive(Debug)]
pub struct Said<'a> {
    pub line: &'a str,
    pub client: &'a str,
    pub voice: Voice,
    pub said: &'a str,
    pub what: What<'a>,
}

/// Reads the lines of a transcript; empty ones are left out.
pub fn read<'a>(lines: &[&'a str]) -> Vec<Said<'a>> {
    let mut reader = Reader::default();
    let lines = lines.iter().filter(|line| !line.trim().is_empty());
    lines.map(|line| reader.line(line)).collect()
}

/// What has been said before decides what a line is.
#[derive(Default)]
struct Reader<'a> {
    /// Clients, and whose heads are not yet at their end.
    in_head: Vec<(&'a str, Voice)>,
    /// Clients that are pages in a browser.
    pages: Vec<&'a str>,
    /// A line of the stage has said that something deliberately broken is sent.
    broken: bool,
    /// Clients whose next message is noted as several frames.
    several: Vec<&'a str>,
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: &'a str) -> Said<'a> {
        let Some(read) = transcript::read(line) else {
            return Said {
                line,
                client: "",
                voice: Voice::Unknown,
                said: line,
                what: What::Words,
            };
        };
        let (client, said) = (read.client, read.said);
        let page = self.pages.contains(&client);
        let voice = match read.speaker {
            Some(Speaker::Stage) => Voice::Stage,
            Some(Speaker::Client) => Voice::Client,
            Some(Speaker::Program) if page => Voice::Page,
            Some(Speaker::Program) => Voice::Program,
            Some(Speaker::Log) => Voice::Log,
            None => Voice::Noted,
        };
        let what = match voice {
            Voice::Stage => {
                self.stage(said);
                What::Words
            }
            Voice::Noted => {
                if said.starts_with("in ") && said.ends_with(" frames") {
                    self.several.push(client);
                }
                What::Words
            }
            Voice::Log => bytes(said),
            Voice::Client | Voice::Program => self.on_the_wire(client, voice, said),
            Voice::Page | Voice::Unknown => What::Words,
        };
        Said {
            line,
            client,
            voice,
            said,
            what,
        }
    }

    fn stage(&mut self, said: &'a str) {
        self.broken = said.contains(" sends ");
        if let Some((before, _)) = said.split_once("a person opens ") {
            self.pages.push(before.trim_end_matches(": "));
        }
    }

    fn on_the_wire(&mut self, client: &'a str, voice: Voice, said: &'a str) -> What<'a> {
        let head = (client, voice);
        let begins = match voice {
            Voice::Client => said.ends_with(" HTTP/1.1"),
            _ => said.starts_with("HTTP/1.1 "),
        };
        if begins {
            self.in_head.push(head);
            return What::Head;
        }
        if self.in_head.contains(&head) {
            if said.is_empty() {
                self.in_head.retain(|known| *known != head);
            }
            return What::Head;
        }
        match words::told(said) {
            Some(told) => What::Frame(self.frame(client, voice, told, said)),
            None => bytes(said),
        }
    }

    fn frame(&mut self, client: &'a str, voice: Voice, told: Told<'a>, said: &str) -> Framed<'a> {
        let masked = voice == Voice::Client;
        let several = !masked && self.several.contains(&client) && told.opcode < frame::CLOSE;
        if several {
            self.several.retain(|known| *known != client);
        }
        let whole = told.odd.is_empty() && !several && !(masked && self.broken);
        let first = told.opcode | if told.fin { 0x80 } else { 0 };
        let header = whole.then(|| frame::header(first, masked, told.payload.len()));
        Framed {
            told,
            header,
            masked,
            payload_known: !redaction::may_be_masked(said),
        }
    }
}

/// The bytes of a line that stands for bytes.
fn bytes(said: &str) -> What<'_> {
    match visible::bytes(said) {
        Some(bytes) if !said.is_empty() && !redaction::may_be_masked(said) => What::Bytes(bytes),
        _ => What::Words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed<'a>(said: &'a Said<'a>) -> &'a Framed<'a> {
        match &said.what {
            What::Frame(framed) => framed,
            other => panic!("{}: {other:?}", said.line),
        }
    }

    #[test]
    fn tells_heads_streams_and_logs_apart() {
        let lines = read(&[
            "* a client connects",
            "> GET /sse HTTP/1.1",
            "> host: localhost:[port]",
            ">",
            "< HTTP/1.1 200 OK",
            "~ date: [date]",
            "<",
            "< data: ç\\n",
            "| Client connecté\\n",
            "| http://localhost:[port]\\n",
            "",
            "nobody",
        ]);
        assert_eq!(lines.len(), 11);
        let heads = [1, 2, 3, 4, 6];
        assert!(heads.iter().all(|at| lines[*at].what == What::Head));
        assert_eq!(lines[7].what, What::Bytes("data: ç\n".into()));
        assert_eq!(lines[8].voice, Voice::Log);
        assert_eq!(lines[9].what, What::Words, "the port is not told");
        assert_eq!(lines[10].voice, Voice::Unknown);
    }

    #[test]
    fn gives_a_header_where_the_transcript_tells_it() {
        let lines = read(&[
            "> text \"d\\xc3\" 2 bytes, not the last",
            "< text \"bonjour\" 7 bytes",
            "> text \"[random]\" 8 bytes",
            "< text \"\" 0 bytes, masked",
            "~ in 2 frames",
            "< text \"ab\" 2 bytes",
            "< text \"⟨a×126⟩\" 126 bytes",
            "< close 1000 \"\"",
            "* mallory sends a frame without a mask (section 5.1)",
            "mallory > text \"nu\" 2 bytes",
        ]);
        let header = |at: usize| framed(&lines[at]).header.as_deref();
        assert_eq!(header(0), Some(&b"\x01\x82"[..]));
        assert_eq!(header(1), Some(&b"\x81\x07"[..]));
        assert_eq!(header(2), Some(&b"\x81\x88"[..]));
        assert!(!framed(&lines[2]).payload_known);
        assert_eq!(header(3), None);
        assert_eq!(header(5), None);
        assert_eq!(header(6), Some(&b"\x81\x7e\x00\x7e"[..]));
        assert_eq!(header(7), Some(&b"\x88\x02"[..]));
        assert_eq!(
            header(9),
            None,
            "what is broken on purpose has another header"
        );
    }

    #[test]
    fn a_page_is_no_program() {
        let lines = read(&[
            "* bob: a person opens https://localhost:[port]/",
            "bob < <p>Vous : ici</p>",
            "alice < data: x\\n",
        ]);
        assert_eq!(lines[1].voice, Voice::Page);
        assert_eq!(lines[2].voice, Voice::Program);
    }
}
