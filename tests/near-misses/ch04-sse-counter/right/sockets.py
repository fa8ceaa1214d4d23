# The event counter on bare Python sockets, as odd as HTTP/1.1 allows: a right program, which must pass the check.
"""Header names in odd case and order, a reason phrase of our own, chunk borders in the middle of events, chunk
extensions, sizes in upper and lower case with leading zeros: RFC 9110 and RFC 9112 give all of it the same meaning as
the usual form."""

import errno
import os
import signal
import socket
import sys
import threading
import time

HEAD_BYTES_MAX = 16 * 1024
PATIENCE_S = 10
LINGER_S = 2


def main():
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    sys.stderr.reconfigure(encoding="utf-8")
    # Python would turn SIGINT into an exception with a trace; the system's own way to end is enough here.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    doors, port = listeners(port_wanted("3000"))
    threads = [threading.Thread(target=welcome, args=(door,)) for door in doors]
    for thread in threads:
        thread.start()
    print(f"Serveur en cours d'exécution à http://localhost:{port}", flush=True)


def welcome(door):
    while True:
        try:
            client, _ = door.accept()
        except OSError:
            time.sleep(
                0.1
            )  # Too many open files, or a client that has gone again: the next one may have more luck.
            continue
        threading.Thread(target=serve, args=(client,), daemon=True).start()


def serve(client):
    try:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.settimeout(PATIENCE_S)
        method, path = request_line(client)
        if path.split("?")[0] != "/sse":
            refuse(client, method, "404 Pas ici", [])
        elif method != "GET":
            refuse(client, method, "405 Seulement GET", [("aLLoW", "GET")])
        else:
            count(client)
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


def refuse(client, method, status, fields):
    body = status.encode() + b"\n"
    lines = [("x-why", "so"), *fields, ("cONTENT-lENGTH", str(len(body))), ("Connection", "close")]
    client.sendall(head_of(status, lines) + (b"" if method == "HEAD" else body))


def head_of(status, fields):
    lines = [f"HTTP/1.1 {status}", *(f"{name}:{value}" for name, value in fields), "", ""]
    return "\r\n".join(lines).encode("ascii")


def count(client):
    """Sends an event each second until the client goes.

    The pause is a read with a time limit: it ends early when the client leaves, be it with a FIN (no bytes) or with a
    RST (an exception). So nothing has to look from time to time whether somebody is still there.
    """
    client.sendall(
        head_of(
            "200 Bonne ecoute",
            [
                ("tRaNsFeR-eNcOdInG", "chunked"),
                ("x-Unknown", "harmless"),
                ("cAcHe-cOnTrOl", " no-cache"),
                ("VARY", "\taccept-language \t"),
                ("cOnTent-TyPe", "  text/event-stream "),
            ],
        )
    )
    number = 0
    due = time.monotonic() + 1
    while True:
        pause = due - time.monotonic()
        if pause > 0:
            client.settimeout(pause)
            try:
                if not client.recv(4096):
                    return
            except TimeoutError:
                pass
            continue
        client.settimeout(PATIENCE_S)
        client.sendall(chunks(f"data: Ceci est le message {number}\n\n".encode(), number))
        number += 1
        # After a long sleep of the whole process the pace starts anew: what was missed is not made up for in a
        # burst.
        due = (due if pause > -0.1 else time.monotonic()) + 1


def chunks(event, number):
    """One event as several chunks, all of them in one piece, so that they leave in one write."""
    borders = [0, 3 + number % 4, 14, len(event) - 1, len(event)]
    written = b""
    for position, (start, end) in enumerate(zip(borders, borders[1:])):
        piece = event[start:end]
        size = [
            f"{len(piece):x}",
            f"{len(piece):04X}",
            f"{len(piece):X};rank={position}",
            f'{len(piece):02x};note="a; b"',
        ][position]
        written += size.encode() + b"\r\n" + piece + b"\r\n"
    return written


def leave(client):
    """Ends our side first and lets the client end its own.

    Closing a socket with unread bytes in it would reset the connection, and a reset can overtake what we sent last.
    """
    try:
        client.shutdown(socket.SHUT_WR)
        client.settimeout(LINGER_S)
        while client.recv(65536):
            pass
    except OSError:
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
