//! What hostile programs need to look like servers at all.

use std::{
    fs,
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use tokio_rustls::rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio_tungstenite::tungstenite::{
    Message, WebSocket, handshake::derive_accept_key, protocol::Role,
};

/// How long a hostile program goes on: longer than any chapter, and not for ever.
pub const LONG: Duration = Duration::from_secs(120);

/// What `TcpStream` and TLS on it have in common here.
pub type Tls = StreamOwned<ServerConnection, TcpStream>;

/// Does `deed` again and again until it fails, no longer than [`LONG`].
pub fn again(mut deed: impl FnMut() -> std::io::Result<()>) {
    let began = Instant::now();
    while began.elapsed() < LONG && deed().is_ok() {}
}

/// Waits until somebody ends it.
pub fn hangs() {
    thread::sleep(LONG);
}

/// Ends a connection with RST; tokio has what std lacks for it.
pub fn resets(tcp: TcpStream) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build();
    let runtime = runtime.expect("a runtime");
    let _here = runtime.enter();
    let _ = tcp.set_nonblocking(true);
    if let Ok(tcp) = tokio::net::TcpStream::from_std(tcp) {
        let _ = tcp.set_zero_linger();
    }
}

/// The port that was asked for; 0 when none was.
pub fn port() -> u16 {
    let port = std::env::var("PORT");
    port.ok().and_then(|port| port.parse().ok()).unwrap_or(0)
}

/// Listens where it was asked to.
pub fn listener() -> TcpListener {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port())).expect("a free port")
}

/// The start line of chapter 4, with the listener's port.
pub fn says_where(listener: &TcpListener) {
    let port = listener.local_addr().expect("an address").port();
    println!("Serveur en cours d'exécution à http://localhost:{port}");
}

/// The start line of chapter 2.
pub fn says_where_wss(listener: &TcpListener) {
    let port = listener.local_addr().expect("an address").port();
    println!("Serveur WebSocket sécurisé en cours d'exécution à wss://localhost:{port}");
}

/// Serves each connection in a thread of its own.
pub fn serves(listener: &TcpListener, deed: fn(TcpStream)) {
    for tcp in listener.incoming().flatten() {
        thread::spawn(move || deed(tcp));
    }
}

/// A server of chapter 4 that treats each connection so, once a request came.
pub fn http(deed: fn(TcpStream)) {
    let listener = listener();
    says_where(&listener);
    for tcp in listener.incoming().flatten() {
        thread::spawn(move || {
            let mut tcp = tcp;
            if request(&mut tcp).is_some() {
                deed(tcp);
            }
        });
    }
}

/// A server of chapter 2 that upgrades, and then treats each connection so.
pub fn wss(deed: fn(Tls)) {
    serves_tls(deed, |mut tls| {
        let _ = tls.write_all(
            b"HTTP/1.1 426 Upgrade Required\r\nupgrade: websocket\r\ncontent-length: 0\r\n\r\n",
        );
    });
}

/// A server of chapter 3 that converses with whoever upgrades, and treats each other
/// request so.
pub fn page(deed: fn(Tls)) {
    serves_tls(converses, deed);
}

/// As chapter 2 asks: only the page is hostile.
fn converses(tls: Tls) {
    let mut socket = WebSocket::from_raw_socket(tls, Role::Server, None);
    let _ = socket.send("Bienvenue sur le serveur WebSocket sécurisé !".into());
    while let Ok(message) = socket.read() {
        let text = match message {
            Message::Text(text) => text.to_string(),
            Message::Binary(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            _ => continue,
        };
        println!("Reçu : {}", text.replace('\n', "\\n"));
        let _ = socket.send(format!("Serveur reçu : {text}").into());
    }
    println!("Client déconnecté");
}

fn serves_tls(upgraded: fn(Tls), plain: fn(Tls)) {
    let listener = listener();
    says_where_wss(&listener);
    let config = Arc::new(config());
    for tcp in listener.incoming().flatten() {
        let config = Arc::clone(&config);
        thread::spawn(move || {
            let _ = tcp.set_nodelay(true);
            let mut tls = StreamOwned::new(ServerConnection::new(config).expect("TLS"), tcp);
            let Some(head) = request(&mut tls) else {
                return;
            };
            match key(&head) {
                Some(key) => {
                    upgrades(&mut tls, key);
                    upgraded(tls);
                }
                None => plain(tls),
            }
        });
    }
}

/// A request's head, as it came.
pub fn request(stream: &mut impl Read) -> Option<String> {
    let (mut head, mut buffer) = (Vec::new(), [0; 1024]);
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut buffer) {
            Ok(count @ 1..) => head.extend_from_slice(&buffer[..count]),
            _ => return None,
        }
    }
    Some(String::from_utf8_lossy(&head).into_owned())
}

/// The key of a request for an upgrade.
fn key(head: &str) -> Option<&str> {
    head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("sec-websocket-key")
            .then_some(value)
    })
}

fn upgrades(tls: &mut Tls, key: &str) {
    let accept = derive_accept_key(key.as_bytes());
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
         sec-websocket-accept: {accept}\r\n\r\n"
    );
    let _ = tls.write_all(answer.as_bytes());
    println!("Client connecté");
}

/// The pair that the checker has put into the directory.
fn config() -> ServerConfig {
    let read = |name| fs::read(name).expect("the pair of chapter 2");
    let certificate = CertificateDer::from_pem_slice(&read("cert.pem")).expect("a certificate");
    let key = PrivateKeyDer::from_pem_slice(&read("key.pem")).expect("a key");
    ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("a pair")
}
