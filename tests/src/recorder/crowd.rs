//! Many clients at once, each with a pen of its own: what they hear is counted and
//! not written down.

use futures_util::future::join_all;

use super::{
    Client, Pen, Stage,
    connection::{Connection, Wire},
};
use crate::loopback;

/// Clients in the order in which they came. They leave when they are dropped.
#[derive(Default)]
pub struct Crowd(Vec<Client>);

impl Crowd {
    /// One more joins them.
    pub fn gains(&mut self, client: Client) {
        self.0.push(client);
    }

    /// Every second of them leaves the others, until `count` have.
    pub fn parts(&mut self, count: usize) -> Self {
        let mut leaving = Vec::new();
        let mut staying = Vec::new();
        for (place, client) in std::mem::take(&mut self.0).into_iter().enumerate() {
            match place % 2 == 0 && leaving.len() < count {
                true => leaving.push(client),
                false => staying.push(client),
            }
        }
        self.0 = staying;
        Self(leaving)
    }

    /// How many hear a response's head.
    pub async fn hears_heads(&mut self) -> usize {
        let heads = self.0.iter_mut().map(|client| client.hears_head(&[]));
        let heads = join_all(heads).await;
        heads.iter().filter(|head| head.status != 0).count()
    }

    /// How many hear one event to its end.
    pub async fn hears_events(&mut self) -> usize {
        let events = self.0.iter_mut().map(Client::hears_whole_event);
        let heard = join_all(events).await;
        heard.into_iter().filter(|heard| *heard).count()
    }
}

impl Stage {
    /// A client that nobody writes down. In the end its connection ends in order, or is
    /// reset when it `vanishes`. It hears nothing when nothing listens.
    pub async fn client_in_a_crowd(&mut self, vanishes: bool) -> Client {
        let tcp = loopback::dial(self.port).await;
        let connection = tcp.ok().map(|tcp| {
            let _ = tcp.set_nodelay(true);
            if vanishes {
                let _ = tcp.set_zero_linger();
            }
            Connection::new(Wire::Plain(tcp))
        });
        Client::new("", Pen::default(), connection, self.random.u64(..))
    }
}
