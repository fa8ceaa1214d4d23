//! Clients come in: over TCP, over TLS, and not at all when nothing listens.

use std::time::Instant;

use tokio::{net::TcpStream, time::sleep};

use super::{
    Client, Stage,
    connection::{Connection, Wire},
    files, sleep as system,
    tls::{self, Offer},
};
use crate::{
    limits::{CONNECT_PAUSE, PATIENCE},
    program::Program,
    transcript::{Speaker, Unit},
};

impl Stage {
    /// A TCP connection to the program, which may still be on its way to
    /// listening; `None`, and a sentence, when nothing listens.
    pub(super) async fn dial(&mut self) -> Option<TcpStream> {
        if self.pen.is_lost() {
            return None;
        }
        let began = Instant::now();
        loop {
            if let Ok(tcp) = TcpStream::connect(("127.0.0.1", self.port)).await {
                // Our own small writes must not wait for each other.
                let _ = tcp.set_nodelay(true);
                return Some(tcp);
            }
            if self.program_has_ended() || began.elapsed() > PATIENCE {
                break;
            }
            sleep(CONNECT_PAUSE).await;
        }
        if !self.write_exit().await {
            let group = self.program.as_ref().and_then(Program::id);
            let ports = group.map(system::listening).unwrap_or_default();
            self.pen.with(|recording| {
                recording.listens_on = ports.into_iter().map(|(_, port)| port).collect()
            });
        }
        self.pen
            .lose(format!("nothing listens on port {}", self.port));
        None
    }

    /// A client over TCP alone. With an empty name it is the only one.
    pub async fn connects(&mut self, name: &'static str) -> Client {
        self.pen.act(format!(
            "{} connects",
            if name.is_empty() { "a client" } else { name }
        ));
        let tcp = self.dial().await;
        self.client(name, tcp.map(|tcp| Connection::new(Wire::Plain(tcp))))
    }

    /// A client over TLS that offers `http/1.1`, as every chapter's does.
    pub async fn connects_by_tls(&mut self, name: &'static str) -> Client {
        self.connects_with(name, Offer::Any, &["http/1.1"], false)
            .await
    }

    /// A client over TLS with versions and protocols of its own; `judged` says
    /// whether what is agreed on is a matter of the contract.
    pub async fn connects_with(
        &mut self,
        name: &'static str,
        offer: Offer,
        protocols: &[&str],
        judged: bool,
    ) -> Client {
        let who = if name.is_empty() { "a client" } else { name };
        let with = match offer {
            Offer::Any => "",
            Offer::Tls12 => " 1.2",
            Offer::Tls13 => " 1.3",
        };
        self.pen.act(format!("{who} connects by TLS{with}"));
        let Some(tcp) = self.dial().await else {
            return self.client(name, None);
        };
        match tls::handshake(tcp, offer, protocols).await {
            Ok((stream, certificate)) => {
                let connection = Connection::new(Wire::Tls(Box::new(stream)));
                let agreed = connection.tls().map(tls::agreed).unwrap_or_default();
                if judged {
                    self.pen.act(agreed);
                } else {
                    self.pen.list(name, Speaker::Stage, Unit::Action, &agreed);
                }
                if files::certificate(self.directory())
                    .is_some_and(|expected| expected != certificate)
                {
                    self.pen
                        .lose("the certificate it shows is not the one in cert.pem");
                }
                self.client(name, Some(connection))
            }
            Err(sentence) => {
                self.write_exit().await;
                self.pen.lose(sentence);
                self.client(name, None)
            }
        }
    }

    /// Remarks on where the program listens: loopback is enough for a workbook.
    pub fn notes_addresses(&self) {
        let Some(group) = self.group() else { return };
        let heard = system::listening(group);
        if heard.iter().any(|(address, _)| !address.is_loopback()) {
            self.pen.note(
                "it listens on every address of this machine; 127.0.0.1 and ::1 are enough, \
                 and nobody else on the network can connect then",
            );
        } else if !heard.is_empty()
            && has_ipv6()
            && !heard.iter().any(|(address, _)| address.is_ipv6())
        {
            self.pen
                .note("it listens on 127.0.0.1 and not on ::1, which `localhost` also means here");
        }
    }

    fn client(&mut self, name: &'static str, connection: Option<Connection>) -> Client {
        Client::new(name, self.pen.clone(), connection, self.random.u64(..))
    }
}

/// Whether this machine has an IPv6 loopback address.
fn has_ipv6() -> bool {
    std::net::TcpListener::bind((std::net::Ipv6Addr::LOCALHOST, 0)).is_ok()
}
