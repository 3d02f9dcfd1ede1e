# SPDX-License-Identifier: GPL-3.0-or-later
"""A real clamd (package clamav-daemon), unpacked beside the mail servers and
installed nowhere, with a database of one signature of our own.

    scanner = Scanner(folder)      # None-safe: Scanner.missing() says why not
    scanner.start(); scanner.stop()
"""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import box

PACKAGES = ("clamav-daemon", "clamav-base")
# What our signature looks for, in any file (.ndb: name, type, offset, hex).
EVIL = b"LOKET-TEST-WORM-7f3a91"
SIGNATURE = "Loket.Test.Worm"


def root():
    return box.servers_root().parent / "clamav"


def program():
    """clamd and the folder of its libraries, or None and why not."""
    if os.access("/usr/sbin/clamd", os.X_OK):
        return Path("/usr/sbin/clamd"), None
    with_own = root() / "usr" / "sbin" / "clamd"
    if not with_own.exists():
        done = subprocess.run([box.SERVERS, "get", root(), *PACKAGES], text=True,
                              capture_output=True, check=False)  # fmt: skip
        if done.returncode != 0:
            return None, done.stderr.strip()
    return with_own, root() / "usr" / "lib"


class Scanner:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.socket = self.folder / "clamd.ctl"
        self.process = None
        self.program, self.libraries = program()

    def missing(self):
        return None if self.program else f"no clamd: {self.libraries}"

    def _write(self):
        data = self.folder / "signatures"
        data.mkdir(parents=True, exist_ok=True)
        (data / "own.ndb").write_text(f"{SIGNATURE}:0:*:{EVIL.hex()}\n")
        (self.folder / "clamd.conf").write_text(
            f"LocalSocket {self.socket}\nLocalSocketMode 666\n"
            f"DatabaseDirectory {data}\n"
            f"TemporaryDirectory {self.folder}\n"
            "Foreground yes\nMaxThreads 4\nSelfCheck 0\n"
            "ConcurrentDatabaseReload no\nStreamMaxLength 30M\n"
        )

    def start(self):
        """Returns when it answers."""
        self._write()
        self.socket.unlink(missing_ok=True)
        env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
        if self.libraries:
            env["LD_LIBRARY_PATH"] = str(self.libraries)
        with open(self.folder / "clamd.log", "ab") as log:
            self.process = subprocess.Popen(
                [self.program, "-c", self.folder / "clamd.conf"],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=env,
            )  # fmt: skip
        for _ in range(300):
            if self.ping():
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        self.stop()
        raise box.LabError("clamd does not start: "
                           + (self.folder / "clamd.log").read_text()[-500:])  # fmt: skip

    def ping(self):
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(5)
            try:
                s.connect(str(self.socket))
                s.sendall(b"zPING\0")
                return s.recv(16) == b"PONG\0"
            except OSError:
                return False

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        self.process = None
