//! A page in a real browser: what a person does to it, and what it shows.
//!
//! The script pulls what the browser tells, one kind at a time, so that the
//! transcript has one order whatever order a busy machine finds.

mod hearing;
mod person;
mod screen;
mod words;

use std::{collections::VecDeque, time::Duration};

use data_encoding::BASE64;
use serde_json::{Value, json};

use super::{Pen, Stage};
use crate::{
    browser::{GONE, Patience, Session},
    limits::{PAGE_LOOK, PATIENCE},
    transcript::{Speaker, Unit},
    visible,
};

/// One page and the person before it.
pub struct Page {
    name: &'static str,
    pen: Pen,
    session: Option<Session>,
    /// Console lines and uncaught errors that no script has asked for yet.
    console: VecDeque<String>,
    /// How many of these came before the end of the stream that is ours.
    before_end: Option<usize>,
    /// What its sockets and streams did, as the browser itself saw it.
    sockets: VecDeque<String>,
    /// Requests that wait for our answer instead of the program's.
    paused: VecDeque<Value>,
    /// How many of the container's children are written down.
    written: usize,
}

/// Says on the console that a stream is over, before the page hears of it: what a page
/// says about that end is none of what it says about an event.
const STREAM_OVER: &str = "\
    window.EventSource = class EventSource extends window.EventSource { \
      constructor(...given) { \
        super(...given); \
        this.addEventListener('error', () => console.debug('MARK')) } }";

impl Stage {
    /// Opens an address in a page of its own. All pages of a check share one profile,
    /// which was fresh. Without a browser the step is skipped.
    pub async fn opens_page(&mut self, name: &'static str, url: &str) -> Page {
        let mut page = self.sits_down(name).await;
        page.pen.act(page.about(format!("a person opens {url}")));
        page.navigate(url).await;
        page
    }

    /// A blank page.
    pub async fn sits_down(&mut self, name: &'static str) -> Page {
        let mut page = Page {
            name,
            pen: self.pen().clone(),
            session: None,
            console: VecDeque::new(),
            before_end: None,
            sockets: VecDeque::new(),
            paused: VecDeque::new(),
            written: 0,
        };
        if self.pen().is_lost() {
            return page;
        }
        let equipment = std::sync::Arc::clone(&self.equipment);
        let browser = match equipment.browser().await {
            Ok(browser) => browser,
            // Nothing can be said about the program then: the step is skipped.
            Err(error) => {
                self.skips(&error);
                self.pen().lose("there is no page to open it in");
                return page;
            }
        };
        match browser.page(self.until).await {
            Ok(session) => {
                self.target = Some(std::sync::Arc::clone(&session.target));
                page.session = Some(session);
            }
            Err(error) if error == GONE => page.has_no_browser(),
            Err(error) => self
                .pen()
                .breaks(format!("the browser gives no page: {error}; check again")),
        }
        page
    }
}

impl Page {
    /// Opens a page in which `script` runs before any of its own.
    pub async fn opens_with(&mut self, url: &str, what: &str, script: &str) {
        self.pen
            .act(self.about(format!("a person opens {url} and {what}")));
        self.call(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": script }),
        )
        .await;
        self.navigate(url).await;
    }

    /// Opens a page whose event stream is `stream` instead of the program's: what
    /// the page does with it is its own.
    pub async fn opens_on_stream(&mut self, url: &str, stream: &str) {
        self.pen
            .act(self.about(format!("a person opens {url}, and its stream is")));
        for line in stream.split_inclusive('\n') {
            self.pen
                .write(self.name, Speaker::Client, Unit::Stream, line.as_bytes());
        }
        let script = json!({ "source": STREAM_OVER.replace("MARK", words::OVER) });
        self.call("Page.addScriptToEvaluateOnNewDocument", script)
            .await;
        self.call(
            "Fetch.enable",
            json!({ "patterns": [{ "urlPattern": "*/sse*" }, { "resourceType": "EventSource" }] }),
        )
        .await;
        self.navigate(url).await;
        let mut patience = Patience::default();
        let paused = loop {
            self.drain();
            match self.paused.pop_front() {
                Some(paused) => break paused,
                None if self.runs_out(&mut patience).await => {
                    let wait = PATIENCE.as_secs();
                    return self.gives_up(&format!("the page asks for no /sse for {wait} s"));
                }
                None => drop(self.next_event(PAGE_LOOK).await),
            }
        };
        let asked = paused["request"]["url"].as_str().unwrap_or_default();
        let path = path_of(asked);
        if path != "/sse" {
            let path = visible::text(path.as_bytes());
            return self.gives_up(&format!("the page asks for {path}, and not for /sse"));
        }
        let answer = json!({
            "requestId": paused["requestId"],
            "responseCode": 200,
            "responseHeaders": [
                { "name": "content-type", "value": "text/event-stream" },
                { "name": "cache-control", "value": "no-cache" },
            ],
            "body": BASE64.encode(stream.as_bytes()),
        });
        // The stream ends here; asked again, the browser gets no answer.
        self.call("Fetch.fulfillRequest", answer).await;
    }

    async fn navigate(&mut self, url: &str) {
        match self.call("Page.navigate", json!({ "url": url })).await {
            Some(answer) => {
                if let Some(error) = answer["errorText"].as_str() {
                    self.pen
                        .lose(self.about(format!("the browser shows an error page: {error}")));
                    return;
                }
            }
            None => return,
        }
        self.await_event("Page.loadEventFired", "the page does not finish loading")
            .await;
    }

    /// The value of an expression in the page.
    pub async fn evaluate(&mut self, expression: &str) -> Option<Value> {
        self.evaluate_within(expression, PATIENCE).await
    }

    async fn evaluate_within(&mut self, expression: &str, patience: Duration) -> Option<Value> {
        if self.pen.is_lost() {
            return None;
        }
        let target = &self.session.as_ref()?.target;
        let outcome = target.evaluate(expression, patience).await;
        outcome.map_err(|error| self.fails(&error)).ok()
    }

    async fn call(&mut self, method: &str, params: Value) -> Option<Value> {
        if self.pen.is_lost() {
            return None;
        }
        let outcome = self.session.as_ref()?.target.call(method, params).await;
        outcome.map_err(|error| self.fails(&error)).ok()
    }

    /// Says that what had to come did not, after what the browser complains of: that
    /// may be the reason. What the page itself printed is no difference, and listed.
    fn gives_up(&mut self, sentence: &str) {
        if self.pen.is_lost() {
            return;
        }
        self.drain();
        for line in std::mem::take(&mut self.console) {
            match line.starts_with("console.") {
                true => self
                    .pen
                    .list(self.name, Speaker::Program, Unit::Page, &line),
                false => self.shows(&line),
            }
        }
        self.pen.lose(self.about(sentence.to_owned()));
    }

    /// No page is told that its browser has gone, which is not its doing.
    fn has_no_browser(&self) {
        let sentence = format!("{GONE}; check again, and ask `cargo xtask doctor` if it stays so");
        self.pen.breaks(sentence);
    }

    fn fails(&mut self, error: &str) {
        let first = error.lines().next().unwrap_or_default();
        if first == GONE {
            // It goes too when a page has said too much, which is told first.
            self.drain();
            return self.has_no_browser();
        }
        let sentence = if first.contains("no answer for") {
            format!("the page does not answer for {} s", PATIENCE.as_secs())
        } else if first.contains("navigated or closed") || first.contains("context was destroyed") {
            "the page has gone".to_owned()
        } else {
            visible::text(first.as_bytes())
        };
        self.gives_up(&sentence);
    }

    fn shows(&self, line: &str) {
        let entry = self.pen.entry(
            self.name,
            Speaker::Program,
            Unit::Page,
            line.to_owned(),
            line.as_bytes(),
        );
        self.pen.push(entry);
    }

    fn about(&self, sentence: String) -> String {
        if self.name.is_empty() {
            sentence
        } else {
            format!("{}: {sentence}", self.name)
        }
    }
}

/// The path of an address, without its query.
fn path_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let path = rest.find('/').map_or("/", |at| &rest[at..]);
    path.split(['?', '#']).next().unwrap_or(path)
}
