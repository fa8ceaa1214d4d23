//! What a conversation's own words tell when bytes break the rules of their
//! protocol's framing, whatever the chapter: nothing inside can be read then, and
//! a step's lessons, which are about what is inside, do not apply.

use crate::report::{Finding, Kind};

/// A sentence of the transcript, why it matters, what to try next.
struct Break {
    says: &'static str,
    why: &'static str,
    next: &'static str,
}

const BREAKS: &[Break] = &[
    Break {
        says: "not an HTTP response: ",
        why: "A response begins with a status line, HTTP/1.1 and three digits, and goes on with \
            header lines, each a name, a colon and visible characters (RFC 9112 2.1, 5). A \
            client reads no further when it does not.",
        next: "Let a library write the head, or compare yours with the standard byte by byte.",
    },
    Break {
        says: "the response head is longer than ",
        why: "No client reads a head without end: each has its limit, browsers some hundred \
            kilobytes, and gives up there.",
        next: "See what is written into the header lines, and that an empty line follows them.",
    },
    Break {
        says: ", not one number of bytes",
        why: "A length is one number in digits (RFC 9110 8.6). With anything else, or with two, \
            no client knows where the body ends, and it has to take the response for a broken \
            one (RFC 9112 6.3).",
        next: "Send content-length once, the bytes of the body in UTF-8; a stream has none.",
    },
    Break {
        says: ", not chunked alone",
        why: "A server may put a body into chunks unasked, and into no other coding (RFC 9112 \
            6.1): a client that has not asked for it need not be able to read it.",
        next: "Leave transfer-encoding to the library that writes the response, or take it out.",
    },
    Break {
        says: "a chunk size is not ",
        why: "Each chunk begins with its size in hexadecimal digits and CRLF (RFC 9112 7.1). A \
            client that cannot read a size cannot find the next chunk, and ends the connection.",
        next: "Write the number of bytes that follow, in hexadecimal, and CRLF.",
    },
    Break {
        says: "a chunk is longer or shorter ",
        why: "After as many bytes as a chunk's size says comes CRLF (RFC 9112 7.1). Here come \
            other bytes: the size counts something else, characters perhaps, or there is no CRLF.",
        next: "Count the bytes of the chunk in UTF-8, not its characters, and write CRLF after \
            them.",
    },
    Break {
        says: "the server announces a frame of ",
        why: "A frame says in its first bytes how many follow (RFC 6455 5.2), the long forms with \
            the highest byte first. A client would have to wait for all of them.",
        next: "See how the length is written: 7 bits, or 126 and 16 bits, or 127 and 64 bits.",
    },
    Break {
        says: "no rest of the frame",
        why: "A frame says in its first bytes how long it is (RFC 6455 5.2): up to 125 in the \
            second byte; else that byte is 126 and two bytes follow, or 127 and eight, highest \
            byte first. This one announces more than comes.",
        next: "Look at how the length is written, and that the whole frame is written and \
            flushed before the connection ends.",
    },
    Break {
        says: "no rest of the response head",
        why: "A head ends with an empty line (RFC 9112 2.1). A client has its beginning here, and \
            never the end: it cannot even tell the status.",
        next: "Write the whole head, its empty line with it, and flush it.",
    },
    Break {
        says: "no end of the body",
        why: "The head says neither how long the body is nor that it comes in chunks, so the \
            body lasts until the connection ends (RFC 9112 6.3), and that stays open: a client \
            waits for the rest.",
        next: "Send content-length, or end the connection after the body.",
    },
    Break {
        says: "more bytes than content-length says",
        why: "A client reads as many bytes of the body as content-length says (RFC 9112 6.3), and \
            takes the next for the beginning of another response.",
        next: "Count the bytes of the body in UTF-8, not its characters.",
    },
    Break {
        says: "no rest of the body",
        why: "The head said how long the body is, or that it comes in chunks (RFC 9112 6), and \
            the body has not come to that end.",
        next: "Compare content-length with the bytes you write; end chunks with one of size 0.",
    },
    Break {
        says: "the step is not over after ",
        why: "A step ends when its time is over, and this one was not done: the program computed \
            all the while, or each of its answers came late.",
        next: "Look for a loop that does not end, and for a wait before each answer. \
            `cargo xtask wire` shows the conversation with its times.",
    },
    Break {
        says: "the chapter is not over after ",
        why: "A chapter ends when its time is over, and this step was not done then: the \
            program computed all the while, or each of its answers came late.",
        next: "Look for what takes so long in the steps before this one too. \
            `cargo xtask wire` shows the conversation with its times.",
    },
    Break {
        says: " is not over after ",
        why: "Bytes go on coming, and what they are to be is never whole. A client that waits as \
            long as somebody sends waits for ever, so each has a limit.",
        next: "Look for a loop that writes and never comes to the end of what it writes.",
    },
    Break {
        says: "the transcript is full",
        why: "The program says so much that the check stopped listening. A client cannot use what \
            comes faster than it can read.",
        next: "Look for a loop that sends without waiting for anything.",
    },
];

/// Whether one of the recorded lines says that the framing is broken; then the
/// finding is about that. Two lines: what came, and what was wrong with it.
pub fn tells(finding: &mut Finding, recorded: &[String]) -> bool {
    let first = &recorded[..recorded.len().min(2)];
    let says = |line: &String, words: &str| line.starts_with("* ") && line.contains(words);
    let Some((line, found)) = first.iter().find_map(|line| {
        let found = BREAKS.iter().find(|one| says(line, one.says))?;
        Some((line, found))
    }) else {
        return false;
    };
    if finding.recorded.last() != Some(line) {
        finding.recorded.push(line.clone());
        finding.caret = None;
        finding.place.clear();
    }
    if finding.kind == Kind::Timing {
        finding.kind = Kind::Missing;
    }
    (finding.why, finding.next) = (found.why.into(), found.next.into());
    true
}
