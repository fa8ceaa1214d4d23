//! One connection to the program: bytes out, bytes in, and how it ended.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf},
    net::TcpStream,
    time::{Instant as Deadline, timeout_at},
};
use tokio_rustls::client::TlsStream;

use super::tap::Tap;

/// A TCP connection, with TLS on it or without.
pub enum Wire {
    /// Bare TCP.
    Plain(TcpStream),
    /// TLS after its handshake.
    Tls(Box<TlsStream<TcpStream>>),
}

/// What waiting for more bytes brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// More bytes are in the buffer.
    Bytes,
    /// Nothing until the deadline.
    Silence,
    /// The program ended the connection in order, or the network lost it.
    End(End),
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With FIN: no more bytes will come.
    Finished,
    /// With RST: thrown away.
    Reset,
    /// With bytes that TLS does not allow.
    Garbled,
}

impl End {
    /// The end as a sentence of the transcript. A reset is an end too: a system
    /// sends one when a server leaves bytes unread, as it may after a bad frame.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Finished | Self::Reset => "the connection ends",
            Self::Garbled => "the server sends bytes that are not TLS",
        }
    }
}

/// A connection with what was read and not yet understood.
pub struct Connection {
    wire: Wire,
    /// Bytes that came and that no reader has taken yet.
    pub unread: Vec<u8>,
    /// When the newest of them came.
    pub heard_at: Instant,
    /// How long they may have lain before: nobody asked for bytes in that time.
    pub unasked: Duration,
    /// When they were last asked for.
    asked_at: Instant,
    ended: Option<End>,
    /// Who hears the bytes while they come and go.
    pub(super) tap: Option<Tap>,
}

impl Connection {
    /// A connection over `wire`, with nothing read.
    pub fn new(wire: Wire) -> Self {
        Self {
            wire,
            unread: Vec::new(),
            heard_at: Instant::now(),
            unasked: Duration::ZERO,
            asked_at: Instant::now(),
            ended: None,
            tap: None,
        }
    }

    /// Waits for more bytes, no longer than `wait`.
    pub async fn hear(&mut self, wait: Duration) -> Heard {
        if let Some(end) = self.ended {
            return Heard::End(end);
        }
        let mut buffer = [0; 16 << 10];
        let unasked = self.asked_at.elapsed();
        let heard = timeout_at(Deadline::now() + wait, self.wire.read(&mut buffer)).await;
        self.asked_at = Instant::now();
        match heard {
            Err(_) => return Heard::Silence,
            Ok(Ok(0)) => self.ended = Some(End::Finished),
            Ok(Ok(count)) => {
                (self.heard_at, self.unasked) = (self.asked_at, unasked);
                self.unread.extend_from_slice(&buffer[..count]);
                if let Some(tap) = &self.tap {
                    tap.bytes(true, &buffer[..count]);
                }
                return Heard::Bytes;
            }
            // TLS without close_notify: the article's own server ends so.
            Ok(Err(error)) => {
                self.ended = Some(match error.kind() {
                    io::ErrorKind::UnexpectedEof => End::Finished,
                    io::ErrorKind::InvalidData => End::Garbled,
                    _ => End::Reset,
                })
            }
        }
        Heard::End(self.ended.unwrap_or(End::Finished))
    }

    /// Sends bytes; a program that has gone shows at the next [`Self::hear`].
    pub async fn send(&mut self, bytes: &[u8], wait: Duration) {
        if let Some(tap) = &self.tap {
            tap.bytes(false, bytes);
        }
        let all = async {
            self.wire.write_all(bytes).await?;
            self.wire.flush().await
        };
        let _ = timeout_at(Deadline::now() + wait, all).await;
    }

    /// Takes the first `count` unread bytes.
    pub fn take(&mut self, count: usize) -> Vec<u8> {
        let rest = self.unread.split_off(count.min(self.unread.len()));
        std::mem::replace(&mut self.unread, rest)
    }

    /// Leaves with FIN and reads no more.
    pub async fn leave(mut self) {
        let _ = self.wire.shutdown().await;
    }

    /// Vanishes: RST, no goodbye on any layer.
    pub fn vanish(self) {
        let _ = self.wire.tcp().set_zero_linger();
    }

    /// The TLS session, where there is one.
    pub fn tls(&self) -> Option<&tokio_rustls::rustls::ClientConnection> {
        match &self.wire {
            Wire::Plain(_) => None,
            Wire::Tls(stream) => Some(stream.get_ref().1),
        }
    }
}

impl Wire {
    fn tcp(&self) -> &TcpStream {
        match self {
            Self::Plain(tcp) => tcp,
            Self::Tls(tls) => tls.get_ref().0,
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_read(context, buffer),
            Self::Tls(tls) => Pin::new(tls).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_write(context, bytes),
            Self::Tls(tls) => Pin::new(tls).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_flush(context),
            Self::Tls(tls) => Pin::new(tls).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_shutdown(context),
            Self::Tls(tls) => Pin::new(tls).poll_shutdown(context),
        }
    }
}
