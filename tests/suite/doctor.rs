//! `cargo xtask doctor`: what a machine lacks is named with its cure, and the exit
//! code says whether anything is.

use std::net::TcpListener;

use assert_cmd::Command;
use checker::recorder::turn::Turn;

use crate::programs;

fn doctor(change: impl FnOnce(&mut Command)) -> (Option<i32>, String) {
    let mut command = Command::new(programs::xtask());
    command
        .arg("doctor")
        .env("CARGO_MANIFEST_DIR", programs::root().join("xtask"));
    change(&mut command);
    let output = command.output().expect("xtask");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.stderr.is_empty(), "{output:?}");
    (output.status.code(), said)
}

#[test]
fn every_matter_has_its_line() {
    let (code, said) = doctor(|_| {});
    for matter in [
        "Rust",
        "C compiler",
        "crates, offline",
        "browser",
        "mdBook",
        "disk",
        "temporary files",
        "clock",
        "colours",
        "size",
        "letters",
        "127.0.0.1",
        "::1",
        "localhost",
        "port 3000",
        "port 8080",
    ] {
        assert!(said.contains(&format!(" {matter}  ")), "{matter}\n{said}");
    }
    let lacking = said.contains("\n  ✗ ");
    assert_eq!(code, Some(i32::from(lacking)), "{said}");
    assert_eq!(
        said.contains("All that the workbook needs is here."),
        !lacking,
        "{said}"
    );
}

/// Each line after the one with this mark and matter, until the next.
fn cure(said: &str, mark: char, matter: &str) -> String {
    let line = format!("  {mark} {matter} ");
    let mut lines = said.lines().skip_while(|known| !known.starts_with(&line));
    assert!(lines.next().is_some(), "{line}\n{said}");
    lines
        .take_while(|line| line.starts_with("      "))
        .collect()
}

#[test]
fn what_is_lacking_has_a_cure() {
    let (code, said) = doctor(|command| {
        command
            .env("RUSTC", "/no/such/rustc")
            .env("CC", "/no/such/cc")
            .env("BROWSER", "/no/such/browser")
            .env("TMPDIR", "/no/such/folder")
            .env("CARGO_HOME", "/no/such/home")
            .env("LC_ALL", "C");
    });
    assert_eq!(code, Some(1), "{said}");
    assert!(cure(&said, '✗', "Rust").contains("rustup.rs"), "{said}");
    assert!(cure(&said, '✗', "browser").contains("BROWSER"), "{said}");
    assert!(
        cure(&said, '–', "crates, offline").contains("cargo fetch"),
        "{said}"
    );
    assert!(cure(&said, '–', "letters").contains("UTF-8"), "{said}");
    if cfg!(unix) {
        assert!(
            cure(&said, '✗', "temporary files").contains("TMPDIR"),
            "{said}"
        );
        let (_, said) = doctor(|command| {
            command.env("CC", "/no/such/cc");
        });
        assert!(
            cure(&said, '✗', "C compiler").contains("build-essential"),
            "{said}"
        );
    }
    assert!(said.contains("things are lacking."), "{said}");
}

#[cfg(unix)]
#[test]
fn an_old_compiler_is_named() {
    let scratch = tempfile::tempdir().expect("a directory");
    let old = script(scratch.path(), "echo 'rustc 1.80.0 (abc 2024-07-21)'");
    let (code, said) = doctor(|command| {
        command.env("RUSTC", old);
    });
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("1.80.0 (abc 2024-07-21) is older than 1."),
        "{said}"
    );
    assert!(cure(&said, '✗', "Rust").contains("rustup update"), "{said}");
}

#[cfg(unix)]
fn script(folder: &std::path::Path, text: &str) -> std::path::PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.join("program");
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).expect("a file");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("a mode");
    path
}

/// Takes its turn on the port as a check does, which would find it taken otherwise.
#[test]
fn a_taken_port_is_told_and_lacks_nothing() {
    let _turn = programs::wait(Turn::on(3000));
    let held = TcpListener::bind(("127.0.0.1", 3000));
    let (_, said) = doctor(|_| {});
    assert!(
        cure(&said, '–', "port 3000").contains("PORT=3001"),
        "{said}"
    );
    drop(held);
}
