//! What a program is made of, as cargo writes it beside the program: a rule for `make`.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

/// Files, and folders with all that is in them.
pub struct Sources(Vec<PathBuf>);

impl Sources {
    /// The paths behind the rule's colon, in which a space stands behind a backslash. A
    /// rule without its end names none.
    pub fn named(rule: &str) -> Self {
        let line = rule.split_once('\n').map(|(line, _)| line);
        let paths = line.and_then(|line| line.split_once(": "));
        // No path has a line feed, since the rule would end there.
        let paths = paths.map_or(String::new(), |(_, paths)| paths.replace("\\ ", "\n"));
        let paths = paths.split(' ').filter(|path| !path.is_empty());
        Self(paths.map(|path| path.replace('\n', " ").into()).collect())
    }

    /// Those that are not in `folder`.
    pub fn without(mut self, folder: &Path) -> Self {
        self.0.retain(|path| !path.starts_with(folder));
        self
    }

    /// Whether there are any, all of them in the workspace at `root`.
    pub fn are_in(&self, root: &Path) -> bool {
        !self.0.is_empty() && self.0.iter().all(|path| path.starts_with(root))
    }

    /// Whether all of them, and what decides in the workspace at `root` what they become,
    /// were last changed before that time. What cannot be read has changed, and so has
    /// what changes in this very moment.
    pub fn are_older_than(&self, time: u128, root: &Path) -> bool {
        let older = |path: &PathBuf| changed(path).is_some_and(|changed| changed < time);
        self.0.iter().all(older) && self.manifests(root).iter().all(older)
    }

    /// The manifests, the build scripts, the lock file and the configuration.
    fn manifests(&self, root: &Path) -> Vec<PathBuf> {
        let folders: BTreeSet<&Path> = self
            .0
            .iter()
            .flat_map(|source| source.ancestors().skip(1))
            .filter(|folder| folder.starts_with(root))
            .collect();
        let inside = |folder: &Path| ["Cargo.toml", "build.rs"].map(|name| folder.join(name));
        let mut files: Vec<PathBuf> = folders.into_iter().flat_map(inside).collect();
        files.retain(|file| file.is_file());
        files.push(root.join("Cargo.lock"));
        files.push(root.join(".cargo/config.toml"));
        files
    }
}

/// When a file was last changed, in nanoseconds; of a folder, the last time of all in it.
pub fn changed(path: &Path) -> Option<u128> {
    let data = fs::metadata(path).ok()?;
    let time = |time: SystemTime| Some(time.duration_since(UNIX_EPOCH).ok()?.as_nanos());
    let mut last = time(data.modified().ok()?)?;
    if data.is_dir() {
        for entry in fs::read_dir(path).ok()? {
            last = last.max(changed(&entry.ok()?.path())?);
        }
    }
    Some(last)
}
