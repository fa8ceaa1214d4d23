//! A process of ours that ends when the checker does, however that ends: it begins by
//! way of the checker's own executable, which asks the kernel for it and then becomes
//! the process.

use std::{
    ffi::OsString,
    path::Path,
    process::{Command, ExitCode},
};

/// The first argument that says this start is such a one.
const LEASH: &str = "--on-a-leash";

/// The command that starts `file`, by way of the executable `gate` where the system
/// has such a leash. The `main` of `gate` calls [`entered`].
pub fn command(gate: Option<&Path>, file: &Path) -> Command {
    match gate.filter(|_| cfg!(target_os = "linux")) {
        Some(gate) => {
            let mut command = Command::new(gate);
            command.arg(LEASH).arg(file);
            command
        }
        None => Command::new(file),
    }
}

/// Called first in the gate's `main`: on such a start the process becomes the one that
/// was asked for, or says in one line why it cannot. `None` on any other start.
pub fn entered() -> Option<ExitCode> {
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    let [first, file, args @ ..] = words.as_slice() else {
        return None;
    };
    if first != LEASH {
        return None;
    }
    eprintln!("cannot be started: {}", becomes(file.as_ref(), args));
    Some(ExitCode::FAILURE)
}

#[cfg(target_os = "linux")]
fn becomes(file: &Path, args: &[OsString]) -> String {
    use rustix::process::{Signal, set_parent_process_death_signal};
    use std::os::unix::process::CommandExt;
    // Without the signal it runs all the same.
    let _ = set_parent_process_death_signal(Some(Signal::KILL));
    Command::new(file).args(args).exec().to_string()
}

#[cfg(not(target_os = "linux"))]
fn becomes(_: &Path, _: &[OsString]) -> String {
    "this system has no leash".into()
}
