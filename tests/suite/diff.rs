//! `cargo xtask diff`: the learner's steps beside the solution's, and nothing else.

use crate::copies::Copy;

#[test]
fn a_hole_stands_beside_what_the_solution_has() {
    let shown = Copy::new().says(&["diff", "ch04"]);
    for line in [
        "  step 1: Let `GET /sse` lead to `count`.",
        "counter.rs:22   still to be written",
        "  -     todo!(\"step 1\")",
        "  +     Router::new().route(\"/sse\", get(count))",
        "  +     Event::default().data(format!(\"Ceci est le message {number}\"))",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
    assert!(
        !shown.contains("ANCHOR") && !shown.contains("use axum"),
        "{shown}"
    );
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
        shown.contains("You also changed what was given in"),
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
