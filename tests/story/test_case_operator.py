# SPDX-License-Identifier: GPL-3.0-or-later
"""From SETUJU to the new certificate where the CA is a portal run by people:
joko, who is the operator, works in it, and Loket believes the CA's own CRL
(requirements.md PKL-22, class a).  The lab plays the portal (portal.py)."""

import re
import time
from client import flat
from dataclasses import replace

import box
import client
import conf
import mails
import pki
import proof
import pytest
from conftest import one_office_for_all
from mails import Attachment
from people import person

SITI, JOKO = person("siti"), person("joko")


@pytest.fixture(scope="module")
def shared(keys):
    with one_office_for_all(keys, config=["executor=operator"]) as office:
        yield office


@pytest.fixture
def office(shared):
    return shared


def phrase(name):
    text = (box.TOP / "conf/letters/id/phrases.conf").read_text()
    found = re.search(rf"^{name}\s*=\s*((?:\"(?:[^\"\\]|\\.)*\"\s*)+);", text, re.M)
    assert found, f"there is no phrase {name}"
    joined = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', found.group(1)))
    plain = re.split(r"\{\w+\}|\\n", joined)
    return " ".join(max(plain, key=len).split())[:60]


class Case:
    """A case that siti has approved: joko has his work order."""

    def __init__(self, office, approver="siti", who=None):
        self.office = office
        self.who = who or office.new_applicant()
        before = {c["number"] for c in office.cases()}
        self.old = (office.dir / "enrolled" / f"old-{self.who.key}.pem").read_bytes()
        self.serial = proof.serial(self.old)
        self.csr = mails.csr(self.who)
        office.apply(self.who, [mails.statement(self.who, office.now()), self.csr])
        self.number = client.wait_for(
            lambda: next((c["number"] for c in office.cases()
                          if c["number"] not in before), None), 20, "the case")  # fmt: skip
        self.asked = asked = office.await_question(approver, self.number)
        office.answer(approver, "SETUJU", letter=asked)
        office.await_case("revoking", self.number)
        # joko was asked to verify, too: his work order is another letter.
        seen = office.await_question("joko", self.number)
        self.work = seen if is_work(seen) else client.wait_for(
            self.work_order, 20, "the work order")  # fmt: skip

    def work_order(self):
        letter = client.question(self.office.dir, JOKO, self.number)
        return letter if is_work(letter) else None

    def state(self):
        return self.office.show(self.number)["state"]

    def order(self, kind):
        return self.office.order(self.number, kind)

    def certificate(self, **more):
        return Attachment("baru.pem", "application/x-pem-file",
                          self.office.portal.issue(self.csr.data, self.who, **more))  # fmt: skip

    def done(self, *papers, text="SELESAI", letter=None):
        return self.office.answer("joko", text, papers, letter=letter or self.work)

    def poll(self, what, condition, seconds=30):
        """Minutes pass until it is so: Loket looks at the CRL every minute."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"{what}: {self.order('revoke')}"
            self.office.clock("+70s")
            time.sleep(0.4)

    def looks(self, count=1):
        """Loket has looked at the CRL so many more times."""
        before = self.order("revoke")["attempts"]
        self.poll("a look at the CRL",
                  lambda: self.order("revoke")["attempts"] >= before + count)  # fmt: skip

    def complete(self, certificate):
        self.poll("the end", lambda: self.state() == "completed")
        letter = self.office.await_letter(self.who, "completed", self.number)
        serial, pem = proof.leaf_in(letter)
        assert serial == proof.serial(certificate.data)
        assert proof.same_key(pem, self.csr.data)
        ca = proof.Published(self.office.dir, "operator")
        good, said = ca.verify(pem, self.office.now())
        assert good, said
        good, said = ca.verify(self.old, self.office.now())
        assert not good and "certificate revoked" in said
        revoke, issue = self.order("revoke"), self.order("issue")
        assert (revoke["state"], revoke["evidence"]) == ("done", "a")
        assert (issue["state"], issue["evidence"]) == ("done", "a")
        assert revoke["serial"] == self.serial
        assert issue["new_serial"] == serial
        for piece in (self.serial, serial, "tidak dipungut biaya"):
            assert piece in flat(letter)
        return letter


def is_work(letter):
    return "SELESAI" in client.links(letter)


# ---- the main way ----------------------------------------------------------------


def test_pkl_22_happy_path_with_class_a(office):
    case = Case(office)
    text = flat(case.work)
    # What to enter where, and the letter of reason prepared from the case.
    for piece in (case.who.name, case.serial, "AMS Contoh", case.who.agency):
        assert piece in text, f"{piece} is not in: {text}"
    assert list(case.work.iter_attachments())
    certificate = case.certificate()
    office.portal.revoke(case.serial)
    case.done(certificate)
    office.await_letter("joko", "receipt", case.number)
    # Entered, but not on the CRL yet: Loket waits.
    case.looks(2)
    assert case.state() == "revoking"
    assert office.ctl("registry", "list")
    assert [m for m in office.letters(case.who)
            if proof.certificates_in(m)] == []  # fmt: skip
    office.portal.publish()
    case.complete(certificate)


def test_one_person_verifies_and_operates_and_gets_one_mail(office):
    case = Case(office, approver="joko")
    office.await_quiet()
    mine = [r for r in office.show(case.number)["letters"]
            if r["to"] == JOKO.address and r["letter"] in ("work", "receipt")]  # fmt: skip
    assert [r["letter"] for r in mine] == ["work"]
    certificate = case.certificate()
    office.portal.revoke(case.serial)
    office.portal.publish()
    case.done(certificate)
    case.complete(certificate)


def test_crl_before_the_certificate(office):
    """The CRL has it first; without a certificate nothing is complete, and
    the operator is reminded of what is missing."""
    case = Case(office)
    office.portal.revoke(case.serial)
    office.portal.publish()
    case.poll("the revocation", lambda: case.state() == "issuing")
    office.clock("+25h")
    office.await_letter("joko", "remind", case.number)
    office.portal.publish()  # a fresh one, a day later
    certificate = case.certificate()
    letter = client.wait_for(case.work_order, 10, "the work order")
    case.done(certificate, letter=letter)
    case.complete(certificate)


# ---- what is no evidence ------------------------------------------------------------


def foreign(case):
    return case.certificate(ca="ca")


def impostor(case):
    return case.certificate(ca="impostor")


def other_key(case):
    return Attachment("baru.pem", "application/x-pem-file",
                      case.office.portal.issue(mails.csr(case.who).data, case.who))  # fmt: skip


def other_subject(case):
    return case.certificate(name="Orang Lain")


def the_old_one(case):
    return Attachment("lama.pem", "application/x-pem-file", case.old)


NO_EVIDENCE = {
    "of another CA": (foreign, "foreign-certificate"),
    "of a CA with the same name": (impostor, "foreign-certificate"),
    "for another key": (other_key, "wrong-key"),
    "for another person": (other_subject, "wrong-subject"),
    "the one to be replaced": (the_old_one, "old-certificate"),
    "none": (None, "no-certificate"),
}


def test_certificates_that_do_not_fulfil_the_order(office):
    """Each is explained to the operator, whose work order stays good; then he
    sends the right one."""
    case = Case(office)
    for count, (make, fault) in enumerate(NO_EVIDENCE.values(), 1):
        case.done(*([make(case)] if make else []))
        letter = office.await_letter("joko", "answer", case.number, count)
        assert phrase(f"answer-{fault}") in flat(letter), (fault, flat(letter))
        assert case.state() == "revoking"
        assert case.order("issue")["new_serial"] == ""
    certificate = case.certificate()
    office.portal.revoke(case.serial)
    office.portal.publish()
    case.done(certificate)
    case.complete(certificate)


def stale(portal, case):
    portal.publish(hours=24, age_hours=48)


def forged(portal, case):
    portal.publish(ca="impostor")


def of_another_ca(portal, case):
    portal.publish(ca="ca")


def not_listing(portal, case):
    portal.publish(but=[case.serial])


def rubbish(portal, case):
    portal.crl.write_bytes(b"ini bukan CRL\n" * 50)


def missing(portal, case):
    portal.crl.unlink()


CRLS = [not_listing, stale, forged, of_another_ca, rubbish, missing]


@pytest.mark.parametrize("harm", CRLS, ids=lambda f: f.__name__)
def test_crl_that_proves_nothing(office, harm):
    """The certificate is there; Loket goes on asking the CA, and believes
    nothing else.  The registry still has the old one as active."""
    case = Case(office)
    certificate = case.certificate()
    office.portal.revoke(case.serial)
    harm(office.portal, case)
    case.done(certificate)
    office.await_letter("joko", "receipt", case.number)
    case.looks(2)
    assert case.state() == "revoking"
    order = case.order("revoke")
    assert order["state"] == "given" and order["evidence"] == "none"
    assert order["trouble"], order
    rows = {r["serial"]: r["state"] for r in office.ctl("registry", "list")}
    assert rows[case.serial] == "active"
    assert [m for m in office.letters(case.who) if proof.certificates_in(m)] == []
    office.portal.publish()
    case.complete(certificate)


def test_portal_that_cannot_be_reached(office):
    case = Case(office)
    certificate = case.certificate()
    office.portal.revoke(case.serial)
    office.portal.publish()
    office.stop("portal")
    case.done(certificate)
    office.await_letter("joko", "receipt", case.number)
    case.looks(2)
    assert case.state() == "revoking"
    office.start("portal")
    case.complete(certificate)


# ---- what an attacker with the portal, or with the registry, would try -----------


def short_lived(case):
    return case.certificate(days=30)


def other_agency(case):
    return Attachment("baru.pem", "application/x-pem-file",
                      case.office.portal.issue(case.csr.data, replace(
                          case.who, agency="Dinas Lain Kota Contoh")))  # fmt: skip


def other_address(case):
    return Attachment("baru.pem", "application/x-pem-file",
                      case.office.portal.issue(case.csr.data, replace(
                          case.who, local="orang.lain")))  # fmt: skip


WRONG = {
    "for a month": (short_lived, "short-lived"),
    "of another agency": (other_agency, "wrong-subject"),
    "for another address": (other_address, "wrong-subject"),
}


def test_m1_certificates_with_the_right_key_and_name_and_something_else(office):
    case = Case(office)
    for count, (make, fault) in enumerate(WRONG.values(), 1):
        case.done(make(case))
        letter = office.await_letter("joko", "answer", case.number, count)
        assert phrase(f"answer-{fault}") in flat(letter), (fault, flat(letter))
    certificate = case.certificate()
    office.portal.revoke(case.serial)
    office.portal.publish()
    case.done(certificate)
    case.complete(certificate)


def new_work(case, but):
    seen = {case.work["Message-ID"]} | {b["Message-ID"] for b in but}
    return client.wait_for(
        lambda: (lambda w: w if w and w["Message-ID"] not in seen
                 else None)(case.work_order()), 20, "a new work order")  # fmt: skip


@pytest.mark.parametrize("late", [False, True], ids=["with the CRL", "after it"])
def test_m1_m2_new_certificate_that_is_revoked_itself(office, late):
    """It is on the CA's own list: not the applicant's.  The administrator
    hears of it; given again, the operator hands in another one."""
    case = Case(office)
    bad = case.certificate()
    office.portal.revoke(case.serial)
    office.portal.revoke(proof.serial(bad.data))
    office.portal.publish()
    if late:
        case.poll("the revocation", lambda: case.state() == "issuing")
    case.done(bad)
    stuck = office.await_letter("siti", "stuck", case.number)
    assert "the new certificate is on the CRL" in flat(stuck)
    kind = "issue" if late else "revoke"
    office.ctl("order", "retry", f"{case.number}.{kind}", "--reason", "sertifikat lain")
    again = new_work(case, [])
    assert case.order("issue")["new_serial"] == ""
    good = Attachment("baru.pem", "application/x-pem-file",
                      office.portal.issue(case.csr.data, case.who))  # fmt: skip
    case.done(good, letter=again)
    case.complete(good)


def change_registry(case, **fields):
    """What an administrator's import of a corrected sidecar does."""
    keys = case.office.dir / "enrolled"
    sidecar = keys / f"old-{case.who.key}.person"
    conf.write_sidecar(sidecar, replace(case.who, **fields))
    sidecar.chmod(0o644)
    case.office.ctl("registry", "import", keys / f"old-{case.who.key}.pem")


def test_c1_registry_that_changes_after_the_approval(office):
    """Nobody approved a certificate for the new name: nobody is asked for it,
    and one that is handed in does not count."""
    case = Case(office)
    change_registry(case, name="Orang Lain")
    stuck = office.await_letter("siti", "stuck", case.number)
    assert "changed after the approval: name" in flat(stuck)
    assert phrase("stuck-changed") in flat(stuck)
    office.await_letter("joko", "withdrawn", case.number, 2)
    evil = case.certificate(name="Orang Lain")
    office.portal.revoke(case.serial)
    office.portal.publish()
    case.done(evil)
    office.await_letter("joko", "answer", case.number)
    orders = office.show(case.number)["orders"]
    assert {o["state"] for o in orders} == {"stopped"}
    # Nor is it asked for anew, neither by time nor by an administrator.
    done = client.loketctl(office.dir, "order", "retry", f"{case.number}.revoke",
                           "--reason", "coba lagi")  # fmt: skip
    assert done.returncode != 0 and b"not what was approved: name" in done.stderr
    office.clock("+80h")
    office.await_quiet()
    assert case.work_order()["Message-ID"] == case.work["Message-ID"]
    assert case.order("issue")["new_serial"] == ""
    # Put back, it goes on as it was approved.
    change_registry(case)
    office.portal.publish()
    office.ctl("order", "retry", f"{case.number}.revoke", "--reason", "dikembalikan")
    again = new_work(case, [])
    certificate = case.certificate()
    case.done(certificate, letter=again)
    case.complete(certificate)


def test_c2_old_certificate_of_another_ca(office):
    """Its serial number stands on the portal's list, for a certificate of the
    portal: that proves nothing, and the approval is refused with the reason."""
    who = office.new_applicant()
    keys = office.dir / "enrolled"
    old = keys / f"lain-{who.key}.pem"
    serial = proof.serial((keys / f"old-{who.key}.pem").read_bytes())
    pki.make_old(keys, replace(who, key=f"x{who.key}"), int(serial, 16) + 0x900000,
                 "../pki/ca")  # fmt: skip
    (keys / f"old-x{who.key}.pem").rename(old)
    conf.write_sidecar(keys / f"lain-{who.key}.person", who)
    for path in keys.glob(f"lain-{who.key}.*"):
        path.chmod(0o644)
    other = proof.serial(old.read_bytes())
    office.ctl("registry", "import", old)
    office.portal.revoke(other)
    office.portal.publish()
    office.apply(who, [mails.statement(who, office.now()), mails.csr(who)])
    number = office.case_of(who)
    asked = office.await_question("siti", number)
    assert other in flat(asked)
    office.answer("siti", "SETUJU", letter=asked)
    letter = office.await_letter("siti", "answer", number)
    assert "diterbitkan oleh penerbit lain" in flat(letter)
    assert office.show(number)["state"] == "received"
    assert office.show(number)["orders"] == []


# ---- what stops, goes on, and is given up ---------------------------------------------


def test_gagal_then_retried(office):
    """The operator cannot; the administrator hears why, gives the order again,
    and the operator is asked anew."""
    case = Case(office)
    case.done(text="GAGAL")
    office.await_letter("joko", "answer", case.number)  # why?
    case.done(text="GAGAL alasan: akun AMS terkunci")
    stuck = office.await_letter("siti", "stuck", case.number)
    assert "akun AMS terkunci" in flat(stuck)
    assert case.state() == "revoking"
    stopped = {o["id"] for o in office.ctl("order", "list") if o["state"] == "stopped"}
    assert f"{case.number}.revoke" in stopped
    office.ctl("order", "retry", f"{case.number}.revoke", "--reason", "akun sudah dibuka")
    again = client.wait_for(
        lambda: (lambda w: w if w and w["Message-ID"] != case.work["Message-ID"]
                 else None)(case.work_order()), 20, "a new work order")  # fmt: skip
    certificate = case.certificate()
    office.portal.revoke(case.serial)
    office.portal.publish()
    case.done(certificate, letter=again)
    case.complete(certificate)
    reasons = [e["detail"] for e in office.show(case.number)["events"]]
    assert any("akun sudah dibuka" in r for r in reasons), reasons


def test_abandoned(office):
    """An administrator ends the case, with a reason that the applicant reads;
    what the operator still does counts no more."""
    case = Case(office)
    done = client.loketctl(office.dir, "order", "abandon", f"{case.number}.revoke")
    assert done.returncode != 0  # without a reason
    case.done(text="GAGAL alasan: permohonan ganda")
    office.await_letter("siti", "stuck", case.number)
    office.ctl("order", "abandon", f"{case.number}.revoke", "--yes", "--reason", "permohonan ganda")
    office.await_case("stopped", case.number)
    letter = office.await_letter(case.who, "stopped", case.number)
    assert "permohonan ganda" in flat(letter)
    assert {o["state"] for o in office.show(case.number)["orders"]} == {"abandoned"}
    case.done(case.certificate())
    office.await_letter("joko", "answer", case.number, 2 if late_answers(office, case) else 1)
    assert case.state() == "stopped"


def late_answers(office, case):
    office.await_quiet()
    return len([r for r in office.show(case.number)["letters"]
                if r["letter"] == "answer"]) > 1  # fmt: skip


def test_h1_given_up_after_the_revocation_then_applied_again(office):
    """The certificate that a stopped case revoked is what the next case
    replaces; the verifier is told, and nothing is revoked twice."""
    case = Case(office)
    office.portal.revoke(case.serial)
    office.portal.publish()
    case.poll("the revocation", lambda: case.state() == "issuing")
    office.ctl("order", "abandon", f"{case.number}.issue", "--yes", "--reason", "portal rusak")
    office.await_case("stopped", case.number)
    again = Case(office, who=case.who)
    assert again.serial == case.serial
    assert phrase("finding-certificate-revoked") in flat(again.asked)
    assert phrase("first-work-revoked") in flat(again.work)
    certificate = again.certificate()
    again.done(certificate)
    again.complete(certificate)


def test_v038_portal_answers_of_a_stranger(office):
    """SELESAI of siti, who is no operator, with joko's token."""
    case = Case(office)
    certificate = case.certificate()
    client.answer(office.dir, SITI, "SELESAI", [certificate], letter=case.work)
    office.await_letter("siti", "answer", case.number)
    assert case.state() == "revoking"
    assert case.order("issue")["new_serial"] == ""
    again = client.wait_for(
        lambda: (lambda w: w if w and w["Message-ID"] != case.work["Message-ID"]
                 else None)(case.work_order()), 20, "a new work order")  # fmt: skip
    office.portal.revoke(case.serial)
    office.portal.publish()
    case.done(certificate, letter=again)
    case.complete(certificate)


def test_issuer_of_the_portal_is_the_configured_one(office):
    """The lab's own premise: the impostor differs in the key alone."""
    names = [pki.openssl("x509", "-noout", "-subject", "-in",
                         office.dir / "pki" / f"{n}.pem") for n in ("issuer", "impostor")]  # fmt: skip
    assert names[0] == names[1]
