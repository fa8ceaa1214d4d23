//! Requests as they are sent and responses as they come (RFC 9112), by meaning:
//! header names in lower case and sorted, the ones that the chapter speaks of
//! judged, the others listed.

use std::time::Instant;

use super::{
    Client, body, cadence,
    connection::Heard,
    fields::{by_meaning, joined, usual_reason},
    head::Head,
};
use crate::{
    limits::{HEAD_BYTES, HEAD_HEADERS, PATIENCE, WHOLE},
    redaction::DATE,
    transcript::{Speaker, Unit},
    visible,
};

/// How many interim responses are passed over.
const INTERIM: usize = 8;

/// The longest body that is listed as it is when it is not judged, in bytes.
const SHORT: usize = 200;

impl Client {
    /// Sends a request without a body, its lines as given after the host.
    pub async fn asks(&mut self, method: &str, path: &str, port: u16, headers: &[(&str, &str)]) {
        let mut lines = vec![
            format!("{method} {path} HTTP/1.1"),
            format!("host: localhost:{port}"),
        ];
        lines.extend(
            headers
                .iter()
                .map(|(name, value)| format!("{name}: {value}")),
        );
        lines.push(String::new());
        for line in &lines {
            self.pen
                .write(self.name, Speaker::Client, Unit::Head, line.as_bytes());
        }
        self.asked_at = Instant::now();
        self.arrivals.clear();
        self.send((lines.join("\r\n") + "\r\n").as_bytes()).await;
    }

    /// Reads a response's head and writes it down; `judged` names the headers
    /// that the contract speaks of, in lower case.
    pub async fn hears_head(&mut self, judged: &[&str]) -> Head {
        for _ in 0..INTERIM {
            let head = self.hears_one_head(judged, true).await;
            if !is_interim(head.status) {
                return head;
            }
        }
        self.hears_one_head(judged, false).await
    }

    /// Reads one head; with `passes_over` an interim response is listed, not judged:
    /// any may come before the real one (RFC 9110, section 15.2).
    async fn hears_one_head(&mut self, judged: &[&str], passes_over: bool) -> Head {
        let Some(bytes) = self.read_head().await else {
            return Head::default();
        };
        let mut slots = [httparse::EMPTY_HEADER; HEAD_HEADERS];
        let mut response = httparse::Response::new(&mut slots);
        if let Err(error) = response.parse(&bytes) {
            self.write_foreign(&bytes, &error.to_string());
            return Head::default();
        }
        let headers = response.headers.iter();
        let version = response.version.unwrap_or(1);
        let head = Head {
            status: response.code.unwrap_or(0),
            is_old: version == 0,
            headers: headers
                .map(|h| (h.name.to_ascii_lowercase(), h.value.to_vec()))
                .collect(),
        };
        if passes_over && is_interim(head.status) {
            self.list(format!("HTTP/1.1 {} before the response", head.status));
            return head;
        }
        self.write_status(version, head.status, response.reason.unwrap_or(""), &bytes);
        self.write_headers(&head, judged);
        if bare_line_feed(&bytes) {
            self.pen
                .act(self.about("a line of the head ends with LF alone".into()));
        }
        if let Some(length) = head.strange_length() {
            let said = visible::text(length.as_bytes());
            let sentence = format!("content-length is \"{said}\", not one number of bytes");
            self.pen.act(self.about(sentence));
        }
        if let Some(codings) = head.foreign_codings() {
            let said = visible::text(codings.as_bytes());
            let sentence = format!("transfer-encoding is \"{said}\", not chunked alone");
            self.pen.act(self.about(sentence));
        }
        self.framing = head.framing();
        head
    }

    /// Like [`Self::hears_head`], and says so when the head took its time: a
    /// head that waits for the first event is one that the browser waits for.
    pub async fn hears_head_at_once(&mut self, judged: &[&str]) -> Head {
        while self
            .connection
            .as_ref()
            .is_some_and(|connection| connection.unread.is_empty())
        {
            if !self.hear("response head").await {
                return Head::default();
            }
        }
        let waited = self.asked_at.elapsed();
        if waited >= cadence::HALF {
            let wait = self.pen.masks_wait(waited);
            self.pen.act(self.about(format!("{wait} pass")));
        }
        self.hears_head(judged).await
    }

    /// Reads the body of the response whose head was read, and writes it down.
    pub async fn hears_body(&mut self, judged: bool) {
        let (mut body, began) = (Vec::new(), Instant::now());
        let counted = matches!(self.framing, body::Framing::Length(_));
        loop {
            if let Some(connection) = &mut self.connection {
                let decoded = self.framing.decode(&mut connection.unread, &mut body);
                if let Err(fault) = decoded {
                    return self.pen.lose(self.about(fault));
                }
            }
            if self.framing == body::Framing::Nothing || body::is_too_long(&body) {
                break;
            }
            if began.elapsed() > PATIENCE {
                let wait = PATIENCE.as_secs();
                let endless = format!("the body is not over after {wait} s");
                self.pen.lose(self.about(endless));
                break;
            }
            let to_end = self.framing == body::Framing::ToEnd;
            if !self.hear_body(to_end).await {
                break;
            }
        }
        let after = self.connection.as_ref().map_or(0, |one| one.unread.len());
        if counted && self.framing == body::Framing::Nothing && after > 0 {
            let more = "there are more bytes than content-length says";
            return self.pen.lose(self.about(more.into()));
        }
        if !judged && body.len() > SHORT {
            return self.list(format!("a body of {} bytes", body.len()));
        }
        if judged || !body.is_empty() {
            let said = visible::text(&body);
            let mut entry = self
                .pen
                .entry(self.name, Speaker::Program, Unit::Body, said, &body);
            entry.judged = judged;
            self.pen.push(entry);
        }
    }

    /// A body that lasts until the connection ends has that end for its own.
    async fn hear_body(&mut self, to_end: bool) -> bool {
        if !to_end {
            return self.hear("rest of the body").await;
        }
        let Some(connection) = &mut self.connection else {
            return false;
        };
        let heard = connection.hear(PATIENCE).await;
        if heard == Heard::Silence {
            let wait = PATIENCE.as_secs();
            let silent = format!("no end of the body for {wait} s");
            self.pen.lose(self.about(silent));
        }
        heard == Heard::Bytes
    }

    pub(super) async fn read_head(&mut self) -> Option<Vec<u8>> {
        loop {
            let connection = self.connection.as_mut()?;
            if let Some(end) = head_end(&connection.unread) {
                self.head_at = connection.heard_at.saturating_duration_since(self.asked_at);
                return Some(connection.take(end));
            }
            // Bytes that cannot begin a response will not become one.
            let unread = &connection.unread;
            let foreign =
                !unread.is_empty() && !b"HTTP/1.".starts_with(&unread[..unread.len().min(7)]);
            if unread.len() > HEAD_BYTES {
                let longer = format!("the response head is longer than {} KiB", HEAD_BYTES >> 10);
                self.pen.lose(self.about(longer));
                return None;
            }
            if foreign {
                let bytes = std::mem::take(&mut connection.unread);
                self.write_foreign(&bytes, "it does not begin with HTTP/1.1 and a status");
                return None;
            }
            if self.asked_at.elapsed() > WHOLE {
                self.takes_too_long("response head");
                return None;
            }
            let begun = !connection.unread.is_empty();
            let rest = if begun {
                "rest of the response head"
            } else {
                "response head"
            };
            if !self.hear(rest).await {
                return None;
            }
        }
    }

    fn write_foreign(&mut self, bytes: &[u8], why: &str) {
        let first = &bytes[..bytes.len().min(80)];
        self.pen
            .write(self.name, Speaker::Program, Unit::Head, first);
        self.pen
            .lose(self.about(format!("not an HTTP response: {why}")));
    }

    /// The reason phrase means nothing (RFC 9112, section 4), so the usual one
    /// stands in the judged line and the program's own is listed. So is the version:
    /// an answer may be in HTTP/1.0 (RFC 9110, section 6.2), an upgrade may not.
    fn write_status(&mut self, version: u8, status: u16, reason: &str, bytes: &[u8]) {
        let usual = usual_reason(status);
        let older = version == 0 && status != 101;
        let version = if older { 1 } else { version };
        let line = format!("HTTP/1.{version} {status} {}", usual.unwrap_or(reason));
        let said = line.trim_end().to_owned();
        self.pen.push(
            self.pen
                .entry(self.name, Speaker::Program, Unit::Head, said, bytes),
        );
        if usual.is_some_and(|usual| usual != reason) {
            self.list(format!("reason: {}", visible::text(reason.as_bytes())));
        }
        if older {
            self.list("version: HTTP/1.0".into());
        }
    }

    fn write_headers(&mut self, head: &Head, judged: &[&str]) {
        let mut headers = joined(&head.headers);
        // This coding changes nothing, and says so (RFC 9110, section 8.4).
        let judged = |name: &str, value: &[u8]| {
            let plain = name == "content-encoding" && value.eq_ignore_ascii_case(b"identity");
            judged.contains(&name) && !plain
        };
        headers.sort();
        for (name, value) in headers.iter().filter(|(name, value)| judged(name, value)) {
            let value = by_meaning(name, value, head.status);
            let said = format!("{name}: {}", visible::text(&value));
            self.pen.push(
                self.pen
                    .entry(self.name, Speaker::Program, Unit::Head, said, &[]),
            );
        }
        for (name, value) in headers.iter().filter(|(name, value)| !judged(name, value)) {
            let value = if name == "date" {
                DATE.to_owned()
            } else {
                visible::text(value)
            };
            self.list(format!("{name}: {value}"));
        }
        self.pen.write(self.name, Speaker::Program, Unit::Head, b"");
    }

    /// Something that is shown and not judged.
    pub(super) fn list(&self, said: String) {
        self.pen
            .list(self.name, Speaker::Program, Unit::Head, &said);
    }

    /// Says whether `allow` names a method (RFC 9110, section 10.2.1); which
    /// others it names is the framework's matter.
    pub fn says_allow(&self, head: &Head, method: &str) {
        if head.status == 0 {
            return;
        }
        let named = head
            .list("allow")
            .iter()
            .any(|known| known.eq_ignore_ascii_case(method));
        self.pen.act(if named {
            format!("allow names {method}")
        } else {
            format!("allow does not name {method}")
        });
    }
}

/// 101 is the end of HTTP and no interim response.
fn is_interim(status: u16) -> bool {
    (100..200).contains(&status) && status != 101
}

fn head_end(bytes: &[u8]) -> Option<usize> {
    let crlf = bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .map(|at| at + 4);
    let lf = bytes
        .windows(2)
        .position(|two| two == b"\n\n")
        .map(|at| at + 2);
    [crlf, lf].into_iter().flatten().min()
}

fn bare_line_feed(head: &[u8]) -> bool {
    let ends = head.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    ends.into_iter()
        .any(|(at, _)| at == 0 || head[at - 1] != b'\r')
}
