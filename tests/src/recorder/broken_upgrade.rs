//! Requests that ask for an upgrade and lack what makes it one (RFC 6455, section
//! 4.2.1). What a server answers is free, and that it goes on is a later line's matter.

use super::{Client, connection::Heard, websocket::SAMPLE_KEY};
use crate::{limits::PATIENCE, visible};

/// A request that a server has to refuse.
pub struct Broken {
    /// What it is, behind "an upgrade".
    what: &'static str,
    /// Its headers, as they are sent.
    headers: &'static [(&'static str, &'static str)],
}

/// The two that a program meets which takes its headers for granted.
pub const BROKEN: [Broken; 2] = [
    Broken {
        what: "without a key",
        headers: &[
            ("upgrade", "websocket"),
            ("connection", "Upgrade"),
            ("sec-websocket-version", "13"),
        ],
    },
    Broken {
        what: "of version 99",
        headers: &[
            ("upgrade", "websocket"),
            ("connection", "Upgrade"),
            ("sec-websocket-key", SAMPLE_KEY),
            ("sec-websocket-version", "99"),
        ],
    },
];

impl Client {
    /// Sends such a request, and waits for the first bytes of an answer or for the end of
    /// the connection. To agree is noted and not judged: no client of today asks so.
    pub async fn asks_in_vain(&mut self, port: u16, broken: &Broken) {
        let Broken { what, headers } = broken;
        self.pen
            .act(format!("{} asks for an upgrade {what}", self.called()));
        self.asks("GET", "/", port, headers).await;
        let Some(connection) = &mut self.connection else {
            return;
        };
        if connection.hear(PATIENCE).await != Heard::Bytes {
            return;
        }
        let answer = std::mem::take(&mut connection.unread);
        let status = answer.split(|byte| *byte == b'\r').next();
        self.list(visible::text(status.unwrap_or_default()));
        if answer.starts_with(b"HTTP/1.1 101") {
            self.pen.note(format!(
                "it agrees to an upgrade {what}, which the standard asks to refuse (RFC 6455 4.2.1)"
            ));
        }
    }
}
