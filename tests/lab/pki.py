# SPDX-License-Identifier: GPL-3.0-or-later
"""Every key and certificate of the lab, made by openssl and thrown away.

make(folder) writes

    ca.pem, ca.key            the CA that server and S/MIME certificates are of
    server.pem, server.key    for 127.0.0.1 and localhost
    issuer.pem, issuer.key    the CA of the applicants' old certificates
    impostor.pem, .key        a CA that calls itself by the same name
    old-NAME.pem, .key, .spki such a certificate, of each applicant; the key
                              alone (DER), for a CA of one's own to certify
    smime-NAME.pem, .key      S/MIME certificate of each person
    dkim-DOMAIN.key, .txt     DKIM key and its DNS record

and takes about half a second.  Only tests ever trust these.
"""

import base64
import subprocess
from pathlib import Path

from people import APPLICANTS, DOMAINS, PEOPLE

P256 = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
DAYS = "3650"  # the tests move the clock


def openssl(*args, data=None):
    """Runs openssl and gives back what it printed."""
    done = subprocess.run(
        ["openssl", *map(str, args)],
        input=data,
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(
            f"openssl {args[0]} failed: {done.stderr.decode(errors='replace')}"
        )
    return done.stdout


def make_ca(folder, stem, subject):
    openssl(
        "req", "-x509", *P256, "-days", DAYS, "-subj", subject,
        "-keyout", folder / f"{stem}.key", "-out", folder / f"{stem}.pem",
        "-addext", "basicConstraints=critical,CA:TRUE",
        "-addext", "keyUsage=critical,keyCertSign,cRLSign",
    )  # fmt: skip


def make_leaf(folder, ca, stem, subject, extensions, serial):
    """A certificate of `ca`, in two steps because openssl 3.0 has no -CA in
    `req`."""
    request = openssl(
        "req", *P256, "-subj", subject, "-utf8",
        "-keyout", folder / f"{stem}.key",
    )  # fmt: skip
    ext = folder / f"{stem}.ext"
    ext.write_text("\n".join(extensions) + "\n")
    openssl(
        "x509", "-req", "-days", DAYS, "-extfile", ext,
        "-CA", folder / f"{ca}.pem", "-CAkey", folder / f"{ca}.key",
        "-set_serial", serial, "-out", folder / f"{stem}.pem",
        data=request,
    )  # fmt: skip
    ext.unlink()


def make_old(folder, who, serial, ca="issuer"):
    """A certificate of the portal's CA, as applicants have it."""
    make_leaf(
        folder, ca, f"old-{who.key}",
        f"/C=ID/O={who.agency}/CN={who.name}/serialNumber={who.nip}",
        [f"subjectAltName=email:{who.address}",
         "keyUsage=critical,digitalSignature,nonRepudiation",
         "extendedKeyUsage=emailProtection"], serial,
    )  # fmt: skip


def spki(key):
    """The public key of a key file, DER."""
    return openssl("pkey", "-in", key, "-pubout", "-outform", "DER")


def make_dkim(folder, domain):
    key = openssl("genrsa", "2048")
    (folder / f"dkim-{domain}.key").write_bytes(key)
    der = openssl("pkey", "-pubout", "-outform", "DER", data=key)
    record = "v=DKIM1; k=rsa; p=" + base64.b64encode(der).decode()
    (folder / f"dkim-{domain}.txt").write_text(record + "\n")


def make(folder):
    """Fills `folder`, unless that was done before."""
    folder = Path(folder)
    if (folder / "complete").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    make_ca(folder, "ca", "/CN=CA laboratorium (sekali pakai)")
    make_leaf(
        folder, "ca", "server", "/CN=localhost",
        ["subjectAltName=DNS:localhost,IP:127.0.0.1",
         "keyUsage=critical,digitalSignature",
         "extendedKeyUsage=serverAuth"], 2,
    )  # fmt: skip
    for name in ("issuer", "impostor"):
        make_ca(folder, name, "/C=ID/O=PSrE Contoh/CN=PSrE Contoh Penerbit")
    for number, p in enumerate(APPLICANTS, 0x4A10):
        make_old(folder, p, number)
        (folder / f"old-{p.key}.spki").write_bytes(
            spki(folder / f"old-{p.key}.key")
        )
    for number, p in enumerate(PEOPLE.values(), 0x100):
        make_leaf(
            folder, "ca", f"smime-{p.key}", f"/CN={p.name}",
            [f"subjectAltName=email:{p.address}",
             "keyUsage=critical,digitalSignature,nonRepudiation",
             "extendedKeyUsage=emailProtection"], number,
        )  # fmt: skip
    for domain in DOMAINS:
        make_dkim(folder, domain)
    (folder / "complete").touch()
