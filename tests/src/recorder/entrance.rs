//! Clients come in: over TCP, over TLS, and not at all when nothing listens.

use std::{
    ops::Range,
    time::{Duration, Instant},
};

use tokio::{
    net::TcpStream,
    time::{sleep, timeout},
};

use super::{
    Client, Stage,
    connection::{Connection, Wire},
    files, sleep as system,
    tap::Told,
    tls::{self, Offer},
    x509,
};
use crate::{
    limits::{CONNECT_PAUSE, LOOKS, PATIENCE, PROMPT_HANDSHAKE},
    loopback,
    transcript::{Speaker, Unit},
};

/// How late a first answer is that Nagle's algorithm held back.
const NAGLE: Range<Duration> = Duration::from_millis(38)..Duration::from_millis(50);

impl Stage {
    /// A TCP connection to the program, which may still be on its way to
    /// listening; `None`, and a sentence, when nothing listens.
    pub(super) async fn dial(&mut self) -> Option<TcpStream> {
        if self.pen.is_lost() {
            return None;
        }
        let began = Instant::now();
        loop {
            // A listener whose queue is full lets a connection wait without end.
            match timeout(PATIENCE, loopback::dial(self.port)).await {
                Ok(Ok(tcp)) => {
                    // Our own small writes must not wait for each other.
                    let _ = tcp.set_nodelay(true);
                    return Some(tcp);
                }
                Ok(Err(_)) => (),
                Err(_) => {
                    let wait = PATIENCE.as_secs();
                    let port = self.port;
                    self.pen
                        .lose(format!("port {port} takes no connection for {wait} s"));
                    return None;
                }
            }
            if self.program_has_ended() || began.elapsed() > PATIENCE {
                break;
            }
            sleep(CONNECT_PAUSE).await;
        }
        if !self.write_exit().await {
            let heard = system::listening(&self.processes());
            let ports = heard.into_iter().map(|(_, port)| port);
            // There it may listen on an address that nobody here can reach.
            let others = ports.filter(|port| *port != self.port).collect();
            self.pen.with(|recording| recording.listens_on = others);
        }
        self.pen
            .lose(format!("nothing listens on port {}", self.port));
        None
    }

    /// A client over TCP alone. With an empty name it is the only one.
    pub async fn connects(&mut self, name: &'static str) -> Client {
        // Nobody comes to a program that never was there.
        if !self.pen.is_lost() {
            let who = if name.is_empty() { "a client" } else { name };
            self.pen.act(format!("{who} connects"));
        }
        let tcp = self.dial().await;
        self.client(name, tcp.map(|tcp| Connection::new(Wire::Plain(tcp))))
    }

    /// A client over TLS that offers `http/1.1`, as every chapter's does.
    pub async fn connects_by_tls(&mut self, name: &'static str) -> Client {
        self.connects_with(name, Offer::Any, &["http/1.1"], false)
            .await
    }

    /// Like [`Self::connects_by_tls`], and says so when the handshake took its time: who
    /// waits a little for each of the silent makes all others wait the sum of it.
    pub async fn connects_by_tls_at_once(&mut self, name: &'static str) -> Client {
        let began = Instant::now();
        let client = self.connects_by_tls(name).await;
        let waited = began.elapsed();
        if waited >= PROMPT_HANDSHAKE && !self.pen.is_lost() {
            let wait = self.pen.masks_wait(waited);
            self.pen.act(format!("{wait} pass"));
        }
        client
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
        if !self.pen.is_lost() {
            self.pen.act(format!("{who} connects by TLS{with}"));
        }
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
                let names = x509::names(&certificate.as_slice().into());
                self.pen.tells(Told::Certificate(name, &names));
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

    /// Remarks on where the program listens: loopback is enough for a workbook. Linux
    /// takes some milliseconds to tell: not in a first step, which is waited for alone.
    pub fn notes_addresses(&self) {
        // To ask every process of the machine for its group takes longer than all the
        // rest of a chapter.
        let heard = match system::listening(&self.family()) {
            heard if heard.is_empty() => system::listening(&self.processes()),
            heard => heard,
        };
        // Java has IPv4 in sockets of IPv6, by mapped addresses (RFC 4291, section 2.5.5.2).
        let heard: Vec<_> = heard
            .into_iter()
            .map(|(address, port)| (address.to_canonical(), port))
            .collect();
        if heard.iter().any(|(address, _)| !address.is_loopback()) {
            self.pen.note(
                "it listens on every address of this machine; 127.0.0.1 and ::1 are enough, \
                 and nobody else on the network can connect then",
            );
        } else if !heard.is_empty() && !heard.iter().any(|(address, _)| address.is_ipv4()) {
            self.pen
                .note("it listens on ::1 and not on 127.0.0.1, which `localhost` also means");
        } else if !heard.is_empty()
            && loopback::has_ipv6()
            && !heard.iter().any(|(address, _)| address.is_ipv6())
        {
            self.pen
                .note("it listens on 127.0.0.1 and not on ::1, which `localhost` also means here");
        }
    }

    /// Remarks when first answers are held back by Nagle's algorithm: the session
    /// tickets of TLS 1.3 wait to be acknowledged, for 40 ms on Linux. A busy
    /// machine may make one answer as late as that, and hardly each of several.
    pub async fn notes_nagle(&self) {
        for _ in 0..LOOKS {
            if !self
                .first_answer()
                .await
                .is_some_and(|waited| NAGLE.contains(&waited))
            {
                return;
            }
        }
        self.pen.note(
            "the first answer came about 40 ms late: without TCP_NODELAY it waits until the \
             client has acknowledged the TLS session tickets",
        );
    }

    /// How long an answer takes that is asked for with the handshake's last bytes.
    /// Nothing of it is written down.
    async fn first_answer(&self) -> Option<Duration> {
        let tcp = loopback::dial(self.port).await.ok()?;
        let _ = tcp.set_nodelay(true);
        let shaken = tls::handshake(tcp, Offer::Any, &["http/1.1"]).await;
        let mut connection = Connection::new(Wire::Tls(Box::new(shaken.ok()?.0)));
        let head = format!("GET / HTTP/1.1\r\nhost: localhost:{}\r\n\r\n", self.port);
        let asked_at = Instant::now();
        connection.send(head.as_bytes(), PATIENCE).await;
        connection.hear(PATIENCE).await;
        Some(connection.heard_at.saturating_duration_since(asked_at))
    }

    fn client(&mut self, name: &'static str, mut connection: Option<Connection>) -> Client {
        if let Some(connection) = &mut connection {
            connection.tap = self.pen.tap(name);
        }
        Client::new(name, self.pen.clone(), connection, self.random.u64(..))
    }
}
