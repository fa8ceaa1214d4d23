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
pub struct Looks(AtomicUsize);

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
        if looks.0.load(Ordering::Relaxed) >= BUSY_LOOKS || !devtools.is_pressed().await {
            return true;
        }
        looks.0.fetch_add(1, Ordering::Relaxed);
        self.until = Instant::now() + self.wait;
        false
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self::of(PATIENCE)
    }
}
