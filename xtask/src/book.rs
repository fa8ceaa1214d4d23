//! `cargo xtask book`: both editions of the book on a port of their own, built anew
//! whenever a page changes.

use std::{
    env,
    ffi::OsStr,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{ExitCode, Stdio},
};

use checker::chapters;
use clap::Args;
use tokio::process::Command;

use crate::{check, desk, out, workspace};

/// How to get mdBook, and what that costs once, measured.
const INSTALL: &str = "`cargo install mdbook --version 0.5.4 --locked` brings it; compiling it \
    takes 156 s of processor time, once";

/// Where to serve.
#[derive(Args)]
pub struct Arguments {
    /// Opens a browser at the book
    #[arg(long)]
    open: bool,
    /// The port; a free one when none is given
    #[arg(long)]
    port: Option<u16>,
}

/// Serves until it is interrupted.
///
/// # Errors
/// With one line when there is no mdBook, when the port does not do, and when
/// mdBook ends by itself.
pub fn run(arguments: Arguments) -> Result<ExitCode, String> {
    let root = workspace::root()?;
    let port = match arguments.port {
        Some(port) => given(port)?,
        None => free()?,
    };
    let mdbook = mdbook(&root, &env::var_os("PATH").unwrap_or_default())
        .ok_or_else(|| format!("there is no mdbook on the PATH; {INSTALL}"))?;
    let mut command = Command::new(mdbook);
    command
        .arg("serve")
        .arg(root.join("book"))
        .args(["--hostname", "127.0.0.1", "--port", &port.to_string()])
        .arg("--dest-dir")
        .arg(root.join("target").join("book"))
        .stdin(Stdio::null())
        .kill_on_drop(true);
    if arguments.open {
        command.arg("--open");
    }
    // That very program draws the figures: no cargo between the two.
    let figures = format!(
        "{} figures",
        quoted(&desk::program(&root)?.to_string_lossy())
    );
    command.env("MDBOOK_PREPROCESSOR__FIGURES__COMMAND", figures);
    out::say(&format!(
        "The book: http://127.0.0.1:{port}/ in English, http://127.0.0.1:{port}/fr/ in French. \
         Ctrl-C ends it.\nmdBook's own port, 3000, is left free: the server of ch04 takes it.\n"
    ));
    let runtime = tokio::runtime::Runtime::new().map_err(|error| format!("no runtime: {error}"))?;
    runtime.block_on(serve(command))
}

async fn serve(mut command: Command) -> Result<ExitCode, String> {
    let mut mdbook = command
        .spawn()
        .map_err(|error| format!("mdbook cannot be started: {error}"))?;
    tokio::select! {
        ended = mdbook.wait() => {
            let how = ended.map_or_else(|error| error.to_string(), |status| status.to_string());
            Err(format!("mdbook has ended ({how}); it says why above"))
        }
        () = check::interrupted() => {
            let _ = mdbook.kill().await;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// On the PATH, or where `cargo install --root target/mdbook` puts it.
fn mdbook(root: &Path, folders: &OsStr) -> Option<PathBuf> {
    let name = format!("mdbook{}", env::consts::EXE_SUFFIX);
    env::split_paths(folders)
        .chain([root.join("target").join("mdbook").join("bin")])
        .map(|folder| folder.join(&name))
        .find(|path| path.is_file())
}

/// A port that somebody asked for, when it does.
fn given(port: u16) -> Result<u16, String> {
    if let Some(chapter) = chapters::ALL.iter().find(|chapter| chapter.port == port) {
        return Err(format!(
            "port {port} belongs to the server of {}; choose another, or leave --port out",
            chapter.number()
        ));
    }
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(port),
        Err(error) => Err(format!(
            "port {port}: {error}; choose another, or leave --port out"
        )),
    }
}

/// A port that nobody has now, and no chapter wants.
fn free() -> Result<u16, String> {
    // Held until one does, so that each try gets another.
    let mut held = Vec::new();
    loop {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
        let listener = listener.map_err(|error| format!("no free port: {error}"))?;
        let address = listener.local_addr();
        let port = address
            .map_err(|error| format!("no free port: {error}"))?
            .port();
        if chapters::ALL.iter().all(|chapter| chapter.port != port) {
            return Ok(port);
        }
        held.push(listener);
    }
}

/// A word as mdBook takes it out of a command line: as a POSIX shell would.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_mdbook_on_the_path_and_below_target() {
        let root = tempfile::tempdir().expect("a directory");
        let name = format!("mdbook{}", env::consts::EXE_SUFFIX);
        let place = |folder: &str| {
            let folder = root.path().join(folder);
            std::fs::create_dir_all(&folder).expect("a folder");
            std::fs::write(folder.join(&name), "").expect("a file");
            folder
        };
        assert_eq!(mdbook(root.path(), OsStr::new("")), None);
        let own = place("target/mdbook/bin");
        assert_eq!(mdbook(root.path(), OsStr::new("")), Some(own.join(&name)));
        let on_the_path = place("elsewhere");
        let found = mdbook(root.path(), on_the_path.as_os_str());
        assert_eq!(found, Some(on_the_path.join(&name)));
    }

    #[test]
    fn leaves_the_chapters_their_ports() {
        for chapter in chapters::ALL {
            let why = given(chapter.port).unwrap_err();
            assert!(why.contains("belongs to the server of ch0"), "{why}");
        }
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = taken.local_addr().expect("an address").port();
        assert!(given(port).unwrap_err().contains("leave --port out"));
        let free = free().expect("a port");
        assert_eq!(given(free), Ok(free));
    }

    #[test]
    fn quotes_a_path_for_mdbook() {
        assert_eq!(quoted("/a b/l'xtask"), r"'/a b/l'\''xtask'");
    }
}
