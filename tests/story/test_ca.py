# SPDX-License-Identifier: GPL-3.0-or-later
"""The office's own CA as its administrator meets it: made once with loketctl,
and named in `loketctl status` when something about it is wrong."""

import os
import subprocess
from contextlib import contextmanager

import box
import client
import conf
import pki
import pytest

NAME = r"CN=CA Kota Pekalongan,O=Dinas Komunikasi\, Kota,C=ID"


def give(path, mode):
    """To the user that runs the office."""
    path.chmod(mode)
    owner = (path.parent if path.is_file() else path.parent.parent).stat()
    os.chown(path, owner.st_uid, owner.st_gid)


@pytest.fixture
def secret(office):
    path = office.dir / "home" / "ca-passphrase"
    path.write_text("kata sandi laboratorium\n")
    give(path, 0o400)
    return path


def init(office, secret, *more):
    done = client.loketctl(office.dir, "ca", "init", "--dir", office.dir / "home" / "ca",
                           "--passphrase-file", secret, "--name", NAME, *more)  # fmt: skip
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.mark.parametrize("key, says", [
    (None, "ASN1 OID: prime256v1"),
    ("p384", "ASN1 OID: secp384r1"),
    ("rsa3072", "Public-Key: (3072 bit)"),
    ("rsa4096", "Public-Key: (4096 bit)"),
])  # fmt: skip
def test_ca_init_makes_a_ca_once(office, secret, key, says):
    more = ["--key", key] if key else []
    folder = office.dir / "home" / "ca"
    code, said, error = init(office, secret, *more)
    assert code == 0, error
    assert f"made {folder}/ca.key and {folder}/ca.pem" in said
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "ca.key").stat().st_mode & 0o777 == 0o400
    text = pki.openssl("x509", "-in", folder / "ca.pem", "-noout", "-text").decode()
    assert says in text
    for part in ("CA:TRUE, pathlen:0", "Certificate Sign, CRL Sign",
                 'O = "Dinas Komunikasi, Kota"', "CN = CA Kota Pekalongan"):
        assert part in text  # fmt: skip
    pki.openssl("pkey", "-in", folder / "ca.key", "-passin", f"file:{secret}", "-check", "-noout")
    made = {p.name: p.read_bytes() for p in folder.iterdir()}
    code, _, error = init(office, secret, *more)
    assert code == 1
    assert f"{folder}/ca.key is there already: a CA is never overwritten" in error
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == made


def test_ca_init_wants_a_guarded_passphrase(office, secret):
    secret.chmod(0o440)
    code, _, error = init(office, secret)
    assert code == 111 and "mode is 0440" in error
    secret.chmod(0o600)
    secret.write_text("pendek\n")
    secret.chmod(0o400)
    code, _, error = init(office, secret)
    assert code == 1 and "shorter than 8" in error
    code, _, error = init(office, secret, "--key", "dsa")
    assert code == 100 and "ca init --help" in error
    assert not (office.dir / "home" / "ca" / "ca.key").exists()


@contextmanager
def ca_service(office, secret):
    """loket-ca with a CA of its own, at the socket the engine knows."""
    state = box.load(office.dir)
    argv = conf.ca_command(state["app"], office.dir)
    who = {}
    if os.getuid() == 0:
        who = {"user": 65534, "group": 65534, "extra_groups": []}
    process = subprocess.Popen(
        [argv[0], "--socket", office.dir / "run" / "ca", "--dir", office.dir / "home" / "ca",
         "--passphrase-file", secret], cwd="/", stderr=subprocess.DEVNULL,
        env=box.environment(office.dir, LOKET_CLOCK=str(office.dir / "clock")), **who,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


def await_ca(office, says):
    seen = []

    def look():
        seen.append(office.ctl("status")["ca"])
        return says in seen[-1]

    try:
        client.wait_for(look, 40, f"the CA to be {says}")
    except box.LabError as e:
        raise AssertionError(f"{e}; it is {seen[-1]}") from None
    return seen[-1]


def test_unreadable_ca_key_is_named_and_mended(office, secret):
    """Nothing else stops, and the administrator reads what to mend."""
    assert init(office, secret)[0] == 0
    key = office.dir / "home" / "ca" / "ca.key"
    key.chmod(0)
    await_ca(office, "ready")
    office.stop("ca")
    with ca_service(office, secret) as process:
        text = await_ca(office, "refusing")
        assert text == f"refusing: {key}: Permission denied"
        assert process.poll() is None
        office.apply("budi")
        office.await_case("received")
    key.chmod(0o400)
    with ca_service(office, secret):
        # Another CA than the office had before: an administrator's word.
        await_ca(office, "refused")
        assert office.ctl("ca", "show")["refused"]
        office.ctl("ca", "accept", "--reason", "CA baru")
        await_ca(office, "ready")
