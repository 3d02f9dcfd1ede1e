# SPDX-License-Identifier: GPL-3.0-or-later
"""How questions find the people who answer them, and stop where a machine
does (design.md 5, threats.md V055): the probe of the plus address, the look for
cases that nobody is asked about, and answering machines without any mark."""

from datetime import datetime, timedelta

import box
import client
import conf
import pytest
from client import flat
from people import PEOPLE, person

SITI = person("siti")


def monday():
    """Half an hour after the opening of the next Monday."""
    now = datetime.now(box.WIB)
    day = (now + timedelta(days=7 - now.weekday())).replace(hour=8, minute=30)
    return f"{day:%Y-%m-%dT%H:%M}"


def apply(office):
    who = office.new_applicant()
    office.apply(who)
    return who, office.case_of(who)


# ---- V055 -------------------------------------------------------------------------


class Machine:
    """Answers each letter of the office at once and bears no mark of one."""

    def __init__(self, office, sign):
        self.office, self.sign = office, sign
        self.read = set()

    def new(self):
        return [m for m in self.office.letters("siti") if m["Message-ID"] not in self.read]

    def answer_all(self):
        """Until nobody writes any more; what the office wrote meanwhile."""
        office, got = self.office, []
        for _ in range(40):
            letters = self.new()
            for letter in letters:
                self.read.add(letter["Message-ID"])
                got.append(letter)
                client.answer(office.dir, SITI, "Saya sedang di luar kantor sampai Senin.",
                              letter=letter, how=self.sign)  # fmt: skip
            self.settle(len(self.read))
            if not self.new():
                return got
        raise AssertionError("they write to each other for ever")

    def settle(self, answers):
        """Every answer has its verdict, every letter its delivery."""

        def look():
            rows = self.office.ctl("mail", "list")
            mine = [r for r in rows if SITI.address in r["from"]]
            return len(mine) == answers and all(r["disposition"] != "open" for r in rows)

        client.wait_for(look, 30, "the answers to be judged")
        self.office.await_quiet()
        sent = [r for r in self.office.ctl("outbox", "list") if r["to"] == SITI.address]
        client.wait_for(lambda: len(self.office.letters("siti")) == len(sent),
                        20, "the letters to arrive")  # fmt: skip


def questions(letters):
    return [m for m in letters if client.token_of(m)]


@pytest.mark.parametrize("sign, first_day", [("dkim", 11), ("none", 2)])
def test_v055_officers_machine_without_a_mark(make_office, sign, first_day):
    """Signed by the domain, it is told ten times a day what is wrong; unsigned
    it proves nothing, ends each question, and is asked anew once a day.  Even the
    administrator's summary moves it to no more; and when the question has
    expired and is asked anew, a true answer counts."""
    office = make_office(at=monday())
    _, number = apply(office)
    office.await_question("siti", number)
    machine = Machine(office, sign)
    got = machine.answer_all()
    assert len(got) == first_day, [str(m["Subject"]) for m in got]
    assert len(questions(got)) == (1 if sign == "dkim" else 2)
    # The next day he is reminded, which asks anew; on Friday the first
    # question has expired, and perhaps the second.
    for hours, asked, most in ((24, 1, 1), (72, 1, 2)):
        office.clock(f"+{hours}h")
        client.wait_for(machine.new, 20, "a summary, or a question anew")
        got = machine.answer_all()
        assert len(got) <= 12, [str(m["Subject"]) for m in got]
        assert len(questions(got)) >= asked
        assert len(questions(got)) <= most + (sign == "none")
    assert office.show(number)["state"] == "received"
    assert office.show(number)["approvals"] == []
    office.answer("siti", "SETUJU", case=number)
    if sign == "none":
        # Whoever sends a token without proof ends it, however often; who then
        # answers himself is asked anew.
        client.wait_for(machine.new, 20, "the question anew")
        office.answer("siti", "SETUJU", case=number)
    office.await_case("completed", number)


# ---- the plus address ---------------------------------------------------------------


def reply_to(letter):
    return str(letter["Reply-To"] or "")


def test_plus_address_is_used_while_probes_come_back(make_office):
    """Not before the first one, and not when none has come for two days; in
    between it alone brings an answer home."""
    office = make_office(at=monday(), config=["mailbox.plus=true"], hold=True)
    office.stop("exim")
    office.start("loket")
    _, early = apply(office)
    client.wait_for(lambda: {"probe", "verify"} <= {r["letter"] for r in
                                                    office.ctl("outbox", "list")},
                    20, "probe and question to be written")  # fmt: skip
    office.start("exim")
    office.clock("+10m")  # the relay is tried again
    letter = office.await_question("siti", early)
    token = client.token_of(letter)
    assert token not in reply_to(letter)
    client.wait_for(lambda: [r for r in office.ctl("mail", "list") if r["reason"] == "probe"],
                    20, "the probe to come back")  # fmt: skip

    _, number = apply(office)
    letter = office.await_question("siti", number)
    local, domain = PEOPLE["office"].address.split("@")
    assert f"{local}+{client.token_of(letter)}@{domain}" in reply_to(letter)
    office.answer("siti", "SETUJU", letter=letter, carriers=["recipient"])
    office.await_case("completed", number)

    office.stop("exim")
    office.kill("out")  # and with it the connection that is open
    office.clock("+49h")
    _, late = apply(office)
    client.wait_for(lambda: [r for r in office.show(late)["letters"]
                             if r["letter"] == "verify"], 20, "the question")  # fmt: skip
    office.start("exim")
    office.clock("+10m")
    letter = office.await_question("siti", late)
    assert client.token_of(letter) not in reply_to(letter)


# ---- a case that nobody is asked about -------------------------------------------------


def change_roles(office, roles):
    """people.conf with other roles: {person: roles}."""
    path = office.dir / "conf" / "people.conf"
    text = path.read_text()
    for name, new in roles.items():
        old = conf.libconfig(list(person(name).roles))
        assert text.count(old) == 1
        text = text.replace(old, conf.libconfig(new))
    path.write_text(text)
    office.stop("loket")
    office.start("loket")


def test_case_that_nobody_is_asked_about(make_office):
    """Both verifiers lose the role: their questions end, the new verifier is
    asked at once, in the words for the first time, and decides."""
    office = make_office(at=monday())
    _, number = apply(office)
    asked = {name: office.await_question(name, number) for name in ("siti", "joko")}
    change_roles(office, {"siti": ["administrator"], "joko": ["operator"],
                          "head": ["verifier", "oversight"]})  # fmt: skip
    letter = office.await_question("head", number)
    for name, old in asked.items():
        office.await_letter(name, "withdrawn", number)
        office.answer(name, "SETUJU", letter=old)
        office.await_letter(name, "answer", number)
    shown = office.show(number)
    assert (shown["state"], shown["approvals"]) == ("received", [])
    assert {(q["person"], q["state"]) for q in shown["questions"]} == {
        ("siti", "void"), ("joko", "void"), ("head", "open")}
    assert "telah kami terima dengan berkas yang diperlukan" in flat(letter)
    office.answer("head", "SETUJU", letter=letter)
    office.await_case("completed", number)
    assert office.order(number, "issue")["approvers"] == ["head"]
