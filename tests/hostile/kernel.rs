//! Programs that take too much of the machine, or reach where they have no business.

use std::{
    fs,
    io::Write,
    net::TcpStream,
    os::unix::process::CommandExt,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use rustix::process::{Signal, getpid, getppid, kill_process, setsid};

use crate::{
    Deed,
    process::asked,
    server::{hangs, listener, says_where},
};

pub const DEEDS: &[Deed] = &[
    ("eats-memory", eats_memory),
    ("eats-memory-at-once", eats_memory_at_once),
    ("eats-memory-in-its-children", eats_memory_in_its_children),
    #[cfg(target_os = "linux")]
    ("hides-memory", hides_memory),
    ("starts-threads", starts_threads),
    ("forks-without-end", forks_without_end),
    ("leaves-a-daemon", leaves_a_daemon),
    ("daemon", daemon),
    ("begets-orphans", begets_orphans),
    ("eats", eats),
    ("leaves-its-group", leaves_its_group),
    ("hangs", hangs),
    ("writes-a-big-file", writes_a_big_file),
    ("writes-many-files", writes_many_files),
    ("dies-of-a-signal", dies_of_a_signal),
    ("trespasses", trespasses),
];

/// Where its own children come from.
fn itself(deed: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("itself"));
    command.arg(deed).stdin(Stdio::null());
    command
}

fn eats_memory() {
    let listener = listener();
    says_where(&listener);
    let _client = asked(&listener);
    eats();
}

/// Sixteen mebibytes at a time, each page of them touched, four gibibytes at most.
fn eats() {
    let mut eaten = Vec::new();
    for _ in 0..256 {
        eaten.push(vec![1_u8; 16 << 20]);
        thread::sleep(Duration::from_millis(4));
    }
    hangs();
    drop(eaten);
}

fn eats_memory_at_once() {
    let listener = listener();
    says_where(&listener);
    let _client = asked(&listener);
    let eaten = vec![1_u8; 3 << 30];
    hangs();
    drop(eaten);
}

/// No one of them takes much.
fn eats_memory_in_its_children() {
    let listener = listener();
    says_where(&listener);
    let _client = asked(&listener);
    for _ in 0..8 {
        let _ = itself("eats").stdout(Stdio::null()).spawn();
    }
    hangs();
}

/// In files that have no name and are on no disk: two gibibytes at most.
#[cfg(target_os = "linux")]
fn hides_memory() {
    use rustix::fs::{MemfdFlags, memfd_create};
    let listener = listener();
    says_where(&listener);
    let _client = asked(&listener);
    let block = vec![1; 1 << 20];
    let mut hidden = Vec::new();
    for _ in 0..512 {
        let file = memfd_create("hidden", MemfdFlags::CLOEXEC).expect("a file");
        let mut file = fs::File::from(file);
        // No one of them is larger than a file may be.
        for _ in 0..4 {
            let _ = file.write_all(&block);
        }
        hidden.push(file);
    }
    hangs();
    drop(hidden);
}

/// Four thousand at most, in one process.
fn starts_threads() {
    let listener = listener();
    says_where(&listener);
    let _client = asked(&listener);
    for _ in 0..4000 {
        let small = thread::Builder::new().stack_size(64 << 10);
        let _ = small.spawn(hangs);
    }
    hangs();
}

/// Two hundred at most.
fn forks_without_end() {
    let listener = listener();
    says_where(&listener);
    let _client = asked(&listener);
    for _ in 0..200 {
        let _ = itself("hangs")
            .process_group(0)
            .stdout(Stdio::null())
            .spawn();
    }
    hangs();
}

/// A child in a session of its own starts a grandchild and goes.
fn leaves_a_daemon() {
    let listener = listener();
    says_where(&listener);
    let _client = asked(&listener);
    let _ = itself("daemon").status();
}

fn daemon() {
    let _ = setsid();
    let _ = itself("hangs").spawn();
}

/// Sixty of them, each in a session of its own, and none a child of a process that is
/// there long enough to be seen.
fn begets_orphans() {
    let listener = listener();
    says_where(&listener);
    let _client = asked(&listener);
    for _ in 0..60 {
        let _ = itself("daemon").stdout(Stdio::null()).status();
    }
    hangs();
}

fn leaves_its_group() {
    let _child = itself("hangs").process_group(0).spawn();
    let listener = listener();
    says_where(&listener);
    hangs();
}

fn writes_a_big_file() {
    let listener = listener();
    says_where(&listener);
    let _client = asked(&listener);
    let mut file = fs::File::create("big").expect("a file");
    let block = vec![0; 1 << 20];
    for _ in 0..512 {
        file.write_all(&block).expect("room");
    }
    hangs();
}

fn writes_many_files() {
    let listener = listener();
    says_where(&listener);
    let _client = asked(&listener);
    let block = vec![0; 1 << 20];
    for number in 0..512 {
        fs::write(format!("part-{number}"), &block).expect("room");
    }
    hangs();
}

fn dies_of_a_signal() {
    let listener = listener();
    says_where(&listener);
    let _client = asked(&listener);
    // The first one is taken by the standard library's handler, which then goes.
    let _ = kill_process(getpid(), Signal::SEGV);
    let _ = kill_process(getpid(), Signal::SEGV);
}

/// Tries what no server of these chapters does, tells on standard error what it
/// got, and ends. `TRESPASS` names a file and a port that are not its own.
fn trespasses() {
    let parent = getppid().map(|parent| kill_process(parent, Signal::URG));
    let outside = fs::read_to_string("/proc/self/environ").unwrap_or_default();
    let home = outside
        .split('\0')
        .find_map(|pair| pair.strip_prefix("HOME="));
    let file = format!("{}/on-the-wire-was-here", home.unwrap_or("/tmp"));
    let (word, got) = ("got", |yes: bool| if yes { "got" } else { "refused" });
    let signal = got(matches!(parent, Some(Ok(()))));
    let write = got(fs::write(&file, word).is_ok());
    let own = got(fs::write("own", word).is_ok());
    let listener = listener();
    let address = listener.local_addr().expect("an address");
    let connect = got(TcpStream::connect(address).is_ok());
    eprintln!("signal {signal}, write {write}, own {own}, connect {connect}");
    says_where(&listener);
    let _client = asked(&listener);
    std::process::exit(7);
}
