//! Programs that hang, flood, lie, fork and eat: each gets a verdict in bounded
//! time, with the checker small, and nothing left behind.

#![cfg(unix)]

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use checker::{allowance::Allowance, processes};
use serde_json::Value;

use crate::{
    mutants::AT_ONCE,
    programs::{root, wait, xtask},
};

/// How much longer than the chapter's time a check may take.
const GRACE: Duration = Duration::from_secs(5);

/// The most memory that the checker itself may have held, in KiB.
const PEAK: u64 = 100 << 10;

/// A hostile program, and how its report must name what it does.
struct Hostile {
    chapter: &'static str,
    name: &'static str,
    /// The step that finds it, and the kind of the finding.
    step: &'static str,
    kind: &'static str,
    /// Words of the finding, its recorded lines with it.
    words: &'static str,
}

/// A line for each: chapter, program, step, kind, words.
const ALL: &str = include_str!("hostile.txt");

fn all() -> Vec<Hostile> {
    let lines = ALL
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| {
            let columns: Vec<&str> = line.split(" | ").map(str::trim).collect();
            let [chapter, name, step, kind, words] = columns[..] else {
                panic!("five columns: {line}")
            };
            Hostile {
                chapter,
                name,
                step,
                kind,
                words,
            }
        })
        .collect()
}

#[test]
fn each_ends_in_its_verdict_and_leaves_nothing() {
    let all = all();
    let queue = std::sync::Mutex::new(all.iter());
    let wrong = std::sync::Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(hostile) = { queue.lock().expect("a queue").next() } {
                    let _place = wait(AT_ONCE.acquire());
                    if let Err(why) = hostile.check() {
                        let why = format!("{} {}: {why}", hostile.chapter, hostile.name);
                        wrong.lock().expect("a list").push(why);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("a list");
    assert!(all.len() >= 25, "{} hostile programs", all.len());
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n\n"));
}

impl Hostile {
    fn check(&self) -> Result<(), String> {
        let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
        let began = Instant::now();
        let (code, output, peak) = run(self, scratch.path())?;
        let took = began.elapsed();
        let longest = Allowance::default().time_of_chapter() + GRACE;
        if took > longest {
            return Err(format!("its verdict took {took:?}"));
        }
        if peak > PEAK {
            return Err(format!("the checker held {} MiB", peak >> 10));
        }
        raw(&output)?;
        let document: Value = serde_json::from_slice(&output).map_err(|error| error.to_string())?;
        let steps = document["chapters"][0]["steps"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let found = steps.iter().find(|step| step["verdict"] != "passed");
        let Some(found) = found else {
            return Err("it passes".into());
        };
        let told = format!("{:#}", found);
        let as_it_should = code == Some(1)
            && found["verdict"] == "failed"
            && found["step"] == self.step
            && found["finding"]["kind"] == self.kind
            && told.contains(self.words);
        if !as_it_should {
            return Err(format!(
                "`{}` should say {:?} ({}), and exit code {code:?} comes with\n{told}",
                self.step, self.words, self.kind
            ));
        }
        nothing_left(scratch.path())
    }
}

/// Runs the check with everything it makes in `scratch`; its exit code, its
/// output and the most memory that it held, in KiB.
fn run(hostile: &Hostile, scratch: &Path) -> Result<(Option<i32>, Vec<u8>, u64), String> {
    let limits = ["--limit", "memory=128MiB", "--limit", "directory=16MiB"];
    let mut check = Command::new(xtask())
        .args([
            "check",
            hostile.chapter,
            "--confine",
            "--format",
            "json",
            "--seed",
            "1",
        ])
        .args(limits)
        .arg("--")
        .args([
            Path::new(env!("CARGO_BIN_EXE_hostile")),
            Path::new(hostile.name),
        ])
        .env("CARGO_MANIFEST_DIR", root().join("xtask"))
        .env("TMPDIR", scratch)
        .env("HOME", scratch)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    let id = check.id();
    let mut pipe = check.stdout.take().ok_or("no output")?;
    let reader = thread::spawn(move || {
        let mut output = Vec::new();
        let _ = pipe.read_to_end(&mut output);
        output
    });
    let mut peak = 0;
    let status = loop {
        peak = peak.max(processes::peak(id));
        match check.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) => thread::sleep(Duration::from_millis(10)),
            Err(error) => return Err(error.to_string()),
        }
    };
    let output = reader.join().map_err(|_| "the reader failed")?;
    Ok((status.code(), output, peak >> 10))
}

/// Nothing that a terminal would obey gets through, nor what is no UTF-8.
fn raw(output: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(output).map_err(|error| error.to_string())?;
    let obeyed = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
    match text.find(obeyed) {
        Some(at) => Err(format!("a control character at byte {at} of {text}")),
        None => Ok(()),
    }
}

/// No directory of ours, no file elsewhere, no process that began for this check.
fn nothing_left(scratch: &Path) -> Result<(), String> {
    let left: Vec<PathBuf> = fs::read_dir(scratch)
        .map_err(|error| error.to_string())?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    if !left.is_empty() {
        return Err(format!("it leaves {left:?}"));
    }
    let mark = scratch.to_string_lossy().into_owned();
    let alive: Vec<u32> = processes::all()
        .into_iter()
        .filter(|id| {
            let environment = fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
            String::from_utf8_lossy(&environment).contains(&mark)
        })
        .collect();
    if !alive.is_empty() {
        return Err(format!("it leaves the processes {alive:?}"));
    }
    Ok(())
}
