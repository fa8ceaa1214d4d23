//! `cargo xtask grade`: many submissions, one table.
//!
//! class → sources → plan → compile → judge → row → ledger → table, CSV, JSON and
//! pages. Whatever a submission is or does, it is a row.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use checker::{chapter::Chapter, chapters, control_group::Delegation, probe, terminal::Style};
use clap::Args;
use serde_json::json;

mod class;
mod compile;
pub mod compiler;
mod conduct;
mod csv;
mod foreign;
pub mod judge;
mod learner;
mod ledger;
mod limits;
mod manifest;
mod members;
mod pace;
mod page;
mod plan;
mod reach;
mod row;
mod shard;
mod sources;
mod table;

use class::Submission;
use conduct::Scene;
use learner::Learner;
use ledger::Ledger;
use members::Member;
use pace::Pace;
use plan::{Plan, Request};
use shard::Shard;

use xtask::{check, guardian::Guardian, out, workspace};

/// Whom to grade, and where to.
#[derive(Args)]
#[command(after_help = after_help())]
pub struct Arguments {
    /// A learner's `exercises/` or whole clone; or a folder that holds several
    #[arg(required = true)]
    folders: Vec<PathBuf>,
    /// A chapter, such as `ch04`; every chapter when none is named
    #[arg(long = "chapter")]
    chapters: Vec<String>,
    /// How many programs are checked at once; the number of cores when not given
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,
    /// The part of the class that this machine grades, such as 2/4
    #[arg(long, default_value_t = Shard::WHOLE)]
    shard: Shard,
    /// Where results are kept, and found again; `target/grades` when not given
    #[arg(long)]
    out: Option<PathBuf>,
    /// What random payloads are made from, the same for the whole class
    #[arg(long)]
    seed: Option<u64>,
    /// A limit of a program to set, as `check --help` names them; may be given again
    #[arg(long = "limit", value_name = "NAME=VALUE")]
    limits: Vec<String>,
}

fn after_help() -> String {
    format!(
        "Exit codes: 0 everyone is graded, whatever the marks; 2 a wrong call, or our own \
         failure; 130 interrupted.\n\
         Limits: {} s of computing to build a crate, {} GiB for the compiler (both Linux); {} \
         files, {} KiB each.",
        limits::COMPILE.as_secs(),
        limits::COMPILER_MEMORY >> 30,
        limits::FILES,
        limits::FILE_BYTES >> 10,
    )
}

/// Grades, writes the results, prints the table.
///
/// # Errors
/// With one line about the call, or about the workbook itself.
pub fn run(arguments: Arguments) -> Result<ExitCode, String> {
    let root = workspace::root()?;
    let chapters: Vec<&'static Chapter> = match arguments.chapters.as_slice() {
        [] => chapters::ALL.iter().collect(),
        names => workspace::chapters(names)?,
    };
    let allowance = judge::allowance(&arguments.limits)?;
    let class = class::submissions(&arguments.folders)?;
    let class: Vec<Submission> = class
        .into_iter()
        .enumerate()
        .filter(|(place, _)| arguments.shard.has(*place))
        .map(|(_, submission)| submission)
        .collect();
    let out = arguments.out.clone();
    let ledger = Ledger::open(out.unwrap_or_else(|| root.join("target/grades")))?;
    let _alone = alone(&root)?;
    let slugs: Vec<&str> = chapters.iter().map(|chapter| chapter.slug).collect();
    let kept = || ledger.seed(&class, &slugs);
    let seed = arguments.seed.or_else(kept).unwrap_or_else(check::seed);
    let handouts = plan::handouts(&root, &chapters)?;
    let conditions = format!("{}{allowance:?}", compiler_version(&root)?);
    let workbook = ledger::workbook(&root, &conditions)
        .map_err(|error| format!("the workbook cannot be read: {error}"))?;
    let plan = plan::plan(
        &Request {
            class: &class,
            chapters: &chapters,
            handouts: &handouts,
            workbook: &workbook,
            wanted: arguments.seed,
            seed,
        },
        &ledger,
    );
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let scene = Scene {
        place: root.join("target/grade/workspace"),
        root,
        handouts,
        ledger,
        stems: class.iter().map(|one| one.stem.clone()).collect(),
        limits: arguments.limits,
        apart: !plan.work.is_empty() && has_islands(),
        groups: Delegation::here(),
        jobs: arguments.jobs.map_or(cores, usize::from),
        pace: Mutex::new(Pace::new(plan.work.len())),
    };
    let Some((scene, rows)) = graded(scene, plan, &chapters)? else {
        eprintln!("interrupted; the same command goes on from here");
        return Ok(ExitCode::from(130));
    };
    let learners: Vec<Learner> = class
        .into_iter()
        .zip(rows)
        .map(|(submission, rows)| Learner { submission, rows })
        .collect();
    tell(&scene.ledger, &slugs, &learners, seed, arguments.shard)?;
    Ok(ExitCode::from(if learner::all_graded(&learners) {
        0
    } else {
        2
    }))
}

type Graded = (Arc<Scene>, Vec<Vec<row::Row>>);

/// Does what the plan has left to do; `None` when it is interrupted.
fn graded(
    scene: Scene,
    plan: Plan,
    chapters: &[&'static Chapter],
) -> Result<Option<Graded>, String> {
    let Plan {
        mut rows,
        work,
        members,
    } = plan;
    let scene = Arc::new(scene);
    if !work.is_empty() {
        let reference = reference(&scene, chapters, &work);
        let guardian = Guardian::begins();
        let runtime =
            tokio::runtime::Runtime::new().map_err(|error| format!("no runtime: {error}"))?;
        let outcome = runtime.block_on(async {
            tokio::select! {
                rows = conduct::conduct(Arc::clone(&scene), reference, members, work) => Some(rows),
                () = check::interrupted() => None,
            }
        });
        // Each check has more to put away than a task here.
        guardian.ends(runtime, limits::FAREWELL);
        let _ = fs::remove_dir_all(&scene.place);
        let pace = scene.pace.lock().unwrap_or_else(PoisonError::into_inner);
        pace.end();
        drop(pace);
        let Some(outcome) = outcome else {
            return Ok(None);
        };
        for (work, row) in outcome? {
            rows[work.learner][work.place] = Some(row);
        }
    }
    let whole = rows
        .into_iter()
        .map(|rows| rows.into_iter().flatten().collect());
    Ok(Some((scene, whole.collect())))
}

/// Whether checks can be made apart from this machine; says so where they cannot.
fn has_islands() -> bool {
    let gate = std::env::current_exe().ok();
    let apart = gate.is_some_and(|gate| probe::trials(&gate, true).is_some());
    if !apart {
        eprintln!("no islands on this system; `cargo xtask doctor` says what is not refused");
    }
    apart
}

/// The exercises as they were handed out, for the chapters that have work.
fn reference(scene: &Scene, chapters: &[&'static Chapter], work: &[plan::Work]) -> Vec<Member> {
    chapters
        .iter()
        .zip(&scene.handouts)
        .filter(|(chapter, _)| work.iter().any(|work| work.chapter.slug == chapter.slug))
        .map(|(chapter, handout)| {
            let files = handout.files.iter();
            let files = files.map(|(name, text)| (name.clone(), text.clone().into_bytes()));
            Member::new(chapter, files.collect())
        })
        .collect()
}

/// Writes tables and pages, and prints the table.
fn tell(
    ledger: &Ledger,
    slugs: &[&str],
    learners: &[Learner],
    seed: u64,
    shard: Shard,
) -> Result<(), String> {
    let put = |name: &str, text: &str| {
        ledger
            .put(name, text.as_bytes())
            .map_err(|error| format!("{}: {error}", ledger.folder().join(name).display()))
    };
    for learner in learners {
        put(&learner.page(), &page::learner(learner))?;
    }
    put("index.html", &page::index(slugs, learners))?;
    put("grades.csv", &csv::document(slugs, learners))?;
    let submissions = learners.iter().map(|learner| {
        let (passed, steps) = learner.points();
        json!({
            "submission": learner.submission.name,
            "page": learner.page(),
            "passed": passed,
            "steps": steps,
            "chapters": learner.rows.iter().map(row::Row::summary).collect::<Vec<_>>(),
        })
    });
    let document = json!({
        "schema": 1,
        "seed": seed,
        "shard": shard.to_string(),
        "chapters": slugs,
        "submissions": submissions.collect::<Vec<_>>(),
    });
    put("grades.json", &format!("{document:#}\n"))?;
    let style = Style {
        colour: check::colour(),
        ..Style::default()
    };
    out::say(&format!(
        "{}Seed {seed}. Pages, CSV and JSON: {}\n",
        table::text(slugs, learners, style),
        ledger.folder().display()
    ));
    Ok(())
}

/// One grading at a time in a workbook: they would build in each other's way.
fn alone(root: &Path) -> Result<File, String> {
    let path = root.join("target/grade/.lock");
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    fs::create_dir_all(path.parent().unwrap_or(root)).map_err(failed)?;
    let lock = File::create(&path).map_err(failed)?;
    if lock.try_lock().is_err() {
        eprintln!("waiting for another grading in this workbook to end");
        lock.lock().map_err(failed)?;
    }
    Ok(lock)
}

/// What compiles: another compiler may make another program.
fn compiler_version(root: &Path) -> Result<String, String> {
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(compiler).arg("-vV").current_dir(root).output();
    let output = output.map_err(|error| format!("the compiler cannot be started: {error}"))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
