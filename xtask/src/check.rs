//! `cargo xtask check`: builds a program, checks it, prints the report.

use std::{env, ffi::OsString, io::IsTerminal, process::ExitCode, sync::Arc};

use checker::{
    allowance::Allowance,
    chapter::Chapter,
    chapters,
    check::Check,
    diagnostic::Warning,
    json, junit, limits,
    program::Invocation,
    report::{ChapterReport, Verdict, overall},
    terminal::Style,
    visible,
};
use clap::{Args, ValueEnum};
use tokio::runtime::Runtime;

use crate::{
    afterwards,
    guardian::Guardian,
    invocation, out,
    progress::{self, Sources},
    standing, workspace,
};

/// What to check, and how to tell it.
#[derive(Args)]
#[command(after_help = after_help())]
pub struct Arguments {
    /// Chapters: `ch04`, `4` or `ch04-sse-counter`; where you are when none is named
    chapters: Vec<String>,
    /// Every chapter
    #[arg(long, conflicts_with = "chapters")]
    all: bool,
    /// The solution instead of the exercise
    #[arg(long)]
    solution: bool,
    /// How to write the report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Accept forms that a standard gives the same meaning, with a remark
    #[arg(long)]
    lenient: bool,
    /// Show the bytes of what differs in hex
    #[arg(long)]
    hex: bool,
    /// Go on after a step that fails
    #[arg(long)]
    keep_going: bool,
    /// What random payloads are made from; each check prints its own
    #[arg(long)]
    seed: Option<u64>,
    /// A limit to set: `--limit memory=1GiB`; may be given again
    #[arg(long = "limit", value_name = "NAME=VALUE")]
    limits: Vec<String>,
    /// Keep a program after `--` to its own directory, off the network (Linux);
    /// exercises and solutions always are
    #[arg(long)]
    confine: bool,
    /// Any program, in any language, with its arguments
    #[arg(last = true)]
    program: Vec<OsString>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a reader, step by step
    Text,
    /// One document on standard output
    Json,
    /// For continuous integration: one document of JUnit XML
    Junit,
}

fn after_help() -> String {
    let lines = Allowance::default().lines().join("\n  ");
    format!(
        "Exit codes: 0 passed; 1 the program differs from the contract; 2 a wrong call, a \
         program that does not build, or our own failure; 3 passed as far as this machine can \
         check; 130 interrupted.\n\n\
         Limits, and what they are unless set:\n  {lines}\n\
         Silence where something must come is waited for {} s.",
        limits::PATIENCE.as_secs(),
    )
}

/// Checks, and returns the exit code.
///
/// # Errors
/// With one line about the call, or about a program that does not build.
pub fn run(arguments: Arguments) -> Result<ExitCode, String> {
    let guardian = Guardian::begins();
    let runtime = tokio::runtime::Runtime::new().map_err(|error| format!("no runtime: {error}"))?;
    let outcome = prepared(&arguments, &runtime);
    let checks = outcome.inspect_err(|message| tell_failure(arguments.format, message))?;
    let outcome = runtime.block_on(async {
        tokio::select! {
            reports = report(&arguments, &checks) => Some(reports),
            () = interrupted() => None,
        }
    });
    guardian.ends(runtime, limits::LAST_WORDS);
    let Some(reports) = outcome else {
        let words = "interrupted";
        eprintln!("{words}");
        tell_failure(arguments.format, words);
        return Ok(ExitCode::from(130));
    };
    let document = match arguments.format {
        Format::Text => String::new(),
        Format::Json => format!("{:#}\n", json::document(&reports)),
        Format::Junit => junit::document(&reports),
    };
    out::document(&document)?;
    Ok(ExitCode::from(
        match overall(reports.iter().map(|report| report.verdict)) {
            Verdict::Passed => 0,
            Verdict::Failed | Verdict::NotReached => 1,
            Verdict::Error => 2,
            Verdict::Skipped => 3,
        },
    ))
}

/// The one document of a check that has no report.
fn tell_failure(format: Format, message: &str) {
    let document = match format {
        Format::Text => return,
        Format::Json => format!("{}\n", json::failure(message)),
        Format::Junit => junit::failure(message),
    };
    out::say(&document);
}

/// A check of a chapter, and what the sources of its exercise were before it was built.
type Prepared = (&'static Chapter, Sources, Check);

/// A program, and what the compiler warned of if it was built here.
type Run = (Invocation, Option<Vec<Warning>>);

/// One check for each chapter, everything built.
fn prepared(arguments: &Arguments, runtime: &Runtime) -> Result<Vec<Prepared>, String> {
    let root = workspace::root()?;
    let chosen: Vec<&'static Chapter> = match arguments.chapters.as_slice() {
        _ if arguments.all => chapters::ALL.iter().collect(),
        [] => vec![standing::here(&root)],
        names => workspace::chapters(names)?,
    };
    let mut allowance = Allowance::default();
    arguments
        .limits
        .iter()
        .try_for_each(|limit| allowance.set(limit))?;
    let confined = arguments.program.is_empty() || arguments.confine;
    let equipment = invocation::equipment(allowance, confined);
    if cfg!(target_os = "linux") && chosen.iter().any(|chapter| chapter.browser) {
        // It starts while the program builds, where a leash ends it with us: nobody
        // listens for Ctrl-C yet.
        let equipment = Arc::clone(&equipment);
        runtime.spawn(async move { equipment.browser().await.map(|_| ()) });
    }
    let sources = |chapter: &&Chapter| progress::sources(&root, chapter.slug);
    let before: Vec<Sources> = chosen.iter().map(sources).collect();
    let (runs, place): (Vec<Run>, fn(&Chapter) -> String) = if !arguments.program.is_empty() {
        if chosen.len() != 1 || arguments.chapters.is_empty() {
            return Err(
                "a program is checked against one chapter: `check ch04 -- node server.js`".into(),
            );
        }
        if arguments.solution {
            return Err("--solution and a program after `--` exclude each other".into());
        }
        let run = invocation::from(&arguments.program)?;
        (vec![(run, None)], |_| String::new())
    } else {
        let built = invocation::built(&root, &chosen, arguments.solution);
        if let ([chapter], false) = (&chosen[..], arguments.solution) {
            // One that does not build is where its learner is.
            progress::keep_latest(&root, chapter.slug);
            if built.is_err() {
                progress::keep_broken(&root, chapter.slug, before[0]);
            }
        }
        (
            built?
                .into_iter()
                .map(|built| (built.run, Some(built.warnings)))
                .collect(),
            if arguments.solution {
                |chapter| format!("solutions/{}", chapter.slug)
            } else {
                workspace::exercise
            },
        )
    };
    let seed = arguments.seed.unwrap_or_else(seed);
    let check = |((chapter, sources), (run, warnings)): ((&'static Chapter, Sources), Run)| {
        let place = match arguments.program.first() {
            Some(_) => shown(&arguments.program),
            None => place(chapter),
        };
        let (lenient, keep_going) = (arguments.lenient, arguments.keep_going);
        (
            chapter,
            sources,
            Check {
                root: root.clone(),
                home: root.clone(),
                pictures: root.clone(),
                run,
                warnings,
                place,
                lenient,
                keep_going,
                seed,
                equipment: Arc::clone(&equipment),
            },
        )
    };
    let chosen = chosen.into_iter().zip(before);
    Ok(chosen.zip(runs).map(check).collect())
}

async fn report(arguments: &Arguments, checks: &[Prepared]) -> Vec<ChapterReport> {
    let text = arguments.format == Format::Text;
    let style = Style {
        colour: colour(),
        hex: arguments.hex,
        times: true,
    };
    let mut reports = Vec::new();
    for (chapter, sources, check) in checks {
        let tell = |words: String| {
            if text {
                out::say(&words);
            }
        };
        tell(style.heading(chapter.number(), chapter.title, &check.place));
        let report = check.chapter(chapter, |step| tell(style.step(step))).await;
        tell(style.closing(&report));
        if check.place == workspace::exercise(chapter) {
            let stands = standing::named(&check.root, &report);
            progress::keep(&check.root, &report, *sources, stands);
            // Below several reports, five paragraphs would hide them.
            if checks.len() == 1 {
                let verdict = report.verdict;
                tell(afterwards::words(&check.root, chapter, verdict, &style));
            }
        }
        if checks.len() > 1 {
            tell("\n".into());
        }
        reports.push(report);
    }
    reports
}

fn shown(program: &[OsString]) -> String {
    program
        .iter()
        .map(|word| visible::text(word.to_string_lossy().as_bytes()).replace("\\\\", "\\"))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Something that differs from run to run.
pub fn seed() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |now| now.as_micros() as u64 % 1_000_000)
}

/// Colour for a terminal that wants it (no-color.org).
pub fn colour() -> bool {
    let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
    let unwanted = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    std::io::stdout().is_terminal() && !dumb && !unwanted
}

/// Ctrl-C, a request to end, or a terminal that has gone.
pub async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let request = signal(SignalKind::terminate());
        let hangup = signal(SignalKind::hangup());
        if let (Ok(mut request), Ok(mut hangup)) = (request, hangup) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = request.recv() => {}
                _ = hangup.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
