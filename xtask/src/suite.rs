//! `cargo xtask test`: the project's own suite, in one command.

use std::process::{Command, ExitCode};

use clap::Args;

use crate::{browser, workspace};

/// Which tests.
#[derive(Args)]
pub struct Arguments {
    /// Only tests whose name contains this
    filter: Option<String>,
}

/// Runs the suite and returns its exit code, 0 or 1.
///
/// # Errors
/// When cargo cannot be started.
pub fn run(arguments: Arguments) -> Result<ExitCode, String> {
    browser::ensure()?;
    let packages = ["checker", "launcher", "xtask", "desk"];
    let mut words = vec!["test"];
    words.extend(packages.iter().flat_map(|package| ["--package", package]));
    words.extend(["--", "--nocapture"]);
    cargo(&words, arguments.filter.as_deref(), &[])
}

/// Runs cargo in the workspace with `filter` at the end.
///
/// # Errors
/// When it cannot be started.
pub fn cargo(
    words: &[&str],
    filter: Option<&str>,
    environment: &[(&str, &str)],
) -> Result<ExitCode, String> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(workspace::root()?)
        .args(words)
        .args(filter);
    checker::cargo::as_from_a_shell(&mut command);
    // What a shell has set for insta must not decide what passes.
    for (name, _) in
        std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("INSTA_"))
    {
        command.env_remove(name);
    }
    command
        .env("INSTA_UPDATE", "no")
        .envs(environment.iter().copied());
    let status = command
        .status()
        .map_err(|error| format!("cargo cannot be started: {error}"))?;
    Ok(ExitCode::from(u8::from(!status.success())))
}
