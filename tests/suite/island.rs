//! Where there are islands, a submission reaches nobody from its own, and nothing of
//! it stays.

use std::{fs, net::UdpSocket, os::unix::net::UnixListener, path::Path};

use checker::{probe, processes};

use crate::{
    class::{self, Class},
    grade, programs,
};

/// Whether this system has them.
fn has_islands() -> bool {
    let trials = probe::trials(&programs::xtask(), true);
    if trials.is_none() {
        eprintln!("skipped: no islands on this system");
    }
    trials.is_some()
}

#[test]
fn nothing_that_a_probe_tries_there_succeeds() {
    if !has_islands() {
        return;
    }
    let trials = probe::trials(&programs::xtask(), true).expect("islands");
    let got: Vec<&str> = trials
        .iter()
        .filter(|trial| !trial.refused)
        .map(|trial| trial.what)
        .collect();
    assert!(got.is_empty(), "a probe got {got:?}");
}

/// What a submission does that wants company: it speaks to the sockets of others,
/// and leaves a process in a session of its own.
fn company(port: u16, socket: &Path, seconds: u32) -> String {
    format!(
        "let udp = std::net::UdpSocket::bind(\"127.0.0.1:0\").expect(\"a socket\");\n\
         let _ = udp.send_to(b\"word\", (\"127.0.0.1\", {port}));\n\
         let _ = std::os::unix::net::UnixStream::connect({socket:?});\n\
         let _ = std::process::Command::new(\"setsid\").args([\"-f\", \"sleep\", \"{seconds}\"])\n\
             .stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).status();\n\
         println!(\"Serveur en cours d'exécution à http://localhost:1\");\n\
         std::thread::sleep(std::time::Duration::from_secs(60));"
    )
}

#[test]
fn a_submission_has_no_company() {
    if !has_islands() {
        return;
    }
    let scratch = tempfile::tempdir().expect("a directory");
    let socket = scratch.path().join("socket");
    let unix = UnixListener::bind(&socket).expect("a socket");
    let udp = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    unix.set_nonblocking(true).expect("a socket");
    udp.set_nonblocking(true).expect("a socket");
    let port = udp.local_addr().expect("an address").port();
    // Found again by its argument, which no other process has.
    let seconds = 100_000 + std::process::id();
    let mut class = Class::new(&scratch.path().join("class"));
    let chapter = grade::chapter();
    let wants = class::program(chapter, &company(port, &socket, seconds));
    class.submits("company", chapter, &wants, "failed");
    let out = scratch.path().join("out");
    let output = grade::grade(&class.folder, &out, &["--chapter", "ch04"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let wrong = grade::wrong(&class, &grade::grades(&out));
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(udp.recv(&mut [0; 8]).is_err(), "a datagram came through");
    assert!(unix.accept().is_err(), "a connection came through");
    let left: Vec<u32> = processes::all()
        .into_iter()
        .filter(|id| {
            let line = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains(&seconds.to_string())
        })
        .collect();
    assert!(left.is_empty(), "still there: {left:?}");
}

/// A fence alone refuses less, so what the first test finds is the island's.
#[test]
fn behind_a_fence_alone_some_of_it_does() {
    let Some(trials) = probe::trials(&programs::xtask(), false) else {
        eprintln!("skipped: no fence on this system");
        return;
    };
    let got = |what: &str| {
        trials
            .iter()
            .any(|trial| trial.what == what && !trial.refused)
    };
    assert!(
        got("UDP") && got("Unix sockets"),
        "the kernel refuses more by now"
    );
}
