# SPDX-License-Identifier: GPL-3.0-or-later
"""Who decides: deputies by date, by mail and by automatic reply, two officers
where the procedure wants two, nobody in his own case, an office of one
(requirements.md: STD-21, INT-4, CMS-27, TPN-15, PKL-16, V039)."""

import box
import client
import mails
import procedure
import pytest
from client import flat
from conftest import one_office_for_all
from people import person
from procedure import DEDI, RINA

SITI, JOKO = person("siti"), person("joko")
READS = {"roles": ["leadership"]}  # in the office, and decides nothing
OFFICE = {
    "siti": {"roles": ["verifier", "administrator"], "deputy": "dedi"},
    "head": {"roles": ["oversight"]},
    "dedi": READS,
    "rina": {"roles": ["section-officer"]},
}


@pytest.fixture(scope="module")
def shared(keys):
    with one_office_for_all(keys, hold=True, at="2026-11-23T08:30") as office:
        yield office


@pytest.fixture
def office(shared):
    return shared


def apply(office, who=None):
    who = who or office.new_applicant()
    office.apply(who)
    return who, office.case_of(who)


def asked(office, number):
    """Who has an open question about the case, and for whom."""
    return sorted((q["person"], q["for_whom"]) for q in office.show(number)["questions"]
                  if q["state"] == "open")  # fmt: skip


def await_asked(office, number, *wanted):
    try:
        client.wait_for(lambda: asked(office, number) == sorted(wanted), 5, "questions")
    except client.box.LabError:
        assert asked(office, number) == sorted(wanted)


def acts(office, number):
    return [(a["person"], a["for_whom"]) for a in office.show(number)["approvals"]
            if a["state"] == "stands"]  # fmt: skip


def finish(office, number, name, *wanted):
    """That person approves; the case ends with the acts `wanted` on record."""
    office.answer(name, "SETUJU", letter=office.await_question(name, number))
    office.await_case("completed", number)
    assert acts(office, number) == list(wanted)
    for kind in ("revoke", "issue"):
        assert office.order(number, kind)["approvers"] == [p for p, _ in wanted]


# ---- deputies -------------------------------------------------------------------------


def test_deputy_by_date(office):
    """Who is absent is not asked; his deputy is, and answers in his own name,
    for him.  What he was asked before he may still answer; what his deputy was
    asked ends when he is back."""
    away = {**OFFICE["siti"], "absent": [{"from": "2026-11-30", "to": "2026-12-04"}]}
    procedure.begin(office, "2026-11-27", {**OFFICE, "siti": away})
    _, before = apply(office)
    await_asked(office, before, ("siti", ""))
    office.clock("2026-11-30T08:30")
    await_asked(office, before, ("dedi", "siti"), ("siti", ""))
    _, number = apply(office)
    await_asked(office, number, ("dedi", "siti"))
    letter = office.await_question(DEDI, number)
    assert "Saudara menerima surel ini sebagai pengganti Siti Rahayu" in flat(letter)
    finish(office, number, DEDI, ("dedi", "siti"))
    receipt = flat(office.await_letter(DEDI, "receipt", number))
    assert "sebagai pengganti Siti Rahayu" in receipt
    told = client.loketctl(office.dir, "case", "show", number).stdout.decode()
    (line,) = [x for x in told.splitlines() if x.split()[:1] == ["dedi"] and "stands" in x]
    assert line.split()[1] == "siti"

    office.clock("2026-12-04T10:00")
    _, late = apply(office)
    await_asked(office, late, ("dedi", "siti"))
    office.clock("2026-12-07T08:05")
    await_asked(office, late, ("siti", ""))
    office.await_letter(DEDI, "withdrawn", late)
    old = client.question(office.dir, DEDI, late)
    client.answer(office.dir, DEDI, "SETUJU", letter=old)
    office.await_letter(DEDI, "answer", late)
    assert acts(office, late) == []
    finish(office, late, "siti", ("siti", ""))


def hand_over(office, name, text):
    office.send(name, mails.mail(procedure.person_of(name), office.now(), "Delegasi", text))


def test_deputy_by_mail(office):
    """DELEGASI: both hear of it; what is asked from now on goes to the deputy,
    until the end of the day that was named."""
    procedure.begin(office, "2026-12-09", OFFICE)
    hand_over(office, "siti", "DELEGASI kepada Dedi Kurniawan sampai 11 Desember 2026\n")
    for who in ("siti", DEDI):
        said = flat(office.await_letter(who, "delegated"))
        assert "Atas permintaan Siti Rahayu melalui surel, Dedi Kurniawan" in said
        assert "Jumat, 11 Desember 2026" in said
    _, number = apply(office)
    await_asked(office, number, ("dedi", "siti"))
    finish(office, number, DEDI, ("dedi", "siti"))
    office.clock("2026-12-11T10:00")
    _, number = apply(office)
    await_asked(office, number, ("dedi", "siti"))
    office.clock("2026-12-14T08:05")
    await_asked(office, number, ("siti", ""))
    finish(office, number, "siti", ("siti", ""))


@pytest.mark.parametrize("day, text", [
    # oversight reads, it cannot be made a decider by a mail (STD-20)
    ("2026-12-15", "DELEGASI kepada Hartono Wibowo sampai 18 Desember 2026\n"),
    ("2026-12-16", "DELEGASI kepada Budi Santoso sampai 18 Desember 2026\n"),
    ("2026-12-17", "DELEGASI kepada Dedi Kurniawan\n"),  # for ever?
], ids=["without the role", "not of the office", "no last day"])  # fmt: skip
def test_hand_over_that_is_refused(office, day, text):
    procedure.begin(office, day, OFFICE)
    count = len([r for r in office.ctl("outbox", "list") if r["letter"] == "answer"
                 and r["to"] == SITI.address])  # fmt: skip
    hand_over(office, "siti", text)
    said = flat(office.await_letter("siti", "answer", count=count + 1))
    assert "Untuk DELEGASI diperlukan pula hari terakhirnya" in said
    _, number = apply(office)
    await_asked(office, number, ("siti", ""))
    finish(office, number, "siti", ("siti", ""))


@pytest.mark.parametrize("day, name, sign", [("2026-12-21", "outsider", "dkim"),
                                             ("2026-12-22", "siti", "none")])  # fmt: skip
def test_hand_over_by_somebody_else(office, day, name, sign):
    procedure.begin(office, day, OFFICE)
    text = "DELEGASI kepada Dedi Kurniawan sampai 23 Desember 2026\n"
    letters = len(office.letters(DEDI))
    office.send(name, mails.mail(person(name), office.now(), "Delegasi", text), sign)
    _, number = apply(office)
    await_asked(office, number, ("siti", ""))
    finish(office, number, "siti", ("siti", ""))
    assert len(office.letters(DEDI)) == letters


def test_deputy_by_automatic_reply(office):
    """The machine that answers our question says how long she is away: the
    open question goes to her deputy, too, and so do those that follow."""
    procedure.begin(office, "2027-01-11", OFFICE)
    _, number = apply(office)
    letter = office.await_question("siti", number)
    client.answer(office.dir, SITI, "Saya sedang cuti sampai 15 Januari 2027.", letter=letter,
                  fields={"Auto-Submitted": "auto-replied",
                          "Subject": "Di luar kantor: " + str(letter["Subject"])})  # fmt: skip
    await_asked(office, number, ("dedi", "siti"), ("siti", ""))
    said = [flat(m) for m in office.letters(DEDI)
            if "dijawab secara otomatis" in flat(m)]  # fmt: skip
    assert len(said) == 1 and "Jumat, 15 Januari 2027" in said[0]
    finish(office, number, DEDI, ("dedi", "siti"))
    office.clock("2027-01-15T10:00")
    _, number = apply(office)
    await_asked(office, number, ("dedi", "siti"))
    office.clock("2027-01-18T08:05")
    await_asked(office, number, ("siti", ""))
    finish(office, number, "siti", ("siti", ""))


def test_rev_12_deputy_where_the_question_comes_back(office):
    """Her mailbox refuses our question: her deputy is asked at once, and who
    watches is told.  A bounce proves nothing, so that her own question stays
    good: whoever answers first has decided."""
    procedure.begin(office, "2027-01-18", OFFICE)
    _, number = apply(office)
    letter = office.await_question("siti", number)
    client.bounce(office.dir, str(letter["Message-ID"]), SITI.address)
    await_asked(office, number, ("dedi", "siti"), ("siti", ""))
    asks = flat(office.await_question(DEDI, number))
    assert "tidak dapat disampaikan kepada petugas" in asks
    told = flat(office.await_letter("head", "late", number))
    assert "kembali dan tidak sampai kepada petugas" in told
    finish(office, number, DEDI, ("dedi", "siti"))
    office.await_letter("siti", "withdrawn", number)  # she hears of it

    _, number = apply(office)
    letter = office.await_question("siti", number)
    client.bounce(office.dir, str(letter["Message-ID"]), SITI.address)
    await_asked(office, number, ("dedi", "siti"), ("siti", ""))
    finish(office, number, "siti", ("siti", ""))


# ---- nobody in his own case -------------------------------------------------------------


def test_tpn_15_applicant_who_is_a_verifier(office):
    """joko forgot his own passphrase: the other verifier is asked, he is not."""
    procedure.begin(office, "2027-01-19", {**OFFICE, "joko": {"roles": ["verifier"]}})
    _, number = apply(office, JOKO)
    await_asked(office, number, ("siti", ""))
    finish(office, number, "siti", ("siti", ""))
    assert [m for m in office.letters("joko")
            if client.token_of(m) and number in str(m["Subject"])] == []  # fmt: skip
    who, number = apply(office)  # of somebody else, he is
    await_asked(office, number, ("joko", ""), ("siti", ""))
    finish(office, number, "joko", ("joko", ""))


def test_cms_27_substitute_where_the_only_verifier_applies(office):
    """No deputy is named: the substitute of the procedure decides."""
    procedure.begin(office, "2027-01-20", {"joko": {"roles": ["verifier", "administrator"]},
                                 "head": OFFICE["head"], "rina": OFFICE["rina"]})  # fmt: skip
    _, number = apply(office, JOKO)
    await_asked(office, number, ("rina", ""))
    finish(office, number, RINA, ("rina", ""))


# ---- two officers -------------------------------------------------------------------------

TWO = ('name = "verify"; kind = "decide"; actor = "verifier"; norm = 5;',
       'name = "verify"; kind = "decide"; actor = "verifier"; norm = 5; quorum = 2;')  # fmt: skip
PAIR = {**OFFICE, "joko": {"roles": ["verifier"]},
        "siti": {"roles": ["verifier", "administrator"],
                 "addresses": [SITI.address, "siti.rahayu@kota.test"]}}  # fmt: skip


def test_int_4_two_officers(office):
    """The second approval of another person counts; the same person does not
    count twice, from whichever address (V039)."""
    procedure.begin(office, "2027-01-25", PAIR, [TWO])
    _, number = apply(office)
    await_asked(office, number, ("joko", ""), ("siti", ""))
    letter = office.await_question("siti", number)
    office.answer("siti", "SETUJU", letter=letter)
    assert "lebih dari satu petugas" in flat(office.await_letter("siti", "receipt", number))
    alias = procedure.Person("siti2", "Siti Rahayu", "siti.rahayu")
    client.answer(office.dir, alias, "SETUJU", letter=letter)
    office.await_letter("siti", "answer", number)
    assert office.show(number)["state"] == "received"
    assert office.show(number)["orders"] == []
    assert acts(office, number) == [("siti", "")]
    await_asked(office, number, ("joko", ""))
    office.clock("2027-01-26T08:35")  # only who is still awaited is reminded
    client.wait_for(lambda: len([q for q in office.show(number)["questions"]
                                 if q["person"] == "joko"]) == 2, 20, "a reminder")  # fmt: skip
    assert len([q for q in office.show(number)["questions"] if q["person"] == "siti"]) == 1
    finish(office, number, "joko", ("siti", ""), ("joko", ""))


@pytest.mark.parametrize("day, changes, first", [
    ("2027-01-27", [TWO], "siti"),
    ("2027-01-28", [], "siti"),
    ("2027-02-01", [], "joko"),
])  # fmt: skip
def test_v033_one_refusal_is_a_refusal(office, day, changes, first):
    """Approval and refusal in one poll: the refusal counts, whoever writes
    first, and whether two must agree or one is enough."""
    procedure.begin(office, day, PAIR, changes)
    _, number = apply(office)
    await_asked(office, number, ("joko", ""), ("siti", ""))
    letters = {n: office.await_question(n, number) for n in ("siti", "joko")}
    words = {"siti": "SETUJU", "joko": "TOLAK\nalasan: surat belum ditandatangani"}
    office.stop("loket")
    for name in sorted(words, key=lambda n: n != first):
        office.answer(name, words[name], letter=letters[name])
    office.start("loket")
    office.await_case("rejected", number)
    assert office.show(number)["orders"] == []


# ---- an office of one --------------------------------------------------------------------

ONE = {"joko": {"roles": ["verifier", "operator", "administrator"], "deputy": "dedi"},
       "head": OFFICE["head"], "dedi": READS}  # fmt: skip


def letters_to(office, number, who):
    return [r["letter"] for r in office.show(number)["letters"] if r["to"] == who.address]


def test_std_21_office_of_one(make_office):
    """He verifies and works in the portal: his decision and his work order are
    one mail.  His own application is his deputy's, from the decision to the
    portal; he is asked nothing."""
    office = make_office(hold=True, at="2026-11-23T08:30", config=["executor=operator"])
    procedure.set_people(office, ONE)
    office.start("loket")
    _, number = apply(office, person("wati"))
    await_asked(office, number, ("joko", ""))
    letter = office.await_question("joko", number)
    office.answer("joko", "SETUJU", letter=letter)
    office.await_case("revoking", number)
    await_asked(office, number, ("joko", ""))
    office.await_quiet()
    assert letters_to(office, number, JOKO) == ["verify", "work"]
    work = flat(office.await_question("joko", number, but=[letter["Message-ID"]]))
    assert "tanda terima atas keputusan itu" in work

    _, own = apply(office, JOKO)
    await_asked(office, own, ("dedi", "joko"))
    office.answer("joko", "SETUJU", letter=office.await_letter("joko", "received", own))
    office.await_letter("joko", "noted", own)
    assert office.show(own)["state"] == "received"
    letter = office.await_question(DEDI, own)
    client.answer(office.dir, DEDI, "SETUJU", letter=letter)
    office.await_case("revoking", own)
    assert acts(office, own) == [("dedi", "joko")]
    await_asked(office, own, ("dedi", "joko"))
    office.await_quiet()
    assert letters_to(office, own, DEDI) == ["verify", "work"]
    assert "work" not in letters_to(office, own, JOKO)
    assert [m for m in office.letters("joko")
            if client.token_of(m) and own in str(m["Subject"])] == []  # fmt: skip


# ---- who may at all -------------------------------------------------------------------------


def test_tpn_11_no_question_without_a_grant(office):
    """A verifier by role alone is not asked: his grant has to have begun, to
    cover the SOP, and to have the abilities that the procedure asks for."""
    grant = procedure.conf.GRANT
    procedure.begin(office, "2027-02-01", {
        **OFFICE,
        "joko": {"roles": ["verifier"], "grant": {**grant, "abilities": ["signing"]}},
        "head": {"roles": ["oversight", "verifier"], "grant": {**grant, "sops": ["065"]}},
        "dedi": {"roles": ["verifier"], "grant": {**grant, "date": "2027-02-02"}},
    }, [("stalled = 810;", 'stalled = 810;\nabilities = ["registration", "issuing"];')])  # fmt: skip
    _, number = apply(office)
    await_asked(office, number, ("siti", ""))
    office.clock("2027-02-02T08:10")
    await_asked(office, number, ("dedi", ""), ("siti", ""))
    finish(office, number, DEDI, ("dedi", ""))


def test_an_administrator_ends_what_was_delegated(office):
    """Back sooner than she had said; and an automatic reply of some days ago
    hands over nothing."""
    procedure.begin(office, "2027-02-03", OFFICE)
    _, number = apply(office)
    letter = office.await_question("siti", number)
    client.answer(office.dir, SITI, "Saya sedang cuti sampai 5 Februari 2027.", letter=letter,
                  fields={"Auto-Submitted": "auto-replied",
                          "Subject": "Di luar kantor: " + str(letter["Subject"])})  # fmt: skip
    await_asked(office, number, ("dedi", "siti"), ("siti", ""))
    with pytest.raises(box.LabError, match="nobody stands in"):
        office.ctl("people", "recall", "dedi", "--reason", "keliru")
    assert office.ctl("people", "recall", "siti", "--reason", "sudah kembali")["ended"] == 1
    assert office.ctl("people", "list")["delegations"] == []
    await_asked(office, number, ("siti", ""))
    client.answer(office.dir, SITI, "Saya sedang cuti sampai 9 Februari 2027.", letter=letter,
                  fields={"Auto-Submitted": "auto-replied",
                          "Date": "Thu, 28 Jan 2027 08:00:00 +0700",
                          "Subject": "Di luar kantor: " + str(letter["Subject"])})  # fmt: skip
    office.await_quiet()
    assert office.ctl("people", "list")["delegations"] == []
    finish(office, number, "siti", ("siti", ""))


def test_rev_13_rev_14_which_operator_gets_the_work(make_office):
    """Who may only approve issuance is not asked to revoke (REV-13); who works
    for an agency is asked for its people alone (REV-14)."""
    office = make_office(hold=True, at="2026-11-23T08:30", config=["executor=operator"])
    wati = person("wati")
    procedure.set_people(office, {
        "siti": {"roles": ["verifier", "administrator"]},
        "head": OFFICE["head"],
        "joko": {"roles": ["operator"]},
        "rina": {"roles": ["operator"],
                 "powers": {"examine": ["issue", "revoke"], "approve": ["issue"], "reject": []}},
        "dedi": {"roles": ["operator"], "affiliation": "agency", "agency": wati.agency},
    })  # fmt: skip
    office.start("loket")
    for who, operators in ((wati, ["dedi", "joko"]), (person("budi"), ["joko"])):
        _, number = apply(office, who)
        office.answer("siti", "SETUJU", letter=office.await_question("siti", number))
        office.await_case("revoking", number)
        await_asked(office, number, *((name, "") for name in operators))
