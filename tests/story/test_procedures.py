# SPDX-License-Identifier: GPL-3.0-or-later
"""loketctl workflow, as somebody uses it who writes a procedure: no Loket runs.

What the checker finds is tests/unit/workflow_files_test; here it is how that
is told, and that the drawing is one."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import box
import conf
import pytest

TOP = Path(__file__).resolve().parents[2]
RIGHT = sorted((TOP / "tests/workflows/right").glob("*.conf"))
BROKEN = TOP / "tests/workflows/broken"


def loketctl(*words):
    done = subprocess.run([Path(os.environ["LOKET_BUILD"]) / "loketctl", *words],
                          capture_output=True, text=True, check=False)  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def test_a_right_procedure_passes():
    code, said, error = loketctl("workflow", "check", *RIGHT)
    assert (code, error) == (0, "")
    assert [re.sub(r"\d+", "N", x.rpartition("/")[2]) for x in said.splitlines()] == [
        f"{x.name}: N steps, N combinations, nothing found" for x in RIGHT]  # fmt: skip


def test_a_finding_names_file_line_sentence_and_path():
    file = BROKEN / "decision-skipped.conf"
    code, said, error = loketctl("workflow", "check", file)
    line = next(n for n, x in enumerate(file.read_text().splitlines(), 1)
                if 'to = "revoke"' in x)  # fmt: skip
    assert (code, error) == (1, "")
    assert said == (
        f'{file}:{line}: the order to issue is given in step "revoke" without the '
        'approval of step "second"; let every way to it pass there after the case '
        "last went back to the applicant (PKL-5)\n"
        "    issue-unapproved: apply --complete--> verify --approve--> ask --approve--> "
        "revoke\n")  # fmt: skip


def test_findings_as_json():
    files = [BROKEN / "trap.conf", RIGHT[0]]
    code, said, _ = loketctl("--json", "workflow", "check", *files)
    broken, right = json.loads(said)
    assert code == 1
    assert [x["code"] for x in broken["findings"]][0] == "dead-end"
    assert broken["findings"][0]["path"] == "apply --complete--> verify --approve--> one"
    assert right["findings"] == [] and right["combinations"] > 10


def test_what_is_no_procedure_is_refused_with_file_and_line(tmp_path):
    file = tmp_path / "mine.conf"
    file.write_text(RIGHT[0].read_text().replace('to = "lapsed"', 'to = "nowhere"'))
    code, said, _ = loketctl("workflow", "check", file, tmp_path / "none.conf")
    first, second = said.splitlines()
    assert code == 1
    assert re.match(rf"{file}:\d+: .*nowhere.* is no step here; the steps are: ", first)
    assert second.startswith(f"{tmp_path}/none.conf: No such file")
    code, said, error = loketctl("workflow", "dot", file)
    assert code == 1 and said == "" and "nowhere" in error


# ---- at the start


def test_what_is_not_proved_does_not_start(make_office):
    office = make_office(hold=True)
    file = office.dir / "conf/workflows/lock.conf"
    text = file.read_text()
    line = next(n for n, x in enumerate(text.splitlines(), 1) if 'approve = { to = "revoke"' in x)
    said = f'workflows/lock.conf:{line}: a certificate is issued in step "issue" while'
    state = box.load(office.dir)
    run = {"env": box.environment(office.dir, LOKET_LIBEXEC=state["app"]), "text": True,
           "capture_output": True, "check": False, "cwd": "/", "timeout": 60}  # fmt: skip
    if os.getuid() == 0:
        nobody = box.pwd.getpwnam("nobody")
        run |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    command = conf.loketd_command(state["app"], office.dir)
    check = [Path(state["app"]) / "loketctl", "-c", office.dir / "conf", "workflow", "check"]
    done = subprocess.run(check, **run)
    assert done.returncode == 0, done.stdout + done.stderr
    assert subprocess.run([*command, "--check"], **run).returncode == 0
    file.write_text(text.replace('approve = { to = "revoke"', 'approve = { to = "issue"'))
    for words in ([*command, "--check"], command):
        done = subprocess.run(words, **run)
        assert done.returncode == 1
        assert said in done.stderr
        assert "[apply --complete--> verify --approve--> issue]" in done.stderr
    done = subprocess.run(check, **run)
    assert done.returncode == 1 and said in done.stdout


# ---- the drawing

TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|->|[A-Za-z_][\w]*|-?\d+|[{}\[\]=;,])')


def parse_dot(text):
    """DOT as Graphviz's grammar has it, as much as we write: nodes and edges
    with their attributes."""
    tokens, at = [], 0
    text = text.rstrip()
    while at < len(text):
        found = TOKEN.match(text, at)
        assert found, text[at:at + 40]
        tokens.append(found[1])
        at = found.end()

    def take(*wanted):
        token = tokens.pop(0)
        assert not wanted or token in wanted, (token, wanted, tokens[:8])
        return token

    def name():
        token = take()
        assert token[0] == '"' or token[0].isalpha()
        return re.sub(r"\\(.)", r"\1", token[1:-1]) if token[0] == '"' else token

    def attributes():
        found = {}
        take("[")
        while tokens[0] != "]":
            key = name()
            take("=")
            found[key] = take()
            if tokens[0] == ",":
                take(",")
        take("]")
        return found

    take("digraph")
    graph = {"name": name(), "nodes": {}, "edges": []}
    take("{")
    while tokens[0] != "}":
        first = name()
        if tokens[0] == "->":
            take("->")
            second = name()
            graph["edges"].append((first, second, attributes()))
        elif tokens[0] == "=":
            take("=")
            take()
        elif first in ("node", "edge"):
            attributes()
        else:
            graph["nodes"][first] = attributes()
        take(";")
    take("}")
    assert tokens == []
    return graph


@pytest.mark.parametrize("file", RIGHT, ids=lambda x: x.stem)
def test_the_drawing_has_every_step_and_every_way(file):
    code, said, error = loketctl("workflow", "dot", file)
    assert (code, error) == (0, "")
    graph = parse_dot(said)
    text = file.read_text()
    steps = re.findall(r'name = "([\w-]+)"', text)
    ways = re.findall(r'(\w+) = \{ to = "([\w-]+)"', text)
    assert graph["name"] == file.stem
    assert sorted(graph["nodes"]) == sorted(steps)
    assert sorted((to, x["label"][1:-1].split("\\n")[0].split()[0])
                  for _, to, x in graph["edges"]) == sorted((to, o) for o, to in ways)  # fmt: skip
    if shutil.which("dot"):
        drawn = subprocess.run(["dot", "-Tsvg"], input=said, capture_output=True,
                               text=True, check=False)  # fmt: skip
        assert drawn.returncode == 0, drawn.stderr
        assert "<svg" in drawn.stdout


def test_nothing_in_a_file_escapes_its_quotes(tmp_path):
    file = tmp_path / "mine.conf"
    file.write_text((RIGHT[0].parent / "one-officer.conf").read_text().replace(
        'id = "Pengajuan"', r'id = "\"]; evil [label=\"\\"'))  # fmt: skip
    code, said, error = loketctl("workflow", "dot", file)
    assert (code, error) == (0, "")
    graph = parse_dot(said)
    assert "evil" not in graph["nodes"]
    assert '"]; evil' in re.sub(r"\\(.)", r"\1", graph["nodes"]["apply"]["tooltip"])
