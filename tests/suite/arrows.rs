//! Which module may name which: data flows one way, and this test is the drawing.

use std::fs;

use crate::{programs, tidy::sources};

/// Data flows one way: program, recorder, transcript, comparison, report,
/// renderer. Each module with those of the crate that it may name.
#[test]
fn imports_point_one_way() {
    let arrows: &[(&str, &[&str])] = &[
        ("visible", &[]),
        ("capital", &[]),
        ("limits", &[]),
        ("digest", &[]),
        ("allowance", &["limits"]),
        ("processes", &["limits"]),
        ("scratch", &["limits"]),
        ("control_group", &["allowance", "limits"]),
        (
            "watch",
            &["allowance", "control_group", "limits", "processes"],
        ),
        ("fence", &["allowance", "control_group"]),
        ("leash", &[]),
        ("load", &[]),
        ("loopback", &[]),
        ("markup", &["visible"]),
        ("island", &["control_group", "limits"]),
        (
            "probe",
            &[
                "allowance",
                "fence",
                "island",
                "limits",
                "processes",
                "scratch",
            ],
        ),
        ("instant", &[]),
        ("redaction", &[]),
        ("diagnostic", &[]),
        ("cargo", &["diagnostic", "program"]),
        ("snapshot", &[]),
        ("transcript", &["visible", "limits"]),
        (
            "program",
            &["allowance", "fence", "limits", "processes", "watch"],
        ),
        (
            "browser",
            &["leash", "limits", "load", "program", "scratch"],
        ),
        (
            "recorder",
            &[
                "allowance",
                "browser",
                "digest",
                "fence",
                "instant",
                "limits",
                "loopback",
                "processes",
                "program",
                "redaction",
                "scratch",
                "transcript",
                "visible",
            ],
        ),
        ("meaning", &["transcript"]),
        (
            "comparison",
            &["meaning", "redaction", "transcript", "visible"],
        ),
        ("chapter", &["recorder"]),
        ("report", &["diagnostic", "redaction"]),
        ("console", &["chapter"]),
        ("opening", &["chapter"]),
        ("printed", &["chapter"]),
        ("excess", &["recorder", "report"]),
        ("doubled", &["report"]),
        ("undone", &["diagnostic", "report"]),
        ("unfilled", &["report"]),
        ("forms", &["report"]),
        ("framing", &["report"]),
        (
            "evidence",
            &[
                "capital",
                "chapter",
                "recorder",
                "report",
                "transcript",
                "visible",
            ],
        ),
        (
            "advice",
            &[
                "chapter",
                "comparison",
                "console",
                "doubled",
                "evidence",
                "excess",
                "forms",
                "framing",
                "opening",
                "printed",
                "recorder",
                "report",
                "transcript",
                "unfilled",
                "visible",
            ],
        ),
        (
            "performance",
            &["allowance", "chapter", "program", "recorder"],
        ),
        (
            "check",
            &[
                "advice",
                "chapter",
                "comparison",
                "diagnostic",
                "limits",
                "performance",
                "program",
                "recorder",
                "redaction",
                "report",
                "snapshot",
                "undone",
            ],
        ),
        ("folding", &["visible"]),
        ("terminal", &["folding", "report", "transcript"]),
        ("json", &["diagnostic", "report"]),
        ("junit", &["markup", "report", "terminal"]),
        ("lib", &[]),
    ];
    let modules: Vec<&str> = arrows.iter().map(|(name, _)| *name).collect();
    for (path, text) in sources() {
        let Ok(inside) = path.strip_prefix("tests/src") else {
            continue;
        };
        let first = inside
            .iter()
            .next()
            .unwrap_or_default()
            .to_string_lossy()
            .replace(".rs", "");
        let arrow = arrows.iter().find(|(name, _)| *name == first);
        let (name, allowed) =
            arrow.unwrap_or_else(|| panic!("{first} is new: say in arrows.rs what it may import"));
        // Tests inside a module may reach further.
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for used in modules.iter().filter(|used| imports(code, used)) {
            assert!(
                used == name || allowed.contains(used),
                "{}: {name} must not import {used}",
                path.display()
            );
        }
    }
}

/// Whether code names `crate::module`, alone or in a list of imports.
fn imports(code: &str, module: &str) -> bool {
    let word = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let direct = format!("crate::{module}");
    if code
        .match_indices(&direct)
        .any(|(at, _)| word(&code[at + direct.len()..]))
    {
        return true;
    }
    let lists = code
        .split("use crate::{")
        .skip(1)
        .map(|rest| rest.split("};").next().unwrap_or(rest));
    lists.flat_map(str::lines).any(|line| {
        let line = line.trim_start();
        // Items of one module are on lines of their own, deeper in.
        line.split(", ")
            .any(|item| item.strip_prefix(module).is_some_and(word))
    })
}

/// Everything after the recorder is pure: it is tested without a process.
#[test]
fn what_judges_touches_nothing() {
    for name in [
        "capital",
        "chapter",
        "comparison",
        "console",
        "doubled",
        "evidence",
        "excess",
        "folding",
        "forms",
        "framing",
        "instant",
        "junit",
        "markup",
        "meaning",
        "opening",
        "printed",
        "redaction",
        "report",
        "advice",
        "terminal",
        "json",
        "transcript",
        "visible",
    ] {
        let text = fs::read_to_string(programs::root().join(format!("tests/src/{name}.rs")))
            .expect("a module");
        for outside in ["std::net", "std::process", "std::fs", "std::env", "tokio"] {
            assert!(
                !text.contains(outside),
                "{name} judges, and must not touch {outside}"
            );
        }
    }
}
