# SPDX-License-Identifier: GPL-3.0-or-later
"""What people and their mail programs do in the office in a box: send, read,
answer, sign; and loketctl at the office's own terminal.

Mail is delivered over LMTP, straight into the addressee's mailbox, so that
every byte arrives as it was (a relay would add, and might mend, fields).
"""

import contextlib
import imaplib
import json
import os
import pwd
import re
import smtplib
import ssl
import subprocess
import time
import urllib.parse
from email import message_from_bytes, policy
from email.utils import format_datetime, formatdate, parseaddr

import box
import conf
import mails as compose
import orders
import pki
from people import APPLICANTS, CITY, PEOPLE, SELECTOR

# Signed when present; From, Subject, Date and Message-ID are what Loket asks
# for (design.md 5), and each is signed once more than it occurs, so that
# nothing can be added.
SIGNED = [b"from", b"subject", b"date", b"message-id", b"to", b"cc",
          b"in-reply-to", b"references", b"mime-version", b"content-type"]  # fmt: skip
# What large providers sign: one never the coding of the body, the other often
# not even its type.
PROVIDERS = {
    "m365": [b"from", b"date", b"subject", b"message-id", b"content-type",
             b"mime-version"],
    "google": [b"to", b"subject", b"message-id", b"date", b"from",
               b"mime-version"],
}  # fmt: skip


# ---- signing ---------------------------------------------------------------


def crlf(raw):
    return re.sub(rb"\r\n|\r|\n", b"\r\n", raw)


def sign_dkim(folder, sender, raw, fields=SIGNED):
    """The mail with a DKIM-Signature of the sender's domain on top.

    Raises LabError for a mail that cannot be signed (no From field).
    """
    import dkim

    raw = crlf(raw)
    key = (folder / "pki" / f"dkim-{sender.domain}.key").read_bytes()
    now = box.clock_now(folder).timestamp()
    real_time, dkim.time = dkim.time, _FixedTime(now)
    try:
        field = dkim.sign(
            raw, SELECTOR.encode(), sender.domain.encode(), key,
            canonicalize=(b"relaxed", b"relaxed"), include_headers=fields,
        )  # fmt: skip
    except dkim.DKIMException as e:
        raise box.LabError(f"cannot be signed: {e}") from None
    finally:
        dkim.time = real_time
    return field + raw


class _FixedTime:
    """Stands in for the module `time` in dkim: the lab has its own clock."""

    def __init__(self, now):
        self.now = now

    def time(self):
        return self.now


def sign_smime(folder, sender, raw, opaque=False, by=None):
    """The mail as multipart/signed by the sender's certificate (RFC 8551), or,
    as Outlook may do, as signed-data; perhaps by another's (`by`, a key)."""
    by = by or sender.key
    raw = crlf(raw)
    head, _, body = raw.partition(b"\r\n\r\n")
    inner, outer = [], []
    for field in re.split(rb"\r\n(?![ \t])", head):
        name = field.lower()
        if name.startswith(b"mime-version:"):
            continue
        (inner if name.startswith(b"content-") else outer).append(field)
    if not inner:
        inner = [b"Content-Type: text/plain; charset=utf-8"]
    keys = folder / "pki"
    signed = pki.openssl(
        "cms", "-sign", "-binary", "-md", "sha256",
        *(["-nodetach"] if opaque else []),
        "-signer", keys / f"smime-{by}.pem",
        "-inkey", keys / f"smime-{by}.key",
        data=b"\r\n".join(inner) + b"\r\n\r\n" + body,
    )  # fmt: skip
    return b"\r\n".join(outer) + b"\r\n" + crlf(signed)


def border(sender, result="dkim=pass"):
    """What the server that took a mail in writes above it: its Received, and
    directly below that what it found."""
    return crlf(
        f"Received: from mail.{sender.domain} (192.0.2.7) by relay.{CITY} with "
        f"ESMTPS\n id 1abc; {formatdate()}\n"
        f"Authentication-Results: relay.{CITY};\n"
        f" {result} header.d={sender.domain}\n".encode()
    )


def sign(folder, sender, raw, how):
    """dkim, m365 or google (DKIM over fewer fields), smime, opaque (S/MIME,
    too), smime:NAME (by another's key), none,
    provider (as an office's own server that has found his signature good),
    bytes that stand above all, or other: the DKIM of a domain that is not his;
    smime- or opaque-only has no DKIM."""
    if isinstance(how, bytes):
        return how + crlf(raw)
    if how == "provider":
        return border(sender) + crlf(raw)
    if how.startswith(("smime", "opaque")):
        kind, _, by = how.removesuffix("-only").partition(":")
        raw = sign_smime(folder, sender, raw, kind == "opaque", by or None)
        how = "none" if how.endswith("-only") else "dkim"
    if how == "other":
        sender = next(p for p in PEOPLE.values() if p.domain != sender.domain)
    if how == "none":
        return raw
    return sign_dkim(folder, sender, raw, PROVIDERS.get(how, SIGNED))


# ---- sending ---------------------------------------------------------------


def deliver(folder, mail_from, to, raw):
    """LMTP to Dovecot, the bytes as they are but for dot-stuffing."""
    port = box.load(folder)["ports"]["lmtp"]
    with smtplib.LMTP("127.0.0.1", port, local_hostname="mx.lab") as lmtp:
        lmtp.sock.settimeout(60)
        lmtp.ehlo_or_helo_if_needed()
        for code, text in (lmtp.mail(mail_from), lmtp.rcpt(to), lmtp.data(raw)):
            if code >= 400:
                raise box.LabError(f"not delivered: {code} {text.decode()}")


def send(folder, sender, raw, how="none", to=None):
    """Sends as `sender` (a Person); gives back the bytes that went out."""
    raw = sign(folder, sender, raw, how)
    deliver(folder, sender.address, to or PEOPLE["office"].address, raw)
    return raw


DSN = """\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.luar.test>
To: {office}
Subject: Undelivered Mail Returned to Sender
Date: {date}
Message-ID: <{unique}@mx.luar.test>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="dsn"

--dsn

This is the mail system at host mx.luar.test.

<{to}>: {status} User unknown

--dsn
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.luar.test

Final-Recipient: rfc822; {to}
Action: {action}
Status: {status}

--dsn
Content-Type: text/rfc822-headers

From: {office}
To: {to}
Message-ID: <{letter}>
--dsn--
"""


def bounce(folder, letter_id, to, status="5.1.1", action="failed"):
    """A mail server says that the letter with this Message-ID did not reach
    `to`.  Anybody who knows the two can say so."""
    now = box.clock_now(folder)
    raw = DSN.format(office=PEOPLE["office"].address, to=to, status=status,
                     action=action, letter=letter_id.strip("<>"),
                     unique=os.urandom(8).hex(),
                     date=format_datetime(now)).encode()  # fmt: skip
    deliver(folder, "", PEOPLE["office"].address, crlf(raw))


def reply(folder, sender, text, files=(), how="dkim", fields=None):
    """Answers the last letter of the office in the sender's mailbox, as a
    mail program does: thread fields, quotation below."""
    return answer(folder, sender, text, files, how=how, fields=fields,
                  letter=letters(folder, sender)[-1])  # fmt: skip


# Where a token of the office comes back (model/mail.h, enum token_carrier).
CARRIERS = ("subject", "recipient", "in-reply-to", "references")
TOKEN = re.compile(r"\blk[0-9a-f]{32}\b")


def letters(folder, who):
    """What the office wrote to somebody, oldest first, parsed."""
    found = [message_from_bytes(m, policy=policy.SMTP)
             for m in mails(folder, who)]  # fmt: skip
    found = [m for m in found
             if parseaddr(str(m["From"]))[1] == PEOPLE["office"].address]  # fmt: skip
    if not found:
        raise box.LabError(f"{who.key} has no letter from the office")
    return found


def token_of(letter):
    """The token that a letter asks for an answer with, or None."""
    found = TOKEN.search(str(letter["Subject"]))
    return found and found.group()


def question(folder, who, case=None):
    """The newest letter that asks `who` for a decision (in this case)."""
    for letter in reversed(letters(folder, who)):
        if token_of(letter) and (case or "") in str(letter["Subject"]):
            return letter
    raise box.LabError(f"nobody has asked {who.key} for a decision")


def answer(folder, sender, text, files=(), *, letter=None, case=None,
           how="dkim", carriers=CARRIERS, token=None, fields=None):  # fmt: skip
    """Answers a letter (the newest question, unless one is given); the bytes
    as delivered.

    A mail program brings the token back in every carrier; `carriers` are
    those that this one leaves whole.  `token` stands in for the letter's own.
    """
    letter = letter or question(folder, sender, case)
    old = token_of(letter)

    def carry(carrier, value):
        if old is None or value is None:
            return value
        if carrier in carriers:
            return value.replace(old, token) if token else value
        if carrier in ("subject", "recipient"):
            return value.replace(f"({old})", "").replace(f"+{old}", "").strip()
        return value.replace(old, "ditulis.ulang")  # as some relays do

    files = [f if isinstance(f, compose.Attachment)
             else compose.Attachment.of_file(f) for f in files]  # fmt: skip
    raw = compose.answer(sender, letter, text, files, box.clock_now(folder))
    mail = message_from_bytes(raw, policy=policy.SMTP.clone(max_line_length=0))
    to = carry("recipient", str(mail["To"]))
    subject = " ".join(str(mail["Subject"]).split())
    changed = {"To": to, "Subject": carry("subject", subject)}
    for name in ("In-Reply-To", "References"):
        changed[name] = carry(name.lower(), str(mail[name]))
    changed.update(fields or {})
    raw = compose.answer(sender, letter, text, files, box.clock_now(folder),
                         changed)  # fmt: skip
    return send(folder, sender, raw, how, parseaddr(to)[1])


def links(letter):
    """The answers that a letter has prepared (RFC 6068): their first word ->
    (address, subject, body)."""
    found = {}
    for uri in re.findall(r"mailto:[^\s<>]+", text_of(letter)):
        parts = urllib.parse.urlsplit(uri)
        values = dict(urllib.parse.parse_qsl(parts.query))
        body = values.get("body", "")
        found[body.split()[0] if body.split() else ""] = (
            urllib.parse.unquote(parts.path), values.get("subject", ""), body)  # fmt: skip
    return found


def click(folder, sender, word, more="", files=(), *, letter=None, case=None,
          how="dkim"):  # fmt: skip
    """Follows the link of a letter that begins an answer with `word`: a new
    mail, in no thread.  `more` is what the sender writes behind it."""
    letter = letter or question(folder, sender, case)
    to, subject, body = links(letter)[word]
    raw = compose.mail(sender, box.clock_now(folder), subject,
                       body.rstrip() + more + "\n", files, to=to)  # fmt: skip
    return send(folder, sender, raw, how, to)


# ---- reading ---------------------------------------------------------------


@contextlib.contextmanager
def mailbox(folder, who):
    """An IMAP connection, logged in, for a with statement.

    Every command in its body must succeed; only its end bears a server that
    hung up first, as a busy Dovecot may when all its work is done.
    """
    state = box.load(folder)
    context = ssl.create_default_context(cafile=folder / "pki" / "ca.pem")
    imap = imaplib.IMAP4_SSL(
        "127.0.0.1", state["ports"]["imaps"], ssl_context=context, timeout=60
    )
    try:
        imap.login(who.local, state["passwords"][who.local])
        yield imap
    finally:
        farewell(imap)


def can_log_in(folder, who):
    try:
        with mailbox(folder, who):
            return True
    except imaplib.IMAP4.error as e:
        if "AUTHENTICATIONFAILED" not in str(e):
            raise
        return False


def farewell(imap):
    """LOGOUT, whether or not anybody is left to hear it."""
    try:
        imap.logout()
    except (imaplib.IMAP4.abort, OSError):
        with contextlib.suppress(OSError):
            imap.shutdown()


def mails(folder, who, box_name="INBOX"):
    """Every mail in the folder, oldest first, as bytes; reading marks
    nothing."""
    with mailbox(folder, who) as imap:
        if imap.select(f'"{box_name}"', readonly=True)[0] != "OK":
            return []
        _, found = imap.uid("SEARCH", "ALL")
        uids = found[0].split()
        if not uids:
            return []
        _, data = imap.uid("FETCH", b",".join(uids).decode(), "(BODY.PEEK[])")
        return [part[1] for part in data if isinstance(part, tuple)]


def folders(folder, who):
    """Name -> number of mails."""
    with mailbox(folder, who) as imap:
        _, rows = imap.list()
        names = [re.search(rb'"/" "?([^"]+)"?$', r).group(1).decode()
                 for r in rows if b"noselect" not in r.lower()]  # fmt: skip
        counts = {}
        for name in names:
            _, data = imap.status(f'"{name}"', "(MESSAGES)")
            counts[name] = int(re.search(rb"MESSAGES (\d+)", data[0]).group(1))
        return counts


def text_of(mail):
    """The text a person would read first."""
    body = mail.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    try:
        return body.get_content()
    except (LookupError, ValueError):
        return body.get_payload(decode=True).decode("latin-1")


def flat(mail):
    """The same on one line, however it was wrapped."""
    return " ".join(text_of(mail).split())


def readable(raw, number=None):
    """A mail as a person would see it."""
    mail = message_from_bytes(raw, policy=policy.SMTP)
    lines = [f"---- mail {number} ----" if number else "----"]
    for name in ("Date", "From", "To", "Subject"):
        lines.append(f"{name + ':':9}{mail[name]}")
    lines += ["", text_of(mail).rstrip()]
    for part in mail.iter_attachments():
        payload = part.get_payload(decode=True) or b""
        lines.append(
            f"[attached: {part.get_filename() or '(no name)'}, "
            f"{part.get_content_type()}, {len(payload)} bytes]"
        )
    return "\n".join(lines) + "\n"


# Tests say how long something takes; a busy machine may take so many times as
# long.  Nobody waits longer for it but a test that fails.
PATIENCE = 4


def wait_for(condition, seconds, what):
    """Polls condition() until it gives something true; that is returned."""
    seconds *= PATIENCE
    end = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise box.LabError(f"waited {seconds} s for {what}")
        time.sleep(0.05)


# ---- the office's own terminal ---------------------------------------------


def loketctl(folder, *args):
    """Runs loketctl as the office's user; the finished process."""
    state = box.load(folder)
    if not state["loket"]:
        raise box.LabError("this office was opened with --no-loket")
    who = {}
    if os.getuid() == 0:
        nobody = pwd.getpwnam("nobody")
        who = {"user": nobody.pw_uid, "group": nobody.pw_gid,
               "extra_groups": []}  # fmt: skip
    return subprocess.run(
        conf.loketctl_command(state["app"], folder) + [str(a) for a in args],
        env=box.environment(
            folder,
            LOKET_CLOCK=str(folder / "clock"),
            LOKET_LIBEXEC=state["app"],
        ),
        cwd="/", capture_output=True, timeout=60 * PATIENCE, check=False, **who,
    )  # fmt: skip


def ask(folder, *args):
    """loketctl ARGS --json, decoded."""
    done = loketctl(folder, "--json", *args)
    if done.returncode != 0:
        raise box.LabError(
            f"loketctl {' '.join(map(str, args))} ended with "
            f"{done.returncode}: {done.stderr.decode(errors='replace').strip()}"
        )
    # registry import answers once per file.
    answers, text, decoder = [], done.stdout.decode(), json.JSONDecoder()
    while text.strip():
        answer, end = decoder.raw_decode(text.lstrip())
        answers.append(answer)
        text = text.lstrip()[end:]
    return answers[0] if len(answers) == 1 else answers


def wait_connected(folder, seconds=30):
    """Until the engine reads the mailbox: mail that comes before its very
    first look is none of Loket's."""
    seen = "no answer"

    def look():
        nonlocal seen
        try:
            seen = ask(folder, "status")["imap"]
        except box.LabError as e:
            seen = str(e)
        return seen == "connected"

    try:
        wait_for(look, seconds, "Loket to open its mailbox")
    except box.LabError as e:
        raise box.LabError(f"{e}; last heard: {seen}") from None


def await_crl(folder):
    """loket-ca lays its CRL out when the engine has said hello; its bytes."""
    path = folder / "www" / "ca.crl"
    wait_for(path.exists, 30, "loket-ca to lay out its CRL")
    return path.read_bytes()


def await_ca(folder):
    """Until the engine, if it runs, has looked at loket-ca's journal: what the
    lab orders just before would be a stranger's order to it."""

    def look():
        try:
            return "journal entries" in ask(folder, "status")["ca"]
        except box.LabError:
            return True  # it does not run

    wait_for(look, 30, "Loket to find loket-ca")


def make_old_certificates(folder):
    """The applicants' old certificates, by the office's own CA, which revokes
    no others.  Once: a CA that lost its journal is a story's matter."""
    keys = folder / "pki"
    if (keys / "old-are-of-loket-ca").exists():
        return
    with orders.CA(folder) as ca:
        for number, p in enumerate(APPLICANTS, 1):
            der = ca.issue(f"LAB-2026-{number:06}", p,
                           (keys / f"old-{p.key}.spki").read_bytes())  # fmt: skip
            (keys / f"old-{p.key}.pem").write_text(orders.pem(der))
    (keys / "old-are-of-loket-ca").touch()


def is_known(folder, address):
    """Would Dovecot take mail for this address?"""
    with smtplib.LMTP("127.0.0.1", box.load(folder)["ports"]["lmtp"],
                      local_hostname="mx.lab") as lmtp:  # fmt: skip
        lmtp.ehlo_or_helo_if_needed()
        lmtp.mail("")
        return lmtp.rcpt(address)[0] < 400


def await_mailbox(folder, who):
    """Dovecot looks at its file of logins once a second at most.  A login that
    fails is punished by seconds, so LMTP is asked first."""
    wait_for(lambda: is_known(folder, who.address) and can_log_in(folder, who),
             20, f"the mailbox of {who.local}")  # fmt: skip


def open_mailbox(folder, who):
    """A mailbox for somebody whom the registry does not know."""
    state = box.load(folder)
    with open(folder / "mail" / "logins", "a") as logins:
        logins.write(f"{who.local}:{{PLAIN}}lab::::::\n")
    state["passwords"][who.local] = "lab"
    (folder / "lab.json").write_text(json.dumps(state, indent=1) + "\n")
    await_mailbox(folder, who)


def make_old(folder, who):
    """His old certificate, beside the sidecar for its import."""
    state = box.load(folder)
    keys = folder / "enrolled"
    keys.mkdir(exist_ok=True)
    if state["executor"] == "ca":
        (keys / f"old-{who.key}.key").write_bytes(pki.openssl(
            "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"))
        await_ca(folder)
        with orders.CA(folder) as ca:
            der = ca.issue(f"LAB-2026-{1000 + int(who.key[1:]):06}", who,
                           pki.spki(keys / f"old-{who.key}.key"))  # fmt: skip
        (keys / f"old-{who.key}.pem").write_text(orders.pem(der))
    else:
        pki.make_old(keys, who, 0x5A10 + int(who.key[1:]), "../pki/issuer")
    conf.write_sidecar(keys / f"old-{who.key}.person", who)
    for path in keys.glob(f"old-{who.key}.*"):
        path.chmod(0o644)
    keys.chmod(0o755)
    return keys / f"old-{who.key}.pem"


def enroll(folder, who):
    """One more applicant: a mailbox, an old certificate, the registry."""
    open_mailbox(folder, who)
    old = make_old(folder, who)
    ask(folder, "registry", "import", old)
    return old


def register(folder):
    """The applicants and their old certificates into the registry."""
    ask(folder, "registry", "import", *conf.certificates(folder))


def cases(folder):
    return conf.case_rows(ask(folder, "case", "list"))


def wait(folder, number, state, seconds=20):
    """Waits until a case ("last": the newest) is in `state`; its JSON."""
    seen = "no case yet"

    def look():
        nonlocal seen
        try:
            rows = cases(folder)
            if number == "last":
                row = rows[-1] if rows else None
            else:
                row = next((r for r in rows if r["number"] == number), None)
        except box.LabError as e:
            seen = str(e)  # the engine may be starting anew
            return None
        if row is None:
            return None
        seen = f"{row['number']} is {row['state']}"
        return row if row["state"] == state else None

    try:
        return wait_for(look, seconds, f"case {number} to be {state}")
    except box.LabError as e:
        raise box.LabError(f"{e}; last seen: {seen}") from None


def doveadm(folder, *args):
    """Dovecot's own tool, in the servers' jail."""
    state = box.load(folder)
    inside = "/lab" if state["how"] != "installed" else folder
    done = subprocess.run(
        [box.SERVERS, "run", state["servers"], folder, "/usr/bin/doveadm",
         "-c", f"{inside}/mail/dovecot.conf", *args],
        env=box.environment(folder), capture_output=True, text=True,
        timeout=30 * PATIENCE, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise box.LabError(f"doveadm {' '.join(args)}: {done.stderr.strip()}")
    return done.stdout


