//! An HTTP/1.1 head, as far as it says how its message goes on (RFC 9112).

use checker::recorder::body::Framing;

/// A start line, and the fields.
pub struct Head {
    start: String,
    /// Names in lower case.
    fields: Vec<(String, String)>,
}

impl Head {
    /// Reads the bytes of one head, the empty line at its end included.
    pub fn of(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let mut lines = text.lines();
        let start = lines.next().unwrap_or_default().to_owned();
        let field = |line: &str| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_ascii_lowercase(), value.trim().to_ascii_lowercase()))
        };
        let fields = lines.filter_map(field).collect();
        Self { start, fields }
    }

    /// Of a request.
    pub fn method(&self) -> String {
        self.start.split(' ').next().unwrap_or_default().to_owned()
    }

    /// Of a response; 0 when there is none.
    pub fn status(&self) -> u16 {
        let status = self.start.split(' ').nth(1);
        status.and_then(|status| status.parse().ok()).unwrap_or(0)
    }

    pub fn is_event_stream(&self) -> bool {
        self.value("content-type")
            .is_some_and(|value| value.starts_with("text/event-stream"))
    }

    /// Without a length and without a coding a request has no body.
    pub fn request_body(&self) -> Framing {
        self.framing().unwrap_or(Framing::Nothing)
    }

    /// Of a response to this method: without either it goes on until the connection ends,
    /// as what follows a CONNECT does, whatever its fields say.
    pub fn response_body(&self, method: Option<&str>) -> Framing {
        match (self.status(), method) {
            (100..=199 | 204 | 304, _) | (_, Some("HEAD")) => Framing::Nothing,
            (200..=299, Some("CONNECT")) => Framing::ToEnd,
            _ => self.framing().unwrap_or(Framing::ToEnd),
        }
    }

    /// Where its fields say that the body ends, and `None` where they do not say it. Where
    /// they are wrong, the rest of the connection is shown with it.
    fn framing(&self) -> Option<Framing> {
        let (codings, lengths) = (self.list("transfer-encoding"), self.list("content-length"));
        let named = Framing::named(&codings, &lengths, self.is_old())?;
        Some(match named {
            Framing::Length(0) => Framing::Nothing,
            named => named,
        })
    }

    fn is_old(&self) -> bool {
        let mut words = self.start.split(' ');
        words.find(|word| word.starts_with("HTTP/")) == Some("HTTP/1.0")
    }

    /// The members of a list, which may stand on several lines (RFC 9110, section 5.6.1).
    fn list(&self, name: &str) -> Vec<String> {
        let fields = self.fields.iter().filter(|(known, _)| known == name);
        let members = fields.flat_map(|(_, value)| value.split(','));
        members
            .map(str::trim)
            .filter(|one| !one.is_empty())
            .map(str::to_owned)
            .collect()
    }

    fn value(&self, name: &str) -> Option<&str> {
        let field = self.fields.iter().find(|(known, _)| known == name)?;
        Some(&field.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OK: &str = "HTTP/1.1 200 OK";

    fn head(start: &str, fields: &[&str]) -> Head {
        let lines = [&[start], fields, &["", ""]].concat();
        Head::of(lines.join("\r\n").as_bytes())
    }

    #[test]
    fn a_response_ends_where_its_fields_say() {
        let framings: [(&str, &[&str], Framing); 13] = [
            (OK, &[], Framing::ToEnd),
            (OK, &["content-length: 3"], Framing::Length(3)),
            (OK, &["content-length: 0"], Framing::Nothing),
            (OK, &["Content-Length: 3, 3"], Framing::Length(3)),
            (
                OK,
                &["content-length: 3", "content-length: 4"],
                Framing::ToEnd,
            ),
            (OK, &["content-length: +3"], Framing::ToEnd),
            (OK, &["transfer-encoding: Chunked"], Framing::Chunked(0)),
            (
                OK,
                &["transfer-encoding: gzip", "transfer-encoding: chunked"],
                Framing::Chunked(0),
            ),
            (
                OK,
                &["content-length: 3", "transfer-encoding: chunked"],
                Framing::Chunked(0),
            ),
            (
                OK,
                &["content-length: 3", "transfer-encoding: chunked, gzip"],
                Framing::ToEnd,
            ),
            (OK, &["transfer-encoding: unchunked"], Framing::ToEnd),
            (
                "HTTP/1.0 200 OK",
                &["transfer-encoding: chunked"],
                Framing::ToEnd,
            ),
            (
                "HTTP/1.1 304 Not Modified",
                &["content-length: 3"],
                Framing::Nothing,
            ),
        ];
        for (start, fields, framing) in framings {
            let told = head(start, fields).response_body(Some("GET"));
            assert_eq!(told, framing, "{start} {fields:?}");
        }
    }

    #[test]
    fn a_response_to_head_has_no_body_and_one_to_connect_no_end() {
        let head = head(OK, &["content-length: 3"]);
        assert_eq!(head.response_body(Some("HEAD")), Framing::Nothing);
        assert_eq!(head.response_body(Some("CONNECT")), Framing::ToEnd);
        assert_eq!(head.response_body(None), Framing::Length(3));
    }

    #[test]
    fn a_request_has_a_body_when_it_says_so() {
        let of = |version: &str, fields: &[&str]| {
            head(&format!("POST / HTTP/{version}"), fields).request_body()
        };
        assert_eq!(of("1.1", &[]), Framing::Nothing);
        assert_eq!(of("1.1", &["content-length: 3"]), Framing::Length(3));
        let coding = ["transfer-encoding: chunked"];
        assert_eq!(of("1.1", &coding), Framing::Chunked(0));
        assert_eq!(of("1.0", &coding), Framing::ToEnd);
    }
}
