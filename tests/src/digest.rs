//! SHA-256 (FIPS 180-4), of the cryptographic library that TLS needs anyway.

use data_encoding::HEXLOWER;
use tokio_rustls::rustls::{
    SupportedCipherSuite, crypto::ring::cipher_suite::TLS13_AES_128_GCM_SHA256,
};

/// The digest's 32 bytes.
pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    match TLS13_AES_128_GCM_SHA256 {
        SupportedCipherSuite::Tls13(suite) => {
            suite.common.hash_provider.hash(bytes).as_ref().to_vec()
        }
        // The suite of this name is one of TLS 1.3.
        SupportedCipherSuite::Tls12(_) => Vec::new(),
    }
}

/// The digest in 64 hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(&sha256(bytes))
}

#[cfg(test)]
mod tests {
    #[test]
    fn is_the_standard_s_own_example() {
        assert_eq!(
            super::sha256_hex(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
