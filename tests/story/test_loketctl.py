# SPDX-License-Identifier: GPL-3.0-or-later
"""loketctl as an administrator uses it: reasons explained, mail saved, the
registry corrected, typos answered."""

import hashlib
import os
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import box
import client
import mails
import pytest
from client import flat
from people import person

TOP = Path(__file__).resolve().parents[2]
BUDI = person("budi")


def loketctl(office, *words):
    done = client.loketctl(office.dir, *words)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_every_reason_is_explained(office):
    """The words that mails are put aside with, from the sources."""
    said = loketctl(office, "quarantine", "reasons")[1]
    explained = set(re.findall(r"^(\S+)$", said, re.M))
    rules = (TOP / "src/workflow/match.c").read_text()
    words = set(re.findall(r'EVENT_(?!NOT_OURS)\w+, "([\w-]+)"', rules))
    words -= {"oral", "newcomer"}  # of mail that becomes a case
    names = (TOP / "src/model/names.c").read_text()
    gate = names[names.index("gate_verdicts[]"):names.index("NAME_FUNCTION(gate")]
    words |= set(re.findall(r'= "([\w-]+)"', gate)) - {"pass"}
    for name in ("engine_intake.c", "engine_examine.c", "engine_decide.c", "engine_challenge.c"):
        source = (TOP / "src/proc" / name).read_text()
        words |= set(re.findall(r'row\.reason, "([\w-]+)"', source))
        words |= set(re.findall(r'DISPOSITION_\w+, "([\w-]+)"', source))
        words |= set(re.findall(r'NULL, "([\w-]+)"\);', source))
        words |= set(re.findall(r'return "(challenge-[\w-]+)";', source))
    assert len(words) > 25
    assert words <= explained, words - explained


def test_quarantine_is_explained_and_saved(office, tmp_path):
    raw = office.apply("budi", sign="none")
    (row,) = office.await_mail(1, "quarantine")
    code, said, _ = loketctl(office, "quarantine", "show", str(row["id"]))
    assert code == 0
    assert "reason: auth-none" in said
    assert "meaning: It carries no DKIM signature" in said
    assert "what to do: " in said
    file = office.dir / "run" / "saved.eml"  # where whoever runs the office may write
    code, said, error = loketctl(office, "mail", "save", str(row["id"]), str(file))
    assert code == 0, error
    saved = file.read_bytes()
    assert saved.endswith(client.crlf(raw)[-200:])
    assert (file.stat().st_mode & 0o777) == 0o600
    code, _, error = loketctl(office, "mail", "save", str(row["id"]), str(file))
    assert code == 1 and "File exists" in error
    code, said, _ = loketctl(office, "inspect", str(file))
    assert code == 0 and '"subject": "Permohonan Lupa Passphrase"' in said


def test_no_list_shows_a_token(office):
    """A held answer's subject has it; who reads the summary or the list
    must not be able to answer with it."""
    who = office.new_applicant()
    office.apply(who)
    asked = office.await_question("siti", office.case_of(who))
    (token,) = re.findall(r"lk[0-9a-f]{32}", str(asked["Subject"]))
    office.answer("siti", "SETUJU", letter=asked, how="none")
    (row,) = office.await_mail(1, "quarantine")
    assert "(token)" in row["subject"]
    again = office.await_question("siti", office.case_of(who), but=[str(asked["Message-ID"])])
    assert "pengelola surel instansi" in flat(again)  # why, in case it happens again
    office.clock("+1d")
    summary = client.wait_for(
        lambda: [flat(m) for m in office.letters("siti") if "Ringkasan" in str(m["Subject"])],
        20, "the daily summary",
    )[0]  # fmt: skip
    assert "(token)" in summary and token not in summary


def test_mail_that_is_not_kept_cannot_be_saved(office):
    office.send("outsider", mails.mail(person("outsider"), office.now(), "Rapat", "Halo.\n"))
    (row,) = office.await_mail(1, "ignored")
    code, _, error = loketctl(office, "mail", "save", str(row["id"]), "/tmp/none.eml")
    assert code == 1 and "not kept" in error
    assert not Path("/tmp/none.eml").exists()


def test_registry_is_corrected_by_the_sidecar(office):
    """defect-statement-name tells people to ask for this."""
    files = sorted((office.dir / "pki").glob("*.person"))
    sidecar = next(f for f in files if "Budi" in f.read_text())
    text = sidecar.read_text()
    sidecar.write_text(text.replace("Budi Santoso", "Budi Hartono Santoso"))
    said = office.ctl("registry", "import", str(sidecar.with_suffix(".pem")))
    sidecar.write_text(text)
    assert said["name"] == "Budi Hartono Santoso"
    assert said["corrected"] and not said["new"]
    names = [r["name"] for r in office.ctl("registry", "list")]
    assert "Budi Hartono Santoso" in names and "Budi Santoso" not in names
    office.apply("budi")
    office.await_case("incomplete")  # the letter has the old name
    (letter,) = office.await_letters("budi")
    assert "Budi Hartono Santoso" in client.text_of(letter)


def test_times_are_those_of_the_office(office):
    office.apply("budi")
    case = office.await_case("received")
    code, said, _ = loketctl(office, "case", "show", case["number"])
    assert code == 0
    assert re.search(r"^due: \d{4}-\d\d-\d\d (15\.45|11\.00) WIB$", said, re.M), said
    assert case["due"].endswith("Z")  # JSON stays in UTC


def test_typos_are_answered(office):
    code, _, error = loketctl(office, "quarantine", "relase")
    assert code == 100
    assert "there is: quarantine list" in error and "quarantine release" in error
    code, said, _ = loketctl(office, "help")
    assert code == 0 and said.startswith("Usage: loketctl")
    code, _, error = loketctl(office, "registry", "import", "/nowhere/x.pem")
    assert code == 1 and "/nowhere/x.pem" in error
    code, _, error = loketctl(office, "case", "show", "LOCK-2026-999999")
    assert code == 1 and "case list" in error


def test_a_case_is_told_whole(office):
    """PKL-11, PKL-13, PKL-15: `case show` has procedure, papers, letters, the
    log with its places in the audit chain, and where every byte is."""
    office.apply("budi")
    number = office.await_case("received")["number"]
    office.await_quiet()
    case = office.ctl("case", "show", number)
    assert case["sop"]["number"] == "088.13"
    assert (case["sop"]["sop_version"], case["sop"]["effective"]) == ("1.1", "2022-04-11")
    assert case["person"]["nip"] == BUDI.nip
    assert {d["paper"] for d in case["documents"]} == {"statement", "csr"}
    assert case["letters"][0]["letter"] == "received"
    assert case["letters"][0]["state"] == "accepted"
    assert case["events"][0]["kind"] == "application"
    assert case["events"][0]["audit"] > 0
    assert case["certificate"]["serial"] in [r["serial"] for r in office.ctl("registry", "list")]
    kept = {o["what"] for o in case["outputs"]}
    assert kept >= {"mail", "paper", "old-certificate", "letter"}
    code, said, _ = loketctl(office, "case", "show", number)
    assert code == 0
    for heading in ("sop", "person", "certificate", "papers", "letters", "events", "outputs"):
        assert f"\n{heading}:\n" in said, heading


def test_a_case_is_saved_with_its_digests(office):
    """PKL-13: every output by case number, with hashes that can be checked."""
    raw = office.apply("budi")
    number = office.await_case("received")["number"]
    office.await_quiet()
    folder = office.dir / "run" / "saved-case"
    code, said, error = loketctl(office, "case", "save", number, str(folder))
    assert code in (0, 1), error
    sums = dict(reversed(line.split("  ")) for line in
                (folder / "SHA256SUMS").read_text().splitlines())
    assert set(sums) == {f.name for f in folder.iterdir()} - {"SHA256SUMS"}
    for name, digest in sums.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
        assert (folder / name).stat().st_mode & 0o777 == 0o600
    case = office.ctl("case", "show", number)
    open_questions = [q for q in case["questions"] if q["state"] == "open"]
    missing = {o["file"] for o in case["outputs"]} - set(sums)
    assert missing == {o["file"] for o in case["outputs"] if o["withheld"]}
    assert bool(missing) == bool(open_questions) == (code == 1)
    for name in missing:
        assert f"{name} is not saved: it carries a question" in error
    (mail,) = folder.glob("received-mail-*.eml")
    assert mail.read_bytes().endswith(client.crlf(raw)[-200:])
    papers = {d["sha256"] for d in case["documents"]}
    assert papers <= set(sums.values())
    assert {"case.json", "sheet.html"} <= set(sums)
    assert not re.search(rb"\blk[0-9a-f]{32}", b"".join(
        (folder / name).read_bytes() for name in sums))  # no live token
    code, _, error = loketctl(office, "case", "save", number, str(folder))
    assert code == 1 and "a new folder is wanted" in error


class Elements(HTMLParser):
    """What a browser would make of the sheet."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.texts = set(), set(), []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.texts.append(data)


HOSTILE = 'Budi <img src=x onerror="alert(1)"> & \'Santoso\''
HOSTILE_FILE = '"><svg onload=alert(2)>.csr'


def test_a_hostile_name_stays_text_on_the_sheet(office):
    """V111: registry name and file names are strangers' text."""
    sidecar = next(f for f in sorted((office.dir / "pki").glob("*.person"))
                   if "Budi" in f.read_text())
    text = sidecar.read_text()
    sidecar.write_text(text.replace(
        "Budi Santoso", HOSTILE.replace('"', '\\"')))
    office.ctl("registry", "import", str(sidecar.with_suffix(".pem")))
    sidecar.write_text(text)
    office.apply("budi", [mails.statement(BUDI, office.now()),
                          mails.csr(BUDI, name=HOSTILE_FILE)])
    number = office.await_case("incomplete")["number"]  # the letter's name differs
    code, page, error = loketctl(office, "case", "print", number)
    assert code == 0, error
    sheet = Elements(page)
    assert not sheet.tags & {"img", "svg", "script", "iframe", "link", "object", "a", "form"}
    assert sheet.attributes <= {"lang", "charset", "http-equiv", "content", "class", "scope"}
    assert HOSTILE in "".join(sheet.texts)
    assert "<svg onload=alert(2)>.csr" in "".join(sheet.texts)
    assert "Berkas permohonan belum lengkap." in page
    assert number in page and "088.13" in page


def test_the_sheet_speaks_both_languages(office):
    office.apply("budi")
    number = office.await_case("received")["number"]
    code, page, _ = loketctl(office, "case", "print", number, "--language", "en")
    assert code == 0
    assert '<html lang="en">' in page and "Not done yet" in page
    assert "No decision of a verifier stands yet." in page
    file = office.dir / "run" / "sheet.html"
    assert loketctl(office, "case", "print", number, "--output", str(file))[0] == 0
    assert '<html lang="id">' in file.read_text()
    code, _, error = loketctl(office, "case", "print", number, "--output", str(file))
    assert code == 1 and "File exists" in error
    code, _, error = loketctl(office, "case", "print", number, "--language", "fr")
    assert code == 100 and "id or en" in error


def test_orders_are_listed(office):
    assert office.ctl("order", "list", "--all") == []
    code, _, error = loketctl(office, "order", "show", "LOCK-2026-000001.revoke")
    assert code == 1 and "no such order" in error


def test_options_may_stand_before_inspect(office, tmp_path):
    app = box.load(office.dir)["app"]
    file = tmp_path / "x.eml"
    file.write_bytes(mails.application(BUDI, office.now()))
    done = subprocess.run(
        [f"{app}/loketctl", "-c", office.dir / "conf", "inspect", file],
        capture_output=True, text=True, check=False,
        env={**os.environ, "LOKET_LIBEXEC": app})  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert '"verdict"' in done.stdout


def asked(office, name, what):
    """The letter that asks somebody, once it has come."""

    def look():
        try:
            letter = client.question(office.dir, person(name))
        except box.LabError:
            return None
        return letter if what in client.text_of(letter) else None

    return client.wait_for(look, 20, f"the question to {name}")


def decided(office):
    """A case whose verifier has approved; its number."""
    office.apply("budi")
    number = office.await_case("received")["number"]
    asked(office, "siti", "SETUJU")
    client.answer(office.dir, person("siti"), "SETUJU")
    office.await_case("revoking")
    return number


def stopped(office):
    """A case whose operator says that he cannot; its orders."""
    number = decided(office)
    asked(office, "joko", "GAGAL")
    client.answer(office.dir, person("joko"), "GAGAL: Portal menolak nomor seri ini.")
    client.wait_for(
        lambda: any(o["state"] == "stopped" for o in office.ctl("order", "list")), 20,
        "a stopped order")
    return number, office.ctl("order", "list")


@pytest.fixture
def portal_office(make_office):
    """An office whose orders are carried out by people, in a portal."""
    return make_office(config=["executor=operator"])


def test_a_stopped_order_is_retried(portal_office):
    office = portal_office
    number, orders = stopped(office)
    (order,) = [o for o in orders if o["kind"] == "revoke"]
    assert order["state"] == "stopped"
    code, said, _ = loketctl(office, "order", "list")
    assert code == 0 and order["id"] in said
    assert "Portal menolak" in office.ctl("order", "show", order["id"])["trouble"]
    assert office.ctl("status")["orders"]["stopped"] == len(orders)
    code, _, error = loketctl(office, "order", "retry", order["id"])
    assert code == 100 and "needs --reason" in error
    code, _, error = loketctl(office, "order", "retry", order["id"], "--reason", "a\nb")
    assert code == 1 and "one line" in error
    office.ctl("order", "retry", order["id"], "--reason", "Portal sudah diperbaiki")
    row = office.ctl("order", "show", order["id"])
    assert row["state"] == "given"
    assert row["decided_by"].startswith("uid=")
    code, _, error = loketctl(office, "order", "retry", order["id"], "--reason", "lagi")
    assert code == 1 and "under way" in error
    case = office.ctl("case", "show", number)
    (event,) = [e for e in case["events"] if e["kind"] == "retried"]
    assert event["actor"].startswith("uid=")
    assert "Portal sudah diperbaiki" in event["detail"]
    assert case["state"] == "revoking"


def test_an_abandoned_order_ends_its_case(portal_office):
    office = portal_office
    number, orders = stopped(office)
    identity = orders[0]["id"]
    code, _, error = loketctl(office, "order", "abandon", identity, "--reason", "x")
    assert code == 100 and "--yes" in error
    code, _, error = loketctl(office, "order", "abandon", identity, "--yes")
    assert code == 100 and "needs --reason" in error
    office.ctl("order", "abandon", identity, "--reason", "Pemohon pindah instansi", "--yes")
    case = office.await_case("stopped")
    assert case["number"] == number
    assert {o["state"] for o in office.ctl("order", "list", "--all")} == {"abandoned"}
    assert office.ctl("order", "list") == []
    office.await_quiet()
    letter = office.letters("budi")[-1]
    assert "Pemohon pindah instansi" in client.text_of(letter)
    record = office.ctl("case", "show", number)
    (event,) = [e for e in record["events"] if e["kind"] == "abandoned"]
    assert event["actor"].startswith("uid=") and "Pemohon pindah" in event["detail"]
    code, _, error = loketctl(office, "order", "abandon", identity, "--reason", "x", "--yes")
    assert code == 1 and "abandoned" in error
    code, page, _ = loketctl(office, "case", "print", number)
    assert "Kasus dihentikan oleh kantor." in page
    assert "Sertifikat lama belum terbukti dicabut" in page


def test_a_live_question_is_not_handed_out(portal_office):
    """No answer of loketctl has a token, and `case save` withholds the letter
    that carries one until it is answered."""
    office = portal_office
    office.apply("budi")
    number = office.await_case("received")["number"]
    token = client.token_of(asked(office, "siti", "SETUJU"))
    office.await_quiet()
    said = "".join(loketctl(office, *words, *json)[1]
                   for words in (("case", "show", number), ("outbox", "list"),
                                 ("mail", "list"), ("case", "print", number))
                   for json in ((), ("--json",)))
    assert "(token)" in said and token not in said
    folder = office.dir / "run" / "live"
    code, _, error = loketctl(office, "case", "save", number, str(folder))
    assert code == 1 and "it carries a question that is still open" in error
    assert not any(token.encode() in f.read_bytes() for f in folder.iterdir())
    client.answer(office.dir, person("siti"), "SETUJU")
    office.await_case("revoking")
    office.await_quiet()
    saved = office.dir / "run" / "answered"
    loketctl(office, "case", "save", number, str(saved))
    assert list(saved.glob("sent-*-verify.eml"))
    (approval,) = office.ctl("case", "show", number)["approvals"]
    assert approval["state"] == "stands" and approval["person"] == "siti"
