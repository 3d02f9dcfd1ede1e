# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests that are refused, from mail to letter: all that is wrong is said at
once, and the commands of the letter mend it when they are typed as they stand
(INT-2, INT-7, PKL-3; V080-V100)."""

import re
import subprocess
import tempfile
from pathlib import Path

import box
import client
import mails
import pytest
from mails import Attachment
from people import person

BUDI = person("budi")
WATI = person("wati")
PASSPHRASE = "Rahasia-2026"
NAMES = {"id": ("Nama Saudara", "saya.csr"), "en": ("Your Name", "my.csr")}


def openssl(folder, *args):
    return subprocess.run(["openssl", *args], cwd=folder, capture_output=True, check=True).stdout


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory(prefix="loket-csr-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def request(folder, *key, digest="-sha256", subj="/CN=Budi Santoso"):
    """A CSR of a new key: what `openssl genpkey` and `req` are told."""
    openssl(folder, "genpkey", *key, "-out", "k.pem")
    openssl(folder, "req", "-new", digest, "-key", "k.pem", "-subj", subj, "-out", "k.csr")
    return Attachment("permohonan.csr", "application/pkcs10", (folder / "k.csr").read_bytes())


def rsa(bits, exponent=65537):
    return ("-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{bits}",
            "-pkeyopt", f"rsa_keygen_pubexp:{exponent}")  # fmt: skip


def ec(curve):
    return ("-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{curve}")


def refused(office, csr, count=1):
    """The letter that an application with this CSR gets."""
    office.apply("budi", papers=[mails.statement(BUDI, office.now()), csr])
    office.await_case("incomplete")
    return office.await_letters("budi", count)[-1]


def check(office):
    """loketd --check on the office's configuration."""
    return subprocess.run([box.find_program(box.build_dir(), "loketd"), "--check", "--config",
                           office.dir / "conf"], capture_output=True, text=True)  # fmt: skip


def commands(letter):
    return re.findall(r"^    (openssl .*)$", client.text_of(letter).replace("\r", ""), re.M)


def run_as_told(folder, lines, language="id"):
    """Types the commands into a shell without a terminal, the passphrase as
    often as it is asked for; the CSR that comes out."""
    name, csr = NAMES[language]
    for line in lines:
        done = subprocess.run(["sh", "-c", line.replace(name, "Budi Santoso")], cwd=folder,
                              input=f"{PASSPHRASE}\n{PASSPHRASE}\n".encode(),
                              capture_output=True, start_new_session=True)  # fmt: skip
        assert done.returncode == 0, (line, done.stderr.decode())
    return Attachment(csr, "application/pkcs10", (folder / csr).read_bytes())


@pytest.mark.parametrize("language, said", [
    ("id", ["Ukuran kunci RSA pada CSR tidak dapat kami terima. Yang dapat diterima: 2048 sampai "
            "4096 bit",
            "Eksponen publik (e) kunci RSA pada CSR tidak dapat kami terima. Yang dapat diterima: "
            "bilangan ganjil mulai 65537.",
            "CSR ditandatangani dengan algoritma yang tidak dapat kami terima"]),
    ("en", ["We cannot accept the size of the RSA key in the CSR. Acceptable are 2048 to 4096 "
            "bits",
            "We cannot accept the public exponent (e) of the RSA key in the CSR. Acceptable are "
            "odd numbers from 65537 on.",
            "The CSR is signed with an algorithm that we cannot accept"]),
])  # fmt: skip
def test_every_fault_is_said_and_the_commands_mend_it(office, folder, language, said):
    """INT-7, V081, V083, V088: RSA 1024, e = 3 and SHA-1 in one request."""
    people = office.dir / "run" / "orang.csv"
    people.write_text("nama;nip;instansi;surel;bahasa\n"
                      f"{BUDI.name};{BUDI.nip};{BUDI.agency};{BUDI.address};{language}\n")
    people.chmod(0o644)
    client.ask(office.dir, "registry", "import", "--update", people)
    letter = refused(office, request(folder, *rsa(1024, 3), digest="-sha1"))
    text = client.flat(letter)
    for number, sentence in enumerate(said, 1):
        assert f"{number}. {sentence}" in text, text
    assert "4. " not in text.split(said[-1])[1].split("OpenSSL")[0]
    lines = commands(letter)
    assert [line.split()[1] for line in lines] == ["genrsa", "req"]
    office.reply("budi", "Ini CSR yang baru.", [run_as_told(folder, lines, language)])
    office.await_case("received")


def test_v099_the_command_for_a_curve_mends_it(office, folder):
    letter = refused(office, request(folder, *ec("secp256k1")))
    assert "P-256, P-384, P-521" in client.flat(letter)
    curve, _, req = commands(letter)
    assert curve.split()[1] == "genpkey"
    office.reply("budi", "Ini CSR yang baru.", [run_as_told(folder, [curve, req])])
    office.await_case("received")
    csr = openssl(folder, "req", "-in", "saya.csr", "-noout", "-text").decode()
    assert "NIST CURVE: P-256" in csr


def test_int_7_the_letter_asks_what_the_office_asks(make_office, folder):
    """loket.conf's group csr: the floor and the commands follow it."""
    office = make_office(config=["csr.rsa_min=4096", "csr.exponent_min=65539",
                                 "csr.curves=[P-384]"])  # fmt: skip
    text = client.flat(refused(office, request(folder, *rsa(2048))))
    assert "4096 sampai 4096 bit" in text and "mulai 65539" in text
    office.reply("budi", "P-256?", [request(folder, *ec("P-256"))])
    letter = office.await_letters("budi", 2)[-1]
    assert "Yang dapat diterima: P-384." in client.flat(letter)
    curve, key, req = commands(letter)
    assert "ec_paramgen_curve:P-384" in curve
    assert key.split()[1] == "genpkey" and "rsa_keygen_bits:4096" in key
    assert "rsa_keygen_pubexp:65539" in key
    office.reply("budi", "P-384.", [run_as_told(folder, [curve, req])])
    office.await_case("received")
    # RSA by the other command: the newest paper counts.
    office.reply("budi", "RSA 4096.", [run_as_told(folder, [key, req])])
    office.await_mail(4, "case")
    (case,) = office.cases()
    assert case["state"] == "received"


def test_v085_a_key_of_the_list_is_refused_and_the_list_is_counted(make_office, folder):
    """csr.blacklist: an office's own list, what --check says of it, and a line
    that is none."""
    lists = folder / "lists"
    lists.mkdir(mode=0o755)
    csr = request(folder, *rsa(2048))
    modulus = openssl(folder, "rsa", "-in", "k.pem", "-noout", "-modulus")
    (folder / "modulus").write_bytes(modulus)
    print_of = openssl(folder, "dgst", "-sha1", "-r", "modulus").decode().split()[0][20:]
    (lists / "blacklist.RSA-2048").write_text(f"# Debian's\n{print_of}\n")
    office = make_office(config=[f"csr.blacklist={lists}"])
    letter = refused(office, csr)
    text = client.flat(letter)
    assert "CVE-2008-0166" in text
    assert "    sudo apt-get update && sudo apt-get install openssl" in client.text_of(letter)
    office.reply("budi", "Ini CSR yang baru.", [run_as_told(folder, commands(letter))])
    office.await_case("received")
    said = check(office)
    known = re.search(r"^csr: (\d+) weak keys are known, from (\d+) files?; WARNING: ", said.stdout, re.M)
    assert known and int(known[1]) >= 1, said.stdout
    with (lists / "blacklist.RSA-2048").open("a") as out:
        out.write("0011223344556677889\n")
    said = check(office)
    assert said.returncode == 1
    assert f"{lists}/blacklist.RSA-2048:3: found \"0011223344556677889\"" in said.stderr
    # A running service keeps what it has.
    done = client.loketctl(office.dir, "reload")
    assert done.returncode == 1 and b"blacklist.RSA-2048:3" in done.stderr


def test_v090_v091_keys_that_were_seen(office, folder):
    """The key of his own old certificate; then that of another subscriber's
    request, which the administrator hears of, too."""
    old = openssl(folder, "req", "-new", "-key", office.dir / "pki" / "old-budi.key",
                  "-subj", f"/CN={BUDI.name}")  # fmt: skip
    letter = refused(office, Attachment("lama.csr", "application/pkcs10", old))
    assert "CSR memakai kunci yang sama dengan sertifikat Saudara yang lama" in client.flat(letter)
    csr = mails.csr(WATI)
    office.apply("wati", papers=[mails.statement(WATI, office.now()), csr])
    office.case_of(WATI)
    office.reply("budi", "Ini CSR saya.", [Attachment("lain.csr", csr.kind, csr.data)])
    letter = office.await_letters("budi", 2)[-1]
    assert "Kunci pada CSR sudah pernah digunakan sebelumnya" in client.flat(letter)
    office.clock("+1d")
    (report,) = client.wait_for(
        lambda: [m for m in office.letters("siti") if "Ringkasan" in str(m["Subject"])],
        20, "the daily summary")  # fmt: skip
    assert "Kunci pada CSR sudah pernah muncul di permohonan atau sertifikat lain" in client.flat(
        report)


@pytest.mark.parametrize("executor, pem", [("operator", "pki/issuer.key"), ("ca", "ca/ca.key")])
def test_v091_the_key_of_the_ca(make_office, folder, executor, pem):
    """Only who holds the CA's key could send such a request at all."""
    office = make_office(config=[f"executor={executor}"])
    secret = office.dir / "conf" / "secrets" / "ca"
    csr = openssl(folder, "req", "-new", "-key", office.dir / pem, "-subj", f"/CN={BUDI.name}",
                  *(["-passin", f"file:{secret}"] if executor == "ca" else []))  # fmt: skip
    letter = refused(office, Attachment("ca.csr", "application/pkcs10", csr))
    assert "Kunci pada CSR sudah pernah digunakan sebelumnya" in client.flat(letter)


def test_v070_one_in_the_text_and_another_attached(office):
    """Which of two keys he wants is asked, not guessed."""
    inside = mails.csr(BUDI).data.decode()
    office.apply("budi", papers=[mails.statement(BUDI, office.now()), mails.csr(BUDI)],
                 text=f"Berikut CSR saya:\n\n{inside}\nTerima kasih.\n")  # fmt: skip
    office.await_case("incomplete")
    (letter,) = office.await_letters("budi")
    assert "lebih dari satu berkas CSR yang berlainan" in client.flat(letter)


def test_v100_a_certificate_and_a_key_store_are_no_request(office, folder):
    request(folder, *rsa(2048))
    openssl(folder, "req", "-x509", "-key", "k.pem", "-subj", "/CN=Budi", "-out", "k.crt")
    openssl(folder, "pkcs12", "-export", "-inkey", "k.pem", "-in", "k.crt", "-out", "k.p12",
            "-passout", "pass:Rahasia-2026")  # fmt: skip
    text = client.flat(refused(office, Attachment("saya.crt", "application/x-x509-ca-cert",
                                                  (folder / "k.crt").read_bytes())))  # fmt: skip
    assert "bukan CSR, melainkan sertifikat" in text
    office.reply("budi", "Ini.", [Attachment("saya.p12", "application/x-pkcs12",
                                             (folder / "k.p12").read_bytes())])  # fmt: skip
    text = client.flat(office.await_letters("budi", 2)[-1])
    assert "bukan CSR, melainkan sertifikat" in text
    assert "memuat kunci privat" in text


def test_v096_a_challenge_password_is_shown_to_nobody(office, folder):
    (folder / "req.cnf").write_text(
        "[req]\nprompt = no\ndistinguished_name = dn\nattributes = attrs\n"
        f"[dn]\nCN = {BUDI.name}\n[attrs]\nchallengePassword = Sangat-Rahasia-77\n")
    openssl(folder, "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "k.pem",
            "-config", "req.cnf", "-out", "k.csr")  # fmt: skip
    csr = (folder / "k.csr").read_bytes()
    assert b"Sangat-Rahasia-77" in openssl(folder, "req", "-in", "k.csr", "-noout", "-text")
    office.apply("budi", papers=[mails.statement(BUDI, office.now()),
                                 Attachment("permohonan.csr", "application/pkcs10", csr)])  # fmt: skip
    office.await_case("received")
    letter = client.flat(office.await_letters("siti")[-1])
    assert "CSR itu memuat kata sandi (challenge password)" in letter
    assert "Sangat-Rahasia-77" not in letter
    for log in (office.dir / "log").iterdir():
        assert b"Sangat-Rahasia-77" not in log.read_bytes(), log
