//! What stands below the report of an exercise: how to go on.

use std::path::Path;

use checker::{
    chapter::Chapter,
    report::Verdict,
    terminal::{Style, wrap},
};

use crate::{progress, standing};

/// The widest line of what is known, in characters.
const WIDTH: usize = 76;

/// Lines for the learner whose exercise got this verdict, once it is written down.
pub fn words(root: &Path, chapter: &Chapter, verdict: Verdict, style: &Style) -> String {
    let number = chapter.number();
    match verdict {
        Verdict::Failed | Verdict::NotReached => {
            style.dim(&format!("Stuck? cargo xtask hint {number}")) + "\n"
        }
        Verdict::Passed | Verdict::Skipped => {
            let mut out = format!("\n{}\n", style.bold("What you now know"));
            for line in wrap(chapter.known, WIDTH) {
                out += &format!("  {line}\n");
            }
            out += &format!("\nCompare: cargo xtask diff {number}\n");
            let next = standing::next(root);
            out += &match progress::last(root, next.slug).is_some_and(|last| last.done) {
                true => "All chapters pass.\n".to_owned(),
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
        assert!(said(Verdict::Passed).ends_with("All chapters pass.\n"));
    }
}
