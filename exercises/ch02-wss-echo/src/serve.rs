//! The server around an app: TLS on the port that was asked for, and the start line.

use axum::Router;
use ch01_https_setup_solution::{log, port, start::StartError, tls};

/// Serves `app` until the program is ended.
pub async fn serve(app: Router) -> Result<(), StartError> {
    let listener = tls::listen(port::from_environment(8080)?).await?;
    log::line(&format!(
        "Serveur WebSocket sécurisé en cours d'exécution à wss://localhost:{}",
        listener.port()
    ));
    axum::serve(listener, app)
        .await
        .map_err(StartError::serving)
}
