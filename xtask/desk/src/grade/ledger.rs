//! The folder of results: a row is kept the moment it is known, whole or not at
//! all, and found again when the same grading is asked for once more.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use checker::digest;
use serde_json::Value;

use super::{
    class::Submission,
    row::{Outcome, Row},
};
use xtask::whole_file;

/// Rows, tables and pages below one folder.
pub struct Ledger {
    folder: PathBuf,
}

impl Ledger {
    /// Opens the folder, and makes it if need be.
    ///
    /// # Errors
    /// With one line when nothing can be written there.
    pub fn open(folder: PathBuf) -> Result<Self, String> {
        let ledger = Self { folder };
        ledger
            .put(".writable", b"")
            .and_then(|()| fs::remove_file(ledger.folder.join(".writable")))
            .map_err(|error| format!("{}: {error}", ledger.folder.display()))?;
        Ok(ledger)
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes a file below the folder: whoever reads it meanwhile sees the old or
    /// the new one, whole.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn put(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        whole_file::replace(&self.folder.join(name), bytes)
    }

    /// Keeps a row.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn keep(&self, stem: &str, row: &Row) -> io::Result<()> {
        let name = place(stem, &row.slug);
        self.put(&name, row.to_json().to_string().as_bytes())
    }

    /// The row that is known already, if it is about the same sources, the same
    /// workbook and, where one is asked for, the same seed. What this machine
    /// could not check, or we failed to, is looked at again.
    pub fn known(
        &self,
        submission: &Submission,
        slug: &str,
        fingerprint: &str,
        seed: Option<u64>,
    ) -> Option<Row> {
        let row = self.read(&place(&submission.stem, slug))?;
        let same = row.submission == submission.name
            && row.fingerprint == fingerprint
            && seed.is_none_or(|seed| seed == row.seed);
        let final_word = !matches!(row.outcome, Outcome::Error | Outcome::Skipped);
        (same && final_word).then_some(row)
    }

    /// The seed of a row that is kept, whichever: a grading that goes on keeps it.
    pub fn seed(&self, class: &[Submission], slugs: &[&str]) -> Option<u64> {
        class
            .iter()
            .flat_map(|one| slugs.iter().map(|slug| place(&one.stem, slug)))
            .find_map(|name| self.read(&name))
            .map(|row| row.seed)
    }

    fn read(&self, name: &str) -> Option<Row> {
        let text = fs::read(self.folder.join(name)).ok()?;
        Row::from_json(&serde_json::from_slice::<Value>(&text).ok()?)
    }
}

fn place(stem: &str, slug: &str) -> String {
    format!("rows/{stem}/{slug}.json")
}

/// What of the workbook can change a result: the checks, the solutions that an
/// exercise builds on, the versions of everything; and the conditions, which are the
/// compiler and a program's limits.
///
/// # Errors
/// When the workbook cannot be read.
pub fn workbook(root: &Path, conditions: &str) -> io::Result<String> {
    const PARTS: [&str; 12] = [
        "Cargo.lock",
        "Cargo.toml",
        "solutions",
        "tests/Cargo.toml",
        "tests/build.rs",
        "tests/chapters",
        "tests/snapshots",
        "tests/src",
        "xtask/Cargo.toml",
        "xtask/desk/Cargo.toml",
        "xtask/desk/src/grade",
        "xtask/src",
    ];
    let mut all = conditions.as_bytes().to_vec();
    for part in PARTS {
        add(&root.join(part), part, &mut all)?;
    }
    Ok(digest::sha256_hex(&all))
}

fn add(path: &Path, name: &str, all: &mut Vec<u8>) -> io::Result<()> {
    if path.is_dir() {
        let mut entries: Vec<_> = fs::read_dir(path)?.collect::<io::Result<_>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let own = entry.file_name().to_string_lossy().into_owned();
            // An editor's, and what the suite leaves behind.
            if !own.starts_with('.') && own != "target" && !own.ends_with(".new") {
                add(&entry.path(), &format!("{name}/{own}"), all)?;
            }
        }
        return Ok(());
    }
    let bytes = fs::read(path)?;
    all.extend(format!("{name}\0{}\0", bytes.len()).bytes());
    all.extend(bytes);
    Ok(())
}
