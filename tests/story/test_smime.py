# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers signed by S/MIME (V043-V046): in an office that asks its verifiers
for nothing less, siti's pinned certificate decides, and nobody else's.  What
is signed must say it all: the token, too."""

import hashlib
from datetime import datetime, timedelta

import client
import mails
import pytest
from client import flat
from conftest import one_office_for_all
from people import person
from test_answers import apply, nothing_changes, taken

CONFIG = ["workflow.verifier_level=smime", "pinned=[siti,joko]"]


@pytest.fixture(scope="module")
def shared(keys):
    with one_office_for_all(keys, config=CONFIG) as office:
        yield office


@pytest.fixture
def office(shared):
    shared.clock("+25h")
    return shared


def asked(office):
    _, number = apply(office)
    return number, office.await_question("siti", number)


def says(office, letter, text="Setuju", how="smime"):
    """An answer as mail programs write it: the letter is quoted in it."""
    return office.answer("siti", text, letter=letter, how=how)


@pytest.mark.parametrize("how", ["smime", "smime-only", "opaque", "opaque-only"])
def test_a_signed_answer_decides(office, how):
    """Detached and embedded, with DKIM and without: it is the certificate that
    counts, and the token in the quotation."""
    number, letter = asked(office)
    assert f"Kode surat: {client.token_of(letter)}" in client.text_of(letter)
    row = taken(office, says(office, letter, how=how))
    assert (row["disposition"], row["level"]) == ("case", "smime")
    office.await_case("completed", number)
    der = client.pki.openssl("x509", "-in", office.dir / "pki" / "smime-siti.pem",
                             "-outform", "DER")  # fmt: skip
    kept = office.ctl("mail", "show", str(row["id"]))["evidence"]
    assert {"level": "smime", "name": person("siti").address,
            "detail": f"certificate sha256={hashlib.sha256(der).hexdigest()}"} in kept  # fmt: skip


def test_the_same_answer_again_is_a_used_token(office):
    """Replayed with another Message-ID and Subject, the signed bytes are the
    same, and so is their token."""
    first, letter = asked(office)
    raw = says(office, letter, how="smime-only")
    office.await_case("completed", first)
    second, other = asked(office)
    with nothing_changes(office, second):
        again = raw.replace(b"Message-ID: <", b"Message-ID: <ulang.").replace(
            client.token_of(letter).encode(), client.token_of(other).encode(), 1)
        head, _, body = raw.partition(b"\r\n\r\n")
        again = again.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + body
        office.send("siti", again, "none")
        assert taken(office, again)["level"] == "smime"
        office.await_letter("siti", "answer", first)
    says(office, other)
    office.await_case("completed", second)


@pytest.mark.parametrize("how", ["dkim", "none"])
def test_without_a_signature_nothing_counts(office, how):
    number, letter = asked(office)
    with nothing_changes(office, number):
        row = taken(office, says(office, letter, how=how))
        assert row["disposition"] == "quarantine"
        assert row["reason"] == "auth-none"
    new = office.await_question("siti", number, but=[letter["Message-ID"]])
    says(office, new)
    office.await_case("completed", number)


def test_v043_another_certificate(office):
    """Of the same CA, for somebody who is no officer."""
    number, letter = asked(office)
    with nothing_changes(office, number):
        row = taken(office, says(office, letter, how="smime:budi"))
        assert (row["disposition"], row["reason"]) == ("quarantine", "auth-fail")


def test_v044_another_officers_certificate(office):
    number, letter = asked(office)
    with nothing_changes(office, number):
        row = taken(office, says(office, letter, how="smime:joko"))
        assert (row["disposition"], row["reason"]) == ("quarantine", "signer-mismatch")


def test_v045_a_part_beside_the_signed_one(office):
    """multipart/mixed of an unsigned text and a signed one: unsigned."""
    number, letter = asked(office)
    signed = client.sign(office.dir, person("siti"),
                         b"Content-Type: text/plain\r\n\r\nTolak\r\n", "smime-only")
    _, _, rest = signed.partition(b"Content-Type: multipart/signed")
    part = b"Content-Type: multipart/signed" + rest
    raw = says(office, letter, how="none")
    head, _, _ = raw.partition(b"\r\n\r\n")
    fields = [f for f in head.split(b"\r\n") if not f.lower().startswith((b"content-", b"mime-"))]
    mixed = (b"\r\n".join(fields) + b"\r\nMIME-Version: 1.0\r\n"
             b"Content-Type: multipart/mixed; boundary=luar\r\n\r\n--luar\r\n"
             b"Content-Type: text/plain\r\n\r\nSetuju\r\n--luar\r\n" + part
             + b"\r\n--luar--\r\n").replace(b"Message-ID: <", b"Message-ID: <campur.")
    with nothing_changes(office, number):
        office.send("siti", mixed, "none")
        row = taken(office, mixed)
        assert (row["disposition"], row["level"]) == ("quarantine", "none")


def test_v045_a_token_beside_the_signed_bytes(office):
    """A signed word without a token, under a Subject that has one: any old
    answer could be sent again that way."""
    number, letter = asked(office)
    with nothing_changes(office, number):
        raw = mails.mail(person("siti"), office.now(), f"Re: {letter['Subject']}",
                         "Setuju\n", to=str(letter["Reply-To"]),
                         fields={"In-Reply-To": str(letter["Message-ID"])})  # fmt: skip
        row = taken(office, office.send("siti", raw, "smime"))
        assert (row["disposition"], row["level"]) == ("quarantine", "dkim")


def test_only_who_signs_gets_the_token_in_the_text(office):
    """The applicant's letters ask nothing, the head of the division's neither."""
    number, letter = asked(office)
    says(office, letter, "Tolak\nalasan: surat tidak lengkap")
    office.await_case("rejected", number)
    for letter in office.letters("head"):
        assert "Kode surat:" not in flat(letter)


def test_a_certificate_that_ends_is_an_alarm(make_office):
    """From 30 days before, once a day: whoever signs with it is named."""
    office = make_office(config=CONFIG)
    pem = office.dir / "pki" / "smime-siti.pem"
    said = client.pki.openssl("x509", "-in", pem, "-noout", "-enddate").decode()
    end = datetime.strptime(said.strip(), "notAfter=%b %d %H:%M:%S %Y %Z")
    end += timedelta(hours=7)  # as the office's clock has it
    alarm = "alarm: siti: smime-pin: the certificate that siti signs with "
    logs = lambda: "".join(f.read_text(errors="replace") for f in (office.dir / "log").glob("*"))  # fmt: skip
    assert alarm not in logs()
    office.clock((end - timedelta(days=20)).strftime("%Y-%m-%dT10:00"))
    client.wait_for(lambda: f"{alarm}ends on {end:%Y-%m-%d}" in logs(), 20, "the alarm")
    office.clock((end + timedelta(days=2)).strftime("%Y-%m-%dT10:00"))
    client.wait_for(lambda: f"{alarm}ended on {end:%Y-%m-%d}" in logs(), 20, "the second")
    assert logs().count(alarm) == 2
