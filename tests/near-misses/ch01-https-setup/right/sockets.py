# The HTTPS server on bare Python sockets, with an RSA pair of its own making: a right program, which must pass the check.
"""Python's standard library has TLS but makes no certificates, so the key is two primes and the certificate is DER by
hand. On the wire: header names in odd case and order, a reason phrase of our own, white space where HTTP/1.1 allows it.
"""

import base64
import errno
import hashlib
import math
import os
import secrets
import signal
import socket
import ssl
import sys
import threading
import time

HEAD_BYTES_MAX = 16 * 1024
PATIENCE_S = 30
LINGER_S = 2
DAY_S = 24 * 60 * 60
EXPONENT = 65537
NULL = b"\x05\x00"


def main():
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    sys.stderr.reconfigure(encoding="utf-8")
    # Python would turn SIGINT into an exception with a trace; the system's own way to end is enough here.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    port = port_wanted("8080")
    tls = pair()
    doors, port = listeners(port)
    threads = [threading.Thread(target=welcome, args=(door, tls)) for door in doors]
    for thread in threads:
        thread.start()
    print(f"Serveur HTTPS en cours d'exécution à https://localhost:{port}", flush=True)


def pair():
    """The TLS settings with the pair in this directory, which is made if neither file is there and never written over."""
    present = [file for file in ("cert.pem", "key.pem") if os.path.lexists(file)]
    if len(present) == 1:
        missing = "key.pem" if present == ["cert.pem"] else "cert.pem"
        give_up(
            1,
            f"{missing} manque à côté de {present[0]} : remettez le fichier, ou supprimez {present[0]} pour une nouvelle paire",
        )
    if not present:
        try:
            new_pair()
        except OSError as error:
            give_up(
                1,
                f"{error.filename} ne s'écrit pas ({reason(error)}) : rendez ce dossier accessible en écriture",
            )

    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.minimum_version = ssl.TLSVersion.TLSv1_2
    tls.set_alpn_protocols(["http/1.1"])
    complaint = "cert.pem ne se comprend pas"
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_verify_locations("cert.pem")
        complaint = "key.pem ne se comprend pas, ou n'est pas la clé de cert.pem"
        # A key under a password would make OpenSSL ask for it on the terminal.
        tls.load_cert_chain("cert.pem", "key.pem", password=lambda: b"")
    except OSError as error:
        give_up(
            1,
            f"{complaint} ({reason(error)}) : réparez, ou supprimez cert.pem et key.pem pour une nouvelle paire",
        )
    return tls


def new_pair():
    p, q = prime(), prime()
    n, d = p * q, pow(EXPONENT, -1, math.lcm(p - 1, q - 1))
    secret = sequence(*map(integer, (0, n, EXPONENT, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p))))
    rsa = sequence(oid(1, 2, 840, 113549, 1, 1, 1), NULL)
    key = sequence(integer(0), rsa, der(0x04, secret))
    public = sequence(rsa, bits(sequence(integer(n), integer(EXPONENT))))
    # `x` fails rather than write over a file that has appeared since we looked.
    with open("key.pem", "x", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write(pem("PRIVATE KEY", key))
    with open("cert.pem", "x") as file:
        file.write(pem("CERTIFICATE", certificate(public, n, d)))


def prime():
    """A prime of 1024 bits whose two highest are set, so that the product of two of them has 2048."""
    small = math.prod(
        number for number in range(3, 2000) if all(number % part for part in range(2, math.isqrt(number) + 1))
    )
    while True:
        candidate = secrets.randbits(1024) | 3 << 1022 | 1
        if math.gcd(candidate, small) > 1 or (candidate - 1) % EXPONENT == 0:
            continue
        if all(probably_prime(candidate) for _ in range(8)):
            return candidate


def probably_prime(number):
    """One round of Miller and Rabin with a random base."""
    odd = number - 1
    twos = (odd & -odd).bit_length() - 1
    power = pow(secrets.randbelow(number - 3) + 2, odd >> twos, number)
    if power in (1, number - 1):
        return True
    for _ in range(twos - 1):
        power = power * power % number
        if power == number - 1:
            return True
    return False


def certificate(public, n, d):
    """A self-signed X.509 v3 certificate (RFC 5280) for this machine's own names."""
    algorithm = sequence(oid(1, 2, 840, 113549, 1, 1, 11), NULL)  # sha256WithRSAEncryption
    name = sequence(der(0x31, sequence(oid(2, 5, 4, 3), der(0x0C, b"localhost"))))
    now = time.time()
    names = sequence(
        der(0x82, b"localhost"),
        der(0x87, socket.inet_pton(socket.AF_INET, "127.0.0.1")),
        der(0x87, socket.inet_pton(socket.AF_INET6, "::1")),
    )
    extensions = sequence(
        sequence(
            oid(2, 5, 29, 19), der(0x01, b"\xff"), der(0x04, sequence())
        ),  # basicConstraints: no CA, which is what saying nothing means
        sequence(oid(2, 5, 29, 17), der(0x04, names)),  # subjectAltName
    )
    to_be_signed = sequence(
        der(0xA0, integer(2)),  # version 3
        integer(secrets.randbits(120) | 1 << 120),
        algorithm,
        name,
        sequence(utc_time(now - DAY_S), utc_time(now + 90 * DAY_S)),
        name,
        public,
        der(0xA3, extensions),
    )
    digest = sequence(
        sequence(oid(2, 16, 840, 1, 101, 3, 4, 2, 1), NULL), der(0x04, hashlib.sha256(to_be_signed).digest())
    )
    padded = b"\x00\x01" + b"\xff" * (256 - 3 - len(digest)) + b"\x00" + digest  # RFC 8017, 9.2
    signature = pow(int.from_bytes(padded, "big"), d, n).to_bytes(256, "big")
    return sequence(to_be_signed, algorithm, bits(signature))


def der(tag, *contents):
    body = b"".join(contents)
    length = bytes([len(body)]) if len(body) < 128 else b""
    if not length:
        digits = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
        length = bytes([0x80 | len(digits)]) + digits
    return bytes([tag]) + length + body


def sequence(*contents):
    return der(0x30, *contents)


def integer(number):
    # One bit more than the number has: the highest is its sign.
    return der(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def bits(content):
    return der(0x03, b"\x00", content)


def oid(first, second, *others):
    """The first two numbers share a byte; the others are written seven bits a byte, the last of them without the high bit."""
    written = bytes([first * 40 + second])
    for number in others:
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.insert(0, 0x80 | number & 0x7F)
        written += bytes(groups)
    return der(0x06, written)


def utc_time(instant):
    return der(0x17, time.strftime("%y%m%d%H%M%SZ", time.gmtime(instant)).encode())


def pem(label, content):
    text = base64.b64encode(content).decode()
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


def welcome(door, tls):
    while True:
        try:
            client, _ = door.accept()
        except OSError:
            time.sleep(
                0.1
            )  # Too many open files, or a client that has gone again: the next one may have more luck.
            continue
        threading.Thread(target=serve, args=(client, tls), daemon=True).start()


def serve(client, tls):
    """One client from its handshake on. It has a thread of its own, so a slow one keeps nobody waiting."""
    try:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.settimeout(PATIENCE_S)
        client = tls.wrap_socket(client, server_side=True)
    except OSError:
        client.close()
        return
    try:
        method, path = request_line(client)
        if path.split("?")[0] != "/":
            answer(client, method, "404 Pas ici", "Pas ici\n")
        elif method not in ("GET", "HEAD"):
            answer(client, method, "405 Seulement GET", "Seulement GET\n", ("aLLoW", "GET, HEAD"))
        else:
            answer(client, method, "200 Voila", "Connexion chiffrée établie\n")
    except (OSError, ValueError):
        pass  # The client has gone, or does not speak HTTP: either way there is nobody left to tell.
    finally:
        leave(client)


def request_line(client):
    """Method and target of the request, once its whole head is here."""
    head = b""
    while b"\r\n\r\n" not in head:
        piece = client.recv(4096)
        if not piece or len(head) > HEAD_BYTES_MAX:
            raise ValueError("no request")
        head += piece
    method, target, _version = head.split(b"\r\n", 1)[0].decode("ascii").split(" ")
    return method, target


def answer(client, method, status, text, *fields):
    body = text.encode()
    fields = [
        ("x-Unknown", "harmless"),
        ("cONTENT-lENGTH", f"\t{len(body)} "),
        *fields,
        ("cOnTent-TyPe", "  text/plain; charset=utf-8 "),
        ("CONNECTION", "close"),
    ]
    head = "\r\n".join([f"HTTP/1.1 {status}", *(f"{name}:{value}" for name, value in fields), "", ""])
    client.sendall(head.encode("ascii") + (b"" if method == "HEAD" else body))


def leave(client):
    """Says goodbye to TLS, then to TCP, and lets the client end its own side.

    Closing a socket with unread bytes in it would reset the connection, and a reset can overtake what we sent last.
    """
    try:
        client.setblocking(False)
        try:
            client.unwrap()
        except OSError:
            pass  # Our close_notify is sent; the client's own has not come yet, and we do not wait for it.
        client.shutdown(socket.SHUT_WR)
        client.settimeout(LINGER_S)
        while client.recv(65536):
            pass
    except (OSError, ValueError):
        pass
    client.close()


def port_wanted(usual):
    text = os.environ.get("PORT", usual)
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        give_up(2, f"PORT doit être un nombre de 0 à 65535, pas {text!r}")
    return int(text)


def listeners(port):
    """Both loopback addresses on one port.

    The system chooses it for the first, so it may be taken on the second: then we ask again.
    """
    for _ in range(8):
        try:
            first = socket.create_server(("127.0.0.1", port), backlog=128)
        except OSError as error:
            taken(port, error)
        chosen = first.getsockname()[1]
        try:
            return [first, socket.create_server(("::1", chosen), family=socket.AF_INET6, backlog=128)], chosen
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                return [first], chosen  # This machine has no IPv6.
            first.close()
            if port != 0:
                taken(chosen, error)
    give_up(1, "aucun port n'est libre sur 127.0.0.1 et ::1 à la fois : choisissez-en un avec PORT")


def taken(port, error):
    give_up(
        1, f"le port {port} n'est pas libre ({reason(error)}) : choisissez-en un autre, par exemple avec PORT=0"
    )


def reason(error):
    return getattr(error, "reason", None) or errno.errorcode.get(error.errno, str(error))


def give_up(code, line):
    print(line, file=sys.stderr, flush=True)
    sys.exit(code)


main()
