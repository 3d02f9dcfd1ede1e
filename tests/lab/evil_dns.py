# SPDX-License-Identifier: GPL-3.0-or-later
"""A scripted name server on 127.0.0.1, UDP and TCP on one port.

    dns = EvilDns()
    dns.script["s._domainkey.a.test"] = txt([b"v=DKIM1; p=", b"AAAA"])

A script entry makes the rcode and the TXT rdata of the answer; None is
silence.  Names without an entry do not exist.
"""

import socket
import struct
import threading

NOERROR, SERVFAIL, NXDOMAIN, REFUSED = 0, 2, 3, 5
UDP_MOST = 1232


def txt(*records):
    """Each record is a list of strings of at most 255 bytes."""
    return NOERROR, [
        b"".join(bytes([len(s)]) + s for s in record) for record in records
    ]


def split(data):
    """Bytes of any length as the strings of one record."""
    return [data[i : i + 255] for i in range(0, len(data), 255)]


def code(rcode):
    return rcode, []


def silence():
    return None


def read_name(query):
    labels, at = [], 12
    while query[at] != 0:
        labels.append(query[at + 1 : at + 1 + query[at]].decode("latin-1"))
        at += 1 + query[at]
    return ".".join(labels).lower(), at + 1


class EvilDns:
    def __init__(self):
        self.script = {}
        self.asked = []
        self.open_both()
        for work in (self.serve_udp, self.serve_tcp):
            threading.Thread(target=work, daemon=True).start()

    def open_both(self):
        """One port for UDP and TCP: what UDP is given may be taken in TCP."""
        for attempt in range(20):
            self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.udp.bind(("127.0.0.1", 0))
            self.port = self.udp.getsockname()[1]
            try:
                self.tcp = socket.create_server(("127.0.0.1", self.port))
                return
            except OSError:
                self.udp.close()
                if attempt == 19:
                    raise

    def answer(self, query, most):
        name, end = read_name(query)
        kind = struct.unpack("!H", query[end : end + 2])[0]
        self.asked.append((name, kind))
        entry = self.script.get(name, (NXDOMAIN, []))
        if entry is None:
            return None
        rcode, rdata = entry
        rdata = rdata if kind == 16 else []
        records = b"".join(
            b"\xc0\x0c" + struct.pack("!HHIH", 16, 1, 300, len(r)) + r
            for r in rdata
        )
        question = query[12 : end + 4]
        cut = 12 + len(question) + len(records) > most
        flags = 0x8180 | (0x0200 if cut else 0) | rcode
        head = query[:2] + struct.pack(
            "!HHHHH", flags, 1, 0 if cut else len(rdata), 0, 0
        )
        return head + question + (b"" if cut else records)

    def serve_udp(self):
        while True:
            try:
                query, peer = self.udp.recvfrom(4096)
                if len(query) < 17:  # shut down
                    return
                reply = self.answer(query, UDP_MOST)
                if reply is not None:
                    self.udp.sendto(reply, peer)
            except OSError:
                return

    def serve_tcp(self):
        while True:
            try:
                sock, _ = self.tcp.accept()
            except OSError:
                return
            threading.Thread(
                target=self.one_client, args=(sock,), daemon=True
            ).start()

    def one_client(self, sock):
        with sock, sock.makefile("rwb") as file:
            while len(size := file.read(2)) == 2:
                query = file.read(struct.unpack("!H", size)[0])
                reply = self.answer(query, 65535)
                if reply is None:
                    return
                file.write(struct.pack("!H", len(reply)) + reply)
                file.flush()

    def close(self):
        for sock in (self.udp, self.tcp):
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            sock.close()
