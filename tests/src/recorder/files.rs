//! The two PEM files of the TLS chapters: what they are, and whether they stay
//! as they were.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Read, Write},
    path::Path,
    sync::Arc,
};

use tokio_rustls::rustls::{
    Error, InconsistentKeys,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    sign::CertifiedKey,
};

use super::x509;
use crate::limits::FILE_BYTES;

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
    /// A pair whose key is RSA's, 2048 bits, valid from 2024 to 2099: always the same
    /// one, since the cryptographic library makes no such keys. It is public, and good
    /// for nothing but this.
    pub fn rsa() -> Self {
        Self {
            certificate: include_str!("rsa/cert.txt").into(),
            key: include_str!("rsa/key.txt").into(),
        }
    }

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
    x509::describe(&der, &mut lines);
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
    lines.push(belongs(der, private).into());
    lines.push(mode(directory));
    lines
}

/// Whether the key's public half is the certificate's.
fn belongs(certificate: CertificateDer<'static>, key: PrivateKeyDer<'static>) -> &'static str {
    let provider = Arc::new(ring::default_provider());
    // A key of a kind that ring does not know, P-521 for one, can still be looked
    // into: it has its public half beside the secret one.
    let foreign = || x509::is_inside(&certificate, key.secret_der());
    match CertifiedKey::from_der(vec![certificate.clone()], key.clone_key(), &provider) {
        Ok(_) => "key.pem belongs to cert.pem",
        Err(Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) => {
            "key.pem belongs to another certificate"
        }
        Err(_) if foreign() => "key.pem belongs to cert.pem",
        Err(_) => "key.pem does not hold the public key of cert.pem",
    }
}

/// Who may read the key, at this moment.
pub fn mode(directory: &Path) -> String {
    format!("key.pem has mode {}", mode::of(&directory.join(FILES[1])))
}

/// The bytes of an ordinary file, no more than [`FILE_BYTES`] of them: a program
/// may put a pipe there, or a link to something endless.
pub fn read(path: &Path) -> Option<Vec<u8>> {
    let file = opened(path).ok()?;
    if !file.metadata().ok()?.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    file.take(FILE_BYTES).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Puts a file in the place of what a program may have put there: a link would lead the
/// checker to whatever the program likes, and a pipe would hold it up.
///
/// # Errors
/// When there is a directory, or no file can be made.
pub fn put(path: &Path, text: &str) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => File::create_new(path)?.write_all(text.as_bytes()),
    }
}

/// To open a pipe would wait until somebody writes into it.
#[cfg(unix)]
fn opened(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = rustix::fs::OFlags::NONBLOCK.bits();
    File::options()
        .read(true)
        .custom_flags(flags.cast_signed())
        .open(path)
}

#[cfg(not(unix))]
fn opened(path: &Path) -> io::Result<File> {
    File::open(path)
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

#[cfg(all(test, unix))]
mod tests {
    use std::{os::unix::fs::symlink, process::Command};

    use super::*;

    #[test]
    fn a_link_leads_nowhere() {
        let folder = tempfile::tempdir().unwrap();
        let (link, other) = (folder.path().join("cert.pem"), folder.path().join("other"));
        fs::write(&other, "somebody's").unwrap();
        symlink(&other, &link).unwrap();
        put(&link, "ours").unwrap();
        assert_eq!(fs::read_to_string(&other).unwrap(), "somebody's");
        assert_eq!(read(&link).unwrap(), b"ours");
    }

    #[test]
    fn a_pipe_holds_nobody_up() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("cert.pem");
        assert!(
            Command::new("mkfifo")
                .arg(&pipe)
                .status()
                .unwrap()
                .success()
        );
        assert_eq!(read(&pipe), None);
        put(&pipe, "ours").unwrap();
        assert_eq!(read(&pipe).unwrap(), b"ours");
    }
}
