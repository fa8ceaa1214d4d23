//! `cargo xtask wire`: both sides of a conversation as it happens, under a chapter's
//! script or through the looking glass.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
};

use checker::{
    browser::launch,
    chapter::Chapter,
    chapters,
    recorder::tls::{self, Offer},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::programs;

fn chapter(name: &str) -> &'static Chapter {
    let found = chapters::ALL.iter().find(|chapter| chapter.is_called(name));
    found.expect("a chapter")
}

/// What `wire` prints about a solution, with more words before it.
fn shown(number: &str, words: &[&str]) -> String {
    let output = Command::new(programs::xtask())
        .args(["wire", number])
        .args(words)
        .arg("--")
        .arg(programs::solution(chapter(number)).file)
        .env("CARGO_MANIFEST_DIR", programs::root().join("xtask"))
        .output()
        .expect("xtask");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Without a chapter it is the one where its caller is.
#[cfg(unix)]
#[test]
fn a_program_needs_no_chapter() {
    let output = Command::new(programs::xtask())
        .args(["wire", "--", "/bin/true"])
        .env("CARGO_MANIFEST_DIR", programs::root().join("xtask"))
        .output()
        .expect("xtask");
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(shown.contains("the program exits"), "{output:?}");
}

#[track_caller]
fn contains(shown: &str, lines: &[&str]) {
    for line in lines {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
}

#[test]
fn an_event_stream_is_shown_with_its_times() {
    let shown = shown("ch04", &["--step", "first-event", "--hex"]);
    contains(
        &shown,
        &[
            "ch04 · first-event",
            "* the program starts with PORT=",
            "| Serveur en cours d'exécution à http://localhost:",
            "> GET /sse HTTP/1.1\\r\\n",
            "< content-type: text/event-stream\\r\\n",
            "< data: Ceci est le message 0\\n",
            "= event message: Ceci est le message 0",
            "64 61 74 61 3a 20 43",
        ],
    );
    let passed = |line: &str| {
        line.trim_start()
            .strip_prefix('+')?
            .get(..5)?
            .parse::<f64>()
            .ok()
    };
    let longest = shown.lines().filter_map(passed).fold(0.0, f64::max);
    assert!(longest > 0.9, "{longest} s before the event\n{shown}");
    assert!(!shown.contains('\u{1b}'), "a pipe gets plain text");
}

#[test]
fn frames_are_shown_with_their_fields() {
    let shown = shown("ch02", &["--step", "fragments"]);
    contains(
        &shown,
        &[
            "* TLS 1.3, http/1.1",
            "  * a certificate for DNS localhost, IP 127.0.0.1, IP ::1",
            "< HTTP/1.1 101 Switching Protocols\\r\\n",
            "< FIN text, no mask, 47 bytes \"Bienvenue sur le serveur WebSocket sécurisé !\"",
            "> text goes on, mask ",
            "> FIN ping, mask ",
            ", 5 bytes \"\\xa9coup\"",
            "< FIN pong, no mask, 15 bytes \"encore en vie ?\"",
        ],
    );
}

#[test]
fn the_certificate_is_told_of_the_client_that_was_shown_it() {
    let shown = shown("ch02", &["--step", "upgrade"]);
    contains(&shown, &["alice * a certificate for DNS localhost"]);
}

/// A browser talks through a glass of the command's own, so its bytes are seen too:
/// `é` a hundred thousand times goes out in two frames.
#[test]
fn what_a_browser_sends_and_hears_is_shown_by_its_bytes() {
    if let Err(why) = launch::find() {
        return eprintln!("skipped: {why}");
    }
    let long = shown("ch03", &["--step", "long"]);
    contains(
        &long,
        &[
            "#1 * the browser connects",
            "* the server: TLS 1.3, http/1.1, a certificate for DNS localhost",
            " > Sec-WebSocket-Version: 13\\r\\n",
            " < HTTP/1.1 101 Switching Protocols\\r\\n",
            " < FIN text, no mask, 47 bytes \"Bienvenue",
            " > text goes on, mask ",
            " > FIN continuation, mask ",
            "* the server sends no more",
        ],
    );
    let list = shown("ch05", &["--step", "list"]);
    contains(
        &list,
        &[
            " > GET /sse HTTP/1.1\\r\\n",
            " > Accept: text/event-stream\\r\\n",
            " < event: ping\\n",
            " = event message: Ceci est le message 0",
        ],
    );
    // A stream that the browser is given in the program's place is on no wire.
    let given = shown("ch05", &["--step", "bad-ping"]);
    contains(&given, &["and its stream is", "           > data: midi\\n"]);
    assert!(!given.contains("> GET /sse "), "{given}");
}

/// In a folder of their own, and never over what is there.
#[test]
fn bytes_are_kept_as_they_were() {
    let scratch = tempfile::tempdir().expect("a directory");
    let folder = scratch.path().join("bytes");
    let words = ["--step", "head", "--raw", folder.to_str().expect("UTF-8")];
    shown("ch04", &words);
    let read = |name: &str| std::fs::read(folder.join(name)).expect("a file");
    assert!(read("head-1-to-program").starts_with(b"GET /sse HTTP/1.1\r\nhost: "));
    assert!(read("head-1-from-program").starts_with(b"HTTP/1.1 200 OK\r\n"));
    let capture = scratch.path().join("a.pcapng");
    let capturing = ["--step", "head", "--pcap", capture.to_str().expect("UTF-8")];
    shown("ch04", &capturing);
    let captured = std::fs::read(&capture).expect("a capture");
    assert!(captured.starts_with(&[0x0a, 0x0d, 0x0d, 0x0a]));
    let has = |bytes: &[u8]| captured.windows(bytes.len()).any(|window| window == bytes);
    assert!(has(b"GET /sse HTTP/1.1\r\nhost: ") && has(b"HTTP/1.1 200 OK\r\n"));
    let program = programs::solution(chapter("ch04")).file;
    let program = ["--", program.to_str().expect("UTF-8")];
    refused(
        &[&["ch04"], &capturing[..], &program].concat(),
        &["there already"],
    );
    refused(&["ch99", "--pcap", "/no/such/folder/a"], &["ch99"]);
    let before = read("head-1-to-program");
    refused(&[&["ch04"], &words[..], &program].concat(), &["not empty"]);
    assert_eq!(read("head-1-to-program"), before);
}

#[test]
fn mistakes_get_one_line_and_the_way_out() {
    refused(
        &["ch04", "--step", "nonsense"],
        &["nonsense", "first-event"],
    );
    refused(&["ch99"], &["ch99", "ch01"]);
    refused(&["--listen", "4001", "--to", "4001"], &["same port"]);
    let held = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = held.local_addr().expect("an address").port().to_string();
    refused(&["--listen", &port, "--to", "1"], &[&port, "another"]);
}

fn refused(words: &[&str], named: &[&str]) {
    let output = Command::new(programs::xtask())
        .arg("wire")
        .args(words)
        .env("CARGO_MANIFEST_DIR", programs::root().join("xtask"))
        .output()
        .expect("xtask");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{words:?}: {said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    for name in named {
        assert!(said.contains(name), "{words:?} should name {name}: {said}");
    }
}

/// A process that is ended with its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a program and returns it with the last number of its first line.
fn started(mut command: Command, directory: &Path) -> (Running, BufReader<impl Read>, u16) {
    command.current_dir(directory).stdout(Stdio::piped());
    let mut child = command.spawn().expect("a program");
    let mut lines = BufReader::new(child.stdout.take().expect("its output"));
    let mut line = String::new();
    lines.read_line(&mut line).expect("a line");
    let digits = |word: &str| {
        word.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    let port = line
        .split("localhost:")
        .nth(1)
        .map(|rest| rest.split(' ').next().unwrap_or(rest));
    let port = port
        .and_then(|port| digits(port).parse().ok())
        .expect("a port");
    (Running(child), lines, port)
}

fn server(number: &str, directory: &Path) -> (Running, u16) {
    let mut command = Command::new(programs::solution(chapter(number)).file);
    command.env("PORT", "0");
    let (running, _, port) = started(command, directory);
    (running, port)
}

fn glass(to: u16, directory: &Path) -> (Running, BufReader<impl Read>, u16) {
    let mut command = Command::new(programs::xtask());
    command
        .args(["wire", "--listen", "0", "--to", &to.to_string()])
        .env("CARGO_MANIFEST_DIR", programs::root().join("xtask"));
    started(command, directory)
}

/// What the glass prints until it has said this.
fn until(glass: &mut BufReader<impl Read>, text: &str) -> String {
    let mut said = String::new();
    while !said.contains(text) {
        assert_ne!(
            glass.read_line(&mut said).expect("a line"),
            0,
            "no {text}\n{said}"
        );
    }
    said
}

#[test]
fn any_client_and_any_server_are_seen_through_the_glass() {
    let scratch = tempfile::tempdir().expect("a directory");
    let (_server, to) = server("ch04", scratch.path());
    let (_glass, mut said, port) = glass(to, scratch.path());
    let mut client = TcpStream::connect(("127.0.0.1", port)).expect("the glass");
    client
        .write_all(b"GET /x HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
        .expect("sent");
    let mut answer = String::new();
    client.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 404 Not Found\r\n"), "{answer}");
    let said = until(&mut said, "the server sends no more");
    contains(
        &said,
        &[
            "#1 > GET /x HTTP/1.1\\r\\n",
            "#1 < HTTP/1.1 404 Not Found\\r\\n",
        ],
    );
}

#[test]
fn tls_is_taken_off_and_put_on_again() {
    let scratch = tempfile::tempdir().expect("a directory");
    let (_server, to) = server("ch01", scratch.path());
    let (_glass, mut said, port) = glass(to, scratch.path());
    let answer = programs::wait(async {
        let tcp = tokio::net::TcpStream::connect(("127.0.0.1", port))
            .await
            .expect("the glass");
        let (mut stream, _) = tls::handshake(tcp, Offer::Any, &["http/1.1"])
            .await
            .expect("a handshake");
        let request = b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        stream.write_all(request).await.expect("sent");
        let mut answer = Vec::new();
        // A server may leave TLS without a goodbye.
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8(answer).expect("UTF-8")
    });
    assert!(answer.ends_with("Connexion chiffrée établie\n"), "{answer}");
    let said = until(&mut said, "of the body");
    contains(
        &said,
        &[
            "* the server: TLS 1.3, http/1.1, a certificate for DNS localhost",
            "#1 > GET / HTTP/1.1\\r\\n",
            "29 bytes of the body: Connexion chiffrée établie\\n",
        ],
    );
}

#[test]
fn a_glass_without_a_server_says_so() {
    let scratch = tempfile::tempdir().expect("a directory");
    let (_glass, mut said, port) = glass(1, scratch.path());
    let mut client = TcpStream::connect(("127.0.0.1", port)).expect("the glass");
    client.write_all(b"GET / HTTP/1.1\r\n\r\n").expect("sent");
    let _ = client.read(&mut [0; 16]);
    until(&mut said, "nothing listens on port 1");
}
