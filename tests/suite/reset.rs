//! `cargo xtask reset`: the exercise as it was given, and nothing lost on the way.

use std::{collections::BTreeMap, fs, path::Path, process::Stdio, time::Duration};

use crate::{copies::Copy, programs};

const LIB: &str = "exercises/ch04-sse-counter/src/lib.rs";
const COUNTER: &str = "exercises/ch04-sse-counter/src/counter.rs";
const KEPT: &str = "exercises/ch04-sse-counter/.kept";

/// A learner's work: both files of ch04 changed.
fn worked_on() -> Copy {
    let copy = Copy::new();
    copy.edit(
        "ch04-sse-counter/src/lib.rs",
        "todo!(\"step 1\")",
        "Router::new() // mine",
    );
    copy.edit(
        "ch04-sse-counter/src/counter.rs",
        "todo!(\"step 2\")",
        "two() // mine",
    );
    copy.edit(
        "ch04-sse-counter/src/counter.rs",
        "todo!(\"step 3\")",
        "three() // mine",
    );
    copy
}

/// Nothing is known of an exercise that is as it was given.
#[test]
fn a_chapter_that_is_reset_is_begun_anew() {
    let copy = worked_on();
    copy.write(
        ".progress",
        "ch04-sse-counter 9 9 done 0\nhints ch04-sse-counter 2 2\nlatest ch04-sse-counter\n",
    );
    copy.says(&["reset", "ch04"]);
    let overview = copy.says(&[]);
    let line = overview.lines().find(|line| line.contains("ch04"));
    assert!(
        line.is_some_and(|line| line.ends_with("not checked yet")),
        "{overview}"
    );
    assert!(
        !copy
            .says(&["hint", "ch04", "--step", "2"])
            .contains("2 of 3")
    );
}

/// What a learner has added is in nobody's way, and nobody's to remove.
#[test]
fn a_file_of_ones_own_stays_and_is_named() {
    let copy = worked_on();
    let own = "exercises/ch04-sse-counter/src/own.rs";
    copy.write(own, "// mine\n");
    for _ in 0..2 {
        let said = copy.says(&["reset", "ch04"]);
        assert!(said.contains("nobody gave them: src/own.rs"), "{said}");
    }
    assert_eq!(copy.read(own), "// mine\n");
    fs::remove_file(copy.path(own)).expect("it is there");
    assert!(!copy.says(&["reset", "ch04"]).contains("nobody gave"));
}

#[test]
fn going_back_needs_no_step() {
    let copy = worked_on();
    copy.refuses(
        &["reset", "ch04", "--step", "2", "--back"],
        &["`cargo xtask reset ch04 --back`"],
    );
}

#[test]
fn a_chapter_is_as_it_was_given_and_the_old_one_comes_back() {
    let copy = worked_on();
    let (lib, counter) = (copy.read(LIB), copy.read(COUNTER));
    copy.write("exercises/ch04-sse-counter/src/own.rs", "// mine");
    let said = copy.says(&["reset", "ch04"]);
    for word in [
        "src/lib.rs",
        "src/counter.rs",
        KEPT,
        "cargo xtask reset ch04 --back",
    ] {
        assert!(said.contains(word), "{word}\n{said}");
    }
    for file in [LIB, COUNTER] {
        let given = fs::read_to_string(programs::root().join(file)).expect("an exercise");
        assert_eq!(copy.read(file), given, "{file}");
    }
    assert_eq!(
        copy.read("exercises/ch04-sse-counter/src/own.rs"),
        "// mine"
    );
    assert!(
        copy.says(&["reset", "ch04"])
            .contains("nothing was written")
    );
    copy.says(&["reset", "ch04", "--back"]);
    assert_eq!((copy.read(LIB), copy.read(COUNTER)), (lib, counter));
    // Twice in a second: neither copy takes the other's place.
    assert_eq!(folders(&copy.path(KEPT)), 2);
}

#[test]
fn a_step_is_as_it_was_given_and_the_others_stay() {
    let copy = worked_on();
    copy.says(&["reset", "ch04", "--step", "2"]);
    let counter = copy.read(COUNTER);
    assert!(counter.contains("    // Step 2: Answer"), "{counter}");
    assert!(counter.contains("    todo!(\"step 2\")\n}\n"), "{counter}");
    assert!(
        counter.contains("three() // mine") && !counter.contains("two()"),
        "{counter}"
    );
    assert!(copy.read(LIB).contains("// mine"));
    copy.says(&["reset", "ch04", "--back"]);
    assert!(copy.read(COUNTER).contains("two() // mine"));
}

/// Three texts, each reset away; each call of `--back` finds the one before.
#[test]
fn back_goes_on_to_older_versions_and_loses_none() {
    let copy = Copy::new();
    let given = copy.read(COUNTER);
    let mine = ["two() // first", "two() // second", "two() // third"];
    for text in mine {
        copy.edit("ch04-sse-counter/src/counter.rs", "todo!(\"step 2\")", text);
        copy.says(&["reset", "ch04"]);
        assert_eq!(copy.read(COUNTER), given);
    }
    let back = ["reset", "ch04", "--back"];
    for text in mine.iter().rev() {
        let said = copy.says(&back);
        assert!(copy.read(COUNTER).contains(text), "{text}\n{said}");
        let again = said.lines().last().unwrap_or_default();
        assert!(again.contains("cargo xtask reset ch04 --back="), "{said}");
    }
    // What is written meanwhile is kept too, and is what comes back by its name.
    copy.edit(
        "ch04-sse-counter/src/counter.rs",
        mine[0],
        "two() // fourth",
    );
    let fourth = copy.read(COUNTER);
    copy.refuses(&back, &["no older version", "--back="]);
    assert_eq!(copy.read(COUNTER), fourth);
    let said = copy.says(&["reset", "ch04"]);
    let kept = said
        .lines()
        .find(|line| line.contains(KEPT))
        .unwrap_or_default();
    let name = kept.rsplit('/').next().unwrap_or_default();
    // A reset begins at the newest again.
    copy.says(&back);
    assert_eq!(copy.read(COUNTER), fourth);
    copy.says(&["reset", "ch04"]);
    copy.says(&["reset", "ch04", &format!("--back={name}")]);
    assert_eq!(copy.read(COUNTER), fourth);
    copy.refuses(&["reset", "ch04", &format!("--back={name}")], &["already"]);
    copy.refuses(&["reset", "ch04", "--back=2020"], &["2020", name]);
    let kept: Vec<String> = fs::read_dir(copy.path(KEPT))
        .expect("a folder")
        .flatten()
        .map(|entry| fs::read_to_string(entry.path().join("src/counter.rs")).expect("a copy"))
        .collect();
    for text in mine.iter().chain(&["two() // fourth"]) {
        assert!(
            kept.iter().any(|kept| kept.contains(text)),
            "{text} is lost"
        );
    }
}

#[test]
fn what_cannot_be_done_changes_nothing() {
    let copy = worked_on();
    copy.refuses(&["reset", "ch04", "--back"], &["nothing is kept"]);
    copy.refuses(&["reset", "ch04", "--step", "4"], &["1 to 3"]);
    copy.refuses(&["reset", "ch99"], &["ch99", "ch04"]);
    // Where nothing can be kept, nothing is written.
    copy.write(KEPT, "a file in the way");
    let before = copy.read(COUNTER);
    copy.refuses(&["reset", "ch04"], &[".kept"]);
    assert_eq!(copy.read(COUNTER), before);
}

/// Whenever it ends, each file is whole, and what is no longer there is kept.
#[test]
fn nothing_is_lost_when_a_reset_is_ended_midway() {
    for turn in 0..40 {
        let copy = worked_on();
        let mine = state(&copy);
        let mut command = std::process::Command::new(programs::xtask());
        command
            .args(["reset", "ch04"])
            .env("CARGO_MANIFEST_DIR", copy.path("xtask"))
            .stdout(Stdio::null());
        let mut child = command.spawn().expect("xtask");
        std::thread::sleep(Duration::from_micros(turn * 150));
        let _ = child.kill();
        child.wait().expect("an end");
        let now = state(&copy);
        let kept: Vec<_> = fs::read_dir(copy.path(KEPT))
            .into_iter()
            .flatten()
            .flatten()
            .collect();
        let kept = kept
            .iter()
            .find(|entry| !entry.file_name().as_encoded_bytes().starts_with(b"."));
        for (file, text) in &now {
            let given = fs::read_to_string(programs::root().join(file)).expect("an exercise");
            assert!(
                *text == mine[file] || *text == given,
                "turn {turn}: {file}:\n{text}"
            );
            if *text != mine[file] {
                let inside = file.trim_start_matches("exercises/ch04-sse-counter/");
                let old = kept.map(|kept| kept.path().join(inside)).expect("a copy");
                assert_eq!(
                    fs::read_to_string(old).expect("a copy"),
                    mine[file],
                    "turn {turn}"
                );
            }
        }
    }
}

fn state(copy: &Copy) -> BTreeMap<&'static str, String> {
    [LIB, COUNTER].map(|file| (file, copy.read(file))).into()
}

fn folders(path: &Path) -> usize {
    fs::read_dir(path).expect("a folder").count()
}
