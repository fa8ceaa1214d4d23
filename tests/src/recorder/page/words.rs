//! The browser's events in words: a line of the console, a turn of a socket.

use serde_json::Value;

use crate::{browser::text, visible};

/// What the browser tells when a WebSocket has ended.
pub const SOCKET_CLOSED: &str = "its socket is closed";

/// What a script of ours says when a stream of ours is over.
pub const OVER: &str = "sur-le-fil: the stream is over";

/// What the browser does with a form whose `submit` nobody has prevented.
pub const LOADED_ANEW: &str = "browser note: the form is submitted, and the page loaded anew";

/// How a line on the console begins, whichever method wrote it.
const METHODS: [&str; 5] = [
    "console.debug: ",
    "console.error: ",
    "console.info: ",
    "console.log: ",
    "console.warning: ",
];

/// What an event says on the console: a call, an uncaught error with its place,
/// or a line of the browser's own.
pub fn console_line(event: &Value) -> Option<String> {
    let params = &event["params"];
    match event["method"].as_str()? {
        "Page.frameRequestedNavigation" => {
            let reason = params["reason"].as_str()?;
            reason
                .starts_with("formSubmission")
                .then(|| LOADED_ANEW.to_owned())
        }
        "Runtime.consoleAPICalled" => {
            let words = formatted(params["args"].as_array()?);
            Some(format!(
                "console.{}: {}",
                params["type"].as_str()?,
                visible::text(words.as_bytes())
            ))
        }
        "Runtime.exceptionThrown" => {
            let details = &params["exceptionDetails"];
            // What is thrown is an error, or any value.
            let thrown = &details["exception"];
            let said = match thrown["type"].is_null() {
                true => text(&details["text"]),
                false => in_words(thrown),
            };
            let first = said.lines().next().unwrap_or_default();
            // Lines and columns are counted from 0 here, and from 1 by people.
            let line = details["lineNumber"].as_u64()? + 1;
            let column = details["columnNumber"].as_u64()? + 1;
            Some(format!(
                "uncaught: {} (line {line}, column {column})",
                visible::text(first.as_bytes())
            ))
        }
        "Log.entryAdded" => {
            let entry = &params["entry"];
            let (text, url) = (entry["text"].as_str()?, entry["url"].as_str());
            // Browsers ask for an icon by themselves, when they have nothing else to
            // do: the contract does not speak of it.
            if url.is_some_and(|url| url.ends_with("/favicon.ico")) {
                return None;
            }
            let place = url.filter(|url| !url.is_empty() && !text.contains(url));
            let place = place.map_or(String::new(), |url| format!(" ({url})"));
            Some(format!(
                "browser {}: {}",
                entry["level"].as_str()?,
                visible::text(format!("{text}{place}").as_bytes())
            ))
        }
        _ => None,
    }
}

/// What an event says about a WebSocket: where it goes, what it carries.
pub fn socket_line(event: &Value) -> Option<String> {
    let params = &event["params"];
    let frame = |direction: &str| {
        let payload = params["response"]["payloadData"].as_str()?;
        Some(format!(
            "{direction} \"{}\"",
            visible::text(payload.as_bytes())
        ))
    };
    match event["method"].as_str()? {
        "Network.webSocketCreated" => Some(format!(
            "opens {}",
            visible::text(params["url"].as_str()?.as_bytes())
        )),
        "Network.webSocketFrameSent" => frame("sends"),
        "Network.webSocketFrameReceived" => frame("hears"),
        "Network.eventSourceMessageReceived" => Some(format!(
            "hears {} \"{}\"",
            visible::text(params["eventName"].as_str()?.as_bytes()),
            visible::text(params["data"].as_str()?.as_bytes())
        )),
        "Network.webSocketFrameError" => Some(format!(
            "its socket fails: {}",
            visible::text(params["errorMessage"].as_str()?.as_bytes())
        )),
        "Network.webSocketClosed" => Some(SOCKET_CLOSED.to_owned()),
        _ => None,
    }
}

/// The line that is asked for, whichever method of the console wrote it.
pub fn by_any_method(line: &str, text: &str) -> String {
    let method = line.strip_suffix(text).unwrap_or_default();
    match METHODS.contains(&method) {
        true => format!("console.log: {text}"),
        false => line.to_owned(),
    }
}

/// The arguments of a console call as the console shows them: the first may have
/// places for the next (WHATWG Console, section 2.2.1).
fn formatted(args: &[Value]) -> String {
    let mut rest = args.iter();
    let mut words = Vec::new();
    if let Some(Value::String(form)) = args.first().map(|first| &first["value"]) {
        rest.next();
        let mut pieces = form.split('%');
        let mut text = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let place = piece.starts_with(['s', 'd', 'i', 'f', 'o', 'O', 'c']);
            match place.then(|| rest.next()).flatten() {
                // A style shows in the colour, not in the words.
                Some(_) if piece.starts_with('c') => text += &piece[1..],
                Some(value) => text = text + &in_words(value) + &piece[1..],
                None => text = text + "%" + piece,
            }
        }
        words.push(text);
    }
    words.extend(rest.map(in_words));
    words.join(" ")
}

fn in_words(value: &Value) -> String {
    match &value["value"] {
        Value::String(text) => text.clone(),
        Value::Null if value["type"] == "undefined" => "undefined".to_owned(),
        Value::Null => value["description"].as_str().unwrap_or("null").to_owned(),
        other => other.to_string(),
    }
}
