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

    pub fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(known, _)| known == name)
    }

    /// Whether it names a transfer coding that no client here has asked for: all but chunked
    /// have to be (RFC 9112, section 6.1; RFC 9110, section 10.1.4).
    pub fn has_foreign_coding(&self) -> bool {
        let codings = self.list("transfer-encoding");
        !self.is_old && self.has("transfer-encoding") && codings != ["chunked"]
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

    fn head(status: u16, is_old: bool, headers: &[(&str, &str)]) -> Head {
        let owned = |(name, value): &(&str, &str)| (name.to_string(), value.as_bytes().to_vec());
        Head {
            status,
            is_old,
            headers: headers.iter().map(owned).collect(),
        }
    }

    #[test]
    fn the_last_coding_says_where_a_body_ends_and_then_the_length() {
        let of = |status, is_old, headers: &[(&str, &str)]| head(status, is_old, headers).framing();
        let (length, coding) = (("content-length", "3"), "transfer-encoding");
        let both = [(coding, "gzip, Chunked"), length];
        assert_eq!(of(200, false, &both), Framing::Chunked(0));
        assert_eq!(
            of(200, false, &[(coding, ", chunked,")]),
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

    #[test]
    fn chunked_alone_needs_nobody_to_ask_for_it() {
        let foreign =
            |coding| head(200, false, &[("transfer-encoding", coding)]).has_foreign_coding();
        assert!(!foreign("chunked") && !foreign("Chunked, "));
        assert!(foreign("gzip, chunked") && foreign("identity") && foreign("chunked;x=1"));
        assert!(!head(200, false, &[]).has_foreign_coding());
        assert!(!head(200, true, &[("transfer-encoding", "gzip")]).has_foreign_coding());
    }
}
