//! Every solution says what its snapshots say, and passes its own check, twice.

use std::sync::Arc;

use checker::{chapters, check::Check, performance::record, report::Verdict, snapshot};

use crate::programs::{self, SEED};

/// insta keeps and reviews the transcripts; `cargo xtask check` reads them.
#[test]
fn snapshots_are_what_the_solutions_say() {
    let equipment = programs::equipment();
    for chapter in chapters::ALL {
        let run = programs::solution(chapter);
        for step in chapter.steps {
            let recording = programs::wait(record(&run, step, SEED, &equipment)).expect("a scene");
            let text = recording.masks.mask(&recording.transcript.text());
            let mut settings = insta::Settings::clone_current();
            settings.set_snapshot_path(snapshot::folder(&programs::root(), chapter.slug));
            settings.set_prepend_module_to_snapshot(false);
            settings.set_omit_expression(true);
            settings.set_description(step.title);
            settings.bind(|| insta::assert_snapshot!(step.name, text));
        }
    }
}

#[test]
fn solutions_pass_twice_in_a_row() {
    let equipment = programs::equipment();
    for chapter in chapters::ALL {
        let run = programs::solution(chapter);
        for round in 1..=2 {
            let check = Check {
                keep_going: true,
                seed: SEED + round,
                equipment: Arc::clone(&equipment),
                ..programs::check(run.clone())
            };
            let report = programs::wait(check.chapter(chapter, |_| {}));
            let failed: Vec<_> = report
                .steps
                .iter()
                .filter(|step| step.finding.is_some())
                .collect();
            assert!(
                failed.is_empty(),
                "{} round {round}: {failed:#?}",
                chapter.slug
            );
            let fine = |verdict| matches!(verdict, Verdict::Passed | Verdict::Skipped);
            assert!(
                report.steps.iter().all(|step| fine(step.verdict)),
                "{:#?}",
                report.steps
            );
        }
    }
}

/// A snapshot that no step owns would be read by no one.
#[test]
fn snapshots_belong_to_steps() {
    for folder in programs::folder("tests/snapshots") {
        let slug = folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let chapter = chapters::ALL.iter().find(|chapter| chapter.slug == slug);
        let chapter = chapter.unwrap_or_else(|| panic!("{slug} is no chapter"));
        for file in programs::folder(&format!("tests/snapshots/{slug}")) {
            let name = file
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            assert!(
                chapter.steps.iter().any(|step| step.name == name),
                "{slug} has no step {name}"
            );
        }
    }
}
