# SPDX-License-Identifier: GPL-3.0-or-later
"""The word of the server that took a mail in (level provider, design.md 5): the
self-test that has to come first, a case and a decision that rest on it, and
copies that anybody can write (V001-V003, V019)."""

import client
import pytest
from client import crlf
from people import CITY, person

PROVIDER = ["mailbox.selftest=true", "mailbox.provider=own", f"mailbox.authserv_id=relay.{CITY}",
            "mailbox.results=below", "workflow.applicant_level=provider",
            "workflow.verifier_level=provider"]  # fmt: skip


def await_provider(office, words, seconds=30):
    client.wait_for(lambda: words in office.ctl("status")["provider"], seconds,
                    f"the self-test to say: {words}")  # fmt: skip


def test_case_by_the_providers_word(make_office):
    """Nothing is DKIM-signed: the server's results carry it all."""
    office = make_office(config=PROVIDER)
    await_provider(office, "believed: forged copies of its evidence are stripped")
    assert office.ctl("status")["carriers"] == "subject, in-reply-to, references"
    who = office.new_applicant()
    office.apply(who, sign="provider")
    number = office.case_of(who)
    letter = office.await_question("siti", number)

    # V001, V002, V003, V019: the token alone, a real result that says fail with
    # a copy below it, a copy below what the server wrote, SPF alone.
    siti = person("siti")
    copy = crlf(f"Authentication-Results: relay.{CITY}; dkim=pass "
                f"header.d={siti.domain}\n".encode())  # fmt: skip
    fail = client.border(siti, "dkim=fail")
    bare = fail.partition(b"Authentication-Results")[0]
    for above in (b"", copy, fail + copy, bare + b"X-A: b\r\n" + copy,
                  client.border(siti, "spf=pass smtp.mailfrom=a@b.test")):  # fmt: skip
        raw = client.answer(office.dir, siti, "SETUJU", letter=letter, how=above)
        assert raw.startswith(above)
    office.await_mail(5, "quarantine")
    assert office.show(number)["approvals"] == []
    held = [m["reason"] for m in office.ctl("mail", "list") if m["disposition"] == "quarantine"]
    # Only what was refused speaks against him: that nobody signed does not.
    assert sorted(held) == ["auth-fail", "auth-none", "auth-none", "auth-none", "auth-none"]

    letter = office.await_question("siti", number, but=[letter["Message-ID"]])
    office.answer("siti", "SETUJU", letter=letter, how="provider")
    office.await_case("completed", number)
    levels = {m["level"] for m in office.ctl("mail", "list") if m["disposition"] == "case"}
    assert levels == {"provider"}


def test_provider_that_strips_nothing_is_not_believed(make_office):
    """An administrator is told; once the server is mended he need not do
    anything but wait."""
    office = make_office(config=PROVIDER, hold=True)
    path = office.dir / "mail" / "exim.conf"
    good = path.read_text()
    line = "  warn remove_header = Authentication-Results\n"
    assert line in good
    path.write_text(good.replace(line, ""))
    office.stop("exim")
    office.start("exim")
    office.start("loket")
    office.await_connected()
    client.register(office.dir)
    await_provider(office, "not believed: forged copies of its evidence are not stripped")
    who = office.new_applicant()
    office.apply(who, sign="provider")
    office.await_mail(1, "quarantine")
    assert office.cases() == []
    assert "alarm: selftest: selftest-forged: mailbox.provider is not believed" in (
        office.dir / "log" / "loketd.log").read_text()

    path.write_text(good)
    office.stop("exim")
    office.kill("out")  # and with it the connection to a server as it was
    office.start("exim")
    office.clock("+61m")
    await_provider(office, "believed: forged copies of its evidence are stripped")
    office.apply(who, sign="provider")
    office.case_of(who)


@pytest.mark.parametrize("config", [PROVIDER, ["mailbox.selftest=true"]],
                         ids=["with a provider", "alone"])  # fmt: skip
def test_v146_relay_that_changes_message_ids(make_office, config):
    """The self-test is known by its subject, and says what is left."""
    office = make_office(config=config, hold=True)
    path = office.dir / "mail" / "exim.conf"
    line = "  warn remove_header = Authentication-Results\n"
    path.write_text(path.read_text().replace(
        line, line + "       remove_header = Message-ID\n"
                     "       add_header = Message-ID: <$tod_epoch.other@relay>\n"))
    office.stop("exim")
    office.start("exim")
    office.start("loket")
    client.wait_for(lambda: "the relay changes our Message-ID"
                    in office.ctl("status").get("carriers", ""), 30, "the self-test")  # fmt: skip


@pytest.mark.parametrize("gone", ["provider", "relay"])
def test_a_self_test_is_about_what_is_configured(make_office, gone):
    """What was shown for one server says nothing of another."""
    office = make_office(config=PROVIDER)
    await_provider(office, "believed")
    office.stop("loket")
    office.stop("exim")
    path = office.dir / "conf" / "loket.conf"
    text = path.read_text()
    old, new = {
        "provider": (f"relay.{CITY}", f"mx.{CITY}"),
        "relay": ('relay = { host = "localhost"', 'relay = { host = "127.0.0.1"'),
    }[gone]
    assert old in text
    path.write_text(text.replace(old, new))
    office.start("loket")
    await_provider(office, "not believed: no self-test has come back yet")
