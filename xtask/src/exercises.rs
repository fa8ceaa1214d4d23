//! `cargo xtask exercises`: the exercises out of the solutions.

use std::process::{Command, ExitCode};

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
    if !arguments.check && !arguments.force {
        let status = Command::new("git")
            .current_dir(&root)
            .args(["status", "--porcelain", "--", "exercises"])
            .output();
        let status = status.ok().filter(|status| status.status.success());
        let Some(status) = status else {
            return Err(
                "git cannot say whether exercises/ has changes of yours: copy them away, \
                 and write over them with --force"
                    .into(),
            );
        };
        if !status.stdout.is_empty() {
            return Err(
                "exercises/ has changes that git does not have: commit or stash them, \
                 or write over them with --force"
                    .into(),
            );
        }
    }
    let only: Vec<Option<&str>> = match chosen.as_slice() {
        [] => vec![None],
        chosen => chosen.iter().map(|chapter| Some(chapter.slug)).collect(),
    };
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
