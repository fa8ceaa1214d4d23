//! Grading as an instructor meets it: every submission is a row, and nothing is
//! graded twice.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use checker::{chapter::Chapter, chapters};
use serde_json::Value;

use crate::{
    class::{self, Class},
    mutants, programs,
};

/// The chapter that needs no browser and no certificate.
pub fn chapter() -> &'static Chapter {
    &chapters::ALL[3]
}

fn xtask(words: &[&str]) -> Command {
    let mut command = Command::new(programs::xtask());
    command
        .arg("grade")
        .args(words)
        .env("CARGO_MANIFEST_DIR", programs::root().join("xtask"))
        .env("A_SECRET", "s3cr3t-0f-the-grader");
    command
}

pub fn grade(class: &Path, out: &Path, more: &[&str]) -> Output {
    let (class, out) = (class.to_string_lossy(), out.to_string_lossy());
    let words = [&[&*class, "--out", &*out], more].concat();
    xtask(&words).output().expect("xtask")
}

pub fn grades(out: &Path) -> Value {
    let text = fs::read(out.join("grades.json")).expect("grades.json");
    serde_json::from_slice(&text).expect("one document")
}

/// `ann ch04 passed`, one a row.
fn results(grades: &Value) -> Vec<String> {
    let submissions = grades["submissions"].as_array().expect("submissions");
    let rows = submissions.iter().flat_map(|one| {
        let rows = one["chapters"].as_array().expect("chapters").iter();
        rows.map(move |row| (&one["submission"], row))
    });
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    rows.map(|(name, row)| {
        format!(
            "{} {} {}",
            text(name),
            text(&row["slug"]),
            text(&row["result"])
        )
    })
    .collect()
}

pub fn wrong(class: &Class, grades: &Value) -> Vec<String> {
    let results = results(grades);
    class
        .expected
        .iter()
        .map(|row| format!("{} {} {}", row.submission, row.slug, row.result))
        .filter(|row| !results.contains(row))
        .chain(class.expected.iter().filter_map(|row| unseen(row, grades)))
        .collect()
}

/// A step that had to fail and did not.
fn unseen(row: &class::Expected, grades: &Value) -> Option<String> {
    let step = row.step.as_ref()?;
    let one = grades["submissions"]
        .as_array()?
        .iter()
        .find(|one| one["submission"] == row.submission)?;
    let chapter = one["chapters"]
        .as_array()?
        .iter()
        .find(|chapter| chapter["slug"] == row.slug)?;
    let failed = chapter["report"]["steps"]
        .as_array()?
        .iter()
        .any(|told| told["step"] == **step && told["verdict"] == "failed");
    (!failed).then(|| format!("{} {}: {step} has not failed", row.submission, row.slug))
}

/// Everything that a folder can hold instead of a solved exercise.
fn small_class(folder: &Path) -> Class {
    let chapter = chapter();
    let mut class = Class::new(folder);
    let right = class::solution(chapter);
    class.submits("right", chapter, &right, "passed");
    class.submits("=cmd|'x',right", chapter, &right, "passed");
    class.submits("untouched", chapter, &class::handout(chapter), "untouched");
    let (near_misses, _) = mutants::all(&programs::root());
    let near_miss = near_misses
        .iter()
        .find(|known| known.name == "counts-from-1")
        .expect("a near-miss");
    let sources = class::near_miss(near_miss).expect("in Rust");
    class.submits("near-miss", chapter, &sources, "failed");
    class.expects("near-miss", chapter, "failed", Some(near_miss.step.clone()));
    let broken = class::changed(chapter, "src/counter.rs", |text| {
        text.replace("Event", "\"\u{202e}<b>\" Evnet")
    });
    class.submits("broken", chapter, &broken, "does-not-build");
    let asks = class::changed(chapter, "Cargo.toml", |text| {
        text.replace("[dependencies]", "[dependencies]\nrand = \"1\"")
    });
    class.submits("dependency", chapter, &asks, "refused");
    let folder = class.submits("build-script", chapter, &right, "refused");
    fs::write(folder.join("build.rs"), "fn main() {}").expect("a file");
    for (name, line) in [
        (
            "reads-text",
            "const TEXT: &str = include_str!(\"/etc/hostname\");",
        ),
        ("reads-code", "#[path = \"/etc/hostname\"] mod other;"),
        (
            "reads-hidden",
            "macro_rules! other { ($p:ident $v:literal) => { #[$p = $v] mod other; } }\n\
             other!(path \"/dev/null\");",
        ),
    ] {
        let reads = class::changed(chapter, "src/main.rs", |text| format!("{text}\n{line}\n"));
        class.submits(name, chapter, &reads, "refused");
    }
    let secret = class::program(chapter, "println!(\"{:?}\", option_env!(\"A_SECRET\"));");
    class.submits("secret", chapter, &secret, "failed");
    let hostile = class::program(
        chapter,
        "println!(\"Serveur en cours d'exécution à http://localhost:{}\", 1); loop {}",
    );
    class.submits("hostile", chapter, &hostile, "failed");
    if fenced() {
        // The solution lies ready beside what is graded, and is out of reach.
        let solution = programs::solution(chapter).file;
        let impostor = class::program(
            chapter,
            &format!(
                "let _ = std::process::Command::new({:?}).status();",
                solution.display().to_string()
            ),
        );
        class.submits("impostor", chapter, &impostor, "failed");
    }
    fs::create_dir(class.folder.join("empty")).expect("a folder");
    class.expects("empty", chapter, "not-submitted", None);
    #[cfg(unix)]
    {
        let folder = class.submits("link", chapter, &right, "refused");
        let link = folder.join("src/serve.rs");
        fs::remove_file(&link).expect("a file");
        std::os::unix::fs::symlink("/etc/passwd", link).expect("a link");
    }
    class
}

/// Whether this kernel keeps a program from reading what is not its own.
fn fenced() -> bool {
    let trials = checker::probe::trials(&programs::xtask(), false).unwrap_or_default();
    let reads = trials.iter().find(|trial| trial.what == "reads elsewhere");
    reads.is_some_and(|trial| trial.refused)
}

#[test]
fn every_submission_is_a_row_and_none_is_graded_twice() {
    let scratch = tempfile::tempdir().expect("a directory");
    let class = small_class(&scratch.path().join("class"));
    let out = scratch.path().join("out");
    let seeded = ["--chapter", "ch04", "--seed", "5"];
    #[cfg(target_os = "linux")]
    interrupted(&class.folder, &out);
    let output = grade(&class.folder, &out, &seeded);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(!output.stdout.contains(&0x1b), "{output:?}");
    let first = grades(&out);
    assert_eq!((&first["schema"], &first["seed"]), (&1.into(), &5.into()));
    let wrong = wrong(&class, &first);
    assert!(wrong.is_empty(), "{wrong:#?}\n{:#?}", results(&first));
    is_well_formed(&out, results(&first).len());
    // Once more: all is known, and nothing else is written.
    let output = grade(&class.folder, &out, &seeded);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("[1/"), "{said}");
    assert_eq!(grades(&out), first);
    // What has changed, and nothing else, is graded again.
    let mut again = Class::new(&class.folder);
    again.submits("secret", chapter(), &class::handout(chapter()), "untouched");
    let broken = class::changed(chapter(), "src/lib.rs", |text| format!("{text} }}"));
    again.submits("broken", chapter(), &broken, "does-not-build");
    let output = grade(&class.folder, &out, &["--chapter", "ch04"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("[1/1] broken"), "{said}");
    assert!(
        self::wrong(&again, &grades(&out)).is_empty(),
        "{:#?}",
        results(&grades(&out))
    );
    assert_eq!(
        grades(&out)["seed"],
        5,
        "a grading that goes on keeps its seed"
    );
    shards_make_the_whole(&class.folder, &out);
}

/// The parts of a class are the class, and no one is in two of them.
fn shards_make_the_whole(class: &Path, out: &Path) {
    let whole = results(&grades(out));
    let mut parts = Vec::new();
    for shard in ["1/3", "2/3", "3/3"] {
        let output = grade(class, out, &["--chapter", "ch04", "--shard", shard]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let part = grades(out);
        assert_eq!(part["shard"], shard);
        parts.extend(results(&part));
    }
    parts.sort();
    assert_eq!(parts, whole);
}

/// Interrupted, it leaves no process and nothing half-written, and says how to
/// go on.
#[cfg(target_os = "linux")]
fn interrupted(class: &Path, out: &Path) {
    use std::{
        process::Stdio,
        time::{Duration, Instant},
    };
    let (class, place) = (class.to_string_lossy(), out.to_string_lossy());
    let scratch = tempfile::tempdir().expect("a directory");
    let child = xtask(&[&class, "--out", &place, "--chapter", "ch04", "--seed", "5"])
        .env("TMPDIR", scratch.path())
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("xtask");
    let me = child.id();
    // A program is being checked: the check's directory is there.
    let folders = || fs::read_dir(scratch.path()).expect("a folder").flatten();
    let is_judge = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().contains("judge");
    let mut family = Vec::new();
    let began = Instant::now();
    while family.len() < 3 && began.elapsed() < Duration::from_secs(120) {
        std::thread::sleep(Duration::from_millis(20));
        if folders().any(|entry| is_judge(&entry)) {
            family = crate::command_line::descendants(me);
        }
    }
    assert!(family.len() >= 3, "{family:?}");
    let ended = Command::new("kill")
        .args(["-s", "INT", &me.to_string()])
        .status();
    assert!(ended.is_ok_and(|ended| ended.success()));
    let output = child.wait_with_output().expect("a status");
    assert_eq!(output.status.code(), Some(130));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("goes on from here"), "{said}");
    let running = |id: &u32| crate::command_line::is_running(*id);
    let left: Vec<u32> = family.into_iter().filter(running).collect();
    assert!(left.is_empty(), "still there: {left:?}");
    assert_eq!(folders().count(), 0, "{:?}", folders().collect::<Vec<_>>());
    let halves: Vec<PathBuf> = files(out)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|end| end == "new"))
        .collect();
    assert!(halves.is_empty(), "{halves:?}");
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found = Vec::new();
    for path in entries.map(|entry| entry.path()) {
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// What is written can be read by others, and holds nothing raw.
fn is_well_formed(out: &Path, rows: usize) {
    const READER: &str = "import csv, sys\n\
        rows = list(csv.reader(open(sys.argv[1], newline='', encoding='utf-8'), strict=True))\n\
        assert len({len(row) for row in rows}) == 1, rows\n\
        assert not any(cell[:1] in '=+-@' for row in rows for cell in row if cell), rows\n\
        print(len(rows))";
    let csv = out.join("grades.csv");
    let read = Command::new("python3")
        .arg("-c")
        .arg(READER)
        .arg(&csv)
        .output();
    match read {
        Ok(read) => {
            let said = String::from_utf8_lossy(&read.stdout).trim().to_owned();
            assert_eq!(said, (rows + 1).to_string(), "{read:?}");
        }
        Err(_) => eprintln!("skipped: python3 is not on this machine"),
    }
    let pages: Vec<PathBuf> = files(&out.join("learners"));
    assert_eq!(pages.len(), rows);
    for file in pages.iter().chain([&out.join("index.html"), &csv]) {
        let text = fs::read_to_string(file).expect("UTF-8");
        assert!(!text.contains("<script") && !text.contains("<b>"), "{text}");
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
        assert!(!text.contains("s3cr3t"), "{text}");
    }
    let page = fs::read_to_string(out.join("learners/near-miss.html")).expect("a page");
    assert!(page.contains("The conversation") && page.contains("GET /sse HTTP/1.1"));
    let page = fs::read_to_string(out.join("learners/broken.html")).expect("a page");
    assert!(page.contains("What the compiler says") && page.contains("src/counter.rs"));
}
