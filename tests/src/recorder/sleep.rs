//! What the operating system tells about a program: whether it sleeps, and
//! where it listens. Linux alone tells it without privileges or crates; on
//! other systems the steps that ask are skipped, and say so.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::IpAddr,
    path::PathBuf,
};

use crate::processes;

/// The state of a socket that listens, in `/proc/net/tcp`.
const LISTENS: &str = "0A";

/// How often the program's threads went to sleep since they began, all
/// processes of its group together. `None` where the system does not tell.
pub fn switches(group: u32) -> Option<u64> {
    let mut total = None;
    for process in folders(group) {
        for thread in fs::read_dir(process.join("task")).ok()?.flatten() {
            let status = fs::read_to_string(thread.path().join("status")).unwrap_or_default();
            let count = status
                .lines()
                .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))
                .and_then(|count| count.trim().parse::<u64>().ok());
            if let Some(count) = count {
                total = Some(total.unwrap_or(0) + count);
            }
        }
    }
    total
}

/// The addresses that the program's processes listen on: this one and those that
/// descend from it, or where these do not listen, all of its group. To ask every
/// process of the machine for its group takes longer than all the rest.
pub fn listening(leader: u32) -> Vec<(IpAddr, u16)> {
    let family = processes::family(leader).into_iter().map(folder).collect();
    match listening_in(family) {
        found if found.is_empty() => listening_in(folders(leader)),
        found => found,
    }
}

fn listening_in(processes: Vec<PathBuf>) -> Vec<(IpAddr, u16)> {
    let mut found = Vec::new();
    for process in processes {
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

fn folders(group: u32) -> Vec<PathBuf> {
    processes::of_group(group).into_iter().map(folder).collect()
}

fn folder(id: u32) -> PathBuf {
    PathBuf::from(format!("/proc/{id}"))
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
        let found = listening(std::process::id());
        assert!(found.contains(&(IpAddr::from(Ipv4Addr::UNSPECIFIED), port)));
        assert!(!found.iter().any(|(_, port)| *port == other), "{found:?}");
    }
}
