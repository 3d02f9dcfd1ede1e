# SPDX-License-Identifier: GPL-3.0-or-later
"""What stories about misbehaving servers share (test_hostile_*.py): server
certificates nobody should believe, and looks at what an office made of it
all."""

import os
from contextlib import contextmanager
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import box
import client
import pki

SAN = "subjectAltName=IP:127.0.0.1,DNS:localhost"
RSS_MAX_KB = 128 * 1024  # V131, V145
LONG = bool(os.environ.get("LOKET_TEST_LONG"))


def password(office):
    return box.load(office.dir)["passwords"]["loket"]


def bad_certificates(folder):
    """V133: wrong host, expired, of an unknown CA, self-signed; as stems."""
    leaf = [SAN, "extendedKeyUsage=serverAuth"]
    pki.make_ca(folder, "ca", "/CN=a CA nobody here knows")
    pki.make_leaf(folder, "ca", "unknown-ca", "/CN=localhost", leaf, 1)
    pki.openssl(
        "req", "-x509", *pki.P256, "-days", pki.DAYS, "-subj",
        "/CN=localhost", "-addext", SAN, "-keyout",
        folder / "self-signed.key", "-out", folder / "self-signed.pem",
    )  # fmt: skip
    return ["unknown-ca", "self-signed"]


def believable_but_bad(keys, folder):
    """Of the lab's own CA, and still wrong."""
    for name in ("ca.pem", "ca.key"):
        (folder / name).write_bytes((keys / name).read_bytes())
    pki.make_leaf(folder, "ca", "wrong-host", "/CN=localhost",
                  ["subjectAltName=DNS:else.test"], 71)  # fmt: skip
    days, pki.DAYS = pki.DAYS, "-1"
    try:
        pki.make_leaf(folder, "ca", "expired", "/CN=localhost", [SAN], 72)
    finally:
        pki.DAYS = days
    return ["wrong-host", "expired"]


# ---- looking ---------------------------------------------------------------


def parse(raw):
    return message_from_bytes(raw, policy=policy.SMTP)


def peak_kb(office, program):
    """The most memory a program ever held."""
    pid = office.status()["pids"][program]
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    raise AssertionError(f"no VmHWM of {program}")


@contextmanager
def untouched(office, *programs):
    """These programs live on, as the same processes, and the engine answers."""
    before = office.status()["pids"]
    yield
    office.ctl("status")
    after = office.status()["pids"]
    assert {p: after.get(p) for p in programs} == {
        p: before[p] for p in programs
    }


def log(office, name="loketd"):
    return (office.dir / "log" / f"{name}.log").read_text(errors="replace")


def restart(office):
    """What an administrator does after mending what an alarm named."""
    office.stop("loketd")
    box.ask(office.dir, do="start", what="loketd")


def await_status(office, key, says, seconds=20):
    """Waits until `loketctl status` says this; its text."""
    seen = []

    def look():
        try:
            seen.append(office.ctl("status")[key])
        except box.LabError as e:
            seen.append(str(e))
        return seen[-1] if says in seen[-1] else None

    try:
        return client.wait_for(look, seconds, f"status of {key}: {says}")
    except box.LabError as e:
        raise AssertionError(f"{e}; it says {seen[-1]}") from None


def await_rows(office, condition, seconds=20):
    """Waits until condition(rows of the outbox, oldest first); the rows."""
    seen = []

    def look():
        seen[:] = sorted(office.ctl("outbox", "list"), key=lambda r: r["id"])
        return condition(seen)

    try:
        client.wait_for(look, seconds, "the outbox")
    except box.LabError as e:
        raise AssertionError(f"{e}; it holds {seen}") from None
    return list(seen)


def minutes_left(office, row):
    """Until the next try of a letter."""
    left = datetime.fromisoformat(row["next_try"]) - office.now()
    return left / timedelta(minutes=1)


def events(office, kind, number=None):
    """What was recorded in the (only) case under this kind."""
    number = number or office.cases()[-1]["number"]
    shown = office.ctl("case", "show", number)
    return [e for e in shown["events"] if e["kind"] == kind]
