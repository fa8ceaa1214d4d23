//! The same program and the same seed give the same report, but for what no two
//! runs share: times, ports, and where this machine keeps the program.

use checker::{
    chapter::Chapter, chapters, check::Check, json, program::Invocation, report::ChapterReport,
};
use serde_json::Value;

use crate::{mutants, programs};

/// Wrong programs of one chapter that an interpreter reads: nothing is built.
const NEAR_MISSES: usize = 4;

#[test]
fn the_same_program_and_seed_give_the_same_report() {
    let chapter = &chapters::ALL[1];
    let mut runs = vec![programs::solution(chapter), programs::exercise(chapter)];
    let (near_misses, _) = mutants::all(&programs::root());
    let scratch = tempfile::tempdir().expect("a directory");
    let scripts = near_misses
        .iter()
        .filter(|near_miss| near_miss.chapter.slug == chapter.slug)
        .filter_map(|near_miss| near_miss.as_script(scratch.path()));
    runs.extend(scripts.take(NEAR_MISSES));
    for run in runs {
        let (first, second) = (told(chapter, &run, 11), told(chapter, &run, 11));
        similar_asserts::assert_eq!(first.to_string(), second.to_string());
    }
}

#[test]
fn another_seed_sends_other_words() {
    let chapter = &chapters::ALL[1];
    let run = programs::solution(chapter);
    let said = |seed| {
        let report = report(chapter, &run, seed);
        let steps = report.steps.into_iter();
        steps.map(|step| step.transcript).collect::<String>()
    };
    let keys = |text: &str| -> Vec<String> {
        let lines = text
            .lines()
            .filter(|line| line.to_ascii_lowercase().contains("sec-websocket-key"));
        lines.map(str::to_owned).collect()
    };
    let (one, same, other) = (said(1), said(1), said(2));
    assert_eq!(keys(&one), keys(&same));
    assert_ne!(keys(&one), keys(&other));
}

fn report(chapter: &Chapter, run: &Invocation, seed: u64) -> ChapterReport {
    let check = Check {
        keep_going: true,
        seed,
        ..programs::check(run.clone())
    };
    programs::wait(async {
        let _place = mutants::place(chapter).await;
        check.chapter(chapter, |_| ()).await
    })
}

/// The report as JSON, without times, ports and other values that have a mask.
fn told(chapter: &Chapter, run: &Invocation, seed: u64) -> Value {
    let report = report(chapter, run, seed);
    let mut document = json::document(std::slice::from_ref(&report));
    document["chapters"][0]["elapsed_ms"] = Value::Null;
    let steps = document["chapters"][0]["steps"].as_array_mut();
    for (told, step) in steps.expect("steps").iter_mut().zip(&report.steps) {
        told["elapsed_ms"] = Value::Null;
        let text = step.masks.mask(&told.to_string());
        *told = serde_json::from_str(&text).unwrap_or(Value::String(text));
    }
    document
}
