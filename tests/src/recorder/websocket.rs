//! WebSocket conversations (RFC 6455): the upgrade, messages joined from their
//! frames, control frames, and everything odd about the frames themselves.

use std::{borrow::Cow, time::Instant};

use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::{
    Client,
    connection::Heard,
    frame::{self, Frame, Parsed},
    head::Head,
    words::{told, words},
};
use crate::{
    limits::{ENTRY_BYTES, MESSAGE_BYTES, MESSAGE_FRAMES, PATIENCE, PIECE_PAUSE, WHOLE},
    transcript::{Entry, Speaker, Unit},
};

/// The key of RFC 6455, section 1.3; its answer is known to every reader.
pub const SAMPLE_KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

/// The header of a 101 that names the extensions agreed on.
pub(super) const EXTENSIONS: &str = "sec-websocket-extensions";
/// The header of a 101 that names the subprotocol agreed on.
pub(super) const PROTOCOL: &str = "sec-websocket-protocol";

/// The headers of a 101 that the contract speaks of.
const JUDGED: [&str; 5] = [
    "connection",
    "sec-websocket-accept",
    EXTENSIONS,
    PROTOCOL,
    "upgrade",
];

impl Client {
    /// Asks for an upgrade on `/` with `key`, and reads the answer's head.
    pub async fn upgrades(&mut self, port: u16, key: &str) -> Head {
        let headers = [
            ("upgrade", "websocket"),
            ("connection", "Upgrade"),
            ("sec-websocket-key", key),
            ("sec-websocket-version", "13"),
        ];
        self.upgrades_by(port, key, &headers, &JUDGED).await
    }

    /// The same as Firefox asks: names in the case of the standards, and one option
    /// more in `connection`, which is a list (RFC 9110, section 7.6.1).
    pub async fn upgrades_as_firefox(&mut self, port: u16, key: &str) -> Head {
        let headers = [
            ("Upgrade", "websocket"),
            ("Connection", "keep-alive, Upgrade"),
            ("Sec-WebSocket-Key", key),
            ("Sec-WebSocket-Version", "13"),
        ];
        self.upgrades_by(port, key, &headers, &JUDGED).await
    }

    /// Asks with these headers, and judges those of the answer.
    pub(super) async fn upgrades_by(
        &mut self,
        port: u16,
        key: &str,
        headers: &[(&str, &str)],
        judged: &[&str],
    ) -> Head {
        self.asks("GET", "/", port, headers).await;
        self.pen.mask("accept", derive_accept_key(key.as_bytes()));
        let head = self.hears_head(judged).await;
        if head.status != 101 {
            self.hears_body(false).await;
            self.pen.lose(self.about("no WebSocket".into()));
        }
        head
    }

    /// Sends a text message in one frame.
    pub async fn says(&mut self, text: &str) {
        self.sends(0x80 | frame::TEXT, text.as_bytes()).await;
    }

    /// Sends one masked frame, its first byte as given.
    pub async fn sends(&mut self, first: u8, payload: &[u8]) {
        let bytes = self.masked(first, payload);
        self.sends_raw(first, payload, &bytes).await;
    }

    /// Sends masked frames, their first bytes as given, that leave in one write.
    pub async fn sends_together(&mut self, frames: &[(u8, &[u8])]) {
        let mut together = Vec::new();
        for (first, payload) in frames {
            let bytes = self.masked(*first, payload);
            self.writes_sent(*first, payload, &bytes);
            together.extend(bytes);
        }
        self.send(&together).await;
    }

    /// Sends a text message whose one frame leaves in several writes, cut at these
    /// bytes of it.
    pub async fn says_in_pieces(&mut self, text: &str, cuts: &[usize]) {
        let bytes = self.masked(0x80 | frame::TEXT, text.as_bytes());
        self.writes_sent(0x80 | frame::TEXT, text.as_bytes(), &bytes);
        let mut sent = 0;
        for cut in cuts {
            self.send(&bytes[sent..*cut]).await;
            sent = *cut;
            tokio::time::sleep(PIECE_PAUSE).await;
        }
        self.send(&bytes[sent..]).await;
    }

    /// Sends a ping and, in the same write, the first half of a frame that holds this
    /// text; returns the other half once the pong says that both have been read.
    pub async fn says_half(&mut self, text: &str) -> Vec<u8> {
        let mut both = self.masked(0x80 | frame::PING, b"lu ?");
        self.writes_sent(0x80 | frame::PING, b"lu ?", &both);
        let mut bytes = self.masked(0x80 | frame::TEXT, text.as_bytes());
        self.writes_sent(0x80 | frame::TEXT, text.as_bytes(), &bytes);
        let other = bytes.split_off(bytes.len() / 2);
        both.extend(bytes);
        self.send(&both).await;
        self.hears_message().await;
        other
    }

    /// Sends the other half of a frame.
    pub async fn says_rest(&mut self, other: &[u8]) {
        self.send(other).await;
    }

    /// Sends bytes that stand for a frame, broken as they may be.
    pub async fn sends_raw(&mut self, first: u8, payload: &[u8], bytes: &[u8]) {
        self.writes_sent(first, payload, bytes);
        self.send(bytes).await;
    }

    /// Sends one masked frame and writes nothing down.
    pub(super) async fn sends_unwritten(&mut self, first: u8, payload: &[u8]) {
        let bytes = self.masked(first, payload);
        self.send(&bytes).await;
    }

    fn masked(&mut self, first: u8, payload: &[u8]) -> Vec<u8> {
        frame::client(first, payload, self.keys.u32(..).to_be_bytes())
    }

    fn writes_sent(&mut self, first: u8, payload: &[u8], bytes: &[u8]) {
        if first & 0xf == frame::PING {
            self.pings.push(payload.to_vec());
        }
        let said = words(first, payload, first & 0x80 != 0);
        self.pen.push(
            self.pen
                .entry(self.name, Speaker::Client, Unit::Message, said, bytes),
        );
    }

    /// Reads one message, of any frames, and writes it down as one.
    pub async fn hears_message(&mut self) {
        if let Some(entry) = self.read_unit().await {
            self.pen.push(entry);
        }
    }

    /// Reads a control frame and a message, in whichever order they come: a
    /// pong may overtake the answer before it, or be overtaken (section 5.5.3).
    pub async fn hears_control_and_message(&mut self) {
        let mut heard = Vec::new();
        while heard.len() < 2 {
            match self.read_unit().await {
                Some(entry) => heard.push(entry),
                None => break,
            }
        }
        heard.sort_by_key(|entry: &Entry| entry.unit != Unit::Control);
        heard.into_iter().for_each(|entry| self.pen.push(entry));
    }

    /// Reads a close frame, if one comes, and the end of the connection: how a
    /// broken frame must be answered. Only the end is judged, unless the close frame
    /// is none itself or says `goodbye` back, which was a broken one; one that says why
    /// is noted, since it is better.
    pub async fn hears_refusal(&mut self, goodbye: Option<&[u8]>) {
        let mut code: Option<u16> = None;
        if let Some(mut entry) = self.read_unit_or_end().await {
            let close = told(&entry.said).filter(|told| told.opcode == frame::CLOSE);
            let lawful = close.as_ref().is_some_and(|close| {
                frame::is_lawful_close(&close.payload) && goodbye != Some(&close.payload[..])
            });
            if lawful {
                code = close.and_then(|close| {
                    let code = close.payload.first_chunk()?;
                    Some(u16::from_be_bytes(*code))
                });
            }
            entry.judged = !lawful;
            self.pen.push(entry);
            if !lawful {
                self.pen.lose(self.about("the conversation goes on".into()));
            }
        }
        if matches!(code, Some(1002 | 1007)) {
            self.pen.note(
                "it says why with a close frame, 1002 or 1007: better than this chapter asks",
            );
        }
        self.hears_end().await;
    }

    /// The next message or control frame as an entry; `None` when none comes.
    async fn read_unit(&mut self) -> Option<Entry> {
        self.read_frames(true).await
    }

    /// The same, where an end of the connection is as good.
    async fn read_unit_or_end(&mut self) -> Option<Entry> {
        self.read_frames(false).await
    }

    async fn read_frames(&mut self, must_come: bool) -> Option<Entry> {
        let (mut frames, mut size): (Vec<Frame>, usize) = (Vec::new(), 0);
        let began = Instant::now();
        loop {
            if began.elapsed() > WHOLE {
                self.takes_too_long("message");
                return None;
            }
            let frame = self.next_frame(must_come || !frames.is_empty()).await?;
            let control = frame.opcode >= frame::CLOSE;
            if control && self.passes_over(&frame, must_come).await {
                continue;
            }
            if control {
                let entry = self.unit(Unit::Control, &[&frame]);
                if frames.is_empty() {
                    return Some(entry);
                }
                // A control frame may stand between the fragments (section 5.4).
                self.pen.push(entry);
                continue;
            }
            let continues = frame.opcode == frame::CONTINUATION;
            let last = frame.fin || continues == frames.is_empty();
            size += frame.payload.len();
            frames.push(frame);
            if last || frames.len() > MESSAGE_FRAMES || size > MESSAGE_BYTES {
                return Some(self.unit(Unit::Message, &frames.iter().collect::<Vec<_>>()));
            }
        }
    }

    fn unit(&self, unit: Unit, frames: &[&Frame]) -> Entry {
        let first = frames[0];
        let payload: Cow<[u8]> = match frames {
            // The common case, and the one whose payload may be large.
            [one] => Cow::Borrowed(&one.payload),
            _ => Cow::Owned(
                frames
                    .iter()
                    .flat_map(|frame| &frame.payload)
                    .copied()
                    .collect(),
            ),
        };
        let mut said = words(
            first.opcode,
            &payload,
            frames.last().is_some_and(|frame| frame.fin),
        );
        let continued = |frame: &&&Frame| frame.opcode == frame::CONTINUATION;
        if frames.iter().skip(1).any(|frame| !continued(&frame)) {
            said += ", and a new message inside it";
        }
        for (odd, word) in [
            (frames.iter().any(|frame| frame.masked), "masked"),
            (
                frames.iter().any(|frame| frame.reserved != 0),
                "with reserved bits",
            ),
            (
                frames.iter().any(|frame| !frame.shortest),
                "with its length in a longer form",
            ),
        ] {
            if odd {
                said += &format!(", {word}");
            }
        }
        let bytes = frames.iter().flat_map(|frame| &frame.bytes).copied();
        let bytes: Vec<u8> = bytes.take(ENTRY_BYTES).collect();
        if frames.len() > 1 {
            self.list(format!("in {} frames", frames.len()));
        }
        self.pen
            .entry(self.name, Speaker::Program, unit, said, &bytes)
    }

    async fn next_frame(&mut self, must_come: bool) -> Option<Frame> {
        let began = Instant::now();
        while !self.pen.is_lost() {
            let connection = self.connection.as_mut()?;
            match frame::parse(&connection.unread) {
                Parsed::Frame(frame, length) => {
                    connection.unread.drain(..length);
                    return Some(frame);
                }
                Parsed::TooLong(length) => {
                    self.pen.lose(
                        self.about(format!("the server announces a frame of {length} bytes")),
                    );
                    return None;
                }
                Parsed::Partial if connection.unread.is_empty() && !must_come => {
                    // The end that may come instead is for `hears_end` to write down.
                    match connection.hear(PATIENCE).await {
                        Heard::Bytes => {}
                        Heard::End(_) => return None,
                        Heard::Silence => {
                            let wait = PATIENCE.as_secs();
                            let still = format!("still connected after {wait} s");
                            self.pen.lose(self.about(still));
                            return None;
                        }
                    }
                }
                Parsed::Partial if began.elapsed() > WHOLE => {
                    self.takes_too_long("frame");
                }
                Parsed::Partial => {
                    let begun = !connection.unread.is_empty();
                    let rest = if begun { "rest of the frame" } else { "frame" };
                    if !self.hear(rest).await {
                        return None;
                    }
                }
            }
        }
        None
    }
}
