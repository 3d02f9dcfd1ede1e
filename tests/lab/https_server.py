# SPDX-License-Identifier: GPL-3.0-or-later
"""A small HTTPS server of the files of a folder, correct until told otherwise.

    server = HttpsServer(folder, "server.pem", "server.key")
    server.url("issuer.crl")           # https://localhost:PORT/issuer.crl
    server.fault = status(404)         # every request from now on
    server.fault = None                # correct again
    server.close()

A fault is called in place of the answer with the request's handler.  The
faults of `at_connect` are called with the bare connection, before TLS.  What
was asked for is in server.asked: (path, headers).  By hand:

    https_server.py FOLDER CERTIFICATE KEY    says its port, serves until ^C
"""

import socket
import ssl
import sys
import threading
import time
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


# ---- faults -------------------------------------------------------------------


def status(code, body=b"sorry\n", **headers):
    """Another status; headers with _ for -."""

    def fault(handler):
        handler.begin(code, **{"content-length": len(body)}, **{
            k.replace("_", "-"): v for k, v in headers.items()
        })  # fmt: skip
        handler.put(body)

    return fault


def redirect(to):
    return status(302, b"", location=to)


def cut_short(body, announced):
    """Closes, politely to TLS, before all that was announced has come."""

    def fault(handler):
        handler.begin(200, **{"content-length": announced})
        handler.put(body)

    return fault


def torn(body):
    """No length announced, and the end is no end of TLS either."""

    def fault(handler):
        handler.begin(200)
        handler.put(body)
        handler.tear()

    return fault


def too_much(body, announced):
    """More bytes than announced."""

    def fault(handler):
        handler.begin(200, **{"content-length": announced})
        handler.put(body)

    return fault


def endless(handler):
    """A body without a length and without an end."""
    handler.begin(200)
    handler.flood(b"x" * 65536)


def endless_chunks(handler):
    handler.begin(200, **{"transfer-encoding": "chunked"})
    handler.flood(b"10000\r\n" + b"x" * 65536 + b"\r\n")


def announces(size):
    """Says that it is large, and says no more."""

    def fault(handler):
        handler.begin(200, **{"content-length": size})
        handler.server.stopping.wait(60)

    return fault


def endless_header(handler):
    handler.put(b"HTTP/1.1 200 OK\r\n")
    handler.flood(b"X-More: " + b"y" * 1000 + b"\r\n")


def endless_header_line(handler):
    handler.put(b"HTTP/1.1 200 OK\r\nX-More: ")
    handler.flood(b"y" * 65536)


def endless_continue(handler):
    handler.flood(b"HTTP/1.1 100 Continue\r\n\r\n")


def no_http(handler):
    handler.put(b"220 ready when you are\r\n")


def silence(handler):
    handler.server.stopping.wait(60)


def hang_up(handler):
    handler.close_connection = True


def drip(body, pause):
    """The right answer, one byte at a time."""

    def fault(handler):
        handler.begin(200, **{"content-length": len(body)})
        for byte in body:
            if handler.server.stopping.wait(pause):
                return
            handler.put(bytes([byte]))

    return fault


# ---- faults before TLS ----------------------------------------------------------


def plain_http(connection, server):
    """Speaks HTTP without TLS, whatever it hears."""
    connection.recv(1024)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\nuse http\r\n")


def no_handshake(connection, server):
    server.stopping.wait(60)


# ---- the server -----------------------------------------------------------------


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "lab"

    def begin(self, code, **headers):
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, str(value))
        self.send_header("connection", "close")
        self.end_headers()
        self.close_connection = True

    def put(self, data):
        self.wfile.write(data)
        self.wfile.flush()
        self.server.sent += len(data)

    def flood(self, data):
        while not self.server.stopping.is_set():
            self.put(data)

    def tear(self):
        """Ends the connection under TLS."""
        raw = socket.socket(fileno=self.connection.detach())
        raw.shutdown(socket.SHUT_WR)
        raw.close()

    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        self.close_connection = True
        if self.server.fault is not None:
            self.server.fault(self)
            return
        name = self.path.lstrip("/").partition("?")[0]
        path = self.server.folder / name
        if "/" in name or not path.is_file():
            status(404)(self)
            return
        data = path.read_bytes()
        self.begin(200, **{"content-length": len(data),
                           "content-type": "application/octet-stream"})  # fmt: skip
        self.put(data)

    def log_message(self, format, *args):
        pass


class HttpsServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, folder, certificate, key, newest_tls=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = Path(folder)
        self.fault = self.at_connect = None
        self.asked, self.sent = [], 0
        self.stopping = threading.Event()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if newest_tls is not None:
            self.context.set_ciphers("ALL@SECLEVEL=0")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                self.context.minimum_version = ssl.TLSVersion.TLSv1
                self.context.maximum_version = newest_tls
        self.context.load_cert_chain(certificate, key)
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, args=(0.05,),
                         daemon=True).start()  # fmt: skip

    def url(self, name="", host="localhost"):
        return f"https://{host}:{self.port}/{name}"

    def finish_request(self, request, client_address):
        """In a thread of its own, so that one bad handshake holds up nobody."""
        try:
            if self.at_connect is not None:
                self.at_connect(request, self)
                return
            request.settimeout(60)
            with self.context.wrap_socket(request, server_side=True) as tls:
                Handler(tls, client_address, self)
                if tls.fileno() >= 0:
                    tls.unwrap()
        except OSError:
            pass  # the other side went away, or never was one

    def handle_error(self, request, client_address):
        print(f"https_server: {sys.exc_info()[1]!r}", file=sys.stderr)

    def close(self):
        self.stopping.set()
        self.shutdown()
        self.server_close()


def main(folder, certificate, key):
    server = HttpsServer(folder, certificate, key)
    print(server.port, flush=True)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        server.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
