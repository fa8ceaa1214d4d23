//! What the book promises of each step of an exercise: a solution in which the later
//! steps are still holes passes all that stands below the headings of the earlier ones,
//! and fails next at what stands below its own.

use std::{
    fs,
    path::{Path, PathBuf},
};

use checker::{
    chapter::Chapter,
    chapters,
    check::Check,
    program::Invocation,
    report::{ChapterReport, Verdict},
};

use crate::{
    mutants::{self, Variant},
    programs,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_step_turns_green_what_its_page_says() {
    let root = programs::root();
    let ways: Vec<(&Chapter, u32)> = chapters::ALL
        .iter()
        .flat_map(|chapter| (1..steps(&root, chapter)).map(move |written| (chapter, written)))
        .collect();
    let variants: Vec<Variant> = ways
        .iter()
        .map(|(chapter, written)| as_far_as(&root, chapter, *written))
        .collect();
    let built = mutants::build(&root, &mutants::target().join("promises"), &variants);
    let built = built.unwrap_or_else(|error| panic!("{error}"));
    let checks: Vec<_> = ways
        .into_iter()
        .zip(built)
        .map(|(way, run)| (way, tokio::spawn(check(way.0, run))))
        .collect();
    let mut broken = Vec::new();
    for ((chapter, written), report) in checks {
        let report = report.await.expect("a check");
        let page = fs::read_to_string(root.join(format!("book/src/{}.md", chapter.slug)));
        let promises = promises(&page.expect("a page"));
        broken.extend(
            differences(&promises, written, &report)
                .into_iter()
                .map(|what| format!("{} after step {written}: {what}", chapter.number())),
        );
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// What does not come as promised, once so many steps are written.
fn differences(promises: &[(u32, String)], written: u32, report: &ChapterReport) -> Vec<String> {
    let passes = |title: &str| {
        let step = report.steps.iter().find(|step| step.title == title);
        step.is_some_and(|step| matches!(step.verdict, Verdict::Passed | Verdict::Skipped))
    };
    let early = promises
        .iter()
        .filter(|(step, title)| *step <= written && !passes(title))
        .map(|(step, title)| format!("step {step} promises `{title}`, which fails"));
    let mut found: Vec<String> = early.collect();
    // Without a browser nobody knows what comes next.
    if report
        .steps
        .iter()
        .any(|step| step.verdict == Verdict::Skipped)
    {
        return found;
    }
    let next = promises.iter().find(|(_, title)| !passes(title));
    match next {
        Some((step, _)) if *step == written + 1 => (),
        Some((step, title)) => found.push(format!("`{title}` of step {step} fails next")),
        None => found.push("all passes already".into()),
    }
    found
}

/// The step and the title of each `- ✓ ` line of a page, in its order.
fn promises(page: &str) -> Vec<(u32, String)> {
    let mut promises = Vec::new();
    let mut step = 0;
    for line in page.lines() {
        if let Some((_, number)) = line.split_once("{#step-") {
            step = number.trim_end_matches('}').parse().unwrap_or(0);
        }
        // What is green before the first step needs none.
        if let (Some(title), 1..) = (line.strip_prefix("- ✓ "), step) {
            promises.push((step, title.to_owned()));
        }
    }
    promises
}

/// How many steps a chapter's exercise has.
fn steps(root: &Path, chapter: &Chapter) -> u32 {
    let sources = sources(root, chapter);
    let marks = sources.iter().flat_map(|(_, text)| text.lines());
    u32::try_from(marks.filter(|line| line.contains("ANCHOR: step-")).count()).expect("a few")
}

/// The solution with a hole for each step after `written`.
fn as_far_as(root: &Path, chapter: &Chapter, written: u32) -> Variant {
    let holes = |(path, text): (String, String)| {
        let hole = match path.ends_with(".html") {
            true => |step: u32| format!("throw new Error(\"step {step}\");\n"),
            false => |step: u32| format!("todo!(\"step {step}\")\n"),
        };
        let mut out = match path == "src/lib.rs" {
            // What a hole leaves unused is no mistake.
            true => "#![allow(unused)]\n".to_owned(),
            false => String::new(),
        };
        let mut within = 0;
        for line in text.split_inclusive('\n') {
            if let Some((_, number)) = line.split_once("ANCHOR: step-") {
                let number = number.split(' ').next().and_then(|step| step.parse().ok());
                within = number.filter(|step| *step > written).unwrap_or(0);
                if within > 0 {
                    out += &hole(within);
                }
            }
            if within == 0 {
                out += line;
            }
            if line.contains("ANCHOR_END: step-") {
                within = 0;
            }
        }
        (path, out)
    };
    Variant {
        slug: chapter.slug,
        package: format!("{}-step-{written}", chapter.number()),
        changed: sources(root, chapter).into_iter().map(holes).collect(),
    }
}

/// The files of a solution, `src/lib.rs` and what it says.
fn sources(root: &Path, chapter: &Chapter) -> Vec<(String, String)> {
    let folder = root.join("solutions").join(chapter.slug).join("src");
    let files = ["rs", "html"].map(|kind| mutants::files(&folder, kind));
    let read = |file: &PathBuf| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let text = fs::read_to_string(file).expect("a source");
        (format!("src/{name}"), text)
    };
    files.concat().iter().map(read).collect()
}

async fn check(chapter: &'static Chapter, run: Invocation) -> ChapterReport {
    let _place = mutants::place(chapter).await;
    let check = Check {
        keep_going: true,
        ..programs::check(run)
    };
    check.chapter(chapter, |_| {}).await
}
