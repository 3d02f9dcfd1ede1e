# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole office whose IMAP server misbehaves (threats.md 6 H and I, V119,
V120, V126-V138).

Loket reads tests/lab/evil_imap.py in place of Dovecot; letters go out through
the real Exim.  Each story: mail comes, the server does its worst, is mended,
and in the end every mail is recorded once, every letter has come once.
test_imap_hostile.py has the same faults seen from the worker alone.

LOKET_TEST_LONG=1 takes 10,000 mails (V119) and cuts at every byte (V126).
"""

import re
import ssl
import time

import box
import client
import mails
import pytest
from evil_imap import EvilImap, hang_up, once, say, silence
from hostile import (
    LONG,
    RSS_MAX_KB,
    bad_certificates,
    await_rows,
    await_status,
    believable_but_bad,
    log,
    parse,
    password,
    peak_kb,
    restart,
    untouched,
)
from people import PEOPLE, person
from test_imap_hostile import (
    FALSE_ANSWERS,
    MIB,
    deep_structure,
    endless_line,
    instead_of,
    literal,
    many_flags,
    many_lines,
    parentheses,
    trickle,
    wrong_length,
)

OTHERS = ("loketd", "engine", "out", "mail-parser", "document-parser")
BUDI, WATI, OUTSIDER = person("budi"), person("wati"), person("outsider")


@pytest.fixture
def server(keys):
    made = EvilImap(keys / "server.pem", keys / "server.key")
    made.user = PEOPLE["office"].local
    yield made
    made.stop()


@pytest.fixture
def prepare(make_office, server):
    """An office in front of the server; start("loket") starts it."""

    def run(*config):
        office = make_office(
            hold=True, config=[f"mailbox.port={server.port}",
                               "mailbox.timeout=2", *config]
        )  # fmt: skip
        server.password = password(office)
        return office

    return run


@pytest.fixture
def office(prepare):
    office = prepare()
    office.start("loket")
    return office


# ---- what comes -----------------------------------------------------------------


def put(office, server, name, raw, sign="dkim"):
    raw = client.sign(office.dir, person(name), raw, sign)
    # A server's dates have whole seconds; it came after the first start.
    return server.box.add(raw, int(office.now().timestamp()) + 1)


def apply(office, server, name, papers=None):
    raw = mails.application(person(name), office.now(), papers)
    return put(office, server, name, raw)


def write(office, server, name="outsider", sign="none", papers=()):
    """Something else; of a stranger it is none of ours."""
    raw = mails.mail(person(name), office.now(), "Undangan", "Rapat.\n", papers)
    return put(office, server, name, raw, sign)


def more(office, server):
    """One more paper for Budi's case."""
    return write(office, server, "budi", "dkim", [mails.csr(BUDI)])


def begin(office):
    """Starts Loket without waiting for a mailbox it cannot open."""
    box.ask(office.dir, do="start", what="loket")


def mended(office):
    """Loket is started anew, and now the mailbox opens; its registry is
    filled if that was never done."""
    restart(office)
    office.await_connected()
    client.register(office.dir)


# ---- what must have become of it ---------------------------------------------------


def counts(office):
    return office.ctl("status")["mail"]


def await_counts(office, seconds=30, **wanted):
    """Waits until so many mails have been decided so, and no other is open."""
    wanted = {"open": 0, **wanted}
    seen = []

    def look():
        try:
            seen.append(counts(office))
        except box.LabError:
            return False
        return all(seen[-1][k] == n for k, n in wanted.items())

    try:
        client.wait_for(look, seconds, f"mails {wanted}")
    except box.LabError as e:
        raise AssertionError(f"{e}; there are {seen[-1:]}") from None


def await_log(office, text):
    client.wait_for(lambda: text in log(office), 20, f"the log to say {text}")


def mail_row(office, uid):
    (row,) = [r for r in office.ctl("mail", "list") if r["uid"] == uid]
    return row


def shown_id(mail):
    """The Message-ID as loketctl shows it: never a token."""
    return re.sub(r"\blk[0-9a-f]{32}\b", "(token)", str(mail["Message-ID"]).strip("<>"))


def check_each_once(office, server, first=1):
    """Every UID has one row, every letter was accepted once and came once."""
    rows = office.ctl("mail", "list")
    assert sorted(r["uid"] for r in rows) == list(
        range(first, server.box.uidnext)
    )
    letters = await_rows(
        office, lambda r: all(x["state"] == "accepted" for x in r)
    )
    assert {(x["attempts"], x["ambiguous"]) for x in letters} <= {(1, 0)}
    for who in (BUDI, WATI, person("siti")):
        sent = sorted(x["message_id"] for x in letters if x["to"] == who.address)
        got = office.await_letters(who.key, len(sent)) if sent else []
        assert len({str(m["Message-ID"]) for m in got}) == len(sent)
        assert sorted(shown_id(m) for m in got) == sent


def check_received(office, server, *names):
    """One case each, complete, with one letter."""
    assert sorted(c["applicant"] for c in office.cases()) == sorted(
        person(n).name for n in names
    )
    assert {c["state"] for c in office.cases()} == {"received"}
    for name in names:
        office.await_letters(name)
    check_each_once(office, server)


def alarms(office):
    """Tomorrow's summary, as the administrator reads it."""
    office.clock("+1d")
    (letter,) = client.wait_for(
        lambda: [m for m in office.letters("siti") if "Ringkasan" in str(m["Subject"])],
        20, "the daily summary")  # fmt: skip
    return client.text_of(letter)


def spoil(server, evil, times=1):
    """The mail that comes next is answered with `evil`, so many times."""
    uid, left = server.box.uidnext, [times]

    def run(session, tag, args):
        asked = [m.uid for _, m in session.chosen(args.split(" ")[0])]
        if "BODY" not in args or uid not in asked or left[0] == 0:
            return "usual"
        left[0] -= 1
        return instead_of(uid, evil)(session, tag, args)

    server.on["UID FETCH"] = run
    return left


def bodies_asked(server, uid):
    """How often this mail was fetched."""
    found = 0
    for args in server.commands("UID FETCH"):
        uids, what = args.split(" ", 1)
        if "BODY.PEEK[]" in what:
            ends = [p.split(":") for p in uids.split(",")]
            found += any(int(e[0]) <= uid <= int(e[-1]) for e in ends)
    return found


# ---- H Resources ---------------------------------------------------------------------


def test_v119_many_mails_wait_at_the_first_start(prepare, server):
    count = 10000 if LONG else 300
    places = count // 10, count // 2, count - 10
    office = prepare()
    for n in range(1, count + 1):
        if n == places[0]:
            apply(office, server, "budi", [mails.statement(BUDI, office.now())])
        elif n == places[1]:
            apply(office, server, "wati")
        elif n == places[2]:
            write(office, server, "budi", "dkim", [mails.csr(BUDI)])
        else:
            write(office, server)
    office.start("loket")
    time.sleep(0.5)
    assert office.ctl("mail", "list") == []
    assert len(server.box.mails) == count

    with untouched(office, *OTHERS, "imap"):
        day = f"{office.now():%Y-%m-%d}"
        office.ctl("--since", day, "intake", "backfill")
        await_counts(office, 1800, case=3, ignored=count - 3)
        peaks = {p: peak_kb(office, p) for p in ("imap", "engine", "out")}
    print("peak KiB:", peaks)
    assert max(peaks.values()) < 64 * 1024
    rows = sorted(office.ctl("mail", "list"), key=lambda r: r["id"])
    assert [r["uid"] for r in rows] == list(
        range(server.box.uidnext - len(rows), server.box.uidnext)
    )
    first, second = office.await_letters("budi", 2)
    assert "Belum Lengkap" in str(first["Subject"])
    assert "Diterima" in str(second["Subject"])
    if not LONG:
        check_received(office, server, "budi", "wati")
    client.wait_for(lambda: len(server.box.mails) == count - 3, 10, "the moves")


def test_v120_too_large_is_not_fetched(office, server):
    for name in ("budi", "budi", "outsider"):
        mail = apply(office, server, name, [])
        mail.size = 50 * MIB
    await_counts(office, quarantine=3)
    for row in office.ctl("mail", "list"):
        assert (row["reason"], row["size"]) == ("size", 50 * MIB)
        assert row["sha256"] is None
    assert [bodies_asked(server, uid) for uid in (1, 2, 3)] == [0, 0, 0]
    # The owner of the address hears of it once; a stranger hears nothing.
    (told,) = await_rows(office, lambda r: r)
    assert (told["to"], told["case_id"]) == (BUDI.address, 0)
    assert office.cases() == []
    apply(office, server, "wati")
    await_counts(office, quarantine=3, case=1)
    check_received(office, server, "wati")


# ---- V126, V127: connections and numbers ------------------------------------------------


def test_v126_cut_at_any_byte(prepare, server):
    """Two cuts a round: one while news is fetched, stored and moved, one while
    the connection is made anew."""
    office = prepare("mailbox.timeout=10")  # no pause of ours is a cut
    office.start("loket")

    def news():
        server.sent = 0  # counted from here on
        write(office, server)
        more(office, server)

    def moved(count):
        return len(server.folders["Loket/Done"].mails) >= count

    def round_is_over(count):
        await_counts(office, ignored=count, case=count)
        client.wait_for(lambda: moved(count), 20, "the move")
        client.wait_for(lambda: server.open, 5, "a connection")

    apply(office, server, "budi", [mails.statement(BUDI, office.now())])
    office.await_case("incomplete")
    write(office, server)
    time.sleep(0.5)
    connection = server.connections
    news()
    await_counts(office, ignored=2, case=2)
    time.sleep(0.5)
    length = server.sent
    assert server.connections == connection and length > 2000

    server.hang_up_all()
    office.await_connected()
    client.wait_for(lambda: server.connections > connection, 5, "a reconnect")
    time.sleep(0.5)
    logging_in = server.sent
    step = 1 if LONG else length // 9
    points, cuts = list(range(1, length, step)), 0
    for n, point in enumerate(points):
        before = server.connections
        server.cut_at = point
        news()
        # Both mails in one answer are fewer bytes than were measured: the last
        # cuts may find nothing left to cut.
        client.wait_for(lambda b=before, n=n: server.connections > b
                        or server.cut_at is None or moved(n + 3), 20, "the cut")  # fmt: skip
        cuts += server.cut_at is None
        server.cut_at = 1 + (n * max(logging_in // len(points), 1)) % logging_in
        round_is_over(n + 3)
        server.cut_at = None
    assert cuts >= len(points) * 2 // 3
    count = len(points) + 2
    assert sorted(r["uid"] for r in office.ctl("mail", "list")) == list(
        range(1, 2 * count + 1)
    )
    assert len(office.cases()) == 1
    check_each_once(office, server)


def test_v127_uidvalidity_changes(prepare, server):
    office = prepare()
    write(office, server)  # from before the first start
    server.box.mails[0].when -= 86400
    office.start("loket")
    apply(office, server, "budi")
    kept = write(office, server)
    await_counts(office, case=1, ignored=1)
    client.wait_for(lambda: len(server.box.mails) == 2, 10, "the move")

    def renumber(uidvalidity):
        server.box.uidvalidity = uidvalidity
        for uid, mail in enumerate(server.box.mails, 1):
            mail.uid = uid
        server.box.uidnext = len(server.box.mails) + 1

    renumber(2000)
    # A person has put the application back besides.
    server.box.add(server.folders["Loket/Done"].mails[0].data, kept.when)
    server.hang_up_all()
    await_counts(office, 30, case=1, ignored=3)
    rows = [r for r in office.ctl("mail", "list") if r["uidvalidity"] == 2000]
    assert sorted((r["uid"], r["reason"]) for r in rows) == [
        (2, "not-ours"), (3, "duplicate")]  # fmt: skip

    # While the connection is open, and told in passing.
    server.on["UID FETCH"] = once(say("* OK [UIDVALIDITY 3000] new", "{tag} OK"))
    renumber(3000)
    apply(office, server, "wati")
    await_counts(office, 30, case=2)
    assert sorted(c["applicant"] for c in office.cases()) == [
        BUDI.name, WATI.name]  # fmt: skip
    for name in ("budi", "wati"):
        assert len(office.await_letters(name)) == 1
    # The mail from before the first start was left alone each time.
    assert server.box.uids()[0] == 1
    old = [r for r in office.ctl("mail", "list")
           if r["uidvalidity"] > 1000 and r["uid"] == 1]  # fmt: skip
    assert old == []


# ---- V128 - V131: answers that lie or never end ---------------------------------------------


def test_v128_false_answers(office, server):
    apply(office, server, "budi", [mails.statement(BUDI, office.now())])
    with untouched(office, *OTHERS, "imap"):
        for n, evil in enumerate(FALSE_ANSWERS, 2):
            before = server.connections
            left = spoil(server, evil)
            more(office, server)
            await_counts(office, case=n, quarantine=0)
            assert left == [0] and server.connections == before + 1, evil
    check_received_once_or_more(office, server)


def check_received_once_or_more(office, server):
    (case,) = office.cases()
    assert case["state"] == "received"
    check_each_once(office, server)


def test_v128_false_for_ever(office, server):
    left = spoil(server, wrong_length, 99)
    with untouched(office, *OTHERS, "imap"):
        apply(office, server, "budi")
        apply(office, server, "wati")
        await_counts(office, quarantine=1, case=1)
    row = mail_row(office, 1)
    assert (row["disposition"], row["reason"]) == ("quarantine", "imap")
    tries = 99 - left[0]
    # A batch of two says not which one it is: one try more.
    assert tries in (3, 4)
    check_received(office, server, "wati")
    restart(office)
    office.await_connected()
    assert 99 - left[0] == tries
    assert f"mail={row['id']}  imap" in alarms(office)


def test_v129_bad_literals(office, server):
    texts = ["4294967299", "5000000000", "-1", "+"]
    apply(office, server, "budi")
    await_counts(office, case=1)
    with untouched(office, *OTHERS, "imap"):
        for n, text in enumerate(texts, 2):
            left = spoil(server, literal(text))
            more(office, server)
            await_counts(office, case=n, quarantine=0)
            assert left == [0]
    assert log(office).count("literal") >= len(texts)
    check_received_once_or_more(office, server)


@pytest.mark.parametrize("evil", [deep_structure, parentheses])
def test_v130_nested_without_end(office, server, evil):
    left = spoil(server, evil)
    with untouched(office, *OTHERS):
        apply(office, server, "budi")
        await_counts(office, case=1)
        assert left == [0]
        server.on["SELECT"] = once(lambda s, _t, _a: evil(s, mail=s.server.box.add()))
        server.box.remove({2})
        server.hang_up_all()
        apply(office, server, "wati")
        await_counts(office, case=2, ignored=0)
        assert peak_kb(office, "imap") < RSS_MAX_KB


@pytest.mark.parametrize("evil", [endless_line, many_lines, many_flags])
def test_v131_endless(office, server, evil):
    left = spoil(server, evil)
    with untouched(office, *OTHERS, "imap"):
        apply(office, server, "budi")
        await_counts(office, case=1)
        assert left == [0]
        assert peak_kb(office, "imap") < RSS_MAX_KB
        assert peak_kb(office, "engine") < RSS_MAX_KB
    assert "server sent" in log(office)
    check_received(office, server, "budi")


# ---- V132 - V134: who is let in ----------------------------------------------------------


def refused(office, server, says):
    """Loket stays out, says why, and shows nothing of its password."""
    restart(office)
    text = await_status(office, "imap", says)
    assert server.logins == [] and server.box.mails[0].seen is False
    assert not {"LOGIN", "AUTHENTICATE", "STARTTLS"} & {
        name for _, name, _ in server.seen
    }
    assert office.ctl("mail", "list") == []
    return text


def check_in_at_last(office, server):
    """The server is as it should be: the first start happens now."""
    mended(office)
    apply(office, server, "budi")
    await_counts(office, case=1)
    assert [c["state"] for c in office.cases()] == ["received"]
    assert len(office.await_letters("budi")) == 1
    assert len(server.logins) >= 1


def test_v132_preauth_and_plaintext(prepare, server):
    office = prepare()
    write(office, server)
    good = server.greeting
    server.greeting = "* PREAUTH welcome, whoever you are\r\n"
    begin(office)
    with untouched(office, "ca"):
        refused(office, server, "PREAUTH")
        server.plain = True
        server.greeting = good
        refused(office, server, "TLS")
        server.greeting = (
            "* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready\r\n"
            "A1 OK begin TLS now\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n"
        )
        server.capabilities += " STARTTLS"
        refused(office, server, "TLS")
    server.plain, server.greeting = False, good
    check_in_at_last(office, server)
    assert alarms(office).count("imap: ") >= 3


def test_v133_certificates(prepare, server, keys, tmp_path):
    office = prepare()
    write(office, server)
    good = server.context
    (tmp_path / "lab").mkdir()
    stems = [tmp_path / s for s in bad_certificates(tmp_path)]
    stems += [tmp_path / "lab" / s
              for s in believable_but_bad(keys, tmp_path / "lab")]  # fmt: skip
    for stem in stems:
        server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.context.load_cert_chain(f"{stem}.pem", f"{stem}.key")
        if stem == stems[0]:
            begin(office)
        refused(office, server, "certificate")
        assert server.seen == [], stem
    server.context = good
    check_in_at_last(office, server)
    assert alarms(office).count("certificate") >= len(stems)


def test_v134_login_refused(office, server):
    apply(office, server, "budi")
    await_counts(office, case=1)
    logins = len(server.logins)
    with untouched(office, *OTHERS, "imap"):
        server.password = "changed by somebody"
        server.hang_up_all()
        await_status(office, "imap", "login")
        apply(office, server, "wati")
        time.sleep(3)
        # Not knocking again for a minute: that would lock the account.
        assert len(server.logins) == logins + 1
        assert re.search("login: .*next try in (60|120) s", log(office))
    assert counts(office)["case"] == 1
    server.password = password(office)
    restart(office)
    await_counts(office, case=2)
    check_received(office, server, "budi", "wati")
    assert "imap: " in alarms(office)
    assert password(office) not in log(office)


def test_v134_server_out_of_order(office, server):
    """[UNAVAILABLE] says nothing of the password: tried again soon."""
    server.on["AUTHENTICATE"] = once(say("{tag} NO [UNAVAILABLE] a minute"))
    server.on["LOGIN"] = once(say("{tag} NO [UNAVAILABLE] a minute"))
    with untouched(office, *OTHERS, "imap"):
        server.hang_up_all()
        apply(office, server, "budi")
        await_counts(office, case=1)
    check_received(office, server, "budi")


# ---- V135, V136: people and folders ---------------------------------------------------------


def test_v135_people_in_the_mailbox(office, server):
    lost = {1, 3}

    def tidy(session, _tag, args):
        asked = {m.uid for _, m in session.chosen(args.split(" ")[0])}
        if "BODY" in args and asked & lost:
            session.box.remove(asked & lost)
        return "usual"

    server.on["UID FETCH"] = tidy
    with untouched(office, *OTHERS, "imap"):
        apply(office, server, "budi")  # deleted by a person
        seen = apply(office, server, "wati")
        seen.seen = True
        write(office, server)  # moved away
        await_counts(office, case=1, ignored=2)
    for uid in lost:
        row = mail_row(office, uid)
        assert (row["disposition"], row["reason"]) == ("ignored", "vanished")
    assert [c["applicant"] for c in office.cases()] == [WATI.name]

    # Taken in, and gone before it could be moved.
    def gone(session, _tag, args):
        session.box.remove({m.uid for _, m in session.chosen(args.split(" ")[0])})
        return "usual"

    server.on["UID MOVE"] = once(gone)
    apply(office, server, "budi")
    await_counts(office, case=2)
    client.wait_for(lambda: mail_row(office, 4)["move"] == "done", 10, "the move")
    check_received(office, server, "budi", "wati")


def test_v136_moves_that_do_not_happen(office, server):
    answers = [
        "{tag} OK [COPYUID 1 1 1] moved",
        "{tag} NO [TRYCREATE] no such folder",
        "{tag} NO [OVERQUOTA] \x1b[31mfull",
    ]
    with untouched(office, *OTHERS, "imap"):
        for uid, answer in enumerate(answers, 1):
            server.on["UID MOVE"] = say(answer)
            if uid == 1:
                apply(office, server, "budi")
            else:
                more(office, server)
            await_counts(office, case=uid)
            client.wait_for(
                lambda u=uid: mail_row(office, u)["move"] == "failed",
                10, "the move to fail",
            )  # fmt: skip
    assert server.box.uids() == [1, 2, 3]
    del server.on["UID MOVE"]
    # Neither a new connection nor a new start reads them again.
    server.hang_up_all()
    office.await_connected()
    restart(office)
    office.await_connected()
    apply(office, server, "wati")
    await_counts(office, case=4)
    assert [bodies_asked(server, uid) for uid in (1, 2, 3, 4)] == [1] * 4
    check_received(office, server, "budi", "wati")
    report = alarms(office)
    assert report.count("mailbox: ") == 3
    assert "\\x1b[31mfull" in report and "\x1b" not in report + log(office)


# ---- V137, V138: slow, silent and talkative ---------------------------------------------------


def test_v137_no_answer_in_time(prepare, server):
    office = prepare("mailbox.timeout=1", "mailbox.command_timeout=2",
                     "mailbox.idle=2")  # fmt: skip
    office.start("loket")

    def deaf(session, _tag, _args):
        session.send("+ idling\r\n")
        silence(session, None, None)

    faults = [("UID FETCH", silence), ("SELECT", trickle), ("IDLE", deaf)]
    apply(office, server, "budi", [mails.statement(BUDI, office.now())])
    await_counts(office, case=1)
    with untouched(office, *OTHERS, "imap"):
        for n, (where, evil) in enumerate(faults, 2):
            server.on[where] = once(evil)
            if where != "UID FETCH":
                server.hang_up_all()
            began = time.monotonic()
            more(office, server)
            await_counts(office, case=n)
            assert time.monotonic() - began < 60  # trickle alone takes 500 s
    check_received_once_or_more(office, server)


def test_v137_half_open_and_no_idle(prepare, server):
    office = prepare("mailbox.timeout=1")
    office.start("loket")
    with untouched(office, *OTHERS, "imap"):
        # Accepted by the kernel, served by nobody.
        good, server.greeting, server.plain = server.greeting, "", True
        server.hang_up_all()
        await_log(office, "in time")
        server.greeting, server.plain = good, False
        # No IDLE here: Loket looks for itself.
        server.on["IDLE"] = say("{tag} NO not here")
        apply(office, server, "budi")
        await_counts(office, case=1)
        apply(office, server, "wati")
        await_counts(office, case=2)
    check_received(office, server, "budi", "wati")


def test_v138_goodbyes_and_alerts(office, server):
    good = server.greeting
    with untouched(office, *OTHERS, "imap"):
        server.greeting = "* BYE [UNAVAILABLE] \x1b[2Jnot now\r\n"
        server.hang_up_all()
        await_log(office, "greeting: not accepted")
        server.greeting = good
        server.on["SELECT"] = once(lambda s, _t, _a: s.send(
            "* OK [ALERT] \x1b[31mquota\u202e is over\r\n") or "usual")  # fmt: skip
        apply(office, server, "budi")
        await_counts(office, case=1)
        # Not the mail's fault, so not counted against it.
        busy = []

        def later(session, tag, args):
            if "BODY" not in args or len(busy) == 3:
                return "usual"
            busy.append(1)
            return say("{tag} NO [UNAVAILABLE] being moved")(session, tag, args)

        server.on["UID FETCH"] = later
        server.on["IDLE"] = once(
            say("+ idling", "* BYE [OVERQUOTA] going down", close=True)
        )
        apply(office, server, "wati")
        await_counts(office, case=2, quarantine=0)
    text = log(office)
    assert "\\x1b[31mquota" in text
    assert "\x1b" not in text and "\u202e" not in text
    check_received(office, server, "budi", "wati")


# ---- secrets sent by mistake -------------------------------------------------------


def send_secret(office, server):
    raw = mails.application(
        BUDI, office.now(), text="Mohon bantuan.\n\npassphrase saya: Anggrek#2026\n"
    )
    return put(office, server, "budi", raw)


def test_v098_a_server_that_cannot_expunge_one_mail(prepare, server):
    """Nothing of it is done by halves: the mail stays, and the administrator is
    told which."""
    server.capabilities = "IMAP4rev1 IDLE MOVE AUTH=PLAIN"
    office = prepare()
    office.start("loket")
    other = write(office, server)
    other.deleted = True  # by a person
    mail = send_secret(office, server)
    office.await_case("received")
    await_log(office, f"INBOX/{mail.uid}: secret-on-server")
    assert server.box.uids() == [other.uid, mail.uid]
    assert server.commands("EXPUNGE") == server.commands("UID STORE") == []
    assert mail_row(office, mail.uid)["disposition"] == "case"
    assert b"Anggrek" not in (office.dir / "data" / "loket.db-wal").read_bytes()


def test_v098_a_connection_that_ends_at_the_expunge(office, server):
    server.on["UID EXPUNGE"] = once(hang_up)
    other = write(office, server)
    other.deleted = True
    send_secret(office, server)
    office.await_case("received")
    client.wait_for(lambda: server.box.uids() == [other.uid], 30, "the expunge")
    assert "secret-on-server" not in log(office)
    check_each_once(office, server)
