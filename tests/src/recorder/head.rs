//! A response's head, understood, and where it says that its body ends.

use super::body::{self, Framing};

const CODINGS: &str = "transfer-encoding";
const LENGTH: &str = "content-length";

/// A response's head, understood.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// The status code; 0 when no response came.
    pub status: u16,
    /// Whether it is in HTTP/1.0.
    pub is_old: bool,
    /// Names in lower case, values as they came, in the order of the wire.
    pub headers: Vec<(String, Vec<u8>)>,
}

impl Head {
    /// The members of all values of a header, in lower case (RFC 9110, section 5.6.1).
    pub fn list(&self, name: &str) -> Vec<String> {
        let values = self.headers.iter().filter(|(known, _)| known == name);
        let joined: Vec<_> = values
            .map(|(_, value)| String::from_utf8_lossy(value))
            .collect();
        joined
            .join(",")
            .split(',')
            .map(|item| item.trim().to_ascii_lowercase())
            .filter(|item| !item.is_empty())
            .collect()
    }

    /// Whether it has such a header, whatever its value.
    pub fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(known, _)| known == name)
    }

    /// The transfer codings, where they are not chunked alone: no client here has asked for
    /// another (RFC 9112, section 6.1; RFC 9110, section 10.1.4), and HTTP/1.0 has none.
    pub fn foreign_codings(&self) -> Option<String> {
        let codings = self.list(CODINGS);
        let ours = codings == ["chunked"] && !self.is_old;
        (self.has(CODINGS) && !ours).then(|| codings.join(", "))
    }

    /// What it says of the body's length, where that is not one number of bytes.
    pub fn strange_length(&self) -> Option<String> {
        let lengths = self.list(LENGTH);
        let is_number = body::length(&lengths).is_some();
        (self.has(LENGTH) && !is_number).then(|| lengths.join(", "))
    }

    /// Where the body ends (RFC 9112, section 6.3).
    pub fn framing(&self) -> Framing {
        match self.status {
            100..=199 | 204 | 304 => Framing::Nothing,
            _ => Framing::named(&self.list(CODINGS), &self.list(LENGTH), self.is_old)
                .unwrap_or(Framing::ToEnd),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(status: u16, is_old: bool, headers: &[(&str, &str)]) -> Head {
        let owned = |(name, value): &(&str, &str)| (name.to_string(), value.as_bytes().to_vec());
        Head {
            status,
            is_old,
            headers: headers.iter().map(owned).collect(),
        }
    }

    #[test]
    fn a_body_ends_where_the_head_says() {
        let of = |status, headers: &[(&str, &str)]| head(status, false, headers).framing();
        assert_eq!(of(200, &[(CODINGS, ", Chunked,")]), Framing::Chunked(0));
        assert_eq!(of(200, &[(LENGTH, "3")]), Framing::Length(3));
        assert_eq!(of(200, &[]), Framing::ToEnd);
        assert_eq!(of(304, &[(LENGTH, "3")]), Framing::Nothing);
    }

    #[test]
    fn chunked_alone_needs_nobody_to_ask_for_it() {
        let foreign = |coding, is_old| head(200, is_old, &[(CODINGS, coding)]).foreign_codings();
        for coding in ["chunked", "Chunked, "] {
            assert_eq!(foreign(coding, false), None);
        }
        for coding in ["gzip, chunked", "identity", "chunked;x=1"] {
            assert_eq!(foreign(coding, false).as_deref(), Some(coding));
        }
        assert_eq!(foreign("chunked", true).as_deref(), Some("chunked"));
        assert_eq!(head(200, false, &[]).foreign_codings(), None);
    }

    #[test]
    fn a_length_is_one_number() {
        let strange = |length| head(200, false, &[(LENGTH, length)]).strange_length();
        assert_eq!(strange("3, 3"), None);
        assert_eq!(strange("3, 4").as_deref(), Some("3, 4"));
        assert_eq!(strange("").as_deref(), Some(""));
        assert_eq!(head(200, false, &[]).strange_length(), None);
    }
}
