//! A submission with its rows, one a chapter: what tables and pages are about.

use super::{
    class::Submission,
    row::{Outcome, Row},
};

/// One learner's results, in the chapters' order.
pub struct Learner {
    /// Whose they are.
    pub submission: Submission,
    /// One a chapter.
    pub rows: Vec<Row>,
}

impl Learner {
    /// Steps passed, and steps there are.
    pub fn points(&self) -> (usize, usize) {
        let sum = |count: fn(&Row) -> usize| self.rows.iter().map(count).sum();
        (sum(|row| row.passed), sum(|row| row.steps))
    }

    /// Where the page is, from the folder of results.
    pub fn page(&self) -> String {
        format!("learners/{}.html", self.submission.stem)
    }
}

/// Whether every row says something about its submission.
pub fn all_graded(learners: &[Learner]) -> bool {
    let rows = learners.iter().flat_map(|learner| &learner.rows);
    rows.into_iter().all(|row| row.outcome != Outcome::Error)
}
