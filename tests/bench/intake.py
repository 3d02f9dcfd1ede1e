# SPDX-License-Identifier: GPL-3.0-or-later
"""Mails a second: BENCH_N applications (500) wait in the office's mailbox
before Loket first starts.  `loketctl intake backfill` takes them in; the clock
stops when the relay, a sink that forgets everything, has accepted the last
answer.  After the last run BENCH_SINGLE mails (20) come one by one.

Beside it stands the floor of the same run: fetch, MIME, PDF text, commit and
send, each alone over the same mails (tests/bench/floor.c), and their sum, one
after the other.
"""

import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import applications
import tools
from tools import HERE, OFFICE, BenchError, measure, rate, say

import box  # isort: skip
import client  # isort: skip
import pki  # isort: skip
from people import applicant  # isort: skip

N = int(os.environ.get("BENCH_N", "500"))
SINGLE = int(os.environ.get("BENCH_SINGLE", "20"))
APPLICANTS = N + SINGLE
LETTER = 2500  # bytes of an answer, for the floor of sending


# ---- the registry ----------------------------------------------------------------


def make_registry(work):
    """Everybody's old certificate, of a CA that is not the office's: nothing
    is revoked here."""
    (work / "registry").mkdir()
    for i in range(APPLICANTS):
        make_entry(work, i, applicant(i))
    tools.hand_over(work / "registry")


def make_entry(work, i, who):
    """The old certificate and its sidecar, for `registry import`."""
    stem = work / "registry" / f"{i:05}"
    pki.openssl(
        "req", "-x509", "-key", work / "pki" / "issuer.key", "-days", "365",
        "-utf8", "-subj", f"/C=ID/O={who.agency}/CN={who.name}",
        "-set_serial", str(100000 + i), "-out", f"{stem}.pem",
        "-addext", f"subjectAltName=email:{who.address}",
    )  # fmt: skip
    tools.write_sidecar(stem.with_suffix(".pem"), who)


# ---- the relay -----------------------------------------------------------------


class Sink:
    """tests/bench/sink.py and what it accepted: recipient -> times."""

    def __init__(self, work):
        self.process = subprocess.Popen(
            [sys.executable, HERE / "sink.py", work / "pki" / "server.pem",
             work / "pki" / "server.key"],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.port = int(self.process.stdout.readline())
        self.accepted = {}
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            at, _, recipient = line.strip().partition(" ")
            self.accepted.setdefault(recipient, []).append(float(at))

    def wait(self, addresses, seconds):
        """Waits until each address has an answer; the time of the last."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if all(a in self.accepted for a in addresses):
                return max(self.accepted[a][0] for a in addresses)
            time.sleep(0.005)
        missing = [a for a in addresses if a not in self.accepted]
        raise BenchError(
            f"{len(missing)} of {len(addresses)} have no answer after "
            f"{seconds:.0f} s, {missing[0]} among them"
        )

    def close(self):
        self.process.terminate()
        self.process.wait()


# ---- the office ----------------------------------------------------------------


def forget(folder):
    """An empty data folder: Loket starts for the first time once more.  The
    old one is kept: an ext4 without journal makes new files ten times slower
    for half a minute after many were deleted."""
    data, number = folder / "data", len(list(folder.glob("data-*")))
    old = folder / f"data-{number}"
    old.mkdir()
    for path in data.iterdir():
        path.rename(old / path.name)


# ---- what the programs cost ------------------------------------------------------


class Watch(threading.Thread):
    """Looks at the parser children, which are gone when one asks later."""

    def __init__(self, pids):
        super().__init__(daemon=True)
        self.parents = {pids[n]: n for n in pids if n.endswith("parser")}
        self.most = dict.fromkeys(self.parents.values(), 0)
        self.done = threading.Event()
        self.start()

    def run(self):
        while not self.done.wait(0.005):
            for pid, name in self.parents.items():
                for child in children(pid):
                    self.most[name] = max(self.most[name],
                                          tools.memory_kb(child, "VmHWM"))  # fmt: skip


def children(pid):
    try:
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []


# ---- one run -----------------------------------------------------------------------


def measure_floor(work, folder, mails, sink, number):
    """Mails a second of each step."""
    port, secret = box.load(folder)["ports"]["imaps"], tools.password_file(work, folder)
    ca, user = work / "pki" / "ca.pem", OFFICE.local
    done = {
        "fetch": measure("floor", "fetch", port, user, secret, ca, N),
        "mime": measure("floor", "mime", mails),
        "pdf": measure("floor", "pdf", mails),
        "commit": measure("floor", "commit", work / f"floor-{number}.db", N),
        "send": measure("floor", "send", sink.port, user, secret, ca, N, LETTER),
    }
    return {step: rate(m) for step, m in done.items()}


def measure_backlog(folder, sink):
    """N mails that were there before: seconds, and what the programs took."""
    addresses = [applicant(i).address for i in range(N)]
    pids = tools.programs(folder)
    before = {name: tools.cpu_sec(pid) for name, pid in pids.items()}
    watch = Watch(pids)
    since = (box.clock_now(folder) - timedelta(days=1)).date()
    start = time.monotonic()
    sink.accepted.clear()
    tools.loketctl(folder, "intake", "backfill", "--since", since)
    end = sink.wait(addresses, 60 + N / 2)
    watch.done.set()
    return {
        "seconds": end - start,
        "first_answer": min(sink.accepted[a][0] for a in addresses) - start,
        "programs": {
            name: {
                "rss_mb": tools.memory_kb(pid, "VmRSS") / 1024,
                "peak_mb": tools.memory_kb(pid, "VmHWM") / 1024,
                "child_peak_mb": watch.most.get(name, 0) / 1024,
                "cpu_sec": tools.cpu_sec(pid) - before[name],
            }
            for name, pid in pids.items()
        },
    }


def measure_single(work, folder, sink):
    """One mail at a time: seconds from LMTP's 250 to the relay's."""
    delays = []
    for i in range(N, N + SINGLE):
        raw = (work / "mails" / f"{i:05}.eml").read_bytes()
        delivered = tools.deliver(folder, [(OFFICE.address, raw)])
        address = applicant(i).address
        delays.append(sink.wait([address], 30) - delivered)
        time.sleep(0.05 + (i % 7) * 0.06)  # not in step with the server's
    return delays


def check(folder, count):
    """The figures count only if every answer was the right one."""
    cases = client.ask(folder, "status")["cases"]
    if {state: n for state, n in cases.items() if n} != {"received": count}:
        raise BenchError(f"not all cases are received: {cases}")
    tools.loketctl(folder, "fsck")


def one_run(work, folder, mails, sink, number):
    """Loket stands still when this begins and runs when it ends."""
    forget(folder)
    tools.deliver(folder, applications.batch(mails))
    floor = measure_floor(work, folder, mails, sink, number)
    tools.office("start", folder, "loket")
    tools.import_registry(folder, work / "registry")
    backlog = measure_backlog(folder, sink)
    check(folder, N)
    return {"floor_per_sec": floor, **backlog}


def run(work, runs):
    folder, found = work / "office", []
    make_registry(work)
    mails = applications.some(work, work / "backlog", range(N))
    sink = Sink(work)
    try:
        tools.office("up", folder, "--owner", os.getpid(), "--pki", work / "pki",
                     "--config", f"relay.port={sink.port}")  # fmt: skip
        for number in range(runs):
            tools.office("stop", folder, "loket")
            found.append(one_run(work, folder, mails, sink, number))
        say("single mails")
        delays = measure_single(work, folder, sink)
        check(folder, APPLICANTS)
    finally:
        sink.close()
        if (folder / "lab.json").exists():
            tools.office("down", folder)
    return summary(found, delays)


# ---- the outcome -------------------------------------------------------------------


def summary(found, delays):
    steps = found[0]["floor_per_sec"]
    for r in found:
        r["mails_per_sec"] = N / r["seconds"]
        r["floor"] = 1 / sum(1 / f for f in r["floor_per_sec"].values())
    floor = {step: statistics.median(r["floor_per_sec"][step] for r in found)
             for step in steps}  # fmt: skip
    floor["all, one after the other"] = statistics.median(r["floor"] for r in found)
    return {
        "mails": N,
        "mails_per_sec": statistics.median(r["mails_per_sec"] for r in found),
        "floor_per_sec": floor,
        "ratio_to_floor": statistics.median(
            r["mails_per_sec"] / r["floor"] for r in found),
        "delay_sec": {
            "median": statistics.median(delays),
            "min": min(delays),
            "max": max(delays),
            "all": delays,
        },
        "programs": found[-1]["programs"],
        "runs": found,
    }  # fmt: skip


def show(r):
    print(f"{r['mails']} applications that were waiting\n")
    tools.table("mail", [("floor: " + n, f) for n, f in r["floor_per_sec"].items()],
                ("Loket, mailbox to accepted answer", r["mails_per_sec"]))  # fmt: skip
    d = r["delay_sec"]
    print(f"delivery to accepted answer, single mails (n={len(d['all'])}): "
          f"median {d['median'] * 1000:.0f} ms, "
          f"{d['min'] * 1000:.0f} to {d['max'] * 1000:.0f}; Dovecot itself "
          "tells a waiting client after 500 ms\n")  # fmt: skip
    print(f"{'program':18}{'RSS MB':>8}{'peak':>8}{'child peak':>12}{'CPU s':>8}")
    for name, p in r["programs"].items():
        print(f"{name:18}{p['rss_mb']:8.1f}{p['peak_mb']:8.1f}"
              f"{p['child_peak_mb']:12.1f}{p['cpu_sec']:8.2f}")  # fmt: skip
    print()
