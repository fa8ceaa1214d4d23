//! A report as JUnit XML, as continuous integration reads it: a suite a chapter,
//! a case a step, in the words of the text report.
//!
//! Written by hand: the form is a few elements, and all that can go wrong is a
//! character that XML 1.0 does not have (section 2.2) or that means something in it.

use std::fmt::Write;

use crate::{
    markup::escaped,
    report::{ChapterReport, StepReport, Verdict},
    terminal::Style,
};

/// The document for a check of some chapters.
pub fn document(chapters: &[ChapterReport]) -> String {
    let steps = || chapters.iter().flat_map(|chapter| &chapter.steps);
    let time = chapters
        .iter()
        .map(|chapter| chapter.elapsed.as_secs_f64())
        .sum();
    let mut out = opening(&Counts::of(steps()), time);
    for chapter in chapters {
        out += &suite(chapter);
    }
    out += "</testsuites>\n";
    out
}

/// The document for a check that could not be made.
pub fn failure(message: &str) -> String {
    let counts = Counts {
        tests: 1,
        errors: 1,
        ..Counts::default()
    };
    let message = attribute(message);
    format!(
        "{}  <testsuite name=\"check\" {counts} time=\"0.000\">\n    \
         <testcase classname=\"check\" name=\"can be made\" time=\"0.000\">\n      \
         <error message=\"{message}\" type=\"error\"/>\n    </testcase>\n  </testsuite>\n\
         </testsuites>\n",
        opening(&counts, 0.0)
    )
}

/// How many cases there are, and how many of them did not pass.
#[derive(Default)]
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Counts {
    fn of<'a>(steps: impl Iterator<Item = &'a StepReport>) -> Self {
        let mut counts = Self::default();
        for step in steps {
            counts.tests += 1;
            match step.verdict {
                Verdict::Passed => {}
                Verdict::Failed => counts.failures += 1,
                Verdict::Error => counts.errors += 1,
                Verdict::Skipped | Verdict::NotReached => counts.skipped += 1,
            }
        }
        counts
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            tests,
            failures,
            errors,
            skipped,
        } = self;
        write!(
            out,
            "tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\""
        )
    }
}

fn opening(counts: &Counts, seconds: f64) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites name=\"on-the-wire\" {counts} time=\"{seconds:.3}\">\n"
    )
}

fn suite(report: &ChapterReport) -> String {
    let mut out = format!(
        "  <testsuite name=\"{}\" {} time=\"{:.3}\">\n    <properties>\n",
        attribute(&report.slug),
        Counts::of(report.steps.iter()),
        report.elapsed.as_secs_f64(),
    );
    let properties = [
        ("seed", report.seed.to_string()),
        ("place", report.place.clone()),
        ("program", report.program.join(" ")),
        ("verdict", report.verdict.word().into()),
    ];
    for (name, value) in properties {
        let value = attribute(&value);
        let _ = writeln!(out, "      <property name=\"{name}\" value=\"{value}\"/>");
    }
    out += "    </properties>\n";
    for step in &report.steps {
        out += &case(&report.slug, step);
    }
    out + "  </testsuite>\n"
}

fn case(slug: &str, step: &StepReport) -> String {
    let words = Style::default().step(step);
    let words = escaped(words.trim_end());
    let detail = attribute(&step.detail);
    let inside = match step.verdict {
        Verdict::Passed if step.notes.is_empty() && detail.is_empty() => String::new(),
        Verdict::Passed => format!("      <system-out>{words}</system-out>\n"),
        Verdict::Failed => {
            let finding = step.finding.as_ref();
            let why = attribute(finding.map_or("", |finding| finding.why.as_str()));
            let kind = finding.map_or("failed", |finding| finding.kind.word());
            format!("      <failure message=\"{why}\" type=\"{kind}\">{words}</failure>\n")
        }
        Verdict::Error => format!("      <error message=\"{detail}\" type=\"error\"/>\n"),
        Verdict::Skipped => format!("      <skipped message=\"{detail}\"/>\n"),
        Verdict::NotReached => {
            "      <skipped message=\"not reached: an earlier step failed\"/>\n".into()
        }
    };
    format!(
        "    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3}\">\n{inside}    </testcase>\n",
        attribute(slug),
        attribute(&step.title),
        step.elapsed.as_secs_f64(),
    )
}

/// Text for an attribute, where a line feed would be read as a space (XML 1.0, section
/// 3.3.3).
fn attribute(text: &str) -> String {
    escaped(text).replace('\n', "&#10;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_keeps_its_lines() {
        assert_eq!(attribute("a\n<b>"), "a&#10;&lt;b&gt;");
    }

    #[test]
    fn a_check_that_could_not_be_made_is_an_error() {
        let text = failure("there is no chapter \"<ch99>\"");
        assert!(text.contains("errors=\"1\""), "{text}");
        assert!(text.contains("&quot;&lt;ch99&gt;&quot;"), "{text}");
    }
}
