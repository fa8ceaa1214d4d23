//! The machine's way to itself: the two addresses that `localhost` means.

use std::{
    io::{self, ErrorKind},
    net::{Ipv4Addr, Ipv6Addr, TcpListener},
};

use tokio::net::TcpStream;

/// A connection to whoever listens on this port: on 127.0.0.1, or else on `::1`. How long
/// that may take is for the caller to say.
///
/// Where nobody listens, the system may choose that very port for our own end, and TCP
/// then connects it to itself (RFC 9293, section 3.5): such a connection is nobody's.
///
/// # Errors
/// When nobody listens on either; the error is that of 127.0.0.1.
pub async fn dial(port: u16) -> io::Result<TcpStream> {
    match TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await {
        Ok(tcp) if !is_its_own(&tcp) => Ok(tcp),
        alone => match TcpStream::connect((Ipv6Addr::LOCALHOST, port)).await {
            Ok(tcp) if !is_its_own(&tcp) => Ok(tcp),
            _ => Err(alone.err().unwrap_or(ErrorKind::ConnectionRefused.into())),
        },
    }
}

/// Whether a connection's two ends are one.
fn is_its_own(tcp: &TcpStream) -> bool {
    matches!((tcp.local_addr(), tcp.peer_addr()), (Ok(one), Ok(other)) if one == other)
}

/// Whether a port cannot be had: there is no listening on it on 127.0.0.1, or somebody
/// listens on it on `::1`. Where a machine has no IPv6, nobody does.
pub fn is_taken(port: u16) -> bool {
    let taken = |error: io::Error| error.kind() == ErrorKind::AddrInUse;
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_err()
        || TcpListener::bind((Ipv6Addr::LOCALHOST, port)).is_err_and(taken)
}

/// Whether this machine has `::1`.
pub fn has_ipv6() -> bool {
    TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok()
}
