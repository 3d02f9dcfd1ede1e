# SPDX-License-Identifier: GPL-3.0-or-later
"""The imap worker against an IMAP server that misbehaves.

tests/lab/net_harness plays loketd and the engine to the real worker code
(tests/lab/imap_worker); tests/lab/evil_imap.py is the server.  One story per
row of threats.md 6 I, and V119, V120.
"""

import hashlib
import json
import os
import pwd
import queue
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "lab"))

import pki  # noqa: E402
from evil_imap import EvilImap, hang_up, once, say, silence  # noqa: E402

BUILD = Path(os.environ.get("LOKET_BUILD") or TOP / "build")
SAN = "subjectAltName=IP:127.0.0.1,DNS:localhost"
PROGRAMS = ("imap_worker", "net_harness")
PASSWORD = 'kunci "\\ 4711'
MIB = 1024 * 1024
RSS_MAX_KB = 128 * 1024  # V131

pytestmark = pytest.mark.skipif(
    not all((BUILD / "tests" / "lab" / p).exists() for p in PROGRAMS),
    reason=f"no tests/lab/imap_worker in {BUILD}: make check builds it",
)


def give_to_nobody(path):
    if os.getuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(path, nobody.pw_uid, nobody.pw_gid)


def make_expired(folder, extensions):
    days, pki.DAYS = pki.DAYS, "-1"
    try:
        pki.make_leaf(folder, "ca", "expired", "/CN=imap", extensions, 4)
    finally:
        pki.DAYS = days


@pytest.fixture(scope="module")
def shop():
    """A folder that an ordinary user can read: programs, keys, password."""
    folder = Path(tempfile.mkdtemp(prefix="loket-imap-"))
    folder.chmod(0o755)
    for name in PROGRAMS:
        shutil.copy(BUILD / "tests" / "lab" / name, folder / name)
    pki.make_ca(folder, "ca", "/CN=lab CA")
    pki.make_ca(folder, "other", "/CN=another CA")
    leaf = [SAN, "extendedKeyUsage=serverAuth"]
    pki.make_leaf(folder, "ca", "good", "/CN=imap", leaf, 1)
    pki.make_leaf(
        folder, "ca", "name", "/CN=imap", ["subjectAltName=DNS:else.test"], 2
    )
    pki.make_leaf(folder, "other", "stranger", "/CN=imap", leaf, 3)
    make_expired(folder, leaf)
    (folder / "password").write_text(PASSWORD + "\n")
    (folder / "password").chmod(0o600)
    give_to_nobody(folder / "password")
    yield folder
    shutil.rmtree(folder)


class Worker:
    """net_harness with the worker under it; frames come out of a queue."""

    def __init__(self, shop, port, **settings):
        self.folder = Path(tempfile.mkdtemp(dir=shop))
        self.folder.chmod(0o755)
        known = {
            "host": "127.0.0.1", "port": port, "user": "office",
            "password_file": shop / "password", "ca_file": shop / "ca.pem",
            "timeout_sec": 3, "command_sec": 20, "idle_sec": 60,
            "poll_sec": 1, "folder": "INBOX",
        }  # fmt: skip
        known.update(settings)
        (self.folder / "imap.txt").write_text(
            "".join(f"{k} {v}\n" for k, v in known.items())
        )
        who = {}
        if os.getuid() == 0:  # the sandbox refuses root
            nobody = pwd.getpwnam("nobody")
            who = {"user": nobody.pw_uid, "group": nobody.pw_gid,
                   "extra_groups": []}  # fmt: skip
        self.log_path = self.folder / "log"
        self.process = subprocess.Popen(
            [shop / "net_harness", shop / "imap_worker", self.folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log_path.open("wb"),
            env={"PATH": "/usr/bin:/bin"},
            **who,
        )
        self.frames = queue.Queue()
        self.seen = []
        threading.Thread(target=self.read, daemon=True).start()
        self.pid = self.expect("pid")["pid"]
        self.expect("ready")

    def read(self):
        for line in self.process.stdout:
            self.frames.put(json.loads(line))

    def next(self, within=10):
        try:
            frame = self.frames.get(timeout=max(within, 0))
        except queue.Empty:
            raise AssertionError(f"no frame; log:\n{self.log()}") from None
        self.seen.append(frame)
        return frame

    def expect(self, kind, within=10):
        """The next frame of this kind; others stay in `seen`."""
        until = time.monotonic() + within
        while True:
            frame = self.next(until - time.monotonic())
            if frame["frame"] == kind:
                return frame

    def do(self, text):
        self.process.stdin.write(text.encode() + b"\n")
        self.process.stdin.flush()

    def take(self, box, first=1, last=0, since=0):
        self.do(f"take INBOX {box['uidvalidity']} {first} {last} {since}")

    def mails(self):
        return [f for f in self.seen if f["frame"] in ("fetched", "skipped")]

    def uids(self, kind="fetched"):
        return [f["uid"] for f in self.seen if f["frame"] == kind]

    def troubles(self):
        return [f for f in self.seen if f["frame"] == "trouble"]

    def intake(self, first=1, until=None, within=20, since=0):
        """Plays the engine: takes, stores, takes anew after a reconnect, and
        goes past a mail that was in trouble three times.  Ends when `until`
        says so, else at the first batch that is the last."""
        done = until or (lambda: self.seen[-1].get("last", False))
        end = time.monotonic() + within
        attempts = {}
        going_on = first
        while True:
            frame = self.next(end - time.monotonic())
            kind = frame["frame"]
            if kind == "open":
                self.take(frame, going_on, 0, since)
            elif kind == "skipped" and frame["why"] == "trouble":
                attempts[frame["uid"]] = attempts.get(frame["uid"], 0) + 1
                stop = frame["uid"]
            elif kind == "end":
                going_on = max(going_on, frame["next"])
                if attempts.get(going_on, 0) >= 3 and stop == going_on:
                    going_on += 1
                self.do("stored")
            if done():
                return

    def rss_kb(self):
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
        raise AssertionError("no VmHWM")

    def log(self):
        return self.log_path.read_text(errors="replace")

    def stop(self):
        self.do("stop")
        code = self.expect("exit")["code"]
        self.process.wait(10)
        return code

    def close(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            self.process.wait(10)


@pytest.fixture
def server(shop):
    made = EvilImap(shop / "good.pem", shop / "good.key")
    made.password = PASSWORD
    yield made
    made.stop()


@pytest.fixture
def start(shop, server):
    workers = []

    def run(**settings):
        workers.append(Worker(shop, settings.pop("port", server.port),
                              **settings))  # fmt: skip
        return workers[-1]

    yield run
    for worker in workers:
        worker.close()
        assert PASSWORD not in worker.log()


def fill(box, count, size=200, when=1800000000):
    for i in range(count):
        text = f"Subject: {box.uidnext}\r\n\r\n"
        box.add((text + "x" * (size - len(text))).encode(), when + i)


def check_whole(worker, box, uids=None):
    """Every mail came once, in order, byte for byte."""
    wanted = {m.uid: m for m in box.mails}
    uids = list(wanted) if uids is None else uids
    assert worker.uids() == uids
    for frame in worker.mails():
        if frame["frame"] == "fetched":
            mail = wanted[frame["uid"]]
            assert frame["sha256"] == hashlib.sha256(mail.data).hexdigest()
            assert frame["date"] == mail.when * 1000000


def wait_for(what, within=10):
    until = time.monotonic() + within
    while not what():
        assert time.monotonic() < until
        time.sleep(0.02)


# ---- a server that behaves ---------------------------------------------------


def test_fetches_in_batches_and_waits_for_stored(server, start):
    fill(server.box, 120)
    worker = start()
    box = worker.expect("open")
    assert box["uidvalidity"] == 1000 and box["uidnext"] == 121
    worker.take(box)
    assert worker.expect("end") == {"frame": "end", "next": 51, "last": False}
    time.sleep(0.5)
    assert worker.frames.empty()  # nothing overtakes BatchStored
    assert len(server.commands("UID FETCH")) == 3  # but one is fetched ahead
    worker.do("stored")
    assert worker.expect("end")["next"] == 101
    worker.do("stored")
    assert worker.expect("end") == {"frame": "end", "next": 121, "last": True}
    worker.do("stored")
    check_whole(worker, server.box)
    assert not any(m.seen for m in server.box.mails)
    assert "BODYSTRUCTURE" not in str(server.seen)
    assert worker.stop() == 0
    assert worker.troubles() == []


def test_idle_brings_new_mail(server, start):
    worker = start()
    worker.intake()
    assert worker.seen[-1] == {"frame": "end", "next": 1, "last": True}
    for i in range(3):
        wait_for(lambda: len(server.commands("IDLE")) > i)
        began = time.monotonic()
        server.box.add(b"Subject: new\r\n\r\n%d\r\n" % i)
        worker.intake(until=lambda: len(worker.uids()) == i + 1)
        assert time.monotonic() - began < 1.0
        assert worker.expect("end")["next"] == i + 2
        worker.do("stored")
    check_whole(worker, server.box)
    assert worker.stop() == 0


def test_poll_where_idle_is_missing(server, start):
    server.capabilities = "IMAP4rev1 MOVE"
    worker = start()
    worker.intake()
    server.box.add(b"Subject: new\r\n\r\n\r\n")
    worker.intake(until=lambda: worker.uids() == [1], within=5)
    assert server.commands("IDLE") == []
    assert server.logins == [("office", PASSWORD)]  # LOGIN, quoted


def test_batches_end_at_eight_mebibytes(server, start):
    fill(server.box, 5, 3 * MIB)
    worker = start()
    worker.intake()
    ends = [f["next"] for f in worker.seen if f["frame"] == "end"]
    assert ends == [3, 5, 6]
    check_whole(worker, server.box)


def test_empty_and_odd_bodies_arrive_whole(server, start):
    bodies = [b"", b"\0\r\n{9999}\r\n", b"(((\n\r)))\"", bytes(range(256)) * 40]
    for body in bodies:
        server.box.add(body)
    worker = start()
    worker.intake()
    check_whole(worker, server.box)


def test_backfill_range_arrives_at_any_time(server, start):
    fill(server.box, 130)
    worker = start()
    box = worker.expect("open")
    worker.take(box, 131)
    assert worker.expect("end") == {"frame": "end", "next": 131, "last": True}
    worker.do("stored")
    worker.take(box, 11, 120, 1800000000 * 1000000 + 20 * 1000000)
    worker.intake()
    assert worker.uids() == list(range(21, 121))
    old = [f["uid"] for f in worker.mails() if f.get("why") == "old"]
    assert old == list(range(11, 21))
    assert worker.seen[-1] == {"frame": "end", "next": 121, "last": True}
    server.box.add(b"Subject: new\r\n\r\n\r\n")  # and the live part goes on
    worker.intake(until=lambda: 131 in worker.uids())


def test_backfill_goes_on_after_a_reconnect(server, start):
    fill(server.box, 130)
    worker = start()
    box = worker.expect("open")
    worker.take(box, 131)
    worker.expect("end")
    worker.do("stored")
    worker.take(box, 1, 130)
    assert worker.expect("end")["next"] == 51
    worker.do("stored")
    assert worker.expect("end")["next"] == 101
    server.hang_up_all()
    worker.intake(131, lambda: worker.uids()[-1:] == [130])
    # the second batch was not stored: it came again
    assert worker.uids() == [*range(1, 101), *range(51, 131)]


def test_answers_pings_and_stops_during_a_slow_fetch(server, start):
    fill(server.box, 2, 5000)

    def slow(session, _tag, args):
        if "BODY" not in args:
            return "usual"
        session.drip(session.item(1, session.box.mails[0], True), 0.01)

    server.on["UID FETCH"] = slow
    worker = start()
    worker.take(worker.expect("open"))
    wait_for(lambda: len(server.commands("UID FETCH")) == 2)
    time.sleep(0.3)
    worker.do("ping 77")
    began = time.monotonic()
    assert worker.expect("pong") == {"frame": "pong", "number": 77}
    assert time.monotonic() - began < 0.5
    assert worker.stop() == 0
    assert time.monotonic() - began < 1.5


# ---- moves -------------------------------------------------------------------


def moved(worker, count):
    result = {}
    while len(result) < count:
        frame = worker.expect("moved")
        for uid in frame["uids"]:
            result[uid] = frame["done"]
    return result


def test_moves_are_gathered_and_the_folder_created(server, start):
    fill(server.box, 130)
    worker = start()
    box = worker.expect("open")
    worker.take(box, 131)
    worker.expect("end")
    worker.do("stored")
    wait_for(lambda: server.commands("IDLE"))
    server.on["UID FETCH"] = once(lambda *_: time.sleep(0.3) or "usual")
    worker.do(f"take INBOX {box['uidvalidity']} 1 1 0")  # busy for 0.3 s
    time.sleep(0.1)
    for first in (1, 41, 81):
        uids = ",".join(map(str, range(first, first + 40)))
        worker.do(f"move {box['uidvalidity']} {uids} Loket/Done")
    assert moved(worker, 120) == {u: True for u in range(1, 121)}
    assert server.box.uids() == list(range(121, 131))
    assert len(server.folders["Loket/Done"].mails) == 120
    # one refused for want of the folder, one that did it all
    assert len(server.commands("UID MOVE")) == 2
    assert server.commands("UID MOVE")[1].startswith("1:120 ")


def test_moves_with_uidplus_only_and_another_delimiter(server, start):
    server.capabilities = "IMAP4rev1 UIDPLUS AUTH=PLAIN"
    server.delimiter = "."
    fill(server.box, 4)
    server.box.mails[3].deleted = True  # by a person: not ours to expunge
    worker = start()
    box = worker.expect("open")
    worker.do(f"move {box['uidvalidity']} 1,3 Loket/Done")
    assert moved(worker, 2) == {1: True, 3: True}
    assert server.box.uids() == [2, 4]
    assert len(server.folders["Loket.Done"].mails) == 2


def test_never_a_plain_expunge(server, start):
    server.capabilities = "IMAP4rev1 AUTH=PLAIN"
    fill(server.box, 2)
    worker = start()
    box = worker.expect("open")
    worker.do(f"move {box['uidvalidity']} 1 Loket/Done")
    assert worker.expect("moved")["done"] is False
    assert "neither MOVE nor UIDPLUS" in worker.seen[-1]["text"]
    assert server.box.uids() == [1, 2]
