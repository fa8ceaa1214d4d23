//! What a program's process and its page tell about a difference: a step that
//! is still to be written, a panic, an early end, another port.

use crate::{
    capital::capital,
    chapter::Chapter,
    recorder::{Recording, log::UNWRITTEN},
    report::{Finding, Kind},
    transcript::{Entry, Speaker, Unit},
    visible,
};

/// What a `todo!()` of a learner's own says.
const TODO: &str = "not yet implemented";

/// Lines of standard error that a report shows at most.
const COMPLAINT_LINES: usize = 4;

/// Letters of each.
const COMPLAINT_LETTERS: usize = 160;

/// Whether the process itself explains the difference.
pub fn process_tells(finding: &mut Finding, chapter: &Chapter, recording: &Recording) -> bool {
    let complaints = recording.complaints_at(finding.entry);
    if let Some((place, step)) = unwritten(complaints).filter(|_| !says_what_is(finding)) {
        let should_have_ended = finding.expected.iter().any(|line| ends_program(line));
        is_unwritten(finding, chapter, &place, &step);
        if should_have_ended {
            finding.why += " Here it was to end: if that is not this step's matter, look at what \
                            the step before it lets pass.";
        }
        return true;
    }
    finding.complaint = last_lines(complaints);
    if complaints.contains("panicked at ") {
        finding.kind = Kind::Panicked;
        let main = finding.recorded.iter().any(|line| ends_program(line));
        finding.why = if main {
            "A panic in the main task ends the program, and every client with it. Where input \
            from outside can lead there, return a Result instead."
        } else {
            "A panic ends the task it happens in, and a client sees its connection break. Where \
            input from outside can lead there, return a Result instead."
        }
        .into();
        if complaints.contains(TODO) {
            finding.why = "`todo!()` stands for what is still to be written, and the program came \
                           as far as there."
                .into();
            finding.next = "Write what belongs at the line that the panic names.".into();
            return true;
        }
        finding.next = if in_a_library(complaints) {
            "The line is a library's. See what your program asks of it there; if the words speak \
             of resources, this machine lacked them: check again."
        } else {
            "Look at the line that the panic names, and handle the case it could not."
        }
        .into();
        return true;
    }
    let expected_end = finding.expected.iter().any(|line| ends_program(line));
    if let Some(ended) = ended(finding, recording).filter(|_| !expected_end) {
        finding.kind = Kind::Exited;
        let entries = &recording.transcript.0;
        let served = entries.iter().any(|entry| entry.unit == Unit::Message);
        finding.why = format!(
            "A server runs until it is stopped. Yours {}{}{}.",
            ended.replace("exits", "ended by itself,"),
            at_what(&ended, &entries[..finding.entry.min(entries.len())]),
            if served {
                ", and took every client along"
            } else {
                ""
            }
        );
        finding.next = if finding.complaint.is_empty() {
            "It gave no reason. Run it by hand and see where it ends.".into()
        } else {
            "Its own words on standard error, above, say why.".into()
        };
        return true;
    }
    if finding
        .recorded
        .last()
        .is_some_and(|line| line.starts_with("* no response head for"))
    {
        finding.kind = Kind::Missing;
        finding.why = "Your server took the connection and the request, and has not answered. A \
            client cannot tell a server that thinks from one that is stuck."
            .into();
        finding.next =
            "See whether the request reaches your handler, and what it waits for there. Whatever \
            holds the thread holds the answer too: std::thread::sleep, or a long computation."
                .into();
        return true;
    }
    if let Some(port) = recording.listens_on.first() {
        finding.kind = Kind::NotListening;
        let unasked = |entry: &Entry| entry.said == "the program starts without PORT";
        let asked = if recording.transcript.0.iter().any(unasked) {
            "its start line names another"
        } else {
            "was asked for another by PORT"
        };
        finding.why = format!("Your program listens on port {port}, and {asked}.");
        finding.next =
            "Take the port from the environment variable PORT; only without it, the article's."
                .into();
        return true;
    }
    if finding
        .recorded
        .iter()
        .any(|line| line.contains("nothing listens on port"))
    {
        finding.kind = Kind::NotListening;
        finding.why =
            "Your program runs and has said where it is, but no connection is taken there.".into();
        finding.next =
            "Bind the listener before you print the start line, and go on accepting.".into();
        return true;
    }
    false
}

/// What was going on when a signal ended the program: nobody chose that moment.
fn at_what(ended: &str, before: &[Entry]) -> String {
    let doing = |entry: &&Entry| {
        let ends = entry.said.ends_with("the connection ends");
        let ours = !ends && !entry.said.starts_with("the program ");
        entry.speaker == Speaker::Stage && entry.judged && ours
    };
    match before.iter().rev().find(doing) {
        Some(entry) if ended.contains("is ended by SIG") => format!(" when {}", entry.said),
        _ => String::new(),
    }
}

/// The last lines of standard error of a program that panicked or ended by itself;
/// of any other they explain nothing.
pub fn last_words(recording: &Recording) -> Vec<String> {
    let entries = &recording.transcript.0;
    let ended = entries.iter().any(|entry| ends_program(&entry.line()));
    match ended || recording.complaints.contains("panicked at ") {
        true => last_lines(&recording.complaints),
        false => Vec::new(),
    }
}

/// How the program ended by itself: as the conversation says, or as it was found
/// when a connection had been lost.
fn ended(finding: &Finding, recording: &Recording) -> Option<String> {
    let last = finding.recorded.last()?;
    if ends_program(last) {
        return Some(last.trim_start_matches("* the program ").to_owned());
    }
    recording
        .ended
        .clone()
        .filter(|_| last.ends_with("the connection ends"))
}

/// Whether the last line tells a property of something that is there, as `cert.pem
/// names …` does: then that differs, however far the program came afterwards.
fn says_what_is(finding: &Finding) -> bool {
    let properties = [
        " names ",
        " has mode ",
        " is ",
        " belongs to ",
        " has expired",
    ];
    let files = ["* cert.pem", "* key.pem"];
    finding.recorded.last().is_some_and(|line| {
        files.iter().any(|file| line.starts_with(file))
            && properties.iter().any(|property| line.contains(property))
            && !line.contains(" is not there")
    })
}

fn ends_program(line: &str) -> bool {
    line.starts_with("* the program exits") || line.starts_with("* the program is ended")
}

/// A step that is still to be written explains everything after it.
pub fn is_unwritten(finding: &mut Finding, chapter: &Chapter, place: &str, step: &str) {
    finding.kind = Kind::Unwritten;
    let in_page = place.contains(".html:");
    finding.heading = if in_page {
        "your page stopped at"
    } else {
        "your program stopped at"
    };
    let hole = if in_page { "throw new Error" } else { "todo!" };
    finding.recorded = vec![format!("{hole}(\"{step}\")   {place}")];
    finding.caret = None;
    finding.place = String::new();
    finding.why = format!(
        "{} is still to be written; the program came as far as there.",
        capital(step)
    );
    finding.next = format!("Write {step}: {place}.");
    finding.book = format!("{}.html#{}", chapter.slug, step.replace(' ', "-"));
    finding.expected = finding
        .expected
        .split_off(finding.expected.len().saturating_sub(1));
}

/// Where a page stopped at a `throw new Error("step N")`, as the console says.
pub fn unwritten_in_page(chapter: &Chapter, lines: &[String]) -> Option<(String, String)> {
    let stops = lines.iter().filter_map(|line| {
        let (_, rest) = line.split_once("uncaught: Error: step ")?;
        let (number, rest) = rest.split_once(" (line ")?;
        let (line, _) = rest.split_once(',')?;
        let place = format!("exercises/{}/src/client.html:{line}", chapter.slug);
        Some((place, format!("step {number}")))
    });
    stops.min_by(|(_, one), (_, other)| one.cmp(other))
}

/// Whether a line comes from the console, and not from the page itself.
pub fn is_console(said: &str) -> bool {
    ["uncaught: ", "browser ", "console."]
        .iter()
        .any(|begin| said.starts_with(begin))
}

/// Where a program stopped at a `todo!("step N")`: `src/lib.rs:12`, `step N`.
fn unwritten(complaints: &str) -> Option<(String, String)> {
    let mut place = "the program";
    let mut found: Vec<(String, String)> = Vec::new();
    for line in complaints.lines() {
        if let Some((_, at)) = line.split_once("panicked at ") {
            place = at
                .trim_end_matches(':')
                .rsplit_once(':')
                .map_or(at, |(at, _)| at);
        }
        if let Some(step) = line.strip_prefix(UNWRITTEN) {
            found.push((
                visible::text(place.as_bytes()),
                format!("step {}", visible::text(step.as_bytes())),
            ));
        }
    }
    // Several tasks may have stopped; steps are written in their order.
    found
        .into_iter()
        .min_by(|(_, one), (_, other)| one.cmp(other))
}

/// What a program wrote last on standard error, without the noise of backtraces,
/// Rust's and Node's.
fn last_lines(complaints: &str) -> Vec<String> {
    let noise = |line: &&str| {
        let line = line.trim();
        line.is_empty()
            || line == "^"
            || line.contains("RUST_BACKTRACE")
            || line.starts_with("at ")
            || line.starts_with("Node.js v")
    };
    let lines: Vec<&str> = complaints.lines().filter(|line| !noise(line)).collect();
    let panic = lines.iter().rposition(|line| line.contains("panicked at "));
    let from = panic.unwrap_or(lines.len().saturating_sub(COMPLAINT_LINES));
    let shown = lines[from..].iter().take(COMPLAINT_LINES);
    shown
        .map(|line| {
            let line = without_thread_id(line);
            match line.char_indices().nth(COMPLAINT_LETTERS) {
                Some((cut, _)) => format!("{} …", &line[..cut]),
                None => line,
            }
        })
        .map(|line| visible::text(line.as_bytes()))
        .collect()
}

/// `thread 'main' (4187) panicked at …` without the number, which is the
/// system's and tells nobody anything.
fn without_thread_id(line: &str) -> String {
    let id = |rest: &str| {
        rest.find(") panicked at ")
            .filter(|end| rest[..*end].parse::<u64>().is_ok())
    };
    match line.split_once("' (") {
        Some((thread, rest)) if thread.starts_with("thread '") => match id(rest) {
            Some(end) => format!("{thread}'{}", &rest[end + 1..]),
            None => line.to_owned(),
        },
        _ => line.to_owned(),
    }
}

/// Whether what panicked is no source of the program's own.
fn in_a_library(complaints: &str) -> bool {
    // Windows writes its places the other way round.
    let complaints = complaints.replace('\\', "/");
    let place = complaints
        .lines()
        .find_map(|line| line.split_once("panicked at "));
    place.is_some_and(|(_, at)| at.contains("/registry/src/") || at.starts_with("/rustc/"))
}
