# SPDX-License-Identifier: GPL-3.0-or-later
"""From a mailbox to an answer: what applicants, strangers and broken machines
do to the intake.  After each story conftest.py runs fsck and looks for
processes left behind."""

import os
import time
from email import message_from_bytes

import client
import mails
import pytest
from people import PEOPLE, person

BUDI, WATI, OUTSIDER = person("budi"), person("wati"), person("outsider")


def subject(letter):
    return str(letter["Subject"])


def once_each(letters):
    """Letters by Message-ID: sending is at-least-once with a stable
    Message-ID (design.md 3), so a copy is no second letter."""
    return {str(m["Message-ID"]): m for m in letters}


def received_letters(office, name):
    return [m for m in once_each(office.letters(name)).values()
            if "Diterima" in subject(m)]  # fmt: skip


def only_case(office, state="received"):
    (case,) = office.cases()
    assert case["state"] == state
    return case


# ---- what applicants send ---------------------------------------------------


def test_complete_application(office):
    sent = office.apply("budi")
    case = office.await_case("received")
    (letter,) = office.await_letters("budi")
    text = client.text_of(letter)
    asked = message_from_bytes(sent)
    assert subject(letter).startswith(f"[{case['number']}]")
    assert letter["In-Reply-To"] == asked["Message-ID"]
    assert letter["Auto-Submitted"] == "auto-replied"
    assert PEOPLE["office"].address in str(letter["From"])
    assert "Yth. Bapak/Ibu Budi Santoso" in text
    for piece in ("surat-pernyataan.pdf", "permohonan.csr", "WIB",
                  "tidak dipungut biaya", "tidak pernah meminta passphrase"):
        assert piece in text, text  # fmt: skip
    (row,) = office.await_mail(1, "case")
    assert row["level"] == "dkim"
    office.await_folders({"INBOX": 0, "Loket/Done": 1})


def test_incomplete_then_completed_by_reply(office):
    office.apply("budi", papers=[mails.statement(BUDI, office.now())])
    case = office.await_case("incomplete")
    (first,) = office.await_letters("budi")
    assert "Belum Lengkap" in subject(first)
    assert "CSR" in client.text_of(first)
    assert case["due"] is None

    office.reply("budi", "Berikut berkas CSR saya.", [mails.csr(BUDI)])
    done = office.await_case("received", case["number"])
    _, second = office.await_letters("budi", 2)
    assert "Diterima" in subject(second)
    assert case["number"] in subject(second)
    assert len(office.cases()) == 1
    assert done["due"] is not None
    assert done["revision"] > case["revision"]


def test_every_defect_is_named_at_once(office):
    office.apply("wati", papers=[])
    office.await_case("incomplete")
    (letter,) = office.await_letters("wati")
    text = client.text_of(letter)
    assert "1." in text and "2." in text
    assert "pernyataan" in text and "CSR" in text


def test_duplicate_delivery(office):
    sent = office.apply("budi")
    office.send("budi", sent, sign="none")
    office.await_case("received")
    office.await_mail(1, "case")
    (copy,) = office.await_mail(1, "ignored")
    assert copy["reason"] == "duplicate"
    only_case(office)
    assert len(once_each(office.await_letters("budi"))) == 1


def test_two_applicants_do_not_meet(office):
    office.apply("budi")
    office.apply("wati")
    office.await_mail(2, "case")
    assert {c["applicant"] for c in office.cases()} == {BUDI.name, WATI.name}
    (to_budi,) = office.await_letters("budi")
    (to_wati,) = office.await_letters("wati")
    assert WATI.name not in client.text_of(to_budi)
    assert BUDI.name not in client.text_of(to_wati)


# ---- who is not believed ------------------------------------------------------


@pytest.mark.parametrize("sign", ["none", "dkim-of-another-domain"])
def test_forged_sender(office, sign):
    """A From line alone never counts, nor does somebody else's signature.  He in
    whose name it came is told, and that is all (design.md 5)."""
    raw = mails.application(BUDI, office.now())
    if sign == "none":
        client.send(office.dir, BUDI, raw, "none")
    else:
        office.send("outsider", raw)
    (row,) = office.await_mail(1, "quarantine")
    assert row["from"] == BUDI.address
    assert row["level"] == "none"
    assert office.cases() == []
    told = client.flat(office.await_letter("budi", "notice"))
    assert "tidak mengubah apa pun" in told
    (letter,) = office.ctl("outbox", "list")
    assert letter["to"] == BUDI.address
    # In a shared mailbox it stays where it is, for people to see.
    assert office.folders()["INBOX"] == 1

    office.apply("budi")
    office.await_case("received")


def test_forged_reply_changes_no_case(office):
    office.apply("budi", papers=[mails.statement(BUDI, office.now())])
    before = office.await_case("incomplete")
    office.await_letters("budi")
    office.reply("budi", "Ini CSR saya.", [mails.csr(BUDI)], sign="none")
    office.await_mail(1, "quarantine")
    after = only_case(office, "incomplete")
    assert after == before


def test_released_mail_is_not_believed_more(office):
    client.send(office.dir, BUDI, mails.application(BUDI, office.now()), "none")
    (row,) = office.await_mail(1, "quarantine")
    office.ctl("quarantine", "release", row["id"])
    (again,) = office.await_mail(1, "quarantine")
    assert again["id"] == row["id"]
    assert office.cases() == []


# ---- whose mailbox it is --------------------------------------------------------


def test_not_ours_in_a_shared_mailbox(office):
    raw = mails.mail(OUTSIDER, office.now(), "Undangan rapat",
                     "Yth. Bapak/Ibu,\n\nrapat hari Senin.\n")  # fmt: skip
    sent = office.send("outsider", raw)
    (row,) = office.await_mail(1, "ignored")
    assert row["reason"] == "not-ours"
    office.apply("budi")
    office.await_case("received")
    office.await_folders({"INBOX": 1, "Loket/Done": 1})
    (left,) = office.mails("office")
    assert left.endswith(sent)
    assert office.letters("outsider") == []
    assert not flags(office, "office")[0]


def test_dedicated_mailbox_is_tidied(make_office):
    office = make_office(mode="dedicated")
    client.send(office.dir, BUDI, mails.application(BUDI, office.now()), "none")
    office.apply("wati")
    office.await_mail(1, "quarantine")
    office.await_mail(1, "case")
    office.await_folders({"INBOX": 0, "Loket/Done": 1, "Loket/Quarantine": 1})


def test_mail_from_before_the_first_start(make_office):
    office = make_office(hold=True)
    old = office.apply("budi")
    office.start("loket")
    office.apply("wati")
    office.await_case("received")
    assert [c["applicant"] for c in office.cases()] == [WATI.name]
    office.await_folders({"INBOX": 1, "Loket/Done": 1})
    (left,) = office.mails("office")
    assert left.endswith(old)
    assert not flags(office, "office")[0]

    # Only on request is it taken in.
    office.ctl("--since", f"{office.now():%Y-%m-%d}", "intake", "backfill")
    client.wait_for(lambda: len(office.cases()) == 2, 20, "the older mail")
    office.await_letters("budi")


def test_seen_by_a_person_hides_nothing(make_office):
    office = make_office()
    office.stop("loket")
    office.apply("budi")
    with client.mailbox(office.dir, PEOPLE["office"]) as imap:
        imap.select("INBOX")
        assert imap.store("1", "+FLAGS", r"\Seen")[0] == "OK"
    office.start("loket")
    office.await_case("received")


def test_uidvalidity_change(office):
    office.apply("budi")
    office.await_case("received")
    office.send("outsider", mails.mail(OUTSIDER, office.now(), "Rapat", "x\n"))
    office.await_mail(1, "ignored")
    client.doveadm(office.dir, "mailbox", "update", "-u", "loket",
                   "--uid-validity", "77", "INBOX")  # fmt: skip
    office.stop("dovecot")
    office.start("dovecot")
    office.apply("wati")
    client.wait_for(lambda: len(office.cases()) == 2, 30, "the second case")
    for name in ("budi", "wati"):
        office.await_letters(name)
        assert len(received_letters(office, name)) == 1
    rows = office.ctl("mail", "list")
    assert {r["uidvalidity"] for r in rows} >= {77}
    assert len([r for r in rows if r["disposition"] == "case"]) == 2


# ---- programs that die in the middle ----------------------------------------------


@pytest.mark.parametrize(
    "program",
    ["loketd", "engine", "imap", "out", "mail-parser", "document-parser", "ca"],
)
def test_killed_in_the_middle(office, program):
    """SIGKILL twice, while mail is on its way: each applicant gets one case
    and one letter, everybody's mail is accounted for."""
    # Dovecot tells an idle client of new mail after half a second; the first
    # kill hits the fetching, the second one the reading and answering.
    for name, delay in (("budi", 0.5), ("wati", 0.65)):
        office.apply(name)
        office.send("outsider",
                    mails.mail(OUTSIDER, office.now(), f"Rapat {name}", "x\n"))  # fmt: skip
        time.sleep(delay)
        office.kill(program)
    office.await_mail(2, "case", seconds=60)
    office.await_mail(2, "ignored")
    assert sorted(c["applicant"] for c in office.cases()) == [BUDI.name, WATI.name]
    assert {c["state"] for c in office.cases()} == {"received"}
    for name in ("budi", "wati"):
        office.await_letters(name, seconds=60)
    office.await_quiet()
    for name in ("budi", "wati"):
        assert len(received_letters(office, name)) == 1
        assert len(once_each(office.letters(name))) == 1
    # It runs again.
    office.await_running(program)


@pytest.mark.parametrize("program", ["engine", "out"])
def test_killed_at_many_moments(office, program):
    """A paper after another, and a SIGKILL ever later on its way: from the
    server's first word (half a second after the delivery) to the letter."""
    moments = [0.48 + 0.03 * n for n in range(8)]
    office.apply("budi", papers=[mails.statement(BUDI, office.now())])
    number = office.await_case("incomplete")["number"]
    office.await_letters("budi")
    for moment in moments:
        office.reply("budi", "CSR saya.", [mails.csr(BUDI)])
        time.sleep(moment)
        office.kill(program)
        # Not to wait for the back-off of a program that dies again and again.
        office.stop("loket")
        office.start("loket")
    office.await_mail(1 + len(moments), "case", seconds=60)
    office.await_quiet()
    office.await_letters("budi", 1 + len(moments))
    shown = office.ctl("case", "show", number)
    assert shown["state"] == "received"
    papers = [e for e in shown["events"] if e["kind"] == "documents"]
    assert len(papers) == len(moments)
    assert len(once_each(office.letters("budi"))) == 1 + len(moments)


# ---- servers that go away -----------------------------------------------------------


def test_imap_server_stops_and_starts(office):
    office.apply("budi")
    office.stop("dovecot")
    time.sleep(1)
    office.start("dovecot")
    office.apply("wati")
    office.await_mail(2, "case", seconds=60)
    for name in ("budi", "wati"):
        office.await_letters(name, seconds=30)
        assert len(received_letters(office, name)) == 1


def test_relay_stops_and_starts(office):
    office.stop("exim")
    office.apply("budi")
    office.await_case("received")
    waiting = await_attempt(office, "budi")
    assert waiting["state"] == "queued"
    office.start("exim")
    # The next attempt is due later: time passes.
    office.clock("+10m")
    (letter,) = office.await_letters("budi", seconds=60)
    assert str(letter["Message-ID"]).strip("<>") == waiting["message_id"]
    office.await_quiet()
    assert {r["state"] for r in office.ctl("outbox", "list")} == {"accepted"}
    assert len(office.letters("budi")) == 1


def await_attempt(office, name):
    """The row of the letter to this person, once it was tried."""
    address = person(name).address
    (row,) = client.wait_for(
        lambda: [r for r in office.ctl("outbox", "list")
                 if r["attempts"] and r["to"] == address],
        20, f"an attempt to send to {name}",
    )  # fmt: skip
    return row


# ---- what a broken disk takes ---------------------------------------------------------


@pytest.mark.parametrize("harm", ["missing", "changed"])
def test_v159_a_lost_letter_costs_only_itself(office, harm):
    """The engine goes on and starts again; the letter has failed, its case
    says so, the administrator hears of it, the next applicant is served."""
    office.stop("exim")
    office.apply("budi")
    office.await_case("received")
    row = await_attempt(office, "budi")
    blob = blob_with(office, f"Message-ID: <{row['message_id']}>")
    whole = blob.read_bytes()
    if harm == "missing":
        blob.unlink()
    else:
        blob.write_bytes(whole.replace(b"Budi Santoso", b"Budi Santosa"))
    office.start("exim")
    pid = office.status()["pids"]["engine"]
    office.clock("+10m")
    (failed,) = client.wait_for(
        lambda: [r for r in office.ctl("outbox", "list") if r["state"] == "failed"],
        20, "the letter to be given up",
    )  # fmt: skip
    assert failed["id"] == row["id"]
    assert "missing or changed" in failed["reply"]
    events = office.ctl("case", "show", office.cases()[0]["number"])["events"]
    assert [e["actor"] for e in events if e["kind"] == "letter-failed"] == ["loket"]
    office.apply("wati")
    office.await_letters("wati")
    assert office.status()["pids"]["engine"] == pid
    office.stop("loket")
    office.start("loket")
    office.clock("+1d")
    summary = client.wait_for(
        lambda: [m for m in office.letters("siti")
                 if "Ringkasan" in str(m["Subject"])], 20, "the summary")[0]  # fmt: skip
    text = client.text_of(summary)
    assert f"letter {row['id']}: its stored bytes are missing or changed" in text
    assert office.letters("budi") == []
    assert client.loketctl(office.dir, "fsck").returncode != 0
    put_back(office, blob, whole)  # as from a backup; fsck comes again


def blob_with(office, text):
    """The one stored file that has these words."""
    (found,) = [path for path in (office.dir / "data" / "blobs").glob("??/*")
                if text.encode() in path.read_bytes()]  # fmt: skip
    return found


def put_back(office, path, data):
    path.write_bytes(data)
    path.chmod(0o600)
    owner = (office.dir / "data" / "loket.db").stat()
    os.chown(path, owner.st_uid, owner.st_gid)


def flags(office, name):
    """Flags of each mail in somebody's INBOX, but for \\Recent."""
    with client.mailbox(office.dir, person(name)) as imap:
        imap.select("INBOX", readonly=True)
        _, rows = imap.fetch("1:*", "(FLAGS)")
        found = [set(client.imaplib.ParseFlags(r)) for r in rows]
        return [f - {rb"\Recent"} for f in found]
