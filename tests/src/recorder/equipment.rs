//! What the steps of a run share: one browser, started once, the one certificate
//! that it trusts, and the fence that programs stand behind.

use std::sync::OnceLock;

use data_encoding::BASE64;
use tokio::sync::OnceCell;
use tokio_rustls::rustls::pki_types::CertificateDer;
use webpki::EndEntityCert;

use super::files::Pair;
use crate::{browser::Browser, digest::sha256, fence::Fence};

/// Shared by all steps of a run.
#[derive(Default)]
pub struct Equipment {
    /// What stands between a program and the machine.
    pub fence: Fence,
    pair: OnceCell<Result<Pair, String>>,
    browser: OnceCell<Result<Browser, String>>,
    proxy: OnceLock<u16>,
}

impl Equipment {
    /// Nothing is started before it is asked for.
    pub fn behind(fence: Fence) -> Self {
        Self {
            fence,
            ..Self::default()
        }
    }

    /// The pair whose certificate the browser trusts.
    ///
    /// # Errors
    /// When the cryptographic library has no randomness.
    pub async fn pair(&self) -> Result<&Pair, String> {
        let pair = self.pair.get_or_init(|| async { Pair::fresh() }).await;
        pair.as_ref().map_err(Clone::clone)
    }

    /// Lets the browser, which is not started yet, reach programs only through the
    /// SOCKS 5 proxy on this port.
    pub fn leads_browser_through(&self, port: u16) {
        // The first one stays: a browser has one proxy.
        let _ = self.proxy.set(port);
    }

    /// The browser, started by whoever asks first.
    ///
    /// # Errors
    /// With a line that says how to get one, or what went wrong.
    pub async fn browser(&self) -> Result<&Browser, String> {
        let start = || async {
            let trusted = public_key_digest(self.pair().await?)?;
            let gate = self.fence.gate.as_deref();
            Browser::start(gate, &trusted, self.proxy.get().copied()).await
        };
        self.browser
            .get_or_init(start)
            .await
            .as_ref()
            .map_err(Clone::clone)
    }
}

/// SHA-256 of the certificate's public key as it stands in it (RFC 7469, section
/// 2.4), base64: what Chromium takes to trust one certificate and no other.
fn public_key_digest(pair: &Pair) -> Result<String, String> {
    let der = pair.der();
    let der = CertificateDer::from(der);
    let certificate = EndEntityCert::try_from(&der).map_err(|error| format!("{error:?}"))?;
    let key = certificate.subject_public_key_info();
    Ok(BASE64.encode(&sha256(&key)))
}
