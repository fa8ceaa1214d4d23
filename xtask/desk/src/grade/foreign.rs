//! Which files the compiler has read, and whether they are the submission's own.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Component, Path, PathBuf},
};

use serde_json::Value;

/// Set by [`super::compile`] for who compiles in its place, to the workbook's folder.
pub const ROOT: &str = "ON_THE_WIRE_COMPILES_FOR";

/// A file in a message's places that is neither the submission's nor one that
/// every learner has: the standard library's, a dependency's, a solution's.
pub fn in_message(message: &Value) -> Option<String> {
    let here = message["file_name"].as_str().filter(|file| !is_known(file));
    if let Some(file) = here {
        return Some(file.to_owned());
    }
    match message {
        Value::Array(all) => all.iter().find_map(in_message),
        Value::Object(all) => all.values().find_map(in_message),
        _ => None,
    }
}

fn is_known(file: &str) -> bool {
    let plain = lexically(Path::new(file));
    let below = |folder: Option<PathBuf>| folder.is_some_and(|folder| plain.starts_with(folder));
    let home = env::var_os("HOME").map(PathBuf::from);
    let folder = |name: &str, usual: &str| {
        env::var_os(name)
            .map(PathBuf::from)
            .or_else(|| Some(home.clone()?.join(usual)))
    };
    file.starts_with('<')
        || plain.starts_with("exercises")
        || plain.starts_with("/rustc")
        || below(folder("CARGO_HOME", ".cargo").map(|home| home.join("registry/src")))
        || below(folder("RUSTUP_HOME", ".rustup").map(|home| home.join("toolchains")))
        || below(env::var_os(ROOT).map(|root| Path::new(&root).join("solutions")))
}

/// What the compiler has written down that it read (`--emit=dep-info`): a file
/// that is not one of the package's.
pub fn in_sources(words: &[OsString], package: &str) -> Option<String> {
    let words: Vec<String> = words
        .iter()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let after = |name: &str| words.iter().position(|word| word == name).map(|at| at + 1);
    let value = |name: &str| after(name).and_then(|at| words.get(at).cloned());
    let extra = words
        .iter()
        .find_map(|word| word.strip_prefix("extra-filename="))
        .unwrap_or_default();
    let file = format!("{}{extra}.d", value("--crate-name").unwrap_or_default());
    let file = Path::new(&value("--out-dir").unwrap_or_default()).join(file);
    let Ok(text) = fs::read_to_string(&file) else {
        return Some("what it read is not known".into());
    };
    // Each file that was read stands alone before a colon.
    let read = text.lines().filter_map(|line| line.strip_suffix(':'));
    let own = Path::new(package).join("exercises");
    read.map(|name| name.replace("\\ ", " "))
        .find(|name| !lexically(Path::new(name)).starts_with(&own))
}

/// A path without `.` and `..`; what climbs out of it stands at its front.
fn lexically(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if plain.file_name().is_some() => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_message_about_another_s_file_is_known() {
        let about = |file: &str| json!({"children": [{"spans": [{"file_name": file}]}]});
        for file in [
            "exercises/ch04-sse-counter/src/lib.rs",
            "<::core::macros::panic macros>",
        ] {
            assert_eq!(in_message(&about(file)), None, "{file}");
        }
        for file in [
            "/etc/passwd",
            "../../secret.rs",
            "exercises/ch04-sse-counter/src/../../../../secret.rs",
        ] {
            assert_eq!(in_message(&about(file)).as_deref(), Some(file));
        }
    }
}
