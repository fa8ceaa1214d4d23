//! ch04: one response that never ends, and an event in it each second.

pub mod lessons;
mod sleep;

use std::time::Duration;

use tokio::time;

use crate::{
    chapter::{Chapter, Step},
    recorder::{Client, Port, Stage, head::Head},
};

pub use sleep::sleep_again;

/// The chapter.
pub const CHAPTER: Chapter = Chapter {
    slug: "ch04-sse-counter",
    title: "SSE headers and counter",
    port: 3000,
    browser: false,
    known: "An event stream is an ordinary HTTP response that does not end. Its head leaves at once, \
            with `text/event-stream`, so that the browser knows it is connected; each event is some \
            lines and an empty one, and without the empty line nobody sees it. What belongs to one \
            client, its timer and its count, lives in that client's response and goes when the \
            client goes: a server that everyone has left sleeps.",
    steps: &[
        Step {
            name: "start",
            title: "starts, and says where",
            script: |stage| Box::pin(start(stage)),
            lessons: &[],
        },
        Step {
            name: "head",
            title: "sends the head at once",
            script: |stage| Box::pin(head(stage)),
            lessons: lessons::HEAD,
        },
        Step {
            name: "first-event",
            title: "writes an event after one second",
            script: |stage| Box::pin(first_event(stage)),
            lessons: lessons::EVENT,
        },
        Step {
            name: "counter",
            title: "counts on, one event a second",
            script: |stage| Box::pin(counter(stage)),
            lessons: lessons::EVENT,
        },
        Step {
            name: "two-readers",
            title: "counts for each client alone",
            script: |stage| Box::pin(two_readers(stage, 1)),
            lessons: lessons::TWO_READERS,
        },
        Step {
            name: "other-requests",
            title: "refuses other paths and methods",
            script: |stage| Box::pin(other_requests(stage, &["/"])),
            lessons: lessons::OTHER_REQUESTS,
        },
        Step {
            name: "sleep",
            title: "sleeps when everyone has left",
            script: |stage| Box::pin(sleep_again(stage)),
            lessons: lessons::SLEEP,
        },
        Step {
            name: "port",
            title: "takes the article's port by itself",
            script: |stage| Box::pin(port(stage)),
            lessons: &[],
        },
    ],
};

/// The headers of the stream that the contract speaks of.
pub const HEAD: [&str; 3] = ["cache-control", "content-encoding", "content-type"];

pub async fn start(stage: &mut Stage) {
    stage.starts(Port::Given).await;
    let line = stage.says_where().await;
    stage.connects("").await;
    stage.shows(&line);
    stage.says_free_port().await;
    stage.connects("").await;
}

pub async fn head(stage: &mut Stage) {
    stage.opens().await;
    let mut reader = stage.connects("").await;
    stage.notes_addresses();
    ask(stage, &mut reader).await;
    let head = reader.hears_head_at_once(&HEAD).await;
    reader.notes_http10(&head);
    reader.leaves().await;
}

async fn first_event(stage: &mut Stage) {
    stage.opens().await;
    let mut reader = stage.connects("").await;
    ask(stage, &mut reader).await;
    reader.hears_head(&HEAD).await;
    reader.hears_events(1).await;
}

async fn counter(stage: &mut Stage) {
    stage.opens().await;
    let mut reader = stage.connects("").await;
    ask(stage, &mut reader).await;
    reader.hears_head(&HEAD).await;
    reader.hears_events(3).await;
    reader.hears_no_end().await;
    reader.leaves().await;
}

/// Between two of Alice's events, so that a timer which both share shows.
const LATER: Duration = Duration::from_millis(400);

/// Bob comes while Alice's counter is already on its way, and Carol when Alice has left,
/// without a word on what she accepts. At a tick come `each` events.
pub async fn two_readers(stage: &mut Stage, each: usize) {
    stage.opens().await;
    let mut alice = stage.connects("alice").await;
    ask(stage, &mut alice).await;
    alice.hears_head(&HEAD).await;
    alice.hears_ticks(each, each).await;
    time::sleep(LATER).await;
    let mut bob = stage.connects("bob").await;
    ask(stage, &mut bob).await;
    bob.hears_head(&HEAD).await;
    alice.hears_ticks(each, each).await;
    alice.leaves().await;
    let mut carol = stage.connects("carol").await;
    carol.asks("GET", "/sse", stage.port(), &[]).await;
    carol.hears_head(&HEAD).await;
    bob.hears_ticks(each, each).await;
    carol.hears_ticks(each, each).await;
}

/// Methods that the path does not have. HEAD is no such, since a server may answer it
/// as it answers GET, without the content, and OPTIONS is about the others (RFC 9110,
/// section 9.3.7).
const OTHERS: [&str; 4] = ["POST", "PUT", "PATCH", "DELETE"];

/// How long content is waited for that HEAD must not get: more than the second until
/// the first event.
const NO_CONTENT: Duration = Duration::from_millis(1300);

/// `others` are paths that this chapter does not have, and another one has.
pub async fn other_requests(stage: &mut Stage, others: &[&str]) {
    stage.opens().await;
    let word = stage.random_word();
    // Whether `/sse/` is `/sse` is left to the frameworks, which do not agree about it.
    let unknown = [format!("/{word}"), format!("/sse/{word}"), format!("/{word}/sse")];
    for path in others.iter().copied().chain(unknown.iter().map(String::as_str)) {
        let mut lost = stage.connects("").await;
        lost.asks("GET", path, stage.port(), &[]).await;
        let head = lost.hears_head(&[]).await;
        hears_refusal(&mut lost, &head).await;
        lost.leaves().await;
    }
    for method in OTHERS {
        let mut other = stage.connects("").await;
        other.asks(method, "/sse", stage.port(), &[("content-length", "0")]).await;
        let head = other.hears_head(&[]).await;
        other.says_allow(&head, "GET");
        hears_refusal(&mut other, &head).await;
        other.leaves().await;
    }
    let mut other = stage.connects("").await;
    other.asks("OPTIONS", "/sse", stage.port(), &[]).await;
    other.hears_no_stream("OPTIONS").await;
    other.leaves().await;
    let mut other = stage.connects("").await;
    other.asks("HEAD", "/sse", stage.port(), &[]).await;
    other.hears_head_alone(NO_CONTENT).await;
}

/// The body of a refusal; that of a stream has no end.
async fn hears_refusal(client: &mut Client, head: &Head) {
    if head.status >= 400 {
        client.hears_body(false).await;
    }
}

pub async fn ask(stage: &Stage, reader: &mut Client) {
    reader.asks("GET", "/sse", stage.port(), &[("accept", "text/event-stream")]).await;
}

pub async fn port(stage: &mut Stage) {
    stage.takes_port(CHAPTER.port).await;
}
