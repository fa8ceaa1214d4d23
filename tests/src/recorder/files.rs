//! The two PEM files of the TLS chapters: what they are, and whether they stay
//! as they were.

use std::{io::Read, net::IpAddr, path::Path, sync::Arc, time::SystemTime};

use crate::limits::FILE_BYTES;
use tokio_rustls::rustls::{
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject},
    sign::CertifiedKey,
};
use webpki::{EndEntityCert, Error, KeyUsage, anchor_from_trusted_cert};

/// A certificate for this machine's own names and its key, both PEM.
#[derive(Clone, Debug)]
pub struct Pair {
    /// `cert.pem`.
    pub certificate: String,
    /// `key.pem`, PKCS#8.
    pub key: String,
}

/// The names of the two files, certificate first.
pub const FILES: [&str; 2] = ["cert.pem", "key.pem"];

impl Pair {
    /// A new pair that nobody has seen.
    ///
    /// # Errors
    /// When the cryptographic library has no randomness.
    pub fn fresh() -> Result<Self, String> {
        let names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
        let pair = rcgen::generate_simple_self_signed(names).map_err(|error| error.to_string())?;
        Ok(Self {
            certificate: pair.cert.pem(),
            key: pair.signing_key.serialize_pem(),
        })
    }
}

impl Pair {
    /// The certificate's bytes, as TLS shows them.
    pub fn der(&self) -> Vec<u8> {
        CertificateDer::from_pem_slice(self.certificate.as_bytes())
            .map_or(Vec::new(), |der| der.to_vec())
    }
}

/// The certificate in the directory, as TLS shows it; `None` when there is none
/// that can be read.
pub fn certificate(directory: &Path) -> Option<Vec<u8>> {
    let text = read(&directory.join(FILES[0]))?;
    CertificateDer::from_pem_slice(&text)
        .ok()
        .map(|der| der.to_vec())
}

/// What a program's own pair is, one property a line, in a fixed order. The
/// first property that is not as the contract asks ends the list for its file.
pub fn properties(directory: &Path) -> Vec<String> {
    let [certificate, key] = FILES.map(|name| read(&directory.join(name)));
    let mut lines = Vec::new();
    let Some(certificate) = certificate else {
        return vec!["cert.pem is not there".into()];
    };
    let Ok(der) = CertificateDer::from_pem_slice(&certificate) else {
        return vec!["cert.pem is not a PEM certificate".into()];
    };
    describe(&der, &mut lines);
    let Some(key) = key else {
        lines.push("key.pem is not there".into());
        return lines;
    };
    let Ok(private) = PrivateKeyDer::from_pem_slice(&key) else {
        lines.push("key.pem is not a PEM key".into());
        return lines;
    };
    lines.push(match &private {
        PrivateKeyDer::Pkcs8(_) => "key.pem is a PKCS#8 key".into(),
        PrivateKeyDer::Pkcs1(_) => "key.pem is a PKCS#1 key".into(),
        PrivateKeyDer::Sec1(_) => "key.pem is a SEC 1 key".into(),
        _ => "key.pem is a key of an unknown form".into(),
    });
    let provider = Arc::new(ring::default_provider());
    lines.push(
        match CertifiedKey::from_der(vec![der], private, &provider) {
            Ok(_) => "key.pem belongs to cert.pem".into(),
            Err(_) => "key.pem belongs to another certificate".into(),
        },
    );
    lines.push(format!(
        "key.pem has mode {}",
        mode::of(&directory.join("key.pem"))
    ));
    lines
}

/// The bytes of an ordinary file, no more than [`FILE_BYTES`] of them: a program
/// may put a pipe there, or a link to something endless.
pub fn read(path: &Path) -> Option<Vec<u8>> {
    if !std::fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).ok()?;
    file.take(FILE_BYTES).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The subject alternative names of a certificate, as far as loopback has any.
pub fn names(der: &CertificateDer<'_>) -> Vec<String> {
    let Ok(certificate) = EndEntityCert::try_from(der) else {
        return Vec::new();
    };
    let mut names: Vec<String> = certificate
        .valid_dns_names()
        .map(|name| format!("DNS {name}"))
        .collect();
    for address in ["127.0.0.1", "::1"] {
        let name = address
            .parse::<IpAddr>()
            .map(|ip| ServerName::IpAddress(ip.into()));
        if name.is_ok_and(|name| certificate.verify_is_valid_for_subject_name(&name).is_ok()) {
            names.push(format!("IP {address}"));
        }
    }
    names
}

/// RFC 5280's fields, as far as the contract speaks of them.
fn describe(der: &CertificateDer<'_>, lines: &mut Vec<String>) {
    let certificate = match EndEntityCert::try_from(der) {
        Ok(certificate) => certificate,
        Err(Error::UnsupportedCertVersion) => {
            return lines.push("cert.pem is not X.509 version 3".into());
        }
        Err(error) => return lines.push(format!("cert.pem is not X.509: {error:?}")),
    };
    lines.push("cert.pem is X.509 version 3".into());
    let names = names(der);
    lines.push(format!(
        "cert.pem names {}",
        if names.is_empty() {
            "no one".into()
        } else {
            names.join(", ")
        }
    ));
    // A self-signed certificate is its own anchor: a path of length one.
    let anchors = anchor_from_trusted_cert(der).map(|anchor| [anchor]);
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let verified = match &anchors {
        Ok(anchors) => certificate
            .verify_for_usage(
                webpki::ALL_VERIFICATION_ALGS,
                anchors,
                &[],
                UnixTime::since_unix_epoch(now),
                KeyUsage::server_auth(),
                None,
                None,
            )
            .map(|_| ()),
        Err(error) => Err(error.clone()),
    };
    let wrong = match verified {
        Ok(()) => None,
        Err(Error::CertExpired { .. }) => Some((0, "cert.pem has expired".to_owned())),
        Err(Error::InvalidCertValidity) => Some((0, "cert.pem ends before it begins".to_owned())),
        Err(Error::CertNotValidYet { .. }) => Some((0, "cert.pem is not valid yet".to_owned())),
        Err(Error::CaUsedAsEndEntity) => Some((1, "cert.pem is a CA certificate".to_owned())),
        Err(Error::UnknownIssuer) => Some((2, "cert.pem is signed by someone else".to_owned())),
        Err(error) => Some((2, format!("cert.pem cannot be verified: {error:?}"))),
    };
    let right = [
        "cert.pem is valid now",
        "cert.pem is not a CA certificate",
        "cert.pem is signed by itself",
    ];
    for (place, line) in right.into_iter().enumerate() {
        match &wrong {
            Some((at, line)) if *at == place => return lines.push(line.clone()),
            _ => lines.push(line.into()),
        }
    }
}

/// Permissions are a matter of the operating system.
#[cfg(unix)]
mod mode {
    use std::{os::unix::fs::PermissionsExt, path::Path};

    pub fn of(file: &Path) -> String {
        let mode = std::fs::metadata(file).map(|data| data.permissions().mode() & 0o7777);
        mode.map_or("unknown".into(), |mode| format!("{mode:04o}"))
    }
}

/// Where there are no modes the clause does not apply.
#[cfg(not(unix))]
mod mode {
    pub fn of(_file: &std::path::Path) -> String {
        "0600".into()
    }
}
