# SPDX-License-Identifier: GPL-3.0-or-later
"""The office in a box itself, before any Loket: what the stories stand on."""

import os
import shutil
import signal
import subprocess
import sys
import time
from email import message_from_bytes, policy
from pathlib import Path

import box
import client
import mails
import pytest
from people import PEOPLE, person


@pytest.fixture
def servers(make_office):
    """The mail servers without Loket."""
    return make_office(loket=False)


def test_servers_are_fetched_into_a_relative_folder(tmp_path):
    """As bootstrap names it; apt itself takes absolute folders only."""
    done = subprocess.run([box.SERVERS, "get", "box/root"], cwd=tmp_path, text=True,
                          capture_output=True, check=False, env=box.environment(tmp_path))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "box" / "root" / "complete").exists()
    assert (tmp_path / "box" / "root" / "usr" / "sbin" / "dovecot").exists()


def test_bytes_arrive_as_they_were(servers):
    raw = b"From: <a@b.test>\r\nX-Odd:\tfold\r\n  ed\r\n\r\n.dot\r\n\xff\r\n"
    servers.send("outsider", raw, sign="none")
    (got,) = servers.mails("office")
    assert got.endswith(raw)


def test_signatures_verify(servers):
    import dkim

    record = (servers.dir / "pki" / "dkim-kota.test.txt").read_bytes().strip()
    servers.apply("budi", sign="dkim")
    servers.apply("budi", sign="smime")
    servers.apply("budi", sign="none")
    first, second, third = servers.mails("office")
    assert dkim.verify(first, dnsfunc=lambda *a, **k: record)
    assert dkim.verify(second, dnsfunc=lambda *a, **k: record)
    assert b"DKIM-Signature" not in third
    signed = servers.dir / "signed.eml"
    signed.write_bytes(second)
    done = subprocess.run(
        ["openssl", "cms", "-verify", "-in", signed, "-out", "/dev/null",
         "-CAfile", servers.dir / "pki" / "ca.pem"],
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_mailbox_bears_a_server_that_hung_up(servers):
    """At the end of the work only: a command that is not done is said."""
    with client.mailbox(servers.dir, PEOPLE["office"]) as imap:
        assert imap.select("INBOX")[0] == "OK"
        kill_dovecot(servers)
    servers.start("dovecot")
    with pytest.raises(imap.abort), client.mailbox(servers.dir, PEOPLE["office"]) as imap:
        kill_dovecot(servers)
        imap.select("INBOX")


def kill_dovecot(servers):
    """All its processes at once: no BYE."""
    os.killpg(servers.status()["pids"]["dovecot"], signal.SIGKILL)
    client.wait_for(lambda: "dovecot" not in servers.status()["pids"], 10, "its end")


def test_reply_carries_the_thread(servers):
    office = PEOPLE["office"]
    letter = mails.mail(office, servers.now(), "Berkas", "Yth. Budi,\n",
                        to="budi@kota.test")  # fmt: skip
    client.deliver(servers.dir, office.address, "budi@kota.test", letter)
    servers.reply("budi", "Ini CSR saya.", [mails.csr(person("budi"))])
    (got,) = servers.mails("office")
    sent = message_from_bytes(letter, policy=policy.SMTP)
    back = message_from_bytes(got, policy=policy.SMTP)
    assert back["In-Reply-To"] == sent["Message-ID"]
    assert back["Subject"] == "Re: Berkas"
    assert "> Yth. Budi," in client.text_of(back)
    assert [p.get_filename() for p in back.iter_attachments()] == [
        "permohonan.csr"
    ]


def test_plus_addresses_reach_the_mailbox(servers):
    client.deliver(servers.dir, "budi@kota.test", "loket+TOKEN@kota.test",
                   b"From: <budi@kota.test>\r\n\r\nx\r\n")  # fmt: skip
    (got,) = servers.mails("office")
    assert b"Delivered-To: loket+TOKEN@kota.test" in got


def test_relay_wants_tls_login_and_bounces(servers):
    import smtplib
    import ssl

    state = box.load(servers.dir)
    port = state["ports"]["smtps"]
    trust = ssl.create_default_context(
        cafile=servers.dir / "pki" / "ca.pem"
    )
    letter = b"From: <loket@kota.test>\r\nSubject: x\r\n\r\nx\r\n"
    with smtplib.SMTP_SSL("localhost", port, context=trust) as relay:
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            relay.sendmail("loket@kota.test", ["budi@kota.test"], letter)
    with smtplib.SMTP_SSL("localhost", port, context=trust) as relay:
        relay.login("loket@kota.test", state["passwords"]["loket"])
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            relay.sendmail("loket@kota.test", ["bounce5xx@luar.test"], letter)
        assert refused.value.recipients["bounce5xx@luar.test"][0] == 550
        relay.sendmail("loket@kota.test", ["tiada@luar.test"], letter)
        relay.sendmail("loket@kota.test", ["budi@kota.test"], letter)
    assert servers.await_letters("budi")
    (bounce,) = servers.await_letters("office")
    assert bounce.get_content_type() == "multipart/report"


def test_servers_stop_and_start(servers):
    before = client.doveadm(servers.dir, "mailbox", "status", "-u", "loket",
                            "uidvalidity", "INBOX")  # fmt: skip
    servers.stop("dovecot")
    with pytest.raises(OSError):
        servers.mails("budi")
    servers.start("dovecot")
    servers.apply("budi")
    assert len(servers.mails("office")) == 1
    client.doveadm(servers.dir, "mailbox", "update", "-u", "loket",
                   "--uid-validity", "77", "INBOX")  # fmt: skip
    after = client.doveadm(servers.dir, "mailbox", "status", "-u", "loket",
                           "uidvalidity", "INBOX")  # fmt: skip
    assert "uidvalidity=77" in after and before != after


def test_clock_moves(servers):
    servers.clock("2026-11-23T08:00")
    servers.clock("+1d2h")
    assert servers.now().isoformat()[:16] == "2026-11-24T10:00"
    assert (servers.dir / "clock").stat().st_size == 8


def test_nothing_is_left_when_the_runner_dies(keys):
    """The owner is killed: the supervisor closes the office by itself."""
    folder = Path("/tmp") / f"loket-owner-{os.getpid()}"
    runner = subprocess.Popen(
        [sys.executable, "-c",
         "import os, subprocess, sys, time\n"
         "subprocess.run([sys.argv[1], 'up', sys.argv[2], '--no-loket',"
         " '--owner', str(os.getpid()), '--pki', sys.argv[3]], check=True)\n"
         "print('up', flush=True)\ntime.sleep(60)",
         box.HERE / "office", folder, keys],
        stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        while b"up\n" not in (line := runner.stdout.readline()):
            assert line, "the runner died before the office was open"
        pids = box.ask(folder, do="status")["pids"]
        assert {"dovecot", "exim"} <= set(pids)
        runner.send_signal(signal.SIGKILL)
        runner.wait()
        end = time.monotonic() + 60
        while any(box.process_stat(p) for p in pids.values()):
            assert time.monotonic() < end, "servers outlive their owner"
            time.sleep(0.05)
    finally:
        runner.kill()
        runner.stdout.close()
        runner.wait()
        shutil.rmtree(folder, ignore_errors=True)
