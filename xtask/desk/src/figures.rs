//! `cargo xtask figures`: the book's preprocessor. mdBook starts it, writes the
//! book to its standard input as JSON and reads it back, with figures in it.

use std::{
    io::{Read, Write},
    process::ExitCode,
};

use clap::{Args, Subcommand};
use serde_json::Value;

use crate::figure;

/// The only renderer that shows HTML.
const RENDERER: &str = "html";

/// What mdBook asks.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    question: Option<Question>,
}

#[derive(Subcommand)]
enum Question {
    /// Whether pages for this renderer get figures: exit code 0 or 1
    Supports {
        /// Its name
        renderer: String,
    },
}

/// Answers mdBook.
///
/// # Errors
/// With one line when standard input holds no book of mdBook's.
pub fn run(arguments: Arguments) -> Result<ExitCode, String> {
    if let Some(Question::Supports { renderer }) = arguments.question {
        return Ok(ExitCode::from(u8::from(renderer != RENDERER)));
    }
    let mut text = String::new();
    let read = std::io::stdin().read_to_string(&mut text);
    read.map_err(|error| format!("the book on standard input: {error}"))?;
    let mut written = std::io::stdout();
    let book = drawn(&text)?;
    written
        .write_all(book.as_bytes())
        .and_then(|()| written.flush())
        .map_err(|error| format!("the book cannot be given back: {error}"))?;
    Ok(ExitCode::SUCCESS)
}

/// The book of `[context, book]`, its blocks drawn.
fn drawn(text: &str) -> Result<String, String> {
    let no_book = "this command is for mdBook, which writes a book to it; run `cargo xtask book`";
    let mut input: Value = serde_json::from_str(text).map_err(|_| no_book)?;
    let book = input.get_mut(1).ok_or(no_book)?;
    draw(book);
    Ok(book.to_string())
}

/// Chapters stand in lists, and in the chapters above them.
fn draw(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(draw),
        Value::Object(fields) => {
            let path = fields.get("path").and_then(Value::as_str);
            let content = fields.get("content").and_then(Value::as_str);
            if let Some((path, content)) = path.zip(content) {
                let page = figure::page(content, path);
                for (number, quote) in &page.missing {
                    eprintln!("{path}: call-out {number} quotes {quote:?}, which nobody says");
                }
                fields.insert("content".into(), page.text.into());
            }
            fields.values_mut().for_each(draw);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_in_every_chapter_and_keeps_the_rest() {
        let chapter = |path: &str, inner: Value| {
            serde_json::json!({"Chapter": {
                "name": "A",
                "content": "# A\n\n```wire\n* 1 s passes\n```\n",
                "path": path,
                "sub_items": inner,
            }})
        };
        let inner = chapter("fr/b.md", Value::Array(Vec::new()));
        let outer = chapter("a.md", Value::Array(vec![inner]));
        let draft = serde_json::json!({"Chapter": {"name": "Later", "content": "", "path": null}});
        let input = serde_json::json!([{"root": "/"}, {"items": ["Separator", outer, draft]}]);
        let book: Value =
            serde_json::from_str(&drawn(&input.to_string()).expect("a book")).unwrap();
        assert_eq!(book["items"][0], "Separator");
        let outer = &book["items"][1]["Chapter"];
        let inner = &outer["sub_items"][0]["Chapter"];
        for chapter in [outer, inner] {
            assert_eq!(chapter["name"], "A");
            let content = chapter["content"].as_str().unwrap();
            assert!(content.contains("<figure"), "{content}");
        }
        assert_eq!(book["items"][2], draft);
    }

    #[test]
    fn says_what_it_is_for() {
        for text in ["", "[]", "{}", "[1]"] {
            assert!(drawn(text).unwrap_err().contains("cargo xtask book"));
        }
    }
}
