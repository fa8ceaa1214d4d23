//! Programs that the workbook needs or can use: Rust, a C compiler, a browser, mdBook.

use std::{
    env,
    ffi::OsString,
    fs,
    io::Read,
    path::Path,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use checker::{browser::launch, cargo};

use super::Finding;

/// How long a program may take to say its version.
const PATIENCE: Duration = Duration::from_secs(20);

pub fn look(root: &Path) -> Vec<Finding> {
    vec![rust(root), compiler(), crates(root), browser(), mdbook()]
}

fn rust(root: &Path) -> Finding {
    let what = "Rust";
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap_or_default();
    let needed = manifest
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = "));
    let needed = needed.map_or("", |version| version.trim_matches('"'));
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command = Command::new(rustc);
    command.arg("--version");
    match said(command) {
        None => Finding::lacking(
            what,
            "rustc does not answer",
            "get it from https://rustup.rs",
        ),
        Some(said) if numbers(&said) < numbers(needed) => Finding::lacking(
            what,
            format!("{} is older than {needed}", said.trim()),
            "`rustup update`, or install a newer one",
        ),
        Some(said) => Finding::good(what, said.trim()),
    }
}

/// The first version number in a text, major and minor.
fn numbers(text: &str) -> Option<(u32, u32)> {
    let version = text
        .split_whitespace()
        .find_map(|word| word.split_once('.'));
    let (major, rest) = version?;
    Some((major.parse().ok()?, rest.split('.').next()?.parse().ok()?))
}

/// A compiler without the C library's headers would say its version and no more: it
/// has to compile something.
fn compiler() -> Finding {
    let what = "C compiler";
    let cure = "`apt install build-essential` (Debian), `dnf install gcc` (Fedora), \
        `xcode-select --install` (macOS), Visual Studio's C++ build tools (Windows); \
        the cryptography in ring needs it";
    if cfg!(windows) {
        return Finding::good(
            what,
            "not looked for on Windows: this program was linked by one",
        );
    }
    let Ok(folder) = tempfile::tempdir() else {
        return Finding::spare(what, "not tried: no temporary directory", "see below");
    };
    let source = folder.path().join("one.c");
    let text = "#include <stdlib.h>\nint one(void) { return EXIT_FAILURE; }\n";
    if let Err(error) = fs::write(&source, text) {
        return Finding::spare(what, format!("not tried: {error}"), "see the disk below");
    }
    let name = env::var_os("CC").filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| OsString::from("cc"));
    let mut command = Command::new(&name);
    command
        .arg("-c")
        .arg(&source)
        .arg("-o")
        .arg(folder.path().join("one.o"));
    let shown = name.to_string_lossy();
    match said(command) {
        Some(_) => Finding::good(what, shown.into_owned()),
        None => Finding::lacking(what, format!("{shown} does not compile"), cure),
    }
}

/// Whether cargo could build all of the workspace without a network.
fn crates(root: &Path) -> Finding {
    let what = "crates, offline";
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo::as_from_a_shell(&mut command);
    command
        .current_dir(root)
        .args(["fetch", "--offline", "--locked", "--quiet"]);
    match said(command) {
        Some(_) => Finding::good(what, "all here"),
        None => Finding::spare(
            what,
            "not all here",
            "before you go where there is no network: `cargo fetch`",
        ),
    }
}

fn browser() -> Finding {
    let what = "browser";
    match launch::find() {
        Ok(path) => Finding::good(what, path.display().to_string()),
        Err(cure) => Finding::lacking(what, "none; pages cannot be checked", cure),
    }
}

fn mdbook() -> Finding {
    let what = "mdBook";
    let mut command = Command::new("mdbook");
    command.arg("--version");
    match said(command) {
        Some(said) => Finding::good(what, said.trim()),
        None => Finding::spare(
            what,
            "none; no check needs it",
            "to read the book as a site (`cargo xtask book`): `cargo install mdbook --version 0.5.4 \
             --locked`; as text it is in book/src",
        ),
    }
}

/// What a program prints that succeeds in [`PATIENCE`].
fn said(mut command: Command) -> Option<String> {
    command.stdin(Stdio::null()).stderr(Stdio::null());
    let mut child = command.stdout(Stdio::piped()).spawn().ok()?;
    let mut stdout = child.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut text = Vec::new();
        sender.send(stdout.read_to_end(&mut text).map(|_| text))
    });
    let Ok(Ok(text)) = receiver.recv_timeout(PATIENCE) else {
        let _ = child.kill();
        let _ = child.wait();
        return None;
    };
    let succeeds = child.wait().ok()?.success();
    succeeds.then(|| String::from_utf8_lossy(&text).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        assert!(numbers("rustc 1.100.0 (x 2027-01-01)") > numbers("1.95"));
        assert!(numbers("rustc 1.9.0") < numbers("1.95"));
        assert_eq!(numbers("no version"), None);
    }
}
