//! The command line's program: whether it is what its sources say, and how it becomes so.

use std::{
    env, fs, io,
    path::PathBuf,
    process::{self, Command, Stdio},
};

use crate::{
    environment,
    sources::{Sources, changed},
};

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
    /// This program must be the one that asked: cargo has another where the compiler or its
    /// settings are others. What stands in another workspace, as in a copied folder, has
    /// changed.
    pub fn is_current(&self) -> bool {
        let rule = fs::read_to_string(self.folder.join(NAME).with_extension("d"));
        let (Some((asked, by)), Ok(rule)) = (self.last_asked(), rule) else {
            return false;
        };
        // What a build script has written is no source: what it is written from is.
        let target = self.folder.parent().unwrap_or(&self.folder);
        let sources = Sources::named(&rule).without(target);
        sources.are_in(&self.root)
            && self.program().is_file()
            && ourselves() == Some(by)
            && sources.are_older_than(asked, &self.root)
    }

    /// Has cargo build it, which says so on standard error; whether it is beside us then.
    /// It is not where cargo was told another folder or another profile.
    ///
    /// # Errors
    /// With one line; when rustc has spoken there is no need for more.
    pub fn build(&self) -> Result<bool, String> {
        // What is edited while cargo builds is newer than this.
        let asked = self.time_here();
        let mut cargo = self.cargo("build");
        cargo.arg("--message-format=json-render-diagnostics");
        let output = cargo
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| format!("cargo cannot be started: {error}"))?;
        if !output.status.success() {
            return Err("the command line does not build; the compiler says why above".into());
        }
        let program = self.program().to_string_lossy().replace('\\', "\\\\");
        let program = format!(r#""executable":"{program}""#);
        let is_here = String::from_utf8_lossy(&output.stdout).contains(&program);
        if let (true, Ok(asked), Some(by)) = (is_here, asked, ourselves()) {
            // Without it, cargo is asked again next time.
            let _ = self.keep(&format!("{asked} {by}\n"));
        }
        Ok(is_here)
    }

    /// A call of cargo about the command line. It stays in the caller's folder, from which
    /// cargo reads its settings.
    pub fn cargo(&self, what: &str) -> Command {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        let manifest = self.root.join("Cargo.toml");
        cargo.args([what, "--package", NAME, "--manifest-path"]);
        cargo.arg(manifest);
        environment::as_from_a_shell(&mut cargo);
        cargo
    }

    /// When cargo was last asked, and by which program, which is known by its time.
    fn last_asked(&self) -> Option<(u128, u128)> {
        let stamp = fs::read_to_string(self.stamp()).ok()?;
        let (asked, by) = stamp.strip_suffix('\n')?.split_once(' ')?;
        Some((asked.parse().ok()?, by.parse().ok()?))
    }

    /// The time as the files here have it.
    fn time_here(&self) -> io::Result<u128> {
        let file = self.passing();
        fs::write(&file, "")?;
        let time = changed(&file);
        fs::remove_file(file)?;
        time.ok_or_else(|| io::Error::other("a file has no time"))
    }

    fn keep(&self, stamp: &str) -> io::Result<()> {
        let file = self.passing();
        fs::write(&file, stamp)?;
        fs::rename(&file, self.stamp()).inspect_err(|_| drop(fs::remove_file(&file)))
    }

    fn stamp(&self) -> PathBuf {
        self.folder.join(format!("{NAME}.asked"))
    }

    /// A file of this process alone, there for a moment.
    fn passing(&self) -> PathBuf {
        self.folder.join(format!("{NAME}.asked-{}", process::id()))
    }
}

/// The time of this program, by which it is known.
fn ourselves() -> Option<u128> {
    changed(&env::current_exe().ok()?)
}

#[cfg(test)]
mod tests {
    use std::{
        fs::File,
        path::Path,
        time::{Duration, SystemTime},
    };

    use tempfile::TempDir;

    use super::*;

    const SECOND: u128 = 1_000_000_000;

    /// What the program is made of.
    const FILES: [&str; 7] = [
        "Cargo.toml",
        "Cargo.lock",
        ".cargo/config.toml",
        "xtask/Cargo.toml",
        "xtask/src/main.rs",
        "xtask/with a space/words.txt",
        "xtask/chapters/one/mod.rs",
    ];

    /// A workspace with a program that was asked for a minute after its sources were written.
    fn built() -> (TempDir, CommandLine) {
        let folder = TempDir::new().expect("a directory");
        let root = folder.path().to_owned();
        let command_line = CommandLine::new(root.clone(), root.join("target/debug"));
        for file in FILES {
            let file = root.join(file);
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            fs::write(&file, "").expect("a file");
        }
        fs::create_dir_all(root.join("target/debug/build")).expect("a folder");
        let shown = root.display().to_string().replace(' ', "\\ ");
        let rule = format!(
            "{shown}/target/debug/xtask: {shown}/target/debug/build/out.rs {shown}/xtask/src/main.rs \
             {shown}/xtask/with\\ a\\ space/words.txt {shown}/xtask/chapters\n"
        );
        fs::write(root.join("target/debug/xtask.d"), rule).expect("a file");
        let written = root.join("target/debug/build/out.rs");
        fs::write(&written, "").expect("a file");
        later(&written, 90);
        fs::write(command_line.program(), "").expect("a file");
        let asked = command_line.time_here().expect("a time") + 60 * SECOND;
        let by = ourselves().expect("a time");
        command_line
            .keep(&format!("{asked} {by}\n"))
            .expect("a file");
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
        for file in FILES {
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
    fn what_is_new_beside_a_manifest_or_in_a_folder_counts() {
        for file in ["xtask/build.rs", "xtask/chapters/one/lessons.rs"] {
            let (folder, command_line) = built();
            let path = folder.path().join(file);
            fs::write(&path, "").expect("a file");
            later(&path, 61);
            assert!(!command_line.is_current(), "{file} is new");
        }
    }

    #[test]
    fn what_another_program_asked_for_is_not_what_this_one_would() {
        let (_folder, command_line) = built();
        let (asked, by) = command_line.last_asked().expect("a time");
        let other = format!("{asked} {}\n", by + 1);
        command_line.keep(&other).expect("a file");
        assert!(!command_line.is_current());
    }

    #[test]
    fn what_was_not_written_to_its_end_is_not_believed() {
        for name in ["xtask.d", "xtask.asked"] {
            let (folder, command_line) = built();
            let path = folder.path().join("target/debug").join(name);
            let text = fs::read_to_string(&path).expect("a file");
            fs::write(&path, text.trim_end()).expect("a file");
            assert!(!command_line.is_current(), "{name} has no end");
        }
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
