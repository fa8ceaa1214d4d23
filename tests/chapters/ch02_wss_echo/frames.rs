//! Frames that break RFC 6455, each from a client of its own, while Alice is
//! there and must notice nothing.

use super::{enters, exchange, open};
use crate::recorder::{
    Client, Stage,
    frame::{BINARY, CLOSE, CONTINUATION, PING, RSV1, RSV2, RSV3, TEXT, closing},
};

/// A broken frame and, where it takes two to break the rule, the one before.
struct Bad {
    /// What is broken, for the transcript.
    what: &'static str,
    /// First byte and payload of a right frame sent before.
    before: Option<(u8, &'static [u8])>,
    /// First byte of the broken frame.
    first: u8,
    payload: Vec<u8>,
    /// The frame's head, where it is not the one that fits the payload.
    head: Option<Vec<u8>>,
}

fn bad(what: &'static str, first: u8, payload: &[u8]) -> Bad {
    Bad { what, before: None, first, payload: payload.to_vec(), head: None }
}

fn without_a_mask() -> Bad {
    Bad {
        head: Some(vec![0x80 | TEXT, 2]),
        ..bad("a frame without a mask (section 5.1)", 0x80 | TEXT, b"nu")
    }
}

fn not_utf8() -> Bad {
    bad("text that is not UTF-8 (section 8.1)", 0x80 | TEXT, b"\xff\xfe")
}

fn with_code(what: &'static str, code: u16) -> Bad {
    bad(what, 0x80 | CLOSE, &closing(code, ""))
}

fn no_status() -> Bad {
    with_code("the close code 1005 (section 7.4.1)", 1005)
}

/// Of the reserved opcodes two are fixed, and two are any of the others.
fn bad_ones(stage: &mut Stage) -> Vec<Bad> {
    let other = stage.random_opcode("opcode", 0x4..=0x7);
    let other_control = stage.random_opcode("control opcode", 0xc..=0xf);
    vec![
        without_a_mask(),
        Bad {
            head: Some(vec![0x80 | PING, 2]),
            ..bad("a ping without a mask (section 5.1)", 0x80 | PING, b"nu")
        },
        bad("a reserved bit (section 5.2)", 0x80 | RSV1 | TEXT, b"rsv1"),
        bad("the second reserved bit (section 5.2)", 0x80 | RSV2 | TEXT, b"rsv2"),
        bad("the third reserved bit, in a ping (section 5.2)", 0x80 | RSV3 | PING, b"rsv3"),
        Bad {
            before: Some((TEXT, b"un ")),
            ..bad("a reserved bit, in a continuation (section 5.2)", 0x80 | RSV1 | CONTINUATION, b"deux")
        },
        bad("a reserved opcode (section 5.2)", 0x83, b"trois"),
        bad("another reserved opcode (section 5.2)", 0x80 | other, b"autre"),
        bad("a reserved control opcode (section 5.2)", 0x8b, b""),
        bad("another reserved control opcode (section 5.2)", 0x80 | other_control, b""),
        not_utf8(),
        bad("a ping in fragments (section 5.5)", PING, b"mor"),
        bad("a ping of 126 bytes (section 5.5)", 0x80 | PING, &[b'p'; 126]),
        bad("a continuation of nothing (section 5.4)", 0x80 | CONTINUATION, b"suite"),
        Bad {
            before: Some((TEXT, b"un ")),
            ..bad("a new message inside another (section 5.4)", 0x80 | TEXT, b"deux")
        },
        Bad {
            before: Some((BINARY, b"un ")),
            ..bad("a text message inside a binary one (section 5.4)", 0x80 | TEXT, b"deux")
        },
        bad("text with a NUL in two bytes (RFC 3629, section 3)", 0x80 | TEXT, b"\xc0\x80"),
        bad("text with half of a surrogate pair (RFC 3629, section 3)", 0x80 | TEXT, b"\xed\xa0\x80"),
        bad("text that ends inside a letter (section 8.1)", 0x80 | TEXT, b"caf\xc3"),
        Bad {
            before: Some((TEXT, b"caf\xc3")),
            ..bad("text in fragments that is not UTF-8 (section 8.1)", 0x80 | CONTINUATION, b"\xff")
        },
        Bad {
            head: Some(announcing(1 << 63)),
            ..bad("a length with its first bit set (section 5.2)", 0x80 | TEXT, b"trop")
        },
    ]
}

/// Of the codes that no close frame may have, the borders, those that are words
/// between an endpoint and its own user, and one that nobody has given a meaning.
fn bad_goodbyes(stage: &mut Stage) -> Vec<Bad> {
    let unassigned = stage.random_code(1016..=2998);
    vec![
        bad("a close frame of one byte (section 5.5.1)", 0x80 | CLOSE, b"\x03"),
        bad("a close frame in fragments (section 5.5)", CLOSE, &closing(1000, "mor")),
        Bad {
            head: Some(vec![0x80 | CLOSE, 2]),
            ..bad("a close frame without a mask (section 5.1)", 0x80 | CLOSE, &closing(1000, ""))
        },
        no_status(),
        with_code("the close code 999 (section 7.4.2)", 999),
        bad("a reason that is not UTF-8 (section 5.5.1)", 0x80 | CLOSE, b"\x03\xe8\xff"),
        with_code("the close code 1006 (section 7.4.1)", 1006),
        with_code("the close code 1015 (section 7.4.1)", 1015),
        with_code("the close code 1004 (section 7.4.1)", 1004),
        with_code("a close code without a meaning (section 7.4.2)", unassigned),
        with_code("the close code 2999 (section 7.4.2)", 2999),
        with_code("the close code 5000 (section 7.4.2)", 5000),
        with_code("the close code 0 (section 7.4.2)", 0),
    ]
}

pub async fn bad_frames(stage: &mut Stage) {
    let mut alice = arrives(stage).await;
    for bad in bad_ones(stage) {
        breaks(stage, bad).await;
    }
    promises_much(stage).await;
    is_still_heard(stage, &mut alice).await;
}

pub async fn bad_closes(stage: &mut Stage) {
    let mut alice = arrives(stage).await;
    for bad in bad_goodbyes(stage) {
        breaks(stage, bad).await;
    }
    is_still_heard(stage, &mut alice).await;
}

/// One of each kind, for a chapter whose lesson they are not.
pub async fn breaks_some(stage: &mut Stage) {
    for bad in [without_a_mask(), not_utf8(), no_status()] {
        breaks(stage, bad).await;
    }
}

async fn arrives(stage: &mut Stage) -> Client {
    open(stage).await;
    enters(stage, "alice").await
}

async fn breaks(stage: &mut Stage, bad: Bad) {
    let mut mallory = enters(stage, "mallory").await;
    stage.pen().act(format!("mallory sends {}", bad.what));
    if let Some((first, payload)) = bad.before {
        mallory.sends(first, payload).await;
    }
    match bad.head {
        Some(head) => {
            let bytes = [&head[..], &bad.payload].concat();
            mallory.sends_raw(bad.first, &bad.payload, &bytes).await;
        }
        None => mallory.sends(bad.first, &bad.payload).await,
    }
    let is_goodbye = bad.first & 0xf == CLOSE;
    mallory.hears_refusal(is_goodbye.then_some(&bad.payload)).await;
    stage.logs().await;
}

async fn is_still_heard(stage: &mut Stage, alice: &mut Client) {
    let word = stage.random_word();
    exchange(stage, alice, &word).await;
    stage.curtain(true).await;
}

/// A length that no machine has room for breaks no rule: a server may refuse it, or
/// wait for what never comes. Either way it goes on.
async fn promises_much(stage: &mut Stage) {
    let mut mallory = enters(stage, "mallory").await;
    stage.pen().act("mallory announces 2^62 bytes and sends 4 of them (section 5.2)");
    let bytes = [&announcing(1 << 62)[..], b"trop"].concat();
    mallory.sends_raw(0x80 | TEXT, b"trop", &bytes).await;
    mallory.leaves().await;
    stage.logs().await;
}

/// The head of a masked text frame of that many bytes; its masking key is 0.
fn announcing(length: u64) -> Vec<u8> {
    [&[0x80 | TEXT, 0x80 | 127][..], &length.to_be_bytes(), &[0; 4]].concat()
}
