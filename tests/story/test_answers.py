# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that must not count (threats.md 6 B, V024-V038 and V047): nothing
irreversible happens, the right person is told once what to do, the question
still stands, and a true answer to it is carried out."""

import contextlib
import re
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.utils import parseaddr

import box
import client
import conf
import mails
import pytest
from client import flat
from conftest import one_office_for_all
from people import PEOPLE, person

SITI, JOKO = person("siti"), person("joko")


@pytest.fixture(scope="module")
def shared(keys):
    with one_office_for_all(keys) as office:
        yield office


@pytest.fixture
def office(shared):
    """Each story on a day of its own: an officer is told ten times a day what
    is wrong with an answer, not more (V055)."""
    shared.clock("+25h")
    return shared


# ---- what the stories are told in ------------------------------------------------


def phrase(name):
    """The longest run of words that a phrase always has."""
    text = (box.TOP / "conf/letters/id/phrases.conf").read_text()
    found = re.search(rf"^{name}\s*=\s*((?:\"(?:[^\"\\]|\\.)*\"\s*)+);", text, re.M)
    assert found, f"there is no phrase {name}"
    joined = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', found.group(1)))
    plain = re.split(r"\{\w+\}|\\n", joined)
    return " ".join(max(plain, key=len).split())[:60]


def apply(office, who=None):
    who = who or office.new_applicant()
    office.apply(who)
    return who, office.case_of(who)


def facts(office, number):
    """All of a case that an answer may change."""
    shown = office.show(number)
    return {k: shown[k] for k in ("state", "revision", "approvals", "orders",
                                  "documents")}  # fmt: skip


@contextlib.contextmanager
def nothing_changes(office, number):
    before = facts(office, number)
    assert before["orders"] == [] and before["state"] == "received"
    yield
    assert facts(office, number) == before


def told(office, name, number, fault, count=1):
    """`name` got so many letters, the last of which explains this fault."""
    letter = office.await_letter(name, "answer", number, count)
    assert phrase(f"answer-{fault}") in flat(letter), flat(letter)
    return letter


def approve(office, number, name="siti"):
    """The question still stands: now a true answer."""
    office.await_question(name, number)
    office.answer(name, "SETUJU", case=number)
    office.await_case("completed", number)


def taken(office, raw):
    """The row of one mail, once Loket has its verdict; by its Message-ID."""
    wanted = re.search(rb"(?mi)^Message-ID:\s*<([^>]+)>", raw).group(1).decode()

    def look():
        rows = [r for r in office.ctl("mail", "list")
                if r["message_id"].strip("<>") == wanted
                and r["disposition"] != "open"]  # fmt: skip
        return rows or None

    return client.wait_for(look, 20, "the mail to be judged")[0]


# ---- who wrote -----------------------------------------------------------------


@pytest.mark.parametrize("sign", ["none", "other"])
def test_v001_forged_sender(office, sign):
    """siti's From with the right token, unsigned or signed by another domain.
    The token is burnt, for somebody else has it; she is told with a new one,
    once, however often it is tried."""
    _, number = apply(office)
    letter = office.await_question("siti", number)
    with nothing_changes(office, number):
        for _ in range(2):
            raw = office.answer("siti", "SETUJU", letter=letter, how=sign)
            row = taken(office, raw)
            assert (row["disposition"], row["level"]) == ("quarantine", "none")
        again = office.await_question("siti", number, but=[letter["Message-ID"]])
        office.await_quiet()
    assert phrase("again-unproven") in flat(again)
    asked = [q for q in office.show(number)["questions"] if q["person"] == "siti"]
    assert [q["state"] for q in asked] == ["void", "open"]
    approve(office, number)


@pytest.mark.parametrize("sign", ["none", "other"])
def test_v001_forged_sender_without_token(office, sign):
    """Nothing is burnt; she hears of it once a day."""
    _, number = apply(office)
    office.await_question("siti", number)
    before = len(unproven_letters(office))
    with nothing_changes(office, number):
        for _ in range(2):
            raw = office.answer("siti", "SETUJU", case=number, how=sign, carriers=[])
            assert taken(office, raw)["disposition"] == "quarantine"
        client.wait_for(lambda: len(unproven_letters(office)) > before, 20,
                        "siti to be told")  # fmt: skip
        office.await_quiet()
    assert len(unproven_letters(office)) == before + 1
    approve(office, number)


def unproven_letters(office):
    """By a letter of its own, or in the question that is asked anew because a
    token was seen elsewhere."""
    said = [phrase("unproven-mail"), phrase("again-unproven")]
    return [m for m in office.letters("siti")
            if any(words in flat(m) for words in said)]  # fmt: skip


def test_dkim_without_token(office):
    """Right person, right domain, no token: asked for it, not believed."""
    _, number = apply(office)
    office.await_question("siti", number)
    with nothing_changes(office, number):
        office.answer("siti", "SETUJU", case=number, carriers=[])
        told(office, "siti", number, "no-token")
    approve(office, number)


@pytest.mark.parametrize("field", ["Sender", "Resent-From"])
def test_v047_delegate(office, field):
    """The secretary may read for her, not decide for her."""
    _, number = apply(office)
    office.await_question("siti", number)
    with nothing_changes(office, number):
        raw = office.answer("siti", "SETUJU", case=number,
                            fields={field: "Sekretaris <joko@kota.test>"})  # fmt: skip
        row = taken(office, raw)
        assert (row["disposition"], row["reason"]) == ("quarantine", "delegate")
    approve(office, number)


def test_v027_token_of_another_person(office):
    """It is burnt, its owner is asked anew, and the stranger learns nothing."""
    _, number = apply(office)
    letter = office.await_question("siti", number)
    office.await_question("joko", number)
    with nothing_changes(office, number):
        client.answer(office.dir, JOKO, "SETUJU", letter=letter)
        told(office, "joko", number, "foreign")
        office.await_question("siti", number, but=[letter["Message-ID"]])
    with nothing_changes(office, number):
        office.answer("siti", "SETUJU", letter=letter)
        office.await_letter("siti", "answer", number)
    approve(office, number)


def test_v037_own_case(office):
    """joko verifies, and has forgotten his passphrase: he is not asked about
    it, and nothing he sends decides it."""
    _, number = apply(office, JOKO)
    letter = office.await_question("siti", number)
    office.await_quiet()
    shown = office.show(number)
    assert [q["person"] for q in shown["questions"]] == ["siti"]
    with nothing_changes(office, number):
        # With the verifier's token, and as an applicant with none.
        first = client.answer(office.dir, JOKO, "SETUJU", letter=letter)
        assert taken(office, first)["disposition"] == "case"
        office.await_question("siti", number, but=[letter["Message-ID"]])
        second = office.reply("joko", "SETUJU")
        assert taken(office, second)["disposition"] == "case"
    approve(office, number)
    assert office.order(number, "issue")["approvers"] == ["siti"]


# ---- which question ---------------------------------------------------------------


def test_v024_the_same_mail_twice(office):
    _, number = apply(office)
    office.await_question("siti", number)
    raw = office.answer("siti", "SETUJU", case=number)
    head, body = raw.split(b"\r\n\r\n", 1)
    # what a relaxed signature leaves to anybody (RFC 6376 3.4.4)
    blanks = head + b"\r\n\r\n" + body.replace(b" ", b"  ")
    for copy in (raw, blanks):
        client.deliver(office.dir, SITI.address, PEOPLE["office"].address, copy)
    office.await_case("completed", number)
    client.wait_for(lambda: [r["level"] for r in office.ctl("mail", "list")
                             if r["reason"] == "duplicate"] == ["dkim"] * 2,
                    20, "the other copies to be seen as such")  # fmt: skip
    office.await_quiet()
    assert len(office.show(number)["approvals"]) == 1
    office.await_letter("siti", "receipt", number)


def test_v025_used_token_again(office):
    """The same token under a new Message-ID, after it counted."""
    _, number = apply(office)
    letter = office.await_question("siti", number)
    office.answer("siti", "SETUJU", letter=letter)
    office.await_case("completed", number)
    before = facts(office, number)
    office.answer("siti", "TOLAK alasan: berubah pikiran", letter=letter)
    told(office, "siti", number, "used")
    assert facts(office, number) == before


def test_v026_token_of_another_case(office):
    """The number of one case, the token of another: neither moves."""
    _, first = apply(office)
    _, second = apply(office)
    office.await_question("siti", first)
    token = client.token_of(office.await_question("siti", second))
    with nothing_changes(office, first), nothing_changes(office, second):
        office.answer("siti", "SETUJU", case=first, token=token)
        client.wait_for(
            lambda: [m for m in office.letters("siti")
                     if phrase("answer-mismatch") in flat(m)], 20, "the letter")  # fmt: skip
    approve(office, first)
    approve(office, second)


def spoilt(token):
    """Not the token: one bit, too short, too long, in capitals, made up."""
    last = "0" if token[-1] != "0" else "1"
    return {"bit": token[:-1] + last, "short": token[:-1], "long": token + "0",
            "capitals": token.upper(), "invented": "lk" + "0" * 32}  # fmt: skip


def test_v029_spoilt_tokens(office):
    _, number = apply(office)
    letter = office.await_question("siti", number)
    with nothing_changes(office, number):
        tokens = spoilt(client.token_of(letter))
        for count, token in enumerate(tokens.values(), 1):
            office.answer("siti", "SETUJU", letter=letter, token=token)
            told(office, "siti", number, "no-token", count)
    approve(office, number)


def test_v036_after_the_end(office):
    """joko was asked too and is late: polite words, nothing else."""
    _, number = apply(office)
    late = office.await_question("joko", number)
    approve(office, number)
    before = facts(office, number)
    office.answer("joko", "SETUJU", letter=late)
    office.await_letter("joko", "answer", number)
    office.answer("joko", "TOLAK alasan: terlambat", letter=late)
    office.await_letter("joko", "answer", number, 2)
    assert facts(office, number) == before


# ---- what it says ------------------------------------------------------------------


UNCLEAR = {
    "V030 only in the quotation": "",
    "V031 negated": "Jangan setuju",
    "V031 disapprove": "disapprove",
    "V031 a question": "Setuju?",
    "V031 a condition": "Setuju, asalkan suratnya diperbaiki",
    "V031 but": "APPROVED but see below",
    "V032 both": "SETUJU\nTOLAK alasan: ragu",
    "a bare yes": "Ya, silakan",
}  # fmt: skip


def test_v030_to_v032_unclear_words(office):
    """Each is asked back with what to write; the same question stays open."""
    _, number = apply(office)
    letter = office.await_question("siti", number)
    with nothing_changes(office, number):
        for count, text in enumerate(UNCLEAR.values(), 1):
            office.answer("siti", text, letter=letter)
            told(office, "siti", number, "unclear", count)
    assert client.question(office.dir, SITI, number)["Message-ID"] == letter["Message-ID"]
    approve(office, number)


# ---- text and HTML ------------------------------------------------------------------


def answer_with_html(office, letter, html, text=None):
    """siti's answer as a page, alone or beside a text (Gmail's manner)."""
    raw = mails.answer(SITI, letter, text or "", (), box.clock_now(office.dir))
    mail = message_from_bytes(raw, policy=policy.SMTP)
    page = (f'<div dir="ltr">{html}</div><br><div class="gmail_quote"><div '
            'class="gmail_attr">Pada Jum, 20 Nov 2026 Loket menulis:<br></div>'
            '<blockquote class="gmail_quote">SETUJU atau TOLAK</blockquote></div>')  # fmt: skip
    mail.clear_content()
    mail.set_content(page if text is None else text, subtype="plain" if text else "html")
    if text is not None:
        mail.add_alternative(page, subtype="html")
    return client.send(office.dir, SITI, mail.as_bytes(), "dkim",
                       parseaddr(str(mail["To"]))[1])  # fmt: skip


def test_html_only_answer_decides(office):
    """What is struck out in it does not exist."""
    _, number = apply(office)
    letter = office.await_question("siti", number)
    answer_with_html(office, letter, "<s>TOLAK</s> <b>Setuju</b>&nbsp;Pak")
    office.await_case("completed", number)


def test_v041_text_and_html_differ(office):
    """Which of the two she read nobody knows: put aside, she is told, and her
    question is still good."""
    _, number = apply(office)
    letter = office.await_question("siti", number)
    with nothing_changes(office, number):
        for count in (1, 2):
            raw = answer_with_html(office, letter, "SETUJU", "TOLAK alasan: keliru")
            row = taken(office, raw)
            assert (row["disposition"], row["reason"]) == ("quarantine", "parts-differ")
            told(office, "siti", number, "parts-differ", count)
    answer_with_html(office, letter, "<b>Setuju</b>", "*Setuju*")
    office.await_case("completed", number)


def test_v042_only_in_an_attachment(office):
    """As a file, as a page, as a mail of somebody: asked back, as for any
    answer without a word."""
    _, number = apply(office)
    letter = office.await_question("siti", number)
    files = [mails.Attachment("jawaban.txt", "text/plain", b"SETUJU\r\n"),
             mails.Attachment("jawaban.html", "text/html", b"<p>SETUJU</p>\r\n"),
             mails.Attachment("jawaban.eml", "message/rfc822",
                              b"From: siti@kota.test\r\n\r\nSETUJU\r\n")]  # fmt: skip
    with nothing_changes(office, number):
        for count, file in enumerate(files, 1):
            office.answer("siti", "Lihat lampiran.", [file], letter=letter)
            told(office, "siti", number, "unclear", count)
    approve(office, number)


def test_v030_the_whole_letter_quoted_as_an_answer(office):
    """The reply holds nothing but our own letter, links and all."""
    _, number = apply(office)
    letter = office.await_question("siti", number)
    with nothing_changes(office, number):
        quoted = "\n".join("> " + line for line in client.text_of(letter).splitlines())
        office.answer("siti", quoted, letter=letter)
        told(office, "siti", number, "unclear")
    approve(office, number)


@pytest.mark.parametrize("text, fault", [
    ("SELESAI", "wrong-word"),
    ("TOLAK", "no-reason"),
])  # fmt: skip
def test_out_of_order(office, text, fault):
    _, number = apply(office)
    office.await_question("siti", number)
    with nothing_changes(office, number):
        office.answer("siti", text, case=number)
        told(office, "siti", number, fault)
    approve(office, number)


def test_v040_v050_vacation_reply_quoting_everything(office):
    """A machine's answer is none, whatever stands in it."""
    _, number = apply(office)
    office.await_question("siti", number)
    with nothing_changes(office, number):
        raw = office.answer("siti", "SETUJU", case=number,
                            fields={"Auto-Submitted": "auto-replied"})  # fmt: skip
        assert taken(office, raw)["disposition"] == "ignored"
    office.await_quiet()
    assert [r for r in office.show(number)["letters"] if r["letter"] == "answer"] == []
    approve(office, number)


# ---- what it is about ----------------------------------------------------------------


def test_v035_new_statement_of_the_same_name(office):
    """One changed byte of one paper, and the question is another."""
    who, number = apply(office)
    first = office.await_question("siti", number)
    paper = mails.statement(who, office.now(), logo_bytes=500)
    client.wait_for(lambda: client.mails(office.dir, who), 20,
                    "the applicant's letter to reply to")  # fmt: skip
    office.reply(who, "Surat yang sudah diperbaiki.", [paper])
    second = office.await_question("siti", number, but=[first["Message-ID"]])
    with nothing_changes(office, number):
        office.answer("siti", "SETUJU", letter=first)
        told(office, "siti", number, "stale")
    assert client.token_of(second) != client.token_of(first)
    approve(office, number)


# ---- offices of their own ---------------------------------------------------------------


def test_v028_expired_question(make_office):
    """It waits three days, is asked anew in office hours, and the old one
    counts no more."""
    now = datetime.now(box.WIB)
    monday = (now + timedelta(days=7 - now.weekday())).replace(hour=8, minute=30)
    office = make_office(at=f"{monday:%Y-%m-%dT%H:%M}")
    office.apply("budi")
    number = office.case_of(person("budi"))
    first = office.await_question("siti", number)
    office.clock(f"{monday + timedelta(days=3):%Y-%m-%dT10:00}")
    second = office.await_question("siti", number, but=[first["Message-ID"]])
    assert client.token_of(second) != client.token_of(first)
    with nothing_changes(office, number):
        office.answer("siti", "SETUJU", letter=first)
        told(office, "siti", number, "expired")
    approve(office, number)


def test_v038_no_verifier_any_more(make_office):
    """joko is taken off the verifiers between the question and his answer."""
    office = make_office()
    _, number = apply(office)
    letter = office.await_question("joko", number)
    path = office.dir / "conf" / "people.conf"
    text = path.read_text()
    changed = text.replace(conf.libconfig(["verifier", "operator"]),
                           conf.libconfig(["operator"]))  # fmt: skip
    assert changed != text
    path.write_text(changed)
    office.stop("loket")
    office.start("loket")
    with nothing_changes(office, number):
        office.answer("joko", "SETUJU", letter=letter)
        told(office, "joko", number, "not-authorised")
    approve(office, number)
