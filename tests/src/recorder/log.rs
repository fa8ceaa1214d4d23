//! What the program prints on standard output: its start line, with the port in
//! it, and a line for each thing that happens.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::{Port, Recording, Stage, turn::Turn};
use crate::{
    limits::{LAST_WORDS, PATIENCE, REST_OF_LINE, WATCH_PAUSE},
    loopback,
    program::Program,
    transcript::{Speaker, Unit},
    visible,
};

/// How a Rust program says that it has come to a step that is not written yet.
pub const UNWRITTEN: &str = "not yet implemented: step ";

/// Lines of the log that are looked through for one.
const AHEAD: usize = 20;

impl Stage {
    /// Starts it with `PORT=0` and reads the port off its start line, which an
    /// earlier step has judged.
    pub async fn opens(&mut self) {
        self.opens_on("port").await;
    }

    /// Starts it once more, with `PORT=0`: a start line that says what it was asked
    /// for, 0, leads nobody to it.
    pub async fn says_free_port(&mut self) {
        self.ends_program().await;
        self.opens_on("free port").await;
    }

    async fn opens_on(&mut self, mask: &'static str) {
        self.starts(Port::Free).await;
        let Some(line) = self.read_start_line().await else {
            return;
        };
        self.reads_port(&line, mask);
        self.pen
            .list("", Speaker::Log, Unit::Line, &visible::text(&line));
    }

    /// Starts the program without `PORT`: it takes the article's port. When
    /// another program has it, saying so and ending is as good.
    pub async fn takes_port(&mut self, default: u16) {
        self.turn = Some(Turn::on(default).await);
        let taken = loopback::is_taken(default);
        self.starts(Port::Unset).await;
        let Some(program) = &mut self.program else {
            return;
        };
        if let Some(line) = program.start_line().await {
            let Some(port) = last_number(&line) else {
                return self.pen.lose("the start line ends with no port");
            };
            self.port = port;
            if self.dial().await.is_some() {
                return self.pen.act(format!("it takes port {port}"));
            }
            let heard = |recording: &mut Recording| recording.listens_on.first().copied();
            if let Some(other) = self.pen.with(heard) {
                self.pen.mask("another port", other.to_string());
            }
            return;
        }
        program.ends(LAST_WORDS).await;
        let complaints = program.last_words().await;
        if program.ended().is_some() && taken {
            let seen = match complaints.contains(&default.to_string()) {
                true => "yours tried it and said so",
                false => "yours ended; which port it takes by itself was not seen",
            };
            self.pen.note(format!(
                "port {default} is taken by another program on this machine, and {seen}"
            ));
            return self.pen.act(format!("it takes port {default}"));
        }
        self.write_exit().await;
        self.pen.lose("no start line");
    }

    /// Reads the next log line and writes it down.
    pub async fn logs(&mut self) {
        if let Some(line) = self.read_line().await {
            self.pen.write("", Speaker::Log, Unit::Line, &line);
        }
    }

    /// Reads the start line and writes it down; a program may be slow to start.
    pub async fn says_where(&mut self) -> Vec<u8> {
        let Some(line) = self.read_start_line().await else {
            return Vec::new();
        };
        self.pen.write("", Speaker::Log, Unit::Line, &line);
        line
    }

    /// Waits until the program has printed a line with a port, or has ended: whatever it
    /// makes at its start is there then. Neither is judged.
    pub async fn waits_for_start_line_or_end(&mut self) {
        let Some(program) = &mut self.program else {
            return;
        };
        for _ in 0..AHEAD {
            let Some(line) = program.start_line().await else {
                break;
            };
            self.pen
                .list("", Speaker::Log, Unit::Line, &visible::text(&line));
            // What is printed for trying comes before it, and what it makes perhaps after.
            if let Some(port) = last_number(&line) {
                return self.pen.mask("port", port.to_string());
            }
        }
        program.ends(LAST_WORDS).await;
        let complaints = program.last_words().await;
        self.pen.with(|recording| recording.complaints = complaints);
    }

    /// Reads a log line about a message that holds control characters. Its form
    /// is free: judged is that it is one line, begins as it should, holds none of
    /// them, and has all of `kept`, what stands around them, in this order.
    pub async fn logs_one_line(&mut self, begin: &str, kept: &[&str]) {
        let Some(mut line) = self.read_line().await else {
            return;
        };
        // Two lines about one message are shown as what they are, with that message.
        if let Some(program) = &self.program {
            line.extend(program.next_line(REST_OF_LINE).await.unwrap_or_default());
        }
        let said = visible::text(&line);
        if let Some(at) = break_of(&line, begin).or_else(|| cut_of(&line, begin, kept)) {
            let flaw = visible::column_of(&said, at);
            let mut entry = self.pen.entry("", Speaker::Log, Unit::Line, said, &line);
            entry.flaw = Some(flaw);
            self.pen.push(entry);
        } else {
            let words: Vec<String> = kept.iter().map(|word| format!("{word:?}")).collect();
            let rest = match words.is_empty() {
                true => " and holds no control character".to_owned(),
                false => format!(
                    ", holds no control character, and keeps {}",
                    words.join(", ")
                ),
            };
            self.pen
                .act(format!("one line of the log begins with {begin:?}{rest}"));
            self.pen.list("", Speaker::Log, Unit::Line, &said);
        }
    }

    /// Whether this line is among those that come next. They are not judged, and not
    /// written down.
    pub(super) async fn will_log(&mut self, line: &str) -> bool {
        for _ in 0..AHEAD {
            let next = match &self.program {
                Some(program) => program.next_line(PATIENCE).await,
                None => None,
            };
            match next {
                Some(next) if next == line.as_bytes() => return true,
                Some(_) => {}
                None => return false,
            }
        }
        false
    }

    /// Takes the port from a start line's last number.
    fn reads_port(&mut self, line: &[u8], mask: &'static str) {
        match last_number(line) {
            Some(0) => self.pen.lose("the start line says port 0"),
            Some(port) => {
                self.port = port;
                self.pen.mask(mask, port.to_string());
            }
            None => self.pen.lose("the start line ends with no port"),
        }
    }

    async fn read_line(&mut self) -> Option<Vec<u8>> {
        if self.pen.is_lost() {
            return None;
        }
        let program = self.program.as_ref()?;
        let line = tokio::select! {
            biased;
            line = program.next_line(PATIENCE) => line,
            () = stopped_at_a_step(program) => {
                self.pen.lose("no line of the log");
                return None;
            }
        };
        if line.is_none() {
            self.misses("line of the log", PATIENCE).await;
        }
        line
    }

    async fn read_start_line(&mut self) -> Option<Vec<u8>> {
        if self.pen.is_lost() {
            return None;
        }
        let began = Instant::now();
        let line = self.program.as_ref()?.start_line().await;
        if line.is_none() {
            self.misses("start line", began.elapsed()).await;
        }
        line
    }

    /// Says that a line did not come, and how the program ended if it has.
    async fn misses(&mut self, what: &str, wait: Duration) {
        // Its output ends a moment before the process does.
        if let Some(program) = &mut self.program {
            program.ends(LAST_WORDS).await;
        }
        // What has come of the line is shown: most often it lacks no more than its end.
        let begun = self.program.as_ref().map(Program::unfinished_line);
        if let Some(begun) = begun.filter(|begun| !begun.is_empty()) {
            self.pen.write("", Speaker::Log, Unit::Line, &begun);
        }
        let long = match self.write_exit().await {
            true => String::new(),
            false => format!(" for {} s", wait.as_secs()),
        };
        self.pen.lose(format!("no {what}{long}"));
    }
}

/// Waits until a task of the program has come to a step that is not written yet, and
/// a moment longer: what it was to say does not come any more, and its learner has
/// nothing to wait for.
async fn stopped_at_a_step(program: &Program) {
    let complaints = program.complaints();
    while !complaints.so_far().contains(UNWRITTEN) {
        sleep(WATCH_PAUSE).await;
    }
    sleep(LAST_WORDS).await;
}

/// The byte where this stops being one line that begins so and holds no control
/// character; `None` where it is one.
pub fn break_of(line: &[u8], begin: &str) -> Option<usize> {
    let body = line.strip_suffix(b"\n").unwrap_or(line);
    if !body.starts_with(begin.as_bytes()) {
        let pairs = begin.bytes().zip(body);
        return Some(pairs.take_while(|(one, other)| one == *other).count());
    }
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let mut before = 0;
    for chunk in body.utf8_chunks() {
        if let Some(at) = chunk.valid().find(breaks) {
            return Some(before + at);
        }
        before += chunk.valid().len() + chunk.invalid().len();
    }
    None
}

/// The byte where a line ends that lacks one of `kept`, which stand in it in this order
/// behind `begin`; `None` where it has all of them.
fn cut_of(line: &[u8], begin: &str, kept: &[&str]) -> Option<usize> {
    let line = String::from_utf8_lossy(line);
    let body = line.strip_suffix('\n').unwrap_or(&line);
    let mut left = body.strip_prefix(begin)?;
    for word in kept {
        match left.split_once(word) {
            Some((_, behind)) => left = behind,
            None => return Some(body.len()),
        }
    }
    None
}

/// The port in a line that looks like a start line.
pub(super) fn port_of_start_line(line: &[u8]) -> Option<u16> {
    last_number(line).filter(|_| line.starts_with(b"Serveur"))
}

/// The number at the end of a line.
fn last_number(line: &[u8]) -> Option<u16> {
    let text = String::from_utf8_lossy(line);
    text.trim_end()
        .rsplit(|c: char| !c.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}
