# SPDX-License-Identifier: GPL-3.0-or-later
"""What share of replies is read as their collectors say: Loket's reader beside
the one that npm has of the libraries these sets come from.

Both get the same files, and both answers are compared the same way: runs of
white space are one space.  Where a set names the first block only, it is held
against what a reader shows up to the first line that it leaves out; the other
one may also be right with its first fragment.  Mails are taken apart for it by
Python's email, pages by Loket, because it reads plain text only.
"""

import json
import os
import re
import shutil
import subprocess
from email import message_from_bytes, policy
from pathlib import Path
from typing import NamedTuple

import tools
from tools import BUILD, BenchError

PEER = ("email-reply-parser", "2.3.9")
SHARED = Path(os.environ.get("LOKET_SHARED", tools.HERE.parents[2] / "shared"))
SETS = ("crisp-email-reply-parser", "github-email_reply_parser",
        "willdurand-EmailReplyParser", "talon")  # fmt: skip


class Row(NamedTuple):
    """One file and what is said of it."""

    set: str
    path: Path
    kind: str
    value: str


# ---- what is to be read ----------------------------------------------------------


def unescape(value):
    """Of the TSV files."""
    names = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\"}
    return re.sub(r"\\(.)", lambda m: names.get(m[1], m[1]), value)


def indexed(folder):
    for line in (folder / "index.tsv").read_text().split("\n"):
        if line and not line.startswith("#"):
            file, kind, value = line.split("\t")
            yield Row(folder.name, folder / file, kind, unescape(value))


def signatures(folder, work):
    """Bodies with the signature that belongs below, or with marks of what is
    whose; what is neither is the person's own."""
    for body in sorted(folder.glob("stripped/*_body")):
        text = re.sub(r"(?m)^#sig#", "", body.read_text())
        signature = body.with_name(body.name.replace("_body", "_signature"))
        own = text.rstrip()
        if signature.exists():
            below = re.sub(r"(?m)^#sig#", "", signature.read_text()).rstrip()
            if not own.endswith(below):
                raise BenchError(f"{body} does not end in its signature")
            own = own.removesuffix(below)
        yield written(folder.name, work / f"{body.name}.txt", text, own)
    marked = (folder / "P" / "102682_R_S").read_text().split("\n\n", 1)[1]
    own = re.sub(r"(?m)^#\w+#.*\n?", "", marked)
    text = re.sub(r"(?m)^#\w+#", "", marked)
    yield written(folder.name, work / "marked.txt", text, own)


def forms(folder, work):
    """An answer of two lines above each of the forms, its quote with marks and
    without."""
    own = "SETUJU, terima kasih.\nSiti Aminah"
    letter = ["Yth. Siti Aminah,", "", "Mohon memutuskan permohonan ini dengan",
              "TOLAK atau dengan", "SETUJU pada baris pertama.", ""]  # fmt: skip
    lines = (folder / "forms.tsv").read_text().split("\n")
    for i, line in enumerate(line for line in lines[1:] if line):
        form = unescape(line.split("\t")[0])
        form = form.replace("NAMA", "Loket Kota").replace("ADDR", "loket@kota.example")
        if form.startswith("Subject:"):
            continue  # nothing of a body
        if form.startswith("Dari:"):
            form = ("Dari: Loket Kota <loket@kota.example>\n"
                    "Dikirim: Jumat, 20 November 2026 10.15\n"
                    "Kepada: Siti Aminah\nPerihal: [LOCK-2026-000123] Mohon")  # fmt: skip
        quotes = {"marked": ["> " + text for text in letter], "bare": letter}
        if form.startswith("Dikirim dari"):
            quotes = {"signed": []}
        for name, quote in quotes.items():
            text = "\n".join([own, "", form, "", *quote])
            yield written(folder.name, work / f"form-{i}-{name}.txt", text, own)


def written(set_, path, text, own):
    path.write_text(text)
    return Row(set_, path, "own-text-equals", own)


def rows(work):
    place = SHARED / "corpus" / "replies"
    for name in SETS:
        yield from (r for r in indexed(place / name) if r.kind in RIGHT)
    yield from signatures(place / "talon-signature", work)
    yield from forms(place / "indonesian-forms", work)


# ---- what is right ---------------------------------------------------------------


def squeeze(text):
    return " ".join(text.split())


def shows_quote(text):
    return re.search(r"(?m)^ {0,3}>", text) is not None


def first_block(got, whole):
    """The lines of `whole` that are shown, up to the first one that is not."""
    shown, block = [squeeze(line) for line in got.split("\n") if line.strip()], []
    for line in filter(None, map(squeeze, whole.split("\n"))):
        if not shown or shown.pop(0) != line:
            break
        block.append(line)
    return " ".join(block)


RIGHT = {
    "own-text-equals": lambda got, value, whole: squeeze(got) == squeeze(value),
    "own-text-first-block-equals":
        lambda got, value, whole: first_block(got, whole) == squeeze(value),
    "own-text-first-block-matches-regex":
        lambda got, value, whole: re.search(
            value.replace("\\/", "/"), got.strip()) and not shows_quote(got),
    "inline-reply-first-own-text-after-quote":
        lambda got, value, whole: squeeze(value) in squeeze(got)
        and not shows_quote(got),
    "nothing-is-quoted": lambda got, value, whole: squeeze(got) == squeeze(whole),
    "html-own-text-equals-ignoring-whitespace":
        lambda got, value, whole: "".join(got.split()) == "".join(value.split()),
}  # fmt: skip


# ---- the two readers -------------------------------------------------------------


def ours(paths, *words):
    """What the C program shows of each."""
    done = subprocess.run(
        [BUILD / "tests" / "bench" / "replies", *words, *paths],
        capture_output=True, check=False, timeout=600,
    )  # fmt: skip
    if done.returncode != 0:
        raise BenchError(done.stderr.decode().strip())
    shown, at = [], 0
    while at < len(done.stdout):
        end = done.stdout.index(b"\n", at)
        size = int(done.stdout[at:end])
        shown.append(done.stdout[end + 1 : end + 1 + size].decode())
        at = end + 1 + size
    return shown


def plain_text(path):
    """What the other reader gets."""
    raw = path.read_bytes()
    if path.suffix == ".html":
        return ours([path], "--text")[0]
    if path.suffix != ".eml":
        return raw.decode(errors="replace")
    mail = message_from_bytes(raw, policy=policy.default)
    return mail.get_body(("plain", "html")).get_content()


def install():
    """The folder with the other reader, or a sentence why there is none."""
    name, version = PEER
    folder = BUILD / "peers"
    if shutil.which("npm") is None or shutil.which("node") is None:
        return None, "there is no npm here"
    if not (folder / "node_modules" / name).exists():
        folder.mkdir(exist_ok=True)
        (folder / "package.json").write_text("{}\n")
        done = subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", "--omit=optional",
             "--ignore-scripts", f"{name}@{version}"],
            cwd=folder, capture_output=True, check=False, timeout=300,
        )  # fmt: skip
        if done.returncode != 0:
            return None, "npm could not fetch it"
    return folder, ""


def theirs(folder, texts):
    done = subprocess.run(
        ["node", tools.HERE / "peer.mjs", folder], input=json.dumps(texts).encode(),
        capture_output=True, check=False, timeout=600,
    )  # fmt: skip
    if done.returncode != 0:
        raise BenchError(f"{PEER[0]}: {done.stderr.decode()[-500:]}")
    return json.loads(done.stdout)


# ---- the part ------------------------------------------------------------------------


def count(all_rows, verdicts):
    found = {}
    for row, right in zip(all_rows, verdicts):
        seen = found.setdefault(row.set, [0, 0])
        seen[0] += bool(right)
        seen[1] += 1
    return found


def verbose(all_rows, name, verdicts, got):
    if "BENCH_VERBOSE" in os.environ:
        for row, right, text in zip(all_rows, verdicts, got):
            if not right:
                print(f"{name}: {row.set}/{row.path.name} {row.kind}\n"
                      f"  wanted {row.value!r:.300}\n  got    {text!r:.600}")  # fmt: skip


def judge(all_rows, texts, got):
    return [RIGHT[r.kind](g, r.value, t) for r, g, t in zip(all_rows, got, texts)]


def judge_peer(all_rows, texts, shown):
    """Right with all it shows, or with its first fragment where only the first
    block is asked for."""
    verdicts = judge(all_rows, texts, [s["visible"] for s in shown])
    firsts = judge(all_rows, texts, [s["first"] for s in shown])
    return [v or (f and "first" in r.kind)
            for r, v, f in zip(all_rows, verdicts, firsts)]  # fmt: skip


def run(work, runs):
    """The same each time, so once."""
    del runs
    if not (SHARED / "corpus" / "replies").exists():
        return {"skipped": f"there is no {SHARED / 'corpus' / 'replies'}"}
    place = work / "replies"
    place.mkdir()
    all_rows = list(rows(place))
    paths = [r.path for r in all_rows]
    texts = [plain_text(p) for p in paths]
    got = ours(paths)
    verdicts = judge(all_rows, texts, got)
    verbose(all_rows, "Loket", verdicts, got)
    result = {"loket": count(all_rows, verdicts)}
    folder, why = install()
    if folder is None:
        return result | {"not_measured": why}
    shown = theirs(folder, texts)
    verdicts = judge_peer(all_rows, texts, shown)
    verbose(all_rows, PEER[0], verdicts, [s["visible"] for s in shown])
    return result | {"peer": count(all_rows, verdicts)}


def share(found):
    return found[0] / found[1]


def show(result):
    if "skipped" in result:
        print(f"own words of replies: not measured, {result['skipped']}\n")
        return
    mine, peer = result["loket"], result.get("peer")
    name = f"{PEER[0]} {PEER[1]}"
    print(f"{'own words of replies':36}{'Loket':>14}{name:>28}{'Loket / it':>12}")
    for found, other, what in lines(mine, peer):
        print(f"{what:36}{found[0]:5} of {found[1]:3}{share(found):6.0%}", end="")
        if other is None:
            print(f"{'not measured':>26}")
        else:
            ratio = share(found) / share(other) if other[0] else float("inf")
            print(f"{other[0]:12} of {other[1]:3}{share(other):6.0%}{ratio:12.2f}")
    if peer is None:
        print(f"{name}: not measured, {result['not_measured']}")
    print()


def lines(mine, peer):
    for set_ in mine:
        yield mine[set_], peer and peer[set_], set_
    for without, what in ("indonesian-forms", "all but indonesian-forms"), ("", "all"):
        yield whole(mine, without), peer and whole(peer, without), what


def whole(found, without):
    """The last set is told apart: its single lines are others', the answers
    around them are ours."""
    return [sum(column) for column in
            zip(*(f for set_, f in found.items() if set_ != without))]  # fmt: skip
