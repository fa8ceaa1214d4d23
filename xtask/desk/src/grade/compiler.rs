//! The compiler, as cargo calls it for a submission's crates: held to a time, to
//! an amount of memory, and to the submission's own files.
//!
//! Cargo starts this program in the compiler's place (`RUSTC_WORKSPACE_WRAPPER`),
//! for members of the workspace alone. It starts the compiler in a clean
//! environment, hands on what that says as far as it is not too much, and looks at
//! which files were read: whoever reads another's gets no program, and no word of
//! the compiler's about that file either.

use std::{
    env,
    ffi::OsString,
    io::{BufRead, BufReader, Read, Write},
    process::{Command, ExitCode, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::Instant,
};

use serde_json::{Value, json};

use super::{
    foreign::{self, ROOT},
    limits::{COMPILE, COMPILE_LOOK, COMPILE_WAIT, COMPILER_LINE, COMPILER_MEMORY, WORDS},
};

/// What our own messages are marked with, so that they are told from the
/// compiler's: the submission is refused, or took too much.
pub const REFUSED: &str = "on-the-wire::refused";
/// See [`REFUSED`].
pub const TOO_MUCH: &str = "on-the-wire::too-much";

/// What the compiler and the linker need of the environment.
const PASSED_ON: [&str; 14] = [
    "PATH",
    "HOME",
    "TMPDIR",
    "TEMP",
    "TMP",
    "LD_LIBRARY_PATH",
    "CARGO_HOME",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    "SystemRoot",
    "ProgramFiles",
    "ProgramFiles(x86)",
    "LIB",
    "LIBPATH",
];

/// Whether cargo has started us in the compiler's place.
pub fn is_called() -> bool {
    env::var_os(ROOT).is_some()
}

/// Compiles one crate, or answers one of cargo's questions.
pub fn run() -> ExitCode {
    let words: Vec<OsString> = env::args_os().skip(1).collect();
    let Some((compiler, words)) = words.split_first() else {
        return ExitCode::from(2);
    };
    let package = env::var("CARGO_PKG_NAME").unwrap_or_default();
    let mut command = Command::new(compiler);
    command.args(words);
    if package.is_empty() {
        return code(command.status().ok());
    }
    clean(&mut command);
    // A panic then names the file as its author knows it, and the program is a
    // tenth of its size.
    command.arg(format!("--remap-path-prefix={package}/exercises=exercises"));
    command.args(["-Cdebuginfo=0", "-Cstrip=debuginfo", "-Awarnings"]);
    system::restrain(&mut command);
    let outcome = compile(command);
    let foreign = match &outcome {
        Outcome::Ended(status) if status.success() => foreign::in_sources(words, &package),
        Outcome::Foreign(file) => Some(file.clone()),
        _ => None,
    };
    match outcome {
        _ if foreign.is_some() => refuse(&foreign.unwrap_or_default()),
        Outcome::Ended(status) if system::has_computed_enough(&status) => say(
            TOO_MUCH,
            &format!("does not build in {} s", COMPILE.as_secs()),
        ),
        Outcome::Ended(status) if status.code().is_none() => say(
            TOO_MUCH,
            &format!(
                "the compiler was ended while it worked on this; it may take {} GiB of memory",
                COMPILER_MEMORY >> 30
            ),
        ),
        Outcome::Late => say(
            TOO_MUCH,
            &format!("does not build in {} s", COMPILE_WAIT.as_secs()),
        ),
        Outcome::Ended(status) => return code(Some(status)),
        Outcome::Foreign(_) => {}
    }
    ExitCode::FAILURE
}

enum Outcome {
    Ended(ExitStatus),
    Late,
    /// Its messages show a file that is not the submission's.
    Foreign(String),
}

/// Runs the compiler to its end or to its time's, and hands its messages on.
fn compile(mut command: Command) -> Outcome {
    let began = Instant::now();
    let spawned = command.stderr(Stdio::piped()).spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) => {
            say(
                TOO_MUCH,
                &format!("the compiler cannot be started: {error}"),
            );
            std::process::exit(1);
        }
    };
    let (lines, heard) = mpsc::sync_channel(64);
    if let Some(source) = child.stderr.take() {
        thread::spawn(move || read_lines(source, &lines));
    }
    let (mut room, mut foreign) = (WORDS, None::<String>);
    loop {
        let left = COMPILE_WAIT.saturating_sub(began.elapsed());
        match heard.recv_timeout(left) {
            Ok(line) => {
                let message: Value = serde_json::from_slice(&line).unwrap_or_default();
                foreign = foreign.or_else(|| foreign::in_message(&message));
                if foreign.is_none() {
                    hand_on(&line, &message, &mut room);
                }
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {
                system::end(&mut child);
                return Outcome::Late;
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
        }
    }
    // Its messages are over, and so is it, or it has closed them to work on.
    while began.elapsed() < COMPILE_WAIT {
        match (child.try_wait(), &foreign) {
            (Ok(Some(status)), None) => return Outcome::Ended(status),
            (Ok(Some(_)), Some(file)) => return Outcome::Foreign(file.clone()),
            _ => thread::sleep(COMPILE_LOOK),
        }
    }
    system::end(&mut child);
    Outcome::Late
}

/// Hands a line on to cargo, as long as there is room for the compiler's words.
/// What is not about the text is for cargo itself, and short.
fn hand_on(line: &[u8], message: &Value, room: &mut usize) {
    if message["$message_type"] != "diagnostic" {
        let _ = std::io::stderr().write_all(line);
        return;
    }
    let rendered = message["rendered"].as_str().unwrap_or_default();
    if rendered.len() <= *room {
        *room -= rendered.len();
        told(message, rendered);
    } else if *room > 0 {
        *room = 0;
        told(message, "and more, which is left out\n");
    }
}

/// Writes what cargo needs of a message.
fn told(message: &Value, rendered: &str) {
    let message = json!({
        "$message_type": "diagnostic", "message": message["message"], "level": message["level"],
        "code": message["code"], "spans": [], "children": [], "rendered": rendered,
    });
    eprintln!("{message}");
}

/// Sends whole lines of at most [`COMPILER_LINE`] bytes; longer ones are lost.
fn read_lines(source: impl Read, lines: &mpsc::SyncSender<Vec<u8>>) {
    let mut source = BufReader::new(source);
    loop {
        let mut line = Vec::new();
        let most = COMPILER_LINE as u64;
        match source.by_ref().take(most).read_until(b'\n', &mut line) {
            Ok(1..) => {}
            _ => return,
        }
        if line.ends_with(b"\n") {
            if lines.send(line).is_err() {
                return;
            }
        } else if !skip_line(&mut source) {
            return;
        }
    }
}

/// Passes over what is left of a line, without keeping it; false at the end.
fn skip_line(source: &mut impl BufRead) -> bool {
    loop {
        let Ok(bytes @ [_, ..]) = source.fill_buf() else {
            return false;
        };
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let count = end.map_or(bytes.len(), |end| end + 1);
        source.consume(count);
        if end.is_some() {
            return true;
        }
    }
}

fn refuse(file: &str) {
    say(
        REFUSED,
        &format!("it reads {file} while it is compiled, which is not one of its own files"),
    );
}

/// Says something as the compiler would, so that cargo knows whose it is.
fn say(mark: &str, words: &str) {
    let message = json!({
        "message": words, "level": "error", "code": { "code": mark, "explanation": null },
    });
    told(&message, &format!("error: {words}\n"));
}

/// An environment without secrets: `env!` writes it into the program.
fn clean(command: &mut Command) {
    let ours = |name: &str| name.starts_with("CARGO_") && name != "CARGO_REGISTRY_TOKEN";
    let kept: Vec<(OsString, OsString)> = env::vars_os()
        .filter(|(name, _)| {
            let name = name.to_string_lossy();
            PASSED_ON.contains(&name.as_ref())
                || (ours(&name) && (name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_M")))
                || matches!(
                    name.as_ref(),
                    "CARGO" | "CARGO_CRATE_NAME" | "CARGO_BIN_NAME"
                )
        })
        .collect();
    command.env_clear().envs(kept);
}

fn code(status: Option<ExitStatus>) -> ExitCode {
    let code = status.and_then(|status| status.code());
    ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}

/// What the operating system holds the compiler to.
#[cfg(target_os = "linux")]
mod system {
    use std::{
        os::unix::process::{CommandExt, ExitStatusExt},
        process::{Child, Command, ExitStatus},
    };

    use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process_group, nice, setrlimit};

    use super::{COMPILE, COMPILER_MEMORY};
    use crate::grade::limits::COMPILER_FILE;

    /// Limits are ours, and the compiler inherits them.
    pub fn restrain(command: &mut Command) {
        command.process_group(0);
        let seconds = COMPILE.as_secs();
        for (resource, most, at_last) in [
            (Resource::As, COMPILER_MEMORY, COMPILER_MEMORY),
            (Resource::Fsize, COMPILER_FILE, COMPILER_FILE),
            (Resource::Core, 0, 0),
            // A second later it is killed, and nobody could tell for what.
            (Resource::Cpu, seconds, seconds + 1),
        ] {
            let limit = Rlimit {
                current: Some(most),
                maximum: Some(at_last),
            };
            let _ = setrlimit(resource, limit);
        }
        // Programs that are being checked must not be late because another is built.
        let _ = nice(10);
    }

    /// Whether it was ended for the time that it has computed.
    pub fn has_computed_enough(status: &ExitStatus) -> bool {
        status.signal() == Some(Signal::XCPU.as_raw())
    }

    /// Ends it with its linker.
    pub fn end(child: &mut Child) {
        let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        if let Some(group) = group {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = child.wait();
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::process::{Child, Command, ExitStatus};

    pub fn restrain(_command: &mut Command) {}

    pub fn has_computed_enough(_status: &ExitStatus) -> bool {
        false
    }

    pub fn end(child: &mut Child) {
        let _ = child.kill();
        let _ = child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_without_end_are_passed_over() {
        let mut text = vec![b'x'; 3 * COMPILER_LINE];
        text.extend(b"\nshort\n");
        let (lines, heard) = mpsc::sync_channel(4);
        read_lines(&text[..], &lines);
        drop(lines);
        assert_eq!(heard.iter().collect::<Vec<_>>(), [b"short\n"]);
    }
}
