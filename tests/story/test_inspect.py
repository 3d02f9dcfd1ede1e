# SPDX-License-Identifier: GPL-3.0-or-later
"""loketctl inspect: a mail through gate and parsers, without a daemon.

Reads ../shared/corpus/mails (or $LOKET_SHARED) where it is there; everything
else is made here.
"""

import datetime
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import zlib
from pathlib import Path

import pytest

import mails
from people import PEOPLE, SELECTOR

BUILD = Path(os.environ["LOKET_BUILD"]).resolve()
SHARED = Path(
    os.environ.get("LOKET_SHARED", Path(__file__).resolve().parents[2].parent / "shared")
)
NOW = datetime.datetime.now(datetime.timezone.utc).astimezone(
    datetime.timezone(datetime.timedelta(hours=7))
)
BUDI = PEOPLE["budi"]
KEYS = {
    "file", "verdict", "detail", "from", "from_name", "irregular", "auth", "subject",
    "message_id", "in_reply_to", "references", "tokens", "date", "content", "own_text",
    "first_line", "decision", "decision_reason", "automatic", "absent", "absent_until",
    "bounce", "encrypted", "sends_private_key", "from_html", "parts_differ",
    "quoting",
    "sends_passphrase", "exposed", "redactions", "attachments_cut", "attachments",
}  # fmt: skip


def inspect(*args, libexec=BUILD, seconds=240, data=None):
    env = dict(os.environ, LOKET_LIBEXEC=str(libexec))
    return subprocess.run(
        [BUILD / "loketctl", "inspect", *args],
        capture_output=True, timeout=seconds, env=env, input=data,
    )  # fmt: skip


def facts_of(raw, *options, **more):
    """The JSON of one mail, given on the standard input."""
    done = inspect(*options, "-", data=raw, **more)
    assert done.returncode == 0, done.stderr.decode()
    facts = json.loads(done.stdout)
    assert set(facts) == KEYS
    return facts


@pytest.fixture
def folder():
    """A folder that nobody may read too: parsers give up being root."""
    path = Path(tempfile.mkdtemp(prefix="loket-inspect-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


def sign(keys, who, raw):
    import dkim

    return raw if keys is None else dkim.sign(
        raw, SELECTOR.encode(), who.domain.encode(),
        (keys / f"dkim-{who.domain}.key").read_bytes(),
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=[b"From", b"Subject", b"Date", b"Message-ID", b"To"],
    ) + raw  # fmt: skip


# ---- an application ---------------------------------------------------------


def test_application_with_letter_and_request(keys, folder):
    pinned = folder / "dkim-keys"
    record = (keys / f"dkim-{BUDI.domain}.txt").read_text()
    pinned.write_text(f"# the lab\n{SELECTOR}._domainkey.{BUDI.domain} {record}")
    raw = sign(keys, BUDI, mails.application(BUDI, NOW))

    facts = facts_of(raw, "--keys", pinned, "--office", PEOPLE["office"].address)

    assert facts["verdict"] == "pass"
    assert facts["from"] == BUDI.address
    assert facts["from_name"] == BUDI.name
    assert facts["subject"] == mails.SUBJECT
    assert facts["message_id"].endswith("@" + BUDI.domain)
    sent = datetime.datetime.strptime(facts["date"], "%Y-%m-%dT%H:%M:%S%z")
    assert sent == NOW.replace(microsecond=0)
    assert facts["automatic"] == "no"
    assert facts["bounce"] is None
    assert "lupa passphrase" in facts["own_text"]
    assert facts["auth"]["level"] == "dkim"
    assert facts["auth"]["dkim"] == [
        {"domain": BUDI.domain, "selector": SELECTOR, "valid": True, "aligned": True,
         "counts": True, "reason": ""}
    ]  # fmt: skip

    letter, request = facts["attachments"]
    assert (letter["name"], letter["kind"]) == ("surat-pernyataan.pdf", "pdf")
    assert letter["examined"] and letter["facts"]["readable"]
    assert letter["facts"]["pages"] == 1
    assert BUDI.name in letter["facts"]["text"]
    found = {(i["kind"], i["digits"], i["plausible"]) for i in letter["facts"]["ids"]}
    assert ("nip", BUDI.nip, True) in found
    assert ("nik", BUDI.nik, True) in found
    assert letter["facts"]["paper"] == {
        "kind": "statement", "name": BUDI.name, "nip": BUDI.nip,
        "nik": BUDI.nik, "agency": BUDI.agency, "number": "000.6/138/XI/2026",
        "date": f"{NOW:%Y-%m-%d}", "plea": "forgotten",
    }  # fmt: skip
    assert (request["name"], request["kind"]) == ("permohonan.csr", "csr")
    assert request["facts"]["faults"] == []
    assert request["facts"]["key_type"] == "EC P-256"
    assert request["facts"]["common_name"] == BUDI.name
    assert request["facts"]["spki_size"] == 91  # P-256, uncompressed


def test_tokens_and_what_is_signed_of_their_carriers(keys, folder):
    """V029, V047: the carriers that the sender's signature covers."""
    pinned = folder / "dkim-keys"
    record = (keys / f"dkim-{BUDI.domain}.txt").read_text()
    pinned.write_text(f"{SELECTOR}._domainkey.{BUDI.domain} {record}")
    office = PEOPLE["office"].address
    name, domain = office.split("@")
    token, other = "lk" + 8 * "0a1b", "lk" + 8 * "ffee"
    raw = (
        f"From: <{BUDI.address}>\r\nTo: Loket <{name}+{token}@{domain}>\r\n"
        f"Subject: Re: [LOCK-2026-000001 {token}] x{other}\r\n"
        f"Date: {NOW:%d %b %Y %H:%M:%S %z}\r\nMessage-ID: <a1@{BUDI.domain}>\r\n"
        f"In-Reply-To: <{token}@{domain}>\r\n"
        f"References: <a@b.example> <{other}@{domain}>\r\n"
        f"Sender: sekretaris@{BUDI.domain}\r\n\r\nSETUJU\r\n"
    ).encode()

    facts = facts_of(sign(keys, BUDI, raw), "--keys", pinned, "--office", office)

    assert facts["auth"]["signs"] == ["subject", "recipient"]
    assert facts["auth"]["delegate"] is True
    assert [(t["carrier"], t["text"], t["signed"]) for t in facts["tokens"]] == [
        ("subject", token, True),
        ("recipient", token, True),
        ("in-reply-to", token, False),
        ("references", other, False),
    ]
    # Without the office's address no recipient carries one; unsigned, none is signed.
    facts = facts_of(raw)
    assert facts["auth"]["signs"] == []
    assert [t["carrier"] for t in facts["tokens"]] == ["subject", "in-reply-to", "references"]
    assert not any(t["signed"] for t in facts["tokens"])


def test_signature_counts_only_with_its_key(keys, folder):
    raw = sign(keys, BUDI, mails.application(BUDI, NOW))
    pinned = folder / "dkim-keys"
    pinned.write_text("# none\n")

    for options in ([], ["--keys", pinned]):
        auth = facts_of(raw, *options)["auth"]
        assert auth["level"] == "none"
        assert not auth["dkim"][0]["valid"]
        assert auth["dkim"][0]["reason"]
    # A changed body breaks it.
    record = (keys / f"dkim-{BUDI.domain}.txt").read_text()
    pinned.write_text(f"{SELECTOR}._domainkey.{BUDI.domain} {record}")
    changed = raw.replace(b"Dengan hormat", b"Dengan hemat", 1)
    assert changed != raw
    assert facts_of(raw, "--keys", pinned)["auth"]["level"] == "dkim"
    assert facts_of(changed, "--keys", pinned)["auth"]["level"] == "none"


def test_papers_that_are_not_what_they_seem():
    pdf = mails.statement(BUDI, NOW)
    papers = [
        mails.Attachment("a.csr", "application/pkcs10", pdf.data),
        mails.Attachment("b.pdf", "application/pdf", mails.csr(BUDI, der=True).data),
        mails.Attachment("c.pdf", "application/pdf", mails.picture(width=40).data),
        mails.Attachment("d.pdf", "application/pdf", b"not a PDF\n"),
        mails.Attachment("e.pdf", "application/pdf", b"%PDF-1.4 broken"),
    ]
    seen = facts_of(mails.application(BUDI, NOW, papers))["attachments"]
    assert [a["kind"] for a in seen] == ["pdf", "csr", "image", "text", "pdf"]
    assert seen[0]["facts"]["readable"]
    assert seen[1]["facts"]["faults"] == []
    assert seen[2]["facts"] == {"format": "png", "width": 40, "height": 20}
    assert seen[3]["facts"] is None
    assert seen[4]["examined"] and not seen[4]["facts"]["readable"]


def test_private_key_in_a_mail_is_noticed():
    key = subprocess.run(
        ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt",
         "ec_paramgen_curve:P-256"], capture_output=True, check=True,
    ).stdout  # fmt: skip
    paper = mails.Attachment("kunci.txt", "text/plain", key)
    facts = facts_of(mails.application(BUDI, NOW, [paper]))
    assert facts["sends_private_key"]
    assert facts["attachments"][0]["kind"] == "private-key"


# ---- refused, large, deadly -------------------------------------------------


@pytest.mark.parametrize(
    "raw, verdict",
    [
        (b"", "empty"),
        (b"From: a@b.id\r\nFrom: c@d.id\r\nSubject: x\r\n\r\ny\r\n", "multi-from"),
        (b"Subject: x\r\n\r\ny\r\n", "no-from"),
        (b"From: a@b.id\r\nSubject: x\0\r\n\r\ny\r\n", "nul"),
        (b"From: a@b.id\r\n\r\n" + b"x" * (25 * 1024 * 1024), "size"),
        (
            b"From: a@b.id\r\nMIME-Version: 1.0\r\n"
            b'Content-Type: multipart/mixed; boundary="\\""\r\n\r\nx\r\n',
            "boundary",
        ),  # V059: 147 bytes that overwrite libetpan's heap
    ],
    ids=["empty", "multi-from", "no-from", "nul", "size", "boundary"],
)
def test_refused_mails_are_json_too(raw, verdict):
    facts = facts_of(raw)
    assert facts["verdict"] == verdict
    assert facts["subject"] is None and facts["attachments"] == []


def test_bomb_costs_the_document_only(folder):
    """V106: text without end; the mail is read, the paper left to the eye."""
    pdf = mails.Pdf()
    font = pdf.add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    squeeze = zlib.compressobj(1)
    line = b"1 0 0 1 50 700 Tm (AB CD) Tj " * 35000
    bomb = squeeze.compress(b"BT /F 1 Tf ")
    bomb += b"".join(squeeze.compress(line) for _ in range(200)) + squeeze.flush()
    body = pdf.stream("/Filter /FlateDecode", bomb)
    page = pdf.add(
        f"<< /Type /Page /Parent {body + 2} 0 R /MediaBox [0 0 595 842] "
        f"/Resources << /Font << /F {font} 0 R >> >> /Contents {body} 0 R >>"
    )
    tree = pdf.add(f"<< /Type /Pages /Kids [{page} 0 R] /Count 1 >>")
    raw = pdf.write(pdf.add(f"<< /Type /Catalog /Pages {tree} 0 R >>"))
    assert len(raw) < 4_000_000
    papers = [
        mails.Attachment("bom.pdf", "application/pdf", raw),
        mails.statement(BUDI, NOW),
    ]
    start = time.monotonic()
    facts = facts_of(mails.application(BUDI, NOW, papers))
    assert time.monotonic() - start < 100
    assert facts["verdict"] == "pass"
    bomb, letter = facts["attachments"]
    assert bomb["kind"] == "pdf" and not bomb["examined"] and bomb["facts"] is None
    assert letter["examined"] and BUDI.name in letter["facts"]["text"]


# A parser that was taken over: says Ready, takes the order, then this.
FAKE = """#!/usr/bin/python3
import os, socket, time
parent, engine = socket.socket(fileno=3), socket.socket(fileno=4)
parent.send(b"\\x22\\x00")  # Ready
data, fds, *_ = socket.recv_fds(engine, 65536, 4)
child = socket.socket(fileno=fds[0])
{act}
child.close()
parent.recv(100)
"""


def field(number, body):
    """One field of protobuf with bytes in it."""
    return _tag(number, 2) + _varint(len(body)) + body


def _varint(n):
    out = bytearray()
    while True:
        out.append((n & 0x7F) | (0x80 if n > 0x7F else 0))
        n >>= 7
        if not n:
            return bytes(out)


def _tag(number, wire):
    return _varint(number << 3 | wire)


def number_field(number, value):
    return _tag(number, 0) + _varint(value)


IDENTITY = field(31, field(4, b"a@b.id"))
HOSTILE = {
    "dies": [],
    "rubbish": [b"\xff\xff\xff"],
    "empty frame": [b""],
    "ends without identity": [field(38, b"")],
    "ends without facts": [IDENTITY, field(38, b"")],
    "two identities": [IDENTITY, IDENTITY],
    "claims dkim without a signature": [
        field(31, field(4, b"a@b.id") + number_field(6, 3))
    ],
    "address with a line end": [field(31, field(4, b"a@b.id\r\nBcc: c@d.id"))],
    "attachment without bytes": [IDENTITY, field(35, field(4, b"\0" * 32))],
    "facts before identity": [field(34, field(7, b"\0" * 32))],
    "asks for a hundred keys": [field(32, field(1, b"x._domainkey.b.id") * 100)],
    "speaks as loketd": [field(3, b"")],
}


@pytest.mark.parametrize("frames", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_a_hostile_child_says_is_not_believed(folder, frames):
    """V079, threats.md B3."""
    act = "\n".join(f"child.send({f!r})" for f in frames) or "pass"
    fake = folder / "loket-parser"
    fake.write_text(FAKE.format(act=act))
    fake.chmod(0o755)
    facts = facts_of(mails.application(BUDI, NOW, []), libexec=folder)
    assert facts["verdict"] == "parser-failed"
    assert facts["detail"]
    assert facts["subject"] is None and facts["attachments"] == []


# ---- use --------------------------------------------------------------------


def test_exit_status(folder):
    mail = folder / "a.eml"
    mail.write_bytes(mails.application(BUDI, NOW, []))
    (folder / "bad-keys").write_text("kota.test v=DKIM1\n")
    for args, status in [
        (["--help"], 0),
        ([mail], 0),
        ([], 100),
        (["--frobnicate", mail], 100),
        ([folder / "missing.eml"], 1),
        ([folder], 1),
        (["--keys", folder / "bad-keys", mail], 1),
    ]:
        done = inspect(*args)
        assert done.returncode == status, (args, done.stderr)
        if done.returncode:
            assert done.stdout == b"" and done.stderr
    done = inspect(mail, libexec=folder)
    assert done.returncode == 111
    assert b"loket-parser" in done.stderr


def test_several_files_give_an_object_a_line(folder):
    files = []
    for n in range(3):
        files.append(folder / f"{n}.eml")
        files[-1].write_bytes(mails.mail(BUDI, NOW, f"Surat {n}", "Halo\n"))
    done = inspect(files[0], folder / "missing.eml", files[1], files[2])
    assert done.returncode == 1
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [r["subject"] for r in rows] == ["Surat 0", "Surat 1", "Surat 2"]


def test_output_is_harmless_to_a_terminal():
    raw = mails.mail(BUDI, NOW, "x", "\x1b[2J \u202e terbalik \x9b\n")
    done = inspect("-", data=raw)
    assert done.returncode == 0
    assert all(c == 10 or 32 <= c < 127 for c in done.stdout)


# ---- the walls --------------------------------------------------------------


def test_children_open_no_file(folder):
    """Everything was loaded before the fork (design.md 1)."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("needs strace")
    mail, trace = folder / "a.eml", folder / "trace"
    mail.write_bytes(mails.application(BUDI, NOW))
    done = subprocess.run(
        [strace, "-f", "-o", trace, "-e",
         "trace=%file,%network,fork,vfork,clone,clone3",
         BUILD / "loketctl", "inspect", mail],
        env=dict(os.environ, LOKET_LIBEXEC=str(BUILD)), capture_output=True, timeout=60,
    )  # fmt: skip
    if not trace.exists() or b"ptrace" in done.stderr:
        pytest.skip("strace may not trace here")
    assert json.loads(done.stdout)["attachments"][0]["facts"]["readable"]
    programs, calls = {}, {}
    for line in trace.read_text().splitlines():
        pid, _, rest = line.partition(" ")
        call = rest.strip()
        found = re.match(r'execve(?:\(|at\(\d+, )"([^"]*)"', call)
        if found:
            programs[pid] = found.group(1)
        calls.setdefault(pid, []).append(call)
    children = [pid for pid in calls if pid not in programs]
    assert len(children) == 2  # the mail's and the letter's
    for pid in children:
        for call in calls[pid]:
            assert not re.match(r"(open|openat|creat|execve|socket|connect|bind|"
                                r"unlink|mkdir|rename)\b", call), call  # fmt: skip


# ---- the corpus -------------------------------------------------------------


def corpus():
    folder = SHARED / "corpus" / "mails"
    if not folder.is_dir():
        pytest.skip(f"no shared corpus of mails at {folder}")
    return sorted(p for p in folder.rglob("*") if p.is_file())


def test_every_mail_of_the_corpus():
    files = corpus()
    assert len(files) > 700
    verdicts = {}
    for at in range(0, len(files), 50):
        some = files[at : at + 50] + files[:1]  # several: one object a line
        done = inspect(*some, seconds=120)
        assert done.returncode == 0, done.stderr.decode()
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        assert [r["file"] for r in rows] == [str(p) for p in some]
        for row in rows:
            assert set(row) == KEYS
            verdicts[row["verdict"]] = verdicts.get(row["verdict"], 0) + 1
            # No word of a stranger counts as a signature.
            assert row["auth"]["level"] == "none"
            for a in row["attachments"]:
                assert a["examined"] or a["facts"] is None
    print(dict(sorted(verdicts.items())))
    assert "parser-failed" not in verdicts
    assert verdicts["pass"] > 300
