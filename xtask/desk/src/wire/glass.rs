//! A looking glass: any client talks through it to any server on this machine, and
//! both are shown. TLS is taken off on one side and put on again on the other.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use checker::recorder::{
    files::Pair,
    tls::{self, Offer},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, split},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::timeout,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
};

use super::{conversation::Side, show::Show};

/// Connections that are looked at side by side; others wait until one ends.
const AT_ONCE: usize = 64;

/// How long a client may be silent before its first byte, and a handshake may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// The first byte of a TLS handshake (RFC 8446, section 5.1).
const HANDSHAKE: u8 = 0x16;

/// What both sides of a connection are, with TLS or without.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Where clients come in, and where they go.
pub struct Glass {
    listeners: Vec<TcpListener>,
    to: u16,
    acceptor: TlsAcceptor,
}

impl Glass {
    /// Listens on loopback alone.
    ///
    /// # Errors
    /// With one line when the port is taken, or no certificate can be made.
    pub async fn new(listen: u16, to: u16) -> Result<Self, String> {
        if listen == to {
            return Err("--listen and --to are the same port; the glass stands between two".into());
        }
        let taken =
            |error| format!("port {listen} cannot be listened on ({error}); choose another");
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, listen))
            .await
            .map_err(taken)?;
        let port = first
            .local_addr()
            .map_err(|error| error.to_string())?
            .port();
        let mut listeners = vec![first];
        // Where there is IPv6, `localhost` may mean it.
        listeners.extend(TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await.ok());
        let acceptor = TlsAcceptor::from(Arc::new(config()?));
        Ok(Self {
            listeners,
            to,
            acceptor,
        })
    }

    /// The port that clients come to.
    pub fn port(&self) -> u16 {
        let address = self
            .listeners
            .first()
            .and_then(|listener| listener.local_addr().ok());
        address.map_or(0, |address| address.port())
    }

    /// Lets clients through, for ever.
    pub async fn stands(self, show: &Arc<Mutex<Show>>) {
        let places = Arc::new(Semaphore::new(AT_ONCE));
        for connection in 1.. {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else {
                return;
            };
            let Ok(client) = self.accept().await else {
                // Out of file descriptors, most likely: some will come back.
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            };
            let pass = Passage {
                connection,
                name: format!("#{connection}"),
                to: self.to,
                acceptor: self.acceptor.clone(),
                show: Arc::clone(show),
            };
            tokio::spawn(async move {
                if let Err(sentence) = pass.lets(client).await {
                    pass.happens(&sentence);
                }
                pass.show().forgets(connection);
                drop(place);
            });
        }
    }

    async fn accept(&self) -> io::Result<TcpStream> {
        let (client, _) = match self.listeners.as_slice() {
            [one, other, ..] => tokio::select! {
                client = one.accept() => client?,
                client = other.accept() => client?,
            },
            [one] => one.accept().await?,
            [] => return Err(io::ErrorKind::NotFound.into()),
        };
        Ok(client)
    }
}

/// One client's way through.
struct Passage {
    connection: usize,
    name: String,
    to: u16,
    acceptor: TlsAcceptor,
    show: Arc<Mutex<Show>>,
}

impl Passage {
    async fn lets(&self, client: TcpStream) -> Result<(), String> {
        self.happens("a client connects");
        let mut first = [0];
        match timeout(PATIENCE, client.peek(&mut first)).await {
            Err(_) => return Err("it says nothing, and is let go".into()),
            Ok(Ok(1..)) => {}
            Ok(_) => return Err("it goes without a word".into()),
        }
        let server = self.dial().await?;
        // What is forwarded must not wait for what comes next.
        let _ = (client.set_nodelay(true), server.set_nodelay(true));
        let (client, server): (Box<dyn Stream>, Box<dyn Stream>) = if first[0] == HANDSHAKE {
            let (server, certificate) = tls::handshake(server, Offer::Any, &["http/1.1"]).await?;
            let names = checker::recorder::x509::names(&certificate.as_slice().into());
            self.happens(&format!(
                "the server: {}, a certificate for {}",
                tls::agreed(server.get_ref().1),
                if names.is_empty() {
                    "no one".to_owned()
                } else {
                    names.join(", ")
                }
            ));
            let accepted = timeout(PATIENCE, self.acceptor.accept(client)).await;
            let client = accepted
                .map_err(|_| "it does not finish its handshake".to_owned())?
                .map_err(|error| format!("its handshake fails: {error}"))?;
            (Box::new(client), Box::new(server))
        } else {
            (Box::new(client), Box::new(server))
        };
        let (from_client, to_client) = split(client);
        let (from_server, to_server) = split(server);
        tokio::join!(
            self.passes(Side::Client, from_client, to_server),
            self.passes(Side::Program, from_server, to_client),
        );
        Ok(())
    }

    async fn dial(&self) -> Result<TcpStream, String> {
        for address in [
            IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(Ipv6Addr::LOCALHOST),
        ] {
            if let Ok(server) = TcpStream::connect((address, self.to)).await {
                return Ok(server);
            }
        }
        Err(format!(
            "nothing listens on port {}; start the server there",
            self.to
        ))
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

    fn show(&self) -> std::sync::MutexGuard<'_, Show> {
        self.show.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// TLS towards clients, with a certificate of the moment that nobody knows.
fn config() -> Result<ServerConfig, String> {
    let pair = Pair::fresh()?;
    let in_words = |error: &dyn std::fmt::Display| format!("no certificate: {error}");
    let chain = CertificateDer::from_pem_slice(pair.certificate.as_bytes());
    let chain = vec![chain.map_err(|error| in_words(&error))?];
    let key = PrivateKeyDer::from_pem_slice(pair.key.as_bytes());
    let key = key.map_err(|error| in_words(&error))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| in_words(&error))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| in_words(&error))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
