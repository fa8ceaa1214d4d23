//! What a difference means in ch05, and what to do about it.

use crate::chapter::{Case, Lesson};

pub use crate::chapters::ch04_sse_counter::lessons::{
    HEAD, OTHER_REQUESTS, SLEEP, TWO_READERS,
};

pub const RESPONSE: &[Lesson] = &[
    Lesson {
        when: |case| case.wants("content-type"),
        why: "With another type the browser shows the source, or reads é as two letters (RFC 9110 \
            8.3).",
        next: "Send content-type: text/html; charset=utf-8.",
        book: "the-page",
    },
    Lesson {
        when: |_| true,
        why: "The page and its stream come from one server: a page from elsewhere could not read \
            the stream.",
        next: "Answer GET / with the page.",
        book: "the-page",
    },
];

pub const TICKS: &[Lesson] = &[
    Lesson {
        when: |case| case.got("in pieces"),
        why: "An event leaves in one write. The pieces of this one came with time between them: \
            the browser shows nothing until the last is there.",
        next: "Put the whole event together, its blank line too, and write it once.",
        book: "two-events",
    },
    Lesson {
        when: |case| case.got(" pass") && case.wants("< HTTP"),
        why: "The head was held back until there was something to send after it; the browser \
            fires `open` when the head comes (WHATWG HTML 9.2.3).",
        next: "Return the response before the first event is there.",
        book: "the-head",
    },
    Lesson {
        when: |case| case.got("< \\n"),
        why: "An empty line ends an event. With no data before it there is no event to end, and \
            the browser passes over it (WHATWG HTML 9.2.6).",
        next: "Write one empty line after each event, and no more.",
        book: "two-events",
    },
    Lesson {
        when: |case| case.wants("1 s passes"),
        why: "One tick a second, the first after one second; both events belong to the tick.",
        next: "Write the ping and the message at the same tick.",
        book: "step-2",
    },
    Lesson {
        when: |case| case.wants("event: ping") && case.got("data: Ceci est le message"),
        why: "Both events belong to the tick, the ping first.",
        next: "Write the ping and then the message, from one timer.",
        book: "step-2",
    },
    Lesson {
        when: |case| case.wants("event: ping") && case.got("data: {") && is_named_later(case),
        why: "A browser hears the same in either order (WHATWG HTML 9.2.6); the workbook asks for \
            the name first, so that every reader sees the same bytes.",
        next: "Write `event: ping` as the first line of the event, before its data.",
        book: "two-events",
    },
    Lesson {
        when: |case| case.wants("event: ping") && case.got("data: {"),
        why: "This event has no name, so a browser fires it as `message` (WHATWG HTML 9.2.6): a \
            listener for `ping` never hears of it.",
        next: "Write `event: ping` as the first line of the event, before its data.",
        book: "two-events",
    },
    Lesson {
        when: |case| case.wants("event: ping"),
        why: "The field `event` gives an event its name, and comes before the empty line that \
            sends it (WHATWG HTML 9.2.6). Names are compared letter by letter.",
        next: "Write `event: ping` as the first line of the event, before its data.",
        book: "two-events",
    },
    Lesson {
        when: |case| case.wants("\"[second time]") || case.wants("\"[third time]"),
        why: "The first ping was right. Each has the time of its own tick, which is within two \
            seconds of now.",
        next: "Ask for the time at each tick, not once when the client comes.",
        book: "two-events",
    },
    Lesson {
        when: |case| case.wants("{\"time\"") && case.got("\"time\": "),
        why: "To JSON a space outside of the quotes means nothing. The workbook asks for none, so \
            that every reader sees the same bytes.",
        next: "Leave out the space after the colon.",
        book: "two-events",
    },
    Lesson {
        when: |case| case.wants("{\"time\"") && !case.got("{\"time\":"),
        why: "The ping's data is JSON: an object with one member, `time`. Names and strings stand \
            between double quotes, and are compared letter by letter (RFC 8259 7, 8.3).",
        next: "Compare from the caret on: {\"time\":\"2026-01-02T03:04:05Z\"} is the form.",
        book: "two-events",
    },
    Lesson {
        when: |case| case.wants("{\"time\"") && is_a_count(case),
        why: "Seconds since 1970 are a count. RFC 3339 writes an instant as a date and a time of \
            day: {\"time\":\"2026-01-02T03:04:05Z\"}.",
        next: "Format the instant, and do not print the number.",
        book: "two-events",
    },
    Lesson {
        when: |case| case.wants("{\"time\"") && !case.got("{\"time\":\""),
        why: "A string in JSON stands between double quotes (RFC 8259 7). Without them JSON.parse \
            throws, and no page reads the time.",
        next: "Put the time between quotes: {\"time\":\"2026-01-02T03:04:05Z\"}.",
        book: "two-events",
    },
    Lesson {
        when: |case| case.wants("{\"time\""),
        why: "The ping's data is JSON with one member, the present instant in UTC as RFC 3339 \
            writes it, with Z or +00:00 at the end: {\"time\":\"2026-01-02T03:04:05Z\"}.",
        next: "Format the time of now as RFC 3339 has it, in UTC and not in the machine's own zone.",
        book: "two-events",
    },
    Lesson {
        when: |case| case.wants("< \\n"),
        why: "The empty line ends the ping. Without it the message becomes a second line of the \
            ping's data.",
        next: "End each of the two events with an empty line.",
        book: "two-events",
    },
    Lesson {
        when: |case| case.wants("message") && case.got("< event:"),
        why: "An unnamed event goes to `onmessage`, a named one to listeners of its name. The \
            name of the ping does not last beyond its empty line.",
        next: "Write the message without an `event` line.",
        book: "two-events",
    },
    Lesson {
        when: |case| case.wants("data: Ceci") && case.counts_otherwise(),
        why: "After each ping comes the message with the next number, from 0.",
        next: "Start the counter at 0, for each request anew, and add one at each tick.",
        book: "a-count-of-its-own",
    },
    Lesson {
        when: |case| case.wants("message"),
        why: "After each ping comes the message with the next number, from 0.",
        next: "Write both events at each tick, the ping first.",
        book: "step-2",
    },
];

/// Whether the time is digits alone, with a point or without.
fn is_a_count(case: &Case<'_>) -> bool {
    let time = case.recorded.split_once("{\"time\":").map_or("", |(_, time)| time);
    let digits = time.trim_start_matches('"').trim_end_matches("\\n").trim_end_matches(['"', '}']);
    digits.chars().all(|c| c.is_ascii_digit() || c == '.') && !digits.is_empty()
}

/// Whether the event that begins here has a name all the same, below its data.
fn is_named_later(case: &Case<'_>) -> bool {
    let inside = case.rest.iter().take_while(|line| !line.ends_with("< \\n"));
    inside.into_iter().any(|line| line.contains("< event:"))
}

pub const DOCUMENT: &[Lesson] = &[
    Lesson {
        when: |case| case.wants("lang: "),
        why: "A screen reader chooses its voice by `lang`: French read by an English voice is \
            hard to understand (WHATWG HTML 3.2.6.2).",
        next: "Write <html lang=\"fr\">.",
        book: "the-page",
    },
    Lesson {
        when: |_| true,
        why: "The list is found by its id, the page by its title and heading; they are in the \
            contract.",
        next: "Compare the line above with your HTML.",
        book: "the-page",
    },
];

const ATTRIBUTE: Lesson = Lesson {
    when: |case| case.got("<li "),
    why: "The list is compared as it stands in the DOM, and an attribute is a part of that: here a \
        line is a <li> without any.",
    next: "Append a <li> without attributes: a style sheet finds it as `#list li`.",
    book: "two-listeners",
};

pub const LIST: &[Lesson] = &[
    ATTRIBUTE,
    Lesson {
        when: |case| case.wants("<li>ping à ") && case.got("<li>message : {"),
        why: "The ping was shown as a message: its listener is the one for unnamed events.",
        next: "addEventListener(\"ping\", …) hears events of that name; onmessage hears the others.",
        book: "two-listeners",
    },
    Lesson {
        when: |case| case.wants("<li>ping à ") && case.got("<li>ping à "),
        why: "The data of a ping is JSON, and the time is one of its members.",
        next: "Show JSON.parse(event.data).time, as it stands there.",
        book: "the-time-of-a-ping",
    },
    Lesson {
        when: |case| case.wants("<li>ping à ") && case.later("addEventListener"),
        why: "The script ended with an error before the ping had its listener: `addEventListener` \
            was called on something that is no EventSource.",
        next: "Let the function that opens the EventSource return it.",
        book: "when-the-page-does-nothing",
    },
    Lesson {
        when: |case| case.wants("<li>ping à ") && case.is_nearly(),
        why: "The ping is shown, and in other words than were agreed on. They are compared byte for \
            byte: accents are UTF-8.",
        next: "Compare the two lines from the caret on.",
        book: "two-listeners",
    },
    Lesson {
        when: |case| {
            case.wants("<li>ping à ") && (case.later("console.error") || case.later("uncaught: "))
        },
        why: "The ping came to its listener, which complained on the console: its data is a text \
            until JSON.parse has read it, and the time is a member of what comes out.",
        next: "Show JSON.parse(event.data).time.",
        book: "the-time-of-a-ping",
    },
    Lesson {
        when: |case| case.wants("<li>ping à "),
        why: "A named event reaches only the listeners of its name; onmessage never hears of it \
            (WHATWG HTML 9.2.6).",
        next: "Let the listener for `ping`, `showPing` in the exercise, append one <li>.",
        book: "two-listeners",
    },
    Lesson {
        when: |case| case.wants("<li>message : "),
        why: "An unnamed event arrives as `message`; each makes one <li>.",
        next: "Listen with onmessage, and append `message : ` and event.data.",
        book: "two-listeners",
    },
    Lesson {
        when: |case| case.wants("hears ") && case.got("hears "),
        why: "The browser heard an event twice. One EventSource hears each event once: the page \
            has opened another, or has opened its own anew.",
        next: "Open one EventSource when the page loads, and give both listeners to it.",
        book: "two-listeners",
    },
    Lesson {
        when: |case| case.wants("hears "),
        why: "The browser did not hear what the stream should carry by now.",
        next: "Open an EventSource on `/sse` when the page loads, and see the steps above.",
        book: "two-listeners",
    },
    Lesson {
        when: |case| case.got("console") || case.got("browser "),
        why: "The console is where a developer looks for trouble, and here there is none.",
        next: "Take out what was printed for trying, and see to the rest.",
        book: "the-page",
    },
];

pub const MESSAGES: &[Lesson] = &[
    ATTRIBUTE,
    Lesson {
        when: |case| case.got("the page asks for "),
        why: "The stream lives on /sse. A browser that asks elsewhere gets 404, and an EventSource \
            then gives up for good (WHATWG HTML 9.2.3).",
        next: "Open the EventSource on `/sse`, letter by letter.",
        book: "the-address",
    },
    Lesson {
        when: |case| case.wants("message 7") && case.got("<li>message : &"),
        why: "The first message was there and has gone: a list keeps what came before.",
        next: "Append each <li>, and leave the others where they are.",
        book: "two-listeners",
    },
    Lesson {
        when: |case| case.wants("message 7"),
        why: "An unnamed event arrives as `message`; each makes one <li>.",
        next: "Open an EventSource on `/sse`; append `message : ` and event.data for each event.",
        book: "two-listeners",
    },
    Lesson {
        when: |case| case.wants("  deux  espaces "),
        why: "Of the spaces after the colon the browser takes one away; the others are data \
            (WHATWG HTML 9.2.6), and shown as they came.",
        next: "Append event.data as it is.",
        book: "two-listeners",
    },
    Lesson {
    when: |_| true,
    why: "What arrives is text. Put into innerHTML it becomes markup: whoever can write to the \
        stream can then run code in your page.",
    next: "Set textContent, which makes no elements.",
    book: "text-is-not-markup",
    },
];

pub const BAD_PING: &[Lesson] = &[
    Lesson {
        when: |case| case.got("minuit") || case.wants("ping à midi<"),
        why: "JSON may have spaces, other members, and \\u0064 for d; and with a brace that is \
            never closed it is none. A search in the text knows nothing of that.",
        next: "Let JSON.parse read the data, and show its `time`.",
        book: "a-ping-that-is-not-json",
    },
    Lesson {
        when: |case| case.wants("<li>") && case.got("<li>"),
        why: "A ping without a time appends nothing: `undefined` tells a reader nothing.",
        next: "Append only when the data is JSON with a string in `time`.",
        book: "a-ping-that-is-not-json",
    },
    Lesson {
        when: |case| case.wants("the console reports"),
        why: "A ping that cannot be read is passed over on the page, and reported on the console, \
            where a developer looks.",
        next: "console.error each ping whose data is not JSON with a time.",
        book: "a-ping-that-is-not-json",
    },
    Lesson {
        when: |_| true,
        why: "One bad event must not end the stream for those that come after it.",
        next: "Catch the error inside the listener, and leave the EventSource open.",
        book: "a-ping-that-is-not-json",
    },
];
