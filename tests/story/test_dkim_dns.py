# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys that are not pinned: a parser child asks, the engine asks net out, net
out asks the resolver; whoever cannot be checked is not believed."""

import time

import pytest
from evil_dns import SERVFAIL, EvilDns, code, silence, split, txt

NAME = "lab._domainkey.kota.test"


@pytest.fixture
def dns():
    return EvilDns()


def open_office(make_office, dns):
    return make_office(config=["dkim.keys_file=", "dkim.dns=true",
                               f"dkim.resolver=127.0.0.1@{dns.port}"])  # fmt: skip


def record(office):
    return (office.dir / "pki" / "dkim-kota.test.txt").read_bytes().strip()


def test_key_from_the_dns_authenticates(make_office, dns):
    office = open_office(make_office, dns)
    dns.script[NAME] = txt(split(record(office)))
    office.apply("budi")
    office.await_case("received")
    (row,) = office.await_mail(1, "case")
    assert row["level"] == "dkim"
    assert (NAME, 16) in dns.asked  # TXT
    # What it was verified with is kept: tomorrow the DNS may say something else.
    (kept,) = office.ctl("mail", "show", str(row["id"]))["evidence"]
    assert kept == {"level": "dkim", "name": NAME, "detail": record(office).decode()}


def test_an_answer_without_measure_is_no_key(make_office, dns):
    """Longer than any key, and more of them than anybody needs; what is asked
    next is answered as ever."""
    office = open_office(make_office, dns)
    good = record(office)
    dns.script[NAME] = txt(split(good + b" " * 5000), *[split(b"x=%d" % n) for n in range(300)])
    office.apply("budi")
    (row,) = office.await_mail(1, "quarantine")
    assert row["level"] == "none"
    assert office.cases() == []


@pytest.mark.parametrize("answer", ["no such name", "servfail", "silence", "another key"])
def test_without_a_key_nobody_is_believed(make_office, dns, answer):
    office = open_office(make_office, dns)
    other = record(office)[:-40] + b"A" * 36 + b"IDAQAB"[-4:]
    dns.script.update({"no such name": {}, "servfail": {NAME: code(SERVFAIL)},
                       "silence": {NAME: silence()},
                       "another key": {NAME: txt(split(other))}}[answer])  # fmt: skip
    began = time.monotonic()
    office.apply("budi")
    (row,) = office.await_mail(1, "quarantine")
    assert time.monotonic() - began < 40  # the deadline is 5 s
    assert row["reason"] in ("auth-none", "auth-fail")
    assert row["level"] == "none"
    assert office.cases() == []
    assert [r["letter"] for r in office.ctl("outbox", "list")] == ["notice"]
