//! The command line as its users meet it: what it says to mistakes, what its
//! exit code is, and that nothing in the environment changes a verdict.

use std::fs;

use assert_cmd::Command;

use crate::programs;

/// A program that passes ch04 costs three seconds; one that fails at once, none.
const WRONG: &str = "/bin/true";

fn xtask(words: &[&str]) -> Command {
    let mut command = Command::new(programs::xtask());
    command
        .args(words)
        .env_remove("CI")
        .env("CARGO_MANIFEST_DIR", programs::root().join("xtask"));
    command
}

/// Exit code 2, nothing on standard output, one line on standard error.
fn refused(words: &[&str], named: &[&str]) {
    let output = xtask(words).output().expect("xtask");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{words:?}: {said}");
    assert_eq!(said.lines().count(), 1, "{words:?}: {said}");
    assert!(output.stdout.is_empty(), "{words:?}: {output:?}");
    for name in named {
        assert!(said.contains(name), "{words:?} should name {name}: {said}");
    }
}

#[test]
fn mistakes_get_one_line_and_the_way_out() {
    let scratch = tempfile::tempdir().expect("a directory");
    let file = |name: &str, text: &str| {
        let path = scratch.path().join(name);
        fs::write(&path, text).expect("a file");
        path.to_string_lossy().into_owned()
    };
    let (empty, plain) = (file("empty", ""), file("plain", "#!/bin/sh\n"));
    let folder = scratch.path().to_string_lossy().into_owned();
    refused(&["check", "ch99"], &["ch99", "ch01", "ch04"]);
    refused(&["check", ""], &["ch01"]);
    refused(
        &["check", "ch04", "--", "no-such-program"],
        &["no-such-program", "PATH"],
    );
    refused(
        &["check", "ch04", "--", "./no/such/program"],
        &["./no/such/program"],
    );
    refused(&["check", "ch04", "--", &folder], &["directory"]);
    refused(&["check", "ch04", "--", &empty], &["empty"]);
    if cfg!(unix) {
        refused(
            &["check", "ch04", "--", &plain],
            &["not executable", "chmod"],
        );
    }
    refused(&["check", "ch04", "--", ""], &["empty"]);
    // The interpreter is there, here one that every machine with this test has.
    refused(
        &["check", "ch04", "--", "cargo", "no-such-server.js"],
        &["no file no-such-server.js"],
    );
    refused(&["check", "ch01", "ch04", "--", WRONG], &["one chapter"]);
    refused(&["check", "--all", "--", WRONG], &["one chapter"]);
    refused(
        &["check", "ch04", "--solution", "--", WRONG],
        &["--solution"],
    );
    refused(&["bench", "ch99"], &["ch99", "ch01"]);
    refused(&["watch", "ch99"], &["ch99", "ch01"]);
    refused(&["hint", "ch99"], &["ch99", "ch01"]);
    refused(&["diff", "ch99"], &["ch99", "ch01"]);
    refused(&["book", "--port", "3000"], &["ch04", "--port"]);
    refused(&["figures"], &["mdBook", "cargo xtask book"]);
    refused(&["grade", "/no/such/class"], &["/no/such/class"]);
    refused(&["grade", &empty], &["not a folder"]);
    refused(&["grade", &folder, "--chapter", "ch99"], &["ch99", "ch01"]);
    refused(&["grade", &folder, "--out", &empty], &[&empty]);
    refused(&["chapter", "Chapter 6"], &["ch06-last-event-id"]);
    refused(&["chapter", "ch04-sse-counter"], &["there already"]);
    refused(&["chapter", "ch04-other"], &["ch04-sse-counter is there"]);
    let mut blessed = xtask(&["bless"]);
    blessed.env("CI", "true").assert().code(2);
}

/// Whoever reads the book there for the first time has no mdBook.
#[test]
fn the_book_says_how_to_get_mdbook() {
    if programs::root().join("target/mdbook").exists() {
        return eprintln!("skipped: mdbook is below target/ on this machine");
    }
    let output = xtask(&["book"]).env("PATH", "").output().expect("xtask");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains("`cargo install mdbook --version"), "{said}");
}

#[test]
fn unknown_options_are_usage_errors() {
    xtask(&["check", "--no-such-option"]).assert().code(2);
    xtask(&["no-such-command"]).assert().code(2);
    xtask(&["grade"]).assert().code(2);
    xtask(&["grade", ".", "--shard", "3/2"]).assert().code(2);
    xtask(&["grade", ".", "--jobs", "0"]).assert().code(2);
    xtask(&["check", "ch04", "--format", "yaml"])
        .assert()
        .code(2);
}

#[cfg(unix)]
#[test]
fn json_is_one_document_with_the_words_of_the_text() {
    let output = xtask(&["check", "ch04", "--format", "json", "--", WRONG])
        .output()
        .expect("xtask");
    assert_eq!(output.status.code(), Some(1));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one document");
    assert_eq!(document["schema"], 1);
    assert_eq!(document["verdict"], "failed");
    let steps = document["chapters"][0]["steps"].as_array().expect("steps");
    assert_eq!(steps[0]["verdict"], "failed");
    assert_eq!(steps[0]["finding"]["kind"], "exited");
    assert!(
        steps[1..]
            .iter()
            .all(|step| step["verdict"] == "not-reached")
    );
    let text = xtask(&["check", "ch04", "--", WRONG])
        .output()
        .expect("xtask");
    let text = String::from_utf8_lossy(&text.stdout)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    for part in ["why", "next"] {
        let words = steps[0]["finding"][part].as_str().expect("words");
        assert!(text.contains(words), "{part}: {words}\n{text}");
    }
    let output = xtask(&["check", "ch99", "--format", "json"])
        .output()
        .expect("xtask");
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one document");
    assert_eq!(
        (output.status.code(), &document["verdict"]),
        (Some(2), &"error".into())
    );
}

/// Each name alone, and with the values that make insta accept anything.
#[cfg(unix)]
#[test]
fn the_environment_changes_no_verdict() {
    let settings: &[(&str, &str)] = &[
        ("INSTA_FORCE_PASS", "1"),
        ("INSTA_UPDATE", "always"),
        ("INSTA_UPDATE", "force"),
        ("INSTA_FORCE_UPDATE", "1"),
        ("INSTA_WORKSPACE_ROOT", "/nonexistent"),
        ("CI", "true"),
        ("NO_COLOR", "1"),
        ("CLICOLOR_FORCE", "1"),
        ("TERM", "dumb"),
        ("HTTP_PROXY", "http://127.0.0.1:1"),
        ("https_proxy", "http://127.0.0.1:1"),
        ("ALL_PROXY", "socks5://127.0.0.1:1"),
        ("LC_ALL", "C"),
        ("LANG", "tr_TR.UTF-8"),
        ("PORT", "1"),
        ("RUST_BACKTRACE", "full"),
        ("RUST_LOG", "trace"),
        ("SSLKEYLOGFILE", "/nonexistent/keys"),
    ];
    let solution = programs::solution(&checker::chapters::ALL[0]);
    let right = solution.file.to_string_lossy().into_owned();
    for (name, value) in settings {
        let passed = xtask(&["check", "ch01", "--seed", "1", "--", &right])
            .env(name, value)
            .output();
        let passed = passed.expect("xtask");
        assert!(
            matches!(passed.status.code(), Some(0 | 3)),
            "{name}={value}: {passed:?}"
        );
        assert!(
            !passed.stdout.contains(&0x1b),
            "a pipe gets plain text with {name}={value}"
        );
        let failed = xtask(&["check", "ch01", "--seed", "1", "--", WRONG])
            .env(name, value)
            .output();
        assert_eq!(
            failed.expect("xtask").status.code(),
            Some(1),
            "{name}={value}"
        );
    }
    let snapshots = programs::root().join("tests/snapshots");
    assert!(!contains_new(&snapshots), "a check wrote a snapshot");
}

#[cfg(unix)]
fn contains_new(folder: &std::path::Path) -> bool {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    entries.map(|entry| entry.path()).any(|path| {
        if path.is_dir() {
            contains_new(&path)
        } else {
            path.extension().is_some_and(|end| end == "new")
        }
    })
}

/// What needs no browser is checked, the rest is skipped with the way to get one,
/// and the exit code says that not all was seen.
#[test]
fn without_a_browser_the_pages_are_skipped() {
    let chapter = checker::chapters::ALL
        .iter()
        .find(|chapter| chapter.browser)
        .expect("a chapter with a page");
    let right = programs::solution(chapter)
        .file
        .to_string_lossy()
        .into_owned();
    let output = xtask(&["check", chapter.number(), "--", &right])
        .env("BROWSER", "/no/such/browser")
        .output()
        .expect("xtask");
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("skipped") && said.contains("✓"), "{said}");
    assert_eq!(said.matches("BROWSER names").count(), 1, "{said}");
}

/// A transcript has room for so much: more is a finding, and the end of its step.
#[test]
fn a_full_transcript_is_a_verdict() {
    let chapter = checker::chapters::ALL
        .iter()
        .find(|chapter| chapter.slug == "ch02-wss-echo")
        .expect("ch02");
    let right = programs::solution(chapter).file;
    let right = right.to_string_lossy();
    let words = ["check", "ch02", "--limit", "entries=100", "--", &right];
    let output = xtask(&words).output().expect("xtask");
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(said.contains("* the transcript is full"), "{said}");
}

/// A check that is interrupted takes its programs along.
#[cfg(target_os = "linux")]
#[test]
fn an_interrupted_check_leaves_nothing_behind() {
    use std::{
        process::{Command, Stdio},
        thread::sleep,
        time::{Duration, Instant},
    };
    /// The start of a check and of a shell on a busy machine.
    const START: Duration = Duration::from_secs(60);
    let sleeps = |id: &u32| {
        let name = fs::read_to_string(format!("/proc/{id}/comm"));
        name.is_ok_and(|name| name == "sleep\n")
    };
    let mark = format!("on-the-wire-{}", std::process::id());
    let script = format!("sleep 300 & setsid sleep 300 & echo 'Serveur {mark}'; sleep 300");
    for signal in ["INT", "TERM"] {
        let mut child = Command::new(programs::xtask())
            .args(["check", "ch04", "--", "sh", "-c", &script])
            .env("CARGO_MANIFEST_DIR", programs::root().join("xtask"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("xtask");
        let me = child.id();
        let mut family = Vec::new();
        let until = Instant::now() + START;
        while family.iter().filter(|id| sleeps(id)).count() < 3 {
            assert!(
                Instant::now() < until,
                "the program and its children do not run: {family:?}"
            );
            sleep(Duration::from_millis(5));
            family = descendants(me);
        }
        Command::new("kill")
            .args(["-s", signal, &me.to_string()])
            .status()
            .expect("kill");
        let status = child.wait().expect("a status");
        assert_eq!(status.code(), Some(130), "after SIG{signal}");
        let left: Vec<u32> = family.into_iter().filter(|id| is_running(*id)).collect();
        assert!(left.is_empty(), "still there after SIG{signal}: {left:?}");
    }
}

/// All processes that come from one, by `/proc`.
#[cfg(target_os = "linux")]
pub fn descendants(of: u32) -> Vec<u32> {
    let mut family = vec![of];
    let mut next = 0;
    while next < family.len() {
        let parent = family[next];
        next += 1;
        for entry in fs::read_dir("/proc").expect("/proc").flatten() {
            let Some(id) = entry
                .file_name()
                .to_str()
                .and_then(|name| name.parse::<u32>().ok())
            else {
                continue;
            };
            let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
            let above = stat
                .rsplit_once(')')
                .and_then(|(_, rest)| rest.split_whitespace().nth(1)?.parse().ok());
            if above == Some(parent) {
                family.push(id);
            }
        }
    }
    family.split_off(1)
}

#[cfg(target_os = "linux")]
pub fn is_running(id: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    stat.rsplit_once(')')
        .is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
}
