//! Starts the WebSocket server of chapter 2.

use std::process::ExitCode;

use ch02_wss_echo::{app, serve};

#[tokio::main]
async fn main() -> ExitCode {
    match serve(app()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => error.report(),
    }
}
