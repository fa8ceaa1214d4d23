//! What stands below the report of an exercise: how to go on.

use std::path::Path;

use checker::{
    chapter::Chapter,
    folding::{WIDTH, wrap},
    report::Verdict,
    terminal::Style,
};

use crate::{standing, workspace};

/// The page that looks back at all chapters.
const LAST_PAGE: &str = "websocket-or-sse";

/// Lines for the learner whose exercise got this verdict, once it is written down.
pub fn words(root: &Path, chapter: &Chapter, verdict: Verdict, style: &Style) -> String {
    let number = chapter.number();
    match verdict {
        Verdict::Failed | Verdict::NotReached => {
            style.dim(&format!("Stuck? cargo xtask hint {number}")) + "\n"
        }
        Verdict::Passed | Verdict::Skipped => {
            let mut out = format!("\n{}\n", style.bold("What you now know"));
            for line in wrap(chapter.known, WIDTH - 2) {
                out += &format!("  {line}\n");
            }
            out += &format!("\nCompare: cargo xtask diff {number}\n");
            let next = standing::next(root);
            out += &match standing::passes(root, next) {
                true => all_pass(root),
                false => format!(
                    "Next:    cargo xtask check {}   {}\n",
                    next.number(),
                    next.title
                ),
            };
            out
        }
        Verdict::Error => String::new(),
    }
}

/// What is left to do when no chapter is: to look back.
pub fn all_pass(root: &Path) -> String {
    let page = workspace::page(root, LAST_PAGE);
    let page = page.strip_prefix(root).unwrap_or(&page);
    format!(
        "All chapters pass. You have built both: which of them, and when?\n\
         Last page: {} (cargo xtask book serves it)\n",
        workspace::slashed(page)
    )
}

#[cfg(test)]
mod tests {
    use checker::chapters;

    use super::*;

    #[test]
    fn a_pass_says_what_is_known_and_what_is_next() {
        let root = tempfile::tempdir().expect("a directory");
        let [first, second, ..] = chapters::ALL else {
            panic!("two chapters")
        };
        let said = |verdict| words(root.path(), first, verdict, &Style::default());
        let open = said(Verdict::Failed);
        assert_eq!(
            open,
            format!("Stuck? cargo xtask hint {}\n", first.number())
        );
        std::fs::write(
            root.path().join(".progress"),
            format!("{} 1 1 done 0\n", first.slug),
        )
        .expect("a file");
        for verdict in [Verdict::Passed, Verdict::Skipped] {
            let passed = said(verdict);
            let known: String = first
                .known
                .split_whitespace()
                .take(4)
                .collect::<Vec<_>>()
                .join(" ");
            for part in [
                &known,
                &format!("cargo xtask diff {}", first.number()),
                &format!("cargo xtask check {}", second.number()),
            ] {
                assert!(passed.contains(part), "{part}\n{passed}");
            }
        }
        let all: String = chapters::ALL
            .iter()
            .map(|chapter| format!("{} 1 1 done 0\n", chapter.slug))
            .collect();
        std::fs::write(root.path().join(".progress"), all).expect("a file");
        let said = said(Verdict::Passed);
        assert!(said.contains("All chapters pass."), "{said}");
        let page = workspace::page(
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .parent()
                .expect("a root"),
            LAST_PAGE,
        );
        assert!(
            page.is_file() && said.contains("book/src/websocket-or-sse.md"),
            "{said}"
        );
    }
}
