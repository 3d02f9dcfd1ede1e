# SPDX-License-Identifier: GPL-3.0-or-later
"""What the parts of the benchmark share: the office in a box and its
programs, delivering many mails at once, the C programs of tests/bench, and
tables.  Nothing here measures anything."""

import json
import os
import pwd
import smtplib
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
LAB = HERE.parent / "lab"
sys.path.insert(0, str(LAB))

import box  # noqa: E402
import client  # noqa: E402
from people import CITY, PEOPLE  # noqa: E402

BUILD = box.build_dir()
OFFICE = PEOPLE["office"]
ORDER = ("loketd", "engine", "imap", "out", "mail-parser", "document-parser",
         "ca")  # fmt: skip


class BenchError(Exception):
    """A sentence for whoever started it."""


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


# ---- the office ----------------------------------------------------------------


def office(*args):
    done = subprocess.run(
        [sys.executable, LAB / "office", *map(str, args)],
        capture_output=True, text=True, check=False,
        env={**os.environ, "LOKET_BUILD": str(BUILD)},
    )  # fmt: skip
    if done.returncode != 0:
        raise BenchError(f"office {args[0]}: {done.stdout}{done.stderr}".strip())
    return done.stdout


def loketctl(folder, *args):
    done = client.loketctl(folder, *args)
    if done.returncode != 0:
        raise BenchError(
            f"loketctl {' '.join(map(str, args[:3]))}: "
            + done.stderr.decode(errors="replace")
        )
    return done.stdout


def import_registry(folder, certificates):
    files = sorted(certificates.glob("*.pem"))
    for i in range(0, len(files), 50):
        loketctl(folder, "registry", "import", *files[i : i + 50])


def write_sidecar(certificate, who):
    """Who it belongs to, for `registry import`."""
    certificate.with_suffix(".person").write_text(
        f'name = "{who.name}";\nnip = "{who.nip}";\nnik = "{who.nik}";\n'
        f'agency = "{who.agency}";\naddresses = ["{who.address}"];\n'
    )


def deliver(folder, mails):
    """LMTP, one connection: (recipient, bytes as they are) each."""
    port = box.load(folder)["ports"]["lmtp"]
    with smtplib.LMTP("127.0.0.1", port, local_hostname="mx.lab") as lmtp:
        lmtp.ehlo_or_helo_if_needed()
        for to, raw in mails:
            for code, text in (lmtp.mail(f"bench@{CITY}"), lmtp.rcpt(to),
                               lmtp.data(raw)):  # fmt: skip
                if code >= 400:
                    raise BenchError(f"not delivered: {code} {text.decode()}")
    return time.monotonic()


def password_file(work, folder):
    """The office's own, for programs that log in as it."""
    path = work / "password"
    path.write_text(box.load(folder)["passwords"][OFFICE.local])
    path.chmod(0o600)
    return path


# ---- who owns the files -----------------------------------------------------------


def hand_over(folder):
    """Started by root, the office runs as nobody and must read this."""
    if os.getuid() == 0:
        nobody = pwd.getpwnam("nobody")
        for path in [folder, *folder.iterdir()]:
            os.chown(path, nobody.pw_uid, nobody.pw_gid)


def as_ordinary_user():
    """For subprocess: loket-ca refuses root."""
    if os.getuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


# ---- what the programs cost ------------------------------------------------------


def programs(folder):
    pids = box.ask(folder, do="status")["pids"]
    return {name: pids[name] for name in ORDER if name in pids}


def memory_kb(pid, field):
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


def cpu_sec(pid):
    """User and system time, that of ended children included."""
    fields = box.process_stat(pid)
    ticks = sum(map(int, fields[11:15])) if fields else 0
    return ticks / os.sysconf("SC_CLK_TCK")


# ---- the C programs of this folder --------------------------------------------------


def measure(program, *args):
    """What one of them reports: {"step", "count", "sec", ...}."""
    done = subprocess.run(
        [BUILD / "tests" / "bench" / program, *map(str, args)],
        capture_output=True, text=True, check=False, timeout=600,
        env={"PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    if done.returncode != 0:
        raise BenchError(done.stderr.strip())
    return json.loads(done.stdout)


def rate(measured):
    return measured["count"] / measured["sec"]


# ---- tables ------------------------------------------------------------------------


def table(unit, rows, own):
    """(name, how many a second) of others, then `own` beside each of them."""
    print(f"{'':36}{unit + 's/s':>12}{'ms/' + unit:>12}{'Loket / it':>12}")
    for name, per_sec in [*rows, own]:
        print(f"{name:36}{per_sec:12.1f}{1000 / per_sec:12.2f}"
              f"{own[1] / per_sec:12.2f}")  # fmt: skip
    print()
