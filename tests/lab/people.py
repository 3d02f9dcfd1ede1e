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


FIRST = ("Agus Bambang Citra Dewi Eko Fitri Gunawan Hesti Indra Joni Kartika "
         "Lukman Maya Nugroho Oktavia Prasetyo Ratna Slamet Tri Utami Wahyu "
         "Yanti Zainal Ayu Bayu").split()  # fmt: skip
LAST = ("Pratama Wijaya Kusuma Saputra Hidayat Nugraha Setiawan Lestari "
        "Permana Santosa Wulandari Maulana Firmansyah Anggraini Suryadi "
        "Handayani Purnomo Siregar Nasution Hakim Rahman Puspita Ramadhan "
        "Susanto Utomo").split()  # fmt: skip


def applicant(i):
    """A made-up person; the numbers keep the rules of requirements.md 3."""
    year, month, day = 1970 + i % 25, 1 + i % 12, 1 + i % 28
    woman = i % 2
    nip = f"{year}{month:02}{day:02}{year + 25}{1 + i % 12:02}{1 + woman}{1 + i % 999:03}"
    nik = f"337500{day + 40 * woman:02}{month:02}{year % 100:02}{1 + i % 9999:04}"
    name = f"{FIRST[i % 25]} {LAST[i // 25 % 25]}"
    return Person(f"b{i}", name, f"pegawai{i:05}", nip=nip, nik=nik,
                  agency="Dinas Perhubungan Kota Contoh")  # fmt: skip


def person(key):
    """The person called `key` (or that person); a readable complaint when
    there is none."""
    if isinstance(key, Person):
        return key
    if key not in PEOPLE:
        raise SystemExit(
            f"office: nobody here is called '{key}'; there are: "
            + ", ".join(PEOPLE)
        )
    return PEOPLE[key]
