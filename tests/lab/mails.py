# SPDX-License-Identifier: GPL-3.0-or-later
"""Mails as applicants write them, made from nothing.

    application(who, now, papers)  an application with these attachments
    answer(who, letter, text, ...) a reply to a letter, quotation included
    statement(who, ...)            the statement letter, one page of PDF
    csr(who, ...)                  a certificate request, by openssl
    picture(...)                   a PNG

Everything is plain bytes; nothing here sends or signs.  Tests and the demo
use it; so may anybody who wants a realistic mail to play with.
"""

import random
import subprocess
import zlib
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from people import PEOPLE

SUBJECT = "Permohonan Lupa Passphrase"

DAYS = "Senin Selasa Rabu Kamis Jumat Sabtu Minggu".split()
MONTHS = (
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober "
    "November Desember"
).split()

TEXT = """\
Yth. Petugas Loket Sertifikat Elektronik,

Dengan hormat, saya lupa passphrase sertifikat elektronik saya. Mohon
sertifikat yang lama dicabut dan diterbitkan yang baru. Surat pernyataan dan
berkas CSR terlampir.

Terima kasih.

{name}
NIP {nip}
{agency}
"""


@dataclass
class Attachment:
    name: str
    kind: str  # media type
    data: bytes

    KINDS = {
        ".pdf": "application/pdf",
        ".csr": "application/pkcs10",
        ".pem": "application/x-pem-file",
        ".cer": "application/pkix-cert",
        ".png": "image/png",
        ".jpg": "image/jpeg",
    }

    @classmethod
    def of_file(cls, path):
        path = Path(path)
        kind = cls.KINDS.get(path.suffix.lower(), "application/octet-stream")
        return cls(path.name, kind, path.read_bytes())


def indonesian_date(when):
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


# ---- a small PDF writer ----------------------------------------------------


class Pdf:
    """One PDF file of pages with text and, if wanted, a grey picture.

    Just enough of ISO 32000: the standard fonts, WinAnsi text, one content
    stream per page, a cross-reference table.
    """

    def __init__(self):
        self.objects = []

    def add(self, body):
        """Appends an object and gives back its number."""
        self.objects.append(body if isinstance(body, bytes) else body.encode())
        return len(self.objects)

    def stream(self, head, data):
        head = f"<< {head} /Length {len(data)} >>\nstream\n".encode()
        return self.add(head + data + b"\nendstream")

    def write(self, root):
        out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
        places = []
        for number, body in enumerate(self.objects, 1):
            places.append(len(out))
            out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
        start = len(out)
        out += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n".encode()
        for place in places:
            out += f"{place:010} 00000 n \n".encode()
        out += (
            f"trailer\n<< /Size {len(places) + 1} /Root {root} 0 R >>\n"
            f"startxref\n{start}\n%%EOF\n"
        ).encode()
        return bytes(out)


def _escape(text):
    raw = text.encode("cp1252", "replace")
    return raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def pdf_page(lines, logo_bytes=0, pages=1, seed=1):
    """A letter.  `lines` are (size, bold, text); `logo_bytes` pads it with a
    picture of noise of about that size, as letterheads have one."""
    pdf = Pdf()
    plain = pdf.add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica "
                    "/Encoding /WinAnsiEncoding >>")  # fmt: skip
    bold = pdf.add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold "
                   "/Encoding /WinAnsiEncoding >>")  # fmt: skip
    resources = f"/Font << /F1 {plain} 0 R /F2 {bold} 0 R >>"
    content = b""
    if logo_bytes:
        side = max(8, int(logo_bytes**0.5))
        noise = random.Random(seed).randbytes(side * side)
        logo = pdf.stream(
            f"/Type /XObject /Subtype /Image /Width {side} /Height {side} "
            "/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode",
            zlib.compress(noise),
        )
        resources += f" /XObject << /Logo {logo} 0 R >>"
        content += b"q 60 0 0 60 57 745 cm /Logo Do Q\n"
    content += b"BT\n1 0 0 1 57 800 Tm\n"
    for size, is_bold, text in lines:
        font = "F2" if is_bold else "F1"
        content += f"/{font} {size} Tf 0 -{size + 5} Td (".encode()
        content += _escape(text) + b") Tj\n"
    content += b"ET"
    body = pdf.stream("/Filter /FlateDecode", zlib.compress(content))
    parent = len(pdf.objects) + pages + 1
    kids = [
        pdf.add(
            f"<< /Type /Page /Parent {parent} 0 R /MediaBox [0 0 595 842] "
            f"/Resources << {resources} >> /Contents {body} 0 R >>"
        )
        for _ in range(pages)
    ]
    listed = " ".join(f"{k} 0 R" for k in kids)
    tree = pdf.add(f"<< /Type /Pages /Kids [{listed}] /Count {pages} >>")
    return pdf.write(pdf.add(f"<< /Type /Catalog /Pages {tree} 0 R >>"))


def statement(who, now, name=None, nip=None, logo_bytes=0, seed=1, more=()):
    """Surat Pernyataan Lupa Passphrase, with the fields requirements.md 3
    derives."""
    name, nip = name or who.name, nip or who.nip
    lines = [
        (13, True, "PEMERINTAH KOTA CONTOH"),
        (12, True, who.agency.upper()),
        (9, False, "Jalan Contoh Nomor 5, Kota Contoh"),
        (12, False, ""),
        (13, True, "SURAT PERNYATAAN LUPA PASSPHRASE"),
        (13, True, "SERTIFIKAT ELEKTRONIK"),
        (10, False, "Nomor: 000.6/138/XI/2026"),
        (10, False, ""),
        (11, False, "Yang bertanda tangan di bawah ini:"),
        (11, False, f"Nama lengkap : {name}"),
        (11, False, f"NIP : {nip}"),
        (11, False, f"NIK : {who.nik}"),
        (11, False, f"Instansi : {who.agency}"),
        (11, False, f"Surel dinas : {who.address}"),
        (11, False, ""),
        (11, False, "menyatakan dengan sebenarnya bahwa saya lupa passphrase sertifikat"),
        (11, False, "elektronik saya, bahwa sertifikat itu tidak disalahgunakan, dan memohon"),
        (11, False, "pencabutan sertifikat yang lama serta penerbitan sertifikat yang baru."),
        (11, False, ""),
        (11, False, f"Kota Contoh, {indonesian_date(now)}"),
        (11, False, "Yang menyatakan,"),
        (11, False, ""),
        (11, False, name),
        *((11, False, line) for line in more),
    ]  # fmt: skip
    return Attachment(
        "surat-pernyataan.pdf",
        "application/pdf",
        pdf_page(lines, logo_bytes, seed=seed),
    )


def signed_pdf(pdf, key):
    """The document with a signature more, as PAdES puts it; `key` names the
    files key.pem and key.key."""
    import pki

    hole = 12000
    head = pdf + b"\n90 0 obj\n<< /Type /Sig /SubFilter /ETSI.CAdES.detached /ByteRange "
    tail = b" >>\nendobj\n%%EOF\n"
    first = len(head) + 60 + len(b" /Contents ")
    spans = f"[0 {first} {first + hole} {len(tail)}]".ljust(60).encode()
    head += spans + b" /Contents "
    der = pki.openssl("cms", "-sign", "-binary", "-outform", "DER", "-md", "sha256",
                      "-signer", f"{key}.pem", "-inkey", f"{key}.key",
                      data=head + tail)  # fmt: skip
    return head + b"<" + der.hex().encode().ljust(hole - 2, b"0") + b">" + tail


# ---- the other letters (requirements.md 3) ----------------------------------

LETTERS = {
    "request": ("SURAT PERMOHONAN PENCABUTAN SERTIFIKAT ELEKTRONIK", "permohonan.pdf", [
        "Dengan hormat, bersama ini kami mengajukan permohonan pencabutan dan",
        "penerbitan kembali sertifikat elektronik atas nama:",
    ]),
    "reason": ("SURAT KETERANGAN ALASAN PENCABUTAN SERTIFIKAT ELEKTRONIK", "alasan.pdf", [
        "Yang bertanda tangan di bawah ini menerangkan dengan sebenarnya bahwa",
        "sertifikat elektronik berikut dimohonkan pencabutannya, milik:",
    ]),
    "recommendation": ("SURAT REKOMENDASI", "rekomendasi.pdf", [
        "Dengan ini kami merekomendasikan pelayanan sertifikat elektronik bagi",
        "pegawai di bawah ini:",
    ]),
    "superior": ("SURAT KETERANGAN ATASAN", "atasan.pdf", [
        "Yang bertanda tangan di bawah ini, selaku atasan langsung, menerangkan",
        "dengan sebenarnya bahwa sertifikat elektronik perlu dicabut, milik:",
    ]),
    "police": ("SURAT KETERANGAN KEHILANGAN", "kehilangan.pdf", [
        "KEPOLISIAN RESOR KOTA CONTOH menerangkan bahwa telah melapor kehilangan",
        "kartu dan kunci privat sertifikat elektronik:",
    ]),
}  # fmt: skip


def letter(kind, who, now, reason=None, number="000.6/138/XI/2026", dated=None,
           name=None, agency=None, file=None, serial=None):  # fmt: skip
    """A request, a superior's letter or a police letter; `dated` may be "" for
    none, `number` too."""
    title, usual, text = LETTERS[kind]
    head = "KEPOLISIAN RESOR KOTA CONTOH" if kind == "police" else who.agency.upper()
    lines = [(12, True, head), (9, False, "Jalan Contoh Nomor 5, Kota Contoh"),
             (12, False, ""), (13, True, title)]  # fmt: skip
    if number:
        lines.append((10, False, f"Nomor : {number}"))
    lines += [(11, False, ""), *((11, False, line) for line in text)]
    lines += [
        (11, False, f"Nama : {name or who.name}"),
        (11, False, f"NIP : {who.nip}"),
        (11, False, f"Instansi : {agency or who.agency}"),
    ]
    if serial:
        lines.append((11, False, f"Nomor seri : {serial}"))
    if reason:
        lines.append((11, False, f"Alasan : {reason}"))
    lines.append((11, False, ""))
    if dated != "":
        lines.append((11, False, f"Kota Contoh, {dated or indonesian_date(now)}"))
    return Attachment(file or usual, "application/pdf", pdf_page(lines))


def scan(name="IMG_0001.jpg", seed=1):
    """A page that no program reads: a photo as phones make them (only its head
    is one, which is all that is looked at)."""
    if name.endswith(".pdf"):
        return Attachment(name, "application/pdf", pdf_page([], logo_bytes=60000, seed=seed))
    head = bytes.fromhex("ffd8ffe000104a46494600010100000100010000"
                         "ffc0001108064004b003012200021101031101")  # fmt: skip
    return Attachment(name, "image/jpeg", head + random.Random(seed).randbytes(200_000) + b"\xff\xd9")


def photograph(pdf, name="surat.png", dpi=150):
    """The first page as somebody's scanner has it: pixels, no text."""
    kind = "png" if name.endswith(".png") else "jpeg"
    done = subprocess.run(["pdftoppm", "-r", str(dpi), "-gray", f"-{kind}", "-singlefile", "-"],
                          input=pdf, capture_output=True, check=True)  # fmt: skip
    return Attachment(name, f"image/{kind}", done.stdout)


def scanned(pdf, name="surat-pernyataan.pdf", dpi=150):
    """A PDF of that picture."""
    jpeg = photograph(pdf, "x.jpg", dpi).data
    at = jpeg.index(b"\xff\xc0")  # SOF0: what it really measures
    height, width = (int.from_bytes(jpeg[at + n : at + n + 2], "big") for n in (5, 7))
    colours = "DeviceGray" if jpeg[at + 9] == 1 else "DeviceRGB"
    out = Pdf()
    image = out.stream(f"/Type /XObject /Subtype /Image /Width {width} /Height {height} "
                       f"/ColorSpace /{colours} /BitsPerComponent 8 /Filter /DCTDecode", jpeg)  # fmt: skip
    content = out.stream("", b"q 595 0 0 842 0 0 cm /Page Do Q")
    page = out.add(f"<< /Type /Page /Parent {content + 2} 0 R /MediaBox [0 0 595 842] "
                   f"/Resources << /XObject << /Page {image} 0 R >> >> "
                   f"/Contents {content} 0 R >>")  # fmt: skip
    tree = out.add(f"<< /Type /Pages /Kids [{page} 0 R] /Count 1 >>")
    return Attachment(name, "application/pdf",
                      out.write(out.add(f"<< /Type /Catalog /Pages {tree} 0 R >>")))  # fmt: skip


# ---- other papers ----------------------------------------------------------


def csr(who, der=False, rsa=0, name="permohonan.csr"):
    """A fresh key's request; EC P-256 unless `rsa` says how many bits."""
    key = (["-newkey", f"rsa:{rsa}"] if rsa else
           ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"])  # fmt: skip
    done = subprocess.run(
        ["openssl", "req", "-new", *key, "-nodes", "-keyout", "/dev/null",
         "-utf8", "-subj", f"/C=ID/O={who.agency}/CN={who.name}",
         "-outform", "DER" if der else "PEM"],
        capture_output=True, check=True,
    )  # fmt: skip
    return Attachment(name, "application/pkcs10", done.stdout)


def picture(name="kartu.png", width=32, height=20):
    """A PNG (ISO 15948) of one grey."""

    def chunk(kind, data):
        return (
            len(data).to_bytes(4, "big")
            + kind
            + data
            + zlib.crc32(kind + data).to_bytes(4, "big")
        )

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes(
        [8, 0, 0, 0, 0]
    )
    rows = (b"\0" + b"\x80" * width) * height
    return Attachment(
        name,
        "image/png",
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b""),
    )


# ---- whole mails -----------------------------------------------------------


def message_id(who, now):
    return f"<{now:%Y%m%d%H%M%S}.{random.getrandbits(48):x}@{who.domain}>"


def mail(who, now, subject, text, papers=(), to=None, fields=None):
    """A mail, CRLF line ends, as bytes."""
    m = EmailMessage(policy=SMTP.clone(max_line_length=78))
    m["From"] = f"{who.name} <{who.address}>"
    m["To"] = to or PEOPLE["office"].address
    m["Subject"] = subject
    m["Date"] = format_datetime(now)
    m["Message-ID"] = message_id(who, now)
    for name, value in (fields or {}).items():
        del m[name]
        if value is not None:
            m[name] = value
    m.set_content(text)
    for paper in papers:
        main, _, sub = paper.kind.partition("/")
        m.add_attachment(
            paper.data, maintype=main, subtype=sub, filename=paper.name
        )
    return m.as_bytes()


def application(who, now, papers=None, text=None, fields=None):
    """An application; with statement and CSR unless `papers` says other."""
    if papers is None:
        papers = [statement(who, now), csr(who)]
    text = text or TEXT.format(name=who.name, nip=who.nip, agency=who.agency)
    return mail(who, now, SUBJECT, text, papers, fields=fields)


def answer(who, letter, text, papers=(), now=None, fields=None):
    """A reply as mail programs write it: "Re:", thread fields, quotation."""
    body = letter.get_body(preferencelist=("plain",))
    quoted = body.get_content() if body else ""
    when = letter["Date"].datetime
    written = (
        f"Pada {DAYS[when.weekday()][:3]}, {when.day} "
        f"{MONTHS[when.month - 1][:3]} {when.year} pukul {when:%H.%M} "
        f"{letter['From']} menulis:"
    )
    lines = [text.rstrip(), "", written]
    lines += ["> " + line if line else ">" for line in quoted.splitlines()]
    subject = str(letter["Subject"])
    if not subject.lower().startswith("re:"):
        subject = "Re: " + subject
    thread = str(letter["References"] or "") + " " + str(letter["Message-ID"])
    return mail(
        who, now or when, subject, "\n".join(lines) + "\n", papers,
        to=str(letter["Reply-To"] or letter["From"]),
        fields={
            "In-Reply-To": str(letter["Message-ID"]),
            "References": thread.strip(),
            **(fields or {}),
        },
    )  # fmt: skip
