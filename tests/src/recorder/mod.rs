//! Speaks to a program and writes both sides down.
//!
//! Recording never fails: what goes wrong on the wire is an entry in the
//! transcript. Once something that had to come did not come, the rest of the
//! script is passed over, so that a silent program costs one wait and not ten.

pub mod agreement;
pub mod body;
pub mod broken_upgrade;
pub mod cadence;
pub mod chance;
pub mod client;
pub mod connection;
pub mod crowd;
pub mod entrance;
pub mod equipment;
pub mod event_stream;
pub mod fields;
pub mod files;
pub mod frame;
pub mod head;
pub mod http;
pub mod log;
pub mod other_methods;
pub mod page;
pub mod pair;
pub mod pen;
pub mod raw;
pub mod sleep;
pub mod stage;
pub mod tap;
pub mod tls;
pub mod turn;
pub mod unasked;
pub mod websocket;
pub mod words;
pub mod x509;

pub use client::Client;
pub use equipment::Equipment;
pub use page::Page;
pub use pen::{Pen, Recording};
pub use stage::{Port, Stage};
