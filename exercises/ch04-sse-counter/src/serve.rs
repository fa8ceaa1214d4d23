//! The server around an app: the port that was asked for, and the start line.

use axum::Router;
use ch01_https_setup_solution::{log, loopback::Loopback, port, start::StartError};

/// Serves `app` until the program is ended.
pub async fn serve(app: Router) -> Result<(), StartError> {
    let listener = Loopback::bind(port::from_environment(3000)?).await?;
    log::line(&format!(
        "Serveur en cours d'exécution à http://localhost:{}",
        listener.port()
    ));
    axum::serve(listener, app)
        .await
        .map_err(StartError::serving)
}
