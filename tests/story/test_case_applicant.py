# SPDX-License-Identifier: GPL-3.0-or-later
"""From SETUJU to the new certificate where the applicant works in the portal of
the CA himself (requirements.md PKL-20, PKL-21): guided step by step, believed
for nothing, and the evidence looked at.  The lab plays the portal (portal.py);
its procedure is conf/examples/lock-applicant.conf, siti and joko are verifiers
and guide him."""

import time

import client
import mails
import proof
import pytest
from client import flat
from conftest import one_office_for_all
from mails import Attachment
from people import person
from test_case_operator import phrase

CONFIG = ["executor=applicant", "workflow.helper=verifier",
          "portal.reasons.forgotten=Lupa Passphrase (AMS)"]  # fmt: skip


@pytest.fixture(scope="module")
def shared(keys):
    with one_office_for_all(keys, config=CONFIG) as office:
        yield office


@pytest.fixture
def office(shared):
    return shared


class Case:
    """A case that siti has approved: its applicant has his first guide."""

    def __init__(self, office):
        self.office = office
        self.who = office.new_applicant()
        self.old = (office.dir / "enrolled" / f"old-{self.who.key}.pem").read_bytes()
        self.serial = proof.serial(self.old)
        self.key = mails.csr(self.who)  # the CA makes the key: nobody sends it
        office.apply(self.who, [mails.statement(self.who, office.now())])
        self.number = office.case_of(self.who)
        asked = office.await_question("siti", self.number)
        office.answer("siti", "SETUJU", letter=asked)
        office.await_case("revoking", self.number)
        self.seen = []
        self.next_guide("Langkah 1")

    def state(self):
        return self.office.show(self.number)["state"]

    def order(self, kind):
        return self.office.order(self.number, kind)

    def next_guide(self, title):
        """Another guide than those before."""
        self.guide = self.office.await_question(self.who, self.number, but=self.seen)
        assert title in str(self.guide["Subject"])
        self.seen.append(self.guide["Message-ID"])
        return self.guide

    def says(self, text, papers=(), letter=None):
        return self.office.answer(self.who, text, papers, letter=letter or self.guide)

    def poll(self, what, condition, seconds=30):
        """Minutes pass until it is so: Loket looks at the CRL every minute."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"{what}: {self.order('revoke')}"
            self.office.clock("+70s")
            time.sleep(0.4)

    def report(self, count=1):
        return flat(self.office.await_letter(self.who, "report", self.number, count))

    def revoke(self):
        """In the portal, and seen by everybody."""
        self.office.portal.revoke(self.serial)
        self.office.portal.publish()

    def certificate(self, **more):
        return Attachment("baru.pem", "application/x-pem-file",
                          self.office.portal.issue(self.key.data, self.who, **more))  # fmt: skip

    def to_issuing(self, reports=1):
        self.revoke()
        self.says("SELESAI")
        self.report(reports)
        self.poll("the revocation", lambda: self.state() == "issuing")
        self.next_guide("Langkah 2")

    def complete(self, certificate):
        self.poll("the end", lambda: self.state() == "completed")
        letter = self.office.await_letter(self.who, "completed", self.number)
        serial, _ = proof.leaf_in(letter)
        assert serial == proof.serial(certificate.data)
        revoke, issue = self.order("revoke"), self.order("issue")
        assert (revoke["state"], issue["state"]) == ("done", "done")
        assert {revoke["executor"], issue["executor"]} == {"applicant"}
        return letter


# ---- the main way ----------------------------------------------------------------


def test_pkl_20_pkl_21_cms_16_cms_17_rev_11_std_11_guided_to_the_end(office):
    case = Case(office)
    text = flat(case.guide)
    # CMS-17, CMS-26: steps, what the list is called there, who helps.
    for piece in (case.serial, "AMS Contoh", "Lupa Passphrase (AMS)", case.who.name,
                  person("siti").address, "tidak dipungut biaya", "1. ", "6. "):  # fmt: skip
        assert piece in text, f"{piece} is not in: {text}"
    (pdf,) = case.guide.iter_attachments()
    assert pdf.get_filename() == "surat-keterangan-alasan-pencabutan.pdf"
    inside = proof.pdf_text(pdf.get_content())
    for piece in (case.who.name, case.serial, "Lupa Passphrase (AMS)"):
        assert piece in inside, inside
    # CMS-16: nobody is told to have issued before the revocation is seen.
    assert case.order("issue") is None
    case.says("SELESAI")
    assert phrase("report-revoked") in case.report()
    office.clock("+3m")
    office.await_quiet()
    assert case.state() == "revoking"
    case.revoke()
    case.poll("the revocation", lambda: case.state() == "issuing")
    assert case.order("revoke")["evidence"] == "a"
    guide = case.next_guide("Langkah 2")
    assert case.serial in flat(guide) and person("siti").address in flat(guide)
    # SELESAI without the certificate: what is missing is said, and asked on.
    case.says("SELESAI", letter=guide)
    assert phrase("answer-no-certificate") in case.report(2)
    certificate = case.certificate()
    case.says("SELESAI", [certificate], letter=guide)
    assert phrase("report-issued") in case.report(3)
    case.complete(certificate)
    # REV-11, STD-11: both are told in one letter that names the product.
    done = flat(office.await_letter(case.who, "completed", case.number))
    assert case.serial in done and "Penanggulangan Lupa Passphrase" in done


def test_cms_26_a_failure_calls_the_helper_and_he_tries_again(office):
    case = Case(office)
    case.says("GAGAL")
    assert phrase("report-no-reason") in case.report()
    case.says("GAGAL\nalasan: akun saya terkunci")
    for helper in ("siti", "joko"):
        text = flat(office.await_letter(helper, "help", case.number))
        assert "akun saya terkunci" in text and case.who.name in text
    assert phrase("again-failed") in flat(case.next_guide("Langkah 1"))
    assert case.order("revoke")["state"] == "given"
    case.to_issuing(2)


def test_pkl_20_reminded_until_it_is_seen(office):
    """He said SELESAI, and nothing is on the CRL: he hears so, and is asked
    again; so is one who says nothing at all."""
    case = Case(office)
    case.says("SELESAI")
    case.report()
    office.await_quiet()
    office.clock("+2d")
    assert phrase("again-unseen") in flat(case.next_guide("Langkah 1"))
    case.revoke()
    case.says("SELESAI")
    case.poll("the revocation", lambda: case.state() == "issuing")


# ---- what does not count ---------------------------------------------------------


def test_v025_v030_reports_that_do_not_count(office):
    case = Case(office)
    case.says("sudah saya coba, bagaimana?")
    assert phrase("report-unclear") in case.report()
    case.says("SETUJU")
    assert phrase("report-unclear") in case.report(2)
    case.revoke()
    first = case.guide
    case.says("SELESAI")
    case.report(3)
    case.says("SELESAI", letter=first)
    assert phrase("report-used") in case.report(4)
    case.poll("the revocation", lambda: case.state() == "issuing")
    case.next_guide("Langkah 2")
    # Another's certificate, one of another CA, the old one.
    for count, (make, fault) in enumerate([
        (lambda: case.certificate(ca="impostor"), "foreign-certificate"),
        (lambda: case.certificate(name="Orang Lain"), "wrong-subject"),
        (lambda: Attachment("lama.pem", "application/x-pem-file", case.old),
         "old-certificate"),
    ], 5):  # fmt: skip
        case.says("SELESAI", [make()])
        assert phrase(f"answer-{fault}") in case.report(count)
        assert case.order("issue")["new_serial"] == ""
    certificate = case.certificate()
    case.says("SELESAI", [certificate])
    case.complete(certificate)


def test_v027_somebody_else_with_his_token(office):
    """A stranger, an unsigned mail, another applicant: nothing moves, and
    nothing of the case is told to them."""
    case = Case(office)
    other = office.new_applicant()
    client.answer(office.dir, other, "SELESAI", letter=case.guide)
    client.answer(office.dir, case.who, "SELESAI", letter=case.guide, how="none")
    office.await_quiet()
    assert case.state() == "revoking"
    assert not [r for r in office.show(case.number)["letters"]
                if r["letter"] == "report"]  # fmt: skip
    for letter in office.letters(other):
        assert case.number not in str(letter["Subject"])
        assert case.serial not in flat(letter)


def test_c1_registry_that_changes_after_the_approval(office):
    from test_case_operator import change_registry

    case = Case(office)
    change_registry(case, name="Orang Lain")
    office.await_letter("siti", "stuck", case.number)
    case.revoke()
    case.says("SELESAI")
    assert phrase("report-over") in case.report()
    assert case.order("revoke")["state"] == "stopped"
    change_registry(case)
    office.ctl("order", "retry", f"{case.number}.revoke", "--reason", "dikembalikan")
    assert "dikembalikan" in flat(case.next_guide("Langkah 1"))
    case.says("SELESAI")
    case.poll("the revocation", lambda: case.state() == "issuing")
