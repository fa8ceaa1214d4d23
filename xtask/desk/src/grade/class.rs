//! Who is in the class: one submission a folder, each with a name of its own.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Component, Path, PathBuf},
};

use checker::{chapters, digest, visible};

/// The longest name of a page, in characters.
const STEM: usize = 80;

/// One learner's folder.
#[derive(Clone, Debug)]
pub struct Submission {
    /// What the table calls it: the folder's name, safe to print.
    pub name: String,
    /// Where its files are.
    pub folder: PathBuf,
    /// What its page and its rows are called; nobody else's.
    pub stem: String,
}

/// The submissions in these folders, by name. A folder that holds exercises is
/// one; of any other folder that has folders in it, each of those is one.
///
/// # Errors
/// With one line about a folder that is not there.
pub fn submissions(folders: &[PathBuf]) -> Result<Vec<Submission>, String> {
    let mut found = BTreeSet::new();
    for folder in folders {
        let shown = visible::text(folder.as_os_str().as_encoded_bytes());
        let place = fs::canonicalize(folder).map_err(|error| {
            format!("{shown}: {error}; name folders that hold a learner's exercises/")
        })?;
        if !place.is_dir() {
            return Err(format!(
                "{shown} is not a folder; name folders that hold a learner's exercises/"
            ));
        }
        let inside = folders_in(&place).map_err(|error| format!("{shown}: {error}"))?;
        if holds_exercises(&place) || inside.is_empty() {
            found.insert(place);
        } else {
            found.extend(inside);
        }
    }
    let found: Vec<PathBuf> = found.into_iter().collect();
    let names = names(&found);
    let stems = stems(&names);
    let mut class: Vec<Submission> = found
        .into_iter()
        .zip(names.into_iter().zip(stems))
        .map(|(folder, (name, stem))| Submission { name, folder, stem })
        .collect();
    class.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(class)
}

fn holds_exercises(folder: &Path) -> bool {
    let is_there = |path: PathBuf| fs::symlink_metadata(path).is_ok();
    is_there(folder.join("exercises"))
        || is_there(folder.join("src"))
        || chapters::ALL
            .iter()
            .any(|chapter| is_there(folder.join(chapter.slug)))
}

/// The folders in a folder; hidden ones, and links to elsewhere, are nobody's work.
fn folders_in(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut inside = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        if !hidden && entry.file_type()?.is_dir() {
            inside.push(entry.path());
        }
    }
    Ok(inside)
}

/// The shortest ends of the paths, from a whole name on, that tell them apart.
fn names(folders: &[PathBuf]) -> Vec<String> {
    let end = |folder: &Path, parts: usize| {
        let all: Vec<String> = folder
            .components()
            .filter(|part| matches!(part, Component::Normal(_)))
            .map(|part| visible::text(part.as_os_str().as_encoded_bytes()))
            .collect();
        match all.as_slice() {
            [] => "/".to_owned(),
            all => all[all.len().saturating_sub(parts)..].join("/"),
        }
    };
    let deepest = |folder: &PathBuf| folder.components().count();
    let most = folders.iter().map(deepest).max().unwrap_or(1);
    let mut parts = vec![1; folders.len()];
    for _ in 1..most {
        let names: Vec<String> = folders
            .iter()
            .zip(&parts)
            .map(|(folder, parts)| end(folder, *parts))
            .collect();
        let counts = counts(names.iter().map(String::as_str));
        for (name, parts) in names.iter().zip(&mut parts) {
            *parts += usize::from(counts[name.as_str()] > 1);
        }
    }
    let ends = folders.iter().zip(parts);
    ends.map(|(folder, parts)| end(folder, parts)).collect()
}

/// File names for names: what every file system and every link takes as it is.
/// Where two would be alike, each gets a piece of its name's digest.
fn stems(names: &[String]) -> Vec<String> {
    let plain = |name: &String| -> String {
        name.chars()
            .map(|c| match c {
                c if c.is_ascii_alphanumeric() => c.to_ascii_lowercase(),
                c @ ('-' | '_') => c,
                _ => '-',
            })
            .take(STEM)
            .collect()
    };
    let plains: Vec<String> = names.iter().map(plain).collect();
    let counts = counts(plains.iter().map(String::as_str));
    let cut = |name: &str| name.chars().count() > STEM;
    names
        .iter()
        .zip(&plains)
        .map(|(name, plain)| {
            if counts[plain.as_str()] > 1 || cut(name) || plain.trim_matches('-').is_empty() {
                format!("{plain}-{}", &digest::sha256_hex(name.as_bytes())[..12])
            } else {
                plain.clone()
            }
        })
        .collect()
}

fn counts<'a>(words: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, usize> {
    let mut counts = BTreeMap::new();
    words.for_each(|word| *counts.entry(word).or_default() += 1);
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(folders: &[&str]) -> Vec<String> {
        names(&folders.iter().map(PathBuf::from).collect::<Vec<_>>())
    }

    #[test]
    fn names_are_as_short_as_they_can_be() {
        assert_eq!(named(&["/a/ann", "/a/bob"]), ["ann", "bob"]);
        assert_eq!(
            named(&["/a/ann", "/b/ann", "/b/bob"]),
            ["a/ann", "b/ann", "bob"]
        );
        assert_eq!(named(&["/x/a/work", "/y/a/work"]), ["x/a/work", "y/a/work"]);
    }

    #[test]
    fn no_two_stems_are_alike_on_any_file_system() {
        let names = ["Ann", "ann", "a/b", "a-b", "é", "..", "index"].map(str::to_owned);
        let stems = stems(&names);
        let different: BTreeSet<&String> = stems.iter().collect();
        assert_eq!(different.len(), names.len(), "{stems:?}");
        assert!(
            stems
                .iter()
                .all(|stem| stem.bytes().all(|byte| byte.is_ascii_lowercase()
                    || byte.is_ascii_digit()
                    || b"-_".contains(&byte)))
        );
    }
}
