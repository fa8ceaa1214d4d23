//! What a program took too much of, in words: memory, processes, disk, output,
//! time. Such a finding explains everything after it.

use crate::{
    recorder::Recording,
    report::{Finding, Kind},
};

/// Whether the program took too much of something; then the finding says so.
pub fn tells(finding: &mut Finding, recording: &Recording) -> bool {
    let (why, next) = if let Some(overrun) = &recording.overrun {
        let (why, next) = words(overrun.limit);
        (format!("Your program {}, {why}", overrun.deed), next)
    } else if ended_by(recording, "SIGXFSZ") {
        let (why, next) = words("directory");
        (format!("Your program wrote a file too large, {why}"), next)
    } else if ended_by(recording, "SIGABRT") && recording.complaints.contains("memory allocation") {
        let (why, next) = words("memory");
        (format!("Your program was refused memory, {why}"), next)
    } else if let Some(written) = recording.flood {
        let (why, next) = words("output");
        let mib = written.div_ceil(1 << 20);
        (
            format!("Your program wrote {mib} MiB on standard output, {why}"),
            next,
        )
    } else {
        return false;
    };
    finding.kind = Kind::Excess;
    (finding.why, finding.next) = (why, next.into());
    true
}

fn ended_by(recording: &Recording, signal: &str) -> bool {
    let ended = recording.ended.as_deref().unwrap_or_default();
    ended.ends_with(signal)
}

/// The rest of the sentence, and what to try next.
fn words(limit: &str) -> (&'static str, &'static str) {
    match limit {
        "memory" => (
            "and the checker let it have no more. A server holds what its clients are just \
             sending, and little besides; one that grows on takes the whole machine along.",
            "Look for a buffer or a list that grows with each message or each client and is \
             never emptied. If yours needs more, --limit memory=1GiB allows it.",
        ),
        "processes" => (
            "and the checker ended them all. A server needs one, or a few; one process that \
             starts the next without end takes the whole machine along.",
            "Look where it starts a process, and what stops that. If yours needs more, \
             --limit processes=100 allows them.",
        ),
        "directory" => (
            "and was ended there. Nothing in this workbook writes more than two small files; a \
             file that grows with each message fills the disk.",
            "Look for a file that is written in a loop. If yours needs more, \
             --limit directory=1GiB allows it.",
        ),
        "names" => (
            "and was ended there. Nothing in this workbook makes more than two files; one for \
             each message or each client fills the disk.",
            "Look for a file that is made in a loop.",
        ),
        _ => (
            "of which the beginning was kept. The log has one line an event, so that whoever \
             runs the server can read it.",
            "Look for a print inside a loop that waits for nothing.",
        ),
    }
}
