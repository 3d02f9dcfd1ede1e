#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast is the window?  `make bench` runs this.

BENCH_N applications (500 unless said; about 60 KB each: a one-page letter
with letterhead as PDF, and a CSR; DKIM-signed, each by another applicant)
wait in the office's mailbox before Loket first starts.  `loketctl intake
backfill` takes them in; the clock stops when the relay, a sink that forgets
everything, has accepted the last answer.  Then BENCH_SINGLE mails (20) come
one by one.

Beside it stands the floor of the same run: fetch, MIME, PDF text, commit and
send, each alone over the same mails (tests/bench/floor.c), and their sum, one
after the other.

Last, BENCH_ORDERS certificates (200) are revoked and issued anew through a
loket-ca of its own, three times, beside two bare loops of the same calls of
OpenSSL without journal and socket (tests/bench/orders.c); medians count.

Prints a table and writes bench.json into the build folder (LOKET_BUILD).
"""

import json
import multiprocessing
import os
import pwd
import shutil
import smtplib
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import timedelta
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
LAB = HERE.parent / "lab"
sys.path.insert(0, str(LAB))

import box  # noqa: E402
import client  # noqa: E402
import mails  # noqa: E402
import pki  # noqa: E402
from people import CITY, PEOPLE, applicant  # noqa: E402

N = int(os.environ.get("BENCH_N", "500"))
SINGLE = int(os.environ.get("BENCH_SINGLE", "20"))
ORDERS = int(os.environ.get("BENCH_ORDERS", "200"))
ORDER_RUNS = 3
BUILD = box.build_dir()
LETTERHEAD = 41000  # bytes of the picture: about 60 KB of mail
LETTER = 2500  # bytes of an answer, for the floor of sending
ORDER = ("loketd", "engine", "imap", "out", "mail-parser", "document-parser",
         "ca")  # fmt: skip


class BenchError(Exception):
    """A sentence for whoever started it."""


# ---- people and their mails ----------------------------------------------------


def make_one(job):
    """Mail, letter and registry entry of one applicant."""
    work, i = job
    who, now = applicant(i), box.clock_now(work)
    letter = mails.statement(who, now, logo_bytes=LETTERHEAD, seed=i)
    raw = mails.application(who, now, [letter, mails.csr(who)])
    raw = client.sign_dkim(work, who, raw)
    (work / "mails" / f"{i:05}.eml").write_bytes(raw)
    (work / "mails" / f"{i:05}.pdf").write_bytes(letter.data)
    make_entry(work, i, who)
    return len(raw)


def make_entry(work, i, who):
    """The old certificate and its sidecar, for `registry import`."""
    stem = work / "registry" / f"{i:05}"
    pki.openssl(
        "req", "-x509", "-key", work / "pki" / "issuer.key", "-days", "365",
        "-utf8", "-subj", f"/C=ID/O={who.agency}/CN={who.name}",
        "-set_serial", str(100000 + i), "-out", f"{stem}.pem",
        "-addext", f"subjectAltName=email:{who.address}",
    )  # fmt: skip
    stem.with_suffix(".person").write_text(
        f'name = "{who.name}";\nnip = "{who.nip}";\nnik = "{who.nik}";\n'
        f'agency = "{who.agency}";\naddresses = ["{who.address}"];\n'
    )


def make_all(work):
    for name in ("mails", "registry"):
        (work / name).mkdir()
    pki.make(work / "pki")
    with multiprocessing.Pool(2) as pool:
        sizes = pool.map(make_one, [(work, i) for i in range(N + SINGLE)], 10)
    hand_over(work / "pki")
    hand_over(work / "registry")
    # The floor reads the first N.
    for i in range(N, N + SINGLE):
        (work / "mails" / f"{i:05}.eml").rename(work / f"{i:05}.eml")
        (work / "mails" / f"{i:05}.pdf").unlink()
    return statistics.mean(sizes)


def hand_over(folder):
    """Started by root, the office runs as nobody and must read this."""
    if os.getuid() == 0:
        nobody = pwd.getpwnam("nobody")
        for path in folder.iterdir():
            os.chown(path, nobody.pw_uid, nobody.pw_gid)


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


def deliver(folder, raws):
    """LMTP, the bytes as they are, one connection."""
    port = box.load(folder)["ports"]["lmtp"]
    to = PEOPLE["office"].address
    with smtplib.LMTP("127.0.0.1", port, local_hostname="mx.lab") as lmtp:
        lmtp.ehlo_or_helo_if_needed()
        for raw in raws:
            for code, text in (lmtp.mail(f"bench@{CITY}"), lmtp.rcpt(to),
                               lmtp.data(raw)):  # fmt: skip
                if code >= 400:
                    raise BenchError(f"not delivered: {code} {text.decode()}")
    return time.monotonic()


def forget(folder):
    """An empty data folder: Loket starts for the first time once more."""
    for path in (folder / "data").iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def import_registry(work, folder):
    files = sorted((work / "registry").glob("*.pem"))
    for i in range(0, len(files), 50):
        loketctl(folder, "registry", "import", *files[i : i + 50])


# ---- what the programs cost ------------------------------------------------------


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
                                          memory_kb(child, "VmHWM"))  # fmt: skip


def children(pid):
    try:
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []


def programs(folder):
    pids = box.ask(folder, do="status")["pids"]
    return {name: pids[name] for name in ORDER if name in pids}


# ---- the floor -----------------------------------------------------------------


def floor(step, *args):
    done = subprocess.run(
        [BUILD / "tests" / "bench" / "floor", step, *map(str, args)],
        capture_output=True, text=True, check=False, timeout=120,
        env={"PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    if done.returncode != 0:
        raise BenchError(done.stderr.strip())
    return json.loads(done.stdout)


def measure_floor(work, folder, sink):
    state = box.load(folder)
    secret = work / "password"
    secret.write_text(state["passwords"][PEOPLE["office"].local])
    secret.chmod(0o600)
    ca, user = work / "pki" / "ca.pem", PEOPLE["office"].local
    return {
        "fetch": floor("fetch", state["ports"]["imaps"], user, secret, ca, N),
        "mime": floor("mime", work / "mails"),
        "pdf": floor("pdf", work / "mails"),
        "commit": floor("commit", work / "floor.db", N),
        "send": floor("send", sink.port, user, secret, ca, N, LETTER),
    }


# ---- orders through loket-ca ------------------------------------------------------


def as_ordinary_user():
    """loket-ca refuses root."""
    if os.getuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def orders(step, *args):
    done = subprocess.run(
        [BUILD / "tests" / "bench" / "orders", step, *map(str, args)],
        capture_output=True, text=True, check=False, timeout=600,
        env={"PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    if done.returncode != 0:
        raise BenchError(done.stderr.strip())
    result = json.loads(done.stdout)
    return result["count"] / result["sec"]


def make_authority(loket_ca, place):
    """A new CA below `place`: its folder and its passphrase's file."""
    secret, folder = place / "passphrase", place / "ca"
    secret.write_text("kata sandi laboratorium\n")
    secret.chmod(0o400)
    hand_over(place)
    done = subprocess.run(
        [loket_ca, "init", "--dir", folder, "--passphrase-file", secret,
         "--name", "CN=CA Tolok Ukur,C=ID"],
        capture_output=True, text=True, check=False, cwd="/", **as_ordinary_user(),
    )  # fmt: skip
    if done.returncode != 0:
        raise BenchError(done.stderr.strip())
    # The bare loops run as whoever started the benchmark.
    os.chown(secret, os.getuid(), os.getgid())
    return folder, secret


def drive(loket_ca, place, folder, secret):
    """Pairs a second through the service."""
    path = place / "socket"
    hand_over(place)
    with subprocess.Popen(
        [loket_ca, "--socket", path, "--dir", folder, "--passphrase-file", secret,
         "--daily-cap", "100000", "--engine-user", pwd.getpwuid(os.getuid()).pw_name],
        stderr=subprocess.DEVNULL, cwd="/", **as_ordinary_user(),
    ) as service:  # fmt: skip
        try:
            client.wait_for(path.exists, 10, "loket-ca")
            return orders("drive", path, ORDERS)
        finally:
            service.terminate()


def measure_orders(work, loket_ca):
    """Each run with a CA of its own, whose list of revocations is empty."""
    rates = {"issue": [], "pair": [], "drive": []}
    for number in range(ORDER_RUNS):
        place = work / f"orders-{number}"
        place.mkdir()
        if os.getuid() == 0:
            os.chown(place, 65534, 65534)
        folder, secret = make_authority(loket_ca, place)
        for step in ("issue", "pair"):
            rates[step].append(orders(step, folder, secret, ORDERS))
        rates["drive"].append(drive(loket_ca, place, folder, secret))
    median = {step: statistics.median(r) for step, r in rates.items()}
    return {
        "pairs": ORDERS,
        "runs": rates,
        "pairs_per_sec": median["drive"],
        "orders_per_sec": 2 * median["drive"],
        "bare_issue_per_sec": median["issue"],
        "bare_pair_per_sec": median["pair"],
        "ratio_to_bare_issue": median["drive"] / median["issue"],
        "ratio_to_bare_pair": median["drive"] / median["pair"],
    }


# ---- the run -------------------------------------------------------------------


def measure_backlog(work, folder, sink):
    """N mails that were there before: seconds, and what the programs took."""
    addresses = [applicant(i).address for i in range(N)]
    pids = programs(folder)
    before = {name: cpu_sec(pid) for name, pid in pids.items()}
    watch = Watch(pids)
    since = (box.clock_now(folder) - timedelta(days=1)).date()
    start = time.monotonic()
    loketctl(folder, "intake", "backfill", "--since", since)
    end = sink.wait(addresses, 60 + N / 2)
    watch.done.set()
    return {
        "seconds": end - start,
        "first_answer": min(sink.accepted[a][0] for a in addresses) - start,
        "programs": {
            name: {
                "rss_mb": memory_kb(pid, "VmRSS") / 1024,
                "peak_mb": memory_kb(pid, "VmHWM") / 1024,
                "child_peak_mb": watch.most.get(name, 0) / 1024,
                "cpu_sec": cpu_sec(pid) - before[name],
            }
            for name, pid in pids.items()
        },
    }


def measure_single(work, folder, sink):
    """One mail at a time: seconds from LMTP's 250 to the relay's."""
    delays = []
    for i in range(N, N + SINGLE):
        delivered = deliver(folder, [(work / f"{i:05}.eml").read_bytes()])
        address = applicant(i).address
        delays.append(sink.wait([address], 30) - delivered)
        time.sleep(0.05 + (i % 7) * 0.06)  # not in step with the server's
    return delays


def check(folder):
    """The figures count only if every answer was the right one."""
    rows = client.cases(folder)
    states = {}
    for row in rows:
        states[row["state"]] = states.get(row["state"], 0) + 1
    if states != {"received": N + SINGLE}:
        raise BenchError(f"not all cases are received: {states}")
    loketctl(folder, "fsck")


def run(work):
    print(f"bench: making {N + SINGLE} applications", file=sys.stderr)
    size = make_all(work)
    sink = Sink(work)
    folder = work / "office"
    try:
        office("up", folder, "--owner", os.getpid(), "--pki", work / "pki",
               "--config", f"relay.port={sink.port}")  # fmt: skip
        office("stop", folder, "loket")
        forget(folder)
        deliver(folder, [p.read_bytes()
                         for p in sorted((work / "mails").glob("*.eml"))])  # fmt: skip
        print("bench: the floor", file=sys.stderr)
        steps = measure_floor(work, folder, sink)
        office("start", folder, "loket")
        import_registry(work, folder)
        print("bench: the backlog", file=sys.stderr)
        backlog = measure_backlog(work, folder, sink)
        print("bench: single mails", file=sys.stderr)
        delays = measure_single(work, folder, sink)
        check(folder)
        print("bench: orders", file=sys.stderr)
        office("stop", folder, "loket")
        signing = measure_orders(work, Path(box.load(folder)["app"]) / "loket-ca")
    finally:
        sink.close()
        if (folder / "lab.json").exists():
            office("down", folder)
    return {**summary(size, steps, backlog, delays), "orders": signing}


def summary(size, steps, backlog, delays):
    rates = {name: s["count"] / s["sec"] for name, s in steps.items()}
    total = 1 / sum(1 / r for r in rates.values())
    rate = N / backlog["seconds"]
    return {
        "mails": N,
        "mail_bytes": round(size),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "mails_per_sec": rate,
        "seconds": backlog["seconds"],
        "first_answer_sec": backlog["first_answer"],
        "floor_per_sec": {**rates, "all, one after the other": total},
        "ratio_to_floor": rate / total,
        "delay_sec": {
            "median": statistics.median(delays),
            "min": min(delays),
            "max": max(delays),
            "all": delays,
        },
        "programs": backlog["programs"],
    }


def show(r):
    print(f"\n{r['mails']} applications of {r['mail_bytes']} bytes, "
          f"{r['cores']} cores, load {r['load']:.1f}\n")  # fmt: skip
    print(f"{'':34}{'mails/s':>10}{'ms/mail':>10}{'Loket / it':>12}")
    rate = r["mails_per_sec"]
    for name, floor_rate in r["floor_per_sec"].items():
        print(f"{'floor: ' + name:34}{floor_rate:10.0f}"
              f"{1000 / floor_rate:10.2f}{rate / floor_rate:12.2f}")  # fmt: skip
    print(f"{'Loket, mailbox to accepted answer':34}{rate:10.1f}"
          f"{1000 / rate:10.2f}{1:12.2f}")  # fmt: skip
    d = r["delay_sec"]
    print(f"\ndelivery to accepted answer, single mails (n={len(d['all'])}): "
          f"median {d['median'] * 1000:.0f} ms, "
          f"{d['min'] * 1000:.0f} to {d['max'] * 1000:.0f}; Dovecot itself "
          "tells a waiting client after 500 ms\n")  # fmt: skip
    show_orders(r["orders"])
    print(f"{'program':18}{'RSS MB':>8}{'peak':>8}{'child peak':>12}{'CPU s':>8}")
    for name, p in r["programs"].items():
        print(f"{name:18}{p['rss_mb']:8.1f}{p['peak_mb']:8.1f}"
              f"{p['child_peak_mb']:12.1f}{p['cpu_sec']:8.2f}")  # fmt: skip


def show_orders(o):
    print(f"{o['pairs']} certificates revoked and issued anew, "
          f"median of {ORDER_RUNS} runs\n")  # fmt: skip
    print(f"{'':34}{'pairs/s':>10}{'ms/pair':>10}{'Loket / it':>12}")
    rate = o["pairs_per_sec"]
    for name, other in (("bare: check + issue", o["bare_issue_per_sec"]),
                        ("bare: revoke + check + issue", o["bare_pair_per_sec"]),
                        (f"loket-ca, {2 * rate:.0f} orders/s", rate)):  # fmt: skip
        print(f"{name:34}{other:10.0f}{1000 / other:10.2f}{rate / other:12.2f}")
    print()


def main():
    work = Path(tempfile.mkdtemp(prefix="loket-bench-"))
    work.chmod(0o755)
    keep = "BENCH_KEEP" in os.environ
    try:
        result = run(work)
    except (BenchError, box.LabError) as e:
        keep = True
        print(f"bench: {e}\nbench: what is left is in {work}", file=sys.stderr)
        return 1
    finally:
        if not keep:
            shutil.rmtree(work)
    (BUILD / "bench.json").write_text(json.dumps(result, indent=1) + "\n")
    show(result)
    print(f"\nalso in {BUILD}/bench.json")
    return 0


if __name__ == "__main__":
    sys.exit(main())
