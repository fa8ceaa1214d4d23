//! A chapter as its check sees it: steps, each a script, and what to say when
//! the program differs.

use std::{fmt, future::Future, pin::Pin};

use crate::recorder::{Recording, Stage};

/// One chapter; its files are found by its slug.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// `ch04-sse-counter`: the folder, the package and the page.
    pub slug: &'static str,
    /// `SSE headers and counter`.
    pub title: &'static str,
    /// The article's port, when `PORT` is not set.
    pub port: u16,
    /// Whether a page of it is judged in a real browser.
    pub browser: bool,
    /// What a learner knows who has passed it: one paragraph.
    pub known: &'static str,
    /// In the order in which a learner meets them.
    pub steps: &'static [Step],
}

/// What one step does with the program.
pub type Script = for<'a> fn(&'a mut Stage) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// One conversation that must go as its snapshot says.
#[derive(Clone, Copy)]
pub struct Step {
    /// The name of its snapshot, and of the step in JSON.
    pub name: &'static str,
    /// What the program does when the step passes.
    pub title: &'static str,
    /// The conversation.
    pub script: Script,
    /// What a difference can mean here; the first that applies is told.
    pub lessons: &'static [Lesson],
}

/// Why something matters and what to do about it.
#[derive(Clone, Copy)]
pub struct Lesson {
    /// Whether it is about this difference.
    pub when: fn(&Case<'_>) -> bool,
    /// Why it matters, with the section of the standard where there is one.
    pub why: &'static str,
    /// What to try next.
    pub next: &'static str,
    /// The heading of the chapter's page that explains it.
    pub book: &'static str,
}

/// A difference, as lessons look at it.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// The expected line of the transcript; empty when nothing more was.
    pub expected: &'a str,
    /// The recorded one; empty when nothing more came.
    pub recorded: &'a str,
    /// Everything that was recorded.
    pub recording: &'a Recording,
    /// The recorded lines from the difference on.
    pub rest: &'a [String],
}

impl Case<'_> {
    /// Whether a line from the difference on contains `text`.
    pub fn later(&self, text: &str) -> bool {
        self.rest.iter().any(|line| line.contains(text))
    }

    /// The lines that were recorded before the difference, the last one first.
    pub fn before(&self) -> impl Iterator<Item = String> {
        let mut judged = self.recording.transcript.judged();
        judged.truncate(judged.len().saturating_sub(self.rest.len()));
        judged.into_iter().rev().map(|(_, line)| line)
    }

    /// Whether the expected line contains `text`.
    pub fn wants(&self, text: &str) -> bool {
        self.expected.contains(text)
    }

    /// Whether both lines say nearly the same: two thirds of the expected one stand
    /// in the recorded one, at its two ends.
    pub fn is_nearly(&self) -> bool {
        let alike = |(one, other): &(char, char)| one == other;
        let (wanted, got) = (self.expected.chars(), self.recorded.chars());
        let begin = wanted.clone().zip(got.clone()).take_while(alike).count();
        let end = wanted.clone().rev().zip(got.rev()).take_while(alike);
        3 * (begin + end.count()) >= 2 * wanted.count()
    }

    /// Whether both lines are the same but for their digits.
    pub fn counts_otherwise(&self) -> bool {
        let rest = |line: &str| line.replace(|c: char| c.is_ascii_digit(), "");
        self.expected != self.recorded && rest(self.expected) == rest(self.recorded)
    }

    /// Whether the recorded line contains `text`.
    pub fn got(&self, text: &str) -> bool {
        self.recorded.contains(text)
    }
}

impl Chapter {
    /// `ch04`.
    pub fn number(&self) -> &'static str {
        self.slug.split('-').next().unwrap_or(self.slug)
    }

    /// Whether `name` is one of its names: `ch04`, `4`, `04` or the slug.
    pub fn is_called(&self, name: &str) -> bool {
        let digits = self.number().trim_start_matches("ch");
        let bare = name.trim_start_matches("ch").trim_start_matches('0');
        let all_digits = !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit());
        name == self.slug || (all_digits && bare == digits.trim_start_matches('0'))
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Step")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
