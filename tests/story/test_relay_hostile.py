# SPDX-License-Identifier: GPL-3.0-or-later
"""The out worker against a relay and a resolver that misbehave.

tests/lab/out_harness plays loketd and the engine to the real worker code
(tests/lab/out_worker); tests/lab/evil_relay.py and evil_dns.py are the
servers.  One story per row of threats.md 6 J.
"""

import base64
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "lab"))

import client  # noqa: E402
import evil_dns  # noqa: E402
from evil_dns import EvilDns, code, silence, split, txt  # noqa: E402
from evil_relay import (  # noqa: E402
    EvilRelay,
    drip,
    endless_reply,
    hang_up,
    long_line,
    once,
    say,
    say_and_close,
)
from evil_relay import silence as relay_silence  # noqa: E402
from worker import LoneWorker, needs, open_shop  # noqa: E402

PASSWORD = "kunci-loket-4711"
FROM = "loket@kota.test"
TO = "siti@kota.test"
LETTER = (
    b"From: loket@kota.test\r\nTo: siti@kota.test\r\nSubject: uji\r\n"
    b"Message-ID: <1@kota.test>\r\n\r\nYth. Ibu Siti\r\n"
)
PROGRAMS = ("out_worker", "out_harness")

pytestmark = needs(*PROGRAMS)


@pytest.fixture(scope="module")
def shop():
    with open_shop(PROGRAMS, "/CN=relay", PASSWORD) as folder:
        yield folder


class Worker(LoneWorker):
    PROGRAMS = PROGRAMS
    ENVIRONMENT = {
        **LoneWorker.ENVIRONMENT,
        "https_proxy": "http://127.0.0.1:1",
        "ALL_PROXY": "socks5://127.0.0.1:1",
    }

    def do(self, **command):
        super().do(json.dumps(command))

    def send(self, number, letter=LETTER, to=TO, sender=FROM, **more):
        path = self.folder / f"letter-{number}"
        path.write_bytes(letter)
        path.chmod(0o644)
        self.do(do="send", id=number, to=to, file=str(path),
                **{"from": sender}, **more)  # fmt: skip

    def outcome(self, number=1, within=10, **more):
        """Sends a letter and waits for its result."""
        self.send(number, **more)
        result = self.expect("result", within)
        assert result["id"] == number
        return result

    def troubles(self):
        while not self.frames.empty():
            self.next()
        return super().troubles()

    def resolve(self, name, within=10):
        self.do(do="resolve", name=name)
        answer = self.expect("resolved", within)
        assert answer["name"] == name
        return answer

    def stop(self):
        self.do(do="stop")
        code = self.expect("exit")["code"]
        self.process.wait(40)
        return code

    def close(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                os.kill(self.pid, 9)
                self.process.wait(5)
        # I20: whatever happened, no secret reached the log.
        plain = b"\0office\0" + PASSWORD.encode()
        assert PASSWORD not in self.log()
        assert base64.b64encode(plain).decode() not in self.log()


@pytest.fixture
def relay(shop):
    server = EvilRelay(shop / "good.pem", shop / "good.key", "office", PASSWORD)
    yield server
    server.close()


@pytest.fixture
def dns():
    server = EvilDns()
    yield server
    server.close()


@pytest.fixture
def hire(shop, tmp_path_factory):
    """Starts a worker for a port; keywords change its settings."""
    workers = []

    def start(port, **settings):
        base = {
            "port": port, "timeout_sec": 2, "command_sec": 6,
            "domain": "kota.test", "resolver": "127.0.0.1@9",
        }  # fmt: skip
        workers.append(Worker(shop, {**base, **settings}))
        return workers[-1]

    yield start
    for worker in workers:
        worker.close()


# ---- how it should be ---------------------------------------------------------


def test_accepted_over_one_connection(hire, relay):
    worker = hire(relay.port)
    for number in range(1, 6):
        result = worker.outcome(number)
        assert (result["verdict"], result["code"]) == ("accepted", 250)
    assert relay.connections == 1 and relay.logins == 1
    assert [m.data for m in relay.mails] == [LETTER] * 5
    assert {(m.sender, m.recipient) for m in relay.mails} == {(FROM, TO)}
    assert [t["ok"] for t in worker.troubles()] == [True]
    assert worker.stop() == 0
    client.wait_for(lambda: relay.verbs()[-1] == "QUIT", 5, "QUIT")


def test_window_of_letters(hire, relay):
    worker = hire(relay.port)
    for number in range(1, 17):
        worker.send(number)
    results = [worker.expect("result") for _ in range(16)]
    assert [r["id"] for r in results] == list(range(1, 17))
    assert {r["verdict"] for r in results} == {"accepted"}
    assert len(relay.mails) == 16


def test_stop_finishes_what_is_in_hand(hire, relay):
    worker = hire(relay.port)
    for number in range(1, 17):
        worker.send(number)
    # What is in its hand when Stop comes is sent; what it has not read yet
    # stays queued with the engine (channels keep no order between each other).
    results = [worker.expect("result")]
    worker.do(do="stop")
    worker.seen.clear()
    assert worker.expect("exit")["code"] == 0
    results += [f for f in worker.seen if f["frame"] == "result"]
    assert [r["id"] for r in results] == list(range(1, len(results) + 1))
    assert {r["verdict"] for r in results} == {"accepted"}
    assert len(relay.mails) == len(results)


def test_engine_or_loketd_gone_ends_the_worker(hire, relay):
    worker = hire(relay.port)
    worker.process.stdin.close()  # the harness closes both channels
    assert worker.process.wait(30) == 0
    assert worker.expect("exit")["code"] in (0, 75)


def test_ping_is_answered_while_the_relay_is_silent(hire, relay):
    """libcurl blocks for the reply to the final dot: loketd must not think
    that the worker hangs."""
    relay.fault["dot"] = relay_silence
    worker = hire(relay.port, timeout_sec=8)
    worker.send(1)
    client.wait_for(lambda: len(relay.mails) == 1, 5, "the final dot")
    worker.do(do="ping", number=7)
    assert worker.expect("pong")["number"] == 7
    assert not [f for f in worker.seen if f["frame"] == "result"]
    assert worker.expect("result")["verdict"] == "ambiguous"


# ---- what we say --------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "siti@kota.test>",
        "siti@kota.test\r\nRCPT TO:<evil@x.test",
        "siti@kota.test\n",
        "si ti@kota.test",
        "siti@kota.test> SIZE=1",
        "siti",
        "",
        "x" * 300 + "@kota.test",
    ],
)
def test_v113_address_never_reaches_the_wire(hire, relay, address):
    worker = hire(relay.port)
    for number, who in enumerate(({"to": address}, {"sender": address})):
        result = worker.outcome(number, **who)
        assert (result["verdict"], result["code"]) == ("failed", 0)
        assert "\n" not in result["text"]
    assert relay.connections == 0 and relay.lines == []
    assert worker.troubles() == []


@pytest.mark.parametrize(
    "body",
    [b"a\n.\nb\r\n", b"a\r.\r\r\n", b"a\0b\r\n", b"x" * 2000 + b"\r\n",
     b"no end", b"caf\xc3\xa9\r\n"],
)  # fmt: skip
def test_v117_unfit_bytes_are_not_sent(hire, relay, body):
    worker = hire(relay.port)
    result = worker.outcome(letter=LETTER + body)
    assert (result["verdict"], result["code"]) == ("failed", 0)
    assert relay.lines == []
    assert worker.outcome(2)["verdict"] == "accepted"


def test_v117_dots_arrive_as_they_were(hire, relay):
    letter = LETTER + b".\r\n..\r\n.\r\n\r\n.a\r\n" + b"y" * 998 + b"\r\n.\r\n"
    worker = hire(relay.port)
    assert worker.outcome(letter=letter)["verdict"] == "accepted"
    assert worker.outcome(2, letter=b".first\r\n")["verdict"] == "accepted"
    assert worker.outcome(3)["verdict"] == "accepted"
    assert [m.data for m in relay.mails] == [letter, b".first\r\n", LETTER]
    for mail in relay.mails:
        lines = mail.raw.split(b"\r\n")
        assert b"." not in lines
        assert not any(b"\r" in line or b"\n" in line for line in lines)
        assert max(map(len, lines)) <= 998


def test_large_letter_arrives_whole(hire, relay):
    letter = LETTER + b"." * 900 + b"\r\n"
    letter += (b"0123456789" * 9 + b"\r\n") * 2700
    worker = hire(relay.port)
    assert len(letter) < 256 * 1024
    assert worker.outcome(letter=letter)["verdict"] == "accepted"
    assert relay.mails[0].data == letter


def test_descriptor_that_is_no_sealed_memfd(hire, relay):
    worker = hire(relay.port)
    result = worker.outcome(unsealed=True)
    assert result["verdict"] == "failed"
    assert relay.lines == []


# ---- V139, V140: replies ------------------------------------------------------

STAGES = ["mail", "rcpt", "data", "dot"]


@pytest.mark.parametrize("stage", STAGES)
def test_v139_4xx_of_a_letter_is_a_retry(hire, relay, stage):
    relay.fault[stage] = once(say("451 4.7.1 later"))
    worker = hire(relay.port)
    result = worker.outcome()
    assert (result["verdict"], result["code"]) == ("retry", 451)
    assert worker.outcome(2)["verdict"] == "accepted"
    assert [t["ok"] for t in worker.troubles()] == [True]


@pytest.mark.parametrize("stage", ["greeting", "auth"])
def test_v139_4xx_of_the_relay_is_a_retry(hire, relay, stage):
    relay.fault[stage] = once(say_and_close("454 4.7.0 not now"))
    worker = hire(relay.port)
    result = worker.outcome()
    assert (result["verdict"], result["code"]) == ("retry", 454)
    assert worker.outcome(2)["verdict"] == "accepted"
    assert [(t["ok"], t["fatal"]) for t in worker.troubles()] == [
        (False, False),
        (True, False),
    ]


@pytest.mark.parametrize("stage", STAGES)
def test_v140_5xx_of_a_letter_is_final(hire, relay, stage):
    relay.fault[stage] = once(say("550 5.1.1 no such user"))
    worker = hire(relay.port)
    result = worker.outcome()
    assert (result["verdict"], result["code"]) == ("failed", 550)
    assert "no such user" in result["text"]
    assert worker.outcome(2)["verdict"] == "accepted"


@pytest.mark.parametrize("stage", ["greeting", "ehlo", "auth"])
def test_5xx_of_the_relay_is_for_the_administrator(hire, relay, stage):
    relay.fault[stage] = say("554 5.7.0 go away")
    worker = hire(relay.port)
    assert worker.outcome()["verdict"] == "retry"
    # The relay is left alone now: a wrong password must not lock the account.
    before = relay.connections
    assert worker.outcome(2)["verdict"] == "retry"
    assert relay.connections == before
    assert [(t["ok"], t["fatal"]) for t in worker.troubles()] == [(False, True)]
    assert "MAIL" not in relay.verbs()


def test_wrong_password(hire, relay):
    relay.password = b"changed"
    worker = hire(relay.port)
    for number in range(1, 5):
        worker.send(number)
    results = [worker.expect("result") for _ in range(4)]
    assert {r["verdict"] for r in results} == {"retry"}
    assert results[0]["code"] == 535
    assert relay.logins == 1 and "MAIL" not in relay.verbs()
    assert [(t["ok"], t["fatal"]) for t in worker.troubles()] == [(False, True)]


def test_password_file_others_can_read(hire, relay, shop):
    loose = shop / "loose"
    loose.write_text(PASSWORD + "\n")
    loose.chmod(0o644)
    worker = hire(relay.port, password_file=loose)
    result = worker.outcome()
    assert result["verdict"] == "retry" and "0644" in result["text"]
    assert relay.connections == 0
    assert worker.troubles()[0]["fatal"]


# ---- V141 - V143: connections that end ----------------------------------------


def test_v141_lost_after_the_dot_is_ambiguous(hire, relay):
    relay.fault["dot"] = once(hang_up)
    worker = hire(relay.port)
    result = worker.outcome()
    assert (result["verdict"], result["code"]) == ("ambiguous", 0)
    assert worker.outcome(1)["verdict"] == "accepted"
    # The engine sends the same bytes again: the reader can see it is one mail.
    assert [m.data for m in relay.mails] == [LETTER, LETTER]


def test_v141_silence_after_the_dot_is_ambiguous(hire, relay):
    relay.fault["dot"] = relay_silence
    worker = hire(relay.port)
    assert worker.outcome()["verdict"] == "ambiguous"


@pytest.mark.parametrize("stage", ["greeting", "ehlo", "auth", *STAGES[:3]])
def test_lost_before_the_dot_is_a_retry(hire, relay, stage):
    relay.fault[stage] = once(hang_up)
    worker = hire(relay.port)
    assert worker.outcome()["verdict"] == "retry"
    assert relay.mails == []
    assert worker.outcome(2)["verdict"] == "accepted"


def test_lost_in_the_body_is_a_retry(hire, relay):
    relay.fault["body"] = hang_up
    worker = hire(relay.port)
    # More than socket buffers hold, so that the loss is seen while sending.
    letter = LETTER + (b"z" * 900 + b"\r\n") * 280
    result = worker.outcome(letter=letter)
    assert result["verdict"] in ("retry", "ambiguous")
    assert relay.mails == []


def test_v142_250_then_reset_is_accepted_once(hire, relay):
    relay.fault["after"] = once(hang_up)
    worker = hire(relay.port)
    assert worker.outcome()["verdict"] == "accepted"
    assert worker.outcome(2)["verdict"] == "accepted"
    assert len(relay.mails) == 2


@pytest.mark.parametrize(
    "stage,reply",
    [("rcpt", "450 4.2.0 greylisted"), ("mail", "421 4.7.0 too many"),
     ("greeting", "421 4.3.2 shutting down"), ("dot", "452 4.3.1 full")],
)  # fmt: skip
def test_v143_not_now(hire, relay, stage, reply):
    relay.fault[stage] = once(say_and_close(reply))
    worker = hire(relay.port)
    result = worker.outcome()
    assert (result["verdict"], result["code"]) == ("retry", int(reply[:3]))
    assert worker.outcome(2)["verdict"] == "accepted"


def test_idle_connection_closed_by_the_relay_costs_no_attempt(hire, relay):
    worker = hire(relay.port)
    assert worker.outcome()["verdict"] == "accepted"
    relay.drop_connections()
    assert worker.outcome(2)["verdict"] == "accepted"
    # Closed in the moment the next letter begins.
    relay.fault["mail"] = once(hang_up)
    assert worker.outcome(3)["verdict"] == "accepted"
    assert relay.connections == 3


def test_silence_at_quit_delays_nothing(hire, relay):
    relay.fault["rcpt"] = say("550 5.1.1 no such user")
    relay.fault["quit"] = relay_silence
    worker = hire(relay.port, timeout_sec=30, command_sec=30)
    began = time.monotonic()
    assert worker.outcome()["verdict"] == "failed"
    assert worker.outcome(2)["verdict"] == "failed"
    assert worker.stop() == 0
    assert time.monotonic() - began < 25


def test_no_relay_gives_everything_back_at_once(hire, relay):
    worker = hire(relay.port)
    relay.close()
    for number in range(1, 9):
        worker.send(number)
    results = [worker.expect("result", within=5) for _ in range(8)]
    assert {r["verdict"] for r in results} == {"retry"}
    troubles = worker.troubles()
    assert [(t["ok"], t["fatal"]) for t in troubles] == [(False, False)]


def test_silent_relay_ends_at_the_deadline(hire, relay):
    relay.fault["greeting"] = relay_silence
    worker = hire(relay.port)
    began = time.monotonic()
    assert worker.outcome()["verdict"] == "retry"
    assert time.monotonic() - began < 30  # the relay waits for 60 s


def test_dripping_relay_ends_at_the_deadline(hire, relay):
    relay.fault["rcpt"] = drip
    worker = hire(relay.port)
    began = time.monotonic()
    assert worker.outcome()["verdict"] == "retry"
    assert time.monotonic() - began < 30


# ---- V144: AUTH or TLS not offered --------------------------------------------


@pytest.mark.parametrize(
    "ehlo",
    ["250 relay.test", "250-relay.test\r\n250 AUTH CRAM-MD5", "502 no EHLO"],
)
def test_v144_no_auth_nothing_sent(hire, relay, ehlo):
    relay.fault["ehlo"] = say(ehlo)
    worker = hire(relay.port)
    assert worker.outcome()["verdict"] == "retry"
    assert set(relay.verbs()) <= {"EHLO"}
    troubles = worker.troubles()
    assert [(t["ok"], t["fatal"]) for t in troubles] == [(False, True)]


def test_v144_no_tls_nothing_sent(hire, shop):
    relay = EvilRelay(None, None, "office", PASSWORD, tls=False)
    worker = hire(relay.port)
    assert worker.outcome()["verdict"] == "retry"
    assert relay.mails == [] and b"AUTH" not in b"".join(relay.lines)
    assert worker.troubles()[0]["fatal"]
    relay.close()


@pytest.mark.parametrize("leaf", ["name", "stranger", "expired"])
def test_v133_wrong_certificate_nothing_sent(hire, shop, leaf):
    relay = EvilRelay(
        shop / f"{leaf}.pem", shop / f"{leaf}.key", "office", PASSWORD
    )
    worker = hire(relay.port)
    assert worker.outcome()["verdict"] == "retry"
    assert relay.lines == []
    assert worker.troubles()[0]["fatal"]
    relay.close()


def test_host_name_is_verified_too(hire, relay):
    worker = hire(relay.port, host="localhost")
    assert worker.outcome()["verdict"] == "accepted"


# ---- V145: replies without an end ---------------------------------------------


@pytest.mark.parametrize("stage", ["greeting", "ehlo", "rcpt", "dot"])
@pytest.mark.parametrize("fault", [endless_reply, long_line(1 << 20)])
def test_v145_endless_reply_is_cut(hire, relay, stage, fault):
    relay.fault[stage] = fault
    worker = hire(relay.port, timeout_sec=30, command_sec=90)
    began = time.monotonic()
    verdict = worker.outcome()["verdict"]
    assert verdict == ("ambiguous" if stage == "dot" else "retry")
    assert time.monotonic() - began < 25  # cut by its length, not by the time
    assert worker.rss_kb() < 128 * 1024


@pytest.mark.parametrize("stage", ["greeting", "rcpt", "dot"])
def test_v145_nul_in_reply(hire, relay, stage):
    relay.fault[stage] = say("250 2.1.5 \0ok")
    worker = hire(relay.port)
    result = worker.outcome()
    assert result["verdict"] == ("ambiguous" if stage == "dot" else "retry")
    assert "NUL" in result["text"]


def test_escape_characters_are_shown(hire, relay):
    relay.fault["rcpt"] = say("550 \x1b[2Jgone")
    worker = hire(relay.port)
    assert worker.outcome()["text"] == "RCPT: 550 \\x1b[2Jgone"
    assert "\x1b" not in worker.log()


# ---- V147: one recipient per letter -------------------------------------------


def test_v147_each_recipient_has_its_own_verdict(hire, relay):
    def refuse_budi(session):
        if session.recipient == "budi@kota.test":
            session.send(b"550 5.1.1 no such user\r\n")
            return True
        return None

    relay.fault["rcpt"] = refuse_budi
    worker = hire(relay.port)
    for number, to in enumerate(["siti", "budi", "ani"]):
        worker.send(number, to=f"{to}@kota.test")
    results = [worker.expect("result") for _ in range(3)]
    assert [r["verdict"] for r in results] == ["accepted", "failed", "accepted"]
    assert [m.recipient for m in relay.mails] == [
        "siti@kota.test",
        "ani@kota.test",
    ]


# ---- the resolver -------------------------------------------------------------

KEY = "s1._domainkey.dinas.test"


def ask(hire, dns, **more):
    return hire(9, resolver=f"127.0.0.1@{dns.port}").resolve(KEY, **more)


def test_dns_found_strings_joined(hire, dns):
    dns.script[KEY] = txt([b"v=DKIM1; k=rsa; p=", b"A" * 255, b"B" * 130])
    answer = ask(hire, dns)
    assert answer["outcome"] == "found"
    assert answer["records"] == [
        "v=DKIM1; k=rsa; p=" + "A" * 255 + "B" * 130
    ]


@pytest.mark.parametrize(
    "entry,outcome",
    [
        (code(evil_dns.NXDOMAIN), "not-found"),
        (code(evil_dns.NOERROR), "not-found"),
        (code(evil_dns.SERVFAIL), "failed"),
        (code(evil_dns.REFUSED), "failed"),
        (txt([b"v=DKIM1; p=\0\1"]), "not-found"),
        (txt(split(b"x" * 4096)), "not-found"),
        (txt(split(b"x" * 60000)), "not-found"),
    ],
)
def test_dns_other_answers(hire, dns, entry, outcome):
    dns.script[KEY] = entry
    answer = ask(hire, dns)
    assert (answer["outcome"], answer["records"]) == (outcome, [])


def test_dns_silence_ends_in_time(hire, dns):
    dns.script[KEY] = silence()
    began = time.monotonic()
    assert ask(hire, dns, within=8)["outcome"] == "failed"
    assert time.monotonic() - began < 30


def test_dns_many_records_are_bounded(hire, dns):
    dns.script[KEY] = txt(*[[f"record {i}".encode()] for i in range(500)])
    answer = ask(hire, dns)
    assert answer["outcome"] == "found"
    assert len(answer["records"]) == 8


def test_dns_largest_record_fits_a_frame(hire, dns):
    dns.script[KEY] = txt(*[split(b"%d" % i + b"x" * 4000) for i in range(8)])
    answer = ask(hire, dns)
    assert sorted(len(r) for r in answer["records"]) == [4001] * 8


def test_dns_nonsense_name_is_not_asked(hire, dns):
    worker = hire(9, resolver=f"127.0.0.1@{dns.port}")
    for name in ("", "a..b", "a b.test", "x" * 64 + ".test"):
        assert worker.resolve(name)["outcome"] == "not-found"
    assert dns.asked == []


def test_dns_and_letters_at_once(hire, relay, dns):
    dns.script[KEY] = txt([b"v=DKIM1; p=A"])
    worker = hire(relay.port, resolver=f"127.0.0.1@{dns.port}")
    for number in range(1, 4):
        worker.send(number)
        worker.do(do="resolve", name=KEY)
    kinds = [worker.next()["frame"] for _ in range(7)]
    assert sorted(kinds) == ["resolved"] * 3 + ["result"] * 3 + ["trouble"]
