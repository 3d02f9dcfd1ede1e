# SPDX-License-Identifier: GPL-3.0-or-later
"""What strangers' bytes can do to letters, logs and decisions: nothing
(threats.md section 6, B49, F and G)."""

import csv
import io
import re

import client
import mails
import pytest
from client import flat
from mails import Attachment
from people import person

BUDI = person("budi")
# An escape sequence, a mark that turns the text, formats of half a dozen
# languages, and a decision.
EVIL = "%s%n {{case}} ${HOME} $(id) `id` <img src=x onerror=alert(1)> '; DROP TABLE casefile;--"


def logs(office):
    return {p.name: p.read_bytes() for p in (office.dir / "log").iterdir() if p.is_file()}


def test_v049_a_decision_with_a_large_attachment(office):
    """SETUJU with 17 MiB beside it counts, and is no paper of the case."""
    office.apply("budi")
    number = office.await_case("received")["number"]
    before = office.ctl("case", "show", number)["documents"]
    office.await_question("siti", number)
    office.answer("siti", "SETUJU", [Attachment("foto.bin", "application/octet-stream",
                                                bytes(17 << 20))])  # fmt: skip
    office.await_case("completed", number, seconds=60)
    after = office.ctl("case", "show", number)["documents"]
    assert after == before
    assert not any(d["name"] == "foto.bin" for d in after)


@pytest.mark.parametrize("what, data", [
    ("0 bytes", lambda pdf: b""),
    ("no PDF", lambda pdf: b"ini bukan PDF\n" * 20),
    ("2 KiB of junk before the header", lambda pdf: b"j" * 2048 + pdf),
    ("cut in the middle", lambda pdf: pdf[:300]),
])  # fmt: skip
def test_v101_what_is_no_pdf_is_asked_for_again(office, what, data):
    pdf = mails.statement(BUDI, office.now()).data
    office.apply("budi", papers=[Attachment("surat-pernyataan.pdf", "application/pdf", data(pdf)),
                                 mails.csr(BUDI)])  # fmt: skip
    office.await_case("incomplete")
    (letter,) = office.await_letters("budi")
    assert "Berkas yang dikirim sebagai surat pernyataan tidak dapat dibuka" in flat(letter), what
    office.reply("budi", "Ini suratnya.", [mails.statement(BUDI, office.now())])
    office.await_case("received")


def test_v103_v104_v105_what_is_odd_about_a_pdf_is_shown(office):
    """A script, a file inside, a second state, an archive behind it: taken,
    said to the verifier, and handed on under a name and a type of ours."""
    pdf = mails.statement(BUDI, office.now()).data
    pdf += b"% /JavaScript /EmbeddedFile\n%%EOF\n"
    pdf += b"PK\3\4x PK\1\2x PK\5\6" + bytes(18)
    office.apply("budi", papers=[Attachment("<b>surat</b>.pdf", "text/html", pdf),
                                 mails.csr(BUDI)])  # fmt: skip
    number = office.await_case("received")["number"]
    letter = office.await_question("siti", number)
    text = flat(letter)
    for said in ("PDF itu memuat skrip", "PDF itu memuat berkas lain di dalamnya",
                 "dapat dibuka sebagai berkas jenis lain", "di dalamnya ada 2 keadaan"):
        assert said in text, text
    served = [(p.get_content_type(), p.get_filename()) for p in letter.iter_attachments()]
    papers = [name for kind, name in served if kind == "application/pdf"]
    assert papers and all(re.fullmatch(r"[A-Za-z0-9.-]+\.pdf", name) for name in papers), served
    assert not any(kind == "text/html" for kind, _ in served)
    assert "<b>" not in "".join(name or "" for _, name in served)


def test_v109_v110_v111_v112_strange_names_stay_text(office):
    """Subject, file names and the name in the CSR are shown as letters, log
    one line each, and name no file of ours."""
    names = [f"{EVIL}.pdf", "../../../../tmp/loket-passwd.csr"]
    papers = [Attachment(names[0], "application/pdf", mails.statement(BUDI, office.now()).data),
              Attachment(names[1], "application/pkcs10", mails.csr(BUDI).data)]  # fmt: skip
    office.apply("budi", papers=papers, fields={"X-Evil": EVIL})
    number = office.await_case("received")["number"]
    (received,) = office.await_letters("budi")
    question = office.await_question("siti", number)
    for letter in (received, question):
        html = letter.get_body(("html",))
        assert html is None or "<img src=x" not in html.get_content()
        text = client.text_of(letter)
        assert "uid=" not in text and str(office.dir) not in text
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e]", text.replace("\r\n", "\n"))
    assert "%s%n {{case}}" in flat(received)  # the name, as it stands
    assert not (office.dir / "tmp" / "loket-passwd.csr").exists()
    documents = office.ctl("case", "show", number)["documents"]
    assert {d["name"] for d in documents} == set(names)
    for name, log in logs(office).items():
        assert b"\x1b" not in log and b"\xe2\x80\xae" not in log, name


def test_v111_what_turns_a_terminal_is_escaped(office):
    raw = mails.application(BUDI, office.now(), fields=None)
    raw = raw.replace(b"Subject: ", b"Subject: =?utf-8?q?=1B[2J=0A<6>engine:_forged=E2=80=AE?= ", 1)
    client.send(office.dir, BUDI, raw, "dkim")
    office.await_case("received")
    for name, log in logs(office).items():
        assert b"\x1b" not in log and b"\xe2\x80\xae" not in log, name
        assert not re.search(rb"(?m)^<6>engine: forged", log), name
    done = client.loketctl(office.dir, "mail", "list")
    assert b"\x1b" not in done.stdout and b"\xe2\x80\xae" not in done.stdout


def test_v115_no_cell_of_a_table_is_a_formula(office):
    """As a spreadsheet opens it; what is no table is refused."""
    office.apply("budi", fields={"Subject": "=cmd|' /C calc'!A0 lupa passphrase, \"x\""})
    office.await_case("received")
    done = client.loketctl(office.dir, "mail", "list", "--csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout.decode(), newline="")))
    assert rows[0]["subject"] == "'=cmd|' /C calc'!A0 lupa passphrase, \"x\""
    assert not [v for r in rows for v in r.values() if v[:1] in tuple("=+-@")]
    assert client.loketctl(office.dir, "status", "--csv").returncode == 100


def test_v114_an_applicant_cannot_speak_for_the_verifier(office):
    """APPROVE, a code and our own footer in an application: no letter of ours
    carries his words, and a verifier who quotes it all has decided nothing."""
    office.apply("wati")
    office.case_of(person("wati"))
    stolen = client.token_of(office.await_letters("siti")[-1])
    text = (f"SETUJU\nAPPROVE {stolen}\n\nLoket Sertifikat Elektronik\n"
            "Balaslah surel ini dengan satu kata SETUJU pada baris pertama.\n")  # fmt: skip
    office.apply("budi", text=text)
    number = office.case_of(BUDI)
    letter = office.await_question("siti", number)
    body = client.text_of(letter)
    assert stolen not in body and "APPROVE lk" not in body
    # Only what an answer's author wrote himself is read.
    quoted = "\n".join("> " + line for line in text.splitlines())
    office.answer("siti", f"Mohon dicek dulu oleh Pak Joko.\n\n{quoted}\n")
    office.await_letters("siti", 3)
    assert {c["state"] for c in office.cases()} == {"received"}


def test_v118_our_own_fields_from_outside_mean_nothing(office):
    """X-Loket fields have no reader; our Message-ID in another's mail is kept
    for a person."""
    office.apply("budi", fields={"X-Loket-Case": "LOCK-2026-000001", "X-Loket-Decision": "SETUJU"})
    number = office.await_case("received")["number"]
    (letter,) = office.await_letters("budi")
    raw = mails.application(person("wati"), office.now())
    ours = str(letter["Message-ID"]).encode()
    raw = re.sub(rb"(?im)^Message-ID: .*?\r\n(?! )", b"Message-ID: " + ours + b"\r\n", raw, count=1)
    assert ours in raw
    client.send(office.dir, person("wati"), raw, "dkim")
    (row,) = office.await_mail(1, "quarantine")
    assert row["reason"] == "foreign-id"
    assert [c["number"] for c in office.cases()] == [number]
    assert office.letters("wati") == []
