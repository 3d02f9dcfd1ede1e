# SPDX-License-Identifier: GPL-3.0-or-later
"""The reset of a passphrase in the portal (conf/examples/tapin.conf): from the
first mail to the last letter, in WITA, and each way that fails (requirements.md
TPN-1 to TPN-9, TPN-12, TPN-13)."""

import client
import mails
import procedure
import pytest
from client import flat
from conftest import one_office_for_all

PEOPLE = {
    "siti": {"roles": ["verifier", "administrator"]},
    "rina": {"roles": ["section-officer"]},
    "head": {"roles": ["oversight"]},
}


@pytest.fixture(scope="module")
def shared(keys):
    with one_office_for_all(keys, config=["executor=operator", "timetable.zone=WITA"],
                            at="2026-11-23T07:05") as office:  # fmt: skip
        procedure.use(office, "tapin", PEOPLE, [('["tapinkab.go.id"]', '["kota.test"]')])
        yield office


@pytest.fixture
def office(shared):
    return shared


def apply(office, who=None, papers=None, sender=None):
    who = who or office.new_applicant()
    now = office.now()
    papers = [mails.statement(who, now), mails.letter("recommendation", who, now)] \
        if papers is None else papers  # fmt: skip
    sender = sender or who
    office.send(sender, mails.mail(sender, now, "Permohonan lupa passphrase",
                                   "Dengan hormat, mohon bantuan.", papers))  # fmt: skip
    return who


def case_of(office, who, state="received"):
    def look():
        rows = [c for c in office.cases() if c["applicant"] == who.name]
        return rows[-1]["number"] if rows and rows[-1]["state"] == state else None

    return client.wait_for(look, 20, f"a case of {who.name} that is {state}")


def await_step(office, number, step):
    client.wait_for(lambda: office.show(number)["step"] == step, 20, f"the step {step}")


def question(office, who, number, title, but=()):
    def look():
        found = [m for m in office.letters(who)
                 if number in str(m["Subject"]) and title in str(m["Subject"])
                 and client.token_of(m) and m["Message-ID"] not in but]  # fmt: skip
        return found[-1] if found else None

    return client.wait_for(look, 20, f"a letter '{title}' about {number}")


RESET, RENEW = "Mohon Mengatur Ulang", "Mohon Membuat Passphrase Baru"


def to_renew(office, who=None):
    """An applicant who has been asked to choose a new passphrase."""
    who = apply(office, who)
    number = case_of(office, who)
    office.answer("siti", "SETUJU", letter=question(office, "siti", number, "Mohon Keputusan"))
    await_step(office, number, "reset")
    first = question(office, "siti", number, RESET)
    office.answer("siti", "SELESAI", letter=first)
    await_step(office, number, "renew")
    return who, number, first


def answer(office, who, text, number):
    client.answer(office.dir, who, text, letter=question(office, who, number, RENEW))


def serial_of(office, who):
    rows = office.ctl("registry", "list")
    return [(r["serial"], r["not_after"], r["state"]) for r in rows if r["name"] == who.name]


def test_tpn_1_to_7_from_the_request_to_the_notice(office):
    """Verified, reset by the verifier, renewed by the applicant; the certificate
    is what it was."""
    who = apply(office)
    before = serial_of(office, who)
    number = case_of(office, who)
    assert number.startswith("RESET-2026-")  # TPN-1
    received = flat(office.await_letter(who, "received", number))
    assert "WITA" in received and "CSR" not in received  # TPN-7
    asked = question(office, "siti", number, "Mohon Keputusan")
    assert f"Nama pada surat: {who.name} (sama dengan daftar kami)" in flat(asked)  # TPN-2
    office.answer("siti", "SETUJU", letter=asked)
    await_step(office, number, "reset")
    work = flat(question(office, "siti", number, RESET))
    assert who.address in work and "Mohon tidak menanyakannya" in work
    assert "Sertifikat Saudara tetap sama" in flat(office.await_letter(who, "agreed", number))
    office.answer("siti", "SELESAI", letter=question(office, "siti", number, RESET))
    await_step(office, number, "renew")
    ask = flat(question(office, who, number, RENEW))
    assert "portal memeriksa wajah Saudara" in ask and "Jangan menuliskannya dalam surel" in ask
    answer(office, who, "SELESAI", number)
    office.await_case("completed", number)
    told = flat(office.await_letter(who, "renewed", number))  # TPN-6
    assert "Sertifikat Saudara tidak berubah" in told
    shown = office.show(number)
    assert shown["orders"] == [] and serial_of(office, who) == before  # TPN-7
    said = [(e["kind"], e["actor"]) for e in shown["events"]
            if e["kind"] in ("approve", "done")]  # fmt: skip
    assert said == [("approve", "siti"), ("done", "siti"), ("done", "applicant")]  # TPN-3, TPN-4


def test_tpn_6_the_notice_goes_to_each_registered_address(office):
    who = office.new_applicant()
    older = procedure.TATA
    procedure.give_mailbox(office, older)
    add_address(office, who, older.address)
    who, number, _ = to_renew(office, who)
    answer(office, who, "SELESAI", number)
    office.await_letter(who, "renewed", number)
    assert "Sertifikat Saudara tidak berubah" in flat(office.await_letter(older, "renewed", number))


def add_address(office, who, address):
    """One more of his own, by a table."""
    table = office.dir / "run" / f"{who.key}.csv"
    table.write_text("nama;nip;nik;instansi;surel;bahasa\n"
                     f"{who.name};{who.nip};{who.nik};{who.agency};{who.address}|{address};\n")  # fmt: skip
    table.chmod(0o644)
    done = client.loketctl(office.dir, "registry", "import", "--update", table)
    assert b"updated: 1" in done.stdout, done.stderr


def test_tpn_8_only_from_the_domain_of_the_office(office):
    """Registered, and yet from elsewhere: told how, nothing taken; the same from
    the right mailbox goes on."""
    inside = office.new_applicant()
    outside = procedure.person_of("outsider")
    add_address(office, inside, outside.address)
    apply(office, inside, sender=outside)
    number = case_of(office, inside, "incomplete")
    assert "@kota.test" in flat(office.await_letter(inside, "incomplete", number))
    assert office.show(number)["documents"] == []
    apply(office, inside)
    office.await_case("received", number)


def test_tpn_9_without_the_recommendation(office):
    who = office.new_applicant()
    apply(office, who, [mails.statement(who, office.now())])
    number = case_of(office, who, "incomplete")
    assert "surat rekomendasi" in flat(office.await_letter(who, "incomplete", number)).lower()


def test_tpn_13_the_face_fails_and_then_it_works(office):
    who, number, first = to_renew(office)
    answer(office, who, "GAGAL\nalasan: verifikasi wajah ditolak", number)
    await_step(office, number, "reset")
    office.await_letter(who, "again", number)
    again = question(office, "siti", number, RESET, but=[first["Message-ID"]])
    assert "verifikasi wajah ditolak" in flat(again)
    old = question(office, who, number, RENEW)["Message-ID"]
    office.answer("siti", "SELESAI", letter=again)
    await_step(office, number, "renew")
    client.answer(office.dir, who, "SELESAI",
                  letter=question(office, who, number, RENEW, but=[old]))  # fmt: skip
    office.await_case("completed", number)


def test_tpn_13_the_portal_refuses_and_the_other_way_is_linked(office):
    who = apply(office)
    number = case_of(office, who)
    office.answer("siti", "SETUJU", letter=question(office, "siti", number, "Mohon Keputusan"))
    await_step(office, number, "reset")
    letter = question(office, "siti", number, RESET)
    office.answer("siti", "GAGAL", letter=letter)  # without a reason, nothing
    office.await_letter("siti", "answer", number)
    office.answer("siti", "GAGAL\nalasan: akun pemohon dikunci", letter=letter)
    office.await_case("rejected", number)
    told = flat(office.await_letter(who, "switch", number))
    assert '"akun pemohon dikunci"' in told and "penerbitan ulang sertifikat" in told
    apply(office, who)
    assert office.show(case_of(office, who))["previous_case"] == number


def test_tpn_2_the_verifier_refuses_or_sends_back(office):
    who = apply(office)
    number = case_of(office, who)
    letter = question(office, "siti", number, "Mohon Keputusan")
    office.answer("siti", "PERBAIKI\nalasan: rekomendasi belum ditandatangani", letter=letter)
    office.await_case("incomplete", number)
    office.await_letter(who, "correct", number)
    office.reply(who, "Terlampir.", [mails.letter("recommendation", who, office.now(),
                                                  number="000.6/140/XI/2026")])  # fmt: skip
    office.await_case("received", number)
    again = question(office, "siti", number, "Mohon Keputusan", but=[letter["Message-ID"]])
    office.answer("siti", "TOLAK\nalasan: bukan pegawai", letter=again)
    office.await_case("rejected", number)


def test_tpn_5_a_passphrase_in_a_mail_is_taken_out(office):
    who, number, _ = to_renew(office)
    answer(office, who, "Passphrase saya yang baru: Tapin#2026rahasia", number)
    said = flat(office.await_letter(who, "noted", number))
    assert "passphrase" in said.lower() and "Tapin#2026rahasia" not in said
    assert office.show(number)["step"] == "renew"
    answer(office, who, "SELESAI", number)
    office.await_case("completed", number)


def test_tpn_13_an_applicant_who_is_not_heard_of(office):
    """Reminded, and then the verifier is asked to see to it."""
    who, number, first = to_renew(office)
    office.clock("+1d")
    client.wait_for(lambda: len([m for m in office.letters(who)
                                 if number in str(m["Subject"]) and RENEW in str(m["Subject"])]) == 2,
                    20, "a reminder")  # fmt: skip
    office.clock("+2d")
    await_step(office, number, "reset")
    again = flat(question(office, "siti", number, RESET, but=[first["Message-ID"]]))
    assert "belum mengabarkan" in again
