//! What the generator makes of marks, right and wrong.

use super::*;

const SOLUTION: &str = "\
//! A greeting.

use ch09_greeting_solution::name;
use ch01_https_setup_solution::log;

// ANCHOR: whole
fn greet() -> String {
    // The name comes from the client.
    // ANCHOR: step-1 Greet by name.
    let name = name();
    format!(\"hello {name}\")
    // ANCHOR_END: step-1
}
// ANCHOR_END: whole
";

fn exercise(text: &str) -> Result<(String, Vec<Step>), MarkError> {
    from_solution(Path::new("src/lib.rs"), text, "ch09-greeting")
}

fn problem(text: &str) -> String {
    exercise(text)
        .expect_err("these marks are wrong")
        .to_string()
}

#[test]
fn a_step_becomes_its_instruction_and_a_hole() {
    let (text, steps) = exercise(SOLUTION).unwrap();
    assert_eq!(
        text,
        "\
//! A greeting.

use ch09_greeting::name;
use ch01_https_setup_solution::log;

// ANCHOR: whole
fn greet() -> String {
    // The name comes from the client.
    // Step 1: Greet by name.
    todo!(\"step 1\")
}
// ANCHOR_END: whole
"
    );
    assert_eq!((steps[0].number, steps[0].line), (1, 9));
    assert_eq!(steps[0].instruction, "Greet by name.");
    assert_eq!(steps[0].hole, 8..10);
    assert_eq!(
        steps[0].code,
        "    let name = name();\n    format!(\"hello {name}\")\n"
    );
}

#[test]
fn a_hole_before_more_code_is_a_statement() {
    let (text, _) = exercise(
        "fn f() {\n    // ANCHOR: step-1 Do it.\n    g();\n    // ANCHOR_END: step-1\n\
         \x20   h();\n}\n",
    )
    .unwrap();
    assert_eq!(
        text,
        "fn f() {\n    // Step 1: Do it.\n    todo!(\"step 1\");\n    h();\n}\n"
    );
}

#[test]
fn wrong_marks_are_named_with_their_place() {
    let long = "x".repeat(LINE_MAX);
    for (text, expected) in [
        (
            "\n// ANCHOR: step-1 Do.\n",
            "src/lib.rs:2: step 1 does not end",
        ),
        (
            "// ANCHOR_END: step-1\n",
            "src/lib.rs:1: step 1 ends and did not begin",
        ),
        (
            "// ANCHOR: step-1\n",
            "src/lib.rs:1: step 1 does not say what to do",
        ),
        (
            "// ANCHOR: step-a Do.\n",
            "src/lib.rs:1: `step-a` has no number",
        ),
        (
            "// ANCHOR: step-1 A.\n// ANCHOR: step-2 B.\n",
            "src/lib.rs:2: a step inside step 1",
        ),
        (
            "// ANCHOR: step-1 A.\n// ANCHOR_END: step-2\n",
            "src/lib.rs:2: step 1 is open, and step 2 ends",
        ),
        (
            &format!("// ANCHOR: step-1 {long}\n"),
            "src/lib.rs:1: more than 100 columns",
        ),
    ] {
        assert_eq!(problem(text), expected);
    }
}

#[test]
fn steps_count_from_one_without_a_gap() {
    let step = |number| Step {
        number,
        file: PathBuf::from("src/lib.rs"),
        line: 7,
        ..Step::default()
    };
    assert_eq!(numbered(&[step(2), step(1)]), Ok(()));
    for wrong in [
        vec![step(2)],
        vec![step(1), step(1)],
        vec![step(1), step(3)],
    ] {
        assert!(numbered(&wrong).is_err());
    }
}

const MANIFEST: &str = "\
[package]
name = \"ch09-greeting-solution\"

[lints]
workspace = true

[dependencies]
ch01-https-setup-solution.workspace = true
";

#[test]
fn a_manifest_takes_the_name_and_lints_of_an_exercise() {
    let text = manifest::of(MANIFEST, "ch09-greeting", false);
    assert!(text.starts_with("# Generated from solutions/ch09-greeting by"));
    assert!(text.contains("name = \"ch09-greeting\"\n"));
    assert!(text.contains("ch01-https-setup-solution.workspace = true\n\n[lints.rust]\n"));
    assert!(!text.contains("[lints]"));
}

#[test]
fn a_manifest_says_what_a_hole_in_a_page_looks_like() {
    assert!(
        manifest::of(MANIFEST, "ch09-greeting", true).contains("`throw new Error(\"step …\")`")
    );
    assert!(!manifest::of(MANIFEST, "ch09-greeting", false).contains("throw"));
}

const PAGE: &str = "\
<!DOCTYPE html>
<title>Greeting</title>
<!-- ANCHOR: step-1 Make room for the greeting. -->
<p id=\"greeting\"></p>
<!-- ANCHOR_END: step-1 -->
<!-- ANCHOR: script -->
<script>
  function greet(name) {
    // What comes is text.
    // ANCHOR: step-2 Greet by name.
    greeting.textContent = `hello ${name}`;
    // ANCHOR_END: step-2
  }
</script>
<!-- ANCHOR_END: script -->
";

fn page(text: &str) -> Result<(String, Vec<Step>), MarkError> {
    from_solution(Path::new("src/client.html"), text, "ch09-greeting")
}

#[test]
fn a_page_throws_in_its_script_and_has_a_gap_in_its_markup() {
    let (text, steps) = page(PAGE).unwrap();
    assert_eq!(
        text,
        "\
<!DOCTYPE html>
<title>Greeting</title>
<!-- Step 1: Make room for the greeting. -->
<!-- ANCHOR: script -->
<script>
  function greet(name) {
    // What comes is text.
    // Step 2: Greet by name.
    throw new Error(\"step 2\");
  }
</script>
<!-- ANCHOR_END: script -->
"
    );
    let places: Vec<_> = steps.iter().map(|step| (step.number, step.line)).collect();
    assert_eq!(places, [(1, 3), (2, 10)]);
}

#[test]
fn wrong_marks_in_a_page_are_named_with_their_place() {
    for (text, expected) in [
        (
            "<!-- ANCHOR: step-1 Do.\n-->\n",
            "src/client.html:1: the comment of a mark ends on its line",
        ),
        (
            "<!-- ANCHOR: step-1 -->\n",
            "src/client.html:1: step 1 does not say what to do",
        ),
        (
            "\n<!-- ANCHOR_END: step-1 -->\n",
            "src/client.html:2: step 1 ends and did not begin",
        ),
        (
            "<!-- ANCHOR: step-1 Do. -->\n<script>\n// ANCHOR_END: step-1\n",
            "src/client.html:3: step 1 begins in markup and ends in script",
        ),
        (
            "// ANCHOR: step-1 Do.\n</script>\n<!-- ANCHOR_END: step-1 -->\n",
            "src/client.html:3: step 1 begins in script and ends in markup",
        ),
    ] {
        assert_eq!(page(text).expect_err("wrong marks").to_string(), expected);
    }
}

/// Rust has no such comments: there the line is somebody's text.
#[test]
fn marks_of_markup_mean_nothing_in_rust() {
    let text = "const PAGE: &str = \"\n<!-- ANCHOR: step-1 Do. -->\n\";\n";
    assert_eq!(exercise(text), Ok((text.to_owned(), Vec::new())));
}
