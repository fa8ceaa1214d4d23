//! One connection's bytes, read as HTTP/1.1, event streams and WebSocket frames
//! while they come. Whatever they are, they are shown; nothing is judged.

use std::{collections::VecDeque, fmt};

use checker::{
    limits::HEAD_BYTES,
    recorder::{
        body::Framing,
        frame::{self, Parsed},
    },
};

use super::{
    event::Lines,
    frames,
    head::Head,
    said::{Said, as_bytes, count, kept, line, remark, short},
};

/// Who sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Client,
    Program,
}

/// Which connection: the checker's own clients count anew in each step, and those
/// that come through the glass as long as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Connection {
    Script(usize),
    Glass(usize),
}

impl fmt::Display for Connection {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Script(number) => write!(out, "{number}"),
            Self::Glass(number) => write!(out, "glass-{number}"),
        }
    }
}

/// Both directions of a connection.
#[derive(Default)]
pub struct Conversation {
    client: Direction,
    program: Direction,
    /// The methods of requests that have no answer yet.
    asked: VecDeque<String>,
    /// Whether the program has answered 101: from then on there are frames.
    upgraded: bool,
}

#[derive(Default)]
struct Direction {
    /// What came and is not whole yet; never more than a frame may have.
    unread: Vec<u8>,
    mode: Mode,
}

#[derive(Default)]
enum Mode {
    #[default]
    Head,
    Body(Framing, Option<Lines>),
    Frames,
    /// Nothing that can be read further.
    Bytes,
}

impl Conversation {
    /// More bytes of one side, and what they are.
    pub fn hears(&mut self, side: Side, bytes: &[u8]) -> Vec<Said> {
        self.direction(side).unread.extend_from_slice(bytes);
        let mut said = Vec::new();
        while self.reads(side, &mut said) {}
        said
    }

    /// What is left when one side sends no more.
    pub fn ends(&mut self, side: Side) -> Vec<Said> {
        let rest = std::mem::take(&mut self.direction(side).unread);
        match rest.as_slice() {
            [] => Vec::new(),
            rest => vec![as_bytes(rest, ", and no more of it")],
        }
    }

    fn direction(&mut self, side: Side) -> &mut Direction {
        match side {
            Side::Client => &mut self.client,
            Side::Program => &mut self.program,
        }
    }

    /// Reads one piece off the front; false when more bytes are needed for the next.
    fn reads(&mut self, side: Side, said: &mut Vec<Said>) -> bool {
        let upgraded = self.upgraded;
        let direction = self.direction(side);
        if direction.unread.is_empty() {
            return false;
        }
        match &mut direction.mode {
            Mode::Head if upgraded => {
                direction.mode = Mode::Frames;
                true
            }
            Mode::Head => self.reads_head(side, said),
            Mode::Body(framing, lines) => {
                let before = direction.unread.clone();
                let mut body = Vec::new();
                let decoded = framing.decode(&mut direction.unread, &mut body);
                let taken = &before[..before.len() - direction.unread.len()];
                said.extend(of_body(&body, taken, lines));
                let broken = decoded.is_err();
                if let Err(fault) = decoded {
                    said.push(remark(fault));
                    direction.mode = Mode::Bytes;
                } else if *framing == Framing::Nothing {
                    direction.mode = Mode::Head;
                }
                broken || !taken.is_empty()
            }
            Mode::Frames => match frame::parse(&direction.unread) {
                Parsed::Partial => false,
                Parsed::Frame(frame, length) => {
                    direction.unread.drain(..length);
                    said.push(frames::said(&frame));
                    true
                }
                Parsed::TooLong(length) => {
                    said.push(remark(format!("a frame that announces {length} bytes")));
                    direction.mode = Mode::Bytes;
                    true
                }
            },
            Mode::Bytes => {
                let all = std::mem::take(&mut direction.unread);
                said.push(as_bytes(&all, ""));
                false
            }
        }
    }

    fn reads_head(&mut self, side: Side, said: &mut Vec<Said>) -> bool {
        let direction = self.direction(side);
        let begin = &direction.unread[..direction.unread.len().min(5)];
        let http = match side {
            // A method, as all there are, is in capitals.
            Side::Client => {
                let method = begin.split(|byte| *byte == b' ').next().unwrap_or(begin);
                !method.is_empty() && method.iter().all(u8::is_ascii_uppercase)
            }
            Side::Program => b"HTTP/".starts_with(begin),
        };
        let end = direction
            .unread
            .windows(4)
            .position(|four| four == b"\r\n\r\n");
        let Some(end) = end.filter(|_| http) else {
            let hopeless = !http || direction.unread.len() > HEAD_BYTES;
            if hopeless {
                direction.mode = Mode::Bytes;
            }
            return hopeless;
        };
        let bytes: Vec<u8> = direction.unread.drain(..end + 4).collect();
        said.extend(bytes.split_inclusive(|byte| *byte == b'\n').map(line));
        let head = Head::of(&bytes);
        let framing = match side {
            Side::Client => {
                self.asked.push_back(head.method());
                head.request_body()
            }
            Side::Program => {
                let status = head.status();
                self.upgraded |= status == 101;
                // An interim response is followed by another (RFC 9110, section 15.2).
                let interim = (100..200).contains(&status);
                let asked = if interim {
                    None
                } else {
                    self.asked.pop_front()
                };
                head.response_body(asked.as_deref())
            }
        };
        let lines = head.is_event_stream().then(Lines::default);
        if framing != Framing::Nothing {
            self.direction(side).mode = Mode::Body(framing, lines);
        }
        true
    }
}

fn of_body(body: &[u8], taken: &[u8], lines: &mut Option<Lines>) -> Vec<Said> {
    let mut said = match lines {
        _ if body.is_empty() && taken.is_empty() => return Vec::new(),
        _ if body.is_empty() => return vec![framing_of(taken)],
        None => vec![Said {
            text: format!("{} of the body: {}", count(body.len()), short(body)),
            bytes: Vec::new(),
        }],
        Some(lines) => lines.of(body),
    };
    // What stands around the body's bytes belongs to the first line of it.
    if let Some(first) = said.first_mut() {
        first.bytes = kept(taken);
    }
    said
}

/// Bytes that frame a body and are none of it: the size of a chunk, its end.
fn framing_of(taken: &[u8]) -> Said {
    let what = if taken.starts_with(b"0\r\n") {
        "the last chunk"
    } else {
        "a chunk's frame"
    };
    Said {
        text: format!("{what}: {}", short(taken)),
        bytes: kept(taken),
    }
}

#[cfg(test)]
mod tests;
