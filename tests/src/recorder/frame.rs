//! WebSocket frames as they are on the wire (RFC 6455, section 5.2).
//!
//! A client library would hide what matters here: a masked or fragmented
//! answer, reserved bits, a length written in a longer form than needed.

use crate::limits::{ENTRY_BYTES, MESSAGE_BYTES};

/// One frame, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The FIN bit: the last frame of its message.
    pub fin: bool,
    /// RSV1 to RSV3, in the three low bits, RSV1 highest.
    pub reserved: u8,
    /// The opcode, 0 to 15.
    pub opcode: u8,
    /// Whether the payload came masked, as only a client's may.
    pub masked: bool,
    /// Whether the length took the shortest of the three forms.
    pub shortest: bool,
    /// The payload, unmasked.
    pub payload: Vec<u8>,
    /// The frame's first bytes as they came, at most [`ENTRY_BYTES`] of them.
    pub bytes: Vec<u8>,
}

/// What stands at the beginning of some bytes.
#[derive(Debug, PartialEq, Eq)]
pub enum Parsed {
    /// One frame; it took this many bytes.
    Frame(Frame, usize),
    /// The beginning of a frame.
    Partial,
    /// A frame that announces more than [`MESSAGE_BYTES`].
    TooLong(u64),
}

/// The most bytes of a control frame's payload (RFC 6455, section 5.5).
pub const CONTROL_BYTES: usize = 125;

/// The three reserved bits of a frame's first byte (RFC 6455, section 5.2).
pub const RSV1: u8 = 0x40;
/// See [`RSV1`].
pub const RSV2: u8 = 0x20;
/// See [`RSV1`].
pub const RSV3: u8 = 0x10;

/// Opcodes (RFC 6455, section 11.8).
pub const CONTINUATION: u8 = 0x0;
/// Text, UTF-8.
pub const TEXT: u8 = 0x1;
/// Binary.
pub const BINARY: u8 = 0x2;
/// The closing handshake.
pub const CLOSE: u8 = 0x8;
/// Asks for a pong.
pub const PING: u8 = 0x9;
/// Answers a ping.
pub const PONG: u8 = 0xA;

/// Reads one frame from the front of `bytes`.
pub fn parse(bytes: &[u8]) -> Parsed {
    let [first, second, rest @ ..] = bytes else {
        return Parsed::Partial;
    };
    let masked = second & 0x80 != 0;
    let (length, form) = match second & 0x7f {
        126 => match rest.first_chunk::<2>() {
            Some(length) => (u64::from(u16::from_be_bytes(*length)), 2),
            None => return Parsed::Partial,
        },
        127 => match rest.first_chunk::<8>() {
            Some(length) => (u64::from_be_bytes(*length), 8),
            None => return Parsed::Partial,
        },
        length => (u64::from(length), 0),
    };
    let Some(length) = usize::try_from(length)
        .ok()
        .filter(|length| *length <= MESSAGE_BYTES)
    else {
        return Parsed::TooLong(length);
    };
    let start = 2 + form + if masked { 4 } else { 0 };
    let end = start + length;
    let Some(body) = bytes.get(start..end) else {
        return Parsed::Partial;
    };
    let mut payload = body.to_vec();
    if masked {
        mask(
            &mut payload,
            [
                bytes[start - 4],
                bytes[start - 3],
                bytes[start - 2],
                bytes[start - 1],
            ],
        );
    }
    let shortest = match form {
        2 => length > 125,
        8 => length > 0xffff,
        _ => true,
    };
    let frame = Frame {
        fin: first & 0x80 != 0,
        reserved: first >> 4 & 0x7,
        opcode: first & 0xf,
        masked,
        shortest,
        payload,
        bytes: bytes[..end.min(ENTRY_BYTES)].to_vec(),
    };
    Parsed::Frame(frame, end)
}

/// A frame's first bytes, its length in the shortest form; a masking key would
/// come next.
pub fn header(first: u8, masked: bool, length: usize) -> Vec<u8> {
    let mask = if masked { 0x80 } else { 0 };
    let mut bytes = vec![first];
    match length {
        0..=125 => bytes.push(mask | length as u8),
        126..=0xffff => {
            bytes.push(mask | 126);
            bytes.extend((length as u16).to_be_bytes());
        }
        _ => {
            bytes.push(mask | 127);
            bytes.extend((length as u64).to_be_bytes());
        }
    }
    bytes
}

/// A client's frame, masked (RFC 6455, section 5.3), its first byte as given.
pub fn client(first: u8, payload: &[u8], key: [u8; 4]) -> Vec<u8> {
    let mut bytes = header(first, true, payload.len());
    bytes.extend(key);
    let start = bytes.len();
    bytes.extend_from_slice(payload);
    mask(&mut bytes[start..], key);
    bytes
}

/// The payload of a close frame (RFC 6455, section 5.5.1).
pub fn closing(code: u16, reason: &str) -> Vec<u8> {
    [&code.to_be_bytes()[..], reason.as_bytes()].concat()
}

/// Whether a close frame may carry this: nothing, or a code that travels and a
/// reason in UTF-8 (RFC 6455, sections 5.5.1 and 7.4; IANA's registry has 1012 to
/// 1014).
pub fn is_lawful_close(payload: &[u8]) -> bool {
    let Some((code, reason)) = payload.split_first_chunk::<2>() else {
        return payload.is_empty();
    };
    let travels = matches!(u16::from_be_bytes(*code), 1000..=1003 | 1007..=1014 | 3000..=4999);
    travels && std::str::from_utf8(reason).is_ok()
}

/// A short payload as permessage-deflate carries it, in one block that is stored
/// and not compressed (RFC 7692, section 7.2.3.3).
pub fn stored(payload: &[u8]) -> Vec<u8> {
    let length = payload.len() as u16;
    let mut bytes = vec![0];
    bytes.extend(length.to_le_bytes());
    bytes.extend((!length).to_le_bytes());
    bytes.extend_from_slice(payload);
    bytes.push(0);
    bytes
}

/// Masking and unmasking are the same (RFC 6455, section 5.3). In words of 16
/// bytes, since a debug build takes its time for each step of a loop.
fn mask(payload: &mut [u8], key: [u8; 4]) {
    let [a, b, c, d] = key;
    let word = u128::from_ne_bytes([a, b, c, d, a, b, c, d, a, b, c, d, a, b, c, d]);
    let (words, rest) = payload.as_chunks_mut::<16>();
    for chunk in words {
        *chunk = (u128::from_ne_bytes(*chunk) ^ word).to_ne_bytes();
    }
    for (byte, key) in rest.iter_mut().zip(key.iter().cycle()) {
        *byte ^= key;
    }
}

/// The opcode of this name.
pub fn opcode(called: &str) -> Option<u8> {
    (0..16).find(|opcode| name(*opcode) == called)
}

/// What an opcode is called.
pub fn name(opcode: u8) -> String {
    match opcode {
        CONTINUATION => "continuation".into(),
        TEXT => "text".into(),
        BINARY => "binary".into(),
        CLOSE => "close".into(),
        PING => "ping".into(),
        PONG => "pong".into(),
        other => format!("opcode {other:#x}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_examples_of_rfc_6455_section_5_7() {
        let Parsed::Frame(hello, 7) = parse(b"\x81\x05Hello") else {
            panic!("a whole frame")
        };
        assert_eq!((hello.fin, hello.opcode, hello.masked), (true, TEXT, false));
        assert_eq!(hello.payload, b"Hello");
        let masked = client(0x81, b"Hello", [0x37, 0xfa, 0x21, 0x3d]);
        assert_eq!(masked, b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
        let Parsed::Frame(back, 11) = parse(&masked) else {
            panic!("a whole frame")
        };
        assert!(back.masked && back.payload == b"Hello");
    }

    #[test]
    fn stores_the_example_of_rfc_7692_section_7_2_3_3() {
        assert_eq!(stored(b"Hello"), b"\x00\x05\x00\xfa\xffHello\x00");
    }

    #[test]
    fn knows_which_close_frames_are_lawful() {
        for code in [1000, 1003, 1007, 1014, 3000, 4999] {
            assert!(is_lawful_close(&closing(code, "é")), "{code}");
        }
        for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535] {
            assert!(!is_lawful_close(&closing(code, "")), "{code}");
        }
        assert!(is_lawful_close(b""));
        assert!(!is_lawful_close(b"\x03") && !is_lawful_close(b"\x03\xe8\xff"));
    }

    #[test]
    fn tells_what_a_library_would_hide() {
        let Parsed::Frame(long_form, _) = parse(b"\x81\x7e\x00\x01x") else {
            panic!("a frame")
        };
        assert!(!long_form.shortest);
        let Parsed::Frame(reserved, _) = parse(b"\xc1\x00") else {
            panic!("a frame")
        };
        assert_eq!(reserved.reserved, 0b100);
        assert_eq!(
            parse(b"\x81\x7f\x80\0\0\0\0\0\0\0"),
            Parsed::TooLong(1 << 63)
        );
        assert_eq!(parse(b"\x81\x05Hell"), Parsed::Partial);
    }
}
