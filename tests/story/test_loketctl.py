# SPDX-License-Identifier: GPL-3.0-or-later
"""loketctl as an administrator uses it: reasons explained, mail saved, the
registry corrected, typos answered."""

import os
import re
import subprocess
from pathlib import Path

import box
import client
import mails
from people import person

TOP = Path(__file__).resolve().parents[2]
BUDI = person("budi")


def loketctl(office, *words):
    done = client.loketctl(office.dir, *words)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_every_reason_is_explained(office):
    """The words that mails are put aside with, from the sources."""
    said = loketctl(office, "quarantine", "reasons")[1]
    explained = set(re.findall(r"^(\S+)$", said, re.M))
    rules = (TOP / "src/workflow/match.c").read_text()
    words = set(re.findall(r'EVENT_(?:QUARANTINE|IGNORE), "([\w-]+)"', rules))
    names = (TOP / "src/model/names.c").read_text()
    gate = names[names.index("gate_verdicts[]"):names.index("NAME_FUNCTION(gate")]
    words |= set(re.findall(r'= "([\w-]+)"', gate)) - {"pass"}
    for name in ("engine_intake.c", "engine_examine.c", "engine_decide.c"):
        source = (TOP / "src/proc" / name).read_text()
        words |= set(re.findall(r'row\.reason, "([\w-]+)"', source))
        words |= set(re.findall(r'DISPOSITION_\w+, "([\w-]+)"', source))
        words |= set(re.findall(r'NULL, "([\w-]+)"\);', source))
    assert len(words) > 25
    assert words <= explained, words - explained


def test_quarantine_is_explained_and_saved(office, tmp_path):
    raw = office.apply("budi", sign="none")
    (row,) = office.await_mail(1, "quarantine")
    code, said, _ = loketctl(office, "quarantine", "show", str(row["id"]))
    assert code == 0
    assert "reason: auth-none" in said
    assert "meaning: It carries no DKIM signature" in said
    assert "what to do: " in said
    file = office.dir / "run" / "saved.eml"  # where whoever runs the office may write
    code, said, error = loketctl(office, "mail", "save", str(row["id"]), str(file))
    assert code == 0, error
    saved = file.read_bytes()
    assert saved.endswith(client.crlf(raw)[-200:])
    assert (file.stat().st_mode & 0o777) == 0o600
    code, _, error = loketctl(office, "mail", "save", str(row["id"]), str(file))
    assert code == 1 and "File exists" in error
    code, said, _ = loketctl(office, "inspect", str(file))
    assert code == 0 and '"subject": "Permohonan Lupa Passphrase"' in said


def test_mail_that_is_not_kept_cannot_be_saved(office):
    office.send("outsider", mails.mail(person("outsider"), office.now(), "Rapat", "Halo.\n"))
    (row,) = office.await_mail(1, "ignored")
    code, _, error = loketctl(office, "mail", "save", str(row["id"]), "/tmp/none.eml")
    assert code == 1 and "not kept" in error
    assert not Path("/tmp/none.eml").exists()


def test_registry_is_corrected_by_the_sidecar(office):
    """defect-statement-name tells people to ask for this."""
    files = sorted((office.dir / "pki").glob("*.person"))
    sidecar = next(f for f in files if "Budi" in f.read_text())
    text = sidecar.read_text()
    sidecar.write_text(text.replace("Budi Santoso", "Budi Hartono Santoso"))
    said = office.ctl("registry", "import", str(sidecar.with_suffix(".pem")))
    sidecar.write_text(text)
    assert said["name"] == "Budi Hartono Santoso"
    assert said["corrected"] and not said["new"]
    names = [r["name"] for r in office.ctl("registry", "list")]
    assert "Budi Hartono Santoso" in names and "Budi Santoso" not in names
    office.apply("budi")
    office.await_case("incomplete")  # the letter has the old name
    (letter,) = office.await_letters("budi")
    assert "Budi Hartono Santoso" in client.text_of(letter)


def test_times_are_those_of_the_office(office):
    office.apply("budi")
    case = office.await_case("received")
    code, said, _ = loketctl(office, "case", "show", case["number"])
    assert code == 0
    assert re.search(r"^due: \d{4}-\d\d-\d\d (15\.45|11\.00) WIB$", said, re.M), said
    assert case["due"].endswith("Z")  # JSON stays in UTC


def test_typos_are_answered(office):
    code, _, error = loketctl(office, "quarantine", "relase")
    assert code == 100
    assert "there is: quarantine list" in error and "quarantine release" in error
    code, said, _ = loketctl(office, "help")
    assert code == 0 and said.startswith("Usage: loketctl")
    code, _, error = loketctl(office, "registry", "import", "/nowhere/x.pem")
    assert code == 1 and "/nowhere/x.pem" in error
    code, _, error = loketctl(office, "case", "show", "LOCK-2026-999999")
    assert code == 1 and "case list" in error


def test_options_may_stand_before_inspect(office, tmp_path):
    app = box.load(office.dir)["app"]
    file = tmp_path / "x.eml"
    file.write_bytes(mails.application(BUDI, office.now()))
    done = subprocess.run(
        [f"{app}/loketctl", "-c", office.dir / "conf", "inspect", file],
        capture_output=True, text=True, check=False,
        env={**os.environ, "LOKET_LIBEXEC": app})  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert '"verdict"' in done.stdout
