//! What of the fence holds on this machine, by trying: a program behind it does
//! what it must not, and tells what it got.

use std::{
    ffi::OsString,
    fs,
    io::{self, ErrorKind},
    net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket},
    path::Path,
    process::{Command, ExitCode},
    thread::sleep,
    time::Duration,
};

use crate::{
    allowance::Allowance,
    fence::{Confinement, Fence},
    island::{self, Disk},
    limits::ISLAND_DISK,
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

/// The same for one that first moves to an island.
const APART: &str = "--try-an-island";

/// The trials in the order in which a probe tells their outcomes.
const TRIALS: [&str; 8] = [
    "writes elsewhere",
    "modes elsewhere",
    "reads elsewhere",
    "TCP connections",
    "UDP",
    "Unix sockets",
    "signals to others",
    "open files",
];

/// How long it takes at most until a datagram is known to have reached nobody.
const BACK: Duration = Duration::from_millis(20);

/// Starts a probe behind the fence of a stranger's program, by way of `gate`, and
/// with `apart` on an island. `None` when there is no gate here, or it lets nobody
/// through, or there are no islands.
pub fn trials(gate: &Path, apart: bool) -> Option<Vec<Trial>> {
    let own = Scratch::new("probe").ok()?;
    let elsewhere = Scratch::new("probe").ok()?;
    let secret = elsewhere.path().join("secret");
    fs::write(&secret, "word").ok()?;
    let socket = elsewhere.path().join("socket");
    let _listener = listens(&socket).ok()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).ok()?;
    let port = listener.local_addr().ok()?.port();
    let _receiver = UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).ok()?;
    let port = port.to_string();
    let words = [secret.into(), port.into(), socket.into()];
    let mut command = if apart {
        let disk = Disk {
            place: own.path().to_owned(),
            size: ISLAND_DISK,
        };
        let words = [&[APART.into(), own.path().into()], &words[..]].concat();
        let mut command = Command::new(gate);
        command.args(island::words(&disk, None, gate, &words));
        command
    } else {
        let mut command = fenced(gate, &words);
        command.current_dir(own.path());
        command
    };
    let output = command.output().ok()?;
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

/// A probe behind the fence of a stranger's program.
fn fenced(gate: &Path, words: &[OsString]) -> Command {
    let fence = Fence {
        allowance: Allowance::default(),
        confinement: Confinement::Stranger,
        gate: Some(gate.to_owned()),
        groups: None,
    };
    let words = [&[PROBE.into()], words].concat();
    let (file, words) = fence.words(gate, &words, None);
    let mut command = Command::new(file);
    command.args(words);
    command
}

/// Whether a program's children and memory can be looked at while it runs.
pub fn can_watch() -> bool {
    processes::are_known()
}

/// Called in the gate's `main`: when this start is a probe's, it tries and tells.
pub fn entered() -> Option<ExitCode> {
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    let (first, words) = words.split_first()?;
    if first == APART {
        return Some(settles(words).map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS));
    }
    let [secret, port, socket] = words else {
        return None;
    };
    if first != PROBE {
        return None;
    }
    let (secret, socket) = (Path::new(secret), Path::new(socket));
    let port: u16 = port.to_str()?.parse().ok()?;
    let outcomes = [
        fs::write(secret.with_file_name("written"), "word").is_err(),
        changes_mode(secret).is_err(),
        fs::read(secret).is_err(),
        TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() && speaks_mptcp(port).is_err(),
        sends_udp(port).is_err(),
        speaks(socket).is_err(),
        is_deaf(),
        opens_too_many(),
    ];
    for refused in outcomes {
        println!("{}", if refused { "refused" } else { "got" });
    }
    Some(ExitCode::SUCCESS)
}

/// Looks whether servers can be spoken to on this island, and has a probe try the
/// rest, whose outcomes are missing otherwise.
fn settles(words: &[OsString]) -> io::Result<()> {
    let (own, words) = words.split_first().ok_or(ErrorKind::InvalidInput)?;
    let server = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    TcpStream::connect(server.local_addr()?)?;
    let gate = std::env::current_exe()?;
    fenced(&gate, words).current_dir(own).status()?;
    Ok(())
}

/// Another way to speak TCP (RFC 8684), which the fence does not see.
#[cfg(target_os = "linux")]
fn speaks_mptcp(port: u16) -> io::Result<()> {
    use rustix::net::{AddressFamily, SocketType, connect, ipproto, socket};
    let (family, kind) = (AddressFamily::INET, SocketType::STREAM);
    let socket = socket(family, kind, Some(ipproto::MPTCP))?;
    let address = std::net::SocketAddrV4::new(Ipv4Addr::LOCALHOST, port);
    Ok(connect(&socket, &address)?)
}

#[cfg(not(target_os = "linux"))]
fn speaks_mptcp(_port: u16) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// Lets nobody write a file; others could be kept from reading it as well.
fn changes_mode(file: &Path) -> io::Result<()> {
    let mut mode = fs::symlink_metadata(file)?.permissions();
    mode.set_readonly(true);
    fs::set_permissions(file, mode)
}

/// Sends twice: that nobody is there comes back, and is told by the next call.
fn sends_udp(port: u16) -> io::Result<usize> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    socket.connect((Ipv4Addr::LOCALHOST, port))?;
    socket.send(b"word")?;
    sleep(BACK);
    socket.send(b"word")
}

#[cfg(unix)]
fn listens(place: &Path) -> io::Result<std::os::unix::net::UnixListener> {
    std::os::unix::net::UnixListener::bind(place)
}

#[cfg(unix)]
fn speaks(place: &Path) -> io::Result<()> {
    std::os::unix::net::UnixStream::connect(place).map(drop)
}

#[cfg(not(unix))]
fn listens(place: &Path) -> io::Result<fs::File> {
    fs::File::create(place)
}

#[cfg(not(unix))]
fn speaks(_place: &Path) -> io::Result<()> {
    Ok(())
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
