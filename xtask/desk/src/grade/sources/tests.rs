//! What is taken and what is not, on folders made for it.

use super::*;

fn handout() -> Handout {
    let files = [
        ("src/main.rs", "fn main() {}\n"),
        ("src/lib.rs", "// Step 1\n"),
    ];
    Handout {
        slug: "ch04-sse-counter",
        manifest: "[dependencies]\naxum.workspace = true\n".into(),
        files: files
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .into(),
    }
}

/// A submission in which these files stand below the exercise's folder.
fn submission(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join("exercises/ch04-sse-counter").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn taken(files: &[(&str, &[u8])]) -> Taken {
    take(submission(files).path(), &handout())
}

fn refused(files: &[(&str, &[u8])], word: &str) {
    match taken(files) {
        Taken::Refused(why) => assert!(why.contains(word), "{why}"),
        other => panic!("{word}: {other:?}"),
    }
}

const MAIN: (&str, &[u8]) = ("src/main.rs", b"fn main() {}\n");

#[test]
fn text_files_are_taken_and_nothing_else() {
    let files: &[(&str, &[u8])] = &[
        MAIN,
        ("src/page/client.html", b"<p>"),
        ("src/.hidden.rs", b""),
        ("src/a b.rs", b""),
        ("src/tool.exe", b"MZ"),
        (".cargo/config.toml", b"[build]\nrustc-wrapper = \"evil\""),
        ("rust-toolchain.toml", b"x"),
        ("Cargo.lock", b"x"),
    ];
    let Taken::Sources(files, notes) = taken(files) else {
        panic!("taken");
    };
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(names, ["src/main.rs", "src/page/client.html"]);
    assert_eq!(notes.len(), 3, "{notes:?}");
}

#[test]
fn a_handout_that_nobody_touched_is_known_again() {
    let crlf: &[(&str, &[u8])] = &[
        ("src/main.rs", b"fn main() {}\r\n"),
        ("src/lib.rs", b"// Step 1\r\n"),
    ];
    assert!(matches!(taken(crlf), Taken::Untouched));
    assert!(matches!(taken(&[]), Taken::Missing));
    assert!(matches!(taken(&[("Cargo.toml", b"")]), Taken::Missing));
}

#[test]
fn what_could_bend_a_verdict_is_refused_with_its_name() {
    let large = vec![b' '; FILE_BYTES as usize + 1];
    refused(&[("src/lib.rs", b"")], "src/main.rs");
    refused(&[MAIN, ("build.rs", b"")], "build.rs");
    refused(
        &[MAIN, ("Cargo.toml", b"[dependencies]\nrand = \"1\"")],
        "rand",
    );
    refused(
        &[MAIN, ("src/x.rs", b"include_str!(\"/etc/passwd\")")],
        "src/x.rs",
    );
    refused(&[MAIN, ("src/large.rs", &large)], "256 KiB");
    if cfg!(target_os = "linux") {
        refused(&[MAIN, ("src/a.rs", b""), ("src/A.rs", b"")], "capitals");
    }
    let many: Vec<String> = (0..=FILES).map(|n| format!("src/m{n}.rs")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b""[..])).collect();
    refused(&many, "more than 64 files");
}

#[cfg(unix)]
#[test]
fn no_link_and_no_pipe_is_followed() {
    use std::os::unix::fs::symlink;
    for (at, to) in [
        ("exercises/ch04-sse-counter/src/x.rs", "/etc/passwd"),
        ("exercises/ch04-sse-counter/src/up", "/etc"),
        ("exercises/ch04-sse-counter/Cargo.toml", "/etc/passwd"),
    ] {
        let folder = submission(&[MAIN]);
        symlink(to, folder.path().join(at)).unwrap();
        match take(folder.path(), &handout()) {
            Taken::Refused(why) => assert!(why.contains("is a link"), "{at}: {why}"),
            other => panic!("{at}: {other:?}"),
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let other = submission(&[MAIN]);
    symlink(
        other.path().join("exercises"),
        folder.path().join("exercises"),
    )
    .unwrap();
    assert!(matches!(take(folder.path(), &handout()), Taken::Refused(_)));
    let folder = submission(&[MAIN]);
    let pipe = folder.path().join("exercises/ch04-sse-counter/src/pipe.rs");
    let made = std::process::Command::new("mkfifo").arg(pipe).status();
    if made.is_ok_and(|made| made.success()) {
        assert!(matches!(take(folder.path(), &handout()), Taken::Refused(_)));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_no_text_are_passed_over() {
    use std::os::unix::ffi::OsStrExt;
    let folder = submission(&[MAIN]);
    let name = std::ffi::OsStr::from_bytes(b"exercises/ch04-sse-counter/src/\xff\x1b[31m.rs");
    fs::write(folder.path().join(name), "").unwrap();
    let Taken::Sources(_, notes) = take(folder.path(), &handout()) else {
        panic!("taken");
    };
    assert_eq!(notes, ["src/\\xff\\x1b[31m.rs is not taken"]);
}
