//! Why a server did not start: one line for the reader, one exit code for the shell.

use std::fmt::{self, Display};
use std::io::{self, Write};
use std::process::ExitCode;

/// A reason not to start, in words that say what to do about it.
#[derive(Debug)]
pub struct StartError {
    message: String,
    exit_code: u8,
}

impl StartError {
    /// The program was called wrongly: exit code 2, as shells and most tools have it.
    pub fn usage(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            exit_code: 2,
        }
    }

    /// The call was right and the machine did not follow: exit code 1.
    pub fn failed(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            exit_code: 1,
        }
    }

    /// Serving ended with an error after a good start.
    pub fn serving(error: io::Error) -> Self {
        Self::failed(format!("the server stopped: {error}"))
    }

    /// Says the line on stderr and gives the code that `main` returns.
    pub fn report(&self) -> ExitCode {
        // `eprintln!` would panic where stderr is closed: then nobody is there to read a line.
        let _ = writeln!(io::stderr(), "{self}");
        ExitCode::from(self.exit_code)
    }
}

impl Display for StartError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for StartError {}
