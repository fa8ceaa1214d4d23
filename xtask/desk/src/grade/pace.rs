//! How far a grading has come: one line that changes in a terminal, a line a row
//! elsewhere.

use std::{
    io::{IsTerminal, Write},
    time::{Duration, Instant},
};

use super::row::Row;

/// Tells it on standard error.
pub struct Pace {
    began: Instant,
    all: usize,
    done: usize,
    terminal: bool,
}

impl Pace {
    /// Before the first of `all` rows.
    pub fn new(all: usize) -> Self {
        Self {
            began: Instant::now(),
            all,
            done: 0,
            terminal: std::io::stderr().is_terminal(),
        }
    }

    /// One more row is known.
    pub fn row(&mut self, row: &Row) {
        self.done += 1;
        let (done, all) = (self.done, self.all);
        let mut out = std::io::stderr().lock();
        // Whoever has closed it does not want to know.
        let _ = if self.terminal {
            let left = left(self.began.elapsed(), done, all);
            write!(out, "\r\x1b[K{done} of {all} graded, {left}").and_then(|()| out.flush())
        } else {
            let (name, chapter) = (&row.submission, row.chapter());
            let seconds = row.elapsed_ms as f64 / 1000.0;
            writeln!(
                out,
                "[{done}/{all}] {name} {chapter}: {}, {seconds:.1} s",
                row.cell()
            )
        };
    }

    /// Takes the line away.
    pub fn end(&self) {
        if self.terminal {
            eprint!("\r\x1b[K");
        }
    }
}

/// What is left when the rest goes on as what is done.
fn left(elapsed: Duration, done: usize, all: usize) -> String {
    let each = elapsed.as_secs_f64() / done.max(1) as f64;
    let seconds = (each * (all - done.min(all)) as f64).ceil() as u64;
    match seconds {
        0..60 => format!("about {seconds} s left"),
        _ => format!("about {} min left", seconds.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_is_estimated_from_what_is_done() {
        assert_eq!(left(Duration::from_secs(10), 10, 40), "about 30 s left");
        assert_eq!(left(Duration::from_secs(60), 10, 40), "about 3 min left");
        assert_eq!(left(Duration::from_secs(9), 9, 9), "about 0 s left");
    }
}
