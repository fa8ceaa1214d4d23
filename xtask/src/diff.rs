//! `cargo xtask diff`: yours beside the solution, only where the steps are.

use std::{path::Path, process::ExitCode};

use checker::{chapter::Chapter, terminal::Style};
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
    /// A chapter: `ch04`, `4` or `ch04-sse-counter`; the next one when none is named
    chapter: Option<String>,
    /// One step of it
    #[arg(long, value_name = "NUMBER")]
    step: Option<u32>,
}

/// Prints it.
///
/// # Errors
/// With one line when there is no such chapter or step.
pub fn run(arguments: Arguments) -> Result<ExitCode, String> {
    let root = workspace::root()?;
    let chapter = standing::chapter(&root, arguments.chapter.as_deref())?;
    let style = Style {
        colour: check::colour(),
        ..Style::default()
    };
    out::say(&text(&root, chapter, arguments.step, &style)?);
    Ok(ExitCode::SUCCESS)
}

/// The steps of a chapter, or one of them, each as far as it differs.
///
/// # Errors
/// With one line when there is no such step, or a file cannot be read.
pub fn text(
    root: &Path,
    chapter: &Chapter,
    step: Option<u32>,
    style: &Style,
) -> Result<String, String> {
    let mut steps = written::steps(root, chapter)?;
    let elsewhere = elsewhere(&steps, chapter);
    if let Some(number) = step {
        steps = vec![written::numbered(steps, number)?];
    }
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
        out += &format!("\n{}", of_step(chapter, step, style));
    }
    if !elsewhere.is_empty() && step.is_none() {
        let files = elsewhere.join(", ");
        out += &format!(
            "\n{}\n",
            style.dim(&format!("You also changed what was given in {files}."))
        );
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
    let state = match step.theirs.is_empty() {
        true => "   the file is not there",
        false if step.is_open() => "   still to be written",
        false => "",
    };
    let heading = format!("step {number}: {}", step.step.instruction);
    let place = format!("{}{state}", step.at(chapter));
    let mut out = format!("  {}\n  {}\n\n", style.bold(&heading), style.dim(&place));
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
        let file = file.display().to_string();
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
