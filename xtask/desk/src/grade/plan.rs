//! What a grading has to do: for each submission and chapter a row that is known
//! at once, or a program to build and check.

use std::{collections::BTreeMap, path::Path};

use checker::{chapter::Chapter, digest};

use super::{
    class::Submission,
    ledger::Ledger,
    members::Member,
    row::{Outcome, Row},
    sources::{Handout, Taken, take},
};
use xtask::exercise;

/// A program to build and check, and whose row it makes.
#[derive(Clone)]
pub struct Work {
    /// The submission's place in the class.
    pub learner: usize,
    /// The chapter's place in the grading.
    pub place: usize,
    /// The chapter.
    pub chapter: &'static Chapter,
    /// The member to build.
    pub package: String,
    /// What the row says but for the check.
    pub row: Row,
}

/// Everything that is known before anything is built.
pub struct Plan {
    /// One list a submission, one place a chapter; `None` where there is work.
    pub rows: Vec<Vec<Option<Row>>>,
    /// What is left to do, in the class's order.
    pub work: Vec<Work>,
    /// What is to be built for it, each once.
    pub members: Vec<Member>,
}

/// What a grading asks for.
pub struct Request<'a> {
    /// Whom.
    pub class: &'a [Submission],
    /// Which chapters.
    pub chapters: &'a [&'static Chapter],
    /// The chapters as they were handed out, in the same order.
    pub handouts: &'a [Handout],
    /// The workbook's fingerprint.
    pub workbook: &'a str,
    /// The seed that was asked for.
    pub wanted: Option<u64>,
    /// The seed of rows that are made now.
    pub seed: u64,
}

/// Looks at every submission, and at what was graded before.
pub fn plan(request: &Request, ledger: &Ledger) -> Plan {
    let (mut work, mut members) = (Vec::new(), BTreeMap::new());
    let mut rows = Vec::new();
    for (learner, submission) in request.class.iter().enumerate() {
        let mut own = Vec::new();
        for (place, chapter) in request.chapters.iter().copied().enumerate() {
            let taken = take(&submission.folder, &request.handouts[place]);
            let (files, notes) = match taken {
                Taken::Sources(files, notes) => (files, notes),
                other => {
                    own.push(Some(without_program(submission, chapter, other)));
                    continue;
                }
            };
            let member = Member::new(chapter, files);
            let all = format!("{} {} {notes:?}", request.workbook, member.digest);
            let fingerprint = digest::sha256_hex(all.as_bytes());
            let known = ledger.known(submission, chapter.slug, &fingerprint, request.wanted);
            if known.is_none() {
                let mut row = Row::unchecked(&submission.name, chapter, Outcome::Error, "");
                (row.fingerprint, row.notes, row.seed) = (fingerprint, notes, request.seed);
                let package = member.package.clone();
                work.push(Work {
                    learner,
                    place,
                    chapter,
                    package: package.clone(),
                    row,
                });
                members.entry(package).or_insert((work.len(), member));
            }
            own.push(known);
        }
        rows.push(own);
    }
    // In the order in which they are wanted.
    let mut members: Vec<(usize, Member)> = members.into_values().collect();
    members.sort_by_key(|(wanted, _)| *wanted);
    Plan {
        rows,
        work,
        members: members.into_iter().map(|(_, member)| member).collect(),
    }
}

fn without_program(submission: &Submission, chapter: &Chapter, taken: Taken) -> Row {
    let row = |outcome, reason: &str| Row::unchecked(&submission.name, chapter, outcome, reason);
    match taken {
        Taken::Untouched => row(Outcome::Untouched, "The exercise is as it was handed out"),
        Taken::Missing => row(Outcome::NotSubmitted, "There is no folder for this chapter"),
        Taken::Refused(why) => row(Outcome::Refused, &why),
        Taken::Sources(..) => row(Outcome::Error, "a program that was passed over"),
    }
}

/// The chapters as the workbook hands them out: out of the solutions, so that an
/// exercise that the instructor has solved changes nothing.
///
/// # Errors
/// When a solution cannot be read.
pub fn handouts(root: &Path, chapters: &[&'static Chapter]) -> Result<Vec<Handout>, String> {
    chapters
        .iter()
        .map(|chapter| {
            let solution = root.join("solutions").join(chapter.slug);
            let files = exercise::generate(&solution, chapter.slug);
            let mut files: BTreeMap<String, String> = files
                .map_err(|error| error.to_string())?
                .into_iter()
                .map(|(path, text)| (path.to_string_lossy().replace('\\', "/"), text))
                .collect();
            Ok(Handout {
                slug: chapter.slug,
                manifest: files.remove("Cargo.toml").unwrap_or_default(),
                files,
            })
        })
        .collect()
}
