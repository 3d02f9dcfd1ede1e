# SPDX-License-Identifier: GPL-3.0-or-later
"""A procedure that asks for several letters (tests/workflows/right/
letters.conf): which file is which letter, what is wrong with each, which
letters the reason asks for, and what who decides is shown
(requirements.md: CMS-2, CMS-14, CMS-15, REV-5, REV-6, PKL-4, PKL-18, STD-2)."""

import box
import client
import mails
import procedure
import pytest
from client import flat
from conftest import one_office_for_all
from mails import Attachment

PROCEDURE = (box.TOP / "tests/workflows/right/letters.conf").read_text()
SUBJECT = {"Subject": "Permohonan pencabutan menurut alasan"}
PEOPLE = {
    "siti": {"roles": ["verifier", "administrator"]},
    "joko": {"roles": ["section-officer", "operator"]},
    "head": {"roles": ["oversight"]},
}


@pytest.fixture(scope="module")
def shared(keys):
    with one_office_for_all(keys, hold=True, at="2026-11-23T08:30",
                            config=["executor=operator"]) as office:
        path = office.dir / "conf" / "workflows" / "letters.conf"
        path.write_text(PROCEDURE)
        checked = client.loketctl(office.dir, "workflow", "check", path)
        assert checked.returncode == 0, checked.stdout.decode()
        procedure.begin(office, "2026-11-23", PEOPLE)
        yield office


@pytest.fixture
def office(shared):
    return shared


class Applicant:
    """Somebody new, and what he sends."""

    def __init__(self, office):
        self.office, self.who = office, office.new_applicant()
        self.sent = 0

    def statement(self, lost=False):
        paper = mails.statement(self.who, self.office.now())
        if not lost:
            return paper
        lines = ["SURAT PERNYATAAN KEHILANGAN SERTIFIKAT ELEKTRONIK",
                 "Yang bertanda tangan di bawah ini:",
                 f"Nama : {self.who.name}", f"NIP : {self.who.nip}",
                 f"Instansi : {self.who.agency}",
                 "menyatakan dengan sebenarnya bahwa saya kehilangan sertifikat",
                 "elektronik saya dan memohon pencabutannya.",
                 "Alasan pencabutan : kehilangan sertifikat elektronik",
                 "Kota Contoh, 20 November 2026"]  # fmt: skip
        return Attachment("pernyataan.pdf", "application/pdf",
                          mails.pdf_page([(11, False, line) for line in lines]))  # fmt: skip

    def letter(self, kind, reason=None, **more):
        return mails.letter(kind, self.who, self.office.now(), reason, **more)

    def apply(self, *papers, text=None):
        self.office.apply(self.who, papers=list(papers), fields=SUBJECT, text=text)

    def refusal(self):
        """The newest letter that says what is missing."""
        self.sent += 1
        letter = self.office.await_letter(self.who, "incomplete", count=self.sent)
        (case,) = [c for c in self.office.cases() if c["applicant"] == self.who.name]
        assert case["state"] == "incomplete"
        assert case["number"].startswith("SURAT-")
        return flat(letter)

    def complete(self):
        return self.office.case_of(self.who)


def test_cms_2_request_and_statement_are_both_mandatory(office):
    one = Applicant(office)
    one.apply(one.letter("request", "lupa passphrase"), one.letter("superior"))
    said = one.refusal()
    assert "Surat Pernyataan Lupa Passphrase belum terlampir" in said
    assert "Surat Permohonan belum terlampir" not in said
    assert "Surat permohonan: permohonan.pdf (diterima)" in said
    office.reply(one.who, "Terlampir.", [one.statement()])
    number = one.complete()
    assert {d["paper"] for d in office.show(number)["documents"]} == {
        "statement", "request", "superior"}  # fmt: skip

    other = Applicant(office)
    other.apply(other.statement(), other.letter("superior"))
    said = other.refusal()
    assert "Surat Permohonan belum terlampir" in said
    assert "Contoh isi surat" in said
    assert "Surat Pernyataan Lupa Passphrase belum" not in said
    assert office.await_letters(other.who) and not [  # PKL-2: no verifier mail
        m for m in office.letters("siti") if other.who.name in client.text_of(m)]


def test_cms_14_a_loss_wants_the_police_letter(office):
    one = Applicant(office)
    one.apply(one.statement(lost=True), one.letter("request", "kehilangan sertifikat elektronik"),
              one.letter("superior"))  # fmt: skip
    said = one.refusal()
    assert "Surat Keterangan Kehilangan dari kepolisian belum terlampir" in said
    assert "ialah kehilangan" in said
    office.reply(one.who, "Terlampir.", [one.letter("police")])
    number = one.complete()
    assert office.show(number)["plea"] == "lost"


def test_cms_15_any_other_reason_wants_the_superiors_letter(office):
    one = Applicant(office)
    one.apply(one.statement(), one.letter("request", "lupa passphrase"))
    said = one.refusal()
    assert "Surat Keterangan Atasan belum terlampir" in said
    assert "bukan kehilangan, yaitu: lupa passphrase" in said
    office.reply(one.who, "Terlampir.", [one.letter("superior")])
    assert office.show(one.complete())["plea"] == "forgotten"


def test_rev_5_the_reason_is_the_same_in_all_letters(office):
    one = Applicant(office)
    one.apply(one.statement(), one.letter("request", "perubahan data"), one.letter("superior"))
    said = one.refusal()
    assert "Alasan harus sama pada semua surat" in said
    assert "Alasan pencabutan pada surat pernyataan ialah lupa passphrase" in said
    office.reply(one.who, "Terima kasih.")  # mends nothing
    office.await_letter(one.who, "noted")
    office.reply(one.who, "Terlampir.", [one.letter("request", "lupa passphrase")])
    assert office.show(one.complete())["plea"] == "forgotten"


def test_rev_6_a_letter_has_a_largest_size_and_a_type(office):
    one = Applicant(office)
    large = one.letter("request", "lupa passphrase")
    large.data += b"%" + b" " * (1024 * 1024)
    one.apply(one.statement(), large, one.letter("superior"))
    said = one.refusal()
    assert "Berkas permohonan.pdf terlalu besar untuk surat permohonan: paling besar 1024 kB" in said
    office.reply(one.who, "Terlampir.", [Attachment("permohonan.docx", "application/zip",
                                                    b"PK\x03\x04" + bytes(4000))])  # fmt: skip
    said = one.refusal()
    assert "Surat Permohonan belum terlampir" in said and "arsip atau dokumen olah kata" in said
    office.reply(one.who, "Terlampir.", [one.letter("request", "lupa passphrase")])
    shown = office.show(one.complete())
    (request,) = [d for d in shown["documents"] if d["paper"] == "request" and d["current"]]
    assert len(request["sha256"]) == 64 and request["size"] < 1024 * 1024


def test_cms_14_the_sample_of_a_statement_gives_the_reason_of_the_case(office):
    """Who fills it in as it was printed is not refused again."""
    one = Applicant(office)
    one.apply(one.letter("request", "kehilangan sertifikat elektronik"),
              one.letter("police"))  # fmt: skip
    letter = office.await_letter(one.who, "incomplete")
    assert "Surat Pernyataan belum terlampir" in one.refusal()
    text = letter.get_body(("plain",)).get_content()
    sample = text[text.index("SURAT PERNYATAAN") : text.index("(tempat, tanggal")]
    assert "Alasan: kehilangan sertifikat elektronik" in sample
    sample = (sample.replace("Nama: ...", f"Nama: {one.who.name}")
              .replace("NIP/NIK: ...", f"NIP/NIK: {one.who.nip}")
              .replace("Unit kerja: ...", f"Unit kerja: {one.who.agency}")
              .replace("Jabatan: ...", "Jabatan: Analis"))  # fmt: skip
    lines = [*sample.splitlines(), "Kota Contoh, 20 November 2026", one.who.name]
    page = mails.pdf_page([(11, False, line.strip()) for line in lines])
    office.reply(one.who, "Terlampir.", [Attachment("pernyataan.pdf", "application/pdf", page)])
    number = one.complete()
    said = flat(office.await_question("siti", number))
    assert "Alasan pada surat: kehilangan sertifikat elektronik" in said


def test_what_cannot_be_opened_is_named(office):
    """Also in a reply that brings nothing else."""
    one = Applicant(office)
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000)
    one.apply(one.letter("request", "lupa passphrase"), one.letter("superior"),
              Attachment("surat.txt", "text/plain", b"Surat pernyataan saya.\n" * 60))  # fmt: skip
    said = one.refusal()
    assert "Kami menerima surat.txt, tetapi jenis berkas itu tidak dapat kami buka" in said
    office.reply(one.who, "Terlampir.", [Attachment("pernyataan.doc", "application/msword", old)])
    assert "pernyataan.doc" in one.refusal()


def test_pkl_4_a_text_that_is_not_that_letter_is_said_to_be_none(office):
    """The file name alone makes it the statement; it is no scan, and unread."""
    one = Applicant(office)
    lines = ["UNDANGAN RAPAT KOORDINASI", "Kami mengundang Saudara pada hari Senin di ruang rapat",
             "untuk membahas anggaran tahun depan bersama semua pegawai dinas.",
             f"{one.who.name}, {one.who.nip}"]  # fmt: skip
    page = mails.pdf_page([(11, False, line) for line in lines])
    one.apply(one.letter("request", "lupa passphrase"), one.letter("superior"),
              Attachment("pernyataan.pdf", "application/pdf", page))  # fmt: skip
    number = one.complete()
    said = flat(office.await_letter(one.who, "received"))
    assert "pernyataan.pdf (isinya tidak kami kenali sebagai surat itu" in said
    said = flat(office.await_question("siti", number))
    assert "Isi surat: terbaca, tetapi tidak dikenali sebagai surat pernyataan" in said
    assert "Surat pernyataan: isinya tidak dikenali sebagai surat itu" in said
    assert "Surat pernyataan: gambar atau" not in said


def test_defects_of_a_letter_are_said_at_once(office):
    one = Applicant(office)
    one.apply(one.statement(), one.letter("superior"),
              one.letter("request", "lupa passphrase", number="", dated="1 Oktober 2026",
                         name="Orang Lain"))  # fmt: skip
    said = one.refusal()
    for words in ("Nomor surat tidak kami temukan pada surat permohonan (permohonan.pdf)",
                  "ialah Kamis, 1 Oktober 2026; surat itu paling lama berumur 30 hari",
                  "tidak kami temukan pada surat permohonan (permohonan.pdf). Mohon mengirim"):  # fmt: skip
        assert words in said, (words, said)


def test_pkl_18_photos_count_as_the_letters_that_are_missing(office):
    one = Applicant(office)
    one.apply(one.letter("request", "lupa passphrase"), one.statement(),
              mails.scan("IMG_0001.jpg"))  # fmt: skip
    number = one.complete()
    papers = {d["paper"]: d for d in office.show(number)["documents"]}
    assert papers["superior"]["read_by_eye"] and "unnamed" in papers["superior"]["notes"]
    assert not papers["request"]["read_by_eye"]
    letter = office.await_question("siti", number)
    said = flat(letter)
    assert "Isi surat: tidak terbaca mesin; dibaca oleh petugas" in said
    assert "Surat keterangan atasan: berkas ini dianggap surat tersebut hanya karena" in said


def test_pkl_18_photos_that_nobody_can_tell_apart_are_asked_about(office):
    one = Applicant(office)
    one.apply(mails.scan("IMG_0001.jpg", 1), mails.scan("IMG_0002.jpg", 2),
              one.letter("superior", "lupa passphrase"),
              text="Dengan hormat,\n\nAlasan: lupa passphrase\n")  # fmt: skip
    said = one.refusal()
    assert "Kami menerima IMG_0001.jpg, IMG_0002.jpg" in said
    assert "Yang masih diperlukan: surat pernyataan, surat permohonan" in said
    office.reply(one.who, "Terlampir.", [mails.scan("permohonan.jpg", 1),
                                         mails.scan("pernyataan.jpg", 2)])  # fmt: skip
    assert one.complete()


def test_pkl_4_the_verifier_sees_each_letter_beside_the_registry(office):
    one = Applicant(office)
    one.apply(one.statement(), one.letter("superior", agency="Dinas Lain"),
              one.letter("request", "lupa passphrase"))  # fmt: skip
    number = one.complete()
    letter = office.await_question("siti", number)
    said = flat(letter)
    files = [p.get_filename() for p in letter.iter_attachments()]
    assert files == ["paper-1-statement-r1.pdf", "paper-3-request-r1.pdf",
                     "paper-6-superior-r1.pdf"]  # fmt: skip
    for words in (f"Nama pada surat: {one.who.name} (sama dengan daftar kami)",
                  f"NIP pada surat: {one.who.nip} (sama dengan daftar kami)",
                  "Instansi pada surat: Dinas Lain (BERBEDA; pada daftar kami: "
                  f"{one.who.agency})",
                  "Nomor surat: 000.6/138/XI/2026",
                  "Tanggal surat: Senin, 23 November 2026",
                  "Alasan pada surat: lupa passphrase",
                  "Surat keterangan atasan: berbeda dari daftar kami pada instansi"):  # fmt: skip
        assert words in said, (words, said)
    page = letter.get_body(("html",)).get_content()
    assert "BERBEDA" in page
    (superior,) = [d for d in office.show(number)["documents"] if d["paper"] == "superior"]
    assert superior["read_agency"] == "Dinas Lain" and superior["read_date"] == "2026-11-23"


def test_std_2_the_list_sent_is_the_list_enforced(office):
    """What a rejected applicant is told to bring is what the procedure asks."""
    one = Applicant(office)
    one.apply(one.statement(), one.letter("superior"), one.letter("request", "lupa passphrase"))
    number = one.complete()
    office.answer("siti", "TOLAK\nalasan: coba", letter=office.await_question("siti", number))
    said = flat(office.await_letter(one.who, "rejected", number))
    assert ("surat pernyataan yang ditandatangani, surat permohonan yang bernomor dan "
            "ditandatangani, surat keterangan dari atasan (apabila alasannya bukan kehilangan) "
            "dan surat keterangan kehilangan dari kepolisian (apabila alasannya kehilangan)") in said
    assert "CSR" not in said
