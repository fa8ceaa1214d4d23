//! Whether a chapter's files have been written: looked at some times a second. A
//! dozen files cost next to nothing, and it works on every disk and system.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Weak, mpsc::Sender},
    thread,
    time::{Duration, SystemTime},
};

use super::Event;

/// Between two looks. A save counts when two looks see the same: an editor may
/// write in pieces.
const PAUSE: Duration = Duration::from_millis(25);

/// Files that are looked at, at most.
const FILES: usize = 1000;

/// Looks at a folder until it is dropped.
pub struct Saves {
    _kept: Arc<()>,
}

impl Saves {
    /// Tells of each save below `folder`.
    pub fn of(folder: PathBuf, events: Sender<Event>) -> Self {
        let kept = Arc::new(());
        let watched = Arc::downgrade(&kept);
        thread::spawn(move || looks(&folder, &watched, &events));
        Self { _kept: kept }
    }
}

fn looks(folder: &Path, watched: &Weak<()>, events: &Sender<Event>) {
    let mut told = state(folder);
    let mut before = told.clone();
    while watched.strong_count() > 0 {
        thread::sleep(PAUSE);
        let now = state(folder);
        if now == before && now != told {
            told = now.clone();
            if events.send(Event::Saved).is_err() {
                return;
            }
        }
        before = now;
    }
}

/// Each file with its time and size. What is hidden, or an editor's copy, is no part
/// of the exercise.
fn state(folder: &Path) -> Vec<(PathBuf, Option<SystemTime>, u64)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with('.') || name.ends_with('~') || found.len() == FILES {
                continue;
            }
            match entry.metadata() {
                Ok(data) if data.is_dir() => folders.push(entry.path()),
                Ok(data) => found.push((entry.path(), data.modified().ok(), data.len())),
                Err(_) => {}
            }
        }
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const SOON: Duration = Duration::from_secs(5);
    const QUIET: Duration = Duration::from_millis(200);

    #[test]
    fn a_save_is_told_once_and_a_hidden_file_never() {
        let folder = tempfile::tempdir().expect("a directory");
        let file = folder.path().join("lib.rs");
        fs::write(&file, "one").expect("a file");
        let (sender, events) = mpsc::channel();
        let saves = Saves::of(folder.path().to_owned(), sender);
        assert!(
            events.recv_timeout(QUIET).is_err(),
            "nothing has been saved yet"
        );
        for text in ["two!", "three"] {
            fs::write(&file, text).expect("a file");
            assert!(matches!(events.recv_timeout(SOON), Ok(Event::Saved)));
            assert!(events.recv_timeout(QUIET).is_err(), "told once");
        }
        fs::create_dir(folder.path().join(".kept")).expect("a folder");
        fs::write(folder.path().join(".kept/lib.rs"), "old").expect("a file");
        fs::write(folder.path().join("lib.rs~"), "old").expect("a file");
        assert!(events.recv_timeout(QUIET).is_err());
        drop(saves);
        assert!(matches!(
            events.recv_timeout(SOON),
            Err(mpsc::RecvTimeoutError::Disconnected)
        ));
    }
}
