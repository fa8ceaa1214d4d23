//! A listener that only this machine can reach, over IPv4 and IPv6.

use std::future::pending;
use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use axum::serve::Listener;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use crate::start::StartError;

/// How often a free IPv4 port is sought whose IPv6 twin is free too.
const ATTEMPTS: u32 = 16;

/// The rest after a failed accept: without it, a process that is out of file descriptors would
/// spin, since the waiting connection stays ready to be accepted.
const PAUSE: Duration = Duration::from_millis(100);

/// 127.0.0.1 and, where the machine has IPv6, `[::1]`, on one port: `localhost` may mean either.
pub struct Loopback {
    v4: TcpListener,
    v6: Option<TcpListener>,
    address: SocketAddr,
}

impl Loopback {
    /// Listens on `port`, or on a free one for `0`.
    pub async fn bind(port: u16) -> Result<Self, StartError> {
        let mut attempt = 1;
        loop {
            match Self::bind_both(port).await {
                Ok(loopback) => return Ok(loopback),
                // The system's choice was free for IPv4 alone: let it choose again.
                Err(error) if port == 0 && taken(&error) && attempt < ATTEMPTS => attempt += 1,
                Err(error) => return Err(refused(port, &error)),
            }
        }
    }

    /// The real port, also when the system chose it.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    async fn bind_both(port: u16) -> io::Result<Self> {
        let v4 = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = v4.local_addr()?;
        let v6 = match TcpListener::bind((Ipv6Addr::LOCALHOST, address.port())).await {
            Ok(listener) => Some(listener),
            Err(error) if taken(&error) => return Err(error),
            // A machine without IPv6: `localhost` means 127.0.0.1 there.
            Err(_) => None,
        };
        Ok(Self { v4, v6, address })
    }

    async fn accept_either(&self) -> io::Result<(TcpStream, SocketAddr)> {
        let over_v6 = async {
            match &self.v6 {
                Some(listener) => listener.accept().await,
                None => pending().await,
            }
        };
        tokio::select! {
            accepted = self.v4.accept() => accepted,
            accepted = over_v6 => accepted,
        }
    }
}

impl Listener for Loopback {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            match self.accept_either().await {
                Ok((stream, peer)) => {
                    // Nagle's algorithm holds a small write back until the one before it is
                    // acknowledged, and the client may delay that: after TLS has sent its
                    // session tickets, the first answer would come 44 ms late. Where the
                    // option cannot be set, the connection is slower and no less right.
                    let _ = stream.set_nodelay(true);
                    return (stream, peer);
                }
                Err(_) => sleep(PAUSE).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(self.address)
    }
}

fn taken(error: &io::Error) -> bool {
    error.kind() == ErrorKind::AddrInUse
}

fn refused(port: u16, error: &io::Error) -> StartError {
    let other = if port < u16::MAX {
        port.max(1023) + 1
    } else {
        8080
    };
    let reason = if taken(error) {
        "another program uses it".to_owned()
    } else {
        error.to_string()
    };
    StartError::failed(format!(
        "cannot listen on port {port} ({reason}): choose another, as in `PORT={other} cargo run …`"
    ))
}
