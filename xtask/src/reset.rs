//! `cargo xtask reset`: an exercise, or a step of it, as it was given; yours is kept.
//!
//! What is there is copied first, whole, to a folder of its own, and only then is
//! anything written: whoever is ended in between has both, or the old one.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{self, ExitCode},
};

use checker::{chapter::Chapter, visible};
use clap::Args;
use time::OffsetDateTime;

use crate::{
    exercise::{
        self, region,
        written::{self, Written},
    },
    out, progress, whole_file, workspace,
};

/// Where old versions are kept, inside the exercise; git ignores it.
const KEPT: &str = ".kept";

/// The most of them that are named by one second.
const VERSIONS: usize = 99;

/// What to reset.
#[derive(Args)]
pub struct Arguments {
    /// A chapter: `ch04`, `4` or `ch04-sse-counter`
    chapter: String,
    /// One step of it
    #[arg(long, value_name = "NUMBER")]
    step: Option<u32>,
    /// Puts back what a reset kept: one older version at each call, or the one named
    #[arg(long, value_name = "VERSION", num_args = 0..=1, require_equals = true)]
    back: Option<Option<String>>,
}

/// Resets, and says what was kept where.
///
/// # Errors
/// With one line, and nothing is changed, when the old version cannot be kept.
pub fn run(arguments: Arguments) -> Result<ExitCode, String> {
    let root = workspace::root()?;
    let chapter = workspace::chapters(&[arguments.chapter])?[0];
    let words = match (arguments.step, &arguments.back) {
        (Some(_), Some(_)) => {
            return Err(format!(
                "--back undoes the reset of a step too, and needs none: `cargo xtask reset {} --back`",
                chapter.number()
            ));
        }
        (None, Some(version)) => back(&root, chapter, version.as_deref())?,
        (Some(number), None) => step(&root, chapter, number)?,
        (None, None) => whole(&root, chapter)?,
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
    let files: Vec<(PathBuf, Vec<u8>)> = files.collect();
    let own = own_files(root, chapter, &files);
    let mut words = reset(root, chapter, files, &what)?;
    if !own.is_empty() {
        words += &format!(
            "Left as they are, since nobody gave them: {}\n",
            own.join(", ")
        );
    }
    progress::forget(root, chapter.slug);
    Ok(words)
}

/// The sources that are there and are not among those that were given.
fn own_files(root: &Path, chapter: &Chapter, given: &[(PathBuf, Vec<u8>)]) -> Vec<String> {
    let mut there = Vec::new();
    let home = root.join(workspace::exercise(chapter));
    // Sources that cannot be read are found when they are kept.
    let _ = collect(&home, Path::new("src"), &mut there);
    let is_given = |path: &PathBuf| given.iter().any(|(inside, _)| inside == path);
    let mut own: Vec<String> = there
        .iter()
        .filter(|(path, _)| !is_given(path))
        .map(|(path, _)| visible::text(path.to_string_lossy().as_bytes()))
        .collect();
    own.sort();
    own
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
    reset(root, chapter, vec![file], &what)
}

/// Writes what was given.
fn reset(
    root: &Path,
    chapter: &Chapter,
    files: Vec<(PathBuf, Vec<u8>)>,
    what: &str,
) -> Result<String, String> {
    let files = changing(root, chapter, files);
    if files.is_empty() {
        return Ok(format!("{what}.\nIt was already; nothing was written.\n"));
    }
    let (mut out, kept) = apply(root, chapter, &files, what)?;
    if kept.is_some() {
        out += &format!(
            "Back again: cargo xtask reset {} --back\n",
            chapter.number()
        );
    }
    Ok(out)
}

fn with_hole(step: &Written) -> String {
    let all = step.theirs.lines().count();
    let part = |range| region::lines(&step.theirs, &range);
    let hole = region::lines(&step.given, &step.step.hole);
    part(0..step.place.start) + &hole + &part(step.place.end..all)
}

/// A kept version in place of the one that is there: the one of this name, or the
/// next older one that is any different.
fn back(root: &Path, chapter: &Chapter, name: Option<&str>) -> Result<String, String> {
    let (place, number) = (workspace::exercise(chapter), chapter.number());
    let kept = root.join(&place).join(KEPT);
    let versions = versions(&kept);
    let Some(newest) = versions.last() else {
        return Err(format!("nothing is kept of {place}: it has not been reset"));
    };
    let from = progress::back(root, chapter.slug);
    let mut older: Vec<&String> = match (name, &from) {
        (Some(name), _) => versions.iter().filter(|version| *version == name).collect(),
        (None, Some(from)) => versions.iter().filter(|version| *version < from).collect(),
        (None, None) => versions.iter().collect(),
    };
    while let Some(version) = older.pop() {
        let path = kept.join(version);
        let mut files = Vec::new();
        collect(&path, Path::new(""), &mut files).map_err(|error| in_words(&path, &error))?;
        let files = changing(root, chapter, files);
        if files.is_empty() {
            continue;
        }
        let what = format!("{place} is as it was kept at {version}");
        let (mut out, kept) = apply(root, chapter, &files, &what)?;
        progress::keep_back(root, chapter.slug, Some(version));
        if let Some(kept) = kept {
            out += &format!("That one again: cargo xtask reset {number} --back={kept}\n");
        }
        return Ok(out);
    }
    Err(match name {
        Some(name) if versions.iter().any(|version| version == name) => {
            format!("{place} is as {name} kept it already")
        }
        Some(name) => format!(
            "there is no version {name:?} in {place}/{KEPT}; there are {}",
            versions.join(", ")
        ),
        None => format!(
            "no older version of {place} is kept; the newest again: \
             `cargo xtask reset {number} --back={newest}`"
        ),
    })
}

/// The versions that are kept there, the oldest first.
fn versions(kept: &Path) -> Vec<String> {
    let entries = fs::read_dir(kept).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut versions: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
    versions.sort();
    versions
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

/// Those of the files that are not there as they are here.
fn changing(
    root: &Path,
    chapter: &Chapter,
    mut files: Vec<(PathBuf, Vec<u8>)>,
) -> Vec<(PathBuf, Vec<u8>)> {
    let home = root.join(workspace::exercise(chapter));
    files.retain(|(inside, bytes)| !fs::read(home.join(inside)).is_ok_and(|old| old == *bytes));
    files
}

/// Writes the files, once what is there is kept; says so, and under what name.
fn apply(
    root: &Path,
    chapter: &Chapter,
    files: &[(PathBuf, Vec<u8>)],
    what: &str,
) -> Result<(String, Option<String>), String> {
    let place = workspace::exercise(chapter);
    let home = root.join(&place);
    let there = |(inside, _): &&(PathBuf, Vec<u8>)| home.join(inside).exists();
    let old = files.iter().filter(there).map(|(inside, _)| inside);
    let kept = keep(&home, &old.collect::<Vec<_>>())?;
    // Going back begins at what was just kept, also when not all can be written.
    progress::keep_back(root, chapter.slug, None);
    let mut out = format!("{what}.\nWritten:\n");
    for (inside, bytes) in files {
        let path = home.join(inside);
        whole_file::replace(&path, bytes).map_err(|error| match &kept {
            Some(kept) => format!(
                "{}; what was there is kept: cargo xtask reset {} --back={kept}",
                in_words(&path, &error),
                chapter.number()
            ),
            None => in_words(&path, &error),
        })?;
        out += &format!("  {}\n", workspace::slashed(inside));
    }
    if let Some(kept) = &kept {
        out += &format!("What was there is kept in\n  {place}/{KEPT}/{kept}\n");
    }
    Ok((out, kept))
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
            .map_err(|error| {
                let _ = fs::remove_dir_all(&fresh);
                in_words(&copy, &error)
            })?;
    }
    for turn in 1..=VERSIONS {
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
