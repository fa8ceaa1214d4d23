//! Servers of chapter 2 whose TLS or whose frames never end, or lie.

use std::{
    io::{Read, Write},
    net::TcpStream,
    thread,
    time::Duration,
};

use crate::{
    Deed,
    server::{self, Tls, again, hangs, listener, resets, says_where_wss, wss},
};

pub const DEEDS: &[Deed] = &[
    ("takes-and-shakes-no-hand", || {
        bare(|tcp| {
            hangs();
            drop(tcp);
        })
    }),
    ("echoes-the-handshake", || bare(echoes)),
    ("garbage-for-a-handshake", || {
        bare(|mut tcp| again(|| tcp.write_all(&[0xff; 1 << 14])))
    }),
    ("frame-of-2-to-the-63", || {
        wss(|tls| says(tls, b"\x81\x7f\x80\0\0\0\0\0\0\0x"))
    }),
    ("frame-of-4-gib", || {
        wss(|tls| says(tls, b"\x81\x7f\0\0\0\x01\0\0\0\0x"))
    }),
    ("frame-that-never-comes", || {
        wss(|tls| says(tls, b"\x81\x7e\xff\xffBien"))
    }),
    ("frame-a-byte-a-second", || wss(frame_a_byte_a_second)),
    ("ping-flood", || wss(|tls| floods(tls, b"\x89\x04ping"))),
    ("message-flood", || {
        wss(|tls| floods(tls, b"\x81\x04\x1b[2J"))
    }),
    ("fragments-without-end", || wss(fragments_without_end)),
    ("big-messages", || wss(big_messages)),
    ("escapes-in-its-welcome", || {
        wss(|tls| says(tls, b"\x81\x09\x1b]0;own\x07\r"))
    }),
    ("resets-in-a-frame", || wss(resets_in_a_frame)),
    ("half-closes-in-a-frame", || wss(half_closes_in_a_frame)),
];

/// A server of chapter 2 without its TLS.
fn bare(deed: fn(TcpStream)) {
    let listener = listener();
    says_where_wss(&listener);
    server::serves(&listener, deed);
}

fn echoes(mut tcp: TcpStream) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = tcp.read(&mut buffer) {
        let _ = tcp.write_all(&buffer[..count]);
    }
}

fn says(mut tls: Tls, bytes: &[u8]) {
    let _ = tls.write_all(bytes);
    let _ = tls.flush();
    hangs();
}

/// As many as the client takes.
fn floods(mut tls: Tls, frame: &[u8]) {
    let many = frame.repeat(1000);
    again(|| tls.write_all(&many));
}

fn frame_a_byte_a_second(mut tls: Tls) {
    let _ = tls.write_all(b"\x81\x7d");
    again(|| {
        tls.write_all(b"B")?;
        tls.flush()?;
        thread::sleep(Duration::from_secs(1));
        Ok(())
    });
}

fn fragments_without_end(mut tls: Tls) {
    let _ = tls.write_all(b"\x01\x01B");
    floods(tls, b"\0\x01i");
}

/// Three mebibytes of what is no text, again and again.
fn big_messages(mut tls: Tls) {
    let mut frame = b"\x82\x7f\0\0\0\0\0\x30\0\0".to_vec();
    frame.resize(10 + (3 << 20), 0xfe);
    again(|| tls.write_all(&frame));
}

const HALF: &[u8] = b"\x81\x2fBienvenue sur";

fn resets_in_a_frame(mut tls: Tls) {
    let _ = tls.write_all(HALF);
    thread::sleep(Duration::from_millis(50));
    resets(tls.sock);
}

/// TLS says that no more comes, and the TCP connection stays.
fn half_closes_in_a_frame(mut tls: Tls) {
    let _ = tls.write_all(HALF);
    tls.conn.send_close_notify();
    let _ = tls.flush();
    hangs();
}
