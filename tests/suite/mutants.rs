//! Near-misses as programs: each is a diff that makes one mistake in a right program.
//!
//! Those in Rust become the members of a workspace of their own below the target
//! directory, so that one call of cargo builds them all with what the solutions
//! have compiled already. Those that an interpreter reads are written beside it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use checker::{cargo, chapter::Chapter, chapters, program::Invocation};
use diffy::{Patch, apply};
use tokio::sync::{Semaphore, SemaphorePermit};

pub use crate::right_programs::script;

/// How many programs are checked at once. More would make the machine late, and
/// lateness is one of the things that a check looks at.
pub static AT_ONCE: Semaphore = Semaphore::const_new(4);

/// A place among those; a browser takes as much as another program.
pub async fn place(chapter: &Chapter) -> Option<SemaphorePermit<'static>> {
    let weight = if chapter.browser { 2 } else { 1 };
    AT_ONCE.acquire_many(weight).await.ok()
}

/// What the first lines of a diff say about it, and the program it makes.
pub struct NearMiss {
    pub chapter: &'static Chapter,
    /// `welcome-as-binary`: what its diff and its snapshot are called.
    pub name: String,
    /// The mistake, as one would say it to its author.
    pub mistake: String,
    /// The step that must find it.
    pub step: String,
    base: Base,
    /// The file with the mistake in it.
    changed: String,
}

/// The right program that a near-miss is made from.
enum Base {
    /// The chapter's solution, and the file that differs from it.
    Solution(String),
    /// A file that node or python runs, below the chapter's near-misses.
    Script(String),
}

impl NearMiss {
    /// How messages call it: the path of its diff.
    pub fn place(&self) -> String {
        format!("tests/near-misses/{}/{}.diff", self.chapter.slug, self.name)
    }

    /// It as a variant of the solution, when it is one in Rust.
    fn as_variant(&self) -> Option<Variant> {
        let (path, changed) = self.as_source()?;
        Some(Variant {
            slug: self.chapter.slug,
            package: format!("{}-{}", self.chapter.number(), self.name),
            changed: vec![(path.to_owned(), changed.to_owned())],
        })
    }

    /// The file of the solution that differs, and how it then is, when it is one
    /// in Rust.
    pub fn as_source(&self) -> Option<(&str, &str)> {
        match &self.base {
            Base::Solution(path) => Some((path, &self.changed)),
            Base::Script(_) => None,
        }
    }

    /// The program, written below `place`, when an interpreter of this machine
    /// reads it.
    pub fn as_script(&self, place: &Path) -> Option<Invocation> {
        let Base::Script(base) = &self.base else {
            return None;
        };
        let kind = Path::new(base).extension()?.to_string_lossy();
        let file = place.join(format!("{}.{kind}", self.name));
        write(&file, &self.changed).ok()?;
        script(&file).ok()
    }

    fn read(root: &Path, chapter: &'static Chapter, file: &Path) -> Result<Self, String> {
        let text = fs::read_to_string(file).map_err(|error| error.to_string())?;
        let (head, diff): (Vec<&str>, Vec<&str>) = text
            .split_inclusive('\n')
            .partition(|line| line.starts_with("# "));
        let head: Vec<&str> = head.iter().map(|line| line[2..].trim()).collect();
        let about = |name: &str| {
            head.iter()
                .find_map(|line| line.strip_prefix(name))
                .map(str::trim)
        };
        let (mistake, step, base) = match (head.first(), about("step:"), about("base:")) {
            (Some(mistake), Some(step), Some(base)) => (*mistake, step, base),
            _ => return Err("it begins with a sentence, `# step:` and `# base:`".into()),
        };
        if !chapter.steps.iter().any(|known| known.name == step) {
            return Err(format!("there is no step `{step}` in {}", chapter.slug));
        }
        let diff = diff.concat();
        let patch = Patch::from_str(&diff).map_err(|error| error.to_string())?;
        let path = patch.modified().unwrap_or_default().to_owned();
        let (base, original) = if base == "solution" {
            let original = root.join("solutions").join(chapter.slug).join(&path);
            (Base::Solution(path), original)
        } else {
            (
                Base::Script(base.to_owned()),
                folder(root, chapter).join(base),
            )
        };
        let right = fs::read_to_string(&original)
            .map_err(|error| format!("{}: {error}", original.display()))?;
        let changed = apply(&right, &patch)
            .map_err(|error| format!("it does not apply to {}: {error}", original.display()))?;
        Ok(Self {
            chapter,
            name: file
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            mistake: mistake.to_owned(),
            step: step.to_owned(),
            base,
            changed,
        })
    }
}

/// The target directory, for what tests build and install.
pub fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .unwrap_or(Path::new("."))
        .to_path_buf()
}

/// Where a chapter's near-misses are.
pub fn folder(root: &Path, chapter: &Chapter) -> PathBuf {
    root.join("tests/near-misses").join(chapter.slug)
}

/// Every diff of every chapter; a line for each that makes no program.
pub fn all(root: &Path) -> (Vec<NearMiss>, Vec<String>) {
    let (mut found, mut wrong) = (Vec::new(), Vec::new());
    for chapter in chapters::ALL {
        for file in files(&folder(root, chapter), "diff") {
            match NearMiss::read(root, chapter, &file) {
                Ok(near_miss) => found.push(near_miss),
                Err(error) => wrong.push(format!("{}: {error}", file.display())),
            }
        }
    }
    (found, wrong)
}

/// The files of a folder with this extension, in order; none when it is not there.
pub fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|known| known == extension))
        .collect();
    files.sort();
    files
}

/// Builds what must be built. One result for each near-miss, in their order: how
/// to run it, or why this machine cannot.
///
/// # Errors
/// When the Rust ones do not build, or the target directory cannot be written.
pub fn programs(
    root: &Path,
    near_misses: &[NearMiss],
) -> Result<Vec<Result<Invocation, String>>, String> {
    let place = target().join("near-misses");
    let variants = near_misses.iter().filter_map(NearMiss::as_variant);
    let mut built = build(root, &place, &variants.collect::<Vec<_>>())?.into_iter();
    near_misses
        .iter()
        .map(|near_miss| match &near_miss.base {
            Base::Solution(_) => built
                .next()
                .map(Ok)
                .ok_or("cargo has built too little".into()),
            Base::Script(base) => {
                let kind = Path::new(base)
                    .extension()
                    .unwrap_or_default()
                    .to_string_lossy();
                let name = format!("{}/{}.{kind}", near_miss.chapter.slug, near_miss.name);
                let file = place.join("scripts").join(name);
                write(&file, &near_miss.changed).map_err(|error| error.to_string())?;
                Ok(script(&file))
            }
        })
        .collect()
}

/// A solution with other text in some of its files.
pub struct Variant {
    pub slug: &'static str,
    /// What its package and its program are called.
    pub package: String,
    /// Paths inside the solution, and what stands there instead.
    pub changed: Vec<(String, String)>,
}

/// Builds variants as members of a workspace at `place`; how to run each, in their order.
///
/// # Errors
/// When one does not build, or `place` cannot be written.
pub fn build(root: &Path, place: &Path, variants: &[Variant]) -> Result<Vec<Invocation>, String> {
    workspace(root, place, variants).map_err(|error| format!("{}: {error}", place.display()))?;
    let packages: Vec<String> = variants.iter().map(|one| one.package.clone()).collect();
    let all = cargo::build(place, &packages, true)?.into_iter();
    Ok(all.map(|built| built.run).collect())
}

/// Writes a workspace like ours with a member for each variant. A file that is as it
/// was is not written again: cargo then builds nothing again.
fn workspace(root: &Path, place: &Path, variants: &[Variant]) -> std::io::Result<()> {
    for Variant {
        slug,
        package,
        changed,
    } in variants
    {
        let solution = root.join("solutions").join(slug);
        let own = format!("{slug}-solution");
        let renamed = |text: &str| {
            text.replace(&own, package)
                .replace(&own.replace('-', "_"), &package.replace('-', "_"))
        };
        let manifest = fs::read_to_string(solution.join("Cargo.toml"))?;
        write(&place.join(package).join("Cargo.toml"), &renamed(&manifest))?;
        let sources = ["rs", "html"].map(|kind| files(&solution.join("src"), kind));
        for file in sources.concat() {
            let name = format!(
                "src/{}",
                file.file_name().unwrap_or_default().to_string_lossy()
            );
            let own = changed.iter().find(|(path, _)| *path == name);
            let text = match own {
                Some((_, text)) => text.clone(),
                None => fs::read_to_string(&file)?,
            };
            write(&place.join(package).join(name), &renamed(&text))?;
        }
    }
    let packages: Vec<&String> = variants.iter().map(|one| &one.package).collect();
    let here = root.display().to_string().replace('\\', "/");
    let manifest: String = fs::read_to_string(root.join("Cargo.toml"))?
        .lines()
        .map(|line| match line {
            line if line.starts_with("members = ") => format!("members = {packages:?}\n"),
            line => line.replace("path = \"", &format!("path = \"{here}/")) + "\n",
        })
        .collect();
    write(&place.join("Cargo.toml"), &manifest)?;
    let target = target().display().to_string().replace('\\', "/");
    let config = format!("[build]\ntarget-dir = {target:?}\n");
    write(&place.join(".cargo/config.toml"), &config)?;
    fs::copy(root.join("Cargo.lock"), place.join("Cargo.lock"))?;
    Ok(())
}

fn write(file: &Path, text: &str) -> std::io::Result<()> {
    if fs::read_to_string(file).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::create_dir_all(file.parent().unwrap_or(file))?;
    fs::write(file, text)
}
