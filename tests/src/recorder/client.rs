//! A client of the program: a name in the transcript and a connection.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use super::{
    Pen,
    body::Framing,
    connection::{Connection, End, Heard},
    event_stream::Event,
    head::Head,
};
use crate::{
    limits::{PATIENCE, REASON, REST_BYTES, WHOLE},
    transcript::{Speaker, Unit},
    visible,
};

/// One client; what it hears is written down as it hears it.
pub struct Client {
    /// Empty when the conversation has only one.
    pub(super) name: &'static str,
    pub(super) pen: Pen,
    pub(super) connection: Option<Connection>,
    /// How the response body that is being read ends.
    pub(super) framing: Framing,
    /// Decoded bytes of an event stream that are not yet written down.
    pub(super) stream: Vec<u8>,
    /// How many bytes of the stream are.
    pub(super) stream_offset: u64,
    /// Whether the last line ended with the last byte that had come, a CR: an LF that
    /// comes next belongs to it.
    pub(super) stream_cr: bool,
    /// When the last request left: nothing can be answered earlier.
    pub(super) asked_at: Instant,
    /// When the newest bytes of the head came, since `asked_at`.
    pub(super) head_at: Duration,
    /// When each event was complete, since `asked_at`.
    pub(super) arrivals: Vec<Duration>,
    /// Events that were read to judge the pace of those before them.
    pub(super) ahead: VecDeque<Event>,
    /// Where the next masking key comes from.
    pub(super) keys: fastrand::Rng,
    /// The payloads of its pings that no pong has answered.
    pub(super) pings: Vec<Vec<u8>>,
    /// How many control frames came that it had not asked for.
    pub(super) unasked: usize,
}

impl Client {
    /// A client that may have failed to connect; then it hears nothing.
    pub fn new(name: &'static str, pen: Pen, connection: Option<Connection>, seed: u64) -> Self {
        Self {
            name,
            pen,
            connection,
            framing: Framing::Nothing,
            stream: Vec::new(),
            stream_offset: 0,
            stream_cr: false,
            asked_at: Instant::now(),
            head_at: Duration::ZERO,
            arrivals: Vec::new(),
            ahead: VecDeque::new(),
            keys: fastrand::Rng::with_seed(seed),
            pings: Vec::new(),
            unasked: 0,
        }
    }

    /// Sends bytes as they are and writes nothing down.
    pub(super) async fn send(&mut self, bytes: &[u8]) {
        if let Some(connection) = &mut self.connection {
            connection.send(bytes, PATIENCE).await;
        }
    }

    /// Waits for more bytes; the end and a silence are written down, once.
    /// False when there is nothing more to wait for.
    pub(super) async fn hear(&mut self, what_for: &str) -> bool {
        self.hear_within(what_for, PATIENCE).await
    }

    /// The same, where no more is `left` of [`PATIENCE`], and the rest has passed in silence.
    pub(super) async fn hear_within(&mut self, what_for: &str, left: Duration) -> bool {
        if self.pen.is_lost() {
            return false;
        }
        let Some(connection) = &mut self.connection else {
            return false;
        };
        match connection.hear(left).await {
            Heard::Bytes => true,
            Heard::Silence => {
                let wait = PATIENCE.as_secs();
                self.pen
                    .lose(self.about(format!("no {what_for} for {wait} s")));
                false
            }
            Heard::End(end) => {
                tokio::time::sleep(REASON).await;
                self.pen.lose(self.about(end.sentence().to_owned()));
                self.pen.act(self.about(format!("no {what_for}")));
                self.connection = None;
                false
            }
        }
    }

    /// Gives up on something that goes on coming and does not end.
    pub(super) fn takes_too_long(&mut self, what: &str) {
        let wait = WHOLE.as_secs();
        self.pen
            .lose(self.about(format!("the {what} is not over after {wait} s")));
    }

    /// Waits for the program to end the connection; bytes that still come are
    /// written down, since none should.
    pub async fn hears_end(&mut self) {
        if self.pen.is_lost() {
            return;
        }
        loop {
            let Some(connection) = &mut self.connection else {
                return;
            };
            match connection.hear(PATIENCE).await {
                Heard::Bytes if connection.unread.len() > REST_BYTES => {
                    self.write_rest();
                    return self.pen.lose(self.about("and it goes on".into()));
                }
                Heard::Bytes => continue,
                Heard::Silence => {
                    let wait = PATIENCE.as_secs();
                    return self
                        .pen
                        .lose(self.about(format!("still connected after {wait} s")));
                }
                Heard::End(end) => {
                    self.write_rest();
                    return self.write_end(end);
                }
            }
        }
    }

    /// Leaves in order: the client's half of the connection ends.
    pub async fn leaves(&mut self) {
        self.pen.act(format!("{} leaves", self.called()));
        if let Some(connection) = self.connection.take() {
            connection.leave().await;
        }
    }

    /// Vanishes without a word: the connection is reset.
    pub fn vanishes(&mut self) {
        self.pen.act(format!("{} vanishes", self.called()));
        if let Some(connection) = self.connection.take() {
            connection.vanish();
        }
    }

    /// Remarks when the program chose HTTP/2, which this workbook does not speak.
    pub fn notes_http2(&self) {
        let session = self.connection.as_ref().and_then(Connection::tls);
        if session.is_some_and(|session| session.alpn_protocol() == Some(b"h2")) {
            self.pen.note(
                "it offers HTTP/2 too; browsers will take it, and this workbook speaks HTTP/1.1",
            );
        }
    }

    /// Remarks when the program answered in HTTP/1.0, as old servers do.
    pub fn notes_http10(&self, head: &Head) {
        if head.is_old {
            self.pen.note(
                "it answers in HTTP/1.0: browsers read that too, and need a new connection for \
                 each answer",
            );
        }
    }

    /// Remarks when a response names protocols without the connection option that goes
    /// with them (RFC 9110, section 7.8): a proxy would pass on what is for it alone.
    pub fn notes_lone_upgrade(&self, head: &Head) {
        let option = head
            .list("connection")
            .iter()
            .any(|option| option == "upgrade");
        if head.has("upgrade") && !option {
            self.pen.note(
                "its `upgrade` comes without `connection: upgrade`, which the standard asks for \
                 with it (RFC 9110 7.8)",
            );
        }
    }

    /// What sentences call it.
    pub(super) fn called(&self) -> &'static str {
        if self.name.is_empty() {
            "the client"
        } else {
            self.name
        }
    }

    /// A sentence that says whose connection it is about, where that matters.
    pub(super) fn about(&self, sentence: String) -> String {
        if self.name.is_empty() {
            sentence
        } else {
            format!("{}: {sentence}", self.name)
        }
    }

    fn write_end(&mut self, end: End) {
        self.pen.act(self.about(end.sentence().to_owned()));
        if end == End::Reset {
            self.pen
                .list(self.name, Speaker::Stage, Unit::Action, "by RST");
        }
        self.connection = None;
    }

    fn write_rest(&mut self) {
        if let Some(connection) = &mut self.connection {
            let rest = std::mem::take(&mut connection.unread);
            if !rest.is_empty() {
                let said = format!("{} bytes more: {}", rest.len(), visible::text(&rest));
                let entry = self
                    .pen
                    .entry(self.name, Speaker::Program, Unit::Body, said, &rest);
                self.pen.push(entry);
            }
        }
    }
}
