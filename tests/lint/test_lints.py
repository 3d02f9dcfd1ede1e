# SPDX-License-Identifier: GPL-3.0-or-later
"""The lints can fail: each is shown a planted fault and must name it.

A lint that passes on everything is worse than none; these tests are why its
word can be trusted.  That they pass on the tree itself is their own test.
"""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
LINT = TOP / "tests" / "lint"
BUILD = pathlib.Path(os.environ.get("LOKET_BUILD", TOP / "build-lab"))

PROGRAMS = ["loketd", "loketctl", "loket-engine", "loket-net", "loket-parser",
            "loket-parser-document", "loket-ca"]


def run(*words):
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True,
                          check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def source(tmp_path):
    shutil.copytree(TOP / "src", tmp_path / "src")
    return tmp_path / "src"


def plant(source, name, line):
    path = source / name
    path.write_text(line + "\n" + path.read_text())


def test_floors_hold():
    code, said = run(LINT / "floors", TOP / "src")
    assert code == 0, said


@pytest.mark.parametrize("name, line, fault", [
    ("base/buf.c", '#include "model/mail.h"', "base/buf.c: base may not include model/mail.h"),
    ("store/store.c", '#include "letter/compose.h"',
     "store/store.c: store may not include letter/compose.h"),
    ("workflow/step.c", '#include "store/store.h"',
     "workflow/step.c: workflow may not include store/store.h"),
    ("loketctl.c", '#include "store/store.h"', "loketctl.c may not include store/store.h"),
    ("workflow/step.c", "#include <sqlite3.h>", "workflow/step.c: <sqlite3.h> belongs to store"),
    ("proc/engine.c", "#include <gmime/gmime.h>", "proc/engine.c: <gmime/gmime.h> belongs to"),
    ("message/gate.c", '#include "gate.h"', 'message/gate.c: "gate.h": write "room/file.h"'),
])
def test_floors_fail_when_an_include_crosses_one(source, name, line, fault):
    plant(source, name, line)
    code, said = run(LINT / "floors", source)
    assert code == 1
    assert fault in said


@pytest.fixture
def programs(tmp_path):
    """The programs as built, in a folder where one can be exchanged."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in PROGRAMS:
        shutil.copy2(BUILD / name, folder / name)
    return folder


def compile_program(path, code, *libraries):
    source = path.with_suffix(".c")
    source.write_text(code)
    subprocess.run(["cc", "-fPIE", "-pie", "-fstack-protector-all", "-Wl,-z,relro,-z,now",
                    "-Wl,--no-as-needed", "-o", path, source, *libraries], check=True)
    source.unlink()


def test_links_hold():
    code, said = run(LINT / "links", BUILD)
    assert code == 0, said


@pytest.mark.parametrize("program, library, name", [
    ("loket-ca", "-lcurl-gnutls", "libcurl-gnutls"),
    ("loket-ca", "-lgmime-3.0", "libgmime-3.0"),
    ("loket-engine", "-lgmime-3.0", "libgmime-3.0"),
    ("loket-engine", "-lopendkim", "libopendkim"),
    ("loket-parser", "-lpoppler-glib", "libpoppler-glib"),
])
def test_links_fail_when_a_program_links_what_it_may_not(programs, program, library, name):
    compile_program(programs / program,
                    "int main(void) { char b[64]; b[0] = 0; return b[0]; }\n", library)
    code, said = run(LINT / "links", programs)
    assert code == 1
    assert f"{program} links {name}" in said


def test_links_fail_without_hardening(programs):
    source = programs / "x.c"
    source.write_text("int main(void) { return 0; }\n")
    subprocess.run(["cc", "-no-pie", "-fno-stack-protector", "-Wl,-z,norelro",
                    "-o", programs / "loket-ca", source], check=True)
    source.unlink()
    code, said = run(LINT / "links", programs)
    assert code == 1
    assert "loket-ca is not position independent" in said
    assert "loket-ca has no RELRO segment" in said
    assert "loket-ca is not compiled with a stack protector" in said


def test_symbols_hold():
    code, said = run(LINT / "symbols", BUILD)
    assert code == 0, said


@pytest.mark.parametrize("symbol, library", [
    ("strbuf_append", "libconfig"),  # libconfig's parser once called ours
    ("config_init", "libconfig"),
    ("mailimap_login", "libetpan"),
    ("poppler_document_new_from_bytes", "libpoppler-glib"),
])
def test_symbols_fail_when_a_global_meets_a_librarys(tmp_path, symbol, library):
    source = tmp_path / "x.c"
    source.write_text(f"void {symbol}(void);\nvoid {symbol}(void) {{}}\n")
    subprocess.run(["cc", "-fvisibility=hidden", "-c", "-o", tmp_path / "x.o", source],
                   check=True)
    code, said = run(LINT / "symbols", BUILD, tmp_path)
    assert code == 1
    assert f"{symbol} is also in {library}" in said


def test_references_hold():
    code, said = run(LINT / "references")
    assert code == 0, said


def test_references_fail_on_what_is_not_there(tmp_path):
    for folder in ("src", "tests", "conf", "systemd"):
        (tmp_path / folder).mkdir()
    shutil.copytree(TOP / "docs", tmp_path / "docs")
    planted = "/* V9" + "99, I" + "26, design.md 1" + "2, PKL-" + "99; V061 is there */\n"
    planted += "/* docs/decisions/" + "999 */\n"
    (tmp_path / "src" / "x.c").write_text(planted)
    shutil.copy(TOP / "docs/decisions/001-two-parser-programs.md",
                tmp_path / "docs/decisions/001-again.md")
    code, said = run(LINT / "references", tmp_path)
    assert code == 1
    for what in ("V9" + "99", "I" + "26", "PKL-" + "99"):
        assert f"src/x.c:1: {what} stands in no document" in said
    assert "V061" not in said
    assert "src/x.c:2: there is no docs/decisions/" + "999" in said
    assert "docs/decisions: two files are 001" in said


def code_lines(path):
    """Lines that hold code: neither empty nor comment alone."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
    return sum(1 for line in text.splitlines() if line.strip())


def test_order_journal_and_signing_stay_small():
    """Who can make a certificate is read in an afternoon (threats.md 2)."""
    files = [TOP / "src" / "ca" / name for name in ("order.c", "journal.c", "sign.c")]
    assert sum(map(code_lines, files)) <= 1000, {f.name: code_lines(f) for f in files}


def test_every_test_is_run():
    """What no list names is never run, however often somebody cites it."""
    lists = "".join(p.read_text() for p in (TOP / "tests").rglob("*.mk"))
    named = set(re.findall(r"[\w/]+_test\b|[\w/]+\.py\b", lists))
    there = {str(p.relative_to(TOP)) for f in ("story", "lint")
             for p in (TOP / "tests" / f).glob("test_*.py")}  # fmt: skip
    there |= {str(p.relative_to(TOP).with_suffix(""))
              for p in (TOP / "tests/unit").glob("*_test.c")}  # fmt: skip
    assert there - named == set()
    assert len(there) > 100


def test_requirements_hold():
    code, said = run(LINT / "requirements")
    assert code == 0, said


def test_requirements_fail_on_a_test_that_is_not_there(tmp_path):
    shutil.copytree(LINT, tmp_path / "tests" / "lint")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "requirements.md").write_text(
        "| PKL-1 | intake | tests/lint/test_scripts.py::test_that_nobody_wrote |\n"
        "| PKL-2 | letter | tests/story/nowhere.py::test_x |\n")
    code, said = run(tmp_path / "tests" / "lint" / "requirements")
    assert code == 1
    assert "PKL-1 cites test_that_nobody_wrote" in said
    assert "PKL-2 cites tests/story/nowhere.py, which is not there" in said
