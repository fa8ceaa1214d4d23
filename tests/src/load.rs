//! How much is asked of this machine: on one that has more to do than it can, silence
//! says nothing about whoever is silent.

use std::{fs, thread::available_parallelism, time::Duration};

use tokio::time::sleep;

/// How often is looked, and the time between two looks. One alone may fall into a moment
/// in which nobody happens to want anything.
const LOOKS: u32 = 25;
const PAUSE: Duration = Duration::from_millis(20);

/// How many threads for each core want to compute, in the mean, where the load is heavy.
/// A page in an endless loop is one thread, whatever the machine.
const HEAVY: f64 = 2.0;

/// Whether more threads want to compute than this machine has time for. Linux alone
/// tells; elsewhere the load is never called heavy.
pub async fn is_heavy() -> bool {
    let mut wanting = 0;
    for _ in 0..LOOKS {
        let Some(now) = runnable() else {
            return false;
        };
        wanting += now;
        sleep(PAUSE).await;
    }
    let cores = available_parallelism().map_or(1.0, |cores| cores.get() as f64);
    f64::from(wanting) / f64::from(LOOKS) >= HEAVY * cores
}

/// How many threads compute or would if a core were free, but for the one that asks.
fn runnable() -> Option<u32> {
    running_in(&fs::read_to_string("/proc/loadavg").ok()?)
}

/// `0.20 0.18 0.12 3/80 11206`: of 80 threads 3 can run, and one of them reads this.
fn running_in(text: &str) -> Option<u32> {
    let (running, _) = text.split_whitespace().nth(3)?.split_once('/')?;
    running.parse::<u32>().ok()?.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::running_in;

    #[test]
    fn who_asks_is_not_counted() {
        assert_eq!(running_in("0.20 0.18 0.12 3/80 11206\n"), Some(2));
        assert_eq!(running_in("0.20 0.18 0.12 0/80 11206\n"), None);
        assert_eq!(running_in("nothing of the kind"), None);
    }
}
