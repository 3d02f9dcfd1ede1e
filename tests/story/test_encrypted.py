# SPDX-License-Identifier: GPL-3.0-or-later
"""V077: mail that is encrypted to somebody else, as the large providers sign
it (DKIM without the fields that say how the body is coded): whoever surely sent
it is told; and what a signature that leaves such a field open is called."""

import re

import client
import mails
import pki
import pytest
from people import person

BUDI = person("budi")
FIELDS = ("From", "To", "Subject", "Date", "Message-ID")


def encrypted(office):
    """An application in CMS EnvelopedData to an officer's certificate."""
    raw = client.crlf(mails.application(BUDI, office.now()))
    head, _, _ = raw.partition(b"\r\n\r\n")
    outer = [f for f in re.split(rb"\r\n(?![ \t])", head)
             if f.split(b":")[0].decode() in FIELDS]  # fmt: skip
    sealed = pki.openssl(
        "cms", "-encrypt", "-aes256", office.dir / "pki" / "smime-siti.pem", data=raw,
    )  # fmt: skip
    return b"\r\n".join(outer) + b"\r\n" + client.crlf(sealed)


@pytest.mark.parametrize("provider", ["m365", "google"])
def test_v077_an_encrypted_application_gets_the_letter(make_office, provider):
    office = make_office()
    raw = encrypted(office)
    assert b"smime-type=enveloped-data" in raw
    assert b"Content-Transfer-Encoding: base64" in raw
    client.send(office.dir, BUDI, raw, provider)
    (letter,) = office.await_letters("budi", 1)
    assert "Surel Saudara terenkripsi" in client.flat(letter)
    (mail,) = office.ctl("mail", "list")
    assert mail["disposition"] == "case", mail


def test_what_the_signature_leaves_open_is_named(office):
    """Two that Google signed: with text before the first part, anybody could
    have chosen other parts; without, nobody."""
    raw = client.crlf(mails.application(BUDI, office.now()))
    head, _, body = raw.partition(b"\r\n\r\n")
    client.send(office.dir, BUDI, head + b"\r\n\r\nYth.\r\n" + body, "google")
    (row,) = office.await_mail(1, "quarantine")
    assert row["reason"] == "auth-partial"
    done = client.loketctl(office.dir, "quarantine", "show", str(row["id"]))
    said = " ".join(done.stdout.decode().split())
    assert "signed it (DKIM), but left out a field" in said
    assert "no DKIM signature" not in said
    office.await_letter("budi", "notice")  # he hears of it, once
    assert len(office.letters("budi")) == 1
    office.apply("budi", sign="google")
    office.await_case("received")
