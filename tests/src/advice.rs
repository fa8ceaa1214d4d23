//! From a difference to a finding: what it means and what to do next.
//!
//! What the process itself tells comes first (a step not written yet, a panic,
//! an early end, another port), then the step's own lessons, then words that
//! are true of any difference.

use crate::{
    chapter::{Case, Chapter, Step},
    comparison::{Difference, OddLine},
    console, doubled, evidence, excess, forms, framing, opening, printed,
    recorder::Recording,
    report::{Finding, Kind},
    transcript::{self, Entry, Speaker, Unit},
    unfilled, visible,
};

/// The finding for a difference. `same_meaning` when a standard allows it.
pub fn finding(
    chapter: &Chapter,
    step: &Step,
    difference: &Difference,
    recording: &Recording,
    same_meaning: bool,
) -> Finding {
    let mut finding = bare(difference, recording);
    let case = Case {
        expected: difference.expected.last().map_or("", String::as_str),
        recorded: &difference.recorded,
        recording,
        rest: &difference.rest,
    };
    // Where the browser has spoken, or the page can no longer, that comes before
    // the step's lessons.
    let entry = recording.transcript.0.get(difference.entry);
    let spoken =
        entry.is_some_and(|entry| entry.unit == Unit::Page && evidence::is_console(&entry.said));
    let stuck = entry
        .is_some_and(|entry| entry.unit == Unit::Action && console::tells_of_no_page(&entry.said));
    let logged = entry.is_some_and(|entry| {
        entry.speaker == Speaker::Log || entry.said.starts_with("no line of the log")
    });
    let words = match () {
        () if spoken || stuck => console::WORDS,
        () if logged => printed::WORDS,
        () => &[],
    };
    let lesson = words
        .iter()
        .chain(step.lessons)
        .chain(opening::WORDS)
        .find(|lesson| (lesson.when)(&case));
    let page = format!("{}.html", chapter.slug);
    finding.book = lesson.map_or(page.clone(), |lesson| format!("{page}#{}", lesson.book));
    if excess::tells(&mut finding, recording) {
        return finding;
    }
    // A line that the program did say explains itself; what the process tells
    // explains why nothing was said.
    let silent = entry.is_none_or(|entry| entry.speaker == Speaker::Stage);
    if silent && evidence::process_tells(&mut finding, chapter, recording) {
        return finding;
    }
    if let Some((place, step)) = evidence::unwritten_in_page(chapter, &difference.rest) {
        evidence::is_unwritten(&mut finding, chapter, &place, &step);
        return finding;
    }
    if framing::tells(&mut finding, &difference.rest)
        || doubled::tells(&mut finding)
        || unfilled::tells(&mut finding)
    {
        return finding;
    }
    match lesson {
        Some(lesson) => (finding.why, finding.next) = (lesson.why.into(), lesson.next.into()),
        None => (finding.why, finding.next) = any_difference(&case, &finding),
    }
    if same_meaning {
        let words = |line| transcript::read(line).map_or("", |read| read.said);
        forms::tell(&mut finding, words(case.expected), words(case.recorded));
    }
    finding
}

/// The difference without its meaning.
fn bare(difference: &Difference, recording: &Recording) -> Finding {
    let entries = &recording.transcript.0;
    let entry = entries.get(difference.entry);
    let expected_line = difference.expected.last().map_or("", String::as_str);
    let said = |entry: &Entry| entry.speaker != Speaker::Stage;
    if let Some(after) = after_a_wait(difference, entries, expected_line) {
        return after;
    }
    let mut recorded = entry.map_or(Vec::new(), |entry| {
        context(&entries[..difference.entry], entry)
    });
    recorded.extend(entry.map(Entry::line));
    recorded.extend(comment_after(difference, entries));
    let kind = match entry {
        None => Kind::Missing,
        Some(entry) if is_about_time(entry, expected_line) => Kind::Timing,
        Some(_) if expected_line.is_empty() => Kind::Unexpected,
        Some(entry) if said(entry) => Kind::Differs,
        Some(_) => Kind::Missing,
    };
    // Of the context, what was said by the one who should speak here.
    let mark = |line: &str| {
        line.split(' ')
            .find(|word| matches!(*word, "*" | "<" | "|"))
            .map(str::to_owned)
    };
    let speaks = |line: &String| line.is_empty() || mark(line) == mark(expected_line);
    let skip = difference
        .expected
        .iter()
        .rposition(|line| !speaks(line))
        .map_or(0, |at| at + 1);
    // What was to be done before a look at the files is no expectation of theirs.
    let skip = match entry {
        Some(entry) if entry.unit == Unit::File => {
            skip.max(difference.expected.len().saturating_sub(recorded.len()))
        }
        _ => skip,
    };
    let points = entry.is_some_and(said) && !expected_line.is_empty();
    let place = entry
        .filter(|_| points)
        .map(|entry| place(entry, difference));
    let mut finding = Finding {
        kind,
        entry: difference.entry,
        byte: difference.byte,
        place: place.unwrap_or_default(),
        at: entry.map(|entry| entry.at),
        heading: heading(entry),
        recorded,
        caret: points.then_some(difference.column),
        expected: expected_of_it(&difference.expected[skip..], entry).to_vec(),
        bytes: entry.map(|entry| entry.bytes.clone()).unwrap_or_default(),
        ..Finding::default()
    };
    if let Some(odd) = difference.line {
        marks(&mut finding, odd);
    }
    finding
}

/// Where a whole line is odd, no byte of it is: the gap is marked, or the line.
fn marks(finding: &mut Finding, odd: OddLine) {
    let line = finding.recorded.last_mut();
    let (Some(line), Some(end)) = (line, finding.expected.last()) else {
        return;
    };
    let begin = end.find('<').map_or(0, |at| at + 2);
    finding.caret = Some(begin);
    finding.place.clear();
    match odd {
        OddLine::Missing => {
            finding.kind = Kind::Missing;
            finding.bytes.clear();
            *line = format!("{}⟨a line is missing⟩", &end[..begin]);
        }
        OddLine::TooMany => {
            finding.kind = Kind::Unexpected;
            finding.place = "one line too many".into();
        }
    }
}

/// The lines without the checker's own next act, which is no expectation: it says
/// no more than that the conversation goes on. A look at the files is such an act
/// where what came is not about them.
fn expected_of_it<'a>(lines: &'a [String], entry: Option<&Entry>) -> &'a [String] {
    let looks = entry.is_some_and(|entry| entry.unit != Unit::File);
    let ours = |line: &String| {
        line.starts_with("* the program starts")
            || (looks && line.starts_with("* key.pem has mode"))
            || line.strip_prefix("* ").is_some_and(|act| {
                act.ends_with(" connects")
                    || act.ends_with(" leaves")
                    || act.contains(" connects by ")
            })
    };
    match lines.split_last() {
        Some((last, before)) if !before.is_empty() && ours(last) => before,
        _ => lines,
    }
}

/// Whether time passed otherwise than expected; an event that came without its
/// wait is such a case, a sentence about something else is not.
fn is_about_time(entry: &Entry, expected: &str) -> bool {
    entry.sums_up_time() || (expected.ends_with(" passes") && entry.speaker != Speaker::Stage)
}

/// The comment that came when another time had passed than expected.
fn comment_after(difference: &Difference, entries: &[Entry]) -> Option<String> {
    let mut judged = entries
        .get(difference.entry..)?
        .iter()
        .filter(|entry| entry.judged);
    let (wait, next) = (judged.next()?, judged.next()?);
    let comment = wait.said.contains(" pass") && next.said.starts_with(':');
    (comment && next.unit == Unit::Stream).then(|| next.line())
}

/// Where time passes and a line was expected, what came after the wait says more
/// than the wait: it is shown between what came before and after it.
fn after_a_wait(difference: &Difference, entries: &[Entry], expected: &str) -> Option<Finding> {
    let wait = entries.get(difference.entry)?;
    let passes = wait.speaker == Speaker::Stage && wait.said.contains(" pass");
    let program = |entry: &&Entry| entry.judged && entry.speaker == Speaker::Program;
    let next = entries[difference.entry..].iter().find(program)?;
    if !passes || !expected.contains("< ") || next.unit != Unit::Stream {
        return None;
    }
    let before = entries[..difference.entry].iter().rev().find(program);
    let line = next.line();
    let same = line
        .chars()
        .zip(expected.chars())
        .take_while(|(one, other)| one == other)
        .count();
    let prefix = line.chars().count() - next.said.chars().count();
    let byte = next.offset + visible::bytes_before(&next.said, same.saturating_sub(prefix)) as u64;
    let late = line == expected;
    Some(Finding {
        kind: if late { Kind::Timing } else { Kind::Differs },
        entry: difference.entry,
        byte,
        place: format!("byte {byte} of the stream"),
        at: Some(next.at),
        heading: "your server said",
        recorded: before
            .into_iter()
            .chain([wait, next])
            .map(Entry::line)
            .collect(),
        caret: (!late).then_some(same),
        expected: difference.expected[difference.expected.len().saturating_sub(2)..].to_vec(),
        bytes: next.bytes.clone(),
        ..Finding::default()
    })
}

/// What a reader looks at before the differing entry: lines of the same speaker
/// right before it, and the message it comes after, with the sentence about it. Of
/// several requests, the one that a response's first line is for.
fn context(before: &[Entry], entry: &Entry) -> Vec<String> {
    let before: Vec<&Entry> = before.iter().rev().filter(|other| other.judged).collect();
    let file = |other: &Entry| other.unit == Unit::File;
    let alike = |other: &&&Entry| {
        other.speaker == entry.speaker && other.client == entry.client && file(other) == file(entry)
    };
    let own = before.iter().take_while(alike).take(2).count();
    let mut lines: Vec<&Entry> = before[..own].to_vec();
    let asks = |other: &&Entry| other.speaker == Speaker::Client && other.unit == Unit::Message;
    let near = before.iter().take(own + 2).position(asks);
    if let Some(asked) = near.filter(|_| entry.speaker != Speaker::Client) {
        let rest = &before[asked..];
        let asked = rest.iter().take_while(|other| asks(other)).take(2).count();
        let told = rest
            .get(asked)
            .filter(|other| other.speaker == Speaker::Stage);
        lines.extend(rest[..asked].iter().chain(told));
    }
    if own == 0 && entry.speaker == Speaker::Program && entry.unit == Unit::Head {
        lines.extend(request(&before));
    }
    lines.iter().rev().map(|entry| entry.line()).collect()
}

/// The first line of the last request, when it is not the only one; `before` runs
/// backwards.
fn request<'a>(before: &[&'a Entry]) -> Option<&'a Entry> {
    let head = |entry: &Entry| entry.speaker == Speaker::Client && entry.unit == Unit::Head;
    let begins = |pair: &&[&'a Entry]| head(pair[0]) && !head(pair[1]);
    let mut requests = before.windows(2).filter(begins).map(|pair| pair[0]);
    let last = requests.next();
    requests.next().and(last)
}

fn heading(entry: Option<&Entry>) -> &'static str {
    match entry.map(|entry| (entry.speaker, entry.unit)) {
        None => "nothing more came",
        Some((Speaker::Log, _)) => "your server logged",
        Some((_, Unit::File)) => "your files",
        Some((_, Unit::Page)) => "your page showed",
        Some((Speaker::Stage, _)) => "what happened",
        Some(_) => "your server said",
    }
}

fn place(entry: &Entry, difference: &Difference) -> String {
    let byte = difference.byte;
    // Of a frame only what stands between quotes is counted in its bytes.
    let quotes = |c: char| c == '"';
    let before: String = difference
        .recorded
        .chars()
        .take(difference.column)
        .collect();
    let after = &difference.recorded[before.len()..];
    let inside = before.contains(quotes) && after.contains(quotes);
    let whole = match entry.unit {
        Unit::Message | Unit::Control if !inside => return String::new(),
        Unit::Stream => "the stream",
        Unit::Message => "the message",
        Unit::Control if entry.said.starts_with("close") => "the reason",
        Unit::Control => "the frame's payload",
        Unit::Body => "the body",
        Unit::Line | Unit::Head | Unit::Page => "the line",
        Unit::Action | Unit::File => return String::new(),
    };
    format!("byte {byte} of {whole}")
}

/// Words for a difference that no lesson is about.
fn any_difference(case: &Case<'_>, finding: &Finding) -> (String, String) {
    let (why, next) = match finding.kind {
        Kind::Unexpected => (
            "The conversation was to end here, and the program said more.",
            "Say it once, and only when the contract asks for it.",
        ),
        Kind::Timing => (
            "The bytes are right and came at another time.",
            "Look at what your program waits for before it sends this.",
        ),
        Kind::Missing if case.got("no TLS handshake") => (
            "A client has come and nobody answers its TLS handshake: whatever takes new \
             connections is held up elsewhere.",
            "Look at what your program was to do just before, above. A loop that does not end, \
             std::thread::sleep or a long computation holds the thread, and whoever else needs it.",
        ),
        Kind::Missing if case.got("connection") => (
            "The connection ended before the program had said what was expected.",
            "Look at the path that ends this connection: does something return early?",
        ),
        Kind::Missing => (
            "The other side waits for these bytes, and cannot go on without them.",
            "Find where your program should send this, and whether it comes that far.",
        ),
        _ => (
            "The workbook compares what programs say byte for byte.",
            "Compare the two lines above from the caret on.",
        ),
    };
    (why.into(), next.into())
}
