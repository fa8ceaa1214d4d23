//! Builds and checks at the same time: while a program is checked, which is
//! mostly waiting, the next ones are built.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    sync::{Semaphore, mpsc},
    task::JoinSet,
};

use super::{
    compile::{self, Built},
    judge,
    ledger::Ledger,
    limits::BATCH,
    members::{self, Member},
    pace::Pace,
    page,
    plan::Work,
    row::{Outcome, Row},
    sources::Handout,
};
use checker::{control_group::Delegation, report::Verdict};

/// Programs that are built and wait for their check.
const WAITING: usize = 8;

/// Where a grading happens and what it shares.
pub struct Scene {
    /// The workbook.
    pub root: PathBuf,
    /// The workspace of submissions.
    pub place: PathBuf,
    /// The chapters as they were handed out.
    pub handouts: Vec<Handout>,
    /// Where rows are kept.
    pub ledger: Ledger,
    /// The pages' names, in the class's order.
    pub stems: Vec<String>,
    /// Limits that are set: `memory=1GiB`.
    pub limits: Vec<String>,
    /// Whether checks are made on islands.
    pub apart: bool,
    /// Where checks and programs get control groups, if anywhere.
    pub groups: Option<Delegation>,
    /// How many checks go on at once.
    pub jobs: usize,
    /// How far it has come.
    pub pace: Mutex<Pace>,
}

/// Does the work, and returns its rows.
///
/// # Errors
/// With one line when the workbook's own part does not build, or a row cannot be
/// kept.
pub async fn conduct(
    scene: Arc<Scene>,
    reference: Vec<Member>,
    members: Vec<Member>,
    work: Vec<Work>,
) -> Result<Vec<(Work, Row)>, String> {
    let (done, mut built) = mpsc::channel(WAITING);
    let builder = {
        let scene = Arc::clone(&scene);
        tokio::spawn(async move { build(&scene, &reference, &members, &done).await })
    };
    let places = Arc::new(Semaphore::new(scene.jobs));
    let mut checks: JoinSet<Result<(Work, Row), String>> = JoinSet::new();
    while let Some((package, built)) = built.recv().await {
        let kept = Arc::new(Kept {
            root: scene.root.clone(),
            package,
        });
        for work in work.iter().filter(|work| work.package == kept.package) {
            // A browser takes as much as another program.
            let weight = if work.chapter.browser { 2 } else { 1 }.min(scene.jobs);
            let permit = match &built {
                Built::Program(_) => Arc::clone(&places)
                    .acquire_many_owned(weight as u32)
                    .await
                    .ok(),
                _ => None,
            };
            let (scene, built) = (Arc::clone(&scene), built.clone());
            let (work, kept) = (work.clone(), Arc::clone(&kept));
            checks.spawn(async move {
                let row = check(&scene, &work, built).await;
                drop((permit, kept));
                finished(&scene, &work, &row)?;
                Ok((work, row))
            });
        }
    }
    builder
        .await
        .map_err(|_| "the checker itself failed while it built; please report it")??;
    let mut rows = Vec::new();
    while let Some(row) = checks.join_next().await {
        rows.push(row.map_err(|_| "the checker itself failed; please report it")??);
    }
    Ok(rows)
}

/// A program on the disk until its last check is over.
struct Kept {
    root: PathBuf,
    package: String,
}

impl Drop for Kept {
    fn drop(&mut self) {
        compile::forget(&self.root, &self.package);
    }
}

/// Builds what the submissions stand on first: a failure there is ours.
async fn build(
    scene: &Scene,
    reference: &[Member],
    members: &[Member],
    done: &mpsc::Sender<(String, Built)>,
) -> Result<(), String> {
    let (own, mut references) = mpsc::channel(reference.len().max(1));
    batch(scene, reference, false, &own).await?;
    drop(own);
    while let Some((package, built)) = references.recv().await {
        compile::forget(&scene.root, &package);
        match built {
            Built::Program(_) => {}
            Built::Refused(why) | Built::Unknown(why) => {
                return Err(format!("the workbook's own exercise: {why}"));
            }
            Built::Broken(_, words) => {
                return Err(format!(
                    "the workbook's own exercise does not build: {words}"
                ));
            }
        }
    }
    for members in members.chunks(BATCH) {
        batch(scene, members, true, done).await?;
    }
    Ok(())
}

async fn batch(
    scene: &Scene,
    members: &[Member],
    offline: bool,
    done: &mpsc::Sender<(String, Built)>,
) -> Result<(), String> {
    members::write(&scene.root, &scene.place, members, &scene.handouts)
        .map_err(|error| format!("{}: {error}", scene.place.display()))?;
    compile::batch(&scene.root, &scene.place, members, offline, done).await
}

/// The row of one program.
async fn check(scene: &Scene, work: &Work, built: Built) -> Row {
    let mut row = work.row.clone();
    let program = match built {
        Built::Program(program) => program,
        Built::Refused(why) => {
            (row.outcome, row.reason) = (Outcome::Refused, why);
            return row;
        }
        Built::Unknown(why) => {
            row.reason = why;
            return row;
        }
        Built::Broken(why, words) => {
            let words = page::visible_lines(&words);
            (row.outcome, row.reason, row.compiler) = (Outcome::DoesNotBuild, why, words);
            return row;
        }
    };
    let home = scene.place.join(&work.package);
    let order = judge::Order {
        chapter: work.chapter,
        program: &program,
        home: &home,
        seed: row.seed,
        limits: &scene.limits,
        apart: scene.apart,
        groups: scene.groups.as_ref(),
    };
    match judge::ask(order).await {
        Err(why) => row.reason = why,
        Ok(told) => {
            row.outcome = match judge::verdict(&told) {
                Verdict::Passed => Outcome::Passed,
                Verdict::Skipped => Outcome::Skipped,
                Verdict::Failed | Verdict::NotReached => Outcome::Failed,
                Verdict::Error => Outcome::Error,
            };
            row.passed = told["passed"].as_u64().unwrap_or(0) as usize;
            row.elapsed_ms = told["elapsed_ms"].as_u64().unwrap_or(0);
            row.told = told;
        }
    }
    row
}

fn finished(scene: &Scene, work: &Work, row: &Row) -> Result<(), String> {
    scene
        .ledger
        .keep(&scene.stems[work.learner], row)
        .map_err(|error| format!("{}: {error}", scene.ledger.folder().display()))?;
    let mut pace = scene.pace.lock().unwrap_or_else(PoisonError::into_inner);
    pace.row(row);
    Ok(())
}
