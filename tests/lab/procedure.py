# SPDX-License-Identifier: GPL-3.0-or-later
"""Other people and other procedures than the lab's own, for stories.

    set_people(office, {...})      a people.conf of their own
    set_procedure(office, (old, new)...)   workflows/lock.conf, a new version
    begin(office, day, {...})      both, and the clock, and a new start
    use(office, "ciamis", {...}, edits)    one of conf/examples, alone
    restart(office)                what Loket needs to see either

More staff than people.py has; they get their mailboxes when they are first
put into people.conf.
"""

import json
import re

import box
import client
import conf
from people import PEOPLE, Person

RINA = Person("rina", "Rina Kartika", "rina", title="Kepala Seksi Persandian")
DEDI = Person("dedi", "Dedi Kurniawan", "dedi", title="Pranata Komputer")
# Of the applicants' own agency.
ASIH = Person("asih", "Asih Lestari", "asih", title="Kepala Bidang Angkutan")
YUSUF = Person("yusuf", "Yusuf Hakim", "yusuf", title="Kepala Dinas Perhubungan")
TATA = Person("tata", "Sekretariat Dinas Perhubungan", "tata", title="Sekretariat")
STAFF = {p.key: p for p in (RINA, DEDI, ASIH, YUSUF, TATA)}
AGENCY = "Dinas Perhubungan Kota Contoh"


def person_of(key):
    return STAFF.get(key) or PEOPLE[key]


def give_mailbox(office, who):
    """Dovecot takes mail for them from now on."""
    state = box.load(office.dir)
    if who.local in state["passwords"]:
        return
    with open(office.dir / "mail" / "logins", "a") as logins:
        logins.write(f"{who.local}:{{PLAIN}}lab::::::\n")
    state["passwords"][who.local] = "lab"
    (office.dir / "lab.json").write_text(json.dumps(state, indent=1) + "\n")
    client.await_mailbox(office.dir, who)


def set_people(office, people):
    """{key: {roles: [...], ...}}: the whole of people.conf.  Everybody has the
    lab's grant unless it says `grant`; None is without one."""
    entries = []
    for key, more in people.items():
        who = person_of(key)
        give_mailbox(office, who)
        entry = {"id": key, "name": who.name, "title": who.title or "Petugas",
                 "addresses": [who.address], "grant": conf.GRANT, **more}  # fmt: skip
        if entry["grant"] is None:
            del entry["grant"]
        entries.append(entry)
    text = f"people = {conf.libconfig(entries)};\n"
    (office.dir / "conf" / "people.conf").write_text(text)


def lock_file(office):
    return office.dir / "conf" / "workflows" / "lock.conf"


def version_of(text):
    """The newest one of a file."""
    return re.search(r'version = "([\d.]+)"; date', text)[1]


def with_version(text, version, what="diubah untuk sebuah cerita"):
    """The file with one more version on top."""
    row = (f'{{ version = "{version}"; date = "2026-11-22"; by = "Tes";\n'
           f'      what = "{what}"; }},\n    ')  # fmt: skip
    at = text.index("{", text.index("changes = ("))
    return text[:at] + row + text[at:]


def edited(text, *edits):
    """Each (old, new) replaces exactly one place."""
    for old, new in edits:
        assert text.count(old) == 1, f"{text.count(old)} times: {old}"
        text = text.replace(old, new)
    return text


def set_procedure(office, *edits):
    """lock.conf as it was at first, with these edits: a new version, unless it
    has them already.  The number of the version."""
    path = lock_file(office)
    now = path.read_text()
    first, last = getattr(office, "procedure", (now, ()))
    if edits != last:
        major, minor = version_of(now).split(".")
        now = with_version(edited(first, *edits), f"{major}.{int(minor) + 1}")
        path.write_text(now)
    office.procedure = first, edits
    return version_of(now)


def begin(office, day, people, edits=()):
    """The office has these people and this procedure from that day on, half past
    eight."""
    set_people(office, people)
    set_procedure(office, *edits)
    office.clock(f"{day}T08:30")
    restart(office)


def use(office, name, people, edits=()):
    """From now on the office has this procedure of conf/examples, and these
    people."""
    folder = office.dir / "conf" / "workflows"
    for path in folder.glob("*.conf"):
        path.unlink()
    text = (box.TOP / "conf" / "examples" / f"{name}.conf").read_text()
    (folder / f"{name}.conf").write_text(edited(text, *edits))
    set_people(office, people)
    restart(office)


def restart(office):
    office.stop("loket")
    office.start("loket")
    office.await_connected()
