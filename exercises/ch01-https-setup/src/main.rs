//! Starts the HTTPS server of chapter 1.

use std::process::ExitCode;

use ch01_https_setup::{app, log, port, start::StartError, tls};

#[tokio::main]
async fn main() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => error.report(),
    }
}

async fn serve() -> Result<(), StartError> {
    let app = app();
    let listener = tls::listen(port::from_environment(8080)?).await?;
    // The line comes once connections are accepted: whoever reads it may connect at once.
    log::line(&format!(
        "Serveur HTTPS en cours d'exécution à https://localhost:{}",
        listener.port()
    ));
    axum::serve(listener, app)
        .await
        .map_err(StartError::serving)
}
