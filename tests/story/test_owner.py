# SPDX-License-Identifier: GPL-3.0-or-later
"""BUKAN SAYA: somebody in whose name a certificate is to be revoked says that
it was not he who asked (design.md 5).  It halts the case, whoever decides is
told, and only an administrator lets it go on or ends it."""

import re

import box
import client
import mails
import people
import pytest
from client import flat
from conftest import one_office_for_all
from people import person


@pytest.fixture(scope="module")
def shared(keys):
    with one_office_for_all(keys) as office:
        yield office


@pytest.fixture
def office(shared):
    return shared


def complete(office):
    """An applicant whose case siti is asked about; he, its number, and hers."""
    who = office.new_applicant()
    office.apply(who)
    number = office.case_of(who)
    return who, number, office.await_question("siti", number)


def is_halted(office, number):
    return office.show(number)["halted"] is not None


def await_halted(office, number):
    client.wait_for(lambda: is_halted(office, number), 20, "the halt")


def halts_and_comes_back(office, who, number, asked):
    """Halted; nobody's word counts; an administrator lets it go on."""
    await_halted(office, number)
    assert office.show(number)["state"] == "received"
    listed = client.loketctl(office.dir, "case", "list").stdout.decode()
    assert re.search(number + ".* halted by BUKAN SAYA since ", listed)
    assert any(s.startswith(f"{number}: halted") for s in office.ctl("status")["stand_still"])
    told = flat(office.await_letter("head", "halted", number))
    assert "BUKAN SAYA" in told and who.name in told
    noted = flat(office.await_letter(who, "disowned", number))
    assert "menahannya" in noted and "SUDAH DICABUT" not in noted
    office.await_letter("siti", "withdrawn", number)
    office.await_letter("siti", "halted", number)  # once, with two roles
    explained = client.loketctl(office.dir, "workflow", "explain", number).stdout.decode()
    assert "ditahan karena BUKAN SAYA" in explained
    assert "administrator: dilanjutkan atau diakhiri" in explained
    office.answer("siti", "SETUJU", letter=asked)
    refused = flat(office.await_letter("siti", "answer", number))
    assert "BUKAN SAYA" in refused
    assert office.show(number)["state"] == "received"
    assert office.show(number)["orders"] == []
    office.ctl("case", "resume", number, "--reason", "sudah ditelepon")
    assert not is_halted(office, number)
    assert not any(number in s for s in office.ctl("status")["stand_still"])
    again = office.await_question("siti", number, but=[str(asked["Message-ID"])])
    assert "BUKAN SAYA" in flat(again)
    office.answer("siti", "SETUJU", letter=again)
    office.await_case("completed", number)
    events = [(e["kind"], e["actor"]) for e in office.show(number)["events"]]
    assert ("disowned", "applicant") in events
    assert [actor for kind, actor in events if kind == "resumed"][0].startswith("uid=")


def test_bukan_saya_halts_by_the_letter_that_it_answers(office):
    """Unsigned: that he has our letter shows that the mailbox is his."""
    who, number, asked = complete(office)
    received = office.await_letter(who, "received", number)
    assert "BUKAN SAYA" in flat(received)
    office.answer(who, "BUKAN SAYA", letter=received, how="none")
    halts_and_comes_back(office, who, number, asked)


def test_bukan_saya_halts_by_a_signed_mail_and_the_case_is_ended(office):
    who, number, asked = complete(office)
    office.send(who, mails.mail(who, office.now(), f"[{number}]",
                                "Bukan saya, mohon dihentikan.\n"))  # fmt: skip
    await_halted(office, number)
    with pytest.raises(box.LabError, match="reason"):
        office.ctl("case", "stop", number)
    office.ctl("case", "stop", number, "--reason", "bukan pemohon yang mengajukan")
    client.wait_for(lambda: any("mengakhirinya" in flat(m) for m in office.letters(who)),
                    20, "the applicant to hear of the end")  # fmt: skip
    assert not any("bukan pemohon yang mengajukan" in flat(m) for m in office.letters(who))
    assert office.show(number)["state"] == "stopped"
    office.answer("siti", "SETUJU", letter=asked)
    office.await_letter("siti", "answer", number)
    assert office.show(number)["orders"] == []
    with pytest.raises(box.LabError, match="not halted"):
        office.ctl("case", "resume", number, "--reason", "keliru")


def test_bukan_saya_of_others_halts_nothing(office):
    """A forger with the applicant's address and the number of the case; another
    applicant; and an officer who was asked."""
    who, number, asked = complete(office)
    other = office.new_applicant()
    for sender, sign in ((who, "none"), (other, "dkim")):
        raw = mails.mail(sender, office.now(), f"Re: [{number}]", "BUKAN SAYA\n",
                         fields={"In-Reply-To": "<" + "0" * 32 + "@kota.example>"})  # fmt: skip
        office.send(sender, raw, sign)
    office.answer("siti", "BUKAN SAYA", letter=asked)
    office.await_letter("siti", "answer", number)
    office.await_quiet()
    assert not is_halted(office, number)
    assert office.show(number)["state"] == "received"


def test_what_is_written_freely_alarms_and_halts_nothing(office):
    who, number, _ = complete(office)
    office.reply(who, "Bukan saya yang mengajukan ini, Pak, saya kira.")
    office.await_letter(who, "noted", number)
    assert not is_halted(office, number)
    assert re.search("applicant-wrote", str(office.show(number)["events"]))


@pytest.fixture(scope="module")
def contact(shared):
    """A mailbox of the personnel office; the registry does not know it."""
    who = people.Person("kontak", "Kepegawaian", "kepegawaian")
    client.open_mailbox(shared.dir, who)
    return who


def watched(office, contact):
    """An applicant with a second contact, by a table."""
    who = office.new_applicant()
    table = office.dir / "run" / f"{who.key}.csv"
    table.write_text("nama;nip;surel;instansi;kontak kedua\n"
                     f"{who.name};{who.nip};{who.address};{who.agency};{contact.address}\n")  # fmt: skip
    table.chmod(0o644)
    done = client.loketctl(office.dir, "registry", "import", "--update", table)
    assert b"updated: 1" in done.stdout, done.stderr
    return who


def test_a_second_contact_hears_of_it_and_may_halt(office, contact):
    """By the notice alone, which proves that mailbox; both hear what it did."""
    who = watched(office, contact)
    office.apply(who)
    number = office.case_of(who)
    asked = office.await_question("siti", number)
    notice = office.await_letter(contact, "notice", number)
    text = flat(notice)
    assert who.name in text and "BUKAN SAYA" in text
    for secret in (who.nip, who.nik, "pernyataan.pdf"):
        assert secret not in text
    assert not list(notice.iter_attachments())
    office.answer(contact, "BUKAN SAYA", letter=notice, how="none")
    await_halted(office, number)
    for reader in (who, contact):
        assert "menahannya" in flat(office.await_letter(reader, "disowned", number))
    office.await_letter("head", "halted", number)
    office.answer("siti", "SETUJU", letter=asked)
    assert "kontak keduanya" in flat(office.await_letter("siti", "answer", number))
    events = [(e["kind"], e["actor"]) for e in office.show(number)["events"]]
    assert ("disowned", "second contact") in events
    assert office.show(number)["orders"] == []


def test_a_second_contact_halts_by_a_signed_mail_about_one_case(office, contact):
    """Signed, with the number: halts.  Of an applicant whose second contact he
    is not: nothing."""
    who, (other, others, _) = watched(office, contact), complete(office)
    office.apply(who)
    number = office.case_of(who)
    for case in (others, number):
        office.send(contact, mails.mail(contact, office.now(), f"[{case}]", "Bukan saya\n"))
    await_halted(office, number)
    assert not is_halted(office, others)


def test_what_is_refused_is_told_once_a_day(office, contact):
    """REV-4: a forger sends two applications in somebody's name: he and his
    second contact hear of it once, and no case begins."""
    who = watched(office, contact)
    for subject in ("Permohonan Lupa Passphrase", "Permohonan Lupa Passphrase lagi"):
        office.send(who, mails.mail(who, office.now(), subject, "Mohon dicabut.\n"), "none")
    told = flat(office.await_letter(who, "notice"))
    assert "tidak mengubah apa pun" in told
    mine = client.wait_for(
        lambda: [m for m in office.letters(contact) if who.name in flat(m)],
        20, "the second contact to be told")  # fmt: skip
    office.await_quiet()
    assert len(mine) == 1 and "BUKAN SAYA" not in flat(mine[0])
    assert len(office.letters(who)) == 1
    assert not [c for c in office.cases() if c["applicant"] == who.name]
    # what he begins himself is not what that letter was about
    office.apply(who)
    number = office.case_of(who)
    office.answer(who, "BUKAN SAYA", letter=office.letters(who)[0])
    client.wait_for(lambda: [e for e in office.show(number)["events"]
                             if e["kind"] == "message"], 20, "his word")  # fmt: skip
    assert not is_halted(office, number)
