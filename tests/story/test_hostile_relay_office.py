# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole office behind a relay that misbehaves (threats.md 6 J, V139-V145).

Loket sends to tests/lab/evil_relay.py in place of Exim; its mailbox is a real
one.  Each story: a letter is due, the relay does its worst, the relay is
mended, and the letter arrives as it was first written.  Retries wait minutes
of Loket's clock, which the stories move.  test_relay_hostile.py has the same
faults seen from the worker alone.
"""

import select
import time
from datetime import timedelta

import client
import mails
import pytest
from evil_relay import (
    EvilRelay,
    endless_reply,
    hang_up,
    long_line,
    once,
    say,
    say_and_close,
    silence,
)
from hostile import (
    RSS_MAX_KB,
    await_rows,
    await_status,
    events,
    log,
    minutes_left,
    parse,
    password,
    peak_kb,
    restart,
    untouched,
)
from people import PEOPLE, person

BACK_OFF = [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60]  # minutes
OTHERS = ("loketd", "engine", "imap", "mail-parser", "document-parser")
ADMINISTRATOR = person("siti").address


def make_relay(keys, port=0, tls=True):
    return EvilRelay(keys / "server.pem", keys / "server.key",
                     PEOPLE["office"].address, "", port, tls)  # fmt: skip


@pytest.fixture
def relay(keys):
    server = make_relay(keys)
    yield server
    server.close()


@pytest.fixture
def office(make_office, relay):
    office = make_office(
        config=[f"relay.port={relay.port}", "relay.timeout=1",
                "relay.command_timeout=5"]
    )  # fmt: skip
    relay.password = password(office).encode()
    return office


# ---- helpers -------------------------------------------------------------------


def taken(relay, to):
    """What the relay took for somebody, oldest first."""
    address = person(to).address if "@" not in to else to
    return [m for m in relay.mails if m.recipient == address]


def check_one_letter(relay, row, copies=1):
    """So many copies of one letter, byte for byte, under its Message-ID."""
    got = taken(relay, row["to"])
    assert len(got) == copies
    assert len({m.data for m in got}) == 1
    assert parse(got[0].data)["Message-ID"].strip("<>") == row["message_id"]


def run_gauntlet(office, relay, faults):
    """One letter meets fault after fault, then nothing.  Gives its row after
    each attempt; the last one is the final row."""
    meets = iter(faults)
    set_fault(relay, next(meets))
    apply(office, "budi")
    for attempt in range(1, len(faults) + 2):
        (row,) = await_rows(
            office, lambda rows, a=attempt: rows and rows[0]["attempts"] == a
        )
        yield row
        if attempt <= len(faults):
            assert row["state"] == "queued"
            wait = BACK_OFF[attempt - 1]
            assert wait - 0.5 < minutes_left(office, row) <= wait
            relay.fault.clear()
            set_fault(relay, next(meets, None))
            office.clock(f"+{wait}m")


def set_fault(relay, fault):
    if fault is not None:
        relay.fault[fault[0]] = once(fault[1])


def summary(office, relay):
    """Tomorrow's daily summary, as the administrator reads it."""
    office.clock("+1d")
    (mail,) = client.wait_for(
        lambda: taken(relay, "siti"), 20, "the daily summary"
    )
    return client.text_of(parse(mail.data))


def apply(office, name):
    """Without a CSR: one letter to the applicant, and none to a verifier."""
    who = person(name)
    office.apply(name, papers=[mails.statement(who, office.now())])


def check_received(office):
    """Whatever the relay does, the case is as it should be."""
    (case,) = office.cases()
    assert case["state"] == "incomplete"
    office.await_mail(1, "case")
    office.await_folders({"INBOX": 0, "Loket/Done": 1})
    return case


# ---- V139, V140: replies -----------------------------------------------------------


def test_v139_4xx_at_each_stage(office, relay):
    stages = ["greeting", "ehlo", "auth", "mail", "rcpt", "data", "dot"]
    faults = [(s, say_and_close(f"4{n}1 4.7.1 later"))
              for n, s in enumerate(stages)]  # fmt: skip
    with untouched(office, *OTHERS, "out"):
        rows = list(run_gauntlet(office, relay, faults))
    # A refused EHLO ends there, before libcurl tries HELO: no code of a letter.
    assert "411 4.7.1 later" in rows[1]["reply"]
    assert [r["code"] for r in rows] == [401, 0, 421, 431, 441, 451, 461, 250]
    assert rows[-1]["state"] == "accepted" and rows[-1]["ambiguous"] == 0
    # Only the last two came as far as the bytes; the first was turned down.
    check_one_letter(relay, rows[-1], copies=2)
    check_received(office)
    assert len(events(office, "letter-accepted")) == 1
    assert office.ctl("status")["relay"] == "ok"


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "dot"])
def test_v140_5xx_is_final(office, relay, stage):
    relay.fault[stage] = once(say("550 5.1.1 no \x1b[2Jsuch user"))
    with untouched(office, *OTHERS, "out"):
        apply(office, "budi")
        (failed,) = await_rows(office, lambda r: r and r[0]["state"] == "failed")
        assert (failed["attempts"], failed["code"]) == (1, 550)
        assert "no \\x1b[2Jsuch user" in failed["reply"]
        case = check_received(office)
        (event,) = events(office, "letter-failed")
        assert "code=550" in event["detail"]
        # The next letter is none the worse for it; the first is not retried.
        apply(office, "wati")
        await_rows(office, lambda r: [x["state"] for x in r]
                   == ["failed", "accepted"])  # fmt: skip
        report = summary(office, relay)
    assert f"letter {failed['id']} was refused for good (550)" in report
    assert events(office, "letter-accepted", case["number"]) == []
    assert len(taken(relay, "budi")) == (stage == "dot")
    assert "\x1b" not in log(office)


# ---- V141 - V143: connections that end ------------------------------------------------


def test_v141_lost_after_the_dot(office, relay):
    faults = [("dot", hang_up), ("dot", silence), ("dot", hang_up)]
    with untouched(office, *OTHERS, "out"):
        rows = list(run_gauntlet(office, relay, faults))
    assert [r["ambiguous"] for r in rows] == [1, 2, 3, 3]
    assert rows[-1]["state"] == "accepted"
    # Four times the same mail: a reader sees that it is one.
    check_one_letter(relay, rows[-1], copies=4)
    check_received(office)
    assert len(events(office, "letter-accepted")) == 1


def test_v141_answer_that_comes_too_late(office, relay):
    """What the relay says of one letter is never heard as said of another: a
    late refusal would cost that one its life."""
    answered = []

    def late(session):
        # Until the client has given up, if it ever does.
        select.select([session.sock], [], [], 10)
        session.send(b"554 5.7.1 not this one\r\n")
        answered.append(session)
        return True

    relay.fault["dot"] = once(late)
    apply(office, "budi")
    (row,) = await_rows(office, lambda r: r and r[0]["attempts"] == 1)
    assert (row["state"], row["ambiguous"]) == ("queued", 1)
    client.wait_for(lambda: answered, 10, "the late answer")
    apply(office, "wati")
    rows = await_rows(office, lambda r: len(r) == 2 and r[1]["attempts"])
    assert (rows[1]["state"], rows[1]["attempts"]) == ("accepted", 1)
    office.clock("+1m")
    rows = await_rows(office, lambda r: r[0]["attempts"] == 2)
    assert (rows[0]["state"], rows[0]["ambiguous"]) == ("accepted", 1)
    check_one_letter(relay, rows[0], copies=2)
    check_one_letter(relay, rows[1])
    assert relay.connections == 2


def test_v142_250_then_reset(office, relay):
    relay.fault["after"] = hang_up
    relay.fault["quit"] = hang_up
    apply(office, "budi")
    apply(office, "wati")
    rows = await_rows(
        office, lambda r: [x["state"] for x in r] == ["accepted"] * 2
    )
    assert [(r["attempts"], r["ambiguous"]) for r in rows] == [(1, 0)] * 2
    office.clock("+2h")
    time.sleep(1.5)  # a retry would come with the next tick
    for row in rows:
        check_one_letter(relay, row)


def test_v143_greylisting(office, relay):
    """Each pair of sender and recipient waits five minutes of the clock."""
    seen = {}

    def grey(session):
        first = seen.setdefault(session.recipient, office.now())
        if office.now() - first < timedelta(minutes=5):
            session.send(b"450 4.2.0 greylisted\r\n")
            return True
        return None

    relay.fault["rcpt"] = grey
    apply(office, "budi")
    apply(office, "wati")
    for attempt, wait in ((1, 1), (2, 2), (3, 4)):
        rows = await_rows(office, lambda r, a=attempt: [x["attempts"] for x in r]
                          == [a, a])  # fmt: skip
        assert {r["code"] for r in rows} == {450}
        assert relay.mails == []
        office.clock(f"+{wait}m")
    rows = await_rows(
        office, lambda r: {x["state"] for x in r} == {"accepted"}
    )
    assert [r["attempts"] for r in rows] == [4, 4]
    for row in rows:
        check_one_letter(relay, row)


def test_v143_hourly_limit(office, relay):
    """Two letters an hour, then 421: all come, each once, in their order."""
    times = []

    def limit(session):
        recent = [t for t in times if office.now() - t < timedelta(hours=1)]
        if len(recent) == 2:
            session.send(b"421 4.7.0 too many mails\r\n")
            return False
        times.append(office.now())
        return None

    relay.fault["mail"] = limit
    budi = person("budi")
    office.apply("budi", papers=[mails.statement(budi, office.now())])
    number = office.await_case("incomplete")["number"]
    for _ in range(4):
        raw = mails.mail(budi, office.now(), f"Re: [{number}] surat",
                         "Ini surat saya.\n", [mails.statement(budi, office.now())])  # fmt: skip
        office.send("budi", raw)
    office.await_mail(5, "case")
    assert len(await_rows(office, lambda r: len(r) == 5)) == 5

    def next_hour():
        rows = await_rows(office, lambda r: len(r) == 5)
        if all(r["state"] == "accepted" for r in rows):
            return True
        office.clock("+20m")
        time.sleep(0.6)
        return False

    client.wait_for(next_hour, 60, "all five letters")
    rows = await_rows(office, lambda r: len(r) == 5)
    assert {r["ambiguous"] for r in rows} == {0}
    ids = [parse(m.data)["Message-ID"].strip("<>") for m in relay.mails]
    assert sorted(ids) == sorted(r["message_id"] for r in rows)
    assert len(office.cases()) == 1


# ---- V144: what is not offered ---------------------------------------------------------


@pytest.mark.parametrize(
    "offer", ["250-relay.test\r\n250 SIZE 10000000",
              "250-relay.test\r\n250 AUTH CRAM-MD5 NTLM"]
)  # fmt: skip
def test_v144_no_auth(office, relay, offer):
    relay.fault["ehlo"] = say(offer)
    with untouched(office, *OTHERS, "out"):
        apply(office, "budi")
        await_rows(office, lambda r: r and r[0]["attempts"] == 1)
        assert "relay localhost" in await_status(office, "relay", "relay")
        # Left alone: an administrator has to act, and knocking locks accounts.
        office.clock("+1m")
        await_rows(office, lambda r: r[0]["attempts"] == 2)
        assert relay.connections == 1
    check_received(office)
    assert set(relay.verbs()) <= {"EHLO", "QUIT"} and relay.logins == 0

    relay.fault.clear()
    restart(office)
    office.await_running("out")
    office.clock("+2m")
    (row,) = await_rows(office, lambda r: r[0]["state"] == "accepted")
    check_one_letter(relay, row)
    assert "relay: relay localhost" in summary(office, relay)


def test_v144_no_tls(make_office, keys):
    relay = make_relay(keys, tls=False)
    try:
        office = make_office(
            config=[f"relay.port={relay.port}", "relay.timeout=1"]
        )
        apply(office, "budi")
        await_rows(office, lambda r: r and r[0]["attempts"] == 1)
        await_status(office, "relay", "relay localhost")
        check_received(office)
    finally:
        relay.close()
    secret = password(office).encode()
    assert relay.mails == [] and secret not in b"".join(relay.lines)
    assert b"AUTH" not in b"".join(relay.lines)

    relay = make_relay(keys, relay.port)
    relay.password = secret
    try:
        restart(office)
        office.await_running("out")
        office.clock("+1m")
        (row,) = await_rows(office, lambda r: r[0]["state"] == "accepted")
        check_one_letter(relay, row)
        assert "relay: relay localhost" in summary(office, relay)
    finally:
        relay.close()


# ---- V145: replies without an end --------------------------------------------------------


def test_v145_replies_without_an_end(office, relay):
    evils = [endless_reply, long_line(1 << 20), say("250 2.1.5 \0ok")]
    faults = [(s, e) for s in ("greeting", "rcpt", "dot") for e in evils]
    with untouched(office, *OTHERS, "out"):
        rows = list(run_gauntlet(office, relay, faults))
        assert peak_kb(office, "out") < RSS_MAX_KB
    assert rows[-1]["state"] == "accepted"
    # Whoever lies behind the dot may have taken the letter.
    assert [r["ambiguous"] for r in rows] == [0] * 6 + [1, 2, 3, 3]
    check_one_letter(relay, rows[-1], copies=4)
    check_received(office)
    assert "NUL" in rows[2]["reply"]
    assert max(len(line) for line in log(office).splitlines()) < 1100
