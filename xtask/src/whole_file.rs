//! Files that are there whole or not at all, whatever happens while they are written.

use std::{fs, io, path::Path, process};

/// Puts the whole file in place at once: whoever reads meanwhile, and whoever is
/// ended meanwhile, leaves the old one or the new one.
///
/// # Errors
/// When the folder cannot be written in; the old file is then as it was.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // Two commands at once must not write into one another's file.
    let fresh = path.with_file_name(format!(".{name}.{}.new", process::id()));
    fs::write(&fresh, bytes)
        .and_then(|()| fs::rename(&fresh, path))
        .inspect_err(|_| {
            let _ = fs::remove_file(&fresh);
        })
}
