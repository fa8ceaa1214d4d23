//! What a browser's own words mean: the errors that end a page before it could
//! say anything of its own.

use crate::chapter::Lesson;

/// How a sentence about a page begins that has stopped.
const STUCK: &str = "the page does not ";

/// How the browser says that there was no page to show.
const NO_PAGE: &str = "the browser shows an error page";

/// How the transcript says that a page tells more than is listened to.
const TOO_MUCH: &str = "the page says more than";

/// Whether an act says that there was no page to go on with.
pub fn tells_of_no_page(act: &str) -> bool {
    [STUCK, NO_PAGE, TOO_MUCH]
        .iter()
        .any(|words| act.contains(words))
}

/// Whether the browser could not read the script; JSON that cannot be read is
/// another matter, and has the same name.
fn in_the_script(line: &str) -> bool {
    line.contains("uncaught: SyntaxError") && !line.contains("JSON")
}

/// Looked through before a step's own lessons, when the console has spoken.
pub const WORDS: &[Lesson] = &[
    Lesson {
        when: |case| case.got(STUCK),
        why: "A page has one thread: while a script runs, nothing else does, no event, no click, \
            no drawing. One that waits in a loop, or in a dialog, waits for ever.",
        next: "Look for a loop without an end, and for alert, confirm or prompt; what is to happen \
            later belongs in a listener.",
        book: "when-the-page-does-nothing",
    },
    Lesson {
        when: |case| case.got(TOO_MUCH),
        why: "Whatever a page logs or sends is work for the browser and for whoever reads it; the \
            pages of this book say a few lines.",
        next: "Look for console.log or send in a loop without an end, in a short timer or in a \
            handler that calls itself, and for one of something very large.",
        book: "when-the-page-does-nothing",
    },
    Lesson {
        when: |case| case.got("the page loaded anew"),
        why: "A form that is submitted goes to its address, which is the page itself: everything \
            on it begins anew, and the socket with it.",
        next: "Call event.preventDefault() in the listener of `submit`, and look whether that \
            listener is there.",
        book: "sending",
    },
    Lesson {
        when: |case| case.rest.iter().any(|line| in_the_script(line)),
        why: "A script with a syntax error is not run at all: not the lines before the error, not \
            the listeners after it. The page stands there and does nothing, as the article's own \
            listing does.",
        next: "Look at that line and column of client.html; a bracket that is never closed shows \
            only at the end.",
        book: "when-the-page-does-nothing",
    },
    Lesson {
        when: |case| case.later("SecurityError") || case.later("Mixed Content"),
        why: "A page that came by https may not open a ws: socket: what is safe would lean on what \
            is not.",
        next: "Open wss:, on the host the page came from.",
        book: "the-address",
    },
    Lesson {
        when: |case| case.later("MIME type"),
        why: "EventSource reads a response only when its type is text/event-stream (WHATWG HTML \
            9.2.3), and gives up for good over another.",
        next: "Send content-type: text/event-stream on /sse, and let the page ask for that path.",
        book: "when-the-page-does-nothing",
    },
    Lesson {
        when: |case| case.later("ERR_UNSAFE_PORT"),
        why: "Browsers refuse some ports whoever asks, since other protocols live there (WHATWG \
            Fetch, port blocking).",
        next: "Choose another port.",
        book: "when-the-page-does-nothing",
    },
    Lesson {
        when: |case| case.later("ERR_CERT"),
        why: "The browser trusts the certificate in cert.pem and no other, and the server showed \
            another one.",
        next: "Serve with the pair in the current directory, and connect to the host it names.",
        book: "when-the-page-does-nothing",
    },
    Lesson {
        when: |case| case.got(NO_PAGE),
        why: "The browser asked for the page and had none to show: the answer never came whole, \
            was empty, or was a file to keep (content-disposition: attachment).",
        next: "Answer GET / with 200, content-type: text/html; charset=utf-8, and the page as \
            the body.",
        book: "when-the-page-does-nothing",
    },
    Lesson {
        when: |case| case.later("WebSocket connection to"),
        why: "The browser tried to open the socket where the page told it to, and no WebSocket \
            answered there.",
        next: "Build the address from where the page came: `wss://` and location.host.",
        book: "the-address",
    },
    Lesson {
        when: |case| case.later("blocked by CORS"),
        why: "A page may read a stream only from where it came, unless the server says otherwise \
            (WHATWG Fetch, CORS protocol).",
        next: "Open the EventSource on `/sse`, without a host.",
        book: "the-address",
    },
    Lesson {
        when: |case| case.later("InvalidStateError"),
        why: "A socket that is still connecting takes nothing: send() throws, and what stood after \
            it is not done.",
        next: "Look at readyState before you send.",
        book: "not-connected",
    },
    Lesson {
        when: |case| case.later("uncaught: SyntaxError"),
        why: "JSON.parse throws when the text is no JSON, and nobody caught it.",
        next: "Look at that line and column of client.html, and use try and catch around it.",
        book: "when-the-page-does-nothing",
    },
    Lesson {
        when: |case| case.later("ReferenceError"),
        why: "That name means nothing where it is used: what a function declares is out of reach \
            outside it, and an onclick in the HTML sees only what the whole page sees.",
        next: "Look at that line and column of client.html, and declare it where both can see it.",
        book: "when-the-page-does-nothing",
    },
    Lesson {
        when: |case| case.later("properties of undefined (reading 'data')"),
        why: "What stands before `.data` there is undefined: while the script runs no event has \
            come yet, and its handler gets one when it does.",
        next: "Look at that line and column of client.html, and give a function that takes the \
            event, `(event) => …`, where one is called at once.",
        book: "when-the-page-does-nothing",
    },
    Lesson {
        when: |case| case.later("properties of undefined"),
        why: "What stands before the dot there is undefined, as is what a function gives that ends \
            without `return`.",
        next: "Look at that line and column of client.html: does the function called there \
            return what it makes?",
        book: "when-the-page-does-nothing",
    },
    Lesson {
        when: |case| case.later("properties of null"),
        why: "What stands before the dot there is null: the page has no element of that id, or has \
            none yet where the script runs.",
        next: "Look at that line and column of client.html, and compare the id with the one in \
            the HTML.",
        book: "when-the-page-does-nothing",
    },
    Lesson {
        when: |case| case.later("uncaught: "),
        why: "An error that nobody catches ends the function it happens in; the page goes on as \
            if the rest had not been written.",
        next: "Look at that line and column of client.html.",
        book: "when-the-page-does-nothing",
    },
];
