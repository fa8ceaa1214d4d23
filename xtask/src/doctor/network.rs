//! What checks and servers use of the network: this machine's way to itself.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener, TcpStream, ToSocketAddrs},
    path::Path,
    sync::mpsc,
    thread,
    time::Duration,
};

use checker::{chapters, loopback};

use super::Finding;

/// How long a name may take to be looked up, and a connection to be made.
const PATIENCE: Duration = Duration::from_secs(3);

pub fn look(_root: &Path) -> Vec<Finding> {
    let mut findings = vec![ipv4(), ipv6(), localhost()];
    let mut ports: Vec<u16> = chapters::ALL.iter().map(|chapter| chapter.port).collect();
    ports.sort_unstable();
    ports.dedup();
    findings.extend(ports.into_iter().map(port));
    findings
}

fn ipv4() -> Finding {
    let what = "127.0.0.1";
    match reached(IpAddr::V4(Ipv4Addr::LOCALHOST)) {
        Ok(()) => Finding::good(what, "reached"),
        Err(error) => Finding::lacking(
            what,
            error.to_string(),
            "bring the loopback interface up (`ip link set lo up`), or let your firewall pass it",
        ),
    }
}

fn ipv6() -> Finding {
    let what = "::1";
    match reached(IpAddr::V6(Ipv6Addr::LOCALHOST)) {
        Ok(()) => Finding::good(what, "reached"),
        Err(error) => Finding::spare(
            what,
            error.to_string(),
            "nothing to do: without IPv6, 127.0.0.1 is enough",
        ),
    }
}

/// Listens there and connects to itself.
fn reached(address: IpAddr) -> std::io::Result<()> {
    let listener = TcpListener::bind((address, 0))?;
    TcpStream::connect_timeout(&listener.local_addr()?, PATIENCE).map(drop)
}

/// Every start line says `localhost`, and browsers look it up.
fn localhost() -> Finding {
    let what = "localhost";
    let cure = "put the line `127.0.0.1 localhost` into the hosts file (/etc/hosts; on Windows \
        System32\\drivers\\etc\\hosts)";
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let found = ("localhost", 0).to_socket_addrs();
        sender.send(found.map(|all| all.map(|one| one.ip()).collect::<Vec<_>>()))
    });
    let found = receiver.recv_timeout(PATIENCE);
    match found {
        Ok(Ok(all)) if !all.is_empty() && all.iter().all(IpAddr::is_loopback) => {
            let all: Vec<String> = all.iter().map(ToString::to_string).collect();
            Finding::good(what, all.join(", "))
        }
        Ok(Ok(all)) => {
            let all: Vec<String> = all.iter().map(ToString::to_string).collect();
            Finding::lacking(what, format!("means {:?}", all.join(", ")), cure)
        }
        Ok(Err(error)) => Finding::lacking(what, error.to_string(), cure),
        Err(_) => Finding::lacking(what, "is not found in time", cure),
    }
}

fn port(port: u16) -> Finding {
    let what = format!("port {port}");
    if loopback::is_taken(port) {
        let cure = format!(
            "checks use other ports; to start a server by hand, end what listens there, or choose \
             another: `PORT={} cargo run …`",
            port + 1
        );
        Finding::spare(what, "taken", cure)
    } else {
        Finding::good(what, "free")
    }
}
