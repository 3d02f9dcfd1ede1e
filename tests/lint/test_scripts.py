# SPDX-License-Identifier: GPL-3.0-or-later
"""Our scripts: shell passes shellcheck, Python compiles, and the package list
names each package once and no server."""

import pathlib
import shutil
import subprocess

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]


def scripts(word):
    """Files of the repository whose first line names this interpreter."""
    places = [TOP, TOP / ".ci", TOP / "tests",
              *(p for p in (TOP / "tests").rglob("*") if p.is_dir())]
    for place in places:
        for path in sorted(place.glob("*")):
            if path.is_file() and path.suffix in ("", ".sh", ".py"):
                with open(path, "rb") as f:
                    line = f.readline()
                if line.startswith(b"#!") and word in line.split(b"/")[-1]:
                    yield path


def test_shellcheck_has_nothing_to_say():
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not installed (./bootstrap does)")
    found = [p for p in scripts(b"sh") if not p.name.startswith("configure")]
    assert {TOP / "bootstrap", TOP / "tests" / "run-pytest"} <= set(found)
    done = subprocess.run(["shellcheck", *found], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stdout


def test_python_compiles():
    found = [*scripts(b"python3"), *(TOP / "tests").rglob("*.py")]
    for path in found:
        compile(path.read_text(), str(path), "exec")
    assert len(found) > 5


def test_package_list_is_sound():
    names = [line.split("#")[0].strip()
             for line in (TOP / "build-packages").read_text().splitlines()]
    names = [n for n in names if n]
    assert len(names) == len(set(names))
    servers = {"dovecot-core", "dovecot-imapd", "dovecot-lmtpd", "postfix",
               "exim4-daemon-light", "exim4-base"}
    assert not servers & set(names)
