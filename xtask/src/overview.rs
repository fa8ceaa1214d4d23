//! `cargo xtask`: where you are, one line a chapter, and what is next.

use std::process::ExitCode;

use checker::{chapter::Chapter, chapters, terminal::Style};

use crate::{afterwards, check, progress, standing, workspace};

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
    let mut open: Vec<&Chapter> = Vec::new();
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
        if !last.is_some_and(|last| last.done && !old) {
            open.push(chapter);
        }
        println!(
            "  {mark} {}  {:<26}{}",
            chapter.number(),
            chapter.title,
            words
        );
    }
    // One goes on where one was.
    let here = standing::here(&root);
    let goes_on = open.iter().find(|chapter| chapter.slug == here.slug);
    match goes_on.or(open.first()) {
        Some(chapter) => {
            println!(
                "\nNext: {}, in {}",
                chapter.title,
                workspace::exercise(chapter)
            );
            println!("      cargo xtask check {}", chapter.number());
        }
        None => print!("\n{}", afterwards::all_pass(&root)),
    }
    Ok(ExitCode::SUCCESS)
}
