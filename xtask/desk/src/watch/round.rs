//! One round: an exercise is built and checked, in a task that can be dropped at any
//! moment with everything it has started.

use std::{path::PathBuf, process::Stdio, sync::mpsc::Sender};

use checker::{
    cargo::{self, Built, Heard},
    chapter::Chapter,
    check::Check,
    program::{Invocation, group},
    report::{ChapterReport, StepReport},
    visible,
};
use tokio::{process::Command, task::JoinHandle};

use super::{Equipment, Event};
use xtask::{check, orphans, progress, standing, workspace};

/// The most of the compiler's words that are shown, in bytes.
const WORDS: usize = 256 << 10;

/// What a round tells, in this order.
pub enum News {
    NotBuilt(String),
    Built(Invocation),
    Step(Box<StepReport>),
    Done(Box<ChapterReport>),
}

/// What to check, and whom to tell.
pub struct Round {
    pub number: u64,
    pub root: PathBuf,
    pub chapter: &'static Chapter,
    pub equipment: Equipment,
    /// Whether a browser may have been started: it goes on from round to round.
    pub browses: bool,
    pub events: Sender<Event>,
}

impl Round {
    /// Plays it once the round before, which has been aborted, is really over.
    pub async fn plays(self, before: Option<JoinHandle<()>>) {
        if let Some(before) = before {
            let _ = before.await;
        }
        if !self.browses {
            // What programs have left behind would grow with each save.
            orphans::end();
        }
        progress::keep_latest(&self.root, self.chapter.slug);
        let sources = progress::sources(&self.root, self.chapter.slug);
        let Built { run, warnings } = match self.builds().await {
            Ok(built) => built,
            Err(words) => {
                progress::keep_broken(&self.root, self.chapter.slug, sources);
                return self.tells(News::NotBuilt(words));
            }
        };
        self.tells(News::Built(run.clone()));
        let check = Check {
            root: self.root.clone(),
            home: self.root.clone(),
            pictures: self.root.clone(),
            run,
            warnings: Some(warnings),
            place: workspace::exercise(self.chapter),
            lenient: false,
            keep_going: false,
            seed: check::seed(),
            equipment: self.equipment.clone(),
        };
        let told = |step: &StepReport| self.tells(News::Step(Box::new(step.clone())));
        let report = check.chapter(self.chapter, told).await;
        let stands = standing::named(&self.root, &report);
        progress::keep(&self.root, &report, sources, stands);
        self.tells(News::Done(Box::new(report)));
    }

    fn tells(&self, news: News) {
        // Whoever has left hears nothing more.
        let _ = self.events.send(Event::News(self.number, news));
    }

    async fn builds(&self) -> Result<Built, String> {
        let packages = [self.chapter.slug.to_owned()];
        let mut command = Command::from(cargo::command(&self.root, &packages, true, false));
        command
            .stderr(Stdio::piped())
            .env("CARGO_TERM_COLOR", "never");
        group::apart(&mut command);
        let child = command.spawn();
        let child = child.map_err(|error| format!("cargo cannot be started: {error}"))?;
        let mut building = Building(Some(group::Group::of(&child)));
        let output = child.wait_with_output().await;
        // All of them have ended, and their ids may be others' soon.
        building.0 = None;
        let output = output.map_err(|error| format!("cargo cannot be waited for: {error}"))?;
        let mut heard = Heard::default();
        let messages = String::from_utf8_lossy(&output.stdout);
        let said: String = messages
            .lines()
            .filter_map(|line| heard.hears(line))
            .collect();
        if !output.status.success() {
            let cargo = String::from_utf8_lossy(&output.stderr);
            return Err(readable(&format!("{said}{cargo}")));
        }
        Ok(heard.built(&packages)?.remove(0))
    }
}

/// Cargo and its compilers; they end together when the round is dropped.
struct Building(Option<group::Group>);

impl Drop for Building {
    fn drop(&mut self) {
        if let Some(group) = &mut self.0 {
            group.end();
        }
    }
}

/// The compiler's words, line by line, with nothing in them that a terminal obeys.
fn readable(words: &str) -> String {
    let line = |line: &str| {
        let plain = line.replace('\t', "    ");
        let hides = plain.chars().any(char::is_control);
        if hides {
            visible::text(plain.as_bytes())
        } else {
            plain
        }
    };
    let words = &words[..words.floor_char_boundary(WORDS)];
    words.lines().map(|text| line(text) + "\n").collect()
}
