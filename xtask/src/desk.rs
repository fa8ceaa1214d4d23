//! The commands of the package `desk`: it is built when one is first called, so that
//! nobody waits for them before a first verdict.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use checker::cargo;
use clap::Args;
use launcher::handover;

use crate::workspace;

/// Words that the other package understands, whatever they are.
#[derive(Args)]
pub struct Words {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    _words: Vec<OsString>,
}

/// Becomes `command` of the other package, or waits for it where a process cannot.
///
/// # Errors
/// When it does not build or cannot be started.
pub fn run(command: &str) -> Result<ExitCode, String> {
    let root = workspace::root()?;
    let mut desk = Command::new(program(&root)?);
    // As they were given: clap would take away a `--` that comes first.
    desk.arg(command).args(env::args_os().skip(2));
    handover::become_it(desk).map_err(|error| format!("{command} cannot be started: {error}"))
}

/// The other package's program, built.
///
/// # Errors
/// When it does not build.
pub fn program(root: &Path) -> Result<PathBuf, String> {
    // The first time shows its progress.
    let name = format!("desk{}", env::consts::EXE_SUFFIX);
    let quiet = env::current_exe().is_ok_and(|ourselves| ourselves.with_file_name(name).is_file());
    Ok(cargo::build(root, &["desk".into()], quiet)?
        .remove(0)
        .run
        .file)
}
