# SPDX-License-Identifier: GPL-3.0-or-later
"""Full cases a second: application, decision, revocation, issuance, letters.

An office with its own CA, which made every old certificate; letters leave
through Exim and land in Dovecot's mailboxes.  BENCH_CASES applicants (200)
apply; the clock runs until the relay has accepted the last letter.  Then a
verifier answers all questions with SETUJU; again the clock runs until the
last letter, by which time the old certificates are revoked and the new ones
sent.  While mails are put into the mailbox the imap worker is held, so that
the clock starts with all of them there.  What people do in between (reading,
writing, signing) takes nobody's time but theirs and is not counted.

The floor of the same run: each unavoidable step of such a case alone, one
after the other (tests/bench/floor.c, orders.c), through the same servers.
"""

import contextlib
import multiprocessing
import os
import re
import signal
import statistics
import threading
import time
from email import message_from_bytes, policy
from email.utils import parseaddr

import applications
import signing
import tools
from tools import OFFICE, BenchError, measure

import box  # isort: skip
import client  # isort: skip
import mails  # isort: skip
import orders  # isort: skip
import pki  # isort: skip
from people import CITY, PEOPLE, applicant  # isort: skip

CASES = int(os.environ.get("BENCH_CASES", "200"))
SITI = PEOPLE["siti"]
COMMITS = 4  # a case cannot do with fewer: application, decision, two orders


# ---- the relay, as its log has it -------------------------------------------------


class Relay(threading.Thread):
    """Reads Exim's log as it grows: (when seen, size) of each letter that it
    accepted from the office, and how many it is done with."""

    def __init__(self, folder):
        super().__init__(daemon=True)
        self.log = open(folder / "log" / "exim-mainlog")
        self.accepted, self.bounced, self.done = [], 0, 0
        self.ended = threading.Event()
        self.start()

    def run(self):
        with self.log:
            rest = ""
            while not self.ended.wait(0.005):
                *lines, rest = (rest + self.log.read()).split("\n")
                for line in lines:
                    self.take(line, time.monotonic())

    def take(self, line, now):
        if f" <= loket@{CITY} " in line:
            size = re.search(r" S=(\d+)", line)
            self.accepted.append((now, int(size.group(1))))
        elif " <= " in line:
            self.bounced += 1
        elif line.endswith(" Completed"):
            self.done += 1

    def wait_delivered(self):
        """Until everything accepted lies in a mailbox."""
        client.wait_for(lambda: self.done >= len(self.accepted), 60,
                        "the relay to deliver")  # fmt: skip
        if self.bounced:
            raise BenchError(f"the relay bounced {self.bounced} letters")

    def close(self):
        self.ended.set()
        self.join()


# ---- people --------------------------------------------------------------------------


def make_keys(work):
    """A key for each old certificate; the CA takes none twice."""
    (work / "spki").mkdir()
    with multiprocessing.Pool(2) as pool:
        pool.map(make_key, [(work, i) for i in range(CASES)], 10)


def make_key(job):
    work, i = job
    key = work / "spki" / f"{i:05}.key"
    key.write_bytes(pki.openssl(
        "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"))
    (work / "spki" / f"{i:05}").write_bytes(pki.spki(key))


def enroll(work, folder):
    """Everybody gets a mailbox, an old certificate and a registry entry."""
    with open(folder / "mail" / "logins", "a") as logins:
        for local in ["floor", *(applicant(i).local for i in range(CASES))]:
            logins.write(f"{local}:{{PLAIN}}lab::::::\n")
    certificates = folder / "enrolled"
    certificates.mkdir()
    with orders.CA(folder) as ca:
        for i in range(CASES):
            who, path = applicant(i), certificates / f"{i:05}.pem"
            der = ca.issue(f"LAB-2026-{1000 + i:06}", who,
                           (work / "spki" / f"{i:05}").read_bytes())  # fmt: skip
            path.write_text(orders.pem(der))
            tools.write_sidecar(path, who)
    tools.hand_over(certificates)
    tools.import_registry(folder, certificates)


def questions(folder):
    """The letters that ask for a decision, one for each case."""
    with client.mailbox(folder, SITI) as imap:
        imap.select("INBOX", readonly=True)
        _, data = imap.fetch("1:*", "(BODY.PEEK[])")
    raws = [part[1] for part in data if isinstance(part, tuple)]
    raws = [raw for raw in raws if client.TOKEN.search(raw.decode("latin-1"))]
    if len(raws) != CASES:
        raise BenchError(f"{len(raws)} questions for {CASES} cases")
    return raws


def answer(job):
    """SETUJU, as a mail program answers, signed by the verifier's domain."""
    work, raw = job
    letter = message_from_bytes(raw, policy=policy.SMTP)
    now = box.clock_now(work)
    raw = client.sign_dkim(work, SITI, mails.answer(SITI, letter, "SETUJU", now=now))
    to = message_from_bytes(raw, policy=policy.SMTP)["To"]
    return parseaddr(str(to))[1], raw


def answers(work, folder):
    with multiprocessing.Pool(2) as pool:
        return pool.map(answer, [(work, q) for q in questions(folder)], 10)


# ---- the clock ----------------------------------------------------------------------


@contextlib.contextmanager
def held(folder):
    """The imap worker sees nothing in this body, and all at its end."""
    pid = box.ask(folder, do="status")["pids"]["imap"]
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def standing(folder):
    """So many cases in this state, and so many letters not yet accepted."""
    now = client.ask(folder, "status")
    return now["cases"], now["letters"], now["orders"]


def wait_for(folder, state):
    def look():
        cases, letters, _ = standing(folder)
        if letters["failed"]:
            raise BenchError(f"{letters['failed']} letters failed")
        time.sleep(0.2)
        return cases[state] == CASES and letters["queued"] == 0

    client.wait_for(look, 30 + CASES / 4, f"{CASES} cases to be {state}")


def go(folder, relay, state, batch):
    """From the mails in the mailbox to the last letter: seconds, and the
    floor of fetching them."""
    with held(folder):
        tools.deliver(folder, batch)
        fetch = floor_fetch(folder)
        before, start = len(relay.accepted), time.monotonic()
    wait_for(folder, state)
    time.sleep(0.1)  # until the log is read to its end
    relay.wait_delivered()
    end = max(when for when, _ in relay.accepted[before:])
    return end - start, fetch


# ---- the floor -----------------------------------------------------------------------


def floor_fetch(folder):
    ports, secret = box.load(folder)["ports"], tools.password_file(folder, folder)
    return measure("floor", "fetch", ports["imaps"], OFFICE.local, secret,
                   folder / "pki" / "ca.pem", CASES)["sec"]  # fmt: skip


def floor_send(folder, relay, letters):
    """As many letters as the cases took, of their mean size; Exim takes a
    thousand of one client."""
    ports, secret = box.load(folder)["ports"], tools.password_file(folder, folder)
    size = round(statistics.mean(s for _, s in relay.accepted))
    sec = 0
    while letters > 0:
        some = min(letters, 900)
        sec += measure("floor", "send", ports["smtps"], OFFICE.address, secret,
                       folder / "pki" / "ca.pem", some, size)["sec"]  # fmt: skip
        letters -= some
    relay.wait_delivered()
    return sec


def floor_pairs(work, number):
    """Revoke, check and issue, without Loket."""
    place = work / f"cases-{number}-ca"
    folder, secret = signing.make_authority(signing.program(work), place)
    return CASES / signing.bare("pair", folder, secret, CASES)


def floor_rest(papers):
    """Steps that need no server."""
    return {
        "mime": measure("floor", "mime", papers)["sec"],
        "pdf": measure("floor", "pdf", papers)["sec"],
        "commit": measure("floor", "commit", papers / "floor.db",
                          COMMITS * CASES)["sec"],
    }  # fmt: skip


# ---- one run -------------------------------------------------------------------------


def check(folder):
    """The figures count only if every case has come to its end."""
    cases, letters, orders_ = standing(folder)
    if cases["completed"] != CASES or orders_["done"] != 2 * CASES:
        raise BenchError(f"not all cases are completed: {cases}, {orders_}")
    tools.loketctl(folder, "fsck")
    return letters["accepted"]


def measure_cases(work, folder, papers, relay):
    """From the first mail to the last letter; then the servers' floor."""
    enroll(work, folder)
    client.wait_for(lambda: client.ask(folder, "status")["ca"].startswith("ready"),
                    20, "loket-ca to be ready")  # fmt: skip
    pids = tools.programs(folder)
    before = {name: tools.cpu_sec(pid) for name, pid in pids.items()}
    others = standing(folder)[1]["accepted"]
    asked, fetch = go(folder, relay, "received", applications.batch(papers))
    written = answers(work, folder)
    decided, again = go(folder, relay, "completed", written)
    cpu = {name: tools.cpu_sec(pid) - before[name] for name, pid in pids.items()}
    letters = check(folder) - others
    for i, (_, raw) in enumerate(written):
        (papers / f"answer-{i:05}.eml").write_bytes(raw)
    tools.office("stop", folder, "loket")
    floor = {"fetch": fetch + again, "send": floor_send(folder, relay, letters)}
    return {"asked_sec": asked, "decided_sec": decided, "sec": asked + decided,
            "letters": letters / CASES, "cpu_sec": cpu, "floor_sec": floor}  # fmt: skip


def one_run(work, number):
    folder = work / f"cases-{number}"
    papers = applications.some(work, work / f"papers-{number}", range(CASES))
    tools.office("up", folder, "--owner", os.getpid(), "--pki", work / "pki")
    relay = Relay(folder)
    try:
        done = measure_cases(work, folder, papers, relay)
    finally:
        relay.close()
        tools.office("down", folder)
    floor = done["floor_sec"]
    floor.update(floor_rest(papers))
    floor["revoke + check + issue"] = floor_pairs(work, number)
    done["floor_total_sec"] = sum(floor.values())
    return done


def run(work, runs):
    """Each run in an office of its own."""
    make_keys(work)
    found = [one_run(work, number) for number in range(runs)]

    def per_sec(value):
        return CASES / statistics.median(value(r) for r in found)

    floor = {step: per_sec(lambda r: r["floor_sec"][step])  # noqa: B023
             for step in found[0]["floor_sec"]}  # fmt: skip
    floor["all, one after the other"] = per_sec(lambda r: r["floor_total_sec"])
    return {
        "cases": CASES,
        "letters_per_case": statistics.median(r["letters"] for r in found),
        "cases_per_sec": per_sec(lambda r: r["sec"]),
        "asked_per_sec": per_sec(lambda r: r["asked_sec"]),
        "decided_per_sec": per_sec(lambda r: r["decided_sec"]),
        "floor_per_sec": floor,
        "ratio_to_floor": statistics.median(
            r["floor_total_sec"] / r["sec"] for r in found),
        "cpu_ms_per_case": {
            name: 1000 / CASES * statistics.median(r["cpu_sec"][name] for r in found)
            for name in found[0]["cpu_sec"]},
        "runs": found,
    }  # fmt: skip


def show(r):
    print(f"{r['cases']} full cases, {r['letters_per_case']:.0f} letters each, "
          "own CA, Dovecot and Exim; what people do is not counted\n")  # fmt: skip
    tools.table("case",
                [("floor: " + n, f) for n, f in r["floor_per_sec"].items()],
                ("Loket, mail to certificate", r["cases_per_sec"]))  # fmt: skip
    print(f"application to questions {1000 / r['asked_per_sec']:.1f} ms/case, "
          f"SETUJU to certificate {1000 / r['decided_per_sec']:.1f} ms/case; "
          "CPU ms/case: "
          + ", ".join(f"{n} {ms:.1f}" for n, ms in r["cpu_ms_per_case"].items())
          + "\n")  # fmt: skip
