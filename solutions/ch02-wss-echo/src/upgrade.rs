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
    // ANCHOR: step-1 Accept an upgrade and `converse`; answer 426 where none was asked for.
    match request {
        Ok(handshake) => handshake
            // The default, 128 KiB, is filled with zeros at each read.
            .read_buffer_size(4096)
            .max_frame_size(LONGEST_MESSAGE)
            .max_message_size(LONGEST_MESSAGE)
            .max_write_buffer_size(UNREAD_ANSWERS)
            .on_upgrade(converse),
        Err(MethodNotGet(_) | InvalidConnectionHeader(_) | InvalidUpgradeHeader(_)) => (
            StatusCode::UPGRADE_REQUIRED,
            [(CONNECTION, "upgrade"), (UPGRADE, "websocket")],
            "Ce serveur parle WebSocket.\n",
        )
            .into_response(),
        // A client of another version learns which one we speak (RFC 6455, section 4.4).
        Err(fault @ InvalidWebSocketVersionHeader(_)) => {
            ([(SEC_WEBSOCKET_VERSION, "13")], fault).into_response()
        }
        Err(fault) => fault.into_response(),
    }
    // ANCHOR_END: step-1
}
