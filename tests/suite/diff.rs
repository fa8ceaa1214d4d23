//! `cargo xtask diff`: the learner's steps beside the solution's, and nothing else.

use crate::copies::Copy;

/// A step that is still to be written is named, and its solution only on request.
#[test]
fn a_hole_stands_beside_what_the_solution_has_for_whoever_asks() {
    let copy = Copy::new();
    let shown = copy.says(&["diff", "ch04"]);
    for line in [
        "  step 1: Let `GET /sse` lead to `count`.\n",
        "counter.rs:23   still to be written",
        "cargo xtask diff ch04 --step 1, or --all",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
    assert!(
        !shown.contains("\n  +") && !shown.contains("\n  -"),
        "{shown}"
    );
    for words in [
        &["diff", "ch04", "--all"][..],
        &["diff", "ch04", "--step", "1"],
    ] {
        let shown = copy.says(words);
        for line in [
            "  -     todo!(\"step 1\")",
            "  +     Router::new().route(\"/sse\", get(count))",
        ] {
            assert!(shown.contains(line), "{line}\n{shown}");
        }
        assert!(
            !shown.contains("ANCHOR") && !shown.contains("use axum"),
            "{shown}"
        );
        let all =
            shown.contains("Event::default().data(format!(\"Ceci est le message {number}\"))");
        assert_eq!(all, words.contains(&"--all"), "{shown}");
    }
}

/// Without a name it is the chapter checked last, passed or not.
#[test]
fn the_chapter_checked_last_needs_no_name() {
    let copy = Copy::new();
    copy.write(
        ".progress",
        "ch02-wss-echo 9 9 done 0\nlatest ch02-wss-echo\n",
    );
    let shown = copy.says(&["diff"]);
    assert!(shown.starts_with("ch02 · "), "{shown}");
}

#[test]
fn only_what_differs_in_a_step_is_shown() {
    let copy = Copy::new();
    let hole = |step| format!("todo!(\"step {step}\")");
    let (lib, counter) = (
        "ch04-sse-counter/src/lib.rs",
        "ch04-sse-counter/src/counter.rs",
    );
    copy.edit(lib, &hole(1), "Router::new().route(\"/sse\", get(count))");
    let mine = "let text = format!(\"{number}\");\n    Event::default().data(text)";
    copy.edit(counter, &hole(3), mine);
    let shown = copy.says(&["diff", "4"]);
    assert!(
        shown.contains("= step 1, as the solution has it"),
        "{shown}"
    );
    assert!(
        shown.contains("  -     let text = format!(\"{number}\");"),
        "{shown}"
    );
    assert!(!shown.contains("You also changed"), "{shown}");
    let one = copy.says(&["diff", "4", "--step", "3"]);
    assert!(one.contains("step 3") && !one.contains("step 2"), "{one}");
    copy.edit(
        counter,
        "use futures_util::StreamExt;",
        "use futures_util::*;",
    );
    let shown = copy.says(&["diff", "4"]);
    assert!(
        shown.contains("You also changed what was given, in"),
        "{shown}"
    );
    assert!(shown.contains(counter), "{shown}");
}

#[test]
fn a_file_that_cannot_be_compared_is_named() {
    let copy = Copy::new();
    let page = "exercises/ch03-client-page/src/client.html";
    std::fs::remove_file(copy.path(page)).expect("a page");
    assert!(
        copy.says(&["diff", "ch03"])
            .contains("the file is not there")
    );
    std::fs::write(copy.path(page), b"\xff\xfe").expect("a file");
    copy.refuses(&["diff", "ch03"], &[page, "UTF-8"]);
    copy.refuses(&["diff", "ch04", "--step", "7"], &["1 to 3"]);
}
