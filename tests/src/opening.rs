//! What a difference means where a program starts and says where it is: in every
//! chapter it does so alike.

use crate::chapter::Lesson;

/// The end of a start line.
const PORT: fn(char) -> bool = |c| c.is_ascii_digit() || matches!(c, '\\' | 'n');

/// Looked through after a step's own lessons, whichever step it is.
pub const WORDS: &[Lesson] = &[
    Lesson {
        when: |case| case.wants("| Serveur") && case.got("no start line"),
        why: "The start line is how a person, and a script, learns where the server is. Nothing \
            came on standard output: standard error is for complaints, and some languages keep \
            what they print until there is more of it when no terminal is there.",
        next: "Print the line on standard output, and flush it. If you do, see what the program \
            waits for before it comes there.",
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
        next: "Read PORT, and fall back to the port above when it is not set.",
        book: "the-start-line",
    },
];
