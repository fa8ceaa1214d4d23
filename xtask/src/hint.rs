//! `cargo xtask hint`: one hint more at each call, for the step where the learner stands.
//!
//! The hints stand beside the solution, in `solutions/<slug>/hints.md`: a heading
//! for each step, below it a question, a pointer, and nearly the line.

use std::{fs, path::Path, process::ExitCode};

use checker::{
    chapter::Chapter,
    folding::{WIDTH, wrap},
    terminal::Style,
};
use clap::Args;

use crate::{
    check,
    exercise::written::{self, Written},
    out, progress, standing, workspace,
};

/// How many hints a step has: a question, a pointer, nearly the line.
pub const GRADES: usize = 3;

/// How far in a hint stands, behind its mark.
const INDENT: usize = 10;

/// For what.
#[derive(Args)]
pub struct Arguments {
    /// A chapter: `ch04`, `4` or `ch04-sse-counter`; where you are when none is named
    chapter: Option<String>,
    /// A step of it instead of the one where you stand
    #[arg(long, value_name = "NUMBER")]
    step: Option<u32>,
}

/// Prints the hints of a step that have been told, and one more.
///
/// # Errors
/// With one line when there is no such chapter or step, or no hint.
pub fn run(arguments: Arguments) -> Result<ExitCode, String> {
    let root = workspace::root()?;
    let chapter = standing::chapter(&root, arguments.chapter.as_deref())?;
    let style = Style {
        colour: check::colour(),
        ..Style::default()
    };
    let steps = written::steps(&root, chapter)?;
    let number = match (arguments.step, nothing(&root, chapter, &steps)) {
        (Some(number), _) => number,
        (None, Some(words)) => {
            out::say(&words);
            return Ok(ExitCode::SUCCESS);
        }
        (None, None) => standing::step(&root, chapter, &steps),
    };
    let step = written::numbered(steps, number)?;
    let before = progress::hints(&root, chapter.slug, number);
    let (words, told) = next(&root, chapter, &step, before, &style)?;
    out::say(&(words + &more(chapter, number, told)));
    let is_old = |last: progress::Last| last.is_old(&root, chapter.slug);
    let edited = progress::last(&root, chapter.slug).is_some_and(is_old);
    if arguments.step.is_none() && edited && !step.is_open() {
        out::say(&format!(
            "\nThe exercise has been edited since its last check. Is this still the step?\n  \
             cargo xtask check {}\n",
            chapter.number()
        ));
    }
    let kept = progress::keep_hints(&root, chapter.slug, number, told);
    kept.map_err(|error| {
        format!(".progress cannot be written ({error}): until it can, no other hint is told")
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The step's heading, the hints told `before` and the next one, and how many are told
/// with it: the caller knows how many there were, and writes this down.
///
/// # Errors
/// With one line about the file of the hints.
pub fn next(
    root: &Path,
    chapter: &Chapter,
    step: &Written,
    before: usize,
    style: &Style,
) -> Result<(String, usize), String> {
    let number = step.step.number;
    let hints = read(root, chapter, number)?;
    let told = before.saturating_add(1).min(GRADES);
    let title = format!(
        "{} · step {number}: {}",
        chapter.number(),
        step.step.instruction
    );
    let title: Vec<String> = wrap(&title, WIDTH)
        .iter()
        .map(|line| style.bold(line))
        .collect();
    let mut out = format!("{}\n{}\n\n", title.join("\n"), style.dim(&step.at(chapter)));
    for (n, hint) in hints.iter().enumerate().take(told) {
        for (row, line) in wrap(hint, WIDTH - INDENT).iter().enumerate() {
            let mark = if row == 0 {
                format!("{} of {GRADES}", n + 1)
            } else {
                "      ".into()
            };
            let line = if n + 1 == told {
                line.clone()
            } else {
                style.dim(line)
            };
            out += &format!("  {}  {line}\n", style.dim(&mark));
        }
    }
    Ok((out, told))
}

/// What is said instead of a hint where there is nothing left to do.
pub fn nothing(root: &Path, chapter: &Chapter, steps: &[Written]) -> Option<String> {
    let (name, all) = (chapter.number(), steps.len());
    standing::still_passes(root, chapter).then(|| {
        format!(
            "{name} passes as it is, and no step needs a hint.\n\n\
             Compare: cargo xtask diff {name}\n\
             The hints of a step, 1 to {all}: cargo xtask hint {name} --step NUMBER\n"
        )
    })
}

/// How one goes on after so many hints.
pub fn more(chapter: &Chapter, number: u32, told: usize) -> String {
    let name = chapter.number();
    match told {
        GRADES => format!(
            "\nThat was the last one. The solution's: cargo xtask diff {name} --step {number}\n"
        ),
        _ => format!("\nOne more: cargo xtask hint {name} --step {number}\n"),
    }
}

/// The three hints of a step.
fn read(root: &Path, chapter: &Chapter, step: u32) -> Result<Vec<String>, String> {
    let place = format!("solutions/{}/hints.md", chapter.slug);
    let text =
        fs::read_to_string(root.join(&place)).map_err(|error| format!("{place}: {error}"))?;
    let hints = of_step(&text, step);
    if hints.len() == GRADES {
        Ok(hints)
    } else {
        let found = hints.len();
        Err(format!(
            "{place}: step {step} has {found} hints; {GRADES} belong below `## Step {step}`"
        ))
    }
}

/// The items of the list below `## Step N`; lines that go on belong to their item.
fn of_step(text: &str, step: u32) -> Vec<String> {
    let heading = format!("## Step {step}");
    let below = text.lines().skip_while(|line| line.trim_end() != heading);
    let mut hints: Vec<String> = Vec::new();
    for line in below.skip(1).take_while(|line| !line.starts_with("## ")) {
        let item = line.split_once(". ").filter(|(number, _)| {
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        });
        match (item, hints.last_mut()) {
            (Some((_, hint)), _) => hints.push(hint.to_owned()),
            (None, Some(hint)) => *hint = format!("{hint} {}", line.trim()).trim_end().to_owned(),
            (None, None) => {}
        }
    }
    hints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_items_below_a_steps_heading() {
        let text = "# Hints\n\nWords.\n\n## Step 1\n\n1. Where?\n2. Look\n   there.\n\n3. `x`\n\n\
                    ## Step 10\n\n1. Ten?\n";
        assert_eq!(of_step(text, 1), ["Where?", "Look there.", "`x`"]);
        assert_eq!(of_step(text, 10), ["Ten?"]);
        assert!(of_step(text, 2).is_empty());
    }
}
