//! The same from `/proc` (`man 5 proc`).

use std::fs;

use super::Stat;

/// The ids of all processes.
pub fn all() -> Vec<u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect()
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
pub fn stat(id: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let state = fields.first()?.chars().next()?;
    Some(Stat {
        busy: matches!(state, 'R' | 'D'),
        ended: state == 'Z',
        parent: fields.get(1)?.parse().ok()?,
        group: fields.get(2)?.parse().ok(),
        session: fields.get(3)?.parse().ok(),
        start: fields.get(19)?.parse().ok()?,
    })
}
