//! JUnit XML as a reader of it sees it: well formed, whole, in the words of the
//! text report, whatever a program writes.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::programs;

/// Reads XML with a parser that is not ours, and tells it as JSON.
const READER: &str = r#"
import json, sys, xml.etree.ElementTree as tree
def told(element):
    return {"tag": element.tag, "is": element.attrib, "text": element.text or "",
            "has": [told(child) for child in element]}
print(json.dumps(told(tree.fromstring(sys.stdin.buffer.read()))))
"#;

/// The document as JSON; `None` where there is no Python to read it.
fn read(document: &[u8]) -> Option<Value> {
    let mut python = Command::new("python3")
        .args(["-c", READER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    python.stdin.take()?.write_all(document).ok()?;
    let output = python.wait_with_output().ok()?;
    let text = String::from_utf8_lossy(document);
    assert!(output.status.success(), "not well formed:\n{text}");
    serde_json::from_slice(&output.stdout).ok()
}

fn check(words: &[&str]) -> (Option<i32>, Vec<u8>) {
    let output = Command::new(programs::xtask())
        .arg("check")
        .args(words)
        .env("CARGO_MANIFEST_DIR", programs::root().join("xtask"))
        .output()
        .expect("xtask");
    (output.status.code(), output.stdout)
}

fn children<'a>(element: &'a Value, tag: &str) -> Vec<&'a Value> {
    let all = element["has"].as_array().expect("children");
    all.iter().filter(|child| child["tag"] == tag).collect()
}

#[cfg(unix)]
#[test]
fn a_failure_stands_in_junit_in_the_words_of_the_text() {
    let seeded = ["ch04", "--seed", "7", "--format"];
    let wrong = ["--", "/bin/true"];
    let (code, document) = check(&[&seeded[..], &["junit"], &wrong].concat());
    assert_eq!(code, Some(1));
    let Some(root) = read(&document) else {
        return eprintln!("skipped: python3 is not on this machine");
    };
    assert_eq!(root["tag"], "testsuites");
    let suite = children(&root, "testsuite")[0];
    assert_eq!(suite["is"]["name"], "ch04-sse-counter");
    let properties = children(children(suite, "properties")[0], "property");
    assert!(
        properties
            .iter()
            .any(|one| one["is"]["name"] == "seed" && one["is"]["value"] == "7"),
        "{properties:?}"
    );
    let cases = children(suite, "testcase");
    let skipped = cases
        .iter()
        .filter(|case| !children(case, "skipped").is_empty());
    let count = |name: &str| suite["is"][name].as_str().map(str::to_owned);
    assert_eq!(count("tests"), Some(cases.len().to_string()));
    assert_eq!(count("skipped"), Some(skipped.count().to_string()));
    assert_eq!(count("failures").as_deref(), Some("1"));
    let failure = children(cases[0], "failure")[0];
    let (_, text) = check(&[&seeded[..], &["text"], &wrong].concat());
    let text = without_numbers(&String::from_utf8_lossy(&text));
    let words = without_numbers(failure["text"].as_str().expect("words"));
    assert!(text.contains(words.trim()), "{words}\n---\n{text}");
    assert_eq!(failure["is"]["type"], "exited");
}

/// The port is another one at each run.
#[cfg(unix)]
fn without_numbers(text: &str) -> String {
    text.replace(|c: char| c.is_ascii_digit(), "")
}

#[cfg(unix)]
#[test]
fn nothing_of_a_program_stands_raw_in_junit() {
    let script =
        r#"printf '\033]0;x\007<b>&"]]>\302\233\377\000\357\277\277\n' | tee /dev/stderr; exit 3"#;
    let (code, document) = check(&["ch04", "--format", "junit", "--", "sh", "-c", script]);
    assert_eq!(code, Some(1));
    let raw = |byte: &u8| *byte < 0x20 && *byte != b'\n';
    assert!(!document.iter().any(raw), "{document:?}");
    let text = String::from_utf8(document.clone()).expect("UTF-8");
    assert!(!text.contains(['\u{9b}', '\u{ffff}']), "{text}");
    read(&document);
}

#[test]
fn a_check_that_cannot_be_made_is_a_document_too() {
    let (code, document) = check(&["ch99", "--format", "junit"]);
    assert_eq!(code, Some(2));
    if let Some(root) = read(&document) {
        let case = &children(children(&root, "testsuite")[0], "testcase")[0];
        let message = children(case, "error")[0]["is"]["message"].as_str();
        assert!(message.is_some_and(|said| said.contains("ch99")));
    }
}
