//! What the operating system tells about a program: whether it sleeps, and
//! where it listens. Linux alone tells it without privileges or crates; on
//! other systems the steps that ask are skipped, and say so.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{BufRead, BufReader},
    net::IpAddr,
    path::{Path, PathBuf},
    time::Duration,
};

/// The state of a socket that listens, in `/proc/net/tcp`.
const LISTENS: &str = "0A";

/// What each thread of a program has done since it began.
#[derive(Clone, Debug, Default)]
pub struct Doings(BTreeMap<(u32, u32), Doing>);

#[derive(Clone, Copy, Debug, Default)]
struct Doing {
    /// How often it went to sleep.
    sleeps: u64,
    /// How long it has computed, in [`TICK`]s.
    ticks: u64,
}

/// What Linux counts a thread's time in for everyone who asks.
const TICK: Duration = Duration::from_millis(10);

/// How much a program does, each a second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pace {
    /// How often it wakes up.
    pub wakes: u64,
    /// How long it computes, in milliseconds, all its threads together.
    pub computes: u64,
}

/// What the threads of some processes have done. `None` where the system does not
/// tell.
pub fn doings(processes: &BTreeSet<u32>) -> Option<Doings> {
    let mut found = Doings::default();
    for process in processes {
        let threads = fs::read_dir(folder(*process).join("task"));
        for thread in threads.into_iter().flatten().flatten() {
            let id = thread.file_name().to_str().and_then(|id| id.parse().ok());
            if let (Some(id), Some(doing)) = (id, doing(&thread.path())) {
                found.0.insert((*process, id), doing);
            }
        }
    }
    (!found.0.is_empty()).then_some(found)
}

impl Doings {
    /// What was done since `before`, `span` ago. Each thread counts by itself: one
    /// that has ended must not hide what the others did.
    pub fn pace_since(&self, before: &Self, span: Duration) -> Pace {
        let mut done = Doing::default();
        for (thread, now) in &self.0 {
            let then = before.0.get(thread).copied().unwrap_or_default();
            done.sleeps += now.sleeps.saturating_sub(then.sleeps);
            done.ticks += now.ticks.saturating_sub(then.ticks);
        }
        let millis = span.as_millis().max(1) as u64;
        Pace {
            wakes: done.sleeps * 1000 / millis,
            computes: done.ticks * TICK.as_millis() as u64 * 1000 / millis,
        }
    }
}

fn doing(thread: &Path) -> Option<Doing> {
    let status = fs::read_to_string(thread.join("status")).ok()?;
    let sleeps = status
        .lines()
        .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?;
    let stat = fs::read_to_string(thread.join("stat")).ok()?;
    // Counted from after the name in parentheses, which may itself hold any of them.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let [user, system] = [11, 12].map(|at| fields.get(at)?.parse::<u64>().ok());
    Some(Doing {
        sleeps: sleeps.trim().parse().ok()?,
        ticks: user? + system?,
    })
}

/// The addresses that the program's processes listen on.
pub fn listening(processes: &BTreeSet<u32>) -> Vec<(IpAddr, u16)> {
    let mut found = Vec::new();
    for process in processes.iter().copied().map(folder) {
        let sockets: Vec<String> = fs::read_dir(process.join("fd"))
            .map(|links| {
                let links = links
                    .flatten()
                    .filter_map(|link| fs::read_link(link.path()).ok());
                links
                    .map(|link| link.to_string_lossy().into_owned())
                    .collect()
            })
            .unwrap_or_default();
        for table in ["net/tcp", "net/tcp6"] {
            let lines = fs::File::open(process.join(table)).map(BufReader::new);
            let lines = lines.into_iter().flat_map(BufRead::lines);
            // Listeners come first; after them a busy machine has thousands of others.
            let listeners = lines
                .map_while(Result::ok)
                .skip(1)
                .take_while(|line| line.split_whitespace().nth(3) == Some(LISTENS));
            found.extend(listeners.filter_map(|line| listener(&line, &sockets)));
        }
    }
    found.sort();
    found.dedup();
    found
}

/// A listener's line of `/proc/net/tcp`: local address and inode.
fn listener(line: &str, sockets: &[String]) -> Option<(IpAddr, u16)> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let own = sockets.contains(&format!("socket:[{}]", fields.get(9)?));
    let (address, port) = fields.get(1)?.split_once(':')?;
    if !own {
        return None;
    }
    // Words of four bytes, each in the machine's own order.
    let mut bytes = Vec::new();
    for word in 0..address.len() / 8 {
        let word = u32::from_str_radix(&address[word * 8..word * 8 + 8], 16).ok()?;
        bytes.extend(word.to_ne_bytes());
    }
    let ip = match bytes.len() {
        4 => IpAddr::from(<[u8; 4]>::try_from(bytes).ok()?),
        16 => IpAddr::from(<[u8; 16]>::try_from(bytes).ok()?),
        _ => return None,
    };
    Some((ip, u16::from_str_radix(port, 16).ok()?))
}

fn folder(process: u32) -> PathBuf {
    PathBuf::from(format!("/proc/{process}"))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::net::{Ipv4Addr, TcpListener, TcpStream};

    use super::*;

    #[test]
    fn finds_what_a_process_listens_on_and_nothing_else() {
        let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let client = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("a connection");
        let other = client.local_addr().expect("an address").port();
        let found = listening(&[std::process::id()].into());
        assert!(found.contains(&(IpAddr::from(Ipv4Addr::UNSPECIFIED), port)));
        assert!(!found.iter().any(|(_, port)| *port == other), "{found:?}");
    }
}
