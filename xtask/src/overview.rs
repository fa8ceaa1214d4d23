//! `cargo xtask`: where you are, one line a chapter, and what is next.

use std::process::ExitCode;

use checker::{chapter::Chapter, chapters, terminal::Style};

use crate::{afterwards, check, out, progress, standing, workspace};

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
    let mut page = String::from("On the Wire · Sur le fil\n\n");
    let mut open: Vec<&Chapter> = Vec::new();
    for chapter in chapters::ALL {
        let last = progress::last(&root, chapter.slug);
        let old = last
            .as_ref()
            .is_some_and(|last| last.is_old(&root, chapter.slug));
        let (mark, words) = match &last {
            _ if progress::is_broken(&root, chapter.slug) => {
                (style.red("✗"), "does not build".to_owned())
            }
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
        page += &format!(
            "  {mark} {}  {:<26}{words}\n",
            chapter.number(),
            chapter.title
        );
    }
    // One goes on where one was.
    let here = standing::here(&root);
    let goes_on = open.iter().find(|chapter| chapter.slug == here.slug);
    page += &match goes_on.or(open.first()) {
        Some(chapter) => format!(
            "\nNext: {}, in {}\n      cargo xtask check {}\n",
            chapter.title,
            workspace::exercise(chapter),
            chapter.number()
        ),
        None => format!("\n{}", afterwards::all_pass(&root)),
    };
    out::say(&page);
    Ok(ExitCode::SUCCESS)
}
