//! What a system tells about processes: whose child one is, when it began, how much
//! memory it holds. Linux tells most, and at once; elsewhere there are no sessions, no
//! groups, and nobody is known to compute.

use std::path::Path;

use crate::limits::WATCHED;

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "elsewhere.rs")]
mod system;

pub use system::{all, children, peak, resident};

/// A process that is no other: ids are used again, a start is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Process {
    /// Its id.
    pub id: u32,
    /// When it began: in ticks since the machine did on Linux, elsewhere in seconds.
    start: u64,
}

impl Process {
    /// Whether it began later than another, or in the same tick.
    pub fn began_after(self, other: Self) -> bool {
        self.start >= other.start
    }
}

/// What a system says of a process.
struct Stat {
    /// Whether it computes, or would if a core were free, or waits for a disk.
    busy: bool,
    /// Whether it has ended, and nobody has asked about it.
    ended: bool,
    parent: u32,
    group: Option<u32>,
    session: Option<u32>,
    start: u64,
}

/// Whether this system tells all of it, as Linux does.
pub fn tells() -> bool {
    cfg!(target_os = "linux") && Path::new("/proc/self/status").exists()
}

/// Whether this system tells whose child a process is, and how much memory it holds.
pub fn are_known() -> bool {
    process(std::process::id()).is_some()
}

/// The process of this id, if there is one.
pub fn process(id: u32) -> Option<Process> {
    let start = system::stat(id)?.start;
    Some(Process { id, start })
}

/// Whether it still is, also as one that has ended and that nobody has asked about.
pub fn is_there(process: Process) -> bool {
    system::stat(process.id).is_some_and(|stat| stat.start == process.start)
}

/// Whether it computes, or would if a core were free, or waits for a disk.
pub fn is_busy(process: Process) -> bool {
    let busy = |stat: &Stat| stat.start == process.start && stat.busy;
    system::stat(process.id).is_some_and(|stat| busy(&stat))
}

/// The session of a process; one that has ended is of none any more.
pub fn session(id: u32) -> Option<u32> {
    system::stat(id).filter(|stat| !stat.ended)?.session
}

/// The processes of a group, in the order of their ids.
pub fn of_group(group: u32) -> Vec<u32> {
    let mut found = all();
    found.retain(|id| system::stat(*id).is_some_and(|stat| stat.group == Some(group)));
    found.sort_unstable();
    found
}

/// A process, if it is there, and those that descend from it at this moment.
pub fn family(id: u32) -> Vec<u32> {
    let mut found: Vec<u32> = process(id).map(|process| process.id).into_iter().collect();
    let mut asked = 0;
    while let Some(parent) = found.get(asked).filter(|_| asked < WATCHED) {
        found.extend(children(*parent));
        asked += 1;
    }
    found
}

/// The children of a process, found by asking every process for its parent: as
/// slow as that, and complete where [`children`] may miss one that comes or goes.
pub fn children_by_parent(id: u32) -> Vec<u32> {
    let mut found = all();
    found.retain(|child| system::stat(*child).is_some_and(|stat| stat.parent == id));
    found
}
