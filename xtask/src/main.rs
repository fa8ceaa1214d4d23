//! `cargo xtask`: one file a command, `cargo xtask --help` lists them.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::{
    bless, book, check,
    desk::{self, Words},
    diff, doctor, exercises, hint, new_chapter, overview, reset, suite,
};

/// Checks what your servers say on the wire, byte by byte.
#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    disable_help_subcommand = true,
    max_term_width = checker::folding::WIDTH
)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Builds and checks an exercise, a solution, or any program
    Check(check::Arguments),
    /// Checks at each save, on a screen of its own
    #[command(disable_help_flag = true)]
    Watch(Words),
    /// Grades a class: many submissions, one table (instructors)
    #[command(disable_help_flag = true)]
    Grade(Words),
    /// Tells one hint more for the step where you stand
    Hint(hint::Arguments),
    /// Shows your steps beside the solution's
    Diff(diff::Arguments),
    /// Puts an exercise back as it was given, and keeps yours
    Reset(reset::Arguments),
    /// Tells what this machine lacks, each with its cure
    Doctor,
    /// Shows a conversation on the wire as it happens, both sides
    #[command(disable_help_flag = true)]
    Wire(Words),
    /// Serves the book, in English and in French
    Book(book::Arguments),
    /// Runs the project's own suite
    Test(suite::Arguments),
    /// Writes the snapshots anew from what the solutions say (contributors)
    Bless(bless::Arguments),
    /// Writes the exercises anew from the solutions (contributors)
    Exercises(exercises::Arguments),
    /// Measures a check beside cargo's own build (contributors)
    #[command(disable_help_flag = true)]
    Bench(Words),
    /// Draws the book's figures; mdBook starts it
    #[command(hide = true, disable_help_flag = true)]
    Figures(Words),
    /// Begins a chapter: solution, script and page, ready to be filled (contributors)
    Chapter(new_chapter::Arguments),
}

fn main() -> ExitCode {
    if let Some(code) = xtask::begins() {
        return code;
    }
    xtask::ends(|| match xtask::called::<CommandLine>().command {
        None => overview::run(),
        Some(Command::Check(arguments)) => check::run(arguments),
        Some(Command::Watch(_)) => desk::run("watch"),
        Some(Command::Grade(_)) => desk::run("grade"),
        Some(Command::Hint(arguments)) => hint::run(arguments),
        Some(Command::Diff(arguments)) => diff::run(arguments),
        Some(Command::Reset(arguments)) => reset::run(arguments),
        Some(Command::Doctor) => doctor::run(),
        Some(Command::Wire(_)) => desk::run("wire"),
        Some(Command::Book(arguments)) => book::run(arguments),
        Some(Command::Test(arguments)) => suite::run(arguments),
        Some(Command::Bench(_)) => desk::run("bench"),
        Some(Command::Bless(arguments)) => bless::run(arguments),
        Some(Command::Exercises(arguments)) => exercises::run(arguments),
        Some(Command::Figures(_)) => desk::run("figures"),
        Some(Command::Chapter(arguments)) => new_chapter::run(arguments),
    })
}
