//! The workspace in which submissions are built: a member for each different
//! program, named by its content.
//!
//! A name stands for one text of one chapter, so nothing that cargo remembers of
//! one member can ever be taken for another's, and two learners who handed in the
//! same bytes cost one build. Manifest, versions and lints are the workbook's.

use std::{collections::BTreeMap, fs, io, path::Path};

use checker::{chapter::Chapter, digest};

use super::sources::Handout;

/// One program to build.
#[derive(Clone, Debug)]
pub struct Member {
    /// The package, and its program: `ch04-9f86d081884c7d65`.
    pub package: String,
    /// SHA-256 of all that it is named by.
    pub digest: String,
    /// Its chapter's slug.
    pub slug: &'static str,
    /// What is in it, by path from the exercise's folder.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Member {
    /// A member for these files.
    pub fn new(chapter: &Chapter, files: BTreeMap<String, Vec<u8>>) -> Self {
        let mut all = chapter.slug.as_bytes().to_vec();
        for (name, bytes) in &files {
            all.extend(format!("\0{name}\0{}\0", bytes.len()).bytes());
            all.extend(bytes);
        }
        let digest = digest::sha256_hex(&all);
        Self {
            package: format!("{}-{}", chapter.number(), &digest[..16]),
            digest,
            slug: chapter.slug,
            files,
        }
    }

    fn folder(&self) -> String {
        format!("{}/exercises/{}", self.package, self.slug)
    }
}

/// Writes the workspace at `place` with these members and no others.
///
/// # Errors
/// When the disk does not take it.
pub fn write(
    root: &Path,
    place: &Path,
    members: &[Member],
    handouts: &[Handout],
) -> io::Result<()> {
    for member in members {
        let folder = place.join(member.folder());
        let ours = handouts.iter().find(|handout| handout.slug == member.slug);
        let ours = ours.map_or("", |handout| handout.manifest.as_str());
        put(
            &folder.join("Cargo.toml"),
            manifest(member, ours).as_bytes(),
        )?;
        for (name, bytes) in &member.files {
            put(&folder.join(name), bytes)?;
        }
    }
    let folders: Vec<String> = members.iter().map(Member::folder).collect();
    let here = root.display().to_string().replace('\\', "/");
    let workspace: String = fs::read_to_string(root.join("Cargo.toml"))?
        .lines()
        .map(|line| match line {
            line if line.starts_with("members = ") => format!("members = {folders:?}\n"),
            line => line.replace("path = \"", &format!("path = \"{here}/")) + "\n",
        })
        .collect();
    put(&place.join("Cargo.toml"), workspace.as_bytes())?;
    fs::copy(root.join("Cargo.lock"), place.join("Cargo.lock")).map(|_| ())
}

/// The exercise's manifest for this package. Cargo is to look for no targets of
/// its own: a `src/bin/` or a build script would be one.
fn manifest(member: &Member, ours: &str) -> String {
    let (package, slug) = (&member.package, member.slug);
    let name = format!("name = \"{slug}\"\n");
    let more = format!(
        "name = \"{package}\"\nbuild = false\nautobins = false\nautoexamples = false\n\
         autotests = false\nautobenches = false\nautolib = false\n"
    );
    let mut text = ours.replacen(&name, &more, 1);
    text += &format!("\n[[bin]]\nname = \"{package}\"\npath = \"src/main.rs\"\n");
    if member.files.contains_key("src/lib.rs") {
        let library = slug.replace('-', "_");
        text += &format!("\n[lib]\nname = \"{library}\"\npath = \"src/lib.rs\"\n");
    }
    text
}

/// A file that is as it was is not written again: cargo then builds nothing again.
fn put(file: &Path, bytes: &[u8]) -> io::Result<()> {
    if fs::read(file).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    fs::create_dir_all(file.parent().unwrap_or(file))?;
    fs::write(file, bytes)
}
