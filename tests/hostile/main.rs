//! Programs that a checker must survive, each under a name: `hostile ping-flood`.
//!
//! They are the suite's (`tests/suite/hostile.rs`), which runs each behind the
//! command line and looks at the verdict, and at what is left behind. Each bounds
//! itself too, so that a checker with a defect costs a test and not a machine.

#[cfg(unix)]
mod http;
#[cfg(unix)]
mod kernel;
#[cfg(unix)]
mod process;
#[cfg(unix)]
mod server;
#[cfg(unix)]
mod websocket;

use std::process::ExitCode;

/// A name, and what it does.
pub type Deed = (&'static str, fn());

fn main() -> ExitCode {
    let name = std::env::args().nth(1).unwrap_or_default();
    #[cfg(unix)]
    let all = [process::DEEDS, kernel::DEEDS, http::DEEDS, websocket::DEEDS].concat();
    #[cfg(not(unix))]
    let all: [Deed; 0] = [];
    match all.iter().find(|(known, _)| *known == name) {
        Some((_, deed)) => {
            deed();
            ExitCode::SUCCESS
        }
        None => {
            let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
            eprintln!(
                "there is no program {name:?}; there are {}",
                names.join(", ")
            );
            ExitCode::from(2)
        }
    }
}
