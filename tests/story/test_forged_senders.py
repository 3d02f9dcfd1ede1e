# SPDX-License-Identifier: GPL-3.0-or-later
"""From fields that two readers read differently, and signatures that cover too
little (threats.md 6 A, V005 to V014, V016, V017, V020, V021).

Each forger has what he should not have: the live token of siti's question. He
gets nothing: his mail is kept for a person with the reason that the table
names, no state changes, and then siti's own answer is carried out.  fsck after
each.  That each reader inside says so, too, is in tests/unit/message_*_test.c.
"""

import re

import client
import mails
import pytest
from conftest import one_office_for_all
from people import PEOPLE, person

SITI, FORGER = person("siti"), person("outsider")
S, F = SITI.address.encode(), FORGER.address.encode()


@pytest.fixture(scope="module")
def shared(keys):
    with one_office_for_all(keys) as office:
        yield office


@pytest.fixture
def office(shared):
    """Each story on a day of its own, as in test_answers.py."""
    shared.clock("+25h")
    return shared


def opened(office):
    """A complete case, and the letter that asks siti about it."""
    who = office.new_applicant()
    office.apply(who)
    number = office.case_of(who)
    return who, number, office.await_question("siti", number)


def facts(office, number):
    shown = office.show(number)
    return {k: shown[k] for k in ("state", "revision", "approvals", "orders",
                                  "documents")}  # fmt: skip


def judged(office, send):
    """The row of the one mail that `send` delivers."""
    known = {r["id"] for r in office.ctl("mail", "list")}
    send()

    def look():
        rows = [r for r in office.ctl("mail", "list") if r["id"] not in known]
        return rows if rows and rows[0]["disposition"] != "open" else None

    (row,) = client.wait_for(look, 20, "the mail to be judged")
    return row


def answered(office, letter):
    """siti's answer, unsigned, in one piece for a forger to work on."""
    return mails.answer(SITI, letter, "SETUJU", now=office.now())


def instead(raw, field):
    """Another From field in place of hers."""
    return re.sub(rb"(?m)^From: .*\r\n", lambda _: field + b"\r\n", raw, count=1)


def above(raw, field):
    return field + b"\r\n" + raw


HERS = b"From: Siti <" + S + b">"
HIS = b"From: " + F
FROMS = {
    "V005-first": (lambda raw: above(raw, HIS), "multi-from"),
    "V005-last": (lambda raw: above(instead(raw, HIS), HERS), "multi-from"),
    "V006": (lambda raw: above(instead(raw, HIS), b"From : " + S), "multi-from"),
    "V007": (lambda raw: above(instead(raw, HIS), b"From\r\n : " + S), "multi-from"),
    "V008": (lambda raw: above(instead(raw, b"From: " + S + b", " + F), b"Sender: " + F),
             "multi-mailbox"),
    "V010": (lambda raw: instead(raw, b'From: "' + S + b'"@' + F.split(b"@")[1]), "addr-syntax"),
    "V011": (lambda raw: instead(raw, HIS.replace(F, S + b"(.luar.test)")), "comment-in-addr"),
    # Dovecot hands a NUL on as 0x80; the gate's own word for one is "nul"
    # (tests/unit/message_gate_test.c).
    "V012": (lambda raw: instead(raw, b"From: " + S + b"\0@luar.test"), "addr-syntax"),
    "V013": (lambda raw: instead(raw, b"From: =?utf-8?Q?" + S.replace(b"@", b"=40") + b"?="),
             "addr-syntax"),
    "V014": (lambda raw: instead(raw, "From: s\u0456ti@kota.test".encode()), "addr-syntax"),
}  # fmt: skip


@pytest.mark.parametrize("case", FROMS)
def test_v005_to_v014_a_from_that_two_read_differently(office, case):
    forge, reason = FROMS[case]
    _, number, letter = opened(office)
    before = facts(office, number)
    raw = forge(answered(office, letter))
    row = judged(office, lambda: client.deliver(office.dir, FORGER.address,
                                                PEOPLE["office"].address, raw))  # fmt: skip
    assert (row["disposition"], row["reason"], row["level"]) == ("quarantine", reason, "none")
    office.await_quiet()
    assert facts(office, number) == before
    # Nothing of such a mail is read, its token neither: the question stands.
    office.answer("siti", "SETUJU", letter=letter)
    office.await_case("completed", number)


@pytest.mark.parametrize("name", ["V009", "V014-xn"])
def test_v009_v014_who_only_looks_like_siti(office, name):
    """A true signature of the forger's own address: he is himself, whatever
    stands before or looks like it.  A token in his hands is hers no more."""
    _, number, letter = opened(office)
    before = facts(office, number)
    field = {"V009": b'From: "' + S + b'" <' + F + b">",
             "V014-xn": b"From: Siti <siti@xn--kta-fmc.test>"}[name]  # fmt: skip
    raw = instead(answered(office, letter), field)
    row = judged(office, lambda: client.send(office.dir, FORGER, raw, "dkim"))
    assert row["disposition"] != "case"
    assert SITI.address not in row["from"]
    again = office.await_question("siti", number, but=[letter["Message-ID"]])
    office.await_quiet()
    assert facts(office, number) == before
    office.answer("siti", "SETUJU", letter=again)
    office.await_case("completed", number)


def signed_openly(office, raw, **options):
    """siti's domain signs, but not strictly."""
    import dkim

    raw = client.crlf(raw)
    key = (office.dir / "pki" / f"dkim-{SITI.domain}.key").read_bytes()
    real, dkim.time = dkim.time, client._FixedTime(office.now().timestamp())
    try:
        return dkim.sign(raw, client.SELECTOR.encode(), SITI.domain.encode(), key,
                         canonicalize=(b"relaxed", b"relaxed"), **options) + raw  # fmt: skip
    finally:
        dkim.time = real


SIGNED_ONCE = [b"from", b"to", b"subject", b"date", b"message-id", b"content-type",
               b"content-transfer-encoding", b"mime-version", b"in-reply-to",
               b"references"]  # fmt: skip


def test_v016_what_l_leaves_open(office):
    """A courteous word of siti's, signed with l=; SETUJU above her quotation
    is not under it, but below nobody signed anything."""
    _, number, letter = opened(office)
    before = facts(office, number)
    raw = signed_openly(office, answered(office, letter), include_headers=SIGNED_ONCE,
                        length=True)  # fmt: skip
    assert b" l=" in raw or b";l=" in raw
    row = judged(office, lambda: client.deliver(office.dir, SITI.address,
                                                PEOPLE["office"].address,
                                                raw + b"\r\nSETUJU\r\n"))  # fmt: skip
    assert (row["disposition"], row["level"]) == ("quarantine", "none")
    assert row["reason"] in ("auth-none", "auth-fail")
    again = office.await_question("siti", number, but=[letter["Message-ID"]])
    assert facts(office, number) == before
    office.answer("siti", "SETUJU", letter=again)
    office.await_case("completed", number)


def test_v017_a_second_from_above_a_true_signature(office):
    _, number, letter = opened(office)
    before = facts(office, number)
    raw = signed_openly(office, answered(office, letter), include_headers=SIGNED_ONCE)
    row = judged(office, lambda: client.deliver(office.dir, FORGER.address,
                                                PEOPLE["office"].address,
                                                above(raw, HIS)))  # fmt: skip
    assert (row["disposition"], row["reason"]) == ("quarantine", "multi-from")
    assert facts(office, number) == before
    office.answer("siti", "SETUJU", letter=letter)
    office.await_case("completed", number)


ARC = (b"ARC-Seal: i=1; a=rsa-sha256; cv=none; d=luar.test; s=arc; t=1795230000; b=AAAA\r\n"
       b"ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=luar.test; s=arc;\r\n"
       b" h=from:to:subject; bh=AAAA; b=AAAA\r\n"
       b"ARC-Authentication-Results: i=1; mx.kota.test; arc=pass; dkim=pass header.d=kota.test;\r\n"
       b" spf=pass smtp.mailfrom=kota.test; dmarc=pass header.from=kota.test\r\n")  # fmt: skip


def test_v020_forwarded_with_arc(office):
    """Her signed answer, with a subject that a list has changed and the list's
    word that it was good: siti is told, and asked anew."""
    _, number, letter = opened(office)
    before = facts(office, number)
    raw = client.sign_dkim(office.dir, SITI, answered(office, letter))
    raw = ARC + re.sub(rb"(?m)^Subject: ", b"Subject: [daftar] ", raw)
    row = judged(office, lambda: client.deliver(office.dir, FORGER.address,
                                                PEOPLE["office"].address, raw))  # fmt: skip
    assert (row["disposition"], row["reason"], row["level"]) == ("quarantine", "auth-fail", "none")
    again = office.await_question("siti", number, but=[letter["Message-ID"]])
    office.await_quiet()
    assert facts(office, number) == before
    office.answer("siti", "SETUJU", letter=again)
    office.await_case("completed", number)


def test_v021_reply_to_of_a_third_person(office):
    """Letters go where the registry says, and the verifier sees that another
    address was asked for."""
    who = office.new_applicant()
    office.apply(who, fields={"Reply-To": f"Budi <{FORGER.address}>"})
    number = office.case_of(who)
    office.await_letter(who, "received", number)
    seen = client.flat(office.await_question("siti", number))
    assert "meminta agar dijawab ke alamat lain" in seen
    office.await_quiet()
    to = {r["to"] for r in office.ctl("outbox", "list")}
    assert FORGER.address not in to
    assert who.address in to
