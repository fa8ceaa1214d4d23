//! What a difference means in ch04, and what to do about it.

use crate::chapter::{Case, Lesson};

pub const HEAD: &[Lesson] = &[
    Lesson {
        when: |case| case.got(" pass") && case.wants("< HTTP"),
        why: "The head was held back until there was something to send after it. A browser \
            fires `open` when the head comes (WHATWG HTML 9.2.3): until then its user sees a page \
            that is still connecting.",
        next: "Return the response before the first event is there; flush the head if your \
            framework buffers it.",
        book: "the-head",
    },
    Lesson {
        when: |case| case.wants("HTTP/1.1 200") && case.got("HTTP/1.1 2"),
        why: "An EventSource takes 200 and no other status, not even another one of success: it \
            gives up for good (WHATWG HTML 9.2.3).",
        next: "Answer with 200.",
        book: "the-head",
    },
    Lesson {
        when: |case| case.wants("HTTP/1.1 200"),
        why: "GET /sse is where the stream lives. Anything but 200 makes an EventSource give up \
            for good (WHATWG HTML 9.2.3).",
        next: "Add a route for GET /sse that answers with an event stream.",
        book: "step-1",
    },
    Lesson {
        when: |case| case.got("content-encoding"),
        why: "A compressor collects bytes until it has enough to compress. Events come out late, \
            and in bunches.",
        next: "Leave compression off for this response.",
        book: "the-head",
    },
    Lesson {
        when: |case| case.wants("content-type"),
        why: "EventSource reads a response only when its type is text/event-stream (WHATWG HTML \
            9.2.3); with another it fires `error` and does not try again. No charset is needed: \
            an event stream is always UTF-8.",
        next: "Send the header content-type: text/event-stream, and nothing after it.",
        book: "the-head",
    },
    Lesson {
        when: |case| case.wants("cache-control") && case.got("< cache-control: "),
        why: "cache-control: no-cache is what the workbook asks of a stream: a cache asks again \
            each time before it answers with what it has (RFC 9111 5.2.2.4).",
        next: "Send the header cache-control: no-cache, and nothing else in it.",
        book: "the-head",
    },
    Lesson {
        when: |case| case.wants("cache-control"),
        why: "Without cache-control a cache between server and browser may keep the stream and \
            serve an old one; no-cache makes it ask again each time (RFC 9111 5.2.2.4).",
        next: "Send the header cache-control: no-cache.",
        book: "the-head",
    },
];

pub const EVENT: &[Lesson] = &[
    Lesson {
        when: |case| case.got("response ends") || case.got("connection ends"),
        why: "The response ended, so the browser sees its stream break and connects again after \
            some seconds, from 0.",
        next: "Keep the response open: the stream of events has no end of its own.",
        book: "step-2",
    },
    Lesson {
        when: |case| case.got("in pieces"),
        why: "An event leaves in one write. The pieces of this one came with time between them: \
            the browser shows nothing until the last is there, and a server that ends in between \
            leaves half an event behind. The time shown is the program's own.",
        next: "Put the whole event together, its blank line too, and write it once; what it waits \
            for comes before that.",
        book: "the-blank-line",
    },
    Lesson {
        when: |case| case.got("< data: data:"),
        why: "The field's name stands there twice: whoever writes the event puts it before the \
            text that is given, and a browser takes off one.",
        next: "Give the text alone: `Ceci est le message ` and its number.",
        book: "the-event",
    },
    Lesson {
        when: |case| case.wants("data: ") && case.got("< : Ceci"),
        why: "A line that begins with a colon is a comment: browsers ignore it. The event's text \
            stands in one.",
        next: "Make it the event's data.",
        book: "the-event",
    },
    Lesson {
        when: |case| case.later("< :") && !case.later("< data"),
        why: "A line that begins with a colon is a comment: browsers ignore it. Comments come, and \
            no event does.",
        next: "Write each event as a line that begins with `data: `, and an empty line.",
        book: "the-event",
    },
    Lesson {
        when: |case| case.later("< :") && !case.wants("1 s passes"),
        why: "A line that begins with a colon is a comment: browsers ignore it, and servers send \
            it to keep a quiet connection open. This stream speaks every second and needs none.",
        next: "Leave the keep-alive comment out, or make it rarer than the events.",
        book: "the-event",
    },
    Lesson {
        when: |case| case.got("< \\n"),
        why: "An empty line ends an event. With no data before it there is no event to end, and \
            the browser passes over it (WHATWG HTML 9.2.6).",
        next: "Write the data line first, then one empty line and no more.",
        book: "the-blank-line",
    },
    Lesson {
        when: |case| case.wants("1 s passes") && case.got("< "),
        why: "This event came without its second of waiting. A tokio interval ticks at once the \
            first time, and then once per period.",
        next: "Let the first tick come after one period: tokio::time::interval_at, or a sleep \
            first. If it does, the period is too short.",
        book: "the-timer",
    },
    Lesson {
        when: |case| case.wants("1 s passes") && case.got("no event"),
        why: "The contract asks for one event a second, and in several seconds none came.",
        next: "Check the period of your timer, and that somebody reads from what you return: a \
            stream does nothing until it is polled.",
        book: "the-timer",
    },
    Lesson {
        when: |case| case.wants("1 s passes"),
        why: "The contract asks for one event a second, the first after one second. The time \
            shown is the program's own: a busy machine is allowed for.",
        next: "Check the period of your timer, and that nothing else is waited for between ticks.",
        book: "the-timer",
    },
    Lesson {
        when: |case| case.wants("< \\n") && (case.got("data:\\x20\\n") || case.got("data:\\n")),
        why: "The data goes on in a second line, which is empty: a line feed in the data begins \
            another line of data (WHATWG HTML 9.2.6), and does not end the event.",
        next: "Give the text without a line feed; whoever writes the event ends it.",
        book: "the-blank-line",
    },
    Lesson {
        when: |case| case.wants("< \\n") && case.later("< \\n"),
        why: "An event ends at an empty line (WHATWG HTML 9.2.6). Until one comes the browser \
            keeps collecting lines, and shows nothing: a blank line that comes with the next \
            event makes every event one second late.",
        next: "End what you write with two line feeds, in the same write.",
        book: "the-blank-line",
    },
    Lesson {
        when: |case| case.wants("< \\n"),
        why: "An event ends at an empty line (WHATWG HTML 9.2.6). Until one comes the browser \
            keeps collecting lines into the same event, and shows nothing.",
        next: "End the event with an empty line right after its data.",
        book: "the-blank-line",
    },
    Lesson {
        when: |case| case.got("< event:") || case.got("< id:") || case.got("< retry:"),
        why: "This chapter's event has data and nothing else. Another name than `message` would \
            send it past `onmessage`; an id or a retry time changes how the browser comes back.",
        next: "Leave the field out; named events are the next chapter's matter.",
        book: "the-event",
    },
    Lesson {
        when: |case| case.wants("data: ") && case.got("data: {"),
        why: "This chapter's data is plain text. JSON is data too, and a browser hands either to \
            `onmessage` as it is; the next chapter sends some.",
        next: "Send the text itself after `data: `.",
        book: "the-event",
    },
    Lesson {
        when: |case| case.wants("data: ") && case.got("< ") && !case.got("data:"),
        why: "Each line of an event begins with a field name and a colon; a line with an unknown \
            name is thrown away without a word (WHATWG HTML 9.2.6).",
        next: "Begin the line with `data: `.",
        book: "the-event",
    },
    Lesson {
        when: |case| case.wants("message 0") && case.counts_otherwise(),
        why: "The first event of every client is number 0.",
        next: "Start the counter at 0, for each request anew, and add one after each event.",
        book: "a-count-of-its-own",
    },
    Lesson {
        when: |case| case.wants("data: ") && case.counts_otherwise(),
        why: "The numbers go up by one with each event, so that a reader sees at once when one \
            is lost.",
        next: "Add one to the counter for each event, no more and no less.",
        book: "a-count-of-its-own",
    },
    Lesson {
        when: |case| case.wants("data: ") && case.got("data:"),
        why: "The data of each event is `Ceci est le message ` and its number, byte for byte: that \
            is what the browser hands to the page.",
        next: "Compare from the caret on.",
        book: "the-event",
    },
];

pub const TWO_READERS: &[Lesson] = &[
    Lesson {
        when: |case| case.wants("200 OK") && case.got(" 406 "),
        why: "Who sends no `accept` takes any answer (RFC 9110 12.5.1), and curl sends */*.",
        next: "Answer GET /sse with the stream, whatever the request says that it accepts.",
        book: "the-head",
    },
    Lesson {
        when: |case| case.got("in pieces"),
        why: "An event leaves in one write. The pieces of this one came with time between them, \
            and did not while there was one client alone.",
        next: "Put the whole event together before you write it, and write it once.",
        book: "a-count-of-its-own",
    },
    Lesson {
        when: |case| case.wants("bob < data") && case.got("bob < data"),
        why: "Bob joined a count that Alice had begun: one counter is shared between all clients.",
        next: "Make the counter inside the handler, so that each request has its own.",
        book: "a-count-of-its-own",
    },
    Lesson {
        when: |case| case.wants("carol < data") && case.got("carol < data"),
        why: "Carol came when Alice had left, and goes on with the count that Alice left behind.",
        next: "Make the counter when a request comes, and let it go with its client.",
        book: "a-count-of-its-own",
    },
    Lesson {
        when: |case| case.wants("alice < data") && case.got("alice < data"),
        why: "Bob's coming changed Alice's numbers: one counter is shared between all clients.",
        next: "Make the counter inside the handler, so that each request has its own.",
        book: "a-count-of-its-own",
    },
    Lesson {
        when: |case| case.wants("bob < ") && (case.got("bob: no") || case.got("bob: the server")),
        why: "Bob is not served while Alice listens. An event stream never ends, so a server \
            that finishes one client before the next serves only the first.",
        next: "Give each connection a task (or a thread) of its own; where it has one, look for \
            what they share: a lock held across an `await`, say.",
        book: "a-count-of-its-own",
    },
    Lesson {
        when: |case| case.wants("1 s passes"),
        why: "Each client has a timer of its own, which starts when its request comes.",
        next: "Make the timer inside the handler, not once for the whole server.",
        book: "a-count-of-its-own",
    },
];

/// Whether the last request before the difference holds this.
fn asked(case: &Case<'_>, line: &str) -> bool {
    let request = case.before().find(|said| said.ends_with(" HTTP/1.1"));
    request.is_some_and(|said| said.contains(line))
}

pub const OTHER_REQUESTS: &[Lesson] = &[
    Lesson {
        when: |case| case.wants("404") && asked(case, "GET / "),
        why: "This chapter has no page: what is not there is 404 (RFC 9110 15.5.5), and `/` is no \
            exception.",
        next: "Answer only /sse with the stream, and everything else with 404.",
        book: "other-requests",
    },
    Lesson {
        when: |case| case.wants("OPTIONS gets"),
        why: "OPTIONS asks which methods there are (RFC 9110 9.3.7), not for what is there: a \
            browser sends it before a request of another origin, and waits for its end.",
        next: "Give the stream to GET alone, and refuse every method that you do not name.",
        book: "other-requests",
    },
    Lesson {
        when: |case| case.wants("HEAD gets"),
        why: "The answer to HEAD is the head that GET would have, and nothing behind it (RFC 9110 \
            9.3.2): who asks takes the next bytes for the next answer.",
        next: "Answer HEAD with the head alone, or with 405.",
        book: "other-requests",
    },
    Lesson {
        when: |case| case.wants("404"),
        why: "What is not there is 404 (RFC 9110 15.5.5). A stream on every path would hide a \
            reader's typing mistake.",
        next: "Answer only /sse with the stream, and everything else with 404.",
        book: "other-requests",
    },
    Lesson {
        when: |case| case.wants("405") && case.got(" 404 "),
        why: "404 says that nothing is there. /sse is there for GET, and for this method the answer \
            is 405 (RFC 9110 15.5.6).",
        next: "See whether /sse has a route yet; then let it answer other methods with 405.",
        book: "other-requests",
    },
    Lesson {
        when: |case| case.wants("405"),
        why: "/sse is there for GET, and not for this method: that is 405 (RFC 9110 15.5.6).",
        next: "Route GET /sse by method, and answer other methods with 405.",
        book: "other-requests",
    },
    Lesson {
        when: |case| case.wants("allow"),
        why: "A 405 must say in `allow` which methods there are (RFC 9110 15.5.6).",
        next: "Send allow: GET with the 405.",
        book: "other-requests",
    },
];

pub const SLEEP: &[Lesson] = &[
    Lesson {
        when: |case| case.got("without a pause"),
        why: "Everyone has left, and the program computes as fast as it can: something asks again \
            and again whether there is anything to do. It takes a whole core from all others.",
        next: "Wait for the thing itself, a tick or the end of a connection, instead of asking \
            for it in a loop.",
        book: "the-timer-that-never-dies",
    },
    Lesson {
        when: |case| case.got("the first event reaches"),
        why: "Each client has a stream of its own, however many there are. Here some were \
            answered, and their first event did not come.",
        next: "Look for a number of clients that is fixed somewhere: a pool of threads, a list, a \
            limit, a lock that one of them keeps.",
        book: "a-count-of-its-own",
    },
    Lesson {
        when: |case| case.got("for nobody"),
        why: "Everyone has left, and the timers of those who were here still run: each wakes the \
            process once a second, and they are never fewer. The article's server does this.",
        next: "Let the timer belong to the response: a stream that is dropped with its client \
            (or clear the interval when the connection closes).",
        book: "the-timer-that-never-dies",
    },
    Lesson {
        when: |case| case.wants("answered") || case.got("answered"),
        why: "Many clients at once are an ordinary evening for a server.",
        next: "Answer each connection in a task of its own, and hold no lock while waiting.",
        book: "the-timer-that-never-dies",
    },
];
