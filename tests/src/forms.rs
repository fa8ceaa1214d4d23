//! What it means that a program has said the right thing in another form: one to which
//! a standard gives the same meaning.

use crate::report::{Finding, Kind};

/// A form, and what there is to say about it.
struct Form {
    /// Whether the expected and the recorded words differ by it.
    when: fn(&str, &str) -> bool,
    why: &'static str,
    next: &'static str,
}

/// The first that applies is told. What a stream may leave out, or say in another order,
/// is for the lessons of its chapter.
const FORMS: [Form; 7] = [
    Form {
        when: |_, got| got.starts_with("content-type: "),
        why: "Media types compare without case and spaces (RFC 9110 8.3.1), and an event stream is \
            UTF-8 whether it says so or not (WHATWG HTML 9.2.5).",
        next: "Send the header as the expected line has it.",
    },
    Form {
        when: |_, got| got.starts_with("cache-control: "),
        why: "What a cache is told compares without case (RFC 9111 5.2).",
        next: "Send the header as the expected line has it.",
    },
    Form {
        when: |_, got| got.starts_with("\\u{feff}"),
        why: "An event stream may begin with a byte order mark, and clients pass over it (WHATWG \
            HTML 9.2.5).",
        next: "Write the stream's first byte first: an encoder that adds a mark can be told not to.",
    },
    Form {
        when: |_, got| got.ends_with("\\r\\n") || got.ends_with("\\r"),
        why: "CRLF, LF and CR end a line of an event stream alike (WHATWG HTML 9.2.5).",
        next: "End each line with a line feed alone, \\n.",
    },
    Form {
        when: |_, got| matches!(got, "event: message\\n" | "event:message\\n" | "event:\\n"),
        why: "An event without a name is called `message`, so that this name says nothing (WHATWG \
            HTML 9.2.6).",
        next: "Leave the name out.",
    },
    Form {
        when: |wanted, got| got.starts_with("event:") && wanted.starts_with("data:"),
        why: "An event has one name: of several, the last one counts (WHATWG HTML 9.2.6).",
        next: "Write the name once.",
    },
    Form {
        when: |wanted, got| wanted.replacen(": ", ":", 1) == got,
        why: "One space after the colon is no part of the value, and may be left out (WHATWG HTML \
            9.2.6).",
        next: "Write the field's name, a colon, one space, and the value.",
    },
];

/// Why the workbook asks for one form, and how to have another accepted.
const ALIKE: &str = "The workbook asks for one form, so that every reader sees the same bytes.";
const LENIENT: &str = "Or run the check with --lenient, which accepts yours.";

/// Says so, after what there is to say about the words that were expected, and those
/// that came.
pub fn tell(finding: &mut Finding, expected: &str, recorded: &str) {
    finding.kind = Kind::SameMeaning;
    if let Some(form) = FORMS.iter().find(|form| (form.when)(expected, recorded)) {
        finding.why = format!("{} {ALIKE}", form.why);
        finding.next = form.next.into();
    }
    finding.next = format!("{} {LENIENT}", finding.next);
}
