//! Whose turn it is on an article's port: there is one on a machine, and several
//! checks may want it at the same moment.

use std::{
    net::{Ipv4Addr, UdpSocket},
    time::{Duration, Instant},
};

use tokio::time::sleep;

use crate::limits::TURN;

/// Between two looks whether the port's turn is ours.
const PAUSE: Duration = Duration::from_millis(10);

/// The turn, until it is dropped; the system ends it with the process, too. It is
/// the same port of UDP, which no program of the workbook wants: whoever holds it
/// holds it on the whole machine, and leaves nothing behind.
pub struct Turn {
    _held: Option<UdpSocket>,
}

impl Turn {
    /// Waits for it, and no longer than [`TURN`]: then the port may be taken, and
    /// the program will say so.
    pub async fn on(port: u16) -> Self {
        let began = Instant::now();
        loop {
            let held = UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).ok();
            if held.is_some() || began.elapsed() >= TURN {
                return Self { _held: held };
            }
            sleep(PAUSE).await;
        }
    }
}
