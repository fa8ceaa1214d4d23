//! Bytes that no good client sends: not TLS, TLS of another age, half of a
//! handshake. What matters is what comes back, and who else notices.

use std::time::Duration;

use tokio::time::timeout;

use super::{
    Stage,
    connection::{Connection, Heard, Wire},
    tls,
};
use crate::{
    limits::SILENT_CLIENTS,
    loopback,
    transcript::{Speaker, Unit},
    visible,
};

/// How long an answer to nonsense is awaited: whoever answers does so at once,
/// and silence is as good as an end.
const ANSWER: Duration = Duration::from_secs(1);

/// How long a program that a client takes down needs to go.
const GOING: Duration = Duration::from_millis(150);

impl Stage {
    /// Sends plain HTTP to the TLS port and writes down what comes back.
    pub async fn plain_http_to_tls(&mut self) {
        self.pen().act("a client sends HTTP without TLS");
        let answer = self
            .answer_to(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
            .await;
        self.notices_end().await;
        self.judge(&answer);
    }

    /// Sends bytes that are neither TLS nor HTTP.
    pub async fn nonsense(&mut self) {
        self.pen()
            .act("a client sends bytes that are no protocol's");
        let answer = self.answer_to(&[0xff; 64]).await;
        self.notices_end().await;
        self.judge(&answer);
    }

    /// Offers TLS 1.1 and nothing newer.
    pub async fn old_tls(&mut self) {
        self.pen().act("a client offers TLS 1.1 and nothing newer");
        let answer = self.answer_to(&client_hello_of_tls_1_1()).await;
        // A ServerHello (RFC 8446, section 4.1.3) with an older version agrees to it.
        if answer.len() > 10 && answer[0] == 0x16 && answer[5] == 0x02 && answer[9..11] < [3, 3][..]
        {
            // SSL 3.0 is 3.0, TLS 1.0 is 3.1 and TLS 1.1 is 3.2.
            let version = match answer[10] {
                0 => "SSL 3.0",
                1 => "TLS 1.0",
                _ => "TLS 1.1",
            };
            self.pen().act(format!("the server agrees to {version}"));
        } else {
            self.judge(&answer);
        }
    }

    /// Many connect and say nothing, for as long as the returned connections live. How
    /// many are let in is not judged: whoever comes after them is to be served.
    pub async fn silent_clients(&mut self) -> Vec<Connection> {
        self.pen()
            .act(format!("{SILENT_CLIENTS} clients connect and say nothing"));
        let Some(first) = self.bare().await else {
            return Vec::new();
        };
        let mut crowd = vec![first];
        while crowd.len() < SILENT_CLIENTS {
            let Ok(Ok(tcp)) = timeout(ANSWER, loopback::dial(self.port)).await else {
                break;
            };
            crowd.push(Connection::new(Wire::Plain(tcp)));
        }
        crowd
    }

    /// Connects and stops in the middle of its ClientHello.
    pub async fn half_handshake(&mut self) -> Option<Connection> {
        self.pen()
            .act("a client stops halfway through its handshake");
        let mut connection = self.bare().await?;
        let hello = tls::client_hello();
        connection.send(&hello[..hello.len() / 2], ANSWER).await;
        Some(connection)
    }

    async fn answer_to(&mut self, bytes: &[u8]) -> Vec<u8> {
        let Some(mut connection) = self.bare().await else {
            return Vec::new();
        };
        connection.send(bytes, ANSWER).await;
        while connection.unread.len() < 1024 {
            if connection.hear(ANSWER).await != Heard::Bytes {
                break;
            }
        }
        connection.unread
    }

    /// Whether it was the program that ended, and not the connection alone.
    async fn notices_end(&mut self) {
        if let Some(program) = &mut self.program
            && program.ends(GOING).await.is_some()
        {
            self.write_exit().await;
            self.pen
                .lose(format!("nothing listens on port {}", self.port));
        }
    }

    fn judge(&self, answer: &[u8]) {
        if self.pen().is_lost() {
            return;
        }
        if answer.starts_with(b"HTTP/") {
            let line = answer.split(|byte| *byte == b'\n').next().unwrap_or(answer);
            let line = line.trim_ascii_end();
            self.pen().write("", Speaker::Program, Unit::Head, line);
        } else {
            self.pen().act("no HTTP answer");
            if !answer.is_empty() {
                let said = format!(
                    "{} bytes: {}",
                    answer.len(),
                    visible::text(&answer[..answer.len().min(7)])
                );
                self.pen().list("", Speaker::Program, Unit::Body, &said);
            }
        }
    }

    async fn bare(&mut self) -> Option<Connection> {
        let tcp = self.dial().await?;
        Some(Connection::new(Wire::Plain(tcp)))
    }
}

/// A ClientHello of TLS 1.1 (RFC 4346, section 7.4.1.2), with suites and groups
/// that every server of its time knew.
fn client_hello_of_tls_1_1() -> Vec<u8> {
    let mut hello = vec![3, 2];
    hello.extend([0x2a; 32]);
    hello.push(0);
    hello.extend([
        0, 12, 0xc0, 0x13, 0xc0, 0x14, 0xc0, 0x09, 0xc0, 0x0a, 0x00, 0x2f, 0x00, 0x35,
    ]);
    hello.extend([1, 0]);
    // server_name localhost, supported_groups P-256 and P-384, uncompressed points.
    let extensions = b"\x00\x00\x00\x0e\x00\x0c\x00\x00\x09localhost\
        \x00\x0a\x00\x06\x00\x04\x00\x17\x00\x18\x00\x0b\x00\x02\x01\x00";
    hello.extend((extensions.len() as u16).to_be_bytes());
    hello.extend_from_slice(extensions);
    let mut record = vec![0x16, 3, 1];
    record.extend((hello.len() as u16 + 4).to_be_bytes());
    record.extend([1, 0]);
    record.extend((hello.len() as u16).to_be_bytes());
    record.extend(hello);
    record
}
