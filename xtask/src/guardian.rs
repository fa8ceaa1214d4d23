//! What every command that plays checks begins and ends with, however it ends: nothing
//! that they start or write is to stay behind.

use std::time::Duration;

use checker::scratch;
use tokio::runtime::Runtime;

use crate::orphans;

/// Answers for what checks start and write, until it is dropped. It comes before the
/// runtime that plays them, so that in an early return it goes after it.
#[must_use]
pub struct Guardian(());

impl Guardian {
    /// Adopts what programs will leave behind, and removes what checks before these have
    /// left.
    pub fn begins() -> Self {
        scratch::sweep_others();
        Self::begins_apart()
    }

    /// The same for a check whose place for temporary files is its own: nothing of other
    /// checks is there.
    pub fn begins_apart() -> Self {
        orphans::adopt();
        Self(())
    }

    /// Ends whatever still plays, for which it waits no longer than `patience`, then all
    /// that it has left, and removes what it has written.
    pub fn ends(self, runtime: Runtime, patience: Duration) {
        runtime.shutdown_timeout(patience);
    }
}

impl Drop for Guardian {
    fn drop(&mut self) {
        orphans::end();
        scratch::sweep();
    }
}
