//! What a difference means until the WebSocket is open and greets, and what to do about it.

use crate::chapter::Lesson;

pub const START: &[Lesson] = &[
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
        when: |case| {
            let broken = case.before().any(|line| line.starts_with("* dave asks"));
            broken && (case.wants("erin ") || case.wants("carol > "))
        },
        why: "A request for an upgrade may lack its key, or want a version that nobody speaks. It is \
            refused (RFC 6455 4.2.1, 4.4), and nobody else notices: here Carol does.",
        next: "Answer 400 where the key is missing, and 426 with sec-websocket-version: 13 for \
            another version. A header that is not there has no value: ask first.",
        book: "the-upgrade",
    },
    Lesson {
        when: |case| {
            let otherwise = |line: String| line.ends_with("Upgrade: WebSocket");
            case.wants(" 101 ") && case.before().any(otherwise)
        },
        why: "Carol asks in letters of another case, which mean the same (RFC 6455 4.2.1, RFC 9110 \
            7.6.1), and offers a subprotocol and an extension, which a server need not take (RFC \
            6455 4.2.2).",
        next: "Compare the words without regard to case, and pass over offers that you do not take.",
        book: "the-upgrade",
    },
    Lesson {
        when: |case| case.wants("426"),
        why: "A request without an upgrade is not a mistake, and there is nothing here for it: \
            426 says that another protocol is required (RFC 9110 15.5.22).",
        next: "Answer such a GET / with 426 and the header upgrade: websocket.",
        book: "the-upgrade",
    },
    Lesson {
        when: |case| case.got("carol < sec-websocket-protocol"),
        why: "A client offers a list of subprotocols, and the answer names one of them, or none \
            (RFC 6455 4.2.2). The list as it came is no answer: the client must fail the connection \
            (4.1).",
        next: "Leave sec-websocket-protocol out, or name the one that you speak.",
        book: "the-upgrade",
    },
    Lesson {
        when: |case| case.got("carol < sec-websocket-extensions"),
        why: "The answer names an extension in the server's own words, not in those of the offer: \
            client_max_window_bits has a value there (RFC 7692 7.1.2.2). Over any other a browser \
            fails the connection.",
        next: "Leave sec-websocket-extensions out: this chapter asks for no extension.",
        book: "the-upgrade",
    },
    Lesson {
        when: |case| case.got("a compressed message is not understood"),
        why: "Who agrees to permessage-deflate gets messages that are compressed, RSV1 says which \
            (RFC 7692 6.2). A browser compresses from then on, and here such a message was not read.",
        next: "Leave sec-websocket-extensions out, or let a library do what it says.",
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
        when: |case| case.wants("| Client connecté") && case.got("| Client déconnecté"),
        why: "Who asks for no WebSocket has not come, and the end of that connection is no \
            departure.",
        next: "Log a departure only of a client whose arrival is in the log.",
        book: "the-welcome",
    },
    Lesson {
        when: |case| case.got("that nobody asked for"),
        why: "A ping now and then asks whether the other side is there (RFC 6455 5.5.2). One after \
            the other leaves no room for anything else.",
        next: "Send your first ping when nothing has come for a while, 20 s say.",
        book: "ping-and-pong",
    },
    Lesson {
        when: |case| case.wants("| Client connecté") && case.got("no line of the log"),
        why: "The log says who comes, at once. Nothing came on standard output after the start \
            line: some languages keep what they print until there is more of it when no terminal \
            is there.",
        next: "Print `Client connecté` when the WebSocket is open, with a line feed at the end \
            (println!, not print!), and flush it.",
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
        why: "A browser shows a text message as a string; a binary one arrives as a Blob \
            (WHATWG WebSockets 4).",
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
        next: "Answer each ping with its payload. A library does so by itself while you read, \
            and nobody reads while std::thread::sleep or a long computation holds the thread.",
        book: "ping-and-pong",
    },
    Lesson {
        when: |_| true,
        why: "This conversation is a welcome and pings; nothing else is said or logged.",
        next: "Keep control frames out of the echo and out of the log.",
        book: "ping-and-pong",
    },
];
