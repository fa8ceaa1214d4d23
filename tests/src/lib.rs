//! The checker: speaks to a program, writes down what it said, and tells where
//! that differs from the contract.
//!
//! Data flows one way: program → recorder → transcript → redaction →
//! comparison → report → terminal, JSON or JUnit. What comes after the transcript is
//! computed from it: programs, browsers and this machine are asked before.

pub mod advice;
pub mod allowance;
pub mod browser;
pub mod capital;
pub mod cargo;
pub mod chapter;
pub mod check;
pub mod comparison;
pub mod console;
pub mod control_group;
pub mod diagnostic;
pub mod digest;
pub mod doubled;
pub mod evidence;
pub mod excess;
pub mod fence;
pub mod folding;
pub mod forms;
pub mod framing;
pub mod instant;
pub mod island;
pub mod json;
pub mod junit;
pub mod leash;
pub mod limits;
pub mod load;
pub mod loopback;
pub mod markup;
pub mod meaning;
pub mod opening;
pub mod performance;
pub mod printed;
pub mod probe;
pub mod processes;
pub mod program;
pub mod recorder;
pub mod redaction;
pub mod report;
pub mod scratch;
pub mod snapshot;
pub mod terminal;
pub mod transcript;
pub mod undone;
pub mod unfilled;
pub mod visible;
pub mod watch;

/// The chapters' scripts, found by listing `tests/chapters`.
pub mod chapters {
    include!(concat!(env!("OUT_DIR"), "/chapters.rs"));
}
