# SPDX-License-Identifier: GPL-3.0-or-later
"""loketctl inspect over all of the shared corpus (../shared/corpus or
$LOKET_SHARED), read in place: no crash, hang or leak; addresses, subjects and
names of attachments beside what the collectors of the mails say.  Every
disagreement is a row here with its reason; docs/corpus.md tells them.
"""

import collections
import json
import os
import re
import subprocess
import tempfile
import threading
import time
import unicodedata
import zlib
from email.utils import parseaddr
from pathlib import Path
from typing import NamedTuple

import pytest

BUILD = Path(os.environ["LOKET_BUILD"]).resolve()
SHARED = Path(
    os.environ.get("LOKET_SHARED", Path(__file__).resolve().parents[2].parent / "shared")
)
CORPUS = SHARED / "corpus"
MAILS = ("mails", "replies", "bounces", "dkim")
PAPERS = ("pdf", "csr", "certs", "images")
STAND_IN = "mailer-daemon@returned.invalid"  # message/returned.c
SECONDS = 180  # a third on the machine where this was written
GROWTH_KB = 4096  # of a parent, over two thousand objects

HEAD = (
    b"From: <warga@kota.test>\r\nDate: Sat, 21 Nov 2026 08:00:00 +0700\r\n"
    b"Message-ID: <x@kota.test>\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: application/octet-stream; name=berkas\r\n"
    b"Content-Disposition: attachment; filename=berkas\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\n"
)

# What differs from an index that is authoritative or advisory, and why.
NOT_ONES_OWN = "in the nested mail, which is one attachment"
NO_PICTURES = "Zammad does not list what a page shows, nor signatures"
PAGE = "Zammad keeps the page as message.html"
NO_REPORT = "Python lists no part of a report"
BETTER = "read here; the index has replacement marks or nothing"
DIFFERENCES = {
    ("mails/zammad/mail010.box", "names"): NO_PICTURES,
    ("mails/zammad/mail012.box", "names"): NO_PICTURES,
    ("mails/zammad/mail014.box", "names"): "Zammad names nested mails by their subjects",
    ("mails/zammad/mail018.box", "subject"): "UTF-7 hides ASCII and is never read (V073)",
    ("mails/zammad/mail026.box", "names"): "its text is an attachment by its disposition",
    ("mails/zammad/mail038.box", "names"): NO_PICTURES,
    ("mails/zammad/mail040.box", "names"): NO_PICTURES,
    ("mails/zammad/mail046.box", "subject"): "8-bit without a charset: replacement marks",
    ("mails/zammad/mail048.box", "names"): PAGE,
    ("mails/zammad/mail050.box", "from"): "Zammad's test leaves it out",
    ("mails/zammad/mail056.box", "names"): PAGE,
    ("mails/zammad/mail062.box", "names"): NO_PICTURES,
    ("mails/zammad/mail066.box", "names"): NO_PICTURES,
    ("mails/zammad/mail080.box", "names"): PAGE,
    ("mails/php-mime-mail-parser/m0020", "names"): "it has no name; theirs is made up",
    ("mails/cpython-test_email/msg_15.txt", "names"): BETTER,
    ("mails/mikel-mail/attachment_emails/attachment_message_rfc822.eml", "names"):
        NOT_ONES_OWN,
    ("mails/mikel-mail/attachment_emails/attachment_with_base64_encoded_name.eml",
     "names"): BETTER,
    ("mails/mikel-mail/attachment_emails/attachment_with_unquoted_name.eml", "names"):
        BETTER,
    ("mails/mox/message/message-rfc822-multipart.eml", "names"): "the part is empty",
    ("mails/parsedmarc-reports/failure/DMARC Failure Report for domain.de "
     "(mail-from=sharepoint@domain.de, ip=10.10.10.10).eml", "names"): NO_REPORT,
    ("mails/parsedmarc-reports/failure/[Netease DMARC Failure Report] Rent "
     "Reminder.eml", "names"): NO_REPORT,
    ("mails/spamassassin-nice/mime9", "names"): NOT_ONES_OWN,
    ("mails/stalwart-mail-parser/legacy/016.eml", "names"): BETTER,
    ("mails/stalwart-mail-parser/legacy/026.eml", "names"): BETTER,
}  # fmt: skip


class Row(NamedTuple):
    """What an index says of a mail; None: nothing."""

    set: str
    path: Path
    address: str | None
    subject: str | None
    names: list


@pytest.fixture(scope="module")
def corpus():
    if not CORPUS.is_dir():
        pytest.skip(f"no shared corpus at {CORPUS}")
    return CORPUS


# ---- the indexes ------------------------------------------------------------------


def unescape(value):
    names = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\"}
    return re.sub(r"\\(.)", lambda m: names.get(m[1], "\\" + m[1]), value)


def table(path):
    for line in path.read_text().split("\n"):
        if line and not line.startswith("#"):
            yield [unescape(f) for f in line.split("\t")] + [""]


def zammad(folder):
    for file, _, address, _, subject, _, _, names, *_ in table(folder / "index.tsv"):
        yield Row("zammad", folder / file, address, subject, names.split("|"))


def php(folder):
    for fields in table(folder / "index.tsv"):
        path = next(folder.glob(fields[0] + "*"))
        names = [a.split(";")[0] for a in fields[9].split("|")]
        yield Row("php-mime-mail-parser", path, fields[2], fields[1], names)


def address_in(value):
    found = value["Address"]
    if isinstance(found, dict):
        found = found.get("List") or found.get("Group")
    return found[0]["address"] if found else ""


def name_of(part):
    named = {}
    for header in part["headers"]:
        value = header["value"]
        if isinstance(value, dict) and "ContentType" in value:
            for a in value["ContentType"].get("attributes") or []:
                key, text = a.values() if isinstance(a, dict) else a
                named.setdefault(key, text)
    return named.get("filename") or named.get("name") or ""


def stalwart(folder):
    for path in sorted(folder.rglob("*.json")):
        mail = json.loads(path.read_text())
        head = {str(h["name"]): h["value"] for h in mail["parts"][0]["headers"]}
        subject = head.get("subject")
        yield Row(
            "stalwart-mail-parser", path.with_suffix(".eml"),
            address_in(head["from"]) if "from" in head else "",
            subject.get("Text") if isinstance(subject, dict) else "",
            [name_of(mail["parts"][i]) for i in mail["attachments"]],
        )  # fmt: skip


def advisory(folder):
    for file, sender, subject, _, _, names, *_ in table(
        folder / "index-advisory-python.tsv"
    ):
        names = [re.sub(r"\([^()]*\)$", "", n) for n in names.split("|")]
        yield Row("Python (advisory)", folder / file, parseaddr(sender)[1] or sender,
                  subject, names)  # fmt: skip


def expectations(folder):
    rows = [*zammad(folder / "mails/zammad"), *php(folder / "mails/php-mime-mail-parser"),
            *stalwart(folder / "mails/stalwart-mail-parser")]  # fmt: skip
    known = {r.path for r in rows}
    return rows + [r for r in advisory(folder) if r.path not in known]


# ---- inspecting all of it ---------------------------------------------------------


def wrapped(corpus, folder):
    """Each document in a mail of its own."""
    for kind in PAPERS:
        for path in sorted((corpus / kind).rglob("*")):
            if path.is_file():
                to = folder / f"{kind}-{len(list_of(folder)):04}.eml"
                encoded = subprocess.run(["base64", path], check=True,
                                         capture_output=True).stdout  # fmt: skip
                to.write_bytes(HEAD + encoded.replace(b"\n", b"\r\n"))
                yield to, kind, path


def list_of(folder):
    return os.listdir(folder)


def held(pid):
    """KiB of loketctl and of the two parsers, in the order of their start."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    found = [re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{p}/status").read_text())
             for p in [pid, *children]]  # fmt: skip
    return [int(f[1]) for f in found if f]


class Inspection:
    """One loketctl over many files, and what its programs held meanwhile."""

    def __init__(self, files):
        self.files, self.rows, self.samples, self.noise = files, {}, [], ""

    def watch(self, pid):
        try:
            while len(now := held(pid)) > 0:
                if len(now) == 3:
                    self.samples.append(now)
                time.sleep(0.2)
        except OSError:
            pass  # they have gone

    def run(self):
        with tempfile.TemporaryFile() as noise:
            p = subprocess.Popen(
                [BUILD / "loketctl", "inspect", *self.files],
                env=dict(os.environ, LOKET_LIBEXEC=str(BUILD)), stderr=noise,
                stdout=subprocess.PIPE,
            )  # fmt: skip
            watcher = threading.Thread(target=self.watch, args=(p.pid,))
            watcher.start()
            for line in p.stdout:
                row = json.loads(line)
                self.rows[Path(row["file"])] = row
            status = p.wait(60)
            watcher.join()
            noise.seek(0)
            self.noise = noise.read().decode()
        return status


@pytest.fixture(scope="module")
def everything(corpus):
    """(inspection, {wrapped file: (kind, document)}, seconds)."""
    with tempfile.TemporaryDirectory(prefix="loket-corpus-") as folder:
        os.chmod(folder, 0o755)
        documents = {to: (kind, path)
                     for to, kind, path in wrapped(corpus, Path(folder))}  # fmt: skip
        mails = [p for kind in MAILS for p in sorted((corpus / kind).rglob("*"))
                 if p.is_file()]  # fmt: skip
        # Documents and mails by turns, so that both parsers see all the time.
        files = sorted([*documents, *mails], key=lambda p: zlib.crc32(p.name.encode()))
        files = [p for p in files if p.stat().st_size]
        seen = Inspection(files)
        start = time.monotonic()
        status = seen.run()
        took = time.monotonic() - start
        assert status == 0, seen.noise
        yield seen, documents, took


def test_no_crash_hang_or_leak(everything):
    seen, _, took = everything
    assert len(seen.files) > 2400
    assert list(seen.rows) == seen.files  # an answer for each, in their order
    assert seen.noise == ""  # no child was ended by a signal, none said why not
    verdicts = collections.Counter(r["verdict"] for r in seen.rows.values())
    print(f"{len(seen.files)} files, {took:.1f} s", dict(sorted(verdicts.items())))
    assert "parser-failed" not in verdicts
    assert took < SECONDS
    early, late = seen.samples[len(seen.samples) // 4], seen.samples[-1]
    print("KiB held, early and late:", early, late)
    assert all(b - a < GROWTH_KB for a, b in zip(early, late, strict=True))


def test_documents_are_what_they_are(everything):
    """Every PDF, request and picture is recognised in spite of its name, and
    every one was looked at in time."""
    seen, documents, _ = everything
    found = collections.Counter()
    for file, (kind, path) in documents.items():
        if file not in seen.rows:
            continue
        (a,) = seen.rows[file]["attachments"] or [None]
        if a is None:
            continue  # an empty file is no attachment
        found[kind, a["kind"]] += 1
        if a["kind"] in ("pdf", "csr", "certificate", "image"):
            assert a["examined"], path
        if a["kind"] == "pdf" and a["facts"]["paper"]["kind"] is not None:
            raise AssertionError(f"{path} is no paper")
    print(dict(sorted(found.items())))
    assert found["pdf", "pdf"] == 379
    assert found["csr", "csr"] >= 140
    assert found["certs", "certificate"] >= 200
    assert found["images", "image"] >= 14


# ---- beside the indexes -----------------------------------------------------------


def plain(text):
    return unicodedata.normalize("NFC", " ".join((text or "").split()))


def compare(row, facts):
    """The fields that differ: (field, theirs, ours)."""
    names = sorted(plain(n) for n in row.names if n)
    ours = sorted(plain(a["name"]) for a in facts["attachments"] if a["name"])
    if plain(row.address).lower() != facts["from"].lower():
        yield "from", row.address, facts["from"]
    if plain(row.subject) != plain(facts["subject"]):
        yield "subject", row.subject, facts["subject"]
    if names != ours:
        yield "names", names, ours


def is_explained(corpus, row, field, facts, theirs, ours):
    if (str(row.path.relative_to(corpus)), field) in DIFFERENCES:
        return True
    # A returned mail without an address in From is kept under one (V040).
    if field == "from" and ours == STAND_IN:
        return facts["automatic"] == "bounce"
    # Python's list leaves out parts of reports that are no text of a person.
    return (field == "names" and facts["automatic"] == "bounce"
            and set(theirs) < set(ours) and row.set.startswith("Python"))  # fmt: skip


def test_fields_agree_with_the_indexes(corpus, everything):
    seen, _, _ = everything
    count = collections.defaultdict(collections.Counter)
    used, surprises = set(), []
    for row in expectations(corpus):
        facts = seen.rows.get(row.path)
        if facts is None or facts["verdict"] != "pass":
            count[row.set]["not read: " + (facts["verdict"] if facts else "empty")] += 1
            continue
        count[row.set]["read"] += 1
        different = list(compare(row, facts))
        for field, theirs, ours in different:
            count[row.set][field + " differs"] += 1
            used.add((str(row.path.relative_to(corpus)), field))
            if not is_explained(corpus, row, field, facts, theirs, ours):
                surprises.append((str(row.path), field, theirs, ours))
    for name, c in count.items():
        print(name, dict(sorted(c.items())))
    assert surprises == []
    assert sorted(set(DIFFERENCES) - used) == []  # what agrees is no difference
    assert sum(c["read"] for c in count.values()) > 800
