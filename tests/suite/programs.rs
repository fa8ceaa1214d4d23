//! The programs that the suite checks, built once, and where things are.

use std::{
    future::Future,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use checker::{
    cargo,
    chapter::Chapter,
    chapters,
    check::Check,
    fence::{Confinement, Fence},
    program::Invocation,
    recorder::Equipment,
};

/// The suite's own randomness: every run makes the same payloads.
pub const SEED: u64 = 20_250_103;

/// The workspace's folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests/ is in the workspace")
        .to_owned()
}

/// What a folder of the workspace holds, sorted.
pub fn folder(name: &str) -> Vec<PathBuf> {
    let entries =
        std::fs::read_dir(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// A chapter's solution, built.
pub fn solution(chapter: &Chapter) -> Invocation {
    built(&SOLUTIONS, "-solution", chapter)
}

/// A chapter's exercise as it is in the tree, built.
pub fn exercise(chapter: &Chapter) -> Invocation {
    built(&EXERCISES, "", chapter)
}

/// A check of a program as the suite makes most of them: behind a fence, and the same
/// each time.
pub fn check(run: Invocation) -> Check {
    Check {
        root: root(),
        home: root(),
        pictures: root(),
        run,
        warnings: None,
        place: String::new(),
        lenient: false,
        keep_going: false,
        seed: SEED,
        equipment: equipment(),
    }
}

/// What the checks of one test share; a browser in it ends with the test.
pub fn equipment() -> Arc<Equipment> {
    Arc::new(Equipment::behind(Fence {
        gate: Some(xtask()),
        confinement: Confinement::Own,
        ..Fence::default()
    }))
}

/// `cargo xtask` as a program.
pub fn xtask() -> PathBuf {
    ours()[0].clone()
}

/// The program behind `cargo xtask watch`, `wire` and `grade`, for tests in a copy of
/// the workbook that has no package to build it from.
pub fn desk() -> PathBuf {
    ours()[1].clone()
}

/// Both, built together: the first finds the second there, and says nothing of it.
fn ours() -> &'static [PathBuf] {
    static OURS: OnceLock<Vec<PathBuf>> = OnceLock::new();
    OURS.get_or_init(|| {
        let packages = ["xtask".to_owned(), "desk".to_owned()];
        let all = cargo::build(&root(), &packages, true).expect("xtask and desk build");
        all.into_iter().map(|built| built.run.file).collect()
    })
}

/// Waits for something asynchronous, on a runtime as the command's own.
pub fn wait<T>(future: impl Future<Output = T>) -> T {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    RUNTIME
        .get_or_init(|| tokio::runtime::Runtime::new().expect("a runtime"))
        .block_on(future)
}

static SOLUTIONS: OnceLock<Vec<Invocation>> = OnceLock::new();
static EXERCISES: OnceLock<Vec<Invocation>> = OnceLock::new();

fn built(all: &'static OnceLock<Vec<Invocation>>, suffix: &str, chapter: &Chapter) -> Invocation {
    let runs = all.get_or_init(|| {
        let packages: Vec<String> = chapters::ALL
            .iter()
            .map(|chapter| format!("{}{suffix}", chapter.slug))
            .collect();
        let all = cargo::build(&root(), &packages, true).expect("the packages build");
        all.into_iter().map(|built| built.run).collect()
    });
    let place = chapters::ALL
        .iter()
        .position(|known| known.slug == chapter.slug);
    runs[place.expect("a chapter of the book")].clone()
}
