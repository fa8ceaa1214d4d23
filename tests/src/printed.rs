//! What a line of the log means that no contract asks for: most often one that was
//! printed for trying, and forgotten.

use crate::chapter::{Case, Lesson};

/// How the lines begin that some chapter asks for.
const ASKED: [&str; 4] = [
    "| Serveur ",
    "| Client connecté",
    "| Client déconnecté",
    "| Reçu :",
];

/// Whether the line that was expected stands on standard error.
fn is_astray(case: &Case<'_>) -> bool {
    let said = case
        .expected
        .strip_prefix("| ")
        .and_then(|line| line.strip_suffix("\\n"));
    let complaints = &case.recording.complaints;
    said.is_some_and(|said| complaints.lines().any(|line| line == said))
}

/// Looked through before a step's own lessons, when the program has logged, or has not
/// although it should.
pub const WORDS: &[Lesson] = &[
    Lesson {
        when: |case| case.got("* no line of the log") && is_astray(case),
        why: "The line is right, and it went to standard error. The log is standard output: that \
            is what others read.",
        next: "Print it on standard output: with println! in Rust, where eprintln! is the other.",
        book: "the-start-line",
    },
    Lesson {
        when: |case| case.got("| ") && case.expected.strip_suffix("\\n") == Some(case.recorded),
        why: "The words are right, and it has no line feed yet. Whoever reads a log line by line \
            waits for that end: until it comes, more may belong to the line.",
        next: "End the line with a line feed: println! in Rust, where print! adds none.",
        book: "the-start-line",
    },
    Lesson {
        when: |case| case.wants("| Serveur ") && !case.recorded.to_lowercase().contains("serv"),
        why: "The first line on standard output is the start line: scripts wait for it, and read \
            where the server is in it. Another line came in its place.",
        next: "Let the start line be the first. What is there for you alone goes to standard error, \
            with eprintln! in Rust.",
        book: "the-start-line",
    },
    Lesson {
        when: |case| case.recorded == "| \\n" && is_besides(case),
        why: "Standard output is the program's log, and an empty line is a line of it, which no \
            contract asks for.",
        next: "What prints a line ends it, println! and log::line too: a line feed at the end of \
            the text itself makes an empty line besides. Take that line feed out.",
        book: "the-start-line",
    },
    Lesson {
        when: |case| is_besides(case),
        why: "Standard output is the program's log, and others read it: it has the lines of the \
            contract, in the order in which things happen, and no other. This one came besides.",
        next: "Take that line out, or print it on standard error, where anything may stand: with \
            eprintln! in Rust.",
        book: "the-start-line",
    },
];

/// Whether it is none of a contract's lines, and the expected one, where it is one
/// of the log, comes after it all the same.
fn is_besides(case: &Case<'_>) -> bool {
    let asked = ASKED.iter().any(|begin| case.recorded.starts_with(begin));
    let expected = case.expected.trim_end();
    case.got("| ") && !asked && (!case.wants("| ") || case.later(expected))
}
