# The wss echo on bare Python sockets, as odd as RFC 6455 allows: a right program, which must pass the check.
"""Header names in odd case and order, `Upgrade: WebSocket`, a list of connection tokens, a reason phrase of our own,
every answer cut into several frames (inside a character too, and now and then with an empty last one), pongs between
those frames, a ping and a pong that nobody asked for."""

import base64
import errno
import hashlib
import os
import signal
import socket
import ssl
import sys
import threading
import time
from typing import NamedTuple

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
HEAD_BYTES_MAX = 16 * 1024
MESSAGE_BYTES_MAX = 16 * 1024 * 1024
PATIENCE_S = 30
LINGER_S = 2

# In the log a control character of ASCII becomes its picture (ESC is ␛), and the others their number.
PICTURES = {
    **{sign: f"<U+{sign:04X}>" for sign in (0x7F, *range(0x80, 0xA0), 0x2028, 0x2029)},
    **{sign: chr(0x2400 + sign) for sign in range(0x20)},
}

turn = threading.Lock()


class Gone(Exception):
    """The client has left without a close frame."""


class Breach(Exception):
    """The client has broken the protocol; the argument is the close code that says how."""


class FrameHead(NamedTuple):
    fin: bool
    opcode: int
    start: int
    end: int


def main():
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    sys.stderr.reconfigure(encoding="utf-8")
    # Python would turn SIGINT into an exception with a trace; the system's own way to end is enough here.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    port = port_wanted("8080")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.minimum_version = ssl.TLSVersion.TLSv1_2
    tls.set_alpn_protocols(["http/1.1"])
    try:
        tls.load_cert_chain("cert.pem", "key.pem")
    except OSError as error:
        give_up(1, f"cert.pem et key.pem ne se chargent pas ({error}) : posez ici le certificat et sa clé")
    doors, port = listeners(port)
    threads = [threading.Thread(target=welcome, args=(door, tls)) for door in doors]
    for thread in threads:
        thread.start()
    log(f"Serveur WebSocket sécurisé en cours d'exécution à wss://localhost:{port}")


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
        Conversation(client).hold()
    except (OSError, ValueError, Gone):
        pass  # The client has gone, or does not speak HTTP: either way there is nobody left to tell.
    finally:
        leave(client)


class Conversation:
    def __init__(self, client):
        self.client = client
        self.waiting = bytearray()
        self.said = 0

    def hold(self):
        if not self.upgrade():
            return
        self.client.settimeout(None)
        log("Client connecté")
        try:
            self.say("Bienvenue sur le serveur WebSocket sécurisé !")
            self.client.sendall(frame(PING, b"encore en vie ?") + frame(PONG, b"moi si"))
            closing = self.listen()
        except Breach as breach:
            closing = breach.args[0].to_bytes(2, "big")
        finally:
            log("Client déconnecté")
        self.client.sendall(frame(CLOSE, closing))

    def upgrade(self):
        """Answers the request; true if the answer is 101."""
        while b"\r\n\r\n" not in self.waiting:
            if len(self.waiting) > HEAD_BYTES_MAX:
                raise ValueError("no request")
            self.read()
        end = self.waiting.index(b"\r\n\r\n")
        first, *lines = self.waiting[:end].decode("latin-1").split("\r\n")
        del self.waiting[: end + 4]
        method, target, version = first.split(" ")
        fields = {}
        for line in lines:
            name, _, value = line.partition(":")
            name = name.lower()
            fields[name] = f"{fields[name]},{value.strip()}" if name in fields else value.strip()

        key = fields.get("sec-websocket-key", "")
        upgrading = "websocket" in tokens(fields.get("upgrade")) and "upgrade" in tokens(
            fields.get("connection")
        )
        if target.split("?")[0] != "/":
            self.refuse(method, "404 Pas ici", [])
        elif method not in ("GET", "HEAD"):
            self.refuse(method, "405 Seulement GET", [("aLLoW", "GET")])
        elif method == "HEAD" or not upgrading:
            self.refuse(method, "426 Par ici", [("uPGrade", "websocket"), ("Connection", "upgrade")])
        elif fields.get("sec-websocket-version") != "13":
            self.refuse(
                method,
                "426 Autre version",
                [("SEC-websocket-VERSION", "13"), ("uPGrade", "websocket"), ("Connection", "upgrade")],
            )
        elif version != "HTTP/1.1" or not sixteen_bytes(key):
            self.refuse(method, "400 Cle douteuse", [])
        else:
            accept = base64.b64encode(
                hashlib.sha1(f"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest()
            ).decode()
            self.client.sendall(
                head_of(
                    "101 On change de langue",
                    [
                        ("sEC-wEBsOCKET-aCCEPT", accept),
                        ("x-Unknown", "harmless"),
                        ("CONNECTION", "  keep-alive, Upgrade "),
                        ("uPgRaDe", " WebSocket "),
                    ],
                )
            )
            return True
        return False

    def refuse(self, method, status, fields):
        body = status.encode() + b"\n"
        lines = [("x-why", "so"), *fields, ("cONTENT-lENGTH", str(len(body))), ("Connection", "close")]
        self.client.sendall(head_of(status, lines) + (b"" if method == "HEAD" else body))

    def listen(self):
        """Answers messages until the client closes; returns what its close frame holds."""
        kind, parts = None, bytearray()
        while True:
            head = self.frame_to_come()
            payload = self.take(head)
            if head.opcode == PING:
                self.client.sendall(frame(PONG, payload))
            elif head.opcode == CLOSE:
                return lawful_close(payload)
            elif head.opcode != PONG:
                if (head.opcode == CONTINUATION) != (kind is not None):
                    raise Breach(1002)
                kind = head.opcode if kind is None else kind
                parts += payload
                if len(parts) > MESSAGE_BYTES_MAX:
                    raise Breach(1009)
                if head.fin:
                    text = text_of(parts) if kind == TEXT else parts.decode("utf-8", "replace")
                    kind, parts = None, bytearray()
                    log(f"Reçu : {text.translate(PICTURES)}")
                    self.say(f"Serveur reçu : {text}")

    def say(self, text):
        """One text message in several frames. Each of our texts has an accent, and a cut goes through it."""
        payload = text.encode()
        accent = next(position for position, byte in enumerate(payload) if byte > 0x7F)
        cuts = sorted((0, accent + 1, len(payload) // 2 + 5, len(payload)))
        pieces = [payload[start:end] for start, end in zip(cuts, cuts[1:])]
        if self.said % 2:
            pieces.append(b"")
        self.said += 1
        for position, piece in enumerate(pieces):
            if position > 0:
                self.pong_in_between()
            self.client.sendall(
                frame(CONTINUATION if position else TEXT, piece, fin=position == len(pieces) - 1)
            )

    def pong_in_between(self):
        """A ping that has arrived behind the message need not wait for the end of the answer."""
        try:
            head = frame_head(self.waiting)
        except Breach:
            return  # First the answer to what was right, then the close.
        if head and head.opcode == PING and len(self.waiting) >= head.end:
            self.client.sendall(frame(PONG, self.take(head)))

    def frame_to_come(self):
        while True:
            head = frame_head(self.waiting)
            if head and len(self.waiting) >= head.end:
                return head
            self.read()

    def take(self, head):
        mask, masked = self.waiting[head.start - 4 : head.start], self.waiting[head.start : head.end]
        del self.waiting[: head.end]
        # One exclusive or over the whole payload, read as one long number, is much faster than one a byte.
        stream = (mask * (len(masked) // 4 + 1))[: len(masked)]
        return (int.from_bytes(masked, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(masked), "big")

    def read(self):
        piece = self.client.recv(65536)
        if not piece:
            raise Gone
        self.waiting += piece


def frame_head(waiting):
    """The head of the frame in front, or nothing while too little of it is here."""
    if len(waiting) < 2:
        return None
    fin, opcode, length = waiting[0] > 0x7F, waiting[0] & 0x0F, waiting[1] & 0x7F
    if waiting[0] & 0x70 or waiting[1] < 0x80 or opcode not in (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG):
        raise Breach(1002)
    if opcode >= CLOSE and (not fin or length > 125):
        raise Breach(1002)
    width = {126: 2, 127: 8}.get(length, 0)
    start = 2 + width + 4
    if len(waiting) < start:
        return None
    if width:
        length = int.from_bytes(waiting[2 : 2 + width], "big")
        if length < (126 if width == 2 else 65536):
            raise Breach(1002)  # The shortest form is the only one (RFC 6455, 5.2).
    if length > MESSAGE_BYTES_MAX:
        raise Breach(1009)
    return FrameHead(fin, opcode, start, start + length)


def frame(opcode, payload, fin=True):
    length = len(payload)
    if length < 126:
        size = bytes([length])
    elif length < 65536:
        size = b"\x7e" + length.to_bytes(2, "big")
    else:
        size = b"\x7f" + length.to_bytes(8, "big")
    return bytes([(0x80 if fin else 0) | opcode]) + size + payload


def lawful_close(payload):
    if not payload:
        return payload
    code = int.from_bytes(payload[:2], "big")
    if len(payload) == 1 or not (1000 <= code <= 1003 or 1007 <= code <= 1014 or 3000 <= code <= 4999):
        raise Breach(1002)
    text_of(payload[2:])
    return payload


def text_of(payload):
    try:
        return payload.decode("utf-8")
    except UnicodeDecodeError:
        raise Breach(1007) from None


def head_of(status, fields):
    lines = [f"HTTP/1.1 {status}", *(f"{name}:{value}" for name, value in fields), "", ""]
    return "\r\n".join(lines).encode("ascii")


def tokens(value):
    return [token.strip().lower() for token in (value or "").split(",")]


def sixteen_bytes(key):
    try:
        return len(base64.b64decode(key, validate=True)) == 16
    except ValueError:
        return False


def log(line):
    # `print` writes the line and its end apart; the lock keeps them together when two clients speak at once.
    with turn:
        print(line, flush=True)


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
        1,
        f"le port {port} n'est pas libre ({errno.errorcode.get(error.errno, error.errno)}) : choisissez-en un autre, par exemple avec PORT=0",
    )


def give_up(code, reason):
    print(reason, file=sys.stderr, flush=True)
    sys.exit(code)


main()
