//! Which program is started, found before it is started somewhere else, and the
//! fence it begins behind.

use std::{
    env,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    sync::Arc,
};

use checker::{
    allowance::Allowance,
    cargo::{self, Built},
    chapter::Chapter,
    control_group::Delegation,
    fence::{Confinement, Fence},
    program::Invocation,
    recorder::Equipment,
};

use crate::{progress, workspace};

/// What programs share and stand behind; `confined` to their own directory.
pub fn equipment(allowance: Allowance, confined: bool) -> Arc<Equipment> {
    let confinement = match confined {
        true => Confinement::Own,
        false => Confinement::Free,
    };
    Arc::new(Equipment::behind(Fence {
        allowance,
        confinement,
        gate: env::current_exe().ok(),
        groups: Delegation::here(),
    }))
}

/// The programs of these chapters, built in one call of cargo: the exercises, or
/// the solutions.
///
/// # Errors
/// With one line; when rustc has spoken there is no need for more.
pub fn built(root: &Path, chapters: &[&Chapter], solution: bool) -> Result<Vec<Built>, String> {
    let gone = |chapter: &&&Chapter| {
        let manifest = format!("{}/Cargo.toml", workspace::exercise(chapter));
        !solution && !root.join(manifest).exists()
    };
    if let Some(chapter) = chapters.iter().find(gone) {
        let (place, number) = (workspace::exercise(chapter), chapter.number());
        return Err(format!(
            "{place} is not there, or lacks its Cargo.toml; `cargo xtask reset {number}` puts it back"
        ));
    }
    let suffix = if solution { "-solution" } else { "" };
    let name = |chapter: &&Chapter| format!("{}{suffix}", chapter.slug);
    let packages: Vec<String> = chapters.iter().map(name).collect();
    // The first build takes a while, and shows its progress; later ones do not.
    let all = if progress::has_built(root) {
        cargo::build_at_once(root, &packages)?
    } else {
        let all = cargo::build(root, &packages, false)?;
        progress::keep_built(root);
        all
    };
    Ok(all)
}

/// The program and its arguments. Each step starts it in a fresh directory, so
/// arguments that name files or directories here are made absolute.
///
/// # Errors
/// With one line that says what is wrong with the program, and the way out.
pub fn from(words: &[OsString]) -> Result<Invocation, String> {
    let [name, args @ ..] = words else {
        return Err("no program after `--`; write for example `-- node server.js`".into());
    };
    let file = find(name)?;
    if let Some(missing) = args.iter().find(|word| is_missing_source(word)) {
        let shown = missing.to_string_lossy();
        return Err(format!("there is no file {shown} here; check its path"));
    }
    let here = env::current_dir().map_err(|error| format!("the current directory: {error}"))?;
    Ok(Invocation {
        file,
        args: absolute(&here, name, args),
    })
}

/// The arguments of `program`, those absolute that name what is `here`.
fn absolute(here: &Path, program: &OsStr, args: &[OsString]) -> Vec<OsString> {
    // One that is found by its path is the learner's own, and no interpreter.
    let interprets = Path::new(program).components().count() == 1;
    let run = args.iter().position(|word| !is_option(word));
    let run = run.filter(|_| interprets);
    let absolute = |(place, word): (usize, &OsString)| {
        let path = here.join(word);
        // Only what an interpreter is to run may be a directory or lack its end: a word
        // behind it may mean something else, and be the name of what is here by chance.
        let named = path.is_file() || (run == Some(place) && is_there(&path));
        if named && !word.is_empty() && !is_option(word) {
            path.into_os_string()
        } else {
            word.clone()
        }
    };
    args.iter().enumerate().map(absolute).collect()
}

fn is_option(word: &OsStr) -> bool {
    word.to_string_lossy().starts_with('-')
}

/// How names of a program's source end.
const ENDS: [&str; 8] = ["js", "mjs", "cjs", "ts", "py", "rb", "php", "jar"];

/// Whether a path names something here, also without the end that Node adds.
fn is_there(path: &Path) -> bool {
    let with = |end| path.with_extension(end).is_file();
    path.exists() || (path.extension().is_none() && ENDS[..3].iter().any(with))
}

/// Whether a word names a program's source, as its end says, and no such file is
/// there: an interpreter would say so in its own words, once for each step.
fn is_missing_source(word: &OsStr) -> bool {
    let path = Path::new(word);
    let end = path.extension().and_then(OsStr::to_str);
    let shown = word.to_string_lossy();
    end.is_some_and(|end| ENDS.contains(&end))
        && !is_option(word)
        // Several words in one are a command for a shell.
        && !shown.contains(char::is_whitespace)
        && !shown.contains("://")
        && !path.exists()
}

fn find(name: &OsStr) -> Result<PathBuf, String> {
    let shown = name.to_string_lossy().into_owned();
    if name.is_empty() {
        return Err("the program's name after `--` is empty".into());
    }
    let path = Path::new(name);
    if path.components().count() > 1 || path.is_absolute() {
        return runnable(path, &shown);
    }
    let folders = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&folders)
        .flat_map(|folder| [folder.join(name), folder.join(format!("{shown}.exe"))])
        .find(|path| path.is_file() && runnable(path, &shown).is_ok());
    match found {
        Some(path) => Ok(path),
        None if path.is_file() => Err(format!("{shown} is a file here; write ./{shown} to run it")),
        None if path.is_dir() => Err(format!(
            "{shown} is a directory; name the program inside it"
        )),
        None => Err(format!(
            "there is no program {shown:?}, neither here nor on the PATH"
        )),
    }
}

fn runnable(path: &Path, shown: &str) -> Result<PathBuf, String> {
    let Ok(data) = path.metadata() else {
        return Err(format!("there is no program {shown}; check its path"));
    };
    if data.is_dir() {
        return Err(format!(
            "{shown} is a directory; name the program inside it"
        ));
    }
    if data.len() == 0 {
        return Err(format!("{shown} is empty; build the program first"));
    }
    if !executable(&data) {
        return Err(format!(
            "{shown} is not executable; `chmod +x {shown}`, or name its interpreter before it"
        ));
    }
    std::path::absolute(path).map_err(|error| format!("{shown}: {error}"))
}

#[cfg(unix)]
fn executable(data: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    data.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn executable(_data: &std::fs::Metadata) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use std::{ffi::OsString, fs};

    #[test]
    fn what_an_interpreter_is_to_run_is_found_here() {
        let folder = tempfile::tempdir().expect("a directory");
        let here = folder.path();
        fs::write(here.join("server.js"), "").expect("a file");
        fs::create_dir(here.join("app")).expect("a directory");
        let by = |program: &str, words: &[&str]| {
            let words: Vec<OsString> = words.iter().map(Into::into).collect();
            let absolute = super::absolute(here, program.as_ref(), &words);
            let changed = words.iter().zip(&absolute).map(|(one, other)| one != other);
            changed.collect::<Vec<bool>>()
        };
        let found = |words: &[&str]| by("node", words);
        assert_eq!(found(&["server.js"]), [true]);
        assert_eq!(found(&["server"]), [true]);
        assert_eq!(found(&["."]), [true]);
        assert_eq!(found(&["app"]), [true]);
        assert_eq!(found(&["--inspect", "server.js"]), [false, true]);
        assert_eq!(found(&["--inspect", "server"]), [false, true]);
        assert_eq!(found(&["run", "server", "app"]), [false, false, false]);
        assert_eq!(by("./tool", &["app", "server.js"]), [false, true]);
        assert_eq!(found(&["", "other"]), [false, false]);
    }
}
