//! The certificate and its key: used when they are there, made when neither is.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose};
use time::{Duration, OffsetDateTime};
use tokio_rustls::rustls::Error as TlsError;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::sign::CertifiedKey;

use crate::start::StartError;

/// The file of the certificate, which everyone may read.
pub const CERTIFICATE: &str = "cert.pem";

/// The file of the private key, which its owner alone may read.
pub const KEY: &str = "key.pem";

/// What the two files hold, as PEM (RFC 7468).
pub struct Pair {
    /// The certificate, which goes to every client.
    pub certificate: Vec<u8>,
    /// The private key in PKCS#8 (RFC 5958), which goes to nobody.
    pub key: Vec<u8>,
}

/// The pair in `folder`, made first if the folder has neither file. What is there stays as it is.
pub fn load_or_create(folder: &Path) -> Result<CertifiedKey, StartError> {
    let pair = match (read(folder, CERTIFICATE)?, read(folder, KEY)?) {
        (Some(certificate), Some(key)) => Pair { certificate, key },
        (None, None) => {
            let pair = create().map_err(|error| {
                StartError::failed(format!("cannot make a certificate: {error}"))
            })?;
            write(folder, &pair)?;
            pair
        }
        (Some(_), None) => return Err(alone(CERTIFICATE, KEY)),
        (None, Some(_)) => return Err(alone(KEY, CERTIFICATE)),
    };
    certified(&pair)
}

/// A fresh key and a certificate signed with it (X.509 v3, RFC 5280).
///
/// Clients look for the host among the subject alternative names (RFC 9525, section 6.3), and
/// for nothing else: the common name only tells people what they look at.
pub fn create() -> Result<Pair, rcgen::Error> {
    // ANCHOR: step-1 Make a key and a certificate for localhost, 127.0.0.1 and ::1.
    let names = ["localhost", "127.0.0.1", "::1"].map(String::from);
    let mut params = CertificateParams::new(names)?;
    params
        .distinguished_name
        .push(DnType::CommonName, "localhost");
    // Who steals this key can pass for localhost, and must not be able to sign for others.
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    // A day back for clocks that are late, and one year: some platforms refuse more than 825 days.
    let now = OffsetDateTime::now_utc();
    params.not_before = now.saturating_sub(Duration::days(1));
    params.not_after = now.saturating_add(Duration::days(365));

    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    Ok(Pair {
        certificate: certificate.pem().into_bytes(),
        key: key.serialize_pem().into_bytes(),
    })
    // ANCHOR_END: step-1
}

/// Writes both files or neither: half a pair would keep the next start from working.
fn write(folder: &Path, pair: &Pair) -> Result<(), StartError> {
    let key = folder.join(KEY);
    write_new(&key, &pair.key, 0o600).map_err(|error| unwritable(KEY, &error))?;
    write_new(&folder.join(CERTIFICATE), &pair.certificate, 0o644).map_err(|error| {
        let _ = fs::remove_file(&key);
        unwritable(CERTIFICATE, &error)
    })
}

/// Writes a file that was not there before, whole or not at all.
fn write_new(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    // A mode set after the first byte is written leaves a moment in which others can read it.
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    set_mode(&mut options, mode);
    options.open(path)?.write_all(bytes).inspect_err(|_| {
        let _ = fs::remove_file(path);
    })
}

/// The certificate with its key, ready for TLS, once they are known to belong together.
fn certified(pair: &Pair) -> Result<CertifiedKey, StartError> {
    // The functions at the end of this file say what is wrong, and name the file.
    // ANCHOR: step-2 Read both out of PEM, load the key, and make sure that they match.
    let chain = CertificateDer::pem_slice_iter(&pair.certificate)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| unusable(CERTIFICATE))?;
    let key = PrivateKeyDer::from_pem_slice(&pair.key).map_err(|_| unusable(KEY))?;
    let key = ring::default_provider()
        .key_provider
        .load_private_key(key)
        .map_err(|_| unusable(KEY))?;

    // Without this look, a foreign key would show only at the first handshake.
    let certified = CertifiedKey::new(chain, key);
    match certified.keys_match() {
        Ok(()) => Ok(certified),
        Err(TlsError::InconsistentKeys(_)) => Err(mismatched()),
        Err(_) => Err(unusable(CERTIFICATE)),
    }
    // ANCHOR_END: step-2
}

/// The file's bytes, or nothing if there is no such file.
fn read(folder: &Path, file: &str) -> Result<Option<Vec<u8>>, StartError> {
    match fs::read(folder.join(file)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StartError::failed(format!(
            "cannot read {file} ({error}): make it readable, or move it away with its pair"
        ))),
    }
}

#[cfg(unix)]
fn set_mode(options: &mut OpenOptions, mode: u32) {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(mode);
}

/// Elsewhere a new file has the rights of its folder.
#[cfg(not(unix))]
fn set_mode(_options: &mut OpenOptions, _mode: u32) {}

fn alone(present: &str, missing: &str) -> StartError {
    StartError::failed(format!(
        "{present} is here and {missing} is not: \
         put {missing} back, or delete {present} and start again to get a new pair"
    ))
}

/// The reasons of the libraries speak to programmers ("peer sent no certificates"), not to readers.
fn unusable(file: &str) -> StartError {
    let missing = if file == KEY {
        "private key"
    } else {
        "certificate"
    };
    StartError::failed(format!(
        "{file} holds no {missing} that can be used: put the right file back, \
         or delete {CERTIFICATE} and {KEY} and start again to get a new pair"
    ))
}

fn mismatched() -> StartError {
    StartError::failed(format!(
        "{KEY} is the key of another certificate than {CERTIFICATE}: \
         put the right file back, or delete both and start again to get a new pair"
    ))
}

fn unwritable(file: &str, error: &io::Error) -> StartError {
    StartError::failed(format!(
        "cannot write {file} ({error}): start in a folder where you may create files"
    ))
}
