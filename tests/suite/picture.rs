//! The picture of a report, `book/src/report.svg`: the README and the book's first
//! page show what the tool says today, not what somebody once copied.

use std::fs;

use anstyle_svg::{Palette, Term};
use checker::{
    chapter::Chapter,
    chapters,
    check::Check,
    program::Invocation,
    report::{StepReport, Verdict},
    terminal::Style,
};

use crate::{mutants, programs};

/// A right program, which becomes a wrong one by what it no longer writes.
const RIGHT: &str = "tests/near-misses/ch04-sse-counter/right/plain.js";
const EVENT: &str = r"Ceci est le message ${number}\n\n";
const NO_BLANK_LINE: &str = r"Ceci est le message ${number}\n";

const PICTURE: &str = "book/src/report.svg";

/// As a terminal shows it, but for the times, which no two runs share.
const STYLE: Style = Style {
    colour: true,
    hex: false,
    times: false,
};

#[test]
fn picture_is_what_the_tool_says() {
    let scratch = tempfile::tempdir().expect("a directory");
    let file = scratch.path().join("server.js");
    let right = fs::read_to_string(programs::root().join(RIGHT)).expect("the right program");
    let wrong = right.replacen(EVENT, NO_BLANK_LINE, 1);
    assert_ne!(
        right, wrong,
        "{RIGHT} no longer writes {EVENT}: change it in picture.rs too"
    );
    fs::write(&file, wrong).expect("a file");
    let run = match mutants::script(&file) {
        Ok(run) => run,
        Err(why) => return eprintln!("skipped: {PICTURE}: {why}"),
    };
    let chapter = chapters::ALL
        .iter()
        .find(|chapter| chapter.is_called("ch04"))
        .expect("ch04");
    let svg = drawn(&report(chapter, run));
    let kept = programs::root().join(PICTURE);
    if std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always") {
        return fs::write(kept, svg).expect("a writable book");
    }
    let old = fs::read_to_string(kept)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    assert!(
        svg == old,
        "{PICTURE} is not what the tool says: run `cargo xtask bless picture`, look at it, and \
         commit it\n{}",
        similar_asserts::SimpleDiff::from_str(&old, &svg, "the picture", "the report")
    );
}

/// What `cargo xtask check ch04 -- node server.js` prints, with this run's values masked.
fn report(chapter: &Chapter, run: Invocation) -> String {
    let check = Check {
        place: "node server.js".into(),
        ..programs::check(run)
    };
    let mut text = STYLE.heading(chapter.number(), chapter.title, &check.place);
    let report = programs::wait(async {
        let _place = mutants::place(chapter).await;
        let masked = |step: &StepReport| text += &step.masks.mask(&STYLE.step(step));
        check.chapter(chapter, masked).await
    });
    assert_eq!(
        report.verdict,
        Verdict::Failed,
        "the picture shows a mistake:\n{text}"
    );
    text + &STYLE.closing(&report)
}

/// A terminal of its own colours, legible on a light page and on a dark one.
fn drawn(text: &str) -> String {
    let mut colours = [(0xe6, 0xed, 0xf3).into(); 16];
    colours[1] = (0xff, 0x8f, 0x87).into();
    colours[2] = (0x6c, 0xd4, 0x7e).into();
    let term = Term::new()
        .palette(Palette::from(colours))
        .fg_color((0xe6, 0xed, 0xf3).into())
        .bg_color((0x1c, 0x21, 0x2b).into());
    // Its faint text is too faint to read, and without a view box a picture that
    // is shown smaller is cut off instead of scaled.
    let svg = term
        .render_svg(text.trim_end())
        .replace("opacity: 0.4", "opacity: 0.7");
    let sizes: Vec<&str> = svg
        .split('"')
        .filter_map(|word| word.strip_suffix("px"))
        .take(2)
        .collect();
    let [width, height] = sizes[..] else {
        panic!("a width and a height: {svg}")
    };
    svg.replacen(
        "<svg ",
        &format!("<svg viewBox=\"0 0 {width} {height}\" "),
        1,
    )
}
