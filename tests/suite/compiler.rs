//! What the compiler says: a warning stands in the finding that it may explain, and an
//! exercise that does not build is told as that.

use crate::copies::Copy;

/// It says nothing, and the compiler knows why.
const UNHEARD: &str = "fn main() {\n    says();\n}

async fn says() {\n    println!(\"Serveur SSE\");\n}\n";

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
            "      and the compiler warns\n        {PLACE}\n        unused implementer of `Future` \
             that must be used: futures do nothing\n          unless you `.await` or poll them\n"
        );
        assert!(said.contains(&told), "{time}: {output:?}");
        let next = "Next: Begin with what the compiler says, above.";
        assert!(said.contains(next), "{time}: {said}");
        // In full it stands before the report, where cargo has always put it.
        assert_eq!(
            warned.matches("warning: unused implementer").count(),
            1,
            "{time}: {warned}"
        );
        assert!(warned.contains("\n2 |     says();\n"), "{time}: {warned}");
    }
}

/// What points at a byte, a panic and a step to be written say more than any warning.
#[test]
fn what_explains_itself_is_told_alone() {
    for ends in ["todo!(\"step 1\")", "panic!()", "println!(\"Serveur\")"] {
        let source = UNHEARD.replace("says();", &format!("says();\n    {ends};"));
        let copy = Copy::with_plain_exercise(&source);
        let output = copy.xtask(&["check", "ch04"]);
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{ends}: {output:?}");
        assert!(!said.contains("compiler"), "{ends}: {said}");
    }
}

/// An exercise that does not build is at that, whatever its last check has said.
#[test]
fn where_one_is_says_that_it_does_not_build() {
    let copy = Copy::with_plain_exercise("fn main() { this is no Rust }\n");
    copy.write(".progress", "ch04-sse-counter 8 8 done 0\n");
    assert_eq!(copy.xtask(&["check", "ch04"]).status.code(), Some(2));
    let said = copy.says(&[]);
    assert!(
        said.contains("✗ ch04  SSE headers and counter   does not build\n"),
        "{said}"
    );
    copy.write("exercises/ch04-sse-counter/src/main.rs", "fn main() {}\n");
    assert!(!copy.says(&[]).contains("does not build"));
}
