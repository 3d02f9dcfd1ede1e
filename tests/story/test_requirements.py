# SPDX-License-Identifier: GPL-3.0-or-later
"""The demands of the procedures, one story or more per id, in the words of
docs/requirements.md.  What they need of smaller parts is in the unit tests."""

import re

import box
import mails
import pytest
from client import flat
from mails import Attachment
from people import OFFICERS, person

BUDI = person("budi")
APPLICANT_LETTERS = ["received", "incomplete", "noted"]


def first_letter(office, name="budi"):
    (letter,) = office.await_letters(name)
    return letter


# ---- PKL-1: a mail opens a case; the answer says number, items and due time ----


def test_pkl_1_intake_by_mail(office):
    office.apply("budi")
    case = office.await_case("received")
    letter = first_letter(office)
    text = flat(letter)
    assert re.fullmatch(r"LOCK-\d{4}-\d{6}", case["number"])
    assert f"[{case['number']}]" in str(letter["Subject"])
    for item in ("surat-pernyataan.pdf", "permohonan.csr"):
        assert item in text
    assert re.search(r"paling lambat (Senin|Selasa|Rabu|Kamis|Jumat), \d+ \w+ \d{4} "
                     r"pukul (15\.45|11\.00) WIB", text), text  # fmt: skip
    # "In the same processing run": case, event and letter are one commit.
    office.await_quiet()
    shown = office.ctl("case", "show", case["number"])
    (sent,) = [r for r in office.ctl("outbox", "list") if r["letter"] == "received"]
    assert shown["events"][0]["kind"] == "application"
    assert sent["queued"] == shown["opened"]
    assert sent["state"] == "accepted"


# ---- PKL-2: the statement letter ------------------------------------------------


def test_pkl_2_no_statement_is_incomplete(office):
    office.apply("budi", papers=[mails.csr(BUDI)])
    case = office.await_case("incomplete")
    text = flat(first_letter(office))
    assert "Surat Pernyataan Lupa Passphrase belum terlampir" in text
    assert "Berkas CSR (permintaan sertifikat, PKCS#10) belum" not in text
    assert case["due"] is None
    office.await_quiet()
    for officer in OFFICERS:
        assert office.letters(officer.key) == []


# ---- PKL-3: exactly one CSR -----------------------------------------------------


def test_pkl_3_no_csr_is_incomplete(office):
    office.apply("budi", papers=[mails.statement(BUDI, office.now())])
    office.await_case("incomplete")
    assert "Berkas CSR (permintaan sertifikat, PKCS#10) belum terlampir" in flat(
        first_letter(office))


def test_pkl_3_two_csrs_are_incomplete(office):
    office.apply("budi", papers=[mails.statement(BUDI, office.now()),
                                 mails.csr(BUDI, name="satu.csr"),
                                 mails.csr(BUDI, name="dua.csr")])  # fmt: skip
    office.await_case("incomplete")
    assert "lebih dari satu berkas CSR" in flat(first_letter(office))


def test_pkl_3_unreadable_csr_is_incomplete(office):
    office.apply("budi", papers=[mails.statement(BUDI, office.now()),
                                 Attachment("permohonan.csr", "application/pkcs10",
                                            b"bukan CSR")])  # fmt: skip
    office.await_case("incomplete")
    assert "Berkas CSR tidak dapat dibaca" in flat(first_letter(office))


@pytest.mark.parametrize("form", ["pem", "der", "in the text"])
def test_pkl_3_every_form_of_csr_is_taken(office, form):
    letter = mails.statement(BUDI, office.now())
    if form == "in the text":
        armoured = mails.csr(BUDI).data.decode()
        office.apply("budi", papers=[letter],
                     text=f"Berikut CSR saya:\n\n{armoured}\nTerima kasih.\n")  # fmt: skip
    else:
        office.apply("budi", papers=[letter, mails.csr(BUDI, der=form == "der")])
    office.await_case("received")


# ---- STD-5..STD-9: office time ---------------------------------------------------


@pytest.mark.parametrize("at, starts, due", [
    # inside office hours: the clock starts at once
    ("2026-11-19T14:00", "Kamis, 19 November 2026 pukul 14.0", "Jumat, 20 November 2026 pukul 11.00"),
    # STD-6: the break counts nothing
    ("2026-11-24T12:30", "Selasa, 24 November 2026 pukul 13.00", "Rabu, 25 November 2026 pukul 15.45"),
    # STD-7: Friday closes at eleven sharp
    ("2026-11-20T10:50", "Jumat, 20 November 2026 pukul 10.5", "Senin, 23 November 2026 pukul 15.45"),
    ("2026-11-20T11:00", "Senin, 23 November 2026 pukul 08.00", "Selasa, 24 November 2026 pukul 15.45"),
    # STD-5, STD-9: Saturday and Sunday never count, mail is taken all the same
    ("2026-11-21T09:00", "Senin, 23 November 2026 pukul 08.00", "Selasa, 24 November 2026 pukul 15.45"),
    ("2026-11-22T23:59", "Senin, 23 November 2026 pukul 08.00", "Selasa, 24 November 2026 pukul 15.45"),
])
def test_std_5_6_7_9_clock_and_due_time(make_office, at, starts, due):
    office = make_office(at=at)
    office.apply("budi")
    office.await_case("received")
    text = flat(first_letter(office))
    assert f"Waktu pelayanan mulai dihitung pada {starts}" in text, text
    assert f"paling lambat {due} WIB" in text, text
    assert "Senin-Kamis 08.00-12.00 dan 13.00-15.45, Jumat 08.00-11.00 WIB" in text


# ---- STD-10, STD-23: in every letter to an applicant -------------------------------


@pytest.mark.parametrize("letter", APPLICANT_LETTERS)
@pytest.mark.parametrize("language, free, never", [
    ("id", "tidak dipungut biaya", "tidak pernah meminta passphrase"),
    ("en", "free of charge", "never ask"),
])
def test_std_10_23_stand_in_every_template(letter, language, free, never):
    text = " ".join((box.TOP / "conf/letters" / language / f"{letter}.txt").read_text().split())
    assert free in text
    assert never in text
    assert ("Data pribadi" if language == "id" else "personal data") in text


def test_std_10_23_stand_in_the_letters_sent(office):
    office.apply("budi", papers=[mails.statement(BUDI, office.now())])
    case = office.await_case("incomplete")
    office.await_letters("budi")
    office.reply("budi", "Apakah surat saya sudah diterima?")
    office.await_letters("budi", 2)
    office.reply("budi", "Ini CSR saya.", [mails.csr(BUDI)])
    office.await_case("received", case["number"])
    letters = office.await_letters("budi", 3)
    for letter in letters:
        assert "tidak dipungut biaya" in flat(letter)
        assert "tidak pernah meminta passphrase" in flat(letter)
        assert "fee" not in flat(letter).lower()
    assert len({str(m["Subject"]) for m in letters}) == 3
