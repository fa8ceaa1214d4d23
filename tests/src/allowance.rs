//! What a program under check may take: limits with names, which an instructor
//! can set with `--limit NAME=VALUE`.

use std::time::Duration;

use crate::limits::WATCHED;

/// The limits of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Seconds a step may last, whatever the program does.
    pub step: u64,
    /// Seconds a chapter may last, its steps together.
    pub chapter: u64,
    /// Bytes kept of standard output; the rest is read and thrown away, and the step
    /// fails.
    pub output: u64,
    /// The same for standard error, which is shown and not judged.
    pub complaints: u64,
    /// Entries of one step's transcript.
    pub entries: u64,
    /// Bytes of one step's transcript.
    pub transcript: u64,
    /// Bytes of memory that a program and its children hold together.
    pub memory: u64,
    /// Processes of a program, itself among them.
    pub processes: u64,
    /// Files and sockets that a process has open.
    pub files: u64,
    /// Bytes in the program's directory.
    pub directory: u64,
}

/// A limit that a program went over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overrun {
    /// The limit's name in [`Allowance`]; `names` for files, which nobody sets.
    pub limit: &'static str,
    /// What it did, as the end of a sentence about it, in the past tense.
    pub deed: String,
}

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Seconds,
    Bytes,
    Count,
}

/// A limit as a command line knows it.
struct Named {
    name: &'static str,
    what: &'static str,
    unit: Unit,
    /// The least and the most that make sense.
    range: (u64, u64),
    field: fn(&mut Allowance) -> &mut u64,
}

const NAMED: [Named; 10] = [
    Named {
        name: "step",
        what: "time of a step",
        unit: Unit::Seconds,
        range: (1, 3600),
        field: |all| &mut all.step,
    },
    Named {
        name: "chapter",
        what: "time of a chapter, its steps together",
        unit: Unit::Seconds,
        range: (1, 3600),
        field: |all| &mut all.chapter,
    },
    Named {
        name: "output",
        what: "kept of standard output; who writes more fails",
        unit: Unit::Bytes,
        range: (4 << 10, 1 << 30),
        field: |all| &mut all.output,
    },
    Named {
        name: "complaints",
        what: "kept of standard error",
        unit: Unit::Bytes,
        range: (4 << 10, 1 << 30),
        field: |all| &mut all.complaints,
    },
    Named {
        name: "entries",
        what: "entries of a step's transcript",
        unit: Unit::Count,
        range: (100, 1_000_000),
        field: |all| &mut all.entries,
    },
    Named {
        name: "transcript",
        what: "size of a step's transcript",
        unit: Unit::Bytes,
        range: (64 << 10, 1 << 30),
        field: |all| &mut all.transcript,
    },
    Named {
        name: "memory",
        what: "memory of a program, its children's with it",
        unit: Unit::Bytes,
        range: (16 << 20, 1 << 40),
        field: |all| &mut all.memory,
    },
    Named {
        name: "processes",
        what: "processes of a program",
        unit: Unit::Count,
        range: (1, WATCHED as u64 - 1),
        field: |all| &mut all.processes,
    },
    Named {
        name: "files",
        what: "open files and sockets of a process (Unix)",
        unit: Unit::Count,
        range: (64, 1 << 20),
        field: |all| &mut all.files,
    },
    Named {
        name: "directory",
        what: "size of the program's directory, and of one file",
        unit: Unit::Bytes,
        range: (64 << 10, 1 << 40),
        field: |all| &mut all.directory,
    },
];

impl Default for Allowance {
    /// Generous for a server of these chapters, and small for a machine.
    fn default() -> Self {
        Self {
            step: 45,
            chapter: 60,
            output: 4 << 20,
            complaints: 64 << 10,
            entries: 4000,
            transcript: 2 << 20,
            memory: 512 << 20,
            processes: 32,
            files: 1024,
            directory: 64 << 20,
        }
    }
}

impl Allowance {
    /// Sets the limit of `NAME=VALUE`; a value is a number with `s`, `KiB`, `MiB`
    /// or `GiB` where that makes sense.
    ///
    /// # Errors
    /// With one line that says what it takes.
    pub fn set(&mut self, text: &str) -> Result<(), String> {
        let known = NAMED.map(|limit| limit.name).join(", ");
        let Some((name, value)) = text.split_once('=') else {
            return Err(format!("a limit is NAME=VALUE, with a name of {known}"));
        };
        let limit = NAMED.iter().find(|limit| limit.name == name);
        let limit =
            limit.ok_or_else(|| format!("there is no limit {name:?}; there are {known}"))?;
        let (least, most) = limit.range;
        let set = number(value, limit.unit).filter(|number| (least..=most).contains(number));
        *(limit.field)(self) = set.ok_or_else(|| {
            let [least, most] = [least, most].map(|bound| shown(bound, limit.unit));
            format!("{name} takes from {least} to {most}, and not {value:?}")
        })?;
        Ok(())
    }

    /// Each limit in a line: its name, its value, what it is of.
    pub fn lines(&self) -> Vec<String> {
        let mut own = self.clone();
        NAMED
            .iter()
            .map(|limit| {
                let value = shown(*(limit.field)(&mut own), limit.unit);
                format!("{:<12}{value:<9}{}", limit.name, limit.what)
            })
            .collect()
    }

    /// How long a step may last.
    pub fn time_of_step(&self) -> Duration {
        Duration::from_secs(self.step)
    }

    /// How long a chapter may last.
    pub fn time_of_chapter(&self) -> Duration {
        Duration::from_secs(self.chapter)
    }
}

/// The units of bytes, the largest first.
const SIZES: [(&str, u32); 3] = [("GiB", 30), ("MiB", 20), ("KiB", 10)];

fn number(text: &str, unit: Unit) -> Option<u64> {
    let (digits, shift) = match unit {
        Unit::Seconds => (text.strip_suffix('s').unwrap_or(text), 0),
        Unit::Count => (text, 0),
        Unit::Bytes => SIZES
            .iter()
            .find_map(|(name, shift)| Some((text.strip_suffix(name)?, *shift)))
            .unwrap_or((text, 0)),
    };
    let digits = digits.trim();
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits
        .parse::<u64>()
        .ok()
        .filter(|_| plain)?
        .checked_mul(1 << shift)
}

/// A value in the largest unit that leaves no fraction.
pub fn bytes(value: u64) -> String {
    let size = SIZES
        .iter()
        .find(|(_, shift)| value > 0 && value.is_multiple_of(1 << shift));
    match size {
        Some((name, shift)) => format!("{} {name}", value >> shift),
        None => format!("{value} bytes"),
    }
}

fn shown(value: u64, unit: Unit) -> String {
    match unit {
        Unit::Seconds => format!("{value} s"),
        Unit::Bytes => bytes(value),
        Unit::Count => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_what_makes_sense() {
        let mut all = Allowance::default();
        for text in ["memory=1GiB", "step=5s", "chapter=5", "processes=2"] {
            all.set(text).expect(text);
        }
        assert_eq!((all.memory, all.processes), (1 << 30, 2));
        assert_eq!(all.time_of_step(), all.time_of_chapter());
    }

    #[test]
    fn refuses_what_does_not_and_stays_as_it_was() {
        let mut all = Allowance::default();
        let wrong = [
            "",
            "memory",
            "memory=",
            "memory=0",
            "memory=-1",
            "memory=+64MiB",
            "memory=5 s",
            "memory=99999999999999999999",
            "memory=18014398509481984KiB",
            "step=0",
            "Step=5",
        ];
        for text in wrong {
            let said = all.set(text).expect_err(text);
            assert_eq!(said.lines().count(), 1, "{text}: {said}");
        }
        assert_eq!(all, Allowance::default());
    }

    #[test]
    fn tells_each_of_its_names() {
        let lines = Allowance::default().lines();
        assert!(
            lines
                .iter()
                .zip(NAMED)
                .all(|(line, limit)| line.starts_with(limit.name))
        );
        assert!(
            lines.iter().any(|line| line.contains("512 MiB")),
            "{lines:#?}"
        );
    }
}
