//! Builds packages of the workspace and says where their programs are.

use std::{
    env,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

pub use launcher::environment::as_from_a_shell;
use serde_json::Value;

/// Cargo's last message when all is built.
const FINISHED: &str = r#"{"reason":"build-finished","success":true}"#;

/// In a message of something that is no program.
const NO_PROGRAM: &str = r#""executable":null"#;

/// Builds `packages` of the workspace at `root` in one call; rustc's words go to
/// standard error as they come. The programs' paths come back in the same order.
///
/// # Errors
/// With one line; when rustc has spoken there is no need for more.
pub fn build(root: &Path, packages: &[String], quiet: bool) -> Result<Vec<PathBuf>, String> {
    built(root, packages, quiet, false)
}

/// The same without a word unless rustc has one, and as soon as all is built: cargo
/// still clears its desk, for which no verdict need wait. Nothing else should be
/// built at once, since it may hold the target folder until it has gone.
///
/// # Errors
/// As [`build`].
pub fn build_at_once(root: &Path, packages: &[String]) -> Result<Vec<PathBuf>, String> {
    built(root, packages, true, true)
}

fn built(
    root: &Path,
    packages: &[String],
    quiet: bool,
    at_once: bool,
) -> Result<Vec<PathBuf>, String> {
    let mut child = command(root, packages, quiet)
        .spawn()
        .map_err(|error| format!("cargo cannot be started: {error}"))?;
    let mut found = vec![None; packages.len()];
    if let Some(messages) = child.stdout.take() {
        for line in BufReader::new(messages).lines().map_while(Result::ok) {
            if at_once && line == FINISHED {
                thread::spawn(move || child.wait());
                return in_order(found, packages);
            }
            if let Some((name, program)) = program_in(&line)
                && let Some(place) = packages.iter().position(|package| *package == name)
            {
                found[place] = Some(program);
            }
        }
    }
    let status = child
        .wait()
        .map_err(|error| format!("cargo cannot be waited for: {error}"))?;
    if !status.success() {
        let names = packages.join(", ");
        return Err(format!(
            "{names} does not build; the compiler says why above"
        ));
    }
    in_order(found, packages)
}

fn in_order(found: Vec<Option<PathBuf>>, packages: &[String]) -> Result<Vec<PathBuf>, String> {
    let all: Option<Vec<PathBuf>> = found.into_iter().collect();
    all.ok_or_else(|| {
        let names = packages.join(", ");
        format!("{names} builds, and makes no program of its own name")
    })
}

/// The call of cargo that builds `packages`; for each of them its standard output
/// has a line with the program, see [`program_in`].
pub fn command(root: &Path, packages: &[String], quiet: bool) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .arg("build")
        .current_dir(root)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    command.arg("--message-format=json-render-diagnostics");
    if quiet {
        command.arg("--quiet");
    }
    for package in packages {
        command.args(["--package", package]);
    }
    as_from_a_shell(&mut command);
    command
}

/// The program that a cargo message speaks of, and its name.
pub fn program_in(line: &str) -> Option<(String, PathBuf)> {
    // Most messages are of libraries, and long.
    if line.contains(NO_PROGRAM) {
        return None;
    }
    let message: Value = serde_json::from_str(line).ok()?;
    let program = message["executable"].as_str()?;
    Some((
        message["target"]["name"].as_str()?.to_owned(),
        PathBuf::from(program),
    ))
}
