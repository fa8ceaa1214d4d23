//! Files that are there whole or not at all, whatever happens while they are written.

use std::{
    fs, io,
    path::Path,
    process,
    sync::atomic::{AtomicU32, Ordering},
};

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
    // Two commands at once must not write into one another's file, nor two threads.
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let fresh = path.with_file_name(format!(".{name}.{}.{count}.new", process::id()));
    fs::write(&fresh, bytes)
        .and_then(|()| fs::rename(&fresh, path))
        .inspect_err(|_| {
            let _ = fs::remove_file(&fresh);
        })
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn two_threads_do_not_take_each_others_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let writes = |byte: u8| {
            let path = &path;
            move || {
                for _ in 0..100 {
                    replace(path, &[byte; 4096]).unwrap();
                }
            }
        };
        thread::scope(|scope| {
            scope.spawn(writes(b'a'));
            scope.spawn(writes(b'b'));
        });
        let whole = fs::read(&path).unwrap();
        assert!([[b'a'; 4096], [b'b'; 4096]].contains(&whole.try_into().unwrap()));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
