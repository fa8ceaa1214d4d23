//! The book's figures: each is a slice of something that was said, the preprocessor
//! draws it, and what a call-out quotes stands in it.

use std::{
    fs,
    io::Write,
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use crate::{
    book::none,
    pages::{self, Page},
    programs,
};

/// What the preprocessor makes of them.
const KINDS: [&str; 3] = ["wire", "wire ladder", "report"];

#[test]
fn figures_hold_nothing_but_slices() {
    let mut wrong = Vec::new();
    for page in pages::all() {
        let ours = |kind: &str| kind.starts_with("wire") || kind.starts_with("report");
        for block in page.blocks().into_iter().filter(|block| ours(&block.kind)) {
            let at = format!("{}:{}", page.name, block.line);
            if !KINDS.contains(&&*block.kind) {
                wrong.push(format!("{at}: {:?} is none of {KINDS:?}", block.kind));
            }
            let slice = |line: &String| {
                let path = line.strip_prefix("{{#include ");
                path.is_some_and(|path| path.contains(".snap:") && path.ends_with("}}"))
            };
            if block.lines.is_empty() || !block.lines.iter().all(slice) {
                wrong.push(format!("{at}: a figure holds slices of snapshots alone"));
            }
        }
    }
    none(&wrong);
}

/// Everything that says `wire` or `report` becomes a figure, in the page's language.
#[test]
fn the_preprocessor_draws_them_all() {
    let pages = pages::all();
    let (drawn, complaints) = preprocessed(&pages);
    assert!(complaints.is_empty(), "\n{complaints}");
    let mut wrong = Vec::new();
    for (page, drawn) in pages.iter().zip(drawn) {
        let blocks = page.blocks();
        for (kind, class) in KINDS.iter().zip(["wire", "ladder", "report"]) {
            let asked = blocks.iter().filter(|block| block.kind == *kind).count();
            let figure = format!("<figure class=\"{class}\"");
            let found = drawn.matches(&figure).count();
            if asked != found {
                wrong.push(format!(
                    "{}: {asked} blocks {kind:?}, {found} figures: is a fence indented?",
                    page.name
                ));
            }
        }
        let french = page.name.starts_with("fr/");
        let (own, other) = if french {
            (">serveur<", ">server<")
        } else {
            (">server<", ">serveur<")
        };
        if drawn.contains(other)
            || (drawn.contains("<figure class=\"ladder\"") && !drawn.contains(own))
        {
            wrong.push(format!("{}: a figure in another language", page.name));
        }
    }
    none(&wrong);
}

/// The pages as mdBook gives them, their includes followed; as they come back,
/// and what was said about them.
fn preprocessed(pages: &[Page]) -> (Vec<String>, String) {
    let items: Vec<Value> = pages
        .iter()
        .map(|page| json!({"Chapter": {"path": page.name, "content": followed(page)}}))
        .collect();
    let input = json!([{}, {"items": items}]).to_string();
    let mut child = Command::new(programs::xtask())
        .arg("figures")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("xtask");
    let mut asks = child.stdin.take().expect("its input");
    asks.write_all(input.as_bytes()).expect("a reader");
    drop(asks);
    let output = child.wait_with_output().expect("an answer");
    let book: Value = serde_json::from_slice(&output.stdout).expect("a book");
    let items = book["items"].as_array().expect("items");
    let content = |item: &Value| {
        item["Chapter"]["content"]
            .as_str()
            .expect("text")
            .to_owned()
    };
    (
        items.iter().map(content).collect(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

fn followed(page: &Page) -> String {
    let mut text = page.text.clone();
    for include in page.includes() {
        let file = page.file(&include.path).expect("a file");
        let whole = fs::read_to_string(file).expect("text");
        let lines: Vec<&str> = whole.lines().collect();
        let (from, to) = include.slice(&lines).expect("a slice");
        text = text.replacen(&include.text, &lines[from..to].join("\n"), 1);
    }
    text
}
