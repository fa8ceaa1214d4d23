//! The program under check as a process: its start, what it prints, its end.
//!
//! It gets a directory, the environment it needs and nothing more, and a
//! process group of its own. Dropping it ends the whole group, so that neither
//! a finished step, nor an interrupted check, nor a panic leaves one behind.

use std::{
    collections::BTreeSet,
    ffi::OsString,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::{Child, Command},
    sync::Notify,
    time::timeout,
};

use crate::{
    allowance::Overrun,
    fence::{Confinement, Fence},
    limits::{BUSY_START, LAST_WORDS, LOG_LINE, START},
    processes,
    watch::{self, Watch},
};

/// What to run: a file and its arguments.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The executable file.
    pub file: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
}

/// A running program, or one that has ended by itself.
pub struct Program {
    child: Child,
    group: Arc<Mutex<group::Group>>,
    watch: Watch,
    log: Arc<Pipe>,
    complaints: Arc<Pipe>,
}

/// What the environment passes on: how to find and run programs, nothing that
/// could change what they say.
const PASSED_ON: [&str; 9] = [
    "PATH",
    "HOME",
    "TMPDIR",
    "TEMP",
    "TMP",
    "SystemRoot",
    "LD_LIBRARY_PATH",
    "NODE_PATH",
    "PYENV_ROOT",
];

/// Without a locale some languages, as Java, print `?` for each é.
const LANGUAGE: &str = "C.UTF-8";

impl Program {
    /// Starts it in `directory` behind `fence`, with `PORT` set to `port` or left
    /// unset.
    ///
    /// # Errors
    /// When the operating system cannot start the file.
    pub fn start(
        run: &Invocation,
        directory: &Path,
        port: Option<u16>,
        fence: &Fence,
    ) -> std::io::Result<Self> {
        let bounds = fence.groups.as_ref();
        let bounds = bounds.map(|groups| groups.group(&fence.allowance));
        let bounds = bounds.transpose()?.map(Arc::new);
        let place = bounds.as_ref().map(|bounds| bounds.place());
        let (file, words) = fence.words(&run.file, &run.args, place);
        let mut command = Command::new(file);
        command.args(words).current_dir(directory).env_clear();
        command.envs(
            PASSED_ON
                .iter()
                .filter_map(|name| Some((name, std::env::var_os(name)?))),
        );
        if cfg!(unix) {
            command.env("LANG", LANGUAGE);
        }
        command.envs(port.map(|port| ("PORT", port.to_string())));
        if fence.confinement != Confinement::Free {
            // The one place where it may write.
            command.envs(["TMPDIR", "TEMP", "TMP"].map(|name| (name, directory)));
        }
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.kill_on_drop(true);
        if fence.gate.is_none() {
            // The gate makes a session, and with it a group, of its own.
            group::apart(&mut command);
        }
        let mut child = watch::starting(|| {
            let child = command.spawn();
            (child.as_ref().ok().and_then(Child::id), child)
        })?;
        let group = Arc::new(Mutex::new(group::Group::of(&child)));
        let too_much = Arc::clone(&group);
        let too_much = move || end_group(&too_much);
        let watch = Watch::over(child.id(), directory, &fence.allowance, bounds, too_much);
        let log = Pipe::drain(child.stdout.take(), fence.allowance.output as usize);
        let complaints = Pipe::drain(child.stderr.take(), fence.allowance.complaints as usize);
        Ok(Self {
            child,
            group,
            watch,
            log,
            complaints,
        })
    }

    /// The ids of the processes that are known to descend from it, and its own.
    pub fn family(&self) -> BTreeSet<u32> {
        let mut ids = self.watch.family();
        ids.extend(self.child.id().into_iter().flat_map(processes::family));
        ids
    }

    /// The ids of its processes: of its group, and of those that have left the group
    /// and are known to descend from it.
    pub fn processes(&self) -> BTreeSet<u32> {
        let mut ids = self.watch.family();
        ids.extend(self.child.id().into_iter().flat_map(processes::of_group));
        ids
    }

    /// The next line of its standard output with its line end, or what there is
    /// of it when the program has ended; `None` when nothing came in `wait`.
    pub async fn next_line(&self, wait: Duration) -> Option<Vec<u8>> {
        timeout(wait, async {
            loop {
                let changed = self.log.changed.notified();
                let ended = {
                    let mut kept = self.log.kept();
                    if let Some(line) = kept.take_line() {
                        return Some(line);
                    }
                    kept.ended
                };
                if ended {
                    return None;
                }
                changed.await;
            }
        })
        .await
        .unwrap_or(None)
    }

    /// What has come of a line that has no end yet.
    pub fn unfinished_line(&self) -> Vec<u8> {
        self.log.kept().bytes.clone()
    }

    /// The first line of its standard output, see [`Self::next_line`]. A program that
    /// still computes is waited for longer than one that waits itself.
    pub async fn start_line(&self) -> Option<Vec<u8>> {
        let began = Instant::now();
        loop {
            let left = BUSY_START.saturating_sub(began.elapsed());
            let line = self.next_line(START.min(left)).await;
            let over = self.log.kept().ended || began.elapsed() >= BUSY_START;
            if line.is_some() || over || !self.watch.is_busy() {
                return line;
            }
        }
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// How it ended by itself, waiting for that no longer than `wait`.
    pub async fn ends(&mut self, wait: Duration) -> Option<ExitStatus> {
        timeout(wait, self.child.wait()).await.ok()?.ok()
    }

    /// The same for a program that is to end instead of starting, which may have as
    /// much to compute before, see [`Self::start_line`].
    pub async fn ends_early(&mut self) -> Option<ExitStatus> {
        let began = Instant::now();
        loop {
            let left = BUSY_START.saturating_sub(began.elapsed());
            let status = self.ends(START.min(left)).await;
            if status.is_some() || began.elapsed() >= BUSY_START || !self.watch.is_busy() {
                return status;
            }
        }
    }

    /// What it has written on standard error so far; goes on being written.
    pub fn complaints(&self) -> Complaints {
        Complaints(Arc::clone(&self.complaints))
    }

    /// Waits for the last bytes of standard error of a program that has ended.
    pub async fn last_words(&self) -> String {
        let all = async {
            while !self.complaints.kept().ended {
                self.complaints.changed.notified().await;
            }
        };
        // A grandchild can hold the pipe open; what has come until then is enough.
        let _ = timeout(LAST_WORDS, all).await;
        self.complaints().so_far()
    }

    /// What it took too much of, and was ended for.
    pub fn overrun(&self) -> Option<Overrun> {
        self.watch.overrun()
    }

    /// Bytes that it has written on standard output, kept or not.
    pub fn written(&self) -> u64 {
        self.log.kept().written
    }

    /// Ends it with everything it started, and waits until it is gone.
    pub async fn end(&mut self) {
        self.watch.end();
        end_group(&self.group);
        let _ = timeout(LAST_WORDS, self.child.wait()).await;
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.watch.end();
        end_group(&self.group);
    }
}

fn end_group(group: &Mutex<group::Group>) {
    let mut group = group.lock().unwrap_or_else(PoisonError::into_inner);
    group.end();
}

/// A program's standard error, to be read while it runs.
#[derive(Clone, Default)]
pub struct Complaints(Arc<Pipe>);

impl Complaints {
    /// Everything until now, as far as it is kept.
    pub fn so_far(&self) -> String {
        String::from_utf8_lossy(&self.0.kept().bytes).into_owned()
    }
}

/// One of the program's outputs, read to its end whatever comes.
#[derive(Default)]
struct Pipe {
    kept: Mutex<Kept>,
    changed: Notify,
}

#[derive(Default)]
struct Kept {
    bytes: Vec<u8>,
    /// How many of them are known to hold no line end.
    scanned: usize,
    /// How many bytes there is still room for.
    room: usize,
    /// How many bytes have come in all.
    written: u64,
    ended: bool,
}

impl Pipe {
    fn drain(source: Option<impl AsyncRead + Unpin + Send + 'static>, room: usize) -> Arc<Self> {
        let pipe = Arc::new(Self::default());
        pipe.kept().room = room;
        let Some(mut source) = source else {
            return pipe;
        };
        let writer = Arc::clone(&pipe);
        tokio::spawn(async move {
            let mut buffer = [0; 8192];
            while let Ok(count @ 1..) = source.read(&mut buffer).await {
                writer.kept().keep(&buffer[..count]);
                writer.changed.notify_one();
            }
            writer.kept().ended = true;
            writer.changed.notify_one();
        });
        pipe
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// Keeps what there is room for, and never makes room again.
    fn keep(&mut self, bytes: &[u8]) {
        self.written += bytes.len() as u64;
        let count = self.room.min(bytes.len());
        self.bytes.extend_from_slice(&bytes[..count]);
        self.room -= count;
    }

    fn take_line(&mut self) -> Option<Vec<u8>> {
        let fresh = memchr::memchr(b'\n', &self.bytes[self.scanned..]);
        let end = fresh.map(|at| self.scanned + at + 1);
        let over = self.ended || self.bytes.len() >= LOG_LINE || self.room == 0;
        self.scanned = self.bytes.len();
        let end = end.or_else(|| (over && !self.bytes.is_empty()).then_some(self.bytes.len()))?;
        self.scanned = 0;
        let rest = self.bytes.split_off(end);
        Some(std::mem::replace(&mut self.bytes, rest))
    }
}

/// The one place where process groups are a matter of the operating system.
#[cfg(unix)]
pub mod group {
    use rustix::process::{Pid, Signal, kill_process_group};
    use tokio::process::{Child, Command};

    pub struct Group(Option<Pid>);

    pub fn apart(command: &mut Command) {
        command.process_group(0);
    }

    impl Group {
        pub fn of(child: &Child) -> Self {
            let id = child.id().and_then(|id| i32::try_from(id).ok());
            Self(id.and_then(Pid::from_raw))
        }

        /// Ends every process of the group; once, since ids are used again.
        pub fn end(&mut self) {
            if let Some(group) = self.0.take() {
                let _ = kill_process_group(group, Signal::KILL);
            }
        }
    }
}

/// The same on Windows, where a job does it: whatever a process in it starts is in it
/// too, and all are ended when its last handle is closed, which is here, also when the
/// checker is ended itself. What a program starts before it is in its job is not.
#[cfg(windows)]
pub mod group {
    use tokio::process::{Child, Command};
    use win32job::{ExtendedLimitInfo, Job};

    pub struct Group(Option<Job>);

    pub fn apart(_command: &mut Command) {}

    impl Group {
        pub fn of(child: &Child) -> Self {
            // Without a job the process is still ended, by whoever drops it.
            Self(job_of(child))
        }

        /// Ends every process of the job.
        pub fn end(&mut self) {
            self.0 = None;
        }
    }

    fn job_of(child: &Child) -> Option<Job> {
        let mut limits = ExtendedLimitInfo::new();
        limits.limit_kill_on_job_close();
        let job = Job::create_with_limit_info(&limits).ok()?;
        job.assign_process(child.raw_handle()? as isize).ok()?;
        Some(job)
    }
}
