//! What a difference means when a connection ends, in order or not.

use crate::chapter::{Case, Lesson};

const MISSPELT: Lesson = Lesson {
    when: |case| {
        let said = case.got("| Client ") && !case.got("| Client connecté");
        case.wants("| Client déconnecté") && said
    },
    why: "The log is compared byte for byte: accents are UTF-8, and after the last word comes one \
        line feed.",
    next: "Compare the two lines from the caret on.",
    book: "the-goodbye",
};

/// Whether the program heeds what came behind a close frame.
fn heard_too_late(case: &Case<'_>) -> bool {
    let heeded = case.got("bytes more") || case.got("grace < text") || case.got("| Re");
    heeded && case.before().any(|line| line.contains("behind the close frame"))
}

pub const LOGGED_TWICE: Lesson = Lesson {
    when: |case| case.got("| Client déconnecté"),
    why: "This departure was logged twice.",
    next: "Log it at one place, through which every end of the conversation passes.",
    book: "the-goodbye",
};

pub const CLOSE: &[Lesson] = &[
    Lesson {
        when: |case| case.wants("close 1011") && case.got("close 1002"),
        why: "1011 is one of the codes that may be sent (RFC 6455 7.4.1), and the answer says it \
            back.",
        next: "Take 1000 to 1003, 1007 to 1014 and 3000 to 4999; only the others break a rule.",
        book: "the-goodbye",
    },
    Lesson {
        when: heard_too_late,
        why: "A close frame is the last thing that a peer says: what comes behind it is not read \
            any more (RFC 6455 1.4), not answered and not logged.",
        next: "Leave the loop over the messages at the close frame, also when more has come in \
            the same read.",
        book: "the-goodbye",
    },
    Lesson {
        when: |case| case.wants("frank: the connection ends"),
        why: "A client may close in the middle of a message: a close frame is a control frame, and \
            those come between fragments too (RFC 6455 5.4).",
        next: "Heed the close frame whatever is collected, and forget the rest.",
        book: "fragments",
    },
    Lesson {
        when: |case| case.wants("⟨u×114⟩") && case.got("⟨u×") && !case.got("⟨u×114⟩"),
        why: "A reason may be 123 bytes long: with the code that is 125, the most that a control \
            frame holds (RFC 6455 5.5).",
        next: "Answer with the whole payload of the close frame.",
        book: "the-goodbye",
    },
    Lesson {
        when: |case| case.wants("< close") && case.got("< close"),
        why: "The answer to a close frame says the code back (RFC 6455 5.5.1), and here the \
            reason with it: the other side learns that its goodbye was understood.",
        next: "Answer with the payload of the close frame as it came, empty when it was.",
        book: "the-goodbye",
    },
    Lesson {
        when: |case| case.wants("< close"),
        why: "The closing handshake has two halves: who receives a close frame answers it, with \
            the same code (RFC 6455 5.5.1). Without it a browser reports 1006, an abnormal end.",
        next: "Go on reading after the close frame: a library sends its answer then.",
        book: "the-goodbye",
    },
    Lesson {
        when: |case| case.wants("connection ends"),
        why: "After both close frames the server ends the TCP connection (RFC 6455 7.1.1); until \
            then the client waits.",
        next: "Drop the socket when the closing handshake is done.",
        book: "the-goodbye",
    },
    LOGGED_TWICE,
    MISSPELT,
    Lesson {
        when: |case| case.wants("| Client déconnecté"),
        why: "The log says who leaves, however they do.",
        next: "Print `Client déconnecté` after the loop over the messages has ended: on standard \
            output, with a line feed at the end (println!, not print!), and flushed.",
        book: "the-goodbye",
    },
];

pub const VANISH: &[Lesson] = &[
    LOGGED_TWICE,
    MISSPELT,
    Lesson {
        when: |case| case.wants("| Client déconnecté"),
        why: "Most clients never say goodbye: a lid is shut, a network is left. The connection \
            then ends with FIN or RST and no close frame, and it is a departure all the same.",
        next: "Log it after the loop, not in the branch for close frames; an error ends the loop too.",
        book: "the-goodbye",
    },
];
