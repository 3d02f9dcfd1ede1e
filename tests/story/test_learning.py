# SPDX-License-Identifier: GPL-3.0-or-later
"""Learning mode (design.md 5): a case of somebody whom the registry does not
know begins with a verifier's word on who he is."""

from dataclasses import replace

import client
import pytest
from conftest import one_office_for_all
from people import applicant, person


@pytest.fixture(scope="module")
def one_office(keys):
    domain = applicant(0).address.partition("@")[2]
    with one_office_for_all(keys, config=["learning.enabled=true",
                                          f"learning.domains=[{domain}]"]) as office:
        yield office


@pytest.fixture
def office(one_office):
    yield one_office
    one_office.fsck()


def newcomer(office):
    """Somebody with an official mailbox, of whom Loket has never heard."""
    who = applicant(office.enrolled)
    office.enrolled += 1
    client.open_mailbox(office.dir, who)
    return who


def apply(office, who):
    office.apply(who)
    return office.case_of(who)


def entry(office, who):
    return [p for p in office.ctl("registry", "list")
            if who.address in p["addresses"]]  # fmt: skip


def test_confirmed_newcomer_gets_his_certificate(office):
    """SESUAI makes him known; the case waits for his old certificate, and goes
    on by itself when the administrator has found it."""
    who = newcomer(office)
    number = apply(office, who)
    letter = office.await_question("siti", number)
    assert who.name in client.text_of(letter)
    shown = office.show(number)
    assert (shown["state"], shown["step"]) == ("received", "identity")
    assert not entry(office, who)[0]["confirmed"]
    office.answer("siti", "SESUAI", letter=letter)
    office.await_case("incomplete", number)
    assert entry(office, who)[0]["confirmed"]
    old = client.make_old(office.dir, who)
    client.ask(office.dir, "registry", "import", old)
    office.await_question("siti", number, but=[letter["Message-ID"]])
    office.answer("siti", "SETUJU", case=number)
    office.await_case("completed", number)
    assert len(office.show(number)["approvals"]) == 1


def test_certificate_that_came_first(office):
    """An import while the verifier is asked is the administrator's word: the
    question who he is needs no answer any more."""
    who = newcomer(office)
    number = apply(office, who)
    letter = office.await_question("siti", number)
    client.ask(office.dir, "registry", "import", client.make_old(office.dir, who))
    office.await_question("siti", number, but=[letter["Message-ID"]])
    office.answer("siti", "SETUJU", case=number)
    office.await_case("completed", number)


def test_unknown_newcomer_is_refused(office):
    """TIDAK SESUAI, with its reason, ends the case; SETUJU is no answer to the
    question who somebody is."""
    who = newcomer(office)
    number = apply(office, who)
    letter = office.await_question("siti", number)
    office.answer("siti", "SETUJU", letter=letter)
    office.await_letter("siti", "answer", number)
    assert office.show(number)["state"] == "received"
    office.answer("siti", "TIDAK SESUAI\nalasan: bukan pegawai dinas ini",
                  letter=letter)  # fmt: skip
    office.await_case("rejected", number)
    assert not entry(office, who)[0]["confirmed"]
    shown = office.show(number)
    assert shown["orders"] == [] and shown["approvals"] == []


def test_officers_own_certificate_is_not_his(office):
    """The verifier is a subscriber, too: her word on a newcomer must never
    make her own certificate the one that is replaced."""
    siti = person("siti")
    mine = replace(siti, key="b900", nip="198003032005032001",
                   nik="3375004303800001", agency="Dinas Kominfo")  # fmt: skip
    client.ask(office.dir, "registry", "import", client.make_old(office.dir, mine))
    who = newcomer(office)
    number = apply(office, who)
    office.answer("siti", "SESUAI", letter=office.await_question("siti", number))
    office.await_case("incomplete", number)
    assert office.show(number)["orders"] == []


def test_number_of_somebody_else(office):
    """Who claims the NIP of a known person is not confirmed by SESUAI: the
    verifier reads why, the known person hears of it, and TIDAK SESUAI ends
    it."""
    known = office.new_applicant()
    who = replace(newcomer(office), nip=known.nip, nik=known.nik)
    number = apply(office, who)
    letter = office.await_question("siti", number)
    assert "SESUAI tidak dapat dihitung" in client.flat(letter)
    told = client.flat(office.await_letter(known, "notice"))
    assert "NIP atau NIK Saudara" in told and number not in told
    office.answer("siti", "SESUAI", letter=letter)
    why = client.flat(office.await_letter("siti", "answer", number))
    assert "atas nama orang lain" in why and "TIDAK SESUAI" in why
    assert office.show(number)["state"] == "received"
    office.answer("siti", "TIDAK SESUAI\nalasan: nomor orang lain", letter=letter)
    office.await_case("rejected", number)


def test_plus_address_is_no_second_person(office):
    """V023: siti+x@ is neither siti nor somebody new."""
    who = newcomer(office)
    apply(office, who)
    before = len(office.cases())
    twin = replace(who, key=who.key + "x", local=who.local + "+baru")
    officer = replace(person("siti"), local="siti+x", nip=who.nip, nik=who.nik,
                      key="b901", agency=who.agency)  # fmt: skip
    for one in (twin, officer):
        office.apply(one)
    client.wait_for(
        lambda: [m["reason"] for m in office.ctl("quarantine", "list")
                 if "+" in m["from"]] == ["unknown-address"] * 2,
        20, "both in quarantine")  # fmt: skip
    assert len(office.cases()) == before
