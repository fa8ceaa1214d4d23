//! Chapter 1: an HTTPS server on this machine alone, with a certificate of its own.
//!
//! The next chapters use these modules as they are, each for the part that they build on.

pub mod app;
pub mod certificate;
pub mod log;
pub mod loopback;
pub mod port;
pub mod start;
pub mod tls;

pub use app::app;
