//! What the server answers once the connection is encrypted.

use axum::Router;
use axum::routing::get;

/// `/` and nothing else: axum answers 404 for every other path.
pub fn app() -> Router {
    Router::new().route("/", get(home))
}

/// For a `&str`, axum writes `content-type: text/plain; charset=utf-8` by itself.
async fn home() -> &'static str {
    // ANCHOR: step-5 Say that the connection is encrypted: `Connexion chiffrée établie`, a line.
    "Connexion chiffrée établie\n"
    // ANCHOR_END: step-5
}
