# SPDX-License-Identifier: GPL-3.0-or-later
"""What openssl says to the outcome of a case, from what its applicant got.

Loket's own word is not asked: the letter's attachments, the CA's published
CRL, and the openssl program decide.
"""

import re
import subprocess
import tempfile
from pathlib import Path

import pki


def certificates_in(letter):
    """{serial: PEM} of every certificate attached to a letter."""
    found = {}
    for part in letter.iter_attachments():
        data = part.get_payload(decode=True) or b""
        pems = re.findall(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n?",
                          data, re.S)  # fmt: skip
        if not pems and data[:1] == b"\x30":
            with_der = _try("x509", "-inform", "DER", data=data)
            pems = [with_der] if with_der else []
        for pem in pems:
            found[serial(pem)] = pem
    return found


def leaf_in(letter):
    """The one certificate among them that is no CA's."""
    leaves = {s: pem for s, pem in certificates_in(letter).items()
              if b"CA:TRUE" not in pki.openssl("x509", "-noout", "-text", data=pem)}  # fmt: skip
    assert len(leaves) == 1, f"{len(leaves)} new certificates attached"
    return leaves.popitem()


def _try(*args, data):
    try:
        return pki.openssl(*args, data=data)
    except RuntimeError:
        return None


def serial(pem):
    """Upper-case hex without leading zeros, as Loket writes it."""
    said = pki.openssl("x509", "-noout", "-serial", data=pem).decode()
    return said.strip().partition("=")[2].lstrip("0")


def subject(pem):
    return pki.openssl("x509", "-noout", "-subject", "-nameopt", "utf8,sep_comma_plus",
                       data=pem).decode().strip()  # fmt: skip


def same_key(pem, csr):
    """Is the certificate's key that of the request?"""
    return (pki.openssl("x509", "-noout", "-pubkey", data=pem)
            == pki.openssl("req", "-noout", "-pubkey", data=csr))  # fmt: skip


def revoked(crl):
    """{serial: reason} of a CRL (DER)."""
    text = pki.openssl("crl", "-inform", "DER", "-noout", "-text", data=crl).decode()
    found = {}
    for entry in text.split("Serial Number: ")[1:]:
        reason = re.search(r"Reason Code:\s*\n\s*(.+)", entry)
        found[entry.split()[0].lstrip("0")] = reason.group(1).strip() if reason else ""
    return found


def verify(pem, issuer, crl, at):
    """`openssl verify -crl_check`: (good?, what it said)."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "leaf.pem").write_bytes(pem)
        (folder / "issuer.pem").write_bytes(issuer)
        (folder / "crl.pem").write_bytes(
            pki.openssl("crl", "-inform", "DER", "-outform", "PEM", data=crl))
        try:
            said = pki.openssl(
                "verify", "-x509_strict", "-crl_check",
                "-attime", str(int(at.timestamp())),
                "-CAfile", folder / "issuer.pem",
                "-CRLfile", folder / "crl.pem", folder / "leaf.pem",
            )  # fmt: skip
        except RuntimeError as e:
            return False, str(e).replace(name + "/", "")
        return True, said.decode().replace(name + "/", "")


def pdf_text(data):
    """What poppler reads in a PDF."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as f:
        f.write(data)
        f.flush()
        return subprocess.run(["pdftotext", "-layout", f.name, "-"], check=True,
                              capture_output=True, text=True).stdout  # fmt: skip


class Published:
    """What the CA of an office shows to everybody."""

    def __init__(self, folder, executor):
        self.folder, self.executor = folder, executor

    def issuer(self):
        if self.executor != "ca":
            return (self.folder / "pki" / "issuer.pem").read_bytes()
        return pki.openssl("x509", "-inform", "DER", "-in", self.folder / "www" / "ca.cer")

    def crl(self):
        if self.executor != "ca":
            return (self.folder / "portal" / "www" / "issuer.crl").read_bytes()
        return (self.folder / "www" / "ca.crl").read_bytes()

    def verify(self, pem, at):
        return verify(pem, self.issuer(), self.crl(), at)
