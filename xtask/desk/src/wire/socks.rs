//! SOCKS 5, as far as a browser speaks it to its proxy (RFC 1928): no password, and
//! one request for a connection. What follows is the conversation itself, as it
//! would be without a proxy.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

const VERSION: u8 = 5;
const NO_PASSWORD: u8 = 0;
const CONNECT: u8 = 1;

/// The kinds of address (section 5).
const IPV4: u8 = 1;
const NAME: u8 = 3;
const IPV6: u8 = 4;

/// What a request is answered with (section 6).
#[derive(Clone, Copy)]
pub enum Answer {
    Granted = 0,
    NotAllowed = 2,
    Refused = 5,
}

/// The port of this machine that the client asks for; `None` when it asks for
/// another machine.
///
/// # Errors
/// When the client has gone, or speaks something else.
pub async fn port(client: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> io::Result<Option<u16>> {
    let [version, methods] = take(client).await?;
    expect(version == VERSION)?;
    client.read_exact(&mut vec![0; methods.into()]).await?;
    client.write_all(&[VERSION, NO_PASSWORD]).await?;
    let [version, command, _, kind] = take(client).await?;
    expect(version == VERSION && command == CONNECT)?;
    let here = match kind {
        IPV4 => take(client).await? == [127, 0, 0, 1],
        IPV6 => u128::from_be_bytes(take(client).await?) == 1,
        _ => {
            expect(kind == NAME)?;
            let [length] = take(client).await?;
            let mut name = vec![0; length.into()];
            client.read_exact(&mut name).await?;
            // Chromium names an address, too.
            [&b"localhost"[..], b"127.0.0.1", b"::1"]
                .iter()
                .any(|known| name.eq_ignore_ascii_case(known))
        }
    };
    let port = u16::from_be_bytes(take(client).await?);
    Ok(here.then_some(port))
}

/// Answers the request; the address that is bound interests no browser.
///
/// # Errors
/// When the client has gone.
pub async fn answer(client: &mut (impl AsyncWrite + Unpin), answer: Answer) -> io::Result<()> {
    let bytes = [VERSION, answer as u8, 0, IPV4, 0, 0, 0, 0, 0, 0];
    client.write_all(&bytes).await
}

async fn take<const N: usize>(client: &mut (impl AsyncRead + Unpin)) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    client.read_exact(&mut bytes).await?;
    Ok(bytes)
}

fn expect(holds: bool) -> io::Result<()> {
    match holds {
        true => Ok(()),
        false => Err(io::ErrorKind::InvalidData.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(bytes: &[u8]) -> (io::Result<Option<u16>>, Vec<u8>) {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.expect("a runtime").block_on(async {
            let mut heard = Vec::new();
            let mut client = tokio::io::join(bytes, &mut heard);
            let port = port(&mut client).await;
            (port, heard)
        })
    }

    #[test]
    fn a_name_and_two_addresses_are_this_machine() {
        let here: [&[u8]; 3] = [
            b"\x05\x01\x00\x05\x01\x00\x03\x09localhost\x1f\x90",
            b"\x05\x02\x00\x02\x05\x01\x00\x01\x7f\0\0\x01\x1f\x90",
            b"\x05\x01\x00\x05\x01\x00\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x1f\x90",
        ];
        for bytes in here {
            let (port, heard) = asked(bytes);
            assert_eq!(port.expect("a request"), Some(8080), "{bytes:?}");
            assert_eq!(heard, [5, 0]);
        }
    }

    #[test]
    fn no_other_machine_is_reached() {
        let (port, _) = asked(b"\x05\x01\x00\x05\x01\x00\x03\x0bexample.org\x00\x50");
        assert_eq!(port.expect("a request"), None);
    }

    #[test]
    fn whoever_speaks_something_else_is_let_go() {
        for bytes in [
            &b"GET / HTTP/1.1\r\n\r\n"[..],
            b"\x05\x01\x00\x05\x02\x00\x01",
            b"\x05",
        ] {
            assert!(asked(bytes).0.is_err(), "{bytes:?}");
        }
    }
}
