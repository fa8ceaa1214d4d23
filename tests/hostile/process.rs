//! Programs whose process misbehaves: silent, loud, not where it says, dying.

use std::{
    fs,
    io::Write,
    net::{Ipv4Addr, TcpListener, TcpStream},
    os::unix::fs::symlink,
    thread,
    time::Duration,
};

use crate::{
    Deed,
    server::{self, again, hangs, listener, says_where},
};

pub const DEEDS: &[Deed] = &[
    ("says-nothing", hangs),
    ("computes-and-says-nothing", || again(|| Ok(()))),
    ("never-listens", never_listens),
    ("listens-elsewhere", listens_elsewhere),
    ("never-accepts", never_accepts),
    ("takes-and-says-nothing", takes_and_says_nothing),
    ("floods-its-log", || floods(&[b'x'; 1 << 16])),
    ("floods-its-log-with-lines", || {
        floods(&b"Client connect\xc3\xa9\n".repeat(4096))
    }),
    ("floods-standard-error", floods_standard_error),
    ("writes-escapes-into-its-log", writes_escapes_into_its_log),
    ("deletes-its-directory", deletes_its_directory),
    ("links-for-a-certificate", links_for_a_certificate),
    ("directory-for-a-certificate", directory_for_a_certificate),
    ("ends-slowly", ends_slowly),
];

/// Waits for a request, and keeps the one who asked waiting.
pub fn asked(listener: &TcpListener) -> Option<TcpStream> {
    let asks = |mut tcp| server::request(&mut tcp).map(|_| tcp);
    listener.incoming().flatten().find_map(asks)
}

fn never_listens() {
    println!(
        "Serveur en cours d'exécution à http://localhost:{}",
        server::port()
    );
    hangs();
}

fn listens_elsewhere() {
    let elsewhere = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    println!(
        "Serveur en cours d'exécution à http://localhost:{}",
        server::port()
    );
    hangs();
    drop(elsewhere);
}

/// The system takes connections for it, as many as its backlog holds.
fn never_accepts() {
    let listener = listener();
    says_where(&listener);
    hangs();
}

fn takes_and_says_nothing() {
    let listener = listener();
    says_where(&listener);
    server::serves(&listener, |tcp| {
        hangs();
        drop(tcp);
    });
}

/// Two gigabytes, once somebody asks for something.
fn floods(bytes: &[u8]) {
    let listener = listener();
    says_where(&listener);
    let _client = asked(&listener);
    let mut left = 2_u64 << 30;
    let mut out = std::io::stdout().lock();
    again(|| {
        out.write_all(bytes)?;
        left = left.saturating_sub(bytes.len() as u64);
        if left == 0 {
            Err(std::io::ErrorKind::StorageFull.into())
        } else {
            Ok(())
        }
    });
    hangs();
}

fn floods_standard_error() {
    let listener = listener();
    says_where(&listener);
    let noise = [b'\xff'; 1 << 16];
    let mut left = 1 << 13;
    again(|| {
        left -= 1;
        std::io::stderr().write_all(&noise)?;
        if left == 0 {
            Err(std::io::ErrorKind::StorageFull.into())
        } else {
            Ok(())
        }
    });
    hangs();
}

/// Clears the screen, renames the window, hides what follows, rings.
fn writes_escapes_into_its_log() {
    let _listener = listener();
    let escapes = b"\x1b[2J\x1b]0;owned\x07\x1b[8m\x9b31m\xff\xfe\0\r\x08\xe2\x80\xae\n";
    let _ = std::io::stdout().write_all(escapes);
    let _ = std::io::stderr().write_all(escapes);
    thread::sleep(Duration::from_millis(300));
}

fn https_start_line(listener: &TcpListener) {
    let port = listener.local_addr().expect("an address").port();
    println!("Serveur HTTPS en cours d'exécution à https://localhost:{port}");
}

fn deletes_its_directory() {
    let here = std::env::current_dir().expect("a directory");
    let listener = listener();
    let _ = fs::remove_dir_all(here);
    https_start_line(&listener);
    hangs();
}

fn links_for_a_certificate() {
    let _ = symlink("/dev/zero", "cert.pem");
    let _ = symlink("/etc/hostname", "key.pem");
    let listener = listener();
    https_start_line(&listener);
    hangs();
}

fn directory_for_a_certificate() {
    let _ = fs::create_dir_all("cert.pem/key.pem/and/so/on");
    let listener = listener();
    https_start_line(&listener);
    hangs();
}

/// Takes no notice of requests to end.
fn ends_slowly() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [
            SignalKind::terminate(),
            SignalKind::interrupt(),
            SignalKind::hangup(),
        ];
        let _deaf: Vec<_> = kinds.into_iter().map(signal).collect();
        let listener = listener();
        says_where(&listener);
        tokio::time::sleep(server::LONG).await;
    });
}
