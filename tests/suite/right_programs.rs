//! Programs that are right in ways the solutions are not: other languages, other
//! libraries, every freedom that the standards leave. Each passes its chapter.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::Duration,
};

use checker::{
    chapter::Chapter, chapters, check::Check, program::Invocation, report::Verdict, terminal::Style,
};
use tokio::{process::Command, time::timeout};

use crate::{mutants, programs};

/// What the article's own programs are written with.
const PACKAGES: [&str; 2] = ["ws@8.18", "express@5"];

/// How long npm may take to bring them.
const INSTALL: Duration = Duration::from_secs(120);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn right_programs_pass_twice_in_a_row() {
    let packages = packages().await;
    let mut runs = Vec::new();
    for chapter in chapters::ALL {
        let folder = mutants::folder(&programs::root(), chapter).join("right");
        for file in ["js", "py"]
            .iter()
            .flat_map(|kind| mutants::files(&folder, kind))
        {
            let name = format!(
                "{}/{}",
                chapter.slug,
                file.file_name().unwrap_or_default().display()
            );
            let run = match &packages {
                Ok(packages) => beside(packages, &name, &file),
                Err(why) if file.ends_with("article.js") => Err(why.clone()),
                Err(_) => Ok(file),
            };
            runs.push((chapter, name, run));
        }
    }
    // One may be made of another: by now all of them are where they belong.
    let mut checks = Vec::new();
    for (chapter, name, run) in runs {
        match run.and_then(|file| script(&file)) {
            Ok(run) => checks.push(tokio::spawn(check(chapter, name, run))),
            Err(why) => eprintln!("skipped: {name}: {why}"),
        }
    }
    let mut wrong = Vec::new();
    for check in checks {
        match check.await {
            Ok(Ok(())) => {}
            Ok(Err(why)) => wrong.push(why),
            Err(error) => wrong.push(error.to_string()),
        }
    }
    assert!(
        wrong.is_empty(),
        "right programs that do not pass:\n\n{}",
        wrong.join("\n")
    );
}

async fn check(chapter: &Chapter, name: String, run: Invocation) -> Result<(), String> {
    let _place = mutants::place(chapter).await;
    let equipment = programs::equipment();
    for _ in 0..2 {
        let check = Check {
            place: name.clone(),
            keep_going: true,
            seed: fastrand::u64(..),
            equipment: Arc::clone(&equipment),
            ..programs::check(run.clone())
        };
        let report = check.chapter(chapter, |_| ()).await;
        let seed = report.seed;
        for step in &report.steps {
            match step.verdict {
                Verdict::Passed => {}
                Verdict::Skipped => eprintln!("skipped: {name}, {}: {}", step.name, step.detail),
                _ => {
                    let style = Style {
                        colour: false,
                        hex: true,
                        times: true,
                    };
                    return Err(format!("{name} (seed {seed})\n{}", style.step(step)));
                }
            }
        }
    }
    Ok(())
}

/// A copy of the program beside the installed packages, where node looks for
/// them: the environment cannot be changed while other tests run.
fn beside(packages: &Path, name: &str, file: &Path) -> Result<PathBuf, String> {
    let copy = packages.join(name);
    let copied =
        fs::create_dir_all(copy.parent().unwrap_or(packages)).and_then(|()| fs::copy(file, &copy));
    copied.map(|_| copy).map_err(|error| error.to_string())
}

/// The folder of the article's packages, installed once.
async fn packages() -> Result<PathBuf, String> {
    let folder = mutants::target().join("node-right");
    let installed = |name: &&str| {
        let name = name.split('@').next().unwrap_or(name);
        folder
            .join("node_modules")
            .join(name)
            .join("package.json")
            .is_file()
    };
    if PACKAGES.iter().all(installed) {
        return Ok(folder);
    }
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let mut npm = Command::new("npm");
    npm.args([
        "install",
        "--no-save",
        "--no-package-lock",
        "--no-audit",
        "--no-fund",
        "--prefix",
    ])
    .arg(&folder)
    .args(PACKAGES)
    .stdin(Stdio::null())
    .stdout(Stdio::null())
    .stderr(Stdio::null())
    .kill_on_drop(true);
    match timeout(INSTALL, npm.status()).await {
        Ok(Ok(status)) if status.success() => Ok(folder),
        Ok(Ok(_)) => Err("npm cannot bring ws and express".into()),
        Ok(Err(_)) => Err("npm is not on this machine".into()),
        Err(_) => Err(format!(
            "npm has not brought ws and express in {} s",
            INSTALL.as_secs()
        )),
    }
}

/// How to run a file of JavaScript or Python.
///
/// # Errors
/// With the reason, when this machine has nothing that runs it.
pub fn script(file: &Path) -> Result<Invocation, String> {
    let (name, ask, options) = match file.extension().and_then(|kind| kind.to_str()) {
        Some("js") => ("node", ["-p", "process.execPath"], None),
        _ => (
            "python3",
            ["-c", "import sys; print(sys.executable)"],
            Some("-B"),
        ),
    };
    // Asked for its own path: what the shell calls so may be a script that looks
    // for the interpreter anew at each start.
    let told = std::process::Command::new(name)
        .args(ask)
        .stderr(Stdio::null())
        .output();
    let path = told.ok().filter(|told| told.status.success());
    let path = path.and_then(|told| String::from_utf8(told.stdout).ok());
    let interpreter = path.ok_or_else(|| format!("{name} is not on this machine"))?;
    let args = options.into_iter().map(Into::into).chain([file.into()]);
    Ok(Invocation {
        file: interpreter.trim().into(),
        args: args.collect(),
    })
}
