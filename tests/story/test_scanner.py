# SPDX-License-Identifier: GPL-3.0-or-later
"""A virus scanner, where the office runs one: a real clamd with a signature of
our own.  What it finds is held, what it could not look at is said to be so,
and without it nothing pretends to have scanned."""

import shutil
import tempfile
from pathlib import Path

import client
import mails
import pytest
import scanner as clamav
from client import flat
from mails import Attachment
from people import person

BUDI = person("budi")
WATI = person("wati")


@pytest.fixture
def scanner():
    folder = Path(tempfile.mkdtemp(prefix="clamd-"))
    folder.chmod(0o755)
    found = clamav.Scanner(folder)
    if found.missing():
        pytest.skip(found.missing())
    yield found
    found.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def office(make_office, scanner):
    return make_office(config=[f"documents.clamd={scanner.socket}"])


def infected(who, now):
    good = mails.statement(who, now)
    return Attachment(good.name, good.kind, good.data + b"% " + clamav.EVIL + b"\n")


def summary(office):
    def look():
        return [m for m in office.letters("siti") if "Ringkasan" in str(m["Subject"])]

    return flat(client.wait_for(look, 20, "the daily summary")[-1])


def test_what_it_finds_is_held(office, scanner):
    scanner.start()
    office.apply("budi", [infected(BUDI, office.now()), mails.csr(BUDI)])
    (row,) = office.await_mail(1, "quarantine")
    assert row["reason"] == "malware"
    assert office.cases() == []
    (letter,) = office.await_letters("budi")
    assert "Ditahan oleh Pemindai Virus" in str(letter["Subject"])
    assert clamav.SIGNATURE in flat(letter)
    # Once a day; and a stranger gets silence.
    office.apply("budi", [infected(BUDI, office.now())])
    raw = mails.application(WATI, office.now(), [infected(WATI, office.now())])
    office.send("wati", raw, "none")
    office.await_mail(3, "quarantine")
    # An officer's own is held as well, and his answer counts for nothing.
    office.apply("budi")
    office.await_case("received")
    office.await_question("siti", office.cases()[0]["number"])
    office.answer("siti", "SETUJU", [infected(BUDI, office.now())])
    office.await_mail(4, "quarantine")
    office.await_quiet()
    assert office.cases()[0]["state"] == "received"
    sent = [(r["letter"], r["to"]) for r in office.ctl("outbox", "list")]
    assert sorted(to for kind, to in sent if kind == "infected") == [
        BUDI.address, person("siti").address]  # fmt: skip
    assert office.ctl("status")["virus_scanner"] == "ready"
    office.clock("+1d")
    said = summary(office)
    assert f"clamd calls it {clamav.SIGNATURE}" in said
    assert "Jangan dibuka" in said


def test_what_is_clean_goes_on_and_nobody_boasts(office, scanner):
    scanner.start()
    office.apply("budi")
    office.await_case("received")
    question = office.await_question("siti", office.case_of(BUDI))
    assert "virus" not in flat(question)
    (case,) = office.cases()
    assert all("unscanned" not in d["notes"] for d in office.show(case["number"])["documents"])


def test_while_it_is_away_mail_waits_and_then_goes_on(office, scanner):
    # It is down when the first mail comes, and comes up in time.
    office.apply("budi")
    client.wait_for(lambda: office.ctl("status")["virus_scanner"] == "away",
                    20, "the engine to miss it")  # fmt: skip
    assert office.cases() == []
    scanner.start()
    office.clock("+31s")
    office.await_case("received")
    assert "virus" not in flat(office.await_question("siti", office.case_of(BUDI)))
    # It goes down for good: a quarter of an hour, then on without it.
    scanner.stop()
    office.apply("wati")
    client.wait_for(lambda: office.ctl("status")["virus_scanner"] == "away",
                    20, "the engine to miss it")  # fmt: skip
    office.clock("+5m")
    assert len(office.cases()) == 1
    office.clock("+11m")
    case = office.case_of(WATI)
    question = flat(office.await_question("siti", case))
    assert "belum diperiksa oleh pemindai virus" in question
    papers = office.show(case)["documents"]
    assert papers and all("unscanned" in d["notes"].split() for d in papers)
    # Who comes now does not wait again; and text alone never did.
    late = office.new_applicant()
    office.apply(late)
    office.case_of(late)
    office.clock("+1d")
    assert "Periksa layanan clamav-daemon" in summary(office)


def test_without_one_nothing_is_said(make_office):
    office = make_office()
    assert office.ctl("status")["virus_scanner"] == "not used"
    office.apply("budi")
    question = flat(office.await_question("siti", office.case_of(BUDI)))
    assert "virus" not in question and "dipindai" not in question
    sheet = client.loketctl(office.dir, "case", "sheet", office.cases()[0]["number"])
    assert b"virus" not in sheet.stdout.lower()
