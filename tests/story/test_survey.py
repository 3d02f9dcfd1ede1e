# SPDX-License-Identifier: GPL-3.0-or-later
"""The survey after a case (LAW-8), and suggestions (STD-17):
docs/decisions/031."""

import client
import mails
import pytest
from client import flat
from conftest import one_office_for_all
from people import person


@pytest.fixture(scope="module")
def shared(keys):
    with one_office_for_all(keys, config=["office.survey=true"]) as office:
        yield office


@pytest.fixture
def office(shared):
    return shared


def served(office):
    """Somebody whose case is completed, and the survey he got for it."""
    who = office.new_applicant()
    office.apply(who)
    number = office.case_of(who)
    office.answer("siti", "SETUJU", letter=office.await_question("siti", number))
    office.await_case("completed", number)

    def survey():
        found = [m for m in office.letters(who) if "Survei" in str(m["Subject"])]
        return found[0] if found else None

    return who, client.wait_for(survey, 20, f"the survey to {who.key}")


def test_law_8_survey(office):
    """Nine digits, counted without a name; the second answer changes nothing;
    each wrong one has its letter; of the mail nothing is kept."""
    before = office.ctl("survey", "show")["answers"]
    who, survey = served(office)
    assert "sembilan pertanyaan" in flat(survey)
    for text, said in (("Semuanya baik.", "tidak kami temukan angka"),
                       ("34343", "bukan sembilan buah"),
                       ("343434345", "bukan 1, 2, 3 atau 4")):  # fmt: skip
        office.answer(who, text, letter=survey)
        client.wait_for(lambda s=said: [m for m in office.letters(who) if s in flat(m)], 20, said)
    assert office.ctl("survey", "show")["answers"] == before
    office.answer(who, "343343434", letter=survey)
    client.wait_for(lambda: [m for m in office.letters(who) if "tanpa nama dan" in flat(m)
                             and "telah kami catat" in flat(m)], 20, "thanks")  # fmt: skip
    shown = office.ctl("survey", "show")
    assert shown["answers"] == before + 1
    if before == 0:
        assert (shown["index"], shown["band"]) == ("86.11", "B")
        assert (shown["U1"], shown["U2"]) == ("3.000", "4.000")
    office.answer(who, "111111111", letter=survey)
    client.wait_for(lambda: [m for m in office.letters(who) if "sudah pernah kami terima" in flat(m)],
                    20, "the plain word that he has answered")  # fmt: skip
    assert office.ctl("survey", "show") == shown
    kept = [r for r in office.ctl("mail", "list") if r["reason"] == "survey"]
    assert len(kept) == 5 and {r["disposition"] for r in kept} == {"ignored"}


def test_law_8_survey_of_somebody_else(office):
    """Who has the token, and not the mailbox, answers nothing."""
    _, survey = served(office)
    other = office.new_applicant()
    before = office.ctl("survey", "show")
    office.answer(other, "444444444", letter=survey)
    client.wait_for(lambda: not [r for r in office.ctl("mail", "list")
                                 if r["disposition"] == "open"], 20, "all to be decided")  # fmt: skip
    assert office.ctl("survey", "show") == before


def test_std_17_suggestion(office):
    """Thanked, kept, listed; a stranger's is not."""
    who = office.new_applicant()
    office.send(who, mails.mail(who, office.now(), "Saran", "Mohon ada panduan video.\n"))
    assert "Terima kasih atas saran" in flat(office.await_letter(who, "suggestion"))
    stranger = person("outsider")
    office.send(stranger, mails.mail(stranger, office.now(), "Saran", "Beli di sini.\n"))
    client.wait_for(lambda: not [r for r in office.ctl("mail", "list")
                                 if r["disposition"] == "open"], 20, "all to be decided")  # fmt: skip
    (row,) = office.ctl("suggestion", "list")
    assert row["text"] == "Mohon ada panduan video." and row["from"] == who.address
    assert not office.letters(stranger)
