//! One client from its welcome to its departure.

use std::borrow::Cow;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use ch01_https_setup_solution::log;
use tokio::time::timeout;

use crate::one_line::one_line;

/// How long a client that leaves may take to collect what we still have for it.
const FAREWELL_LIMIT: Duration = Duration::from_secs(5);

/// Speaks with one client. However it ends, it ends here, and for this client alone.
pub async fn converse(mut socket: WebSocket) {
    if welcome(&mut socket).await.is_ok() {
        // An error is a frame that breaks the rules or a client that vanished.
        while let Some(Ok(message)) = socket.recv().await {
            let answer = match message {
                Message::Text(text) => answer(&text),
                Message::Binary(bytes) => answer(&read_as_text(&bytes)),
                // Tungstenite, below axum, has sent the pong.
                Message::Ping(_) | Message::Pong(_) => continue,
                Message::Close(_) => break,
            };
            if socket.send(Message::text(answer)).await.is_err() {
                break;
            }
        }
    }
    leave(socket).await;
}

/// The server speaks first.
async fn welcome(socket: &mut WebSocket) -> Result<(), axum::Error> {
    // Step 2: Log that a client came, and send it the welcome.
    todo!("step 2")
}

/// The echo: it is logged, and then on its way.
fn answer(text: &str) -> String {
    // The client gets the text as it came; `one_line` is for the log alone.
    // Step 3: Log what came, on one line, and return the answer to send.
    todo!("step 3")
}

/// Text must be UTF-8 (RFC 6455, section 5.6); binary messages may hold any bytes.
fn read_as_text(bytes: &[u8]) -> Cow<'_, str> {
    // Step 5: Read the bytes as UTF-8, with U+FFFD for what is not.
    todo!("step 5")
}

/// Lets the client go, whether it closed, vanished or broke the rules.
///
/// Tungstenite has prepared the answer to a close (RFC 6455, section 5.5.1), and sends it while
/// we ask for the next message. The stream ends when nothing is left to send.
async fn leave(mut socket: WebSocket) {
    // Step 6: Receive until the stream ends, for a limited time, and log the departure.
    todo!("step 6")
}
