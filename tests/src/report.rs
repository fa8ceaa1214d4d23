//! What a check found, as data: the renderers add nothing of their own.

use std::time::Duration;

use crate::{diagnostic::Warning, redaction::Masks};

/// How a step, a chapter or a whole check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// As the contract says.
    Passed,
    /// This machine lacks what the step needs; nothing was found to be different.
    Skipped,
    /// An earlier step failed.
    NotReached,
    /// The program differs from the contract.
    Failed,
    /// The checker itself failed; nothing is said about the program.
    Error,
}

impl Verdict {
    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Skipped => "skipped",
            Self::NotReached => "not-reached",
            Self::Failed => "failed",
            Self::Error => "error",
        }
    }
}

/// What kind of finding it is, for programs that read reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Other bytes than expected.
    #[default]
    Differs,
    /// Other bytes to which a standard gives the same meaning.
    SameMeaning,
    /// Something that had to come did not.
    Missing,
    /// Something came that should not.
    Unexpected,
    /// At another time than expected.
    Timing,
    /// The program reached a step that is still to be written.
    Unwritten,
    /// The program panicked.
    Panicked,
    /// The program ended by itself.
    Exited,
    /// The program cannot be reached where it should listen.
    NotListening,
    /// The program took more than its allowance.
    Excess,
}

impl Kind {
    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Differs => "differs",
            Self::SameMeaning => "same-meaning",
            Self::Missing => "missing",
            Self::Unexpected => "unexpected",
            Self::Timing => "timing",
            Self::Unwritten => "unwritten",
            Self::Panicked => "panicked",
            Self::Exited => "exited",
            Self::NotListening => "not-listening",
            Self::Excess => "excess",
        }
    }
}

/// One difference between a program and the contract, and what to do about it.
#[derive(Clone, Debug, Default)]
pub struct Finding {
    /// Its kind.
    pub kind: Kind,
    /// The transcript's entry, from 0.
    pub entry: usize,
    /// The byte in what the entry is a piece of, from 0.
    pub byte: u64,
    /// The place in words, `byte 29 of the stream`; empty when it says nothing.
    pub place: String,
    /// When, since the step began; `None` when nothing came.
    pub at: Option<Duration>,
    /// What the recorded lines are: `your server said`.
    pub heading: &'static str,
    /// The recorded lines, the differing one last.
    pub recorded: Vec<String>,
    /// Under which character of the last recorded line the caret goes.
    pub caret: Option<usize>,
    /// The expected lines, the differing one last.
    pub expected: Vec<String>,
    /// The recorded bytes of that entry, for `--hex`.
    pub bytes: Vec<u8>,
    /// What the program wrote on standard error, the lines that matter.
    pub complaint: Vec<String>,
    /// What the compiler warned of, the first few.
    pub warnings: Vec<Warning>,
    /// Where a picture of the page is, from the workspace's root.
    pub picture: Option<String>,
    /// Why it matters.
    pub why: String,
    /// What to try next.
    pub next: String,
    /// The page and heading that explain it: `ch04-sse-counter.html#the-blank-line`.
    pub book: String,
}

/// One step's result.
#[derive(Clone, Debug)]
pub struct StepReport {
    /// The step's name.
    pub name: String,
    /// What the program does when it passes.
    pub title: String,
    /// How it ended.
    pub verdict: Verdict,
    /// How long it took; zero when it was not reached.
    pub elapsed: Duration,
    /// Shown beside a passed step's title; the reason of a skipped one.
    pub detail: String,
    /// Remarks, none of them a fault, and none made for a step before it.
    pub notes: Vec<String>,
    /// What differs, when it failed; what `--lenient` lets pass is a remark.
    pub finding: Option<Finding>,
    /// This run's masked values, so that two reports can be compared.
    pub masks: Masks,
    /// The whole conversation in its text form, one entry a line; empty when the
    /// step was not reached.
    pub transcript: String,
}

/// One chapter's result.
#[derive(Clone, Debug)]
pub struct ChapterReport {
    /// `ch04`.
    pub chapter: String,
    /// `ch04-sse-counter`.
    pub slug: String,
    /// `SSE headers and counter`.
    pub title: String,
    /// The program and its arguments.
    pub program: Vec<String>,
    /// Where its source is, `exercises/ch04-sse-counter`; a program given by hand, in
    /// its own words.
    pub place: String,
    /// How it ended.
    pub verdict: Verdict,
    /// From the first start to the last end.
    pub elapsed: Duration,
    /// What the random payloads were made from.
    pub seed: u64,
    /// In the chapter's order.
    pub steps: Vec<StepReport>,
}

impl ChapterReport {
    /// How many steps passed.
    pub fn passed(&self) -> usize {
        self.steps
            .iter()
            .filter(|step| step.verdict == Verdict::Passed)
            .count()
    }
}

/// The verdict over several: the worst of them decides.
pub fn overall(verdicts: impl IntoIterator<Item = Verdict>) -> Verdict {
    verdicts.into_iter().max().unwrap_or(Verdict::Passed)
}
