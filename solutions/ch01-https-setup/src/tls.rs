//! TLS over the loopback listener: encrypted streams, and nobody waits for anybody.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::sign::{CertifiedKey, SingleCertAndKey};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::server::TlsStream;

use crate::certificate;
use crate::loopback::Loopback;
use crate::start::StartError;

/// How long a client may take for its handshake; one that says nothing is let go then.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);

/// Listens on `port` with the pair of the current directory.
pub async fn listen(port: u16) -> Result<TlsListener, StartError> {
    // The port comes first: a start that fails there must not leave files behind.
    let tcp = Loopback::bind(port).await?;
    let certified = certificate::load_or_create(Path::new("."))?;
    Ok(TlsListener::new(tcp, config(certified)?))
}

/// What we agree to in a handshake.
///
/// TLS 1.3 (RFC 8446) and 1.2 (RFC 5246): RFC 8996 forbids what is older. ALPN (RFC 7301) names
/// the one protocol that is spoken afterwards.
pub fn config(certified: CertifiedKey) -> Result<ServerConfig, StartError> {
    // Naming ring here keeps rustls from guessing a provider, which panics where there are two.
    // ANCHOR: step-3 Build the configuration: ring, TLS 1.3 and 1.2, the pair, ALPN `http/1.1`.
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(|error| StartError::failed(format!("cannot set TLS up: {error}")))?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
    // ANCHOR_END: step-3
}

/// Accepts connections and hands them on once their handshake is done.
pub struct TlsListener {
    tcp: Loopback,
    acceptor: TlsAcceptor,
    /// One task a handshake; they end with the listener.
    handshakes: JoinSet<Option<(TlsStream<TcpStream>, SocketAddr)>>,
}

impl TlsListener {
    /// Puts TLS on top of `tcp`.
    pub fn new(tcp: Loopback, config: ServerConfig) -> Self {
        Self {
            tcp,
            acceptor: TlsAcceptor::from(Arc::new(config)),
            handshakes: JoinSet::new(),
        }
    }

    /// The real port, also when the system chose it.
    pub fn port(&self) -> u16 {
        self.tcp.port()
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        // A handshake awaited here would make everybody wait for the slowest client.
        // ANCHOR: step-4 Give each handshake a task and a limit; return the first that is done.
        loop {
            tokio::select! {
                (stream, peer) = self.tcp.accept() => {
                    let handshake = self.acceptor.accept(stream);
                    self.handshakes.spawn(async move {
                        let stream = timeout(HANDSHAKE_LIMIT, handshake).await.ok()?.ok()?;
                        Some((stream, peer))
                    });
                }
                Some(finished) = self.handshakes.join_next() => {
                    // A failed handshake is that client's affair: TLS has told it why.
                    if let Ok(Some(connection)) = finished {
                        return connection;
                    }
                }
            }
        }
        // ANCHOR_END: step-4
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.tcp.local_addr()
    }
}
