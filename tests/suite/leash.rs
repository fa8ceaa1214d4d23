//! A check that is killed outright takes its browser along.

#![cfg(target_os = "linux")]

use std::{
    fs,
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use checker::{
    browser::launch,
    chapters,
    processes::{self, Process},
};

use crate::programs::{root, solution, xtask};

/// How long a process may take to come or to go on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn a_killed_check_leaves_no_browser() {
    if let Err(why) = launch::find() {
        println!("skipped: {why}");
        return;
    }
    let scratch = tempfile::tempdir().expect("a directory");
    let chapter = chapters::ALL.iter().find(|chapter| chapter.browser);
    let chapter = chapter.expect("a chapter of pages");
    let mut check = Command::new(xtask())
        .args(["check", chapter.number(), "--"])
        .arg(solution(chapter).file)
        .env("CARGO_MANIFEST_DIR", root().join("xtask"))
        .env("TMPDIR", scratch.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a check");
    let family = || processes::family(check.id());
    until("a renderer is there", || {
        family().iter().any(|id| is_renderer(*id))
    });
    let family: Vec<Process> = family()
        .into_iter()
        .filter_map(processes::process)
        .collect();
    check.kill().expect("the check is killed");
    check.wait().expect("it has ended");
    until("nothing of it is left", || {
        !family.iter().any(|one| processes::is_there(*one))
    });
}

fn is_renderer(id: u32) -> bool {
    let line = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&line).contains("--type=renderer")
}

fn until(what: &str, is: impl Fn() -> bool) {
    let began = Instant::now();
    while !is() {
        assert!(began.elapsed() < PATIENCE, "{what}: not for {PATIENCE:?}");
        sleep(Duration::from_millis(10));
    }
}
