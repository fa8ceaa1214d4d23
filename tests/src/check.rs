//! Runs a chapter's steps against a program and reports each as it is decided.
//!
//! The first step stands for all: only a program that starts is asked more.
//! The others play side by side, each with a program of its own, and are told
//! in the chapter's order.

use std::{
    collections::BTreeSet,
    path::{Component, Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{task::JoinHandle, time::timeout};

use crate::{
    advice,
    chapter::{Chapter, Step},
    comparison::{Comparison, compare},
    diagnostic::Warning,
    limits,
    performance::{Time, play},
    program::Invocation,
    recorder::{Equipment, Recording, files},
    report::{ChapterReport, Finding, Kind, StepReport, Verdict, overall},
    snapshot, undone,
};

/// How to check.
#[derive(Clone)]
pub struct Check {
    /// The workspace, for the snapshots.
    pub root: PathBuf,
    /// The folder in which the places that a program names are found: the workspace
    /// too, but for a submission.
    pub home: PathBuf,
    /// The folder below which pictures of pages are kept, in `target/on-the-wire`.
    pub pictures: PathBuf,
    /// The program.
    pub run: Invocation,
    /// What the compiler warned of; `None` for a program that was not built here.
    pub warnings: Option<Vec<Warning>>,
    /// What the report calls its place.
    pub place: String,
    /// Whether forms that a standard gives the same meaning pass, with a remark.
    pub lenient: bool,
    /// Whether steps after a failed one are told too.
    pub keep_going: bool,
    /// What random payloads are made from.
    pub seed: u64,
    /// What the steps share.
    pub equipment: Arc<Equipment>,
}

impl Check {
    /// Checks one chapter; `told` hears each step as soon as it and all before
    /// it are decided.
    pub async fn chapter(
        &self,
        chapter: &Chapter,
        mut told: impl FnMut(&StepReport),
    ) -> ChapterReport {
        let began = Instant::now();
        let until = began + self.equipment.fence.allowance.time_of_chapter();
        let mut steps: Vec<StepReport> = Vec::new();
        let mut playing: Vec<Playing> = Vec::new();
        let mut remarks = BTreeSet::new();
        for (place, step) in chapter.steps.iter().enumerate() {
            let failed = steps.iter().any(|step| step.verdict >= Verdict::Failed);
            let mut report = if failed && !self.keep_going {
                report_of(step, Verdict::NotReached)
            } else if place == 0 {
                self.play(chapter, *step, until).finish(until).await
            } else {
                if playing.is_empty() {
                    playing = chapter.steps[1..]
                        .iter()
                        .rev()
                        .map(|step| self.play(chapter, *step, until))
                        .collect();
                }
                match playing.pop() {
                    Some(playing) => playing.finish(until).await,
                    None => report_of(step, Verdict::Error),
                }
            };
            // What holds for the whole program is said with the first step that shows it.
            report.notes.retain(|note| remarks.insert(note.clone()));
            told(&report);
            steps.push(report);
        }
        drop(playing);
        ChapterReport {
            chapter: chapter.number().into(),
            slug: chapter.slug.into(),
            title: chapter.title.into(),
            program: self.program(),
            place: self.place.clone(),
            verdict: overall(steps.iter().map(|step| step.verdict)),
            elapsed: began.elapsed(),
            seed: self.seed,
            steps,
        }
    }

    /// The program and its arguments; a path inside the workspace begins there.
    fn program(&self) -> Vec<String> {
        let file = &self.run.file;
        let file = file.strip_prefix(&self.root).unwrap_or(file);
        let args = self.run.args.iter().map(|arg| arg.to_string_lossy());
        std::iter::once(file.to_string_lossy())
            .chain(args)
            .map(std::borrow::Cow::into_owned)
            .collect()
    }

    fn play(&self, chapter: &Chapter, step: Step, until: Instant) -> Playing {
        let (check, chapter) = (self.clone(), chapter.clone());
        Playing {
            step,
            task: tokio::spawn(async move { check.step(&chapter, &step, until).await }),
        }
    }

    /// Plays one step. A difference of time alone is looked at again: a busy
    /// machine does not make the same mistake each time, a program does. The
    /// chapter's time is over at `until`.
    async fn step(&self, chapter: &Chapter, step: &Step, until: Instant) -> StepReport {
        let mut report = self.step_once(chapter, step, until).await;
        for _ in 1..limits::LOOKS {
            let timing = |finding: &Finding| finding.kind == Kind::Timing;
            let doubtful = report.finding.as_ref().is_some_and(timing);
            // A look that the chapter's end cuts off would say less than this one.
            let left = until.saturating_duration_since(Instant::now());
            if report.verdict != Verdict::Failed || !doubtful || left <= report.elapsed {
                break;
            }
            report = self.step_once(chapter, step, until).await;
        }
        report
    }

    async fn step_once(&self, chapter: &Chapter, step: &Step, until: Instant) -> StepReport {
        let began = Instant::now();
        let expected = snapshot::read(&self.root, chapter.slug, step.name);
        let allowance = &self.equipment.fence.allowance;
        let left = until.saturating_duration_since(began);
        let time = Time::of_step_in_chapter(allowance, left);
        let (run, equipment) = (&self.run, &self.equipment);
        let played = play(run, step, self.seed, equipment, time, |_| ()).await;
        let mut report = match (expected, played) {
            (Ok(expected), Ok(stage)) => {
                let differs = |recording: &mut Recording| {
                    compare(
                        &expected,
                        &recording.masks,
                        &recording.transcript,
                        self.lenient,
                    ) != Comparison::Same
                };
                // A page says more than its lines: how it looked is kept.
                let picture = match stage.pen().with(differs) {
                    true => stage.picture().await,
                    false => None,
                };
                let mut report = self.judge(chapter, step, &expected, &stage.finish().await);
                if let (Some(finding), Some(picture)) = (&mut report.finding, picture) {
                    finding.picture = self.keep(chapter, step, &picture);
                }
                report
            }
            (Err(error), _) | (_, Err(error)) => {
                let mut report = report_of(step, Verdict::Error);
                report.detail = error;
                report
            }
        };
        report.elapsed = began.elapsed();
        report
    }

    /// Keeps a picture beside what cargo builds, and says where.
    fn keep(&self, chapter: &Chapter, step: &Step, picture: &[u8]) -> Option<String> {
        let place = format!("target/on-the-wire/{}-{}.png", chapter.slug, step.name);
        let path = self.pictures.join(&place);
        std::fs::create_dir_all(path.parent()?).ok()?;
        std::fs::write(path, picture).ok().map(|()| place)
    }

    /// Compares, and says what the difference means.
    fn judge(
        &self,
        chapter: &Chapter,
        step: &Step,
        expected: &str,
        recording: &Recording,
    ) -> StepReport {
        let mut report = report_of(step, Verdict::Passed);
        report.notes = recording.notes.clone();
        report.masks = recording.masks.clone();
        report.transcript = recording.transcript.text();
        report.detail = recording.detail.clone();
        if let Some(reason) = &recording.broken {
            report.verdict = Verdict::Error;
            report.detail = reason.clone();
            return report;
        }
        if let Some(reason) = &recording.skipped {
            report.verdict = Verdict::Skipped;
            report.detail = reason.clone();
            return report;
        }
        let (difference, same_meaning) = match compare(
            expected,
            &recording.masks,
            &recording.transcript,
            self.lenient,
        ) {
            Comparison::Same => return report,
            Comparison::SameMeaning(difference) => (difference, true),
            Comparison::Different(difference) => (difference, false),
        };
        let mut finding = advice::finding(chapter, step, &difference, recording, same_meaning);
        self.point_out(&mut finding);
        if let Some(warnings) = &self.warnings {
            undone::tells(&mut finding, warnings);
        }
        if same_meaning && self.lenient {
            report.notes.push(format!(
                "from `{}` on it has other forms than the workbook's, which mean the same by the \
                 standard",
                difference.recorded
            ));
        } else {
            report.verdict = Verdict::Failed;
            // What could be better can wait until it is right.
            report.notes.clear();
            report.detail = String::new();
            report.finding = Some(finding);
        }
        report
    }

    /// Adds a step's instruction, which stands above its `todo!` in the source.
    fn point_out(&self, finding: &mut Finding) {
        if finding.kind != Kind::Unwritten {
            return;
        }
        let place = finding
            .recorded
            .last()
            .and_then(|line| line.rsplit("   ").next());
        let instruction = place.and_then(|place| instruction(&self.home, place));
        if let Some(instruction) = instruction {
            finding.recorded.insert(0, instruction);
        }
    }
}

/// A step on its way; dropping it ends its program.
struct Playing {
    step: Step,
    task: JoinHandle<StepReport>,
}

impl Playing {
    async fn finish(mut self, until: Instant) -> StepReport {
        // Its script ends by then, and the rest takes a moment.
        let left = until.saturating_duration_since(Instant::now()) + limits::SCENE_END;
        match timeout(left, &mut self.task).await {
            Ok(Ok(report)) => report,
            Ok(Err(_)) => failed(
                &self.step,
                "the checker itself failed in this step; please report it",
            ),
            Err(_) => failed(&self.step, "the scene does not end; please report it"),
        }
    }
}

impl Drop for Playing {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn failed(step: &Step, why: &str) -> StepReport {
    StepReport {
        detail: why.into(),
        ..report_of(step, Verdict::Error)
    }
}

fn report_of(step: &Step, verdict: Verdict) -> StepReport {
    StepReport {
        name: step.name.into(),
        title: step.title.into(),
        verdict,
        elapsed: Duration::ZERO,
        detail: String::new(),
        notes: Vec::new(),
        finding: None,
        masks: crate::redaction::Masks::default(),
        transcript: String::new(),
    }
}

/// The `// Step N: …` line above `file:line`. The place is the program's own word,
/// so only an ordinary file of the exercises is looked into.
fn instruction(root: &Path, place: &str) -> Option<String> {
    let (file, line) = place.rsplit_once(':')?;
    let line: usize = line.parse().ok()?;
    let inside = |part: Component<'_>| matches!(part, Component::Normal(_));
    let ours = Path::new(file).starts_with("exercises") && Path::new(file).components().all(inside);
    let bytes = ours.then(|| files::read(&root.join(file)))??;
    let text = String::from_utf8_lossy(&bytes);
    let above = text.lines().take(line).collect::<Vec<_>>();
    let found = above
        .iter()
        .rev()
        .map(|line| line.trim())
        .find(|line| line.starts_with("// Step "))?;
    Some(found.trim_start_matches("// ").to_owned())
}
