# SPDX-License-Identifier: GPL-3.0-or-later
"""Our letters, quoted in every way, are never an answer (requirements.md 6).

Each letter in each wording is quoted under an empty answer as mail programs do
it, well and badly, and given to the parsers.  The same quotations under one
word are that word; a prepared answer, sent as it is, is its word.

An answer that is a page only (text/html) is not read yet; it is no decision.
"""

import copy
import email
import html
import html.parser
import json
import os
import re
import subprocess
import textwrap
import urllib.parse
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ["LOKET_BUILD"]).resolve()
TOKEN = "lk00112233445566778899aabbccddeeff"
OFFICE = "Dinas Komunikasi dan Informatika Kota Contoh"
LINE = f"Pada Jum, 20 Nov 2026 pukul 11.30 {OFFICE} <lock@kota.example> menulis:"
WROTE = f"On Fri, 20 Nov 2026 at 11:30, {OFFICE} <lock@kota.example> wrote:"
# The words of each letter that asks, in the order of its links.
DECISIONS = ["approve", "match", "reject", "mismatch", "correct"]
WORDS = {
    "id-verify": DECISIONS,
    "en-verify": DECISIONS,
    "id-work": ["done", "failed"],
    "en-work": ["done", "failed"],
    "id-confirm": ["approve", "cancel"],
    "en-confirm": ["approve", "cancel"],
    "id-identity": ["match", "mismatch"],
    "en-identity": ["match", "mismatch"],
    "id-dispose": ["route", "correct", "reject"],
    "en-dispose": ["route", "correct", "reject"],
}


def head_of(letter, names):
    """The header block that Outlook puts over what it quotes."""
    values = (f"{OFFICE} <lock@kota.example>", "Jumat, 20 November 2026 11.30",
              "Budi Santoso <budi@kota.example>", letter.subject)  # fmt: skip
    return [f"{name}: {value}" for name, value in zip(names, values)]


class PageText(html.parser.HTMLParser):
    """A page as the text that a program makes of it, which then quotes it."""

    BLOCKS = {"p", "div", "tr", "table", "br", "pre", "body"}

    def __init__(self, page):
        super().__init__()
        self.out = ""
        self.feed(page)
        lines = (x.strip(" \t") for x in self.out.split("\n"))
        self.text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines))

    def handle_starttag(self, tag, attrs):
        self.out += "\n" if tag in self.BLOCKS else "\t" if tag == "td" else ""

    def handle_endtag(self, tag):
        self.out += "\n" if tag in self.BLOCKS else ""

    def handle_data(self, data):
        self.out += data.replace("\n", " ")


class Letter:
    def __init__(self, path):
        message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
        page = message.get_body(("html",))
        self.name = path.stem
        self.subject = message["Subject"]
        self.text = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
        self.page = (
            page.get_content().replace("\r\n", "\n") if page is not None
            else "<br>\n".join(html.escape(x) for x in self.text.splitlines())
        )  # fmt: skip


def from_pages(letters):
    """The letters that have a page, with the page's text in place of theirs."""
    for letter in letters:
        if "</table>" in letter.page:
            other = copy.copy(letter)
            other.name += "(page)"
            other.text = "\n".join(
                line.replace("\xa0", " ")
                for x in PageText(letter.page).text.split("\n")
                for line in textwrap.wrap(x, 70, break_long_words=False) or [""]
            )
            yield other


# ---- quotations -------------------------------------------------------------


def marked(letter):
    return "\n".join([LINE, ""] + ["> " + x for x in letter.text.splitlines()])


def marked_english(letter):
    return "\n".join([WROTE, ""] + [">" + x for x in letter.text.splitlines()])


def unmarked_below_attribution(letter):
    return LINE + "\n\n" + letter.text


def outlook(letter):
    names = ("Dari", "Dikirim", "Kepada", "Perihal")
    return "\n".join(["_" * 32, *head_of(letter, names), "", letter.text])


def outlook_english(letter):
    names = ("From", "Sent", "To", "Subject")
    return "\n".join(["-----Original Message-----", *head_of(letter, names), "",
                      letter.text])  # fmt: skip


def gmail_page(letter):
    return (f'<div dir="ltr"><br></div><br><div class="gmail_quote"><div dir="ltr" '
            f'class="gmail_attr">{html.escape(LINE)}<br></div><blockquote '
            f'class="gmail_quote" style="margin:0 0 0 .8ex">{letter.page}'
            f"</blockquote></div>")  # fmt: skip


def outlook_page(letter):
    names = ("From", "Sent", "To", "Subject")
    block = "<br>".join(f"<b>{h.split(':')[0]}:</b>{html.escape(h.split(':', 1)[1])}"
                        for h in head_of(letter, names))  # fmt: skip
    return (f'<div><br></div><hr style="display:inline-block;width:98%"><div '
            f'id="divRplyFwdMsg" dir="ltr">{block}</div><div>{letter.page}</div>')  # fmt: skip


GOOD = [marked, marked_english, unmarked_below_attribution, outlook, outlook_english]
GOOD_PAGES = [gmail_page, outlook_page]


def tails_without_marks(letter):
    """Wrapped after it was quoted, by a program that forgot the mark."""
    lines = [LINE, ""]
    for x in letter.text.splitlines():
        lines += textwrap.wrap("> " + x, 66, break_long_words=False) or [">"]
    return "\n".join(lines)


def bare(letter):
    return letter.text


def bare_and_wrapped(letter):
    return "\n".join(
        "\n".join(textwrap.wrap(x, 50, break_long_words=False))
        for x in letter.text.splitlines()
    )


def bare_page(letter):
    return letter.page


BAD = [tails_without_marks, bare, bare_and_wrapped]
BAD_PAGES = [bare_page]

# ---- the parsers ------------------------------------------------------------


def reply(letter, text, is_page=False):
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = "Budi Santoso <budi@kota.example>"
    mail["To"] = "lock@kota.example"
    mail["Subject"] = "Re: " + letter.subject
    mail["Date"] = "Fri, 20 Nov 2026 13:00:00 +0700"
    mail["Message-ID"] = "<answer@kota.example>"
    mail.set_content(text, subtype="html" if is_page else "plain", cte="base64")
    return mail.as_bytes()


def facts_of_all(mails, folder):
    """What the parsers say of each mail, in order."""
    for n, raw in enumerate(mails):
        (folder / f"{n:05}.eml").write_bytes(raw)
    names = [f"{n:05}.eml" for n in range(len(mails))]
    facts = []
    for n in range(0, len(names), 500):
        done = subprocess.run(
            [BUILD / "loketctl", "inspect", *names[n : n + 500], "/dev/null"],
            capture_output=True, cwd=folder, timeout=300,
            env=dict(os.environ, LOKET_LIBEXEC=str(BUILD)),
        )  # fmt: skip
        facts += [json.loads(x) for x in done.stdout.splitlines()][: len(names[n : n + 500])]
    assert len(facts) == len(mails)
    return facts


@pytest.fixture(scope="module")
def letters(tmp_path_factory):
    folder = tmp_path_factory.mktemp("letters")
    subprocess.run(
        [BUILD / "tests/lab/letters", TOP / "conf", folder], check=True, timeout=60
    )
    found = [Letter(path) for path in sorted(folder.glob("*.eml"))]
    pages = list(from_pages(found))
    assert len(found) > 100
    assert len(pages) > 10
    return found + pages


def cases(letters, forms, pages, answer):
    for letter in letters:
        for form in forms:
            yield letter, form, reply(letter, answer + "\n\n" + form(letter))
        for form in pages:
            text = f"<div>{answer or '<br>'}</div>{form(letter)}"
            yield letter, form, reply(letter, text, is_page=True)


def test_a_quoted_letter_says_nothing(letters, tmp_path):
    rows = list(cases(letters, GOOD, GOOD_PAGES, ""))
    for (letter, form, _), facts in zip(rows, facts_of_all([r[2] for r in rows], tmp_path)):
        where = f"{letter.name} {form.__name__}"
        assert facts["verdict"] == "pass", where
        assert facts["decision"] == "none", f"{where}: {facts['first_line']}"
        assert facts["own_text"].strip() == "", where


def test_a_letter_whose_quotation_is_lost_is_no_decision(letters, tmp_path):
    rows = list(cases(letters, BAD, BAD_PAGES, ""))
    for (letter, form, _), facts in zip(rows, facts_of_all([r[2] for r in rows], tmp_path)):
        where = f"{letter.name} {form.__name__}"
        assert facts["decision"] in ("none", "unclear"), f"{where}: {facts['first_line']}"


def asking(letters):
    asks = [x for x in letters if x.name.removesuffix("(page)") in WORDS]
    assert len(asks) == 2 * len(WORDS)
    return asks


def test_one_word_over_a_quoted_letter_is_that_word(letters, tmp_path):
    for word, decision in (("SETUJU", "approve"), ("SELESAI", "done")):
        folder = tmp_path / word
        folder.mkdir()
        rows = list(cases(asking(letters), GOOD, [], word))
        for (letter, form, _), facts in zip(rows, facts_of_all([r[2] for r in rows], folder)):
            where = f"{letter.name} {form.__name__}"
            assert facts["decision"] == decision, f"{where}: {facts['own_text']}"


def test_a_word_over_a_lost_quotation_is_that_word_or_asks_back(letters, tmp_path):
    rows = list(cases(asking(letters), BAD, [], "TOLAK"))
    for (letter, form, _), facts in zip(rows, facts_of_all([r[2] for r in rows], tmp_path)):
        assert facts["decision"] in ("reject", "unclear"), f"{letter.name} {form.__name__}"


def test_no_line_of_a_letter_ends_in_a_decision_word(letters):
    """However a page is wrapped, too (requirements.md 6)."""
    source = (TOP / "src/model/words.c").read_text().split("decision_words[] = {")[1]
    words = re.findall(r'"([A-Z]+)"', source.split("}")[0])
    ends = re.compile(rf"\b({'|'.join(words)})\W*$", re.I)
    assert len(words) > 30
    for letter in letters:
        for x in letter.text.splitlines():
            assert not ends.search(x), f"{letter.name}: {x}"
    for letter in letters:
        for width in range(30, 100) if "</table>" in letter.page else ():
            for x in PageText(letter.page).text.split("\n"):
                for line in textwrap.wrap(x, width, break_long_words=False):
                    assert not ends.search(line), f"{letter.name} {width}: {line}"


# ---- prepared answers -------------------------------------------------------


def links(text):
    return re.findall(r"^mailto:\S+$", text, re.M)


def test_a_prepared_answer_is_its_word(letters, tmp_path):
    rows = []
    for letter in (x for x in letters if x.name in WORDS):
        plain = links(letter.text)
        page = [html.unescape(x) for x in re.findall(r'href="([^"]*)"', letter.page)]
        assert plain == page
        for link, word in zip(plain, WORDS[letter.name], strict=True):
            to, query = link.removeprefix("mailto:").split("?")
            field = dict(x.split("=") for x in query.split("&"))
            field = {k: urllib.parse.unquote(v) for k, v in field.items()}
            assert urllib.parse.unquote(to) == "lock@kota.example"
            assert field["subject"] == "Re: " + letter.subject
            assert field["subject"].endswith(f" ({TOKEN})")
            body = field["body"].replace("\r\n", "\n")
            if word == "route":
                body += "Siti Aminah"
            rows.append((letter, word, reply(letter, body)))
    for (letter, word, _), facts in zip(rows, facts_of_all([r[2] for r in rows], tmp_path)):
        assert facts["decision"] == word, letter.name
        named = "kepada Siti Aminah" if word == "route" else ""
        assert facts["decision_reason"] == named, letter.name
    assert len(rows) == sum(len(x) for x in WORDS.values())


def test_a_prepared_refusal_takes_the_reason_behind_it(letters, tmp_path):
    letter = next(x for x in letters if x.name == "en-verify")
    (raw,) = [reply(letter, "REJECT\nreason: the letter is not signed")]
    (facts,) = facts_of_all([raw], tmp_path)
    assert facts["decision"] == "reject"
    assert facts["decision_reason"] == "the letter is not signed"
