//! Conversations as a capture that Wireshark opens: pcapng with TCP made up around
//! the bytes, TLS already taken off, so that no key is needed to read them.
//!
//! Formats: pcapng (draft-ietf-opsawg-pcapng), IPv4 (RFC 791), TCP (RFC 9293).

use std::{
    collections::HashMap,
    fs::File,
    io::{self, Write},
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use super::conversation::{Connection, Side};

/// Packets begin with an IP header (LINKTYPE_RAW).
const RAW: u16 = 101;

/// Bytes of a conversation in one packet; IPv4 has room for 65535 with its headers.
const SEGMENT: usize = 60_000;

/// The most bytes of a capture.
const KEPT: u64 = 1 << 30;

const FIN: u8 = 0x01;
const SYN: u8 = 0x02;
const PUSH: u8 = 0x08;
const ACK: u8 = 0x10;

/// A capture that is being written.
pub struct Capture {
    file: File,
    /// Where programs listen, as far as is known; Wireshark knows 80 as HTTP.
    port: u16,
    connections: HashMap<Connection, Numbers>,
    /// Clients' ports count up from here.
    next: u16,
    room: u64,
}

/// What its packets are numbered by.
struct Numbers {
    client_port: u16,
    /// The next sequence number of the client and of the program.
    sent: [u32; 2],
}

impl Capture {
    /// In a new file, so that nothing is written over.
    ///
    /// # Errors
    /// With one line when there is such a file, or it cannot be made.
    pub fn into(path: &Path) -> Result<Self, String> {
        let shown = path.display();
        let mut file = File::create_new(path).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => format!("{shown} is there already; name a new file"),
            _ => format!("{shown}: {error}"),
        })?;
        file.write_all(&beginning())
            .map_err(|error| format!("{shown}: {error}"))?;
        Ok(Self {
            file,
            port: 80,
            connections: HashMap::new(),
            next: 50_000,
            room: KEPT,
        })
    }

    /// From here on connections are others.
    pub fn begins(&mut self) {
        self.connections.clear();
    }

    /// Adds bytes of a connection, which begins with them if it is new.
    pub fn keeps(&mut self, connection: Connection, side: Side, bytes: &[u8]) {
        if !self.connections.contains_key(&connection) {
            let client_port = self.next;
            self.next = self.next.checked_add(1).unwrap_or(50_000);
            let sent = [0, 0];
            self.connections
                .insert(connection, Numbers { client_port, sent });
            self.packet(connection, Side::Client, SYN, &[]);
            self.packet(connection, Side::Program, SYN | ACK, &[]);
            self.packet(connection, Side::Client, ACK, &[]);
        }
        for segment in bytes.chunks(SEGMENT) {
            self.packet(connection, side, PUSH | ACK, segment);
        }
    }

    /// One side of a connection sends no more.
    pub fn ends(&mut self, connection: Connection, side: Side) {
        if self.connections.contains_key(&connection) {
            self.packet(connection, side, FIN | ACK, &[]);
        }
    }

    fn packet(&mut self, connection: Connection, side: Side, flags: u8, payload: &[u8]) {
        let Some(of) = self.connections.get_mut(&connection) else {
            return;
        };
        let (from, to) = match side {
            Side::Client => (0, 1),
            Side::Program => (1, 0),
        };
        let ports = [of.client_port, self.port];
        let packet = ip(&tcp(
            [ports[from], ports[to]],
            [of.sent[from], of.sent[to]],
            flags,
            payload,
        ));
        // SYN and FIN count as a byte each (RFC 9293, section 3.4).
        let counted = payload.len() as u32 + u32::from(flags & (SYN | FIN) != 0);
        of.sent[from] = of.sent[from].wrapping_add(counted);
        let block = enhanced_packet(&packet);
        let Some(left) = self.room.checked_sub(block.len() as u64) else {
            return;
        };
        self.room = left;
        // A full disk must not end the conversation that is watched.
        let _ = self.file.write_all(&block);
    }
}

/// A section, and one interface in it whose times are in microseconds.
fn beginning() -> Vec<u8> {
    let mut section = Vec::new();
    section.extend(0x1a2b_3c4d_u32.to_le_bytes());
    section.extend([1, 0, 0, 0]);
    section.extend(u64::MAX.to_le_bytes());
    let mut interface = Vec::new();
    interface.extend(RAW.to_le_bytes());
    interface.extend([0, 0]);
    interface.extend(0_u32.to_le_bytes());
    [block(0x0a0d_0d0a, &section), block(1, &interface)].concat()
}

fn enhanced_packet(packet: &[u8]) -> Vec<u8> {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let now = now.as_micros() as u64;
    let mut body = Vec::new();
    body.extend(0_u32.to_le_bytes());
    body.extend(((now >> 32) as u32).to_le_bytes());
    body.extend((now as u32).to_le_bytes());
    body.extend((packet.len() as u32).to_le_bytes());
    body.extend((packet.len() as u32).to_le_bytes());
    body.extend(packet);
    body.resize(body.len().next_multiple_of(4), 0);
    block(6, &body)
}

/// A block's length stands before it and behind it.
fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u32 + 12).to_le_bytes();
    [&kind.to_le_bytes(), &length, body, &length].concat()
}

/// 127.0.0.1 to 127.0.0.1.
fn ip(tcp: &[u8]) -> Vec<u8> {
    let length = (tcp.len() as u16 + 20).to_be_bytes();
    let mut header = vec![0x45, 0, length[0], length[1], 0, 0, 0x40, 0, 64, 6, 0, 0];
    header.extend([127, 0, 0, 1, 127, 0, 0, 1]);
    let sum = checksum(&header).to_be_bytes();
    header[10..12].copy_from_slice(&sum);
    [&header, tcp].concat()
}

fn tcp(ports: [u16; 2], numbers: [u32; 2], flags: u8, payload: &[u8]) -> Vec<u8> {
    let mut segment = Vec::new();
    segment.extend(ports[0].to_be_bytes());
    segment.extend(ports[1].to_be_bytes());
    segment.extend(numbers[0].to_be_bytes());
    let acknowledged = if flags & ACK == 0 { 0 } else { numbers[1] };
    segment.extend(acknowledged.to_be_bytes());
    segment.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
    segment.extend(payload);
    let length = (segment.len() as u16).to_be_bytes();
    // The sum is over addresses, protocol and length too (RFC 9293, section 3.1).
    let pseudo = [127, 0, 0, 1, 127, 0, 0, 1, 0, 6, length[0], length[1]];
    let sum = checksum(&[&pseudo, segment.as_slice()].concat()).to_be_bytes();
    segment[16..18].copy_from_slice(&sum);
    segment
}

/// The one's complement of the sum of 16-bit words (RFC 1071).
fn checksum(bytes: &[u8]) -> u16 {
    let word = |pair: &[u8]| {
        u64::from(u16::from_be_bytes([
            pair[0],
            pair.get(1).copied().unwrap_or(0),
        ]))
    };
    let mut sum: u64 = bytes.chunks(2).map(word).sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_of_a_whole_header_is_zero() {
        assert_eq!(checksum(&ip(&[1, 2, 3])[..20]), 0);
        // The example of RFC 1071, section 3.
        assert_eq!(
            checksum(&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]),
            !0xddf2
        );
    }

    /// Each says its length before it and behind it.
    #[test]
    fn blocks_follow_each_other() {
        let folder = tempfile::tempdir().expect("a directory");
        let path = folder.path().join("a.pcapng");
        let mut capture = Capture::into(&path).expect("a capture");
        capture.keeps(
            Connection::Script(1),
            Side::Client,
            b"GET / HTTP/1.1\r\n\r\n",
        );
        capture.keeps(
            Connection::Script(1),
            Side::Program,
            &vec![b'a'; 2 * SEGMENT],
        );
        capture.ends(Connection::Script(1), Side::Client);
        let bytes = std::fs::read(&path).expect("a capture");
        let (mut at, mut kinds) = (0, Vec::new());
        while at < bytes.len() {
            let number =
                |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
            let length = number(at + 4) as usize;
            assert_eq!(number(at + length - 4) as usize, length);
            kinds.push(number(at));
            at += length;
        }
        // A handshake of three, one segment, two segments, a FIN.
        assert_eq!(kinds, [0x0a0d_0d0a, 1, 6, 6, 6, 6, 6, 6, 6]);
        assert!(Capture::into(&path).is_err(), "nothing is written over");
    }
}
