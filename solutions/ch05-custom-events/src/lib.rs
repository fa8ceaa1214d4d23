//! Chapter 5: events with a name beside those without, and a page that tells them apart.

mod clock;
mod events;

use axum::Router;
use axum::response::Html;
use axum::routing::get;

use crate::events::events;

/// The page is part of the program: it is there wherever the program is started.
const PAGE: &str = include_str!("client.html");

/// The page on `/` and the event stream on `/sse`, for `GET` alone.
pub fn app() -> Router {
    // ANCHOR: step-1 Let `GET /` answer with the page as HTML, and `GET /sse` lead to `events`.
    Router::new()
        .route("/", get(Html(PAGE)))
        .route("/sse", get(events))
    // ANCHOR_END: step-1
}
