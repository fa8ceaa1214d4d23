//! Servers of chapter 3 whose page does to a browser what it can.

use std::io::Write;

use crate::{
    Deed,
    server::{Tls, hangs, page},
};

pub const DEEDS: &[Deed] = &[
    ("alerts-without-end", || page(alerts_without_end)),
    ("loops-without-end", || page(loops_without_end)),
    ("a-hundred-megabytes-of-elements", || page(elements)),
    ("downloads-something", || page(downloads)),
    ("opens-windows-without-end", || page(opens_windows)),
    ("reaches-for-another-machine", || page(reaches_out)),
    ("reloads-without-end", || page(reloads)),
    ("says-too-much", || page(says_too_much)),
    ("says-one-huge-thing", || page(says_one_huge_thing)),
    ("never-ends-its-page", || page(never_ends)),
];

/// The page that the chapter asks for, with a script of its own.
fn with_script(tls: Tls, script: &str) {
    answers(
        tls,
        "",
        &format!(
            "<!doctype html><html lang=\"fr\"><head><meta charset=\"utf-8\">\
             <title>Client WebSocket</title></head><body><h1>Client WebSocket</h1>\
             <div id=\"messages\"></div><form><input id=\"messageInput\" \
             placeholder=\"Tapez un message\"><button>Envoyer le message</button></form>\
             <script>{script}</script></body></html>"
        ),
    );
}

fn answers(mut tls: Tls, headers: &str, body: &str) {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\n\
         connection: close\r\n{headers}\r\n",
        body.len()
    );
    let _ = tls.write_all(head.as_bytes());
    let _ = tls.write_all(body.as_bytes());
    tls.conn.send_close_notify();
    let _ = tls.flush();
}

fn alerts_without_end(tls: Tls) {
    with_script(tls, "for (;;) alert('encore')");
}

fn loops_without_end(tls: Tls) {
    with_script(tls, "for (;;) ;");
}

fn elements(tls: Tls) {
    let script = "const text = 'x'.repeat(1 << 20); \
        for (let i = 0; i < 100; i++) { const p = document.createElement('p'); \
        p.textContent = text; document.getElementById('messages').append(p) }";
    with_script(tls, script);
}

fn downloads(tls: Tls) {
    let attachment = "content-disposition: attachment; filename=\"virus.exe\"\r\n";
    answers(tls, attachment, "MZ");
}

fn opens_windows(tls: Tls) {
    with_script(tls, "setInterval(() => window.open(location.href), 1)");
}

/// An address that is nobody's (RFC 5737), by every way a page has.
fn reaches_out(tls: Tls) {
    let script = "const away = 'https://192.0.2.1/'; fetch(away).catch(() => 0); \
        navigator.sendBeacon(away, 'x'); new Image().src = away; \
        new WebSocket('wss://192.0.2.1/'); new EventSource(away); \
        const peer = new RTCPeerConnection({ iceServers: [{ urls: 'stun:192.0.2.1' }] }); \
        peer.createDataChannel('x'); peer.createOffer().then(o => peer.setLocalDescription(o))";
    with_script(tls, script);
}

fn reloads(tls: Tls) {
    with_script(tls, "location.reload()");
}

fn says_too_much(tls: Tls) {
    let script = "const text = '\\u001b[2J'.repeat(1 << 18); for (;;) console.log(text)";
    with_script(tls, script);
}

fn says_one_huge_thing(tls: Tls) {
    with_script(tls, "console.log('x'.repeat(17 << 20))");
}

/// The head tells nothing of the body's length, and the connection stays.
fn never_ends(mut tls: Tls) {
    let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\n\r\n";
    let _ = tls.write_all(head);
    let _ = tls.write_all(b"<!doctype html><title>Client WebSocket</title>");
    let _ = tls.flush();
    hangs();
}
