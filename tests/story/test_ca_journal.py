# SPDX-License-Identifier: GPL-3.0-or-later
"""The CA's journal and the office's database are two memories of one thing.
What one of them has done and the other has given up, or forgotten, is found
and told; nothing is issued or revoked by mistake because of it."""

import shutil
import subprocess
import threading

import client
import mails
import orders
import proof
import pytest
from ca_gate import Gate


class Case:
    """Complete, and siti is asked."""

    def __init__(self, office, who=None):
        self.office = office
        self.who = who or office.new_applicant()
        self.old = (office.dir / "enrolled" / f"old-{self.who.key}.pem").read_bytes()
        self.csr = mails.csr(self.who)
        office.apply(self.who, [mails.statement(self.who, office.now()), self.csr])
        self.number = office.case_of(self.who)
        self.question = office.await_question("siti", self.number)

    def approve(self):
        self.office.answer("siti", "SETUJU", letter=self.question)

    def order(self, kind):
        return self.office.order(self.number, kind)

    def complete(self):
        office = self.office
        office.await_case("completed", self.number, seconds=40)
        letter = office.await_letter(self.who, "completed", self.number)
        serial, pem = proof.leaf_in(letter)
        ca = proof.Published(office.dir, "ca")
        good, said = ca.verify(pem, office.now())
        assert good, said
        assert proof.revoked(ca.crl())[proof.serial(self.old)] == "Superseded"
        return serial


@pytest.fixture
def office(make_office):
    office = make_office(hold=True)
    office.gate = Gate(office.dir)
    settings = office.dir / "conf" / "loket.conf"
    settings.write_text(settings.read_text().replace(
        str(office.gate.real), str(office.gate.path)))  # fmt: skip
    office.gate.start()
    office.start("loket")
    yield office
    office.gate.stop()


def loketctl(office, *words):
    done = client.loketctl(office.dir, *words)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def abandon(office, order):
    return loketctl(office, "order", "abandon", order, "--yes", "--reason", "salah kirim")


class Abandoning(threading.Thread):
    """loketctl waits until loket-ca has answered."""

    def __init__(self, office, order):
        super().__init__(daemon=True)
        self.office, self.which = office, order
        self.start()

    def run(self):
        self.result = abandon(self.office, self.which)

    def end(self):
        self.join(30)
        return self.result


# ---- given up here, done there -------------------------------------------------------


@pytest.mark.parametrize("kind", ["revoke", "issue"])
def test_what_the_ca_has_done_is_not_abandoned(office, kind):
    """H1: no live certificate that nobody knows, no revocation that the
    registry has not: what was done is taken, and the administrator told."""
    case = Case(office)
    office.gate.hold("order_answer", getattr(orders, kind.upper()), case.number)
    case.approve()
    office.gate.await_held()
    asked = Abandoning(office, f"{case.number}.{kind}")
    office.gate.open()
    code, _, error = asked.end()
    assert code == 1, error
    # Either it was quicker than loket-ca's answer or not; it is done both ways.
    assert "carried out" in error or "is done" in error, error
    case.complete()
    assert [o["state"] for o in office.show(case.number)["orders"]] == ["done", "done"]


def test_a_stopped_order_that_the_ca_has_done_is_taken(office):
    """The order had stopped here (its CRL was forged on the way), and was
    carried out there."""
    case = Case(office)
    office.gate.lie("order_answer", orders.REVOKE, lambda m, crl: (m, b"rusak"))
    case.approve()
    office.await_letter("siti", "stuck", case.number)
    code, _, error = abandon(office, f"{case.number}.revoke")
    assert code == 1 and "carried out" in error and "nothing is given up" in error
    case.complete()


def test_what_is_abandoned_is_never_carried_out(office):
    """loket-ca journals it, and says so to whoever orders it afterwards; the
    next application is served."""
    case = Case(office)

    def change(message, _):  # what loket-ca refuses, so that nothing is done
        return {**message, "approvers": [message["applicant"]]}, b""

    office.gate.lie("order", orders.REVOKE, change)
    case.approve()
    office.await_letter("siti", "stuck", case.number)
    code, _, error = abandon(office, f"{case.number}.revoke")
    assert code == 0, error
    office.await_case("stopped", case.number)
    given = next(m for field, m in office.gate.passed if field == "order"
                 and m["id"] == f"{case.number}.revoke")  # fmt: skip
    with orders.CA(office.dir) as ca, pytest.raises(orders.OrderError, match="given up"):
        ca.order(**{k: v for k, v in given.items() if v})
    log = (office.dir / "log" / "ca.log").read_text()
    assert f"order={case.number}.revoke casefile={case.number} given up" in log
    again = Case(office, case.who)
    again.approve()
    again.complete()


def test_without_the_ca_nothing_is_abandoned(office):
    case = Case(office)
    client.wait_for(lambda: "ready" in ca_status(office), 20, "loket-ca to be heard")
    office.stop("ca")
    client.wait_for(lambda: office.ctl("status")["ca"] == "away", 20, "loket-ca to be away")
    case.approve()
    office.await_letter(case.who, "approved", case.number)
    code, _, error = abandon(office, f"{case.number}.revoke")
    assert code == 1 and "must be asked first" in error and "away" in error
    office.start("ca")
    case.complete()


# ---- one of the two was put back -----------------------------------------------------


def copy(source, to):
    shutil.rmtree(to, ignore_errors=True)
    subprocess.run(["cp", "-a", source, to], check=True)


def restart(office):
    for name in ("ca", "loket"):
        office.start(name)
    client.wait_for(lambda: "ready" in ca_status(office) or "refus" in ca_status(office), 40,
                    f"loket-ca to be heard; it is {ca_status(office)}")  # fmt: skip


def stop(office):
    for name in ("loket", "ca"):
        office.stop(name)


def ca_status(office):
    try:
        return office.ctl("status")["ca"]
    except client.box.LabError as e:
        return str(e)


def test_v158_journal_of_yesterday(office, tmp_path):
    """H2: an older journal signs nothing and publishes nothing, restarts
    included, until the right one is back and an administrator has said so."""
    Case(office).approve()
    office.await_case("completed")
    ca, kept, newest = office.dir / "ca", tmp_path / "kept", tmp_path / "newest"
    stop(office)
    copy(ca, kept)
    restart(office)
    case, waiting = Case(office), office.new_applicant()
    case.approve()
    case.complete()
    stop(office)
    copy(ca, newest)
    copy(kept, ca)
    published = (office.dir / "www" / "ca.crl").read_bytes()
    for _ in range(2):
        restart(office)
        assert "refused" in ca_status(office)
        said = office.ctl("ca", "show")
        assert said["refused"] and "newest journal.db" in said["remedy"]
        assert said["entries"] < said["remembered"]
        stop(office)
    restart(office)
    held = Case(office, waiting)
    held.approve()
    office.await_letter(held.who, "approved", held.number)
    code, _, error = loketctl(office, "ca", "accept", "--reason", "x")
    assert code == 1 and "older journal of the same CA" in error
    assert (office.dir / "www" / "ca.crl").read_bytes() == published
    assert held.order("revoke")["state"] == "given"
    stop(office)
    copy(newest, ca)
    restart(office)
    assert "refused" in ca_status(office)  # his word is wanted
    office.ctl("ca", "accept", "--reason", "jurnal terbaru dikembalikan")
    held.complete()
    assert not office.ctl("ca", "show")["refused"]


def test_v158_database_of_yesterday(office, tmp_path):
    """H3: the journal names what the database does not know; no number is
    given twice."""
    Case(office).approve()
    office.await_case("completed")
    data, kept = office.dir / "data", tmp_path / "kept"
    registered = office.new_applicant()
    stop(office)
    copy(data, kept)
    restart(office)
    lost = Case(office)
    lost.approve()
    lost.complete()
    stop(office)
    copy(kept, data)
    for _ in range(2):
        restart(office)
        assert "refused" in ca_status(office)
        said = office.ctl("ca", "show")
        assert {f"{lost.number}.revoke", f"{lost.number}.issue"} <= {
            n["id"] for n in said["unknown"]}  # fmt: skip
        assert "newest database" in said["remedy"]
        stop(office)
    restart(office)
    code, _, error = loketctl(office, "ca", "accept")
    assert code == 100 and "needs --reason" in error
    office.ctl("ca", "accept", "--reason", "basis data terbaru hilang")
    case = Case(office, registered)
    assert case.number > lost.number
    case.approve()
    case.complete()
