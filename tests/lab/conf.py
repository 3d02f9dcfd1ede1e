# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's configuration of Loket, and how its programs are started.

The only file of the lab that knows Loket's command lines, file names and
configuration keys.  Calendar, workflows, letters, forms and the service
standard are the shipped ones, copied.
"""

import os
import re
import shutil
from pathlib import Path

from people import APPLICANTS, CITY, DOMAINS, OFFICERS, PEOPLE, SELECTOR

# Everybody who works here was allowed to, long ago (PKL-16).
GRANT = {
    "date": "2026-01-05",
    "by": "Kepala Dinas",
    "sops": ["*"],
    "abilities": ["registration", "signing", "issuing", "procedures"],
    "education": "S1",
}
WEEK = ["08.00-12.00", "13.00-15.45"]


def settings(folder, state):
    """loket.conf as a tree; --config KEY=VALUE replaces leaves of it, and
    --config workflow.KEY=VALUE a line of each workflow."""
    office = PEOPLE["office"]
    ports = state["ports"]
    return {
        "office": {
            "name": "Dinas Komunikasi dan Informatika Kota Contoh",
            "unit": "Seksi Persandian dan Keamanan Informasi",
            "address": office.address,
            "channels": ["Telepon: (0285) 000000", f"Surel: aduan@{CITY}"],
            "language": "id",
            "drills": "off",  # stories count what the office writes
        },
        "timetable": {
            "zone": "WIB",
            "monday": WEEK,
            "tuesday": WEEK,
            "wednesday": WEEK,
            "thursday": WEEK,
            "friday": ["08.00-11.00"],
            "saturday": [],
            "sunday": [],
        },
        "mailbox": {
            "mode": state["mode"],
            "selftest": False,  # stories count what the office writes
            "host": "localhost",
            "port": ports["imaps"],
            "user": office.local,
            "password_file": "secrets/mailbox",
            "ca_file": str(folder / "pki" / "ca.pem"),
            "timeout": 5,
            "command_timeout": 60,
            "idle": 60,
            "poll": 1,
        },
        "relay": {
            "host": "localhost",
            "port": ports["smtps"],
            "user": office.address,
            "password_file": "secrets/relay",
            "ca_file": str(folder / "pki" / "ca.pem"),
            "timeout": 5,
            "command_timeout": 30,
            # A day of an office goes by in seconds here.
            "budget": dict.fromkeys(("per_hour", "per_address", "per_case"), 100000),
        },
        # The CA's portal, with --config executor=operator or =applicant
        # (portal.py).
        "portal": {
            "name": "AMS Contoh",
            "url": f"https://localhost:{ports['portal']}/",
            "issuer_file": str(folder / "pki" / "issuer.pem"),
            "crl_url": f"https://localhost:{ports['portal']}/issuer.crl",
            "ocsp_url": f"https://localhost:{ports['portal']}/ocsp",
            "ca_file": str(folder / "pki" / "ca.pem"),
            "timeout": 5,
            "poll": 1,
            "remind_hours": 24,
        },
        # What --config sets in each file of workflows/, not in loket.conf.
        "workflow": {"executor": "ca"},
        # The lab has no name server: every domain's key is pinned.
        "dkim": {"keys_file": "dkim-keys", "dns": False},
        "paths": {
            "data": str(folder / "data"),
            "control": str(folder / "run" / "control"),
            "ca": str(folder / "run" / "ca"),
        },
    }


def libconfig(value):
    """A value as libconfig writes it."""
    if isinstance(value, dict):
        inner = " ".join(f"{k} = {libconfig(v)};" for k, v in value.items())
        return "{ " + inner + " }"
    if isinstance(value, list):
        if any(isinstance(v, dict) for v in value):
            return "( " + ",\n  ".join(libconfig(v) for v in value) + " )"
        return "[ " + ", ".join(libconfig(v) for v in value) + " ]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def read_value(text):
    """The VALUE of --config: true, false, a number, [a, b] or a text."""
    if text in ("true", "false"):
        return text == "true"
    if text.startswith("[") and text.endswith("]"):
        return [t.strip() for t in text[1:-1].split(",") if t.strip()]
    return int(text) if text.lstrip("-").isdigit() else text


def override(tree, assignments):
    for assignment in assignments:
        path, equals, text = assignment.partition("=")
        if not equals:
            raise SystemExit(f"office: --config {assignment}: write KEY=VALUE")
        if path == "executor":
            path = "workflow.executor"
        *groups, leaf = path.split(".")
        group = tree
        for name in groups:
            group = group.setdefault(name, {})
        group[leaf] = read_value(text)


def change_workflows(folder, values):
    """Each KEY = ...; of a workflow file that is in `values`, replaced."""
    for path in folder.glob("*.conf"):
        text = path.read_text()
        for key, value in values.items():
            line = f"{key} = {libconfig(value)};"
            text, n = re.subn(rf"^{key} = .*;$", lambda _: line, text, flags=re.M)
            if n != 1:
                raise SystemExit(f"office: no line {key} = ...; in {path.name}")
        path.write_text(text)


def executor(assignments):
    """What `override` will make of the workflows' executor."""
    tree = {"workflow": {"executor": "ca"}}
    override(tree, assignments)
    return tree["workflow"]["executor"]


def write_secret(path, text):
    path.parent.mkdir(exist_ok=True)
    path.parent.chmod(0o700)
    path.write_text(text + "\n")
    path.chmod(0o400)


def write(folder, examples, state, options):
    """Writes DIR/conf and the certificates `register` names, with sidecars."""
    conf = folder / "conf"
    conf.mkdir(exist_ok=True)
    for name in ("calendar", "workflows", "letters", "forms"):
        if (examples / name).is_dir():
            copy_readable(examples / name, conf / name)
    shutil.copyfile(examples / "standard.conf", conf / "standard.conf")
    # Its people are not here: a story about complaints brings both.
    (conf / "workflows" / "complaint.conf").unlink(missing_ok=True)
    tree = settings(folder, state)
    override(tree, options.config)
    workflow = tree.pop("workflow")
    pinned = tree.pop("pinned", [])  # persons whose S/MIME certificate is
    if workflow["executor"] == "ca":
        del tree["portal"]
    if workflow["executor"] == "applicant":
        shutil.copyfile(examples / "examples" / "lock-applicant.conf",
                        conf / "workflows" / "lock.conf")
    more = workflow.pop("more", "")  # lines that the file does not have
    change_workflows(conf / "workflows", workflow)
    if more:
        with (conf / "workflows" / "lock.conf").open("a") as f:
            f.write(more + "\n")
    (conf / "loket.conf").write_text(
        "".join(f"{k} = {libconfig(v)};\n" for k, v in tree.items())
    )
    people = [
        {"id": p.key, "name": p.name, "title": p.title,
         "roles": list(p.roles), "addresses": [p.address],
         "grant": GRANT,
         **({"smime": [str(folder / "pki" / f"smime-{p.key}.pem")]}
            if p.key in pinned else {})}
        for p in OFFICERS
    ]  # fmt: skip
    (conf / "people.conf").write_text(f"people = {libconfig(people)};\n")
    password = state["passwords"][PEOPLE["office"].local]
    write_secret(conf / "secrets" / "mailbox", password)
    write_secret(conf / "secrets" / "relay", password)
    write_secret(conf / "secrets" / "ca", "sandi CA laboratorium")
    (conf / "dkim-keys").write_text(
        "".join(
            f"{SELECTOR}._domainkey.{d} "
            + (folder / "pki" / f"dkim-{d}.txt").read_text()
            for d in DOMAINS
        )
    )
    for p in APPLICANTS:
        write_sidecar(folder / "pki" / f"old-{p.key}.person", p)


def write_sidecar(path, who):
    """Who the certificate beside it belongs to, for `registry import`."""
    sidecar = {"name": who.name, "nip": who.nip, "nik": who.nik,
               "agency": who.agency, "addresses": [who.address]}  # fmt: skip
    path.write_text("".join(f"{k} = {libconfig(v)};\n"
                            for k, v in sidecar.items()))  # fmt: skip


def copy_readable(source, to):
    """A copy with ordinary rights, whatever those of the source tree are."""
    shutil.copytree(source, to, copy_function=shutil.copyfile,
                    dirs_exist_ok=True)  # fmt: skip
    for path in [to, *to.rglob("*")]:
        os.chmod(path, 0o755 if path.is_dir() else 0o644)


def certificates(folder):
    """What goes into the registry: each beside its sidecar."""
    return [folder / "pki" / f"old-{p.key}.pem" for p in APPLICANTS]


# ---- programs --------------------------------------------------------------


def ca_command(app, folder):
    """DIR/www is what readers of the CRL would be shown."""
    return [f"{app}/loket-ca", "--socket", folder / "run" / "ca",
            "--dir", folder / "ca", "--publish", folder / "www",
            "--passphrase-file", folder / "conf" / "secrets" / "ca",
            "--daily-cap", "100000"]  # fmt: skip


def ca_init_command(app, folder):
    return [f"{app}/loketctl", "ca", "init", "--dir", folder / "ca",
            "--passphrase-file", folder / "conf" / "secrets" / "ca",
            "--name", "CN=CA Kota Contoh (laboratorium),"
            "O=Pemerintah Kota Contoh,C=ID"]  # fmt: skip


def loketd_command(app, folder):
    return [f"{app}/loketd", "--config", folder / "conf"]


def loketctl_command(app, folder):
    return [f"{app}/loketctl", "--config", str(folder / "conf")]


def program_name(words):
    """What `kill` calls the program with this command line, or None."""
    name = Path(words[0]).name if words else ""
    if name == "loket-net" and len(words) > 1:
        return words[1]  # imap or out
    return {
        "loket-engine": "engine",
        "loket-parser": "mail-parser",
        "loket-parser-document": "document-parser",
        "loket-parser-scan": "scan-parser",
    }.get(name)


def case_rows(answer):
    """The rows of `loketctl case list --json`, oldest first."""
    return sorted(answer, key=lambda row: row["number"])
