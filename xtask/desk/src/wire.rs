//! `cargo xtask wire`: the whole conversation before your eyes, both sides, as it
//! happens: a program under its chapter's script, or any client and any server.

use std::{
    ffi::OsString,
    path::PathBuf,
    process::ExitCode,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use checker::{
    allowance::Allowance,
    chapter::{Chapter, Step},
    evidence, limits,
    performance::{Time, play},
    program::Invocation,
    recorder::{Equipment, Stage, files::Pair, tap::Told},
    terminal::Style,
    transcript::{Speaker, Unit},
};
use clap::Args;
use console::Term;
use tokio::sync::Notify;

use self::{
    capture::Capture,
    conversation::{Connection, Side},
    glass::{Glass, Inside},
    passage::{To, certificate_for},
    raw::Raw,
    show::{Files, Show},
};
use xtask::{check, guardian::Guardian, invocation, out, standing, workspace};

mod capture;
mod conversation;
mod event;
mod frames;
mod glass;
mod head;
mod passage;
mod raw;
mod said;
pub mod show;
mod socks;

/// What stands below the options.
const MORE: &str = "\
In a chapter with pages the browser talks to the program through such a glass as
well: its connections are #1, #2 and so on, and its bytes are its own.
What each kind of line means: the book's page `How to read a transcript`.";

/// Whose conversation, and how to show it.
#[derive(Args)]
#[command(after_help = MORE)]
pub struct Arguments {
    /// A chapter: `ch04`, `4` or `ch04-sse-counter`; where you are when none is named
    #[arg(conflicts_with_all = ["listen", "to"])]
    chapter: Option<String>,
    /// One step of its check, by its name, such as `counter`
    #[arg(long, value_name = "NAME", conflicts_with_all = ["listen", "to"])]
    step: Option<String>,
    /// The solution instead of the exercise
    #[arg(long, conflicts_with_all = ["listen", "to", "program"])]
    solution: bool,
    /// Show the bytes of each line in hex
    #[arg(long)]
    hex: bool,
    /// Keep the bytes in this folder, a file for each way
    #[arg(long, value_name = "FOLDER")]
    raw: Option<PathBuf>,
    /// Keep the bytes in this file for Wireshark, without TLS
    #[arg(long, value_name = "FILE")]
    pcap: Option<PathBuf>,
    /// Be a looking glass: your client comes to this port,
    #[arg(long, value_name = "PORT", requires = "to")]
    listen: Option<u16>,
    /// and the server is on this one
    #[arg(long, value_name = "PORT", requires = "listen")]
    to: Option<u16>,
    /// Any program, in any language, with its arguments
    #[arg(last = true, conflicts_with_all = ["listen", "to"])]
    program: Vec<OsString>,
}

/// Shows it, to its end or to Ctrl-C.
///
/// # Errors
/// With one line about the call, or about a program that does not build.
pub fn run(arguments: Arguments) -> Result<ExitCode, String> {
    let guardian = Guardian::begins();
    let runtime = tokio::runtime::Runtime::new().map_err(|error| format!("no runtime: {error}"))?;
    let ended = match arguments.listen.zip(arguments.to) {
        Some((listen, to)) => runtime.block_on(looks(&arguments, listen, to))?,
        None => {
            let (chapter, steps, run) = chosen(&arguments)?;
            let (show, unread) = shown(&arguments)?;
            let confined = arguments.program.is_empty();
            runtime.block_on(async {
                tokio::select! {
                    () = plays(chapter, &steps, &run, confined, &show) => true,
                    () = check::interrupted() => false,
                    () = unread.notified() => true,
                }
            })
        }
    };
    guardian.ends(runtime, limits::LAST_WORDS);
    Ok(ExitCode::from(if ended { 0 } else { 130 }))
}

/// What the conversation is shown with, and whether anybody still reads it. Files
/// are made here, once nothing else can be wrong with the call.
fn shown(arguments: &Arguments) -> Result<(Arc<Mutex<Show>>, Arc<Notify>), String> {
    let style = Style {
        colour: check::colour(),
        hex: arguments.hex,
        times: true,
    };
    let files = Files {
        raw: arguments.raw.clone().map(Raw::into).transpose()?,
        capture: arguments.pcap.as_deref().map(Capture::into).transpose()?,
    };
    let show = Show::new(style, files, Box::new(out::say)).within(columns);
    let unread = Arc::clone(&show.unread);
    Ok((Arc::new(Mutex::new(show)), unread))
}

/// Stands between a client and a server until Ctrl-C, which is how one leaves.
async fn looks(arguments: &Arguments, listen: u16, to: u16) -> Result<bool, String> {
    let glass = Glass::new(listen, To::Port(to), &Pair::fresh()?).await?;
    let (show, unread) = shown(arguments)?;
    let port = glass.port();
    out::say(&format!(
        "Talk to localhost:{port} as you would to localhost:{to}; Ctrl-C ends.\n\
         By TLS a client meets a certificate of the moment: `curl --insecure`, or\n\
         accept it in the browser at https://localhost:{port} first.\n\n"
    ));
    tokio::select! {
        () = glass.stands(&show) => {}
        () = check::interrupted() => {}
        () = unread.notified() => {}
    }
    Ok(true)
}

/// The chapter, its steps, and the program, built.
fn chosen(arguments: &Arguments) -> Result<(&'static Chapter, Vec<Step>, Invocation), String> {
    let root = workspace::root()?;
    let chapter = standing::chapter(&root, arguments.chapter.as_deref())?;
    let mut steps = chapter.steps.to_vec();
    if let Some(name) = &arguments.step {
        steps.retain(|step| step.name == name);
        if steps.is_empty() {
            let all: Vec<&str> = chapter.steps.iter().map(|step| step.name).collect();
            return Err(format!(
                "there is no step {name:?}; there are {}",
                all.join(", ")
            ));
        }
    }
    let run = if arguments.program.is_empty() {
        invocation::built(&root, &[chapter], arguments.solution)?
            .remove(0)
            .run
    } else {
        invocation::from(&arguments.program)?
    };
    Ok((chapter, steps, run))
}

/// Plays the steps one after the other; each is heard while it goes on.
pub async fn plays(
    chapter: &Chapter,
    steps: &[Step],
    run: &Invocation,
    confined: bool,
    show: &Arc<Mutex<Show>>,
) {
    let equipment = invocation::equipment(Allowance::default(), confined);
    let browsers = match chapter.browser {
        true => leads_browser_through_glass(&equipment, show).await,
        false => Ok(None),
    };
    if let Err(error) = &browsers {
        locked(show).print(&format!("\nA browser's bytes are not heard: {error}\n"));
    }
    for step in steps {
        let heading = format!("{} · {}", chapter.number(), step.name);
        locked(show).heading(&heading, step.title);
        let (seed, time) = (check::seed(), Time::of_step(&equipment.fence.allowance));
        let listener = Arc::clone(show);
        let is_heard = |stage: &Stage| {
            let listener = Arc::new(move |told: Told<'_>| hears(&listener, told));
            stage.pen().is_heard_by(listener);
        };
        let stage = match play(run, step, seed, &equipment, time, is_heard).await {
            Ok(stage) => stage,
            Err(error) => return locked(show).happens("", '*', &error),
        };
        // Only a program that starts is asked more, as in a check.
        let never_was = stage.pen().is_lost() && step.name == chapter.steps[0].name;
        let recording = stage.finish().await;
        for line in evidence::last_words(&recording) {
            locked(show).happens("", '*', &format!("on standard error: {line}"));
        }
        if let Ok(Some(browsers)) = &browsers {
            browsers.leave().await;
        }
        if let Some(reason) = recording.skipped {
            locked(show).happens("", '*', &format!("skipped: {reason}"));
        }
        if never_was {
            break;
        }
    }
    let number = chapter.number();
    locked(show).print(&format!(
        "\nWhether this is right: cargo xtask check {number}\n"
    ));
}

/// The browser talks to programs through a glass of its own, which has the pair
/// that it trusts: its bytes are those that it would send without one.
async fn leads_browser_through_glass(
    equipment: &Equipment,
    show: &Arc<Mutex<Show>>,
) -> Result<Option<Inside>, String> {
    let glass = Glass::new(0, To::Asked, equipment.pair().await?).await?;
    equipment.leads_browser_through(glass.port());
    let (inside, show) = (glass.inside(), Arc::clone(show));
    tokio::spawn(async move { glass.stands(&show).await });
    Ok(Some(inside))
}

fn hears(show: &Mutex<Show>, told: Told<'_>) {
    let mut show = locked(show);
    match told {
        Told::Bytes {
            client,
            connection,
            from_program,
            bytes,
        } => {
            let side = if from_program {
                Side::Program
            } else {
                Side::Client
            };
            show.bytes(client, Connection::Script(connection), side, bytes);
        }
        Told::Certificate(client, names) => {
            show.happens(client, '*', &certificate_for(names));
        }
        // What is said on the wire has been shown by its bytes.
        Told::Entry(entry) => match (entry.speaker, entry.unit) {
            (Speaker::Log, _) => show.happens("", '|', &entry.said),
            // When is shown beside each line; a script says so behind what came.
            (Speaker::Stage, _) if entry.sums_up_time() => {}
            (Speaker::Stage, _) => show.happens(entry.client, '*', &entry.said),
            (_, Unit::Page) => show.happens(entry.client, '<', &entry.said),
            // A stream that the browser is given in the program's place.
            (Speaker::Client, Unit::Stream) => show.happens(entry.client, '>', &entry.said),
            _ => {}
        },
    }
}

fn locked(show: &Mutex<Show>) -> MutexGuard<'_, Show> {
    show.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The columns of the terminal, if standard output is one.
pub fn columns() -> Option<usize> {
    Some(usize::from(Term::stdout().size_checked()?.1))
}
