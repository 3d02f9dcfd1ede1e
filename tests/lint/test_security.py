# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/SECURITY.md leaves no program and no secret out, and docs/threats-tests.md
names tests that are there.

A program of proc/table.c, a program that is linked at all, and a key of the
configuration that names a secret have each to be there.  A fault is planted in
each, as in test_lints.py.
"""

import re
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
PAGE = (TOP / "docs" / "SECURITY.md").read_text()


def programs(table):
    """Names, files and workers of the rows of proc/table.c."""
    rows = re.findall(r'\{"([a-z-]+)", "([a-z-]+)",\s*(?:"([a-z-]+)"|NULL)', table)
    assert rows
    return sorted({word for row in rows for word in row if word})


def linked(conf):
    found = re.findall(r"^([a-z-]+)\??:", conf, re.M)
    assert found
    return found


def secrets(*sources):
    """The paths whose values are read by value_secret, in src/config."""
    found = re.findall(r'\{"([a-z_.]+)", value_secret,', "".join(sources))
    assert found
    return found


def rows_of(page):
    """The first two cells of each row of the table of programs."""
    table = page.split("## The programs")[1].split("###")[0]
    return re.findall(r"^\| `([a-z-]+)` \| (?:`([a-z-]+)`|\([^|]*\)) \|", table, re.M)


def left_out(words, page):
    return [w for w in words if not re.search(rf"`[^`\n]*(?<![\w.-]){re.escape(w)}(?![\w.-])[^`\n]*`", page)]


TABLE = (TOP / "src" / "proc" / "table.c").read_text()
CONF = (TOP / "tests" / "lint" / "links.conf").read_text()
CONFIG = [p.read_text() for p in sorted((TOP / "src" / "config").glob("*.c"))]


def test_every_program_of_the_star_has_its_row():
    named = {word for row in rows_of(PAGE) for word in row if word}
    assert [p for p in programs(TABLE) if p not in named] == []


def test_every_program_that_is_linked_has_its_row():
    named = {row[0] for row in rows_of(PAGE)}
    assert [p for p in linked(CONF) if p not in named] == []


def test_every_secret_of_the_configuration_is_named():
    assert left_out(secrets(*CONFIG), PAGE) == []


def test_what_the_page_cites_is_there():
    """Files in the tree, but for patterns; and the engine's other sockets."""
    cited = re.findall(r"`((?:src|tests|docs|systemd)/[\w./-]+)`", PAGE)
    assert len(cited) > 10
    assert [c for c in cited if not (TOP / c).exists()] == []


@pytest.mark.parametrize("row", [
    '    [PROGRAM_CMP] = {"cmp", "loket-cmp", NULL, false, 60, true},',
    '    [PROGRAM_X] = {"lookout", "loket-net", "lookout", false, 60, true},',
])  # fmt: skip
def test_a_new_program_is_missed(row):
    named = {word for line in rows_of(PAGE) for word in line if word}
    assert [p for p in programs(TABLE + row) if p not in named] != []


def test_a_new_secret_is_missed():
    more = '    {"portal.token_file", value_secret, TO(portal.token), .min = 1,'
    assert left_out(secrets(*CONFIG, more), PAGE) == ["portal.token_file"]


def not_there(page):
    """Cited tests, `tests/FILE::NAME`, that no file has."""
    cited = re.findall(r"`(tests/[\w./-]+)::(\w+)`", page)
    assert cited
    faults = []
    for file, name in cited:
        path = TOP / file
        if not path.exists() or not re.search(rf"\b{name}\b", path.read_text()):
            faults.append(f"{file}::{name}")
    return faults


def test_every_cited_test_of_a_threat_is_there():
    page = (TOP / "docs" / "threats-tests.md").read_text()
    assert not_there(page) == []
    ids = re.findall(r"^\| (V\d{3}) \|", page, re.M)
    known = re.findall(r"^(V\d{3}) ", (TOP / "docs" / "threats.md").read_text(), re.M)
    assert sorted(set(ids)) == ids and set(ids) <= set(known)


def test_a_test_that_went_is_missed():
    assert not_there("`tests/unit/message_gate_test.c::v999_gone`") != []
