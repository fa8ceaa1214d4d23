//! The DevTools protocol: calls and their answers by number, events by session.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use data_encoding::BASE64;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};
use tokio_tungstenite::{
    connect_async_with_config,
    tungstenite::{Error, Message, protocol::WebSocketConfig},
};

use super::{
    Patience,
    patience::Looks,
    text,
    waiting::{Answer, Event, Waiting},
};
use crate::{
    limits::{BROWSER_MESSAGE, BROWSER_PROMPT, PATIENCE},
    load,
};

/// What a call to a browser that is no longer there returns.
pub const GONE: &str = "the browser has gone";

/// The connection to a browser.
pub struct Devtools {
    outgoing: mpsc::UnboundedSender<String>,
    waiting: Mutex<Waiting>,
    number: AtomicU64,
}

/// One page, attached to; it is closed when the last of these goes.
pub struct Target {
    devtools: Arc<Devtools>,
    id: String,
    page: String,
    looks: Looks,
}

/// A page and what is told about it.
pub struct Session {
    /// The page itself.
    pub target: Arc<Target>,
    /// What the page's browser tells, in the order in which it was told.
    pub events: mpsc::UnboundedReceiver<Event>,
}

impl Devtools {
    /// Connects to a browser that listens at a `ws://` address.
    ///
    /// # Errors
    /// When it does not take the connection.
    pub async fn connect(address: &str) -> Result<Arc<Self>, String> {
        let mut config = WebSocketConfig::default();
        config.max_message_size = Some(BROWSER_MESSAGE);
        config.max_frame_size = Some(BROWSER_MESSAGE);
        let connected = timeout(
            PATIENCE,
            connect_async_with_config(address, Some(config), true),
        )
        .await;
        let (socket, _) = connected
            .map_err(|_| "the browser takes no DevTools connection".to_owned())?
            .map_err(|error| format!("the browser's DevTools: {error}"))?;
        let (mut sink, mut source) = socket.split();
        let (outgoing, mut queue) = mpsc::unbounded_channel::<String>();
        let devtools = Arc::new(Self {
            outgoing,
            waiting: Mutex::default(),
            number: AtomicU64::new(1),
        });
        tokio::spawn(async move {
            while let Some(words) = queue.recv().await {
                if sink.send(Message::text(words)).await.is_err() {
                    break;
                }
            }
        });
        let listener = Arc::downgrade(&devtools);
        tokio::spawn(async move {
            let mut flooded = false;
            while let Some(message) = source.next().await {
                let Some(devtools) = listener.upgrade() else {
                    return;
                };
                let message = match message {
                    Ok(message) => message,
                    Err(error) => {
                        flooded = matches!(error, Error::Capacity(_));
                        break;
                    }
                };
                if let Message::Text(words) = message
                    && let Ok(value) = serde_json::from_str(&words)
                {
                    devtools.hears(value, words.len());
                }
            }
            if let Some(devtools) = listener.upgrade() {
                devtools.waiting().end(flooded);
            }
        });
        Ok(devtools)
    }

    /// Calls a method of the browser and waits for its answer.
    ///
    /// # Errors
    /// With the browser's own words, or when it does not answer in time.
    pub async fn call(&self, method: &str, params: Value) -> Result<Value, String> {
        let answer = self.asks(method, params, None);
        self.awaits(method, answer, PATIENCE, &Looks::default())
            .await
    }

    async fn awaits(
        &self,
        method: &str,
        (number, mut answer): (u64, oneshot::Receiver<Answer>),
        wait: Duration,
        looks: &Looks,
    ) -> Result<Value, String> {
        let mut patience = Patience::of(wait);
        loop {
            match timeout(patience.left(), &mut answer).await {
                Ok(Ok(answer)) => return answer.map_err(|error| format!("{method}: {error}")),
                Ok(Err(_)) => return Err(GONE.into()),
                Err(_) => {}
            }
            if patience.is_over(self, looks).await {
                self.waiting().gives_up(number);
                return Err(format!("{method}: no answer for {} s", wait.as_secs()));
            }
        }
    }

    /// Whether the browser's own process, which no page can hold up, is slow to answer, or
    /// the whole machine is: then the silence of a page is not its own. The browser may be
    /// prompt all the same, since whoever seldom computes is let in first, and a page that
    /// has much to do is not.
    pub async fn is_pressed(&self) -> bool {
        let (number, answer) = self.asks("Browser.getVersion", json!({}), None);
        let asked = Instant::now();
        if timeout(PATIENCE, answer).await.is_err() {
            self.waiting().gives_up(number);
        }
        asked.elapsed() > BROWSER_PROMPT || load::is_heavy().await
    }

    /// Sends a call; its number, and where its answer comes.
    fn asks(
        &self,
        method: &str,
        params: Value,
        session: Option<&str>,
    ) -> (u64, oneshot::Receiver<Answer>) {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        let answer = self.waiting().asks(number);
        self.sends(number, method, params, session);
        (number, answer)
    }

    /// Sends a call whose answer nobody waits for.
    fn orders(&self, method: &str, params: Value, session: Option<&str>) {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        self.sends(number, method, params, session);
    }

    fn sends(&self, number: u64, method: &str, params: Value, session: Option<&str>) {
        let mut message = json!({ "id": number, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let _ = self.outgoing.send(message.to_string());
    }

    /// Attaches to a page, whose waits begin anew as `looks` allows.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn attach(self: &Arc<Self>, page: String, looks: Looks) -> Result<Session, String> {
        let flat = json!({ "targetId": page, "flatten": true });
        let attached = self.call("Target.attachToTarget", flat).await?;
        let id = text(&attached["sessionId"]);
        let events = self.waiting().listens(&id, &page);
        let target = Arc::new(Target {
            devtools: Arc::clone(self),
            id,
            page,
            looks,
        });
        Ok(Session { target, events })
    }

    fn hears(&self, value: Value, length: usize) {
        if value["method"] == "Page.javascriptDialogOpening" {
            // A dialog stops its page until someone answers it; no one is there.
            let session = value["sessionId"].as_str();
            let dismiss = json!({ "accept": false });
            return self.orders("Page.handleJavaScriptDialog", dismiss, session);
        }
        let flooded = self.waiting().hears(value, length);
        flooded.iter().for_each(|page| self.close(page));
    }

    fn close(&self, page: &str) {
        self.orders("Target.closeTarget", json!({ "targetId": page }), None);
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Target {
    /// Whether a wait for this page is over.
    pub async fn is_out_of(&self, patience: &mut Patience) -> bool {
        patience.is_over(&self.devtools, &self.looks).await
    }

    /// Calls a method of this page.
    ///
    /// # Errors
    /// As [`Devtools::call`].
    pub async fn call(&self, method: &str, params: Value) -> Result<Value, String> {
        self.call_within(method, params, PATIENCE).await
    }

    async fn call_within(
        &self,
        method: &str,
        params: Value,
        wait: Duration,
    ) -> Result<Value, String> {
        let answer = self.devtools.asks(method, params, Some(&self.id));
        self.devtools
            .awaits(method, answer, wait, &self.looks)
            .await
    }

    /// The page as it looks now, PNG.
    ///
    /// # Errors
    /// As [`Devtools::call`].
    pub async fn picture(&self) -> Result<Vec<u8>, String> {
        let answer = self
            .call("Page.captureScreenshot", json!({ "format": "png" }))
            .await?;
        BASE64
            .decode(text(&answer["data"]).as_bytes())
            .map_err(|error| error.to_string())
    }

    /// Evaluates an expression in the page, promises awaited for as long as
    /// `patience`, and returns its value.
    ///
    /// # Errors
    /// As [`Devtools::call`], and when the expression throws.
    pub async fn evaluate(&self, expression: &str, patience: Duration) -> Result<Value, String> {
        let params =
            json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let answer = self
            .call_within("Runtime.evaluate", params, patience)
            .await?;
        match answer["exceptionDetails"].is_null() {
            true => Ok(answer["result"]["value"].clone()),
            false => Err(text(
                &answer["exceptionDetails"]["exception"]["description"],
            )),
        }
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        self.devtools.waiting().leaves(&self.id);
        self.devtools.close(&self.page);
    }
}
