//! A copy of what learners have, for commands that write in it: exercises,
//! solutions and the book's pages, with nothing that is built.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use assert_cmd::Command;
use tempfile::TempDir;

use crate::programs;

/// A workbook of its own, gone with the test.
pub struct Copy(TempDir);

impl Copy {
    /// As the tree is now.
    pub fn new() -> Self {
        let copy = Self(tempfile::tempdir().expect("a directory"));
        for folder in ["exercises", "solutions", "book/src"] {
            copy_folder(&programs::root().join(folder), &copy.path(folder));
        }
        // What a workbook is known by.
        fs::create_dir_all(copy.path("tests/snapshots")).expect("a folder");
        copy
    }

    /// A path inside it.
    pub fn path(&self, inside: &str) -> PathBuf {
        self.0.path().join(inside)
    }

    /// The text of a file in it.
    pub fn read(&self, inside: &str) -> String {
        let path = self.path(inside);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Writes a file in it.
    pub fn write(&self, inside: &str, text: &str) {
        let path = self.path(inside);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Replaces what stands once in an exercise's file.
    pub fn edit(&self, inside: &str, from: &str, to: &str) {
        let inside = format!("exercises/{inside}");
        let text = self.read(&inside);
        assert_eq!(text.matches(from).count(), 1, "{inside}: {from}\n{text}");
        self.write(&inside, &text.replace(from, to));
    }

    /// `cargo xtask` inside it.
    pub fn xtask(&self, words: &[&str]) -> Output {
        let mut command = Command::new(programs::xtask());
        command
            .args(words)
            .env("CARGO_MANIFEST_DIR", self.path("xtask"))
            .env_remove("CI");
        command.output().expect("xtask")
    }

    /// What a command prints that succeeds.
    pub fn says(&self, words: &[&str]) -> String {
        let output = self.xtask(words);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{words:?}: {output:?}");
        assert!(
            !said.contains('\u{1b}'),
            "{words:?}: a pipe gets plain text"
        );
        said
    }

    /// One line on standard error that names all of these, and exit code 2.
    pub fn refuses(&self, words: &[&str], named: &[&str]) {
        let output = self.xtask(words);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{words:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{words:?}: {said}");
        for name in named {
            assert!(said.contains(name), "{words:?} should name {name}: {said}");
        }
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}
