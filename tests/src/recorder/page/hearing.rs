//! What a page says: on its console, and through its sockets and streams, as
//! the browser itself heard it.

use std::time::Duration;

use serde_json::Value;
use tokio::time::timeout;

use super::{Page, words};
use crate::{
    allowance::bytes,
    browser::{Event, Patience},
    limits::{BROWSER_WORDS, PAGE_LOOK, PATIENCE},
    recorder::event_stream::late_time_in,
    transcript::{Speaker, Unit},
};

impl Page {
    /// Waits for a console line or an uncaught error that contains `text`, and
    /// writes it and those before it down; the same said once more too.
    pub async fn says(&mut self, text: &str) {
        let mut patience = Patience::default();
        loop {
            self.drain();
            while let Some(line) = self.console.pop_front() {
                self.shows(&words::by_any_method(&line, text));
                if line.contains(text) {
                    // What was said in the same breath is here before an answer.
                    self.evaluate("0").await;
                    self.drain();
                    let again = std::mem::take(&mut self.console);
                    let again = again.iter().filter(|line| line.contains(text));
                    again.for_each(|line| self.shows(&words::by_any_method(line, text)));
                    return;
                }
            }
            if self.runs_out(&mut patience).await {
                return self.pen.lose(self.about(format!(
                    "nothing on the console for {} s",
                    PATIENCE.as_secs()
                )));
            }
            self.next_event(PAGE_LOOK).await;
        }
    }

    /// Waits until the browser has seen the page's socket close.
    pub async fn loses_its_socket(&mut self) {
        let mut patience = Patience::default();
        while !self.sockets.iter().any(|line| line == words::SOCKET_CLOSED) {
            if self.runs_out(&mut patience).await {
                return self
                    .pen
                    .lose(self.about("the page's socket stays open".into()));
            }
            self.next_event(PAGE_LOOK).await;
        }
        // What the page itself does about it is a task that has begun by now, and is
        // over when one that is asked for afterwards is.
        self.evaluate("new Promise(done => setTimeout(done))").await;
    }

    /// Waits until the page has said `count` things about what it could not read,
    /// by whichever method, or as errors that nobody caught, before its stream was over.
    /// More may be said.
    pub async fn counts_complaints(&mut self, count: usize) {
        let mut patience = Patience::default();
        let complaint = |line: &&String| {
            ["console.", "uncaught:"]
                .iter()
                .any(|word| line.starts_with(word))
        };
        let found = loop {
            let before = self.before_end.unwrap_or(self.console.len());
            let found = self.console.iter().take(before).filter(complaint).count();
            let over = found >= count || self.before_end.is_some();
            if over || self.runs_out(&mut patience).await {
                break found.min(count);
            }
            self.next_event(PAGE_LOOK).await;
        };
        self.pen
            .act(self.about(format!("the console reports {found} pings")));
        for line in std::mem::take(&mut self.console) {
            self.pen
                .list(self.name, Speaker::Program, Unit::Page, &line);
        }
    }

    /// Waits for what a socket or a stream of the page did next, and writes it
    /// down as the browser saw it.
    pub async fn hears(&mut self) {
        let mut patience = Patience::default();
        while !self.pen.is_lost() {
            self.drain();
            if let Some(line) = self.sockets.pop_front() {
                if let Some(time) = late_time_in(&line, PATIENCE) {
                    self.pen.masks_time(time);
                }
                return self.shows(&line);
            }
            if self.runs_out(&mut patience).await {
                let wait = PATIENCE.as_secs();
                self.gives_up(&format!("the browser sees no traffic for {wait} s"));
            }
            self.next_event(PAGE_LOOK).await;
        }
    }

    /// Writes down which errors nobody has caught; the rest of the console is the
    /// page's own, and is shown.
    pub async fn catches_its_errors(&mut self) {
        self.evaluate("0").await;
        self.drain();
        for line in std::mem::take(&mut self.console) {
            match line.starts_with("uncaught: ") {
                true => self.shows(&line),
                false => self
                    .pen
                    .list(self.name, Speaker::Program, Unit::Page, &line),
            }
        }
    }

    /// Writes down what the console holds that no one has asked for.
    pub async fn console_is_quiet(&mut self) {
        // What was said before the answer is here before it.
        self.evaluate("0").await;
        self.drain();
        while let Some(line) = self.console.pop_front() {
            self.shows(&line);
        }
    }

    pub(super) async fn await_event(&mut self, method: &str, otherwise: &str) {
        let mut patience = Patience::default();
        while !self.runs_out(&mut patience).await {
            let event = self.next_event(patience.left()).await;
            // Loaded again and again, it never comes to rest.
            if self.console.iter().any(|line| line == words::LOADED_ANEW) {
                break;
            }
            if event.is_some_and(|event| event["method"] == method) {
                return;
            }
        }
        self.gives_up(otherwise);
    }

    /// Whether a wait for the page is over, or for nothing.
    pub(super) async fn runs_out(&self, patience: &mut Patience) -> bool {
        match &self.session {
            Some(session) if !self.pen.is_lost() => session.target.is_out_of(patience).await,
            _ => true,
        }
    }

    /// The next event; what belongs to the console is put there.
    pub(super) async fn next_event(&mut self, wait: Duration) -> Option<Value> {
        let session = self.session.as_mut()?;
        match timeout(wait, session.events.recv()).await.ok()? {
            Some(Event::Told(event)) => {
                self.keep(&event);
                return Some(event);
            }
            Some(Event::TooMuch) => self.says_too_much(),
            None => self.has_no_browser(),
        }
        None
    }

    /// No page of this book says so much: it is not listened to any longer.
    fn says_too_much(&self) {
        let limit = bytes(BROWSER_WORDS as u64);
        let sentence = format!("the page says more than {limit} on its console and its sockets");
        self.pen.lose(self.about(sentence));
    }

    fn keep(&mut self, event: &Value) {
        if event["method"] == "Fetch.requestPaused" {
            self.paused.push_back(event["params"].clone());
        }
        match words::console_line(event) {
            Some(line) if line.contains(words::OVER) => {
                self.before_end.get_or_insert(self.console.len());
            }
            line => self.console.extend(line),
        }
        self.sockets.extend(words::socket_line(event));
    }

    pub(super) fn drain(&mut self) {
        while let Some(event) = self
            .session
            .as_mut()
            .and_then(|session| session.events.try_recv().ok())
        {
            match event {
                Event::Told(event) => self.keep(&event),
                Event::TooMuch => self.says_too_much(),
            }
        }
    }
}
