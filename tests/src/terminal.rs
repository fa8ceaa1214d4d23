//! A report as a person reads it, with or without colour.

use crate::{
    report::{ChapterReport, Finding, StepReport, Verdict},
    transcript::hex_lines,
};

/// How to write.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// Whether escape sequences may be used.
    pub colour: bool,
    /// Whether the differing entry's bytes are shown in hex.
    pub hex: bool,
    /// Whether times are shown; a report that is compared shows none.
    pub times: bool,
}

/// The widest line of prose, in characters.
const WIDTH: usize = 84;

/// The rows that a line may take before it is cut.
const ROWS: usize = 4;

/// How much of a long line is shown around its caret.
const AROUND: usize = 48;

/// Rows of hex of one entry.
const HEX_ROWS: usize = 12;

/// The column in which a step's detail stands.
const DETAIL: usize = 40;

impl Style {
    /// The line above a chapter's steps.
    pub fn heading(&self, chapter: &str, title: &str, place: &str) -> String {
        let left = format!("{chapter} · {title}");
        let gap = " ".repeat(60usize.saturating_sub(left.chars().count()).max(2));
        format!("{}{gap}{}\n\n", self.bold(&left), self.dim(place))
    }

    /// One step, with its finding below it.
    pub fn step(&self, step: &StepReport) -> String {
        let (mark, detail) = match step.verdict {
            Verdict::Passed => (self.green("✓"), self.passed_detail(step)),
            Verdict::Failed => (self.red("✗"), String::new()),
            Verdict::Error => (self.red("!"), step.detail.clone()),
            Verdict::Skipped => (self.dim("–"), "skipped".into()),
            Verdict::NotReached => (self.dim("·"), "not reached".into()),
        };
        let gap = " ".repeat(DETAIL.saturating_sub(step.title.chars().count()).max(2));
        let line = format!("  {mark} {}{gap}{}", step.title, self.dim(&detail));
        let mut out = line.trim_end().to_owned() + "\n";
        for note in &step.notes {
            let lines = wrap(note, WIDTH - 12);
            for (n, line) in lines.iter().enumerate() {
                let mark = if n == 0 { "note: " } else { "      " };
                out += &format!("      {}{}\n", self.dim(mark), self.dim(line));
            }
        }
        if let Some(finding) = &step.finding {
            out += &self.finding(finding);
        }
        out
    }

    /// The line below a chapter's steps.
    pub fn closing(&self, report: &ChapterReport) -> String {
        let (passed, all) = (report.passed(), report.steps.len());
        let skipped = report
            .steps
            .iter()
            .filter(|step| step.verdict == Verdict::Skipped)
            .count();
        let time = if self.times {
            format!(" in {:.1} s", report.elapsed.as_secs_f64())
        } else {
            String::new()
        };
        let seed = if self.times {
            self.dim(&format!("   Seed {}.", report.seed))
        } else {
            String::new()
        };
        let line = match report.verdict {
            Verdict::Passed => self.green(&format!("All {all} steps pass{time}.")),
            Verdict::Skipped => format!(
                "{passed} of {all} steps pass{time}; {skipped} cannot be checked on this machine."
            ),
            _ => format!("{passed} of {all} steps pass."),
        };
        let mut reasons: Vec<&str> = Vec::new();
        for step in report
            .steps
            .iter()
            .filter(|step| step.verdict == Verdict::Skipped)
        {
            if !reasons.contains(&step.detail.as_str()) {
                reasons.push(&step.detail);
            }
        }
        let reasons: String = reasons
            .iter()
            .flat_map(|reason| wrap(reason, WIDTH))
            .map(|line| line + "\n")
            .collect();
        format!("\n{line}{seed}\n{reasons}")
    }

    fn passed_detail(&self, step: &StepReport) -> String {
        match (self.times, step.detail.is_empty()) {
            (_, false) => step.detail.clone(),
            (true, true) => format!("{} ms", step.elapsed.as_millis()),
            (false, true) => String::new(),
        }
    }

    fn finding(&self, finding: &Finding) -> String {
        let mut out = String::from("\n");
        let at = finding
            .at
            .filter(|_| self.times && !finding.place.is_empty());
        let at = at
            .map(|at| format!(", {:.3} s into the step", at.as_secs_f64()))
            .unwrap_or_default();
        let gap = " ".repeat(
            33usize
                .saturating_sub(finding.heading.chars().count())
                .max(2),
        );
        let place = format!("{}{at}", finding.place);
        out += format!(
            "      {}{gap}{}",
            self.bold(finding.heading),
            self.dim(&place)
        )
        .trim_end();
        out += "\n";
        let (last, before) = match finding.recorded.split_last() {
            Some((last, before)) => (Some(last), before),
            None => (None, &[][..]),
        };
        let plain = |line: &String| {
            rows(line, 0)
                .0
                .iter()
                .map(|row| format!("        {row}\n"))
                .collect::<String>()
        };
        before.iter().for_each(|line| out += &plain(line));
        if let Some(last) = last {
            let (shown, caret) = rows(last, finding.caret.unwrap_or(0));
            for (n, row) in shown.iter().enumerate() {
                out += &format!("        {}\n", self.red(row));
                if finding.caret.is_some() && n == caret.0 {
                    out += &format!("        {}{}\n", " ".repeat(caret.1), self.red("^ here"));
                }
            }
        }
        if self.hex {
            let rows = hex_lines(&finding.bytes);
            rows.iter()
                .take(HEX_ROWS)
                .for_each(|row| out += &format!("        {}\n", self.dim(row)));
        }
        if finding.expected.iter().any(|line| !line.is_empty()) {
            out += &format!("      {}\n", self.bold("expected"));
            for line in finding.expected.iter().filter(|line| !line.is_empty()) {
                for row in rows(line, finding.caret.unwrap_or(0)).0 {
                    out += &format!("        {}\n", self.green(&row));
                }
            }
            if finding.expected.last().is_some_and(String::is_empty) {
                out += &format!("        {}\n", self.dim("and then nothing more"));
            }
        }
        if !finding.complaint.is_empty() {
            out += &format!("      {}\n", self.bold("and on standard error"));
            finding
                .complaint
                .iter()
                .for_each(|line| out += &plain(line));
        }
        out += "\n";
        wrap(&finding.why, WIDTH - 6)
            .iter()
            .for_each(|line| out += &format!("      {line}\n"));
        for (n, line) in wrap(&finding.next, WIDTH - 12).iter().enumerate() {
            let label = if n == 0 {
                self.bold("Next:")
            } else {
                "     ".into()
            };
            out += &format!("      {label} {line}\n");
        }
        if let Some(picture) = finding.picture.as_ref().filter(|_| self.times) {
            out += &format!("      {}\n", self.dim(&format!("Page: {picture}")));
        }
        let book = self.dim(&format!("Book: {}", in_words(&finding.book)));
        out += &format!(
            "      {book}

"
        );
        out
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.colour && !text.is_empty() {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.into()
        }
    }

    /// Bold, for what heads something.
    pub fn bold(&self, text: &str) -> String {
        self.paint("1", text)
    }

    /// Faint, for what is read last.
    pub fn dim(&self, text: &str) -> String {
        self.paint("2", text)
    }

    /// Green, for what passes.
    pub fn green(&self, text: &str) -> String {
        self.paint("32", text)
    }

    /// Red, for what does not.
    pub fn red(&self, text: &str) -> String {
        self.paint("31", text)
    }
}

/// A page and its heading as a reader looks them up: `ch04-sse-counter.html#the-head`
/// is `ch04 › the head`.
fn in_words(book: &str) -> String {
    let (page, anchor) = book.split_once('#').unwrap_or((book, ""));
    let chapter = page.split(['-', '.']).next().unwrap_or(page);
    if anchor.is_empty() {
        chapter.to_owned()
    } else {
        format!("{chapter} › {}", anchor.replace('-', " "))
    }
}

/// A line in as many rows as it takes, and the row and column of the caret. A
/// line of more than [`ROWS`] is cut to what stands around the caret.
fn rows(line: &str, column: usize) -> (Vec<String>, (usize, usize)) {
    let all: Vec<char> = line.chars().collect();
    let width = WIDTH + 8;
    if all.len() > ROWS * width {
        let (line, column) = crop(line, column);
        return (vec![line], (0, column));
    }
    let rows: Vec<String> = all
        .chunks(width)
        .map(|row| row.iter().collect::<String>().trim_end().to_owned())
        .collect();
    (rows, (column / width, column % width))
}

/// A long line cut to what stands around `column`, and where that column now is.
fn crop(line: &str, column: usize) -> (String, usize) {
    let all: Vec<char> = line.chars().collect();
    if all.len() <= WIDTH + 8 {
        return (line.to_owned(), column);
    }
    let from = column.saturating_sub(AROUND);
    let to = (from + 2 * AROUND).min(all.len());
    let middle: String = all[from..to].iter().collect();
    let (before, after) = (
        if from > 0 { "… " } else { "" },
        if to < all.len() { " …" } else { "" },
    );
    (
        format!("{before}{middle}{after}"),
        column - from + before.chars().count(),
    )
}

/// Prose in lines of at most `width` characters.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_caret_under_its_character() {
        let line = format!("{}X{}", "a".repeat(200), "b".repeat(200));
        let (cut, caret) = crop(&line, 200);
        assert_eq!(cut.chars().nth(caret), Some('X'));
        assert!(cut.chars().count() <= 2 * AROUND + 4);
    }

    #[test]
    fn folds_a_line_and_keeps_the_caret() {
        let line = format!("{}X{}", "a".repeat(100), "b".repeat(20));
        let (shown, (row, column)) = rows(&line, 100);
        assert_eq!(shown.concat(), line);
        assert_eq!(shown[row].chars().nth(column), Some('X'));
    }

    #[test]
    fn wraps_at_words() {
        assert_eq!(wrap("one two  three", 7), ["one two", "three"]);
    }
}
