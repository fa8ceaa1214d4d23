//! Servers of chapter 4 whose responses never end, never begin, or lie.

use std::{io::Write, net::TcpStream, thread, time::Duration};

use crate::{
    Deed,
    server::{again, hangs, http, resets},
};

pub const DEEDS: &[Deed] = &[
    ("answers-a-byte-a-second", || http(answers_a_byte_a_second)),
    ("endless-header", || http(endless_header)),
    ("endless-headers", || http(endless_headers)),
    ("endless-interim-responses", || {
        http(endless_interim_responses)
    }),
    ("chunk-of-2-to-the-64", || {
        http(|tcp| stream(tcp, b"10000000000000000\r\nx"))
    }),
    ("chunk-size-without-end", || {
        http(|tcp| stream(tcp, &[b'0'; 4096]))
    }),
    ("chunk-that-never-comes", || {
        http(|tcp| stream(tcp, b"7fffffffffffffff\r\ndata"))
    }),
    ("endless-line", || http(endless_line)),
    ("endless-events", || http(endless_events)),
    ("escapes-in-its-head", || http(escapes_in_its_head)),
    ("resets-after-the-head", || http(resets_after_the_head)),
    ("half-a-head", || http(half_a_head)),
    ("floods-its-log-and-serves", || {
        http(floods_its_log_and_serves)
    }),
];

const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
    cache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n";

fn begins(tcp: &mut TcpStream) {
    let _ = tcp.set_nodelay(true);
    let _ = tcp.write_all(HEAD);
    thread::sleep(Duration::from_secs(1));
}

fn answers_a_byte_a_second(mut tcp: TcpStream) {
    let _ = tcp.set_nodelay(true);
    let mut head = HEAD.iter().cycle();
    again(|| {
        tcp.write_all(&[*head.next().unwrap_or(&b'x')])?;
        thread::sleep(Duration::from_secs(1));
        Ok(())
    });
}

fn endless_header(mut tcp: TcpStream) {
    let _ = tcp.write_all(b"HTTP/1.1 200 OK\r\nx: ");
    again(|| tcp.write_all(&[b'x'; 1 << 14]));
}

fn endless_headers(mut tcp: TcpStream) {
    let _ = tcp.write_all(b"HTTP/1.1 200 OK\r\n");
    again(|| tcp.write_all(b"x: y\r\n"));
}

fn endless_interim_responses(mut tcp: TcpStream) {
    again(|| tcp.write_all(b"HTTP/1.1 100 Continue\r\n\r\n"));
}

/// A head, the beginning of a chunked body when the first event is due, and
/// nothing more.
fn stream(mut tcp: TcpStream, bytes: &[u8]) {
    begins(&mut tcp);
    let _ = tcp.write_all(bytes);
    hangs();
}

fn endless_line(mut tcp: TcpStream) {
    begins(&mut tcp);
    again(|| {
        tcp.write_all(b"4000\r\n")?;
        tcp.write_all(&[b'd'; 0x4000])?;
        tcp.write_all(b"\r\n")
    });
}

fn endless_events(mut tcp: TcpStream) {
    begins(&mut tcp);
    again(|| tcp.write_all(b"9\r\ndata: x\n\n\r\n"));
}

fn escapes_in_its_head(mut tcp: TcpStream) {
    let _ =
        tcp.write_all(b"HTTP/1.1 200 \x9b2J\r\ncontent-type: \x1b[2Jtext/event-stream\xff\r\n\r\n");
    hangs();
}

fn resets_after_the_head(mut tcp: TcpStream) {
    begins(&mut tcp);
    let _ = tcp.write_all(b"1d\r\ndata: Ceci");
    thread::sleep(Duration::from_millis(50));
    resets(tcp);
}

/// All that comes on the wire is right.
fn floods_its_log_and_serves(tcp: TcpStream) {
    thread::spawn(|| {
        thread::sleep(Duration::from_millis(500));
        let mut left = 1 << 10;
        again(|| {
            left -= 1;
            match left {
                0 => Err(std::io::ErrorKind::StorageFull.into()),
                _ => std::io::stdout().write_all(&[b'x'; 1 << 16]),
            }
        });
    });
    stream(tcp, b"1d\r\ndata: Ceci est le message 0\n\n\r\n");
}

fn half_a_head(mut tcp: TcpStream) {
    let _ = tcp.write_all(&HEAD[..40]);
}
