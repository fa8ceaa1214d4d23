//! Where a learner stands: the chapter, and the step of its exercise.

use std::{fs, path::Path};

use checker::{
    chapter::Chapter,
    chapters,
    report::{ChapterReport, StepReport, Verdict},
};

use crate::{exercise::written::Written, progress, workspace};

/// The chapter of this name, or without one the chapter where the learner is.
///
/// # Errors
/// With one line that lists the chapters there are.
pub fn chapter(root: &Path, name: Option<&str>) -> Result<&'static Chapter, String> {
    match name {
        Some(name) => Ok(workspace::chapters(&[name.to_owned()])?[0]),
        None => Ok(here(root)),
    }
}

/// The chapter that was checked last, until it passes as it is now; then the next one.
pub fn here(root: &Path) -> &'static Chapter {
    let goes_on = |chapter: &&Chapter| !still_passes(root, chapter);
    latest(root).filter(goes_on).unwrap_or_else(|| next(root))
}

/// The chapter that was checked last, passed or not.
pub fn latest(root: &Path) -> Option<&'static Chapter> {
    let latest = progress::latest(root)?;
    chapters::ALL.iter().find(|chapter| chapter.slug == latest)
}

/// The first chapter that has not passed yet, and the first of all when none is left.
pub fn next(root: &Path) -> &'static Chapter {
    let open = |chapter: &&Chapter| !passes(root, chapter);
    chapters::ALL.iter().find(open).unwrap_or(&chapters::ALL[0])
}

/// Whether the last check of a chapter's exercise passed.
pub fn passes(root: &Path, chapter: &Chapter) -> bool {
    progress::last(root, chapter.slug).is_some_and(|last| last.done)
}

/// Whether it did, and the exercise is as it was then.
pub fn still_passes(root: &Path, chapter: &Chapter) -> bool {
    let last = progress::last(root, chapter.slug);
    last.is_some_and(|last| last.done && !last.is_old(root, chapter.slug))
}

/// The step that the last check named, unless it has been written since; else the
/// first hole that is left, and the last step when none is.
pub fn step(root: &Path, chapter: &Chapter, steps: &[Written]) -> u32 {
    let hole = steps.iter().find(|step| step.is_open());
    let edited =
        progress::last(root, chapter.slug).is_some_and(|last| last.is_old(root, chapter.slug));
    let named = progress::stands(root, chapter.slug).filter(|number| {
        let named = steps.iter().find(|step| step.step.number == *number);
        named.is_some_and(|named| named.is_open() || !edited || hole.is_none())
    });
    let last = steps.last().map_or(1, |step| step.step.number);
    named.unwrap_or_else(|| hole.map_or(last, |step| step.step.number))
}

/// The step of the exercise that a report is about: the one in whose section the page
/// explains what has failed or leads to where it does, or else the one below whose
/// heading it promises that.
pub fn named(root: &Path, report: &ChapterReport) -> Option<u32> {
    let failed = report
        .steps
        .iter()
        .find(|step| step.verdict == Verdict::Failed)?;
    let finding = failed.finding.as_ref()?;
    let page = fs::read_to_string(workspace::page(root, &report.slug)).ok()?;
    let (_, id) = finding.book.split_once('#').unwrap_or_default();
    explained(&page, id).or_else(|| promised(&page, failed))
}

/// The step of the page in whose section stands the heading of this id, or a link to it.
fn explained(page: &str, id: &str) -> Option<u32> {
    let (heading, link) = (format!("{{#{id}}}"), format!("(#{id})"));
    let mut step = None;
    for line in page.lines() {
        if line.starts_with("## ") {
            step = None;
        }
        if let Some((_, number)) = line.split_once("{#step-") {
            step = number.trim_end_matches('}').parse().ok();
        }
        if step.is_some() && (line.ends_with(&heading) || line.contains(&link)) {
            return step;
        }
    }
    None
}

/// The step of the page in whose section stands `- ✓ ` and the title.
fn promised(page: &str, failed: &StepReport) -> Option<u32> {
    let mut step = None;
    for line in page.lines() {
        if let Some((_, number)) = line.split_once("{#step-") {
            step = number.trim_end_matches('}').parse().ok();
        } else if line
            .strip_prefix("- ✓ ")
            .is_some_and(|title| title == failed.title)
        {
            return step;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::hint;

    #[test]
    fn one_is_at_the_next_chapter_until_one_edits_the_last() {
        let root = tempfile::tempdir().expect("a directory");
        let [first, second, ..] = chapters::ALL else {
            panic!("two chapters")
        };
        let report = ChapterReport {
            chapter: first.number().into(),
            slug: first.slug.into(),
            title: first.title.into(),
            program: Vec::new(),
            place: String::new(),
            verdict: Verdict::Passed,
            elapsed: Duration::ZERO,
            seed: 0,
            steps: Vec::new(),
        };
        let sources = progress::sources(root.path(), first.slug);
        progress::keep(root.path(), &report, sources, None);
        progress::keep_latest(root.path(), first.slug);
        assert_eq!(here(root.path()).slug, second.slug);
        let hint = || hint::nothing(root.path(), first, &[]);
        assert!(hint().is_some_and(|words| words.starts_with("ch01 passes as it is")));
        let folder = root.path().join(workspace::exercise(first));
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("lib.rs"), "// edited").expect("a file");
        assert_eq!(here(root.path()).slug, first.slug);
        assert_eq!(hint(), None, "the edit may need one");
    }

    #[test]
    fn a_step_ends_where_the_next_part_of_the_page_begins() {
        let page = "## Steps {#steps}\n### The line {#the-line}\n### Step 2: More {#step-2}\n\
                    See [below](#later).\n### The timer {#the-timer}\n## What you saw {#saw}\n\
                    ### Later {#later}\n### Others {#others}\n";
        let asked = ["step-2", "the-timer", "later", "the-line", "others", ""];
        let found = asked.map(|id| explained(page, id));
        assert_eq!(found, [Some(2), Some(2), Some(2), None, None, None]);
    }
}
