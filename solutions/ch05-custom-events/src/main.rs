//! Starts the event stream server of chapter 5.

use std::process::ExitCode;

use ch04_sse_counter_solution::serve;
use ch05_custom_events_solution::app;

#[tokio::main]
async fn main() -> ExitCode {
    match serve(app()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => error.report(),
    }
}
