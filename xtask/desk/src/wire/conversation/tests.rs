//! What bytes of every kind are read as, however they are cut.

use checker::limits::ENTRY_BYTES;

use super::*;

const REQUEST: &[u8] = b"GET /sse HTTP/1.1\r\nhost: localhost\r\n\r\n";
const STREAM: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
    transfer-encoding: chunked\r\n\r\n\
    1b\r\nevent: ping\ndata: {\"a\":1}\n\n\r\n0\r\n\r\n";

/// The lines of a direction when its bytes come in pieces of `size`.
fn heard(conversation: &mut Conversation, side: Side, bytes: &[u8], size: usize) -> Vec<String> {
    let pieces = bytes.chunks(size);
    pieces
        .flat_map(|piece| conversation.hears(side, piece))
        .map(|said| said.text)
        .collect()
}

#[test]
fn an_event_stream_is_read_out_of_its_chunks() {
    let mut conversation = Conversation::default();
    assert_eq!(
        heard(&mut conversation, Side::Client, REQUEST, 7)[0],
        "GET /sse HTTP/1.1\\r\\n"
    );
    let said = heard(&mut conversation, Side::Program, STREAM, STREAM.len());
    assert_eq!(
        said[4..8],
        [
            "event: ping\\n",
            "data: {\"a\":1}\\n",
            "\\n",
            "= event ping: {\"a\":1}"
        ]
    );
}

#[test]
fn cuts_change_nothing_but_a_chunks_frame() {
    for size in 1..STREAM.len() {
        let mut conversation = Conversation::default();
        heard(&mut conversation, Side::Client, REQUEST, 1000);
        let said = heard(&mut conversation, Side::Program, STREAM, size);
        let event = said
            .iter()
            .filter(|line| line.as_str() == "= event ping: {\"a\":1}");
        assert_eq!(event.count(), 1, "{size}: {said:?}");
    }
}

#[test]
fn after_101_there_are_frames() {
    let mut conversation = Conversation::default();
    let request = b"GET / HTTP/1.1\r\nupgrade: websocket\r\n\r\n";
    heard(&mut conversation, Side::Client, request, 1000);
    let answer = b"HTTP/1.1 101 Switching Protocols\r\n\r\n\x81\x05Hel";
    assert_eq!(
        heard(&mut conversation, Side::Program, answer, 1000).len(),
        2
    );
    let said = heard(
        &mut conversation,
        Side::Program,
        b"lo\x88\x02\x03\xe8",
        1000,
    );
    assert_eq!(
        said,
        [
            "FIN text, no mask, 5 bytes \"Hello\"",
            "FIN close, no mask, 2 bytes 1000 \"\""
        ]
    );
    let masked = frame::client(0x01, b"Hello", [0x37, 0xfa, 0x21, 0x3d]);
    let said = heard(&mut conversation, Side::Client, &masked, 1);
    assert_eq!(said, ["text goes on, mask 37fa213d, 5 bytes \"Hello\""]);
    // Frames of the two longer forms, of which not all bytes are kept.
    for length in [ENTRY_BYTES, 70_000] {
        let long = frame::client(0x81, &vec![b'a'; length], [1, 2, 3, 4]);
        let said = heard(&mut conversation, Side::Client, &long, 16 << 10);
        let begin = format!("FIN text, mask 01020304, {length} bytes");
        assert!(said[0].starts_with(&begin), "{said:?}");
    }
}

#[test]
fn a_body_ends_where_its_length_says_and_a_response_to_head_has_none() {
    let mut conversation = Conversation::default();
    let requests = b"HEAD / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n";
    assert_eq!(heard(&mut conversation, Side::Client, requests, 5).len(), 4);
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n";
    let answers = [&head[..], &head[..], b"abc"].concat();
    let said = heard(&mut conversation, Side::Program, &answers, 1000);
    assert_eq!(said.len(), 7);
    assert_eq!(said[6], "3 bytes of the body: abc");
}

#[test]
fn what_is_no_http_is_shown_as_bytes() {
    let mut conversation = Conversation::default();
    let said = heard(&mut conversation, Side::Client, b"\x16\x03\x01", 1000);
    assert_eq!(said, ["3 bytes: \\x16\\x03\\x01"]);
    assert_eq!(
        heard(&mut conversation, Side::Program, b"HTTP/1", 1000),
        [""; 0]
    );
    let rest = conversation.ends(Side::Program);
    assert_eq!(rest[0].text, "6 bytes, and no more of it: HTTP/1");
    let long = vec![b'A'; HEAD_BYTES + 1];
    let mut conversation = Conversation::default();
    assert_eq!(heard(&mut conversation, Side::Client, &long, 4096).len(), 1);
}

/// A frame that claims the whole memory is not waited for.
#[test]
fn a_frame_without_end_is_not_kept() {
    let mut conversation = Conversation {
        upgraded: true,
        ..Conversation::default()
    };
    let said = heard(
        &mut conversation,
        Side::Client,
        b"\x82\x7f\x00\x00\x00\xff\0\0\0\0abc",
        1000,
    );
    assert_eq!(said[0], "a frame that announces 1095216660480 bytes");
    assert!(conversation.client.unread.is_empty());
}
