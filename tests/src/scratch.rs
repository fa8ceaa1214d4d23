//! A directory that goes with everything in it, also while those who write into
//! it are still on their way out.

use std::{
    collections::BTreeSet,
    fs::remove_dir_all,
    io,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    thread::sleep,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::limits::SCRATCH_END;

/// A fresh directory; it is removed when this is dropped.
pub struct Scratch(TempDir);

impl Scratch {
    /// An empty directory whose name begins with `prefix`.
    ///
    /// # Errors
    /// When no directory can be made.
    pub fn new(prefix: &str) -> io::Result<Self> {
        let directory = tempfile::Builder::new().prefix(prefix).tempdir()?;
        there().insert(directory.path().to_owned());
        Ok(Self(directory))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Scratch {
    /// What is being written while it is removed would stay behind, so this tries
    /// again until those who write have gone.
    fn drop(&mut self) {
        if removes(self.path(), Instant::now() + SCRATCH_END) {
            there().remove(self.path());
        }
    }
}

/// Removes what is still there when a process ends: a task that never came to its
/// end has not dropped its own.
pub fn sweep() {
    let until = Instant::now() + SCRATCH_END;
    for path in std::mem::take(&mut *there()) {
        removes(&path, until);
    }
}

fn removes(path: &Path, until: Instant) -> bool {
    while path.exists() && remove_dir_all(path).is_err() {
        if Instant::now() > until {
            return false;
        }
        sleep(Duration::from_millis(5));
    }
    true
}

/// The directories of this process.
fn there() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    static THERE: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    THERE.lock().unwrap_or_else(PoisonError::into_inner)
}
