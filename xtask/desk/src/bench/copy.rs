//! A copy of the workbook below its target folder, to be edited and built at will.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use checker::{cargo, chapter::Chapter};
use xtask::progress;

/// What a build needs of the workbook.
const PARTS: [&str; 7] = [
    "Cargo.toml",
    "Cargo.lock",
    ".cargo",
    "exercises",
    "solutions",
    "tests",
    "xtask",
];

/// What is left out of it: nothing that is measured reads them.
const WITHOUT: [&str; 2] = ["near-misses", ".kept"];

pub struct Copy {
    folder: PathBuf,
    target: PathBuf,
}

impl Copy {
    /// Brings the copy up to date; what is as it was keeps its time, so that builds
    /// of an earlier run count.
    pub fn of(root: &Path) -> io::Result<Self> {
        let home = root.join("target/bench");
        let folder = home.join("workbook");
        fs::create_dir_all(&folder)?;
        for part in PARTS {
            renew(&root.join(part), &folder.join(part))?;
        }
        // Learners who edit have checked before, and cargo no longer shows its progress.
        progress::keep_built(&folder);
        Ok(Self {
            folder,
            target: home.join("target"),
        })
    }

    /// Throws away what has been built.
    pub fn forgets_builds(&self) -> io::Result<()> {
        match fs::remove_dir_all(&self.target) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Edits a chapter's solution: a line more at the end of `lib.rs`.
    pub fn edits(&self, chapter: &Chapter, mark: &str) -> io::Result<()> {
        let inside = Path::new("solutions").join(chapter.slug).join("src/lib.rs");
        let path = self.folder.join(inside);
        let text = fs::read_to_string(&path)?;
        let given = text.split("\n// Edit ").next().unwrap_or(&text);
        fs::write(&path, format!("{}\n// Edit {mark}\n", given.trim_end()))
    }

    /// Cargo in the copy.
    pub fn cargo(&self) -> Command {
        let mut command = super::cargo_in(&self.folder);
        command.env("CARGO_TARGET_DIR", &self.target);
        command
    }

    /// `cargo build` of packages, the same as a check makes.
    pub fn cargo_build(&self, packages: &[String]) -> Command {
        let mut command = cargo::command(&self.folder, packages, true, false);
        command.env("CARGO_TARGET_DIR", &self.target);
        command
    }

    /// The checker's own program, without cargo before it.
    pub fn xtask(&self) -> Command {
        let mut command = Command::new(self.target.join("debug/xtask"));
        command
            .current_dir(&self.folder)
            .env("CARGO_MANIFEST_DIR", self.folder.join("xtask"))
            .env("CARGO_TARGET_DIR", &self.target);
        command
    }
}

fn renew(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        let text = fs::read(from)?;
        return match fs::read(to).is_ok_and(|old| old == text) {
            true => Ok(()),
            false => fs::write(to, text),
        };
    }
    fs::create_dir_all(to)?;
    let mut there: Vec<_> = fs::read_dir(to)?
        .map(|entry| Ok(entry?.file_name()))
        .collect::<io::Result<_>>()?;
    for entry in fs::read_dir(from)? {
        let name = entry?.file_name();
        there.retain(|other| *other != name);
        if !WITHOUT.iter().any(|without| name == *without) {
            renew(&from.join(&name), &to.join(&name))?;
        }
    }
    for gone in there {
        let path = to.join(gone);
        if path.is_dir() {
            fs::remove_dir_all(path)?
        } else {
            fs::remove_file(path)?
        }
    }
    Ok(())
}
