//! Where a step is played: a fresh directory, the program in it, its clients.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use super::{Equipment, Pen, Recording, log, turn::Turn};
use crate::{
    browser::Target,
    limits::{LAST_WORDS, PORTS},
    loopback,
    program::{Invocation, Program},
    scratch::Scratch,
    transcript::{Speaker, Unit},
    visible,
};

/// What the program is told about its port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Port {
    /// A free one, by number.
    Given,
    /// `PORT=0`: the program finds one itself and prints it.
    Free,
    /// Nothing: it takes the article's.
    Unset,
}

/// Ports below those that systems hand out to clients, so that no connection
/// of a busy machine takes one between the choice and the program's start; none
/// begins like a port that a program may have of its own, so that the first
/// digit is where two ports differ.
const GIVEN: std::ops::Range<u16> = 20_000..30_000;

/// Lines that a program may still have printed at its end, as far as shown.
const LAST_LINES: usize = 20;

/// One step's scene.
pub struct Stage {
    run: Invocation,
    pub(super) program: Option<Program>,
    /// Dropped after the program, which writes into it.
    directory: Scratch,
    pub(super) port: u16,
    pub(super) pen: Pen,
    pub(super) random: fastrand::Rng,
    pub(super) equipment: Arc<Equipment>,
    /// When the script is over, whatever it waits for.
    pub(super) until: Instant,
    /// The page that was opened last.
    pub(super) target: Option<Arc<Target>>,
    /// Held while the program has the article's port; after the program in this
    /// list, so that it ends later.
    pub(super) turn: Option<Turn>,
}

impl Stage {
    /// An empty directory for `run`, whose script has so much `time`. `seed` decides every
    /// random payload.
    ///
    /// # Errors
    /// When no directory can be made.
    pub fn new(
        run: &Invocation,
        seed: u64,
        equipment: &Arc<Equipment>,
        time: Duration,
    ) -> std::io::Result<Self> {
        let pen = Pen::new(&equipment.fence.allowance);
        // Where a program lies on this machine may show in what it complains of.
        for part in std::iter::once(run.file.as_os_str()).chain(run.args.iter().map(AsRef::as_ref))
        {
            if Path::new(part).is_absolute() {
                pen.mask("program", part.to_string_lossy());
            }
        }
        Ok(Self {
            run: run.clone(),
            program: None,
            directory: Scratch::new("program")?,
            port: 0,
            pen,
            random: fastrand::Rng::with_seed(seed),
            equipment: Arc::clone(equipment),
            until: Instant::now() + time,
            target: None,
            turn: None,
        })
    }

    /// The pen of this scene.
    pub fn pen(&self) -> &Pen {
        &self.pen
    }

    /// The program's directory.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// A file in the program's directory.
    pub fn file(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The port that the program listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Starts the program and writes that down; its log is read by [`Self::logs`].
    pub async fn starts(&mut self, port: Port) {
        if self.pen.is_lost() {
            return;
        }
        let number = match port {
            Port::Given => Some(self.free_port()),
            Port::Free => Some(0),
            Port::Unset => None,
        };
        self.pen.act(match port {
            Port::Given => format!("the program starts with PORT={}", self.port),
            Port::Free => "the program starts with PORT=0".to_owned(),
            Port::Unset => "the program starts without PORT".to_owned(),
        });
        match self.program_with(number) {
            Ok(program) => {
                self.pen.listens_to(program.complaints());
                self.program = Some(program);
            }
            Err(error) => self
                .pen
                .lose(format!("the program cannot be started: {error}")),
        }
    }

    /// Starts it afresh to compare with, and waits until it is there; nothing of
    /// that is written down.
    pub async fn starts_unwritten(&mut self) {
        self.ends_program().await;
        self.program = self.program_with(Some(0)).ok();
        if let Some(program) = &self.program {
            program.start_line().await;
        }
    }

    fn program_with(&self, port: Option<u16>) -> std::io::Result<Program> {
        let fence = &self.equipment.fence;
        Program::start(&self.run, self.directory.path(), port, fence)
    }

    /// Shows a line beside the step's title when it passes.
    pub fn shows(&self, line: &[u8]) {
        let shown = visible::text(line.trim_ascii_end());
        self.pen.with(|recording| recording.detail = shown);
    }

    /// Says that this machine cannot carry the step out.
    pub fn skips(&self, reason: &str) {
        self.pen
            .with(|recording| recording.skipped = Some(reason.to_owned()));
    }

    /// The program and those that descend from it, see [`Program::family`].
    pub fn family(&self) -> BTreeSet<u32> {
        let program = self.program.as_ref();
        program.map(Program::family).unwrap_or_default()
    }

    /// The ids of the program's processes, for [`super::sleep`].
    pub fn processes(&self) -> BTreeSet<u32> {
        self.program
            .as_ref()
            .map(Program::processes)
            .unwrap_or_default()
    }

    /// Waits for the program to end by itself, and writes down how; whoever does so has
    /// no start line to print.
    pub async fn exits(&mut self) {
        if self.pen.is_lost() {
            return;
        }
        let Some(program) = &mut self.program else {
            return;
        };
        let began = Instant::now();
        match program.ends_early().await {
            Some(_) => {
                // What is printed for trying is a later step's matter.
                let is_start_line = |line: &[u8]| match log::port_of_start_line(line) {
                    Some(port) => {
                        self.pen.mask("port", port.to_string());
                        true
                    }
                    None => false,
                };
                write_rest(&self.pen, program, is_start_line).await;
                self.write_exit().await;
            }
            None => {
                let long = began.elapsed().as_secs();
                self.pen.lose(format!("still running after {long} s"));
            }
        }
    }

    /// Says so when the program has ended with code 1, as one that refuses its files does.
    pub fn notices_refusal(&mut self) {
        let ended = self.program.as_mut().and_then(Program::ended);
        if ended.and_then(|status| status.code()) == Some(1) {
            self.pen.lose("the program refuses them");
        }
    }

    /// What the program wrote on standard error, when it has ended.
    pub async fn last_words(&self) -> String {
        match &self.program {
            Some(program) => program.last_words().await,
            None => String::new(),
        }
    }

    /// Ends the program and everything it started, to start it again. What it said
    /// on standard error may explain how it ended.
    pub async fn ends_program(&mut self) {
        let Some(mut program) = self.program.take() else {
            return;
        };
        program.end().await;
        self.notices_excess(&program);
        let words = program.last_words().await;
        if !self.pen.is_lost() {
            self.pen.with(|recording| {
                let until = recording.transcript.0.len();
                recording.earlier.push((until, words));
            });
        }
    }

    /// Ends the program while its clients are still there, so that nothing it
    /// says about their leaving gets in; what it has logged until then and no
    /// one has read is written down, judged or not.
    pub async fn curtain(&mut self, judged: bool) {
        self.falls(|_| judged).await;
    }

    /// The same, where lines that begin so may have come, in a form that is free; only
    /// what is no such line, or holds a control character, is judged.
    pub async fn curtain_on_lines(&mut self, begin: &str) {
        self.falls(|line| log::break_of(line, begin).is_some())
            .await;
    }

    async fn falls(&mut self, judged: impl Fn(&[u8]) -> bool) {
        let Some(mut program) = self.program.take() else {
            return;
        };
        if let Some(status) = program.ended() {
            self.pen
                .with(|recording| recording.ended = Some(in_words(status)));
        }
        program.end().await;
        self.notices_excess(&program);
        write_rest(&self.pen, &program, judged).await;
        let complaints = program.last_words().await;
        if !self.pen.is_lost() {
            self.pen.with(|recording| recording.complaints = complaints);
        }
    }

    /// What a program took too much of is a difference, wherever the conversation
    /// stood.
    fn notices_excess(&self, program: &Program) {
        let written = program.written();
        if written > self.equipment.fence.allowance.output {
            self.pen.with(|recording| recording.flood = Some(written));
            self.pen
                .lose("the program wrote more on standard output than is kept");
        }
        let Some(overrun) = program.overrun() else {
            return;
        };
        self.pen
            .lose(format!("the program is ended: it {}", overrun.deed));
        self.pen.with(|recording| recording.overrun = Some(overrun));
    }

    /// The page that was opened last as it looks now, PNG.
    pub async fn picture(&self) -> Option<Vec<u8>> {
        self.target.as_ref()?.picture().await.ok()
    }

    /// Ends the scene.
    pub async fn finish(mut self) -> Recording {
        self.curtain(true).await;
        self.pen.finish()
    }

    /// Whether the program has ended by itself; then that is written down, and the
    /// conversation is lost.
    pub async fn loses_its_program(&mut self) -> bool {
        let ended = self.write_exit().await;
        if ended {
            self.pen.lose("nobody is left to speak to");
        }
        ended
    }

    pub(super) fn program_has_ended(&mut self) -> bool {
        self.program
            .as_mut()
            .is_some_and(|program| program.ended().is_some())
    }

    /// Writes down how the program ended, if it has, once all that it wrote on
    /// standard error has come.
    pub(super) async fn write_exit(&mut self) -> bool {
        let status = self.program.as_mut().and_then(Program::ended);
        if let Some(status) = status {
            self.last_words().await;
            self.pen.act(format!("the program {}", in_words(status)));
        }
        status.is_some()
    }

    /// A port that is free on both loopback addresses at this moment.
    fn free_port(&mut self) -> u16 {
        for _ in 0..PORTS {
            // Not seeded: two checks at once must not want the same one.
            self.port = fastrand::u16(GIVEN);
            if !loopback::is_taken(self.port) {
                break;
            }
        }
        self.pen.mask("port", self.port.to_string());
        self.port
    }
}

/// Writes down the lines that a program has printed and nobody has read, the first of
/// them; only what is `judged` counts.
async fn write_rest(pen: &Pen, program: &Program, judged: impl Fn(&[u8]) -> bool) {
    for _ in 0..LAST_LINES {
        let Some(line) = program.next_line(LAST_WORDS).await else {
            break;
        };
        if judged(&line) {
            pen.write("", Speaker::Log, Unit::Line, &line);
        } else {
            pen.list("", Speaker::Log, Unit::Line, &visible::text(&line));
        }
    }
}

/// How a process ended, as the end of a sentence.
fn in_words(status: std::process::ExitStatus) -> String {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        if let Some(signal) = status.signal() {
            return format!("is ended by {}", signal_name(signal));
        }
    }
    format!("exits with code {}", status.code().unwrap_or(-1))
}

/// A signal as manuals call it, where programs end by it.
#[cfg(unix)]
fn signal_name(number: i32) -> String {
    use rustix::process::Signal;
    let known = [
        (Signal::HUP, "SIGHUP"),
        (Signal::INT, "SIGINT"),
        (Signal::ILL, "SIGILL"),
        (Signal::ABORT, "SIGABRT"),
        (Signal::BUS, "SIGBUS"),
        (Signal::FPE, "SIGFPE"),
        (Signal::KILL, "SIGKILL"),
        (Signal::SEGV, "SIGSEGV"),
        (Signal::PIPE, "SIGPIPE"),
        (Signal::TERM, "SIGTERM"),
        (Signal::XFSZ, "SIGXFSZ"),
    ];
    let name = known.iter().find(|(signal, _)| signal.as_raw() == number);
    name.map_or_else(|| format!("signal {number}"), |(_, name)| (*name).into())
}
