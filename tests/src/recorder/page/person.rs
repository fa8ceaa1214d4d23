//! What a person does to a page: types, presses Enter, clicks.

use serde_json::json;

use super::Page;
use crate::visible;

impl Page {
    /// Puts the cursor into an element and types, as a keyboard would.
    pub async fn types(&mut self, selector: &str, text: &str) {
        let shown = visible::text(text.as_bytes());
        self.pen
            .act(self.about(format!("the person types \"{shown}\"")));
        if self.focuses(&found_by(selector)).await {
            self.call("Input.insertText", json!({ "text": text })).await;
        }
    }

    /// Presses Enter in an element, wherever the cursor was.
    pub async fn presses_enter(&mut self, selector: &str) {
        self.pen.act(self.about("the person presses Enter".into()));
        self.strikes_enter(&found_by(selector)).await;
    }

    /// The same on an element that an expression finds, as one does without a mouse.
    pub async fn presses_enter_on(&mut self, what: &str, element: &str) {
        self.pen
            .act(self.about(format!("the person presses Enter on {what}")));
        self.strikes_enter(element).await;
    }

    async fn strikes_enter(&mut self, element: &str) {
        if !self.focuses(element).await {
            return;
        }
        for (kind, text) in [("keyDown", "\r"), ("keyUp", "")] {
            let key = json!({
                "type": kind, "key": "Enter", "code": "Enter", "text": text,
                "windowsVirtualKeyCode": 13, "nativeVirtualKeyCode": 13,
            });
            self.call("Input.dispatchKeyEvent", key).await;
        }
    }

    async fn focuses(&mut self, element: &str) -> bool {
        let focus = format!("({element}).focus()");
        self.evaluate(&focus).await.is_some()
    }

    /// Clicks in the middle of an element that an expression finds.
    pub async fn clicks(&mut self, what: &str, element: &str) {
        if !self.clicks_what_is_left(what, element).await {
            self.pen.lose(self.about(format!("{what} is not there")));
        }
    }

    /// The same on an element that the page may have taken away; false where it has.
    pub async fn clicks_what_is_left(&mut self, what: &str, element: &str) -> bool {
        self.pen
            .act(self.about(format!("the person clicks {what}")));
        // A page that scrolls smoothly would still be on its way when the place is taken.
        let place = format!(
            "(() => {{ const e = {element}; if (!e) return null; \
             e.scrollIntoView({{ block: 'center', behavior: 'instant' }}); \
             const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2] }})()"
        );
        let Some(place) = self.evaluate(&place).await else {
            return true;
        };
        if place.is_null() {
            return false;
        }
        for kind in ["mousePressed", "mouseReleased"] {
            let click = json!({
                "type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1,
            });
            self.call("Input.dispatchMouseEvent", click).await;
        }
        true
    }
}

/// The expression for the first element that a selector names.
fn found_by(selector: &str) -> String {
    format!("document.querySelector({})", json!(selector))
}
