//! Where a control group can be had, the kernel counts what no look at a program's
//! processes finds.

#![cfg(target_os = "linux")]

use std::process::Command;

use checker::chapters;

use crate::programs::{root, solution, xtask};

/// What gives a check a control group of its own, and the words that do it.
const DELEGATES: [&str; 6] = [
    "systemd-run",
    "--user",
    "--scope",
    "--quiet",
    "-p",
    "Delegate=yes",
];

/// A call of ours that has a control group, or none where nobody gives one.
fn delegated(words: &[&str]) -> Command {
    let mut command = Command::new(DELEGATES[0]);
    command.args(&DELEGATES[1..]).arg(xtask()).args(words);
    command.env("CARGO_MANIFEST_DIR", root().join("xtask"));
    command
}

/// Whether one can be had here.
fn can_be_had() -> bool {
    let output = delegated(&["doctor"]).output();
    let told = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let had = told.is_ok_and(|told| told.contains("one for each program"));
    if !had {
        println!(
            "skipped: `{}` gives no control group here",
            DELEGATES.join(" ")
        );
    }
    had
}

#[test]
fn hidden_memory_is_counted() {
    if !can_be_had() {
        return;
    }
    let limits = ["--limit", "memory=32MiB", "--limit", "directory=8MiB"];
    let check = [&["check", "ch04", "--confine"], &limits[..], &["--"]].concat();
    let hides = [&check[..], &[env!("CARGO_BIN_EXE_hostile"), "hides-memory"]].concat();
    let output = delegated(&hides).output().expect("a check");
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("took more than 32 MiB of memory"), "{told}");
}

#[test]
fn a_right_program_passes_in_one() {
    if !can_be_had() {
        return;
    }
    let chapter = &chapters::ALL[3];
    let file = solution(chapter).file;
    let check = ["check", chapter.number(), "--confine", "--"];
    let output = delegated(&check).arg(file).output().expect("a check");
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{told}");
}
