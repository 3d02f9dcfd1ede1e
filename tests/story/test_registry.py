# SPDX-License-Identifier: GPL-3.0-or-later
"""The registry as an administrator fills it: a table of people, all or
nothing, and holders out of documents they have signed."""

import json

import client
import mails
import pki
import pytest

HEAD = "nama;nip;nik;instansi;surel;bahasa\n"
LINA = "Lina Marlina;199003152014032005;3375015503900002;Dinas Sosial;marlina@kota.test;\n"
HARTO = "Harto Wiyono;198107092005011006;3375010907810003;Bappeda;harto@kota.test|hw@kota.test;en\n"


@pytest.fixture
def table(office):
    def write(text, name="people.csv"):
        file = office.dir / "run" / name  # where whoever runs the office may read
        file.write_text(text, encoding="utf-8")
        file.chmod(0o644)
        return str(file)

    return write


def take(office, *words):
    done = client.loketctl(office.dir, "registry", "import", *words)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def known(office):
    return {r["name"]: r for r in office.ctl("registry", "list")}


def test_a_table_is_taken_once(office, table):
    before = known(office)
    file = table("\ufeff" + HEAD + LINA + HARTO)
    code, said, error = take(office, file)
    assert code == 0, error
    assert "added: 2, updated: 0, unchanged: 0" in said
    now = known(office)
    assert set(now) - set(before) == {"Lina Marlina", "Harto Wiyono"}
    assert now["Harto Wiyono"]["addresses"] == ["harto@kota.test", "hw@kota.test"]
    assert now["Lina Marlina"]["nip"] == "199003152014032005"
    assert now["Lina Marlina"]["confirmed"]
    code, said, _ = take(office, file)  # again: no change
    assert code == 0 and "added: 0, updated: 0, unchanged: 2" in said
    # Commas and English headings say the same.
    english = table("Email,Name,NIP,Post\nmarlina@kota.test,Lina Marlina,199003152014032005,x\n",
                    "en.csv")  # fmt: skip
    code, said, _ = take(office, english)
    assert code == 0 and "unchanged: 1" in said
    assert 'column "Post" is not used' in said


def test_nothing_is_half_imported(office, table):
    """One bad line, and not one of the others is taken."""
    before = known(office)
    file = table(HEAD + LINA + "Harto;1,98107E+17;;;harto@kota.test;\n" + ";;;;x;\n")
    code, said, error = take(office, file)
    assert code == 1 and said == ""
    assert f'{file}:3: NIP "1,98107E+17" was rounded by a spreadsheet' in error
    assert "18 digits are right" in error
    assert f"{file}:4: the name is empty" in error
    assert "nothing was changed" in error
    assert known(office) == before
    # A line that only the engine can refuse: somebody else's address.
    budi = before["Budi Santoso"]["addresses"][0]
    file = table(HEAD + LINA + f"Harto;198107092005011006;;;harto@kota.test {budi};\n")
    code, said, error = take(office, file)
    assert code == 1 and f"{file}:3: {budi} belongs to another person" in error
    assert known(office) == before


def test_nothing_changes_in_silence(office, table):
    assert take(office, table(HEAD + LINA + HARTO))[0] == 0
    file = table(HEAD + LINA + HARTO.replace("Harto Wiyono", "Harto Wiyono, S.T."))
    code, _, error = take(office, file)
    assert code == 1
    assert f'{file}:3: the registry knows Harto Wiyono otherwise: name "Harto Wiyono"' in error
    assert "--update" in error
    assert "Harto Wiyono, S.T." not in known(office)


def test_update_takes_the_tables_word(office, table):
    assert take(office, table(HEAD + LINA + HARTO))[0] == 0
    file = table(HEAD + LINA + HARTO.replace("Bappeda", "Dinas Kesehatan")
                 .replace("harto@kota.test|hw@kota.test", "hw2@kota.test harto@kota.test"))  # fmt: skip
    code, said, error = take(office, "--update", file)
    assert code == 0, error
    assert "added: 0, updated: 1, unchanged: 1" in said
    assert f'{file}:3: agency "Bappeda", here "Dinas Kesehatan"' in said
    harto = known(office)["Harto Wiyono"]
    assert harto["agency"] == "Dinas Kesehatan"
    assert harto["addresses"] == ["hw2@kota.test", "harto@kota.test", "hw@kota.test"]
    code, said, error = take(office, "--json", file)
    assert code == 0 and json.loads(said)["unchanged"] == 2
    # Another number is another person, whatever is said.
    file = table(HEAD + HARTO.replace("198107092005011006", "198107092005011007")
                 .replace("3375010907810003", ""))  # fmt: skip
    code, _, error = take(office, "--update", file)
    assert code == 1 and "the registry has the NIP 198107092005011006" in error


# ---- learning from a signed document -------------------------------------------------


def certificate(office, name, address, serial, ca="issuer"):
    """A key and its certificate, PKI/learn-SERIAL.pem."""
    pki.make_leaf(
        office.dir / "pki", ca, f"learn-{serial}", f"/C=ID/O=Dinas Sosial/CN={name}",
        ["keyUsage=critical,digitalSignature,nonRepudiation"]
        + ([f"subjectAltName=email:{address}"] if address else []), serial,
    )  # fmt: skip
    return office.dir / "pki" / f"learn-{serial}"


def learn(office, raw, *words):
    file = office.dir / "run" / "signed.pdf"
    file.write_bytes(raw)
    file.chmod(0o644)
    done = client.loketctl(office.dir, "registry", "learn", *words, file)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.fixture
def letter():
    return mails.pdf_page([(12, False, "Nota dinas")])


def test_certificates_are_learned_from_a_signed_document(office, table, letter):
    assert take(office, table(HEAD + LINA + HARTO))[0] == 0
    lina = certificate(office, "Lina Marlina", "marlina@kota.test", 0x771)
    raw = mails.signed_pdf(letter, lina)
    code, said, error = learn(office, raw)  # nobody says yes
    assert code == 1 and "needs --yes" in error
    assert "is the certificate of Lina Marlina <marlina@kota.test>, by its address" in said
    assert "serial" not in known(office)["Lina Marlina"]
    # He has no address in his certificate: his name counts.
    raw = mails.signed_pdf(raw, certificate(office, "HARTO  WIYONO", "", 0x772))
    code, said, error = learn(office, raw, "--yes")
    assert code == 0, error
    assert "of Harto Wiyono <harto@kota.test>, by its name" in said
    now = known(office)
    assert now["Lina Marlina"]["serial"] == "771"
    assert now["Lina Marlina"]["nip"] == "199003152014032005"
    assert now["Harto Wiyono"]["serial"] == "772"
    assert now["Harto Wiyono"]["language"] == "en"
    code, said, _ = learn(office, raw, "--yes")
    assert code == 1 and said.count("is in the registry already") == 2


def test_what_is_not_his_is_not_learned(office, table, letter):
    assert take(office, table(HEAD + LINA))[0] == 0
    before = known(office)
    code, _, error = learn(office, letter, "--yes")
    assert code == 1 and "nobody has signed this document" in error
    stranger = certificate(office, "Lina Marlina", "other@luar.test", 0x773)
    code, said, _ = learn(office, mails.signed_pdf(letter, stranger), "--yes")
    assert code == 1 and "nobody in the registry has this address" in said
    raw = mails.signed_pdf(letter, certificate(office, "Lina Marlina", "marlina@kota.test", 0x774))
    code, said, _ = learn(office, raw.replace(b"%PDF-1.4", b"%PDF-1.5"), "--yes")
    assert code == 1 and "not taken: its signature does not fit the document" in said
    assert known(office) == before


def test_an_impostor_is_not_learned(make_office, letter):
    """A certificate with the issuer's name and Lina's address, of a CA that
    anybody can make."""
    office = make_office(config=["executor=operator"])
    file = office.dir / "run" / "people.csv"
    file.write_text(HEAD + LINA)
    assert take(office, file)[0] == 0
    fake = certificate(office, "Lina Marlina", "marlina@kota.test", 0x775, "impostor")
    code, said, _ = learn(office, mails.signed_pdf(letter, fake), "--yes")
    assert code == 1 and "not taken: " in said
    assert "serial" not in known(office)["Lina Marlina"]
    true = certificate(office, "Lina Marlina", "marlina@kota.test", 0x776)
    code, _, error = learn(office, mails.signed_pdf(letter, true), "--yes")
    assert code == 0, error
    assert known(office)["Lina Marlina"]["serial"] == "776"
