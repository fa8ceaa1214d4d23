//! Whose turn it is on an article's port: there is one on a machine, and several
//! checks may want it at the same moment.

use std::{
    env,
    fs::File,
    time::{Duration, Instant},
};

use tokio::time::sleep;

use crate::limits::TURN;

/// Between two looks whether the port's turn is ours.
const PAUSE: Duration = Duration::from_millis(10);

/// The turn, until it is dropped; the system ends it with the process, too.
pub struct Turn {
    _lock: Option<File>,
}

impl Turn {
    /// Waits for it, and no longer than [`TURN`]: then, or where there is no place
    /// for the lock, the port may be taken, and the program will say so.
    pub async fn on(port: u16) -> Self {
        let path = env::temp_dir().join(format!("on-the-wire-{port}.lock"));
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path);
        let began = Instant::now();
        let mut lock = file.ok();
        while let Some(file) = &lock {
            match file.try_lock() {
                Ok(()) => break,
                Err(_) if began.elapsed() < TURN => sleep(PAUSE).await,
                Err(_) => lock = None,
            }
        }
        Self { _lock: lock }
    }
}
