//! House rules, each with its reason in the message.

use std::{
    fs,
    path::{Path, PathBuf},
};

use checker::{chapters, console, opening, printed};

use crate::programs;

/// The longest file, in lines. Most are far shorter: one idea a file.
const FILE: usize = 400;

/// The longest line of code, in characters.
const LINE: usize = 110;

#[test]
fn the_top_level_is_what_was_agreed() {
    let agreed = [
        "Cargo.lock",
        "Cargo.toml",
        "README.md",
        "book",
        "exercises",
        "solutions",
        "target",
        "tests",
        "xtask",
    ];
    for path in programs::folder("") {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        assert!(
            name.starts_with('.') || agreed.contains(&name.as_str()),
            "{name} is at the top level; see the layout in README.md for where it belongs"
        );
    }
}

#[test]
fn files_say_what_they_are_and_stay_short() {
    for (path, text) in sources() {
        let name = path.display();
        assert!(
            text.starts_with("//! "),
            "{name}: the first line says what the file is, with //!"
        );
        let lines = text.lines().count();
        assert!(
            lines <= FILE,
            "{name} has {lines} lines, more than {FILE}: which two ideas are in it?"
        );
        for (number, line) in text.lines().enumerate() {
            let width = line.chars().count();
            assert!(
                width <= LINE,
                "{name}:{}: {width} characters are too wide to read",
                number + 1
            );
        }
    }
}

#[test]
fn names_say_something() {
    let empty = [
        "util", "utils", "helper", "helpers", "common", "misc", "shared", "manager",
    ];
    for (path, _) in sources() {
        for part in path
            .iter()
            .map(|part| part.to_string_lossy().replace(".rs", ""))
        {
            assert!(
                !empty.contains(&part.as_str()),
                "{}: {part} does not say what is in it",
                path.display()
            );
        }
    }
}

/// One slug, six places.
#[test]
fn chapters_have_all_their_places() {
    for chapter in chapters::ALL {
        let slug = chapter.slug;
        let module = slug.replace('-', "_");
        for place in [
            format!("solutions/{slug}/Cargo.toml"),
            format!("exercises/{slug}/Cargo.toml"),
            format!("tests/chapters/{module}/mod.rs"),
            format!("tests/snapshots/{slug}"),
            format!("book/src/{slug}.md"),
            format!("book/src/fr/{slug}.md"),
        ] {
            assert!(
                programs::root().join(&place).exists(),
                "{slug} has no {place}"
            );
        }
    }
    for home in [
        "solutions",
        "exercises",
        "tests/snapshots",
        "tests/near-misses",
    ] {
        for path in programs::folder(home) {
            let slug = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            assert!(
                chapters::ALL.iter().any(|chapter| chapter.slug == slug),
                "{home}/{slug} belongs to no chapter: its script is missing, or it is left over"
            );
        }
    }
}

/// A passed chapter says in one paragraph what was learnt.
#[test]
fn chapters_say_what_is_known_afterwards() {
    for chapter in chapters::ALL {
        let words = chapter.known.split_whitespace().count();
        assert!(
            (40..=100).contains(&words) && chapter.known.ends_with('.'),
            "{}: one paragraph of whole sentences, not {words} words",
            chapter.slug
        );
    }
}

/// A report explains and never blames.
#[test]
fn lessons_are_whole_sentences_that_do_not_blame() {
    const BLAME: [&str; 6] = [
        "you forgot",
        "your fault",
        "wrong!",
        "stupid",
        "obviously",
        "simply",
    ];
    let steps = chapters::ALL.iter().flat_map(|chapter| chapter.steps);
    let all =
        steps
            .map(|step| step.lessons)
            .chain([console::WORDS, opening::WORDS, printed::WORDS]);
    for lesson in all.flatten() {
        for words in [lesson.why, lesson.next] {
            assert!(words.ends_with(['.', '?']), "a sentence ends: {words}");
            for blame in BLAME {
                assert!(!words.to_lowercase().contains(blame), "{blame}: {words}");
            }
        }
    }
}

/// The same features everywhere: a crate that is compiled twice is paid for by
/// every learner, on the first evening.
#[test]
fn dependencies_have_one_set_of_features() {
    let tree = |package: &str| -> Vec<String> {
        let mut command = std::process::Command::new(env!("CARGO"));
        checker::cargo::as_from_a_shell(&mut command);
        command.current_dir(programs::root()).args([
            "tree",
            "--offline",
            "--edges",
            "normal,build",
        ]);
        command.args([
            "--prefix",
            "none",
            "--format",
            "{p} [{f}]",
            "--package",
            package,
        ]);
        let output = command.output().expect("cargo tree");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.lines()
            .map(|line| line.trim_end_matches(" (*)").to_owned())
            .collect()
    };
    let ours = tree("xtask");
    for package in chapters::ALL
        .iter()
        .map(|chapter| chapter.slug)
        .chain(["desk"])
    {
        for line in tree(package) {
            let (name, _) = line.split_once(" [").unwrap_or((&line, ""));
            let other = ours
                .iter()
                .find(|known| known.starts_with(&format!("{name} [")) && **known != line);
            assert!(
                other.is_none(),
                "{package}: {line}, and xtask has {other:?}"
            );
        }
    }
}

#[test]
fn the_code_is_formatted() {
    cargo_is_content(&["fmt", "--all", "--check"], "run `cargo fmt --all`");
}

#[test]
fn clippy_has_nothing_to_say() {
    let words = [
        "clippy",
        "--quiet",
        "--offline",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ];
    cargo_is_content(&words, "clippy says what to change");
}

/// With cargo-deny on this machine: licences, sources, and no crate twice without a
/// reason. Its database of advisories has to be fetched, so that is for people.
#[test]
fn dependencies_are_as_agreed() {
    let words = [
        "deny",
        "--offline",
        "--config",
        ".cargo/deny.toml",
        "check",
        "bans",
        "licenses",
        "sources",
    ];
    cargo_is_content(&words, "cargo deny says what to change");
}

/// Runs a cargo command that not every machine has; one that does not tell its version
/// is not there.
fn cargo_is_content(words: &[&str], otherwise: &str) {
    if !cargo(&[words[0], "--version"]).status.success() {
        eprintln!("skipped: cargo {} is not on this machine", words[0]);
        return;
    }
    let output = cargo(words);
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{otherwise}:\n{said}");
}

fn cargo(words: &[&str]) -> std::process::Output {
    let mut command = std::process::Command::new(env!("CARGO"));
    checker::cargo::as_from_a_shell(&mut command);
    command
        .current_dir(programs::root())
        .args(words)
        .output()
        .expect("cargo")
}

/// All Rust files but the generated exercises, by path from the root.
pub fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for home in ["solutions", "tests", "xtask"] {
        collect(&programs::root().join(home), &mut found);
    }
    found
}

fn collect(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path).expect("a source file");
            let inside = path
                .strip_prefix(programs::root())
                .expect("inside the workspace")
                .to_owned();
            found.push((inside, text));
        }
    }
}
