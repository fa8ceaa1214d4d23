//! One client's counter: a timer, and an event at each tick.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::Event;
use axum::response::{IntoResponse, Response, Sse};
use futures_util::StreamExt;
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_stream::wrappers::IntervalStream;

/// The time from the head to the first event, and from each event to the next.
pub const PERIOD: Duration = Duration::from_secs(1);

/// Answers with a stream of events that has no end of its own (WHATWG HTML, section 9.2).
///
/// The stream belongs to this one answer: when the client goes, axum drops it, and the timer and
/// the count go with it.
pub async fn count() -> Response {
    // The first tick of `interval` would come at once, and ticks missed while the client did not
    // read would come all together.
    // Step 2: Answer with an event stream: each second, after a first one, the next event.
    todo!("step 2")
}

/// The event with this number. Axum ends it with the blank line that sends it.
pub fn event(number: usize) -> Event {
    // Step 3: Write the event's data, with its number.
    todo!("step 3")
}
