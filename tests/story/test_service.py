# SPDX-License-Identifier: GPL-3.0-or-later
"""loketd as a service: signs of life, and what it does when a program dies,
hangs or cannot start.  (How it starts at all: test_start.py.)"""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import box
import client
import pytest

TOP = Path(__file__).resolve().parents[2]
PROGRAMS = ["engine", "imap", "out", "mail-parser", "document-parser"]


def log_of(office):
    return (office.dir / "log" / "loketd.log").read_text(errors="replace")


def app(office):
    return Path(box.load(office.dir)["app"])


def run(office, program, *words, **more):
    """One of the programs, by hand, as we are (root in CI)."""
    return subprocess.run(
        [app(office) / program, *words], capture_output=True, text=True, check=False,
        timeout=240, env=box.environment(office.dir, LOKET_LIBEXEC=str(app(office)), **more),
    )  # fmt: skip


def as_nobody():
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)


# ---- what systemd hears -----------------------------------------------------


def test_ready_status_and_watchdog(office):
    heard = office.status()["notified"]["loketd"]
    assert heard["ready"]
    client.wait_for(
        lambda: "letters waiting" in office.status()["notified"]["loketd"]["status"],
        10, "a status line")  # fmt: skip
    before = heard["watchdog"]
    client.wait_for(
        lambda: office.status()["notified"]["loketd"]["watchdog"] > before + 1,
        15, "two more signs of life")  # fmt: skip
    assert office.status()["notified"]["ca"]["ready"]


def test_all_programs_run_and_none_as_root(office):
    pids = office.status()["pids"]
    for name in [*PROGRAMS, "loketd", "ca"]:
        status = Path(f"/proc/{pids[name]}/status").read_text()
        uids = re.search(r"^Uid:\s+(\d+)\s+(\d+)", status, re.M).groups()
        assert "0" not in uids, f"{name} runs as root"
        assert re.search(r"^NoNewPrivs:\s+1$", status, re.M), f"{name} may gain privileges"
        assert re.search(r"^CapEff:\s+0+$", status, re.M), f"{name} has capabilities"
        limits = Path(f"/proc/{pids[name]}/limits").read_text()
        assert re.search(r"^Max core file size\s+0\s+0", limits, re.M), f"{name} may dump core"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be refused as root")
def test_root_is_refused_by_the_ca(office):
    done = run(office, "loket-ca", "--socket", office.dir / "x")
    assert done.returncode == 111
    assert "refusing to run as root" in done.stderr


# ---- programs that die or hang ----------------------------------------------


@pytest.mark.parametrize("program", PROGRAMS)
def test_dead_program_is_started_again(office, program):
    before = office.status()["pids"]
    killed = office.kill(program)
    client.wait_for(
        lambda: office.status()["pids"].get(program, killed) != killed,
        20, f"a new {program}")  # fmt: skip
    office.await_connected()
    after = office.status()["pids"]
    assert after["loketd"] == before["loketd"]
    # The engine's peers hold dead channels when it goes; others stand alone.
    for other in set(PROGRAMS) - {program}:
        assert (after[other] == before[other]) == (program != "engine")
    assert f"{program} (pid {killed}) died by signal 9" in log_of(office)
    office.apply("budi")
    office.await_case("received")


def test_program_that_hangs_is_killed(office):
    pid = office.status()["pids"]["mail-parser"]
    os.kill(pid, signal.SIGSTOP)
    client.wait_for(
        lambda: office.status()["pids"].get("mail-parser", pid) != pid,
        60, "the hanging parser to be replaced")  # fmt: skip
    assert f"mail-parser (pid {pid}) has not answered for 30 s; killed" in log_of(office)
    office.apply("budi")
    office.await_case("received")


def test_restarts_slow_down_and_recover(office):
    """V157: a program that dies at once is not started in a busy loop."""
    office.stop("loket")
    start = office.dir / "app" / "loket-net"
    real = start.with_suffix(".real")
    start.rename(real)
    start.write_text("#!/bin/sh\nexit 1\n")
    start.chmod(0o755)
    env = box.environment(office.dir, LOKET_LIBEXEC=str(app(office)),
                          LOKET_CLOCK=str(office.dir / "clock"))  # fmt: skip
    parent = subprocess.Popen(
        [app(office) / "loketd", "--config", office.dir / "conf"], env=env, text=True,
        stderr=subprocess.PIPE, preexec_fn=as_nobody)  # fmt: skip
    time.sleep(7)
    parent.send_signal(signal.SIGTERM)
    said = parent.communicate(timeout=60)[1]
    assert parent.returncode == 0
    deaths = said.count("imap (pid")
    assert 4 <= deaths <= 9, said  # 0.2 + 0.4 + 0.8 + 1.6 + 3.2 s
    real.rename(start)
    office.start("loket")
    office.await_connected()
    office.apply("budi")
    office.await_case("received")


def test_second_loketd_is_refused(office):
    """V169: one database, one engine."""
    env = box.environment(office.dir, LOKET_LIBEXEC=str(app(office)),
                          LOKET_CLOCK=str(office.dir / "clock"))  # fmt: skip
    log = office.dir / "log" / "second.log"
    with log.open("wb") as stderr:
        second = subprocess.Popen(
            [app(office) / "loketd", "--config", office.dir / "conf"], env=env,
            stderr=stderr, preexec_fn=as_nobody)  # fmt: skip
    try:
        client.wait_for(
            lambda: re.search(r"engine: .*(lock|in use|another)", log.read_text()),
            10, "the second engine to be refused")  # fmt: skip
    finally:
        second.send_signal(signal.SIGTERM)
        second.wait(60)
    assert "loketd: ready" not in log.read_text()
    office.apply("budi")
    office.await_case("received")


# ---- what an administrator is told ------------------------------------------


@pytest.mark.parametrize("program, words", [
    ("loketd", ["--config"]), ("loketd", ["--nonsense"]), ("loketd", ["extra"]),
    ("loketctl", []), ("loketctl", ["nonsense"]), ("loketctl", ["case", "show"]),
    ("loketctl", ["intake", "backfill"]), ("loket-ca", ["--nonsense"]),
    ("loket-engine", []), ("loket-net", []),
])
def test_wrong_use_is_exit_100(office, program, words):
    done = run(office, program, *words)
    assert done.returncode == 100, done.stdout + done.stderr


@pytest.mark.parametrize("program", ["loketd", "loketctl", "loket-ca"])
def test_help_says_what_it_is_for(office, program):
    done = run(office, program, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: " + program)
    assert "Exit status" in done.stdout


@pytest.mark.parametrize("program", ["loket-engine", "loket-net", "loket-parser",
                                     "loket-parser-document"])
def test_inner_program_says_who_starts_it(office, program):
    words = {"loket-engine": ["conf"], "loket-net": ["imap", "conf"]}.get(program, ["conf"])
    done = run(office, program, *words)
    assert done.returncode == 100
    assert "loketd" in done.stderr


def test_fsck_without_an_engine(office):
    office.apply("budi")
    office.await_case("received")
    office.await_quiet()
    office.stop("loket")
    done = run(office, "loketctl", "--config", office.dir / "conf", "fsck")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "checking" in done.stderr and "offline" in done.stderr


def test_no_engine_is_told(office):
    office.stop("loket")
    done = run(office, "loketctl", "--config", office.dir / "conf", "status")
    assert done.returncode == 75
    assert "is loketd running" in done.stderr


# ---- the units --------------------------------------------------------------


@pytest.mark.parametrize("unit, most", [("loketd", 15), ("loket-ca", 10)])
def test_unit_is_hardened(unit, most, tmp_path):
    build = Path(os.environ["LOKET_BUILD"])
    path = build / "systemd" / f"{unit}.service"
    try:
        done = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", f"--threshold={most}", path],
            capture_output=True, text=True, check=False)  # fmt: skip
    except FileNotFoundError:
        pytest.skip("systemd-analyze is not installed")
    assert done.returncode == 0, done.stdout[-400:] + done.stderr


def test_units_and_programs_mean_the_same_folders():
    """The service could not start once, because they did not."""
    build = Path(os.environ["LOKET_BUILD"])
    unit = (build / "systemd" / "loketd.service").read_text()
    program = (build / "loket-engine").read_bytes()
    assert "\nStateDirectory=loket\n" in unit and b"\0/var/lib/loket\0" in program
    assert "\nRuntimeDirectory=loket\n" in unit and b"\0/run/loket/control\0" in program
    ca = (build / "systemd" / "loket-ca.service").read_text()
    assert "--socket /run/loket-ca/ca " in ca and b"\0/run/loket-ca/ca\0" in program
    config = re.search(r"--config (\S+)", unit).group(1)
    assert config.encode() + b"\0" in (build / "loketd").read_bytes()


def test_engine_that_cannot_start_ends_the_service(office):
    """One clear line with its remedy, not a restart loop."""
    office.stop("loket")
    data = office.dir / "data"
    data.rename(office.dir / "elsewhere")
    data.write_text("no folder")
    env = box.environment(office.dir, LOKET_LIBEXEC=str(app(office)),
                          LOKET_CLOCK=str(office.dir / "clock"))  # fmt: skip
    done = subprocess.run(
        [app(office) / "loketd", "--config", office.dir / "conf"], env=env, text=True,
        capture_output=True, timeout=120, check=False, preexec_fn=as_nobody)  # fmt: skip
    data.unlink()
    (office.dir / "elsewhere").rename(data)
    assert done.returncode == 111
    assert f"data folder {data}: Not a directory; make it" in done.stderr
    assert "the engine cannot start; its message above says why" in done.stderr


@pytest.mark.parametrize("unit", ["loketd", "loket-ca"])
def test_unit_is_understood(unit):
    """`systemd-analyze verify` exits 0 on unknown keys: read what it says."""
    build = Path(os.environ["LOKET_BUILD"])
    try:
        done = subprocess.run(["systemd-analyze", "verify", build / "systemd" / f"{unit}.service"],
                              capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("systemd-analyze is not installed")
    remarks = [line for line in done.stderr.splitlines()
               if f"{unit}.service" in line and "is not executable" not in line
               and "Command 'man" not in line]  # fmt: skip
    assert not remarks, remarks
