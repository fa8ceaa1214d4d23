//! TLS as a client: which versions, which protocol, whose certificate.
//!
//! The certificate is the program's own and signed by no one, so the handshake
//! trusts exactly the one that is expected, by its bytes, and says so when
//! another one comes. The handshake's own signature is checked as far as the library
//! knows its kind.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        self, ClientConfig, DigitallySignedStruct, Error, NamedGroup, ProtocolVersion,
        SignatureScheme,
        client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
        pki_types::{CertificateDer, ServerName, UnixTime},
        version::{TLS12, TLS13},
    },
};

use crate::limits::PATIENCE;

/// Signatures that servers may make and the cryptographic library cannot verify:
/// with the curves P-521 and Ed448, and with keys for RSASSA-PSS alone (RFC 8446,
/// section 4.2.3). The contract asks for no kind of key, so they are taken as they
/// are; whose certificate it is, its bytes tell.
const FOREIGN: [SignatureScheme; 5] = [
    SignatureScheme::ECDSA_NISTP521_SHA512,
    SignatureScheme::ED448,
    SignatureScheme::Unknown(0x0809),
    SignatureScheme::Unknown(0x080a),
    SignatureScheme::Unknown(0x080b),
];

/// Which versions the client offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// Both, as browsers do.
    Any,
    /// TLS 1.2 alone.
    Tls12,
    /// TLS 1.3 alone.
    Tls13,
}

/// Does the handshake; the error is a sentence.
///
/// # Errors
/// With what went wrong, in words for the transcript.
pub async fn handshake(
    tcp: TcpStream,
    offer: Offer,
    protocols: &[&str],
) -> Result<(TlsStream<TcpStream>, Vec<u8>), String> {
    let seen = Arc::new(Seen {
        provider: Arc::new(provider()),
        certificate: Mutex::default(),
    });
    let connector = TlsConnector::from(Arc::new(config(offer, protocols, Arc::clone(&seen))));
    let name = ServerName::try_from("localhost").map_err(|error| error.to_string())?;
    match timeout(PATIENCE, connector.connect(name, tcp)).await {
        Err(_) => Err(format!("no TLS handshake for {} s", PATIENCE.as_secs())),
        Ok(Err(error)) => Err(format!("the TLS handshake fails: {}", in_words(&error))),
        Ok(Ok(stream)) => {
            let certificate = seen
                .certificate
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone();
            Ok((stream, certificate))
        }
    }
}

/// What the handshake computes with. Of the groups P-256 comes first, which every
/// TLS 1.3 server has (RFC 8446, section 9.1): ring has it in assembly, and X25519 in
/// C, which a debug build leaves as slow as it is.
fn provider() -> CryptoProvider {
    let mut provider = ring::default_provider();
    provider
        .kx_groups
        .sort_by_key(|group| group.name() != NamedGroup::secp256r1);
    provider
}

/// The first bytes that this client would send: for half handshakes.
pub fn client_hello() -> Vec<u8> {
    let seen = Arc::new(Seen {
        provider: Arc::new(provider()),
        certificate: Mutex::default(),
    });
    let mut bytes = Vec::new();
    let config = Arc::new(config(Offer::Any, &["http/1.1"], seen));
    if let Ok(name) = ServerName::try_from("localhost")
        && let Ok(mut session) = rustls::ClientConnection::new(config, name)
    {
        // Writing into memory cannot fail.
        let _ = session.write_tls(&mut bytes);
    }
    bytes
}

/// What was agreed on, for the transcript: `TLS 1.3, http/1.1`.
pub fn agreed(session: &rustls::ClientConnection) -> String {
    let version = match session.protocol_version() {
        Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
        Some(ProtocolVersion::TLSv1_2) => "TLS 1.2",
        _ => "an unknown version of TLS",
    };
    let protocol = session.alpn_protocol().map(String::from_utf8_lossy);
    format!(
        "{version}, {}",
        protocol.as_deref().unwrap_or("no protocol chosen")
    )
}

fn config(offer: Offer, protocols: &[&str], seen: Arc<Seen>) -> ClientConfig {
    let versions: &[&rustls::SupportedProtocolVersion] = match offer {
        Offer::Any => &[&TLS13, &TLS12],
        Offer::Tls12 => &[&TLS12],
        Offer::Tls13 => &[&TLS13],
    };
    let mut config = ClientConfig::builder_with_provider(Arc::clone(&seen.provider))
        .with_protocol_versions(versions)
        .expect("ring has suites for both versions")
        .dangerous()
        .with_custom_certificate_verifier(seen)
        .with_no_client_auth();
    config.alpn_protocols = protocols
        .iter()
        .map(|protocol| protocol.as_bytes().to_vec())
        .collect();
    // Each handshake is to be a whole one: a resumed one shows no certificate.
    config.resumption = rustls::client::Resumption::disabled();
    config
}

/// Keeps the certificate that was shown; whose it must be is judged later.
#[derive(Debug)]
struct Seen {
    provider: Arc<CryptoProvider>,
    certificate: Mutex<Vec<u8>>,
}

impl ServerCertVerifier for Seen {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        *self
            .certificate
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = certificate.to_vec();
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        if FOREIGN.contains(&signature.scheme) {
            return Ok(HandshakeSignatureValid::assertion());
        }
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        if FOREIGN.contains(&signature.scheme) {
            return Ok(HandshakeSignatureValid::assertion());
        }
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = &self.provider.signature_verification_algorithms;
        // In the order of preference: foreign ones only for keys that make no other.
        [&algorithms.supported_schemes()[..], &FOREIGN].concat()
    }
}

fn in_words(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::UnexpectedEof => "the server ends the connection".into(),
        std::io::ErrorKind::ConnectionReset => "the server resets the connection".into(),
        _ => error.to_string(),
    }
}
