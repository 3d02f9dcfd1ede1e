# SPDX-License-Identifier: GPL-3.0-or-later
"""What leaves the office: budgets, and who goes first (V143, T13); its own
signatures, as others verify them."""

import os
import subprocess

import client
import dkim
import mails
import pki
import pytest
from hostile import await_rows, log, parse
from people import CITY, PEOPLE, SELECTOR, person

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
    assert office.ctl("status")["budget"].startswith("per_address is used up (")
    assert log(office).count("alarm: outbox: budget: relay.budget.per_address is used "
                             "up (4 an hour)") == 1
    await_all(office)


def test_v143_decisions_go_first(make_office):
    """Of eight an hour two are for decisions alone: answers to applicants wait,
    a question that comes later does not."""
    office = make_office(config=budget(per_hour=8))
    for _ in range(7):
        apply_without_csr(office)
    rows = await_rows(office, lambda r: len(r) == 7 and len(waiting(r)) == 1)
    assert office.ctl("status")["budget"].startswith("per_hour is used up")
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
    assert office.ctl("status")["budget"].startswith("per_case is used up (")
    assert [r["letter"] for r in waiting(rows)][-1] == "completed"
    await_all(office)


# ---- signatures of the office ----------------------------------------------------


def as_its_owner(office, path, mode=0o644):
    owner = (office.dir / "conf").stat()
    os.chown(path, owner.st_uid, owner.st_gid)
    path.chmod(mode)


def sign_letters(office, folder):
    """A certificate for the office's own address, of a CA that is new."""
    pki.make_ca(folder, "mail-ca", "/CN=CA surel uji")
    pki.make_leaf(folder, "mail-ca", "office", "/CN=Loket uji",
                  [f"subjectAltName=email:{PEOPLE['office'].address}",
                   "extendedKeyUsage=emailProtection", "keyUsage=digitalSignature"], 7)  # fmt: skip
    conf = office.dir / "conf"
    for name, mode in (("office.pem", 0o644), ("office.key", 0o400)):
        (conf / name).write_bytes((folder / name).read_bytes())
        as_its_owner(office, conf / name, mode)
    text = (conf / "loket.conf").read_text()
    new = text.replace("office = {", 'office = { smime = { certificate = "office.pem"; '
                       'key = "office.key"; }; ', 1)  # fmt: skip
    assert new != text
    (conf / "loket.conf").write_text(new)


def openssl_verifies(folder, raw):
    (folder / "letter.eml").write_bytes(raw)
    done = subprocess.run(
        ["openssl", "cms", "-verify", "-in", folder / "letter.eml", "-CAfile",
         folder / "mail-ca.pem", "-out", folder / "content", "-signer", folder / "signer.pem"],
        capture_output=True, check=False)  # fmt: skip
    return done.returncode == 0


def nss_verifies(folder, content, signature):
    """Thunderbird's library, by its own tool."""
    db = f"sql:{folder / 'nss'}"
    if not (folder / "nss").exists():
        (folder / "nss").mkdir()
        subprocess.run(["certutil", "-N", "-d", db, "--empty-password"], check=True)
        subprocess.run(["certutil", "-A", "-d", db, "-n", "ca", "-t", ",C,", "-i",
                        folder / "mail-ca.pem"], check=True)  # fmt: skip
    (folder / "content").write_bytes(content)
    (folder / "smime.p7s").write_bytes(signature)
    done = subprocess.run(["cmsutil", "-D", "-d", db, "-h", "1", "-c", folder / "content", "-i",
                           folder / "smime.p7s"], capture_output=True, check=False)  # fmt: skip
    return b"signer0.status=GoodSignature" in done.stdout


def signed_parts(raw):
    """The bytes that are signed, and the signature."""
    mail = parse(raw)
    assert mail.get_content_type() == "multipart/signed"
    mark = b"\r\n--" + mail.get_boundary().encode()
    _, content, signature, end = raw.split(mark)
    assert content.startswith(b"\r\n") and end.startswith(b"--")
    return content[2:], mail.get_payload(1).get_payload(decode=True)


def test_letters_signed_by_the_office(make_office, tmp_path):
    """S/MIME: every letter of a case verifies for others as it was delivered,
    a changed one for nobody, and answers count as ever."""
    office = make_office(config=["mailbox.selftest=false"], hold=True)
    sign_letters(office, tmp_path)
    office.start("loket")
    office.await_connected()
    client.register(office.dir)
    who = office.new_applicant()
    office.apply(who)
    number = office.case_of(who)
    office.await_question("siti", number)
    office.answer("siti", "SETUJU", case=number)
    office.await_case("completed", number)
    await_rows(office, lambda r: not waiting(r))
    letters = office.mails("siti") + client.mails(office.dir, who)
    assert len(letters) >= 4
    for raw in letters:
        content, signature = signed_parts(raw)
        assert openssl_verifies(tmp_path, raw)
        assert nss_verifies(tmp_path, content, signature)
        assert not nss_verifies(tmp_path, content + b"x", signature)
        other = raw.replace(b"Loket", b"Koket").replace(b"Dinas", b"Binas")
        assert other != raw and not openssl_verifies(tmp_path, other)


def exim_signs(office):
    """Its relay signs by DKIM for the city, as an office's should."""
    path = office.dir / "mail" / "exim.conf"
    text = path.read_text()
    folder = text.partition("tls_privatekey = ")[2].partition("/pki/")[0]
    new = text.replace("  protocol = lmtp\n", "  protocol = lmtp\n"
                       f"  dkim_domain = {CITY}\n  dkim_selector = {SELECTOR}\n"
                       f"  dkim_private_key = {folder}/pki/dkim-{CITY}.key\n")  # fmt: skip
    assert new != text
    path.write_text(new)


@pytest.mark.parametrize("signs", [True, False], ids=["signed", "unsigned"])
def test_the_self_test_looks_at_our_dkim_signature(make_office, signs):
    office = make_office(config=["mailbox.selftest=true"], hold=True)
    if signs:
        exim_signs(office)
        office.stop("exim")
        office.start("exim")
    office.start("loket")
    says = "are signed by DKIM for our domain" if signs else "are not signed by DKIM"
    client.wait_for(lambda: says in office.ctl("status").get("dkim", ""), 30, "the self-test")
    assert log(office).count("alarm: selftest: own-dkim: our letters are not signed by DKIM") == (not signs)
    if signs:  # and somebody else verifies it, too
        record = (office.dir / "pki" / f"dkim-{CITY}.txt").read_bytes().strip()
        raw = [m for m in office.mails("office", "Loket/Done") or office.mails("office")
               if b"DKIM-Signature:" in m][0]  # fmt: skip
        assert dkim.verify(raw, dnsfunc=lambda name, timeout=5: record)
