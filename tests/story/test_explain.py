# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a case stands there, until when, and why that minute; how long its steps
took beside the norms of the SOP; who works for the office (PKL-10, PKL-16,
STD-19, REV-13)."""

import json
import re

import client
import procedure
from people import person
from test_case_operator import Case

SITI, HEAD = person("siti"), person("head")
OFFICERS = {
    "siti": {"roles": ["verifier", "administrator"], "deputy": "rina",
             "absent": [{"from": "2027-03-29", "to": "2027-04-02"}]},
    "rina": {"roles": ["section-officer"]},
    "joko": {"roles": ["operator"]},
    "head": {"roles": ["oversight"]},
}  # fmt: skip


def loketctl(office, *words):
    done = client.loketctl(office.dir, *words)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def opened(make):
    office = make(hold=True, config=["executor=operator"], at="2027-03-05T10:50")
    procedure.set_people(office, OFFICERS)
    office.start("loket")
    return office


def test_a_case_is_explained_and_its_steps_are_timed(make_office):
    """Friday, ten minutes before it closes; then Nyepi, Idul Fitri and joint
    leave until Monday the 15th."""
    office = opened(make_office)
    office.apply("budi")
    number = office.await_case("received")["number"]
    office.await_question("siti", number)

    code, said, complaint = loketctl(office, "workflow", "explain", number)
    assert (code, complaint) == (0, "")
    assert f'{number} berada pada langkah "verify" (Verifikasi permohonan)' in said
    assert re.search(r"sejak Jumat 2027-03-05 10\.5\d WIB", said)
    assert re.search(r"Perpindahan terakhir: .*permohonan, oleh pemohon", said)
    assert SITI.name in said
    assert re.search(r"sampai Senin 2027-03-08 10\.5\d WIB \(72 jam, bukan waktu", said)
    assert "Selasa 2027-03-16 15.45 WIB: batas waktu layanan" in said
    for day in ["2027-03-06: hari tanpa layanan", "2027-03-08: libur, ",
                "2027-03-09: cuti bersama, ", "2027-03-10: libur, ",
                "2027-03-11: libur, ", "2027-03-12: cuti bersama, "]:  # fmt: skip
        assert day in said

    english = loketctl(office, "--language", "en", "workflow", "explain", number)[1]
    assert f'{number} stands in step "verify"' in english
    assert "2027-03-16 15.45 WIB: the service is due" in english
    assert loketctl(office, "--language", "de", "workflow", "explain", number)[0] == 100

    answer = json.loads(loketctl(office, "--json", "workflow", "explain", number)[1])
    remind = next(m for m in answer["moments"] if m["what"] == "remind")
    assert remind["minutes"] == 405
    assert [p["person"] for p in answer["awaited"]] == ["siti"]

    # PKL-10: asked on Friday at 10.50, answered on Sunday: what was left of
    # Friday
    office.clock("2027-03-07T12:00")
    office.click("siti", "SETUJU")
    office.await_case("revoking")
    office.await_question("joko", number)
    record = office.show(number)
    steps = {s["step"]: s for s in record["steps"]}
    assert list(steps) == ["verify", "revoke", "apply", "issue", "completed"]
    verify = steps["verify"]
    assert verify["norm"] == 5
    assert verify["used"] + verify["waiting"] in (8, 9, 10)
    assert verify["waiting"] >= 8
    assert steps["revoke"]["stop"] is None
    assert steps["apply"]["unobserved"] and steps["apply"]["waiting"] is None
    assert record["norms"]["norm"] == record["norms"]["sop_norm"] == 29
    assert record["norms"]["waiting"] == sum(s["waiting"] or 0 for s in steps.values())

    sheet = loketctl(office, "case", "print", number)[1]
    assert "Waktu tiap langkah" in sheet
    assert "tidak teramati: menyusun surat terjadi di luar surel" in sheet
    office.fsck()

    code, _, complaint = loketctl(office, "workflow", "explain", "LOCK-2027-000999")
    assert code == 1 and "no such case" in complaint

    # STD-19: the roster
    code, said, _ = loketctl(office, "people", "list")
    assert code == 0
    assert "  verifier: lock\n" in said
    assert "  deputy: rina\n  absent: 2027-03-29 to 2027-04-02\n" in said
    assert "delegations: none in force" in said


def test_one_work_order_for_two_steps(make_office):
    """PKL-10: the operator does both at once; nothing is invented for
    the second.  Once he has answered, the CA's list is what is waited for."""
    office = make_office(config=["executor=operator"])
    case = Case(office)
    said = loketctl(office, "workflow", "explain", case.number)[1]
    assert re.search(r"^  Joko .*: pencabutan dan penerbitan; ditanya", said, re.M)
    assert "pencabutan paling lambat\n" in said and "+ 24 jam penuh" in said  # INT-1
    certificate = case.certificate()
    office.portal.revoke(case.serial)
    case.done(certificate)
    office.await_letter("joko", "receipt", case.number)
    case.looks()
    said = loketctl(office, "--language", "en", "workflow", "explain", case.number)[1]
    assert "  AMS Contoh: revocation (not yet on the CRL); looked at again" in said
    office.portal.publish()
    case.complete(certificate)
    said = loketctl(office, "workflow", "explain", case.number)[1]
    assert "Tidak ada yang ditunggu: kasus ditutup" in said
    steps = {s["step"]: s for s in office.show(case.number)["steps"]}
    assert steps["revoke"]["stop"] == steps["completed"]["start"]
    assert steps["issue"]["start"] is None and steps["issue"]["with"] == "revoke"
    sheet = loketctl(office, "case", "print", case.number)[1]
    assert "tidak teramati: satu perintah kerja dengan langkah revoke" in sheet


def test_people_are_listed_and_checked_without_a_service(make_office):
    office = make_office(hold=True, config=["executor=operator"])
    procedure.set_people(office, OFFICERS)
    code, said, _ = loketctl(office, "people", "list")
    assert code == 0
    assert "the engine was not asked" in said
    roster = json.loads(loketctl(office, "--json", "people", "list")[1])
    joko = next(p for p in roster["people"] if p["id"] == "joko")
    assert "approve revoke" in joko["powers"]  # REV-13
    assert joko["affiliation"] == "bsre"  # REV-14
    assert joko["grant"]["education"] and joko["grant"]["by"]
    assert roster["delegations"] is None

    # rina's role is worth nothing without a grant (PKL-16); the substitute of
    # a verifier who applies is gone
    officers = {**OFFICERS, "rina": {"roles": ["section-officer"], "grant": None}}
    procedure.set_people(office, officers)
    code, said, _ = loketctl(office, "people", "check")
    assert code == 1
    assert "rina" in said.lower() or "section-officer" in said
    said = loketctl(office, "people", "list")[1]
    assert "section-officer: not active" in said
