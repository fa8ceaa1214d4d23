//! How long a page is waited for.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use super::Devtools;
use crate::limits::{BUSY_LOOKS, PATIENCE};

/// A wait for a page, which begins anew where it is over and nobody on this machine
/// had time.
pub struct Patience {
    wait: Duration,
    until: Instant,
}

/// How often all waits for one page have begun anew: [`BUSY_LOOKS`] times at most.
#[derive(Default)]
pub struct Looks {
    begun: AtomicUsize,
    until: Option<Instant>,
}

impl Looks {
    /// For a page of a step that is over `until`: none of its waits lasts longer, since
    /// what was waited for in vain says more than that the time is over.
    pub fn before(until: Instant) -> Self {
        Self {
            begun: AtomicUsize::new(0),
            until: Some(until),
        }
    }

    /// Whether a wait of this length, and the question that comes before it, may begin.
    fn allow(&self, wait: Duration) -> bool {
        let over = Instant::now() + PATIENCE + wait;
        self.begun.load(Ordering::Relaxed) < BUSY_LOOKS
            && self.until.is_none_or(|until| over < until)
    }
}

impl Patience {
    /// A wait of at least `wait`, from now on.
    pub fn of(wait: Duration) -> Self {
        Self {
            wait,
            until: Instant::now() + wait,
        }
    }

    /// What is left of it, as it looks now.
    pub fn left(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }

    /// Whether it is over. Asks `devtools` about that, once nothing is left.
    pub async fn is_over(&mut self, devtools: &Devtools, looks: &Looks) -> bool {
        if !self.left().is_zero() {
            return false;
        }
        if !looks.allow(self.wait) || !devtools.is_pressed().await {
            return true;
        }
        looks.begun.fetch_add(1, Ordering::Relaxed);
        self.until = Instant::now() + self.wait;
        false
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self::of(PATIENCE)
    }
}
