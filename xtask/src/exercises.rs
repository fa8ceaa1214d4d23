//! `cargo xtask exercises`: the exercises out of the solutions.

use std::{
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use checker::folding::{WIDTH, wrap};
use clap::Args;

use crate::{exercise, out, workspace};

/// Which exercises.
#[derive(Args)]
pub struct Arguments {
    /// Chapters; all when none is named
    chapters: Vec<String>,
    /// Writes nothing; tells what would change, and fails when something would
    #[arg(long)]
    check: bool,
    /// Writes over exercises that differ from what git has
    #[arg(long, conflicts_with = "check")]
    force: bool,
}

/// Writes them, or tells whether they are fresh.
///
/// # Errors
/// With one line about a mark that cannot be followed, or about work that would
/// be lost.
pub fn run(arguments: Arguments) -> Result<ExitCode, String> {
    let root = workspace::root()?;
    let chosen = workspace::chapters(&arguments.chapters)?;
    let only: Vec<Option<&str>> = match chosen.as_slice() {
        [] => vec![None],
        chosen => chosen.iter().map(|chapter| Some(chapter.slug)).collect(),
    };
    if !arguments.check && !arguments.force {
        let stale = only.iter().map(|only| exercise::stale(&root, *only));
        let stale: Vec<Vec<PathBuf>> = stale
            .collect::<Result<_, _>>()
            .map_err(|error| error.to_string())?;
        are_kept(&root, &stale.concat())?;
    }
    let mut changed = Vec::new();
    for only in only {
        let found = if arguments.check {
            exercise::stale(&root, only)
        } else {
            exercise::write(&root, only)
        };
        changed.extend(found.map_err(|error| error.to_string())?);
    }
    for path in &changed {
        let inside = path.strip_prefix(&root).unwrap_or(path);
        out::say(&format!("{}\n", workspace::slashed(inside)));
    }
    if arguments.check && !changed.is_empty() {
        let words = "These exercises are not what their solutions give. If you have solved one and \
            mean to share it: thank you, and please keep it in your own copy, so that the next \
            learner finds it unsolved. If you changed a solution: run `cargo xtask exercises`.";
        out::say(&format!("{}\n", wrap(words, WIDTH).join("\n")));
        return Ok(ExitCode::from(1));
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether git has these files as they are, but for those that are not there yet.
///
/// # Errors
/// With one line about the first that it may not have.
fn are_kept(root: &Path, files: &[PathBuf]) -> Result<(), String> {
    let says = |words: &[&str]| {
        let said = Command::new("git").current_dir(root).args(words).output();
        let said = said.ok().filter(|said| said.status.success());
        said.map(|said| String::from_utf8_lossy(&said.stdout).into_owned())
    };
    let status = says(&["status", "--porcelain", "--", "exercises"]);
    if status.is_some_and(|changed| !changed.is_empty()) {
        return Err(
            "exercises/ has changes that git does not have: commit or stash them, \
             or write over them with --force"
                .into(),
        );
    }
    // An empty status is no proof: git may be told not to look, or may not be there.
    let known = says(&["ls-files", "-v", "--", "exercises"]).unwrap_or_default();
    for file in files.iter().filter(|file| file.exists()) {
        let inside = workspace::slashed(file.strip_prefix(root).unwrap_or(file));
        if !known.lines().any(|line| line == format!("H {inside}")) {
            return Err(format!(
                "git does not keep {inside}: copy it away, and write over it with --force"
            ));
        }
    }
    Ok(())
}
