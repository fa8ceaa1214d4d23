//! Looks at what a running program takes, and ends it when it takes too much.
//!
//! The kernel bounds a process by itself; only a look from outside bounds
//! a program with its children, and can say what happened. Where the system does
//! not tell about processes, the directory alone is looked at.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};

use tokio::{task::JoinHandle, time::sleep};

use crate::{
    allowance::{Allowance, Overrun, bytes},
    control_group::ControlGroup,
    limits::{WATCH_PAUSE, WATCHED},
    processes::{self, Process},
};

/// A watch over one program; it is over when this is dropped, which ends nothing.
pub struct Watch {
    bounds: Option<Arc<ControlGroup>>,
    task: JoinHandle<()>,
    seen: Arc<Mutex<Seen>>,
}

/// The programs that were ever started here. Whoever starts one holds this until the
/// program is in it: nobody may take it for an orphan meanwhile.
static LEADERS: RwLock<BTreeSet<u32>> = RwLock::new(BTreeSet::new());

/// Starts a program by `spawn`, which gives its id. From its first moment on it is
/// known for one; [`Watch::over`] watches it.
pub fn starting<T>(spawn: impl FnOnce() -> (Option<u32>, T)) -> T {
    let mut leaders = LEADERS.write().unwrap_or_else(PoisonError::into_inner);
    let (id, started) = spawn();
    leaders.extend(id);
    started
}

struct Seen {
    /// The program and everything that was ever found to descend from it.
    family: BTreeSet<Process>,
    /// What it took too much of.
    overrun: Option<Overrun>,
}

impl Watch {
    /// Watches the process `leader` and its `directory`, and what the kernel says of its
    /// `bounds`. Who takes too much is ended, and `too_much` called, for the systems that
    /// do not tell about processes.
    pub fn over(
        leader: Option<u32>,
        directory: &Path,
        allowance: &Allowance,
        bounds: Option<Arc<ControlGroup>>,
        too_much: impl Fn() + Send + 'static,
    ) -> Self {
        // Once it has ended, its id may be another's.
        let leader = leader.and_then(processes::process);
        let seen = Arc::new(Mutex::new(Seen {
            family: leader.into_iter().collect(),
            overrun: None,
        }));
        let (here, allowance) = (Arc::clone(&seen), allowance.clone());
        let directory = directory.to_owned();
        let bound = bounds.clone();
        let task = tokio::spawn(async move {
            let refused = || bound.as_ref()?.overrun();
            let over = |family: &BTreeSet<Process>| {
                refused().or_else(|| overrun(family, &directory, &allowance))
            };
            loop {
                // In its first moment a program has taken nothing yet.
                sleep(WATCH_PAUSE).await;
                let own = look(bound.as_deref(), &here);
                // A group has its orphans in it, and nobody else's.
                let alone = leader.filter(|_| bound.is_none());
                let orphans = alone.map_or(BTreeSet::new(), orphans);
                let all = &own | &with_descent(orphans.clone());
                let found = over(&all).inspect(|overrun| {
                    if over(&own).is_none() {
                        blame(&orphans, overrun);
                    }
                });
                if let Some(overrun) = found.or_else(|| leader.and_then(blamed)) {
                    guard(&here).overrun = Some(overrun);
                    if let Some(bound) = &bound {
                        bound.end();
                    }
                    end(all);
                    return too_much();
                }
            }
        });
        Self { bounds, task, seen }
    }

    /// What the program took too much of, once it did.
    pub fn overrun(&self) -> Option<Overrun> {
        let seen = guard(&self.seen).overrun.clone();
        // The kernel may have ended it since the last look.
        seen.or_else(|| self.bounds.as_ref()?.overrun())
    }

    /// The ids of the program's processes that were there at the last look.
    pub fn family(&self) -> BTreeSet<u32> {
        guard(&self.seen).family.iter().map(|one| one.id).collect()
    }

    /// Whether one of the program's processes computes at this moment.
    pub fn is_busy(&self) -> bool {
        let family = guard(&self.seen).family.clone();
        family.into_iter().any(processes::is_busy)
    }

    /// Ends every process that belongs to the program, after a last look: one that has
    /// begun since the one before would lose its parent now, and be nobody's.
    pub fn end(&self) {
        let bounds = self.bounds.as_deref();
        if let Some(bounds) = bounds {
            bounds.end();
        }
        end(look(bounds, &self.seen));
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn guard(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The program and those that descend from it, or did at an earlier look: who has lost
/// the parent is still known. Who is in its control group is its own as well.
fn look(bounds: Option<&ControlGroup>, seen: &Mutex<Seen>) -> BTreeSet<Process> {
    let mut family = guard(seen).family.clone();
    let bound = bounds.map(ControlGroup::processes).unwrap_or_default();
    family.extend(bound.into_iter().filter_map(processes::process));
    family.retain(|process| processes::is_there(*process));
    let family = with_descent(family);
    guard(seen).family.clone_from(&family);
    family
}

/// These and those who descend from them.
fn with_descent(mut family: BTreeSet<Process>) -> BTreeSet<Process> {
    let mut unasked: Vec<Process> = family.iter().copied().collect();
    while let Some(parent) = unasked.pop() {
        for child in processes::children(parent.id) {
            if let Some(child) = processes::process(child)
                && family.len() < WATCHED
                && family.insert(child)
            {
                unasked.push(child);
            }
        }
    }
    family
}

/// Orphans that were ended, each time with what they took too much of.
static BLAMED: Mutex<Vec<(BTreeSet<Process>, Overrun)>> = Mutex::new(Vec::new());

/// Each start that orphans of no session may come from answers for them, and not only
/// the one whose watch was the first to see them.
fn blame(orphans: &BTreeSet<Process>, overrun: &Overrun) {
    let leaders = LEADERS.read().unwrap_or_else(PoisonError::into_inner);
    let mut nobodys = orphans.clone();
    nobodys.retain(|one| processes::session(one.id).is_none_or(|id| !leaders.contains(&id)));
    let mut blamed = BLAMED.lock().unwrap_or_else(PoisonError::into_inner);
    blamed.push((nobodys, overrun.clone()));
}

/// What orphans were ended for of which one may be this program's.
fn blamed(leader: Process) -> Option<Overrun> {
    let blamed = BLAMED.lock().unwrap_or_else(PoisonError::into_inner);
    let mut all = blamed.iter();
    let found = all.find(|(orphans, _)| orphans.iter().any(|one| one.began_after(leader)));
    found.map(|(_, overrun)| overrun.clone())
}

/// The processes that began after `leader`, and that the checker has adopted: their
/// parents have gone. One of `leader`'s own session is its own, one of another program's
/// is about to end with that. Whose the others were nobody tells; all that a check runs
/// is one program, so each of its starts answers for them. What the checker has started
/// itself is in its own session, or a program.
fn orphans(leader: Process) -> BTreeSet<Process> {
    let ourselves = std::process::id();
    let leaders = LEADERS.read().unwrap_or_else(PoisonError::into_inner);
    let mut found = processes::children(ourselves);
    // Most often there are none, and nothing more is to be asked.
    found.retain(|id| !leaders.contains(id));
    if found.is_empty() {
        return BTreeSet::new();
    }
    let own = processes::session(ourselves);
    found.retain(|id| {
        let session = processes::session(*id).filter(|session| Some(*session) != own);
        let foreign = |session| session != leader.id && leaders.contains(&session);
        session.is_some_and(|session| !foreign(session))
    });
    let found = found.into_iter().filter_map(processes::process);
    found.filter(|orphan| orphan.began_after(leader)).collect()
}

fn overrun(family: &BTreeSet<Process>, directory: &Path, allowance: &Allowance) -> Option<Overrun> {
    let found = |limit, deed| Some(Overrun { limit, deed });
    if family.len() as u64 > allowance.processes {
        let bound = allowance.processes;
        return found("processes", format!("started more than {bound} processes"));
    }
    let memory: u64 = family.iter().map(|one| processes::resident(one.id)).sum();
    if memory > allowance.memory {
        let bound = bytes(allowance.memory);
        return found("memory", format!("took more than {bound} of memory"));
    }
    match size(directory, allowance.directory) {
        None => {
            let deed = format!("made more than {WATCHED} files in its directory");
            found("names", deed)
        }
        Some(size) if size > allowance.directory => {
            let bound = bytes(allowance.directory);
            let deed = format!("wrote more than {bound} into its directory");
            found("directory", deed)
        }
        Some(_) => None,
    }
}

/// The bytes in a directory and those below it, counted until they are more than
/// `enough`; `None` when it has more entries than are looked through.
fn size(directory: &Path, enough: u64) -> Option<u64> {
    let (mut total, mut entries) = (0, 0);
    let mut folders: Vec<PathBuf> = vec![directory.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            entries += 1;
            match entry.metadata() {
                // What a link leads to is not in the directory.
                Ok(data) if data.is_dir() => folders.push(entry.path()),
                Ok(data) => total += data.len(),
                Err(_) => {}
            }
            if entries > WATCHED {
                return None;
            }
            if total > enough {
                return Some(total);
            }
        }
    }
    Some(total)
}

#[cfg(unix)]
fn end(family: BTreeSet<Process>) {
    use rustix::process::{Pid, Signal, kill_process};
    // A process that was ended may be another's id by now: look before.
    for process in family.into_iter().filter(|one| processes::is_there(*one)) {
        let id = i32::try_from(process.id).ok().and_then(Pid::from_raw);
        if let Some(id) = id {
            let _ = kill_process(id, Signal::KILL);
        }
    }
}

#[cfg(not(unix))]
fn end(_family: BTreeSet<Process>) {}
