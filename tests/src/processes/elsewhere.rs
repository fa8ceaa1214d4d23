//! The same from a library, which knows how each system is asked: slower than a file of
//! Linux, so that who asks for all processes gets what was known a moment ago.

use std::{
    sync::{Mutex, PoisonError},
    time::Instant,
};

use sysinfo::{Pid, ProcessRefreshKind, ProcessStatus, ProcessesToUpdate, System};

use super::Stat;
use crate::limits::WATCH_PAUSE;

/// What is known, and since when of all processes.
struct Known {
    system: System,
    all_at: Option<Instant>,
}

static KNOWN: Mutex<Option<Known>> = Mutex::new(None);

/// The ids of all processes.
pub fn all() -> Vec<u32> {
    of_all(|system| system.processes().keys().map(|id| id.as_u32()).collect())
}

/// The children of a process.
pub fn children(id: u32) -> Vec<u32> {
    of_all(|system| {
        let all = system.processes().iter();
        let children = all.filter(|(_, one)| one.parent() == Some(Pid::from_u32(id)));
        children.map(|(id, _)| id.as_u32()).collect()
    })
}

/// Bytes of memory that a process holds.
pub fn resident(id: u32) -> u64 {
    of_one(id, |one| one.memory()).unwrap_or(0)
}

/// The most bytes of memory that a process has held, which no system tells here.
pub fn peak(id: u32) -> u64 {
    resident(id)
}

/// What is known of a process now.
pub fn stat(id: u32) -> Option<Stat> {
    of_one(id, |one| Stat {
        // Some systems call every process a running one.
        busy: false,
        ended: matches!(one.status(), ProcessStatus::Zombie | ProcessStatus::Dead),
        parent: one.parent().map_or(0, Pid::as_u32),
        group: None,
        session: None,
        start: one.start_time(),
    })
}

/// Asks about one process, anew.
fn of_one<T>(id: u32, ask: impl FnOnce(&sysinfo::Process) -> T) -> Option<T> {
    let id = Pid::from_u32(id);
    known(|known| {
        refresh(&mut known.system, ProcessesToUpdate::Some(&[id]));
        known.system.process(id).map(ask)
    })
}

/// Asks about all processes, who are looked at again when the last look has become old.
fn of_all<T>(ask: impl FnOnce(&System) -> T) -> T {
    known(|known| {
        if known.all_at.is_none_or(|at| at.elapsed() >= WATCH_PAUSE) {
            refresh(&mut known.system, ProcessesToUpdate::All);
            known.all_at = Some(Instant::now());
        }
        ask(&known.system)
    })
}

fn known<T>(ask: impl FnOnce(&mut Known) -> T) -> T {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    ask(known.get_or_insert_with(|| Known {
        system: System::new(),
        all_at: None,
    }))
}

fn refresh(system: &mut System, which: ProcessesToUpdate<'_>) {
    let kind = ProcessRefreshKind::nothing().with_memory().without_tasks();
    system.refresh_processes_specifics(which, true, kind);
}
