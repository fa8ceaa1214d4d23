//! Builds packages of the workspace and says where their programs are.

use std::{
    env,
    ffi::OsStr,
    io::{self, BufRead, BufReader, IsTerminal, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

pub use launcher::environment::as_from_a_shell;
use serde_json::Value;

use crate::{
    diagnostic::{Diagnostic, Warning},
    program::Invocation,
};

/// Cargo's last message when all is built.
const FINISHED: &str = r#"{"reason":"build-finished","success":true}"#;

/// In a message of something that is no program.
const NO_PROGRAM: &str = r#""executable":null"#;

/// A row of cargo's progress is on a terminal until something is written over it.
const OVER_PROGRESS: &str = "\r\x1b[K";

/// A package, built.
#[derive(Clone, Debug)]
pub struct Built {
    /// How to run its program.
    pub run: Invocation,
    /// What the compiler warned of, each once.
    pub warnings: Vec<Warning>,
}

/// Builds `packages` of the workspace at `root` in one call; rustc's words go to
/// standard error as they come. What is built comes back in the same order.
///
/// # Errors
/// With one line; when rustc has spoken there is no need for more.
pub fn build(root: &Path, packages: &[String], quiet: bool) -> Result<Vec<Built>, String> {
    built(root, packages, quiet, false)
}

/// The same without a word unless rustc has one, and as soon as all is built: cargo
/// still clears its desk, for which no verdict need wait. Nothing else should be
/// built at once, since it may hold the target folder until it has gone.
///
/// # Errors
/// As [`build`].
pub fn build_at_once(root: &Path, packages: &[String]) -> Result<Vec<Built>, String> {
    built(root, packages, true, true)
}

fn built(
    root: &Path,
    packages: &[String],
    quiet: bool,
    at_once: bool,
) -> Result<Vec<Built>, String> {
    let terminal = io::stderr().is_terminal();
    let mut child = command(root, packages, quiet, terminal && !colourless())
        .spawn()
        .map_err(|error| format!("cargo cannot be started: {error}"))?;
    let over = if terminal && !quiet {
        OVER_PROGRESS
    } else {
        ""
    };
    let mut heard = Heard::default();
    if let Some(messages) = child.stdout.take() {
        for line in BufReader::new(messages).lines().map_while(Result::ok) {
            if at_once && line == FINISHED {
                thread::spawn(move || child.wait());
                return heard.built(packages);
            }
            if let Some(words) = heard.hears(&line) {
                // Whoever has closed it does not want to know.
                let _ = write!(io::stderr().lock(), "{over}{words}");
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
    heard.built(packages)
}

/// Whether the learner wants no colour (no-color.org), or none of cargo.
fn colourless() -> bool {
    let set = |name, to: fn(&OsStr) -> bool| env::var_os(name).is_some_and(|value| to(&value));
    set("NO_COLOR", |value| !value.is_empty())
        || set("TERM", |value| value == "dumb")
        || set("CARGO_TERM_COLOR", |value| value == "never")
}

/// What cargo has said on its standard output, line by line.
#[derive(Default)]
pub struct Heard {
    programs: Vec<(String, PathBuf)>,
    warnings: Vec<(String, Warning)>,
}

impl Heard {
    /// Listens to one line; what the compiler says in it is for the learner to read.
    pub fn hears(&mut self, line: &str) -> Option<String> {
        if let Some(said) = Diagnostic::in_message(line) {
            let warned = said.warning.map(|warning| (said.package, warning));
            // A library and its program may have files in common.
            self.warnings
                .extend(warned.filter(|warned| !self.warnings.contains(warned)));
            return Some(said.rendered);
        }
        self.programs.extend(program_in(line));
        None
    }

    /// All of `packages`, in their order, once cargo has ended well.
    ///
    /// # Errors
    /// With one line, when one makes no program of its own name.
    pub fn built(&self, packages: &[String]) -> Result<Vec<Built>, String> {
        let of = |package: &String| {
            let program = self.programs.iter().rfind(|(name, _)| name == package);
            let warnings = self.warnings.iter().filter(|(name, _)| name == package);
            Some(Built {
                run: Invocation {
                    file: program?.1.clone(),
                    args: Vec::new(),
                },
                warnings: warnings.map(|(_, warning)| warning.clone()).collect(),
            })
        };
        let all: Option<Vec<Built>> = packages.iter().map(of).collect();
        all.ok_or_else(|| {
            let names = packages.join(", ");
            format!(
                "{names} makes no program of its own name: is its src/main.rs there? A reset \
                 of the chapter puts it back"
            )
        })
    }
}

/// The call of cargo that builds `packages`; its standard output is for [`Heard`]. The
/// compiler's words have colours if `colour`.
pub fn command(root: &Path, packages: &[String], quiet: bool, colour: bool) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .arg("build")
        .current_dir(root)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    command.arg(match colour {
        true => "--message-format=json-diagnostic-rendered-ansi",
        false => "--message-format=json",
    });
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
fn program_in(line: &str) -> Option<(String, PathBuf)> {
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
