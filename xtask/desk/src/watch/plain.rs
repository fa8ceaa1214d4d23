//! A session without a terminal: a report after each save, in plain lines.

use std::sync::mpsc::Receiver;

use super::{
    Event,
    round::News,
    session::{Phase, Session},
};
use xtask::{afterwards, out, workspace};

/// Tells until nobody reads any more, or a signal comes.
pub fn tells(mut session: Session, events: &Receiver<Event>) {
    if !out::say(&heading(&session)) {
        return;
    }
    while let Ok(event) = events.recv() {
        let mut words = match &event {
            Event::Saved => format!("\nSaved; checking again.\n\n{}", heading(&session)),
            Event::News(number, News::Step(step)) if session.is_in(*number) => {
                session.style.step(step)
            }
            _ => String::new(),
        };
        let over = matches!(event, Event::News(_, News::Done(_) | News::NotBuilt(_)));
        if !session.goes_on(event) {
            return;
        }
        if over {
            words += &ending(&session);
        }
        if !words.is_empty() && !out::say(&words) {
            return;
        }
    }
}

fn heading(session: &Session) -> String {
    let chapter = session.chapter;
    session.style.heading(
        chapter.number(),
        chapter.title,
        &workspace::exercise(chapter),
    )
}

fn ending(session: &Session) -> String {
    match &session.phase {
        Phase::NotBuilt(words) => format!("{words}It does not build.\n"),
        Phase::Done(report) => {
            let (style, chapter) = (&session.style, session.chapter);
            style.closing(report)
                + &afterwards::words(&session.root, chapter, report.verdict, style)
        }
        Phase::Building | Phase::Checking => String::new(),
    }
}
