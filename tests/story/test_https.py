# SPDX-License-Identifier: GPL-3.0-or-later
"""The out worker fetches over HTTPS, from a server that serves well and from
one that does not: what comes back is whole and from the right server, or one
sentence; and mail goes on meanwhile.

tests/lab/out_harness plays loketd and the engine to the real worker code
(tests/lab/out_worker); tests/lab/https_server.py is the server.
"""

import hashlib
import json
import os
import re
import ssl
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "lab"))

import https_server as web  # noqa: E402
from evil_relay import EvilRelay  # noqa: E402
from https_server import HttpsServer  # noqa: E402
from worker import LoneWorker, needs, open_shop  # noqa: E402

PROGRAMS = ("out_worker", "out_harness")
MIB = 1024 * 1024
LARGEST = 8 * MIB  # LIMIT_CRL
CRL = bytes(range(256)) * 8

pytestmark = needs(*PROGRAMS)


@pytest.fixture(scope="module")
def shop():
    with open_shop(PROGRAMS, "/CN=portal", "kunci-loket-4711") as folder:
        yield folder


class Worker(LoneWorker):
    PROGRAMS = PROGRAMS
    ENVIRONMENT = {
        **LoneWorker.ENVIRONMENT,
        "https_proxy": "http://127.0.0.1:1",
        "ALL_PROXY": "socks5://127.0.0.1:1",
    }
    number = 0

    def do(self, **command):
        super().do(json.dumps(command))

    def begin(self, url, max=MIB):
        self.number += 1
        self.do(do="fetch", number=self.number, url=url, max=max)
        return self.number

    def fetch(self, url, max=MIB, within=10):
        """Fetches and waits for the outcome."""
        number = self.begin(url, max)
        answer = self.expect("fetched", within)
        assert answer["number"] == number
        return answer

    def refused(self, url, max=MIB, within=10):
        """Fetches in vain; the sentence without the URL before it."""
        answer = self.fetch(url, max, within)
        assert not answer["done"], answer
        assert answer["text"].startswith(url[:200] + ": "), answer
        assert len(answer["text"]) < 400 and "\n" not in answer["text"]
        return answer["status"], answer["text"][len(url[:200]) + 2 :]

    def stop(self):
        self.do(do="stop")
        return self.expect("exit")["code"]

    def close(self):
        if self.process.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, 9)
            self.process.stdin.close()
            self.process.wait(10)


@pytest.fixture
def hire(shop):
    """Starts a worker; keywords change its settings."""
    workers = []

    def start(**settings):
        base = {
            "port": 1, "timeout_sec": 2, "command_sec": 6, "fetch_sec": 5,
            "domain": "kota.test", "resolver": "127.0.0.1@9",
        }  # fmt: skip
        workers.append(Worker(shop, {**base, **settings}))
        return workers[-1]

    yield start
    for worker in workers:
        worker.close()


@pytest.fixture
def open_server(shop, tmp_path):
    servers = []
    (tmp_path / "issuer.crl").write_bytes(CRL)
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "largest").write_bytes(b"z" * LARGEST)

    def start(leaf="good", **more):
        servers.append(HttpsServer(tmp_path, shop / f"{leaf}.pem",
                                   shop / f"{leaf}.key", **more))  # fmt: skip
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def server(open_server):
    return open_server()


# ---- how it should be ---------------------------------------------------------


def test_file_comes_whole(hire, server):
    worker = hire()
    answer = worker.fetch(server.url("issuer.crl"))
    assert answer["done"] and answer["status"] == 200
    assert answer["sha256"] == hashlib.sha256(CRL).hexdigest()
    assert answer["text"] == ""
    ((path, headers),) = server.asked
    assert path == "/issuer.crl"
    # Nothing of Loket's goes out but the question.
    assert set(map(str.lower, headers)) == {"host", "user-agent", "accept"}
    assert headers["User-Agent"] == "loket"
    assert worker.stop() == 0


@pytest.mark.parametrize("name, max, done", [
    ("largest", LARGEST, True), ("largest", LARGEST - 1, False),
    ("issuer.crl", len(CRL), True), ("issuer.crl", len(CRL) - 1, False),
    ("empty", 1, True),
])  # fmt: skip
def test_up_to_its_limit_and_no_further(hire, server, name, max, done):
    worker = hire()
    answer = worker.fetch(server.url(name), max)
    assert answer["done"] is done
    if done:
        assert answer["size"] == (server.folder / name).stat().st_size
    else:
        assert answer["text"].endswith(f": it is larger than {max} bytes")


def test_each_fetch_is_a_connection_of_its_own(hire, server):
    worker = hire()
    server.fault = web.status(200, CRL, set_cookie="sweet=1; Secure")
    for _ in range(3):
        assert worker.fetch(server.url("issuer.crl"))["done"]
    assert len(server.asked) == 3
    assert not any("cookie" in map(str.lower, h) for _, h in server.asked)


def test_two_side_by_side_and_no_third(hire, server):
    worker = hire()
    server.fault = web.silence
    numbers = [worker.begin(server.url("issuer.crl")) for _ in range(3)]
    answer = worker.expect("fetched", 2)
    assert answer["number"] == numbers[2]
    assert answer["text"].endswith(": other fetches are not over yet")
    late = [worker.expect("fetched", 8) for _ in range(2)]
    assert {a["number"] for a in late} == set(numbers[:2])
    server.fault = None
    assert worker.fetch(server.url("issuer.crl"))["done"]


# ---- the wrong server -----------------------------------------------------------


@pytest.mark.parametrize("leaf", ["name", "stranger", "expired"])
def test_wrong_certificate_is_refused(hire, open_server, leaf):
    worker, server = hire(), open_server(leaf)
    status, why = worker.refused(server.url("issuer.crl"))
    assert status == 0 and server.asked == []
    assert why.startswith("the certificate of the server cannot be trusted (")


def test_names_of_the_certificate_count(hire, server):
    worker = hire()
    assert worker.fetch(server.url("issuer.crl", host="127.0.0.1"))["done"]


def test_systems_anchors_do_not_trust_the_lab(hire, server):
    worker = hire(ca_file="")
    _, why = worker.refused(server.url("issuer.crl"))
    assert why.startswith("the certificate of the server cannot be trusted (")


def test_no_anchors_no_fetch(hire, server):
    worker = hire(ca_file="/nonexistent.pem")
    _, why = worker.refused(server.url("issuer.crl"))
    assert why.startswith("the file of CA certificates (portal.ca_file) cannot "
                          "be used (")  # fmt: skip


@pytest.mark.parametrize("newest, good", [(ssl.TLSVersion.TLSv1_1, False),
                                          (ssl.TLSVersion.TLSv1_2, True)])  # fmt: skip
def test_old_tls_is_refused(hire, open_server, newest, good):
    worker, server = hire(), open_server(newest_tls=newest)
    if good:
        assert worker.fetch(server.url("issuer.crl"))["done"]
    else:
        _, why = worker.refused(server.url("issuer.crl"))
        assert why.startswith("the server does not speak TLS 1.2 or newer there")


def test_plain_http_is_refused(hire, server):
    worker = hire()
    server.at_connect = web.plain_http
    _, why = worker.refused(server.url("issuer.crl"))
    assert why.startswith("the server does not speak TLS 1.2 or newer there")


@pytest.mark.parametrize("url", [
    "http://localhost:{}/issuer.crl", "ftp://localhost:{}/issuer.crl",
    "file:///etc/passwd", "https://user:secret@localhost:{}/issuer.crl",
    "https://", "", "https://localhost:{}/issuer.crl#x",
    pytest.param("https://localhost:{}/" + "x" * 1024, id="long"),
])  # fmt: skip
def test_nothing_but_https_is_asked(hire, server, url):
    worker = hire()
    _, why = worker.refused(url.format(server.port))
    assert why.endswith("this is no https:// address")
    assert server.asked == []


@pytest.mark.parametrize("max", [0, LARGEST + 1, 2**62])
def test_no_limit_no_fetch(hire, server, max):
    worker = hire()
    _, why = worker.refused(server.url("issuer.crl"), max)
    assert why == "so many bytes are never fetched"
    assert server.asked == []


def test_nobody_listens(hire, server):
    worker = hire()
    url = server.url("issuer.crl")
    server.close()
    _, why = worker.refused(url)
    assert why.startswith("no connection to the server (")


def test_name_that_nobody_knows(hire):
    worker = hire(fetch_sec=2)
    began = time.monotonic()
    _, why = worker.refused("https://nobody.invalid/issuer.crl")
    assert why in ("the name of the server is not known",
                   "no connection to the server in time")  # fmt: skip
    assert worker.stop() == 0
    assert time.monotonic() - began < 4


# ---- the wrong answer -----------------------------------------------------------


@pytest.mark.parametrize("code, said", [
    (204, " and not 200"), (206, " and not 200"),
    (401, ", it is not for everybody"), (404, ", there is no such file"),
    (503, ", it has a fault of its own"),
])  # fmt: skip
def test_only_200_counts(hire, server, code, said):
    worker = hire()
    server.fault = web.status(code, b"" if code == 204 else CRL)
    status, why = worker.refused(server.url("issuer.crl"))
    assert (status, why) == (code, f"the server answers {code}{said}")


def test_page_of_an_error_is_not_read(hire, server):
    def endless_404(handler):
        handler.begin(404)
        handler.flood(b"x" * 65536)

    worker = hire()
    server.fault = endless_404
    began = time.monotonic()
    assert worker.refused(server.url("issuer.crl"))[0] == 404
    assert time.monotonic() - began < 2


def test_redirects_are_not_followed(hire, server, open_server):
    worker, other = hire(), open_server()
    server.fault = web.redirect(other.url("issuer.crl"))
    status, why = worker.refused(server.url("issuer.crl"))
    assert status == 302 and other.asked == []
    assert why == ("the server answers 302, the file is somewhere else; its "
                   "new address belongs into the configuration")  # fmt: skip


def test_password_is_not_given(hire, server):
    worker = hire()
    server.fault = web.status(401, www_authenticate='Basic realm="x"')
    assert worker.refused(server.url("issuer.crl"))[0] == 401
    assert len(server.asked) == 1


@pytest.mark.parametrize("fault", [web.endless, web.endless_chunks])
def test_body_without_an_end(hire, server, fault):
    worker = hire(fetch_sec=20)
    server.fault = fault
    _, why = worker.refused(server.url("issuer.crl"), LARGEST, 15)
    assert why == f"it is larger than {LARGEST} bytes"
    assert server.sent < LARGEST + 16 * MIB  # what sockets hold, and no more
    assert worker.rss_kb() < 64 * 1024


def test_announced_too_large_is_not_begun(hire, server):
    worker = hire()
    server.fault = web.announces(MIB + 1)
    began = time.monotonic()
    _, why = worker.refused(server.url("issuer.crl"))
    assert why == f"it is larger than {MIB} bytes"
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("fault", [
    web.endless_header, web.endless_header_line, web.endless_continue,
])  # fmt: skip
def test_header_without_an_end(hire, server, fault):
    worker = hire()
    server.fault = fault
    began = time.monotonic()
    _, why = worker.refused(server.url("issuer.crl"))
    assert time.monotonic() - began < 3
    assert why == "its header does not end"
    assert worker.rss_kb() < 64 * 1024


def test_cut_short_is_not_whole(hire, server):
    worker = hire()
    server.fault = web.cut_short(CRL[:-1], len(CRL))
    _, why = worker.refused(server.url("issuer.crl"))
    assert why == "the connection broke before the whole had come"


def test_torn_connection_is_not_an_end(hire, server):
    """Without a length only TLS says what is the end (RFC 9112 9.8)."""
    worker = hire()
    server.fault = web.torn(CRL[:-1])
    _, why = worker.refused(server.url("issuer.crl"))
    assert why == "the connection broke before the whole had come"


def test_more_than_announced_is_not_taken(hire, server):
    worker = hire()
    server.fault = web.too_much(CRL + b"more", len(CRL))
    answer = worker.fetch(server.url("issuer.crl"))
    assert answer["done"] and answer["size"] == len(CRL)
    assert answer["sha256"] == hashlib.sha256(CRL).hexdigest()
    server.fault = None
    assert worker.fetch(server.url("issuer.crl"))["size"] == len(CRL)


@pytest.mark.parametrize("fault, said", [
    (web.hang_up, "the server closed the connection without an answer"),
    (web.no_http, "what answers there is no HTTP server"),
])  # fmt: skip
def test_no_answer_at_all(hire, server, fault, said):
    worker = hire()
    server.fault = fault
    assert worker.refused(server.url("issuer.crl")) == (0, said)


# ---- slow, and mail beside it -----------------------------------------------------


@pytest.mark.parametrize("fault", [web.silence, web.drip(CRL, 0.05)])
def test_deadline_of_the_whole(hire, server, fault):
    worker = hire(fetch_sec=2)
    server.fault = fault
    began = time.monotonic()
    _, why = worker.refused(server.url("issuer.crl"))
    assert 1.5 < time.monotonic() - began < 4
    assert why == "the whole did not come within 2 seconds"


def test_deadline_of_the_connection(hire, server):
    worker = hire(fetch_sec=2)
    server.at_connect = web.no_handshake
    began = time.monotonic()
    _, why = worker.refused(server.url("issuer.crl"))
    assert 1.5 < time.monotonic() - began < 4
    assert why == "no connection to the server in time"


def test_slow_but_sure(hire, server):
    worker = hire()
    server.fault = web.drip(CRL[:20], 0.05)
    answer = worker.fetch(server.url("issuer.crl"))
    assert answer["sha256"] == hashlib.sha256(CRL[:20]).hexdigest()


@pytest.mark.parametrize("where", ["connect", "body"])
def test_mail_goes_on_beside_it(hire, server, shop, where):
    """Both fetches hang; letters, questions and pings do not."""
    relay = EvilRelay(shop / "good.pem", shop / "good.key", "office",
                      "kunci-loket-4711")  # fmt: skip
    worker = hire(port=relay.port, fetch_sec=30)
    if where == "connect":
        server.at_connect = web.no_handshake
    else:
        server.fault = web.silence
    for _ in range(2):
        worker.begin(server.url("issuer.crl"))
    letter = worker.folder / "letter"
    letter.write_bytes(b"From: loket@kota.test\r\nTo: siti@kota.test\r\n\r\nhai\r\n")
    letter.chmod(0o644)
    began = time.monotonic()
    for number in range(1, 6):
        worker.do(do="send", id=number, to="siti@kota.test", file=str(letter),
                  **{"from": "loket@kota.test"})  # fmt: skip
        assert worker.expect("result")["verdict"] == "accepted"
    worker.do(do="ping", number=7)
    assert worker.expect("pong")["number"] == 7
    assert time.monotonic() - began < 2
    assert not any(f["frame"] == "fetched" for f in worker.seen)
    # Nor does an end wait for them.
    assert worker.stop() == 0
    assert time.monotonic() - began < 3
    relay.close()


def test_waiting_costs_nothing(hire, server):
    worker = hire(fetch_sec=4)
    server.fault = web.silence
    worker.begin(server.url("issuer.crl"))
    time.sleep(0.5)
    before = cpu_ticks(worker.pid)
    worker.expect("fetched")
    assert cpu_ticks(worker.pid) - before < 10  # of 100 a second


def cpu_ticks(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def test_log_says_what_was_fetched_and_what_not(hire, server):
    worker = hire()
    worker.fetch(server.url("issuer.crl"))
    worker.fetch(server.url("nothing"))
    worker.stop()
    log = worker.log()
    assert re.search(r"fetch=1 done status=200 size=2048", log), log
    assert re.search(r"fetch=2 failed status=404 .*no such file", log), log
