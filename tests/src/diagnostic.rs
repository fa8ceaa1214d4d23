//! What the compiler says of a package, as cargo passes it on.

use serde_json::Value;

/// The most letters of a warning in a report: the name of a type may fill pages.
const LETTERS: usize = 240;

/// How cargo begins a line that holds one.
const BEGINS: &str = r#"{"reason":"compiler-message""#;

/// One thing that the compiler said.
#[derive(Debug)]
pub struct Diagnostic {
    /// The package that it was said of, if it is one of a program of the same name.
    pub package: String,
    /// All of it, as the compiler shows it in a terminal.
    pub rendered: String,
    /// In short, when it hinders nothing.
    pub warning: Option<Warning>,
}

/// The lints that are about what a program does; others are about how it reads.
const TELLING: [&str; 2] = ["unused_must_use", "unconditional_recursion"];

/// What a future's own message says of it.
const IDLE: &str = "futures do nothing";

/// A warning in short. What it warns of may be why a program does not do as its source
/// reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Whether it is of a future that nobody awaits, which does nothing at all.
    pub idle: bool,
    /// Where, `exercises/ch02-wss-echo/src/serve.rs:23`.
    pub place: String,
    /// What, and what follows from it.
    pub words: String,
}

impl Diagnostic {
    /// The one in a line that cargo writes when it is asked for messages in JSON.
    pub fn in_message(line: &str) -> Option<Self> {
        if !line.starts_with(BEGINS) {
            return None;
        }
        let message: Value = serde_json::from_str(line).ok()?;
        let said = &message["message"];
        Some(Self {
            // A library's name has no hyphens.
            package: message["target"]["name"].as_str()?.replace('_', "-"),
            rendered: said["rendered"].as_str().unwrap_or_default().to_owned(),
            warning: warning(said),
        })
    }
}

fn warning(said: &Value) -> Option<Warning> {
    let lint = said["code"]["code"].as_str().unwrap_or_default();
    if said["level"] != "warning" || !TELLING.contains(&lint) {
        return None;
    }
    let mut spans = said["spans"].as_array()?.iter();
    let span = spans.find(|span| span["is_primary"] == true)?;
    let place = format!("{}:{}", span["file_name"].as_str()?, span["line_start"]);
    let mut words = said["message"].as_str()?.to_owned();
    let mut children = said["children"].as_array()?.iter();
    let consequence = children.find_map(|child| {
        let words = child["message"].as_str()?;
        let names_its_lint = words.contains("#[warn(") || words.contains("`-W ");
        (child["level"] == "note" && !names_its_lint).then_some(words)
    });
    if let Some(consequence) = consequence {
        words = format!("{words}: {consequence}");
    }
    Some(Warning {
        idle: words.contains(IDLE),
        place: printable(&place),
        words: printable(&words),
    })
}

/// Without what a terminal obeys, and not longer than is read.
fn printable(text: &str) -> String {
    let plain = text.chars().filter(|letter| !letter.is_control());
    let mut short: String = plain.clone().take(LETTERS).collect();
    if plain.count() > LETTERS {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn line(said: &Value) -> String {
        let target = json!({ "name": "ch02_wss_echo" });
        let (target, said) = (target.to_string(), said.to_string());
        format!(r#"{{"reason":"compiler-message","target":{target},"message":{said}}}"#)
    }

    #[test]
    fn a_warning_is_told_with_its_consequence() {
        let lint = json!({ "level": "note", "message": "`#[warn(unused)]` on by default" });
        let note = json!({ "level": "note", "message": "futures do nothing" });
        let said = json!({
            "level": "warning",
            "code": { "code": "unused_must_use" },
            "message": "unused future",
            "rendered": "warning: unused future\n",
            "spans": [
                { "file_name": "src/other.rs", "line_start": 1, "is_primary": false },
                { "file_name": "src/\u{1b}main.rs", "line_start": 70, "is_primary": true },
            ],
            "children": [lint, note],
        });
        let found = Diagnostic::in_message(&line(&said)).unwrap();
        assert_eq!(found.package, "ch02-wss-echo");
        assert_eq!(found.rendered, "warning: unused future\n");
        let warning = Warning {
            idle: true,
            place: "src/main.rs:70".into(),
            words: "unused future: futures do nothing".into(),
        };
        assert_eq!(found.warning, Some(warning));
    }

    #[test]
    fn what_hinders_is_no_warning() {
        let said = json!({ "level": "error", "message": "no", "rendered": "error: no\n" });
        let found = Diagnostic::in_message(&line(&said)).unwrap();
        assert_eq!(
            (found.rendered.as_str(), found.warning),
            ("error: no\n", None)
        );
        let style = json!({ "level": "warning", "code": { "code": "non_snake_case" } });
        let found = Diagnostic::in_message(&line(&style)).unwrap();
        assert_eq!(found.warning, None);
        for line in [
            "",
            "error: no",
            r#"{"reason":"build-finished","success":true}"#,
        ] {
            assert!(Diagnostic::in_message(line).is_none(), "{line}");
        }
    }

    #[test]
    fn a_long_warning_is_cut() {
        let said = json!({
            "level": "warning",
            "code": { "code": "unconditional_recursion" },
            "message": "é".repeat(5000),
            "spans": [{ "file_name": "main.rs", "line_start": 1, "is_primary": true }],
            "children": [],
        });
        let found = Diagnostic::in_message(&line(&said)).unwrap();
        let words = found.warning.unwrap().words;
        assert_eq!(words, format!("{}…", "é".repeat(LETTERS)));
    }
}
