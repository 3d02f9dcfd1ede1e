#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The portal of a CA that is run by people, as BSrE's AMS is.

The lab plays it when workflows say executor = operator.  Its CA is
pki/issuer, of which the applicants' old certificates are; what an operator
would do there in a browser is done here by hand:

    portal = Portal(folder)
    portal.revoke(serial)          # entered; nobody can see it yet
    portal.publish()               # now it is on the CRL
    portal.issue(csr, who)         # the new certificate, PEM

DIR/portal/www is served over HTTPS by a service of the supervisor ("portal"
to `office stop`), which runs this file.  Times are those of the lab's clock.
"""

import functools
import http.server
import json
import random
import ssl
import sys
import tempfile
from datetime import timedelta, timezone
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import pki  # noqa: E402

CRL_HOURS = 7 * 24

CONFIG = """\
[ca]
default_ca = lab
[lab]
dir = {dir}
database = {dir}/index.txt
crlnumber = {dir}/crlnumber
serial = {dir}/serial
new_certs_dir = {dir}
unique_subject = no
default_md = sha256
policy = any
crl_extensions = crl
x509_extensions = leaf
[any]
countryName = optional
organizationName = optional
commonName = supplied
serialNumber = optional
[crl]
authorityKeyIdentifier = keyid
[leaf]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,nonRepudiation
extendedKeyUsage = emailProtection
authorityKeyIdentifier = keyid
subjectAltName = email:{address}
"""


def stamp(when):
    return when.astimezone(timezone.utc).strftime("%y%m%d%H%M%SZ")


class Portal:
    def __init__(self, folder):
        self.dir = folder / "portal"
        self.folder = folder
        self.www = self.dir / "www"
        self.crl = self.www / "issuer.crl"
        self.www.mkdir(parents=True, exist_ok=True)

    def now(self):
        import box

        return box.clock_now(self.folder)

    # -- what the operator enters

    def revoke(self, serial, reason="superseded"):
        """Entered in the portal: seen by nobody before publish()."""
        with open(self.dir / "revoked", "a") as f:
            f.write(f"{stamp(self.now())},{reason} {serial}\n")

    def issue(self, csr, who, ca="issuer", name=None, days=730):
        """A certificate for the key of a CSR (PEM), as PEM."""
        return self.make(
            "-in", self.put("csr", csr), "-notext",
            "-startdate", stamp(self.now() - timedelta(minutes=1)),
            "-enddate", stamp(self.now() + timedelta(days=days)),
            "-subj", f"/C=ID/O={who.agency}/CN={name or who.name}", "-utf8",
            ca=ca, address=who.address,
        )  # fmt: skip

    def respond(self, **how):
        """From now on the OCSP responder answers."""
        (self.dir / "ocsp").write_text(json.dumps(how))

    def publish(self, ca="issuer", hours=CRL_HOURS, age_hours=0, but=()):
        """A new CRL where everybody can read it; `but`: serials that it
        leaves out."""
        data = self.make_crl(ca, hours, age_hours, but)
        new = self.crl.with_suffix(".new")
        new.write_bytes(data)
        new.chmod(0o644)
        new.rename(self.crl)
        return data

    def make_crl(self, ca="issuer", hours=CRL_HOURS, age_hours=0, but=()):
        """The CRL as DER, of an age of so many hours."""
        rows = ""
        if (self.dir / "revoked").exists():
            for line in (self.dir / "revoked").read_text().splitlines():
                when, serial = line.split()
                if serial not in but:
                    padded = serial if len(serial) % 2 == 0 else "0" + serial
                    rows += f"R\t491231235959Z\t{when}\t{padded}\tunknown\t/CN=x\n"
        made = self.now() - timedelta(hours=age_hours)
        text = self.make(
            "-gencrl", "-crl_lastupdate", stamp(made),
            "-crl_nextupdate", stamp(made + timedelta(hours=hours)),
            ca=ca, rows=rows,
        )  # fmt: skip
        return pki.openssl("crl", "-outform", "DER", data=text)

    # -- openssl ca, with a database of its own each time

    def put(self, name, data):
        path = self.dir / name
        path.write_bytes(data)
        return path

    def make(self, *args, ca, rows="", address="x@y.test"):
        number = self.dir / "number"
        count = int(number.read_text()) + 1 if number.exists() else 1
        number.write_text(str(count))
        with tempfile.TemporaryDirectory() as name:
            work = Path(name)
            (work / "index.txt").write_text(rows)
            (work / "crlnumber").write_text(f"{count:04X}\n")
            (work / "serial").write_text(f"{random.getrandbits(63) | 1 << 62:X}\n")
            (work / "ca.cnf").write_text(CONFIG.format(dir=work, address=address))
            return pki.openssl(
                "ca", "-batch", "-config", work / "ca.cnf",
                "-cert", self.folder / "pki" / f"{ca}.pem",
                "-keyfile", self.folder / "pki" / f"{ca}.key", *args,
            )  # fmt: skip




# ---- the server -----------------------------------------------------------------


def ocsp_answer(folder, request):
    """What the CA's responder says (openssl ocsp), revoke() included; with
    DIR/portal/ocsp: {"signer": ..., "index": ...} it does otherwise."""
    how = json.loads((folder / "portal" / "ocsp").read_text() or "{}")
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        rows = ""
        for line in (folder / "portal" / "revoked").read_text().splitlines():
            when, serial = line.split()
            padded = serial if len(serial) % 2 == 0 else "0" + serial
            rows += f"R\t491231235959Z\t{when}\t{padded}\tunknown\t/CN=x\n"
        (work / "index.txt").write_text(rows)
        (work / "request").write_bytes(request)
        signer = folder / "pki" / how.get("signer", "issuer")
        pki.openssl(
            "ocsp", "-index", work / "index.txt", "-CA", folder / "pki" / "issuer.pem",
            "-rsigner", f"{signer}.pem", "-rkey", f"{signer}.key",
            "-reqin", work / "request", "-respout", work / "answer", "-ndays", "30",
        )  # fmt: skip
        return (work / "answer").read_bytes()


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        kind = self.headers["Content-Type"]
        folder = Path(self.directory).parent.parent
        good = kind == "application/ocsp-request" and (folder / "portal" / "ocsp").exists()
        answer = ocsp_answer(folder, body) if good else b""
        self.send_response(200 if good else 404)
        self.send_header("Content-Type", "application/ocsp-response")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


def serve(folder, port):
    www = folder / "portal" / "www"
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", port), functools.partial(Handler, directory=str(www))
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "pki" / "server.pem",
                            folder / "pki" / "server.key")  # fmt: skip
    # The handshake is done by the thread of the connection.
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    server.serve_forever()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
