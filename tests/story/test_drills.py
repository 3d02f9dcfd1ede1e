# SPDX-License-Identifier: GPL-3.0-or-later
"""LATIHAN, the carriers of a token, and what an answer costs: one word."""

import os
import subprocess
import tempfile
from email import message_from_bytes, policy
from pathlib import Path

import box
import client
import mails
import pytest
from client import flat
from conftest import one_office_for_all
from people import PEOPLE

REQUIRED = ["office.drills=required"]
MAILBOX = ["workflow.verifier_level=mailbox",
           "insecure_decisions_by_mailbox="
           "whoever can read an officer's mailbox can decide in his name"]  # fmt: skip
LAYOUTS = Path(os.environ["LOKET_BUILD"]).resolve() / "tests" / "lab" / "layouts"


def drill_of(office, who):
    roster = office.ctl("people", "list")
    return next(p for p in roster["people"] if p["id"] == who)["drill"]


def roles_of(office, who):
    roster = office.ctl("people", "list")
    person = next(p for p in roster["people"] if p["id"] == who)
    return {r["role"]: r["active_for"] for r in person["roles"]}


def await_drill(office, who, state):
    client.wait_for(lambda: drill_of(office, who)["state"] == state, 20,
                    f"the drill of {who} to be {state}")  # fmt: skip
    return drill_of(office, who)


def test_who_has_not_answered_his_drill_is_asked_nothing(make_office):
    """TPN-15, REV-14: the role is active once his answer is known to arrive."""
    office = make_office(config=REQUIRED)
    drill = office.await_question("siti", "LATIHAN")
    letter = office.await_question("joko", "LATIHAN")
    assert "kepada wakil Saudara" in flat(letter)
    assert office.ctl("status")["drills"] == "required; not answered well: siti, joko"
    assert roles_of(office, "siti")["verifier"] == []
    listed = client.loketctl(office.dir, "people", "list").stdout.decode()
    assert "verifier: not active: his drill (LATIHAN) is not answered well" in listed
    assert "administrator: not active" not in listed

    who = office.new_applicant()
    office.apply(who)
    number = office.case_of(who)
    office.await_letter(who, "received", number)
    assert office.show(number)["state"] == "received"

    # Below the level nothing is shown, and he is told what his system lacks.
    office.answer("siti", "Setuju", how="none")
    told = flat(office.await_letter("siti", "drilled"))
    assert "belum terbukti berasal dari Saudara" in told
    assert "Kepastian pengirim: kotak surel (diperlukan paling rendah: DKIM)" in told
    assert "Baris pertama yang terbaca: -" in told
    shown = await_drill(office, "siti", "failed")
    assert (shown["level"], shown["fault"]) == ("mailbox", "unproven")
    assert roles_of(office, "siti")["verifier"] == []

    # The same letter, answered as it should be.
    office.answer("siti", "Setuju", letter=drill)
    office.await_letter("siti", "drilled", "cara yang sama")
    shown = await_drill(office, "siti", "passed")
    assert (shown["level"], shown["fault"], shown["quoting"]) == ("dkim", "none", "gmail")
    assert shown["carriers"] == ["subject", "in-reply-to", "references"]
    assert shown["signed"] == shown["carriers"]
    assert roles_of(office, "siti")["verifier"] != []
    assert office.ctl("status")["drills"] == "required; not answered well: joko"

    # What has waited is asked now, of her alone, and one word decides it.
    office.answer("siti", "Setuju", letter=office.await_question("siti", number))
    office.await_case("completed", number)
    assert all(number not in str(m["Subject"]) for m in office.letters("joko"))
    rows = office.ctl("mail", "list")
    assert sum(r["reason"] == "drill" and r["disposition"] == "ignored" for r in rows) == 2


def test_where_a_mailbox_counts_a_drill_by_it_is_answered_well(make_office):
    """The token is what a decision there would rest on, too: not signed by
    anybody, it counts, and who answered is asked."""
    office = make_office(config=[*REQUIRED, *MAILBOX])
    drill = office.await_question("siti", "LATIHAN")
    office.answer("siti", "Setuju", letter=drill, how="none")
    told = flat(office.await_letter("siti", "drilled"))
    assert "kembali dari kotak surel Saudara" in told and "BATAL" in told
    assert "DKIM" not in told
    shown = await_drill(office, "siti", "passed")
    assert (shown["level"], shown["fault"]) == ("mailbox", "none")
    who = office.new_applicant()
    office.apply(who)
    office.await_question("siti", office.case_of(who))


def test_drills_on_request(make_office):
    """A newer one ends the older; a drill is of nobody else and of no case."""
    office = make_office(config=["office.drills=offered"])
    first = office.await_question("joko", "LATIHAN")
    assert "tetap kami kirimkan kepada Saudara" in flat(first)
    assert office.ctl("people", "drill", "joko") == {"letters": 1}
    second = office.await_question("joko", "LATIHAN", but=[first["Message-ID"]])
    office.answer("joko", "SETUJU", letter=first)
    assert await_drill(office, "joko", "sent")  # the newest is as it was
    office.await_letter("joko", "drilled", "tidak berlaku lagi")
    office.answer("joko", "TOLAK", letter=second)
    assert await_drill(office, "joko", "failed")["fault"] == "unclear"
    office.answer("siti", "SETUJU", letter=second)  # not hers
    office.await_letter("siti", "answer")
    office.answer("joko", "SETUJU", letter=second)
    assert await_drill(office, "joko", "passed")["level"] == "dkim"
    with pytest.raises(box.LabError, match="nobody of this id"):
        office.ctl("people", "drill", "nobody")
    assert office.ctl("people", "drill", "--all") == {"letters": 2}
    assert office.cases() == []


def test_no_carrier_no_question(make_office):
    """V146: where no answer could be known nobody is asked; once one can be,
    what has waited is."""
    office = make_office(config=["mailbox.selftest=true"], hold=True)
    path = office.dir / "mail" / "exim.conf"
    line = "  warn remove_header = Authentication-Results\n"
    good = path.read_text()
    assert line in good
    path.write_text(good.replace(
        line, line + "       remove_header = Message-ID : Subject\n"
                     "       add_header = Message-ID: <$tod_epoch.other@relay>\n"
                     "       add_header = Subject: Surat\n"))
    office.stop("exim")
    office.start("exim")
    office.start("loket")
    office.await_connected()
    client.register(office.dir)
    office.await_mail(1, "ignored")  # the self-test, which nobody could know
    log = office.dir / "log" / "loketd.log"
    assert office.ctl("status")["carriers"] == "none has come back: questions wait"

    path.write_text(good)
    office.stop("exim")
    office.kill("out")
    office.start("exim")
    who = office.new_applicant()
    office.apply(who)
    number = office.case_of(who)
    office.await_letter(who, "received", number)
    assert all(number not in str(m["Subject"]) for m in office.letters("siti"))
    assert office.ctl("status")["carriers"] == "none has come back: questions wait"
    office.clock("+61m")
    letter = office.await_question("siti", number)
    assert office.ctl("status")["carriers"] == "subject, in-reply-to, references"
    assert "questions wait" in log.read_text()
    office.answer("siti", "Setuju", letter=letter)
    office.await_case("completed", number)


# ---- what an answer costs (one office) ---------------------------------------


@pytest.fixture(scope="module")
def shared(keys):
    with one_office_for_all(keys) as office:
        yield office


def layouts():
    """Each mail program once, in the one language or the other."""
    found = {}
    if LAYOUTS.exists():
        lines = subprocess.run([LAYOUTS], capture_output=True, text=True, check=True).stdout
        for n, line in enumerate(lines.splitlines()):
            name, language = line.split("\t")
            if name not in found or len(found) % 2 == 0:
                found[name] = (n, language)
    return [pytest.param(n, id=f"{name} ({language})") for name, (n, language) in found.items()]


def written_in(layout, own, letter):
    """MIME fields and body, as this program answers the letter."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for kind in ("plain", "html"):
            part = letter.get_body(preferencelist=(kind,))
            if part is not None:
                files.append(Path(folder) / kind)
                files[-1].write_text(part.get_content())
        return subprocess.run([LAYOUTS, str(layout), own, *files],
                              capture_output=True, check=True).stdout  # fmt: skip


def asked(office):
    who = office.new_applicant()
    office.apply(who)
    number = office.case_of(who)
    return number, office.await_question("siti", number)


def header_of(office, letter):
    """The fields that a mail program fills in, from an ordinary answer."""
    raw = mails.answer(PEOPLE["siti"], letter, "x", [], office.now())
    mail = message_from_bytes(raw, policy=policy.SMTP)
    names = ("From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References")
    return "".join(f"{n}: {' '.join(str(mail[n]).split())}\r\n" for n in names).encode()


@pytest.mark.skipif(not LAYOUTS.exists(), reason="tests/lab/layouts is not built")
@pytest.mark.parametrize("layout", layouts())
def test_one_word_from_each_mail_program_counts(shared, layout):
    number, letter = asked(shared)
    raw = header_of(shared, letter) + written_in(layout, "Setuju", letter)
    # A program that writes text alone says at the top how it is coded.
    fields = client.SIGNED + [b"content-transfer-encoding"]
    shared.send("siti", client.sign_dkim(shared.dir, PEOPLE["siti"], raw, fields), sign="none")
    shared.await_case("completed", number)


@pytest.mark.parametrize("gone", client.CARRIERS)
def test_one_word_counts_with_each_carrier_gone(shared, gone):
    number, letter = asked(shared)
    left = [c for c in client.CARRIERS if c != gone]
    shared.answer("siti", "Setuju", letter=letter, carriers=left)
    shared.await_case("completed", number)


def test_one_word_without_any_carrier_does_not_count(shared):
    """V029: he is told, and his question is still good."""
    number, letter = asked(shared)
    shared.answer("siti", "Setuju", letter=letter, carriers=[])
    told = flat(shared.await_letter("siti", "answer"))
    assert "kode" in told
    assert shared.show(number)["state"] == "received"
    shared.answer("siti", "Setuju", letter=letter)
    shared.await_case("completed", number)
