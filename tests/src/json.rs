//! A report as one JSON document, schema 1: the same words as in the terminal.

use serde_json::{Value, json};

use crate::{
    diagnostic::Warning,
    report::{ChapterReport, Finding, StepReport, Verdict, overall},
};

/// The document for a check of some chapters.
pub fn document(chapters: &[ChapterReport]) -> Value {
    let verdict = overall(chapters.iter().map(|chapter| chapter.verdict));
    json!({
        "schema": 1,
        "verdict": verdict.word(),
        "chapters": chapters.iter().map(chapter).collect::<Vec<_>>(),
    })
}

/// The document for a check that could not be made.
pub fn failure(message: &str) -> Value {
    json!({ "schema": 1, "verdict": Verdict::Error.word(), "error": message, "chapters": [] })
}

fn chapter(report: &ChapterReport) -> Value {
    json!({
        "chapter": report.chapter,
        "slug": report.slug,
        "program": report.program,
        "verdict": report.verdict.word(),
        "elapsed_ms": report.elapsed.as_millis() as u64,
        "seed": report.seed,
        "steps": report.steps.iter().map(step).collect::<Vec<_>>(),
    })
}

fn step(report: &StepReport) -> Value {
    let mut value = json!({
        "step": report.name,
        "title": report.title,
        "verdict": report.verdict.word(),
        "elapsed_ms": report.elapsed.as_millis() as u64,
        "notes": report.notes,
    });
    if !report.detail.is_empty() {
        value["detail"] = report.detail.as_str().into();
    }
    if let Some(found) = &report.finding {
        value["finding"] = finding(found);
    }
    value
}

fn finding(finding: &Finding) -> Value {
    json!({
        "kind": finding.kind.word(),
        "at": { "entry": finding.entry, "byte": finding.byte },
        "place": finding.place,
        "expected": finding.expected.join("\n"),
        "recorded": finding.recorded.join("\n"),
        "stderr": finding.complaint.join("\n"),
        "warnings": finding.warnings.iter().map(warning).collect::<Vec<_>>(),
        "screenshot": finding.picture,
        "why": finding.why,
        "next": finding.next,
        "book": finding.book,
    })
}

fn warning(warning: &Warning) -> Value {
    json!({ "place": warning.place, "words": warning.words })
}
