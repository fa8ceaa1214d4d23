//! What of the fence holds on this machine, by trying: a program behind it does
//! what it must not, and tells what it got.

use std::{
    fs,
    io::ErrorKind,
    net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket},
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use crate::{
    allowance::Allowance,
    fence::{Confinement, Fence},
    processes,
    scratch::Scratch,
};

/// Something that a program behind the fence tried.
pub struct Trial {
    /// What it is, as the beginning of a line: `writes elsewhere`.
    pub what: &'static str,
    /// Whether it was refused.
    pub refused: bool,
}

/// The first argument that says this start is a probe's.
const PROBE: &str = "--try-the-fence";

/// The trials in the order in which a probe tells their outcomes.
const TRIALS: [&str; 6] = [
    "writes elsewhere",
    "reads elsewhere",
    "TCP connections",
    "UDP",
    "signals to others",
    "open files",
];

/// Starts a probe behind the fence of a stranger's program, by way of `gate`.
/// `None` when there is no gate here, or it lets nobody through.
pub fn trials(gate: &Path) -> Option<Vec<Trial>> {
    let own = Scratch::new("on-the-wire-").ok()?;
    let elsewhere = Scratch::new("on-the-wire-").ok()?;
    let secret = elsewhere.path().join("secret");
    fs::write(&secret, "word").ok()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).ok()?;
    let port = listener.local_addr().ok()?.port();
    let fence = Fence {
        allowance: Allowance::default(),
        confinement: Confinement::Stranger,
        gate: Some(gate.to_owned()),
    };
    let words = [
        PROBE.into(),
        secret.into_os_string(),
        port.to_string().into(),
    ];
    let (file, words) = fence.words(gate, &words);
    let output = Command::new(file)
        .args(words)
        .current_dir(own.path())
        .output()
        .ok()?;
    let told = String::from_utf8(output.stdout).ok()?;
    let outcomes: Vec<&str> = told.split_whitespace().collect();
    (outcomes.len() == TRIALS.len()).then(|| {
        let outcomes = outcomes.into_iter();
        outcomes
            .zip(TRIALS)
            .map(|(outcome, what)| Trial {
                what,
                refused: outcome == "refused",
            })
            .collect()
    })
}

/// Whether a program's children and memory can be looked at while it runs.
pub fn can_watch() -> bool {
    processes::tells()
}

/// Called in the gate's `main`: when this start is a probe's, it tries and tells.
pub fn entered() -> Option<ExitCode> {
    let words: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [first, secret, port] = words.as_slice() else {
        return None;
    };
    if first.as_os_str() != PROBE {
        return None;
    }
    let port: u16 = port.to_str()?.parse().ok()?;
    let outcomes = [
        fs::write(secret.with_file_name("written"), "word").is_err(),
        fs::read(secret).is_err(),
        TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err(),
        sends_udp(port).is_err(),
        is_deaf(),
        opens_too_many(),
    ];
    for refused in outcomes {
        println!("{}", if refused { "refused" } else { "got" });
    }
    Some(ExitCode::SUCCESS)
}

fn sends_udp(port: u16) -> std::io::Result<usize> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    socket.send_to(b"word", (Ipv4Addr::LOCALHOST, port))
}

/// Whether its parent cannot be told anything. The signal is one that nobody minds.
#[cfg(unix)]
fn is_deaf() -> bool {
    use rustix::process::{Signal, getppid, kill_process};
    getppid().is_none_or(|parent| kill_process(parent, Signal::URG).is_err())
}

#[cfg(not(unix))]
fn is_deaf() -> bool {
    false
}

fn opens_too_many() -> bool {
    let mut open = Vec::new();
    for _ in 0..=Allowance::default().files {
        match fs::File::open("/dev/null") {
            Ok(file) => open.push(file),
            Err(error) => return error.kind() != ErrorKind::NotFound,
        }
    }
    false
}
