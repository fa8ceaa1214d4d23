//! Chapter 3: the echo of chapter 2, and a page that speaks with it.

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use ch02_wss_echo_solution::upgrade;

/// The page is part of the program: it is there wherever the program is started.
const PAGE: &str = include_str!("client.html");

/// The page and the WebSocket share `/`: the request's head tells which of them is meant.
pub fn app() -> Router {
    Router::new().route("/", get(home))
}

/// Answers `GET /`: chapter 2 knows what to say to an upgrade, and to a broken one.
async fn home(request: Result<WebSocketUpgrade, WebSocketUpgradeRejection>) -> Response {
    // Chapter 2 answers 426 where no upgrade was asked for: that is a reader with a browser.
    // Step 1: Answer as `upgrade` does, and with the page as HTML where it says 426.
    todo!("step 1")
}
