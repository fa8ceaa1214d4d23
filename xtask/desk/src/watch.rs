//! `cargo xtask watch`: checks at each save, on a screen of its own or, without a
//! terminal, in plain lines.

use std::{
    io::{self, IsTerminal},
    process::ExitCode,
    sync::{
        Arc, Mutex,
        mpsc::{self, RecvTimeoutError},
    },
    time::Duration,
};

use checker::{limits, terminal::Style};
use clap::Args;

use self::{round::News, screen::Screen, session::Session, stage::Stage};
use xtask::{check, guardian::Guardian, standing, workspace};

mod keys;
mod plain;
mod round;
mod saves;
mod screen;
mod session;
mod stage;
mod told;
mod view;

/// How often is shown what goes on by itself: the time that passes, a conversation.
const TICK: Duration = Duration::from_millis(200);

/// Which chapter to begin with.
#[derive(Args)]
pub struct Arguments {
    /// A chapter: `ch04`, `4` or `ch04-sse-counter`; where you are when none is named
    chapter: Option<String>,
}

/// What a session hears of.
pub enum Event {
    /// A file of the chapter has been written.
    Saved,
    /// From the round with this number.
    News(u64, News),
    Quit,
}

/// Watches until it is left.
///
/// # Errors
/// With one line when there is no such chapter, or the terminal cannot be used.
pub fn run(arguments: Arguments) -> Result<ExitCode, String> {
    let root = workspace::root()?;
    let chapter = standing::chapter(&root, arguments.chapter.as_deref())?;
    let guardian = Guardian::begins();
    let runtime = tokio::runtime::Runtime::new().map_err(|error| format!("no runtime: {error}"))?;
    let (sender, events) = mpsc::channel();
    let style = Style {
        colour: check::colour(),
        hex: false,
        times: true,
    };
    runtime.spawn({
        let sender = sender.clone();
        async move {
            check::interrupted().await;
            let _ = sender.send(Event::Quit);
        }
    });
    let mut session = Session::new(
        root,
        chapter,
        style,
        runtime.handle().clone(),
        sender.clone(),
    );
    session.begins();
    let ended = if io::stdout().is_terminal() && io::stdin().is_terminal() {
        shows(session, sender, &events)
    } else {
        plain::tells(session, &events);
        Ok(())
    };
    guardian.ends(runtime, limits::LAST_WORDS);
    ended.map(|()| ExitCode::SUCCESS)
}

/// On the screen: this thread shows what happens, and another acts on the keys.
fn shows(
    session: Session,
    sender: mpsc::Sender<Event>,
    events: &mpsc::Receiver<Event>,
) -> Result<(), String> {
    let screen = Screen::enter().map_err(|error| format!("the terminal: {error}"))?;
    let shared = Arc::new(Mutex::new(Some(Stage::new(session, screen))));
    keys::act(Arc::clone(&shared), sender);
    let ended = loop {
        let event = match events.recv_timeout(TICK) {
            Ok(event) => Some(event),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => break Ok(()),
        };
        let heard = stage::turn(&shared)
            .map(|mut stage| stage.as_mut().is_some_and(|stage| stage.hears(event)));
        match heard {
            Ok(true) => {}
            Ok(false) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    stage::leave(&shared);
    ended
}

/// What the threads of a session share.
type Equipment = Arc<checker::recorder::Equipment>;
