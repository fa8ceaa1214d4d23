//! What a difference means in what is said once the WebSocket is open.

use crate::{
    chapter::{Case, Lesson},
    recorder::log,
    visible,
};

pub const ECHO: &[Lesson] = &[
    Lesson {
        when: |case| {
            case.got("< text \"Serveur reçu") && case.before().any(|line| line == case.recorded)
        },
        why: "This is the answer to the message before, once more: each message has one.",
        next: "Look for a second place that sends the answer.",
        book: "the-echo",
    },
    Lesson {
        when: |case| {
            let refused = case.wants("a×65") && case.got("| Client déconnecté");
            refused || case.wants("a×1048576")
        },
        why: "A message of this length is ordinary, and a length has room for far more (RFC 6455 \
            5.2). The answer is 16 bytes longer than the message.",
        next: "Look for a limit on messages, frames or write buffers in your configuration.",
        book: "the-length",
    },
    Lesson {
        when: |case| case.wants("Reçu :\\x20") || case.wants("reçu : \" 16"),
        why: "An empty message is a message: it has a frame, a length of 0, and an answer.",
        next: "Do not skip messages without text.",
        book: "the-length",
    },
    Lesson {
        when: |case| case.got("toujours en vie"),
        why: "A pong that nobody asked for is a heartbeat, and needs no answer (RFC 6455 5.5.3).",
        next: "Pass over pongs; they are not messages.",
        book: "the-echo",
    },
    Lesson {
        when: |case| case.wants("| Reçu : ") && case.got("| Reçu : \""),
        why: "The text stands between quotes, as {:?} prints it: a form for programmers, which \
            escapes quotes and backslashes too.",
        next: "Print the text with {}.",
        book: "the-echo",
    },
    Lesson {
        when: |case| case.wants("| Reçu : ") && case.got("\\\\u"),
        why: "Letters with accents, and signs outside ASCII, are text like any other. Only what \
            would break a line or steer a terminal is escaped.",
        next: "Escape control characters, U+2028 and U+2029, and keep every other character.",
        book: "one-line",
    },
    Lesson {
        when: |case| case.wants("le signe \u{fffd}"),
        why: "U+FFFD is a character like any other, EF BF BD in UTF-8: a client may send it. It \
            stands for bytes that were no text only where a decoder has put it.",
        next: "Let a strict decoder tell whether text is UTF-8; do not look for U+FFFD afterwards.",
        book: "the-echo",
    },
    Lesson {
        when: |case| case.wants("\\u{feff}"),
        why: "U+FEFF at the beginning is a character of the message. Some decoders take it for a \
            byte order mark and swallow it: TextDecoder does unless told `ignoreBOM: true`.",
        next: "Decode as UTF-8 without looking for a byte order mark.",
        book: "the-echo",
    },
    Lesson {
        when: |case| case.wants("e\\u{301}"),
        why: "Spaces at both ends belong to the message, and so does the way its accents are \
            written: e and U+0301 are two characters, also where é would look the same.",
        next: "Do not trim, and do not normalize; what came goes out again.",
        book: "the-echo",
    },
    Lesson {
        when: |case| case.got("| Client déconnecté"),
        why: "Your program has let the client go, and the client is still there: it has said no \
            goodbye, and its connection is open.",
        next: "Look at what ends the loop over the messages: a pong, an empty message or the first \
            answer is no reason.",
        book: "the-echo",
    },
    Lesson {
        when: |case| case.wants("| Reçu : ") && case.got("| "),
        why: "Each message is logged as it came: `Reçu : ` and its text, one line.",
        next: "Print `Reçu : ` (with a space before and after the colon) and the text as it is.",
        book: "the-echo",
    },
    Lesson {
        when: |case| case.wants("| Reçu : "),
        why: "The log tells what came. Without this line nobody can see it from outside.",
        next: "Print `Reçu : ` and the text for each message, before you answer it: on standard \
            output, with a line feed at the end (println!, not print!), and flushed.",
        book: "the-echo",
    },
    Lesson {
        when: |case| case.wants("< text") && case.got("< binary"),
        why: "A text message is answered by a text message: a browser shows a binary one as a \
            Blob (WHATWG WebSockets 4).",
        next: "Send the answer as text.",
        book: "the-echo",
    },
    Lesson {
        when: |case| case.got(", masked") || case.got("reserved bits") || case.got("longer form"),
        why: "The payload is right, its frame is not: a server sends without a mask, without \
            reserved bits, with the shortest form of the length (RFC 6455 5.1, 5.2).",
        next: "Look at the first two bytes of the frame you write.",
        book: "the-length",
    },
    Lesson {
        when: |case| case.wants("Serveur reçu : ") && case.wants("a×"),
        why: "A length up to 125 stands in the second byte. From 126 on that byte is 126 and two \
            bytes follow, from 65536 on it is 127 and eight follow, highest byte first (RFC 6455 \
            5.2). The answer gets to each border 16 bytes before the message does.",
        next: "Look at how the length is read and written, and for a limit or a 16-bit number.",
        book: "the-length",
    },
    Lesson {
        when: |case| case.wants("Serveur reçu : ") && case.got("< text"),
        why: "The answer is `Serveur reçu : ` and the text, byte for byte: 16 bytes more than \
            what came, since ç takes two.",
        next: "Compare from the caret on: a space before the colon, accents, nothing added.",
        book: "the-echo",
    },
    Lesson {
        when: |case| case.wants("Serveur reçu : "),
        why: "Each message gets its answer on the same connection, and the connection stays open.",
        next: "Loop over the messages, and send the answer for each.",
        book: "the-echo",
    },
];

pub const ARRIVALS: &[Lesson] = &[
    Lesson {
        when: |case| case.wants("⟨l×5000⟩") && case.got("eçu : ") && !case.got("⟨l×"),
        why: "Messages come in an order, and their answers in the same: a client cannot tell \
            otherwise which belongs to which. Here a short one overtook a long one.",
        next: "Finish one message before you begin the next: no task and no timer for each of them.",
        book: "arrivals",
    },
    Lesson {
        when: |case| case.wants("⟨é×"),
        why: "A long frame arrives in many reads, and each of them may end inside a letter. Whoever \
            decodes piece by piece finds half letters at every border.",
        next: "Decode when the payload is whole.",
        book: "arrivals",
    },
    Lesson {
        when: |case| case.wants("⟨b×"),
        why: "TCP carries bytes, not messages: one frame may take several reads, and a read may end \
            anywhere, inside the length or the mask too.",
        next: "Collect bytes until the frame is whole: 2 for its head, then as many as these say.",
        book: "arrivals",
    },
    Lesson {
        when: |_| true,
        why: "TCP carries bytes, not messages: one read may bring two frames. The first one says \
            how long it is (RFC 6455 5.2), and what comes behind it is the next.",
        next: "Keep what is left behind a frame, and look there for another before you read again.",
        book: "arrivals",
    },
];

pub const FRAGMENTS: &[Lesson] = &[
    Lesson {
        when: |case| case.wants("fin vide"),
        why: "FIN ends a message, and its frame may be empty (RFC 6455 5.4).",
        next: "Look at FIN before you look at the payload: a frame without content ends its \
            message too.",
        book: "fragments",
    },
    Lesson {
        when: |case| case.wants("⟨f×60000⟩"),
        why: "A message may come in any number of frames (RFC 6455 5.4). This one had twelve of \
            5000 bytes.",
        next: "Let the length of a whole message have a limit, and the number of its frames none.",
        book: "fragments",
    },
    Lesson {
        when: |case| case.wants("| Reçu : découp") || case.wants("Serveur reçu : découp"),
        why: "A message may come in several frames: one with its opcode, continuations, the last \
            with FIN (RFC 6455 5.4). Only the whole is text: a border may go through a letter.",
        next: "Collect the payloads until FIN, and decode then.",
        book: "fragments",
    },
    Lesson {
        when: |case| case.wants("creux"),
        why: "A frame may be empty, the first one of a message too (RFC 6455 5.4): its opcode has \
            begun the message, whether bytes came or not.",
        next: "Keep the opcode of the first frame until FIN: that says whether a message goes on.",
        book: "fragments",
    },
    Lesson {
        when: |case| case.wants("pong"),
        why: "Control frames may come between the fragments of a message, and are answered there \
            (RFC 6455 5.4).",
        next: "Answer the ping, and go on collecting.",
        book: "fragments",
    },
    Lesson {
        when: |_| true,
        why: "After a message in fragments the conversation goes on as before.",
        next: "Empty what you collected once the message is whole.",
        book: "fragments",
    },
];

/// What the transcript says before half of a frame is with the server.
pub const HALF: &str = "half of Alice's frame leaves";

/// What it says before the other half is.
pub const OTHER_HALF: &str = "the other half leaves";

/// Whether a message was on its way, in half of its frame or in the first of its frames.
fn is_amid_messages(case: &Case<'_>) -> bool {
    let done = |act: &str| case.before().any(|line| line.strip_prefix("* ") == Some(act));
    let half = done(HALF) && !done(OTHER_HALF);
    let last = case.before().find(|line| line.contains(" > text "));
    half || last.is_some_and(|line| line.ends_with("not the last"))
}

pub const TWO_CLIENTS: &[Lesson] = &[
    Lesson {
        when: |case| {
            let answered = case.before().any(|line| line.starts_with("alice <"));
            case.got(" for 5 s") && !answered
        },
        why: "Dave has connected and asks for nothing yet, and Alice waits for him. Who comes first \
            may take any time over a request, and nobody else has to.",
        next: "Give each connection a task of its own, and read its request there, not where the \
            next one is accepted.",
        book: "each-client-alone",
    },
    Lesson {
        when: is_amid_messages,
        why: "A client was in the middle of a message when another spoke. What has come of it \
            belongs to the client that sent it, and the other does not wait for the rest.",
        next: "Keep with each connection what is read of a frame, the parts of a message and \
            their kind, and hold no lock while you read.",
        book: "each-client-alone",
    },
    Lesson {
        when: |case| {
            let carol = |line: String| line.starts_with("carol ");
            case.got("no line of the log") && case.before().any(carol)
        },
        why: "A third client came while two were there, and was not served until one of them \
            would leave.",
        next: "Find what there is two of: threads in a pool, places in a queue. Each connection \
            needs its own.",
        book: "each-client-alone",
    },
    Lesson {
        when: |case| case.wants("alice < ") && case.got("alice < text"),
        why: "Alice heard something that was not for her.",
        next: "Send the answer to the client that sent the message, and to nobody else.",
        book: "each-client-alone",
    },
    Lesson {
        when: |case| case.wants("bob < ") && case.got("bob < text"),
        why: "Bob heard something that was not for him.",
        next: "Send the answer to the client that sent the message, and to nobody else.",
        book: "each-client-alone",
    },
    Lesson {
        when: |_| true,
        why: "Two clients are served side by side, each as if it were alone.",
        next: "Give each connection a task of its own; where it has one, look for what the tasks \
            share: a lock held across an `await`, say.",
        book: "each-client-alone",
    },
];

pub const BINARY: &[Lesson] = &[
    Lesson {
        when: |case| case.expected.is_empty() && case.got("| "),
        why: "Bytes are read as text, and a client can put a line feed or an escape sequence into \
            them as into any text: here it wrote into your log.",
        next: "Log a binary message through the same function as a text message.",
        book: "one-line",
    },
    Lesson {
        when: |case| case.wants("marque"),
        why: "A byte order mark is a part of the message like any other character: what came comes \
            back.",
        next: "Decode with String::from_utf8_lossy, or a TextDecoder with ignoreBOM.",
        book: "bytes",
    },
    Lesson {
        when: |case| case.wants("< text") && case.got("< binary"),
        why: "The article's server answers bytes with text, and so does ours: the answer has a \
            prefix that is text.",
        next: "Send the answer as a text message.",
        book: "bytes",
    },
    Lesson {
        when: |case| case.wants("découpé"),
        why: "A binary message may come in several frames too (RFC 6455 5.4). Continuations have no \
            type of their own: the first frame says that all of it is bytes, and only the whole is \
            read as UTF-8.",
        next: "Keep the opcode of the first frame until FIN, and decode then.",
        book: "fragments",
    },
    Lesson {
        when: |case| case.wants("Serveur reçu : ") && case.got("reçu : ["),
        why: "The numbers between brackets are the bytes as {:?} prints them, and no text.",
        next: "Decode the bytes with String::from_utf8_lossy, and answer with the text.",
        book: "bytes",
    },
    Lesson {
        when: |case| case.wants("reçu : é\"") && case.got("Ã"),
        why: "Each byte was taken for a character. In UTF-8 é is two bytes, C3 A9, and one \
            character.",
        next: "Decode all bytes together with String::from_utf8_lossy, not one by one.",
        book: "bytes",
    },
    Lesson {
        when: |case| case.wants("\u{fffd}"),
        why: "Text frames hold UTF-8 (RFC 6455 5.6), and these bytes are none. Each maximal piece \
            that is not becomes one U+FFFD (WHATWG Encoding 8.1.1).",
        next: "Decode with String::from_utf8_lossy.",
        book: "bytes",
    },
    Lesson {
        when: |case| case.wants("Serveur reçu : ") && case.got("< text"),
        why: "The answer is `Serveur reçu : ` and the bytes read as UTF-8, nothing more and \
            nothing less.",
        next: "Compare from the caret on, and see how the bytes become text.",
        book: "bytes",
    },
    Lesson {
        when: |_| true,
        why: "A binary message is read as UTF-8 and answered as text, whatever its bytes.",
        next: "Handle binary messages next to text messages; an error must not end the loop.",
        book: "bytes",
    },
];

/// Whether this is one line of the log: then it is what stands in it that is wrong.
fn is_one_line(case: &Case<'_>) -> bool {
    let line = case.recorded.strip_prefix("| ").and_then(visible::bytes);
    line.is_some_and(|line| log::break_of(&line, "Reçu : ").is_none())
}

pub const LOG: &[Lesson] = &[
    Lesson {
        when: |case| case.wants("one line of the log") && is_one_line(case),
        why: "The line lacks letters of the message that are no control characters. Who could \
            cut a line of your log could hide in it what follows.",
        next: "Put an escape in the place of each control character, and leave what stands around \
            it.",
        book: "one-line",
    },
    Lesson {
        when: |case| {
            let rarer = case.got("onglet") || case.got("\\x02") || case.got("\\u{9b}");
            case.wants("one line of the log") && rarer
        },
        why: "There are 65 control characters: all below U+0020, the tab too, and U+007F to U+009F. \
            Each may steer a terminal: U+009B begins an escape sequence as ESC and [ do.",
        next: "Escape the whole category Cc, by char::is_control or \\p{Cc}, and not a list of a few.",
        book: "one-line",
    },
    Lesson {
        when: |case| case.wants("one line of the log"),
        why: "A client wrote into your log: a line feed makes a line that you never logged, an \
            escape sequence steers the terminal of whoever reads it.",
        next: "Escape control characters, U+2028 and U+2029 for the log, with char::escape_default \
            for example. Where you have written that: is it called where you log?",
        book: "one-line",
    },
    Lesson {
        when: |case| case.wants("| Reçu : "),
        why: "Only control characters are escaped; a backslash, a quote or an accent is logged as \
            it is.",
        next: "Escape character by character, instead of printing with {:?}.",
        book: "one-line",
    },
    Lesson {
        when: |case| case.wants("Serveur reçu"),
        why: "Escaping is for the log. The client gets its text back as it sent it.",
        next: "Build the answer from the message, and the log line from its escaped copy.",
        book: "one-line",
    },
];
