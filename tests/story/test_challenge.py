# SPDX-License-Identifier: GPL-3.0-or-later
"""applicant_level = "mailbox": whose mail nothing proves is asked once whether
it was his (INT-3, REV-4, CMS-21; docs/decisions/025)."""

import re
from email.utils import make_msgid

import client
import mails
import pytest
from client import flat
from conftest import one_office_for_all
from people import Person, person

CONFIG = ["workflow.applicant_level=mailbox", "learning.enabled=true",
          "learning.domains=[kota.test]"]  # fmt: skip


@pytest.fixture(scope="module")
def shared(keys):
    with one_office_for_all(keys, config=CONFIG, at="2026-11-23T08:30") as office:
        yield office


@pytest.fixture
def office(shared):
    """One clock for all of them, which only goes forward: a day for each."""
    shared.clock("+25h")
    return shared


def held(office, who):
    """The mails of somebody that wait, newest first."""
    return [r for r in office.ctl("quarantine", "list") if r["from"] == who.address]


def await_held(office, who, count=1, reason="challenged"):
    return client.wait_for(
        lambda: (lambda got: got if len(got) >= count else None)(
            [r for r in held(office, who) if r["reason"] == reason]),
        20, f"{count} mails of {who.name} held as {reason}")  # fmt: skip


def await_challenge(office, who, count=1):
    return office.await_asking(who, ["Mohon Penegasan"], count)


def challenged(office):
    """An application that nothing proves, and the letter that asks."""
    who = office.new_applicant()
    office.apply(who, sign="none")
    await_held(office, who)
    return who, await_challenge(office, who)


def await_reason(office, reason, since):
    """Until a mail newer than `since` ended with this reason."""
    client.wait_for(lambda: any(r["reason"] == reason and r["id"] > since
                                for r in office.ctl("mail", "list")), 20, reason)  # fmt: skip


def newest(office):
    return max((r["id"] for r in office.ctl("mail", "list")), default=0)


def letters_of(office, kind="challenge"):
    return [r for r in office.ctl("outbox", "list") if r["letter"] == kind]


@pytest.mark.parametrize("carriers", [("subject",), ("in-reply-to",), ("references",)])
def test_any_answer_from_that_mailbox_opens_the_case(office, carriers):
    """INT-3, REV-4, CMS-21: whatever he writes, in whichever carrier."""
    who, letter = challenged(office)
    assert office.cases() == [] or all(c["applicant"] != who.name for c in office.cases())
    office.answer(who, "Inggih, betul itu dari saya. Maturnuwun.", letter=letter,
                  how="none", carriers=carriers)  # fmt: skip
    number = office.case_of(who)
    (row,) = [r for r in office.ctl("mail", "list")
              if r["from"] == who.address and r["disposition"] == "case"]  # fmt: skip
    assert row["level"] == "mailbox"
    (why,) = office.ctl("mail", "show", str(row["id"]))["evidence"]
    assert why["level"] == "mailbox" and "was answered by mail=" in why["detail"]
    assert number in flat(office.await_letter(who, "received"))


def test_one_click_is_an_answer(office):
    who, letter = challenged(office)
    office.click(who, "YA", letter=letter, how="none")
    office.case_of(who)


def test_the_letter_has_no_word_of_the_mail(office):
    """V056, T14: it would carry a spammer's text to his victim."""
    who = office.new_applicant()
    raw = mails.application(who, office.now(), text="Menangkan hadiah di http://jahat.test",
                            fields={"Subject": "Lupa passphrase: menangkan hadiah"})  # fmt: skip
    office.send(who, raw, "none")
    text = flat(await_challenge(office, who))
    raw_letter = office.mails(who)[-1].decode()
    for word in ("hadiah", "jahat", who.name, who.nip, "LOCK-"):
        assert word not in text and word not in raw_letter
    assert "Auto-Submitted: auto-replied" in raw_letter
    assert "BUKAN SAYA" in text and "24 jam" not in text  # a time, not a span


def test_second_and_late_and_foreign_answers(office):
    """INT-3: single use, for 24 hours, only from that mailbox."""
    who, letter = challenged(office)
    other = office.new_applicant()
    since = newest(office)
    office.answer(other, "Ya, benar.", letter=letter, how="dkim")
    await_reason(office, "challenge-foreign", since)
    office.answer(who, "Ya, benar.", letter=letter, how="none")  # burnt by then
    await_reason(office, "challenge-used", since)
    assert [r["reason"] for r in held(office, who)] == ["challenged"]
    # the next day he writes once more, and answers too late
    office.clock("+25h")
    office.apply(who, sign="none", text="Sekali lagi, mohon dibantu.")
    await_held(office, who, 2)
    second = await_challenge(office, who, 2)
    office.clock("+25h")
    office.answer(who, "Maaf terlambat, itu dari saya.", letter=second, how="none")
    third = await_challenge(office, who, 3)  # no dead end
    office.answer(who, "Ya.", letter=third, how="none")
    number = office.case_of(who)
    since = newest(office)
    office.answer(who, "Ya, sekali lagi.", letter=third, how="none")  # single use
    await_reason(office, "challenge-used", since)
    assert len(letters_of(office, "received")) >= 1
    assert [c["number"] for c in office.cases() if c["applicant"] == who.name] == [number]
    assert office.show(number)["revision"] == 1


def test_bukan_saya_leaves_the_mail_where_it_is(office):
    who, letter = challenged(office)
    since = newest(office)
    office.answer(who, "BUKAN SAYA", letter=letter, how="none")
    await_reason(office, "challenge", since)
    office.answer(who, "Ya", letter=letter, how="none")
    await_reason(office, "challenge-used", since)
    assert [r["reason"] for r in held(office, who)] == ["challenged"]
    assert all(c["applicant"] != who.name for c in office.cases())


def test_bukan_saya_after_an_answer_halts_what_it_let_begin(office):
    """Somebody else, or a machine, was quicker in that mailbox."""
    who, letter = challenged(office)
    office.answer(who, "Ya, benar.", letter=letter, how="none")
    number = office.case_of(who)
    office.answer(who, "BUKAN SAYA", letter=letter, how="none")
    client.wait_for(lambda: office.show(number)["halted"], 20, "the halt")
    assert "menahannya" in flat(office.await_letter(who, "disowned", number))


def test_bukan_saya_is_never_late(office):
    """He is not asked whether the same forged mail is his after all."""
    who, letter = challenged(office)
    office.clock("+25h")
    since = newest(office)
    office.answer(who, "BUKAN SAYA", letter=letter, how="none")
    await_reason(office, "challenge", since)
    assert len([r for r in letters_of(office) if r["to"] == who.address]) == 1


def test_an_attacker_without_the_mailbox_answers_in_vain(office):
    """INT-3, forged answers: without a token, with a made-up one, with that of his own
    mailbox."""
    who, _ = challenged(office)
    office.clock("+1h")
    attacker, own = challenged(office)
    for subject in ("Re: Mohon Penegasan", "Re: Mohon Penegasan (lk" + "0" * 32 + ")",
                    f"Re: Mohon Penegasan ({client.token_of(own)})"):  # fmt: skip
        since = newest(office)
        office.send(who, mails.mail(who, office.now(), subject, "Ya, itu saya.\n"), "none")
        client.wait_for(lambda since=since: newest(office) > since, 20, subject)
    office.await_quiet()
    assert all(c["applicant"] != who.name for c in office.cases())
    assert len(client.letters(office.dir, who)) == 1
    # that token is burnt, too: somebody else had it
    since = newest(office)
    office.answer(attacker, "Ya", letter=own, how="none")
    await_reason(office, "challenge-used", since)
    assert all(c["applicant"] != attacker.name for c in office.cases())


def test_papers_sent_with_the_answer_prove_these_alone(office):
    """I17: a forger's mail waits; its victim follows the letter, and attaches his own."""
    who = office.new_applicant()
    evil, own = mails.csr(who), mails.csr(who)
    assert evil.data != own.data
    office.apply(who, [evil], sign="none")
    letter = await_challenge(office, who)
    office.answer(who, "Saya menulis pada waktu lain.", [mails.statement(who, office.now()), own],
                  letter=letter, how="none")  # fmt: skip
    number = office.case_of(who)
    assert sorted(d["paper"] for d in office.show(number)["documents"]) == ["csr", "statement"]
    assert [r["reason"] for r in held(office, who)] == ["challenged"]
    assert office.show(number)["revision"] == 1


def test_one_letter_a_day_whatever_the_spelling(office):
    """V056: +tags and capitals are one mailbox; a stranger's is none."""
    who = office.new_applicant()
    local, domain = who.address.split("@")
    since = newest(office)
    spellings = [who.address, f"{local.upper()}@{domain}", f"{local}+a@{domain}",
                 f"{local}+b+c@{domain}", who.address]  # fmt: skip
    for n, address in enumerate(spellings):
        raw = mails.application(who, office.now(), text=f"Permohonan ke-{n}")
        raw = re.sub(rb"From: .*\r\n", f"From: <{address}>\r\n".encode(), raw, count=1)
        client.deliver(office.dir, "x@luar.test", person("office").address, client.crlf(raw))
    stranger = Person("asing", "Orang Asing", "asing", domain="luar.test")
    client.deliver(office.dir, stranger.address, person("office").address,
                   client.crlf(mails.application(stranger, office.now(), papers=[])))  # fmt: skip
    client.wait_for(lambda: newest(office) >= since + 6, 20, "six mails")
    office.await_quiet()
    assert len([r for r in letters_of(office) if r["to"].lower().startswith(local.lower())]) == 1
    assert not [r for r in office.ctl("outbox", "list") if r["to"] == stranger.address]


def test_an_answering_machine_is_no_answer(office):
    """V040, V055: neither a marked one nor its echo makes a loop."""
    who, letter = challenged(office)
    before, since = len(office.ctl("outbox", "list")), newest(office)
    office.answer(who, "Saya sedang tidak di kantor.", letter=letter, how="none",
                  fields={"Auto-Submitted": "auto-replied", "Message-ID": make_msgid()})  # fmt: skip
    await_reason(office, "auto", since)
    assert [r["reason"] for r in held(office, who)] == ["challenged"]
    assert len(office.ctl("outbox", "list")) == before
