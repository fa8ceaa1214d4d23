//! What Linux tells about processes, and nobody else does without privileges or
//! crates: whose child one is, when it began, how much memory it holds. On other
//! systems every answer is none.

use std::{fs, path::Path};

use crate::limits::WATCHED;

/// A process that is no other: ids are used again, a start is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Process {
    /// Its id.
    pub id: u32,
    /// When it began, in ticks since the machine did.
    start: u64,
}

impl Process {
    /// Whether it began later than another, or in the same tick.
    pub fn began_after(self, other: Self) -> bool {
        self.start >= other.start
    }
}

/// What `stat` says of a process.
struct Stat {
    state: char,
    parent: u32,
    group: u32,
    session: u32,
    start: u64,
}

/// Whether this system tells at all.
pub fn tells() -> bool {
    cfg!(target_os = "linux") && Path::new("/proc/self/status").exists()
}

/// The process of this id, if there is one.
pub fn process(id: u32) -> Option<Process> {
    let start = stat(id)?.start;
    Some(Process { id, start })
}

/// Whether it still is, also as one that has ended and that nobody has asked about.
pub fn is_there(process: Process) -> bool {
    stat(process.id).is_some_and(|stat| stat.start == process.start)
}

/// Whether it computes, or would if a core were free, or waits for a disk.
pub fn is_busy(process: Process) -> bool {
    let busy = |stat: &Stat| stat.start == process.start && matches!(stat.state, 'R' | 'D');
    stat(process.id).is_some_and(|stat| busy(&stat))
}

/// The session of a process; one that has ended is of none any more.
pub fn session(id: u32) -> Option<u32> {
    stat(id)
        .filter(|stat| stat.state != 'Z')
        .map(|stat| stat.session)
}

/// The ids of all processes.
pub fn all() -> Vec<u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect()
}

/// The processes of a group, in the order of their ids.
pub fn of_group(group: u32) -> Vec<u32> {
    let mut found = all();
    found.retain(|id| stat(*id).is_some_and(|stat| stat.group == group));
    found.sort_unstable();
    found
}

/// The children of a process, whichever thread of it they began in.
pub fn children(id: u32) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{id}/task"));
    let lists = threads.into_iter().flatten().flatten().map(|thread| {
        let list = thread.path().join("children");
        fs::read_to_string(list).unwrap_or_default()
    });
    lists
        .flat_map(|list| {
            let ids = list.split_whitespace().filter_map(|id| id.parse().ok());
            ids.collect::<Vec<u32>>()
        })
        .collect()
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
    found.retain(|child| stat(*child).is_some_and(|stat| stat.parent == id));
    found
}

/// Bytes of memory that a process holds.
pub fn resident(id: u32) -> u64 {
    memory(id, "VmRSS:")
}

/// The most bytes of memory that a process has held.
pub fn peak(id: u32) -> u64 {
    memory(id, "VmHWM:")
}

fn memory(id: u32, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
    kib.and_then(|kib| kib.trim().parse::<u64>().ok())
        .unwrap_or(0)
        * 1024
}

/// The fields of `stat`, counted from after the name in parentheses, which may
/// itself hold any of them.
fn stat(id: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    Some(Stat {
        state: fields.first()?.chars().next()?,
        parent: fields.get(1)?.parse().ok()?,
        group: fields.get(2)?.parse().ok()?,
        session: fields.get(3)?.parse().ok()?,
        start: fields.get(19)?.parse().ok()?,
    })
}
