//! `cargo xtask watch`: a check after each save, and a way out whatever the program
//! does.

// Keys are pressed where there are terminals to test with.
#![cfg_attr(not(target_os = "linux"), allow(dead_code))]

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{copies::Copy, programs};

const MAIN: &str = "exercises/ch04-sse-counter/src/main.rs";

/// A build of one small file on a busy machine, and a check of it.
const SOON: Duration = Duration::from_secs(60);

/// Between two looks at what is awaited.
const LOOK: Duration = Duration::from_millis(5);

/// A program that is checked in no time, since it ends.
fn saying(text: &str) -> String {
    format!("fn main() {{ println!(\"{text}\"); }}\n")
}

/// A program that says nothing for longer than any check waits, and leaves a sign that
/// it runs in the folder that its check has given it.
const SILENT: &str = "fn main() {
    std::fs::write(\"runs\", \"\").unwrap();
    std::thread::sleep(std::time::Duration::from_secs(600));
}
";

/// The sign.
const RUNS: &str = "runs";

/// A watch that ends with its test, and what it prints.
struct Watch {
    child: Child,
    /// Where its checks make the folders of their programs.
    scratch: TempDir,
    keys: ChildStdin,
    said: Receiver<Vec<u8>>,
    all: String,
}

impl Watch {
    fn start(copy: &Copy, mut command: Command) -> Self {
        let scratch = tempfile::tempdir().expect("a directory");
        for name in ["TMPDIR", "TMP", "TEMP"] {
            command.env(name, scratch.path());
        }
        command
            .env("CARGO_MANIFEST_DIR", copy.path("xtask"))
            .env("CARGO_TARGET_DIR", copy.path("target"))
            .env("TERM", "xterm-256color")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.spawn().expect("xtask");
        let keys = child.stdin.take().expect("keys");
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        let (sender, said) = mpsc::channel();
        thread::spawn(move || {
            while let Ok(bytes) = output.fill_buf() {
                let (bytes, count) = (bytes.to_vec(), bytes.len());
                output.consume(count);
                if count == 0 || sender.send(bytes).is_err() {
                    return;
                }
            }
        });
        Self {
            child,
            scratch,
            keys,
            said,
            all: String::new(),
        }
    }

    /// Waits until this has been said since the last time.
    #[track_caller]
    fn says(&mut self, text: &str) {
        let until = Instant::now() + SOON;
        loop {
            if let Some(at) = self.all.find(text) {
                self.all.drain(..at + text.len());
                return;
            }
            let left = until.saturating_duration_since(Instant::now());
            match self.said.recv_timeout(left) {
                Ok(bytes) => self.all += &String::from_utf8_lossy(&bytes),
                Err(_) => panic!("{text:?} is not said:\n{}", self.all),
            }
        }
    }

    fn presses(&mut self, key: &str) {
        self.keys
            .write_all(key.as_bytes())
            .and_then(|()| self.keys.flush())
            .expect("a key");
    }

    /// Waits until the silent program runs.
    #[track_caller]
    fn runs_silent(&self) {
        let until = Instant::now() + SOON;
        while !self.folders().any(|folder| folder.join(RUNS).exists()) {
            assert!(Instant::now() < until, "it does not run:\n{}", self.all);
            thread::sleep(LOOK);
        }
    }

    /// What is there of its checks.
    fn folders(&self) -> impl Iterator<Item = PathBuf> {
        let entries = fs::read_dir(self.scratch.path()).expect("a folder");
        entries.flatten().map(|entry| entry.path())
    }

    /// How it ends.
    #[track_caller]
    fn ends(&mut self) -> Option<i32> {
        let until = Instant::now() + SOON;
        while Instant::now() < until {
            if let Some(status) = self.child.try_wait().expect("a status") {
                return status.code();
            }
            thread::sleep(LOOK);
        }
        panic!("it does not end:\n{}", self.all)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn each_save_is_checked_and_the_last_one_counts() {
    let copy = Copy::with_plain_exercise(&saying("one"));
    let mut command = Command::new(programs::desk());
    command.args(["watch", "ch04"]);
    let mut watch = Watch::start(&copy, command);
    watch.says("| one\\n");
    watch.says("Stuck? cargo xtask hint ch04");
    // Whoever asks for a hint without a name is there.
    assert!(copy.read(".progress").contains("latest ch04-sse-counter\n"));
    copy.write(MAIN, "fn main() { this is no Rust }\n");
    watch.says("Saved; checking again.");
    watch.says("error: ");
    watch.says("It does not build.");
    // What only the compiler knows is in the finding.
    copy.write(MAIN, "fn main() { says(); }\nasync fn says() {}\n");
    watch.says("Saved; checking again.");
    watch.says("and the compiler warns");
    watch.says("src/main.rs:1");
    // A check that waits for a silent program is given up for the next save.
    copy.write(MAIN, SILENT);
    watch.says("Saved; checking again.");
    watch.runs_silent();
    copy.write(MAIN, &saying("two"));
    watch.says("Saved; checking again.");
    watch.says("| two\\n");
    assert!(!watch.all.contains('\u{1b}'), "a pipe gets plain text");
}

/// `script` gives a program a terminal; where it is missing there is none to test with.
#[cfg(target_os = "linux")]
fn on_a_terminal(copy: &Copy) -> Option<Watch> {
    if Command::new("script").arg("--version").output().is_err() {
        eprintln!("skipped: `script`, which makes terminals, is not on this machine");
        return None;
    }
    let mut command = Command::new("script");
    let watch = format!(
        "stty cols 80 rows 24; exec {} watch ch04",
        programs::desk().display()
    );
    command.args(["--quiet", "--return", "--command", &watch, "/dev/null"]);
    Some(Watch::start(copy, command))
}

#[cfg(target_os = "linux")]
#[test]
fn a_key_leaves_at_once_and_the_terminal_is_given_back() {
    for (key, program) in [("q", saying("one")), ("\u{3}", SILENT.to_owned())] {
        let copy = Copy::with_plain_exercise(&program);
        let Some(mut watch) = on_a_terminal(&copy) else {
            return;
        };
        watch.says("\u{1b}[?1049h");
        watch.says(if key == "q" {
            "0 of 8 steps"
        } else {
            "checks … 0."
        });
        watch.presses(key);
        assert_eq!(watch.ends(), Some(0));
        watch.says("\u{1b}[?25h\u{1b}[?1049l");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn keys_show_what_they_promise() {
    let copy = Copy::with_plain_exercise(&saying("one"));
    let Some(mut watch) = on_a_terminal(&copy) else {
        return;
    };
    watch.says("0 of 8 steps");
    watch.presses("h");
    watch.says("1 of 3");
    // Two at once: neither tells what has been told.
    watch.presses("hh");
    watch.says("3 of 3");
    watch.presses("d");
    watch.says("+ the solution");
    watch.presses("w");
    watch.says("the program starts with PORT=");
    watch.says("Whether this is right");
    watch.presses("b");
    watch.says("ch04-sse-counter.md");
    watch.presses(" ");
    watch.says("starts, and says where");
    watch.presses("R");
    watch.says("Yours is kept.");
    watch.presses("y");
    watch.says("is as it was given");
    assert!(copy.path("exercises/ch04-sse-counter/.kept").is_dir());
    assert!(
        copy.read("exercises/ch04-sse-counter/src/lib.rs")
            .contains("todo!(\"step 1\")")
    );
}

/// A panic, a signal, a closed window: here a signal.
#[cfg(target_os = "linux")]
#[test]
fn a_signal_ends_it_in_order() {
    let copy = Copy::with_plain_exercise(SILENT);
    let mut command = Command::new(programs::desk());
    command.args(["watch", "ch04"]);
    let mut watch = Watch::start(&copy, command);
    watch.says("ch04 · SSE headers and counter");
    watch.runs_silent();
    let id = watch.child.id().to_string();
    Command::new("kill")
        .args(["-s", "TERM", &id])
        .status()
        .expect("kill");
    assert_eq!(watch.ends(), Some(0));
    let left: Vec<PathBuf> = watch.folders().collect();
    assert!(left.is_empty(), "still there: {left:?}");
}
