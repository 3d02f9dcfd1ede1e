# SPDX-License-Identifier: GPL-3.0-or-later
"""The chain of dispositions (conf/examples/ciamis.conf): from the official who
sends the letters to both notices, and the returns at every step (requirements.md
CMS-3 to CMS-13, CMS-18, CMS-19, CMS-25)."""

import client
import mails
import procedure
import proof
import pytest
from client import flat
from conftest import one_office_for_all
from people import Person
from procedure import AGENCY, DEDI, RINA, TATA, YUSUF

BSRE = Person("bsre", "Layanan BSrE", "bsre")
PEOPLE = {
    "siti": {"roles": ["administrator", "oversight"]},
    "joko": {"roles": ["operator"]},
    "head": {"roles": ["head"], "title": "Kepala Dinas Kominfo"},
    "dedi": {"roles": ["division-head"], "title": "Kepala Bidang Persandian"},
    "rina": {"roles": ["section-officer", "verifier"]},
    "yusuf": {"roles": ["echelon-2"], "agency": AGENCY},
    "tata": {"roles": ["secretariat"], "agency": AGENCY},
    "asih": {"roles": ["superior"], "agency": AGENCY},
}


@pytest.fixture(scope="module")
def shared(keys):
    with one_office_for_all(keys, config=["executor=operator"], at="2026-11-23T08:05") as office:
        procedure.use(office, "ciamis", PEOPLE, [("layanan@bsre.example", BSRE.address)])
        client.open_mailbox(office.dir, BSRE)
        yield office


@pytest.fixture
def office(shared):
    return shared


def letters_of(office, who):
    now = office.now()
    return [mails.statement(who, now), mails.letter("request", who, now)]


def send(office, who, sender, papers=None, subject="Permohonan lupa passphrase"):
    papers = letters_of(office, who) if papers is None else papers
    office.send(sender, mails.mail(sender, office.now(), subject, "Terlampir.", papers))


def case_of(office, who, state="received"):
    def look():
        rows = [c for c in office.cases() if c["applicant"] == who.name]
        return rows[-1]["number"] if rows and rows[-1]["state"] == state else None

    return client.wait_for(look, 20, f"a case of {who.name} that is {state}")


def await_step(office, number, step):
    client.wait_for(lambda: office.show(number)["step"] == step, 20, f"the step {step}")


def asked(office, number):
    return sorted(q["person"] for q in office.show(number)["questions"] if q["state"] == "open")


def question(office, name, number, but=()):
    who = procedure.person_of(name) if isinstance(name, str) else name
    return client.wait_for(
        lambda: next((m for m in reversed(office.letters(who))
                      if number in str(m["Subject"]) and client.token_of(m)
                      and m["Message-ID"] not in but), None),
        20, f"{who.name} to be asked about {number}")  # fmt: skip


def say(office, name, number, text, then, **more):
    """Answers the newest question; the letter that asked."""
    letter = question(office, name, number, but=more.pop("but", ()))
    who = procedure.person_of(name) if isinstance(name, str) else name
    client.answer(office.dir, who, text, letter=letter, **more)
    await_step(office, number, then)
    return letter


def to_verify(office):
    who = office.new_applicant()
    send(office, who, who)
    number = case_of(office, who)
    say(office, "yusuf", number, "SETUJU", "dispose")
    say(office, "head", number, "DISPOSISI kepada Dedi Kurniawan\nmohon diproses", "order")
    say(office, "dedi", number, "DISPOSISI kepada Rina Kartika", "verify")
    return who, number


def files_of(letter):
    return {a.get_filename(): a.get_payload(decode=True) for a in letter.iter_attachments()}


def test_cms_3_to_25_from_the_official_to_both_notices(office):
    """Sent by the official of the agency for an applicant; signed, disposed,
    ordered, checked, approved outside, confirmed, revoked and issued."""
    who = office.new_applicant()
    old = (office.dir / "enrolled" / f"old-{who.key}.pem").read_bytes()
    send(office, who, YUSUF)
    number = case_of(office, who)
    # CMS-4: the applicant is the NIP of the letters, and hears of it.
    received = flat(office.await_letter(who, "received", number))
    assert "dikirimkan untuk Saudara oleh Yusuf Hakim" in received
    assert "berkasnya lengkap" in flat(office.await_letter(YUSUF, "sent-for", number))
    shown = office.show(number)
    assert [e["actor"] for e in shown["events"] if e["kind"] == "application"] == ["yusuf"]
    request = next(d for d in shown["documents"] if d["paper"] == "request")
    assert request["read_number"] == "000.6/138/XI/2026"
    # CMS-3, CMS-18: only the official of his own agency is asked.
    assert asked(office, number) == ["yusuf"]
    say(office, "yusuf", number, "SETUJU", "dispose")
    assert asked(office, number) == ["head"]
    say(office, "head", number, "DISPOSISI kepada Dedi Kurniawan\nmohon diproses", "order")  # CMS-5
    ordered = question(office, "dedi", number)
    sheet = files_of(ordered)["lembar-disposisi.txt"].decode()  # CMS-6
    assert "Nomor surat      : 000.6/138/XI/2026" in sheet and number in sheet
    assert "Diteruskan kepada : Dedi Kurniawan" in sheet and "Hartono Wibowo" in sheet
    say(office, "dedi", number, "DISPOSISI kepada Rina Kartika", "verify")  # CMS-7
    checked = say(office, "rina", number, "SESUAI", "bsre")
    assert "Rina Kartika" in files_of(checked)["lembar-disposisi.txt"].decode()
    # CMS-9: the package, and its delivery.
    package = client.wait_for(lambda: next((m for m in office.letters(BSRE)
                                            if number in str(m["Subject"])), None), 20, "the package")  # fmt: skip
    assert "1. Surat permohonan bernomor, bertanggal dan ditandatangani (sudah benar)" in flat(package)
    assert len(files_of(package)) == 3 and client.token_of(package) is None
    office.await_quiet()
    assert [r["state"] for r in office.ctl("outbox", "list")
            if r["letter"] == "package"] == ["accepted"]  # fmt: skip
    # CMS-11: what BSrE answered is put on record, with its letter.
    record = question(office, "rina", number, but=[checked["Message-ID"]])
    assert "telah kami sampaikan kepada BSrE" in flat(record)
    client.answer(office.dir, RINA, "SETUJU", letter=record)
    assert "tidak memuat lampiran" in flat(office.await_letter(RINA, "answer", number))
    client.answer(office.dir, RINA, "SETUJU", papers_on(office, b"BSrE menyetujui."), letter=record)
    await_step(office, number, "confirm")
    # CMS-12: one approval, two letters.
    office.await_letter(RINA, "receipt", number, count=2)
    assert "penegasan dari Saudara sendiri" in flat(office.await_letter(who, "agreed", number))
    assert office.show(number)["orders"] == []
    # CMS-13: his own word, then his own hands, guided in AMS.
    confirmed = say(office, who, number, "SETUJU", "revoke")
    guide = question(office, who, number, but=[confirmed["Message-ID"]])
    assert proof.serial(old) in flat(guide) and RINA.address in flat(guide)
    client.answer(office.dir, who, "SELESAI", letter=guide)
    office.await_letter(who, "report", number)
    office.portal.revoke(proof.serial(old))
    office.portal.publish()
    poll(office, number, "issuing")
    then = question(office, who, number, but=[confirmed["Message-ID"], guide["Message-ID"]])
    new = office.dir / "run" / "baru.pem"
    new.write_bytes(office.portal.issue(mails.csr(who).data, who))
    new.chmod(0o644)
    client.answer(office.dir, who, "SELESAI", [new], letter=then)
    poll(office, number, "completed")
    office.await_letter(who, "completed", number)  # CMS-25
    shown = office.show(number)
    assert [o["state"] for o in shown["orders"]] == ["done", "done"]
    assert shown["norms"]["norm"] == 165  # CMS-19


def poll(office, number, state):
    """Minutes pass: Loket looks at the CRL every minute."""
    for _ in range(60):
        if office.show(number)["state"] == state:
            return
        office.clock("+70s")
    office.await_case(state, number)


def papers_on(office, text):
    path = office.dir / "run" / "jawaban-bsre.txt"
    path.write_bytes(text)
    path.chmod(0o644)
    return [path]


def test_cms_4_letters_that_name_nobody(office):
    before = len(office.cases())
    stranger = Person("x", "Orang Lain", "lain", nip="199001012015011001", nik="", agency=AGENCY)
    send(office, stranger, TATA)
    assert "NIP atau NIK" in flat(office.await_letter(TATA, "answer"))
    assert len(office.cases()) == before


def test_cms_4_what_is_missing_is_told_to_both(office):
    who = office.new_applicant()
    send(office, who, TATA, letters_of(office, who)[1:])
    number = case_of(office, who, "incomplete")
    assert "surat pernyataan" in flat(office.await_letter(TATA, "sent-for", number)).lower()
    office.await_letter(who, "incomplete", number)
    send(office, who, TATA, letters_of(office, who)[:1], f"Kelengkapan {number}")
    office.await_case("received", number)
    assert asked(office, number) == ["yusuf"]


def test_cms_10_items_that_are_not_right_go_back(office):
    who, number = to_verify(office)
    say(office, "rina", number, "PERBAIKI\nalasan: butir 2, 3: tanda tangan dan NIP", "apply")
    said = flat(office.await_letter(who, "correct", number))
    assert "butir 2, 3: tanda tangan dan NIP" in said
    told = flat(office.await_letter(YUSUF, "told", number))
    assert "dikembalikan untuk dibetulkan" in told and "butir 2, 3" in told
    shown = office.show(number)
    assert shown["round"] == 2
    decided = [d for d in shown["decisions"] if d["step"] == "verify"]
    assert [i["result"] for i in decided[-1]["items"]] == ["right", "wrong", "wrong", "right"]  # CMS-8
    office.reply(who, "Terlampir.", [mails.statement(who, office.now(), seed=9, logo_bytes=700)])
    office.await_case("received", number)
    assert asked(office, number) == ["yusuf"]


@pytest.mark.parametrize("step", ["sign", "dispose", "order"])
def test_cms_10_each_step_may_send_back(office, step):
    who = office.new_applicant()
    send(office, who, who)
    number = case_of(office, who)
    if step != "sign":
        say(office, "yusuf", number, "SETUJU", "dispose")
    if step == "order":
        say(office, "head", number, "DISPOSISI kepada Dedi Kurniawan", "order")
    name = {"sign": "yusuf", "dispose": "head", "order": "dedi"}[step]
    say(office, name, number, "PERBAIKI\nalasan: nomor surat keliru", "apply")
    assert office.show(number)["round"] == 2
    office.await_letter(who, "correct", number)


def test_cms_18_out_of_order_changes_nothing(office):
    """The division head before the head; then the head twice."""
    who = office.new_applicant()
    send(office, who, who)
    number = case_of(office, who)
    letter = say(office, "yusuf", number, "SETUJU", "dispose")
    office.send(DEDI, mails.mail(DEDI, office.now(), f"Re: [{number}] Disposisi",
                                 "DISPOSISI kepada Rina Kartika"))  # fmt: skip
    office.await_letter(DEDI, "answer", number)
    assert office.show(number)["step"] == "dispose"
    client.answer(office.dir, YUSUF, "SETUJU", letter=letter)
    said = flat(office.await_letter(YUSUF, "answer", number))
    assert "Disposisi Kepala Dinas" in said  # the expected step
    assert office.show(number)["step"] == "dispose"


def test_cms_11_bsre_refuses(office):
    who, number = to_verify(office)
    checked = say(office, "rina", number, "SESUAI", "bsre")
    say(office, "rina", number, "TOLAK\nalasan: data tidak cocok di BSrE", "rejected",
        but=[checked["Message-ID"]], files=papers_on(office, b"BSrE menolak."))  # fmt: skip
    assert "data tidak cocok di BSrE" in flat(office.await_letter(who, "rejected", number))
    assert "data tidak cocok" in flat(office.await_letter(YUSUF, "told", number))


def test_cms_13_the_applicant_takes_it_back(office):
    who, number = to_verify(office)
    checked = say(office, "rina", number, "SESUAI", "bsre")
    say(office, "rina", number, "SETUJU", "confirm", but=[checked["Message-ID"]],
        files=papers_on(office, b"BSrE menyetujui."))  # fmt: skip
    say(office, who, number, "BATAL", "rejected")
    assert office.show(number)["orders"] == []
