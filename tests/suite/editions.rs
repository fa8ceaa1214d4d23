//! English and French hold together: the same pages, and in each the same
//! headings, slices, figures, panels and commands, in the same order. The words are
//! for a reader to judge.

use std::fmt::Debug;

use crate::{
    book::none,
    pages::{self, Page},
};

/// Each English page with its French one.
fn pairs() -> Vec<(Page, Page)> {
    let (french, english): (Vec<Page>, Vec<Page>) = pages::all()
        .into_iter()
        .partition(|page| page.name.starts_with("fr/"));
    let mut french = french.into_iter();
    let mut pairs = Vec::new();
    let mut alone = Vec::new();
    let mut rest: Vec<Page> = french.by_ref().collect();
    for page in english {
        let name = format!("fr/{}", page.name);
        match rest.iter().position(|other| other.name == name) {
            Some(at) => pairs.push((page, rest.swap_remove(at))),
            None => alone.push(format!("{} has no {name}", page.name)),
        }
    }
    let left = rest.iter();
    alone.extend(left.map(|page| format!("{} has no English page", page.name)));
    none(&alone);
    pairs
}

/// What of two pages must be the same, one after the other.
fn same<T: PartialEq + Debug>(what: &str, of: impl Fn(&Page) -> Vec<T>) {
    let mut wrong = Vec::new();
    for (english, french) in pairs() {
        let (one, other) = (of(&english), of(&french));
        let length = one.len().max(other.len());
        let differs = (0..length).find(|at| one.get(*at) != other.get(*at));
        if let Some(at) = differs {
            wrong.push(format!(
                "{what} {} of {}: {:?}\n{what} {} of {}: {:?}",
                at + 1,
                english.name,
                one.get(at),
                at + 1,
                french.name,
                other.get(at)
            ));
        }
    }
    none(&wrong);
}

#[test]
fn the_summary_has_both_in_one_order() {
    let links = pages::summary().links();
    let (french, english): (Vec<String>, Vec<String>) =
        links.into_iter().partition(|link| link.starts_with("fr/"));
    let expected: Vec<String> = english.iter().map(|link| format!("fr/{link}")).collect();
    assert_eq!(french, expected);
}

/// A heading's own id is the same in both; one made from its words could not be.
#[test]
fn they_have_the_same_headings() {
    let mut wrong = Vec::new();
    for page in pages::all() {
        let headings = page.headings();
        let first = headings.iter().filter(|heading| heading.level == 1).count();
        if first != 1 {
            wrong.push(format!("{}: {first} headings of level 1", page.name));
        }
        let below = headings.iter().filter(|heading| heading.level > 1);
        wrong.extend(below.filter(|heading| !heading.named).map(|heading| {
            let id = &heading.id;
            format!(
                "{}: give the heading an id of its own: {{#{id}}}",
                page.name
            )
        }));
    }
    none(&wrong);
    same("heading", |page| {
        let below = page.headings().into_iter();
        let below = below.filter(|heading| heading.level > 1);
        below.map(|heading| (heading.level, heading.id)).collect()
    });
}

#[test]
fn they_include_the_same_slices() {
    same("include", |page| {
        let includes = page.includes().into_iter();
        includes
            .map(|include| (page.file(&include.path), include.part))
            .collect()
    });
}

/// The same figures, and the same commands: what is typed has no language.
#[test]
fn they_have_the_same_blocks() {
    same("block", |page| {
        let blocks = page.blocks().into_iter();
        blocks
            .map(|block| {
                let typed = block
                    .lines
                    .into_iter()
                    .filter(|line| line.starts_with("$ "));
                (block.kind, typed.collect::<Vec<String>>())
            })
            .collect()
    });
}

#[test]
fn they_quote_the_same_call_outs() {
    same("call-out", |page| {
        let prose = page.prose().into_iter();
        let item = |(_, line): (usize, String)| {
            let (number, rest) = line.split_once(". `")?;
            number.parse::<usize>().ok()?;
            Some(rest.split('`').next()?.to_owned())
        };
        prose.filter_map(item).collect()
    });
}

#[test]
fn they_have_the_same_panels_and_folded_answers() {
    same("element", |page| {
        let prose = page.prose().into_iter();
        prose
            .filter_map(|(_, line)| match line.trim().split_once("\">") {
                Some((panel, _)) if panel.starts_with("<live-panel url=\"") => {
                    Some(panel.to_owned())
                }
                _ => (line.trim() == "<details>").then(|| line.trim().to_owned()),
            })
            .collect()
    });
}

/// The first line leads to the same page in the other edition; the stylesheet and
/// the script know the edition by it. French is marked as such, for a reader's voice.
#[test]
fn each_page_leads_to_the_other_one() {
    let mut wrong = Vec::new();
    for (english, french) in pairs() {
        let html = english.name.replace(".md", ".html");
        let begins = format!(
            "<p class=\"edition\"><a href=\"fr/{html}\" hreflang=\"fr\" lang=\"fr\">Français</a></p>\n\n"
        );
        if !english.text.starts_with(&begins) {
            wrong.push(format!("{} should begin with\n{begins}", english.name));
        }
        let begins = format!(
            "<p class=\"edition\"><a href=\"../{html}\" hreflang=\"en\" lang=\"en\">English</a></p>\n\n\
             <div lang=\"fr\">\n\n"
        );
        if !french.text.starts_with(&begins) || !french.text.ends_with("\n\n</div>\n") {
            wrong.push(format!(
                "{} should begin as below and end with </div> after an empty line\n{begins}",
                french.name
            ));
        }
    }
    none(&wrong);
}
