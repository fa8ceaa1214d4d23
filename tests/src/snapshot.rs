//! The expected transcripts, kept and reviewed with insta, read without it.
//!
//! Reading is a matter of two lines of dashes, and insta obeys the environment
//! (`INSTA_UPDATE`, `INSTA_FORCE_PASS`), which must not reach a verdict.

use std::path::{Path, PathBuf};

/// Where a step's snapshot stands, from the workspace's root.
pub fn path(root: &Path, slug: &str, step: &str) -> PathBuf {
    folder(root, slug).join(format!("{step}.snap"))
}

/// The folder of a chapter's snapshots.
pub fn folder(root: &Path, slug: &str) -> PathBuf {
    root.join("tests/snapshots").join(slug)
}

/// The text of a snapshot.
///
/// # Errors
/// With one line when the file is not there or is not a snapshot.
pub fn read(root: &Path, slug: &str, step: &str) -> Result<String, String> {
    let path = path(root, slug, step);
    let text = std::fs::read_to_string(&path).map_err(|error| {
        format!(
            "{}: {error}; `git checkout tests/snapshots` brings it back",
            path.display()
        )
    })?;
    let text = text.replace("\r\n", "\n");
    let body = text
        .strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---\n"));
    match body {
        Some((_, body)) => Ok(body.to_owned()),
        None => Err(format!("{}: not a snapshot", path.display())),
    }
}
