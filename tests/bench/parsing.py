# SPDX-License-Identifier: GPL-3.0-or-later
"""What it costs to read mail behind walls: the whole parser path (gate, DKIM,
MIME, own words, requests, PDFs) in children, as many at the same time as there
are cores; the same work in one process; GMime alone; Python's email.

Two sets: APPLICATIONS applications (DISTINCT applicants, again and again), and
the shared corpus, documents in mails of their own (skipped where it is not
there).
"""

import base64
import os
import statistics
import time
from email import message_from_bytes, policy
from pathlib import Path

import tools
from tools import BUILD, BenchError, measure

from people import SELECTOR  # isort: skip

APPLICATIONS = 5000
DISTINCT = 500
CORES = len(os.sched_getaffinity(0))
SHARED = Path(os.environ.get("LOKET_SHARED", tools.HERE.parents[2] / "shared"))
MAILS = ("mails", "replies", "bounces", "dkim")
PAPERS = ("pdf", "csr", "certs", "images")
HEAD = (b"From: <warga@kota.test>\r\nDate: Sat, 21 Nov 2026 08:00:00 +0700\r\n"
        b"Message-ID: <x@kota.test>\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: application/octet-stream; name=berkas\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n")  # fmt: skip
FOUND = ("count", "passed", "signed", "attachments", "requests", "pdfs", "with_text")
OWN = f"Loket, {CORES} children at a time"
ONE = "the same in one process"


# ---- what is read ----------------------------------------------------------------


def applications(work):
    place = work / "parsing-applications"
    place.mkdir()
    mails = sorted((work / "mails").glob("*.eml"))[:DISTINCT]
    for n in range(APPLICATIONS):
        (place / f"{n:06}.eml").hardlink_to(mails[n % len(mails)])
    return place


def corpus(work):
    source, place = SHARED / "corpus", work / "parsing-corpus"
    if not source.is_dir():
        return None
    place.mkdir()
    files = [p for kind in MAILS + PAPERS for p in sorted((source / kind).rglob("*"))
             if p.is_file() and p.stat().st_size]  # fmt: skip
    for n, path in enumerate(files):
        to = place / f"{n:06}.eml"
        if path.relative_to(source).parts[0] in MAILS:
            to.symlink_to(path)
        else:
            to.write_bytes(HEAD + base64.encodebytes(path.read_bytes()))
    return place


def keys(work):
    path = work / "parsing-keys"
    path.write_text("".join(
        f"{SELECTOR}._domainkey.{p.stem.removeprefix('dkim-')} {p.read_text()}\n"
        for p in sorted((work / "pki").glob("dkim-*.txt"))))  # fmt: skip
    return path


# ---- the readers -----------------------------------------------------------------


def in_children(place, work):
    return measure("parsing", "children", place, keys(work), BUILD, CORES)


def in_one(place, work):
    return measure("parsing", "one", place, keys(work))


def gmime(place, work):
    return measure("floor", "mime", place)


def python(place, work):
    raw = [p.read_bytes() for p in sorted(place.glob("*.eml"))]
    start, cpu = time.monotonic(), time.process_time()
    for mail in raw:
        for part in message_from_bytes(mail, policy=policy.default).walk():
            try:
                part.get_payload(decode=True)
            except (LookupError, ValueError, AssertionError):
                pass  # of strangers' mails some are too odd for it
    return {"count": len(raw), "bytes": sum(map(len, raw)),
            "sec": time.monotonic() - start, "cpu_sec": time.process_time() - cpu}  # fmt: skip


SETS = ("applications", "corpus")
READERS = {OWN: in_children, ONE: in_one, "GMime alone": gmime,
           "Python's email alone": python}  # fmt: skip


def same_work(found):
    """Both of ours must have found the same, or the ratio says nothing."""
    for key in FOUND:
        if found[OWN][key] != found[ONE][key]:
            raise BenchError(f"parsing: {key} is {found[OWN][key]} in children "
                             f"and {found[ONE][key]} in one process")  # fmt: skip


def read_all(place, work, runs):
    """Round by round, so that all of them meet the same other work."""
    rounds = []
    for _ in range(runs):
        found = {name: reader(place, work) for name, reader in READERS.items()}
        same_work(found)
        rounds.append(found)
    return {
        "rounds": rounds,
        "ratio": statistics.median(r[ONE]["sec"] / r[OWN]["sec"] for r in rounds),
        "cpu_ratio": statistics.median(
            r[ONE]["cpu_sec"] / r[OWN]["cpu_sec"] for r in rounds),
        "peak_kb": max(r[OWN]["peak_kb"] for r in rounds),
    }  # fmt: skip


def run(work, runs):
    found = {"cores": CORES}
    for name, place in {"applications": applications(work),
                        "corpus": corpus(work)}.items():  # fmt: skip
        if place is not None:
            work.chmod(0o755)
            found[name] = read_all(place, work, runs)
    found["ratio"] = statistics.median(
        sum(r[ONE]["sec"] for r in both) / sum(r[OWN]["sec"] for r in both)
        for both in zip(*(found[k]["rounds"] for k in SETS if k in found)))  # fmt: skip
    return found


def show(found):
    for name in SETS:
        if name not in found:
            print(f"parsing of the {name}: skipped, there is none\n")
            continue
        rounds = found[name]["rounds"]
        first = rounds[0][OWN]
        print(f"parsing of the {name}: {first['count']} mails, "
              f"{first['bytes'] / 1e6:.0f} MB, {first['signed']} signed, "
              f"{first['requests']} requests, {first['pdfs']} PDFs")  # fmt: skip
        print(f"{'':36}{'mails/s':>12}{'MB/s':>12}{'CPU ms/mail':>14}")
        for reader in READERS:
            sec = statistics.median(r[reader]["sec"] for r in rounds)
            cpu = statistics.median(r[reader].get("cpu_sec", 0) for r in rounds)
            print(f"{reader:36}{first['count'] / sec:12.0f}"
                  f"{first['bytes'] / 1e6 / sec:12.1f}"
                  + (f"{cpu * 1000 / first['count']:14.3f}" if cpu else f"{'':14}"))  # fmt: skip
        print(f"children beside one process: {found[name]['ratio']:.2f} by the clock, "
              f"{found[name]['cpu_ratio']:.2f} by processor time; "
              f"largest process {found[name]['peak_kb'] / 1024:.0f} MiB\n")  # fmt: skip
    print(f"all of it, children beside one process: {found['ratio']:.2f} "
          "(wanted: 0.50)\n")  # fmt: skip
