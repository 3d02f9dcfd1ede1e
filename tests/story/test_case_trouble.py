# SPDX-License-Identifier: GPL-3.0-or-later
"""A decision meets trouble of the office's own: a full disk, a CA that cannot
use its key, a letter that comes back.  Nothing irreversible happens, the
administrator is told once what to do, the applicant nothing he could not
understand, and when it is mended the case goes on to its end by itself."""

import client
import mails
import orders
import pki
import proof
import pytest
from ca_gate import Gate
from client import flat
from conftest import one_office_for_all
from full_disk import Disk
from people import person
from portal import Portal

SITI = person("siti")


@pytest.fixture(scope="module")
def shared(keys):
    with one_office_for_all(keys, full_disk=True) as office:
        yield office


@pytest.fixture
def office(shared):
    """Each story on a day of its own, with a summary of its own."""
    shared.clock("+24h")
    shared.read = len(summaries(shared))
    return shared


def summaries(office):
    return [m for m in office.letters("siti") if "Ringkasan" in str(m["Subject"])]


def next_summary(office, phrase):
    """What the administrator reads the day after; this phrase stands once in
    all that she has read since the story began."""
    office.clock("+24h")
    client.wait_for(
        lambda: [m for m in summaries(office)[office.read :] if phrase in flat(m)],
        20, f"a summary with {phrase}",
    )  # fmt: skip
    said = " ".join(flat(m) for m in summaries(office)[office.read :])
    assert said.count(phrase) == 1, said
    return said


class Case:
    """Complete, and siti is asked."""

    def __init__(self, office):
        self.office = office
        self.who = office.new_applicant()
        self.old = (office.dir / "enrolled" / f"old-{self.who.key}.pem").read_bytes()
        self.csr = mails.csr(self.who)
        office.apply(self.who, [mails.statement(self.who, office.now()), self.csr])
        self.number = office.case_of(self.who)
        self.question = office.await_question("siti", self.number)

    def approve(self):
        self.office.answer("siti", "SETUJU", letter=self.question)

    def ca_log(self):
        log = (self.office.dir / "log" / "ca.log").read_text()
        return [x for x in log.splitlines() if f"casefile={self.number} " in x]

    def untouched(self):
        """The old certificate is as good as it was, and there is no new one."""
        crl = proof.revoked(proof.Published(self.office.dir, "ca").crl())
        assert proof.serial(self.old) not in crl
        assert [x for x in self.ca_log() if "refused" not in x] == []
        assert [m for m in self.office.letters(self.who)
                if proof.certificates_in(m)] == []  # fmt: skip

    def letters(self):
        return [r["letter"] for r in self.office.show(self.number)["letters"]
                if r["to"] == self.who.address]  # fmt: skip

    def complete(self, seconds=40):
        """One certificate, one revocation, one letter that says so."""
        self.office.await_case("completed", self.number, seconds=seconds)
        self.delivered()
        assert self.letters() == ["received", "approved", "completed"]

    def delivered(self):
        office = self.office
        letter = office.await_letter(self.who, "completed", self.number)
        serial, pem = proof.leaf_in(letter)
        ca = proof.Published(office.dir, "ca")
        good, said = ca.verify(pem, office.now())
        assert good, said
        assert proof.same_key(pem, self.csr.data)
        assert proof.revoked(ca.crl())[proof.serial(self.old)] == "Superseded"
        done = [x for x in self.ca_log() if "refused" not in x]
        assert len({x for x in done if " issued " in x}) == 1
        assert len({x for x in done if " revoked " in x}) == 1
        assert serial == office.order(self.number, "issue")["new_serial"]


def status(office, name):
    try:
        return office.ctl("status")[name]
    except client.box.LabError as e:
        return str(e)  # the engine is starting anew


def await_status(office, name, says):
    client.wait_for(lambda: says in status(office, name), 20,
                    f"{name} to be {says}; it is {status(office, name)}")  # fmt: skip


# ---- a full disk --------------------------------------------------------------------


@pytest.mark.parametrize("free", [0, 8 << 20], ids=["full", "nearly"])
def test_v161_full_disk_at_the_decision(office, free):
    """The engine's own disk: nothing is decided, and no mail is lost."""
    case = Case(office)
    disk = Disk(office.dir / "data")
    disk.fill(free)
    if free > 0:
        await_status(office, "disk", "full")
    case.approve()
    await_status(office, "disk", "full")
    assert office.show(case.number)["state"] == "received"
    case.untouched()
    disk.empty()
    case.complete()
    next_summary(office, "Sediakan ruang pada disk itu")


def test_v161_full_disk_of_the_ca(office):
    """The CA's disk: it begins nothing that it could not finish."""
    case = Case(office)
    disk = Disk(office.dir / "ca")
    disk.fill()
    case.approve()
    office.await_case("revoking", case.number)
    client.wait_for(case.ca_log, 20, "the CA to refuse the order")
    case.untouched()
    assert case.letters() == ["received", "approved"]
    said = next_summary(office, "CA belum dapat bekerja")
    assert said.count("the disk is nearly full") == 1, said
    disk.empty()
    office.clock("+70s")
    case.complete()


# ---- a CA that cannot use its key -------------------------------------------------------


def key_is_gone(office):
    key = office.dir / "ca" / "ca.key"
    away = key.rename(office.dir / "home" / "ca.key")
    return lambda: away.rename(key)


def key_is_closed(office):
    key = office.dir / "ca" / "ca.key"
    key.chmod(0)
    return lambda: key.chmod(0o400)


def passphrase_is_wrong(office):
    path = office.dir / "conf" / "secrets" / "ca"
    right = path.read_text()
    path.chmod(0o600)
    path.write_text("bukan sandi itu\n")
    path.chmod(0o400)

    def mend():
        path.chmod(0o600)
        path.write_text(right)
        path.chmod(0o400)

    return mend


def passphrase_is_open_to_all(office):
    path = office.dir / "conf" / "secrets" / "ca"
    path.chmod(0o444)
    return lambda: path.chmod(0o400)


@pytest.mark.parametrize("harm, said", [
    (key_is_gone, "ca.key: No such file"),
    (key_is_closed, "ca.key: Permission denied"),
    (passphrase_is_wrong, "passphrase"),
    (passphrase_is_open_to_all, "mode is 0444"),
], ids=lambda x: getattr(x, "__name__", ""))  # fmt: skip
def test_ca_key_unreadable_before_the_orders(office, harm, said):
    case = Case(office)
    mend = harm(office)
    office.kill("ca")
    await_status(office, "ca", "refusing")
    case.approve()
    office.await_case("revoking", case.number)
    office.await_letter(case.who, "approved", case.number)
    case.untouched()
    summary = next_summary(office, "CA belum dapat bekerja")
    assert said in summary, summary
    assert "systemctl restart loket-ca" in summary
    case.untouched()
    mend()
    case.complete()


# ---- a CA that says what is not so --------------------------------------------------------


@pytest.fixture
def gated(make_office):
    office = make_office(hold=True)
    office.gate = Gate(office.dir)
    settings = office.dir / "conf" / "loket.conf"
    settings.write_text(settings.read_text().replace(
        str(office.gate.real), str(office.gate.path)))  # fmt: skip
    office.gate.start()
    office.start("loket")
    yield office
    office.gate.stop()


def der(pem):
    return pki.openssl("x509", "-outform", "DER", data=pem)


def lies(office, case):
    """What the CA answers instead, and what the administrator reads of it."""
    portal = Portal(office.dir)
    old = client.await_crl(office.dir)
    forged = portal.issue(case.csr.data, case.who, ca="impostor")
    other_key = portal.issue(mails.csr(case.who).data, case.who, ca="ca")
    yield orders.REVOKE, lambda m, crl: (m, old), "not yet on the CRL"
    yield orders.REVOKE, lambda m, crl: (m, portal.make_crl("impostor")), "proves nothing"
    yield (orders.ISSUE, lambda m, crl: ({**m, "certificate": der(forged)}, crl),
           "foreign-certificate")  # fmt: skip
    yield (orders.ISSUE, lambda m, crl: ({**m, "certificate": der(other_key)}, crl),
           "foreign-certificate")  # fmt: skip


NAMES = {orders.REVOKE: "revoke", orders.ISSUE: "issue"}


def test_order_answered_with_what_proves_nothing(gated):
    """A stale CRL, a forged one, a foreign certificate: the engine believes
    what it has verified, stops, and asks the administrator; given again and
    answered truly, the case goes on."""
    office = gated
    case = Case(office)
    told = 0
    for kind, lie, why in lies(office, case):
        office.gate.lie("order_answer", kind, lie)
        if told == 0:
            case.approve()
        else:
            office.ctl("order", "retry", order, "--reason", "dicoba lagi")
        told += 1
        letter = office.await_letter("siti", "stuck", case.number, told)
        assert why in flat(letter), flat(letter)
        order = f"{case.number}.{NAMES[kind]}"
        assert office.order(case.number, NAMES[kind])["state"] == "stopped"
        assert case.letters() == ["received", "approved"]
        assert "loketctl order retry" in flat(letter)
    office.ctl("order", "retry", order, "--reason", "dicoba lagi")
    case.complete()


# ---- a letter that comes back ---------------------------------------------------------------


def sent_again(office, number):
    return [r for r in office.show(number)["letters"] if r["resent_of"]]


def test_rev_12_v057_completed_letter_comes_back(office):
    """The applicant's mailbox is gone when the certificate is sent: the case
    stays as it is and is flagged, nobody answers the bounce.  The same letter
    goes out again when an administrator says so, and nothing is issued."""
    case = Case(office)
    office.stop("ca")
    case.approve()
    office.await_letter(case.who, "approved", case.number)
    logins = office.dir / "mail" / "logins"
    with_him = logins.read_text()
    logins.write_text("".join(x for x in with_him.splitlines(True)
                              if not x.startswith(case.who.local + ":")))  # fmt: skip
    client.wait_for(lambda: not client.is_known(office.dir, case.who.address), 20,
                    "his mailbox to be gone")  # fmt: skip
    office.start("ca")
    office.await_case("completed", case.number)
    bounce = client.wait_for(
        lambda: [e for e in office.show(case.number)["events"] if e["kind"] == "bounce"],
        20, "the bounce in the case")  # fmt: skip
    assert "a letter came back (5." in bounce[0]["detail"]
    office.await_quiet()
    shown = office.show(case.number)
    assert shown["state"] == "completed"
    assert [o["state"] for o in shown["orders"]] == ["done", "done"]
    assert case.letters() == ["received", "approved", "completed"]
    assert [r["letter"] for r in shown["letters"] if r["came_back"]] == ["completed"]
    (letter,) = [r for r in shown["letters"] if r["came_back"]]
    assert letter["came_back_status"].startswith("5.")
    assert letter["came_back_mail"] == bounce[0]["mail"]
    sheet = client.loketctl(office.dir, "case", "print", case.number).stdout.decode()
    assert "Surat kembali; penerimanya mungkin belum tahu" in sheet
    said = next_summary(office, "Surat kepada pemohon kembali")
    assert case.number in said
    assert f"letter={letter['id']} completed (5." in said

    logins.write_text(with_him)
    client.wait_for(lambda: client.is_known(office.dir, case.who.address), 20,
                    "his mailbox to be back")  # fmt: skip
    resend = ("letter", "resend", letter["id"])
    assert client.loketctl(office.dir, *resend).returncode == 100  # without a reason
    for other in (r for r in shown["letters"] if r["letter"] in ("verify", "work")):
        done = client.loketctl(office.dir, "letter", "resend", other["id"], "--reason", "x")
        assert done.returncode == 1 and b"not one that tells an applicant" in done.stderr
    assert sent_again(office, case.number) == []
    copy = office.ctl(*resend, "--reason", "kotak surat sudah diperbaiki")
    assert (copy["resent_of"], copy["letter"]) == (letter["id"], "completed")
    case.delivered()
    shown = office.show(case.number)
    assert shown["state"] == "completed"
    assert case.letters() == ["received", "approved", "completed", "completed"]
    (event,) = [e for e in shown["events"] if e["kind"] == "letter-resent"]
    assert event["actor"].startswith("uid=") and "sudah diperbaiki" in event["detail"]
    sheet = client.loketctl(office.dir, "case", "print", case.number).stdout.decode()
    assert "Surat kembali; penerimanya mungkin belum tahu" not in sheet


def test_v051_forged_bounces_stop_nothing(office):
    """Whoever has seen a question can forge its bounce: it is noted and told,
    the question stays good, and the case goes on.  Who has not, not even that."""
    case = Case(office)
    letter = str(case.question["Message-ID"])
    client.bounce(office.dir, "tidak.ada@kota.test", SITI.address)
    client.bounce(office.dir, letter, "orang.lain@kota.test")
    client.bounce(office.dir, letter, SITI.address, "4.4.1", "delayed")
    late = client.wait_for(
        lambda: [e for e in office.show(case.number)["events"] if e["kind"] == "bounce"],
        20, "the delay in the case")  # fmt: skip
    assert "a letter is late and still tried" in late[0]["detail"]
    assert [r for r in office.show(case.number)["letters"] if r["came_back"]] == []
    for _ in range(3):
        client.bounce(office.dir, letter, SITI.address)
    client.wait_for(
        lambda: len([e for e in office.show(case.number)["events"]
                     if e["kind"] == "bounce"]) == 4,
        20, "the bounces in the case")  # fmt: skip
    shown = office.show(case.number)
    assert shown["state"] == "received"
    assert [q["state"] for q in shown["questions"] if q["person"] == "siti"] == ["open"]
    assert [r["letter"] for r in shown["letters"] if r["came_back"]] == ["verify"]
    case.approve()
    case.complete()
    assert "letter=" in next_summary(office, "Surat kepada seorang petugas kembali")
