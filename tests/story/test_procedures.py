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


SHIPPED = sorted([*(TOP / "conf/workflows").glob("*.conf"), *(TOP / "conf/examples").glob("*.conf")])


@pytest.mark.parametrize("file", SHIPPED, ids=lambda x: x.stem)
def test_the_shipped_procedures_are_proved_and_drawn(file):
    code, said, error = loketctl("workflow", "check", file)
    assert (code, error) == (0, "") and said.endswith("nothing found\n"), said
    drawn = loketctl("workflow", "dot", file)[1]
    assert drawn == (TOP / f"docs/procedures/{file.stem}.dot").read_text(), "make drawings"


# ---- events played


def play(tmp_path, procedure, events, *options):
    """[(moment, what, {kind: [texts]})] of what was printed, and the exit status."""
    file = tmp_path / "events"
    file.write_text("".join(f"{x.strip()}\n" for x in events.strip().splitlines()))
    code, said, error = loketctl(*options, "workflow", "simulate", procedure, file)
    played = []
    for line in said.splitlines():
        if line.startswith("    "):
            played[-1][2].setdefault(line[4:16].strip(), []).append(line[16:])
        else:
            played.append((line[:16], line[17:], {}))
    return played, code, error.replace(str(file), "events")


def cases(played):
    """How the case stood after each event: "received verify"."""
    return [re.sub(r"\S+ (\w+), step ([\w-]+),.*", r"\1 \2", x["case"][0])
            for _, _, x in played]  # fmt: skip


LOCK = TOP / "conf/workflows/lock.conf"
CHAIN = TOP / "tests/workflows/right/chain.conf"


def test_a_case_is_played_to_its_end(tmp_path):
    played, code, error = play(tmp_path, LOCK, """
        # Friday, after closing: the clock starts on Monday
        2026-11-20 13:00 applicant statement
        2026-11-20 13:10 applicant csr
        2026-11-23 09:00 verifier SETUJU
        2026-11-23 09:30 verifier SETUJU
        2026-11-23 10:00 operator SELESAI
        2026-11-23 13:00 ca revoked
        2026-11-23 14:00 applicant message
        """)
    assert (code, error) == (0, "")
    assert cases(played) == [
        "incomplete apply", "received verify", "revoking revoke", "revoking revoke",
        "revoking revoke", "completed completed", "completed completed"]  # fmt: skip
    assert played[0][2]["letter"] == ["incomplete to the applicant: no-csr"]
    assert "due 2026-11-24 15:45, 810 office minutes from now" in played[1][2]["case"][0]
    assert played[1][2]["question"] == [
        "verify: verifier, SETUJU or TOLAK or PERBAIKI, until 2026-11-23 13:10"]
    assert played[2][2]["order"] == ["revoke given", "issue given"]
    assert played[3][2]["event"] == ["answer: used"]
    assert played[5][2]["order"] == ["revoke done", "issue done"]
    assert played[5][2]["letter"][0].startswith("completed to the applicant")


LETTERS = TOP / "tests/workflows/right/letters.conf"


def test_papers_that_depend_on_the_reason_are_played(tmp_path):  # CMS-14, CMS-15
    played, code, error = play(tmp_path, LETTERS, """
        2026-11-23 08:00 applicant statement request lost
        2026-11-23 09:00 applicant superior
        2026-11-23 09:30 applicant police
        2026-11-23 10:00 applicant statement request changed
        """)
    assert (code, error) == (0, "")
    assert [x["letter"][0] for _, _, x in played[:2]] == [
        "incomplete to the applicant: no-police", "incomplete to the applicant: no-police"]
    # The superior's letter was taken when it came.
    assert cases(played) == [
        "incomplete apply", "incomplete apply", "received verify", "received verify"]


def test_timers_fire_at_their_own_minutes(tmp_path):
    played, code, _ = play(tmp_path, LOCK, """
        2026-11-23 08:00 applicant statement csr
        2026-11-26 10:00 tick
        """)
    assert code == 0
    assert [(x, what) for x, what, _ in played[1:]] == [
        ("2026-11-23 15:45", "(remind)"), ("2026-11-24 15:45", "(escalate)"),
        ("2026-11-24 15:45", "(stalled)"), ("2026-11-24 15:45", "(due)"),
        ("2026-11-26 08:00", "(a question expired)"), ("2026-11-26 10:00", "tick")]  # fmt: skip
    assert len(played[1][2]["question"]) == 1
    assert [x["letter"] for _, _, x in played[2:5]] == [
        ["late to each oversight: late-step"], ["late to each oversight: late-stalled"],
        ["late to each oversight: late-due"]]  # fmt: skip
    assert "question" not in played[5][2]  # the reminder asked anew


def test_who_applies_himself_is_not_asked(tmp_path):
    played, code, _ = play(tmp_path, LOCK, """
        applicant = verifier
        2026-11-23 08:00 applicant statement csr
        2026-11-23 09:00 verifier SETUJU
        2026-11-23 09:10 section-officer TOLAK
        2026-11-23 09:20 section-officer TOLAK bukan tanda tangannya
        2026-11-23 10:00 applicant statement csr
        """)
    assert code == 0
    assert played[0][2]["question"][0].startswith("verify: section-officer,")
    assert cases(played) == ["received verify"] * 3 + ["rejected rejected", "received verify"]
    assert played[2][2]["event"] == ["answer: no-reason"]
    assert "000001" in played[3][2]["case"][0] and "000002" in played[4][2]["case"][0]


def test_an_official_who_applies_is_stood_in_for(tmp_path):
    played, code, _ = play(tmp_path, CHAIN, """
        applicant = head
        2026-11-23 08:00 applicant statement csr
        2026-11-23 08:10 division-head DISPOSISI division-head
        2026-11-23 08:20 division-head DISPOSISI section-officer
        """)
    assert code == 0
    assert played[0][2]["question"][0].startswith("head: division-head, DISPOSISI,")
    assert cases(played) == ["received head", "received division", "received examine"]


def test_a_chain_of_dispositions(tmp_path):
    played, code, error = play(tmp_path, CHAIN, """
        2026-11-23 08:00 applicant statement csr
        2026-11-23 08:10 head DISPOSISI division-head
        2026-11-23 08:20 division-head DISPOSISI head
        2026-11-23 08:30 division-head DISPOSISI section-officer
        2026-11-23 08:40 section-officer TIDAK SESUAI nama salah
        2026-11-23 09:00 applicant statement csr
        2026-11-23 09:10 head DISPOSISI division-head
        2026-11-23 09:20 division-head DISPOSISI section-officer
        2026-11-23 09:30 section-officer SESUAI
        2026-11-23 09:40 applicant SETUJU
        2026-11-23 10:00 ca revoked
        2026-11-23 10:10 operator SELESAI
        2026-11-23 10:20 ca issued
        """)
    assert (code, error) == (0, "")
    assert played[2][2]["event"] == ["answer: no-addressee"]
    assert cases(played) == [
        "received head", "received division", "received division", "received examine",
        "incomplete apply", "received head", "received division", "received examine",
        "received confirm", "revoking revoke", "issuing issue",
        "issuing issue",  # until the CRL has been asked about the new one, too
        "completed completed"]  # fmt: skip
    assert "round 2" in played[5][2]["case"][0]


def test_two_have_to_approve(tmp_path):
    file = tmp_path / "two.conf"
    file.write_text(LOCK.read_text().replace('actor = "verifier";', 'actor = "verifier"; quorum = 2;'))
    played, code, _ = play(tmp_path, file, """
        2026-11-23 08:00 applicant statement csr
        2026-11-23 09:00 verifier SETUJU
        2026-11-23 09:05 verifier SETUJU
        2026-11-23 09:10 verifier-2 SETUJU
        """)
    assert code == 0
    assert len(played[0][2]["question"]) == 2
    assert cases(played) == ["received verify"] * 3 + ["revoking revoke"]
    assert "order" not in played[1][2] and "order" not in played[2][2]


@pytest.mark.parametrize("line, said", [
    ("2026-11-23 08:00", "date, time, who and what are right"),
    ("2026-13-23 08:00 applicant csr", '"2026-13-23 08:00" is no moment'),
    ("2026-11-20 08:00 applicant csr", "is before the line above it"),
    ("2026-11-23 12:00 applicant letter", '"letter" is nothing that an applicant sends'),
    ("2026-11-23 12:00 mayor SETUJU", 'nobody here is called "mayor"'),
    ("2026-11-23 12:00 verifier barangkali", '"barangkali" does not begin with an answer'),
    ("2026-11-23 12:00 ca perhaps", '"perhaps" is no answer of a CA'),
    ("2026-11-23 12:00 ca revoked", "there is no such order to carry out"),
    ("applicant = mayor", 'there is no "mayor" among the officers'),
    ("applicant = operator", "the case has an applicant already"),
])  # fmt: skip
def test_a_line_that_cannot_happen(tmp_path, line, said):
    played, code, error = play(tmp_path, LOCK, f"""
        2026-11-23 09:00 applicant statement csr

        {line}
        """)
    assert code == 1
    assert error.startswith("loketctl: events:3: ") and said in error
    assert len(played) == 1


# ---- the manual page

MAN = TOP / "docs/man/loketctl-workflow.1"


def test_the_page_explains_every_finding():
    codes = set()
    for name in ("check.c", "check_rules.c", "check_people.c"):
        text = (TOP / "src/workflow" / name).read_text()
        codes |= set(re.findall(r'[{,] *"([a-z-]+)",\s*\w+[},]', text))
        codes |= set(re.findall(r'add\([^;]*?"([a-z-]+)"', text))
        codes |= set(re.findall(r'himself \? "([a-z-]+)" : "([a-z-]+)"', text)[0]
                     if "himself ?" in text else ())  # fmt: skip
    explained = set(re.findall(r"[a-z-]+", " ".join(re.findall(r"^\.It Sy (.*)", MAN.read_text(), re.M))))
    found = {code for file in BROKEN.glob("*.conf")
             for code in re.search(r"^# finds: (.*)", file.read_text(), re.M)[1].split()}  # fmt: skip
    assert found <= codes and {"own-case", "nobody", "four-eyes", "too-large"} <= codes
    assert explained == codes


def test_bukan_saya_is_played(tmp_path):
    """It halts, nobody's word counts, no time runs; an administrator lets the
    case go on, and the same order is given again."""
    played, code, error = play(tmp_path, LOCK, """
        2026-11-23 09:00 applicant statement csr
        2026-11-23 09:10 applicant BUKAN SAYA
        2026-11-23 09:20 verifier SETUJU
        2026-11-30 09:00 tick
        2026-11-30 09:10 administrator resume
        2026-11-30 09:20 verifier SETUJU
        2026-11-30 09:30 applicant BUKAN SAYA
        2026-11-30 09:40 ca revoked
    """)
    assert code == 1 and "no such order to carry out" in error
    assert cases(played) == ["received verify"] * 5 + ["revoking revoke"] * 2
    halted = ["halted" in x["case"][0] for _, _, x in played]
    assert halted == [False, True, True, True, False, False, True]
    assert "disowned to the applicant: disowned-halted" in played[1][2]["letter"]
    assert played[2][2]["event"] == ["answer: halted"]
    assert played[4][2]["question"]
    assert "revoke stopped" in played[6][2]["order"]
    _, code, error = play(tmp_path, LOCK, """
        2026-11-23 09:00 applicant statement csr
        2026-11-23 09:10 administrator resume
    """)
    assert code == 1 and '"resume" decides nothing here' in error


def test_the_example_of_the_page_is_played(tmp_path):
    def between(word):
        text = MAN.read_text().split(f'.\\" begin {word}\n')[1].split(f'.\\" end {word}\n')[0]
        return text.removeprefix(".Bd -literal\n").removesuffix(".Ed\n")

    (tmp_path / "events").write_text(between("events"))
    code, said, error = loketctl("workflow", "simulate", LOCK, tmp_path / "events")
    assert (code, error) == (0, "")
    assert said.endswith(between("said"))
