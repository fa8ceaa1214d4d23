//! A WebSocket frame in words, its fields named (RFC 6455, section 5.2).

use checker::recorder::frame::{self, BINARY, CLOSE, Frame};
use data_encoding::HEXLOWER;

use super::said::{Said, count, kept, short};

/// Bytes of a binary payload that are shown in the line.
const BYTES: usize = 16;

/// `FIN text, mask 37fa213d, 5 bytes "Hello"`.
pub fn said(frame: &Frame) -> Said {
    let name = frame::name(frame.opcode);
    let mut text = if frame.fin {
        format!("FIN {name}")
    } else {
        format!("{name} goes on")
    };
    for (bit, reserved) in [(0b100, "RSV1"), (0b010, "RSV2"), (0b001, "RSV3")] {
        if frame.reserved & bit != 0 {
            text += &format!(", {reserved}");
        }
    }
    text += &match key(frame) {
        Some(key) => format!(", mask {}", HEXLOWER.encode(key)),
        None => ", no mask".to_owned(),
    };
    text += &format!(", {}", count(frame.payload.len()));
    if !frame.shortest {
        text += ", its length in a longer form than needed";
    }
    text += &match (frame.opcode, frame.payload.as_slice()) {
        (_, []) => String::new(),
        (CLOSE, [high, low, reason @ ..]) => {
            format!(
                " {} \"{}\"",
                u16::from_be_bytes([*high, *low]),
                short(reason)
            )
        }
        (BINARY, payload) => {
            let shown = &payload[..payload.len().min(BYTES)];
            let more = if shown.len() < payload.len() {
                " …"
            } else {
                ""
            };
            format!(" {}{more}", HEXLOWER.encode(shown))
        }
        (_, payload) => format!(" \"{}\"", short(payload)),
    };
    Said {
        text,
        bytes: kept(&frame.bytes),
    }
}

/// The masking key, which stands behind the length in one of its three forms.
fn key(frame: &Frame) -> Option<&[u8]> {
    let form = match frame.bytes.get(1)? & 0x7f {
        126 => 2,
        127 => 8,
        _ => 0,
    };
    let key = frame.bytes.get(2 + form..2 + form + 4);
    key.filter(|_| frame.masked)
}
