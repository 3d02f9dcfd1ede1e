# SPDX-License-Identifier: GPL-3.0-or-later
"""What shows that an applicant has done his work in the portal, beside the CA's
CRL and the certificate itself (requirements.md PKL-22, classes b to d)."""

from dataclasses import replace

import client
import mails
import pki
import proof
import pytest
from client import flat
from conftest import one_office_for_all
from mails import Attachment
from people import person
from test_case_applicant import CONFIG, Case
from test_case_operator import phrase

WITNESSES = ["workflow.evidence=d",
             'workflow.more=attest = ["verifier", "oversight"];']  # fmt: skip


@pytest.fixture(scope="module")
def office(keys):
    """It takes what a signed page shows ("c")."""
    with one_office_for_all(keys, config=CONFIG) as office:
        yield office


@pytest.fixture(scope="module")
def witnesses(keys):
    with one_office_for_all(keys, config=[*CONFIG, *WITNESSES]) as office:
        yield office


def shown(case, kind):
    (row,) = [o for o in case.office.show(case.number)["orders"] if o["kind"] == kind]
    return row["evidence"]


# ---- (a): OCSP -----------------------------------------------------------------------


def test_pkl_22_class_a_by_ocsp(office):
    """The list does not have it yet; the responder knows at once."""
    case = Case(office)
    office.portal.revoke(case.serial)
    office.portal.respond()
    case.says("SELESAI")
    case.poll("the revocation", lambda: case.state() == "issuing")
    order = case.order("revoke")
    assert (order["evidence"], order["crl_sha256"]) == ("a", None)
    assert case.serial not in pki.openssl(
        "crl", "-inform", "DER", "-noout", "-text", data=office.portal.crl.read_bytes()).decode()


@pytest.mark.parametrize("how", [{"signer": "impostor"}, {"signer": "ca"}],
                         ids=["impostor", "another-ca"])  # fmt: skip
def test_pkl_22_ocsp_answers_that_prove_nothing(office, how):
    case = Case(office)
    office.portal.revoke(case.serial)
    office.portal.respond(**how)
    case.says("SELESAI")
    case.report()
    before = case.order("revoke")["attempts"]
    case.poll("two looks", lambda: case.order("revoke")["attempts"] >= before + 2)
    assert case.state() == "revoking"
    office.portal.respond()
    case.poll("the revocation", lambda: case.state() == "issuing")


def test_pkl_22_ocsp_of_another_serial_proves_nothing(office):
    """Only somebody else's certificate was revoked."""
    case = Case(office)
    office.portal.revoke("7F" + case.serial)
    office.portal.respond()
    case.says("SELESAI")
    before = case.order("revoke")["attempts"]
    case.poll("two looks", lambda: case.order("revoke")["attempts"] >= before + 2)
    assert case.state() == "revoking"


# ---- (c): the page that Loket makes, signed with the new key -----------------------


def new_key(case, who=None, serial=0x7000):
    """A certificate as the portal gives it to him: NAME.pem, NAME.key."""
    who = replace(who or case.who, key=f"baru-{case.number}-{serial}")
    folder = case.office.dir / "enrolled"
    pki.make_old(folder, who, serial + int(case.number[-3:]), "../pki/issuer")
    return folder / f"old-{who.key}"


def page_of(guide):
    (page,) = [p for p in guide.iter_attachments()
               if p.get_filename() == "tanda-terima-sertifikat.pdf"]  # fmt: skip
    return page.get_content()


def signed(data, key):
    return Attachment("tanda-terima.pdf", "application/pdf", mails.signed_pdf(data, key))


def test_pkl_22_class_c_a_page_signed_with_the_new_key(office):
    case = Case(office)
    case.to_issuing()
    page = page_of(case.guide)
    text = proof.pdf_text(page)
    assert case.number in text and case.who.name in text
    key = new_key(case)
    case.says("SELESAI", [signed(page, key)])
    assert phrase("report-issued") in case.report(2)
    case.poll("the end", lambda: case.state() == "completed")
    letter = office.await_letter(case.who, "completed", case.number)
    # The certificate came out of the signature, and is his from now on.
    serial, pem = proof.leaf_in(letter)
    assert serial == proof.serial((key.parent / f"{key.name}.pem").read_bytes())
    assert (shown(case, "revoke"), shown(case, "issue")) == ("a", "c")
    assert phrase("proof-c") in flat(letter)


def tampered(case, page, key):
    return Attachment("tanda-terima.pdf", "application/pdf",
                      mails.signed_pdf(page, key) + b"\n% ditambah\n")  # fmt: skip


def of_another_case(case, page, key):
    """He signed it with his new key, and the page is another order's."""
    other = page.replace(page_code(page), b"lp" + b"0" * 32)
    return signed(other, key)


def page_code(page):
    import re

    found = re.search(rb"lp[0-9a-f]{32}", page)
    assert found, "the page is compressed"
    return found.group(0)


def unsigned(case, page, key):
    return Attachment("tanda-terima.pdf", "application/pdf", page)


def by_an_old_key(case, page, key):
    """With the key that is to be replaced."""
    return signed(page, case.office.dir / "enrolled" / f"old-{case.who.key}")


def by_somebody_else(case, page, key):
    other = replace(case.who, name="Orang Lain")
    return signed(page, new_key(case, other, serial=0x9000))


def test_pkl_22_class_c_what_is_no_such_page(office):
    case = Case(office)
    case.to_issuing()
    page, key = page_of(case.guide), new_key(case)
    for count, (make, fault) in enumerate([
        (tampered, "wrong-page"), (of_another_case, "wrong-page"),
        (unsigned, "no-certificate"), (by_an_old_key, "old-certificate"),
        (by_somebody_else, "wrong-subject"),
    ], 2):  # fmt: skip
        case.says("SELESAI", [make(case, page, key)])
        text = case.report(count)
        assert phrase(f"answer-{fault}") in text, (make.__name__, text)
        assert case.order("issue")["new_serial"] == ""
        assert case.state() == "issuing"
    case.says("SELESAI", [signed(page, key)])
    case.poll("the end", lambda: case.state() == "completed")
    assert shown(case, "issue") == "c"


# ---- (d): two officers -----------------------------------------------------------


def attest(case, name, text, but=()):
    letter = case.office.await_question(name, case.number, but=but)
    assert "Kesaksian" in str(letter["Subject"])
    case.office.answer(name, text, letter=letter)
    return letter


def test_pkl_22_class_d_two_officers_attest(witnesses):
    """The CA shows nothing; officer and division head have looked."""
    office = witnesses
    case = Case(office)
    before = {n: {str(m["Message-ID"]) for m in office.letters(n)}
              for n in ("siti", "joko", "head")}  # fmt: skip
    case.says("SELESAI")
    first = attest(case, "siti", "SESUAI", before["siti"])
    text = flat(first)
    assert case.who.name in text and case.serial in text
    office.await_letter("siti", "receipt", case.number, 2)
    # One twice is one.
    office.answer("siti", "SESUAI", letter=first)
    office.await_letter("siti", "answer", case.number)
    office.clock("+5m")
    office.await_quiet()
    assert case.state() == "revoking"
    attest(case, "head", "SESUAI", before["head"])
    case.poll("the revocation", lambda: case.state() == "issuing")
    assert shown(case, "revoke") == "d"
    # joko need not answer any more.
    office.await_letter("joko", "withdrawn", case.number, 2)
    case.next_guide("Langkah 2")
    case.says("SELESAI")
    assert phrase("report-attest") in case.report(2)
    for name in ("joko", "head"):
        office.answer(name, "SESUAI", letter=newest(office, name, case, 2))
    case.poll("the end", lambda: case.state() == "completed")
    assert shown(case, "issue") == "d"
    letter = office.await_letter(case.who, "completed", case.number)
    assert not proof.certificates_in(letter)
    assert phrase("completed-unseen") in flat(letter)
    assert "disaksikan oleh dua petugas" in flat(letter)


def newest(office, name, case, count=1):
    """The last letter that asks `name` to attest, once there are so many."""

    def look():
        found = [m for m in office.letters(name) if "Kesaksian" in str(m["Subject"])
                 and case.number in str(m["Subject"])]  # fmt: skip
        return found[-1] if len(found) >= count else None

    return client.wait_for(look, 20, f"{name} to be asked to attest")


def test_pkl_22_class_d_one_who_has_not_seen_it(witnesses):
    office = witnesses
    case = Case(office)
    case.says("SELESAI")
    office.answer("siti", "SESUAI", letter=newest(office, "siti", case))
    office.await_letter("siti", "receipt", case.number, 2)
    office.answer("joko", "TIDAK SESUAI\nalasan: masih aktif di portal",
                  letter=newest(office, "joko", case))  # fmt: skip
    guide = case.next_guide("Langkah 1")
    assert "masih aktif di portal" in flat(guide)
    assert case.state() == "revoking"
    case.says("SELESAI")
    # What was said before counts no more.
    office.answer("head", "SESUAI", letter=newest(office, "head", case, 2))
    office.clock("+5m")
    office.await_quiet()
    assert case.state() == "revoking"
    # The CA's own list counts more than anybody's word.
    case.revoke()
    office.answer("joko", "SESUAI", letter=newest(office, "joko", case, 2))
    case.poll("the revocation", lambda: case.state() == "issuing")
    assert shown(case, "revoke") == "a"


def test_i12_an_officer_does_not_attest_his_own_report(witnesses):
    """joko forgot his passphrase: he is not asked about his own case."""
    office = witnesses
    office.apply("joko", [mails.statement(person("joko"), office.now())])
    number = office.case_of(person("joko"))
    office.answer("siti", "SETUJU", letter=office.await_question("siti", number))
    office.await_case("revoking", number)
    guide = office.await_question("joko", number)
    office.answer("joko", "SELESAI", letter=guide)
    office.await_letter("joko", "report", number)
    office.await_quiet()
    asked = {n: [m for m in office.letters(n) if "Kesaksian" in str(m["Subject"])
                 and number in str(m["Subject"])] for n in ("siti", "joko", "head")}  # fmt: skip
    assert len(asked["siti"]) == len(asked["head"]) == 1
    assert asked["joko"] == []
