//! An exercise's steps as its learner has them now.

use std::{
    fs,
    ops::Range,
    path::{Path, PathBuf},
};

use checker::chapter::Chapter;

use super::{Step, region, sources};
use crate::workspace;

/// A step, and what its learner has made of it.
pub struct Written {
    pub step: Step,
    /// The file's path inside the exercise.
    pub inside: PathBuf,
    /// The file as it was given.
    pub given: String,
    /// The file as it is, with LF for line ends; empty when it is not there.
    pub theirs: String,
    /// The lines of it that are the step, from 0.
    pub place: Range<usize>,
}

/// The steps of a chapter in the order of their numbers.
///
/// # Errors
/// With one line when the solution cannot be read, or a file is not text.
pub fn steps(root: &Path, chapter: &Chapter) -> Result<Vec<Written>, String> {
    let solution = root.join("solutions").join(chapter.slug);
    let mut written = Vec::new();
    for source in sources(&solution, chapter.slug).map_err(|error| error.to_string())? {
        let place = Path::new(&workspace::exercise(chapter)).join(&source.inside);
        let theirs = read(root, &place)?;
        for step in source.steps {
            let place = region::of(&source.text, &step.hole, &theirs);
            written.push(Written {
                step,
                inside: source.inside.clone(),
                given: source.text.clone(),
                theirs: theirs.clone(),
                place,
            });
        }
    }
    written.sort_by_key(|written| written.step.number);
    Ok(written)
}

/// The step with this number among them.
///
/// # Errors
/// With one line that says which steps there are.
pub fn numbered(steps: Vec<Written>, number: u32) -> Result<Written, String> {
    let all = steps.len();
    let found = steps.into_iter().find(|step| step.step.number == number);
    found.ok_or_else(|| format!("there is no step {number}; this chapter has steps 1 to {all}"))
}

/// The text of a file at its place in the workbook; one that is not there has none.
fn read(root: &Path, place: &Path) -> Result<String, String> {
    let shown = workspace::slashed(place);
    match fs::read(root.join(place)) {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Ok(text.replace("\r\n", "\n")),
            Err(_) => Err(format!("{shown} is not UTF-8")),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(format!("{shown}: {error}")),
    }
}

impl Written {
    /// What stands in the step's place, without the instruction.
    pub fn code(&self) -> String {
        let instruction = region::lines(
            &self.given,
            &(self.step.hole.start..self.step.hole.start + 1),
        );
        let text = region::lines(&self.theirs, &self.place);
        match text.strip_prefix(instruction.as_str()) {
            Some(code) => code.to_owned(),
            None => text,
        }
    }

    /// Whether it is still to be written: the hole is there, or, in markup, nothing is.
    pub fn is_open(&self) -> bool {
        let (hole, code) = (self.hole(), self.code());
        if hole.is_empty() {
            code.trim().is_empty()
        } else {
            code.contains(&hole)
        }
    }

    /// `exercises/ch04-sse-counter/src/counter.rs:23`: the hole, as a program that comes
    /// to it says where it stopped; once it is written, the first line below the
    /// instruction.
    pub fn at(&self, chapter: &Chapter) -> String {
        let file = Path::new(&workspace::exercise(chapter)).join(&self.inside);
        let place = region::lines(&self.theirs, &self.place);
        let hole = self.hole();
        let stands = |line: &str| !hole.is_empty() && line.contains(&hole);
        let below = place.lines().count() - self.code().lines().count();
        let line = place.lines().position(stands).unwrap_or(below);
        format!(
            "{}:{}",
            workspace::slashed(&file),
            self.place.start + line + 1
        )
    }

    /// What stops a program here; nothing in markup.
    fn hole(&self) -> String {
        let hole = region::lines(&self.given, &(self.step.hole.start + 1..self.step.hole.end));
        hole.trim().trim_end_matches(';').to_owned()
    }
}
