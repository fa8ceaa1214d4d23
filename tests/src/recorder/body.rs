//! Where a response body ends, and its bytes without the framing (RFC 9112,
//! sections 6 and 7). Strict: a sender's mistake is a fault, not a guess.

use crate::limits::{BODY_BYTES, HEAD_BYTES};

/// How the end of a body is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Framing {
    /// There is no body, or it has been read whole.
    Nothing,
    /// This many bytes are still to come.
    Length(u64),
    /// Chunks; this many bytes of the present one are still to come.
    Chunked(u64),
    /// Only the CRLF after a chunk's data is still to come.
    ChunkEnd,
    /// Until the connection ends.
    ToEnd,
}

impl Framing {
    /// What the members of `transfer-encoding` and of `content-length` name, in lower case
    /// (RFC 9112, section 6.3); `None` where there are neither. A coding counts before a
    /// length, and only the last one can say where it ends. Where they are wrong, the body
    /// lasts until the connection ends; a coding in HTTP/1.0 is (section 6.1).
    pub fn named(codings: &[String], lengths: &[String], is_old: bool) -> Option<Self> {
        if let Some(last) = codings.last() {
            return Some(match last == "chunked" && !is_old {
                true => Self::Chunked(0),
                false => Self::ToEnd,
            });
        }
        lengths.first()?;
        Some(length(lengths).map_or(Self::ToEnd, Self::Length))
    }

    /// Takes bytes off the front of `unread`, and adds those of the body to `body`.
    ///
    /// # Errors
    /// With a sentence about the first of `unread`, which breaks the chunked coding.
    pub fn decode(&mut self, unread: &mut Vec<u8>, body: &mut Vec<u8>) -> Result<(), String> {
        loop {
            match self {
                Self::Nothing => return Ok(()),
                Self::ToEnd => {
                    body.append(unread);
                    return Ok(());
                }
                Self::Length(left) => {
                    let count = take(left, unread, body);
                    if *left == 0 {
                        *self = Self::Nothing;
                    }
                    if count == 0 {
                        return Ok(());
                    }
                }
                Self::Chunked(0) => match chunk_size(unread)? {
                    Some(0) => *self = Self::Nothing,
                    Some(size) => *self = Self::Chunked(size),
                    None => return Ok(()),
                },
                Self::Chunked(left) => {
                    let count = take(left, unread, body);
                    if *left == 0 {
                        *self = Self::ChunkEnd;
                    } else if count == 0 {
                        return Ok(());
                    }
                }
                Self::ChunkEnd => match unread.get(..2) {
                    Some(b"\r\n") => {
                        unread.drain(..2);
                        *self = Self::Chunked(0);
                    }
                    Some(_) => return Err("a chunk is longer or shorter than its size says".into()),
                    None => return Ok(()),
                },
            }
        }
    }
}

/// The length that these name, in digits, and in no two ways (RFC 9110, section 8.6).
pub fn length(named: &[String]) -> Option<u64> {
    let first = named.first()?;
    let digits = first.bytes().all(|byte| byte.is_ascii_digit());
    let same = named.iter().all(|length| length == first);
    first.parse().ok().filter(|_| digits && same)
}

fn take(left: &mut u64, unread: &mut Vec<u8>, body: &mut Vec<u8>) -> usize {
    let count = usize::try_from(*left)
        .unwrap_or(usize::MAX)
        .min(unread.len());
    body.extend(unread.drain(..count));
    *left -= count as u64;
    count
}

/// Reads a chunk's size line; for the last chunk the whole trailer section too.
fn chunk_size(unread: &mut Vec<u8>) -> Result<Option<u64>, String> {
    let fault = || Err("a chunk size is not a hexadecimal number and CRLF".to_owned());
    // The library takes a line without digits for a size of 0.
    if unread.first().is_some_and(|byte| !byte.is_ascii_hexdigit()) {
        return fault();
    }
    match httparse::parse_chunk_size(unread) {
        Ok(httparse::Status::Complete((line, 0))) => {
            let Some(end) = trailer_end(&unread[line..]) else {
                return match unread.len() - line {
                    ..=HEAD_BYTES => Ok(None),
                    _ => Err(format!(
                        "the trailer section is longer than {HEAD_BYTES} bytes"
                    )),
                };
            };
            unread.drain(..line + end);
            Ok(Some(0))
        }
        Ok(httparse::Status::Complete((line, size))) => {
            unread.drain(..line);
            Ok(Some(size))
        }
        Ok(httparse::Status::Partial) if unread.len() < 256 => Ok(None),
        _ => fault(),
    }
}

/// Where the trailer section ends: after the first empty line.
fn trailer_end(bytes: &[u8]) -> Option<usize> {
    if bytes.starts_with(b"\r\n") {
        return Some(2);
    }
    bytes
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .map(|at| at + 4)
}

/// Whether a body has grown past what the checker reads.
pub fn is_too_long(body: &[u8]) -> bool {
    body.len() > BODY_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coding_says_where_a_body_ends_and_then_a_length() {
        let owned = |members: &[&str]| members.iter().map(ToString::to_string).collect::<Vec<_>>();
        let named = |codings: &[&str], lengths: &[&str], is_old| {
            Framing::named(&owned(codings), &owned(lengths), is_old)
        };
        let chunked = Some(Framing::Chunked(0));
        assert_eq!(named(&["gzip", "chunked"], &["3"], false), chunked);
        for codings in [&["chunked", "gzip"][..], &["unchunked"]] {
            assert_eq!(named(codings, &["3"], false), Some(Framing::ToEnd));
        }
        assert_eq!(named(&["chunked"], &["3"], true), Some(Framing::ToEnd));
        for lengths in [&["3", "4"][..], &["+3"], &["trois"]] {
            assert_eq!(named(&[], lengths, false), Some(Framing::ToEnd));
        }
        assert_eq!(named(&[], &["3", "3"], true), Some(Framing::Length(3)));
        assert_eq!(named(&[], &[], false), None);
    }

    #[test]
    fn joins_chunks_whatever_their_borders() {
        let mut unread = b"5\r\ndata:\r\nA;x=y\r\n Ceci est\n\r\n0\r\n\r\n".to_vec();
        let (mut framing, mut body) = (Framing::Chunked(0), Vec::new());
        framing.decode(&mut unread, &mut body).unwrap();
        assert_eq!(body, b"data: Ceci est\n");
        assert_eq!((framing, unread.len()), (Framing::Nothing, 0));
    }

    #[test]
    fn waits_for_the_rest_byte_by_byte() {
        let (mut framing, mut body) = (Framing::Chunked(0), Vec::new());
        let mut unread = Vec::new();
        for byte in b"3\r\nabc\r\n0\r\n\r\n" {
            unread.push(*byte);
            framing.decode(&mut unread, &mut body).unwrap();
        }
        assert_eq!((body.as_slice(), framing), (&b"abc"[..], Framing::Nothing));
    }

    #[test]
    fn finds_a_wrong_size_and_keeps_what_came_before() {
        let decoded = |bytes: &[u8]| {
            let mut body = Vec::new();
            let ended = Framing::Chunked(0).decode(&mut bytes.to_vec(), &mut body);
            (ended.is_err(), body)
        };
        assert_eq!(decoded(b"2\r\nabc\r\n"), (true, b"ab".to_vec()));
        assert_eq!(decoded(b"2\r\nab\r\nxyz\r\n"), (true, b"ab".to_vec()));
        for wrong in [&b"xyz\r\n"[..], b"\r\n\r\n", b"fffffffffffffffff\r\n"] {
            assert_eq!(decoded(wrong), (true, Vec::new()));
        }
    }
}
