# SPDX-License-Identifier: GPL-3.0-or-later
"""An installation put back from a copy of its data folder: what was asked
before the copy counts, what was asked after it is unknown, and the CA, whose
journal remembers more, is given no order."""

import subprocess

import client
import mails
import proof
from client import flat
from people import person


def apply(office):
    who = office.new_applicant()
    office.apply(who, [mails.statement(who, office.now()), mails.csr(who)])
    return who, office.case_of(who)


def copy(office, source, target):
    """cp -a while nothing runs: owner and times stay."""
    subprocess.run(["rm", "-rf", office.dir / target], check=True)
    subprocess.run(["cp", "-a", office.dir / source, office.dir / target], check=True)


def completed(office, who, number):
    letter = office.await_letter(who, "completed", number)
    return proof.leaf_in(letter)


def test_v178_tokens_of_a_restored_installation(make_office):
    office = make_office(config=["mailbox.plus=true"])
    who, number = apply(office)
    before = office.await_question("siti", number)
    office.await_quiet()
    office.stop("loket")
    copy(office, "data", "copy")
    office.start("loket")

    # What the copy does not know: this case ends, another one begins.
    office.answer("siti", "SETUJU", case=number)
    serial, _ = completed(office, who, number)
    other, lost = apply(office)
    after = office.await_question("siti", lost)
    office.await_quiet()
    office.stop("loket")
    copy(office, "copy", "data")
    office.start("loket")
    office.await_connected()
    assert {c["number"] for c in office.cases()} == {number}

    # Asked after the copy: nobody knows that token, and nothing changes.
    client.answer(office.dir, person("siti"), "SETUJU", letter=after)
    told = office.await_letter("siti", "answer")
    assert client.token_of(after) not in flat(told)
    assert {c["number"]: c["state"] for c in office.cases()} == {number: "received"}

    # Asked before it: it counts.  The CA's journal knows more than this
    # database: it gets no order until an administrator has looked.
    client.answer(office.dir, person("siti"), "SETUJU", letter=before)
    office.await_case("revoking", number)

    def refused():
        said = office.ctl("ca", "show")
        return said if said["refused"] else None

    said = client.wait_for(refused, 20, "orders to be held back")
    assert f"{number}.issue" in str(said["unknown"])
    assert office.order(number, "issue") is None
    assert serial not in proof.revoked(proof.Published(office.dir, "ca").crl())
    office.fsck()
