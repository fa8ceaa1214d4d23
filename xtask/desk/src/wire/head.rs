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

    /// Without a length and without chunks a request has no body.
    pub fn request_body(&self) -> Framing {
        self.framing().unwrap_or(Framing::Nothing)
    }

    /// Without either, a response goes on until the connection ends.
    pub fn response_body(&self, to_head: bool) -> Framing {
        match self.status() {
            100..=199 | 204 | 304 => Framing::Nothing,
            _ if to_head => Framing::Nothing,
            _ => self.framing().unwrap_or(Framing::ToEnd),
        }
    }

    fn framing(&self) -> Option<Framing> {
        if self
            .value("transfer-encoding")
            .is_some_and(|value| value.ends_with("chunked"))
        {
            return Some(Framing::Chunked(0));
        }
        let length = self.value("content-length")?.parse().ok()?;
        Some(if length == 0 {
            Framing::Nothing
        } else {
            Framing::Length(length)
        })
    }

    fn value(&self, name: &str) -> Option<&str> {
        let field = self.fields.iter().find(|(known, _)| known == name)?;
        Some(&field.1)
    }
}
