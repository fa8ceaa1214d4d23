//! Whether a server sleeps again when everyone has left.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::ask;
use crate::{
    limits::SILENT_CLIENTS,
    processes,
    recorder::{
        Stage,
        crowd::Crowd,
        sleep::{Pace, doings},
    },
};

/// How many readers come and go: a program may have a process for each.
const READERS: usize = SILENT_CLIENTS;

/// How many of them leave before their first event; the others have heard it. A
/// server may forget its timer in one of the two cases alone.
const EARLY: usize = READERS / 2;

/// Between two of them: forgotten timers are then spread over 0.4 s, nearly, and a
/// busy machine does not wake the program for all of them at once.
const APART: Duration = Duration::from_millis(16);

/// A program that has just started has things to do, and so has one that everyone
/// has just left.
const SETTLED: Duration = Duration::from_millis(100);

/// How long is listened before anyone came, and after everyone has left: a little
/// more than the second in which each timer wakes the program once.
const BEFORE: Duration = Duration::from_millis(200);
const AFTER: Duration = Duration::from_millis(1100);

/// How often the sleep is looked at before it is called none: a collector of garbage
/// may have its hour, and a server that notices when it writes that a client has gone
/// has that write in the first look; to one that has left in order it writes twice, and
/// the second look is where it notices. A forgotten timer has every one.
const LOOKS: usize = 4;

/// Wake-ups a second more than before that nothing but timers explains.
const PLAIN: u64 = 10;

/// Milliseconds of computing a second more than before that are no sleep. A program
/// that never pauses gets more than this even where many others do the same.
const COMPUTES: u64 = 50;

/// The article's server fails here: its intervals run on for ever, each waking
/// the process once a second, for nobody.
pub async fn sleep_again(stage: &mut Stage) {
    stage.opens().await;
    sleep(SETTLED).await;
    let Some(mut before) = pace(stage, BEFORE).await else {
        return match processes::tells() {
            true => stage.pen().lose("the program has ended"),
            false => stage.skips("only Linux tells how often a process wakes up"),
        };
    };
    for _ in 0..LOOKS {
        // Still starting, or restless by nature.
        if before.wakes > PLAIN || before.computes >= COMPUTES {
            before = less(before, pace(stage, BEFORE).await.unwrap_or(before));
        }
    }
    come_and_go(stage).await;
    if stage.pen().is_lost() {
        return;
    }
    sleep(SETTLED).await;
    let computes = |after: Pace| after.computes >= before.computes + COMPUTES;
    let asleep = |after: Pace| after.wakes <= before.wakes && !computes(after);
    let mut after = pace(stage, AFTER).await.unwrap_or_default();
    for _ in 1..LOOKS {
        if asleep(after) {
            break;
        }
        after = less(after, pace(stage, AFTER).await.unwrap_or_default());
    }
    if stage.loses_its_program().await {
        return;
    }
    let more = after.wakes > before.wakes;
    if computes(after) {
        stage.pen().act("the program computes without a pause, for nobody");
    } else if after.wakes > before.wakes + PLAIN || (more && after.wakes > unvisited(stage).await) {
        let often = format!("{} times a second", after.wakes);
        stage.pen().mask("often", &often);
        stage.pen().act(format!("the program wakes {often}, for nobody"));
    } else {
        stage.pen().act("the program sleeps as before");
    }
}

/// Readers come, are answered, and leave, some of them before their first event.
async fn come_and_go(stage: &mut Stage) {
    stage.pen().act(format!("{READERS} readers come, one after the other"));
    let mut crowd = Crowd::default();
    for place in 0..READERS {
        // Of each two that leave together one vanishes: a server may notice one end alone.
        let vanishes = place % 4 < 2;
        let mut reader = stage.client_in_a_crowd(vanishes).await;
        ask(stage, &mut reader).await;
        crowd.gains(reader);
        sleep(APART).await;
    }
    let answered = crowd.hears_heads().await;
    stage.pen().act(format!("{answered} of them are answered"));
    drop(crowd.parts(EARLY));
    stage.pen().act(format!("{EARLY} of them leave"));
    let heard = crowd.hears_events().await;
    let reached = format!("{heard} of the others");
    if heard < READERS - EARLY {
        stage.pen().mask("few", &reached);
        // Those who left may have taken the program along.
        sleep(SETTLED).await;
        if stage.loses_its_program().await {
            return;
        }
    }
    stage.pen().act(format!("the first event reaches {reached}"));
    drop(crowd);
    stage.pen().act("they leave, too");
}

/// Wake-ups a second of a fresh program that nobody visits, at most. A machine so
/// busy that all timers wake the program together leaves few; so may what a runtime
/// does for itself, and then this one has as many.
async fn unvisited(stage: &mut Stage) -> u64 {
    stage.starts_unwritten().await;
    sleep(SETTLED).await;
    let mut most = 0;
    for _ in 0..LOOKS {
        most = most.max(pace(stage, AFTER).await.unwrap_or_default().wakes);
    }
    most
}

/// What the program does in `span`; `None` where nobody tells.
async fn pace(stage: &Stage, span: Duration) -> Option<Pace> {
    let first = doings(&stage.processes())?;
    let began = Instant::now();
    sleep(span).await;
    let second = doings(&stage.processes())?;
    Some(second.pace_since(&first, began.elapsed()))
}

fn less(one: Pace, other: Pace) -> Pace {
    Pace {
        wakes: one.wakes.min(other.wakes),
        computes: one.computes.min(other.computes),
    }
}
