//! The system: room on the disk, a folder for what is passing, a clock that is right.

use std::{
    env, fs,
    path::Path,
    process::Command,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use time::OffsetDateTime;

use super::Finding;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// No clock is this far ahead of the workbook's last change.
const YEARS: u32 = 20;

pub fn look(root: &Path) -> Vec<Finding> {
    vec![disk(root), passing(), clock(root)]
}

#[cfg(unix)]
fn disk(root: &Path) -> Finding {
    /// What a build of everything takes, with as much again for the suite, in bytes.
    const ROOM: u64 = 2 << 30;
    let what = "disk";
    match rustix::fs::statvfs(root) {
        Err(error) => Finding::spare(what, "not known", error.to_string()),
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            let shown = format!("{:.1} GiB free", free as f64 / (1u64 << 30) as f64);
            if free < ROOM {
                let cure = "a build takes about 1 GiB, the suite another: make room, or set \
                    CARGO_TARGET_DIR to a folder on a larger disk";
                Finding::lacking(what, shown, cure)
            } else {
                Finding::good(what, shown)
            }
        }
    }
}

#[cfg(not(unix))]
fn disk(_root: &Path) -> Finding {
    Finding::good(
        "disk",
        "not looked at on this system; a build takes about 1 GiB",
    )
}

/// Each step's program gets a fresh directory there.
fn passing() -> Finding {
    let what = "temporary files";
    let place = env::temp_dir();
    let shown = place.display().to_string();
    let written = tempfile::tempdir().and_then(|folder| fs::write(folder.path().join("a"), b"a"));
    match written {
        Ok(()) => Finding::good(what, shown),
        Err(error) => Finding::lacking(
            what,
            format!("{shown}: {error}"),
            "make it writable, or set TMPDIR (Windows: TEMP) to a folder that is",
        ),
    }
}

fn clock(root: &Path) -> Finding {
    let what = "clock";
    let now = SystemTime::now();
    let shown = shown(now);
    let cure = "set it: a certificate is valid from one day to another, and events carry the time";
    match changed(root) {
        Some(then) if now + DAY < then => Finding::lacking(
            what,
            format!("{shown}, which is before the workbook's own files"),
            cure,
        ),
        Some(then) if now > then + YEARS * 365 * DAY => Finding::lacking(
            what,
            format!("{shown}, {YEARS} years after the workbook's files"),
            cure,
        ),
        _ => Finding::good(what, shown),
    }
}

/// When the workbook was last changed, as far as its history or its files say.
fn changed(root: &Path) -> Option<SystemTime> {
    let mut command = Command::new("git");
    command
        .current_dir(root)
        .args(["log", "-1", "--format=%ct"]);
    let said = command.output().ok().filter(|said| said.status.success());
    let commit = said.and_then(|said| String::from_utf8(said.stdout).ok()?.trim().parse().ok());
    let commit = commit.map(|seconds| UNIX_EPOCH + Duration::from_secs(seconds));
    let file = || {
        fs::metadata(root.join("Cargo.lock"))
            .and_then(|data| data.modified())
            .ok()
    };
    commit.or_else(file)
}

fn shown(now: SystemTime) -> String {
    let now = OffsetDateTime::from(now);
    let (day, hour, minute) = (now.date(), now.hour(), now.minute());
    format!(
        "{:04}-{:02}-{:02} {hour:02}:{minute:02} UTC",
        day.year(),
        u8::from(day.month()),
        day.day()
    )
}
