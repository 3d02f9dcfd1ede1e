# SPDX-License-Identifier: GPL-3.0-or-later
"""What arrives broken: an authenticated sender gets one letter that names every
defect, anything unreadable goes to quarantine, and nothing is lost."""

import re

import box
import client
import mails
import pytest
from client import flat
from mails import Attachment
from people import PEOPLE, person

BUDI = person("budi")
WATI = person("wati")


def wording(defect):
    """How the shipped letters begin to name this defect."""
    text = (box.TOP / "conf/letters/id/phrases.conf").read_text()
    found = re.search(rf"^defect-{defect}\s*=\s*((?:\"(?:[^\"\\]|\\.)*\"\s*)+);",
                      text, re.M)  # fmt: skip
    assert found, f"no wording for {defect}"
    joined = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', found.group(1)))
    return " ".join(joined.replace("\\n", " ").split())[:60]


def broken_csr():
    """Proof of possession fails: one byte of the subject was changed after
    signing."""
    good = mails.csr(BUDI, der=True)
    at = good.data.index(b"Budi")
    return Attachment("permohonan.csr", "application/pkcs10",
                      good.data[:at] + b"Bubi" + good.data[at + 4 :])  # fmt: skip


def small_key():
    return mails.csr(BUDI, rsa=1024)


def private_key():
    import pki

    return Attachment("kunci.pem", "application/x-pem-file",
                      pki.openssl("genrsa", "2048"))  # fmt: skip


def not_a_pdf():
    return Attachment("surat-pernyataan.pdf", "application/pdf",
                      b"ini bukan PDF\n" * 20)  # fmt: skip


def zipped():
    import io
    import zipfile

    box_of = io.BytesIO()
    with zipfile.ZipFile(box_of, "w") as z:
        z.writestr("surat.pdf", b"%PDF-1.4")
    return Attachment("berkas.zip", "application/zip", box_of.getvalue())


PAPERS = {
    "no attachment": (lambda now: [], ["no-statement", "no-csr"]),
    "no statement": (lambda now: [mails.csr(BUDI)], ["no-statement"]),
    "two CSRs": (
        lambda now: [mails.statement(BUDI, now), mails.csr(BUDI),
                     mails.csr(BUDI, name="dua.csr")],
        ["csr-several"],
    ),
    "CSR that does not verify": (
        lambda now: [mails.statement(BUDI, now), broken_csr()],
        ["csr-signature"],
    ),
    "CSR with a small key": (
        lambda now: [mails.statement(BUDI, now), small_key()],
        ["csr-key-size"],
    ),
    "CSR that is none": (
        lambda now: [mails.statement(BUDI, now),
                     Attachment("permohonan.csr", "application/pkcs10", b"halo\n")],
        ["csr-format"],
    ),
    "PDF that is none": (
        lambda now: [not_a_pdf(), mails.csr(BUDI)],
        ["statement-not-readable"],
    ),
    "statement of somebody else": (
        lambda now: [mails.statement(WATI, now), mails.csr(BUDI)],
        ["statement-name", "statement-nip"],
    ),
    "archive": (lambda now: [zipped()], ["archive", "no-csr"]),
    "private key": (
        lambda now: [mails.statement(BUDI, now), private_key()],
        ["private-key-sent"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", PAPERS)
def test_broken_papers(office, what):
    make, defects = PAPERS[what]
    office.apply("budi", papers=make(office.now()))
    office.await_case("incomplete")
    (letter,) = office.await_letters("budi")
    text = flat(letter)
    for defect in defects:
        assert wording(defect) in text, text
    office.await_mail(1, "case")


RAW = {
    "empty": b"",
    "header only": b"From: Budi <budi@kota.test>\r\nSubject: Permohonan\r\n",
    "two From fields": b"From: budi@kota.test\r\nFrom: x@luar.test\r\n"
                       b"Subject: Permohonan lupa passphrase\r\n\r\nx\r\n",
    "no From field": b"Subject: Permohonan lupa passphrase\r\n\r\nx\r\n",
    "NUL in the header": b"From: budi@kota.test\r\nSubject: Permo\0honan\r\n\r\nx\r\n",
    "unreadable": bytes(range(128, 256)) * 40,
}  # fmt: skip


def test_unreadable_mail_is_kept_for_a_person(make_office):
    """All of them in one dedicated mailbox: quarantine, an audit row, the
    bytes kept, no letter; and the next application is served."""
    office = make_office(mode="dedicated")
    for raw in RAW.values():
        client.deliver(office.dir, BUDI.address, PEOPLE["office"].address, raw)
    rows = office.await_mail(len(RAW), "quarantine", seconds=40)
    assert all(r["reason"] for r in rows)
    office.await_folders({"INBOX": 0, "Loket/Quarantine": len(RAW)})
    assert office.letters("budi") == []
    assert office.cases() == []
    office.apply("budi")
    office.await_case("received")


def to_applicants(office):
    """The verifiers are asked as soon as a case is complete: not counted here."""
    return [r for r in office.ctl("outbox", "list") if r["letter"] != "verify"]


def test_huge_mail_is_recorded_not_fetched(office):
    """More than LIMIT_MAIL (25 MiB): known by its size, never read."""
    raw = mails.application(BUDI, office.now(), papers=[
        Attachment("besar.bin", "application/octet-stream", bytes(20 << 20)),
    ])  # fmt: skip
    assert len(raw) > 25 << 20
    client.send(office.dir, BUDI, raw, "none")
    (row,) = office.await_mail(1, "quarantine", seconds=60)
    assert row["reason"] == "size"
    assert row["sha256"] is None
    assert row["size"] > 25 << 20
    # V102, V120: the owner of the address hears of it, in fixed words.
    (letter,) = office.await_letters("budi")
    assert "Terlalu Besar" in str(letter["Subject"])
    assert "Yth. Bapak/Ibu Budi Santoso" in flat(letter)
    # Once a day, for a From line proves nothing; and strangers get silence.
    client.send(office.dir, BUDI, raw, "none")
    client.send(office.dir, BUDI, raw.replace(b"budi@kota.test", b"umar@kota.test"), "none")
    # Nor is somebody told whose mail is about something else altogether.
    client.send(office.dir, BUDI, raw.replace(b"budi@kota.test", b"wati@kota.test")
                .replace(b"Permohonan Lupa Passphrase", b"Foto-foto rapat kemarin"), "none")  # fmt: skip
    office.await_mail(4, "quarantine", seconds=60)
    office.apply("budi")
    office.await_case("received")
    office.await_letters("budi", 2)
    office.await_quiet()
    assert [r["letter"] for r in to_applicants(office)] == ["received", "too-large"]


def test_v055_unmarked_responder_is_not_answered_for_ever(office):
    """A machine of an applicant that answers every mail and says nowhere that
    it is one: letters end for the day, and the administrator hears of it."""
    office.apply("budi")
    office.await_case("received")
    office.await_letters("budi")
    for _ in range(13):
        office.reply("budi", "Saya sedang tidak di kantor.")
    office.await_mail(14, "case", seconds=60)
    office.await_quiet()
    assert [r["letter"] for r in to_applicants(office)] == ["noted"] * 3 + ["received"]
    (case,) = office.cases()
    events = office.ctl("case", "show", case["number"])["events"]
    assert sum("silent" in e["detail"] for e in events) == 10
    office.clock("+1d")
    letters = client.wait_for(lambda: [m for m in office.letters("siti")
                                       if "Ringkasan" in str(m["Subject"])],
                              20, "the daily summary")  # fmt: skip
    assert "Banyak surel dari satu pemohon hari ini" in flat(letters[0])
    assert "0 surel di karantina, 2 peringatan" in str(letters[0]["Subject"])
    # The next day he is answered again.
    office.reply("budi", "Apakah sudah ada kabar?")
    office.await_mail(15, "case")
    office.await_quiet()
    assert [r["letter"] for r in office.ctl("outbox", "list")].count("noted") == 4


def test_v056_forged_applications_reach_no_victim(office):
    """500 applications in other people's names, with no proof or with that of
    another domain: nobody whose name was used gets a mail (I15, V015), but who
    is in the registry one notice, and of those sixty in an hour (T14)."""
    table = office.dir / "run" / "people.csv"
    table.write_text("nama;surel\n" + "".join(f"Korban {i};korban{i}@kota.test\n"
                                              for i in range(70)))  # fmt: skip
    table.chmod(0o644)
    assert client.loketctl(office.dir, "registry", "import", table).returncode == 0
    names = ["budi", "wati", "siti", "joko"] + [f"korban{i}" for i in range(496)]
    raw = mails.application(BUDI, office.now(), papers=[])
    lines = [x for x in raw.split(b"\r\n") if not x.lower().startswith(b"message-id:")]
    bare = b"\r\n".join(lines)
    for i, name in enumerate(names):
        mail = bare.replace(b"budi@kota.test", f"{name}@kota.test".encode())
        mail = f"Message-ID: <palsu.{i}@luar.test>\r\n".encode() + mail
        client.send(office.dir, BUDI, mail, "other" if i % 50 == 0 else "none")
    office.await_mail(500, "quarantine", seconds=120)
    rows = office.ctl("outbox", "list")
    told = {r["to"] for r in rows}
    assert {r["letter"] for r in rows} == {"notice"} and len(rows) == len(told) == 60
    assert told <= {a for p in office.ctl("registry", "list") for a in p["addresses"]}
    assert office.cases() == []
    assert client.mails(office.dir, person("siti")) == []


@pytest.mark.parametrize("name, fields, reason", [
    ("budi", {"Auto-Submitted": "auto-generated"}, "auto"),
    ("budi", {"Precedence": "bulk"}, "list"),
    ("budi", {"List-Id": "<kepegawaian.kota.test>"}, "list"),
    ("office", {}, "own"),
    ("office", {"Auto-Submitted": "no"}, "own"),
], ids=["v050", "v052-bulk", "v052-list", "v053-own", "v054-own-address"])  # fmt: skip
def test_machines_are_not_answered(office, name, fields, reason):
    """RFC 3834: an application that a machine sent is none, and says so."""
    raw = mails.mail(person(name), office.now(), "Permohonan Lupa Passphrase",
                     "Mohon dibantu.", fields=fields)  # fmt: skip
    client.send(office.dir, person(name), raw, "dkim")
    (row,) = office.await_mail(1, "ignored")
    assert row["reason"] == reason
    office.await_quiet()
    assert office.ctl("outbox", "list") == [] and office.cases() == []


def test_v058_too_many_hops(office):
    """51 Received lines: a loop, or somebody who plays one."""
    raw = b"Received: by mx.luar.test\r\n" * 51 + mails.application(BUDI, office.now())
    client.send(office.dir, BUDI, raw, "none")
    (row,) = office.await_mail(1, "quarantine")
    assert row["reason"] == "hops"
    office.await_quiet()
    assert office.ctl("outbox", "list") == []
