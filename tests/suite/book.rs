//! The book: what mdBook does not look at. It builds a page whose include, link or
//! anchor leads nowhere, and says nothing, or says it and succeeds.

use std::{fs, time::Duration};

use checker::{
    chapter::{Chapter, Step},
    chapters, console, opening,
    redaction::Masks,
    report::{ChapterReport, StepReport, Verdict},
    snapshot,
    terminal::Style,
};

use crate::{
    pages::{self, Page},
    programs,
};

#[test]
fn includes_give_something() {
    let mut wrong = Vec::new();
    for page in pages::all() {
        for include in page.includes() {
            let gives = page.file(&include.path).and_then(|file| {
                let text = fs::read_to_string(&file).map_err(|error| error.to_string())?;
                let lines: Vec<&str> = text.lines().collect();
                let slice = include.slice(&lines)?;
                let snapshot = file.extension().is_some_and(|kind| kind == "snap");
                if snapshot {
                    whole_scenes(&lines, slice)
                } else {
                    Ok(())
                }
            });
            wrong.extend(
                gives
                    .err()
                    .map(|why| format!("{}: {}: {why}", page.name, include.text)),
            );
        }
    }
    none(&wrong);
}

/// insta's header is no part of a conversation, and half an exchange tells a lie.
fn whole_scenes(lines: &[&str], (from, to): (usize, usize)) -> Result<(), String> {
    let header = lines
        .iter()
        .skip(1)
        .position(|line| *line == "---")
        .map_or(0, |at| at + 2);
    if from != header {
        return Err(format!(
            "the conversation begins at line {}, so write :{}:",
            header + 1,
            header + 1
        ));
    }
    match lines.get(to) {
        Some(next) if !next.starts_with("* ") => {
            Err(format!("it ends in mid-conversation, before {next:?}"))
        }
        _ => Ok(()),
    }
}

/// What a page shows comes from a file that is compiled or checked.
#[test]
fn code_blocks_are_includes_or_commands() {
    let mut wrong = Vec::new();
    for page in pages::all() {
        for block in page.blocks() {
            let included = !block.lines.is_empty()
                && block
                    .lines
                    .iter()
                    .all(|line| line.trim().starts_with("{{#include "));
            if !included && !matches!(block.kind.as_str(), "console" | "sh") {
                wrong.push(format!(
                    "{}:{}: code of the page's own; include it",
                    page.name, block.line
                ));
            }
        }
        let lines: Vec<(usize, String)> = page.prose();
        let indented = lines.windows(2).filter(|pair| {
            pair[0].1.trim().is_empty()
                && (pair[1].1.starts_with("    ") || pair[1].1.starts_with('\t'))
        });
        wrong.extend(
            indented.map(|pair| format!("{}:{}: indented code; include it", page.name, pair[1].0)),
        );
    }
    none(&wrong);
}

#[test]
fn links_lead_somewhere() {
    let mut wrong = Vec::new();
    let pages = pages::all();
    let readme = pages::readme();
    for page in pages.iter().chain([&readme]) {
        for link in page.links() {
            let why = leads(page, &link, &pages).err();
            wrong.extend(why.map(|why| format!("{}: ({link}): {why}", page.name)));
        }
    }
    none(&wrong);
}

fn leads(page: &Page, link: &str, pages: &[Page]) -> Result<(), String> {
    if ["https://", "http://", "mailto:"]
        .iter()
        .any(|scheme| link.starts_with(scheme))
    {
        return Ok(());
    }
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    // In HTML a page is named as the reader's browser finds it.
    let written = path.strip_suffix(".html").map(|page| format!("{page}.md"));
    let written = written.and_then(|written| page.file(&written).ok());
    let target = match written {
        Some(target) => target,
        None if path.is_empty() => page.path.clone(),
        None => page.file(path)?,
    };
    if !target.exists() {
        return Err("there is no such file".into());
    }
    if anchor.is_empty() {
        return Ok(());
    }
    let target = if target == page.path {
        Some(page)
    } else {
        pages.iter().find(|page| page.path == target)
    };
    let target = target.ok_or("an anchor of something that is no page")?;
    if target.ids().iter().any(|id| id == anchor) {
        return Ok(());
    }
    Err(format!(
        "{} has no heading with this id; it has {}",
        target.name,
        target.ids().join(", ")
    ))
}

#[test]
fn the_summary_names_every_page_and_every_chapter_has_one() {
    let summary = pages::summary();
    let named: Vec<String> = summary.links();
    let mut wrong = Vec::new();
    for page in pages::all() {
        if !named.contains(&page.name) {
            wrong.push(format!("SUMMARY.md does not name {}", page.name));
        }
    }
    for chapter in chapters::ALL {
        let (number, slug) = (chapter.number(), chapter.slug);
        let english = format!("- [{number} · {}]({slug}.md)", chapter.title);
        let french = |line: &str| {
            line.starts_with(&format!("- [{number} · "))
                && line.ends_with(&format!("](fr/{slug}.md)"))
        };
        if !summary.text.lines().any(|line| line == english) {
            wrong.push(format!("SUMMARY.md has no {english}"));
        }
        if !summary.text.lines().any(french) {
            wrong.push(format!("SUMMARY.md has no - [{number} · …](fr/{slug}.md)"));
        }
    }
    wrong.extend(named.iter().filter_map(|link| {
        leads(&summary, link, &[])
            .err()
            .map(|why| format!("{link}: {why}"))
    }));
    none(&wrong);
}

/// A finding ends with the place in the book that explains it.
#[test]
fn reports_point_to_headings() {
    let mut wrong = Vec::new();
    for chapter in chapters::ALL {
        // The French page has the same ids; see `editions`.
        let ids = pages::of(chapter).ids();
        // What a browser's own words mean is told on each page that is judged in one.
        let words = if chapter.browser { console::WORDS } else { &[] };
        let lessons = chapter
            .steps
            .iter()
            .flat_map(|step| step.lessons)
            .chain(words)
            .chain(opening::WORDS)
            .map(|lesson| lesson.book.to_owned());
        let steps = pages::marks(chapter)
            .into_iter()
            .map(|mark| format!("step-{}", mark.number));
        let mut missing: Vec<String> = lessons
            .chain(steps)
            .filter(|id| !ids.contains(id))
            .collect();
        missing.sort();
        missing.dedup();
        wrong.extend(
            missing
                .iter()
                .map(|id| format!("{}.md has no heading with the id {id}", chapter.slug)),
        );
    }
    none(&wrong);
}

/// The page gives the instruction that stands above the hole, and the hole's file,
/// and names the steps as the report does: in English in the French edition too.
#[test]
fn steps_are_told_as_in_the_exercise() {
    let mut wrong = Vec::new();
    for chapter in chapters::ALL {
        for page in pages::both(chapter) {
            told_as_in_the_exercise(chapter, &page, &mut wrong);
        }
    }
    none(&wrong);
}

fn told_as_in_the_exercise(chapter: &Chapter, page: &Page, wrong: &mut Vec<String>) {
    for mark in pages::marks(chapter) {
        let section = page.section(&format!("step-{}", mark.number));
        let told = section
            .iter()
            .any(|line| *line == format!("> {}", mark.instruction));
        let named = section
            .iter()
            .any(|line| line.contains(&format!("`src/{}`", mark.file)));
        if !told || !named {
            let (number, instruction, file) = (mark.number, &mark.instruction, &mark.file);
            wrong.push(format!(
                "{}: step {number} should name `src/{file}` and say\n> {instruction}",
                page.name
            ));
        }
    }
    let ticked: Vec<String> = page
        .prose()
        .into_iter()
        .filter_map(|(_, line)| line.strip_prefix("- ✓ ").map(str::to_owned))
        .collect();
    let titles: Vec<&str> = chapter.steps.iter().map(|step| step.title).collect();
    if ticked != titles {
        wrong.push(format!(
            "{}: the lines with ✓ should be, in this order,\n{titles:#?}",
            page.name
        ));
    }
}

/// The green report of each page is what the tool prints, times left out.
#[test]
fn checks_print_what_the_page_says() {
    let mut wrong = Vec::new();
    for chapter in chapters::ALL {
        let command = format!("$ cargo xtask check --solution {}", chapter.number());
        let report = passed(chapter);
        for page in pages::both(chapter) {
            let shown = page
                .blocks()
                .into_iter()
                .find(|block| block.lines.first() == Some(&command));
            let shown = shown
                .map(|block| block.lines[1..].join("\n"))
                .unwrap_or_default();
            if shown.trim_end() != report.trim_end() {
                wrong.push(format!(
                    "{}: below `{command}` should stand\n{report}",
                    page.name
                ));
            }
        }
    }
    none(&wrong);
}

fn passed(chapter: &Chapter) -> String {
    let style = Style {
        colour: false,
        hex: false,
        times: false,
    };
    let steps = chapter.steps.iter().map(|step| StepReport {
        name: step.name.into(),
        title: step.title.into(),
        verdict: Verdict::Passed,
        elapsed: Duration::ZERO,
        detail: shown_beside(chapter, step),
        notes: Vec::new(),
        finding: None,
        masks: Masks::default(),
        transcript: String::new(),
    });
    let report = ChapterReport {
        chapter: chapter.number().into(),
        slug: chapter.slug.into(),
        title: chapter.title.into(),
        program: Vec::new(),
        place: format!("solutions/{}", chapter.slug),
        verdict: Verdict::Passed,
        elapsed: Duration::ZERO,
        seed: 0,
        steps: steps.collect(),
    };
    let mut text = style.heading(&report.chapter, &report.title, &report.place);
    report
        .steps
        .iter()
        .for_each(|step| text += &style.step(step));
    text + &style.closing(&report)
}

/// The start line, beside the step that asks for it.
fn shown_beside(chapter: &Chapter, step: &Step) -> String {
    if step.name != "start" {
        return String::new();
    }
    let text = snapshot::read(&programs::root(), chapter.slug, step.name).expect("a snapshot");
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("| "))
        .unwrap_or_default();
    line.trim_end_matches("\\n").to_owned()
}

/// A page's faults, all at once.
pub fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
