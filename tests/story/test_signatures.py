# SPDX-License-Identifier: GPL-3.0-or-later
"""CMS-24: a verifier is told who signed a letter, when, and whether it is whole;
a print, a scan or a sentence is said to be no signature.  None of it decides."""

import re

import mails
import pki
import pytest
from client import flat
from conftest import one_office_for_all
from mails import Attachment


@pytest.fixture(scope="module")
def shared(keys):
    with one_office_for_all(keys, config=["documents.anchors=../pki/issuer.pem"]) as office:
        yield office


def letter(who, now, more=()):
    return mails.statement(who, now, more=more).data


def paper(data):
    return Attachment("surat-pernyataan.pdf", "application/pdf", data)


def signer(office, who):
    """A certificate of the CA that the office trusts for letters."""
    folder = office.dir / "enrolled"
    pki.make_leaf(folder, "../pki/issuer", f"tte-{who.key}", f"/C=ID/CN={who.name}",
                  ["keyUsage=critical,digitalSignature,nonRepudiation"], 0x900)  # fmt: skip
    return folder / f"tte-{who.key}"


class Letter:
    """The question that comes of a statement letter."""

    def __init__(self, office, build):
        self.who = office.new_applicant()
        self.key = signer(office, self.who)
        data = build(self, letter(self.who, office.now()))
        office.apply(self.who, [data if isinstance(data, Attachment) else paper(data),
                                mails.csr(self.who)])  # fmt: skip
        self.case = office.case_of(self.who)
        self.text = flat(office.await_question("siti", self.case))

    def says(self, *phrases):
        for phrase in phrases:
            assert phrase in self.text, print(self.text)

    def is_silent_about(self, *phrases):
        for phrase in phrases:
            assert phrase not in self.text, (phrase, self.text)


def test_a_whole_and_trusted_one(shared):
    x = Letter(shared, lambda x, pdf: mails.signed_pdf(pdf, x.key))
    x.says(f"Tanda tangan elektronik 1: {x.who.name}",
           "(menurut penanda tangan sendiri)",
           "utuh, tidak ada yang berubah atau bertambah, dan penerbit "
           "sertifikatnya dipercaya kantor ini")  # fmt: skip
    assert re.search(r"Ditandatangani: \w+, \d+ \w+ 20\d\d pukul", x.text)
    x.is_silent_about(f'tanda tangan elektronik "{x.who.name}"',
                      "tidak memuat tanda tangan")  # fmt: skip


def test_one_that_was_altered_or_added_to(shared):
    def alter(x, pdf):
        raw = bytearray(mails.signed_pdf(pdf, x.key))
        raw[9] ^= 1
        return bytes(raw)

    x = Letter(shared, alter)
    x.says("Hasil pemeriksaan: TIDAK COCOK dengan isi berkas",
           f'tanda tangan elektronik "{x.who.name}": TIDAK COCOK')  # fmt: skip
    x = Letter(shared, lambda x, pdf: mails.signed_pdf(pdf, x.key)
               + b"91 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n")  # fmt: skip
    x.says("ADA YANG DITAMBAHKAN sesudah ditandatangani",
           f'tanda tangan elektronik "{x.who.name}": ADA YANG')  # fmt: skip


def test_two_signatures(shared):
    def twice(x, pdf):
        pki.make_leaf(shared.dir / "enrolled", "../pki/issuer", "head",
                      "/C=ID/O=Kota Contoh/CN=Kepala Dinas",
                      ["keyUsage=critical,digitalSignature"], 0x901)  # fmt: skip
        once = mails.signed_pdf(pdf, x.key)
        return mails.signed_pdf(once, shared.dir / "enrolled" / "head")

    x = Letter(shared, twice)
    x.says(f"Tanda tangan elektronik 1: {x.who.name}",
           "Tanda tangan elektronik 2: Kepala Dinas")  # fmt: skip
    assert x.text.count("utuh, tidak ada yang berubah") == 1
    x.says("utuh pada saat ditandatangani; sesudah itu ada yang DITAMBAHKAN")
    x.is_silent_about("ADA YANG DITAMBAHKAN")


def test_one_that_anybody_could_have_made(shared):
    def forge(x, pdf):
        pki.make_ca(shared.dir / "enrolled", "self", f"/CN={x.who.name}")
        return mails.signed_pdf(pdf, shared.dir / "enrolled" / "self")

    x = Letter(shared, forge)
    x.says(f"Tanda tangan elektronik 1: {x.who.name}",
           "penerbit sertifikatnya TIDAK DIKENAL")  # fmt: skip
    x.is_silent_about("dipercaya kantor ini")


def test_a_sentence_is_none(shared):
    x = Letter(shared, lambda x, _: letter(x.who, shared.now(), more=[
        "Dokumen ini telah ditandatangani secara elektronik",
        "menggunakan sertifikat elektronik yang diterbitkan BSrE."]))  # fmt: skip
    x.says("Tanda tangan elektronik: tidak ada di dalam berkas ini",
           "tetapi berkas ini TIDAK memuat tanda tangan elektronik",
           "tte.komdigi.go.id")  # fmt: skip
    x = Letter(shared, lambda x, pdf: pdf)  # that says nothing of the kind
    x.says("Tanda tangan elektronik: tidak ada di dalam berkas ini")
    x.is_silent_about("TIDAK memuat tanda tangan", "kode QR")


def test_a_scan_is_none(shared):
    photo = mails.picture("surat.png", 900, 1200)
    photo = Attachment(photo.name, photo.kind, photo.data + bytes(50000))
    x = Letter(shared, lambda x, pdf: photo)
    x.says("gambar atau hasil pindai tidak memuat tanda tangan elektronik",
           "meminta berkas PDF aslinya", "tte.komdigi.go.id")  # fmt: skip


def test_broken_ones_stop_nothing(shared):
    """What no child can make sense of is said to be none."""
    x = Letter(shared, lambda x, pdf: pdf
               + b"90 0 obj << /ByteRange [0 10 20 30] /Contents <3000> >>\n%%EOF\n")  # fmt: skip
    x.says("TIDAK DAPAT DIBACA sebagai tanda tangan")


def test_inspect_says_the_same(shared):
    """loketctl inspect trusts nobody: what is whole is told as whole."""
    import json
    import tempfile
    from pathlib import Path

    import client

    who = shared.new_applicant()
    key = signer(shared, who)
    raw = mails.application(who, shared.now(), [
        paper(mails.signed_pdf(letter(who, shared.now()), key))])  # fmt: skip
    with tempfile.NamedTemporaryFile(suffix=".eml") as file:
        Path(file.name).write_bytes(raw)
        Path(file.name).chmod(0o644)
        done = client.loketctl(shared.dir, "inspect", file.name)
    (found,) = json.loads(done.stdout)["attachments"]
    (signature,) = found["facts"]["signatures"]
    assert signature["signer"] == who.name
    assert signature["intact"] and signature["covers_all"]
    assert signature["trouble"] == "no-anchors"
