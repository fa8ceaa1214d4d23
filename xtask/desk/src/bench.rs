//! `cargo xtask bench`: what a check costs beside cargo's own build, side by side in
//! one run, in a copy of the workbook that nobody works in.

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Command, ExitCode, Stdio},
    thread,
    time::{Duration, Instant},
};

use checker::{cargo, chapter::Chapter, processes};
use clap::Args;

use self::{copy::Copy, table::Table};
use xtask::{out, workspace};

mod copy;
mod table;

/// Between two looks at the memory of a process.
const LOOK: Duration = Duration::from_millis(10);

/// What to measure, and how often.
#[derive(Args)]
pub struct Arguments {
    /// Chapters whose solutions are checked
    #[arg(default_values = ["ch02", "ch04"])]
    chapters: Vec<String>,
    /// Runs of each kind; medians are shown
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=100))]
    runs: u32,
    /// Measure builds from nothing as well; they take minutes
    #[arg(long)]
    cold: bool,
}

/// Measures, and prints a table.
///
/// # Errors
/// With one line when the copy cannot be made or a command fails.
pub fn run(arguments: Arguments) -> Result<ExitCode, String> {
    let root = workspace::root()?;
    let chapters = workspace::chapters(&arguments.chapters)?;
    let copy = Copy::of(&root).map_err(|error| format!("the copy of the workbook: {error}"))?;
    let mut table = Table::default();
    if arguments.cold {
        for chapter in &chapters {
            cold(&copy, chapter, &mut table)?;
        }
    }
    out::say("Builds the copy …\n");
    let mut packages = vec!["xtask".to_owned()];
    packages.extend(chapters.iter().map(|chapter| solution(chapter)));
    timed(&mut copy.cargo_build(&packages))?;
    for chapter in &chapters {
        out::say(&format!(
            "Measures {}, {} runs …\n",
            chapter.slug, arguments.runs
        ));
        warm(&copy, chapter, arguments.runs, &mut table)?;
    }
    out::say(&table.text(arguments.runs));
    Ok(ExitCode::SUCCESS)
}

/// From nothing: the solution alone, and the first verdict.
fn cold(copy: &Copy, chapter: &Chapter, table: &mut Table) -> Result<(), String> {
    out::say(&format!("Builds {} from nothing, twice …\n", chapter.slug));
    let gone = |error| format!("the copy's target folder: {error}");
    copy.forgets_builds().map_err(gone)?;
    let build = timed(&mut copy.cargo_build(&[solution(chapter)]))?;
    copy.forgets_builds().map_err(gone)?;
    let verdict = timed(&mut check(copy, chapter))?;
    let what = format!("{}: from nothing to the first verdict", chapter.number());
    table.row(what, &[build.whole], &[verdict.whole]);
    Ok(())
}

/// After an edit and without one; in turns, so that a busy moment meets both.
fn warm(copy: &Copy, chapter: &Chapter, runs: u32, table: &mut Table) -> Result<(), String> {
    let number = chapter.number();
    let packages = [solution(chapter)];
    let mut fresh = (Vec::new(), Vec::new());
    let mut edited = (Vec::new(), Vec::new());
    let (mut first, mut memory) = (Vec::new(), Vec::new());
    for run in 0..=runs {
        let edit = |turn: &str| {
            let edited = copy.edits(chapter, &format!("{run} {turn}"));
            edited.map_err(|error| format!("the copy's source: {error}"))
        };
        edit("build")?;
        let build = timed(&mut copy.cargo_build(&packages))?;
        let unchanged = timed(&mut copy.cargo_build(&packages))?;
        edit("check")?;
        let verdict = timed(&mut check(copy, chapter))?;
        let again = timed(&mut check(copy, chapter))?;
        // The first run finds cold caches, and is not counted.
        if run == 0 {
            continue;
        }
        edited.0.push(build.whole);
        edited.1.push(verdict.whole);
        fresh.0.push(unchanged.whole);
        fresh.1.push(again.whole);
        first.push(verdict.first);
        memory.extend(peak(copy, chapter)?);
    }
    table.row(
        format!("{number}: an edit, to the verdict"),
        &edited.0,
        &edited.1,
    );
    table.row(
        format!("{number}: an edit, to the first step"),
        &edited.0,
        &first,
    );
    table.row(format!("{number}: nothing changed"), &fresh.0, &fresh.1);
    table.memory(number, &memory);
    Ok(())
}

fn solution(chapter: &Chapter) -> String {
    format!("{}-solution", chapter.slug)
}

/// As a learner types it.
fn check(copy: &Copy, chapter: &Chapter) -> Command {
    let mut command = copy.cargo();
    command.args(["xtask", "check", "--solution", chapter.number()]);
    command
}

/// How long a command took.
struct Took {
    whole: Duration,
    /// Until the first line with a verdict on a step.
    first: Duration,
}

/// Runs a command to its end; exit code 3 is a pass too, without a browser.
fn timed(command: &mut Command) -> Result<Took, String> {
    command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .stdin(Stdio::null());
    let began = Instant::now();
    let mut child = command
        .spawn()
        .map_err(|error| format!("{command:?}: {error}"))?;
    let complaints = child.stderr.take().map(|mut stderr| {
        thread::spawn(move || {
            let mut words = String::new();
            // What is no UTF-8 is no help either.
            let _ = stderr.read_to_string(&mut words);
            words
        })
    });
    let mut first = None;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if line.contains('✓') {
                first.get_or_insert(began.elapsed());
            }
        }
    }
    let status = child.wait().map_err(|error| error.to_string())?;
    let whole = began.elapsed();
    if !matches!(status.code(), Some(0 | 3)) {
        let words = complaints
            .and_then(|words| words.join().ok())
            .unwrap_or_default();
        let last = words.lines().rev().find(|line| !line.trim().is_empty());
        return Err(format!(
            "{command:?} fails: {}",
            last.unwrap_or("without a word")
        ));
    }
    Ok(Took {
        whole,
        first: first.unwrap_or(whole),
    })
}

/// The most memory that the checker itself takes in a check, in KiB; only Linux tells.
fn peak(copy: &Copy, chapter: &Chapter) -> Result<Option<u64>, String> {
    let mut command = copy.xtask();
    command.args(["check", "--solution", chapter.number()]);
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .stdin(Stdio::null());
    let mut child = command
        .spawn()
        .map_err(|error| format!("{command:?}: {error}"))?;
    let mut most = None;
    while child
        .try_wait()
        .map_err(|error| error.to_string())?
        .is_none()
    {
        let held = processes::peak(child.id()) >> 10;
        most = most.max((held > 0).then_some(held));
        thread::sleep(LOOK);
    }
    Ok(most)
}

/// A call of cargo in a folder, with nothing of ours in its environment.
fn cargo_in(folder: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo::as_from_a_shell(&mut command);
    command.current_dir(folder);
    command
}
