//! The book as mdBook builds it, where there is an mdBook: without a complaint, with
//! the ids that the other tests count on, with its figures, and in both languages.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{book::none, pages, programs};

#[test]
fn mdbook_builds_the_book() {
    let Some(mdbook) = mdbook() else {
        return eprintln!("skipped: mdbook is not on this machine, so the book was not built");
    };
    let place = tempfile::tempdir().expect("a directory");
    let figures = format!("'{}' figures", programs::xtask().display());
    let words = built(&mdbook, place.path(), Some(&figures));
    assert!(
        !words.contains("WARN") && !words.contains("ERROR") && !words.contains("call-out"),
        "{words}"
    );
    let mut wrong = Vec::new();
    for page in pages::all() {
        let html = place.path().join(&page.name).with_extension("html");
        let html = fs::read_to_string(&html).expect("a page");
        let ids = page.ids();
        let missing = ids
            .iter()
            .filter(|id| !html.contains(&format!("id=\"{id}\"")));
        wrong.extend(
            missing.map(|id| format!("mdBook gives {} no id {id}; see Page::ids", page.name)),
        );
        let mut all: Vec<&str> = html
            .split(" id=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        all.sort_unstable();
        let twice = all.windows(2).filter(|pair| pair[0] == pair[1]);
        wrong.extend(twice.map(|pair| format!("{} has the id {} twice", page.name, pair[0])));
        let asked = page.blocks().into_iter();
        let asked = asked.filter(|block| block.kind.starts_with("wire") || block.kind == "report");
        let figures = html.matches("<figure class=\"").count();
        if asked.count() != figures {
            wrong.push(format!("{} has {figures} figures", page.name));
        }
    }
    wrong.extend(not_searched(place.path()));
    none(&wrong);
}

/// Without cargo a figure is what it is a slice of, and nothing is lost.
#[cfg(unix)]
#[test]
fn mdbook_builds_the_book_without_cargo() {
    let Some(mdbook) = mdbook() else {
        return eprintln!("skipped: mdbook is not on this machine, so the book was not built");
    };
    let place = tempfile::tempdir().expect("a directory");
    let words = built(&mdbook, place.path(), None);
    let said: Vec<&str> = words
        .lines()
        .filter(|line| line.contains("WARN") || line.contains("ERROR"))
        .collect();
    let optional = |line: &&str| line.contains("`figures`") && line.contains("optional");
    assert!(!said.is_empty() && said.iter().all(optional), "{words}");
    let html = fs::read_to_string(place.path().join("ch04-sse-counter.html")).expect("a page");
    assert!(!html.contains("<figure class=\"wire\""));
    assert!(html.contains("&lt; data: Ceci est le message 0\\n"));
}

/// mdBook's words about a build into `place`; `figures` is the preprocessor's
/// command, and without one there is no cargo to run it.
fn built(mdbook: &Path, place: &Path, figures: Option<&str>) -> String {
    let mut build = Command::new(mdbook);
    for (name, _) in env::vars_os() {
        // Such variables change the book's settings, and what mdBook says.
        if name.to_string_lossy().starts_with("MDBOOK_") || name == "RUST_LOG" {
            build.env_remove(name);
        }
    }
    match figures {
        Some(command) => build.env("MDBOOK_PREPROCESSOR__FIGURES__COMMAND", command),
        None => build.env("PATH", place),
    };
    let output = build
        .arg("build")
        .arg(programs::root().join("book"))
        .arg("-d")
        .arg(place)
        .output()
        .expect("mdbook");
    let words = [output.stdout, output.stderr].concat();
    let words = String::from_utf8_lossy(&words).into_owned();
    assert!(output.status.success(), "{words}");
    words
}

/// Pages that the search does not know.
fn not_searched(place: &Path) -> Vec<String> {
    let index = fs::read_dir(place).expect("the book").flatten();
    let index = index
        .map(|entry| entry.path())
        .find(|path| path.to_string_lossy().contains("searchindex"));
    let index = fs::read_to_string(index.expect("an index")).expect("text");
    let pages = pages::all().into_iter();
    let unknown = pages.filter(|page| {
        let html = page.name.replace(".md", ".html");
        !index.contains(&format!("\"{html}#"))
    });
    unknown
        .map(|page| format!("the search does not know {}", page.name))
        .collect()
}

/// On the PATH, or where `cargo install --root target/mdbook` puts it.
fn mdbook() -> Option<PathBuf> {
    let name = format!("mdbook{}", env::consts::EXE_SUFFIX);
    let folders = env::var_os("PATH").unwrap_or_default();
    let own = programs::root().join("target/mdbook/bin");
    env::split_paths(&folders)
        .chain([own])
        .map(|folder| folder.join(&name))
        .find(|path| path.is_file())
}
