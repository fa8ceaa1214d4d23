//! Prints a conversation line by line while it goes on: when, who, what.

use std::{collections::HashMap, sync::Arc, time::Instant};

use checker::{terminal::Style, transcript::hex_lines};
use tokio::sync::Notify;

use crate::fold;

use super::{
    capture::Capture,
    conversation::{Connection, Conversation, Side},
    raw::Raw,
    said::Said,
};

/// Rows of hex that are shown of one line.
const HEX_ROWS: usize = 64;

/// Lines that follow each other faster than this belong to one moment, in seconds.
const MOMENT: f64 = 0.0005;

/// What a conversation is shown with.
pub struct Show {
    style: Style,
    files: Files,
    /// When what is being told happened, and what was told before.
    now: Instant,
    last: Option<Instant>,
    conversations: HashMap<Connection, Conversation>,
    /// Where the lines go; it says whether anybody still reads them.
    sink: Sink,
    /// Told when nobody does.
    pub unread: Arc<Notify>,
    /// How wide a line may be, if there is such a width.
    columns: fn() -> Option<usize>,
}

/// Where bytes are kept beside being shown, if anywhere.
#[derive(Default)]
pub struct Files {
    pub raw: Option<Raw>,
    pub capture: Option<Capture>,
}

/// See [`Show::new`].
pub type Sink = Box<dyn Fn(&str) -> bool + Send>;

impl Show {
    /// With `style.hex`, bytes are shown below their lines. The sink gets the text,
    /// some lines at a time.
    pub fn new(style: Style, files: Files, sink: Sink) -> Self {
        Self {
            style,
            files,
            now: Instant::now(),
            last: None,
            conversations: HashMap::new(),
            sink,
            unread: Arc::default(),
            columns: || None,
        }
    }

    /// Folds lines that are wider than this when they are printed.
    pub fn within(self, columns: fn() -> Option<usize>) -> Self {
        Self { columns, ..self }
    }

    /// A heading; what follows is another conversation.
    pub fn heading(&mut self, text: &str, about: &str) {
        self.conversations.clear();
        self.last = None;
        if let Some(raw) = &mut self.files.raw {
            raw.begins(text.rsplit(' ').next().unwrap_or(text));
        }
        if let Some(capture) = &mut self.files.capture {
            capture.begins();
        }
        self.print(&format!(
            "\n{}  {}\n\n",
            self.style.bold(text),
            self.style.dim(about)
        ));
    }

    /// Something that happened, or a line of the log.
    pub fn happens(&mut self, name: &str, mark: char, text: &str) {
        self.now = Instant::now();
        let text = if mark == '|' {
            text.to_owned()
        } else {
            self.style.dim(text)
        };
        self.line(name, mark, &text);
    }

    /// Bytes of a connection.
    pub fn bytes(&mut self, name: &str, connection: Connection, side: Side, bytes: &[u8]) {
        self.now = Instant::now();
        if let Some(raw) = &mut self.files.raw {
            raw.keeps(connection, side, bytes);
        }
        if let Some(capture) = &mut self.files.capture {
            capture.keeps(connection, side, bytes);
        }
        let conversation = self.conversations.entry(connection).or_default();
        let said = conversation.hears(side, bytes);
        self.said(name, side, &said);
    }

    /// One side of a connection sends no more.
    pub fn ends(&mut self, name: &str, connection: Connection, side: Side) {
        self.now = Instant::now();
        let conversation = self.conversations.entry(connection).or_default();
        let said = conversation.ends(side);
        if let Some(capture) = &mut self.files.capture {
            capture.ends(connection, side);
        }
        self.said(name, side, &said);
        let who = if side == Side::Client {
            "the client"
        } else {
            "the server"
        };
        self.happens(name, '*', &format!("{who} sends no more"));
    }

    /// A connection is over.
    pub fn forgets(&mut self, connection: Connection) {
        self.conversations.remove(&connection);
    }

    fn said(&mut self, name: &str, side: Side, said: &[Said]) {
        for said in said {
            let mark = if side == Side::Client { '>' } else { '<' };
            match said.text.strip_prefix("= ") {
                Some(means) => self.line(name, '=', &self.style.green(means)),
                None => self.line(name, mark, &said.text),
            }
            if self.style.hex {
                self.hex(&said.bytes);
            }
        }
    }

    fn hex(&self, bytes: &[u8]) {
        let rows = hex_lines(bytes);
        for row in rows.iter().take(HEX_ROWS) {
            self.print(&format!("              {}\n", self.style.dim(row)));
        }
        if rows.len() > HEX_ROWS {
            self.print("              …\n");
        }
    }

    fn line(&mut self, name: &str, mark: char, text: &str) {
        let passed = self.last.map(|last| (self.now - last).as_secs_f64());
        self.last = Some(self.now);
        let passed = match passed {
            None => "0.000".to_owned(),
            Some(passed) if passed < MOMENT => String::new(),
            Some(passed) => format!("+{passed:.3}"),
        };
        let name = if name.is_empty() {
            String::new()
        } else {
            format!("{name} ")
        };
        let time = self.style.dim(&format!("{passed:>9}"));
        let space = if text.is_empty() { "" } else { " " };
        let line = format!("{time}  {name}{mark}{space}{text}");
        let rows = match (self.columns)() {
            // Below the words, past the time, the name and the mark.
            Some(width) => fold::hanging(&line, 13 + name.chars().count(), width),
            None => vec![line],
        };
        self.print(&(rows.join("\n") + "\n"));
    }

    /// Something about the whole.
    pub fn print(&self, text: &str) {
        if !(self.sink)(text) {
            self.unread.notify_one();
        }
    }
}
