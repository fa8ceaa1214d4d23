//! Chapter 2: a WebSocket echo over TLS.

mod conversation;
mod one_line;
mod serve;
mod upgrade;

use axum::Router;
use axum::routing::get;

pub use serve::serve;
pub use upgrade::upgrade;

/// WebSocket on `/`: axum answers 404 for every other path.
pub fn app() -> Router {
    Router::new().route("/", get(upgrade))
}
