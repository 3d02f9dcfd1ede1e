# SPDX-License-Identifier: GPL-3.0-or-later
"""Orders to loket-ca, in the engine's place.

    with CA(folder) as ca:
        certificate = ca.issue("LAB-2026-000001", person, spki)

An applicant's old certificate must be one that this CA made, for a CA revokes
only its own; so the lab orders it before anything begins.  One frame of
src/wire/loket.proto is one datagram; the fields' numbers are read from that
file, which is the protocol.
"""

import base64
import ctypes
import os
import platform
import pwd
import re
import socket
from pathlib import Path

PROTO = Path(__file__).resolve().parents[2] / "src" / "wire" / "loket.proto"
LIBC = ctypes.CDLL(None, use_errno=True)
ISSUE, REVOKE = 0, 1  # enum order_kind
SUPERSEDED = 1  # enum order_reason


class OrderError(Exception):
    """What loket-ca said instead."""


# ---- the wire ----------------------------------------------------------------


def read_proto(text):
    """{message: {field: (number, type, repeated)}}"""
    found = {}
    for part in re.split(r"^message ", re.sub(r"//.*", "", text), flags=re.M)[1:]:
        rows = re.findall(r"(repeated )?([\w.]+) (\w+) = (\d+);", part)
        found[part.split()[0]] = {
            name: (int(number), kind, bool(many))
            for many, kind, name, number in rows
        }
    return found


MESSAGES = read_proto(PROTO.read_text())


def varint(n):
    out = bytearray()
    while n > 0x7F:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def encode(message, values):
    out = b""
    for name, value in values.items():
        number, kind, many = MESSAGES[message][name]
        for one in value if many else [value]:
            if isinstance(one, (int, bool)):
                out += varint(number << 3) + varint(int(one))
                continue
            if kind in MESSAGES:
                one = encode(kind, one)
            data = one.encode() if isinstance(one, str) else one
            out += varint(number << 3 | 2) + varint(len(data)) + data
    return out


def decode(message, data):
    """Every field of the message; those that did not come are empty."""
    names = {row[0]: (n, *row[1:]) for n, row in MESSAGES[message].items()}
    empty = {"string": "", "bytes": b"", "bool": False}
    values = {n: [] if many else None if kind in MESSAGES else empty.get(kind, 0)
              for n, kind, many in names.values()}  # fmt: skip
    at = 0

    def number():
        nonlocal at
        n = shift = 0
        while True:
            byte = data[at]
            at += 1
            n |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return n

    while at < len(data):
        key = number()
        value = number()
        if key & 7 == 2:
            value, at = data[at : at + value], at + value
        name, kind, many = names[key >> 3]
        if kind == "string":
            value = value.decode()
        elif kind in MESSAGES:
            value = decode(kind, value)
        if many:
            values[name].append(value)
        else:
            values[name] = value
    return values


# ---- the CA --------------------------------------------------------------------


def pem(der, what="CERTIFICATE"):
    text = base64.encodebytes(der).decode()
    return f"-----BEGIN {what}-----\n{text}-----END {what}-----\n"


class CA:
    """A connection to loket-ca, as the user whom it answers."""

    def __init__(self, folder):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(30)
        with ordinary_user():
            self.socket.connect(str(folder / "run" / "ca"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def ask(self, field, message, values):
        self.socket.send(encode("Frame", {field: values}))

    def receive(self, field):
        data, fds, _, _ = socket.recv_fds(self.socket, 1 << 16, 4)
        for fd in fds:
            os.close(fd)
        frame = decode("Frame", data)
        if frame[field] is None:
            raise OrderError(f"loket-ca sent no {field}: {frame}")
        return frame[field]

    def state(self):
        self.ask("ca_hello", "CaHello", {"version": "lab"})
        return self.receive("ca_status")

    def order(self, **values):
        self.ask("order", "Order", values)
        answer = self.receive("order_answer")
        self.receive("ca_status")
        if not answer["done"]:
            raise OrderError(f"{values['id']}: {answer['text']}")
        return answer

    def issue(self, casefile, who, spki):
        """A certificate for a person and a key, as DER."""
        return self.order(
            id=f"{casefile}.issue", kind=ISSUE, casefile=casefile,
            profile="signature", approved=b"\1" * 32,
            approvers=["laboratorium"], applicant=who.key,
            subject={"common_name": who.name, "organisation": who.agency,
                     "country": "ID", "mail": who.address},
            spki=spki,
        )["certificate"]  # fmt: skip


class ordinary_user:
    """loket-ca asks the kernel who connects; root is not whom it expects.

    This thread alone (setresuid(2), "C library/kernel differences"): the gate
    connects while the story reads root's files.
    """

    CALLS = {"x86_64": (117, 119), "aarch64": (147, 149)}  # setresuid, setresgid

    def __enter__(self):
        self.root = os.geteuid() == 0
        if self.root:
            nobody = pwd.getpwnam("nobody")
            self.become(nobody.pw_uid, nobody.pw_gid)

    def __exit__(self, *_):
        if self.root:
            self.become(0, 0)

    def become(self, uid, gid):
        setresuid, setresgid = self.CALLS[platform.machine()]
        wanted = [(setresgid, gid), (setresuid, uid)]
        # The user goes last and comes back first: only root may change groups.
        for call, number in wanted if uid else reversed(wanted):
            if LIBC.syscall(call, -1, number, -1) != 0:
                raise OSError(ctypes.get_errno(), "cannot change the user")
