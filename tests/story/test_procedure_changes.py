# SPDX-License-Identifier: GPL-3.0-or-later
"""Procedures that an office writes and changes itself: returned papers, chains
of dispositions, a second pair of eyes, versions with cases open
(requirements.md: PKL-15, PKL-19, CMS-27; REV-8; issue 4)."""

import box
import client
import mails
import procedure
import pytest
from client import flat
from conftest import one_office_for_all
from people import person
from procedure import DEDI, RINA

OFFICE = {
    "siti": {"roles": ["verifier", "administrator"]},
    "joko": {"roles": ["verifier", "division-head"]},
    "head": {"roles": ["oversight"]},
    "rina": {"roles": ["section-officer"]},
    "dedi": {"roles": ["section-officer"]},
}


@pytest.fixture(scope="module")
def shared(keys):
    with one_office_for_all(keys, hold=True, at="2026-11-23T08:30") as office:
        yield office


@pytest.fixture
def office(shared):
    return shared


def apply(office):
    who = office.new_applicant()
    office.apply(who)
    return who, office.case_of(who)


def asked(office, number):
    return sorted(q["person"] for q in office.show(number)["questions"]
                  if q["state"] == "open")  # fmt: skip


def await_asked(office, number, *wanted):
    try:
        client.wait_for(lambda: asked(office, number) == sorted(wanted), 5, "questions")
    except box.LabError:
        assert asked(office, number) == sorted(wanted), office.show(number)["questions"]


def standing(office, number):
    return [a["person"] for a in office.show(number)["approvals"] if a["state"] == "stands"]


def approve(office, number, name):
    office.answer(name, "SETUJU", letter=office.await_question(name, number))


# ---- returned to the applicant ------------------------------------------------------------


def test_rev_8_correction_keeps_the_number(office):
    """PERBAIKI with a reason: the applicant reads it; his new paper brings the
    same case back, in its second round, and it is asked anew."""
    procedure.begin(office, "2026-11-23", {**OFFICE, "joko": {"roles": ["division-head"]}})
    who, number = apply(office)
    first = office.await_question("siti", number)
    office.answer("siti", "PERBAIKI", letter=first)
    office.await_letter("siti", "answer", number)  # without a reason, nothing
    assert office.show(number)["round"] == 1
    office.answer("siti", "PERBAIKI\nalasan: tanda tangan tidak terbaca", letter=first)
    letter = flat(office.await_letter(who, "correct", number))
    assert '"tanda tangan tidak terbaca"' in letter
    assert f"nomor {number} tetap berlaku" in letter
    shown = office.show(number)
    assert (shown["state"], shown["round"], shown["due"]) == ("incomplete", 2, None)
    assert asked(office, number) == []
    office.reply(who, "Berikut surat yang baru.", [mails.statement(who, office.now(), seed=7,
                                                                   logo_bytes=900)])  # fmt: skip
    office.await_case("received", number)
    second = office.await_question("siti", number, but=[first["Message-ID"]])
    shown = office.show(number)
    assert (shown["round"], shown["revision"]) == (2, 2) and shown["due"]
    assert [c["number"] for c in office.cases() if c["recipient"] == who.address] == [number]
    office.answer("siti", "SETUJU", letter=first)  # what he saw is not there any more
    office.await_letter("siti", "answer", number, count=2)
    assert office.show(number)["state"] == "received"
    office.answer("siti", "SETUJU", letter=second)
    office.await_case("completed", number)


# ---- a procedure of the office's own ---------------------------------------------------------

CHAIN = (box.TOP / "tests/workflows/right/chain.conf").read_text()


def test_chain_of_dispositions(office):
    """Head, division, an officer who is named, the applicant's own word, the
    CA.  Each hears of his step alone."""
    path = office.dir / "conf" / "workflows" / "chain.conf"
    path.write_text(CHAIN.replace('executor = "operator"', 'executor = "ca"'))
    checked = client.loketctl(office.dir, "workflow", "check", path)
    assert checked.returncode == 0, checked.stdout.decode()
    procedure.begin(office, "2026-11-30", {**OFFICE, "head": {"roles": ["head"]},
                                 "siti": {"roles": ["verifier", "administrator", "oversight"]}})  # fmt: skip
    who = office.new_applicant()
    office.apply(who, fields={"Subject": "Permohonan penerbitan ulang sertifikat"})
    number = office.case_of(who)
    assert number.startswith("UJI-")
    await_asked(office, number, "head")
    assert "memerlukan disposisi dari Saudara" in flat(office.await_question("head", number))
    office.answer("head", "DISPOSISI kepada Joko Susilo\nmohon diproses",
                  letter=office.await_question("head", number))  # fmt: skip
    await_asked(office, number, "joko")
    letter = office.await_question("joko", number)
    office.answer("joko", "DISPOSISI kepada Siti Rahayu", letter=letter)  # no section officer
    said = flat(office.await_letter("joko", "answer", number))
    assert "orang itu tidak berwenang" in said
    await_asked(office, number, "joko")
    office.answer("joko", "DISPOSISI kepada Rina Kartika", letter=letter)
    await_asked(office, number, "rina")
    assert office.show(number)["assigned"] == "rina"
    letter = office.await_question(RINA, number)
    assert "didisposisikan kepada Saudara oleh Joko Susilo" in flat(letter)
    assert [m for m in office.letters(DEDI) if number in str(m["Subject"])] == []
    client.answer(office.dir, RINA, "SESUAI", letter=letter)
    letter = office.await_question(who, number)
    assert office.show(number)["step"] == "confirm"
    client.answer(office.dir, who, "SETUJU", letter=letter)
    office.await_case("completed", number)
    assert standing(office, number) == ["rina"]
    path.unlink()


# ---- a second pair of eyes ------------------------------------------------------------------

SECOND = ("""approve = { to = "revoke"; letters = ["approved"]; };
            reject  = { to = "rejected"; letters = ["rejected"]; };
            correct = { to = "apply"; letters = ["correct"]; };
        };
    },""", """approve = { to = "second"; silent = "within the office"; };
            reject  = { to = "rejected"; letters = ["rejected"]; };
            correct = { to = "apply"; letters = ["correct"]; };
        };
    },
    {
        name = "second"; kind = "decide"; actor = "verifier"; four_eyes = true;
        title = { id = "Persetujuan kedua"; en = "Second approval"; };
        substitute = "section-officer";
        remind = 405; escalate = 810; escalate_to = "oversight";
        on = {
            approve = { to = "revoke"; letters = ["approved"]; };
            reject  = { to = "rejected"; letters = ["rejected"]; };
        };
    },""")  # fmt: skip


def test_four_eyes(office):
    """Who has verified does not release: only the other one is asked."""
    procedure.begin(office, "2026-12-07", OFFICE, edits=[SECOND])
    _, number = apply(office)
    await_asked(office, number, "joko", "siti")
    letter = office.await_question("siti", number)
    office.answer("siti", "SETUJU", letter=letter)
    client.wait_for(lambda: office.show(number)["step"] == "second", 20, "the second step")
    await_asked(office, number, "joko")
    office.answer("siti", "SETUJU", letter=letter)  # once more
    office.await_letter("siti", "answer", number)
    assert office.show(number)["state"] == "received"
    assert office.show(number)["orders"] == []
    old = [m["Message-ID"] for m in office.letters("joko")
           if number in str(m["Subject"]) and "Persetujuan kedua" not in flat(m)]  # fmt: skip
    office.answer("joko", "SETUJU", letter=office.await_question("joko", number, but=old))
    office.await_case("completed", number)
    assert standing(office, number) == ["siti", "joko"]


# ---- PKL-15, PKL-19: versions -----------------------------------------------------------------

TWO = ('name = "verify"; kind = "decide"; actor = "verifier"; norm = 5;',
       'name = "verify"; kind = "decide"; actor = "verifier"; norm = 5; quorum = 2;')  # fmt: skip


def test_pkl_15_open_case_ends_by_the_version_it_began_with(office):
    """One approval, then two, then one again; each case as it was promised."""
    cases = {}
    for day, edits in (("2027-01-11", []), ("2027-01-12", [TWO]), ("2027-01-13", [])):
        procedure.begin(office, day, OFFICE, edits=edits)
        _, number = apply(office)
        cases[number] = (office.show(number)["workflow_version"], len(edits) + 1)
    versions = [v for v, _ in cases.values()]
    assert len(set(versions)) == 3
    for number, (version, needed) in cases.items():
        approve(office, number, "siti")
        if needed == 2:
            office.await_letter("siti", "receipt", number)
            assert office.show(number)["state"] == "received"
            office.kill("engine")  # and with it what it had read
            office.await_connected()
            approve(office, number, "joko")
        office.await_case("completed", number)
        assert standing(office, number) == ["siti", "joko"][:needed]
        assert office.show(number)["workflow_version"] == version


def test_pkl_19_other_bytes_under_the_same_version_are_refused(office):
    """While a case follows it.  What is wrong, and what to do, stands in the
    log; with the file as it was, all goes on."""
    procedure.begin(office, "2027-01-18", OFFICE)
    _, number = apply(office)
    path = procedure.lock_file(office)
    text = path.read_text()
    path.write_text(procedure.edited(text, TWO))
    office.stop("loket")
    with pytest.raises(box.LabError) as why:
        office.start("loket")
    said = str(why.value)
    version = procedure.version_of(text)
    assert f"lock.conf says version {version}, but cases have begun with another file" in said
    assert "give the change a version of its own" in said
    office.stop("loket")
    path.write_text(procedure.with_version(procedure.edited(text, TWO), "9.0"))
    office.start("loket")
    _, newer = apply(office)
    approve(office, number, "siti")
    office.await_case("completed", number)
    approve(office, newer, "siti")
    approve(office, newer, "joko")
    office.await_case("completed", newer)
    assert office.show(newer)["workflow_version"] == "9.0"
