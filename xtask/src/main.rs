//! The workbook's command line: one file a command, `cargo xtask --help` lists them.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod afterwards;
mod bench;
mod bless;
mod book;
mod browser;
mod check;
mod diff;
mod doctor;
mod exercise;
mod exercises;
mod figure;
mod figures;
mod grade;
mod hint;
mod invocation;
mod new_chapter;
mod orphans;
mod out;
mod overview;
mod progress;
mod reset;
mod standing;
mod suite;
mod watch;
mod whole_file;
mod wire;
mod workspace;

/// Checks what your servers say on the wire, byte by byte.
#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    disable_help_subcommand = true
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
    Watch(watch::Arguments),
    /// Grades a class: many submissions, one table (instructors)
    Grade(grade::Arguments),
    /// One check of a grading, in a process of its own
    #[command(hide = true)]
    Judge(grade::judge::Arguments),
    /// Tells one hint more for the step where you stand
    Hint(hint::Arguments),
    /// Shows your steps beside the solution's
    Diff(diff::Arguments),
    /// Puts an exercise back as it was given, and keeps yours
    Reset(reset::Arguments),
    /// Tells what this machine lacks, each with its cure
    Doctor,
    /// Shows a conversation on the wire as it happens, both sides
    Wire(wire::Arguments),
    /// Serves the book, in English and in French
    Book(book::Arguments),
    /// Runs the project's own suite
    Test(suite::Arguments),
    /// Writes the snapshots anew from what the solutions say (contributors)
    Bless(bless::Arguments),
    /// Writes the exercises anew from the solutions (contributors)
    Exercises(exercises::Arguments),
    /// Measures a check beside cargo's own build (contributors)
    Bench(bench::Arguments),
    /// Draws the book's figures; mdBook starts it
    #[command(hide = true)]
    Figures(figures::Arguments),
    /// Begins a chapter: solution, script and page, ready to be filled (contributors)
    Chapter(new_chapter::Arguments),
}

fn main() -> ExitCode {
    if let Some(code) = checker::fence::entered().or_else(checker::probe::entered) {
        return code;
    }
    say_panics_in_one_line();
    if grade::compiler::is_called() {
        return grade::compiler::run();
    }
    let outcome = match CommandLine::parse().command {
        None => overview::run(),
        Some(Command::Check(arguments)) => check::run(arguments),
        Some(Command::Watch(arguments)) => watch::run(arguments),
        Some(Command::Grade(arguments)) => grade::run(arguments),
        Some(Command::Judge(arguments)) => grade::judge::run(arguments),
        Some(Command::Hint(arguments)) => hint::run(arguments),
        Some(Command::Diff(arguments)) => diff::run(arguments),
        Some(Command::Reset(arguments)) => reset::run(arguments),
        Some(Command::Doctor) => doctor::run(),
        Some(Command::Wire(arguments)) => wire::run(arguments),
        Some(Command::Book(arguments)) => book::run(arguments),
        Some(Command::Test(arguments)) => suite::run(arguments),
        Some(Command::Bench(arguments)) => bench::run(arguments),
        Some(Command::Bless(arguments)) => bless::run(arguments),
        Some(Command::Exercises(arguments)) => exercises::run(arguments),
        Some(Command::Figures(arguments)) => figures::run(arguments),
        Some(Command::Chapter(arguments)) => new_chapter::run(arguments),
    };
    outcome.unwrap_or_else(|message| {
        eprintln!("error: {message}");
        ExitCode::from(2)
    })
}

/// A defect of ours is told in one line: a trace of our stack helps no learner.
fn say_panics_in_one_line() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        eprintln!("error: the checker itself failed at {place}; please report this line");
    }));
}
