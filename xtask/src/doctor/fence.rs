//! What a program under check cannot do here, found by having one try.

use std::{env, path::Path};

use checker::{allowance::Allowance, control_group::Delegation, probe};

use super::Finding;

/// What to do where the kernel refuses too little.
const CURE: &str = "a program can do this here; check strangers' programs, with `grade`, in a \
    container or on a machine that has nothing to lose";

/// What to do where there are no namespaces for everyone.
const ISLANDS: &str = match cfg!(target_os = "linux") {
    true => {
        "user namespaces are switched off here, or a container holds them back; `grade` \
         checks without, and what is not refused above stays so"
    }
    false => CURE,
};

/// How to have the kernel count what a watch does not see.
const GROUPS: &str = "the kernel counts a program's memory and threads in one, also what a \
    watch does not see; `systemd-run --user --scope -p Delegate=yes cargo xtask grade …` \
    delegates one to a grading";

/// Starts a program behind the fence and lets it try, and another as `grade` does, on
/// an island.
pub fn look(_root: &Path) -> Vec<Finding> {
    let tried = |apart| {
        let gate = env::current_exe().ok();
        gate.and_then(|gate| probe::trials(&gate, apart))
    };
    let mut found = match (tried(false), tried(true)) {
        (None, _) => vec![Finding::spare("the fence", "not on this system", CURE)],
        (Some(fence), None) => {
            let mut found: Vec<Finding> = fence.iter().map(|trial| told(trial, trial)).collect();
            found.push(Finding::spare("islands", "not on this system", ISLANDS));
            found
        }
        (Some(fence), Some(island)) => {
            let both = fence.iter().zip(&island);
            let mut found: Vec<Finding> = both.map(|(fence, apart)| told(fence, apart)).collect();
            found.push(Finding::good("islands", "`grade` checks on one"));
            found
        }
    };
    found.push(match probe::can_watch() {
        true => Finding::good("memory, children", "watched"),
        false => Finding::spare("memory, children", "not watched on this system", CURE),
    });
    if cfg!(target_os = "linux") {
        found.push(match Delegation::here() {
            Some(_) => Finding::good("control groups", "one for each program"),
            None => Finding::spare("control groups", "none is delegated here", GROUPS),
        });
    }
    found.push(Finding::good(
        "limits",
        format!("{}; check --help lists them", most_known()),
    ));
    found
}

/// One thing that a program tries: behind the fence alone, and apart.
fn told(fence: &probe::Trial, apart: &probe::Trial) -> Finding {
    // A learner's own program may read what the learner may.
    let by_check = fence.refused && !fence.what.starts_with("reads");
    match (by_check, apart.refused) {
        (true, _) if fence.what == "open files" => Finding::good(fence.what, "bounded"),
        (true, _) => Finding::good(fence.what, "refused"),
        (false, true) => Finding::good(fence.what, "refused by `grade`"),
        (false, false) => Finding::spare(fence.what, "not refused", CURE),
    }
}

/// The two that a learner may meet.
fn most_known() -> String {
    let allowance = Allowance::default();
    let memory = checker::allowance::bytes(allowance.memory);
    format!("{memory} of memory, {} processes", allowance.processes)
}
