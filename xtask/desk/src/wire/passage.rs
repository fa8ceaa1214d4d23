//! One client's way through the glass: TLS is taken off on one side and put on
//! again on the other, and every byte goes on as it came.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use checker::{
    loopback,
    recorder::{
        tls::{self, Offer},
        x509,
    },
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, split},
    net::TcpStream,
    sync::OwnedSemaphorePermit,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;

use super::{
    conversation::{Connection, Side},
    show::Show,
    socks::{self, Answer},
};

/// How long both may be silent before the first byte, and a handshake may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// The first byte of a TLS handshake (RFC 8446, section 5.1).
const HANDSHAKE: u8 = 0x16;

/// What both sides of a connection are, with TLS or without.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Where clients go.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// To this port.
    Port(u16),
    /// Where each of them asks for: the glass is a browser's proxy.
    Asked,
}

/// What everybody who goes through has in common.
pub struct Ways {
    pub to: To,
    pub acceptor: TlsAcceptor,
    pub show: Arc<Mutex<Show>>,
    /// The next connection's.
    pub numbers: AtomicUsize,
}

/// Lets a client through, to its end; `speaking` is dropped when its server sends no
/// more.
pub async fn lets(ways: &Ways, mut client: TcpStream, speaking: OwnedSemaphorePermit) {
    let port = match ways.to {
        To::Port(port) => Some(port),
        To::Asked => asked(&mut client).await,
    };
    let Some(port) = port else { return };
    let number = ways.numbers.fetch_add(1, Ordering::Relaxed);
    let passage = Passage {
        ways,
        connection: Connection::Glass(number),
        name: format!("#{number}"),
    };
    if let Err(sentence) = passage.goes(client, port, speaking).await {
        passage.happens(&sentence);
    }
    passage.show().forgets(passage.connection);
}

/// Where a browser wants to go, which it says first. What it does beside its pages,
/// it would do with other machines: it is told that it may not.
async fn asked(client: &mut TcpStream) -> Option<u16> {
    let port = timeout(PATIENCE, socks::port(client)).await.ok()?.ok()?;
    if port.is_none() {
        let _ = socks::answer(client, Answer::NotAllowed).await;
    }
    port
}

/// A client that has come.
struct Passage<'a> {
    ways: &'a Ways,
    connection: Connection,
    /// What its lines begin with: `#1`.
    name: String,
}

impl Passage<'_> {
    async fn goes(
        &self,
        mut client: TcpStream,
        port: u16,
        speaking: OwnedSemaphorePermit,
    ) -> Result<(), String> {
        let by_socks = self.ways.to == To::Asked;
        self.happens(match by_socks {
            true => "the browser connects",
            false => "a client connects",
        });
        let server = loopback::dial(port).await.ok();
        if by_socks {
            let answer = match server {
                Some(_) => Answer::Granted,
                None => Answer::Refused,
            };
            // A client that has gone shows at the next read.
            let _ = socks::answer(&mut client, answer).await;
        }
        let server = server.ok_or_else(|| match by_socks {
            true => format!("nothing listens on port {port}"),
            false => format!("nothing listens on port {port}; start the server there"),
        })?;
        // What is forwarded must not wait for what comes next.
        let _ = (client.set_nodelay(true), server.set_nodelay(true));
        let (mut first, mut other) = ([0], [0]);
        let begins = timeout(PATIENCE, async {
            tokio::select! {
                begun = client.peek(&mut first) => begun,
                // A server that speaks first, or has gone.
                begun = server.peek(&mut other) => begun,
            }
        });
        if begins.await.is_err() {
            return Err("it says nothing, and is let go".into());
        }
        let (client, server): (Box<dyn Stream>, Box<dyn Stream>) = match first[0] {
            HANDSHAKE => self.through_tls(client, server, port).await?,
            _ => (Box::new(client), Box::new(server)),
        };
        let (from_client, to_client) = split(client);
        let (from_server, to_server) = split(server);
        tokio::join!(self.passes(Side::Client, from_client, to_server), async {
            self.passes(Side::Program, from_server, to_client).await;
            drop(speaking);
        },);
        Ok(())
    }

    async fn through_tls(
        &self,
        client: TcpStream,
        server: TcpStream,
        port: u16,
    ) -> Result<(Box<dyn Stream>, Box<dyn Stream>), String> {
        let (server, certificate) = tls::handshake(server, Offer::Any, &["http/1.1"])
            .await
            .map_err(|error| match error.contains("InvalidContentType") {
                true => format!("the server on {port} speaks no TLS; try http://"),
                false => error,
            })?;
        let names = x509::names(&certificate.as_slice().into());
        let agreed = tls::agreed(server.get_ref().1);
        self.happens(&format!(
            "the server: {agreed}, {}",
            certificate_for(&names)
        ));
        let accepted = timeout(PATIENCE, self.ways.acceptor.accept(client)).await;
        let client = accepted
            .map_err(|_| "it does not finish its handshake".to_owned())?
            .map_err(|error| format!("its handshake fails: {error}"))?;
        Ok((Box::new(client), Box::new(server)))
    }

    /// One direction, to its end.
    async fn passes(
        &self,
        side: Side,
        mut from: impl AsyncRead + Unpin,
        mut to: impl AsyncWrite + Unpin,
    ) {
        let mut buffer = vec![0; 16 << 10];
        while let Ok(count @ 1..) = from.read(&mut buffer).await {
            self.show()
                .bytes(&self.name, self.connection, side, &buffer[..count]);
            let sent = async {
                to.write_all(&buffer[..count]).await?;
                to.flush().await
            };
            if sent.await.is_err() {
                break;
            }
        }
        self.show().ends(&self.name, self.connection, side);
        let _ = to.shutdown().await;
    }

    fn happens(&self, sentence: &str) {
        self.show().happens(&self.name, '*', sentence);
    }

    fn show(&self) -> MutexGuard<'_, Show> {
        self.ways
            .show
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whom a certificate is for, in words.
pub fn certificate_for(names: &[String]) -> String {
    match names {
        [] => "a certificate for no one".to_owned(),
        names => format!("a certificate for {}", names.join(", ")),
    }
}
