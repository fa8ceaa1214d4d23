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
    cargo,
    chapter::Chapter,
    control_group::Delegation,
    fence::{Confinement, Fence},
    program::Invocation,
    recorder::Equipment,
};

use crate::progress;

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
pub fn built(
    root: &Path,
    chapters: &[&Chapter],
    solution: bool,
) -> Result<Vec<Invocation>, String> {
    let suffix = if solution { "-solution" } else { "" };
    let name = |chapter: &&Chapter| format!("{}{suffix}", chapter.slug);
    let packages: Vec<String> = chapters.iter().map(name).collect();
    // The first build takes a while, and shows its progress; later ones do not.
    let files = if progress::has_built(root) {
        cargo::build_at_once(root, &packages)?
    } else {
        let files = cargo::build(root, &packages, false)?;
        progress::keep_built(root);
        files
    };
    let run = |file| Invocation {
        file,
        args: Vec::new(),
    };
    Ok(files.into_iter().map(run).collect())
}

/// The program and its arguments. Each step starts it in a fresh directory, so
/// arguments that name files here are made absolute.
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
    let absolute = |word: &OsString| {
        let path = here.join(word);
        let is_file = !word.to_string_lossy().starts_with('-') && path.is_file();
        if is_file {
            path.into_os_string()
        } else {
            word.clone()
        }
    };
    Ok(Invocation {
        file,
        args: args.iter().map(absolute).collect(),
    })
}

/// Whether a word names a program's source, as its end says, and no such file is
/// there: an interpreter would say so in its own words, once for each step.
fn is_missing_source(word: &OsStr) -> bool {
    const ENDS: [&str; 8] = ["js", "mjs", "cjs", "ts", "py", "rb", "php", "jar"];
    let path = Path::new(word);
    let end = path.extension().and_then(OsStr::to_str);
    let shown = word.to_string_lossy();
    end.is_some_and(|end| ENDS.contains(&end))
        && !shown.starts_with('-')
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
