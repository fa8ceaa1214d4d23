//! `cargo xtask doctor`: what this machine lacks, each with its cure.

use std::{path::Path, process::ExitCode};

use checker::{
    folding::{WIDTH, wrap},
    terminal::Style,
};

use crate::{check, out, workspace};

mod fence;
mod network;
mod programs;
mod system;
mod terminal;

/// How far in a cure stands, behind its arrow.
const INDENT: usize = 8;

/// The column in which what was found stands.
const FOUND: usize = 20;

/// What was looked at, and what was found.
pub struct Finding {
    /// `C compiler`.
    what: String,
    /// The version, the size, or what is wrong, in a few words.
    found: String,
    state: State,
}

enum State {
    Good,
    /// The workbook goes on without it; what to do about it all the same.
    Spare(String),
    /// The workbook does not work without it; what to do about it.
    Lacking(String),
}

impl Finding {
    pub fn good(what: impl Into<String>, found: impl Into<String>) -> Self {
        let (what, found, state) = (what.into(), found.into(), State::Good);
        Self { what, found, state }
    }

    pub fn spare(
        what: impl Into<String>,
        found: impl Into<String>,
        cure: impl Into<String>,
    ) -> Self {
        let (what, found, state) = (what.into(), found.into(), State::Spare(cure.into()));
        Self { what, found, state }
    }

    pub fn lacking(
        what: impl Into<String>,
        found: impl Into<String>,
        cure: impl Into<String>,
    ) -> Self {
        let (what, found, state) = (what.into(), found.into(), State::Lacking(cure.into()));
        Self { what, found, state }
    }

    /// What to do about it; nothing where all is well.
    fn cure(&self) -> &str {
        match &self.state {
            State::Good => "",
            State::Spare(cure) | State::Lacking(cure) => cure,
        }
    }
}

/// What belongs together: a title, and how to look.
type Section = (&'static str, fn(&Path) -> Vec<Finding>);

/// In the order in which they are told. A new section is a file below `doctor/` and
/// a line here.
const SECTIONS: [Section; 5] = [
    ("Programs", programs::look),
    ("This system", system::look),
    ("This terminal", terminal::look),
    ("Its network with itself", network::look),
    ("What a program under check cannot do", fence::look),
];

/// Looks at everything and tells it; exit code 1 when something is lacking.
///
/// # Errors
/// When the workspace cannot be found.
pub fn run() -> Result<ExitCode, String> {
    let root = workspace::root()?;
    let style = Style {
        colour: check::colour(),
        ..Style::default()
    };
    let mut lacking = 0;
    for (title, look) in SECTIONS {
        out::say(&format!("{}\n", style.bold(title)));
        // Several in a row that one cure helps have it once, below the last.
        for alike in look(&root).chunk_by(|one, next| one.cure() == next.cure()) {
            for finding in alike {
                lacking += usize::from(matches!(finding.state, State::Lacking(_)));
                out::say(&line(finding, &style));
            }
            out::say(&advice(alike[0].cure()));
        }
        out::say("\n");
    }
    Ok(match lacking {
        0 => {
            out::say(&(style.green("All that the workbook needs is here.") + "\n"));
            ExitCode::SUCCESS
        }
        1 => {
            out::say("One thing is lacking.\n");
            ExitCode::FAILURE
        }
        more => {
            out::say(&format!("{more} things are lacking.\n"));
            ExitCode::FAILURE
        }
    })
}

fn line(finding: &Finding, style: &Style) -> String {
    let mark = match &finding.state {
        State::Good => style.green("✓"),
        State::Spare(_) => style.dim("–"),
        State::Lacking(_) => style.red("✗"),
    };
    let gap = " ".repeat(FOUND.saturating_sub(finding.what.chars().count()).max(2));
    format!("  {mark} {}{gap}{}\n", finding.what, finding.found)
}

fn advice(cure: &str) -> String {
    let mut out = String::new();
    for (row, line) in wrap(cure, WIDTH - INDENT).iter().enumerate() {
        let arrow = if row == 0 { "→" } else { " " };
        out += &format!("      {arrow} {line}\n");
    }
    out
}
