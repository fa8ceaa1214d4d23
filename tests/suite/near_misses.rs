//! Programs with one mistake each: the checker finds it, at the right step, and
//! says it in words that are reviewed, `tests/near-misses/<chapter>/<name>.snap`.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::Arc,
};

use checker::{
    chapter::Chapter,
    chapters,
    check::Check,
    program::Invocation,
    report::{ChapterReport, Kind, StepReport, Verdict},
    terminal::Style,
};

use crate::{
    mutants::{self, NearMiss},
    programs,
};

/// A report as it is compared.
const STYLE: Style = Style {
    colour: false,
    hex: false,
    times: false,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_near_miss_is_caught_at_its_own_step_for_its_own_reason() {
    let root = programs::root();
    let (near_misses, mut wrong) = mutants::all(&root);
    wrong.extend(unguarded(&near_misses));
    wrong.extend(left_over(&root));
    let programs = match mutants::programs(&root, &near_misses) {
        Ok(programs) => programs,
        Err(error) => panic!("{error}"),
    };
    let mut checks = Vec::new();
    for (near_miss, program) in near_misses.into_iter().zip(programs) {
        match program {
            Ok(run) => {
                let near_miss = Arc::new(near_miss);
                let check = tokio::spawn(check(Arc::clone(&near_miss), run.clone()));
                checks.push((near_miss, run, check));
            }
            Err(why) => eprintln!("skipped: {}: {why}", near_miss.place()),
        }
    }
    let count = checks.len();
    let (mut doubtful, mut alike) = (Vec::new(), Vec::new());
    for (near_miss, run, check) in checks {
        let place = near_miss.place();
        match check.await {
            Ok(report) => match judge(&near_miss, &report) {
                Ok(()) if is_another_form(&report) => {
                    alike.push(tokio::spawn(is_accepted(near_miss, run)));
                }
                Ok(()) => (),
                // An escape is one, however busy the machine was.
                Err(why) if report.verdict == Verdict::Passed => {
                    wrong.push(format!("{place}: {why}"));
                }
                Err(why) => doubtful.push((near_miss, run, why)),
            },
            Err(error) => wrong.push(error.to_string()),
        }
    }
    for accepted in alike {
        match accepted.await {
            Ok(Ok(())) => (),
            Ok(Err(why)) => wrong.push(why),
            Err(error) => wrong.push(error.to_string()),
        }
    }
    // Four programs and two browsers at once leave little time to each. What was
    // caught otherwise than expected is heard again alone, and named either way.
    for (near_miss, run, why) in doubtful {
        let place = near_miss.place();
        eprintln!("heard again, alone: {place}: {why}");
        let report = check(Arc::clone(&near_miss), run).await;
        wrong.extend(
            judge(&near_miss, &report)
                .err()
                .map(|why| format!("{place}: {why}")),
        );
    }
    assert!(
        wrong.is_empty(),
        "{} of {count} near-misses:\n\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// A step that no near-miss is made for may find nothing at all.
fn unguarded(near_misses: &[NearMiss]) -> Vec<String> {
    let mut bare = Vec::new();
    for chapter in chapters::ALL {
        let steps: Vec<&str> = near_misses
            .iter()
            .filter(|near_miss| near_miss.chapter.slug == chapter.slug)
            .map(|near_miss| near_miss.step.as_str())
            .collect();
        // A chapter that has none yet is a matter of its own.
        let missing = chapter
            .steps
            .iter()
            .filter(|step| !steps.is_empty() && !steps.contains(&step.name));
        bare.extend(missing.map(|step| format!("{}: none for `{}`", chapter.slug, step.name)));
    }
    bare
}

/// Snapshots whose diff is gone.
fn left_over(root: &Path) -> Vec<String> {
    let snapshots = chapters::ALL
        .iter()
        .flat_map(|chapter| mutants::files(&mutants::folder(root, chapter), "snap"));
    snapshots
        .filter(|file| !file.with_extension("diff").is_file())
        .map(|file| format!("{}: its diff is gone", file.display()))
        .collect()
}

/// Checks it as a learner would, with payloads that no earlier run has seen, and
/// a browser of its own: one that has seen many sockets fail, or has many to open,
/// makes the next one wait, up to five seconds. The steps behind the one that should
/// find it are not played: a learner does not reach them either.
async fn check(near_miss: Arc<NearMiss>, run: Invocation) -> ChapterReport {
    let _place = mutants::place(near_miss.chapter).await;
    let all = near_miss.chapter.steps;
    let found = all.iter().take_while(|step| step.name != near_miss.step);
    let chapter = Chapter {
        steps: &all[..=found.count()],
        ..near_miss.chapter.clone()
    };
    let check = Check {
        place: near_miss.place(),
        seed: fastrand::u64(..),
        ..programs::check(run)
    };
    check.chapter(&chapter, |_| ()).await
}

/// Whether a report says that what came means the same.
fn is_another_form(report: &ChapterReport) -> bool {
    let mut findings = report.steps.iter().filter_map(|step| step.finding.as_ref());
    findings.any(|finding| finding.kind == Kind::SameMeaning)
}

/// Who hears that `--lenient` accepts a form finds it accepted, in every step.
async fn is_accepted(near_miss: Arc<NearMiss>, run: Invocation) -> Result<(), String> {
    let _place = mutants::place(near_miss.chapter).await;
    let check = Check {
        lenient: true,
        ..programs::check(run)
    };
    let report = check.chapter(near_miss.chapter, |_| ()).await;
    // Without a browser a step may be skipped, as everywhere.
    let accepted = |step: &&StepReport| step.verdict <= Verdict::Skipped;
    let mut remarks: Vec<&String> = report.steps.iter().flat_map(|step| &step.notes).collect();
    let count = remarks.len();
    remarks.sort();
    remarks.dedup();
    match report.steps.iter().find(|step| !accepted(step)) {
        None if remarks.len() == count => Ok(()),
        None => Err(format!("{}: a remark is made twice", near_miss.place())),
        Some(step) => Err(format!(
            "{}: --lenient does not accept it:\n{}",
            near_miss.place(),
            STYLE.step(step)
        )),
    }
}

/// Every step before the named one passes, the named one fails, and its report
/// says what was reviewed.
fn judge(near_miss: &NearMiss, report: &ChapterReport) -> Result<(), String> {
    let found = report
        .steps
        .iter()
        .find(|step| step.verdict != Verdict::Passed);
    let Some(found) = found else {
        return Err(format!(
            "it passes, and `{}` should find it",
            near_miss.step
        ));
    };
    if found.name == near_miss.step && found.verdict == Verdict::Skipped {
        eprintln!("skipped: {}: {}", near_miss.place(), found.detail);
        return Ok(());
    }
    let mut shown = found.clone();
    // A long path is folded at another place on another machine.
    for line in shown.finding.iter_mut().flat_map(|one| &mut one.complaint) {
        *line = found.masks.mask(line);
    }
    let words = found.masks.mask(&STYLE.step(&shown));
    if found.name != near_miss.step || found.verdict != Verdict::Failed {
        let (step, verdict) = (&found.name, found.verdict.word());
        let wanted = &near_miss.step;
        return Err(format!(
            "`{step}` has {verdict}, and `{wanted}` should fail:\n{words}"
        ));
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(mutants::folder(&programs::root(), near_miss.chapter));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(near_miss.mistake.clone());
    // All of them are to be heard, not the first alone.
    let compared = catch_unwind(AssertUnwindSafe(|| {
        settings.bind(|| insta::assert_snapshot!(near_miss.name.clone(), words));
    }));
    compared.map_err(|_| {
        format!(
            "its report has changed, as shown above (seed {})",
            report.seed
        )
    })
}
