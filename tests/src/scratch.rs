//! A directory that goes with everything in it, also while those who write into
//! it are still on their way out.

use std::{
    collections::BTreeSet,
    fs::{self, File, remove_dir_all},
    io,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    thread::sleep,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::limits::{SCRATCH_END, SCRATCH_PAUSE};

/// A fresh directory; it is removed when this is dropped.
pub struct Scratch {
    directory: TempDir,
    /// As long as its lock is held, the directory is somebody's; the system gives it
    /// back however a process ends. None where directories cannot be opened.
    _lock: Option<File>,
}

/// What the names of all of them begin with.
const PREFIX: &str = "on-the-wire-";

/// How long a directory is nobody's before it counts as left behind: one that is
/// being made has no lock for a moment.
const LEFT: Duration = Duration::from_secs(60);

impl Scratch {
    /// An empty directory whose name says what it is `of`.
    ///
    /// # Errors
    /// When no directory can be made.
    pub fn new(of: &str) -> io::Result<Self> {
        let prefix = format!("{PREFIX}{of}-");
        let directory = tempfile::Builder::new().prefix(&prefix).tempdir()?;
        there().insert(directory.path().to_owned());
        let lock = File::open(directory.path()).ok();
        Ok(Self {
            _lock: lock.filter(|lock| lock.try_lock().is_ok()),
            directory,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.directory.path()
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

/// Removes what checks before this one have left behind: one that is killed outright
/// puts nothing away.
pub fn sweep_others() {
    sweep_in(&std::env::temp_dir(), LEFT);
}

/// Those in `place` that nobody has held for the time `left`.
fn sweep_in(place: &Path, left: Duration) {
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        if !entry.file_name().to_string_lossy().starts_with(PREFIX) {
            continue;
        }
        // A link is none of ours, whatever its name, nor is what another user has made.
        let Ok(data) = entry.metadata() else { continue };
        let is_ours = data.is_dir() && is_own(&data);
        let age = data.modified().ok().and_then(|then| then.elapsed().ok());
        let is_left = is_ours
            && age.is_some_and(|age| age >= left)
            && File::open(entry.path()).is_ok_and(|lock| lock.try_lock().is_ok());
        if is_left {
            removes(&entry.path(), Instant::now());
        }
    }
}

/// Whether it belongs to whoever runs this.
#[cfg(unix)]
fn is_own(data: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    data.uid() == rustix::process::geteuid().as_raw()
}

#[cfg(not(unix))]
fn is_own(_data: &fs::Metadata) -> bool {
    true
}

fn removes(path: &Path, until: Instant) -> bool {
    while path.exists() && remove_dir_all(path).is_err() {
        unlock(path);
        if Instant::now() > until {
            return remove_dir_all(path).is_ok();
        }
        sleep(SCRATCH_PAUSE);
    }
    true
}

/// Gives directories back the rights without which nothing in them can be removed; a
/// program may have taken them.
#[cfg(unix)]
fn unlock(path: &Path) {
    use crate::limits::WATCHED;
    use std::os::unix::fs::PermissionsExt;
    let mut folders = vec![path.to_owned()];
    let mut entries = 0;
    while let Some(folder) = folders.pop() {
        let _ = fs::set_permissions(&folder, fs::Permissions::from_mode(0o700));
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            entries += 1;
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) && entries < WATCHED {
                folders.push(entry.path());
            }
        }
    }
}

#[cfg(not(unix))]
fn unlock(_path: &Path) {}

/// The directories of this process.
fn there() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    static THERE: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    THERE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn what_nobody_holds_is_swept_and_nothing_else() {
        let place = tempfile::tempdir().unwrap();
        let [left, held, other] = ["on-the-wire-program-1", "on-the-wire-program-2", "other"]
            .map(|name| place.path().join(name));
        for folder in [&left, &held, &other] {
            fs::create_dir_all(folder.join("a/b")).unwrap();
        }
        fs::set_permissions(left.join("a"), fs::Permissions::from_mode(0o0)).unwrap();
        std::os::unix::fs::symlink(&other, place.path().join("on-the-wire-link")).unwrap();
        let lock = File::open(&held).unwrap();
        lock.lock().unwrap();
        sweep_in(place.path(), LEFT);
        assert!(left.exists(), "it is too young");
        sweep_in(place.path(), Duration::ZERO);
        assert!(!left.exists() && held.exists() && other.join("a/b").exists());
        drop(lock);
        sweep_in(place.path(), Duration::ZERO);
        assert!(!held.exists());
    }

    #[test]
    fn one_that_is_in_use_is_held() {
        let scratch = Scratch::new("test").unwrap();
        let other = File::open(scratch.path()).unwrap();
        assert!(other.try_lock().is_err());
    }
}
