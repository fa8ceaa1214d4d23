//! Where the workspace is, and which chapters it has.

use std::{
    env,
    path::{Path, PathBuf},
};

use checker::{chapter::Chapter, chapters};

/// The workspace's folder: cargo tells where a package of ours is, some way below.
///
/// # Errors
/// With one line when there is no workbook at that place any more.
pub fn root() -> Result<PathBuf, String> {
    let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let package = package.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).to_owned());
    let root = package
        .ancestors()
        .find(|root| root.join("tests/snapshots").is_dir());
    root.map(Path::to_owned)
        .ok_or_else(|| "the workbook is not where it was built; run `cargo xtask` inside it".into())
}

/// The chapters of these names, in the order given; each name once.
///
/// # Errors
/// With one line that lists the chapters there are.
pub fn chapters(names: &[String]) -> Result<Vec<&'static Chapter>, String> {
    let mut found: Vec<&'static Chapter> = Vec::new();
    for name in names {
        let chapter = chapters::ALL.iter().find(|chapter| chapter.is_called(name));
        let Some(chapter) = chapter else {
            let all: Vec<&str> = chapters::ALL.iter().map(Chapter::number).collect();
            return Err(format!(
                "there is no chapter {name:?}; there are {}",
                all.join(", ")
            ));
        };
        if !found.iter().any(|known| known.slug == chapter.slug) {
            found.push(chapter);
        }
    }
    Ok(found)
}

/// The exercise's folder, as a learner would write it.
pub fn exercise(chapter: &Chapter) -> String {
    format!("exercises/{}", chapter.slug)
}

/// A path inside the workbook as the book writes it, with slashes on every system.
pub fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

/// A chapter's page of the book.
pub fn page(root: &Path, slug: &str) -> PathBuf {
    root.join("book").join("src").join(format!("{slug}.md"))
}
