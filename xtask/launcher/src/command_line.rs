//! The command line's program: whether it is what its sources say, and how it becomes so.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    process::{self, Command},
    time::SystemTime,
};

use crate::environment;

/// Its package, and its program.
const NAME: &str = "xtask";

/// The command line of one workspace, where cargo puts its programs.
pub struct CommandLine {
    root: PathBuf,
    folder: PathBuf,
}

impl CommandLine {
    /// That of the workspace at `root`, with programs in `folder`: `target/debug`.
    pub fn new(root: PathBuf, folder: PathBuf) -> Self {
        Self { root, folder }
    }

    /// The program, which may not be there yet.
    pub fn program(&self) -> PathBuf {
        self.folder
            .join(format!("{NAME}{}", env::consts::EXE_SUFFIX))
    }

    /// Whether nothing that it is made of has changed since cargo was last asked for it.
    ///
    /// Cargo writes beside a program which files it is made of, for just such a question.
    /// Their manifests, the lock file and the configuration are asked for as well, and this
    /// program: cargo has made it anew when the compiler or its settings are others. What
    /// cannot be read, or stands in another workspace, as in a copied folder, has changed.
    pub fn is_current(&self) -> bool {
        let asked = modified(&self.stamp());
        let rule = fs::read_to_string(self.folder.join(NAME).with_extension("d"));
        let (Some(asked), Ok(rule), Ok(ourselves)) = (asked, rule, env::current_exe()) else {
            return false;
        };
        let mut sources = sources(&rule);
        // What a build script has written is no source: what it is written from is.
        let target = self.folder.parent().unwrap_or(&self.folder);
        sources.retain(|path| !path.starts_with(target));
        let ours = |path: &PathBuf| path.starts_with(&self.root);
        // One that changes in this very moment is changed.
        let older = |path: &PathBuf| modified(path).is_some_and(|changed| changed < asked);
        !sources.is_empty()
            && self.program().is_file()
            && older(&ourselves)
            && sources.iter().all(ours)
            && self.manifests(&sources).iter().all(older)
            && sources.iter().all(older)
    }

    /// Has cargo build it, which says so on standard error.
    ///
    /// # Errors
    /// With one line; when rustc has spoken there is no need for more.
    pub fn build(&self) -> Result<(), String> {
        // What is edited while cargo builds is newer than this.
        let asked = self.folder.join(format!("{NAME}.asked-{}", process::id()));
        fs::write(&asked, "").map_err(|error| format!("{}: {error}", asked.display()))?;
        let built = self.cargo();
        // Where this fails there is no such time, and cargo is asked again.
        let _ = match built {
            Ok(()) => fs::rename(&asked, self.stamp()),
            Err(_) => fs::remove_file(&asked),
        };
        built
    }

    fn cargo(&self) -> Result<(), String> {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo
            .args(["build", "--package", NAME])
            .current_dir(&self.root);
        environment::as_from_a_shell(&mut cargo);
        match cargo.status() {
            Ok(status) if status.success() => Ok(()),
            Ok(_) => Err("the command line does not build; the compiler says why above".into()),
            Err(error) => Err(format!("cargo cannot be started: {error}")),
        }
    }

    /// An empty file; its time is when cargo was last asked, and built.
    fn stamp(&self) -> PathBuf {
        self.folder.join(format!("{NAME}.asked"))
    }

    /// The files by which cargo knows what these sources are to become.
    fn manifests(&self, sources: &[PathBuf]) -> Vec<PathBuf> {
        let folders: BTreeSet<&Path> = sources
            .iter()
            .flat_map(|source| source.ancestors().skip(1))
            .filter(|folder| folder.starts_with(&self.root))
            .collect();
        let manifest = |folder: &Path| folder.join("Cargo.toml");
        let mut files: Vec<PathBuf> = folders.into_iter().map(manifest).collect();
        files.retain(|file| file.is_file());
        files.push(self.root.join("Cargo.lock"));
        files.push(self.root.join(".cargo/config.toml"));
        files
    }
}

/// The paths behind the colon of a rule for `make`, in which a space stands behind a
/// backslash.
fn sources(rule: &str) -> Vec<PathBuf> {
    let line = rule.lines().next().unwrap_or_default();
    let Some((_, paths)) = line.split_once(": ") else {
        return Vec::new();
    };
    // No path has a line feed, since the rule would not end there.
    let paths = paths.replace("\\ ", "\n");
    let path = |path: &str| PathBuf::from(path.replace('\n', " "));
    paths
        .split(' ')
        .filter(|path| !path.is_empty())
        .map(path)
        .collect()
}

fn modified(path: &Path) -> Option<SystemTime> {
    let changed = |data: fs::Metadata| data.modified();
    fs::metadata(path).and_then(changed).ok()
}

#[cfg(test)]
mod tests {
    use std::{fs::File, time::Duration};

    use tempfile::TempDir;

    use super::*;

    /// A workspace with a program that was asked for a minute after its sources were written.
    fn built() -> (TempDir, CommandLine) {
        let folder = TempDir::new().expect("a directory");
        let root = folder.path().to_owned();
        let command_line = CommandLine::new(root.clone(), root.join("target/debug"));
        let files = [
            "Cargo.toml",
            "Cargo.lock",
            ".cargo/config.toml",
            "xtask/Cargo.toml",
            "xtask/src/main.rs",
            "xtask/with a space/words.txt",
        ];
        for file in files {
            let file = root.join(file);
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            fs::write(&file, "").expect("a file");
        }
        fs::create_dir_all(root.join("target/debug/build")).expect("a folder");
        let shown = root.display().to_string().replace(' ', "\\ ");
        let rule = format!(
            "{shown}/target/debug/xtask: {shown}/target/debug/build/out.rs {shown}/xtask/src/main.rs \
             {shown}/xtask/with\\ a\\ space/words.txt\n"
        );
        fs::write(root.join("target/debug/xtask.d"), rule).expect("a file");
        for name in ["xtask.asked", "build/out.rs"] {
            fs::write(root.join("target/debug").join(name), "").expect("a file");
        }
        fs::write(command_line.program(), "").expect("a file");
        later(&command_line.stamp(), 60);
        later(&root.join("target/debug/build/out.rs"), 90);
        (folder, command_line)
    }

    /// Gives a file a time in the future, in seconds.
    fn later(path: &Path, seconds: u64) {
        let file = File::options().write(true).open(path).expect("a file");
        let time = SystemTime::now() + Duration::from_secs(seconds);
        file.set_modified(time).expect("a time");
    }

    #[test]
    fn what_nobody_has_changed_is_current() {
        let (_folder, command_line) = built();
        assert!(command_line.is_current());
    }

    #[test]
    fn whatever_it_is_made_of_counts() {
        let files = [
            "Cargo.toml",
            "Cargo.lock",
            ".cargo/config.toml",
            "xtask/Cargo.toml",
            "xtask/src/main.rs",
            "xtask/with a space/words.txt",
        ];
        for file in files {
            let (folder, command_line) = built();
            later(&folder.path().join(file), 61);
            assert!(!command_line.is_current(), "{file} is newer");
        }
    }

    #[test]
    fn what_is_gone_has_changed() {
        let files = [
            "Cargo.lock",
            "xtask/src/main.rs",
            "target/debug/xtask.d",
            "target/debug/xtask.asked",
        ];
        for file in files {
            let (folder, command_line) = built();
            fs::remove_file(folder.path().join(file)).expect("a file");
            assert!(!command_line.is_current(), "{file} is gone");
        }
        let (_folder, command_line) = built();
        fs::remove_file(command_line.program()).expect("a file");
        assert!(!command_line.is_current(), "the program is gone");
    }

    #[test]
    fn a_copied_folder_is_no_longer_what_was_built() {
        let (folder, _) = built();
        let elsewhere = folder.path().join("elsewhere");
        fs::create_dir(&elsewhere).expect("a folder");
        let command_line = CommandLine::new(elsewhere, folder.path().join("target/debug"));
        assert!(!command_line.is_current());
    }
}
