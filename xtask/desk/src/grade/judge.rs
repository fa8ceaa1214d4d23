//! One check in a process of its own: whatever a program does to it, its
//! neighbours do not notice, and everything it has started ends with it.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{ExitCode, Stdio},
    sync::Arc,
    thread,
    time::Instant,
};

use checker::{
    allowance::Allowance,
    browser::launch,
    chapter::Chapter,
    check::Check,
    control_group::{Apart, Delegation},
    fence::{Confinement, Fence},
    island::{self, Disk},
    json,
    limits::{CONNECT_PAUSE, ISLAND_DISK, LAST_WORDS},
    processes,
    program::Invocation,
    recorder::Equipment,
    report::{ChapterReport, Verdict},
    scratch::Scratch,
    terminal::Style,
};
use clap::Args;
use data_encoding::BASE64;
use serde_json::{Value, json};
use tokio::{
    io::AsyncReadExt,
    process::{Child, Command},
    time::timeout,
};

use super::limits::{CHECK_GRACE, CHECK_OUTPUT, FAREWELL};
use xtask::{check, guardian::Guardian, workspace};

/// A check, as [`ask`] orders it.
#[derive(Args)]
pub struct Arguments {
    chapter: String,
    seed: u64,
    program: PathBuf,
    home: PathBuf,
    #[arg(long = "limit")]
    limits: Vec<String>,
}

/// An order for a check.
pub struct Order<'order> {
    pub chapter: &'order Chapter,
    /// The built submission.
    pub program: &'order Path,
    /// The folder of its sources.
    pub home: &'order Path,
    pub seed: u64,
    /// `memory=1GiB`, as `--limit` takes them.
    pub limits: &'order [String],
    /// Whether it is made on an island; the system has been found to have them.
    pub apart: bool,
    /// Where checks get a control group each.
    pub groups: Option<&'order Delegation>,
}

/// Checks, and tells the result as JSON on standard output.
///
/// # Errors
/// With one line about the call.
pub fn run(arguments: Arguments) -> Result<ExitCode, String> {
    let root = workspace::root()?;
    let chapter = *workspace::chapters(std::slice::from_ref(&arguments.chapter))?
        .first()
        .ok_or("a chapter is missing")?;
    let allowance = allowance(&arguments.limits)?;
    let gate = env::current_exe().map_err(|error| format!("our own program: {error}"))?;
    let guardian = Guardian::begins_apart();
    let fence = Fence {
        allowance,
        confinement: Confinement::Stranger,
        gate: Some(gate),
        groups: Delegation::divided(),
    };
    let runtime = tokio::runtime::Runtime::new().map_err(|error| format!("no runtime: {error}"))?;
    // With everything else that is written, where it goes with this check.
    let pictures = env::temp_dir();
    let check = Check {
        root,
        home: arguments.home,
        pictures: pictures.clone(),
        run: Invocation {
            file: arguments.program,
            args: Vec::new(),
        },
        warnings: None,
        place: workspace::exercise(chapter),
        lenient: false,
        keep_going: true,
        seed: arguments.seed,
        equipment: Arc::new(Equipment::behind(fence)),
    };
    let report = runtime.block_on(async {
        tokio::select! {
            report = check.chapter(chapter, |_| ()) => Some(report),
            () = check::interrupted() => None,
        }
    });
    drop(check);
    guardian.ends(runtime, LAST_WORDS);
    let Some(report) = report else {
        return Ok(ExitCode::from(130));
    };
    if let Some(why) = hindered(chapter, &report) {
        return Err(why);
    }
    println!("{}", told(&report, &pictures));
    Ok(ExitCode::SUCCESS)
}

/// What a program may take, with these limits set.
///
/// # Errors
/// With one line about a limit that makes no sense.
pub fn allowance(limits: &[String]) -> Result<Allowance, String> {
    let mut allowance = Allowance::default();
    limits.iter().try_for_each(|limit| allowance.set(limit))?;
    Ok(allowance)
}

/// Why a check says nothing about its program: where Linux tells all that steps ask,
/// and there is a browser, one that does not start is no reason to pass.
fn hindered(chapter: &Chapter, report: &ChapterReport) -> Option<String> {
    let able = processes::tells() && chapter.browser && launch::find().is_ok();
    let mut steps = report.steps.iter().filter(|_| able);
    let skipped = steps.find(|step| step.verdict == Verdict::Skipped)?;
    Some(format!(
        "{} is not checked: {}",
        skipped.name, skipped.detail
    ))
}

/// Everything that a page shows.
fn told(report: &ChapterReport, pictures: &Path) -> Value {
    let style = Style {
        times: true,
        ..Style::default()
    };
    let steps = report.steps.iter().map(|step| {
        let picture = step.finding.as_ref().and_then(|finding| {
            let file = pictures.join(finding.picture.as_ref()?);
            Some(BASE64.encode(&fs::read(file).ok()?))
        });
        json!({
            "title": step.title,
            "verdict": step.verdict.word(),
            "text": style.step(step),
            "transcript": step.transcript,
            "picture": picture,
        })
    });
    let document = json::document(std::slice::from_ref(report));
    json!({
        "verdict": report.verdict.word(),
        "passed": report.passed(),
        "elapsed_ms": report.elapsed.as_millis() as u64,
        "report": document["chapters"][0],
        "closing": style.closing(report),
        "steps": steps.collect::<Vec<_>>(),
    })
}

/// Has a program checked by a process of ours, and waits for what that tells.
///
/// # Errors
/// With one line, when it tells nothing.
pub async fn ask(order: Order<'_>) -> Result<Value, String> {
    let failed = |error: std::io::Error| format!("the check cannot be made: {error}");
    let ourselves = env::current_exe().map_err(|error| format!("our own program: {error}"))?;
    // All that the check writes is in it, and goes with it.
    let scratch = Scratch::new("judge").map_err(failed)?;
    let apart = order.groups.filter(|_| order.apart);
    let group = apart.map(Delegation::apart).transpose().map_err(failed)?;
    let limits = order.limits;
    let mut words: Vec<OsString> = vec!["judge".into(), order.chapter.slug.into()];
    words.push(order.seed.to_string().into());
    words.extend([order.program, order.home].map(Into::into));
    words.extend(limits.iter().map(|limit| format!("--limit={limit}").into()));
    if order.apart {
        let disk = Disk {
            place: scratch.path().to_owned(),
            size: ISLAND_DISK + allowance(limits)?.directory,
        };
        let group = group.as_ref().map(Apart::place);
        words = island::words(&disk, group, &ourselves, &words);
    }
    let mut command = Command::new(ourselves);
    command
        .args(words)
        .envs(["TMPDIR", "TEMP", "TMP"].map(|name| (name, scratch.path())))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut asked = Asked(command.spawn().map_err(failed)?);
    let child = &mut asked.0;
    let (mut said, mut complained) = (Vec::new(), Vec::new());
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let listened = timeout(allowance(limits)?.time_of_chapter() + CHECK_GRACE, async {
        let most = CHECK_OUTPUT as u64;
        let out = async {
            match out {
                Some(out) => out.take(most).read_to_end(&mut said).await,
                None => Ok(0),
            }
        };
        let err = async {
            match err {
                Some(err) => err.take(most).read_to_end(&mut complained).await,
                None => Ok(0),
            }
        };
        let _ = tokio::join!(out, err);
        child.wait().await
    });
    match listened.await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => return Err(failed(error)),
        Err(_) => return Err("the check did not come to an end, and was given up".into()),
    }
    serde_json::from_slice(&said).map_err(|_| {
        let complained = String::from_utf8_lossy(&complained);
        let first = complained.lines().next().unwrap_or("it told nothing");
        format!("the check cannot be made: {first}")
    })
}

/// A check that is under way. Whoever loses interest in it lets it end in order,
/// so that it puts its programs and their directories away.
struct Asked(Child);

impl Drop for Asked {
    fn drop(&mut self) {
        let until = Instant::now() + FAREWELL;
        let running = |child: &mut Child| matches!(child.try_wait(), Ok(None));
        if running(&mut self.0) {
            request_end(&self.0);
            while running(&mut self.0) && Instant::now() < until {
                thread::sleep(CONNECT_PAUSE);
            }
            let _ = self.0.start_kill();
        }
    }
}

#[cfg(unix)]
fn request_end(child: &Child) {
    use rustix::process::{Pid, Signal, kill_process};
    let id = child.id().and_then(|id| i32::try_from(id).ok());
    if let Some(id) = id.and_then(Pid::from_raw) {
        let _ = kill_process(id, Signal::TERM);
    }
}

#[cfg(not(unix))]
fn request_end(_child: &Child) {}

/// The verdict in what a check has told.
pub fn verdict(told: &Value) -> Verdict {
    [Verdict::Passed, Verdict::Skipped, Verdict::Failed]
        .into_iter()
        .find(|verdict| told["verdict"] == verdict.word())
        .unwrap_or(Verdict::Error)
}
