//! Builds members, many in one call of cargo; one that does not build hinders
//! no other.

use std::{
    collections::HashMap,
    env, fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use checker::{cargo, scratch::Scratch};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::Command,
    sync::mpsc::Sender,
};

use super::{
    compiler::{REFUSED, TOO_MUCH},
    foreign::ROOT,
    limits::WORDS,
    members::Member,
};

/// How the build of one member ended.
#[derive(Clone, Debug)]
pub enum Built {
    /// The program.
    Program(PathBuf),
    /// It reads what is not its own.
    Refused(String),
    /// It does not build: the reason in a line, and the compiler's words.
    Broken(String, String),
    /// Cargo has not said a word about it, so it is not its own doing.
    Unknown(String),
}

/// Builds `members` of the workspace at `place`, and sends each as soon as it is
/// known how it ended.
///
/// # Errors
/// With cargo's last words, when it is not a member that fails.
pub async fn batch(
    root: &Path,
    place: &Path,
    members: &[Member],
    offline: bool,
    done: &Sender<(String, Built)>,
) -> Result<(), String> {
    // A linker that is stopped leaves its files where it had them.
    let scratch = Scratch::new("build").map_err(|error| format!("no directory: {error}"))?;
    let mut command = call(root, place, offline)?;
    command.envs(["TMPDIR", "TEMP", "TMP"].map(|name| (name, scratch.path())));
    let mut child = command
        .spawn()
        .map_err(|error| format!("cargo cannot be started: {error}"))?;
    let stderr = child.stderr.take();
    let said = tokio::spawn(async move {
        let mut said = Vec::new();
        if let Some(mut source) = stderr {
            let _ = (&mut source)
                .take(WORDS as u64)
                .read_to_end(&mut said)
                .await;
            let _ = tokio::io::copy(&mut source, &mut tokio::io::sink()).await;
        }
        String::from_utf8_lossy(&said).into_owned()
    });
    let mut heard = Heard::default();
    if let Some(source) = child.stdout.take() {
        let mut lines = BufReader::new(source).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            if let Some((package, program)) = heard.program(&line, members)
                && let Some(member) = members.iter().find(|member| member.package == package)
            {
                let kept = keep(root, &program, member)
                    .map_err(|error| format!("{}: {error}", program.display()))?;
                let _ = done.send((package, Built::Program(kept))).await;
            }
        }
    }
    let said = said.await.unwrap_or_default();
    let status = child.wait().await;
    let finished = heard.finished && status.is_ok();
    if !finished {
        return Err(format!(
            "the submissions' workspace does not build: {}",
            said.trim()
        ));
    }
    for member in members {
        if !heard.programs.contains(&member.package) {
            let _ = done
                .send((member.package.clone(), heard.broken(&member.package, &said)))
                .await;
        }
    }
    heard.sweep(root, members);
    Ok(())
}

fn call(root: &Path, place: &Path, offline: bool) -> Result<Command, String> {
    let ourselves = env::current_exe().map_err(|error| format!("our own program: {error}"))?;
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = std::process::Command::new(cargo);
    cargo::as_from_a_shell(&mut command);
    command
        .args(["build", "--workspace", "--bins", "--keep-going"])
        .arg("--message-format=json")
        .args(offline.then_some("--offline"))
        .current_dir(place)
        .env("CARGO_TARGET_DIR", target(root))
        .env("CARGO_INCREMENTAL", "0")
        .env("RUSTC_WORKSPACE_WRAPPER", ourselves)
        .env(ROOT, root)
        .env_remove("RUSTC_BOOTSTRAP")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut command = Command::from(command);
    command.kill_on_drop(true);
    Ok(command)
}

/// Where cargo has put ourselves, and what the submissions stand on.
fn target(root: &Path) -> PathBuf {
    let ourselves = env::current_exe().unwrap_or_default();
    let profile = ourselves
        .parent()
        .filter(|folder| folder.ends_with("debug"));
    let target = profile.and_then(Path::parent);
    target.map_or(root.join("target"), Path::to_owned)
}

/// Gives the program a place of its own: cargo's is not for keeping.
fn keep(root: &Path, program: &Path, member: &Member) -> std::io::Result<PathBuf> {
    let folder = root.join("target/grade/programs").join(&member.package);
    fs::create_dir_all(&folder)?;
    let name = program.extension().map_or(member.slug.to_owned(), |end| {
        format!("{}.{}", member.slug, end.to_string_lossy())
    });
    let kept = folder.join(name);
    let _ = fs::remove_file(&kept);
    fs::hard_link(program, &kept).or_else(|_| fs::copy(program, &kept).map(|_| ()))?;
    Ok(kept)
}

/// Removes a program that [`keep`] has put away.
pub fn forget(root: &Path, package: &str) {
    let _ = fs::remove_dir_all(root.join("target/grade/programs").join(package));
}

/// What cargo has said so far.
#[derive(Default)]
struct Heard {
    programs: Vec<String>,
    libraries: Vec<PathBuf>,
    words: HashMap<String, Vec<Value>>,
    finished: bool,
}

impl Heard {
    /// Listens to one line; a program's package and path when it names one.
    fn program(&mut self, line: &str, members: &[Member]) -> Option<(String, PathBuf)> {
        let message: Value = serde_json::from_str(line).ok()?;
        let package = package(message["package_id"].as_str().unwrap_or_default());
        match message["reason"].as_str()? {
            "build-finished" => self.finished = true,
            "compiler-message" => {
                let words = self.words.entry(package.to_owned()).or_default();
                words.push(message["message"].clone());
            }
            "compiler-artifact" => {
                let name = message["target"]["name"].as_str()?;
                if let Some(program) = message["executable"].as_str()
                    && name == package
                {
                    self.programs.push(package.to_owned());
                    return Some((package.to_owned(), program.into()));
                }
                // What others depend on is not ours to sweep.
                if members.iter().any(|member| member.package == package) {
                    let files = message["filenames"].as_array()?.iter();
                    let files = files.filter_map(|file| file.as_str().map(PathBuf::from));
                    self.libraries.extend(files);
                }
            }
            _ => {}
        }
        None
    }

    /// Why a member has no program.
    fn broken(&self, package: &str, said: &str) -> Built {
        let words = self.words.get(package).map_or(&[][..], Vec::as_slice);
        if words.is_empty() {
            let last = said.lines().rfind(|line| !line.trim().is_empty());
            let last = last.unwrap_or("nothing");
            return Built::Unknown(format!("cargo does not build it, and says: {last}"));
        }
        let marked = |mark: &str| {
            let ours = words
                .iter()
                .find(|message| message["code"]["code"] == mark)?;
            Some(ours["message"].as_str()?.to_owned())
        };
        if let Some(why) = marked(REFUSED) {
            return Built::Refused(why);
        }
        let text: String = words
            .iter()
            .filter_map(|message| message["rendered"].as_str())
            .collect();
        let why = marked(TOO_MUCH).unwrap_or_else(|| "It does not build".into());
        Built::Broken(why, text)
    }

    /// Takes away what cargo keeps for the next build: there is none, and a class
    /// would fill the disk.
    fn sweep(&self, root: &Path, members: &[Member]) {
        let target = target(root).join("debug");
        for folder in ["", "deps", ".fingerprint"].map(|name| target.join(name)) {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let name = entry.file_name().to_string_lossy().replace('_', "-");
                if members
                    .iter()
                    .any(|member| name.starts_with(&member.package))
                {
                    let path = entry.path();
                    let _ = fs::remove_file(&path).or_else(|_| fs::remove_dir_all(&path));
                }
            }
        }
        for file in &self.libraries {
            // A library's dep-info stands beside it, without `lib`.
            let name = file.file_stem().unwrap_or_default().to_string_lossy();
            let name = name.strip_prefix("lib").unwrap_or(&name).to_owned();
            let _ = fs::remove_file(file.with_file_name(name + ".d"));
            let _ = fs::remove_file(file);
        }
    }
}

/// `path+file:///…#ch04-0123@0.1.0` is `ch04-0123`.
fn package(id: &str) -> &str {
    let name = id.rsplit('#').next().unwrap_or_default();
    name.split('@').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_package_has_its_name_in_its_id() {
        let id = "path+file:///x/y#ch04-0123@0.1.0";
        assert_eq!(super::package(id), "ch04-0123");
        assert_eq!(super::package(""), "");
    }
}
