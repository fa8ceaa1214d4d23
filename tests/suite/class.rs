//! Submissions for gradings: made from the solutions, and from everything that
//! can be wrong with them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use checker::chapter::Chapter;

use crate::{mutants, programs};

/// A folder full of submissions, and the result that each must get.
pub struct Class {
    pub folder: PathBuf,
    pub expected: Vec<Expected>,
}

/// One row as it must come out.
pub struct Expected {
    pub submission: String,
    pub slug: &'static str,
    pub result: &'static str,
    /// A step that must fail, when it is known which.
    pub step: Option<String>,
}

/// The sources of an exercise: name from its folder, and text.
type Sources = Vec<(String, String)>;

impl Class {
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            expected: Vec::new(),
        }
    }

    /// Hands in these sources; returns the exercise's folder.
    pub fn submits(
        &mut self,
        name: &str,
        chapter: &Chapter,
        sources: &Sources,
        result: &'static str,
    ) -> PathBuf {
        let exercise = self.folder.join(name).join("exercises").join(chapter.slug);
        for (inside, text) in sources {
            let path = exercise.join(inside);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        self.expects(name, chapter, result, None);
        exercise
    }

    pub fn expects(
        &mut self,
        name: &str,
        chapter: &Chapter,
        result: &'static str,
        step: Option<String>,
    ) {
        self.expected.push(Expected {
            submission: name.into(),
            slug: chapter.slug,
            result,
            step,
        });
    }
}

/// The solution, named as the exercise is.
pub fn solution(chapter: &Chapter) -> Sources {
    let folder = programs::root().join("solutions").join(chapter.slug);
    let module = chapter.slug.replace('-', "_");
    let files = ["rs", "html"].map(|kind| mutants::files(&folder.join("src"), kind));
    let mut sources: Sources = files
        .concat()
        .iter()
        .map(|path| {
            let inside = path.strip_prefix(&folder).expect("inside");
            let text = fs::read_to_string(path).expect("a source file");
            let text = text.replace(&format!("{module}_solution"), &module);
            (inside.to_string_lossy().replace('\\', "/"), text)
        })
        .collect();
    let manifest = programs::root()
        .join("exercises")
        .join(chapter.slug)
        .join("Cargo.toml");
    let manifest = fs::read_to_string(manifest).expect("a manifest");
    sources.push(("Cargo.toml".into(), manifest));
    sources
}

/// The exercise as it is handed out.
pub fn handout(chapter: &Chapter) -> Sources {
    let folder = programs::root().join("exercises").join(chapter.slug);
    let kinds = ["rs", "html"].map(|kind| mutants::files(&folder.join("src"), kind));
    let files = kinds.concat();
    files
        .iter()
        .map(|path| {
            let inside = path.strip_prefix(&folder).expect("inside");
            let text = fs::read_to_string(path).expect("a source file");
            (inside.to_string_lossy().replace('\\', "/"), text)
        })
        .collect()
}

/// The solution with one file changed.
pub fn changed(chapter: &Chapter, file: &str, change: impl Fn(&str) -> String) -> Sources {
    let mut sources = solution(chapter);
    for (inside, text) in &mut sources {
        if inside == file {
            let new = change(text);
            assert_ne!(new, *text, "{file} is as it was");
            *text = new;
        }
    }
    sources
}

/// A near-miss as a submission of its chapter.
pub fn near_miss(near_miss: &mutants::NearMiss) -> Option<Sources> {
    let (path, text) = near_miss.as_source()?;
    let module = near_miss.chapter.slug.replace('-', "_");
    let text = text.replace(&format!("{module}_solution"), &module);
    Some(changed(near_miss.chapter, path, |_| text.clone()))
}

/// A program whose `main` does this and nothing else.
pub fn program(chapter: &Chapter, body: &str) -> Sources {
    changed(chapter, "src/main.rs", |_| {
        format!("//! Something else.\n\nfn main() {{\n    {body}\n}}\n")
    })
}
