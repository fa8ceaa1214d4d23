//! One program of ours in the place of another.

use std::{
    io,
    process::{Command, ExitCode},
};

/// Becomes the program, where a process can; elsewhere waits for it and has its exit code.
///
/// # Errors
/// When it cannot be started.
#[cfg(unix)]
pub fn become_it(mut program: Command) -> io::Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(program.exec())
}

/// Becomes the program, where a process can; elsewhere waits for it and has its exit code.
///
/// # Errors
/// When it cannot be started.
#[cfg(not(unix))]
pub fn become_it(mut program: Command) -> io::Result<ExitCode> {
    let code = program.status()?.code();
    Ok(ExitCode::from(
        code.and_then(|code| u8::try_from(code).ok()).unwrap_or(2),
    ))
}
