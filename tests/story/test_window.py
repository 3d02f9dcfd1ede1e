# SPDX-License-Identifier: GPL-3.0-or-later
"""The service window by mail: INFO, FORMULIR, STATUS, CEK (docs/decisions/030).

Whoever may ask is answered at the address that is known, and nothing that is
asked changes a case; nobody else learns anything."""

import os
import subprocess
from pathlib import Path

import client
import mails
import pytest
from client import flat
from conftest import one_office_for_all
from people import person

BUILD = Path(os.environ["LOKET_BUILD"]).resolve()
TOP = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def shared(keys):
    with one_office_for_all(keys) as office:
        yield office


@pytest.fixture
def office(shared):
    return shared


def ask(office, who, subject, text="Mohon dibantu.\n", papers=(), sign="dkim"):
    """One mail to the window."""
    raw = mails.mail(who, office.now(), subject, text, papers)
    return office.send(who, raw, sign)


def lines_of(letter):
    """Its text as it stands, with plain line ends."""
    return client.text_of(letter).replace("\r\n", "\n")


def reasons(office):
    """Why each mail was put aside, so far."""
    rows = sorted(office.ctl("mail", "list"), key=lambda row: row["id"])
    return [row["reason"] for row in rows]


def count_cases(office):
    return len(office.cases())


TITLES = (
    "Persyaratan",
    "Sistem, mekanisme dan prosedur",
    "Jangka waktu penyelesaian",
    "Biaya/tarif",
    "Produk pelayanan",
    "Penanganan pengaduan, saran dan masukan",
    "Dasar hukum",
    "Sarana, prasarana dan fasilitas",
    "Kompetensi pelaksana",
    "Pengawasan internal",
    "Jumlah pelaksana",
    "Jaminan pelayanan",
    "Jaminan keamanan dan keselamatan pelayanan",
    "Evaluasi kinerja pelaksana",
)


def test_std_1_std_18_std_25_info_gives_all_fourteen_components(office):
    who = office.new_applicant()
    before = count_cases(office)
    ask(office, who, "INFO")
    text = lines_of(office.await_letter(who, "standard"))
    at = [text.index(f"\n{n}. {title}") for n, title in enumerate(TITLES, 1)]
    assert at == sorted(at)
    said = flat(office.await_letter(who, "standard"))
    # ... and what Loket itself goes by
    assert "surat pernyataan" in said and "Verifikasi permohonan: 5 menit" in said
    assert "Senin-Kamis 08.00-12.00 dan 13.00-15.45, Jumat 08.00-11.00 WIB" in said
    assert "paling lama 1 hari kerja" in said and "Telepon: (0285) 000000" in said
    assert "SOP Nomor 088.13 versi 1.1" in said
    assert "Undang-Undang Nomor 25 Tahun 2009" in said
    assert f"\n8. {TITLES[7]}\n-\n" in text  # shown though there is nothing
    assert "tidak perlu datang" in said
    assert count_cases(office) == before
    assert reasons(office)[-1] == "request-info"


def test_cms_1_formulir_gives_blank_letters_that_can_be_filled_in(office, tmp_path):
    who = office.new_applicant()
    ask(office, who, "Formulir")
    letter = office.await_letter(who, "forms")
    files = {p.get_filename(): p.get_content() for p in letter.iter_attachments()}
    # what this office's procedures ask for, and the letter names them
    assert list(files) == ["surat-pernyataan-lupa-passphrase.pdf"]
    assert "SURAT PERNYATAAN LUPA PASSPHRASE" in flat(letter)
    path = tmp_path / "form.pdf"
    path.write_bytes(files["surat-pernyataan-lupa-passphrase.pdf"])
    info = subprocess.run(["pdfinfo", path], capture_output=True, check=True, text=True)
    assert "AcroForm" in info.stdout and "Encrypted:       no" in info.stdout
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True,
                          text=True).stdout  # fmt: skip
    assert "Nama lengkap" in text and "lupa passphrase sertifikat elektronik" in text


def test_cms_1_a_letter_filled_in_on_the_form_is_accepted(office, tmp_path):
    """And not by eye: what stands in the fields is read as any other letter."""
    who = office.new_applicant()
    date = mails.indonesian_date(office.now())
    subprocess.run(
        [BUILD / "tests/lab/forms", TOP / "conf", tmp_path, "statement",
         f"name={who.name}", f"nip={who.nip}", f"nik={who.nik}",
         f"agency={who.agency}", f"applicant-place=Kota Contoh, {date}",
         f"applicant-name={who.name}", f"applicant-nip={who.nip}"],
        check=True, timeout=60)  # fmt: skip
    paper = mails.Attachment.of_file(next(tmp_path.glob("*.pdf")))
    office.apply(who, [paper, mails.csr(who)])
    number = office.case_of(who)
    asked = flat(office.await_question("siti", number))
    assert "Tidak ada yang mencolok." in asked and who.nik in asked
    document = office.show(number)["documents"][0]
    assert document["paper"] == "statement" and not document["read_by_eye"]


def test_cms_22_a_form_printed_signed_and_scanned_is_taken(office, tmp_path):
    """Printer and scanner are all an office needs: by eye, as any picture."""
    who = office.new_applicant()
    subprocess.run([BUILD / "tests/lab/forms", TOP / "conf", tmp_path, "statement",
                    f"name={who.name}", f"nip={who.nip}"],
                   check=True, timeout=60)  # fmt: skip
    pdf = next(tmp_path.glob("*.pdf"))
    subprocess.run(["pdftoppm", "-r", "100", "-png", "-singlefile", pdf,
                    tmp_path / "pindaian"], check=True, timeout=60)  # fmt: skip
    scan = mails.Attachment.of_file(tmp_path / "pindaian.png")
    office.apply(who, [scan, mails.csr(who)])
    number = office.case_of(who)
    document = office.show(number)["documents"][0]
    assert document["paper"] == "statement" and document["read_by_eye"]


def test_std_3_status_marks_the_step_of_the_five(office):
    who = office.new_applicant()
    office.apply(who)
    number = office.case_of(who)
    asked = office.await_question("siti", number)
    ask(office, who, f"STATUS {number}")
    text = lines_of(office.await_letter(who, "status", number))
    assert "\n1. Pengajuan permohonan\n" in text
    assert "\n2. Verifikasi permohonan  <== permohonan ini ada di sini\n" in text
    assert "\n3. Pencabutan sertifikat\n" in text
    assert "\n4. Penerbitan sertifikat\n" in text
    assert "\n5. Pemberitahuan kepada pemohon" in text
    said = flat(office.await_letter(who, "status", number))
    assert "menunggu petugas kami sejak" in said and "Batas waktu penyelesaian:" in said
    assert "Siti" not in said  # who decides is nobody's business
    # in an answer to our letter, too; and it moved nothing
    office.answer(who, "STATUS", letter=office.await_letter(who, "received", number))
    office.await_letter(who, "status", number, count=2)
    office.answer("siti", "SETUJU", letter=asked)
    office.await_case("completed", number)
    ask(office, who, f"status {number}")
    done = office.await_letter(who, "status", number, count=3)
    assert "telah kami layani sampai tuntas pada" in flat(done)
    assert "5. Pemberitahuan kepada pemohon, layanan tuntas <==" in flat(done)


def test_status_is_told_to_its_applicant_and_to_officers_only(office):
    who = office.new_applicant()
    other = office.new_applicant()
    office.apply(who)
    number = office.case_of(who)
    ask(office, other, f"STATUS {number}")
    told = office.await_letter(other, "status")
    assert number not in client.text_of(told) + str(told["Subject"])
    assert who.name not in client.text_of(told)
    # no such case at all: the same words
    third = office.new_applicant()
    ask(office, third, "STATUS LOCK-2026-999999")
    again = office.await_letter(third, "status")
    assert flat(again).replace(third.name, other.name) == flat(told)
    # an officer of the procedure is told, and by name whom it waits for
    ask(office, person("siti"), f"STATUS {number}")
    assert who.name not in flat(office.await_letter("siti", "status", number))
    assert "menunggu Siti Rahayu" in flat(office.await_letter("siti", "status", number))


def test_cek_says_what_would_be_missing_and_changes_nothing(office):
    who = office.new_applicant()
    before = count_cases(office)
    ask(office, who, "CEK Permohonan Lupa Passphrase",
        papers=[mails.statement(who, office.now())])  # fmt: skip
    said = flat(office.await_letter(who, "check"))
    assert "Berkas CSR (permintaan sertifikat, PKCS#10) belum terlampir" in said
    assert "Surat pernyataan:" in said and "tidak ada permohonan yang dibuka" in said
    ask(office, who, "CEK", papers=[mails.statement(who, office.now()), mails.csr(who)])
    assert "tidak ada yang kurang" in flat(office.await_letter(who, "check", count=2))
    assert count_cases(office) == before
    assert reasons(office)[-2:] == ["request-check", "request-check"]
    # the key was not taken: the same papers open the case
    office.apply(who)
    number = office.case_of(who)
    # of an open case, its papers are looked at together; the revision stays
    revision = office.show(number)["revision"]
    ask(office, who, "CEK", papers=[mails.csr(who)])
    office.await_letter(who, "check", count=3)
    assert office.show(number)["revision"] == revision


def test_cek_keeps_no_private_key(office):
    """V098: a secret in it is blotted out as in any mail."""
    who = office.new_applicant()
    key = subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt",
                          "ec_paramgen_curve:P-256"], capture_output=True,
                         check=True).stdout  # fmt: skip
    ask(office, who, "CEK",
        papers=[mails.Attachment("kunci.pem", "application/x-pem-file", key)])  # fmt: skip
    said = flat(office.await_letter(who, "check"))
    assert "kunci privat" in said.lower()


def test_who_is_nobody_here_is_not_answered(office):
    """A From line, a stranger with a good signature, a machine; and a mail about
    something else in the mailbox that is shared."""
    who = office.new_applicant()
    for sender, sign, fields in (
        (who, "none", None),
        (person("outsider"), "dkim", None),
        (who, "dkim", {"Auto-Submitted": "auto-replied"}),
    ):
        for word in ("INFO", "FORMULIR", "STATUS", "CEK"):
            raw = mails.mail(sender, office.now(), word, "x\n", fields=fields)
            office.send(sender, raw, sign)
    ask(office, who, "Info rapat besok")
    ask(office, who, "Re: INFO")
    client.wait_for(lambda: len(reasons(office)) and "open" not in
                    {r["disposition"] for r in office.ctl("mail", "list")},
                    20, "all mails to be decided")  # fmt: skip
    office.await_quiet()
    assert office.letters(who) == [] and office.letters("outsider") == []


def test_the_window_ends_with_a_few_answers_a_day(office):
    """V055: whatever asks again and again."""
    who = office.new_applicant()
    for _ in range(8):
        ask(office, who, "STATUS")
    client.wait_for(lambda: reasons(office).count("request-status") >= 8, 30,
                    "eight questions")  # fmt: skip
    office.await_quiet()
    assert len(office.letters(who)) == 6


# ---- the desk: an officer hands in for somebody who came by -----------------------


def hand_in(office, officer, subject, papers, sign="dkim"):
    raw = mails.mail(person(officer), office.now(), subject, "Datang langsung.\n", papers)
    return office.send(officer, raw, sign)


def test_desk_a_case_is_opened_when_the_mailbox_has_answered(office):
    who = office.new_applicant()
    papers = [mails.statement(who, office.now()), mails.csr(who)]
    before = count_cases(office)
    nip = f"{who.nip[:8]} {who.nip[8:14]} {who.nip[14]} {who.nip[15:]}"
    hand_in(office, "joko", f"LOKET NIP {nip}", papers)
    asked = office.await_asking(who, ["Penegasan"])
    assert "Joko Susilo (Verifikator)" in flat(asked)
    assert "tidak dapat memutus permohonan" in flat(office.await_letter("joko", "answer"))
    assert count_cases(office) == before and reasons(office)[-1] == "desk"
    # he is not asked twice a day, whatever arrives
    hand_in(office, "joko", f"LOKET NIP {nip}",
            [mails.statement(who, office.now()), mails.csr(who)])  # fmt: skip
    office.await_letter("joko", "answer", count=2)
    assert reasons(office)[-1] == "desk-again"
    # his mailbox answers; no signature is needed, the token is the proof
    office.answer(who, "Benar, saya yang meminta.", letter=asked, how="none")
    number = office.case_of(who)
    case = office.show(number)
    assert case["brought_by"] == "joko"
    assert [e["actor"] for e in case["events"] if e["kind"] == "application"] == ["joko"]
    # four eyes: siti is asked, joko is not, and his word does not count
    office.await_question("siti", number)
    assert not [t for t in case["questions"] if t["person"] == "joko"]
    office.answer("siti", "SETUJU", letter=office.await_question("siti", number))
    office.await_case("completed", number)


def test_desk_bukan_saya_opens_nothing(office):
    who = office.new_applicant()
    before = count_cases(office)
    hand_in(office, "joko", f"LOKET NIK {who.nik}", [mails.statement(who, office.now())])
    asked = office.await_asking(who, ["Penegasan"])
    office.answer(who, "BUKAN SAYA", letter=asked, how="none")
    client.wait_for(lambda: "open" not in {r["disposition"] for r in
                    office.ctl("mail", "list")}, 20, "all mails decided")  # fmt: skip
    office.await_quiet()
    assert count_cases(office) == before


def test_desk_mistakes_have_their_answers_and_others_none(office):
    """A number of nobody, himself, no papers, no right; a forger, a stranger."""
    who = office.new_applicant()
    joko = person("joko")
    paper = [mails.statement(who, office.now())]
    count = len([m for m in office.letters("joko")])
    for subject, papers, words in (
        ("LOKET NIP 199909092019091009", paper, "tidak kami temukan NIP atau NIK"),
        (f"LOKET NIP {joko.nip}", paper, "untuk diri Saudara sendiri"),
        (f"LOKET NIP {who.nip}", [], "tidak memuat berkas permohonan"),
    ):
        hand_in(office, "joko", subject, papers)
        count += 1
        assert words in flat(office.await_letters("joko", count)[-1])
    hand_in(office, "head", f"LOKET NIP {who.nip}", paper)
    assert "hanya dapat dilakukan oleh" in flat(office.await_letter("head", "answer"))
    for sender, sign in (("joko", "none"), ("outsider", "dkim"), ("wati", "dkim")):
        hand_in(office, sender, f"LOKET NIP {who.nip}", paper, sign)
    client.wait_for(lambda: "open" not in {r["disposition"] for r in
                    office.ctl("mail", "list")}, 20, "all mails decided")  # fmt: skip
    office.await_quiet()
    assert office.letters(who) == [] and office.letters("outsider") == []
