# SPDX-License-Identifier: GPL-3.0-or-later
"""A running service and a configuration that changes: one with a fault is
refused, said in one sentence, and everything goes on with the old one; a sound
one is in use when `loketctl reload` ends."""

import contextlib
import os
import signal

import client
import pytest
from conftest import one_office_for_all

PROGRAMS = ["engine", "imap", "out", "mail-parser", "document-parser"]


@pytest.fixture(scope="module")
def shared(keys):
    with one_office_for_all(keys) as office:
        yield office


def pids(office):
    there = office.status()["pids"]
    return {name: there.get(name) for name in ["loketd", *PROGRAMS]}


def log_of(office):
    return (office.dir / "log" / "loketd.log").read_text(errors="replace")


def notified(office):
    return office.status()["notified"]["loketd"]


def hang_up(office):
    os.kill(office.status()["pids"]["loketd"], signal.SIGHUP)


def reload(office):
    done = client.loketctl(office.dir, "reload")
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@contextlib.contextmanager
def changed(office, name, *changes):
    """A file of the configuration with something replaced, for a while."""
    path = office.dir / "conf" / name
    right = path.read_text()
    wrong = right
    for old, new in changes:
        assert old in wrong
        wrong = wrong.replace(old, new, 1)
    path.write_text(wrong)
    try:
        yield wrong
    finally:
        path.write_text(right)


def line_of(text, needle):
    return text[: text.index(needle)].count("\n") + 1


# A change, where the fault stands (None: the sentence names no line), and what
# is said about it.
FAULTS = {
    "role": ("people.conf", ('"verifier"', '"verifierr"'), '"verifierr"', ["verifierr"]),
    "syntax": ("people.conf", ("people = (", "people = ["), None, ["people.conf"]),
    "holiday": ("calendar/2027.conf", ("2027-08-17", "2027-08-32"), "2027-08-32",
                ["2027-08-32"]),
    "procedure": ("workflows/lock.conf", ('approve = { to = "revoke"', 'approve = { to = "completed"'),
                  None, ["workflows/lock.conf:", "apply --complete--> verify --approve--> completed"]),
    "version": ("workflows/lock.conf", ("token_hours = 72", "token_hours = 71"), None,
                ["workflows/lock.conf says version 1.0", "give the change a version of its own"]),
    "key": ("dkim-keys", ("._domainkey.", "._domainkeyy."), None, ["dkim-keys"]),
    "data": ("loket.conf", ("/data", "/elsewhere"), None, ["loket.conf: paths.data", "move the data"]),
    "phrase": ("letters/id/phrases.conf", ("\nalarm-calendar =", "\nalarm-calendarr ="), None,
               ["letters/id/phrases.conf"]),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_keeps_the_old(shared, fault):
    office = shared
    name, change, place, said = FAULTS[fault]
    if not office.cases():
        office.apply("budi")
        office.await_case("received")
    before = pids(office)
    with changed(office, name, change) as text:
        seen = len(log_of(office))
        if place is not None:
            said = [*said, f"{name}:{line_of(text, place)}:"]
        hang_up(office)
        client.wait_for(lambda: "is refused" in log_of(office)[seen:], 20, "the refusal")
        (told,) = [x for x in log_of(office)[seen:].splitlines() if "is refused" in x]
        assert "everything goes on with the one read at the start" in told
        code, out, error = reload(office)
        assert code == 1 and out == "", out + error
        refused = office.ctl("status")["configuration_refused"]
        for word in said:
            assert word in told and word in error and word in refused, (told, error, refused)
        client.wait_for(
            lambda: "the new configuration is refused: " in notified(office)["status"],
            10, "systemd to be told")  # fmt: skip
        assert pids(office) == before
    assert reload(office)[0] == 0
    assert "configuration_refused" not in office.ctl("status")


@pytest.mark.parametrize("fault", ["role", "procedure", "holiday"])
def test_case_goes_on_beside_a_fault(shared, fault):
    """The old people, the old procedure, the old calendar."""
    office = shared
    name, change, *_ = FAULTS[fault]
    before = pids(office)
    who, late = office.new_applicant(), office.new_applicant()
    office.apply(who)
    number = office.case_of(who)
    question = office.await_question("siti", number)
    with changed(office, name, change):
        assert reload(office)[0] == 1
        office.answer("siti", "SETUJU", letter=question)
        office.apply(late)
        office.await_case("completed", number, seconds=40)
        office.await_question("siti", office.case_of(late))
        assert pids(office) == before
    assert reload(office)[0] == 0
    office.await_connected()


def test_sound_configuration_is_in_use_when_reload_ends(shared):
    office = shared
    before, read = pids(office), office.ctl("status")["configuration_read"]
    who = office.new_applicant()
    office.apply(who)
    number = office.case_of(who)
    question = office.await_question("siti", number)
    with changed(office, "loket.conf", ("Seksi Persandian", "Seksi Sandi")):
        code, out, error = reload(office)
        assert (code, error) == (0, "") and out == "the new configuration is in use\n"
        client.wait_for(lambda: None not in pids(office).values(), 10, "all programs")
        after = pids(office)
        assert after["loketd"] == before["loketd"]
        assert all(after[n] != before[n] for n in PROGRAMS)
        assert office.ctl("status")["configuration_read"] >= read
        office.await_connected()
        assert "killed" not in log_of(office) and "died" not in log_of(office)
        # What was asked before is answered after.
        office.answer("siti", "SETUJU", letter=question)
        office.await_case("completed", number, seconds=40)
        letter = office.await_letter(who, "completed", number)
        assert "Seksi Sandi" in client.text_of(letter)
    assert reload(office)[0] == 0


def test_v174_administrator_hears_of_a_refusal(make_office):
    office = make_office(at="2026-11-23T09:00")
    with changed(office, "people.conf", ('"verifier"', '"verifierr"')):
        hang_up(office)
        client.wait_for(lambda: "is refused" in log_of(office), 20, "the refusal")
    office.clock("+24h")
    (letter,) = client.wait_for(
        lambda: [m for m in office.letters("siti") if "Ringkasan" in str(m["Subject"])],
        20, "the daily summary")  # fmt: skip
    said = " ".join(client.text_of(letter).split())
    assert "configuration: people.conf:" in said and "see sudo loketctl status" in said, said
    assert "Perubahan konfigurasi mengandung kesalahan dan ditolak" in said


@pytest.mark.parametrize("program", ["engine", "out"])
def test_program_that_dies_beside_a_fault_waits_for_it_to_be_mended(make_office, program):
    """loketd stays, says why, and nothing is lost."""
    office = make_office()
    office.apply("budi")
    number = office.await_case("received")["number"]
    question = office.await_question("siti", number)
    parent = office.status()["pids"]["loketd"]
    with changed(office, "people.conf", ('"verifier"', '"verifierr"')):
        office.kill(program)
        client.wait_for(lambda: f"<3>{program}: people.conf:" in log_of(office), 20, "the reason")
        client.wait_for(lambda: f"{program} is down" in notified(office)["status"], 20, "its status")
        office.answer("siti", "SETUJU", letter=question)
    office.await_case("completed", number, seconds=60)
    office.await_letter("budi", "completed", number, seconds=60)
    assert office.status()["pids"]["loketd"] == parent


def test_new_verifier_is_asked(make_office):
    office = make_office()
    with changed(office, "people.conf", ('"verifier", "operator"', '"leadership"')):
        assert reload(office)[0] == 0
        office.await_connected()
        who = office.new_applicant()
        office.apply(who)
        number = office.case_of(who)
        office.await_question("siti", number)
        assert not office.letters("joko")
    hang_up(office)
    question = office.await_question("joko", number)
    assert office.status()["crashes"] == {n: 0 for n in office.status()["crashes"]}
    client.wait_for(lambda: log_of(office).count("loketd: ready") == 3, 20, "ready again")
    office.answer("joko", "SETUJU", letter=question)
    office.await_case("completed", number, seconds=40)


def test_broken_configuration_does_not_lock_the_administrator_out(shared):
    """loketctl asks a running service, whatever the files say."""
    office = shared
    with changed(office, "people.conf", ("people = (", "people = [")):
        done = client.loketctl(office.dir, "case", "list")
        assert done.returncode == 0, done.stderr
        assert b"people.conf" in done.stderr and b"the service that runs is asked" in done.stderr


def test_nothing_to_reload(make_office):
    office = make_office(hold=True)
    code, _, error = reload(office)
    assert code == 75 and "is loketd running" in error


@pytest.mark.parametrize("program", ["engine", "imap"])
def test_reload_while_a_program_is_down(make_office, program):
    """Asked for when the engine cannot answer: it follows when it can."""
    office = make_office()
    seen = len(log_of(office))
    office.kill(program)
    hang_up(office)
    client.wait_for(lambda: "is sound" in log_of(office)[seen:], 20, "the reload")
    client.wait_for(lambda: log_of(office)[seen:].rstrip().endswith("loketd: ready")
                    or log_of(office)[seen:].count("loketd: ready") >= 1, 20, "ready")  # fmt: skip
    office.await_connected()
    office.apply("budi")
    office.await_case("received")


def test_next_years_holidays_are_asked_for_every_week(make_office):
    """LAW-1: 60 days before the last known year ends, and weekly after."""
    office = make_office(at="2027-11-01T09:00")

    def warned():
        return [m for m in office.letters("siti")
                if "Hari libur tahun yang akan datang belum ada"
                in " ".join(client.text_of(m).split())]  # fmt: skip

    def alarms():
        return log_of(office).count("alarm: calendar/2028.conf: calendar: the holidays of 2028")

    for day in range(1, 10):
        office.clock("+24h")
        client.wait_for(lambda d=day: alarms() == 1 + (d >= 8), 20, f"day {day}: {alarms()}")
    client.wait_for(lambda: len(warned()) == 2, 20, f"two summaries: {len(warned())}")
