# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens because time passes, on a set clock: promises over holidays,
reminders, escalations, delays that oversight hears of once, applicants who
are not heard of (requirements.md: STD-8, LAW-1, LAW-2, PKL-17, INT-1)."""

from datetime import datetime, timedelta

import box
import client
import mails
import procedure
import proof
import pytest
from client import flat
from conftest import one_office_for_all
from people import person

HEAD = person("head")
OFFICERS = {
    "siti": {"roles": ["verifier", "administrator"]},
    "joko": {"roles": ["operator"]},
    "head": {"roles": ["oversight"]},
}


def moment(text):
    """A time of loketctl --json, in WIB."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(box.WIB)


def opened(make, **options):
    """One verifier, one operator, and oversight; Loket does not run yet."""
    office = make(hold=True, config=["executor=operator"], **options)
    procedure.set_people(office, OFFICERS)
    return office


def reminders(office, name, number):
    return [m for m in office.letters(name) if number in str(m["Subject"])
            and "kode dalam surel yang terdahulu pun masih berlaku" in flat(m)]  # fmt: skip


def await_reminder(office, name, number):
    """Waits until somebody was asked again; he was so once."""
    found = client.wait_for(lambda: reminders(office, name, number), 20,
                            f"{name} to be reminded of {number}")  # fmt: skip
    assert len(found) == 1
    return found[0]


LATE = {
    "step": "menunggu lebih lama daripada yang ditetapkan untuk tahapnya",
    "stalled": "tidak mengalami kemajuan selama waktu yang ditetapkan",
    "due": "Waktu penyelesaian yang dijanjikan kepada pemohon berikut telah terlewati",
    "revocation": "belum terbukti setelah 24 jam",
}


def told(office, name, number, why):
    return [m for m in office.letters(name)
            if number in str(m["Subject"]) and LATE[why] in flat(m)]  # fmt: skip


def await_told(office, name, number, why):
    """Waits until somebody heard of this delay; he heard of it once."""
    found = client.wait_for(lambda: told(office, name, number, why), 20,
                            f"{name} to hear of {number}: {why}")  # fmt: skip
    assert len(found) == 1
    return found[0]


# ---- LAW-1, LAW-2, STD-8: a promise over the holidays -------------------------------

RAMADAN = """
      seasons = ( { name = "Ramadan 1448 Hijriah";
        from = "2027-02-08"; to = "2027-03-09";
        monday = ["08.00-12.00", "12.30-15.00"];
        tuesday = ["08.00-12.00", "12.30-15.00"];
        wednesday = ["08.00-12.00", "12.30-15.00"];
        thursday = ["08.00-12.00", "12.30-15.00"];
        friday = ["08.00-11.30"]; } );
"""


@pytest.mark.parametrize("ramadan, at, starts, due, remind", [
    # Friday, ten minutes before it closes; then Nyepi, Idul Fitri and joint
    # leave until Monday the 15th.  What is left of 405 minutes is 395.
    (False, "10:50", "Jumat, 5 Maret 2027 pukul 10.5", "16T15:45", "16T15:35"),
    # closed already: the clock begins on Tuesday
    (False, "11:20", "Selasa, 16 Maret 2027 pukul 08.00", "17T15:45", "16T15:45"),
    # ... but not in Ramadan, whose Fridays are longer
    (True, "11:20", "Jumat, 5 Maret 2027 pukul 11.2", "16T15:45", "16T15:35"),
], ids=["open", "closed", "ramadan"])  # fmt: skip
def test_std_8_promise_over_idul_fitri(make_office, ramadan, at, starts, due, remind):
    """The due minute stands in the letter; the reminder counts the same
    minutes; and when it has passed, oversight hears of it, once."""
    office = opened(make_office, at=f"2027-03-05T{at}")
    if ramadan:
        path = office.dir / "conf" / "loket.conf"
        text = path.read_text()
        place = text.index("timetable = {") + len("timetable = {")
        path.write_text(text[:place] + RAMADAN + text[place:])
    office.start("loket")
    office.apply("budi")
    number = office.await_case("received")["number"]
    letter = flat(office.await_letter("budi", "received", number))
    due = moment(f"2027-03-{due}:00+07:00")
    day = "Selasa, 16" if due.day == 16 else "Rabu, 17"
    assert f"mulai dihitung pada {starts}" in letter
    assert f"paling lambat {day} Maret 2027 pukul 15.45 WIB" in letter
    assert moment(office.show(number)["due"]) == due

    remind = moment(f"2027-03-{remind}:00+07:00")
    office.clock((remind - timedelta(minutes=2)).isoformat())
    office.reply("budi", "Apakah ada kabar?")  # a turn of the engine, at least
    office.await_letter("budi", "noted", number)
    assert reminders(office, "siti", number) == []
    office.clock((remind + timedelta(seconds=1)).isoformat())
    await_reminder(office, "siti", number)
    assert told(office, "head", number, "due") == []
    office.clock((due + timedelta(seconds=1)).isoformat())
    late = await_told(office, "head", number, "due")
    assert due <= late["Date"].datetime < due + timedelta(minutes=5)
    assert f"Dijanjikan kepada pemohon: {day} Maret 2027 pukul 15.45 WIB" in flat(late)


# ---- one office for what follows: each story begins on a Monday of its own -----------


@pytest.fixture(scope="module")
def shared(keys):
    with one_office_for_all(keys, hold=True, config=["executor=operator"],
                            at="2026-11-23T08:30") as office:  # fmt: skip
        procedure.set_people(office, OFFICERS)
        office.start("loket")
        yield office


@pytest.fixture
def office(shared):
    return shared


def apply(office, day):
    """A complete application on that day, half past eight."""
    office.clock(f"{day}T08:30")
    who = office.new_applicant()
    office.apply(who)
    number = office.case_of(who)
    return who, number, office.await_question("siti", number)


def let_it_work(office):
    """Two mails have been taken in, one after the other: the engine has ticked,
    and every letter that it wrote meanwhile is sent."""
    outsider = person("outsider")
    for _ in range(2):
        count = len(office.ctl("mail", "list"))
        office.send("outsider", mails.mail(outsider, office.now(), "Halo", "Halo."))

        def taken():
            rows = office.ctl("mail", "list")
            return len(rows) > count and all(r["disposition"] != "open" for r in rows)

        client.wait_for(taken, 20, "a mail to be taken in")
    office.await_quiet()


# ---- reminders ------------------------------------------------------------------------


@pytest.mark.parametrize("day, next_day, token", [
    ("2026-11-23", "2026-11-24", "old"), ("2026-11-30", "2026-12-01", "new")])
def test_reminder_brings_a_second_token_and_both_are_good(office, day, next_day, token):
    """405 minutes later he is asked again, in a letter of its own; he answers
    either; the other is used up with it."""
    who, number, first = apply(office, day)
    office.clock(f"{next_day}T08:32")
    second = await_reminder(office, "siti", number)
    old, new = client.token_of(first), client.token_of(second)
    assert old and new and old != new
    assert [q["state"] for q in office.show(number)["questions"]] == ["open", "open"]
    letter, other = (first, second) if token == "old" else (second, first)
    office.answer("siti", "SETUJU", letter=letter)
    office.await_case("revoking", number)
    assert [a["person"] for a in office.show(number)["approvals"]] == ["siti"]
    states = sorted(q["state"] for q in office.show(number)["questions"]
                    if q["step"] == "verify")  # fmt: skip
    assert states == ["answered", "void"]
    office.answer("siti", "TOLAK\nalasan: keliru", letter=other)
    office.await_letter("siti", "answer", number)
    assert office.show(number)["state"] == "revoking"
    assert len(reminders(office, "siti", number)) == 1


def test_timers_survive_kill_9_and_fire_once(office):
    """The engine dies at the moment of the reminder, again and again; and is
    not there at all when the promise breaks."""
    who, number, _ = apply(office, "2026-12-07")
    office.clock("2026-12-08T08:30")
    for _ in range(4):
        office.kill("engine")
        office.clock("+30s")
        office.await_running("engine")
    await_reminder(office, "siti", number)
    office.stop("loket")
    office.clock("2026-12-08T15:50")
    office.start("loket")
    await_told(office, "head", number, "due")
    for _ in range(2):
        office.kill("engine")
        office.await_running("engine")
        office.await_connected()
    let_it_work(office)
    assert len(told(office, "head", number, "due")) == 1
    assert len(reminders(office, "siti", number)) == 1
    assert len([r for r in office.show(number)["letters"]
                if r["letter"] == "late"]) == 1  # fmt: skip


# ---- PKL-17, STD-8, STD-20: oversight hears of it, once ---------------------------------


def test_pkl_17_delays_are_told_to_oversight_once(office):
    """Nobody answers for two weeks.  Step, case and promise: each delay is told
    once; oversight reads, its SETUJU decides nothing."""
    who, number, _ = apply(office, "2027-01-11")
    office.clock("2027-01-12T15:46")
    await_told(office, "head", number, "due")
    assert told(office, "head", number, "step") == []
    office.clock("2027-01-13T08:32")
    late = await_told(office, "head", number, "step")
    await_told(office, "head", number, "stalled")
    assert "Ditunggu dari: Siti Rahayu" in flat(late)
    assert "Tahap: Verifikasi permohonan" in flat(late)
    for day in ("15", "19", "26"):  # questions expire and are asked anew
        office.clock(f"2027-01-{day}T09:00")
        let_it_work(office)
    for why in ("due", "step", "stalled"):
        assert len(told(office, "head", number, why)) == 1, why
    assert len(reminders(office, "siti", number)) == 1
    summaries = " ".join(flat(m) for m in office.letters("siti")
                         if "Ringkasan" in str(m["Subject"]))  # fmt: skip
    for phrase in ("Permohonan ini tidak mengalami kemajuan selama waktu yang ditetapkan",
                   "Waktu yang dijanjikan kepada pemohon telah terlewati"):  # fmt: skip
        assert summaries.count(f"{number}: {phrase}") == 1, summaries
    events = [(e["kind"], e["detail"]) for e in office.show(number)["events"]]
    assert len([e for e in events if e[0] == "timer"]) == 4, events
    client.answer(office.dir, HEAD, "SETUJU", letter=late)
    office.await_letter("head", "answer", number)
    shown = office.show(number)
    assert (shown["state"], shown["approvals"]) == ("received", [])


# ---- INT-1 ----------------------------------------------------------------------------


def test_int_1_revocation_not_seen_after_24_hours(office):
    """24 hours of the clock on the wall, over a weekend, too: oversight and the
    administrator hear of it once.  Not where the CRL shows it in time."""
    office.clock("2027-01-29T10:20")  # a Friday
    cases = []
    for _ in range(2):
        who = office.new_applicant()
        office.apply(who)
        number = office.case_of(who)
        office.answer("siti", "SETUJU", letter=office.await_question("siti", number))
        office.await_case("revoking", number)
        cases.append((who, number))
    (_, slow), (who, quick) = cases
    old = (office.dir / "enrolled" / f"old-{who.key}.pem").read_bytes()
    office.portal.revoke(proof.serial(old))
    office.portal.publish()

    def seen():
        office.clock("+70s")
        return office.show(quick)["state"] == "issuing"

    client.wait_for(seen, 20, "the revocation to be seen")
    office.clock("2027-01-30T10:15")
    let_it_work(office)
    assert told(office, "head", slow, "revocation") == []
    office.clock("2027-01-30T10:55")
    letter = await_told(office, "head", slow, "revocation")
    assert "berlaku juga di luar jam pelayanan" in flat(letter)
    await_told(office, "siti", slow, "revocation")
    office.clock("2027-02-01T11:00")
    let_it_work(office)
    for name in ("head", "siti"):
        assert len(told(office, name, slow, "revocation")) == 1
        assert told(office, name, quick, "revocation") == []


# ---- the applicant is not heard of ------------------------------------------------------


def test_applicant_who_is_not_heard_of(office):
    """He is reminded of what is missing, then the case is closed without
    anything having happened; he may apply again, and the cases are linked."""
    office.clock("2027-04-05T08:30")
    who = office.new_applicant()
    office.apply(who, [mails.statement(who, office.now())])
    letter = office.await_letter(who, "incomplete")
    (row,) = [c for c in office.cases() if c["recipient"] == who.address]
    number = row["number"]
    assert number in str(letter["Subject"])
    office.clock("2027-04-12T13:13")
    let_it_work(office)
    assert [r["letter"] for r in office.show(number)["letters"]] == ["incomplete"]
    office.clock("2027-04-12T13:17")
    nudge = flat(office.await_letter(who, "nudge", number))
    assert "menunggu kabar dari Saudara sejak" in nudge
    assert "Apabila sampai Rabu, 5 Mei 2027 pukul 10.0" in nudge
    office.clock("2027-05-05T09:58")
    let_it_work(office)
    assert office.show(number)["state"] == "incomplete"
    office.clock("2027-05-05T10:02")
    office.await_case("lapsed", number)
    letter = office.await_letter(who, "lapsed", number)
    assert "tidak ada yang dicabut dan tidak ada yang diterbitkan" in flat(letter)
    shown = office.show(number)
    assert shown["orders"] == [] and shown["closed"]
    assert [r["letter"] for r in shown["letters"]] == ["incomplete", "nudge", "lapsed"]

    office.reply(who, "Mohon maaf, berikut berkas saya.",
                 [mails.statement(who, office.now()), mails.csr(who)])
    again = office.case_of(who)
    assert again != number
    assert office.show(again)["previous_case"] == number
    assert office.show(number)["state"] == "lapsed"
    asked = flat(office.await_question("siti", again))
    assert f"{number} (ditutup pada Rabu, 5 Mei 2027" in asked
