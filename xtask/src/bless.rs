//! `cargo xtask bless`: snapshots as the solutions speak today; the diff is for
//! people to read, since the contract decides and not the program.

use std::process::ExitCode;

use clap::Args;

use crate::{out, suite};

/// Which snapshots.
#[derive(Args)]
pub struct Arguments {
    /// Only tests whose name contains this: `solutions`, `near_misses`
    filter: Option<String>,
}

/// Runs the suite with insta writing what it finds.
///
/// # Errors
/// Where `CI` is set: nobody reads a diff there.
pub fn run(arguments: Arguments) -> Result<ExitCode, String> {
    if std::env::var_os("CI").is_some_and(|value| !value.is_empty()) {
        return Err(
            "CI is set: snapshots are blessed by people, who read `git diff` afterwards".into(),
        );
    }
    let words = ["test", "--package", "checker", "--test", "suite", "--"];
    let code = suite::cargo(
        &words,
        arguments.filter.as_deref(),
        &[("INSTA_UPDATE", "always")],
    )?;
    out::say("Now read `git diff`: each line must be what the contract says.\n");
    Ok(code)
}
