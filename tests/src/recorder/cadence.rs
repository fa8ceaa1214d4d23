//! Whether events came when they should, told from the program's own times.
//!
//! A busy machine makes an arrival late and never early: the clock starts
//! before the request leaves, and is read after the event has come. So a time
//! that is too early is wrong at once, and one that is too late is wrong only
//! when every later one is too. Lateness counts from the head: a request that
//! was taken late has its events late, and at the right pace.

use std::time::Duration;

/// What the contract asks for between two events, and before the first.
pub const SECOND: Duration = Duration::from_secs(1);

/// Half of it: what comes together, and what does not.
pub const HALF: Duration = Duration::from_millis(500);

/// What comes closer than this came at once.
const TOGETHER: Duration = Duration::from_millis(100);

/// How much too early a timer's own granularity may make it.
const EARLY: Duration = Duration::from_millis(50);

/// How far from a second the time between two ticks may be, to be one.
const PACE: Duration = Duration::from_millis(120);

/// How late is still in time.
const LATE: Duration = Duration::from_millis(250);

/// How much later than its first byte the last byte of an event may come that left in
/// one write. Loopback delivers a write whole; two writes are apart by what is between
/// them, and by the 40 ms of a delayed acknowledgement.
const PIECES: Duration = Duration::from_millis(20);

/// For each event whether it came in pieces, told from how long each took. No machine
/// puts time between the bytes of one write. Between two writes a busy one may, and
/// may also hide the time that there was: what most events of a tick's place do counts.
pub fn in_pieces(took: &[Duration], each: usize) -> Vec<bool> {
    let slow = |took: &Duration| *took >= PIECES;
    (0..took.len())
        .map(|n| {
            let place = took.iter().skip(n % each).step_by(each);
            let all = place.clone().count();
            slow(&took[n]) && place.filter(|took| slow(took)).count() * 2 > all
        })
        .collect()
}

/// The time of event number `n`, which came from its first byte at `began` to its last
/// at `ended`: it is in time when one of its bytes is.
pub fn moment(
    head: Duration,
    (began, ended): (Duration, Duration),
    n: usize,
    each: usize,
) -> Duration {
    (head + due(n, each)).clamp(began, ended)
}

/// Whether the newest of these arrivals came late, so that a second look is
/// worth its time: was it the machine, or the program? `each` events come at a
/// tick.
pub fn is_late(head: Duration, arrivals: &[Duration], each: usize) -> bool {
    lateness(head, arrivals, each)
        .last()
        .is_some_and(|late| *late > LATE)
}

/// For each arrival the sentence that goes before it. `None` when it came
/// together with the one before, the first with the head.
pub fn sentences(head: Duration, arrivals: &[Duration], each: usize) -> Vec<Option<String>> {
    let late = lateness(head, arrivals, each);
    (0..arrivals.len())
        .map(|n| {
            let gap = arrivals[n].saturating_sub(n.checked_sub(1).map_or(head, |m| arrivals[m]));
            let early = arrivals[n] + EARLY < due(n, each);
            let forgiven = late[n..].iter().any(|late| *late <= LATE)
                || (n > 0 && keeps_pace(&arrivals[n - 1..], each));
            let first = n % each == 0;
            let together = if first { TOGETHER } else { HALF };
            match gap {
                _ if first && !early && forgiven => Some("1 s passes".to_owned()),
                gap if gap < together => None,
                gap => Some(format!("{:.1} s pass", gap.as_secs_f64())),
            }
        })
        .collect()
}

/// Whether some tick from here on comes a second after the one before it, and at most
/// one is half a second late. A timer that is late once may keep its new times; its
/// pace is what it chose itself. The first tick has none before it, and must be in time.
fn keeps_pace(arrivals: &[Duration], each: usize) -> bool {
    let gaps = arrivals
        .windows(each + 1)
        .step_by(each)
        .map(|ticks| ticks[each].saturating_sub(ticks[0]));
    let late = gaps.clone().filter(|gap| *gap > SECOND + HALF).count();
    let mut gaps = gaps;
    late <= 1 && gaps.any(|gap| gap + PACE >= SECOND && gap <= SECOND + PACE)
}

/// When event number `n` should come, counted from the request.
fn due(n: usize, each: usize) -> Duration {
    SECOND * u32::try_from(n / each + 1).unwrap_or(u32::MAX)
}

fn lateness(head: Duration, arrivals: &[Duration], each: usize) -> Vec<Duration> {
    let late = |(n, at): (usize, &Duration)| at.saturating_sub(head + due(n, each));
    arrivals.iter().enumerate().map(late).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(millis: &[u64]) -> Vec<Option<String>> {
        let arrivals: Vec<_> = millis.iter().map(|ms| Duration::from_millis(*ms)).collect();
        sentences(Duration::from_millis(2), &arrivals, 1)
    }

    #[test]
    fn a_second_each_is_right_and_so_is_a_moment_of_a_busy_machine() {
        let right = Some("1 s passes".to_owned());
        assert_eq!(said(&[1001, 2002, 3003]), vec![right.clone(); 3]);
        assert_eq!(said(&[1002, 2700, 3010]), vec![right.clone(); 3]);
        assert_eq!(said(&[1800, 2001, 3000]), vec![right.clone(); 3]);
        // A timer that goes on from when it was late.
        assert_eq!(said(&[1001, 2600, 3601]), vec![right; 3]);
    }

    #[test]
    fn another_pace_is_wrong_from_where_it_shows() {
        assert_eq!(said(&[2, 1002])[0], None);
        assert_eq!(said(&[500, 1000])[0].as_deref(), Some("0.5 s pass"));
        assert_eq!(said(&[1500, 3000, 4500])[0].as_deref(), Some("1.5 s pass"));
        assert_eq!(said(&[1000, 2000, 2100])[2].as_deref(), Some("0.1 s pass"));
        assert_eq!(
            said(&[2000, 3000, 4000, 5000])[0].as_deref(),
            Some("2.0 s pass")
        );
    }

    #[test]
    fn a_pace_that_is_late_again_and_again_is_no_moment_of_a_machine() {
        let late = |millis: &[u64], n: usize| said(millis)[n].as_deref() == Some("2.0 s pass");
        assert!(late(&[1000, 2000, 4000, 5000, 6000, 8000], 2));
        assert!(late(&[1000, 3000, 4000, 6000, 7000], 1));
        assert!(!late(&[1000, 3000, 4000, 5000, 6000], 1));
    }

    #[test]
    fn an_event_in_pieces_is_one_that_mostly_is() {
        let took = |millis: &[u64]| -> Vec<_> {
            millis.iter().map(|ms| Duration::from_millis(*ms)).collect()
        };
        assert_eq!(in_pieces(&took(&[0, 0, 300]), 1), [false; 3]);
        assert_eq!(in_pieces(&took(&[300, 0, 300]), 1), [true, false, true]);
        assert_eq!(in_pieces(&took(&[300, 41]), 1), [true; 2]);
        assert_eq!(
            in_pieces(&took(&[0, 30, 0, 30]), 2),
            [false, true, false, true]
        );
    }

    #[test]
    fn several_events_share_a_tick() {
        let arrivals: Vec<_> = [1001, 1001, 2002, 2003].map(Duration::from_millis).to_vec();
        let said = sentences(Duration::ZERO, &arrivals, 2);
        assert_eq!(said.iter().flatten().count(), 2);
        let apart: Vec<_> = [1001, 1501, 2002, 2502].map(Duration::from_millis).to_vec();
        assert_eq!(
            sentences(Duration::ZERO, &apart, 2)[1].as_deref(),
            Some("0.5 s pass")
        );
    }
}
