//! Starts the WebSocket server of chapter 2, with the page of chapter 3.

use std::process::ExitCode;

use ch02_wss_echo_solution::serve;
use ch03_client_page::app;

#[tokio::main]
async fn main() -> ExitCode {
    match serve(app()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => error.report(),
    }
}
