//! From HTTP to WebSocket: the opening handshake (RFC 6455, section 4).

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection::{
    self, InvalidConnectionHeader, InvalidUpgradeHeader, InvalidWebSocketVersionHeader,
    MethodNotGet,
};
use axum::http::StatusCode;
use axum::http::header::{CONNECTION, SEC_WEBSOCKET_VERSION, UPGRADE};
use axum::response::{IntoResponse, Response};

use crate::conversation::converse;

/// The longest message that we take: a length read off the wire must not claim all memory.
const LONGEST_MESSAGE: usize = 2 << 20;

/// Room for answers that a client has not read yet. Unreadable bytes become U+FFFD, three bytes
/// for one, so the longest answer is a bit over three times the longest message; the rest is for
/// pongs. Without a limit, a client that sends pings and never reads would fill the memory.
const UNREAD_ANSWERS: usize = 4 * LONGEST_MESSAGE;

/// Answers `GET /`: axum has looked at the request's head and says what it found.
pub async fn upgrade(request: Result<WebSocketUpgrade, WebSocketUpgradeRejection>) -> Response {
    // A request that asks for no WebSocket is no mistake in one: it gets 426 (RFC 9110, 15.5.22).
    // Step 1: Accept an upgrade and `converse`; answer 426 where none was asked for.
    todo!("step 1")
}
