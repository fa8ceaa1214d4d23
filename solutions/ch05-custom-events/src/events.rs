//! One client's events: at each tick a ping with the time, and the message of chapter 4.

use std::convert::Infallible;

use axum::response::sse::Event;
use axum::response::{IntoResponse, Response, Sse};
use ch04_sse_counter_solution::{PERIOD, event};
use futures_util::{StreamExt, stream};
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_stream::wrappers::IntervalStream;

use crate::clock::now;

/// Answers with a stream of events that has no end of its own, for this client alone.
pub async fn events() -> Response {
    let mut timer = interval_at(Instant::now() + PERIOD, PERIOD);
    timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let ticks = IntervalStream::new(timer).enumerate();
    // Both events of a tick are ready at once, and so they leave in one write.
    // ANCHOR: step-2 Answer with an event stream: at each tick a `ping`, then chapter 4's `event`.
    let events = ticks
        .flat_map(|(number, _)| stream::iter([ping(), event(number)]))
        .map(Ok::<_, Infallible>);
    Sse::new(events).into_response()
    // ANCHOR_END: step-2
}

/// An event with a name: a page hears it only where it listens for that name.
fn ping() -> Event {
    // ANCHOR: step-3 Name the event `ping`; its data is JSON, `{"time":"…"}`, with the time `now`.
    Event::default()
        .event("ping")
        .data(format!(r#"{{"time":"{}"}}"#, now()))
    // ANCHOR_END: step-3
}
