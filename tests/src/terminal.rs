//! A report as a person reads it, with or without colour.

use crate::{
    folding::{WIDTH, columns, fold, wrap},
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

/// Rows of hex of one entry.
const HEX_ROWS: usize = 12;

/// The columns in which a step's detail and a finding's place stand, where they fit.
const DETAIL: usize = 44;
const PLACE: usize = 39;

/// How far in a finding stands, and what was said in it.
const FINDING: usize = 6;
const SAID: usize = 8;

impl Style {
    /// The line above a chapter's steps.
    pub fn heading(&self, chapter: &str, title: &str, place: &str) -> String {
        let left = format!("{chapter} · {title}");
        let gap = match WIDTH.checked_sub(columns(&left) + columns(place)) {
            Some(gap) if gap > 1 => " ".repeat(gap),
            // A command may be longer than any line, and is not broken.
            _ => "\n".into(),
        };
        let line = format!("{}{gap}{}", self.bold(&left), self.dim(place));
        format!("{}\n\n", line.trim_end())
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
        let left = format!("  {mark} {}", step.title);
        let used = 4 + columns(&step.title);
        let beside = DETAIL.max(used + 2);
        let mut out = if detail.is_empty() {
            format!("{left}\n")
        } else if beside + columns(&detail) <= WIDTH {
            let gap = " ".repeat(beside - used);
            format!("{left}{gap}{}\n", self.dim(&detail))
        } else {
            let rows = fold(&detail, 0, WIDTH - FINDING).rows;
            let row = |row: &String| format!("      {}\n", self.dim(row));
            format!("{left}\n{}", rows.iter().map(row).collect::<String>())
        };
        for note in &step.notes {
            for (n, line) in wrap(note, WIDTH - 12).iter().enumerate() {
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
        let line = match report.verdict {
            Verdict::Passed => self.green(&format!("All {all} steps pass{time}.")),
            Verdict::Skipped => format!(
                "{passed} of {all} steps pass{time}; {skipped} cannot be checked on this machine."
            ),
            _ => format!("{passed} of {all} steps pass."),
        };
        let seed = match self.times {
            true => self.dim(&format!("   Seed {}.", report.seed)),
            false => String::new(),
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
        // A finding has its own blank line below it.
        let above = match report.steps.last() {
            Some(step) if step.finding.is_some() => "",
            _ => "\n",
        };
        format!("{above}{line}{seed}\n{reasons}")
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
        let used = FINDING + columns(finding.heading);
        let place = self.place(finding, WIDTH - used - 2);
        let beside = PLACE.min(WIDTH.saturating_sub(columns(&place)));
        let gap = " ".repeat(beside.saturating_sub(used).max(2));
        let heading = self.bold(finding.heading);
        let line = format!("      {heading}{gap}{}", self.dim(&place));
        out += line.trim_end();
        out += "\n";
        if let Some((last, before)) = finding.recorded.split_last() {
            before.iter().for_each(|line| out += &plain(line));
            out += &self.pointed(last, finding.caret);
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
                for row in fold(line, finding.caret.unwrap_or(0), WIDTH - SAID).rows {
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
        if !finding.warnings.is_empty() {
            out += &format!("      {}\n", self.bold("and the compiler warns"));
            for warning in &finding.warnings {
                out += &plain(&warning.place);
                out += &plain(&warning.words);
            }
        }
        out += "\n";
        wrap(&finding.why, WIDTH - FINDING)
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
        out += &format!("      {book}\n\n");
        out
    }

    /// Where and when, in at most so many columns.
    fn place(&self, finding: &Finding, width: usize) -> String {
        let place = &finding.place;
        let Some(at) = finding.at.filter(|_| self.times && !place.is_empty()) else {
            return place.clone();
        };
        let at = at.as_secs_f64();
        let long = format!("{place}, {at:.3} s into the step");
        match columns(&long) <= width {
            true => long,
            false => format!("{place}, at {at:.3} s"),
        }
    }

    /// The differing line, and below it the caret, which points from the left where
    /// there is no room to its right.
    fn pointed(&self, line: &str, caret: Option<usize>) -> String {
        let shown = fold(line, caret.unwrap_or(0), WIDTH - SAID);
        let mut out = String::new();
        for (n, row) in shown.rows.iter().enumerate() {
            out += &format!("        {}\n", self.red(row));
            if caret.is_none() || n != shown.row {
                continue;
            }
            let right = "^ here";
            out += &match SAID + shown.column + columns(right) <= WIDTH {
                true => format!("        {}{}\n", " ".repeat(shown.column), self.red(right)),
                false => {
                    let left = "here ^";
                    let before =
                        " ".repeat((SAID + shown.column + 1).saturating_sub(columns(left)));
                    format!("{before}{}\n", self.red(left))
                }
            };
        }
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

/// A line of what was said, folded.
fn plain(line: &str) -> String {
    let rows = fold(line, 0, WIDTH - SAID).rows;
    rows.iter().map(|row| format!("        {row}\n")).collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{diagnostic::Warning, report::Kind};

    const STYLE: Style = Style {
        colour: false,
        hex: true,
        times: true,
    };

    fn finding(line: &str) -> Finding {
        let long = "words that somebody reads in the evening, ".repeat(9);
        Finding {
            kind: Kind::Differs,
            entry: 0,
            byte: 0,
            place: "byte 65536 of the frame's payload".into(),
            at: Some(std::time::Duration::from_millis(12_345)),
            heading: "your server logged",
            recorded: vec![line.into(); 2],
            caret: Some(line.chars().count() * 2 / 3),
            expected: vec![line.into()],
            bytes: line.as_bytes().to_vec(),
            complaint: vec![line.into()],
            warnings: vec![Warning {
                idle: false,
                place: line.into(),
                words: long.clone(),
            }],
            picture: Some("target/on-the-wire/ch03-client-page-sends-what-is-typed.png".into()),
            why: long.clone(),
            next: long,
            book: "ch04-sse-counter.html#the-blank-line".into(),
        }
    }

    fn failed(line: &str) -> StepReport {
        StepReport {
            name: "a".into(),
            title: "serves a page, and a WebSocket still".into(),
            verdict: Verdict::Failed,
            elapsed: std::time::Duration::ZERO,
            detail: String::new(),
            notes: vec!["a remark on what could be better, ".repeat(5)],
            finding: Some(finding(line)),
            masks: crate::redaction::Masks::default(),
            transcript: String::new(),
        }
    }

    #[test]
    fn everything_fits_a_terminal_of_eighty_columns() {
        for count in [1, 20, 60, 70, 75, 90, 200, 400] {
            let line = format!("< text \"{}\" 9 bytes", "ça va ".repeat(count / 6) + "🦀");
            for line in [line, format!("< {}", "x".repeat(count))] {
                let mut step = failed(&line);
                let told = STYLE.step(&step);
                step.verdict = Verdict::Passed;
                step.finding = None;
                step.detail = line;
                for row in (told + &STYLE.step(&step)).lines() {
                    assert!(columns(row) <= WIDTH, "{row}");
                }
            }
        }
        let heading = STYLE.heading(
            "ch04",
            "SSE headers and counter",
            "exercises/ch04-sse-counter",
        );
        assert_eq!(columns(heading.lines().next().unwrap_or_default()), WIDTH);
        let command = "node ".repeat(30);
        let heading = STYLE.heading("ch04", "SSE headers and counter", &command);
        assert!(
            heading.lines().any(|line| line == command.trim_end()),
            "{heading}"
        );
    }

    #[test]
    fn one_blank_line_stands_before_the_closing() {
        for last in [Verdict::Failed, Verdict::NotReached] {
            let mut steps = vec![failed("< a")];
            if last == Verdict::NotReached {
                let (verdict, finding, notes) = (last, None, Vec::new());
                steps.push(StepReport {
                    verdict,
                    finding,
                    notes,
                    ..failed("")
                });
            }
            let told: String = steps.iter().map(|step| STYLE.step(step)).collect();
            let report = ChapterReport {
                chapter: "ch04".into(),
                slug: "ch04-sse-counter".into(),
                title: "SSE headers and counter".into(),
                program: Vec::new(),
                place: String::new(),
                verdict: Verdict::Failed,
                elapsed: std::time::Duration::ZERO,
                seed: 1,
                steps,
            };
            let text = told + &STYLE.closing(&report);
            let lines: Vec<&str> = text.lines().rev().take(3).collect();
            assert!(lines[0].contains("steps pass."), "{text}");
            assert!(lines[1].is_empty() && !lines[2].is_empty(), "{text}");
        }
    }
}
