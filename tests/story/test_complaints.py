# SPDX-License-Identifier: GPL-3.0-or-later
"""Complaints, with the shipped conf/workflows/complaint.conf on a set clock:
number and receipt, responses until it is solved, the official, the walk-in
(requirements.md: STD-13 to STD-16, LAW-7; docs/decisions/031)."""

import shutil
from datetime import datetime
from pathlib import Path

import box
import client
import mails
import procedure
import pytest
from client import flat
from conftest import one_office_for_all
from people import person

TOP = Path(__file__).resolve().parents[2]
PEOPLE = {
    "siti": {"roles": ["verifier", "administrator"]},
    "joko": {"roles": ["operator", "verifier"]},
    "rina": {"roles": ["section-officer", "complaint-officer"]},
    "dedi": {"roles": ["complaint-official"]},
    "head": {"roles": ["oversight"]},
}
RINA, DEDI = procedure.RINA, procedure.DEDI
WHEN = "2026-11-23T09:00"  # a Monday


def begin(office):
    shutil.copyfile(TOP / "conf/workflows/complaint.conf",
                    office.dir / "conf/workflows/complaint.conf")  # fmt: skip
    procedure.set_people(office, PEOPLE)
    office.start("loket")
    office.await_connected()
    return office


@pytest.fixture(scope="module")
def shared(keys):
    with one_office_for_all(keys, hold=True, at=WHEN) as office:
        yield begin(office)


@pytest.fixture
def office(shared):
    return shared


def complain(office, who, text, subject="Pengaduan", sign="dkim"):
    office.send(who, mails.mail(who, office.now(), subject, text), sign)


def number_of(office, who):
    """The number in the receipt, which says what was put on record."""
    receipt = office.await_letter(who, "complaint-received")
    number = str(receipt["Subject"]).partition("]")[0].strip("[")
    assert number.startswith("ADUAN-2026-0000")
    return number, flat(receipt)


def opened(office, text="Sertifikat saya belum juga terbit.", **more):
    who = office.new_applicant()
    complain(office, who, text + "\n", **more)
    number, receipt = number_of(office, who)
    return who, number, receipt


def step(office, number):
    return office.show(number)["step"]


def await_step(office, number, name):
    client.wait_for(lambda: step(office, number) == name, 20, f"{number} in {name}")


def local(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(box.WIB)


def test_std_13_answered_in_time(office):
    """A number and a receipt; a response, the solution, and the word of who
    complained; the first response was due in three working days, the solution
    in five (LAW-7)."""
    who, number, receipt = opened(office)
    assert "belum juga terbit" in receipt and "Kamis, 26 November 2026" in receipt
    asked = office.await_question(RINA, number)
    assert "belum juga terbit" in flat(asked) and who.nip in flat(asked)
    assert "melalui surel" in flat(asked)
    office.answer(RINA, "JAWAB\nKami sedang memeriksanya.\nMohon bersabar.", letter=asked)
    reply = flat(office.await_letter(who, "complaint-reply", number))
    assert "Kami sedang memeriksanya." in reply and "Rina Kartika" in reply
    assert "Senin, 30 November 2026" in reply and step(office, number) == "solve"
    again = office.await_question(RINA, number, but=[str(asked["Message-ID"])])
    assert "telah kami sampaikan kepada pelapor" in flat(again)
    office.answer(RINA, "SOLUSI: Sertifikat terbit hari ini.", letter=again)
    solution = office.await_question(who, number)
    assert "Sertifikat terbit hari ini." in flat(solution)
    assert "Kami sedang memeriksanya." not in flat(solution)
    office.answer(who, "SELESAI, terima kasih", letter=solution)
    office.await_case("completed", number)
    assert "telah kami tutup" in flat(office.await_letter(who, "complaint-progress", number))
    kinds = [(e["kind"], e["actor"]) for e in office.show(number)["events"]]
    assert [k for k in kinds if k[0] in ("respond", "solve", "done")] == [
        ("respond", "rina"), ("solve", "rina"), ("done", "applicant")]  # fmt: skip


def test_std_15_reopened(office):
    """BELUM SELESAI opens it again, and the official answers from then on; a
    message in between reaches him."""
    who, number, _ = opened(office)
    office.answer(RINA, "SOLUSI\nSilakan mencoba lagi.",
                  letter=office.await_question(RINA, number))  # fmt: skip
    solution = office.await_question(who, number)
    office.answer(who, "Bagaimana caranya mencoba lagi?", letter=solution)
    assert "BELUM SELESAI" in flat(office.await_letter(who, "complaint-progress", number))
    assert step(office, number) == "confirm"
    office.answer(who, "BELUM SELESAI: sudah dicoba, tetap gagal.", letter=solution)
    await_step(office, number, "official")
    asked = office.await_question(DEDI, number)
    assert "tetap gagal" in flat(asked) and "Silakan mencoba lagi" in flat(asked)
    office.send(who, mails.mail(who, office.now(), f"Re: [{number}]", "Nomor HP saya berubah.\n"))
    more = office.await_question(DEDI, number, but=[str(asked["Message-ID"])])
    assert "Nomor HP saya berubah." in flat(more)
    office.answer(DEDI, "SOLUSI: Kami terbitkan ulang.", letter=more)
    second = office.await_question(who, number, but=[str(solution["Message-ID"])])
    assert "terbitkan ulang" in flat(second)
    office.answer(who, "SELESAI", letter=second)
    office.await_case("completed", number)


def test_std_16_one_command_hands_it_over(office):
    """TERUSKAN: the responsible person and the time change, and only the
    official's answer counts from then on."""
    who, number, _ = opened(office)
    asked = office.await_question(RINA, number)
    office.answer(RINA, "TERUSKAN", letter=asked)
    await_step(office, number, "official")
    assert "pejabat Dinas" in flat(office.await_letter(who, "complaint-progress", number))
    office.await_letter(RINA, "receipt", number)
    office.answer(RINA, "SOLUSI: Sudah beres.", letter=asked)
    office.await_letter(RINA, "answer", number)
    assert step(office, number) == "official"
    office.answer(DEDI, "SENGKETA\nPerlu keterangan pihak ketiga.",
                  letter=office.await_question(DEDI, number))  # fmt: skip
    reply = flat(office.await_letter(who, "complaint-reply", number))
    assert "sebagai sengketa" in reply and "Jumat, 11 Desember 2026" in reply


def test_std_13_cases_of_somebody_else_are_neither_confirmed_nor_denied(office):
    """The same receipt for a case of somebody else and for a number that nobody
    has; the officer is told, who complained is not."""
    owner = office.new_applicant()
    office.apply(owner)
    theirs = office.case_of(owner)
    said = []
    for named in (theirs, "LOCK-2026-999999"):
        who, number, receipt = opened(office, "Permohonan itu lambat.",
                                      subject=f"Pengaduan {named}")  # fmt: skip
        said.append(receipt.replace(number, "N").replace(who.name, "X"))
        asked = flat(office.await_question(RINA, number))
        assert named in asked and "bukan permohonan milik" in asked
        assert owner.name not in asked
    assert said[0] == said[1] and theirs not in said[0]
    own = office.new_applicant()
    office.apply(own)
    mine = office.case_of(own)
    complain(office, own, "Belum ada kabar.\n", f"Pengaduan tentang {mine}")
    number, receipt = number_of(office, own)
    assert f"Perkara yang diadukan: {mine}" in receipt
    assert office.show(mine)["state"] == "received"  # nothing of it has moved


def test_std_14_walk_in_and_telephone(office):
    """The complaint officer writes down what somebody told him; that person gets
    the receipt; nobody else may, and nobody unknown is written down."""
    for subject, word in (("PENGADUAN LISAN", "secara langsung"),
                          ("PENGADUAN TELEPON", "melalui telepon")):  # fmt: skip
        who = office.new_applicant()
        complain(office, RINA, f"NIP: {who.nip}\nAntrean terlalu lama.\n", subject)
        number, receipt = number_of(office, who)
        assert "Antrean terlalu lama." in receipt
        asked = flat(office.await_question(RINA, number))
        assert word in asked and "Rina Kartika" in asked
    complain(office, RINA, "NIP: 197001012000011001\nTidak terdaftar.\n", "PENGADUAN LISAN")
    assert "NIP" in flat(office.await_letter(RINA, "answer", "PENGADUAN LISAN"))
    complain(office, person("siti"), f"NIP: {who.nip}\nBukan tugasnya.\n", "PENGADUAN LISAN")
    assert "bukan tugas Saudara" in flat(office.await_letter("siti", "answer"))
    before = len(office.cases())
    complain(office, RINA, f"NIP: {who.nip}\nPalsu.\n", "PENGADUAN LISAN", sign="none")
    office.await_letter(RINA, "unproven")
    assert len(office.cases()) == before


def test_std_13_strangers_and_forgers_complain_in_vain(office):
    """Who proves nothing, and who is unknown, gets no answer and no number."""
    who, stranger = office.new_applicant(), person("outsider")
    before = len(office.cases())
    complain(office, who, "Saya mengadu.\n", sign="none")
    complain(office, stranger, "Saya mengadu.\n")
    office.send(who, mails.mail(who, office.now(), "Pengaduan", "Sedang cuti.\n",
                                fields={"Auto-Submitted": "auto-replied"}))  # fmt: skip
    client.wait_for(lambda: not [r for r in office.ctl("mail", "list")
                                 if r["disposition"] == "open"], 20, "all to be decided")  # fmt: skip
    assert len(office.cases()) == before
    # The owner of the mailbox hears of what was tried in his name; nobody else.
    office.await_letter(who, "notice")
    assert len(office.letters(who)) == 1 and not office.letters(stranger)


def test_law_7_late_is_escalated(office):
    """Nobody answers: a reminder, oversight, and when the third working day is
    over the official has it."""
    who, number, _ = opened(office)
    office.await_question(RINA, number)
    due = local(office.show(number)["due"])
    assert (due.day, due.hour, due.minute) == (26, 15, 45)
    office.clock("2026-11-25T10:00")
    office.await_letter("head", "late", number)
    office.clock("2026-11-26T15:46")
    await_step(office, number, "official")
    late = flat(office.await_letter(who, "complaint-progress", number))
    assert "kami mohon maaf" in late and "pejabat Dinas" in late
    asked = office.await_question(DEDI, number)
    office.await_letter(RINA, "withdrawn", number, count=2)  # the reminder, too
    office.answer(DEDI, "SOLUSI: Sudah terbit.", letter=asked)
    solution = office.await_question(who, number)
    assert "Sudah terbit." in flat(solution)
    office.clock("2026-12-07T09:00")  # he says nothing
    office.await_case("completed", number)
    assert "tidak menerima kabar" in flat(office.await_letter(who, "complaint-progress", number,
                                                              count=2))  # fmt: skip
