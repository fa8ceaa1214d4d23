//! What a difference means in ch02, and what to do about it.

use crate::chapter::Lesson;

/// The end of a start line.
const PORT: fn(char) -> bool = |c| c.is_ascii_digit() || matches!(c, '\\' | 'n');

pub const START: &[Lesson] = &[
    Lesson {
        when: |case| case.wants("| Serveur") && case.got("no start line"),
        why: "The start line is how a person, and a script, learns where the server is. Nothing \
            came on standard output: standard error is for complaints, and some languages keep \
            what they print until there is more of it when no terminal is there.",
        next: "Print the line on standard output, and flush it.",
        book: "the-start-line",
    },
    Lesson {
        when: |case| case.wants("| Serveur") && case.got(case.expected.trim_end_matches(PORT)),
        why: "PORT in the environment says where to listen, so that two servers can run at once, \
            and the start line says where that is.",
        next: "Listen on PORT, and print the port that the listener has.",
        book: "the-start-line",
    },
    Lesson {
        when: |case| case.wants("| Serveur"),
        why: "The start line is how a person, and a script, learns where the server is. Scripts \
            look for the very bytes: spaces are U+0020, apostrophes U+0027, accents UTF-8.",
        next: "Compare the two lines from the caret on.",
        book: "the-start-line",
    },
    Lesson {
        when: |case| case.got("the start line"),
        why: "PORT=0 asks the system for any free port. Only the program can tell which one it \
            got, and it tells it at the end of its start line.",
        next: "Ask the listener for its local address, and print the port in it.",
        book: "the-start-line",
    },
    Lesson {
        when: |case| case.wants("takes port"),
        why: "Without PORT in its environment the server takes the port of the article.",
        next: "Read PORT, and fall back to 8080 when it is not set.",
        book: "the-start-line",
    },
    Lesson {
        when: |case| case.got("handshake"),
        why: "TCP connects, and TLS does not come about: wss is WebSocket inside TLS.",
        next: "Serve with the pair in cert.pem and key.pem, as in chapter 1.",
        book: "the-start-line",
    },
    Lesson {
        when: |case| case.got("not the one in cert.pem"),
        why: "cert.pem and key.pem were there, and the program showed another certificate.",
        next: "Load the pair in the current directory, as in chapter 1.",
        book: "the-start-line",
    },
];

pub const UPGRADE: &[Lesson] = &[
    Lesson {
        when: |case| case.wants("426"),
        why: "A request without an upgrade is not a mistake, and there is nothing here for it: \
            426 says that another protocol is required (RFC 9110 15.5.22).",
        next: "Answer such a GET / with 426 and the header upgrade: websocket.",
        book: "the-upgrade",
    },
    Lesson {
        when: |case| case.got("sec-websocket-extensions") || case.got("sec-websocket-protocol"),
        why: "The server chose something that the client had not offered, and the client must \
            fail the connection (RFC 6455 4.1).",
        next: "Name an extension or a subprotocol only when the request lists it.",
        book: "the-upgrade",
    },
    Lesson {
        when: |case| case.wants("< upgrade: websocket") && !case.wants("101"),
        why: "A 426 must say which protocol it wants, in `upgrade` (RFC 9110 15.5.22); a 101 must \
            say which one follows (7.8).",
        next: "Send the header upgrade: websocket.",
        book: "the-upgrade",
    },
    Lesson {
        when: |case| case.wants("bob < HTTP/1.1 101"),
        why: "Alice got her WebSocket and Bob, who asks as Firefox does, did not: names of headers \
            compare without case (RFC 9110 5.1), and `connection` is a list (7.6.1), here \
            `keep-alive, Upgrade`.",
        next: "Compare names without case, and look for `upgrade` among the items of the list.",
        book: "the-upgrade",
    },
    Lesson {
        when: |case| case.wants("101"),
        why: "101 ends HTTP on this connection: what follows are WebSocket frames (RFC 6455 \
            4.2.2). Without it a browser gives up.",
        next: "Answer a GET / that asks for upgrade: websocket with 101.",
        book: "the-upgrade",
    },
    Lesson {
        when: |case| case.wants("sec-websocket-accept"),
        why: "The answer proves that the server has understood the question: base64 of the SHA-1 \
            of the client's key followed by 258EAFA5-E914-47DA-95CA-C5AB0DC85B11 (RFC 6455 4.2.2). \
            A browser closes the connection over any other value.",
        next: "Compute it from the key of this request, with nothing trimmed or decoded.",
        book: "the-upgrade",
    },
    Lesson {
        when: |case| case.wants("connection: upgrade"),
        why: "A 101 carries connection: upgrade, so that a proxy on the way knows that `upgrade` \
            is meant for it too (RFC 9110 7.6.1).",
        next: "Send the header connection: upgrade.",
        book: "the-upgrade",
    },
];

pub const WELCOME: &[Lesson] = &[
    Lesson {
        when: |case| case.wants("| Client connecté") && case.got("no line of the log"),
        why: "The log says who comes, at once. Nothing came on standard output after the start \
            line: some languages keep what they print until there is more of it when no terminal \
            is there.",
        next: "Print `Client connecté` when the WebSocket is open, and flush it.",
        book: "the-welcome",
    },
    Lesson {
        when: |case| case.wants("| Client connecté") && case.got("| Client "),
        why: "The log is compared byte for byte: accents are UTF-8, and after the last word comes \
            one line feed.",
        next: "Compare the two lines from the caret on.",
        book: "the-welcome",
    },
    Lesson {
        when: |case| case.wants("| Client connecté"),
        why: "The log says who comes, in the order in which things happen: the line stands before \
            the welcome is sent.",
        next: "Print `Client connecté` once, when the WebSocket is open.",
        book: "the-welcome",
    },
    Lesson {
        when: |case| case.wants("Bienvenue") && case.got("binary"),
        why: "A browser shows a text message as a string; a binary one arrives as a Blob (RFC \
            6455 5.6).",
        next: "Send the welcome as a text message.",
        book: "the-welcome",
    },
    Lesson {
        when: |case| case.got("masked"),
        why: "A server must not mask what it sends; a client must close over a masked frame (RFC \
            6455 5.1).",
        next: "Send your frames with the mask bit 0 and no masking key.",
        book: "the-welcome",
    },
    Lesson {
        when: |case| case.got("reserved bits"),
        why: "The reserved bits are 0 unless an extension was agreed on, and none was (RFC 6455 \
            5.2).",
        next: "Send the first byte of a text frame as 0x81.",
        book: "the-welcome",
    },
    Lesson {
        when: |case| case.got("longer form"),
        why: "A length takes the shortest of its three forms (RFC 6455 5.2): one byte up to 125, \
            three up to 65535, nine above.",
        next: "Choose the form by the number of bytes in the payload.",
        book: "the-welcome",
    },
    Lesson {
        when: |case| case.wants("Bienvenue") && case.got("< text"),
        why: "The welcome is compared byte for byte: accents are UTF-8, and French has a space \
            before the exclamation mark, U+0020 here.",
        next: "Compare the two lines from the caret on.",
        book: "the-welcome",
    },
    Lesson {
        when: |case| case.expected.is_empty() && case.got("| Client connecté"),
        why: "One client came, and the log says so twice.",
        next: "Print `Client connecté` at one place, when the WebSocket is open.",
        book: "the-welcome",
    },
    Lesson {
        when: |case| case.wants("Bienvenue"),
        why: "In a WebSocket both sides may speak at any time, so the server can speak first.",
        next: "Send the welcome right after the upgrade, before you wait for anything.",
        book: "the-welcome",
    },
];

pub const PING: &[Lesson] = &[
    Lesson {
        when: |case| case.wants("pong") && case.got("Bienvenue"),
        why: "The welcome came once, and here it comes again.",
        next: "Send the welcome at one place, when the WebSocket is open.",
        book: "the-welcome",
    },
    Lesson {
        when: |case| case.wants("pong") && (case.got("< text") || case.got("< binary")),
        why: "A ping is a question of the protocol, not a message (RFC 6455 5.5.2): its answer is \
            a pong, and the people on both sides never see either.",
        next: "Answer with a pong alone; a library has sent it already.",
        book: "ping-and-pong",
    },
    Lesson {
        when: |case| case.wants("pong"),
        why: "A ping asks whether you are still there; the pong must carry the same payload (RFC \
            6455 5.5.3). Who does not answer is taken for dead.",
        next: "Answer each ping with its payload. A library does so by itself while you read.",
        book: "ping-and-pong",
    },
    Lesson {
        when: |_| true,
        why: "This conversation is a welcome and pings; nothing else is said or logged.",
        next: "Keep control frames out of the echo and out of the log.",
        book: "ping-and-pong",
    },
];

pub const ECHO: &[Lesson] = &[
    Lesson {
        when: |case| case.wants("a×1048576"),
        why: "A message of 1 MiB is ordinary: the length has room for far more (RFC 6455 5.2). \
            The answer is 16 bytes longer than the message.",
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
        when: |case| case.wants("| Reçu : ") && case.got("| "),
        why: "Each message is logged as it came: `Reçu : ` and its text, one line.",
        next: "Print `Reçu : ` (with a space before and after the colon) and the text as it is.",
        book: "the-echo",
    },
    Lesson {
        when: |case| case.wants("| Reçu : "),
        why: "The log tells what came. Without this line nobody can see it from outside.",
        next: "Print `Reçu : ` and the text for each message, before you answer it.",
        book: "the-echo",
    },
    Lesson {
        when: |case| case.wants("< text") && case.got("< binary"),
        why: "A text message is answered by a text message: a browser shows a binary one as a \
            Blob (RFC 6455 5.6).",
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

pub const FRAGMENTS: &[Lesson] = &[
    Lesson {
        when: |case| case.wants("| Reçu : découp") || case.wants("Serveur reçu : découp"),
        why: "A message may come in several frames: one with its opcode, continuations, the last \
            with FIN (RFC 6455 5.4). Only the whole is text: a border may go through a letter.",
        next: "Collect the payloads until FIN, and decode then.",
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

pub const TWO_CLIENTS: &[Lesson] = &[
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
        next: "Give each connection a task of its own.",
        book: "each-client-alone",
    },
];

pub const BINARY: &[Lesson] = &[
    Lesson {
        when: |case| case.wants("< text") && case.got("< binary"),
        why: "The article's server answers bytes with text, and so does ours: the answer has a \
            prefix that is text.",
        next: "Send the answer as a text message.",
        book: "bytes",
    },
    Lesson {
        when: |case| case.wants("\u{fffd}"),
        why: "Text frames hold UTF-8 (RFC 6455 5.6), and these bytes are none. Each maximal piece \
            that is not becomes one U+FFFD (WHATWG Encoding, section 4).",
        next: "Decode with String::from_utf8_lossy.",
        book: "bytes",
    },
    Lesson {
        when: |_| true,
        why: "A binary message is read as UTF-8 and answered as text, whatever its bytes.",
        next: "Handle binary messages next to text messages; an error must not end the loop.",
        book: "bytes",
    },
];

pub const LOG: &[Lesson] = &[
    Lesson {
        when: |case| case.wants("one line of the log"),
        why: "A client wrote into your log: a line feed makes a line that you never logged, an \
            escape sequence steers the terminal of whoever reads it.",
        next: "Escape control characters, U+2028 and U+2029 for the log, char::escape_default say.",
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
