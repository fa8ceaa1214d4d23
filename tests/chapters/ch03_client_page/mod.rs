//! ch03: a page that speaks to the server it came from, judged in a browser.

mod lessons;

use crate::{
    chapter::{Chapter, Step},
    chapters::ch02_wss_echo,
    recorder::{Page, Port, Stage, websocket::SAMPLE_KEY},
};

/// The chapter.
pub const CHAPTER: Chapter = Chapter {
    slug: "ch03-client-page",
    title: "client page",
    port: 8080,
    browser: true,
    known: "A page and a WebSocket can share one address, because the head of the request tells them \
            apart. A script finds its server through `location.host`, and what comes from others \
            goes into the page as text, never as markup. `send` is safe only while the socket is \
            open: before that it throws, afterwards it loses the text without a word, so a page asks \
            first and tells its reader. Bytes that are right on the wire are half of the work; the \
            other half is what a person sees.",
    steps: &[
        Step {
            name: "start",
            title: "starts, and says where",
            script: |stage| Box::pin(start(stage)),
            lessons: lessons::START,
        },
        Step {
            name: "response",
            title: "serves a page, and a WebSocket still",
            script: |stage| Box::pin(response(stage)),
            lessons: lessons::RESPONSE,
        },
        Step {
            name: "server",
            title: "speaks as chapter 2's server does",
            script: |stage| Box::pin(server(stage)),
            lessons: lessons::SERVER,
        },
        Step {
            name: "document",
            title: "has a title, a field and a button",
            script: |stage| Box::pin(document(stage)),
            lessons: lessons::DOCUMENT,
        },
        Step {
            name: "socket",
            title: "connects to where it came from",
            script: |stage| Box::pin(socket(stage)),
            lessons: lessons::SOCKET,
        },
        Step {
            name: "welcome",
            title: "shows who speaks first",
            script: |stage| Box::pin(welcome(stage)),
            lessons: lessons::WELCOME,
        },
        Step {
            name: "too-early",
            title: "loses nothing before it is connected",
            script: |stage| Box::pin(too_early(stage)),
            lessons: lessons::NOT_CONNECTED,
        },
        Step {
            name: "too-late",
            title: "loses nothing when the server is gone",
            script: |stage| Box::pin(too_late(stage)),
            lessons: lessons::NOT_CONNECTED,
        },
        Step {
            name: "send",
            title: "sends at a click and at Enter",
            script: |stage| Box::pin(send(stage)),
            lessons: lessons::SEND,
        },
        Step {
            name: "markup",
            title: "shows what arrives as text",
            script: |stage| Box::pin(markup(stage)),
            lessons: lessons::MARKUP,
        },
        Step {
            name: "long",
            title: "takes a long message whole",
            script: |stage| Box::pin(long(stage)),
            lessons: lessons::LONG,
        },
        Step {
            name: "two-pages",
            title: "keeps two pages apart",
            script: |stage| Box::pin(two_pages(stage)),
            lessons: lessons::TWO_PAGES,
        },
        Step {
            name: "server-gone",
            title: "says that the server is gone",
            script: |stage| Box::pin(server_gone(stage)),
            lessons: lessons::SERVER_GONE,
        },
        Step {
            name: "port",
            title: "takes the article's port by itself",
            script: |stage| Box::pin(port(stage)),
            lessons: lessons::START,
        },
    ],
};

/// What the page's headings say, in one line each.
pub const HEADING: &str = "[...document.querySelectorAll('h1')]\
    .map(h => h.textContent.replace(/[ \\t\\r\\n]+/g, ' ').trim()).join(' / ')";

const MESSAGES: &str = "#messages";
const FIELD: &str = "#messageInput";

/// The button is known by its words, as a person knows it: whichever element it is,
/// and however its HTML is broken into lines.
const BUTTON: &str = "[...document.querySelectorAll('button, input[type=button], input[type=submit]')]\
    .find(b => (b.localName === 'input' ? b.value : b.textContent)\
    .replace(/[ \\t\\r\\n]+/g, ' ').trim() === 'Envoyer le message')";

/// An ampersand that is no entity yet, and an address: who escapes `<` alone, or makes
/// links, makes something else of it.
const ENTITIES: &str = "&amp; &lt;i&gt; https://localhost/";

async fn start(stage: &mut Stage) {
    stage.puts_trusted_pair().await;
    stage.starts(Port::Given).await;
    let line = stage.says_where().await;
    stage.connects_by_tls("").await;
    stage.shows(&line);
    stage.says_free_port().await;
    stage.connects("").await;
}

/// Who asks for the page has not come, and does not leave.
async fn response(stage: &mut Stage) {
    open(stage).await;
    let mut client = stage.connects_by_tls("alice").await;
    stage.notes_addresses();
    client.asks("GET", "/", stage.port(), &[]).await;
    client.hears_head(&["content-type"]).await;
    client.hears_body(false).await;
    client.leaves().await;
    let mut client = stage.connects_by_tls("bob").await;
    client.upgrades(stage.port(), SAMPLE_KEY).await;
    stage.logs().await;
    client.hears_message().await;
    stage.curtain(true).await;
}

async fn server(stage: &mut Stage) {
    open(stage).await;
    ch02_wss_echo::whole(stage).await;
}

async fn document(stage: &mut Stage) {
    open(stage).await;
    let mut page = visit(stage, "").await;
    page.has("lang", "document.documentElement.lang").await;
    page.has("title", "document.title").await;
    page.has("h1", HEADING).await;
    page.has("#messages is a", "document.querySelector('#messages')?.localName ?? 'nothing'").await;
    page.has("#messageInput is a", "document.querySelector('#messageInput')?.localName ?? 'nothing'").await;
    page.has("its placeholder", "document.querySelector('#messageInput')?.placeholder ?? 'nothing'").await;
    page.has("the button", &format!("({BUTTON}) ? 'Envoyer le message' : 'nothing'")).await;
    // What is logged meanwhile is a later step's matter.
    stage.ends_program().await;
}

async fn socket(stage: &mut Stage) {
    open(stage).await;
    let mut page = visit(stage, "").await;
    page.hears().await;
    page.hears().await;
    // The same server by another of its names.
    let other = format!("https://127.0.0.1:{}/", stage.port());
    let mut page = stage.opens_page("", &other).await;
    page.hears().await;
    page.hears().await;
    stage.curtain(false).await;
}

async fn welcome(stage: &mut Stage) {
    open(stage).await;
    let mut page = welcomed(stage, "").await;
    page.stands(MESSAGES).await;
    page.console_is_quiet().await;
    stage.curtain(false).await;
}

async fn send(stage: &mut Stage) {
    open(stage).await;
    let mut page = welcomed(stage, "").await;
    let word = stage.random_word();
    page.types(FIELD, "Ça va ? 🦀").await;
    page.clicks("the button", BUTTON).await;
    page.grows(MESSAGES, 2).await;
    page.has("the field", "document.querySelector('#messageInput').value").await;
    page.types(FIELD, &word).await;
    page.presses_enter(FIELD).await;
    page.grows(MESSAGES, 2).await;
    page.has("the field", "document.querySelector('#messageInput').value").await;
    page.clicks("the button", BUTTON).await;
    page.grows(MESSAGES, 2).await;
    page.types(FIELD, "  deux  espaces ").await;
    page.clicks("the button", BUTTON).await;
    page.grows(MESSAGES, 2).await;
    page.types(FIELD, "au clavier").await;
    page.presses_enter_on("the button", BUTTON).await;
    page.grows(MESSAGES, 2).await;
    page.stands(MESSAGES).await;
    page.console_is_quiet().await;
    stage.curtain(false).await;
}

async fn markup(stage: &mut Stage) {
    open(stage).await;
    let mut page = welcomed(stage, "").await;
    page.types(FIELD, "<b>gras</b> & <img src=x onerror=alert(1)>").await;
    page.clicks("the button", BUTTON).await;
    page.grows(MESSAGES, 2).await;
    page.types(FIELD, ENTITIES).await;
    page.clicks("the button", BUTTON).await;
    page.grows(MESSAGES, 2).await;
    page.has("elements inside", "document.querySelectorAll('#messages p *').length").await;
    page.stands(MESSAGES).await;
    stage.curtain(false).await;
}

/// Above 131 000 bytes Chromium sends fragments.
async fn long(stage: &mut Stage) {
    open(stage).await;
    let mut page = welcomed(stage, "").await;
    page.types(FIELD, &"é".repeat(100_000)).await;
    page.clicks("the button", BUTTON).await;
    page.grows(MESSAGES, 2).await;
    stage.curtain(false).await;
}

async fn two_pages(stage: &mut Stage) {
    open(stage).await;
    let mut alice = welcomed(stage, "alice").await;
    let mut bob = welcomed(stage, "bob").await;
    alice.types(FIELD, "ici Alice").await;
    alice.clicks("the button", BUTTON).await;
    alice.grows(MESSAGES, 2).await;
    bob.types(FIELD, "ici Bob").await;
    bob.clicks("the button", BUTTON).await;
    bob.grows(MESSAGES, 2).await;
    bob.stands(MESSAGES).await;
    alice.stands(MESSAGES).await;
    stage.curtain(false).await;
}

/// Plays a click between the script that makes the socket and the socket's opening,
/// which is a task of its own and comes later, however busy the machine is. Where
/// the document is still being read, the click waits for its end. The first to hear of
/// the opening counts what stands in the conversation already, and reads the words that
/// the page has found since the click: many a page shows them a moment after it.
const EARLY: &str = "\
    const early = () => { \
      window.before = document.body.innerText; \
      document.querySelector('#messageInput').value = 'trop tôt'; \
      BUTTON?.click(); \
      window.after = document.body.innerText }; \
    window.WebSocket = class WebSocket extends window.WebSocket { \
      constructor(...given) { \
        super(...given); \
        this.addEventListener('open', () => { \
          if (window.lines === undefined) { \
            window.lines = document.querySelectorAll('#messages > *').length; \
            window.after += '\\n' + document.body.innerText } }); \
        queueMicrotask(() => document.readyState === 'loading' \
          ? addEventListener('DOMContentLoaded', early) : early()) } }";

/// Whether `after` has a line that the page does not show while it is `connected`, or did
/// not show `before` the click: words may stand there for as long as nothing can be sent,
/// or come when somebody tries.
const NEW_WORDS: &str = "String(Boolean(window.after?.split('\\n').some(line => line.trim() \
    && ![window.before, window.connected].every(text => text.split('\\n').includes(line)))))";

/// Reads the words once the page has been drawn twice: many a page draws itself anew from
/// what it knows, in its next turn or in the next frame. Later words may be about anything.
/// On a busy machine a frame takes its time; the second is for a page that is drawn no more.
const AFTERWARDS: &str = "new Promise(done => { \
    setTimeout(done, 1000); \
    requestAnimationFrame(() => requestAnimationFrame(done)) })\
    .then(() => { window.after = document.body.innerText })";

async fn too_early(stage: &mut Stage) {
    open(stage).await;
    let mut page = stage.sits_down("").await;
    let script = EARLY.replace("BUTTON", &format!("({BUTTON})"));
    page.opens_with(&address(stage), "clicks before the socket is open", &script).await;
    page.grows(MESSAGES, 2).await;
    page.catches_its_errors().await;
    page.has("the field", "document.querySelector('#messageInput').value").await;
    page.evaluate("window.connected = document.body.innerText").await;
    page.has("new words on the page", NEW_WORDS).await;
    page.has("lines before the socket was open", "String(window.lines)").await;
    stage.curtain(false).await;
}

/// Keeps what the page opens, so that it can be closed: a page need not leave its socket
/// where others find it.
const KEEPS: &str = "\
    window.kept = []; \
    window.WebSocket = class WebSocket extends window.WebSocket { \
      constructor(...given) { super(...given); window.kept.push(this) } }";

/// A connection ends in two ways: with a close handshake, and without when the server has
/// gone. The page says so both times.
async fn server_gone(stage: &mut Stage) {
    open(stage).await;
    let mut alice = stage.sits_down("alice").await;
    alice.opens_with(&address(stage), "a script keeps its socket", KEEPS).await;
    alice.grows(MESSAGES, 2).await;
    stage.pen().act("alice: the script closes the socket in order");
    alice.evaluate("kept.forEach(socket => socket.close())").await;
    alice.says("Déconnecté du serveur WebSocket").await;
    let mut page = welcomed(stage, "").await;
    stage.curtain(false).await;
    stage.pen().act("the server has gone");
    page.says("Déconnecté du serveur WebSocket").await;
}

/// The text is there before the server goes: afterwards a page may let nobody type, and
/// have no such button.
async fn too_late(stage: &mut Stage) {
    open(stage).await;
    let mut page = welcomed(stage, "").await;
    page.evaluate("window.before = window.connected = document.body.innerText").await;
    page.types(FIELD, "trop tard").await;
    stage.curtain(false).await;
    stage.pen().act("the server has gone");
    page.loses_its_socket().await;
    page.clicks_what_is_left("the button", BUTTON).await;
    page.evaluate(AFTERWARDS).await;
    page.has("the field", "document.querySelector('#messageInput').value").await;
    page.has("new words on the page", NEW_WORDS).await;
    page.presses_enter(FIELD).await;
    page.has("the field", "document.querySelector('#messageInput').value").await;
    page.stands(MESSAGES).await;
    page.notes_live_region().await;
}

async fn port(stage: &mut Stage) {
    stage.puts_trusted_pair().await;
    stage.takes_port(CHAPTER.port).await;
}

async fn open(stage: &mut Stage) {
    stage.puts_trusted_pair().await;
    stage.opens().await;
}

fn address(stage: &Stage) -> String {
    format!("https://localhost:{}/", stage.port())
}

async fn visit(stage: &mut Stage, name: &'static str) -> Page {
    let address = address(stage);
    stage.opens_page(name, &address).await
}

/// A page that has connected and shown the welcome.
async fn welcomed(stage: &mut Stage, name: &'static str) -> Page {
    let mut page = visit(stage, name).await;
    page.grows(MESSAGES, 2).await;
    page
}
