//! ch02: a WebSocket over TLS that says back what it hears.

pub mod breaches;
pub mod departures;
mod frames;
pub mod lessons;
mod log;
mod messages;
mod pieces;
mod whole;

pub use whole::whole;

use crate::{
    chapter::{Chapter, Step},
    recorder::{
        Client, Port, Stage,
        broken_upgrade::BROKEN,
        frame::{self, BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT},
        websocket::SAMPLE_KEY,
    },
};

/// The chapter.
pub const CHAPTER: Chapter = Chapter {
    slug: "ch02-wss-echo",
    title: "wss echo",
    port: 8080,
    browser: false,
    known: "A WebSocket begins as an HTTP request: 101 turns the connection over, 426 says that an \
            upgrade was expected. From then on either side speaks when it likes, in frames; a \
            message may come in several, with a ping between them, and text must be UTF-8. What a \
            client sends is its own affair in the answer and yours in the log, where it may not \
            break a line. A connection ends in several ways, with a close, without a word or with a \
            broken rule, and each is one departure and nobody else's concern.",
    steps: &[
        Step {
            name: "start",
            title: "starts, and says where",
            script: |stage| Box::pin(start(stage)),
            lessons: lessons::START,
        },
        Step {
            name: "plain-request",
            title: "asks for an upgrade",
            script: |stage| Box::pin(plain_request(stage)),
            lessons: lessons::UPGRADE,
        },
        Step {
            name: "upgrade",
            title: "upgrades to a WebSocket",
            script: |stage| Box::pin(upgrade(stage)),
            lessons: lessons::UPGRADE,
        },
        Step {
            name: "welcome",
            title: "speaks first",
            script: |stage| Box::pin(welcome(stage)),
            lessons: lessons::WELCOME,
        },
        Step {
            name: "ping",
            title: "answers a ping",
            script: |stage| Box::pin(ping(stage)),
            lessons: lessons::PING,
        },
        Step {
            name: "echo",
            title: "says back what it hears",
            script: |stage| Box::pin(echo(stage)),
            lessons: messages::ECHO,
        },
        Step {
            name: "lengths",
            title: "takes messages of every length",
            script: |stage| Box::pin(lengths(stage)),
            lessons: messages::ECHO,
        },
        Step {
            name: "arrivals",
            title: "takes frames however they arrive",
            script: |stage| Box::pin(pieces::arrivals(stage)),
            lessons: messages::ARRIVALS,
        },
        Step {
            name: "fragments",
            title: "joins fragments to one message",
            script: |stage| Box::pin(pieces::fragments(stage)),
            lessons: messages::FRAGMENTS,
        },
        Step {
            name: "two-clients",
            title: "speaks to each client alone",
            script: |stage| Box::pin(two_clients(stage)),
            lessons: messages::TWO_CLIENTS,
        },
        Step {
            name: "log",
            title: "keeps its log to one line a message",
            script: |stage| Box::pin(log::log(stage)),
            lessons: messages::LOG,
        },
        Step {
            name: "binary",
            title: "answers bytes as text",
            script: |stage| Box::pin(binary(stage)),
            lessons: messages::BINARY,
        },
        Step {
            name: "close",
            title: "closes as it is asked to",
            script: |stage| Box::pin(close(stage)),
            lessons: departures::CLOSE,
        },
        Step {
            name: "vanish",
            title: "notices who vanishes",
            script: |stage| Box::pin(vanish(stage)),
            lessons: departures::VANISH,
        },
        Step {
            name: "bad-frames",
            title: "ends a connection that breaks rules",
            script: |stage| Box::pin(frames::bad_frames(stage)),
            lessons: breaches::BAD_FRAMES,
        },
        Step {
            name: "bad-closes",
            title: "takes no close frame that is none",
            script: |stage| Box::pin(frames::bad_closes(stage)),
            lessons: breaches::BAD_CLOSES,
        },
        Step {
            name: "port",
            title: "takes the article's port by itself",
            script: |stage| Box::pin(port(stage)),
            lessons: lessons::START,
        },
    ],
};

async fn start(stage: &mut Stage) {
    stage.puts_pair();
    stage.starts(Port::Given).await;
    let line = stage.says_where().await;
    stage.connects_by_tls("").await;
    stage.shows(&line);
    stage.says_free_port().await;
    stage.connects("").await;
}

async fn plain_request(stage: &mut Stage) {
    open(stage).await;
    let mut client = stage.connects_by_tls("").await;
    stage.notes_addresses();
    client.asks("GET", "/", stage.port(), &[]).await;
    let head = client.hears_head(&["upgrade"]).await;
    client.notes_lone_upgrade(&head);
    client.hears_body(false).await;
    // What is logged about it may come later, and is a later step's matter.
    stage.ends_program().await;
}

/// The key of the standard's own example, one that nobody has seen, requests that are
/// no upgrade, and after them what browsers offer. Who has asked leaves first: whether
/// two are served at once is a later step's matter.
async fn upgrade(stage: &mut Stage) {
    open(stage).await;
    let mut alice = stage.connects_by_tls("alice").await;
    alice.upgrades(stage.port(), SAMPLE_KEY).await;
    alice.leaves().await;
    let mut bob = stage.connects_by_tls("bob").await;
    let key = stage.random_key();
    bob.upgrades_as_firefox(stage.port(), &key).await;
    bob.leaves().await;
    for (name, broken) in ["dave", "erin"].into_iter().zip(&BROKEN) {
        let mut client = stage.connects_by_tls(name).await;
        client.asks_in_vain(stage.port(), broken).await;
        client.leaves().await;
    }
    let mut carol = stage.connects_by_tls("carol").await;
    let key = stage.random_key();
    let head = carol.upgrades_with_offers(stage.port(), &key).await;
    stage.judges_agreement(&mut carol, &head).await;
    // What is logged meanwhile is the next step's matter.
    stage.ends_program().await;
}

/// Who has asked for no WebSocket has not come, and does not leave.
async fn welcome(stage: &mut Stage) {
    open(stage).await;
    let mut lost = stage.connects_by_tls("lost").await;
    lost.asks("GET", "/", stage.port(), &[]).await;
    lost.hears_head(&[]).await;
    lost.hears_body(false).await;
    lost.leaves().await;
    let _client = enters(stage, "").await;
    stage.curtain(true).await;
}

async fn ping(stage: &mut Stage) {
    open(stage).await;
    let mut client = enters(stage, "").await;
    let word = stage.random_word();
    for payload in ["salut", "", &"p".repeat(125), &word] {
        client.sends(0x80 | PING, payload.as_bytes()).await;
        client.hears_message().await;
    }
    client.notes_unasked();
    stage.curtain(true).await;
}

async fn echo(stage: &mut Stage) {
    open(stage).await;
    let mut client = enters(stage, "").await;
    // A pong that nobody asked for needs no answer (RFC 6455, section 5.5.3).
    client.sends(0x80 | PONG, b"toujours en vie").await;
    let word = stage.random_word();
    // What a trimmer takes off, a normalizer joins, a decoder swallows, a repairer puts.
    let as_it_is = ["  e\u{301}te\u{301}  ", "\u{feff}marque", "le signe \u{fffd}"];
    let texts = ["bonjour", "Ça va ? L'été, c'est déjà fini… 🦀", &word, "<b>gras</b> & \"co\""];
    for text in texts.into_iter().chain(as_it_is) {
        exchange(stage, &mut client, text).await;
    }
    stage.curtain(true).await;
}

/// Around each border of the three forms of a length, for the message and for
/// its answer, which is 16 bytes longer.
async fn lengths(stage: &mut Stage) {
    open(stage).await;
    let mut client = enters(stage, "").await;
    for length in [0, 1, 109, 110, 125, 126, 65_519, 65_520, 65_535, 65_536, 1 << 20] {
        exchange(stage, &mut client, &"a".repeat(length)).await;
    }
    stage.curtain(true).await;
}

/// Dave asks for nothing and keeps nobody waiting. The pings at the end bring out whatever
/// was said to the other client.
async fn two_clients(stage: &mut Stage) {
    open(stage).await;
    let _silent = stage.connects_by_tls("dave").await;
    let mut alice = enters(stage, "alice").await;
    let mut bob = enters(stage, "bob").await;
    let _third = enters(stage, "carol").await;
    let word = stage.random_word();
    for (client, text) in [(&mut alice, "Ici Alice"), (&mut bob, &word)] {
        client.says(text).await;
        stage.logs().await;
    }
    bob.hears_message().await;
    alice.hears_message().await;
    stage.pen().act(messages::HALF);
    let other = alice.says_half("coupé en deux").await;
    exchange(stage, &mut bob, "entier").await;
    stage.pen().act(messages::OTHER_HALF);
    alice.says_rest(&other).await;
    stage.logs().await;
    alice.hears_message().await;
    // Both are in the middle of a message at once, as each answer to a ping shows.
    for (client, begin) in [(&mut alice, "moi, "), (&mut bob, "et ")] {
        client.sends(TEXT, begin.as_bytes()).await;
        client.sends(0x80 | PING, b"entre").await;
        client.hears_message().await;
    }
    for (client, end) in [(&mut alice, "Alice"), (&mut bob, "moi, Bob")] {
        client.sends(0x80 | CONTINUATION, end.as_bytes()).await;
        stage.logs().await;
        client.hears_message().await;
    }
    for client in [&mut alice, &mut bob] {
        client.sends(0x80 | PING, b"fini").await;
        client.hears_message().await;
    }
    stage.curtain(true).await;
}

/// Whether bytes are logged, and in which form, is not the contract's matter; a line of
/// the log is one line all the same.
async fn binary(stage: &mut Stage) {
    open(stage).await;
    let mut client = enters(stage, "").await;
    let word = stage.random_word();
    let unseen = [word.as_bytes(), b"\xff"].concat();
    for bytes in
        [&b"abc"[..], "é".as_bytes(), b"a\xff\xf0\x9f\xa6a", b"\x00\x01\x02", b"", &unseen, FORGED, MARKED]
    {
        client.sends(0x80 | BINARY, bytes).await;
        client.hears_message().await;
    }
    client.sends(BINARY, b"d\xc3").await;
    client.sends(CONTINUATION, b"\xa9coup\xc3").await;
    client.sends(0x80 | CONTINUATION, b"\xa9 \xff").await;
    client.hears_message().await;
    stage.curtain_on_lines("Reçu : ").await;
}

/// Bytes that would write a line of their own into a log, and steer a terminal.
const FORGED: &[u8] = "deux\nClient déconnecté \x1b[31m".as_bytes();

/// A byte order mark, which a decoder may swallow; the article's keeps it.
const MARKED: &[u8] = "\u{feff}marque".as_bytes();

/// With a code and a reason, without a code, with a code of one's own, with that of a
/// browser whose page is left, inside a message, and with a message behind it; each
/// newcomer's log line shows that the one before has been let go once.
async fn close(stage: &mut Stage) {
    open(stage).await;
    let own = stage.random_code(3000..=4999);
    let word = stage.random_word();
    // With its code the longest payload of a control frame.
    let long = format!("{word}-{}", "u".repeat(114));
    let goodbyes = [
        ("alice", frame::closing(1000, "au revoir à tous")),
        ("bob", Vec::new()),
        ("carol", frame::closing(own, &long)),
        ("erin", frame::closing(1001, "")),
        ("gina", frame::closing(1011, "panne")),
    ];
    for (name, payload) in goodbyes {
        let mut client = enters(stage, name).await;
        client.sends(0x80 | CLOSE, &payload).await;
        client.hears_message().await;
        client.hears_end().await;
        stage.logs().await;
    }
    let mut frank = enters(stage, "frank").await;
    frank.sends(TEXT, b"inach").await;
    frank.sends(0x80 | CLOSE, &frame::closing(1000, "tant pis")).await;
    // Some libraries answer it, and some call the message a broken one.
    frank.hears_refusal(None).await;
    stage.logs().await;
    let mut grace = enters(stage, "grace").await;
    stage.pen().act("a message leaves behind the close frame, in one write");
    let goodbye = frame::closing(1000, "");
    grace.sends_together(&[(0x80 | CLOSE, &goodbye), (0x80 | TEXT, b"trop tard")]).await;
    grace.hears_message().await;
    grace.hears_end().await;
    stage.logs().await;
    let _witness = enters(stage, "dave").await;
    stage.curtain(true).await;
}

async fn vanish(stage: &mut Stage) {
    open(stage).await;
    let mut alice = enters(stage, "alice").await;
    alice.leaves().await;
    stage.logs().await;
    let mut bob = enters(stage, "bob").await;
    bob.vanishes();
    stage.logs().await;
    let _witness = enters(stage, "carol").await;
    stage.curtain(true).await;
}

async fn port(stage: &mut Stage) {
    stage.puts_pair();
    stage.takes_port(CHAPTER.port).await;
}

async fn open(stage: &mut Stage) {
    stage.puts_pair();
    stage.opens().await;
}

/// Connects, upgrades, and hears the welcome.
async fn enters(stage: &mut Stage, name: &'static str) -> Client {
    let mut client = stage.connects_by_tls(name).await;
    client.upgrades(stage.port(), SAMPLE_KEY).await;
    stage.logs().await;
    client.hears_message().await;
    client
}

/// Says something, and hears it back.
async fn exchange(stage: &mut Stage, client: &mut Client, text: &str) {
    client.says(text).await;
    stage.logs().await;
    client.hears_message().await;
}
