//! What a page shows: its elements, and its container as it grows.

use serde_json::{Value, json};

use super::Page;
use crate::{browser::Patience, limits::PATIENCE, visible};

/// The container's children, without what stood in it before the first
/// element: an end of a line in the HTML, a comment.
const NODES: &str = "selector => { const c = document.querySelector(selector); if (!c) return null; \
    const all = [...c.childNodes]; \
    while (all[0]?.nodeType === 8 || all[0]?.nodeType === 3 && all[0].data.trim() === '') all.shift(); \
    return all }";

/// One of them as text. What no message of ours could be is cut: its whole would
/// be more than one answer of the browser may hold.
const TEXT: &str = "n => (n.outerHTML ?? `${n.nodeName} \"${n.data}\"`).slice(0, 1 << 20)";

impl Page {
    /// Writes down what a selector's element is, by an expression over it.
    pub async fn has(&mut self, what: &str, expression: &str) {
        if let Some(value) = self.evaluate(expression).await {
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            self.shows(&format!("{what}: {}", visible::text(value.as_bytes())));
        }
    }

    /// Waits until the container has `count` children more than were written
    /// down, and writes all new ones down, one a line.
    pub async fn grows(&mut self, container: &str, count: usize) {
        self.grows_by(container, count, usize::MAX).await;
    }

    /// The same for a container that goes on growing by itself: of what is there
    /// already, `count` children are written down and the rest is left for later.
    pub async fn goes_on(&mut self, container: &str, count: usize) {
        self.grows_by(container, count, count).await;
    }

    async fn grows_by(&mut self, container: &str, count: usize, most: usize) {
        let wanted = self.written + count;
        let mut patience = Patience::default();
        let mut children = loop {
            let children = self.children(container, wanted).await;
            let Some(children) = children else { return };
            if children.len() >= wanted || self.runs_out(&mut patience).await {
                break children;
            }
        };
        children.truncate(self.written.saturating_add(most));
        for child in children.iter().skip(self.written) {
            self.shows(child);
        }
        if children.len() < wanted {
            self.gives_up(&format!(
                "{container} does not grow for {} s",
                PATIENCE.as_secs()
            ));
        }
        self.written = children.len();
    }

    /// Writes down what the container is as a whole.
    pub async fn stands(&mut self, container: &str) {
        let selector = json!(container);
        let expression = format!("({NODES})({selector})?.map({TEXT}).join('') ?? 'nothing'");
        self.has(container, &expression).await;
    }

    /// Remarks when words that appeared are in no live region: whoever listens
    /// to the page instead of looking at it does not hear of them.
    pub async fn notes_live_region(&mut self) {
        let live = "[...document.querySelectorAll('[aria-live], [role=status], [role=alert], output')]\
                    .some(e => e.id !== 'messages' && e.innerText.trim() !== '')";
        if self.evaluate(live).await == Some(Value::Bool(false)) {
            self.pen.note(
                "what it says when it is not connected is in no live region \
                 (aria-live, role=status)",
            );
        }
    }

    /// The container's children as text, once there are `wanted` of them or
    /// patience has run out. The page's own clock watches, without polling.
    async fn children(&mut self, container: &str, wanted: usize) -> Option<Vec<String>> {
        let wait = PATIENCE.as_millis();
        let expression = format!(
            "new Promise(done => {{ \
               const all = () => ({NODES})({selector})?.map({TEXT}) ?? null; \
               const enough = () => (({NODES})({selector}) ?? []).length >= {wanted}; \
               if (enough()) return done(all()); \
               const watch = new MutationObserver(() => {{ \
                 if (enough()) {{ watch.disconnect(); done(all()) }} }}); \
               watch.observe(document, {{ childList: true, subtree: true, characterData: true }}); \
               setTimeout(() => {{ watch.disconnect(); done(all()) }}, {wait}) }})",
            selector = json!(container),
        );
        let children = self.evaluate_within(&expression, 2 * PATIENCE).await?;
        if children.is_null() {
            self.pen
                .lose(self.about(format!("there is no {container} on the page")));
            return None;
        }
        let children = children.as_array().cloned().unwrap_or_default();
        Some(
            children
                .iter()
                .map(|child| visible::text(child.as_str().unwrap_or("").as_bytes()))
                .collect(),
        )
    }
}
