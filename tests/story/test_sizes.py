# SPDX-License-Identifier: GPL-3.0-or-later
"""What one mail can cost: no child holds more than 256 MiB or works for more
than five seconds, whatever comes in 25 MiB (V074, V106, V121, V122)."""

import base64
import json
import os
import random
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path
from typing import NamedTuple

import pytest

BUILD = Path(os.environ["LOKET_BUILD"]).resolve()
MIB = 1024 * 1024
MAIL_MAX = 25 * MIB
HEAD = (
    b"From: <warga@kota.test>\r\nDate: Sat, 21 Nov 2026 08:00:00 +0700\r\n"
    b"Message-ID: <x@kota.test>\r\nMIME-Version: 1.0\r\n"
)


class Cost(NamedTuple):
    facts: dict
    rss_mib: float  # of the largest process
    cpu_sec: float  # of all of them, their start included


# A process counts what its maker held when it forked: so a small one makes it.
LAUNCHER = """
import os, sys
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(pid, 0)
print(status, usage.ru_maxrss, usage.ru_utime + usage.ru_stime, file=sys.stderr)
"""


def inspect(raw):
    """Through the parsers; what that took, their children included."""
    with tempfile.TemporaryFile() as mail:
        mail.write(raw[:MAIL_MAX])
        mail.seek(0)
        done = subprocess.run(
            [sys.executable, "-IS", "-c", LAUNCHER, BUILD / "loketctl", "inspect", "-"],
            stdin=mail, capture_output=True, timeout=120, check=True,
            env=dict(os.environ, LOKET_LIBEXEC=str(BUILD)),
        )  # fmt: skip
    *noise, last = done.stderr.decode().splitlines()
    status, rss_kib, cpu_sec = last.split()
    assert (noise, status) == ([], "0")
    return Cost(json.loads(done.stdout), int(rss_kib) / 1024, float(cpu_sec))


# ---- what the gate ends ---------------------------------------------------------


def addresses():
    many = b",\r\n ".join(b"a%d@b.test" % i for i in range(500_000))
    return HEAD + b"To: " + many + b"\r\n\r\nx\r\n"


def parts():
    return (HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
            + b"--b\r\n\r\nx\r\n" * 300_000 + b"--b--\r\n")  # fmt: skip


def fields():
    """12.9 MB of them, and the needed ones behind."""
    return b"X-A: b%06d\r\n" * 1_000_000 % tuple(range(1_000_000)) + HEAD + b"\r\nx\r\n"


def nest():
    """707 KB that a parser without a limit takes quadratic time for."""
    return HEAD + b"".join(
        b'Content-Type: multipart/mixed; boundary="%060d"\r\n\r\n--%060d\r\n' % (i, i)
        for i in range(3_900)
    )


GATE = {
    "V074 header": (fields, "header-size", 64, 1),
    "V121 addresses": (addresses, "limit", 64, 1),
    "V121 parts": (parts, "limit", 64, 1),
    "V122 nest": (nest, "depth", 64, 1),
}


@pytest.mark.parametrize("what", GATE)
def test_gate_ends_it_early(what):
    make, verdict, rss_mib, cpu_sec = GATE[what]
    raw = make()
    cost = inspect(raw)
    print(f"{len(raw) / MIB:.1f} MiB: {cost.rss_mib:.0f} MiB, {cost.cpu_sec:.2f} s")
    assert cost.facts["verdict"] == verdict
    assert cost.rss_mib <= rss_mib
    assert cost.cpu_sec <= cpu_sec


# ---- what is read ---------------------------------------------------------------


def body(headers, line):
    head = HEAD + headers + b"\r\n\r\n"
    return head + line * ((MAIL_MAX - len(head)) // len(line))


NOISE = random.Random(1).randbytes(18 * MIB)
BINARY = b"Content-Type: application/octet-stream; name=x\r\n"


def attached(data, kind=BINARY):
    return (HEAD + kind + b"Content-Transfer-Encoding: base64\r\n\r\n"
            + base64.encodebytes(data).replace(b"\n", b"\r\n"))  # fmt: skip


def pieces():
    part = (b"--b\r\n" + BINARY + b"Content-Transfer-Encoding: base64\r\n\r\n"
            + base64.encodebytes(NOISE[:300_000]))  # fmt: skip
    return (HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
            + part * 55 + b"--b--\r\n")  # fmt: skip


def pdf(content, other=b"null"):
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F"
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>/XObject<</I 5 0 R>>>>"
        b"/Contents 4 0 R>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream"
        % (len(packed := zlib.compress(content)), packed),
        other,
    ]
    listed = b"".join(b"%d 0 obj%s\nendobj\n" % (i, o) for i, o in enumerate(objects, 1))
    return attached(b"%PDF-1.4\n" + listed + b"trailer<</Root 1 0 R>>\n%%EOF\n",
                    b"Content-Type: application/pdf; name=x.pdf\r\n")  # fmt: skip


def picture():
    data = NOISE[: 4000 * 4250]
    return pdf(b"q 9 0 0 9 0 0 cm /I Do Q", b"<</Type/XObject/Subtype/Image/Width 4000"
               b"/Height 4250/ColorSpace/DeviceGray/BitsPerComponent 8/Length %d>>"
               b"stream\n%s\nendstream" % (len(data), data))  # fmt: skip


READ = {
    "base64": lambda: attached(NOISE),
    "55 parts": pieces,
    "quoted-printable": lambda: body(
        BINARY + b"Content-Transfer-Encoding: quoted-printable", b"=41" * 24 + b"=\r\n"),
    "text": lambda: body(b"Content-Type: text/plain", b"Ini baris biasa saja.\r\n"),
    "8-bit text": lambda: body(
        b"Content-Type: text/plain; charset=iso-8859-1", b"\xe9" * 70 + b"\r\n"),
    "one line": lambda: body(b"Content-Type: text/plain", b"x"),
    "page": lambda: body(b"Content-Type: text/html", b"<p><b>Ini</b> baris\r\n"),
    "deep page": lambda: body(b"Content-Type: text/html", b"<div><b>x\r\n"),
    "nested mail": lambda: body(
        b"Content-Type: message/rfc822\r\n\r\nFrom: <b@b.test>", b"x" * 70 + b"\r\n"),
    "PDF, V106 of spaces": lambda: pdf(b" " * 300 * MIB),
    "PDF, V106 of text": lambda: pdf(b"BT /F 9 Tf" + b"(aaaaaaaa) Tj " * 4_000_000),
    "PDF with a picture": picture,
}  # fmt: skip


@pytest.mark.parametrize("what", READ)
def test_whatever_is_read_costs_little(what):
    raw = READ[what]()
    cost = inspect(raw)
    print(f"{len(raw) / MIB:.1f} MiB: {cost.rss_mib:.0f} MiB, {cost.cpu_sec:.2f} s")
    assert cost.facts["verdict"] == "pass"
    assert cost.rss_mib <= 256
    assert cost.cpu_sec <= 5
