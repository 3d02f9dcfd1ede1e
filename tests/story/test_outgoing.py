# SPDX-License-Identifier: GPL-3.0-or-later
"""What leaves the office: budgets, and who goes first (V143, T13)."""

import mails
from hostile import await_rows, log
from people import person

BIG = 100000


def budget(**of):
    sizes = {"per_hour": BIG, "per_address": BIG, "per_case": BIG, **of}
    return ["mailbox.selftest=false"] + [f"relay.budget.{k}={v}" for k, v in sizes.items()]


def waiting(rows):
    return [r for r in rows if r["state"] == "queued"]


def apply_without_csr(office):
    who = office.new_applicant()
    office.apply(who, papers=[mails.statement(who, office.now())])
    return who


def await_all(office):
    """An hour later everything that waited is out, and nothing twice."""
    office.clock("+61m")
    rows = await_rows(office, lambda r: not waiting(r), 30)
    assert {r["state"] for r in rows} == {"accepted"}
    assert {r["attempts"] for r in rows} == {1}
    assert "budget" not in office.ctl("status")


def test_over_an_address_letters_wait(make_office):
    """Four an hour to one address: the fifth question waits, nobody else's
    letter waits for it, and the administrator hears of it once."""
    office = make_office(config=budget(per_address=4))
    for _ in range(6):
        office.apply(office.new_applicant())
    rows = await_rows(office, lambda r: len(r) >= 18 and len(waiting(r)) == 4)
    assert {r["to"] for r in waiting(rows)} == {person("siti").address, person("joko").address}
    assert {r["letter"] for r in waiting(rows)} == {"verify"}
    assert office.ctl("status")["budget"] == "per_address"
    assert log(office).count("alarm: outbox: letters wait: relay.budget.per_address is used "
                             "up (4 an hour)") == 1
    await_all(office)


def test_v143_decisions_go_first(make_office):
    """Of eight an hour two are for decisions alone: answers to applicants wait,
    a question that comes later does not."""
    office = make_office(config=budget(per_hour=8))
    for _ in range(7):
        apply_without_csr(office)
    rows = await_rows(office, lambda r: len(r) == 7 and len(waiting(r)) == 1)
    assert office.ctl("status")["budget"] == "per_hour"
    office.apply(office.new_applicant())
    rows = await_rows(office, lambda r: len(r) == 10 and len(waiting(r)) == 2)
    assert [r["letter"] for r in waiting(rows)] == ["incomplete", "received"]
    await_all(office)


def test_over_a_case_it_still_comes_to_its_end(make_office):
    office = make_office(config=budget(per_case=4))
    who = office.new_applicant()
    office.apply(who)
    number = office.case_of(who)
    office.await_question("siti", number)
    office.answer("siti", "SETUJU", case=number)
    office.await_case("completed", number)
    rows = await_rows(office, lambda r: waiting(r))
    assert len(rows) - len(waiting(rows)) == 4
    assert office.ctl("status")["budget"] == "per_case"
    assert [r["letter"] for r in waiting(rows)][-1] == "completed"
    await_all(office)
