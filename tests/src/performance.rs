//! A step's script, played against a program no longer than there is time.

use std::{sync::Arc, time::Duration};

use tokio::time::timeout;

use crate::{
    allowance::Allowance,
    chapter::Step,
    program::Invocation,
    recorder::{Equipment, Recording, Stage},
};

/// How long a script may play.
pub struct Time {
    /// What it is the time of: a `step` or the `chapter`.
    of: &'static str,
    /// How long that may last in all, in seconds.
    whole: u64,
    /// What is left of it.
    left: Duration,
}

impl Time {
    /// That of a step.
    pub fn of_step(allowance: &Allowance) -> Self {
        Self {
            of: "step",
            whole: allowance.step,
            left: allowance.time_of_step(),
        }
    }

    /// That of a step, or what is `left` of its chapter's where that is less.
    pub fn of_step_in_chapter(allowance: &Allowance, left: Duration) -> Self {
        let step = Self::of_step(allowance);
        if step.left <= left {
            return step;
        }
        Self {
            of: "chapter",
            whole: allowance.chapter,
            left,
        }
    }
}

/// Plays a step's script, no longer than there is time; the scene is as the script left
/// it. Whoever wants to hear it from its first byte is given the scene before: `begins`.
///
/// # Errors
/// When this machine has no room for the scene.
pub async fn play(
    run: &Invocation,
    step: &Step,
    seed: u64,
    equipment: &Arc<Equipment>,
    time: Time,
    begins: impl FnOnce(&Stage),
) -> Result<Stage, String> {
    let stage = Stage::new(run, seed, equipment, time.left);
    let mut stage = stage.map_err(|error| format!("no temporary directory: {error}"))?;
    begins(&stage);
    if timeout(time.left, (step.script)(&mut stage)).await.is_err() {
        let over = format!("the {} is not over after {} s", time.of, time.whole);
        stage.pen().lose(over);
    }
    Ok(stage)
}

/// Plays a step's script and returns what was said, whatever happened.
///
/// # Errors
/// As [`play`].
pub async fn record(
    run: &Invocation,
    step: &Step,
    seed: u64,
    equipment: &Arc<Equipment>,
) -> Result<Recording, String> {
    let time = Time::of_step(&equipment.fence.allowance);
    let stage = play(run, step, seed, equipment, time, |_| ()).await?;
    Ok(stage.finish().await)
}
