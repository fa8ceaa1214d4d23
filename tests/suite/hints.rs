//! Hints: three for each step of each chapter, one more at each call, for the step
//! where the learner stands.

use checker::chapters;

use crate::{copies::Copy, pages};

/// A question first, and no two alike; the fourth call tells nothing new.
#[test]
fn each_step_has_three_hints() {
    let copy = Copy::new();
    for chapter in chapters::ALL {
        for step in 1..=pages::marks(chapter).len() {
            let words = ["hint", chapter.number(), "--step", &step.to_string()];
            let told: Vec<String> = (0..4).map(|_| copy.says(&words)).collect();
            let place = format!("{} step {step}", chapter.slug);
            for (n, text) in told.iter().enumerate() {
                let marks = (1..=3).filter(|mark| text.contains(&format!("  {mark} of 3  ")));
                assert_eq!(marks.count(), (n + 1).min(3), "{place}:\n{text}");
            }
            assert_eq!(told[2], told[3], "{place}");
            let question = told[0].split("1 of 3").nth(1).unwrap_or_default();
            assert!(question.contains('?'), "{place}: {question}");
            assert!(told[0].contains("One more: cargo xtask hint"), "{place}");
            assert!(told[2].contains("cargo xtask diff"), "{place}");
        }
    }
}

#[test]
fn a_hint_is_for_the_first_hole_that_is_left() {
    let copy = Copy::new();
    assert!(
        copy.says(&["hint", "ch04"])
            .contains("step 1: Let `GET /sse`")
    );
    copy.edit(
        "ch04-sse-counter/src/lib.rs",
        "todo!(\"step 1\")",
        "Router::new()",
    );
    let told = copy.says(&["hint", "ch04"]);
    assert!(told.contains("ch04 · step 2: "), "{told}");
    assert!(
        told.contains("exercises/ch04-sse-counter/src/counter.rs:"),
        "{told}"
    );
}

/// The progress file says at which step the last check stopped.
#[test]
fn a_hint_is_for_the_step_that_the_last_check_named() {
    let copy = Copy::new();
    for (name, code) in [("lib.rs", "1"), ("counter.rs", "2"), ("counter.rs", "3")] {
        let hole = format!("todo!(\"step {code}\")");
        copy.edit(
            &format!("ch04-sse-counter/src/{name}"),
            &hole,
            "Default::default()",
        );
    }
    copy.write(".progress", "stands ch04-sse-counter 2\n");
    assert!(copy.says(&["hint", "ch04"]).contains("ch04 · step 2: "));
    copy.write(
        ".progress",
        "\u{0}not a progress file\nhints ch04-sse-counter 3 x\n",
    );
    assert!(copy.says(&["hint", "ch04"]).contains("ch04 · step 3: "));
}

/// Where one was, until that passes as it is.
#[test]
fn a_hint_for_a_step_that_may_be_right_by_now_says_so() {
    let copy = Copy::new();
    copy.write(
        ".progress",
        "ch04-sse-counter 2 8 open 0\nstands ch04-sse-counter 2\n",
    );
    let since = "edited since its last check";
    assert!(!copy.says(&["hint", "ch04"]).contains(since), "it is open");
    for file in ["counter.rs", "lib.rs"] {
        let place = format!("exercises/ch04-sse-counter/src/{file}");
        copy.write(&place, &copy.read(&place).replace("todo!", "panic!"));
    }
    let said = copy.says(&["hint", "ch04"]);
    assert!(
        said.starts_with("ch04 · step 2: ") && said.contains(since),
        "{said}"
    );
    assert!(!copy.says(&["hint", "ch04", "--step", "1"]).contains(since));
}

#[test]
fn a_hint_without_a_name_is_for_the_chapter_checked_last() {
    let copy = Copy::new();
    assert!(copy.says(&["hint"]).starts_with("ch01 · step 1: "));
    copy.write(
        ".progress",
        "ch03-client-page 2 9 open 0\nlatest ch03-client-page\n",
    );
    assert!(copy.says(&["hint"]).starts_with("ch03 · step 1: "));
    // It passed and has been edited since: that is where one is.
    copy.write(
        ".progress",
        "ch03-client-page 9 9 done 0\nlatest ch03-client-page\n",
    );
    assert!(copy.says(&["hint"]).starts_with("ch03 · step 1: "));
    copy.write(".progress", "latest ch99-no-more\n");
    assert!(copy.says(&["hint"]).starts_with("ch01 · step 1: "));
}

/// The line where a program that comes to the step says that it has stopped.
#[test]
fn a_hint_points_at_the_hole() {
    let copy = Copy::new();
    let told = copy.says(&["hint", "ch04", "--step", "2"]);
    let place = told.lines().find(|line| line.starts_with("exercises/"));
    let (file, line) = place
        .and_then(|place| place.rsplit_once(':'))
        .expect("a place");
    let text = copy.read(file);
    let line = text
        .lines()
        .nth(line.parse::<usize>().expect("a number") - 1);
    assert_eq!(line.map(str::trim), Some("todo!(\"step 2\")"), "{told}");
}

/// What has been told is kept in a file, without which the first is told for ever.
#[test]
fn a_hint_that_cannot_be_kept_says_so() {
    let copy = Copy::new();
    std::fs::create_dir(copy.path(".progress")).expect("a folder");
    copy.refuses(&["hint", "ch04"], &[".progress cannot be written"]);
}

#[test]
fn a_step_without_hints_is_named() {
    let copy = Copy::new();
    copy.write(
        "solutions/ch04-sse-counter/hints.md",
        "## Step 1\n\n1. One?\n2. Two.\n",
    );
    copy.refuses(&["hint", "ch04"], &["hints.md", "step 1", "2 hints"]);
    copy.refuses(&["hint", "ch04", "--step", "9"], &["no step 9", "1 to 3"]);
}
