//! The lines of an event stream, and the events that they make (WHATWG HTML,
//! section 9.2.6).

use checker::limits::{EVENT_LINES, STREAM_LINE};

use super::conversation::{Said, line, remark, short};

/// What has come of the event that is being read.
#[derive(Default)]
pub struct Lines {
    begun: Vec<u8>,
    name: String,
    data: Vec<String>,
}

impl Lines {
    /// More of the stream: its whole lines, and a remark where an event is complete.
    pub fn of(&mut self, bytes: &[u8]) -> Vec<Said> {
        let mut said = Vec::new();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.begun.extend_from_slice(piece);
            if self.begun.ends_with(b"\n") || self.begun.len() > STREAM_LINE {
                let whole = std::mem::take(&mut self.begun);
                said.push(line(&whole));
                said.extend(self.means(&whole));
            }
        }
        if said.is_empty() {
            said.push(remark("the beginning of a line"));
        }
        said
    }

    fn means(&mut self, bytes: &[u8]) -> Option<Said> {
        let text = String::from_utf8_lossy(bytes);
        let text = text.trim_end_matches(['\r', '\n']);
        if text.is_empty() {
            let event = std::mem::take(self);
            let name = match event.name.as_str() {
                "" => "message",
                name => name,
            };
            let data = event.data.join("\n");
            return Some(match event.data.is_empty() {
                true => remark("= no event: it has no data"),
                false => remark(format!(
                    "= event {}: {}",
                    short(name.as_bytes()),
                    short(data.as_bytes())
                )),
            });
        }
        let (field, value) = text.split_once(':').unwrap_or((text, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => self.name = value.to_owned(),
            "data" if self.data.len() < EVENT_LINES => self.data.push(value.to_owned()),
            _ => {}
        }
        None
    }
}
