//! Responses to HEAD and OPTIONS, of which the contract says little: what a server
//! answers is free, and only what would be wrong of any answer is judged.

use std::time::Duration;

use super::{Client, connection::Heard};
use crate::visible;

impl Client {
    /// Reads a response of which the contract says nothing but whether it is an event
    /// stream, and judges that.
    pub async fn hears_no_stream(&mut self, method: &str) {
        let Some(bytes) = self.read_head().await else {
            return;
        };
        let head = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
        self.list(visible::text(
            bytes.split(|byte| *byte == b'\r').next().unwrap_or(&bytes),
        ));
        let gets = match head.contains("text/event-stream") {
            true => "an event stream",
            false => "no event stream",
        };
        self.pen.act(format!("{method} gets {gets}"));
    }

    /// Reads a response to HEAD, and judges that nothing comes behind its head until
    /// `long` after the question (RFC 9110, section 9.3.2).
    pub async fn hears_head_alone(&mut self, long: Duration) {
        let Some(bytes) = self.read_head().await else {
            return;
        };
        self.list(visible::text(
            bytes.split(|byte| *byte == b'\r').next().unwrap_or(&bytes),
        ));
        let wait = long.saturating_sub(self.asked_at.elapsed());
        let more = match &mut self.connection {
            Some(connection) if connection.unread.is_empty() => {
                matches!(connection.hear(wait).await, Heard::Bytes)
            }
            connection => connection.is_some(),
        };
        let gets = if more {
            "content"
        } else {
            "a head and no content"
        };
        self.pen.act(format!("HEAD gets {gets}"));
    }
}
