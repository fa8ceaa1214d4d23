//! What the compiler warns of, in the finding that it may explain.

use crate::copies::Copy;

/// It says too little, and the compiler knows why.
const UNHEARD: &str = "fn main() {\n    says();\n}

#[must_use = \"it is said by whoever prints it\"]
fn says() -> &'static str {\n    \"Serveur SSE\"\n}\n";

const PLACE: &str = "exercises/ch04-sse-counter/src/main.rs:2";

/// The second time nothing is built, and the warning is still there.
#[test]
fn a_finding_tells_them_each_time() {
    let copy = Copy::with_plain_exercise(UNHEARD);
    for time in ["first", "second"] {
        let output = copy.xtask(&["check", "ch04"]);
        let (said, warned) = (&output.stdout, &output.stderr);
        let said = String::from_utf8_lossy(said).into_owned();
        let warned = String::from_utf8_lossy(warned).into_owned();
        let told = format!(
            "      and the compiler warns\n        {PLACE}\n        unused return value of `says` \
             that must be used: it is said by whoever\n          prints it\n"
        );
        assert!(said.contains(&told), "{time}: {output:?}");
        let next = "Next: Begin with what the compiler says, above.";
        assert!(said.contains(next), "{time}: {said}");
        // In full it stands before the report, where cargo has always put it.
        assert_eq!(
            warned.matches("warning: unused return value").count(),
            1,
            "{time}: {warned}"
        );
        assert!(warned.contains("\n2 |     says();\n"), "{time}: {warned}");
    }
}

/// A step that is still to be written says more than any warning.
#[test]
fn what_is_to_be_written_is_told_alone() {
    let copy = Copy::with_plain_exercise(&UNHEARD.replace(
        "    says();\n",
        "    says();\n    if std::env::var(\"PORT\").is_ok() {\n        todo!(\"step 1\");\n    }\n",
    ));
    let output = copy.xtask(&["check", "ch04"]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("todo!(\"step 1\")"), "{output:?}");
    assert!(!said.contains("compiler"), "{said}");
}
