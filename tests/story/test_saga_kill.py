# SPDX-License-Identifier: GPL-3.0-or-later
"""Every program killed (SIGKILL) between any two steps of the saga, with an
own CA and with a portal: each case ends with one certificate, one revocation,
the same bytes however often they were asked for, and one letter that says so.

A gate between engine and loket-ca (tests/lab/ca_gate.py) makes each step wait
while the programs die.  LOKET_TEST_LONG=1 kills each program alone at each
step, and sweeps through moments as well."""

import os
import random
import time

import box
import client
import mails
import orders
import proof
import pytest
from ca_gate import Gate
from conftest import one_office_for_all
from mails import Attachment
from people import person

SITI, JOKO = person("siti"), person("joko")
PROGRAMS = ("ca", "out", "imap", "mail-parser", "document-parser", "engine", "loketd")
LONG = bool(os.environ.get("LOKET_TEST_LONG"))


# ---- an own CA -------------------------------------------------------------------


@pytest.fixture(scope="module")
def shared(keys):
    with one_office_for_all(keys, hold=True) as office:
        office.gate = Gate(office.dir)
        conf = office.dir / "conf" / "loket.conf"
        conf.write_text(conf.read_text().replace(
            str(office.gate.real), str(office.gate.path)))
        office.gate.start()
        office.start("loket")
        yield office
        office.gate.stop()


@pytest.fixture
def office(shared):
    yield shared
    shared.gate.open()


def kill_all(office, programs):
    for program in programs:
        office.kill(program)
        time.sleep(0.05)


def settle(office):
    """Back-off ends: what died often is started at once."""
    office.stop("loket")
    office.start("loket")


def flat_pem(text):
    """However long its lines are."""
    return "".join(text.split())


class Case:
    def __init__(self, office):
        self.office = office
        self.who = office.new_applicant()
        self.old = (office.dir / "enrolled" / f"old-{self.who.key}.pem").read_bytes()
        self.csr = mails.csr(self.who)
        office.apply(self.who, [mails.statement(self.who, office.now()), self.csr])
        self.number = office.case_of(self.who, seconds=60)
        office.await_question("siti", self.number, seconds=60)

    def approve(self):
        self.office.answer("siti", "SETUJU", case=self.number)

    def check(self):
        """One certificate, one revocation, same bytes."""
        office = self.office
        office.await_case("completed", self.number, seconds=90)
        letter = office.await_letter(self.who, "completed", self.number, seconds=90)
        serial, pem = proof.leaf_in(letter)
        assert proof.same_key(pem, self.csr.data)
        answers = [m for field, m in office.gate.passed
                   if field == "order_answer" and m["id"].startswith(self.number)
                   and m["done"]]  # fmt: skip
        issued = {m["certificate"] for m in answers if m["certificate"]}
        assert len(issued) == 1
        assert flat_pem(orders.pem(issued.pop())) == flat_pem(pem.decode())
        log = (office.dir / "log" / "ca.log").read_text()
        lines = [x for x in log.splitlines() if f"casefile={self.number} " in x]
        assert len({x.rpartition(" ")[2] for x in lines if " issued " in x}) == 1
        crl = proof.revoked(proof.Published(office.dir, "ca").crl())
        assert crl[proof.serial(self.old)] == "Superseded"
        assert serial not in crl
        sent = {r["id"]: r for r in office.show(self.number)["letters"]
                if r["letter"] == "completed"}  # fmt: skip
        assert len(sent) == 1
        shown = office.show(self.number)
        assert [o["state"] for o in shown["orders"]] == ["done", "done"]
        assert len(shown["approvals"]) == 1


STEPS = {
    "the order to revoke is on its way": ("order", orders.REVOKE),
    "it is revoked, and the engine does not know": ("order_answer", orders.REVOKE),
    "the order to issue is on its way": ("order", orders.ISSUE),
    "it is issued, and the engine does not know": ("order_answer", orders.ISSUE),
}
GROUPS = [(p,) for p in PROGRAMS] if LONG else [PROGRAMS]


@pytest.mark.parametrize("programs", GROUPS, ids="+".join)
@pytest.mark.parametrize("step", STEPS)
def test_v151_killed_while(office, step, programs):
    case = Case(office)
    field, kind = STEPS[step]
    office.gate.hold(field, kind, case.number)
    case.approve()
    office.gate.await_held()
    kill_all(office, programs)
    office.gate.open()
    settle(office)
    case.check()


@pytest.mark.parametrize("programs", GROUPS, ids="+".join)
def test_killed_between_the_end_and_the_letter(office, programs):
    """Completed, and no relay: the letter waits through all of it."""
    case = Case(office)
    office.stop("exim")
    case.approve()
    office.await_case("completed", case.number, seconds=60)
    kill_all(office, programs)
    office.start("exim")
    settle(office)
    office.clock("+10m")
    case.check()


def test_ca_killed_again_and_again(office):
    """Each order is answered, at last, with the bytes of the first time."""
    case = Case(office)
    for field, kind in STEPS.values():
        office.gate.hold(field, kind, case.number)
        if (field, kind) == ("order", orders.REVOKE):
            case.approve()
        office.gate.await_held(60)
        office.kill("ca")
        office.gate.open()
    settle(office)
    case.check()


MOMENTS = 40 if LONG else 4


@pytest.mark.parametrize("program", PROGRAMS if LONG else ("engine", "ca"))
def test_killed_at_many_moments(office, program):
    """From Dovecot's word of the mail (half a second after its delivery) to
    the applicant's letter, wherever that happens to be."""
    chance = random.Random(program)
    for n in range(MOMENTS):
        case = Case(office)
        case.approve()
        time.sleep(0.48 + 0.35 * (n + chance.random()) / MOMENTS)
        office.kill(program)
        settle(office)
        case.check()


# ---- a portal ----------------------------------------------------------------------


@pytest.mark.parametrize("programs", GROUPS, ids="+".join)
def test_killed_between_the_steps_of_an_operator(make_office, programs):
    office = make_office(config=["executor=operator"])
    who = office.new_applicant()
    old = (office.dir / "enrolled" / f"old-{who.key}.pem").read_bytes()
    csr = mails.csr(who)
    office.apply(who, [mails.statement(who, office.now()), csr])
    number = office.case_of(who)

    def die():
        kill_all(office, programs)
        settle(office)

    office.await_question("siti", number)
    die()
    office.answer("siti", "SETUJU", case=number)
    office.await_case("revoking", number, seconds=60)
    die()

    def work_order():
        letter = client.question(office.dir, JOKO, number)
        return letter if "SELESAI" in client.links(letter) else None

    work = client.wait_for(work_order, 60, "the work order")
    pem = office.portal.issue(csr.data, who)
    office.portal.revoke(proof.serial(old))
    office.answer("joko", "SELESAI",
                  [Attachment("baru.pem", "application/x-pem-file", pem)], letter=work)  # fmt: skip
    client.wait_for(lambda: kept(office, number), 60, "the certificate to be kept")
    die()
    office.portal.publish()
    end = time.monotonic() + 60
    while state(office, number) != "completed":
        assert time.monotonic() < end, office.order(number, "revoke")
        office.clock("+70s")
        time.sleep(0.4)
    die()
    letter = office.await_letter(who, "completed", number, seconds=60)
    serial, attached = proof.leaf_in(letter)
    assert flat_pem(attached.decode()) == flat_pem(pem.decode())
    shown = office.show(number)
    assert [o["state"] for o in shown["orders"]] == ["done", "done"]
    assert len([r for r in shown["letters"] if r["letter"] == "completed"]) == 1
    assert len([r for r in shown["letters"] if r["letter"] == "work"]) == 1
    assert len(shown["approvals"]) == 1
    rows = {r["serial"]: r["state"] for r in office.ctl("registry", "list")}
    assert rows.get(serial) == "active"


def kept(office, number):
    try:
        return office.order(number, "issue")["new_serial"]
    except box.LabError:
        return None  # the engine is starting anew


def state(office, number):
    try:
        return office.show(number)["state"]
    except box.LabError:
        return None
