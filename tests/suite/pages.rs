//! The book's pages as the suite reads them: blocks of code, includes, links, the
//! ids of headings; and the steps they tell of. As much Markdown as the pages use.

use std::{
    fs,
    path::{Path, PathBuf},
};

use checker::chapter::Chapter;

use crate::programs;

/// One page, or another file in Markdown.
pub struct Page {
    /// Below `book/src`, as SUMMARY names it.
    pub name: String,
    pub path: PathBuf,
    pub text: String,
}

/// A fenced block of code.
pub struct Block {
    /// The word behind its fence.
    pub kind: String,
    /// The line of its fence, from 1.
    pub line: usize,
    pub lines: Vec<String>,
}

/// `{{#include path:part}}`.
pub struct Include {
    pub text: String,
    pub path: String,
    pub part: String,
}

/// A heading.
pub struct Heading {
    /// Its line, from 1.
    line: usize,
    pub level: usize,
    /// Its own `{#id}`, or the text in lower case with dashes for spaces and
    /// without punctuation.
    pub id: String,
    /// Whether the id is written there.
    pub named: bool,
}

/// Every page but the summary.
pub fn all() -> Vec<Page> {
    let mut found = Vec::new();
    collect(&source(), &mut found);
    found.retain(|page| page.name != "SUMMARY.md");
    assert!(!found.is_empty(), "the book has no page");
    found
}

/// A chapter's page, in English.
pub fn of(chapter: &Chapter) -> Page {
    read(source().join(format!("{}.md", chapter.slug)))
}

/// A chapter's page in each edition.
pub fn both(chapter: &Chapter) -> [Page; 2] {
    let french = source().join("fr").join(format!("{}.md", chapter.slug));
    [of(chapter), read(french)]
}

pub fn summary() -> Page {
    read(source().join("SUMMARY.md"))
}

pub fn readme() -> Page {
    read(programs::root().join("README.md"))
}

fn source() -> PathBuf {
    programs::root().join("book").join("src")
}

fn read(path: PathBuf) -> Page {
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let name = path
        .strip_prefix(source())
        .unwrap_or(&path)
        .to_string_lossy()
        .replace('\\', "/");
    Page {
        name,
        path,
        text: text.replace("\r\n", "\n"),
    }
}

fn collect(folder: &Path, found: &mut Vec<Page>) {
    for entry in fs::read_dir(folder).expect("the book's pages").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "md") {
            found.push(read(path));
        }
    }
}

impl Page {
    /// Where a relative path of this page leads.
    pub fn file(&self, path: &str) -> Result<PathBuf, String> {
        let mut file = self.path.parent().unwrap_or(Path::new("")).to_owned();
        for part in path.split('/') {
            match part {
                "." | "" => {}
                ".." => drop(file.pop()),
                part => file.push(part),
            }
        }
        if file.is_file() || file.is_dir() {
            Ok(file)
        } else {
            Err("there is no such file".into())
        }
    }

    pub fn blocks(&self) -> Vec<Block> {
        self.parts().1
    }

    /// The lines outside blocks of code, each with its number from 1.
    pub fn prose(&self) -> Vec<(usize, String)> {
        self.parts().0
    }

    fn parts(&self) -> (Vec<(usize, String)>, Vec<Block>) {
        let (mut prose, mut blocks) = (Vec::new(), Vec::new());
        let mut open: Option<(String, Block)> = None;
        for (line, text) in (1..).zip(self.text.lines()) {
            let fence = fence(text);
            open = match (open, fence) {
                (Some((end, block)), Some((fence, ""))) if fence.starts_with(&end) => {
                    blocks.push(block);
                    None
                }
                (Some((end, mut block)), _) => {
                    block.lines.push(text.to_owned());
                    Some((end, block))
                }
                (None, Some((fence, kind))) => Some((
                    fence.to_owned(),
                    Block {
                        kind: kind.to_owned(),
                        line,
                        lines: Vec::new(),
                    },
                )),
                (None, None) => {
                    prose.push((line, text.to_owned()));
                    None
                }
            };
        }
        assert!(
            open.is_none(),
            "{}: a block of code does not end",
            self.name
        );
        (prose, blocks)
    }

    pub fn includes(&self) -> Vec<Include> {
        let directives = self.text.match_indices("{{#").map(|(at, _)| {
            let rest = &self.text[at..];
            rest.find("}}").map_or(rest, |end| &rest[..end + 2])
        });
        let parse = |text: &str| {
            let inside = text
                .strip_prefix("{{#include ")
                .and_then(|text| text.strip_suffix("}}"));
            let inside = inside
                .unwrap_or_else(|| panic!("{}: {text} is no include", self.name))
                .trim();
            let (path, part) = inside.split_once(':').unwrap_or((inside, ""));
            Include {
                text: text.into(),
                path: path.into(),
                part: part.into(),
            }
        };
        directives.map(parse).collect()
    }

    /// The targets of links and pictures, as they are written.
    pub fn links(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (_, line) in self.prose() {
            let line = without_code(&line);
            for opening in ["](", "href=\"", "src=\""] {
                let ends = |c: char| matches!(c, ')' | '"' | ' ');
                let targets = line
                    .split(opening)
                    .skip(1)
                    .map(|rest| rest.split(ends).next().unwrap_or(rest));
                found.extend(targets.map(str::to_owned));
            }
            let defined = line
                .strip_prefix('[')
                .and_then(|line| line.split_once("]: "));
            found.extend(defined.map(|(_, target)| target.trim().to_owned()));
        }
        found
    }

    /// The ids that mdBook gives to this page's headings.
    pub fn ids(&self) -> Vec<String> {
        let mut ids: Vec<String> = Vec::new();
        for heading in self.headings() {
            let id = heading.id;
            let same = (1..).map(|n| format!("{id}-{n}"));
            let id = std::iter::once(id.clone())
                .chain(same)
                .find(|id| !ids.contains(id));
            ids.extend(id);
        }
        ids
    }

    /// The lines of prose below the heading with this id, up to the next heading.
    pub fn section(&self, id: &str) -> Vec<String> {
        let headings = self.headings();
        let Some(place) = headings.iter().position(|heading| heading.id == id) else {
            return Vec::new();
        };
        let (from, to) = (
            headings[place].line,
            headings.get(place + 1).map_or(usize::MAX, |next| next.line),
        );
        self.prose()
            .into_iter()
            .filter(|(line, _)| (from + 1..to).contains(line))
            .map(|(_, text)| text)
            .collect()
    }

    pub fn headings(&self) -> Vec<Heading> {
        let heading = |(line, text): (usize, String)| {
            let level = text.bytes().take_while(|byte| *byte == b'#').count();
            let title = text[level..]
                .strip_prefix(' ')
                .filter(|_| (1..=6).contains(&level))?
                .trim();
            let own = title
                .strip_suffix('}')
                .and_then(|title| title.split_once(" {#"));
            let id = match own {
                Some((_, id)) => id.to_owned(),
                None => title.chars().filter_map(letter_of_id).collect(),
            };
            Some(Heading {
                line,
                level,
                id,
                named: own.is_some(),
            })
        };
        self.prose().into_iter().filter_map(heading).collect()
    }
}

impl Include {
    /// The lines that it takes, the first from 0 and the one behind the last.
    pub fn slice(&self, lines: &[&str]) -> Result<(usize, usize), String> {
        let all = lines.len();
        let number = |text: &str| text.parse::<usize>().ok();
        let (from, to) = match self.part.split_once(':') {
            None if self.part.is_empty() => (0, all),
            None => match number(&self.part) {
                Some(line) => (line.saturating_sub(1), line),
                None => return self.anchored(lines),
            },
            Some((from, to)) => {
                let from = if from.is_empty() {
                    Some(1)
                } else {
                    number(from)
                };
                let to = if to.is_empty() { Some(all) } else { number(to) };
                let range = from.zip(to).ok_or("a range is two line numbers")?;
                (range.0.saturating_sub(1), range.1)
            }
        };
        if from >= to || to > all {
            return Err(format!(
                "lines {} to {to} of a file that has {all}",
                from + 1
            ));
        }
        if lines[from..to].iter().all(|line| line.trim().is_empty()) {
            return Err("these lines are empty".into());
        }
        Ok((from, to))
    }

    fn anchored(&self, lines: &[&str]) -> Result<(usize, usize), String> {
        let place = |mark: &str| {
            let named = |rest: &str| rest.split_whitespace().next() == Some(&self.part);
            lines
                .iter()
                .position(|line| line.split_once(mark).is_some_and(|(_, rest)| named(rest)))
        };
        match place("ANCHOR:").zip(place("ANCHOR_END:")) {
            Some((from, to)) if from + 1 < to => Ok((from + 1, to)),
            Some(_) => Err("between the two anchors there is nothing".into()),
            None => Err(format!("there is no ANCHOR: {} that also ends", self.part)),
        }
    }
}

/// One step of an exercise, as its mark in the solution has it.
pub struct Mark {
    pub number: String,
    pub instruction: String,
    /// Below `src`.
    pub file: String,
}

pub fn marks(chapter: &Chapter) -> Vec<Mark> {
    let source = programs::root()
        .join("solutions")
        .join(chapter.slug)
        .join("src");
    let mut found = Vec::new();
    for file in sources(&source) {
        let text = fs::read_to_string(&file).expect("a source file");
        let name = file
            .strip_prefix(&source)
            .expect("below src")
            .to_string_lossy()
            .replace('\\', "/");
        for line in text.lines() {
            let mark = line
                .trim()
                .strip_prefix("// ANCHOR: step-")
                .and_then(|mark| mark.split_once(' '));
            found.extend(mark.map(|(number, instruction)| Mark {
                number: number.into(),
                instruction: instruction.trim().into(),
                file: name.clone(),
            }));
        }
    }
    assert!(!found.is_empty(), "{} has no steps", chapter.slug);
    found
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder)
        .expect("a folder")
        .flatten()
        .map(|entry| entry.path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                sources(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// A line that begins or ends a block: its fence, and the word behind it.
fn fence(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    let mark = line
        .chars()
        .next()
        .filter(|mark| matches!(mark, '`' | '~'))?;
    let length = line.chars().take_while(|c| *c == mark).count();
    (length >= 3).then(|| (&line[..length], line[length..].trim()))
}

/// A line without its pieces of code, in which brackets mean nothing.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect()
}

fn letter_of_id(letter: char) -> Option<char> {
    match letter {
        letter if letter.is_whitespace() => Some('-'),
        letter if letter.is_alphanumeric() || matches!(letter, '-' | '_') => {
            letter.to_lowercase().next()
        }
        _ => None,
    }
}
