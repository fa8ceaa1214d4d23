//! `cargo xtask reset`: an exercise, or a step of it, as it was given; yours is kept.
//!
//! What is there is copied first, whole, to a folder of its own, and only then is
//! anything written: whoever is ended in between has both, or the old one.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{self, ExitCode},
};

use checker::chapter::Chapter;
use clap::Args;
use time::OffsetDateTime;

use crate::{
    exercise::{
        self, region,
        written::{self, Written},
    },
    out, whole_file, workspace,
};

/// Where old versions are kept, inside the exercise; git ignores it.
const KEPT: &str = ".kept";

/// What to reset.
#[derive(Args)]
pub struct Arguments {
    /// A chapter: `ch04`, `4` or `ch04-sse-counter`
    chapter: String,
    /// One step of it
    #[arg(long, value_name = "NUMBER")]
    step: Option<u32>,
    /// Puts back what the last reset kept
    #[arg(long, conflicts_with = "step")]
    back: bool,
}

/// Resets, and says what was kept where.
///
/// # Errors
/// With one line, and nothing is changed, when the old version cannot be kept.
pub fn run(arguments: Arguments) -> Result<ExitCode, String> {
    let root = workspace::root()?;
    let chapter = workspace::chapters(&[arguments.chapter])?[0];
    let words = match (arguments.step, arguments.back) {
        (_, true) => back(&root, chapter)?,
        (Some(number), _) => step(&root, chapter, number)?,
        (None, _) => whole(&root, chapter)?,
    };
    out::say(&words);
    Ok(ExitCode::SUCCESS)
}

/// A whole exercise as it was given.
///
/// # Errors
/// As [`run`].
pub fn whole(root: &Path, chapter: &Chapter) -> Result<String, String> {
    let solution = root.join("solutions").join(chapter.slug);
    let files = exercise::generate(&solution, chapter.slug).map_err(|error| error.to_string())?;
    let files = files
        .into_iter()
        .map(|(inside, text)| (inside, text.into_bytes()));
    let what = format!("{} is as it was given", workspace::exercise(chapter));
    apply(root, chapter, files.collect(), &what)
}

/// One step as it was given, and the rest of its file as it is.
///
/// # Errors
/// As [`run`], and when the file is gone.
pub fn step(root: &Path, chapter: &Chapter, number: u32) -> Result<String, String> {
    let step = written::numbered(written::steps(root, chapter)?, number)?;
    if step.theirs.is_empty() {
        return Err(format!(
            "{} is not there; `cargo xtask reset {}` brings it back",
            step.at(chapter),
            chapter.number()
        ));
    }
    let what = format!("Step {number} is as it was given, at {}", step.at(chapter));
    let file = (step.inside.clone(), with_hole(&step).into_bytes());
    apply(root, chapter, vec![file], &what)
}

fn with_hole(step: &Written) -> String {
    let all = step.theirs.lines().count();
    let part = |range| region::lines(&step.theirs, &range);
    let hole = region::lines(&step.given, &step.step.hole);
    part(0..step.place.start) + &hole + &part(step.place.end..all)
}

/// The version that was kept last, in place of the one that is there.
fn back(root: &Path, chapter: &Chapter) -> Result<String, String> {
    let home = root.join(workspace::exercise(chapter));
    let nothing = || format!("nothing is kept of {}", workspace::exercise(chapter));
    let kept = fs::read_dir(home.join(KEPT)).map_err(|_| nothing())?;
    let name = |entry: fs::DirEntry| entry.file_name().into_string().ok();
    let versions = kept.flatten().filter_map(name);
    let newest = versions.filter(|name| !name.starts_with('.')).max();
    let newest = newest.ok_or_else(nothing)?;
    let version = home.join(KEPT).join(&newest);
    let mut files = Vec::new();
    collect(&version, Path::new(""), &mut files).map_err(|error| in_words(&version, &error))?;
    let what = format!("{} is as {newest} kept it", workspace::exercise(chapter));
    apply(root, chapter, files, &what)
}

fn collect(from: &Path, inside: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) -> io::Result<()> {
    for entry in fs::read_dir(from.join(inside))? {
        let inside = inside.join(entry?.file_name());
        let path = from.join(&inside);
        if path.is_dir() {
            collect(from, &inside, files)?;
        } else {
            let bytes = fs::read(path)?;
            files.push((inside, bytes));
        }
    }
    Ok(())
}

/// Writes those of the files that differ, once what is there is kept.
fn apply(
    root: &Path,
    chapter: &Chapter,
    mut files: Vec<(PathBuf, Vec<u8>)>,
    what: &str,
) -> Result<String, String> {
    let home = root.join(workspace::exercise(chapter));
    files.retain(|(inside, bytes)| !fs::read(home.join(inside)).is_ok_and(|old| old == *bytes));
    if files.is_empty() {
        return Ok(format!("{what} already; nothing was written.\n"));
    }
    let there = |(inside, _): &&(PathBuf, Vec<u8>)| home.join(inside).exists();
    let old: Vec<&PathBuf> = files
        .iter()
        .filter(there)
        .map(|(inside, _)| inside)
        .collect();
    let kept = keep(&home, &old)?;
    for (inside, bytes) in &files {
        let path = home.join(inside);
        whole_file::replace(&path, bytes).map_err(|error| in_words(&path, &error))?;
    }
    let mut out = format!("{what}. Written:\n");
    for (inside, _) in &files {
        out += &format!("  {}\n", inside.display());
    }
    if let Some(kept) = kept {
        out += &format!(
            "What was there is kept in {}/{KEPT}/{kept}\nBack again: cargo xtask reset {} --back\n",
            workspace::exercise(chapter),
            chapter.number()
        );
    }
    Ok(out)
}

/// Copies files to a folder named by the time, which is there whole or not at all.
fn keep(home: &Path, files: &[&PathBuf]) -> Result<Option<String>, String> {
    if files.is_empty() {
        return Ok(None);
    }
    let kept = home.join(KEPT);
    let stamp = stamp(OffsetDateTime::now_utc());
    let fresh = kept.join(format!(".{stamp}.{}.new", process::id()));
    for inside in files {
        let copy = fresh.join(inside);
        fs::create_dir_all(copy.parent().unwrap_or(&fresh))
            .and_then(|()| fs::copy(home.join(inside), &copy))
            .map_err(|error| in_words(&copy, &error))?;
    }
    for turn in 1..100 {
        let name = match turn {
            1 => stamp.clone(),
            _ => format!("{stamp}-{turn:02}"),
        };
        // A folder that is there already is never renamed onto: it is not empty.
        let target = kept.join(&name);
        if !target.exists() && fs::rename(&fresh, &target).is_ok() {
            return Ok(Some(name));
        }
    }
    let _ = fs::remove_dir_all(&fresh);
    Err(format!(
        "{} cannot be written in; nothing was changed",
        kept.display()
    ))
}

/// `2025-01-03T10-20-30Z`: no colon, which not every system has in names.
fn stamp(now: OffsetDateTime) -> String {
    format!(
        "{:04}-{:02}-{:02}T{:02}-{:02}-{:02}Z",
        now.year(),
        u8::from(now.month()),
        now.day(),
        now.hour(),
        now.minute(),
        now.second()
    )
}

fn in_words(path: &Path, error: &io::Error) -> String {
    format!("{}: {error}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_sort_by_time() {
        let then = OffsetDateTime::UNIX_EPOCH;
        assert_eq!(stamp(then), "1970-01-01T00-00-00Z");
        assert!(stamp(then) < stamp(then + time::Duration::days(9)));
    }
}
