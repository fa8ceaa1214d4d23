//! What a session looks like on a screen of some size: rows of text, nothing more.

use std::sync::PoisonError;

use checker::{chapter::Chapter, chapters, folding::WIDTH, report::Verdict};
use console::measure_text_width;

use super::session::{Pane, Phase, Session};
use crate::fold;
use xtask::{afterwards, progress, workspace};

const KEYS: &str = " q quit  h hint  d diff  w wire  r again  n/p chapter  b book  R reset";
const BACK: &str = " q quit  space report  h hint  d diff  w wire  n/p chapter  b book  R reset";

/// A screen's rows, from the top.
pub struct Frame {
    pub rows: Vec<String>,
    /// The first row of the middle's text that is shown.
    pub top: usize,
}

/// What a screen with so many columns and rows shows; exactly as many rows.
pub fn frame(session: &Session, (columns, rows): (usize, usize)) -> Frame {
    let body: Vec<(bool, String)> = body(session, columns)
        .into_iter()
        .flat_map(|(matters, line)| {
            let folded = fold::rows(&line, columns);
            folded.into_iter().map(move |row| (matters, row))
        })
        .collect();
    let room = rows.saturating_sub(4).max(1);
    let last = body.len().saturating_sub(room);
    let follows = matches!(session.pane, Pane::Wire(_));
    let first = body.iter().position(|(matters, _)| *matters);
    // What has failed is shown whole, where it fits.
    let matters = match first {
        Some(first) if body.len() > room => first.min(last),
        _ if follows => last,
        _ => 0,
    };
    let top = session.top.map_or(matters, |top| top.min(last));
    let style = &session.style;
    let rule = |words: &str| {
        style.dim(&format!(
            "{}{words}",
            "─".repeat(columns.saturating_sub(words.chars().count()))
        ))
    };
    let mut out = vec![heading(session, columns), rule("")];
    let shown = body.iter().skip(top).take(room).map(|(_, row)| row.clone());
    out.extend(shown);
    out.resize(room + 2, String::new());
    let (from, to, all) = (top + 1, (top + room).min(body.len()), body.len());
    out.push(match last {
        0 => rule(""),
        _ => rule(&format!(" {from}–{to} of {all}, ↑↓ ──")),
    });
    out.push(style.dim(&match (&session.pane, session.asks) {
        (_, true) => question(session.chapter),
        (Pane::Report, _) => KEYS.to_owned(),
        _ => BACK.to_owned(),
    }));
    out.truncate(rows);
    let cut = |row: &String| fold::rows(row, columns).swap_remove(0);
    let rows = out.iter().map(cut).collect();
    Frame { rows, top }
}

/// What is asked before a reset: it names whose, since a key may have changed chapters.
fn question(chapter: &Chapter) -> String {
    let number = chapter.number();
    format!(" Put {number} back as it was given? Yours is kept.   y yes   any other key no")
}

/// Chapters and how they stand, and what is going on; on a narrow screen the one chapter.
fn heading(session: &Session, columns: usize) -> String {
    let style = &session.style;
    let mark = |chapter: &Chapter| {
        let here = chapter.slug == session.chapter.slug;
        let last = progress::last(&session.root, chapter.slug);
        let mark = match last {
            Some(last) if last.done => style.green("✓"),
            Some(_) => style.red("✗"),
            None => "·".to_owned(),
        };
        let number = chapter.number();
        let name = match (here, style.colour) {
            (true, true) => style.bold(number),
            (true, false) => format!("[{number}]"),
            (false, _) => style.dim(number),
        };
        format!("{mark} {name}")
    };
    let all: Vec<String> = chapters::ALL.iter().map(mark).collect();
    let all = format!(" {}", all.join("  "));
    let passed = session.passed().as_secs_f64();
    let state = match &session.phase {
        Phase::Building => format!("builds … {passed:.1} s"),
        Phase::NotBuilt(_) => style.red("does not build"),
        Phase::Checking => format!("checks … {passed:.1} s"),
        Phase::Done(report) => {
            let (passed, all) = (report.passed(), report.steps.len());
            match report.verdict {
                Verdict::Passed => style.green("passes"),
                _ => format!("{passed} of {all} steps"),
            }
        }
    };
    let state = format!("{state} ");
    let fits = measure_text_width(&all) + measure_text_width(&state) < columns;
    let left = if fits {
        all
    } else {
        format!(" {}", mark(session.chapter))
    };
    beside(&left, &state, columns)
}

/// Two texts at the two ends of a row.
fn beside(left: &str, right: &str, columns: usize) -> String {
    let used = measure_text_width(left) + measure_text_width(right);
    format!("{left}{}{right}", " ".repeat(columns.saturating_sub(used)))
}

/// The lines of the middle; those that matter most are marked.
fn body(session: &Session, columns: usize) -> Vec<(bool, String)> {
    let plain = |text: &str| text.lines().map(|line| (false, line.to_owned())).collect();
    match (&session.pane, &session.phase) {
        (Pane::Text(text), _) => plain(text),
        (Pane::Wire(lines), _) => {
            let lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
            lines.iter().map(|line| (false, line.clone())).collect()
        }
        (Pane::Report, Phase::NotBuilt(words)) => plain(words),
        (Pane::Report, _) => report(session, columns),
    }
}

fn report(session: &Session, columns: usize) -> Vec<(bool, String)> {
    let (style, chapter) = (&session.style, session.chapter);
    let title = format!("{} · {}", chapter.number(), chapter.title);
    let place = style.dim(&workspace::exercise(chapter));
    let heading = beside(&style.bold(&title), &place, columns.min(WIDTH));
    let mut lines = vec![(false, heading), (false, String::new())];
    for step in &session.steps {
        let failed = step.verdict >= Verdict::Failed;
        lines.extend(
            style
                .step(step)
                .lines()
                .map(|line| (failed, line.to_owned())),
        );
    }
    for step in chapter.steps.iter().skip(session.steps.len()) {
        lines.push((false, style.dim(&format!("  … {}", step.title))));
    }
    if let Phase::Done(done) = &session.phase {
        let closing = style.closing(done);
        let after = afterwards::words(&session.root, chapter, done.verdict, style);
        let words = format!("{closing}{after}");
        lines.extend(words.lines().map(|line| (false, line.to_owned())));
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use checker::terminal::Style;

    use super::*;

    /// Whatever the size and the text, a frame has its size and no more.
    #[test]
    fn a_frame_fits_its_screen() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime");
        let root = tempfile::tempdir().expect("a directory");
        let style = Style {
            colour: true,
            hex: false,
            times: true,
        };
        let (sender, _events) = mpsc::channel();
        let mut session = Session::new(
            root.path().to_owned(),
            &chapters::ALL[0],
            style,
            runtime.handle().clone(),
            sender,
        );
        let long = format!("{}\n", "wörter 🦀 ".repeat(60)).repeat(50);
        for pane in [
            Pane::Report,
            Pane::Text(long.clone()),
            Pane::Text(String::new()),
        ] {
            session.pane = pane;
            for (top, asks) in [
                (None, false),
                (Some(7), true),
                (Some(usize::MAX / 2), false),
            ] {
                (session.top, session.asks) = (top, asks);
                for size in [(80, 24), (140, 50), (20, 5), (1, 1), (300, 3)] {
                    let frame = frame(&session, size).rows;
                    assert_eq!(frame.len(), size.1, "{size:?}");
                    for row in frame {
                        assert!(measure_text_width(&row) <= size.0.max(4), "{size:?}: {row}");
                    }
                }
            }
        }
    }
}
