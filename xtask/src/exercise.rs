//! Exercises out of solutions: what the learner writes is taken out, everything else stays.
//!
//! In a solution, `// ANCHOR: step-1 What to do.` and `// ANCHOR_END: step-1` enclose what the
//! learner writes. mdBook reads the same two lines when a page includes the code between them.
//! In HTML the same words also stand in `<!-- … -->`, where what is taken out is markup.

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::whole_file;

mod manifest;
pub mod region;
pub mod written;

/// The longest line, marks included.
const LINE_MAX: usize = 100;

const OPEN: &str = "ANCHOR: step-";
const CLOSE: &str = "ANCHOR_END: step-";

/// A mark that cannot be followed, and where it stands.
#[derive(Debug, PartialEq)]
pub struct MarkError {
    /// The solution's file.
    pub file: PathBuf,
    /// Its line, from 1.
    pub line: usize,
    /// What is wrong with it, and what to do.
    pub problem: String,
}

impl Display for MarkError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{}:{}: {}",
            self.file.display(),
            self.line,
            self.problem
        )
    }
}

impl std::error::Error for MarkError {}

impl From<MarkError> for io::Error {
    fn from(error: MarkError) -> Self {
        io::Error::new(io::ErrorKind::InvalidData, error)
    }
}

/// What a step is written in, as its marks show: each has its own comment and its own hole.
#[derive(Clone, Copy, PartialEq)]
enum Language {
    Rust,
    Script,
    Markup,
}

impl Language {
    /// The language that a line of this file would be marked in, and the line's comment.
    fn of<'line>(file: &Path, line: &'line str) -> (Self, &'line str) {
        let line = line.trim();
        if let Some(comment) = line.strip_prefix("<!-- ").filter(|_| is_page(file)) {
            return (Self::Markup, comment);
        }
        let language = if is_page(file) {
            Self::Script
        } else {
            Self::Rust
        };
        (language, line.strip_prefix("// ").unwrap_or_default())
    }

    fn name(self) -> &'static str {
        match self {
            Self::Rust => "Rust",
            Self::Script => "script",
            Self::Markup => "markup",
        }
    }

    /// The instruction, where the learner writes.
    fn instruction(self, indent: &str, number: u32, instruction: &str) -> String {
        match self {
            Self::Markup => format!("{indent}<!-- Step {number}: {instruction} -->\n"),
            Self::Rust | Self::Script => format!("{indent}// Step {number}: {instruction}\n"),
        }
    }

    /// What stops a program or a page that comes to a step still to be written. Markup has no
    /// such word: there it is the script that misses something.
    fn hole(self, indent: &str, number: u32, next: Option<&str>) -> String {
        match self {
            Self::Rust => {
                // At the end of a block the hole is the block's value; elsewhere it is a statement.
                let last = next.is_none_or(|next| next.trim_start().starts_with('}'));
                let end = if last { "" } else { ";" };
                format!("{indent}todo!(\"step {number}\"){end}\n")
            }
            Self::Script => format!("{indent}throw new Error(\"step {number}\");\n"),
            Self::Markup => String::new(),
        }
    }
}

fn is_page(file: &Path) -> bool {
    file.extension().is_some_and(|end| end == "html")
}

/// A step, and where the solution takes it.
#[derive(Debug, Default, PartialEq)]
pub struct Step {
    /// From 1.
    pub number: u32,
    /// The solution's file.
    pub file: PathBuf,
    /// The line of the mark that begins it, from 1.
    pub line: usize,
    /// What to do, as the mark says it.
    pub instruction: String,
    /// The lines of the exercise, from 0, that hold the instruction and the hole.
    pub hole: Range<usize>,
    /// What stands in their place in the solution.
    pub code: String,
}

/// A source file of a chapter.
pub struct Source {
    /// Its path inside the exercise: `src/lib.rs`.
    pub inside: PathBuf,
    /// As the learner finds it.
    pub text: String,
    /// In the order of the file.
    pub steps: Vec<Step>,
}

/// The text of a solution's source file as the learner finds it, and the steps that it holds.
///
/// # Errors
/// With the first mark that cannot be followed.
pub fn from_solution(
    file: &Path,
    text: &str,
    slug: &str,
) -> Result<(String, Vec<Step>), MarkError> {
    let mut exercise = String::with_capacity(text.len());
    let mut steps: Vec<Step> = Vec::new();
    let mut open: Option<Language> = None;
    let mut lines = text.lines().zip(1..).peekable();

    while let Some((content, line)) = lines.next() {
        let fault = |problem: String| MarkError {
            file: file.to_owned(),
            line,
            problem,
        };
        let (language, comment) = Language::of(file, content);
        let indent = &content[..content.len() - content.trim_start().len()];

        if let Some(rest) = comment.strip_prefix(OPEN) {
            if let Some(outer) = steps.last().filter(|_| open.is_some()) {
                return Err(fault(format!("a step inside step {}", outer.number)));
            }
            if content.chars().count() > LINE_MAX {
                return Err(fault(format!("more than {LINE_MAX} columns")));
            }
            let (number, instruction) = ended(language, rest).and_then(opened).map_err(fault)?;
            let begin = exercise.lines().count();
            exercise.push_str(&language.instruction(indent, number, instruction));
            open = Some(language);
            let (file, instruction) = (file.to_owned(), instruction.to_owned());
            let (hole, code) = (begin..begin + 1, String::new());
            steps.push(Step {
                number,
                file,
                line,
                instruction,
                hole,
                code,
            });
        } else if let Some(rest) = comment.strip_prefix(CLOSE) {
            let number = ended(language, rest).map_err(fault)?;
            let Some((step, begun)) = steps.last_mut().zip(open) else {
                return Err(fault(format!("step {number} ends and did not begin")));
            };
            same(step.number, begun, number, language).map_err(fault)?;
            let next = lines.peek().map(|(next, _)| *next);
            exercise.push_str(&language.hole(indent, step.number, next));
            step.hole.end = exercise.lines().count();
            open = None;
        } else {
            let step = steps.last_mut().filter(|_| open.is_some());
            let text = step.map_or(&mut exercise, |step| &mut step.code);
            text.push_str(&(own_name(content, slug) + "\n"));
        }
    }
    match steps.last().filter(|_| open.is_some()) {
        Some(step) => Err(MarkError {
            file: file.to_owned(),
            line: step.line,
            problem: format!("step {} does not end", step.number),
        }),
        None => Ok((exercise, steps)),
    }
}

/// Whether the mark at the end of a step belongs to the one at its beginning.
fn same(begun: u32, in_a: Language, ended: &str, in_another: Language) -> Result<(), String> {
    if ended != begun.to_string() {
        return Err(format!("step {begun} is open, and step {ended} ends"));
    }
    if in_a != in_another {
        let (one, other) = (in_a.name(), in_another.name());
        return Err(format!("step {begun} begins in {one} and ends in {other}"));
    }
    Ok(())
}

/// What a mark says, without the sign that ends a comment in markup.
fn ended(language: Language, rest: &str) -> Result<&str, String> {
    match language {
        Language::Markup => rest
            .strip_suffix("-->")
            .map(str::trim_end)
            .ok_or_else(|| "the comment of a mark ends on its line".to_owned()),
        Language::Rust | Language::Script => Ok(rest),
    }
}

/// The number and the instruction behind `ANCHOR: step-`.
fn opened(rest: &str) -> Result<(u32, &str), String> {
    let (number, instruction) = rest.split_once(' ').unwrap_or((rest, ""));
    let number = number
        .parse()
        .map_err(|_| format!("`step-{number}` has no number"))?;
    match instruction.trim() {
        "" => Err(format!("step {number} does not say what to do")),
        instruction => Ok((number, instruction)),
    }
}

/// The source files of a chapter, by path.
///
/// # Errors
/// When one cannot be read, or a mark in it not followed.
pub fn sources(solution: &Path, slug: &str) -> io::Result<Vec<Source>> {
    let source = |path: PathBuf| {
        let (text, steps) = from_solution(&path, &read(&path)?, slug)?;
        let inside = path.strip_prefix(solution).map_err(io::Error::other)?;
        let inside = inside.to_owned();
        Ok(Source {
            inside,
            text,
            steps,
        })
    };
    let paths = files(&solution.join("src"))?;
    let sources: Vec<Source> = paths.into_iter().map(source).collect::<io::Result<_>>()?;
    numbered(sources.iter().flat_map(|source| &source.steps))?;
    Ok(sources)
}

/// All files of one exercise: path inside its folder, and text.
///
/// # Errors
/// As [`sources`], and when the solution's manifest cannot be read.
pub fn generate(solution: &Path, slug: &str) -> io::Result<BTreeMap<PathBuf, String>> {
    let text = read(&solution.join("Cargo.toml"))?;
    let sources = sources(solution, slug)?;
    let mut files: BTreeMap<PathBuf, String> = sources
        .into_iter()
        .map(|source| (source.inside, source.text))
        .collect();
    let has_pages = files.keys().any(|file| is_page(file));
    files.insert("Cargo.toml".into(), manifest::of(&text, slug, has_pages));
    Ok(files)
}

/// Writes the exercises of all solutions, or of `only`; returns the files that changed.
///
/// # Errors
/// As [`generate`], and when the disk does not take a file.
pub fn write(root: &Path, only: Option<&str>) -> io::Result<Vec<PathBuf>> {
    let stale = differing(root, only)?;
    for (path, text) in &stale {
        whole_file::replace(path, text.as_bytes())?;
    }
    Ok(stale.into_keys().collect())
}

/// The files that [`write`] would change.
///
/// # Errors
/// As [`generate`].
pub fn stale(root: &Path, only: Option<&str>) -> io::Result<Vec<PathBuf>> {
    Ok(differing(root, only)?.into_keys().collect())
}

/// The files of exercises that are not as their solutions give them, and how they should be.
fn differing(root: &Path, only: Option<&str>) -> io::Result<BTreeMap<PathBuf, String>> {
    let mut differing = BTreeMap::new();
    for solution in folder(&root.join("solutions"))? {
        let Some(slug) = solution.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        if !solution.join("Cargo.toml").is_file() || only.is_some_and(|only| only != slug) {
            continue;
        }
        for (inside, text) in generate(&solution, slug)? {
            let path = root.join("exercises").join(slug).join(inside);
            if fs::read(&path).ok().as_deref() != Some(text.as_bytes()) {
                differing.insert(path, text);
            }
        }
    }
    Ok(differing)
}

/// The steps of a chapter are 1, 2, 3 …, each once.
fn numbered<'steps>(steps: impl IntoIterator<Item = &'steps Step>) -> Result<(), MarkError> {
    let mut steps: Vec<&Step> = steps.into_iter().collect();
    steps.sort_by_key(|step| step.number);
    for (step, expected) in steps.into_iter().zip(1..) {
        if step.number != expected {
            return Err(MarkError {
                file: step.file.clone(),
                line: step.line,
                problem: format!("step {} stands where step {expected} should", step.number),
            });
        }
    }
    Ok(())
}

/// The chapter's own package is named without `-solution`; other chapters' stay dependencies.
fn own_name(line: &str, slug: &str) -> String {
    let module = slug.replace('-', "_");
    line.replace(&format!("{slug}-solution"), slug)
        .replace(&format!("{module}_solution"), &module)
}

fn read(path: &Path) -> io::Result<String> {
    fs::read_to_string(path)
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))
}

fn files(within: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in folder(within)? {
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

/// What a folder holds, by name; hidden files are an editor's or the system's.
fn folder(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries = fs::read_dir(path)
        .and_then(|entries| {
            entries
                .map(|entry| Ok(entry?.path()))
                .collect::<io::Result<Vec<_>>>()
        })
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?;
    entries.retain(|path| {
        path.file_name()
            .is_some_and(|name| !name.to_string_lossy().starts_with('.'))
    });
    entries.sort();
    Ok(entries)
}

#[cfg(test)]
mod tests;
