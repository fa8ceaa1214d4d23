//! `cargo xtask diff`: yours beside the solution, only where the steps are, and only
//! those that are written. Lines of code are never folded: they are as in the file.

use std::{path::Path, process::ExitCode};

use checker::{
    chapter::Chapter,
    folding::{WIDTH, wrap},
    terminal::Style,
};
use clap::Args;
use similar::{ChangeTag, TextDiff};

use crate::{
    check,
    exercise::{
        region,
        written::{self, Written},
    },
    out, standing, workspace,
};

/// Of what.
#[derive(Args)]
pub struct Arguments {
    /// A chapter: `ch04`, `4` or `ch04-sse-counter`; the one checked last when none is named
    chapter: Option<String>,
    /// One step of it, written or not
    #[arg(long, value_name = "NUMBER")]
    step: Option<u32>,
    /// The solution's steps too where yours are still to be written
    #[arg(long, conflicts_with = "step")]
    all: bool,
}

/// Prints it.
///
/// # Errors
/// With one line when there is no such chapter or step.
pub fn run(arguments: Arguments) -> Result<ExitCode, String> {
    let root = workspace::root()?;
    let latest = standing::latest(&root).map(|chapter| chapter.slug);
    let name = arguments.chapter.as_deref().or(latest);
    let chapter = standing::chapter(&root, name)?;
    let style = Style {
        colour: check::colour(),
        ..Style::default()
    };
    let which = match arguments.step {
        Some(number) => Which::One(number),
        None if arguments.all => Which::All,
        None => Which::Written,
    };
    out::say(&text(&root, chapter, which, &style)?);
    Ok(ExitCode::SUCCESS)
}

/// Which steps are shown; a step that nobody asked for is not told before it is written.
pub enum Which {
    Written,
    All,
    One(u32),
}

/// The steps of a chapter, or one of them, each as far as it differs.
///
/// # Errors
/// With one line when there is no such step, or a file cannot be read.
pub fn text(root: &Path, chapter: &Chapter, which: Which, style: &Style) -> Result<String, String> {
    let mut steps = written::steps(root, chapter)?;
    let elsewhere = elsewhere(&steps, chapter);
    if let Which::One(number) = which {
        steps = vec![written::numbered(steps, number)?];
    }
    let hides = |step: &Written| matches!(which, Which::Written) && !is_written(step);
    let legend = format!(
        "{}, {}",
        style.red("- yours"),
        style.green("+ the solution")
    );
    let mut out = format!(
        "{} · {}   {legend}\n",
        style.bold(chapter.number()),
        chapter.title
    );
    for step in &steps {
        out += &match hides(step) {
            true => format!("\n{}", heading(chapter, step, style)),
            false => format!("\n{}", of_step(chapter, step, style)),
        };
    }
    if let Some(hidden) = steps.iter().find(|step| hides(step)) {
        let (name, number) = (chapter.number(), hidden.step.number);
        out += &format!(
            "\nWhat the solution has there: cargo xtask diff {name} --step {number}, or --all\n"
        );
    }
    if !elsewhere.is_empty() && !matches!(which, Which::One(_)) {
        out += &format!("\n{}\n", style.dim("You also changed what was given, in"));
        for file in elsewhere {
            out += &format!("  {}\n", style.dim(&file));
        }
    }
    Ok(out)
}

fn of_step(chapter: &Chapter, step: &Written, style: &Style) -> String {
    let number = step.step.number;
    let (yours, solution) = (step.code(), &step.step.code);
    if yours.trim() == solution.trim() {
        return format!(
            "{} step {number}, as the solution has it\n",
            style.green("  =")
        );
    }
    let mut out = heading(chapter, step, style) + "\n";
    for change in TextDiff::from_lines(yours.as_str(), solution.as_str()).iter_all_changes() {
        let line = change.value().trim_end();
        let line = match change.tag() {
            ChangeTag::Equal => format!("    {line}"),
            ChangeTag::Delete => style.red(&format!("  - {line}")),
            ChangeTag::Insert => style.green(&format!("  + {line}")),
        };
        out += line.trim_end();
        out.push('\n');
    }
    out
}

/// Whether there is anything of the learner's to compare.
fn is_written(step: &Written) -> bool {
    !step.is_open() && !step.theirs.is_empty()
}

/// What a step asks for, and where it is.
fn heading(chapter: &Chapter, step: &Written, style: &Style) -> String {
    let state = match step.theirs.is_empty() {
        true => "   the file is not there",
        false if step.is_open() => "   still to be written",
        false => "",
    };
    let title = format!("step {}: {}", step.step.number, step.step.instruction);
    let mut out = String::new();
    for line in wrap(&title, WIDTH - 2) {
        out += &format!("  {}\n", style.bold(&line));
    }
    let place = format!("{}{state}", step.at(chapter));
    out + &format!("  {}\n", style.dim(&place))
}

/// Files in which more than the steps is not as it was given.
fn elsewhere(steps: &[Written], chapter: &Chapter) -> Vec<String> {
    let mut files: Vec<String> = Vec::new();
    for step in steps {
        let of_file: Vec<&Written> = steps
            .iter()
            .filter(|other| other.inside == step.inside)
            .collect();
        let given = outside(&step.given, of_file.iter().map(|step| &step.step.hole));
        let theirs = outside(&step.theirs, of_file.iter().map(|step| &step.place));
        let file = Path::new(&workspace::exercise(chapter)).join(&step.inside);
        let file = workspace::slashed(&file);
        if given != theirs && !step.theirs.is_empty() && !files.contains(&file) {
            files.push(file);
        }
    }
    files
}

/// A text without the lines of these ranges.
fn outside<'range>(
    text: &str,
    ranges: impl Iterator<Item = &'range std::ops::Range<usize>> + Clone,
) -> String {
    let is_outside = |place: &usize| !ranges.clone().any(|range| range.contains(place));
    let lines = 0..text.lines().count();
    let kept = lines.filter(is_outside);
    kept.map(|line| region::lines(text, &(line..line + 1)))
        .collect()
}
