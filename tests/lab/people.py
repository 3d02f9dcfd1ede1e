# SPDX-License-Identifier: GPL-3.0-or-later
"""Who works at the office in a box, and who writes to it.

Plain data.  The city is kota.test, everybody else lives at luar.test; the
identity numbers are made up (sub-district 00 does not exist).
"""

from dataclasses import dataclass

CITY = "kota.test"
ELSEWHERE = "luar.test"
SELECTOR = "lab"  # of the DKIM keys, one per domain


@dataclass(frozen=True)
class Person:
    key: str  # what the commands of the lab call them
    name: str
    local: str  # local part: the login at the mail server too
    domain: str = CITY
    title: str = ""
    roles: tuple = ()  # in people.conf
    nip: str = ""  # subscribers only
    nik: str = ""
    agency: str = ""

    @property
    def address(self):
        return f"{self.local}@{self.domain}"


PEOPLE = {
    p.key: p
    for p in (
        Person("office", "Loket Sertifikat Elektronik", "loket"),
        Person(
            "budi",
            "Budi Santoso",
            "budi",
            nip="198508172010011003",
            nik="3375001708850001",
            agency="Dinas Perhubungan Kota Contoh",
        ),
        Person(
            "wati",
            "Wati Lestari",
            "wati",
            nip="199003152015022001",
            nik="3375005503900002",
            agency="Kecamatan Barat Kota Contoh",
        ),
        Person(
            "siti",
            "Siti Rahayu",
            "siti",
            title="Verifikator",
            roles=("verifier", "administrator"),
        ),
        Person(
            "joko",
            "Joko Susilo",
            "joko",
            title="Verifikator",
            roles=("verifier", "operator"),
            # An officer may forget his passphrase, too (V037).
            nip="198203042008011007",
            nik="3375000403820003",
            agency="Dinas Komunikasi dan Informatika Kota Contoh",
        ),
        Person(
            "head",
            "Hartono Wibowo",
            "kabid",
            title="Kepala Bidang",
            roles=("oversight",),
        ),
        Person("outsider", "Orang Luar", "outsider", domain=ELSEWHERE),
    )
}

APPLICANTS = [p for p in PEOPLE.values() if p.nip]
OFFICERS = [p for p in PEOPLE.values() if p.roles]
DOMAINS = sorted({p.domain for p in PEOPLE.values()})


def person(key):
    """The person called `key`; a readable complaint when there is none."""
    if key not in PEOPLE:
        raise SystemExit(
            f"office: nobody here is called '{key}'; there are: "
            + ", ".join(PEOPLE)
        )
    return PEOPLE[key]
