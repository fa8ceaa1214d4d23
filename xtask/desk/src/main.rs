//! The commands that a first check does without: `cargo xtask watch`, `grade`,
//! `wire`, `bench`, and the figures of the book.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod bench;
mod figure;
mod figures;
mod fold;
mod grade;
mod watch;
mod wire;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    disable_help_subcommand = true,
    max_term_width = checker::folding::WIDTH
)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Checks at each save, on a screen of its own
    Watch(watch::Arguments),
    /// Shows a conversation on the wire as it happens, both sides
    Wire(wire::Arguments),
    /// Grades a class: many submissions, one table (instructors)
    Grade(grade::Arguments),
    /// One check of a grading, in a process of its own
    #[command(hide = true)]
    Judge(grade::judge::Arguments),
    /// Measures a check beside cargo's own build (contributors)
    Bench(bench::Arguments),
    /// Draws the book's figures; mdBook starts it
    #[command(hide = true)]
    Figures(figures::Arguments),
}

fn main() -> ExitCode {
    if let Some(code) = xtask::begins() {
        return code;
    }
    if grade::compiler::is_called() {
        return grade::compiler::run();
    }
    xtask::ends(|| match xtask::called::<CommandLine>().command {
        Command::Watch(arguments) => watch::run(arguments),
        Command::Wire(arguments) => wire::run(arguments),
        Command::Grade(arguments) => grade::run(arguments),
        Command::Judge(arguments) => grade::judge::run(arguments),
        Command::Bench(arguments) => bench::run(arguments),
        Command::Figures(arguments) => figures::run(arguments),
    })
}
