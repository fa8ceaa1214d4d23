//! Medians beside each other, with what one takes more than the other.

use std::time::Duration;

/// Rows of a table in Markdown, so that it can stand in a page as it is.
#[derive(Default)]
pub struct Table {
    rows: Vec<String>,
    notes: Vec<String>,
}

impl Table {
    /// What cargo takes alone, and what a check takes.
    pub fn row(&mut self, what: String, build: &[Duration], check: &[Duration]) {
        let (build, check) = (median(build), median(check));
        let more = check.as_secs_f64() - build.as_secs_f64();
        self.rows.push(format!(
            "| {what} | {} | {} | {more:+.2} s | {:.2} |",
            shown(build),
            shown(check),
            check.as_secs_f64() / build.as_secs_f64().max(f64::EPSILON),
        ));
    }

    /// The most memory of the checker in each run, in KiB.
    pub fn memory(&mut self, chapter: &str, peaks: &[u64]) {
        self.notes.push(match peaks.iter().max() {
            Some(most) => format!(
                "{chapter}: the checker takes {:.0} MiB at most.",
                *most as f64 / 1024.0
            ),
            None => format!("{chapter}: this system does not tell how much memory a process took."),
        });
    }

    /// The table, and the notes below it.
    pub fn text(&self, runs: u32) -> String {
        format!(
            "\n| median of {runs} | `cargo build` | `cargo xtask check` | more | ratio |\n\
             |---|---:|---:|---:|---:|\n{}\n\n{}\n",
            self.rows.join("\n"),
            self.notes.join("\n")
        )
    }
}

fn shown(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_both_medians_and_what_is_between_them() {
        let times = |all: [u64; 3]| all.map(Duration::from_millis);
        let mut table = Table::default();
        table.row(
            "x".into(),
            &times([900, 500, 400]),
            &times([750, 9000, 600]),
        );
        table.memory("ch02", &[10_240, 20_480]);
        let text = table.text(3);
        assert!(
            text.contains("| x | 0.50 s | 0.75 s | +0.25 s | 1.50 |"),
            "{text}"
        );
        assert!(
            text.contains("ch02: the checker takes 20 MiB at most."),
            "{text}"
        );
    }
}
