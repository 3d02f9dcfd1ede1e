# SPDX-License-Identifier: GPL-3.0-or-later
"""A worker of the internet side alone: its harness plays loketd and the engine
to it (harness.h), and a story plays the server.  What the stories about the
imap worker and the out worker share."""

import json
import os
import pwd
import queue
import shutil
import subprocess
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pki
from client import PATIENCE
import pytest

TOP = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("LOKET_BUILD") or TOP / "build")
SAN = "subjectAltName=IP:127.0.0.1,DNS:localhost"


def needs(worker, harness):
    """Skips a file of stories where these are not built."""
    return pytest.mark.skipif(
        not all((BUILD / "tests" / "lab" / p).exists() for p in (worker, harness)),
        reason=f"no tests/lab/{worker} in {BUILD}: make check builds it",
    )


def give_to_nobody(path):
    if os.getuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(path, nobody.pw_uid, nobody.pw_gid)


def make_expired(folder, subject, extensions):
    days, pki.DAYS = pki.DAYS, "-1"
    try:
        pki.make_leaf(folder, "ca", "expired", subject, extensions, 4)
    finally:
        pki.DAYS = days


@contextmanager
def open_shop(programs, subject, password):
    """A folder that an ordinary user can read: programs, keys, password."""
    folder = Path(tempfile.mkdtemp(prefix="loket-worker-"))
    folder.chmod(0o755)
    for name in programs:
        shutil.copy(BUILD / "tests" / "lab" / name, folder / name)
    pki.make_ca(folder, "ca", "/CN=lab CA")
    pki.make_ca(folder, "other", "/CN=another CA")
    leaf = [SAN, "extendedKeyUsage=serverAuth"]
    pki.make_leaf(folder, "ca", "good", subject, leaf, 1)
    pki.make_leaf(
        folder, "ca", "name", subject, ["subjectAltName=DNS:else.test"], 2
    )
    pki.make_leaf(folder, "other", "stranger", subject, leaf, 3)
    make_expired(folder, subject, leaf)
    (folder / "password").write_text(password + "\n")
    (folder / "password").chmod(0o600)
    give_to_nobody(folder / "password")
    yield folder
    shutil.rmtree(folder)


class LoneWorker:
    """A harness with the worker under it; frames come out of a queue, and
    those that somebody took stay in `seen`."""

    PROGRAMS = ()  # the worker, its harness
    ENVIRONMENT = {"PATH": "/usr/bin:/bin"}

    def __init__(self, shop, settings):
        self.folder = Path(tempfile.mkdtemp(dir=shop))
        self.folder.chmod(0o755)
        known = {
            "host": "127.0.0.1", "user": "office",
            "password_file": shop / "password", "ca_file": shop / "ca.pem",
        }  # fmt: skip
        known.update(settings)
        (self.folder / "settings.txt").write_text(
            "".join(f"{k} {v}\n" for k, v in known.items())
        )
        who = {}
        if os.getuid() == 0:  # the sandbox refuses root
            nobody = pwd.getpwnam("nobody")
            who = {"user": nobody.pw_uid, "group": nobody.pw_gid,
                   "extra_groups": []}  # fmt: skip
        worker, harness = self.PROGRAMS
        self.log_path = self.folder / "log"
        self.process = subprocess.Popen(
            [shop / harness, shop / worker, self.folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log_path.open("wb"),
            env=self.ENVIRONMENT,
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

    def next(self, within=10 * PATIENCE):
        try:
            frame = self.frames.get(timeout=max(within, 0))
        except queue.Empty:
            raise AssertionError(f"no frame; log:\n{self.log()}") from None
        self.seen.append(frame)
        return frame

    def expect(self, kind, within=10):
        """The next frame of this kind."""
        until = time.monotonic() + within * PATIENCE
        while True:
            frame = self.next(until - time.monotonic())
            if frame["frame"] == kind:
                return frame

    def do(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def troubles(self):
        return [f for f in self.seen if f["frame"] == "trouble"]

    def rss_kb(self):
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
        raise AssertionError("no VmHWM")

    def log(self):
        return self.log_path.read_text(errors="replace")

    def close(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            self.process.wait(10 * PATIENCE)
