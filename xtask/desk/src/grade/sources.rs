//! What is taken of a submission: the text files below one exercise's `src/`,
//! and nothing else. No link is followed and no path of theirs is trusted.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File, FileType},
    io::Read,
    path::{Path, PathBuf},
};

use checker::visible;

use super::{
    limits::{DEPTH, ENTRIES, FILE_BYTES, FILES, MANIFEST_BYTES, SOURCE_BYTES},
    manifest, reach,
};

/// The kinds of files that a chapter's program is made of.
const KINDS: [&str; 9] = ["rs", "html", "css", "js", "mjs", "json", "svg", "txt", "md"];

/// A chapter as the workbook hands it out.
pub struct Handout {
    /// `ch04-sse-counter`.
    pub slug: &'static str,
    /// The exercise's manifest.
    pub manifest: String,
    /// Its sources, by path from the exercise's folder.
    pub files: BTreeMap<String, String>,
}

/// What is found of a submission for one chapter.
#[derive(Debug)]
pub enum Taken {
    /// Sources to build, and what was passed over.
    Sources(BTreeMap<String, Vec<u8>>, Vec<String>),
    /// The exercise as it was handed out.
    Untouched,
    /// No folder for this chapter.
    Missing,
    /// Something that is not taken, and why.
    Refused(String),
}

/// Takes what `submission` holds for a chapter.
pub fn take(submission: &Path, handout: &Handout) -> Taken {
    match exercise(submission, handout.slug) {
        Ok(None) => Taken::Missing,
        Ok(Some(exercise)) => {
            let mut found = Found::default();
            let taken = manifest_refusal(&exercise, handout)
                .map_or(Ok(()), Err)
                .and_then(|()| found.walk(&exercise.join("src"), "src", 0))
                .and_then(|()| found.is_a_program());
            match taken {
                Err(why) => Taken::Refused(why),
                Ok(()) if is_untouched(&found.files, handout) => Taken::Untouched,
                Ok(()) => Taken::Sources(found.files, found.notes),
            }
        }
        Err(why) => Taken::Refused(why),
    }
}

/// The exercise's folder in a clone, in an `exercises/` folder, or in one that
/// holds the chapters themselves.
fn exercise(submission: &Path, slug: &str) -> Result<Option<PathBuf>, String> {
    for above in [submission.join("exercises"), submission.to_owned()] {
        let exercise = above.join(slug);
        let mut there = true;
        for part in [&above, &exercise, &exercise.join("src")] {
            match kind(part) {
                _ if part == submission => {}
                None => there = false,
                Some(kind) if kind.is_symlink() => return Err(link(&inside(part, submission))),
                Some(kind) => there &= kind.is_dir(),
            }
            if !there {
                break;
            }
        }
        if there {
            return Ok(Some(exercise));
        }
    }
    Ok(None)
}

fn kind(path: &Path) -> Option<FileType> {
    fs::symlink_metadata(path).ok().map(|data| data.file_type())
}

fn inside(path: &Path, submission: &Path) -> String {
    let path = path.strip_prefix(submission).unwrap_or(path);
    visible::text(path.as_os_str().as_encoded_bytes())
}

fn link(name: &str) -> String {
    format!("{name} is a link; plain files and folders alone are taken")
}

fn manifest_refusal(exercise: &Path, handout: &Handout) -> Option<String> {
    if kind(&exercise.join("build.rs")).is_some() {
        return Some(
            "it has a build.rs; no build script is taken, for it would run before any check".into(),
        );
    }
    let path = exercise.join("Cargo.toml");
    let kind = kind(&path)?;
    if kind.is_symlink() {
        return Some(link("Cargo.toml"));
    }
    if !kind.is_file() {
        return Some("its Cargo.toml is no file".into());
    }
    let text = read(&path, MANIFEST_BYTES).ok()?;
    manifest::refusal(&String::from_utf8_lossy(&text), &handout.manifest)
}

/// Compared as text: a copy that has been through Windows has other line ends.
fn is_untouched(files: &BTreeMap<String, Vec<u8>>, handout: &Handout) -> bool {
    let plain = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    files.len() == handout.files.len()
        && files
            .iter()
            .all(|(name, bytes)| handout.files.get(name) == Some(&plain(bytes)))
}

#[derive(Default)]
struct Found {
    files: BTreeMap<String, Vec<u8>>,
    notes: Vec<String>,
    bytes: u64,
    entries: usize,
}

impl Found {
    /// # Errors
    /// With why the submission is refused.
    fn walk(&mut self, folder: &Path, name: &str, depth: usize) -> Result<(), String> {
        if depth > DEPTH {
            return Err(format!("{name} lies more than {DEPTH} folders deep"));
        }
        let failed = |error: std::io::Error| format!("{name} cannot be read: {error}");
        let mut entries = Vec::new();
        for entry in fs::read_dir(folder).map_err(failed)? {
            self.entries += 1;
            if self.entries > ENTRIES {
                return Err(format!("src holds more than {ENTRIES} files and folders"));
            }
            entries.push(entry.map_err(failed)?);
        }
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let own = visible::text(entry.file_name().as_encoded_bytes());
            let full = format!("{name}/{own}");
            let kind = entry.file_type().map_err(failed)?;
            let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
            if kind.is_symlink() {
                return Err(link(&full));
            } else if own.starts_with('.') || !own.chars().all(plain) {
                self.pass_over(&full);
            } else if kind.is_dir() {
                self.walk(&entry.path(), &full, depth + 1)?;
            } else if !kind.is_file() {
                return Err(format!("{full} is neither a file nor a folder"));
            } else {
                self.file(&entry.path(), &full)?;
            }
        }
        Ok(())
    }

    fn pass_over(&mut self, name: &str) {
        const SHOWN: usize = 8;
        match self.notes.len() {
            ..SHOWN => self.notes.push(format!("{name} is not taken")),
            SHOWN => self.notes.push("and more files are not taken".into()),
            _ => {}
        }
    }

    fn file(&mut self, path: &Path, name: &str) -> Result<(), String> {
        let kind = path.extension().and_then(|kind| kind.to_str());
        if !kind.is_some_and(|kind| KINDS.contains(&kind)) {
            self.pass_over(name);
            return Ok(());
        }
        if self.files.len() == FILES {
            return Err(format!("src holds more than {FILES} files"));
        }
        let text = read(path, FILE_BYTES).map_err(|why| format!("{name} {why}"))?;
        self.bytes += text.len() as u64;
        if self.bytes > SOURCE_BYTES {
            return Err(format!(
                "its files are larger than {} KiB together",
                SOURCE_BYTES >> 10
            ));
        }
        if kind == Some("rs")
            && let Some(why) = reach::refusal(&String::from_utf8_lossy(&text))
        {
            return Err(format!("{name}: {why}"));
        }
        self.files.insert(name.to_owned(), text);
        Ok(())
    }

    /// Whether there is something to build, on every file system the same.
    fn is_a_program(&self) -> Result<(), String> {
        if !self.files.contains_key("src/main.rs") {
            return Err("it has no src/main.rs".into());
        }
        let mut seen = BTreeSet::new();
        for name in self.files.keys() {
            if !seen.insert(name.to_ascii_lowercase()) {
                return Err(format!("{name} and another file differ in capitals alone"));
            }
        }
        Ok(())
    }
}

/// A file's bytes.
///
/// # Errors
/// With the end of a sentence that begins with the file's name.
fn read(path: &Path, most: u64) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| format!("cannot be read: {error}");
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > most {
        return Err(format!("is larger than {} KiB", most >> 10));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests;
