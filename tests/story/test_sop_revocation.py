# SPDX-License-Identifier: GPL-3.0-or-later
"""Revocation through AMS (conf/examples/ams-revocation.conf): from the letter of
reason to the notice, and each way that does not lead there (requirements.md
REV-1 to REV-9, REV-15, REV-17, REV-19)."""

import re

import client
import mails
import procedure
import proof
import pytest
from client import flat
from conftest import one_office_for_all
from procedure import AGENCY, ASIH

PEOPLE = {
    "siti": {"roles": ["verifier", "administrator"]},
    "joko": {"roles": ["operator"]},
    "head": {"roles": ["oversight"]},
    "asih": {"roles": ["superior"], "agency": AGENCY},
    "yusuf": {"roles": ["echelon-2"], "agency": AGENCY},
}


@pytest.fixture(scope="module")
def shared(keys):
    with one_office_for_all(keys, config=["executor=operator"], at="2026-11-23T08:05") as office:
        procedure.use(office, "ams-revocation", PEOPLE)
        yield office


@pytest.fixture
def office(shared):
    return shared


class Request:
    """Somebody's request to revoke, as it was sent."""

    def __init__(self, office, reason="lupa passphrase", papers=None, who=None, text=None):
        self.office, self.reason = office, reason
        self.who = who or office.new_applicant()
        old = (office.dir / "enrolled" / f"old-{self.who.key}.pem").read_bytes()
        self.serial = proof.serial(old)
        papers = [self.letter()] if papers is None else papers
        office.send(self.who, mails.mail(
            self.who, office.now(), "Permohonan pencabutan sertifikat elektronik",
            text or "Dengan hormat, mohon dicabut.", papers))  # fmt: skip

    def letter(self, **more):
        more = {"reason": self.reason, "serial": self.serial, **more}
        return mails.letter("reason", self.who, self.office.now(), **more)

    def find(self, state):
        """The number of the newest case of this applicant, in this state."""
        def look():
            rows = [c for c in self.office.cases() if c["applicant"] == self.who.name]
            return rows[-1]["number"] if rows and rows[-1]["state"] == state else None

        self.number = client.wait_for(look, 20, f"a case that is {state}")
        return self.number

    def shown(self):
        return self.office.show(self.number)

    def asked(self):
        return sorted(q["person"] for q in self.shown()["questions"] if q["state"] == "open")

    def say(self, name, text, step, **more):
        """The question of this step, answered; the letter that asked."""
        client.wait_for(lambda: self.shown()["step"] == step, 20, f"the step {step}")
        letter = self.question(name, step)
        client.answer(self.office.dir, procedure.person_of(name), text, letter=letter, **more)
        return letter

    def question(self, name, step):
        titles = {"superior": "Persetujuan atasan", "examine": "Pemeriksaan data dan berkas",
                  "subject": "Pemeriksaan Subject DN", "revoke": "Mohon Mencabut"}  # fmt: skip
        who = procedure.person_of(name)

        def look():
            found = [m for m in self.office.letters(who)
                     if self.number in str(m["Subject"]) and client.token_of(m)
                     and titles[step] in str(m["Subject"]) + flat(m)]  # fmt: skip
            return found[-1] if found else None

        return client.wait_for(look, 20, f"{name} to be asked in {step}")

    def approve(self):
        """As far as the work order."""
        self.find("received")
        self.say("asih", "SETUJU", "superior")
        self.say("joko", "SESUAI", "examine")
        self.say("joko", "SESUAI", "subject")
        self.office.await_case("revoking", self.number)


def poll(office, request):
    """Loket looks at the CRL every minute."""
    for _ in range(60):
        if request.shown()["state"] == "completed":
            return
        office.clock("+70s")
    office.await_case("completed", request.number)


def test_rev_1_to_19_from_the_letter_to_the_notice(office):
    """The superior first, then the operator twice, then the portal; the CRL
    closes the case, and nothing is issued."""
    request = Request(office)
    number = request.find("received")
    assert number.startswith("CABUT-2026-")
    # REV-2: the operator sees nothing yet.
    assert request.asked() == ["asih"]
    assert [m for m in office.letters("joko") if number in str(m["Subject"])] == []
    request.say("asih", "SETUJU", "superior")
    examined = flat(request.say("joko", "SESUAI", "examine"))
    assert "1. Data pemohon sama dengan daftar" in examined  # REV-7
    seen = flat(request.say("joko", "SESUAI", "subject"))
    # REV-9: side by side.
    assert f"Nama pengguna di AMS: {request.who.address}, pemilik: {request.who.name}" in seen
    assert re.search(rf"Subject DN: .*CN={request.who.name}", seen)
    assert f"Nomor seri: {request.serial}, penerbit: " in seen
    work = flat(request.question("joko", "revoke"))
    assert "tidak ada sertifikat baru yang diterbitkan" in work and "(X) lupa passphrase" not in work
    told = flat(office.await_letter(request.who, "agreed", number))
    assert f"nomor seri {request.serial} kini dicabut" in told
    assert request.shown()["orders"][0]["reason"] == "superseded"
    assert [o["kind"] for o in request.shown()["orders"]] == ["revoke"]
    request.say("joko", "SELESAI", "revoke")
    office.await_letter("joko", "receipt", number, count=2)
    assert request.asked() == []  # nobody is asked any more
    office.portal.revoke(request.serial)
    office.portal.publish()
    poll(office, request)
    letter = flat(office.await_letter(request.who, "revoked", number))
    assert request.serial in letter and "daftar pencabutan (CRL) nomor" in letter
    # REV-15, REV-17: each step has its row, and the norms of the SOP add up.
    assert [e["kind"] for e in request.shown()["events"]
            if e["kind"] in ("application", "approve", "match", "done", "revoked")] == [
        "application", "approve", "match", "match", "done", "revoked"]  # fmt: skip
    assert request.shown()["norms"]["norm"] == 27  # 15 + 1 + 1 + 1 + 5 + 1 + 1 + 1 + 1
    norms = {s["step"]: s["norm"] for s in request.shown()["steps"]}
    assert norms == {"apply": 18, "superior": 0, "examine": 5, "subject": 1, "revoke": 1,
                     "completed": 2}  # fmt: skip


@pytest.mark.parametrize("reason, word", [
    ("perubahan data", "affiliation-changed"), ("lupa passphrase", "superseded")])  # fmt: skip
def test_rev_3_the_reason_of_the_letter_is_that_of_the_order(office, reason, word):
    request = Request(office, reason)
    request.approve()
    assert request.office.order(request.number, "revoke")["reason"] == word


def test_rev_3_another_reason_is_refused(office):
    request = Request(office, "pindah rumah")
    number = request.find("incomplete")
    said = flat(office.await_letter(request.who, "incomplete", number))
    assert "lupa passphrase" in said and "perubahan data" in said and "kehilangan" in said


def test_rev_1_without_the_letter_nothing_is_asked(office):
    request = Request(office, papers=[])
    number = request.find("incomplete")
    assert request.asked() == []
    assert "surat keterangan alasan pencabutan" in flat(
        office.await_letter(request.who, "incomplete", number)).lower()  # fmt: skip


def test_rev_4_a_stranger_is_refused(office):
    before = len(office.cases())
    office.send("outsider", mails.mail(
        procedure.person_of("outsider"), office.now(), "Permohonan pencabutan sertifikat elektronik",
        "Mohon dicabut.", []))  # fmt: skip
    client.wait_for(lambda: all(r["disposition"] != "open" for r in office.ctl("mail", "list")),
                    20, "the mail to be decided")  # fmt: skip
    assert len(office.cases()) == before
    assert office.letters("outsider") == []


def test_rev_2_the_superior_refuses(office):
    request = Request(office)
    number = request.find("received")
    request.say("asih", "TOLAK\nalasan: masih diperlukan", "superior")
    office.await_case("rejected", number)
    assert '"masih diperlukan"' in flat(office.await_letter(request.who, "rejected", number))
    assert [m for m in office.letters("joko") if number in str(m["Subject"])] == []


def test_rev_8_mismatch_is_rewritten_in_the_same_case(office):
    request = Request(office)
    number = request.find("received")
    request.say("asih", "SETUJU", "superior")
    request.say("joko", "TIDAK SESUAI\nalasan: surat belum ditandatangani", "examine")
    office.await_case("incomplete", number)
    assert request.shown()["round"] == 2
    office.await_letter(request.who, "correct", number)
    office.reply(request.who, "Surat yang baru terlampir.",
                 [request.letter(number="000.6/139/XI/2026")])  # fmt: skip
    office.await_case("received", number)
    assert request.asked() == ["asih"]  # approvals of the old letter are void


def test_rev_9_another_subject_blocks(office):
    request = Request(office)
    number = request.find("received")
    request.say("asih", "SETUJU", "superior")
    request.say("joko", "SESUAI", "examine")
    request.say("joko", "TIDAK SESUAI\nalasan: Subject DN milik orang lain", "subject")
    office.await_case("rejected", number)
    assert request.shown()["orders"] == []


def test_rev_7_work_that_cannot_be_done_waits_for_an_administrator(office):
    request = Request(office)
    request.approve()
    request.say("joko", "GAGAL\nalasan: portal sedang rusak", "revoke")
    assert "portal sedang rusak" in flat(office.await_letter("siti", "stuck", request.number))
    office.ctl("order", "retry", f"{request.number}.revoke", "--reason", "portal sudah pulih")
    client.wait_for(lambda: request.asked() == ["joko"], 20, "the work to be asked again")


def test_rev_2_the_superior_is_not_heard_of(office):
    """Reminded, then told to oversight; the case waits."""
    request = Request(office)
    number = request.find("received")
    office.clock("+2d")
    client.wait_for(lambda: len([m for m in office.letters(ASIH)
                                 if number in str(m["Subject"])]) == 2, 20, "a reminder")  # fmt: skip
    office.clock("+2d")
    client.wait_for(lambda: any(number in str(m["Subject"]) and "Persetujuan atasan" in flat(m)
                                for m in office.letters("head")), 20, "oversight to hear of it")  # fmt: skip
