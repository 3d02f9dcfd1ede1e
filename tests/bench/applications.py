# SPDX-License-Identifier: GPL-3.0-or-later
"""The mails that the benchmark sends: applications of about 60 KB each, a
one-page letter with letterhead as PDF and a CSR, DKIM-signed, each by another
applicant."""

import multiprocessing
import statistics

import tools

import box  # isort: skip
import client  # isort: skip
import mails  # isort: skip
import pki  # isort: skip
from people import applicant  # isort: skip

LETTERHEAD = 41000  # bytes of the picture


def make(work, count):
    """WORK/mails and WORK/pki; the mails' mean size."""
    (work / "mails").mkdir()
    pki.make(work / "pki")
    with multiprocessing.Pool(2) as pool:
        sizes = pool.map(make_one, [(work, i) for i in range(count)], 10)
    tools.hand_over(work / "pki")
    return statistics.mean(sizes)


def make_one(job):
    """Mail and letter of one applicant."""
    work, i = job
    who, now = applicant(i), box.clock_now(work)
    letter = mails.statement(who, now, logo_bytes=LETTERHEAD, seed=i)
    raw = mails.application(who, now, [letter, mails.csr(who)])
    raw = client.sign_dkim(work, who, raw)
    (work / "mails" / f"{i:05}.eml").write_bytes(raw)
    (work / "mails" / f"{i:05}.pdf").write_bytes(letter.data)
    return len(raw)


def some(work, place, numbers):
    """A folder `place` with these of them."""
    place.mkdir()
    for i in numbers:
        for kind in ("eml", "pdf"):
            name = f"{i:05}.{kind}"
            (place / name).hardlink_to(work / "mails" / name)
    return place


def batch(folder):
    """What tools.deliver() takes: every mail of a folder, to the office."""
    return [(tools.OFFICE.address, p.read_bytes())
            for p in sorted(folder.glob("*.eml"))]  # fmt: skip
