//! What a program under check cannot do here, found by having one try.

use std::{env, path::Path};

use checker::{allowance::Allowance, probe};

use super::Finding;

/// What to do where the kernel refuses too little.
const CURE: &str = "a program can do this here; check strangers' programs, with `grade`, in a \
    container or on a machine that has nothing to lose";

/// Starts a program behind the fence and lets it try.
pub fn look(_root: &Path) -> Vec<Finding> {
    let trials = env::current_exe()
        .ok()
        .and_then(|gate| probe::trials(&gate));
    let mut found: Vec<Finding> = match trials {
        Some(trials) => trials.iter().map(told).collect(),
        None => vec![Finding::spare("the fence", "not on this system", CURE)],
    };
    found.push(match probe::can_watch() {
        true => Finding::good("memory, children", "watched"),
        false => Finding::spare("memory, children", "not watched on this system", CURE),
    });
    found.push(Finding::good(
        "limits",
        format!("{}; check --help lists them", most_known()),
    ));
    found
}

fn told(trial: &probe::Trial) -> Finding {
    match trial.refused {
        // A learner's own program may read what the learner may.
        true if trial.what.starts_with("reads") => Finding::good(trial.what, "refused by `grade`"),
        true if trial.what == "open files" => Finding::good(trial.what, "bounded"),
        true => Finding::good(trial.what, "refused"),
        false => Finding::spare(trial.what, "not refused", CURE),
    }
}

/// The two that a learner may meet.
fn most_known() -> String {
    let allowance = Allowance::default();
    let memory = checker::allowance::bytes(allowance.memory);
    format!("{memory} of memory, {} processes", allowance.processes)
}
