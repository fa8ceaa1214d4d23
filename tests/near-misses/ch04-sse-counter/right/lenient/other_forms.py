# The event counter in other forms than the workbook asks for: a right program with --lenient, and with it alone.
"""A byte order mark, comments, empty lines without an event, CRLF, no space after the colon, the name after the data,
parameters and letters of the head: to a client all of that says the same (WHATWG HTML, section 9.2)."""

import os
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Counter(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path.split("?")[0] != "/sse":
            return self.send_error(404)
        self.send_response(200)
        self.send_header("Content-Type", "Text/Event-Stream; charset=utf-8")
        self.send_header("Cache-Control", "No-Cache")
        self.end_headers()
        self.wfile.write("\ufeff: the first event comes in a second\n\n".encode())
        number = 0
        try:
            while True:
                time.sleep(1)
                self.wfile.write(f"data:Ceci est le message {number}\r\nevent: message\r\n\r\n\r\n".encode())
                number += 1
        except OSError:
            pass  # The client has gone.

    def refuse(self):
        self.send_response(405)
        self.send_header("Allow", "GET")
        self.end_headers()

    do_POST = do_PUT = do_PATCH = do_DELETE = refuse

    def log_message(self, *_):
        pass  # One line an event on standard error is not asked for.


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_):
        pass  # A client that has gone in the middle of its request.


class Server6(Server):
    address_family = socket.AF_INET6


def main():
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    for _ in range(8):
        first = Server(("127.0.0.1", int(os.environ.get("PORT", "3000"))), Counter)
        port = first.server_port
        try:
            second = Server6(("::1", port), Counter)
        except OSError:
            # Taken there: another one, if the system may choose.
            first.server_close()
            continue
        threading.Thread(target=second.serve_forever, daemon=True).start()
        print(f"Serveur en cours d'exécution à http://localhost:{port}", flush=True)
        return first.serve_forever()


main()
