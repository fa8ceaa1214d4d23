//! ch04: one response that never ends, and an event in it each second.

pub mod lessons;

use std::time::{Duration, Instant};

use tokio::{net::TcpStream, time::sleep};

use crate::{
    chapter::{Chapter, Step},
    processes,
    recorder::{Client, Port, Stage, http::Head, sleep as system},
};

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
            lessons: lessons::START,
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
            script: |stage| Box::pin(two_readers(stage)),
            lessons: lessons::TWO_READERS,
        },
        Step {
            name: "other-requests",
            title: "refuses other paths and methods",
            script: |stage| Box::pin(other_requests(stage)),
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
            lessons: lessons::START,
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
    stage.notes_addresses();
    stage.says_free_port().await;
    stage.connects("").await;
}

pub async fn head(stage: &mut Stage) {
    stage.opens().await;
    let mut reader = stage.connects("").await;
    ask(stage, &mut reader).await;
    reader.hears_head_at_once(&HEAD).await;
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
    reader.leaves().await;
}

/// Between two of Alice's events, so that a timer which both share shows.
const LATER: Duration = Duration::from_millis(400);

/// Bob comes while Alice's counter is already on its way.
async fn two_readers(stage: &mut Stage) {
    stage.opens().await;
    let mut alice = stage.connects("alice").await;
    ask(stage, &mut alice).await;
    alice.hears_head(&HEAD).await;
    alice.hears_events(1).await;
    sleep(LATER).await;
    let mut bob = stage.connects("bob").await;
    ask(stage, &mut bob).await;
    bob.hears_head(&HEAD).await;
    alice.hears_events(1).await;
    bob.hears_events(1).await;
}

pub async fn other_requests(stage: &mut Stage) {
    stage.opens().await;
    let mut lost = stage.connects("").await;
    lost.asks("GET", "/ailleurs", stage.port(), &[]).await;
    let head = lost.hears_head(&[]).await;
    hears_refusal(&mut lost, &head).await;
    lost.leaves().await;
    let mut poster = stage.connects("").await;
    poster.asks("POST", "/sse", stage.port(), &[("content-length", "0")]).await;
    let head = poster.hears_head(&[]).await;
    poster.says_allow(&head, "GET");
    hears_refusal(&mut poster, &head).await;
    poster.leaves().await;
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

/// How many readers come and go.
const READERS: usize = 40;

/// Between two of them: forgotten timers are then spread over half a second, and a
/// busy machine does not wake the program for all of them at once.
const APART: Duration = Duration::from_millis(12);

/// A program that has just started has things to do.
const SETTLED: Duration = Duration::from_millis(100);

/// How long is listened before anyone came, and after everyone has left: a little
/// more than the second in which each timer wakes the program once.
const BEFORE: Duration = Duration::from_millis(200);
const AFTER: Duration = Duration::from_millis(1100);

/// How often the sleep is looked at before it is called none: a collector of garbage
/// may have its hour, a forgotten timer has every one.
const LOOKS: usize = 3;

/// When the second look begins, since the last reader came: a server that
/// notices at its next write that a client has gone has had that write.
const NOTICED: Duration = Duration::from_millis(1050);

/// Wake-ups a second more than before that nothing but timers explains.
const PLAIN: u64 = READERS as u64 / 4;

/// The article's server fails here: its intervals run on for ever, each waking
/// the process once a second, for nobody.
pub async fn sleep_again(stage: &mut Stage) {
    stage.opens().await;
    sleep(SETTLED).await;
    let Some(mut before) = wakes(stage, BEFORE).await else {
        return match processes::tells() {
            true => stage.pen().lose("the program has ended"),
            false => stage.skips("only Linux tells how often a process wakes up"),
        };
    };
    for _ in 0..LOOKS {
        // Still starting, or restless by nature.
        if before > PLAIN {
            before = before.min(wakes(stage, BEFORE).await.unwrap_or(before));
        }
    }
    stage.pen().act(format!("{READERS} readers come, one after the other"));
    let readers = come(stage).await;
    let came = Instant::now();
    let answered = answers(&readers).await;
    stage.pen().act(format!("{answered} of them are answered"));
    drop(readers);
    stage.pen().act("they all leave");
    sleep(NOTICED.saturating_sub(came.elapsed())).await;
    let mut after = u64::MAX;
    for _ in 0..LOOKS {
        after = after.min(wakes(stage, AFTER).await.unwrap_or(0));
        if after <= before {
            break;
        }
    }
    if after > before + PLAIN || (after > before && after > unvisited(stage).await) {
        let often = format!("{after} times a second");
        stage.pen().mask("often", &often);
        stage.pen().act(format!("the program wakes {often}, for nobody"));
    } else {
        stage.pen().act("the program sleeps as before");
    }
}

/// Readers who ask for the stream and say nothing more.
async fn come(stage: &Stage) -> Vec<TcpStream> {
    let mut readers = Vec::new();
    for _ in 0..READERS {
        if let Ok(tcp) = TcpStream::connect(("127.0.0.1", stage.port())).await {
            let _ = tcp.set_zero_linger();
            let host = format!("localhost:{}", stage.port());
            let request = format!(
                "GET /sse HTTP/1.1\r\nhost: {host}\r\naccept: text/event-stream\r\n\r\n"
            );
            let _ = tcp.try_write(request.as_bytes());
            readers.push(tcp);
        }
        sleep(APART).await;
    }
    readers
}

/// Wake-ups a second of a fresh program that nobody visits, at most. A machine so
/// busy that all timers wake the program together leaves few; so may what a runtime
/// does for itself, and then this one has as many.
async fn unvisited(stage: &mut Stage) -> u64 {
    stage.starts_unwritten().await;
    sleep(SETTLED).await;
    let mut most = 0;
    for _ in 0..LOOKS {
        most = most.max(wakes(stage, AFTER).await.unwrap_or(0));
    }
    most
}

/// How many connections have received the first bytes of a response.
async fn answers(readers: &[TcpStream]) -> usize {
    let mut answered = 0;
    for reader in readers {
        let readable = tokio::time::timeout(crate::limits::PATIENCE, reader.readable()).await;
        let mut first = [0; 8];
        let heard = readable.is_ok() && reader.try_read(&mut first).is_ok_and(|count| count > 0);
        if !heard {
            break;
        }
        answered += 1;
    }
    answered
}

/// Wake-ups a second, measured over `span`.
async fn wakes(stage: &Stage, span: Duration) -> Option<u64> {
    let group = stage.group()?;
    let first = system::switches(group)?;
    let began = Instant::now();
    sleep(span).await;
    let second = system::switches(group)?;
    let millis = began.elapsed().as_millis().max(1);
    let woken = u128::from(second.saturating_sub(first)) * 1000 / millis;
    Some(u64::try_from(woken).unwrap_or(u64::MAX))
}
