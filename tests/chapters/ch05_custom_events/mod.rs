//! ch05: two events a second, one of them with a name, and a page that listens.

mod lessons;

use super::ch03_client_page::HEADING;
use super::ch04_sse_counter::{HEAD, ask, head, other_requests, port, sleep_again, start, two_readers};
use crate::{
    chapter::{Chapter, Step},
    recorder::{Page, Stage},
};

/// The chapter.
pub const CHAPTER: Chapter = Chapter {
    slug: "ch05-custom-events",
    title: "custom events",
    port: 3000,
    browser: true,
    known: "An event may have a name, and then only those hear it who listen for that name; an event \
            without one is called `message`. Two events can leave in one write and stay two, since \
            the empty line between them is what counts. Data is text, and JSON is a promise of its \
            author's: a page that reads it tries, says on the console what it could not read, and \
            goes on with the next event.",
    steps: &[
        Step {
            name: "start",
            title: "starts, and says where",
            script: |stage| Box::pin(start(stage)),
            lessons: &[],
        },
        Step {
            name: "response",
            title: "serves a page",
            script: |stage| Box::pin(response(stage)),
            lessons: lessons::RESPONSE,
        },
        Step {
            name: "document",
            title: "has a title and a list",
            script: |stage| Box::pin(document(stage)),
            lessons: lessons::DOCUMENT,
        },
        Step {
            name: "other-requests",
            title: "refuses other paths and methods",
            script: |stage| Box::pin(other_requests(stage, &[])),
            lessons: lessons::OTHER_REQUESTS,
        },
        Step {
            name: "head",
            title: "sends the head at once",
            script: |stage| Box::pin(head(stage)),
            lessons: lessons::HEAD,
        },
        Step {
            name: "ticks",
            title: "writes a ping and a message a second",
            script: |stage| Box::pin(ticks(stage)),
            lessons: lessons::TICKS,
        },
        Step {
            name: "two-readers",
            title: "counts for each client alone",
            script: |stage| Box::pin(two_readers(stage, EACH)),
            lessons: lessons::TWO_READERS,
        },
        Step {
            name: "messages",
            title: "shows messages, as text",
            script: |stage| Box::pin(messages(stage)),
            lessons: lessons::MESSAGES,
        },
        Step {
            name: "list",
            title: "lists what it hears",
            script: |stage| Box::pin(list(stage)),
            lessons: lessons::LIST,
        },
        Step {
            name: "bad-ping",
            title: "survives a ping that is not JSON",
            script: |stage| Box::pin(bad_ping(stage)),
            lessons: lessons::BAD_PING,
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

const LIST: &str = "#list";

/// A ping and a message come at each tick.
const EACH: usize = 2;

async fn response(stage: &mut Stage) {
    stage.opens().await;
    let mut client = stage.connects("").await;
    client.asks("GET", "/", stage.port(), &[]).await;
    client.hears_head(&["content-type"]).await;
    client.hears_body(false).await;
}

async fn ticks(stage: &mut Stage) {
    stage.opens().await;
    let mut reader = stage.connects("").await;
    ask(stage, &mut reader).await;
    reader.hears_head_at_once(&HEAD).await;
    reader.hears_ticks(3 * EACH, EACH).await;
}

async fn document(stage: &mut Stage) {
    stage.opens().await;
    let mut page = visit(stage).await;
    page.has("lang", "document.documentElement.lang").await;
    page.has("title", "document.title").await;
    page.has("h1", HEADING).await;
    page.has("#list is a", "document.querySelector('#list')?.localName ?? 'nothing'").await;
}

/// Two ticks of the program's own stream: what the browser heard, and what the
/// page made of it.
async fn list(stage: &mut Stage) {
    stage.opens().await;
    // Another of the server's names than the other steps use.
    let address = format!("http://127.0.0.1:{}/", stage.port());
    let mut page = stage.opens_page("", &address).await;
    for _ in 0..2 {
        page.hears().await;
        page.hears().await;
        page.goes_on(LIST, EACH).await;
    }
    page.console_is_quiet().await;
}

async fn messages(stage: &mut Stage) {
    let stream = "data: Ceci est le message 7\n\n\
                  data: <b>gras</b> & <img src=x onerror=alert(1)>\n\n\
                  data:   deux  espaces \n\n\
                  data: &amp; &lt;i&gt; https://localhost/\n\n";
    let mut page = doctored(stage, stream, 4).await;
    page.catches_its_errors().await;
}

/// Four pings without a time to show, and two with; then a message.
async fn bad_ping(stage: &mut Stage) {
    let stream = "event: ping\ndata: midi\n\n\
                  event: ping\ndata: {\"heure\":\"midi\"}\n\n\
                  event: ping\ndata: null\n\n\
                  event: ping\ndata: {\"time\":\"<i>midi</i>\"}\n\n\
                  event: ping\ndata: {\"time\":\"minuit\"\n\n\
                  event: ping\ndata: { \"x\": 1, \"time\": \"mi\\u0064i\" }\n\n\
                  data: toujours là\n\n";
    let mut page = doctored(stage, stream, 3).await;
    page.counts_complaints(4).await;
}

/// The page on a stream of the checker's own.
async fn doctored(stage: &mut Stage, stream: &str, grows: usize) -> Page {
    stage.opens().await;
    let address = address(stage);
    let mut page = stage.sits_down("").await;
    page.opens_on_stream(&address, stream).await;
    page.grows(LIST, grows).await;
    page
}

fn address(stage: &Stage) -> String {
    format!("http://localhost:{}/", stage.port())
}

async fn visit(stage: &mut Stage) -> Page {
    let address = address(stage);
    stage.opens_page("", &address).await
}
