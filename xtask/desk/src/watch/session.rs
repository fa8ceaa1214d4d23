//! A session: which chapter, what its last round has found, what is shown of it, and
//! what each key does.

use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, mpsc::Sender},
    time::{Duration, Instant},
};

use checker::{
    allowance::Allowance,
    chapter::Chapter,
    chapters,
    program::Invocation,
    report::{ChapterReport, StepReport, Verdict},
    terminal::Style,
};
use console::Key;
use tokio::{runtime::Handle, task::JoinHandle};

use super::{
    Equipment, Event,
    round::{News, Round},
    saves::Saves,
    told::Told,
};
use crate::wire::{
    self,
    show::{Files, Show},
};
use xtask::{
    diff::{self, Which},
    exercise::written,
    hint, invocation, reset, standing, workspace,
};

/// The most lines of a conversation that are kept, the last ones.
const WIRE_LINES: usize = 2000;

/// How far the round has come.
pub enum Phase {
    Building,
    NotBuilt(String),
    Checking,
    Done(Box<ChapterReport>),
}

/// What the middle of the screen shows.
pub enum Pane {
    Report,
    /// A hint, a diff, what a reset has done.
    Text(String),
    /// The last lines of a conversation, which come by themselves.
    Wire(Overheard),
}

/// See [`Pane::Wire`]; whoever overhears writes here as long as it is shown, and
/// wakes nobody: a flood is drawn no more often than anything else.
pub type Overheard = Arc<Mutex<VecDeque<String>>>;

/// See the module.
pub struct Session {
    pub root: PathBuf,
    pub chapter: &'static Chapter,
    pub style: Style,
    pub phase: Phase,
    /// When the phase began, and how long the round has taken when it is over.
    pub since: Instant,
    /// Those that are told already.
    pub steps: Vec<StepReport>,
    pub pane: Pane,
    /// The first row that is shown; `None` shows what matters most.
    pub top: Option<usize>,
    /// The first row that was shown last.
    pub shown: usize,
    /// A question that the next key answers: `R`, then `y`.
    pub asks: bool,
    /// Whether the last key has reset the exercise, and the save of it is to come.
    resets: bool,
    runtime: Handle,
    events: Sender<Event>,
    equipment: Equipment,
    browses: bool,
    round: u64,
    task: Option<JoinHandle<()>>,
    run: Option<Invocation>,
    wire: Option<JoinHandle<()>>,
    saves: Option<Saves>,
    told: Option<Told>,
}

impl Session {
    /// Of a chapter; nothing runs before [`Self::begins`].
    pub fn new(
        root: PathBuf,
        chapter: &'static Chapter,
        style: Style,
        runtime: Handle,
        events: Sender<Event>,
    ) -> Self {
        Self {
            root,
            chapter,
            style,
            phase: Phase::Building,
            since: Instant::now(),
            steps: Vec::new(),
            pane: Pane::Report,
            top: None,
            shown: 0,
            asks: false,
            resets: false,
            runtime,
            events,
            equipment: invocation::equipment(Allowance::default(), true),
            browses: false,
            round: 0,
            task: None,
            run: None,
            wire: None,
            saves: None,
            told: None,
        }
    }

    /// Watches the chapter's files, and checks it.
    pub fn begins(&mut self) {
        let folder = self.root.join(workspace::exercise(self.chapter));
        self.saves = Some(Saves::of(folder, self.events.clone()));
        self.checks();
    }

    /// Whether something is going on whose time passes.
    pub fn is_busy(&self) -> bool {
        matches!(self.phase, Phase::Building | Phase::Checking)
            || matches!(self.pane, Pane::Wire(_))
    }

    /// Acts on an event; false when it was to leave.
    pub fn goes_on(&mut self, event: Event) -> bool {
        match event {
            Event::Quit => return false,
            // The save was a reset's own, whose words say how to come back.
            Event::Saved if std::mem::take(&mut self.resets) => {
                let words = std::mem::replace(&mut self.pane, Pane::Report);
                self.checks();
                self.turns_to(words);
            }
            Event::Saved => self.checks(),
            Event::News(round, news) if self.is_in(round) => self.hears(news),
            // From what has been given up.
            Event::News(..) => {}
        }
        true
    }

    /// Acts on a key; false when it was to leave.
    pub fn acts(&mut self, key: Key) -> bool {
        self.resets = false;
        match key {
            Key::CtrlC | Key::Char('q') => return false,
            key if std::mem::take(&mut self.asks) => {
                if key == Key::Char('y') {
                    // What has been told is forgotten with the rest.
                    self.told = None;
                    let done = reset::whole(&self.root, self.chapter);
                    self.resets = done.is_ok();
                    self.shows(done);
                }
            }
            key => self.does(&key),
        }
        true
    }

    fn does(&mut self, key: &Key) {
        match key {
            Key::Char('n') => self.turns(1),
            Key::Char('p') => self.turns(-1),
            Key::Char('r') => self.checks(),
            Key::Char('R') => self.asks = true,
            Key::Char('h') => {
                let hint = self.hints();
                self.shows(hint);
            }
            Key::Char('d') => {
                let diff = diff::text(&self.root, self.chapter, Which::Written, &self.style);
                self.shows(diff);
            }
            Key::Char('b') => self.shows(Ok(self.book())),
            Key::Char('w') => self.listens(),
            Key::Escape | Key::Char(' ') => self.turns_to(Pane::Report),
            _ => self.scrolls(key),
        }
    }

    fn scrolls(&mut self, key: &Key) {
        let top = self.shown;
        self.top = Some(match key {
            Key::ArrowUp | Key::Char('k') => top.saturating_sub(1),
            Key::ArrowDown | Key::Char('j') => top + 1,
            Key::PageUp => top.saturating_sub(10),
            Key::PageDown => top + 10,
            Key::Home => 0,
            Key::End => usize::MAX / 2,
            _ => return,
        });
    }

    /// Whether the round of this number is the one that goes on.
    pub fn is_in(&self, round: u64) -> bool {
        round == self.round
    }

    /// Starts a round; one that is on its way ends, and its program with it.
    fn checks(&mut self) {
        self.round += 1;
        if let Some(task) = &self.task {
            task.abort();
        }
        self.stops_listening();
        self.phase = Phase::Building;
        self.since = Instant::now();
        self.steps.clear();
        self.turns_to(Pane::Report);
        self.browses |= self.chapter.browser;
        let round = Round {
            number: self.round,
            root: self.root.clone(),
            chapter: self.chapter,
            equipment: Arc::clone(&self.equipment),
            browses: self.browses,
            events: self.events.clone(),
        };
        self.task = Some(self.runtime.spawn(round.plays(self.task.take())));
    }

    fn hears(&mut self, news: News) {
        match news {
            News::NotBuilt(words) => self.phase = Phase::NotBuilt(words),
            News::Built(run) => {
                self.run = Some(run);
                self.phase = Phase::Checking;
                self.since = Instant::now();
            }
            News::Step(step) => self.steps.push(*step),
            News::Done(report) => self.phase = Phase::Done(report),
        }
    }

    fn turns(&mut self, by: isize) {
        let all = chapters::ALL;
        let here = all
            .iter()
            .position(|chapter| chapter.slug == self.chapter.slug);
        let next = here
            .and_then(|here| here.checked_add_signed(by))
            .filter(|next| *next < all.len());
        if let Some(next) = next {
            self.chapter = &all[next];
            self.run = None;
            self.begins();
        }
    }

    fn turns_to(&mut self, pane: Pane) {
        self.pane = pane;
        self.top = None;
    }

    fn shows(&mut self, text: Result<String, String>) {
        self.stops_listening();
        let text = text.unwrap_or_else(|error| format!("{}\n", self.style.red(&error)));
        self.turns_to(Pane::Text(text));
    }

    /// One hint more.
    fn hints(&mut self) -> Result<String, String> {
        let (root, chapter) = (&self.root, self.chapter);
        let steps = written::steps(root, chapter)?;
        if let Some(words) = hint::nothing(root, chapter, &steps) {
            return Ok(words);
        }
        let number = standing::step(root, chapter, &steps);
        let step = written::numbered(steps, number)?;
        let before = Told::of(self.told.as_ref(), root, chapter, number);
        let (hint, told) = hint::next(root, chapter, &step, before, &self.style)?;
        self.told = Some(Told::keeps(root, chapter, number, told, &self.runtime));
        let more = match told {
            hint::GRADES => hint::more(chapter, number, told),
            _ => "\nOne more: h\n".to_owned(),
        };
        Ok(hint + &more)
    }

    /// The step that has failed, if one has.
    pub fn failed(&self) -> Option<&StepReport> {
        self.steps
            .iter()
            .find(|step| step.verdict >= Verdict::Failed)
    }

    /// Where the book explains what has failed, or the chapter.
    fn book(&self) -> String {
        let page = workspace::page(&self.root, self.chapter.slug);
        let finding = self.failed().and_then(|step| step.finding.as_ref());
        let heading = finding.and_then(|finding| finding.book.split_once('#'));
        let at = heading.map(|(_, id)| format!("\nthere: {}\n", id.replace('-', " ")));
        format!(
            "The page of this chapter; `cargo xtask book` serves it\n\n{}\n{}",
            page.display(),
            at.unwrap_or_default()
        )
    }

    /// Plays the step that has failed, or the first, and shows what is said.
    fn listens(&mut self) {
        self.stops_listening();
        if matches!(self.phase, Phase::NotBuilt(_)) {
            let number = self.chapter.number();
            return self.shows(Err(format!("{number} does not build, and so says nothing")));
        }
        let Some(run) = self.run.clone() else {
            return self.shows(Err("nothing has been built yet".into()));
        };
        // The step that fails, or the whole conversation.
        let named = self.failed().map(|step| step.name.clone());
        let mut steps = self.chapter.steps.to_vec();
        if let Some(name) = named {
            steps.retain(|step| step.name == name);
        }
        let overheard = Overheard::default();
        let shown = Arc::downgrade(&overheard);
        let sink = move |text: &str| {
            let shown = shown.upgrade();
            shown.is_some_and(|shown| overhears(&shown, text))
        };
        let show = Show::new(self.style, Files::default(), Box::new(sink));
        let show = Arc::new(Mutex::new(show.within(wire::columns)));
        let chapter = self.chapter;
        self.turns_to(Pane::Wire(overheard));
        self.wire = Some(self.runtime.spawn(async move {
            wire::plays(chapter, &steps, &run, true, &show).await;
        }));
    }

    fn stops_listening(&mut self) {
        if let Some(wire) = self.wire.take() {
            wire.abort();
        }
    }

    /// How long the phase has lasted.
    pub fn passed(&self) -> Duration {
        self.since.elapsed()
    }
}

/// Writes lines down; true, as somebody reads them. They are made before the lock is
/// taken: whoever draws waits for no more than their way in.
fn overhears(shown: &Mutex<VecDeque<String>>, text: &str) -> bool {
    let fresh: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut lines = shown.lock().unwrap_or_else(PoisonError::into_inner);
    lines.extend(fresh);
    let over = lines.len().saturating_sub(WIRE_LINES);
    lines.drain(..over);
    true
}

impl Drop for Session {
    fn drop(&mut self) {
        self.stops_listening();
        if let Some(task) = self.task.take() {
            task.abort();
        }
    }
}
