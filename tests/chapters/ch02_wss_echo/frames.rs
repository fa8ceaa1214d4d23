//! Frames that break RFC 6455, each from a client of its own, while Alice is
//! there and must notice nothing.

use super::{enters, exchange, open};
use crate::recorder::{
    Stage,
    frame::{self, CLOSE, CONTINUATION, PING, TEXT},
};

/// A broken frame and, where it takes two to break the rule, the one before.
struct Bad {
    /// What is broken, for the transcript.
    what: &'static str,
    /// First byte and payload of a right frame sent before.
    before: Option<(u8, &'static [u8])>,
    /// First byte of the broken frame.
    first: u8,
    payload: &'static [u8],
    masked: bool,
}

const fn bad(what: &'static str, first: u8, payload: &'static [u8]) -> Bad {
    Bad { what, before: None, first, payload, masked: true }
}

const FRAMES: [Bad; 12] = [
    Bad { masked: false, ..bad("a frame without a mask (section 5.1)", 0x80 | TEXT, b"nu") },
    bad("a reserved bit (section 5.2)", 0xc0 | TEXT, b"rsv1"),
    bad("a reserved opcode (section 5.2)", 0x83, b"trois"),
    bad("a reserved control opcode (section 5.2)", 0x8b, b""),
    bad("text that is not UTF-8 (section 8.1)", 0x80 | TEXT, b"\xff\xfe"),
    bad("a ping in fragments (section 5.5)", PING, b"mor"),
    bad("a ping of 126 bytes (section 5.5)", 0x80 | PING, &[b'p'; 126]),
    bad("a continuation of nothing (section 5.4)", 0x80 | CONTINUATION, b"suite"),
    Bad {
        before: Some((TEXT, b"un ")),
        ..bad("a new message inside another (section 5.4)", 0x80 | TEXT, b"deux")
    },
    bad("text with a NUL in two bytes (RFC 3629, section 3)", 0x80 | TEXT, b"\xc0\x80"),
    bad("text with half of a surrogate pair (RFC 3629, section 3)", 0x80 | TEXT, b"\xed\xa0\x80"),
    bad("text that ends inside a letter (section 8.1)", 0x80 | TEXT, b"caf\xc3"),
];

const CLOSES: [Bad; 7] = [
    bad("a close frame of one byte (section 5.5.1)", 0x80 | CLOSE, b"\x03"),
    bad("the close code 1005 (section 7.4.1)", 0x80 | CLOSE, b"\x03\xed"),
    bad("the close code 999 (section 7.4.2)", 0x80 | CLOSE, b"\x03\xe7"),
    bad("a reason that is not UTF-8 (section 5.5.1)", 0x80 | CLOSE, b"\x03\xe8\xff"),
    bad("the close code 1006 (section 7.4.1)", 0x80 | CLOSE, b"\x03\xee"),
    bad("the close code 2999 (section 7.4.2)", 0x80 | CLOSE, b"\x0b\xb7"),
    bad("the close code 5000 (section 7.4.2)", 0x80 | CLOSE, b"\x13\x88"),
];

pub async fn bad_frames(stage: &mut Stage) {
    breaks(stage, &FRAMES).await;
}

pub async fn bad_closes(stage: &mut Stage) {
    breaks(stage, &CLOSES).await;
}

async fn breaks(stage: &mut Stage, all: &[Bad]) {
    open(stage).await;
    let mut alice = enters(stage, "alice").await;
    for bad in all {
        let mut mallory = enters(stage, "mallory").await;
        stage.pen().act(format!("mallory sends {}", bad.what));
        if let Some((first, payload)) = bad.before {
            mallory.sends(first, payload).await;
        }
        if bad.masked {
            mallory.sends(bad.first, bad.payload).await;
        } else {
            let length = bad.payload.len() as u8;
            let bytes = [&[bad.first, length][..], bad.payload].concat();
            mallory.sends_raw(frame::TEXT | 0x80, bad.payload, &bytes).await;
        }
        mallory.hears_refusal().await;
        stage.logs().await;
    }
    let word = stage.random_word();
    exchange(stage, &mut alice, &word).await;
    stage.curtain(true).await;
}
