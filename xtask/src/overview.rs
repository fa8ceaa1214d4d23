//! `cargo xtask`: where you are, one line a chapter, and what is next.

use std::process::ExitCode;

use checker::{chapters, terminal::Style};

use crate::{check, progress, workspace};

/// Prints the overview; nothing is built or started for it.
///
/// # Errors
/// When the workspace cannot be found.
pub fn run() -> Result<ExitCode, String> {
    let root = workspace::root()?;
    let style = Style {
        colour: check::colour(),
        ..Style::default()
    };
    println!("On the Wire · Sur le fil\n");
    let mut next = None;
    for chapter in chapters::ALL {
        let last = progress::last(&root, chapter.slug);
        let old = last
            .as_ref()
            .is_some_and(|last| last.is_old(&root, chapter.slug));
        let (mark, words) = match &last {
            Some(last) if last.done && !old => (style.green("✓"), "passes".to_owned()),
            Some(last) if last.done => (
                "·".to_owned(),
                "passed, and edited since: check it again".to_owned(),
            ),
            Some(last) => {
                let (passed, all) = last.passed;
                let since = if old { ", edited since" } else { "" };
                (style.red("✗"), format!("{passed} of {all} steps{since}"))
            }
            None => ("·".to_owned(), "not checked yet".to_owned()),
        };
        if next.is_none() && !last.is_some_and(|last| last.done && !old) {
            next = Some(chapter);
        }
        println!(
            "  {mark} {}  {:<26}{}",
            chapter.number(),
            chapter.title,
            words
        );
    }
    match next {
        Some(chapter) => {
            println!(
                "\nNext: {}, in {}",
                chapter.title,
                workspace::exercise(chapter)
            );
            println!("      cargo xtask check {}", chapter.number());
        }
        None => println!("\nAll chapters pass."),
    }
    Ok(ExitCode::SUCCESS)
}
