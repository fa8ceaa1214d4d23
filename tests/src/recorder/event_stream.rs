//! Event streams as they come (WHATWG HTML, section 9.2.5), line by line, with
//! the time of each event.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use super::{Client, cadence, connection::Heard};
use crate::{
    instant,
    limits::{EVENT_LINES, PATIENCE, SILENT_BLOCKS, STREAM_END, STREAM_LINE, WHOLE},
    transcript::{Entry, Speaker, Unit},
    visible,
};

/// How many ticks more are read before a pace is called wrong: a machine that
/// was busy for a moment is told from a program that keeps another time.
const SECOND_LOOK: usize = 3;

impl Client {
    /// Reads `count` events and writes them down, each after a line that says
    /// how much time had passed. Which times are right is judged over all of
    /// them, see [`cadence`].
    pub async fn hears_events(&mut self, count: usize) {
        self.hears_ticks(count, 1).await;
    }

    /// The same for ticks of `each` events, `count` events in all.
    pub async fn hears_ticks(&mut self, count: usize, each: usize) {
        let mut events = Vec::new();
        while events.len() < count {
            // One that a second look has read already comes first.
            let event = match self.ahead.pop_front() {
                Some(event) => Some(event),
                None => self.read_event().await,
            };
            match event {
                Some(event) => events.push(event),
                None => break,
            }
        }
        // A line that was never ended is the last thing heard, at its time.
        let unended = events.len() < count && !self.stream.is_empty();
        if unended {
            let rest = std::mem::take(&mut self.stream);
            events.push(self.unended(&rest));
        }
        // What comes in place of an empty line tells why there is none.
        if !unended && events.last().is_some_and(|event| !event.whole) {
            events.extend(self.read_event().await);
        }
        let before = self.arrivals.len();
        let mut arrivals = self.arrivals.clone();
        for event in &events {
            arrivals.push(event.moment(self.head_at, arrivals.len(), each));
        }
        let whole = events.iter().all(|event| event.whole);
        while whole
            && cadence::is_late(self.head_at, &arrivals, each)
            && arrivals.len() < before + count + SECOND_LOOK * each
        {
            let place = self.ahead.len();
            match self.read_event().await {
                Some(event) if event.whole => {
                    arrivals.push(event.moment(self.head_at, arrivals.len(), each));
                    self.ahead.insert(place, event);
                }
                _ => break,
            }
        }
        if events.len() < count {
            // There is no second look at a stream that has ended, and its end is
            // what differs: no time before it is called late.
            arrivals.push(self.head_at);
        }
        let took: Vec<Duration> = events.iter().map(Event::took).collect();
        let pieces = cadence::in_pieces(&took, each);
        let passed = cadence::sentences(self.head_at, &arrivals, each);
        let passed = passed.into_iter().skip(before);
        for ((n, event), sentence) in events.into_iter().enumerate().zip(passed) {
            self.write_event(event, sentence, pieces[n]);
            self.arrivals.push(arrivals[before + n]);
        }
        if unended || self.arrivals.len() < before + count {
            self.write_missing().await;
        }
    }

    /// Writes an event down, after what there is to say about its time.
    fn write_event(&mut self, event: Event, passed: Option<String>, in_pieces: bool) {
        // The time that a program takes is its own, and never twice the same.
        if let Some(sentence) = passed {
            if let Some(wait) = sentence.strip_suffix(" pass") {
                self.pen.mask("wait", wait);
            }
            self.pen.act(self.about(sentence));
        }
        if in_pieces && event.whole {
            let wait = format!("{} ms", event.took().as_millis());
            let sentence = format!("the event comes in pieces, while {wait} pass");
            self.pen.mask("wait", wait);
            self.pen.act(self.about(sentence));
        }
        // Named in the transcript's order: one that a second look has read
        // before its turn has its name when its turn comes.
        let times = event.times.iter();
        times.for_each(|time| self.pen.masks_time(time));
        let lines = event.lines.into_iter();
        lines.for_each(|entry| self.pen.push(entry));
    }

    /// Listens for a moment behind the last event, and says so if the stream ends there.
    pub async fn hears_no_end(&mut self) {
        self.hear_stream(STREAM_END).await;
        // The end of a body is found when it is decoded.
        let more = self.next_stream_line().is_some();
        let ended = match &mut self.connection {
            Some(connection) => matches!(connection.hear(Duration::ZERO).await, Heard::End(_)),
            None => true,
        };
        if !more && (ended || self.framing == super::body::Framing::Nothing) {
            self.write_missing().await;
        }
    }

    /// Reads one event and writes nothing down; whether it came to its end.
    pub(super) async fn hears_whole_event(&mut self) -> bool {
        self.read_event().await.is_some_and(|event| event.whole)
    }

    fn unended(&mut self, line: &[u8]) -> Event {
        let at = self.heard_after();
        Event {
            lines: vec![self.stream_entry(line)],
            times: Vec::new(),
            began: at,
            at,
            whole: false,
        }
    }

    /// When the newest bytes came, since the request was sent.
    fn heard_after(&self) -> Duration {
        let heard_at = self.connection.as_ref().map(|known| known.heard_at);
        heard_at.map_or(Duration::ZERO, |at| {
            at.saturating_duration_since(self.asked_at)
        })
    }

    /// Reads one event, and before it lines that say nothing, as comments do. Where such
    /// lines are all that comes for a while, each block of them stands for an event.
    async fn read_event(&mut self) -> Option<Event> {
        let until = Instant::now() + PATIENCE;
        let mut silent: VecDeque<Event> = VecDeque::new();
        while silent.len() < SILENT_BLOCKS {
            let left = until.saturating_duration_since(Instant::now());
            match self.read_block(left).await {
                Some(block) if block.says_nothing() => {
                    silent.push_back(block);
                    if left.is_zero() {
                        break;
                    }
                }
                Some(mut event) => {
                    let before = silent.into_iter().flat_map(|block| block.lines);
                    event.lines.splice(..0, before);
                    return Some(event);
                }
                None => break,
            }
        }
        let first = silent.pop_front();
        self.ahead.extend(silent);
        first
    }

    /// Reads up to an empty line. A block begins with its first line that is no comment,
    /// which is awaited for `wait`, and is also over when its next line takes half a
    /// second: then it was never ended, or held back.
    async fn read_block(&mut self, wait: Duration) -> Option<Event> {
        let mut event = Event {
            lines: Vec::new(),
            times: Vec::new(),
            began: Duration::MAX,
            at: Duration::ZERO,
            whole: false,
        };
        let mut until = Instant::now() + wait;
        while event.lines.len() < EVENT_LINES && Instant::now() < until {
            let line = loop {
                let line = self.next_stream_line();
                // What is left of the last bytes, or begins with the newest. A byte order
                // mark begins nothing.
                let begun = !self.stream.is_empty() && self.stream != "\u{feff}".as_bytes();
                if line.is_some() || begun {
                    event.began = event.began.min(self.heard_after());
                }
                if let Some(line) = line {
                    break line;
                }
                let wait = if event.lines.is_empty() {
                    wait
                } else {
                    cadence::HALF
                };
                if !self.hear_stream(wait).await {
                    return (!event.lines.is_empty()).then_some(event);
                }
            };
            let empty = matches!(line.as_slice(), b"\n" | b"\r\n" | b"\r");
            event.at = self.heard_after();
            let entry = self.stream_entry(&line);
            // What is now is known when it is read; a comment tells no time.
            let time = self.time_in(&entry.said).filter(|_| !is_silent(&entry));
            event.times.extend(time.map(str::to_owned));
            let silent = event.lines.iter().all(is_silent);
            if silent && is_silent(&entry) {
                event.began = Duration::MAX;
            } else if silent {
                until = Instant::now() + WHOLE;
            }
            event.lines.push(entry);
            if empty {
                event.whole = true;
                break;
            }
        }
        (!event.lines.is_empty()).then_some(event)
    }

    /// The time in a line, see [`late_time_in`]: it may have lain until it was read.
    fn time_in<'line>(&self, said: &'line str) -> Option<&'line str> {
        let unasked = self.connection.as_ref().map(|known| known.unasked);
        late_time_in(said, unasked.unwrap_or_default())
    }

    fn stream_entry(&mut self, line: &[u8]) -> Entry {
        let said = visible::text(line);
        if self.time_in(&said).is_none()
            && let Some(moment) = moment_in(&said)
        {
            self.pen.mask("moment", moment);
        }
        let mut entry = self
            .pen
            .entry(self.name, Speaker::Program, Unit::Stream, said, line);
        entry.offset = self.stream_offset;
        self.stream_offset += line.len() as u64;
        entry
    }

    /// Decodes what has come and takes one line with its end: LF, CRLF or CR.
    fn next_stream_line(&mut self) -> Option<Vec<u8>> {
        let fault = self.connection.as_mut().and_then(|connection| {
            let decoded = self
                .framing
                .decode(&mut connection.unread, &mut self.stream);
            decoded.err()
        });
        if self.stream_cr && !self.stream.is_empty() {
            self.stream_cr = false;
            if self.stream[0] == b'\n' {
                self.stream.drain(..1);
            }
        }
        let end = self
            .stream
            .iter()
            .position(|byte| matches!(byte, b'\n' | b'\r'));
        let end = match end {
            Some(at) if self.stream[at..].starts_with(b"\r\n") => at + 2,
            Some(at) => {
                // A CR at the very end may be half of CRLF.
                self.stream_cr = self.stream[at] == b'\r' && at + 1 == self.stream.len();
                at + 1
            }
            None if self.stream.len() > STREAM_LINE => STREAM_LINE,
            None => {
                // What came before it has been read by now.
                if let Some(fault) = fault {
                    self.pen.lose(self.about(fault));
                    self.connection = None;
                }
                return None;
            }
        };
        Some(self.stream.drain(..end).collect())
    }

    async fn hear_stream(&mut self, wait: Duration) -> bool {
        if self.pen.is_lost() || self.framing == super::body::Framing::Nothing {
            return false;
        }
        let Some(connection) = &mut self.connection else {
            return false;
        };
        connection.hear(wait).await == Heard::Bytes
    }

    /// Says why there is no event: an unended line, an end, or silence.
    async fn write_missing(&mut self) {
        if self.framing == super::body::Framing::Nothing && self.connection.is_some() {
            return self.pen.lose(self.about("the response ends".into()));
        }
        // Its silence has been listened to since the newest bytes came.
        let heard_at = self.connection.as_ref().map(|known| known.heard_at);
        let silent = heard_at.map_or(Duration::ZERO, |at| at.elapsed());
        self.hear_within("event", PATIENCE.saturating_sub(silent))
            .await;
        self.pen.lose(self.about("no event".into()));
    }
}

/// A date and a time of day in a line that is wrong about them: never twice the same.
fn moment_in(said: &str) -> Option<&str> {
    let begin = said.find("\"20").or_else(|| said.find(":20"));
    let from = begin? + 1;
    let moment = |c: char| c.is_ascii_digit() || matches!(c, '-' | ':' | '.' | 'T' | 'Z');
    let length = said[from..].find(|c| !moment(c))?;
    Some(&said[from..from + length])
}

/// The time in a ping's data, when it is one that the contract allows, of a line that
/// may have been on its way for as long as `late`.
pub fn late_time_in(said: &str, late: Duration) -> Option<&str> {
    let (_, rest) = said.split_once("{\"time\":\"")?;
    let (time, _) = rest.split_once("\"}")?;
    instant::was_now(time, late).then_some(time)
}

/// Whether a line is a comment, or empty.
fn is_silent(line: &Entry) -> bool {
    unmarked(line).starts_with([':', '\\'])
}

/// What a line says, without the byte order mark that a stream may begin with.
fn unmarked(line: &Entry) -> &str {
    line.said.trim_start_matches("\\u{feff}")
}

/// Some lines of the stream, up to an empty one if it came.
pub struct Event {
    lines: Vec<Entry>,
    /// The times in it that are times of now.
    times: Vec<String>,
    /// When its first byte came, since the request was sent.
    began: Duration,
    /// When its last line was complete.
    at: Duration,
    whole: bool,
}

impl Event {
    /// Whether a client passes over it: its lines are comments, or empty, or it has no
    /// data (WHATWG HTML, section 9.2.6).
    fn says_nothing(&self) -> bool {
        let tells = |entry: &Entry| {
            let fields = ["data", "id", "retry"];
            fields
                .iter()
                .any(|field| unmarked(entry).starts_with(field))
        };
        self.lines.iter().all(is_silent) || (self.whole && !self.lines.iter().any(tells))
    }

    /// From its first byte to its last.
    fn took(&self) -> Duration {
        self.at.saturating_sub(self.began)
    }

    /// Its time as event number `n`, when `each` come at a tick.
    fn moment(&self, head: Duration, n: usize, each: usize) -> Duration {
        cadence::moment(head, (self.began.min(self.at), self.at), n, each)
    }
}
