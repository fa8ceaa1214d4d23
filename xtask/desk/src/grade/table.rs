//! The results in a terminal: one line a learner.

use checker::{folding::WIDTH, terminal::Style};

use super::{
    learner::Learner,
    row::{Outcome, Row},
};

/// The widest name, in characters; longer ones are cut, and shorter where that makes
/// the table fit a terminal. One of many chapters is wider: a learner keeps one line.
const NAME: usize = 32;
const NAME_MIN: usize = 16;

/// The table, with a heading above and a sum below it.
pub fn text(slugs: &[&str], learners: &[Learner], style: Style) -> String {
    let cells = |place: usize| {
        let rows = learners
            .iter()
            .filter_map(move |learner| learner.rows.get(place));
        rows.map(|row| row.cell().chars().count() + 2).max()
    };
    let widths: Vec<usize> = (0..slugs.len())
        .map(|place| cells(place).unwrap_or(0).max(8))
        .collect();
    let room = WIDTH.saturating_sub(widths.iter().map(|width| width + 2).sum());
    let most = match room {
        NAME_MIN..NAME => room - 1,
        _ => NAME,
    };
    let width = |learner: &Learner| name(learner, most).chars().count();
    let names = learners.iter().map(width).max().unwrap_or(0).max(10);
    let mut out = format!("{:names$}", "");
    for (slug, width) in slugs.iter().zip(&widths) {
        let chapter = slug.split('-').next().unwrap_or(slug);
        out += &format!("  {chapter:<width$}");
    }
    out = out.trim_end().to_owned() + "\n";
    for learner in learners {
        let mut line = format!("{:names$}", name(learner, most));
        for (row, width) in learner.rows.iter().zip(&widths) {
            let cell = format!("{} {}", mark(row.outcome), row.cell());
            let gap = " ".repeat(width.saturating_sub(cell.chars().count()));
            line += &format!("  {}{gap}", painted(row, &cell, style));
        }
        out += &(line.trim_end().to_owned() + "\n");
    }
    out + &sum(learners)
}

/// A name of at most so many characters, and a mark where there are more.
fn name(learner: &Learner, most: usize) -> String {
    let name = &learner.submission.name;
    match name.char_indices().nth(most) {
        Some((cut, _)) => format!("{}…", &name[..cut]),
        None => name.clone(),
    }
}

fn mark(outcome: Outcome) -> char {
    match outcome {
        Outcome::Passed => '✓',
        Outcome::Skipped => '–',
        Outcome::Untouched | Outcome::NotSubmitted => '·',
        Outcome::Failed | Outcome::DoesNotBuild | Outcome::Refused => '✗',
        Outcome::Error => '!',
    }
}

fn painted(row: &Row, cell: &str, style: Style) -> String {
    match row.outcome {
        Outcome::Passed => style.green(cell),
        Outcome::Untouched | Outcome::NotSubmitted | Outcome::Skipped => cell.to_owned(),
        _ => style.red(cell),
    }
}

/// One line: how many rows ended in which way.
fn sum(learners: &[Learner]) -> String {
    let rows = || learners.iter().flat_map(|learner| &learner.rows);
    let mut kinds: Vec<Outcome> = Vec::new();
    for row in rows() {
        if !kinds.contains(&row.outcome) {
            kinds.push(row.outcome);
        }
    }
    let parts: Vec<String> = kinds
        .iter()
        .map(|kind| {
            let count = rows().filter(|row| row.outcome == *kind).count();
            format!("{count} {}", kind.words())
        })
        .collect();
    let people = match learners.len() {
        1 => "1 submission".to_owned(),
        count => format!("{count} submissions"),
    };
    format!("\n{people}: {}.\n", parts.join(", "))
}
