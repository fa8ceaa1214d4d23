//! What the last check of each exercise found: one small file that git ignores,
//! and that costs nothing when it is lost.

use std::{
    collections::hash_map::DefaultHasher,
    fs,
    hash::{Hash, Hasher},
    io,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use checker::report::{ChapterReport, Verdict};

use crate::whole_file;

/// The line of the chapter that was checked last.
const LATEST: &str = "latest";

/// The line of the first build.
const BUILT: &str = "built";

/// How the line of one that does not build begins.
const BROKEN: &str = "broken";

/// The last check of one exercise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Last {
    /// Steps passed, and steps there are.
    pub passed: (usize, usize),
    /// Whether all that this machine can check passed.
    pub done: bool,
    sources: Sources,
}

/// The last check of `slug`, if there was one that can be read.
pub fn last(root: &Path, slug: &str) -> Option<Last> {
    let noted = noted(root, slug)?;
    let words: Vec<&str> = noted.split(' ').collect();
    let [passed, all, done, sources] = words[..] else {
        return None;
    };
    Some(Last {
        passed: (passed.parse().ok()?, all.parse().ok()?),
        done: done == "done",
        sources: Sources(sources.parse().ok()?),
    })
}

impl Last {
    /// Whether the exercise has been edited since.
    pub fn is_old(&self, root: &Path, slug: &str) -> bool {
        sources(root, slug) != self.sources
    }
}

/// Writes down a check of an exercise that was so before it was built, and at which
/// step its learner stands; a file that cannot be written is no one's loss.
pub fn keep(root: &Path, report: &ChapterReport, built: Sources, stands: Option<u32>) {
    let done = matches!(report.verdict, Verdict::Passed | Verdict::Skipped);
    let last = format!(
        "{} {} {} {}",
        report.passed(),
        report.steps.len(),
        if done { "done" } else { "open" },
        built.0,
    );
    let stands = stands.map(|step| step.to_string());
    note(root, &format!("{BROKEN} {}", report.slug), None);
    note(root, &report.slug, Some(&last));
    note(root, &format!("stands {}", report.slug), stands.as_deref());
}

/// Writes down that an exercise that was so does not build.
pub fn keep_broken(root: &Path, slug: &str, sources: Sources) {
    note(
        root,
        &format!("{BROKEN} {slug}"),
        Some(&sources.0.to_string()),
    );
}

/// Whether it does not build as it is now.
pub fn is_broken(root: &Path, slug: &str) -> bool {
    let broken = noted(root, &format!("{BROKEN} {slug}"));
    broken.is_some_and(|broken| broken == sources(root, slug).0.to_string())
}

/// Whether something has been built here, and with it what all exercises need.
pub fn has_built(root: &Path) -> bool {
    noted(root, BUILT).is_some()
}

/// Writes down that it has.
pub fn keep_built(root: &Path) {
    note(root, BUILT, Some("once"));
}

/// Takes out what is known of an exercise that is as it was given.
pub fn forget(root: &Path, slug: &str) {
    note(root, slug, None);
    note(root, &format!("{BROKEN} {slug}"), None);
    note(root, &format!("stands {slug}"), None);
    note(root, &format!("hints {slug}"), None);
}

/// The chapter that was checked last.
pub fn latest(root: &Path) -> Option<String> {
    noted(root, LATEST)
}

/// Writes down which chapter that is.
pub fn keep_latest(root: &Path, slug: &str) {
    note(root, LATEST, Some(slug));
}

/// The kept version of an exercise that a reset has put back, and no other since.
pub fn back(root: &Path, slug: &str) -> Option<String> {
    noted(root, &format!("back {slug}"))
}

/// Writes down which version that is, or that there is none.
pub fn keep_back(root: &Path, slug: &str, version: Option<&str>) {
    note(root, &format!("back {slug}"), version);
}

/// The step of an exercise that its last check named.
pub fn stands(root: &Path, slug: &str) -> Option<u32> {
    noted(root, &format!("stands {slug}"))?.parse().ok()
}

/// How many hints of a step have been told.
pub fn hints(root: &Path, slug: &str, step: u32) -> usize {
    noted(root, &format!("hints {slug} {step}"))
        .and_then(|told| told.parse().ok())
        .unwrap_or(0)
}

/// Writes down how many hints of a step have been told, and never fewer than before:
/// of two that are told one after the other the second may be written first.
///
/// # Errors
/// When the file cannot be written: the same hint would be told again, for ever.
pub fn keep_hints(root: &Path, slug: &str, step: u32, told: usize) -> io::Result<()> {
    let turn = turn();
    let told = told.max(hints(root, slug, step));
    let name = format!("hints {slug} {step}");
    write(&turn, root, &name, Some(&told.to_string()))
}

/// What stands behind `name` on a line of the file.
fn noted(root: &Path, name: &str) -> Option<String> {
    let text = fs::read_to_string(file(root)).ok()?;
    let behind = |line: &str| Some(line.strip_prefix(name)?.strip_prefix(' ')?.to_owned());
    text.lines().find_map(behind)
}

/// Writes `value` behind `name` as [`write`] does; what is lost so is no one's loss.
fn note(root: &Path, name: &str, value: Option<&str>) {
    let _ = write(&turn(), root, name, value);
}

/// Whose turn it is to read the file, change it and write it: threads of `watch` that
/// did so at once would lose one another's lines.
type Turn = MutexGuard<'static, ()>;

fn turn() -> Turn {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes `value` behind `name` on a line of its own, or takes that line out.
fn write(_: &Turn, root: &Path, name: &str, value: Option<&str>) -> io::Result<()> {
    let before = fs::read_to_string(file(root)).unwrap_or_default();
    let other = |line: &&str| !line.starts_with(&format!("{name} "));
    let mut lines: Vec<String> = before.lines().filter(other).map(str::to_owned).collect();
    lines.extend(value.map(|value| format!("{name} {value}")));
    lines.sort_unstable();
    whole_file::replace(&file(root), (lines.join("\n") + "\n").as_bytes())
}

/// Where it is kept.
fn file(root: &Path) -> PathBuf {
    root.join(".progress")
}

/// The content of an exercise's files, as one number; what is hidden is not its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sources(u64);

/// What the exercise's sources are now.
pub fn sources(root: &Path, slug: &str) -> Sources {
    let mut hasher = DefaultHasher::new();
    let mut folders = vec![root.join("exercises").join(slug)];
    while let Some(folder) = folders.pop() {
        let mut entries: Vec<PathBuf> = fs::read_dir(folder)
            .map(|entries| {
                let seen =
                    |entry: &fs::DirEntry| !entry.file_name().as_encoded_bytes().starts_with(b".");
                entries
                    .flatten()
                    .filter(seen)
                    .map(|entry| entry.path())
                    .collect()
            })
            .unwrap_or_default();
        entries.sort();
        for entry in entries {
            // A link may lead back to where it stands.
            if entry.is_dir() && !entry.is_symlink() {
                folders.push(entry);
            } else {
                fs::read(&entry).unwrap_or_default().hash(&mut hasher);
            }
        }
    }
    Sources(hasher.finish())
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    /// How many lines each of the two threads writes.
    const LINES: u32 = 100;

    #[test]
    fn two_threads_lose_no_line() {
        let root = tempfile::tempdir().unwrap();
        let writes = |slug: &'static str| {
            let root = root.path();
            move || {
                for step in 0..LINES {
                    keep_hints(root, slug, step, 1).unwrap();
                }
            }
        };
        thread::scope(|scope| {
            scope.spawn(writes("one"));
            scope.spawn(writes("other"));
        });
        for step in 0..LINES {
            let told = ["one", "other"].map(|slug| hints(root.path(), slug, step));
            assert_eq!(told, [1, 1], "step {step}");
        }
    }

    #[test]
    fn a_hint_that_has_been_told_stays_told() {
        let root = tempfile::tempdir().unwrap();
        keep_hints(root.path(), "one", 1, 2).unwrap();
        keep_hints(root.path(), "one", 1, 1).unwrap();
        assert_eq!(hints(root.path(), "one", 1), 2);
    }
}
