//! Starts the event stream server of chapter 4.

use std::process::ExitCode;

use ch04_sse_counter::{app, serve};

#[tokio::main]
async fn main() -> ExitCode {
    match serve(app()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => error.report(),
    }
}
