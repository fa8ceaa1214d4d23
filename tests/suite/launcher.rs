//! `cargo xtask` before the command line: built when a source of it has changed, and not
//! asked about otherwise.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use checker::cargo;
use tempfile::TempDir;

use crate::programs;

/// A workspace of two packages: the launcher, and a command line that says what it was
/// given.
fn workspace() -> TempDir {
    let folder = TempDir::new().expect("a directory");
    let root = folder.path();
    let manifest = |name: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n")
    };
    let members = "[workspace]\nresolver = \"2\"\nmembers = [\"xtask\", \"xtask/launcher\"]\n";
    fs::create_dir_all(root.join("xtask/launcher/src")).expect("a folder");
    fs::create_dir_all(root.join("xtask/src")).expect("a folder");
    fs::create_dir(root.join(".cargo")).expect("a folder");
    fs::write(root.join("Cargo.toml"), members).expect("a file");
    fs::write(root.join("xtask/Cargo.toml"), manifest("xtask")).expect("a file");
    fs::write(root.join("xtask/launcher/Cargo.toml"), manifest("launcher")).expect("a file");
    says(root, "one");
    let given = programs::root();
    let config = ".cargo/config.toml";
    fs::copy(given.join(config), root.join(config)).expect("a copy");
    let sources = "xtask/launcher/src";
    for entry in fs::read_dir(given.join(sources))
        .expect("a folder")
        .flatten()
    {
        let to = root.join(sources).join(entry.file_name());
        fs::copy(entry.path(), to).expect("a copy");
    }
    folder
}

fn says(root: &Path, word: &str) {
    let main = format!(
        "fn main() {{ println!(\"{word} {{:?}}\", \
         std::env::args().skip(1).collect::<Vec<_>>()); std::process::exit(7) }}"
    );
    fs::write(root.join("xtask/src/main.rs"), main).expect("a file");
}

/// `cargo xtask` with these words, in a folder of that workspace.
fn xtask(folder: &Path, words: &[&str]) -> Output {
    xtask_with(folder, words, &[])
}

/// The same, with more in its environment.
fn xtask_with(folder: &Path, words: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO"));
    cargo::as_from_a_shell(&mut command);
    command
        .current_dir(folder)
        .env("CARGO_NET_OFFLINE", "true")
        .env_remove("CARGO_TARGET_DIR")
        .env_remove("RUSTFLAGS")
        .envs(environment.iter().copied())
        .arg("xtask")
        .args(words);
    command.output().expect("cargo")
}

#[test]
fn an_edit_of_the_command_line_is_built_before_it_is_called() {
    let folder = workspace();
    let root = folder.path();
    let heard = |output: &Output| {
        assert_eq!(output.status.code(), Some(7), "{output:?}");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        (stdout, stderr)
    };
    let (stdout, stderr) = heard(&xtask(root, &["check", "--", "--x"]));
    assert_eq!(stdout, "one [\"check\", \"--\", \"--x\"]\n");
    assert!(
        stderr.contains("Compiling xtask"),
        "it takes a while: {stderr}"
    );
    // From any folder, and nothing is built.
    let (stdout, stderr) = heard(&xtask(&root.join("xtask/src"), &["hint"]));
    assert_eq!(stdout, "one [\"hint\"]\n");
    assert!(!stderr.contains("Compiling"), "{stderr}");
    says(root, "two");
    let (stdout, stderr) = heard(&xtask(root, &[]));
    assert_eq!(stdout, "two []\n");
    assert!(stderr.contains("Compiling xtask"), "{stderr}");
}

#[test]
fn a_command_line_that_does_not_build_says_so_and_leaves_nothing() {
    let folder = workspace();
    let root = folder.path();
    fs::write(root.join("xtask/src/main.rs"), "fn main() { nothing }").expect("a file");
    let output = xtask(root, &["check"]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("cannot find value `nothing`"), "{stderr}");
    let last = "error: the command line does not build; the compiler says why above\n";
    assert!(stderr.ends_with(last), "{stderr}");
    let left = fs::read_dir(root.join("target/debug")).expect("a folder");
    let names: Vec<_> = left.flatten().map(|entry| entry.file_name()).collect();
    assert!(
        !names
            .iter()
            .any(|name| name.to_string_lossy().contains("asked")),
        "{names:?}"
    );
    says(root, "mended");
    assert_eq!(xtask(root, &[]).status.code(), Some(7));
}

/// What cargo is told, it is told for the command line as well.
#[test]
fn settings_of_cargo_hold_for_the_command_line() {
    let folder = workspace();
    let root = folder.path();
    let heard = |output: Output| String::from_utf8_lossy(&output.stdout).into_owned();
    let main = "fn main() { println!(\"{}\", if cfg!(other) { \"other\" } else { \"plain\" }) }";
    fs::write(root.join("xtask/src/main.rs"), main).expect("a file");
    let flags = [("RUSTFLAGS", "--cfg other")];
    assert_eq!(heard(xtask(root, &[])), "plain\n");
    assert_eq!(heard(xtask_with(root, &[], &flags)), "other\n");
    assert_eq!(heard(xtask(root, &[])), "plain\n");
    // A folder beside the caller's own, not the workspace's.
    let elsewhere = [("CARGO_TARGET_DIR", "built")];
    let caller = root.join("xtask");
    assert_eq!(heard(xtask_with(&caller, &[], &elsewhere)), "plain\n");
    assert!(caller.join("built/debug/xtask.asked").is_file());
    fs::write(
        root.join("xtask/src/main.rs"),
        main.replace("plain", "edited"),
    )
    .expect("a file");
    assert_eq!(heard(xtask_with(&caller, &[], &elsewhere)), "edited\n");
    // What only cargo itself was told is left to it.
    let mut command = Command::new(env!("CARGO"));
    cargo::as_from_a_shell(&mut command);
    let settings = [
        "--offline",
        "--config",
        "build.target-dir=\"other\"",
        "xtask",
    ];
    command
        .current_dir(root)
        .env_remove("CARGO_TARGET_DIR")
        .args(settings);
    assert_eq!(heard(command.output().expect("cargo")), "edited\n");
}
