//! What a certificate says of itself (RFC 5280), as far as the contract asks.

use std::{net::IpAddr, time::SystemTime};

use tokio_rustls::rustls::pki_types::{CertificateDer, UnixTime};
use webpki::{EndEntityCert, Error, KeyUsage, anchor_from_trusted_cert};

use crate::visible;

/// The identifier of the extension keyUsage, 2.5.29.15 (section 4.2.1.3).
const KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x0f];

/// The identifier of the extension subjectAltName, 2.5.29.17 (section 4.2.1.6).
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];

/// The bit keyCertSign in the first byte of its value.
const KEY_CERT_SIGN: u8 = 0x80 >> 5;

/// The tag of what has parts in an order.
const SEQUENCE: u8 = 0x30;

/// The subject alternative names of a certificate, all of them.
pub fn names(der: &CertificateDer<'_>) -> Vec<String> {
    let mut names: Vec<(u8, Option<IpAddr>, String)> = extension(der, SUBJECT_ALT_NAME)
        .map(|list| values(first(list)))
        .unwrap_or_default()
        .into_iter()
        .map(|(tag, name)| {
            let address = match tag {
                0x87 => address(name),
                _ => None,
            };
            (tag, address, general_name(tag, name, address))
        })
        .collect();
    // DNS before IP, IPv4 before IPv6; a list of names has no order of its own.
    names.sort_by_key(|(tag, address, _)| (!matches!(tag, 0x82), *tag != 0x87, *address));
    names.into_iter().map(|(.., name)| name).collect()
}

/// A GeneralName (section 4.2.1.6) in words.
fn general_name(tag: u8, name: &[u8], address: Option<IpAddr>) -> String {
    let text = visible::text(name);
    match (tag, address) {
        (0x81, _) => format!("mail {text}"),
        (0x82, _) => format!("DNS {text}"),
        (0x86, _) => format!("URI {text}"),
        (_, Some(address)) => format!("IP {address}"),
        (0x87, None) => format!("IP of {} bytes", name.len()),
        _ => format!("something else, with the tag {tag:#x}"),
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    <[u8; 4]>::try_from(bytes)
        .map(IpAddr::from)
        .or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from))
        .ok()
}

/// Adds a property a line; the first that is not as the contract asks is the last.
pub fn describe(der: &CertificateDer<'_>, lines: &mut Vec<String>) {
    let certificate = match EndEntityCert::try_from(der) {
        Ok(certificate) => certificate,
        Err(Error::UnsupportedCertVersion) => {
            return lines.push("cert.pem is not X.509 version 3".into());
        }
        Err(_) => return lines.push("cert.pem is PEM, and inside it is not X.509".into()),
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
    let wrong = match verified(&certificate, der) {
        Err(error) if !is_foreign(&error) => Some(in_words(&error)),
        _ if may_sign(der) => Some((1, "cert.pem may sign certificates: keyCertSign is set")),
        _ => None,
    };
    let right = [
        "cert.pem is valid now",
        "cert.pem is not a CA certificate",
        "cert.pem is signed by itself",
    ];
    for (place, line) in right.into_iter().enumerate() {
        match wrong {
            Some((at, line)) if at == place => return lines.push(line.into()),
            _ => lines.push(line.into()),
        }
    }
}

/// Whether it is right but for its signature, whose kind the cryptographic library
/// does not know.
pub fn is_unverifiable(der: &CertificateDer<'_>) -> bool {
    EndEntityCert::try_from(der)
        .is_ok_and(|certificate| verified(&certificate, der).is_err_and(|error| is_foreign(&error)))
}

/// Whether the public key of the certificate stands in `key`, as it does beside
/// the secret one in RSA's keys (RFC 8017, A.1.2) and in most of elliptic curves
/// (RFC 5915, section 3).
pub fn is_inside(der: &CertificateDer<'_>, key: &[u8]) -> bool {
    let public = EndEntityCert::try_from(der)
        .map(|certificate| certificate.subject_public_key_info().to_vec())
        .unwrap_or_default();
    let inner = values(&public).first().map_or(&[][..], |(_, value)| value);
    // A bit string, whose first byte counts the bits that are no part of it.
    let [.., (_, [0, public @ ..])] = values(inner)[..] else {
        return false;
    };
    let public = match values(public)[..] {
        [(SEQUENCE, numbers)] => numbers,
        _ => public,
    };
    !public.is_empty() && key.windows(public.len()).any(|piece| piece == public)
}

/// A self-signed certificate is its own anchor: a path of length one.
fn verified(certificate: &EndEntityCert<'_>, der: &CertificateDer<'_>) -> Result<(), Error> {
    let anchors = [anchor_from_trusted_cert(der)?];
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    certificate
        .verify_for_usage(
            webpki::ALL_VERIFICATION_ALGS,
            &anchors,
            &[],
            UnixTime::since_unix_epoch(now),
            KeyUsage::server_auth(),
            None,
            None,
        )
        .map(|_| ())
}

/// What is wrong, and which of the properties is not there for it.
fn in_words(error: &Error) -> (usize, &'static str) {
    match error {
        Error::CertExpired { .. } => (0, "cert.pem has expired"),
        Error::InvalidCertValidity => (0, "cert.pem ends before it begins"),
        Error::CertNotValidYet { .. } => (0, "cert.pem is not valid yet"),
        Error::CaUsedAsEndEntity => (1, "cert.pem is a CA certificate"),
        Error::UnknownIssuer => (2, "cert.pem is signed by someone else"),
        Error::InvalidSignatureForPublicKey => {
            (2, "cert.pem has a signature that is not its key's")
        }
        Error::RequiredEkuNotFoundContext(_) => {
            (2, "cert.pem is not for servers: see extendedKeyUsage")
        }
        Error::UnsupportedCriticalExtension => (
            2,
            "cert.pem has a critical extension that clients do not know",
        ),
        _ => (2, "cert.pem cannot be verified"),
    }
}

/// The signature is looked at last: everything else is right then.
fn is_foreign(error: &Error) -> bool {
    matches!(
        error,
        Error::UnsupportedSignatureAlgorithmContext(_)
            | Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_)
    )
}

/// Whether its key may sign certificates, by its key usage. A certificate that
/// says that and is no CA contradicts itself (section 4.2.1.9), and clients differ
/// in which half they believe.
fn may_sign(der: &[u8]) -> bool {
    let usage = extension(der, KEY_USAGE).map(first);
    matches!(usage, Some([_, bits, ..]) if bits & KEY_CERT_SIGN != 0)
}

/// The value of an extension, where the certificate has it.
fn extension<'der>(der: &'der [u8], identifier: &[u8]) -> Option<&'der [u8]> {
    // Certificate, in it TBSCertificate, in it [3], in it the sequence of extensions.
    let tbs = first(first(der));
    let wrapped = values(tbs).into_iter().find(|(tag, _)| *tag == 0xa3);
    let extensions = wrapped.map_or(&[][..], |(_, list)| first(list));
    values(extensions).into_iter().find_map(|(_, extension)| {
        let parts = values(extension);
        match parts[..] {
            [(_, known), .., (_, value)] if known == identifier => Some(value),
            _ => None,
        }
    })
}

/// What the first value holds.
fn first(bytes: &[u8]) -> &[u8] {
    values(bytes).first().map_or(&[], |(_, value)| value)
}

/// The values that stand one after the other, each with its tag (ITU-T X.690,
/// section 8.1), as far as they are whole.
fn values(mut bytes: &[u8]) -> Vec<(u8, &[u8])> {
    let mut found = Vec::new();
    while let [tag, short, rest @ ..] = bytes {
        let digits = usize::from(short.saturating_sub(0x80));
        let Some((written, rest)) = rest.split_at_checked(digits) else {
            break;
        };
        let length = match digits {
            0 => usize::from(*short),
            1..=4 => written
                .iter()
                .fold(0, |sum, digit| sum << 8 | usize::from(*digit)),
            _ => break,
        };
        let Some((value, after)) = rest.split_at_checked(length) else {
            break;
        };
        found.push((*tag, value));
        bytes = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recorder::files::Pair;
    use tokio_rustls::rustls::pki_types::{PrivateKeyDer, pem::PemObject};

    #[test]
    fn a_key_holds_its_own_public_half_and_no_other() {
        let [one, other] = [(), ()].map(|()| Pair::fresh().expect("randomness"));
        let certificate = CertificateDer::from(one.der());
        let holds = |pair: &Pair| {
            let key = PrivateKeyDer::from_pem_slice(pair.key.as_bytes()).expect("a key");
            is_inside(&certificate, key.secret_der())
        };
        assert!(holds(&one) && !holds(&other));
        assert!(!is_inside(&CertificateDer::from(&b"\x30\x82"[..]), b""));
    }

    #[test]
    fn values_end_where_their_bytes_do() {
        assert_eq!(
            values(b"\x02\x01\x07\x04\x81\x02ab"),
            [(2, &b"\x07"[..]), (4, b"ab")]
        );
        for cut in [
            &b"\x04\x03ab"[..],
            b"\x04\x82\x01",
            b"\x04\x85\0\0\0\0\x01a",
            b"\x04",
        ] {
            assert!(values(cut).is_empty(), "{cut:?}");
        }
    }
}
