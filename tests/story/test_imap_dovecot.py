# SPDX-License-Identifier: GPL-3.0-or-later
"""The imap worker against the lab's Dovecot: what real servers really say.

tests/lab/net_harness plays loketd and the engine, as in test_imap_hostile.py,
from which the worker and its checks come.
"""

import hashlib
import os
import time

import box
import client
import pytest
from people import PEOPLE
from test_imap_hostile import Worker, moved, pytestmark, shop  # noqa: F401


@pytest.fixture
def dovecot(make_office, shop):  # noqa: F811
    """Dovecot alone, and a worker logged in to the office's mailbox."""
    office = make_office(loket=False)
    state = box.load(office.dir)
    local = PEOPLE["office"].local
    secret = shop / "dovecot-password"
    secret.write_text(state["passwords"][local] + "\n")
    secret.chmod(0o600)
    if os.getuid() == 0:
        os.chown(secret, 65534, 65534)
    (shop / "dovecot-ca.pem").write_bytes(
        (office.dir / "pki" / "ca.pem").read_bytes()
    )
    worker = Worker(
        shop, state["ports"]["imaps"], host="localhost", user=local,
        password_file=secret, ca_file=shop / "dovecot-ca.pem",
    )  # fmt: skip
    yield office, worker
    worker.close()


def login(office):
    return client.mailbox(office.dir, PEOPLE["office"])


def put(imap, count, first=0, size=3000):
    mails = []
    for i in range(first, first + count):
        text = f"From: a@b.test\r\nSubject: {i}\r\n\r\n"
        data = (text + "x" * (size - len(text) - 2) + "\r\n").encode()
        assert imap.append("INBOX", None, None, data)[0] == "OK"
        mails.append(hashlib.sha256(data).hexdigest())
    return mails


def digests(worker):
    return [f["sha256"] for f in worker.seen if f["frame"] == "fetched"]


def test_dovecot_backlog_idle_and_moves(dovecot):
    office, worker = dovecot
    with login(office) as imap:
        box_open = worker.expect("open")
        assert box_open["uidnext"] == 1
        mails = put(imap, 70)
        worker.take(box_open)
        worker.intake(until=lambda: len(worker.uids()) == 70
                      and worker.seen[-1].get("last"))  # fmt: skip
        assert digests(worker) == mails and worker.uids() == list(range(1, 71))

        time.sleep(0.5)
        began = time.monotonic()  # Dovecot holds news back for half a second
        mails += put(imap, 1, 70)
        worker.intake(until=lambda: worker.seen[-1].get("next") == 72)
        assert time.monotonic() - began < 15  # IDLE is renewed after 60
        assert digests(worker) == mails

        validity = box_open["uidvalidity"]
        worker.do(f"move {validity} {','.join(map(str, range(1, 51)))} Loket/Done")
        worker.do(f"move {validity} 51,52,999 Loket/Quarantine")
        result = moved(worker, 53)
        assert all(result.values())
        imap.select("INBOX", readonly=True)
        left = imap.uid("SEARCH", None, "ALL")[1][0].split()
        assert [int(u) for u in left] == list(range(53, 72))
        flags = imap.uid("FETCH", "53:71", "(FLAGS)")[1]
        assert not any(b"\\Seen" in f for f in flags)
        for folder, count in (("Loket/Done", 50), ("Loket/Quarantine", 2)):
            assert imap.select(folder, readonly=True)[1] == [b"%d" % count]
    assert worker.troubles() == []
    assert worker.stop() == 0


def test_dovecot_stopped_and_started(dovecot):
    office, worker = dovecot
    worker.intake()
    office.stop("dovecot")
    # Dovecot's imap process may outlive its master; nothing is said of when.
    assert worker.expect("trouble", 60)["fatal"] is False
    office.start("dovecot")
    with login(office) as imap:
        mails = put(imap, 2)
    worker.intake(until=lambda: len(worker.uids()) == 2, within=40)
    assert digests(worker) == mails
    assert worker.stop() == 0


def test_dovecot_refuses_the_password(shop, make_office):  # noqa: F811
    office = make_office(loket=False)
    state = box.load(office.dir)
    (shop / "dovecot-ca.pem").write_bytes(
        (office.dir / "pki" / "ca.pem").read_bytes()
    )
    worker = Worker(shop, state["ports"]["imaps"], user="office",
                    ca_file=shop / "dovecot-ca.pem")  # fmt: skip
    try:
        trouble = worker.expect("trouble", 15)
        assert trouble["fatal"] and "AUTHENTICATIONFAILED" not in trouble["text"]
        assert "login" in trouble["text"]
    finally:
        worker.close()
