//! What the last check of each exercise found: one small file that git ignores,
//! and that costs nothing when it is lost.

use std::{
    collections::hash_map::DefaultHasher,
    fs,
    hash::{Hash, Hasher},
    path::{Path, PathBuf},
};

use checker::report::{ChapterReport, Verdict};

/// The last check of one exercise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Last {
    /// Steps passed, and steps there are.
    pub passed: (usize, usize),
    /// Whether all that this machine can check passed.
    pub done: bool,
    /// What the exercise's sources were.
    fingerprint: u64,
}

/// The last check of `slug`, if there was one that can be read.
pub fn last(root: &Path, slug: &str) -> Option<Last> {
    let text = fs::read_to_string(file(root)).ok()?;
    text.lines().find_map(|line| {
        let words: Vec<&str> = line.split(' ').collect();
        let [known, passed, all, done, fingerprint] = words[..] else {
            return None;
        };
        (known == slug).then_some(Last {
            passed: (passed.parse().ok()?, all.parse().ok()?),
            done: done == "done",
            fingerprint: fingerprint.parse().ok()?,
        })
    })
}

impl Last {
    /// Whether the exercise has been edited since.
    pub fn is_old(&self, root: &Path, slug: &str) -> bool {
        fingerprint(&root.join("exercises").join(slug)) != self.fingerprint
    }
}

/// Writes down a check; a file that cannot be written is no one's loss.
pub fn keep(root: &Path, report: &ChapterReport) {
    let done = matches!(report.verdict, Verdict::Passed | Verdict::Skipped);
    let line = format!(
        "{} {} {} {} {}",
        report.slug,
        report.passed(),
        report.steps.len(),
        if done { "done" } else { "open" },
        fingerprint(&root.join("exercises").join(&report.slug)),
    );
    let before = fs::read_to_string(file(root)).unwrap_or_default();
    let others = before
        .lines()
        .filter(|line| !line.starts_with(&format!("{} ", report.slug)));
    let mut lines: Vec<&str> = others.collect();
    lines.push(&line);
    lines.sort_unstable();
    let fresh = root.join(".progress.new");
    if fs::write(&fresh, lines.join("\n") + "\n").is_ok() {
        let _ = fs::rename(fresh, file(root));
    }
}

/// Where it is kept.
pub fn file(root: &Path) -> PathBuf {
    root.join(".progress")
}

/// The content of an exercise's files, as one number.
fn fingerprint(exercise: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    let mut folders = vec![exercise.to_owned()];
    while let Some(folder) = folders.pop() {
        let mut entries: Vec<PathBuf> = fs::read_dir(folder)
            .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
            .unwrap_or_default();
        entries.sort();
        for entry in entries {
            if entry.is_dir() {
                folders.push(entry);
            } else {
                fs::read(&entry).unwrap_or_default().hash(&mut hasher);
            }
        }
    }
    hasher.finish()
}
