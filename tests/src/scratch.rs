//! A directory that goes with everything in it, also while those who write into
//! it are still on their way out.

use std::{
    fs::remove_dir_all,
    io,
    path::Path,
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
        let until = Instant::now() + SCRATCH_END;
        while self.path().exists() && remove_dir_all(self.path()).is_err() {
            if Instant::now() > until {
                return;
            }
            sleep(Duration::from_millis(5));
        }
    }
}
