//! Processes that a checked program has started and left behind.
//!
//! On Linux the checker adopts them: a process whose parent has gone becomes
//! ours, whatever group or session it has moved to, and is ended with the check.
//! Elsewhere a program's own process group is ended, and nothing more is claimed.

#[cfg(target_os = "linux")]
mod system {
    use std::{process, thread, time::Instant};

    use checker::{
        control_group,
        limits::{CONNECT_PAUSE, LEFT_BEHIND},
        processes,
    };
    use rustix::process::{
        Pid, Signal, WaitOptions, getpid, kill_process, set_child_subreaper, waitpid,
    };

    pub fn adopt() {
        // A kernel that cannot do this leaves us with process groups.
        let _ = set_child_subreaper(Some(getpid()));
    }

    /// Each look finds the children whose parents the look before has ended.
    pub fn end() {
        control_group::sweep();
        let until = Instant::now() + LEFT_BEHIND;
        loop {
            let children = processes::children_by_parent(process::id());
            let children: Vec<Pid> = children
                .into_iter()
                .filter_map(|id| Pid::from_raw(i32::try_from(id).ok()?))
                .collect();
            if children.is_empty() || Instant::now() > until {
                return;
            }
            for child in &children {
                let _ = kill_process(*child, Signal::KILL);
            }
            for child in children {
                let _ = waitpid(Some(child), WaitOptions::NOHANG);
            }
            thread::sleep(CONNECT_PAUSE);
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    pub fn adopt() {}

    pub fn end() {}
}

pub use system::{adopt, end};
