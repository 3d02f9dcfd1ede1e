# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of letters, where the office wants a program to guess at them: the
guess is shown as one, is no check, and refuses nobody (threats.md row 22)."""

import shutil

import box
import mails
import pytest
from client import flat
from conftest import one_office_for_all

pytestmark = [
    pytest.mark.skipif(not (box.build_dir() / "loket-parser-scan").exists(),
                       reason="Loket was built without tesseract"),
    pytest.mark.skipif(shutil.which("pdftoppm") is None,
                       reason="no pdftoppm (poppler-utils) to take pictures with"),
]  # fmt: skip
GUESS = "Tebakan mesin dari gambar (OCR): BUKAN KEPASTIAN"
SIGNED = ["Dokumen ini telah ditandatangani secara elektronik"]


@pytest.fixture(scope="module")
def shared(keys):
    with one_office_for_all(keys, config=["documents.ocr=true"]) as office:
        office.await_running("scan-parser")
        yield office


def ask(office, who, paper):
    office.apply(who, [paper, mails.csr(who)])
    case = office.case_of(who, seconds=60)
    return case, flat(office.await_question("siti", case))


@pytest.mark.parametrize("take", [
    lambda pdf: mails.photograph(pdf, "surat.png"),
    lambda pdf: mails.photograph(pdf, "surat.jpg", 200),
    mails.scanned,
], ids=["png", "jpeg", "scanned pdf"])  # fmt: skip
def test_a_picture_is_guessed_at(shared, take):
    who = shared.new_applicant()
    pdf = mails.statement(who, shared.now(), more=SIGNED).data
    case, said = ask(shared, who, take(pdf))
    assert GUESS in said
    assert f"Nama pada surat: {who.name}" in said
    assert f"NIP pada surat: {who.nip}" in said
    assert "surat pernyataan" in said.partition("Jenis surat menurut tebakan itu:")[2][:40]
    # A sentence in a picture is no signature.
    assert "TIDAK memuat tanda tangan elektronik" in said
    papers = {d["paper"]: d for d in shared.show(case)["documents"]}
    assert papers["statement"]["read_by_eye"]


def test_a_guess_is_no_check_and_no_defect(shared):
    """Somebody else's name and number in the picture: the officer sees them,
    and nothing else comes of it."""
    who, other = shared.new_applicant(), shared.new_applicant()
    pdf = mails.statement(other, shared.now()).data
    _, said = ask(shared, who, mails.photograph(pdf, "surat.png"))
    guess = said.partition(GUESS)[2].partition("Tanda tangan elektronik")[0]
    assert f"Nama pada surat: {other.name}" in guess
    assert "sama dengan" not in guess and "BERBEDA" not in guess.upper()
    right = shared.new_applicant()
    _, said = ask(shared, right, mails.photograph(
        mails.statement(right, shared.now()).data, "surat.png"))  # fmt: skip
    guess = said.partition(GUESS)[2].partition("Tanda tangan elektronik")[0]
    assert "sama" not in guess


def test_text_is_read_and_not_guessed(shared):
    who = shared.new_applicant()
    _, said = ask(shared, who, mails.statement(who, shared.now()))
    assert GUESS not in said and f"Nama pada surat: {who.name}" in said


def test_nothing_waits_for_it(shared):
    """It dies, and mail goes on; it comes back."""
    who = shared.new_applicant()
    shared.kill("scan-parser")
    pdf = mails.statement(who, shared.now()).data
    _, said = ask(shared, who, mails.photograph(pdf, "surat.png"))
    assert "dibaca oleh petugas" in said
    shared.await_running("scan-parser")


def test_off_it_is_not_there(make_office):
    office = make_office()
    assert "scan-parser" not in office.status()["pids"]
    who = office.new_applicant()
    pdf = mails.statement(who, office.now()).data
    _, said = ask(office, who, mails.photograph(pdf, "surat.png"))
    assert GUESS not in said and "dibaca oleh petugas" in said
