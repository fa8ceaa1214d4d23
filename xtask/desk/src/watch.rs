//! `cargo xtask watch`: checks at each save, on a screen of its own or, without a
//! terminal, in plain lines.

use std::{
    io::{self, IsTerminal},
    process::ExitCode,
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError},
    },
    time::Duration,
};

use checker::{limits, terminal::Style};
use clap::Args;
use console::Key;

use self::{round::News, screen::Screen, session::Session};
use xtask::{check, orphans, standing, workspace};

mod keys;
mod plain;
mod round;
mod saves;
mod screen;
mod session;
mod view;

/// How often the time that passes is shown.
const TICK: Duration = Duration::from_millis(200);

/// Which chapter to begin with.
#[derive(Args)]
pub struct Arguments {
    /// A chapter: `ch04`, `4` or `ch04-sse-counter`; the next one when none is named
    chapter: Option<String>,
}

/// What a session hears of.
pub enum Event {
    Key(Key),
    /// A file of the chapter has been written.
    Saved,
    /// From the round with this number.
    News(u64, News),
    /// More of the conversation in the wire pane with this number.
    Wire(u64, String),
    Quit,
}

/// Watches until it is left.
///
/// # Errors
/// With one line when there is no such chapter, or the terminal cannot be used.
pub fn run(arguments: Arguments) -> Result<ExitCode, String> {
    let root = workspace::root()?;
    let chapter = standing::chapter(&root, arguments.chapter.as_deref())?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| format!("no runtime: {error}"))?;
    orphans::adopt();
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
        shows(&mut session, sender, &events)
    } else {
        plain::tells(&mut session, &events);
        Ok(())
    };
    drop(session);
    runtime.shutdown_timeout(limits::LAST_WORDS);
    orphans::end();
    checker::scratch::sweep();
    ended.map(|()| ExitCode::SUCCESS)
}

/// On the screen: whatever a program does, the next event is a matter of this
/// thread alone.
fn shows(
    session: &mut Session,
    sender: mpsc::Sender<Event>,
    events: &mpsc::Receiver<Event>,
) -> Result<(), String> {
    let screen = Screen::enter().map_err(|error| format!("the terminal: {error}"))?;
    let go_on = keys::listen(sender);
    let mut size = screen.size();
    draws(session, &screen, size);
    loop {
        let event = match events.recv_timeout(TICK) {
            Ok(event) => Some(event),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        };
        let resized = screen.size() != size;
        size = screen.size();
        let was_key = matches!(event, Some(Event::Key(_)));
        let stirs = event.is_some() || resized || session.is_busy();
        if event.is_some_and(|event| !session.goes_on(event)) {
            return Ok(());
        }
        if was_key {
            let _ = go_on.send(());
        }
        if stirs {
            draws(session, &screen, size);
        }
    }
}

fn draws(session: &mut Session, screen: &Screen, size: (usize, usize)) {
    let frame = view::frame(session, size);
    screen.draw(&frame.rows);
    session.shown = frame.top;
}

/// What the threads of a session share.
type Equipment = Arc<checker::recorder::Equipment>;
