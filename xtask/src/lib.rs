//! The workbook's command line, and what its commands have in common. Those that a
//! first check does without are in the package `desk`.

use std::{
    io::Write,
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
};

use clap::{Parser, error::ContextKind};

pub mod afterwards;
pub mod bless;
pub mod book;
pub mod browser;
pub mod check;
pub mod desk;
pub mod diff;
pub mod doctor;
pub mod exercise;
pub mod exercises;
pub mod guardian;
pub mod hint;
pub mod invocation;
pub mod new_chapter;
pub mod orphans;
pub mod out;
pub mod overview;
pub mod progress;
pub mod reset;
pub mod standing;
pub mod suite;
pub mod whole_file;
pub mod workspace;

/// What every `main` of ours begins with: a start that is no command of its own, as
/// a program's way through the fence is none, is over with the exit code.
pub fn begins() -> Option<ExitCode> {
    say_panics_in_one_line();
    checker::fence::entered()
        .or_else(checker::leash::entered)
        .or_else(checker::island::entered)
        .or_else(checker::probe::entered)
}

/// The command line; what is wrong with it is said, without the tip to pass a
/// misspelt option on to a program, which nobody means.
pub fn called<Command: Parser>() -> Command {
    Command::try_parse().unwrap_or_else(|mut error| {
        error.remove(ContextKind::Suggested);
        error.exit()
    })
}

/// What every `main` of ours ends with: a command that fails, or that panics, which
/// has been said by then, is a failure of ours. An error is one line, however long: who
/// reads it with a program has it whole, and a terminal folds it.
pub fn ends(command: impl FnOnce() -> Result<ExitCode, String>) -> ExitCode {
    let failure = ExitCode::from(2);
    match catch_unwind(AssertUnwindSafe(command)) {
        Ok(Ok(code)) => code,
        Ok(Err(message)) => {
            complain(&format!("error: {message}"));
            failure
        }
        Err(_) => failure,
    }
}

/// A defect of ours is told in one line: a trace of our stack helps no learner.
fn say_panics_in_one_line() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        complain(&format!(
            "error: the checker itself failed at {place}; please report this line"
        ));
    }));
}

/// Prints a line on standard error, which nobody may be reading any more.
fn complain(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

#[cfg(test)]
mod tests {
    use std::process::ExitCode;

    #[test]
    fn a_panic_is_a_failure_of_ours() {
        let code = super::ends(|| panic!("on purpose"));
        assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::from(2)));
    }
}
