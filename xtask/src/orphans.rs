//! Processes that a checked program has started and left behind.
//!
//! On Linux the checker adopts them: a process whose parent has gone becomes
//! ours, whatever group or session it has moved to, and is ended with the check.
//! Elsewhere a program's own process group is ended, and nothing more is claimed.

#[cfg(target_os = "linux")]
mod system {
    use std::{fs, process};

    use rustix::process::{Pid, Signal, kill_process, set_child_subreaper};

    /// How often a family is looked through: each look finds one generation.
    const LOOKS: usize = 16;

    pub fn adopt() {
        // A kernel that cannot do this leaves us with process groups.
        let _ = set_child_subreaper(Some(rustix::process::getpid()));
    }

    pub fn end() {
        for _ in 0..LOOKS {
            let children = children();
            if children.is_empty() {
                return;
            }
            for child in children {
                let _ = kill_process(child, Signal::KILL);
                let _ =
                    rustix::process::waitpid(Some(child), rustix::process::WaitOptions::empty());
            }
        }
    }

    fn children() -> Vec<Pid> {
        let me = process::id();
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
        ids.filter(|id| parent(*id) == Some(me))
            .filter_map(Pid::from_raw)
            .collect()
    }

    fn parent(id: i32) -> Option<u32> {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        stat.rsplit_once(')')?
            .1
            .split_whitespace()
            .nth(1)?
            .parse()
            .ok()
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    pub fn adopt() {}

    pub fn end() {}
}

pub use system::{adopt, end};
