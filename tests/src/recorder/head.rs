//! A response's head, understood, and where it says that its body ends.

use super::body::Framing;

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
    /// All values of a header, joined as one list (RFC 9110, section 5.3).
    pub fn list(&self, name: &str) -> Vec<String> {
        let values = self.headers.iter().filter(|(known, _)| known == name);
        let joined: Vec<_> = values
            .map(|(_, value)| String::from_utf8_lossy(value))
            .collect();
        joined
            .join(",")
            .split(',')
            .map(|item| item.trim().to_ascii_lowercase())
            .collect()
    }

    pub fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(known, _)| known == name)
    }

    /// Which of the forms says where the body ends (RFC 9112, section 6.3). A coding counts
    /// before a length, and only the last one can say where it ends.
    pub fn framing(&self) -> Framing {
        // HTTP/1.0 has no codings (section 6.1).
        let coded = self.has("transfer-encoding") && !self.is_old;
        let last = self.list("transfer-encoding").pop();
        match self.status {
            100..=199 | 204 | 304 => Framing::Nothing,
            _ if coded && last.is_some_and(|last| last == "chunked") => Framing::Chunked(0),
            _ if coded => Framing::ToEnd,
            _ => self
                .content_length()
                .map_or(Framing::ToEnd, Framing::Length),
        }
    }

    /// The length that it names, in digits, and in no two ways (RFC 9110, section 8.6).
    pub fn content_length(&self) -> Option<u64> {
        let lengths = self.list("content-length");
        let first = lengths.first()?;
        let digits = first.bytes().all(|byte| byte.is_ascii_digit());
        let same = lengths.iter().all(|length| length == first);
        first.parse().ok().filter(|_| digits && same)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_coding_says_where_a_body_ends_and_then_the_length() {
        let of = |status, is_old, headers: &[(&str, &str)]| {
            let owned =
                |(name, value): &(&str, &str)| (name.to_string(), value.as_bytes().to_vec());
            let headers = headers.iter().map(owned).collect();
            Head {
                status,
                is_old,
                headers,
            }
            .framing()
        };
        let (length, coding) = (("content-length", "3"), "transfer-encoding");
        assert_eq!(
            of(200, false, &[(coding, "gzip, Chunked"), length]),
            Framing::Chunked(0)
        );
        assert_eq!(
            of(200, false, &[(coding, "chunked, gzip"), length]),
            Framing::ToEnd
        );
        assert_eq!(
            of(200, true, &[(coding, "chunked"), length]),
            Framing::Length(3)
        );
        assert_eq!(of(200, false, &[length, length]), Framing::Length(3));
        assert_eq!(
            of(200, false, &[length, ("content-length", "4")]),
            Framing::ToEnd
        );
        assert_eq!(of(200, false, &[]), Framing::ToEnd);
        assert_eq!(of(304, false, &[length]), Framing::Nothing);
    }
}
