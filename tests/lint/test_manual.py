# SPDX-License-Identifier: GPL-3.0-or-later
"""The manual pages: well formed, complete, and their example is proved.

That the examples load, and fit each other, is told by
tests/unit/config_manual_test.c.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
MAN = TOP / "docs" / "man"
PAGES = sorted(p.name for p in MAN.glob("*.[1-8]"))
BUILD = Path(os.environ.get("LOKET_BUILD", TOP / "build"))


def example(page, name):
    """The literal text between `begin NAME` and `end NAME`."""
    text = (MAN / page).read_text()
    between = text.split(f'.\\" begin {name}\n')[1].split(f'.\\" end {name}\n')[0]
    lines = between.splitlines()
    assert lines[0] == ".Bd -literal" and lines[-1] == ".Ed"
    return "\n".join(lines[1:-1]) + "\n"


def table_keys(*names):
    """The paths of the tables of keys in src/config, as people write them."""
    found = []
    for name in names:
        text = (TOP / "src" / "config" / name).read_text()
        for path in re.findall(r'^    \{"([a-z_.]+)", [a-z_]+,', text, re.M):
            found += path.split(".")
    assert found
    return sorted(set(found))


def words_of(table):
    """The names of an enum, from its table in model/names.c."""
    text = (TOP / "src" / "model" / "names.c").read_text()
    body = re.search(rf"{table}\[\] = {{(.*?)}};", text, re.S).group(1)
    return re.findall(r'= "([^"]+)"', body)


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not here")
@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_well_formed(page):
    run = subprocess.run(["groff", "-mdoc", "-Tutf8", "-ww", "-z", MAN / page],
                         capture_output=True, text=True)  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")


def missing(page, words):
    text = (MAN / page).read_text()
    return [w for w in words if not re.search(rf"(?<![\w-]){re.escape(w)}(?![\w-])", text)]


def test_every_key_of_a_procedure_is_explained():
    keys = table_keys("procedure.c", "steps.c", "transitions.c")
    assert {"quorum", "to", "paper", "effective"} <= set(keys)
    assert missing("loket-workflow.5", keys) == []


@pytest.mark.parametrize("table", ["step_kinds", "outlets", "outcomes", "papers",
                                   "paper_checks", "abilities"])  # fmt: skip
def test_every_word_of_a_procedure_is_explained(table):
    assert missing("loket-workflow.5", words_of(table)) == []


def test_every_letter_of_a_procedure_is_explained():
    text = (TOP / "src/config/transitions.c").read_text()
    letters = re.search(r"letter_words\[\] = {(.*?)}", text, re.S).group(1)
    letters = re.findall(r'"([a-z]+)"', letters)
    assert len(letters) == 14
    assert missing("loket-workflow.5", letters) == []


def test_every_key_and_role_of_people_is_explained():
    words = table_keys("officer.c", "people.c") + words_of("roles")
    words += words_of("abilities") + words_of("powers") + words_of("affiliations")
    assert missing("loket-people.5", words) == []


def test_every_key_of_the_calendar_is_explained():
    keys = set(table_keys("timetable.c"))
    keys -= {"tuesday", "wednesday", "thursday", "friday", "saturday"}
    assert missing("loket-calendar.5", sorted(keys)) == []


def test_every_component_and_item_of_a_form_is_explained():
    words = words_of("standard_parts") + table_keys("forms.c")
    assert {"facilities", "centre", "paper"} <= set(words)
    assert missing("loket-standard.5", words) == []


def test_the_example_procedure_is_proved(tmp_path):
    """What the page says loketctl says of its example, it says."""
    (tmp_path / "ganti.conf").write_text(example("loket-workflow.5", "ganti.conf"))
    run = subprocess.run([BUILD / "loketctl", "workflow", "check", "ganti.conf"],
                         cwd=tmp_path, capture_output=True, text=True)  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"\n{run.stdout}.Ed\n" in (MAN / "loket-workflow.5").read_text()


@pytest.mark.parametrize("line, code", [
    ("timeout  = { to = \"lapsed\"; letters = [\"lapsed\"]; };", "no-timeout"),
    ("substitute = \"division-head\";", "no-substitute"),
])  # fmt: skip
def test_the_example_without_a_line_is_refused(tmp_path, line, code):
    """The page says what the checker would tell; it does."""
    text = example("loket-workflow.5", "ganti.conf")
    assert line in text
    text = text.replace(line, "", 1)
    if code == "no-timeout":
        text = text.replace(" timeout = 8100;", "")
    (tmp_path / "ganti.conf").write_text(text)
    run = subprocess.run([BUILD / "loketctl", "workflow", "check", "ganti.conf"],
                         cwd=tmp_path, capture_output=True, text=True)  # fmt: skip
    assert run.returncode != 0
    assert f"    {code}" in run.stdout
