# SPDX-License-Identifier: GPL-3.0-or-later
"""V098: private keys and passphrases that people send by mistake.  Once Loket
has read such a mail no file of it holds a byte of them - database, journal,
blobs, logs, letters, the server's copy -, its key is never certified, and its
sender is told kindly."""

import base64
import contextlib
import subprocess
import time

import box
import client
import mails
import pki
import pytest
from mails import Attachment
from people import PEOPLE, person

WORD = "Anggrek#Merpati2026"


def make_key(rsa=False):
    if rsa:
        return pki.openssl("genrsa", "2048")
    return pki.openssl("genpkey", "-algorithm", "EC", "-pkeyopt",
                       "ec_paramgen_curve:P-256")  # fmt: skip


def csr_of(key, who):
    done = subprocess.run(
        ["openssl", "req", "-new", "-key", "/dev/stdin", "-utf8", "-subj",
         f"/C=ID/O={who.agency}/CN={who.name}"],
        input=key, capture_output=True, check=True)  # fmt: skip
    return Attachment("permohonan.csr", "application/pkcs10", done.stdout)


def pkcs12(tmp_path, key, who):
    (tmp_path / "key.pem").write_bytes(key)
    subprocess.run(
        ["openssl", "req", "-x509", "-new", "-key", tmp_path / "key.pem", "-days", "5",
         "-subj", f"/CN={who.name}", "-out", tmp_path / "cert.pem"], check=True)  # fmt: skip
    subprocess.run(
        ["openssl", "pkcs12", "-export", "-inkey", tmp_path / "key.pem", "-in",
         tmp_path / "cert.pem", "-passout", "pass:" + WORD, "-out",
         tmp_path / "all.p12"], check=True)  # fmt: skip
    data = (tmp_path / "all.p12").read_bytes()
    return Attachment("sertifikat.p12", "application/x-pkcs12", data)


def pieces(data):
    """What must be nowhere: lines of the text itself, and of its base64."""
    lines = [n for n in data.splitlines() if len(n) > 30 and b"-----" not in n]
    coded = base64.encodebytes(data).split()
    return lines + [c for c in coded[1:-1] if len(c) > 30] or coded


ALL = ("data", "log", "mail", "run")


def every_file(office, parts):
    """Data, logs, and all mailboxes of the office's own people; not the
    programs, keys and configuration of the lab."""
    for part in parts:
        for path in (office.dir / part).rglob("*"):
            # What Dovecot remembers of a subject is the server's.
            if (path.is_file() and not path.is_symlink()
                    and path.name != "dovecot.index.cache"):
                yield path


def await_gone(office, secrets, parts=ALL, seconds=30):
    """No file holds one of these any more."""

    def look():
        return not list(found(office, secrets, parts))

    try:
        client.wait_for(look, seconds, "secrets to be gone")
    except box.LabError:
        raise AssertionError(list(found(office, secrets, parts))) from None


def found(office, secrets, parts):
    for path in every_file(office, parts):
        with contextlib.suppress(FileNotFoundError):
            data = path.read_bytes()
            for secret in secrets:
                if secret in data:
                    yield str(path.relative_to(office.dir)), secret


def settle(office):
    """What a mail brings is decided, moved and answered."""
    office.await_quiet()
    client.wait_for(lambda: all(r["disposition"] != "open" for r in
                                office.ctl("mail", "list")), 20, "mail to be decided")  # fmt: skip


def audited(office, kind):
    log = (office.dir / "log" / "loketd.log").read_text(errors="replace")
    return log.count(kind)


@pytest.fixture
def dedicated(make_office):
    return make_office(mode="dedicated")


def test_v098_key_and_passphrase_in_the_text(office):
    """Shared mailbox: the case has a number and the kind letter, nothing is
    left, and nobody else's mail was touched."""
    budi, wati = person("budi"), person("wati")
    client.deliver(office.dir, wati.address, PEOPLE["office"].address,
                   mails.mail(wati, office.now(), "Undangan rapat", "Besok pukul 9.\n"))  # fmt: skip
    key = make_key()
    text = (f"Yth. petugas,\n\nsaya lupa passphrase. Ini kunci saya:\n\n"
            f"{key.decode()}\npassphrase saya: {WORD}\n\nTerima kasih\nBudi\n")  # fmt: skip
    office.apply("budi", [mails.statement(budi, office.now()), csr_of(key, budi)],
                 text=text)  # fmt: skip
    office.await_case("incomplete")
    (letter,) = office.await_letters("budi")
    said = client.flat(letter)
    assert "Surel Saudara memuat kunci privat." in said
    assert "demi keamanan Saudara" in said
    settle(office)
    await_gone(office, [WORD.encode(), *pieces(key)])
    # His own mail is expunged, the invitation is not.
    client.wait_for(lambda: office.folders().get("INBOX") == 1, 20, "the expunge")
    assert office.folders().get("Loket/Done", 0) == 0
    assert audited(office, "blotted out") == 1
    # The same key, months later: never.
    office.clock("+2d")
    office.reply("budi", "Ini CSR saya.\n", [csr_of(key, budi)])
    letter = office.await_letters("budi", 2, seconds=30)[-1]
    assert "CSR" in client.flat(letter)
    (case,) = office.cases()
    assert case["state"] == "incomplete"
    # A new key: the case goes on.
    office.reply("budi", "Ini CSR yang baru.\n", [mails.csr(budi)])
    office.await_case("received", seconds=30)
    show = client.loketctl(office.dir, "case", "show", case["number"]).stdout
    assert WORD.encode() not in show


def test_v098_passphrase_alone_does_not_stop_the_case(office):
    budi = person("budi")
    office.apply("budi", text=f"Mohon bantuan.\n\nkata sandi: {WORD}\n\nBudi\n",
                 fields={"Subject": f"Lupa passphrase. Kata sandi: {WORD}"})  # fmt: skip
    office.await_case("received")
    (letter,) = office.await_letters("budi")
    assert "demi keamanan Saudara" in client.flat(letter)
    assert "[dihapus]" in office.ctl("mail", "list")[0]["subject"]
    settle(office)
    await_gone(office, [WORD.encode()])
    asked = office.await_question("siti", office.case_of(budi))
    assert WORD not in client.text_of(asked)


def test_v098_attached_keys(dedicated, tmp_path):
    """PEM and PKCS#12 as base64: neither becomes a paper."""
    office, budi, wati = dedicated, person("budi"), person("wati")
    key = make_key(rsa=True)
    office.apply("budi", [mails.statement(budi, office.now()), mails.csr(budi),
                          Attachment("kunci.pem", "application/x-pem-file", key)])  # fmt: skip
    locked = pkcs12(tmp_path, make_key(), wati)
    office.apply("wati", [mails.statement(wati, office.now()), mails.csr(wati), locked])
    rows = office.await_mail(2, "case")
    assert len(rows) == 2
    settle(office)
    for case in office.cases():
        assert case["state"] == "incomplete"
        shown = office.show(case["number"])
        assert all(d["paper"] != "csr" or not d["current"] for d in shown["documents"])
    await_gone(office, pieces(key) + pieces(locked.data))
    client.wait_for(lambda: office.folders().get("INBOX", 0) == 0, 20, "the expunge")
    assert office.folders().get("Loket/Done", 0) == 0


def test_v098_quarantined_mail_is_blotted_too(dedicated):
    """Whoever wrote it; and it cannot be released as if nothing had been."""
    office = dedicated
    key = make_key()
    office.apply("budi", text=f"Kunci saya:\n\n{key.decode()}\n", sign="none")
    (row,) = office.await_mail(1, "quarantine")
    await_gone(office, pieces(key))
    done = client.loketctl(office.dir, "quarantine", "release", str(row["id"]))
    assert done.returncode != 0
    assert b"secrets" in done.stderr


def test_v098_mail_that_the_gate_refuses(dedicated):
    """Nobody takes it apart; what stands in its lines goes all the same."""
    office = dedicated
    key = make_key()
    client.deliver(office.dir, person("budi").address, PEOPLE["office"].address,
                   b"From: budi@kota.test\r\nFrom: x@luar.test\r\n"
                   b"Subject: Permohonan lupa passphrase\r\n\r\n"
                   + key.replace(b"\n", b"\r\n")
                   + b"passphrase: " + WORD.encode() + b"\r\n")  # fmt: skip
    (row,) = office.await_mail(1, "quarantine")
    assert row["reason"] == "multi-from"
    await_gone(office, [WORD.encode(), *pieces(key)])


def test_v098_somebody_elses_mail_exposes_the_key_of_a_case(office):
    """An unsigned mail with the private key of a case under way: its questions
    end, the CSR is withdrawn, and the applicant is asked for another."""
    budi = person("budi")
    key = make_key()
    office.apply("budi", [mails.statement(budi, office.now()), csr_of(key, budi)])
    number = office.case_of(budi)
    office.await_question("siti", number)
    office.apply("wati", text=f"Saya temukan ini:\n\n{key.decode()}\n", sign="none")
    office.await_case("incomplete", number, seconds=30)
    letter = client.wait_for(
        lambda: next((m for m in office.letters("budi")
                      if "memuat kunci privat" in client.flat(m)), None), 20, "the letter")  # fmt: skip
    assert number in str(letter["Subject"])
    assert office.await_letter("siti", "withdrawn", number)
    office.answer("siti", "SETUJU", case=number)
    office.await_letter("siti", "answer", number)
    assert office.cases()[0]["state"] == "incomplete"
    # Whose mail it is nobody knows, so it stays in the shared mailbox, and
    # somebody is told.
    assert office.folders()["INBOX"] == 1
    await_gone(office, pieces(key), ("data", "log", "run"))
    assert audited(office, "secret-on-server") == 1


def test_v098_key_of_an_active_certificate(office):
    """The gravest: somebody can sign in his name.  Told at once to
    administrators and to who oversees."""
    key = (office.dir / "pki" / "old-budi.key").read_bytes()
    office.apply("budi", text=f"Kunci lama saya:\n\n{key.decode()}\n")
    for who in ("siti", "head"):
        letter = office.await_letter(who, "summary")
        assert "keyCompromise" in client.flat(letter)


@pytest.mark.parametrize("pause", [0.05, 0.15, 0.3, 0.5, 0.8])
def test_v098_killed_on_the_way(dedicated, pause):
    """Whenever the engine dies, the same end is reached."""
    office = dedicated
    key = make_key()
    office.apply("budi", text=f"Kunci:\n\n{key.decode()}\npassphrase: {WORD}\n")
    time.sleep(pause)
    office.kill("engine")
    office.await_mail(1, "case", seconds=40)
    settle(office)
    await_gone(office, [WORD.encode(), *pieces(key)], seconds=40)
    client.wait_for(lambda: office.folders().get("INBOX", 0) == 0, 20, "the expunge")
    assert len(office.cases()) == 1


def test_letters_are_whole(office):
    """The remark stands where it belongs, and nowhere else."""
    office.apply("budi")
    office.await_case("received")
    (letter,) = office.await_letters("budi")
    assert "demi keamanan Saudara" not in client.flat(letter)
    assert "{remark}" not in client.flat(letter)
