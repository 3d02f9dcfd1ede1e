# SPDX-License-Identifier: GPL-3.0-or-later
"""From the verifier's SETUJU to the new certificate, in an office with its own
CA; and the ways it takes otherwise.  One office for all: each story has an
applicant of its own, and fsck follows it."""

import client
import mails
import proof
import pytest
from client import flat
from conftest import one_office_for_all
from people import person

SITI, JOKO = person("siti"), person("joko")


@pytest.fixture(scope="module")
def shared(keys):
    with one_office_for_all(keys, config=["mailbox.plus=true"]) as office:
        yield office


@pytest.fixture
def office(shared):
    return shared


def subject(letter):
    return str(letter["Subject"])


def apply(office, who=None):
    """A complete application; who, its case and its CSR."""
    who = who or office.new_applicant()
    csr = mails.csr(who)
    office.apply(who, [mails.statement(who, office.now()), csr])
    return who, office.case_of(who), csr


def check_outcome(office, who, number, csr, old):
    """The letter's certificate is the CSR's key and the registry's name, and
    the CA's own CRL says so too; Loket's record agrees with both."""
    letter = office.await_letter(who, "completed", number)
    serial, pem = proof.leaf_in(letter)
    ca = proof.Published(office.dir, "ca")
    good, said = ca.verify(pem, office.now())
    assert good, said
    good, said = ca.verify(old, office.now())
    assert not good and "certificate revoked" in said
    assert proof.revoked(ca.crl())[proof.serial(old)] == "Superseded"
    assert serial not in proof.revoked(ca.crl())
    assert proof.same_key(pem, csr.data)
    assert who.name in proof.subject(pem) and who.agency in proof.subject(pem)
    assert proof.serial(ca.issuer()) in proof.certificates_in(letter)

    revoke, issue = (office.order(number, k) for k in ("revoke", "issue"))
    assert (revoke["state"], issue["state"]) == ("done", "done")
    assert (revoke["evidence"], issue["evidence"]) == ("a", "a")
    assert revoke["serial"] == proof.serial(old)
    assert (revoke["reason"], revoke["crl_reason"]) == ("superseded", 4)
    assert issue["new_serial"] == serial
    assert revoke["approvers"] == issue["approvers"]
    assert revoke["approved"] == issue["approved"]
    return letter, serial


def old_of(office, who):
    """The old certificate that new_applicant() gave him."""
    return (office.dir / "enrolled" / f"old-{who.key}.pem").read_bytes()


# ---- the main way -------------------------------------------------------------


def test_pkl_4_to_9_happy_path(office):
    who, number, csr = apply(office)
    old = old_of(office, who)
    asked = {p.key: office.await_question(p, number) for p in (SITI, JOKO)}
    assert client.token_of(asked["siti"]) != client.token_of(asked["joko"])
    # PKL-4: everything side by side.
    text = flat(asked["siti"])
    for piece in (who.name, who.nip, who.agency, proof.serial(old),
                  "paper-1-statement-r1.pdf", "P-256", who.address):
        assert piece in text, f"{piece} is not in: {text}"  # fmt: skip
    assert {"SETUJU", "TOLAK"} <= set(client.links(asked["siti"]))
    names = [p.get_filename() for p in asked["siti"].iter_attachments()]
    assert "paper-1-statement-r1.pdf" in names, names  # not as it was sent
    assert office.order(number, "revoke") is None  # PKL-5

    office.answer("siti", "SETUJU\n\nSalam,\nSiti", case=number)
    office.await_case("completed", number)
    letter, serial = check_outcome(office, who, number, csr, old)
    # PKL-9: both facts in one mail.
    text = flat(letter)
    for piece in (proof.serial(old), serial, "tidak dipungut biaya", "WIB",
                  "Lupa Passphrase"):
        assert piece in text, f"{piece} is not in: {text}"  # fmt: skip
    assert number in subject(letter)
    office.await_letter("siti", "receipt", number)
    office.await_letter("joko", "withdrawn", number)
    office.await_letter(who, "approved", number)
    shown = office.show(number)
    (approval,) = [a for a in shown["approvals"] if a["state"] == "stands"]
    assert approval["person"] == "siti"
    assert {q["person"]: q["state"] for q in shown["questions"]} == {
        "siti": "answered", "joko": "void"}  # fmt: skip
    rows = [r for r in office.ctl("registry", "list") if r["name"] == who.name]
    assert {r["serial"]: r["state"] for r in rows}.get(serial) == "active"


def test_next_time_the_new_certificate_is_the_old_one(office):
    """Who forgets twice is served twice; each certificate ends once."""
    who, number, csr = apply(office)
    office.await_question("siti", number)
    office.answer("siti", "SETUJU", case=number)
    office.await_case("completed", number)
    _, first = check_outcome(office, who, number, csr, old_of(office, who))
    letter = office.await_letter(who, "completed", number)
    _, second_old = proof.leaf_in(letter)
    _, again, csr = apply(office, who)
    assert again != number
    office.await_question("joko", again)
    office.answer("joko", "Disetujui, terima kasih.", case=again)
    office.await_case("completed", again)
    _, second = check_outcome(office, who, again, csr, second_old)
    assert second != first


@pytest.mark.parametrize("carrier", client.CARRIERS)
def test_one_carrier_of_the_token_is_enough(office, carrier):
    """Relays rewrite Message-ID, mail programs lose threads (design.md 5)."""
    who, number, csr = apply(office)
    letter = office.await_question("siti", number)
    if carrier == "recipient":
        # Used once a probe has come back that way.
        client.wait_for(lambda: "+" in str(office.await_question(
            "siti", number)["Reply-To"] or ""), 10, "a Reply-To with a token")  # fmt: skip
    office.answer("siti", "SETUJU", letter=letter, carriers=[carrier])
    office.await_case("completed", number)
    check_outcome(office, who, number, csr, old_of(office, who))


def test_prepared_link_is_an_answer(office):
    who, number, csr = apply(office)
    office.await_question("siti", number)
    office.click("siti", "SETUJU", case=number)
    office.await_case("completed", number)
    check_outcome(office, who, number, csr, old_of(office, who))


# ---- rejection -----------------------------------------------------------------


def test_pkl_6_reject_and_apply_again(office):
    who, number, _ = apply(office)
    office.await_question("joko", number)
    office.answer("joko", "TOLAK", case=number)
    office.await_letter("joko", "answer", number)
    assert office.show(number)["state"] == "received"

    office.click("joko", "TOLAK", " foto surat tidak terbaca", case=number)
    office.await_case("rejected", number)
    letter = office.await_letter(who, "rejected", number)
    assert "foto surat tidak terbaca" in flat(letter)
    office.await_letter("siti", "withdrawn", number)
    assert office.show(number)["orders"] == []

    # Too late: nothing leads out of a closed case (I11, I13).
    question = client.question(office.dir, SITI, number)
    office.answer("siti", "SETUJU", letter=question)
    office.await_letter("siti", "answer", number)
    assert office.show(number)["state"] == "rejected"

    _, again, csr = apply(office, who)
    assert office.show(again)["previous_case"] == number
    assert office.show(number)["next_case"] == again
    office.await_question("siti", again)
    office.answer("siti", "SETUJU", case=again)
    office.await_case("completed", again)
    check_outcome(office, who, again, csr, old_of(office, who))


# ---- papers after the request ----------------------------------------------------


def test_v034_new_csr_after_the_request(office):
    who, number, _ = apply(office)
    first = office.await_question("siti", number)
    newer = mails.csr(who)
    office.reply(who, "Ini CSR saya yang benar.", [newer])
    second = office.await_question("siti", number, but=[first["Message-ID"]])
    before = office.show(number)
    assert before["revision"] > 1
    # The first question is void: what it asked about is not there any more.
    office.answer("siti", "SETUJU", letter=first)
    office.await_letter("siti", "answer", number)
    after = office.show(number)
    assert (after["state"], after["orders"]) == ("received", [])
    third = client.question(office.dir, SITI, number)
    assert client.token_of(third) != client.token_of(first)
    office.answer("siti", "SETUJU", letter=third if third else second)
    office.await_case("completed", number)
    check_outcome(office, who, number, newer, old_of(office, who))
