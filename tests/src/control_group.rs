//! Control groups: what the Linux kernel bounds for a program and everything that it
//! starts together, whatever session or parent that moves to (`man 7 cgroups`).
//!
//! Only version 2, and only where the checker has been given a group to divide: it is
//! alone in one that it may write to, and `memory` and `pids` are handed down to it.
//! A group with processes of its own cannot be divided, so the checker moves into a
//! leaf of it, and each program gets another:
//!
//! ```text
//! what was delegated/
//!   on-the-wire      the checker
//!   1234-0, 1234-1   its programs
//! ```
//!
//! Groups count what no look at processes finds: memory that is nobody's own, as
//! a `memfd` is, and threads.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Instant,
};

use crate::{
    allowance::{Allowance, Overrun, bytes},
    limits::{CONNECT_PAUSE, SCRATCH_END, THREADS},
};

/// What the group of the checker itself is called, in the one that it divides.
const LEAF: &str = "on-the-wire";

/// What a group must have to be of use.
const CONTROLLERS: [&str; 2] = ["memory", "pids"];

/// Counts the groups that this process has made.
static MADE: AtomicU64 = AtomicU64::new(0);

/// A group that was delegated to the checker: others are made in it.
#[derive(Clone, Debug)]
pub struct Delegation(PathBuf);

impl Delegation {
    /// The group that this process, or one that it comes from, has divided already.
    pub fn divided() -> Option<Self> {
        let own = own_group()?;
        let place = own.parent().filter(|_| own.ends_with(LEAF))?;
        Some(Self(place.to_owned()))
    }

    /// The same, or the group that this process is in, divided now. `None` where none
    /// is delegated to this process alone.
    pub fn here() -> Option<Self> {
        Self::divided().or_else(|| divide(own_group()?).ok())
    }

    /// A group in it that is divided in turn: for a check whose programs may reach no
    /// other's groups. The check begins in its [`leaf`].
    ///
    /// # Errors
    /// When the system makes none.
    pub fn apart(&self) -> io::Result<Apart> {
        let apart = Apart(self.0.join(fresh_name()));
        fs::create_dir(&apart.0)?;
        fs::create_dir(leaf(&apart.0))?;
        hand_down(&apart.0)?;
        Ok(apart)
    }

    /// A group for one program.
    ///
    /// # Errors
    /// When the system makes none, or does not bound it.
    pub fn group(&self, allowance: &Allowance) -> io::Result<ControlGroup> {
        let group = ControlGroup {
            place: self.0.join(fresh_name()),
            allowance: allowance.clone(),
        };
        fs::create_dir(&group.place)?;
        // Files of a disk in memory count too, and have a limit of their own.
        let memory = allowance.memory.saturating_add(allowance.directory);
        group.set("memory.max", memory)?;
        group.set("pids.max", allowance.processes.saturating_mul(THREADS))?;
        group.set("memory.oom.group", 1)?;
        // A system without swap has no such file.
        let _ = group.set("memory.swap.max", 0);
        Ok(group)
    }
}

/// A group of one check's own. Dropping it ends what is in it.
#[derive(Debug)]
pub struct Apart(PathBuf);

impl Apart {
    /// Where it is.
    pub fn place(&self) -> &Path {
        &self.0
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        remove(&self.0);
    }
}

/// The group of one program. Dropping it ends what is in it.
#[derive(Debug)]
pub struct ControlGroup {
    place: PathBuf,
    allowance: Allowance,
}

impl ControlGroup {
    /// Where it is: what a gate enters.
    pub fn place(&self) -> &Path {
        &self.place
    }

    /// The ids of the processes in it.
    pub fn processes(&self) -> BTreeSet<u32> {
        members(&self.place)
    }

    /// What the kernel has refused it, or ended it for.
    pub fn overrun(&self) -> Option<Overrun> {
        let happened = |file, event| number_of(&self.place.join(file), event) > 0;
        if happened("memory.events", "oom_kill") {
            let bound = bytes(self.allowance.memory);
            let deed = format!("took more than {bound} of memory");
            return Some(Overrun {
                limit: "memory",
                deed,
            });
        }
        happened("pids.events", "max").then(|| {
            let bound = self.allowance.processes.saturating_mul(THREADS);
            let deed = format!("started more than {bound} threads");
            Overrun {
                limit: "processes",
                deed,
            }
        })
    }

    /// Ends every process in it at once, also one that is about to start others.
    pub fn end(&self) {
        let _ = fs::write(self.place.join("cgroup.kill"), "1");
    }

    fn set(&self, file: &str, value: u64) -> io::Result<()> {
        fs::write(self.place.join(file), value.to_string())
    }
}

impl Drop for ControlGroup {
    fn drop(&mut self) {
        remove(&self.place);
    }
}

/// Moves this process, and what it becomes, into a group.
///
/// # Errors
/// When the system does not let it in.
pub fn enter(group: &Path) -> io::Result<()> {
    fs::write(group.join("cgroup.procs"), "0")
}

/// Ends what is left in the groups that this process has made, and removes them: for
/// the end of a check, when nothing plays any more.
pub fn sweep() {
    let Some(Delegation(place)) = Delegation::divided() else {
        return;
    };
    let ours = format!("{}-", process::id());
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(&ours) {
            remove(&entry.path());
        }
    }
}

/// The group of the checker itself, in one that is divided.
pub fn leaf(divided: &Path) -> PathBuf {
    divided.join(LEAF)
}

/// Divides a group in which this process is alone.
fn divide(place: PathBuf) -> io::Result<Delegation> {
    let alone = members(&place).iter().all(|id| *id == process::id());
    let handed = fs::read_to_string(place.join("cgroup.controllers"))?;
    let has = |name: &&str| handed.split_whitespace().any(|one| one == *name);
    if !alone || !CONTROLLERS.iter().all(has) {
        return Err(io::ErrorKind::Unsupported.into());
    }
    match fs::create_dir(leaf(&place)) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => enter(&leaf(&place))?,
    }
    if let Err(error) = hand_down(&place) {
        // Who finds a leaf takes its group for divided.
        let _ = enter(&place);
        let _ = fs::remove_dir(leaf(&place));
        return Err(error);
    }
    Ok(Delegation(place))
}

/// Lets the groups in this one have their bounds; none of its processes may be in it
/// itself.
fn hand_down(group: &Path) -> io::Result<()> {
    let wanted = CONTROLLERS.map(|name| format!("+{name}")).join(" ");
    fs::write(group.join("cgroup.subtree_control"), wanted)
}

/// The directory of the group that this process is in, on a system with version 2.
fn own_group() -> Option<PathBuf> {
    let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
    let path = groups.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
    let root = mounts.lines().find_map(|line| {
        let (place, kind) = line.split_once(" - ")?;
        let place = place.split(' ').nth(4)?;
        kind.starts_with("cgroup2 ").then_some(place)
    })?;
    // A container may show another part of the tree than the one that it names.
    let own = Path::new(root).join(path);
    members(&own).contains(&process::id()).then_some(own)
}

fn members(group: &Path) -> BTreeSet<u32> {
    let ids = fs::read_to_string(group.join("cgroup.procs")).unwrap_or_default();
    ids.lines().filter_map(|id| id.parse().ok()).collect()
}

/// The number behind a name, in a file of one name and number a line.
fn number_of(file: &Path, name: &str) -> u64 {
    let lines = fs::read_to_string(file).unwrap_or_default();
    let found = lines
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    found.and_then(|number| number.parse().ok()).unwrap_or(0)
}

fn fresh_name() -> String {
    format!("{}-{}", process::id(), MADE.fetch_add(1, Ordering::Relaxed))
}

/// Ends what is in a group and in those below it, and removes them.
fn remove(group: &Path) {
    let until = Instant::now() + SCRATCH_END;
    let _ = fs::write(group.join("cgroup.kill"), "1");
    loop {
        for entry in fs::read_dir(group).into_iter().flatten().flatten() {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                let _ = fs::remove_dir(entry.path());
            }
        }
        // Whoever was ended is in it until the kernel has taken leave of it.
        let gone = fs::remove_dir(group).is_ok() || !group.exists();
        if gone || Instant::now() > until {
            return;
        }
        thread::sleep(CONNECT_PAUSE);
    }
}
