# SPDX-License-Identifier: GPL-3.0-or-later
"""verifier_level = "mailbox": the token alone speaks for an officer, so what he
decides waits, and BATAL takes it back (docs/decisions/025)."""

from datetime import timedelta

import client
import mails
import pytest
from client import flat
from conftest import one_office_for_all
from people import person

CONFIG = ["workflow.verifier_level=mailbox",
          "insecure_decisions_by_mailbox="
          "whoever can read an officer's mailbox can decide in his name"]  # fmt: skip


@pytest.fixture(scope="module", params=["ca", "operator"])
def shared(keys, request):
    with one_office_for_all(keys, config=[*CONFIG, f"executor={request.param}"]) as office:
        office.executor = request.param
        yield office


@pytest.fixture
def office(shared):
    return shared


def complete(office):
    who = office.new_applicant()
    office.apply(who)
    number = office.case_of(who)
    return who, number, office.await_question("siti", number)


def decide(office, number, asked, text="SETUJU"):
    """Unsigned; the receipt that says that it waits."""
    office.answer("siti", text, letter=asked, how="none")
    return office.await_asking("siti", ["Ditahan Dahulu", number])


def holds(office, number):
    return [h["state"] for h in office.show(number)["holds"]]


def decided(office, number):
    return office.show(number)["orders"] != []


def test_it_waits_and_is_carried_out(office):
    who, number, asked = complete(office)
    receipt = flat(decide(office, number, asked))
    assert "BELUM dilaksanakan" in receipt and "SETUJU" in receipt and who.name in receipt
    assert holds(office, number) == ["open"]
    assert "an answer is held until 20" in office.show(number)["stands"]
    assert any(s.startswith(f"{number}: an answer") for s in office.ctl("status")["stand_still"])
    office.wait("55m")
    office.await_quiet()
    assert not decided(office, number)
    office.wait("6m")
    client.wait_for(lambda: decided(office, number), 40, "the decision")
    if office.executor == "operator":
        office.await_question("joko", number)
    else:
        both = flat(office.await_letter("siti", "receipt", number))
        assert "kami tahan dahulu dan baru kami laksanakan" in both  # and when it came
    assert holds(office, number) == []
    kinds = [(e["kind"], e["actor"]) for e in office.show(number)["events"]]
    assert ("held", "siti") in kinds and ("approve", "siti") in kinds


def test_batal_takes_it_back_and_asks_anew(office):
    _, number, asked = complete(office)
    receipt = decide(office, number, asked)
    office.answer("siti", "Terima kasih.", letter=receipt, how="none")
    assert "Tidak ada yang berubah" in flat(office.await_letter("siti", "answer", number))
    assert holds(office, number) == ["open"]
    office.click("siti", "BATAL", letter=receipt, how="none")
    again = office.await_question("siti", number, but=[str(asked["Message-ID"]),
                                                       str(receipt["Message-ID"])])  # fmt: skip
    assert "kami tarik kembali" in flat(again)
    office.wait("2h")
    office.await_quiet()
    assert not decided(office, number) and holds(office, number) == []
    office.answer("siti", "SETUJU", letter=asked, how="none")  # burnt
    office.answer("siti", "BATAL", letter=receipt, how="none")  # too late: no effect
    office.await_letter("siti", "answer", number, count=3)
    office.answer("siti", "TOLAK\nalasan: salah orang", letter=again)  # signed: at once
    office.await_case("rejected", number)


def test_another_word_takes_it_back(office):
    """I11: TOLAK to the question while SETUJU waits; who sent it for her (V047)
    has no say in it."""
    _, number, asked = complete(office)
    receipt = decide(office, number, asked)
    office.answer("siti", "TOLAK\nalasan: bukan saya", letter=asked, how="none",
                  fields={"Sender": person("joko").address})  # fmt: skip
    office.await_question("siti", number, but=[str(asked["Message-ID"]),
                                               str(receipt["Message-ID"])])  # fmt: skip
    assert holds(office, number) == [] and not decided(office, number)
    assert "taken-back" in [r["reason"] for r in office.ctl("quarantine", "list")]


def test_a_clock_that_jumps_shortens_nothing(office):
    """V166, I23: hands forward and back; nothing but time that ran counts."""
    _, number, asked = complete(office)
    decide(office, number, asked)
    back = (office.now() + timedelta(hours=25)).strftime("%Y-%m-%dT%H:%M")
    for hands in ("+30h", back, "+6h"):
        office.clock(hands)
        office.await_quiet()
        assert holds(office, number) == ["open"] and not decided(office, number)
    office.wait("50m")
    client.wait_for(lambda: office.show(number)["holds"][0]["waited_min"] >= 50, 30, "50 minutes")
    assert not decided(office, number)  # no sooner
    office.wait("11m")
    client.wait_for(lambda: decided(office, number), 40, "the decision")


def test_a_kill_while_it_waits_loses_nothing(office):
    _, number, asked = complete(office)
    decide(office, number, asked)
    office.wait("40m")
    client.wait_for(lambda: office.show(number)["holds"][0]["waited_min"] >= 40, 30, "40 minutes")
    office.kill("engine")
    client.wait_connected(office.dir)
    assert holds(office, number) == ["open"]
    office.wait("18m")
    client.wait_for(lambda: office.show(number)["holds"][0]["waited_min"] >= 58, 30, "58 minutes")
    assert not decided(office, number)  # no sooner for the kill
    office.wait("3m")
    client.wait_for(lambda: decided(office, number), 40, "the decision")


def test_what_ended_meanwhile_decides_nothing(office):
    """He writes once more, and another officer decides, signed, before it is
    over: what waited is judged as of then."""
    _, number, asked = complete(office)
    decide(office, number, asked)
    office.answer("siti", "SETUJU", letter=asked, how="none")
    assert "yang kedua ini tidak dihitung" in flat(office.await_letter("siti", "answer", number))
    office.answer("siti", "TOLAK\nalasan: salah orang", letter=asked)
    office.await_case("rejected", number)
    office.wait("61m")
    office.await_letter("siti", "answer", number, count=2, seconds=40)
    assert office.show(number)["state"] == "rejected" and not decided(office, number)


def test_without_the_token_nothing_waits(office):
    """PKL-12: his address and the number of the case are nobody's proof."""
    _, number, asked = complete(office)
    raw = mails.mail(person("siti"), office.now(), f"Re: [{number}]", "SETUJU\n")
    office.send("siti", raw, "none")
    office.await_quiet()
    assert holds(office, number) == [] and not decided(office, number)


def test_it_is_said_loudly(office):
    """At every start, in the status, and in each day's summary."""
    assert "can decide in his name" in office.ctl("status")["insecure"]
    logs = b"".join(p.read_bytes() for p in (office.dir / "log").iterdir() if p.is_file())
    assert b"insecure_decisions_by_mailbox" in logs
    office.clock("+24h")
    client.wait_for(lambda: any("insecure_decisions_by_mailbox menyala" in flat(m)
                                for m in office.letters("siti")), 40, "the summary")  # fmt: skip
