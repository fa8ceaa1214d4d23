//! For who wants to hear a conversation while it goes on: each entry as it is
//! written down, each piece of a connection's bytes as it comes, TLS taken off.

use std::sync::Arc;

use crate::transcript::Entry;

/// What a listener is told.
#[derive(Clone, Copy, Debug)]
pub enum Told<'a> {
    /// An entry of the transcript.
    Entry(&'a Entry),
    /// The client that has shaken hands by TLS, and the names in the certificate that
    /// the program has shown it.
    Certificate(&'static str, &'a [String]),
    /// Bytes on the wire.
    Bytes {
        /// The client's name in the transcript; empty when there is only one.
        client: &'static str,
        /// Connections count from 1 in each step.
        connection: usize,
        /// Whether the program sent them, and not the client.
        from_program: bool,
        /// As they are inside TLS, or inside TCP where there is none.
        bytes: &'a [u8],
    },
}

/// Hears everything, in order. It must not wait for anything.
pub type Listener = Arc<dyn Fn(Told<'_>) + Send + Sync>;

/// A listener to one connection.
#[derive(Clone)]
pub struct Tap {
    pub(super) listener: Listener,
    pub(super) client: &'static str,
    pub(super) connection: usize,
}

impl Tap {
    /// Tells of bytes that come or go.
    pub fn bytes(&self, from_program: bool, bytes: &[u8]) {
        (self.listener)(Told::Bytes {
            client: self.client,
            connection: self.connection,
            from_program,
            bytes,
        });
    }
}
