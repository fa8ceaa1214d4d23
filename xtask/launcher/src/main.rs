//! `cargo xtask` runs this program, which becomes the command line.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use launcher::{command_line::CommandLine, handover};

fn main() -> ExitCode {
    launched().unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::from(2)
    })
}

fn launched() -> Result<ExitCode, String> {
    // Cargo names this package, which is some way below the workspace.
    let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let package = package.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).to_owned());
    let ourselves = env::current_exe().map_err(|error| format!("our own program: {error}"))?;
    let root = package
        .ancestors()
        .find(|root| root.join("Cargo.lock").is_file());
    let (Some(root), Some(folder)) = (root, ourselves.parent()) else {
        return Err("the workbook is not where it was built; run `cargo xtask` inside it".into());
    };
    let command_line = CommandLine::new(root.to_owned(), folder.to_owned());
    let mut program = match command_line.is_current() || command_line.build()? {
        true => Command::new(command_line.program()),
        // Cargo, which has it somewhere else, finds it.
        false => {
            let mut cargo = command_line.cargo("run");
            cargo.args(["--quiet", "--"]);
            cargo
        }
    };
    program.args(env::args_os().skip(1));
    handover::become_it(program).map_err(|error| format!("the command line: {error}"))
}
