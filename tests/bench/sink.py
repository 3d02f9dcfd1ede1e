#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A relay that takes everything at once and forgets it: SMTPS, AUTH PLAIN.

    sink.py CERT KEY

Any login will do, but there must be one.  Prints its port, then for each letter it accepted one line: seconds of the
monotonic clock (one for the whole machine) and the recipient.
"""

import asyncio
import base64
import ssl
import sys
import time


class Client(asyncio.Protocol):
    def __init__(self):
        self.buffer = bytearray()
        self.in_data = self.in_auth = False
        self.authenticated = False
        self.recipient = b""

    def connection_made(self, transport):
        self.transport = transport
        self.say(b"220 sink.test")

    def say(self, text):
        self.transport.write(text + b"\r\n")

    def data_received(self, data):
        self.buffer += data
        while True:
            end = self.buffer.find(b"\r\n.\r\n" if self.in_data else b"\r\n")
            if end < 0:
                return
            if self.in_data:
                del self.buffer[: end + 5]
                self.accept()
            else:
                line = bytes(self.buffer[:end])
                del self.buffer[: end + 2]
                self.command(line)

    def accept(self):
        self.in_data = False
        self.say(b"250 2.0.0 taken")
        print(f"{time.monotonic():.6f} {self.recipient.decode()}", flush=True)

    def log_in(self, response):
        plain = base64.b64decode(response).split(b"\0")
        self.authenticated = len(plain) == 3 and all(plain[1:])
        self.say(b"235 in" if self.authenticated else b"535 5.7.8 wrong")

    def command(self, line):
        verb = line[:4].upper()
        if self.in_auth:
            self.in_auth = False
            self.log_in(line)
        elif verb == b"EHLO":
            self.say(b"250-sink.test\r\n250 AUTH PLAIN")
        elif verb == b"AUTH":
            words = line.split()
            self.in_auth = len(words) == 2
            if self.in_auth:
                self.say(b"334 ")
            else:
                self.log_in(words[-1])
        elif verb == b"QUIT":
            self.say(b"221 bye")
            self.transport.close()
        elif not self.authenticated:
            self.say(b"530 5.7.0 log in first")
        elif verb == b"DATA":
            self.in_data = True
            self.say(b"354 go")
        else:
            if verb == b"RCPT":
                self.recipient = line.partition(b"<")[2].partition(b">")[0]
            self.say(b"250 ok")


async def main(cert, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server = await asyncio.get_running_loop().create_server(
        Client, "127.0.0.1", 0, ssl=context
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
