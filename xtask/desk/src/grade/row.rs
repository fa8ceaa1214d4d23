//! One submission's result for one chapter, as it is kept.

use checker::chapter::Chapter;
use serde_json::{Value, json};

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    /// Passed as far as this machine can check.
    Skipped,
    Failed,
    Untouched,
    NotSubmitted,
    DoesNotBuild,
    Refused,
    /// Ours: nothing is said about the submission.
    Error,
}

impl Outcome {
    const ALL: [Self; 8] = [
        Self::Passed,
        Self::Skipped,
        Self::Failed,
        Self::Untouched,
        Self::NotSubmitted,
        Self::DoesNotBuild,
        Self::Refused,
        Self::Error,
    ];

    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
            Self::Untouched => "untouched",
            Self::NotSubmitted => "not-submitted",
            Self::DoesNotBuild => "does-not-build",
            Self::Refused => "refused",
            Self::Error => "error",
        }
    }

    /// The words in a table.
    pub fn words(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Skipped => "passed as far as checked",
            Self::Failed => "failed",
            Self::Untouched => "untouched",
            Self::NotSubmitted => "not submitted",
            Self::DoesNotBuild => "does not build",
            Self::Refused => "refused",
            Self::Error => "not graded",
        }
    }

    fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

/// A row.
#[derive(Clone, Debug)]
pub struct Row {
    /// The submission's name.
    pub submission: String,
    /// `ch04-sse-counter`.
    pub slug: String,
    /// Of all that the result depends on, but for the seed.
    pub fingerprint: String,
    /// What random payloads were made from.
    pub seed: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// Why, when no program was checked; one line.
    pub reason: String,
    /// What was passed over.
    pub notes: Vec<String>,
    /// The compiler's words, when it does not build.
    pub compiler: String,
    /// Steps passed.
    pub passed: usize,
    /// Steps there are.
    pub steps: usize,
    /// How long the check took.
    pub elapsed_ms: u64,
    /// What [`super::judge`] told about the check; null when there was none.
    pub told: Value,
}

impl Row {
    /// A row of a chapter for which no program was checked.
    pub fn unchecked(
        submission: &str,
        chapter: &Chapter,
        outcome: Outcome,
        reason: impl Into<String>,
    ) -> Self {
        Self {
            submission: submission.into(),
            slug: chapter.slug.into(),
            fingerprint: String::new(),
            seed: 0,
            outcome,
            reason: reason.into(),
            notes: Vec::new(),
            compiler: String::new(),
            passed: 0,
            steps: chapter.steps.len(),
            elapsed_ms: 0,
            told: Value::Null,
        }
    }

    /// `ch04`.
    pub fn chapter(&self) -> &str {
        self.slug.split('-').next().unwrap_or(&self.slug)
    }

    /// What a table shows: `7 of 8`, or why there is no number.
    pub fn cell(&self) -> String {
        match self.outcome {
            Outcome::Passed | Outcome::Skipped | Outcome::Failed => {
                format!("{} of {}", self.passed, self.steps)
            }
            other => other.words().into(),
        }
    }

    /// The row as it stands in `grades.json`.
    pub fn summary(&self) -> Value {
        json!({
            "chapter": self.chapter(),
            "slug": self.slug,
            "result": self.outcome.word(),
            "reason": self.reason,
            "notes": self.notes,
            "passed": self.passed,
            "steps": self.steps,
            "elapsed_ms": self.elapsed_ms,
            "seed": self.seed,
            "compiler": self.compiler,
            "report": self.told["report"],
        })
    }

    /// The row as it is kept.
    pub fn to_json(&self) -> Value {
        let mut value = self.summary();
        value["schema"] = 1.into();
        value["submission"] = self.submission.as_str().into();
        value["fingerprint"] = self.fingerprint.as_str().into();
        value["told"] = self.told.clone();
        value["report"] = Value::Null;
        value
    }

    /// A row that was kept; `None` when it is not one of ours.
    pub fn from_json(value: &Value) -> Option<Self> {
        let text = |name: &str| Some(value[name].as_str()?.to_owned());
        let number = |name: &str| value[name].as_u64();
        let notes = value["notes"].as_array()?.iter();
        (value["schema"] == 1).then_some(())?;
        Some(Self {
            submission: text("submission")?,
            slug: text("slug")?,
            fingerprint: text("fingerprint")?,
            seed: number("seed")?,
            outcome: Outcome::of(&text("result")?)?,
            reason: text("reason")?,
            notes: notes
                .filter_map(|note| note.as_str().map(str::to_owned))
                .collect(),
            compiler: text("compiler")?,
            passed: number("passed")? as usize,
            steps: number("steps")? as usize,
            elapsed_ms: number("elapsed_ms")?,
            told: value["told"].clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_read_as_it_was_written() {
        let chapter = &checker::chapters::ALL[0];
        for outcome in Outcome::ALL {
            let mut row = Row::unchecked("ann", chapter, outcome, "why");
            row.notes = vec!["a note".into()];
            let again = Row::from_json(&row.to_json()).unwrap();
            assert_eq!(again.to_json(), row.to_json());
        }
        assert!(Row::from_json(&Value::Null).is_none());
    }
}
