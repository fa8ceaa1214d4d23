//! What a client offers beside the upgrade, as Chromium does, and whether the
//! answer takes what it may: a subprotocol (RFC 6455, section 4.2.2), compression
//! (RFC 7692). To take nothing is right. Who agrees to compression has to do it.

use super::{
    Client, Stage, frame,
    head::Head,
    websocket::{EXTENSIONS, PROTOCOL},
};
use crate::transcript::{Speaker, Unit};

/// The one extension that browsers offer, and what Chromium says of it.
const COMPRESSION: &str = "permessage-deflate";
const OFFER: &str = "permessage-deflate; client_max_window_bits";

/// What a page may ask for beside it, any one of them.
const PROTOCOLS: [&str; 2] = ["chat", "superchat"];

impl Client {
    /// Asks for an upgrade as a page in Chromium does that names two subprotocols, but in
    /// letters of another case, which mean the same (RFC 6455, section 4.2.1).
    pub async fn upgrades_with_offers(&mut self, port: u16, key: &str) -> Head {
        let headers = [
            ("Connection", "upgrade"),
            ("Upgrade", "WebSocket"),
            ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", key),
            ("Sec-WebSocket-Extensions", OFFER),
            ("Sec-WebSocket-Protocol", &PROTOCOLS.join(", ")),
        ];
        let judged = ["connection", "sec-websocket-accept", "upgrade"];
        self.upgrades_by(port, key, &headers, &judged).await
    }
}

impl Stage {
    /// Judges what the answer to such an offer agrees to. Compression that was
    /// agreed on is tried with one message: that it was read shows in the log.
    pub async fn judges_agreement(&mut self, client: &mut Client, head: &Head) {
        if self.pen.is_lost() {
            return;
        }
        let (extensions, protocols) = (values(head, EXTENSIONS), values(head, PROTOCOL));
        let answers = [
            (EXTENSIONS, &extensions, is_lawful(&extensions)),
            (PROTOCOL, &protocols, is_one_of_those(&protocols)),
        ];
        for (name, values, lawful) in answers {
            if !lawful {
                let value = values.join(", ");
                let line = format!("{name}: {value}");
                self.pen
                    .write(client.name, Speaker::Program, Unit::Head, line.as_bytes());
                return self.pen.lose(client.about("that was not offered".into()));
            }
        }
        self.pen
            .act(client.about("nothing is agreed to that was not offered".into()));
        if !extensions.is_empty() {
            self.tries_compression(client).await;
        }
    }

    async fn tries_compression(&mut self, client: &mut Client) {
        let word = self.random_word();
        let bytes = frame::stored(word.as_bytes());
        client.list(format!("{COMPRESSION}: \"{word}\" leaves compressed"));
        client
            .sends_unwritten(0x80 | frame::RSV1 | frame::TEXT, &bytes)
            .await;
        if self.will_log(&format!("Reçu : {word}\n")).await {
            self.pen.note(
                "it agrees to permessage-deflate; this chapter asks for no extension, and reads \
                 no further what comes compressed",
            );
        } else {
            self.pen.lose(client.about(format!(
                "a compressed message is not understood, and {COMPRESSION} was agreed to"
            )));
        }
    }
}

/// The protocols that `upgrade` names, which compare without case (RFC 9110, section
/// 7.8). A 426 lists any that would do: what else it speaks, and in which version, is
/// free.
pub(super) fn protocols(items: &[String], status: u16) -> String {
    let named = |item: &String| {
        let name = item.split('/').next();
        name.is_some_and(|name| name.eq_ignore_ascii_case("websocket"))
    };
    if status == 426 && items.iter().any(named) {
        return "websocket".into();
    }
    items.join(", ").to_ascii_lowercase()
}

/// All values of a header, as they came.
fn values(head: &Head, name: &str) -> Vec<String> {
    let values = head.headers.iter().filter(|(known, _)| known == name);
    values
        .map(|(_, value)| String::from_utf8_lossy(value).trim().to_owned())
        .collect()
}

fn is_one_of_those(protocols: &[String]) -> bool {
    match protocols {
        [] => true,
        [one] => PROTOCOLS.contains(&one.as_str()),
        _ => false,
    }
}

/// Whether these values answer [`OFFER`] (RFC 7692, sections 7.1.1 and 7.1.2):
/// with nothing, or with the extension, each of its parameters once. The number
/// of bits has a value in an answer, also where the offer has none.
fn is_lawful(extensions: &[String]) -> bool {
    let [one] = extensions else {
        return extensions.is_empty();
    };
    let mut items = one.split(';').map(str::trim);
    let mut names = Vec::new();
    items.next() == Some(COMPRESSION)
        && items.all(|item| {
            let (name, value) = match item.split_once('=') {
                Some((name, value)) => (name.trim(), Some(value.trim().trim_matches('"'))),
                None => (item, None),
            };
            let first = !names.contains(&name);
            names.push(name);
            first
                && match name {
                    "server_no_context_takeover" | "client_no_context_takeover" => value.is_none(),
                    "server_max_window_bits" | "client_max_window_bits" => {
                        let bits = ["8", "9", "10", "11", "12", "13", "14", "15"];
                        value.is_some_and(|value| bits.contains(&value))
                    }
                    _ => false,
                }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_answers_of_rfc_7692() {
        let lawful = |answer: &str| is_lawful(&[answer.to_owned()]);
        assert!(is_lawful(&[]));
        for answer in [
            "permessage-deflate",
            "permessage-deflate; client_max_window_bits=15",
            "permessage-deflate;server_max_window_bits=\"8\" ; client_no_context_takeover",
        ] {
            assert!(lawful(answer), "{answer}");
        }
        for answer in [
            OFFER,
            "",
            "permessage-deflate, permessage-deflate",
            "permessage-deflate; client_max_window_bits=7",
            "permessage-deflate; client_max_window_bits=08",
            "permessage-deflate; server_no_context_takeover=1",
            "permessage-deflate; client_max_window_bits=9; client_max_window_bits=9",
            "permessage-bzip2",
        ] {
            assert!(!lawful(answer), "{answer}");
        }
        assert!(!is_lawful(&[COMPRESSION.into(), COMPRESSION.into()]));
    }

    #[test]
    fn takes_one_subprotocol_or_none() {
        let one_of = |values: &[&str]| {
            let values: Vec<String> = values.iter().map(|value| (*value).into()).collect();
            is_one_of_those(&values)
        };
        assert!(one_of(&[]) && one_of(&["chat"]) && one_of(&["superchat"]));
        for wrong in [
            &["chat, superchat"][..],
            &["Chat"],
            &["soap"],
            &["chat", "chat"],
            &[""],
        ] {
            assert!(!one_of(wrong), "{wrong:?}");
        }
    }
}
