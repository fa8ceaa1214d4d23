//! The terminal: whether reports have their colours, room and letters in it.

use std::{env, io, io::IsTerminal, path::Path};

use checker::folding::WIDTH;
use terminal_size::{Height, Width, terminal_size_of};

use super::Finding;
use crate::check;

/// Rows that the screen of `watch` is laid out for.
const ROWS: u16 = 24;

/// What reports are written with beside ASCII, and how it should look.
const LETTERS: &str = "✓ é › 🦀 (a tick, an e acute, an angle, a crab)";

pub fn look(_root: &Path) -> Vec<Finding> {
    vec![colours(), size(), letters()]
}

fn colours() -> Finding {
    let what = "colours";
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    if check::colour() {
        Finding::good(what, "used")
    } else if !io::stdout().is_terminal() {
        Finding::good(what, "none: this is written to no terminal")
    } else if set("NO_COLOR") {
        Finding::good(what, "none, as NO_COLOR asks")
    } else {
        Finding::spare(what, "none: TERM is dumb", "`export TERM=xterm-256color`")
    }
}

fn size() -> Finding {
    let what = "size";
    match terminal_size_of(io::stdout()) {
        None => Finding::good(
            what,
            format!("no terminal; lines have up to {WIDTH} columns"),
        ),
        Some((Width(columns), Height(rows))) => {
            let found = format!("{columns} columns, {rows} rows");
            if usize::from(columns) < WIDTH || rows < ROWS {
                let cure = format!(
                    "make the window larger, or its letters smaller: reports are written for \
                     {WIDTH} columns, and `watch` for {ROWS} rows"
                );
                Finding::spare(what, found, cure)
            } else {
                Finding::good(what, found)
            }
        }
    }
}

/// What the system says of the terminal's letters; whether it is true, one has to see.
fn letters() -> Finding {
    let what = "letters";
    let cure = if cfg!(windows) {
        "if they look otherwise: `chcp 65001`, or Windows Terminal"
    } else {
        "if they look otherwise: `export LC_ALL=C.UTF-8`, and a terminal that shows UTF-8"
    };
    match is_utf_8(|name| env::var(name).ok()) {
        true => Finding::good(what, LETTERS),
        false => Finding::spare(what, LETTERS, cure),
    }
}

/// Whether the locale is one of UTF-8: the first of these that is set says so (POSIX,
/// Environment Variables, 8.2).
fn is_utf_8(read: impl Fn(&str) -> Option<String>) -> bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"];
    let mut set = names
        .iter()
        .filter_map(|name| read(name))
        .filter(|value| !value.is_empty());
    set.next().is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_locale_that_is_set_counts() {
        let of = |all: &[(&str, &str)]| {
            is_utf_8(|name| {
                let found = all.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        assert!(of(&[("LANG", "fr_FR.UTF-8")]));
        assert!(of(&[("LC_ALL", ""), ("LC_CTYPE", "C.utf8"), ("LANG", "C")]));
        assert!(!of(&[("LC_ALL", "C"), ("LANG", "fr_FR.UTF-8")]));
        assert!(!of(&[]));
    }
}
