//! A looking glass: any client talks through it to any server on this machine, and
//! both are shown.

use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicUsize},
    time::Duration,
};

use checker::{limits::LAST_WORDS, recorder::files::Pair};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
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

use super::{
    passage::{self, To, Ways},
    show::Show,
};

/// Connections that are looked at side by side; others wait until one ends.
const AT_ONCE: u32 = 64;

/// How long nobody is let in when no connection can be taken: most likely there are no
/// file descriptors left, and some will come back.
const OUT_OF_FILES: Duration = Duration::from_millis(100);

/// Where clients come in, and where they go.
pub struct Glass {
    listeners: Vec<TcpListener>,
    to: To,
    acceptor: TlsAcceptor,
    inside: Inside,
}

/// Those who are in the glass. Where one side of a connection is over, the other may
/// still be there: a browser keeps connections until it needs one.
#[derive(Clone)]
pub struct Inside {
    tasks: Arc<Mutex<JoinSet<()>>>,
    /// As many as there may be, without those whose server has something to say.
    servers: Arc<Semaphore>,
}

impl Inside {
    /// Waits until no server has anything more to say, a moment at most, and lets
    /// everybody go.
    pub async fn leave(&self) {
        let _ = timeout(LAST_WORDS, self.servers.acquire_many(AT_ONCE)).await;
        self.tasks().abort_all();
    }

    fn tasks(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Glass {
    /// Listens on loopback alone; by TLS, clients meet the certificate of `pair`.
    ///
    /// # Errors
    /// With one line when the port is taken, or the pair is none.
    pub async fn new(listen: u16, to: To, pair: &Pair) -> Result<Self, String> {
        if to == To::Port(listen) {
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
        let acceptor = TlsAcceptor::from(Arc::new(config(pair)?));
        Ok(Self {
            listeners,
            to,
            acceptor,
            inside: Inside {
                tasks: Arc::default(),
                servers: Arc::new(Semaphore::new(AT_ONCE as usize)),
            },
        })
    }

    /// Those who are in it.
    pub fn inside(&self) -> Inside {
        self.inside.clone()
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
        let places = Arc::new(Semaphore::new(AT_ONCE as usize));
        let ways = Arc::new(Ways {
            to: self.to,
            acceptor: self.acceptor.clone(),
            show: Arc::clone(show),
            numbers: AtomicUsize::new(1),
        });
        while let Ok(place) = Arc::clone(&places).acquire_owned().await {
            let Ok(client) = self.accept().await else {
                tokio::time::sleep(OUT_OF_FILES).await;
                continue;
            };
            // Whoever has a place finds one here.
            let Ok(speaking) = Arc::clone(&self.inside.servers).acquire_owned().await else {
                return;
            };
            let ways = Arc::clone(&ways);
            let mut tasks = self.inside.tasks();
            while tasks.try_join_next().is_some() {}
            tasks.spawn(async move {
                passage::lets(&ways, client, speaking).await;
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

/// TLS towards clients.
fn config(pair: &Pair) -> Result<ServerConfig, String> {
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
