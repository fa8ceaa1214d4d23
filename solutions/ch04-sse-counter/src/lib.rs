//! Chapter 4: a counter that each client reads on its own, as Server-Sent Events.

mod counter;
mod serve;

use axum::Router;
use axum::routing::get;

pub use counter::{PERIOD, count, event};
pub use serve::serve;

/// The event stream on `/sse`, for `GET` alone.
///
/// Axum answers 404 for other paths, and 405 with `allow` for other methods on this one
/// (RFC 9110, section 15.5.6).
pub fn app() -> Router {
    // ANCHOR: step-1 Let `GET /sse` lead to `count`.
    Router::new().route("/sse", get(count))
    // ANCHOR_END: step-1
}
