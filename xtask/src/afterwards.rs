//! What stands below the report of an exercise: how to go on.

use std::path::Path;

use checker::{
    chapter::Chapter,
    report::{ChapterReport, Verdict},
    terminal::Style,
};

/// Lines for the learner whose exercise this report is about.
pub fn words(_root: &Path, chapter: &Chapter, report: &ChapterReport, style: &Style) -> String {
    match report.verdict {
        Verdict::Failed | Verdict::NotReached => {
            style.dim(&format!("Stuck? cargo xtask hint {}", chapter.number())) + "\n"
        }
        Verdict::Passed | Verdict::Skipped => {
            style.dim(&format!("Compare: cargo xtask diff {}", chapter.number())) + "\n"
        }
        Verdict::Error => String::new(),
    }
}
