//! `cargo xtask chapter`: all the places of a chapter, or none.

use std::fs;

use crate::copies::Copy;

const PLACES: &[&str] = &[
    "solutions/ch06-last-event-id",
    "tests/chapters/ch06_last_event_id",
    "book/src/ch06-last-event-id.md",
    "book/src/fr/ch06-last-event-id.md",
];

#[test]
fn a_chapter_gets_all_its_places_once() {
    let copy = Copy::new();
    let said = copy.says(&["chapter", "ch06-last-event-id"]);
    let (places, next) = said.split_once("\n\n").expect("places, then what is next");
    assert_eq!(places.lines().count(), 7, "{said}");
    for place in places.lines() {
        assert!(!copy.read(place).is_empty(), "{place}");
        assert!(PLACES.iter().any(|of| place.starts_with(of)), "{place}");
    }
    assert!(next.contains("cargo xtask exercises ch06"), "{next}");
    copy.write("solutions/ch06-last-event-id/src/main.rs", "// mine\n");
    copy.refuses(&["chapter", "ch06-last-event-id"], &["there already"]);
    let kept = copy.read("solutions/ch06-last-event-id/src/main.rs");
    assert_eq!(kept, "// mine\n");
}

#[test]
fn half_a_chapter_is_taken_back() {
    let copy = Copy::new();
    let pages = copy.path("book/src/fr");
    fs::remove_dir_all(&pages).expect("the French pages");
    fs::write(&pages, "a file in their place").expect("a file");
    copy.refuses(&["chapter", "ch06-last-event-id"], &["book/src/fr"]);
    for place in PLACES {
        assert!(!copy.path(place).exists(), "{place} is left");
    }
}
