//! What a difference means when a client breaks the rules.

use crate::chapter::{Case, Lesson};

/// Whether the conversation went on after a frame that was broken in this way.
fn broken(case: &Case<'_>, way: &str) -> bool {
    let sent = case.before().find(|line| line.starts_with("* mallory sends"));
    goes_on(case) && sent.is_some_and(|line| line.contains(way))
}

/// Whether the conversation went on where it had to end.
fn goes_on(case: &Case<'_>) -> bool {
    case.got("still connected") || case.got("mallory < ")
}

const ANSWERED: Lesson = Lesson {
    when: |case| case.got("mallory < close"),
    why: "This close frame is none, and its answer is none either. Codes travel from 1000 to 1003, \
        from 1007 to 1011 and from 3000 to 4999 (RFC 6455 7.4), and three that were registered \
        later; 1005, 1006 and 1015 are words between a program and its own library, and the \
        others mean nothing. A reason is UTF-8.",
    next: "Look at the code and the reason before you say them back, and else just end the \
        connection.",
    book: "bad-frames",
};

pub const STAYS: Lesson = Lesson {
    when: goes_on,
    why: "A peer that breaks the protocol cannot be understood any more: the connection must \
        be failed (RFC 6455 7.1.7), not answered and not kept.",
    next: "End the connection at the first frame that breaks a rule.",
    book: "bad-frames",
};

const UNLOGGED: Lesson = Lesson {
    when: |case| case.wants("| Client déconnecté") && !case.got("exits"),
    why: "However a connection ends, it is a departure, and logged.",
    next: "Log it after the loop, through which errors pass too.",
    book: "bad-frames",
};

const ALONE: Lesson = Lesson {
    when: |_| true,
    why: "A bad frame of one client must hurt that client alone. The article's server ends \
        here, and takes everyone along.",
    next: "Handle the error of a connection where that connection is served.",
    book: "bad-frames",
};

const UNMASKED: Lesson = Lesson {
    when: |case| broken(case, "without a mask"),
    why: "A client masks every frame, its pings and its close frame too, and a server must close \
        over one that is not (RFC 6455 5.1).",
    next: "Test the mask bit before you look at the opcode.",
    book: "bad-frames",
};

pub const BAD_FRAMES: &[Lesson] = &[
    Lesson {
        when: |case| broken(case, "reserved bit"),
        why: "Each of the three reserved bits belongs to an extension (RFC 6455 5.2). Without one \
            nobody knows what the frame means, be it a message or a ping.",
        next: "Test all three in every frame, first & 0x70, and end the connection if one is set.",
        book: "bad-frames",
    },
    UNMASKED,
    Lesson {
        when: |case| broken(case, "opcode"),
        why: "Six opcodes have a meaning, and ten are reserved: 3 to 7 and 0xB to 0xF (RFC 6455 \
            5.2). Whoever sends one of those speaks another protocol.",
        next: "Ask for the six that you know, and end the connection for every other.",
        book: "bad-frames",
    },
    Lesson {
        when: |case| broken(case, "sends text"),
        why: "Bytes that are no UTF-8 are no text, and the connection must be failed (RFC 6455 8.1). \
            That is so for a character in more bytes than it needs, for half of a surrogate pair \
            and for a message that ends inside a letter (RFC 3629 3).",
        next: "Decode the whole message with a strict decoder: one that reports and does not repair.",
        book: "bad-frames",
    },
    Lesson {
        when: |case| broken(case, "first bit set"),
        why: "The first of the eight bytes of a length begins with 0 (RFC 6455 5.2). With a 1 the \
            length is no number that anything could have, and waiting for it lasts for ever.",
        next: "End the connection over that bit, or over any length above a limit of your own.",
        book: "bad-frames",
    },
    STAYS,
    UNLOGGED,
    ALONE,
];

const FRAGMENT: Lesson = Lesson {
    when: |case| broken(case, "close frame in fragments"),
    why: "Control frames come whole: FIN is set in each of them (RFC 6455 5.5). This one is not, so \
        it breaks a rule, and nothing is said back.",
    next: "Test FIN in every control frame, and end the connection where it is not set.",
    book: "bad-frames",
};

pub const BAD_CLOSES: &[Lesson] = &[FRAGMENT, UNMASKED, ANSWERED, STAYS, UNLOGGED, ALONE];
