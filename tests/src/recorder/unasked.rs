//! Control frames that nobody asked for: either side may send a ping or a pong at
//! any time (RFC 6455, sections 5.5.2 and 5.5.3). They are listed, not judged.

use tokio::time::Instant;

use super::{
    Client,
    connection::Heard,
    frame::{self, Frame, Parsed},
    words::words,
};
use crate::{
    limits::{REST_BYTES, RIGHT_PONG, UNASKED},
    transcript::{Speaker, Unit},
};

impl Client {
    /// Whether a control frame says nothing that the contract speaks of. A ping is
    /// answered, as every client answers it; a pong of the client's own may be on its
    /// way only where something must come.
    pub(super) async fn passes_over(&mut self, control: &Frame, must_come: bool) -> bool {
        let lawful = control.fin
            && !control.masked
            && control.reserved == 0
            && control.payload.len() <= frame::CONTROL_BYTES;
        if !lawful || self.pen.is_lost() {
            return false;
        }
        let unasked = match control.opcode {
            frame::PING => true,
            frame::PONG => self.is_unasked_pong(&control.payload, must_come).await,
            _ => false,
        };
        if unasked {
            self.lists_unasked(control).await;
        }
        unasked
    }

    /// Whether a pong answers no ping of ours. One with another payload than the
    /// ping that waits for it may be unasked too: then the right one comes as well.
    async fn is_unasked_pong(&mut self, payload: &[u8], must_come: bool) -> bool {
        if let Some(answered) = self.pings.iter().position(|ping| ping == payload) {
            // An answer to a later ping stands for those before it.
            self.pings.drain(..=answered);
            return false;
        }
        self.pings.is_empty() || !must_come || self.right_pong_comes().await
    }

    /// Looks ahead, and takes nothing off the connection.
    async fn right_pong_comes(&mut self) -> bool {
        let until = Instant::now() + RIGHT_PONG;
        loop {
            let Some(connection) = &mut self.connection else {
                return false;
            };
            let mut at = 0;
            while let Parsed::Frame(next, length) = frame::parse(&connection.unread[at..]) {
                if next.opcode == frame::PONG && self.pings.contains(&next.payload) {
                    return true;
                }
                at += length;
            }
            let wait = until.saturating_duration_since(Instant::now());
            let enough = wait.is_zero() || connection.unread.len() > REST_BYTES;
            if enough || connection.hear(wait).await != Heard::Bytes {
                return false;
            }
        }
    }

    async fn lists_unasked(&mut self, control: &Frame) {
        self.unasked += 1;
        if self.unasked > UNASKED {
            let sentence = format!("more than {UNASKED} pings and pongs that nobody asked for");
            return self.pen.lose(self.about(sentence));
        }
        let list = |speaker, opcode| {
            let said = words(opcode, &control.payload, true);
            self.pen.list(self.name, speaker, Unit::Control, &said);
        };
        list(Speaker::Program, control.opcode);
        if control.opcode == frame::PING {
            list(Speaker::Client, frame::PONG);
            self.sends_unwritten(0x80 | frame::PONG, &control.payload)
                .await;
        }
    }

    /// Remarks that such frames came, which is enough to hear once.
    pub fn notes_unasked(&self) {
        if self.unasked > 0 {
            self.pen.note(
                "it sends pings or pongs that nobody asked for, as RFC 6455 5.5.2 and 5.5.3 let \
                 it; the check answers the pings",
            );
        }
    }
}
