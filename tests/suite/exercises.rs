//! Every untouched exercise builds without a warning, fails, and says that
//! step 1 is to be written; and what is in the tree is what the solutions give.

use std::{process::Command, sync::Arc};

use checker::{
    cargo, chapters,
    check::Check,
    report::{Kind, Verdict},
};

use crate::programs;

#[test]
fn untouched_exercises_name_step_1() {
    let equipment = programs::equipment();
    for chapter in chapters::ALL {
        let check = Check {
            equipment: Arc::clone(&equipment),
            ..programs::check(programs::exercise(chapter))
        };
        let report = programs::wait(check.chapter(chapter, |_| {}));
        assert_eq!(report.verdict, Verdict::Failed, "{}", chapter.slug);
        let first = report
            .steps
            .iter()
            .find_map(|step| step.finding.as_ref())
            .expect("a finding");
        assert_eq!(first.kind, Kind::Unwritten, "{first:#?}");
        let source = format!("exercises/{}/src/", chapter.slug);
        assert!(
            first.next.contains("step 1") && first.next.contains(&source),
            "{}",
            first.next
        );
        assert!(
            first.recorded[0].starts_with("Step 1: "),
            "{:?}",
            first.recorded
        );
    }
}

/// A warning would be the first thing that a learner reads, and none of theirs.
#[test]
fn untouched_exercises_build_without_a_warning() {
    let mut command = Command::new(env!("CARGO"));
    cargo::as_from_a_shell(&mut command);
    command
        .current_dir(programs::root())
        .args(["check", "--quiet"]);
    for chapter in chapters::ALL {
        command.args(["--package", chapter.slug]);
        // Only what is compiled anew would be heard: touch it by its own time stamp.
        let main = programs::root().join(format!("exercises/{}/src/main.rs", chapter.slug));
        let now = std::time::SystemTime::now();
        let file = std::fs::File::options()
            .append(true)
            .open(main)
            .expect("an exercise");
        file.set_modified(now).expect("a time stamp");
    }
    let output = command.output().expect("cargo");
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && !words.contains("warning"),
        "{words}"
    );
}

/// A solved exercise in a pull request is the most common accident of all.
#[test]
fn exercises_are_what_the_solutions_give() {
    let mut command = assert_cmd::Command::new(programs::xtask());
    let output = command
        .args(["exercises", "--check"])
        .output()
        .expect("xtask");
    assert!(
        output.status.success(),
        "\n{}",
        String::from_utf8_lossy(&output.stdout)
    );
}
