# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting Loket: what systemd hears, and what loketd refuses."""

import os
import subprocess

import box
import client
import conf
import pytest


def loketd(office, *words, as_root=False):
    """Runs loketd to its end; stdout and stderr together."""
    state = box.load(office.dir)
    who = {}
    if os.getuid() == 0 and not as_root:
        nobody = box.pwd.getpwnam("nobody")
        who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    return subprocess.run(
        [*conf.loketd_command(state["app"], office.dir), *words],
        env=box.environment(office.dir, LOKET_LIBEXEC=state["app"]), cwd="/",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120,
        check=False, **who,
    )  # fmt: skip


@pytest.fixture
def closed(make_office):
    """An office whose Loket was not started."""
    return make_office(hold=True)


def test_systemd_hears_of_it(office):
    heard = client.wait_for(
        lambda: (lambda n: n if n["loketd"]["watchdog"] else None)(
            office.status()["notified"]
        ),
        15,
        "a watchdog ping",
    )
    assert heard["loketd"]["ready"] and heard["ca"]["ready"]
    assert heard["loketd"]["status"]
    assert set(office.status()["pids"]) >= {
        "loketd", "ca", "engine", "imap", "out", "mail-parser", "document-parser",
    }  # fmt: skip


def test_stops_clean(office):
    office.stop("loket")
    status = office.status()
    assert status["crashes"] == {n: 0 for n in status["crashes"]}
    client.wait_for(lambda: not office.status()["left"], 5, "the end of all")
    office.start("loket")
    assert client.ask(office.dir, "status")["imap"] == "connected"


def test_check_prints_the_policy(closed):
    done = loketd(closed, "--check")
    assert done.returncode == 0, done.stdout
    assert "loket@kota.test" in done.stdout


@pytest.mark.parametrize("executor", ["ca", "operator"])
def test_check_says_who_carries_orders_out(make_office, executor):
    office = make_office(hold=True, config=[f"executor={executor}",
                                            "workflow.token_hours=5",
                                            "portal.poll=7"])  # fmt: skip
    done = loketd(office, "--check")
    assert done.returncode == 0, done.stdout
    assert "questions wait 5 hours" in done.stdout
    there = executor == "operator"
    assert ("orders go to the operator" in done.stdout) is there
    assert ("looked at every 7 minutes" in done.stdout) is there
    assert ("portal: none" in done.stdout) is not there


@pytest.mark.parametrize(
    "wrong, said",
    [
        ('mailbox = { mode = "sahred"; };', "sahred"),
        ("colour = 1;", "colour"),
        ('summary_at = "25.00";', "25.00"),
    ],
)
def test_wrong_configuration_names_file_line_and_cure(closed, wrong, said):
    file = closed.dir / "conf" / "loket.conf"
    lines = [line for line in file.read_text().splitlines()
             if not line.startswith(wrong.split()[0])]  # fmt: skip
    file.write_text("\n".join([*lines, wrong]) + "\n")
    done = loketd(closed)
    assert done.returncode != 0
    assert f"loket.conf:{len(lines) + 1}" in done.stdout, done.stdout
    assert said in done.stdout


@pytest.mark.parametrize(
    "name, old, new, said",
    [
        ("workflows/lock.conf", 'approve = { to = "revoke"', 'approve = { to = "completed"',
         ["loketd: workflows/lock.conf:", "apply --complete--> verify --approve--> completed"]),
        ("dkim-keys", "._domainkey.", "._domainkeyy.",
         ["dkim-keys:1: ", "expected SELECTOR._domainkey.DOMAIN"]),
    ],
)  # fmt: skip
def test_what_the_engine_would_refuse_is_refused_before(closed, name, old, new, said):
    """The checker of procedures, and the pinned keys: before anything runs."""
    path = closed.dir / "conf" / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    for words in [["--check"], []]:
        done = loketd(closed, *words)
        assert done.returncode == 1, done.stdout
        assert all(s in done.stdout for s in said), done.stdout


def test_secret_that_others_may_read_is_refused(closed):
    (closed.dir / "conf" / "secrets" / "mailbox").chmod(0o444)
    done = loketd(closed)
    assert done.returncode != 0
    assert "password_file" in done.stdout and "0400" in done.stdout


@pytest.mark.skipif(os.getuid() != 0, reason="needs root to be refused as root")
def test_root_is_refused(closed):
    done = loketd(closed, as_root=True)
    assert done.returncode != 0
    assert "root" in done.stdout
