//! What stands between a program and the machine: what the kernel enforces.
//!
//! A program begins behind the fence by way of the gate: the checker's own
//! executable, started in the program's place. It takes limits and rights away
//! from itself and then becomes the program, which cannot have them back. So
//! nothing runs between a program's start and its limits.
//!
//! | | enforced by | where |
//! |---|---|---|
//! | open files, file size, private memory, core dumps | `setrlimit` | Unix |
//! | writes in its own directory alone | Landlock | Linux 5.13 |
//! | no TCP connection to anyone | Landlock | Linux 6.7 |
//! | no signal to others, no abstract Unix socket of theirs | Landlock | Linux 6.12 |
//! | no terminal | `setsid`, and no device of it | Unix |
//! | reads of the system and of itself alone | Landlock | Linux 5.13 |
//! | ends when the checker does, however that ends | parent-death signal | Linux |
//! | memory and threads, its children's with it | a control group | Linux, where one is delegated |
//!
//! On Windows a program begins without a gate, and its job alone holds it.

use std::{
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    process::ExitCode,
};

use crate::{
    allowance::Allowance,
    control_group::{self, Delegation},
};

/// How far a program is kept to itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Confinement {
    /// Not at all: a learner's own command, `go run` with its caches, is theirs.
    #[default]
    Free,
    /// It writes into its own directory and connects to nobody.
    Own,
    /// The same, and it reads the system and itself alone: a stranger's program.
    Stranger,
}

/// The fence of one run.
#[derive(Clone, Debug, Default)]
pub struct Fence {
    /// What a program may take.
    pub allowance: Allowance,
    /// Whether it is kept to itself.
    pub confinement: Confinement,
    /// The executable whose `main` calls [`entered`]; without one the kernel
    /// enforces nothing.
    pub gate: Option<PathBuf>,
    /// Where programs get a control group each.
    pub groups: Option<Delegation>,
}

/// The first argument that says this start is a gate's.
const GATE: &str = "--behind-the-fence";

/// What a file that cannot be run exits with, as shells have it.
const NOT_RUN: u8 = 127;

impl Fence {
    /// The words that start `file` with `args`: its own, or those of the gate, which
    /// enters the control group in the directory `group`.
    pub fn words(
        &self,
        file: &Path,
        args: &[OsString],
        group: Option<&Path>,
    ) -> (PathBuf, Vec<OsString>) {
        let Some(gate) = self.gate.as_ref().filter(|_| cfg!(unix)) else {
            return (file.to_owned(), args.to_vec());
        };
        let confinement = match self.confinement {
            Confinement::Free => "free",
            Confinement::Own => "own",
            Confinement::Stranger => "stranger",
        };
        let limits = [
            self.allowance.memory,
            self.allowance.files,
            self.allowance.directory,
        ];
        let mut words: Vec<OsString> = vec![GATE.into(), confinement.into()];
        words.extend(limits.map(|limit| limit.to_string().into()));
        words.push(group.unwrap_or(Path::new("")).into());
        words.push(file.into());
        words.extend_from_slice(args);
        (gate.clone(), words)
    }
}

/// Called first in the gate's `main`: when this start is one, the process becomes
/// the program and this never returns, or it says in one line why it cannot.
/// `None` on any other start.
pub fn entered() -> Option<ExitCode> {
    let mut words = std::env::args_os().skip(1);
    if words.next().is_none_or(|word| word != GATE) {
        return None;
    }
    let words: Vec<OsString> = words.collect();
    let why = match words.as_slice() {
        [
            confinement,
            memory,
            files,
            directory,
            group,
            file,
            args @ ..,
        ] => {
            let limits = [memory, files, directory].map(|limit| number(limit));
            let group = Some(Path::new(group)).filter(|_| !group.is_empty());
            match group.map_or(Ok(()), control_group::enter) {
                Ok(()) => pass(confinement, limits, Path::new(file), args),
                Err(error) => format!("its control group: {error}"),
            }
        }
        _ => "the gate was called with too few words".into(),
    };
    eprintln!("the program cannot be started: {why}");
    Some(ExitCode::from(NOT_RUN))
}

fn number(word: &OsStr) -> u64 {
    let number = word.to_str().and_then(|word| word.parse().ok());
    number.unwrap_or(u64::MAX)
}

/// Becomes the program; returns with the reason when that is not possible.
#[cfg(unix)]
fn pass(confinement: &OsStr, limits: [u64; 3], file: &Path, args: &[OsString]) -> String {
    use std::{os::unix::process::CommandExt, process::Command};
    // A session of its own: a program that shared ours could type into its terminal.
    let _ = rustix::process::setsid();
    bound(limits);
    #[cfg(target_os = "linux")]
    {
        // A checker that is killed outright cannot end its programs itself.
        let _ =
            rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
        if confinement != "free"
            && let Err(error) = landlock::confine(file, confinement == "stranger")
        {
            return format!("Landlock: {error}");
        }
    }
    let _ = confinement;
    Command::new(file).args(args).exec().to_string()
}

#[cfg(not(unix))]
fn pass(_: &OsStr, _: [u64; 3], _: &Path, _: &[OsString]) -> String {
    "this system has no gate".into()
}

/// Takes what the program may not have more of. What it may write to for itself alone
/// is bounded at twice the memory: an allocator keeps more in hand than it uses.
#[cfg(unix)]
fn bound([memory, files, directory]: [u64; 3]) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limits = [
        (Resource::Data, memory.saturating_mul(2)),
        (Resource::Nofile, files),
        (Resource::Fsize, directory),
        (Resource::Core, 0),
    ];
    for (resource, wanted) in limits {
        // Never above what the learner's own shell allows.
        let most = getrlimit(resource).maximum.unwrap_or(u64::MAX);
        let bound = Some(wanted.min(most));
        let _ = setrlimit(
            resource,
            Rlimit {
                current: bound,
                maximum: bound,
            },
        );
    }
}

#[cfg(target_os = "linux")]
mod landlock {
    //! The one place that speaks to Landlock. A kernel that knows less of it
    //! enforces as much as it knows.

    use std::path::Path;

    use landlock::{
        ABI, AccessFs, AccessNet, BitFlags, PathBeneath, PathFd, Ruleset, RulesetAttr,
        RulesetCreatedAttr, RulesetError, Scope,
    };

    /// The newest version of Landlock whose rights are spoken of here.
    const NEWEST: ABI = ABI::V6;

    /// Where programs find the libraries and devices that they need.
    const SYSTEM: [&str; 14] = [
        "/bin",
        "/etc",
        "/gnu",
        "/lib",
        "/lib64",
        "/nix/store",
        "/opt",
        "/proc/cpuinfo",
        "/proc/meminfo",
        "/proc/self",
        "/proc/sys",
        "/run/current-system",
        "/sys",
        "/usr",
    ];

    /// Devices that programs use without a thought; not the terminal, and no memory
    /// that outlives them.
    const DEVICES: [&str; 5] = [
        "/dev/null",
        "/dev/zero",
        "/dev/full",
        "/dev/random",
        "/dev/urandom",
    ];

    /// Confines this process and all that it becomes: writes go into the current
    /// directory alone, and with `strange` reads leave out whatever is neither the
    /// system nor `file`.
    pub fn confine(file: &Path, strange: bool) -> Result<(), RulesetError> {
        let writes = AccessFs::from_write(NEWEST);
        let reads = AccessFs::from_read(NEWEST);
        let handled = if strange { writes | reads } else { writes };
        let mut rules = Ruleset::default()
            .handle_access(handled)?
            .handle_access(AccessNet::ConnectTcp)?
            .scope(Scope::Signal | Scope::AbstractUnixSocket)?
            .create()?;
        let mut allow = |path: &Path, access: BitFlags<AccessFs>| -> Result<(), RulesetError> {
            // What is not there cannot be reached either.
            let Ok(place) = PathFd::new(path) else {
                return Ok(());
            };
            // What is no directory has fewer rights to give.
            let file = AccessFs::from_file(NEWEST);
            let access = if path.is_dir() { access } else { access & file };
            (&mut rules).add_rule(PathBeneath::new(place, access))?;
            Ok(())
        };
        allow(Path::new("."), handled)?;
        for device in DEVICES {
            allow(Path::new(device), handled)?;
        }
        if strange {
            for place in SYSTEM {
                allow(Path::new(place), reads)?;
            }
            allow(file, reads)?;
        }
        rules.restrict_self()?;
        Ok(())
    }
}
