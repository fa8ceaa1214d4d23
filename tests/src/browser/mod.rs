//! A real browser, headless, driven over the DevTools protocol.
//!
//! One browser, with a fresh profile, serves a whole run, and each step gets a
//! page in it. It trusts one certificate, the checker's pair, by the SHA-256 of
//! its public key, and reaches nothing but loopback.

pub mod devtools;
pub mod launch;
mod patience;
mod waiting;

use std::{path::Path, sync::Arc, time::Instant};

use serde_json::{Value, json};

use patience::Looks;

pub use devtools::{Devtools, GONE, Session, Target};
pub use patience::Patience;
pub use waiting::Event;

/// A running browser.
pub struct Browser {
    devtools: Arc<Devtools>,
    /// Ends with the browser.
    _process: launch::Process,
}

impl Browser {
    /// Starts the browser of this machine, which trusts the certificate whose
    /// public key has the digest `trusted` (SHA-256, base64), and which reaches
    /// programs itself or through the SOCKS 5 proxy on the port `proxy`. By way of
    /// the executable `gate` it ends when we do, see [`crate::leash`].
    ///
    /// # Errors
    /// With a line that says how to get a browser, or what went wrong.
    pub async fn start(
        gate: Option<&Path>,
        trusted: &str,
        proxy: Option<u16>,
    ) -> Result<Self, String> {
        let (process, address) = launch::start(gate, trusted, proxy).await?;
        let devtools = Devtools::connect(&address).await?;
        // Nothing is saved, whatever a page offers.
        let deny = json!({ "behavior": "deny" });
        devtools.call("Browser.setDownloadBehavior", deny).await?;
        Ok(Self {
            devtools,
            _process: process,
        })
    }

    /// A blank page, for a step that is over `until`. Pages of a run share the profile:
    /// each comes from a port of its own, and a renderer for each would cost a second of
    /// CPU.
    ///
    /// # Errors
    /// When the browser has gone.
    pub async fn page(&self, until: Instant) -> Result<Session, String> {
        let blank = json!({ "url": "about:blank" });
        let target = self.devtools.call("Target.createTarget", blank).await?;
        let looks = Looks::before(until);
        let session = self
            .devtools
            .attach(text(&target["targetId"]), looks)
            .await?;
        for domain in [
            "Page.enable",
            "Runtime.enable",
            "Network.enable",
            "Log.enable",
        ] {
            session.target.call(domain, json!({})).await?;
        }
        // A page behind others draws nothing and slows its timers down, unless it
        // believes that it is in front.
        let front = json!({ "enabled": true });
        session
            .target
            .call("Emulation.setFocusEmulationEnabled", front)
            .await?;
        let script = json!({ "source": NO_DIALOGS });
        session
            .target
            .call("Page.addScriptToEvaluateOnNewDocument", script)
            .await?;
        Ok(session)
    }
}

/// A dialog gets the answer of somebody who shuts it, and never opens: one that stands
/// takes the clicks and keys of every page in the browser.
const NO_DIALOGS: &str =
    "window.alert = () => {}; window.confirm = () => false; window.prompt = () => null";

/// A JSON string, or nothing.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
