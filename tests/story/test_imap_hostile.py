# SPDX-License-Identifier: GPL-3.0-or-later
"""The imap worker against an IMAP server that misbehaves.

tests/lab/net_harness plays loketd and the engine to the real worker code
(tests/lab/imap_worker); tests/lab/evil_imap.py is the server.  One story per
row of threats.md 6 I, and V119, V120.
"""

import hashlib
import os
import socket
import sys
import threading
import time
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "lab"))

from client import PATIENCE  # noqa: E402
from evil_imap import EvilImap, hang_up, once, say, silence  # noqa: E402
from worker import LoneWorker, give_to_nobody, needs, open_shop  # noqa: E402

PROGRAMS = ("imap_worker", "net_harness")
PASSWORD = 'kunci "\\ 4711'
MIB = 1024 * 1024
RSS_MAX_KB = 128 * 1024  # V131

pytestmark = needs(*PROGRAMS)


@pytest.fixture(scope="module")
def shop():
    with open_shop(PROGRAMS, "/CN=imap", PASSWORD) as folder:
        yield folder


class Worker(LoneWorker):
    PROGRAMS = PROGRAMS

    def __init__(self, shop, port, **settings):
        known = {
            "port": port, "timeout_sec": 3, "command_sec": 20, "idle_sec": 60,
            "poll_sec": 1, "folder": "INBOX",
        }  # fmt: skip
        super().__init__(shop, {**known, **settings})

    def take(self, box, first=1, last=0, since=0):
        self.do(f"take INBOX {box['uidvalidity']} {first} {last} {since}")

    def mails(self):
        return [f for f in self.seen if f["frame"] in ("fetched", "skipped")]

    def uids(self, kind="fetched"):
        return [f["uid"] for f in self.seen if f["frame"] == kind]

    def intake(self, first=1, until=None, within=20, since=0):
        """Plays the engine: takes, stores, takes anew after a reconnect, and
        goes past a mail that was in trouble three times.  Ends when `until`
        says so, else at the first batch that is the last."""
        done = until or (lambda: self.seen[-1].get("last", False))
        end = time.monotonic() + within * PATIENCE
        attempts = {}
        going_on = first
        while True:
            frame = self.next(end - time.monotonic())
            kind = frame["frame"]
            if kind == "open":
                self.take(frame, going_on, 0, since)
            elif kind == "skipped" and frame["why"] == "trouble":
                attempts[frame["uid"]] = attempts.get(frame["uid"], 0) + 1
                stop = frame["uid"]
            elif kind == "end":
                going_on = max(going_on, frame["next"])
                if attempts.get(going_on, 0) >= 3 and stop == going_on:
                    going_on += 1
                self.do("stored")
            if done():
                return

    def stop(self):
        self.do("stop")
        code = self.expect("exit")["code"]
        self.process.wait(10 * PATIENCE)
        return code


@pytest.fixture
def server(shop):
    made = EvilImap(shop / "good.pem", shop / "good.key")
    made.password = PASSWORD
    yield made
    made.stop()


@pytest.fixture
def start(shop, server):
    workers = []

    def run(**settings):
        workers.append(Worker(shop, settings.pop("port", server.port),
                              **settings))  # fmt: skip
        return workers[-1]

    yield run
    for worker in workers:
        worker.close()
        assert PASSWORD not in worker.log()


def fill(box, count, size=200, when=1800000000):
    for i in range(count):
        text = f"Subject: {box.uidnext}\r\n\r\n"
        box.add((text + "x" * (size - len(text))).encode(), when + i)


def check_whole(worker, box, uids=None):
    """Every mail came once, in order, byte for byte."""
    wanted = {m.uid: m for m in box.mails}
    uids = list(wanted) if uids is None else uids
    assert worker.uids() == uids
    for frame in worker.mails():
        if frame["frame"] == "fetched":
            mail = wanted[frame["uid"]]
            assert frame["sha256"] == hashlib.sha256(mail.data).hexdigest()
            assert frame["date"] == mail.when * 1000000


def wait_for(what, within=10):
    until = time.monotonic() + within * PATIENCE
    while not what():
        assert time.monotonic() < until
        time.sleep(0.02)


# ---- a server that behaves ---------------------------------------------------


def test_fetches_in_batches_and_waits_for_stored(server, start):
    fill(server.box, 120)
    worker = start()
    box = worker.expect("open")
    assert box["uidvalidity"] == 1000 and box["uidnext"] == 121
    worker.take(box)
    assert worker.expect("end") == {"frame": "end", "next": 51, "last": False, "look": 0}
    time.sleep(0.5)
    assert worker.frames.empty()  # nothing overtakes BatchStored
    assert len(server.commands("UID FETCH")) == 3  # but one is fetched ahead
    worker.do("stored")
    assert worker.expect("end")["next"] == 101
    worker.do("stored")
    assert worker.expect("end") == {"frame": "end", "next": 121, "last": True, "look": 0}
    worker.do("stored")
    check_whole(worker, server.box)
    assert not any(m.seen for m in server.box.mails)
    assert "BODYSTRUCTURE" not in str(server.seen)
    assert worker.stop() == 0
    assert worker.troubles() == []


def test_idle_brings_new_mail(server, start):
    worker = start()
    worker.intake()
    assert worker.seen[-1] == {"frame": "end", "next": 1, "last": True, "look": 0}
    for i in range(3):
        wait_for(lambda: len(server.commands("IDLE")) > i)
        began = time.monotonic()
        server.box.add(b"Subject: new\r\n\r\n%d\r\n" % i)
        worker.intake(until=lambda: len(worker.uids()) == i + 1)
        assert time.monotonic() - began < 15  # IDLE is renewed after 60
        assert worker.expect("end")["next"] == i + 2
        worker.do("stored")
    check_whole(worker, server.box)
    assert worker.stop() == 0


def test_poll_where_idle_is_missing(server, start):
    server.capabilities = "IMAP4rev1 MOVE"
    worker = start()
    worker.intake()
    server.box.add(b"Subject: new\r\n\r\n\r\n")
    worker.intake(until=lambda: worker.uids() == [1], within=5)
    assert server.commands("IDLE") == []
    assert server.logins == [("office", PASSWORD)]  # LOGIN, quoted


def test_batches_end_at_eight_mebibytes(server, start):
    fill(server.box, 5, 3 * MIB)
    worker = start()
    worker.intake()
    ends = [f["next"] for f in worker.seen if f["frame"] == "end"]
    assert ends == [3, 5, 6]
    check_whole(worker, server.box)


def test_empty_and_odd_bodies_arrive_whole(server, start):
    bodies = [b"", b"\0\r\n{9999}\r\n", b"(((\n\r)))\"", bytes(range(256)) * 40]
    for body in bodies:
        server.box.add(body)
    worker = start()
    worker.intake()
    check_whole(worker, server.box)


def test_backfill_range_arrives_at_any_time(server, start):
    fill(server.box, 130)
    worker = start()
    box = worker.expect("open")
    worker.take(box, 131)
    assert worker.expect("end") == {"frame": "end", "next": 131, "last": True, "look": 0}
    worker.do("stored")
    worker.take(box, 11, 120, 1800000000 * 1000000 + 20 * 1000000)
    worker.intake()
    assert worker.uids() == list(range(21, 121))
    old = [f["uid"] for f in worker.mails() if f.get("why") == "old"]
    assert old == list(range(11, 21))
    assert worker.seen[-1] == {"frame": "end", "next": 121, "last": True, "look": 0}
    server.box.add(b"Subject: new\r\n\r\n\r\n")  # and the live part goes on
    worker.intake(until=lambda: 131 in worker.uids())


def test_backfill_goes_on_after_a_reconnect(server, start):
    fill(server.box, 130)
    worker = start()
    box = worker.expect("open")
    worker.take(box, 131)
    worker.expect("end")
    worker.do("stored")
    worker.take(box, 1, 130)
    assert worker.expect("end")["next"] == 51
    worker.do("stored")
    assert worker.expect("end")["next"] == 101
    server.hang_up_all()
    worker.intake(131, lambda: worker.uids()[-1:] == [130])
    # the second batch was not stored: it came again
    assert worker.uids() == [*range(1, 101), *range(51, 131)]


def test_answers_pings_and_stops_during_a_slow_fetch(server, start):
    fill(server.box, 2, 5000)

    def slow(session, _tag, args):
        if "BODY" not in args:
            return "usual"
        session.drip(session.item(1, session.box.mails[0], True), 0.01)

    server.on["UID FETCH"] = slow
    worker = start()
    worker.take(worker.expect("open"))
    wait_for(lambda: len(server.commands("UID FETCH")) == 2)
    time.sleep(0.3)
    worker.do("ping 77")
    began = time.monotonic()
    assert worker.expect("pong") == {"frame": "pong", "number": 77}
    assert worker.stop() == 0
    assert time.monotonic() - began < 25  # the mail takes 50 s


def test_server_that_tells_no_uidnext(server, start):
    server.tell_uidnext = False
    worker = start()
    assert worker.expect("open")["uidnext"] == 1
    fill(server.box, 1)
    server.box.add(b"Subject: x\r\n\r\n", uid=4294967290)
    server.hang_up_all()
    assert worker.expect("open")["uidnext"] == 4294967291
    worker.take(worker.seen[-1], 4294967000)
    worker.expect("end")
    assert worker.uids() == [4294967290]


def test_folder_that_is_not_there(server, start):
    server.on["SELECT"] = say("{tag} NO [NONEXISTENT] no such folder")
    worker = start(folder="Masuk")
    trouble = worker.expect("trouble")
    assert trouble["fatal"] and "no such folder" in trouble["text"]


# ---- moves -------------------------------------------------------------------


def moved(worker, count):
    result = {}
    while len(result) < count:
        frame = worker.expect("moved")
        for uid in frame["uids"]:
            result[uid] = frame["done"]
    return result


def test_moves_are_gathered_and_the_folder_created(server, start):
    fill(server.box, 130)
    worker = start()
    box = worker.expect("open")
    worker.take(box, 131)
    worker.expect("end")
    worker.do("stored")
    wait_for(lambda: server.commands("IDLE"))
    fetches, ordered = len(server.commands("UID FETCH")), threading.Event()
    server.on["UID FETCH"] = once(lambda *_: ordered.wait(15) and "usual")
    worker.do(f"take INBOX {box['uidvalidity']} 1 1 0")
    wait_for(lambda: len(server.commands("UID FETCH")) > fetches)
    for first in (1, 41, 81):  # while it is busy
        uids = ",".join(map(str, range(first, first + 40)))
        worker.do(f"move {box['uidvalidity']} {uids} Loket/Done")
    worker.do("ping 5")
    worker.expect("pong")  # the harness has handed all over
    ordered.set()
    assert moved(worker, 120) == {u: True for u in range(1, 121)}
    assert server.box.uids() == list(range(121, 131))
    assert len(server.folders["Loket/Done"].mails) == 120
    # one refused for want of the folder, one that did it all
    assert len(server.commands("UID MOVE")) == 2
    assert server.commands("UID MOVE")[1].startswith("1:120 ")


def test_moves_with_uidplus_only_and_another_delimiter(server, start):
    server.capabilities = "IMAP4rev1 UIDPLUS AUTH=PLAIN"
    server.delimiter = "."
    fill(server.box, 4)
    server.box.mails[3].deleted = True  # by a person: not ours to expunge
    worker = start()
    box = worker.expect("open")
    worker.do(f"move {box['uidvalidity']} 1,3 Loket/Done")
    assert moved(worker, 2) == {1: True, 3: True}
    assert server.box.uids() == [2, 4]
    assert len(server.folders["Loket.Done"].mails) == 2


def test_never_a_plain_expunge(server, start):
    server.capabilities = "IMAP4rev1 AUTH=PLAIN"
    fill(server.box, 2)
    worker = start()
    box = worker.expect("open")
    worker.do(f"move {box['uidvalidity']} 1 Loket/Done")
    assert worker.expect("moved")["done"] is False
    assert "neither MOVE nor UIDPLUS" in worker.seen[-1]["text"]
    assert server.box.uids() == [1, 2]


def test_v098_expunge_takes_these_and_no_other(server, start):
    server.capabilities = "IMAP4rev1 UIDPLUS MOVE AUTH=PLAIN"
    fill(server.box, 5)
    server.box.mails[3].deleted = True  # by a person: not ours to expunge
    worker = start()
    box = worker.expect("open")
    worker.do(f"expunge {box['uidvalidity']} 1,3,99")
    assert moved(worker, 3) == {1: True, 3: True, 99: True}
    assert all(f["expunge"] for f in worker.seen if f["frame"] == "moved")
    assert server.box.uids() == [2, 4, 5]
    assert server.commands("UID MOVE") == []
    assert "Loket/Done" not in server.folders
    # Again, after a crash: it is gone already.
    worker.do(f"expunge {box['uidvalidity']} 1")
    assert moved(worker, 1) == {1: True}
    assert server.box.uids() == [2, 4, 5]


def test_v098_without_uidplus_nothing_is_expunged(server, start):
    """A plain EXPUNGE would take what people have marked."""
    server.capabilities = "IMAP4rev1 MOVE AUTH=PLAIN"
    fill(server.box, 2)
    server.box.mails[1].deleted = True
    worker = start()
    box = worker.expect("open")
    worker.do(f"expunge {box['uidvalidity']} 1")
    frame = worker.expect("moved")
    assert frame["done"] is False and frame["expunge"]
    assert "UIDPLUS" in frame["text"]
    assert server.box.uids() == [1, 2]
    assert server.commands("UID STORE") == []


def test_v098_an_expunge_that_does_not_happen(server, start):
    server.capabilities = "IMAP4rev1 UIDPLUS AUTH=PLAIN"
    fill(server.box, 2)
    server.on["UID EXPUNGE"] = say("{tag} OK done")
    worker = start()
    box = worker.expect("open")
    worker.do(f"expunge {box['uidvalidity']} 1")
    frame = worker.expect("moved")
    assert frame["done"] is False and "still there" in frame["text"]


# ---- H Resources -------------------------------------------------------------


def test_v119_ten_thousand_mails_wait(server, start):
    fill(server.box, 10000, 300)
    worker = start()
    worker.intake(within=60)
    check_whole(worker, server.box)
    listings = [a for a in server.commands("UID FETCH") if "BODY" not in a]
    assert [a.split(" ")[0] for a in listings] == ["1:5000", "5001:*"]
    assert worker.rss_kb() < 64 * 1024


def test_v120_too_large_is_never_fetched(server, start):
    fill(server.box, 3)
    server.box.mails[1].size = 50 * MIB
    worker = start()
    worker.intake()
    assert [(f["uid"], f.get("why")) for f in worker.mails()] == [
        (1, None), (2, "too-large"), (3, None)]  # fmt: skip
    assert worker.mails()[1]["size"] == 50 * MIB
    bodies = [a for a in server.commands("UID FETCH") if "BODY.PEEK[]" in a]
    assert [a.split(" ")[0] for a in bodies] == ["1,3"]
    # Only its From field is asked for, so that its owner can be told.
    (field,) = [a for a in server.commands("UID FETCH") if "HEADER.FIELDS" in a]
    assert field == "2 (UID BODY.PEEK[HEADER.FIELDS (Subject From)])"


def test_v120_sender_that_cannot_be_asked(server, start):
    fill(server.box, 2)
    server.box.mails[0].size = 50 * MIB
    server.on["UID FETCH"] = lambda s, _t, a: (
        s.send("* 1 FETCH (UID 1 BODY[HEADER.FIELDS (SUBJECT FROM)] {99999}\r\n")
        if "HEADER" in a else "usual"
    )  # fmt: skip
    worker = start()
    worker.intake()
    assert [(f["uid"], f.get("why")) for f in worker.mails()] == [
        (1, "too-large"), (2, None)]  # fmt: skip
    assert server.connections == 3  # then it is left unasked


def test_largest_mail_fits_in_memory(server, start):
    fill(server.box, 2, 25 * MIB)
    worker = start()
    worker.intake()
    check_whole(worker, server.box)
    assert worker.rss_kb() < RSS_MAX_KB


# ---- I IMAP server -----------------------------------------------------------


def cut_points(count):
    """Where to cut a session of so many bytes; all with LOKET_TEST_LONG."""
    if os.environ.get("LOKET_TEST_LONG"):
        return range(1, count)
    return range(7, count, count // 16)


def test_v126_cut_anywhere_resumes(shop, server, start):
    fill(server.box, 3)
    worker = start()
    worker.intake()
    length = server.sent
    points = cut_points(length)
    assert worker.stop() == 0 and length > 1000
    for some in (points[i : i + 24] for i in range(0, len(points), 24)):
        pairs = Pairs(shop)
        for point in some:
            pairs.add(point, lambda s, p=point: setattr(s, "cut_at", p))
        pairs.check(connections=2)
        pairs.close()


def test_v126_cut_in_a_move(server, start):
    fill(server.box, 3)

    def move_and_die(session, _tag, _args):
        session.expunge({1, 2})
        session.close()

    server.on["UID MOVE"] = once(move_and_die)
    worker = start()
    worker.intake()
    worker.do("move 1000 1,2 Loket/Done")
    box = worker.expect("open")
    worker.take(box, 4)
    worker.do("move 1000 1,2 Loket/Done")  # the engine orders it again
    assert moved(worker, 2) == {1: True, 2: True}
    assert server.box.uids() == [3] and worker.uids() == [1, 2, 3]


def test_v127_uidvalidity_changes(server, start):
    fill(server.box, 2)
    worker = start()
    worker.intake()
    wait_for(lambda: server.commands("IDLE"))
    server.box.uidvalidity = 2000
    server.hang_up_all()
    box = worker.expect("open")
    assert box["uidvalidity"] == 2000
    worker.take({"uidvalidity": 1000})  # meant for what is gone
    worker.do("move 1000 1,2 Loket/Done")
    worker.take(box)
    worker.intake()
    assert worker.uids() == [1, 2, 1, 2]
    assert server.commands("UID MOVE") == []
    # and while the connection is open
    server.on["UID FETCH"] = once(say("* OK [UIDVALIDITY 3000] new", "{tag} OK"))
    server.box.uidvalidity = 3000
    server.box.add(b"Subject: x\r\n\r\n")
    assert worker.expect("open")["uidvalidity"] == 3000


def body(session, uid, data, size=None, name="BODY[]"):
    size = len(data) if size is None else size
    session.send(
        f'* 1 FETCH (UID {uid} RFC822.SIZE {size} INTERNALDATE "21-Nov-2026 '
        f'09:00:00 +0700" {name} {{{len(data)}}}\r\n'.encode() + data + b")\r\n"
    )


def other_uid(session, mail):
    body(session, 777, mail.data)


def two_bodies(session, mail):
    session.send(
        f"* 1 FETCH (UID {mail.uid} BODY[] {{{mail.size}}}\r\n".encode()
        + mail.data + f" BODY[] {{{mail.size}}}\r\n".encode() + mail.data
        + b")\r\n"
    )  # fmt: skip


def wrong_length(session, mail):
    body(session, mail.uid, mail.data[:-1], mail.size)


def both_lie(session, mail):
    body(session, mail.uid, mail.data[:-1])


def twice(session, mail):
    body(session, mail.uid, mail.data)
    body(session, mail.uid, mail.data)


def no_uid(session, mail):
    session.send(
        f"* 1 FETCH (BODY[] {{{mail.size}}}\r\n".encode() + mail.data + b")\r\n"
    )


def nil(session, mail):
    session.send(f"* 1 FETCH (UID {mail.uid} BODY[] NIL)\r\n")


def section(session, mail):
    session.send(f'* 1 FETCH (UID {mail.uid} BODY[TEXT] "x")\r\n')


def part(session, mail):
    session.send(f'* 1 FETCH (UID {mail.uid} BODY[]<0> "x")\r\n')


def nothing(session, mail):
    pass


def literal(text):
    def send(session, mail):
        session.send(f"* 1 FETCH (UID {mail.uid} BODY[] {{{text}}}\r\nabc)\r\n")

    return send


def deep_structure(session, mail):
    session.send(f"* 1 FETCH (UID {mail.uid} BODYSTRUCTURE " + "(" * 20000)
    session.send('"text" "plain"' + ")" * 20001 + "\r\n")


def parentheses(session, mail):
    session.send("* 1 FETCH " + "(" * 200000 + "\r\n")


def endless_line(session, mail):
    session.send("* OK ")
    session.flood(b"x" * 65536, 600 * 16)


def many_lines(session, mail):
    session.flood(b"* 1 FETCH (FLAGS (\\Seen))\r\n" * 4096, 1000)


def many_flags(session, mail):
    line = b"* 1 FETCH (FLAGS (" + b" ".join([b"a"] * 32000) + b"))\r\n"
    session.flood(line, 700)


def many_numbers(session, mail):
    session.flood(b"* SEARCH " + b" ".join([b"1"] * 32000) + b"\r\n", 700)


def many_mails(session, mail):
    data = b"x" * (20 * MIB)
    for _ in range(5):
        session.send(f"* 9 FETCH (BODY[] {{{len(data)}}}\r\n".encode())
        session.send(data + b")\r\n")


def instead_of(uid, evil):
    """Answers for every mail but this one as usual."""

    def run(session, tag, args):
        if "BODY" not in args:
            return "usual"
        for number, mail in session.chosen(args.split(" ")[0]):
            if mail.uid == uid:
                evil(session, mail)
            else:
                session.send(session.item(number, mail, True))
        session.ok(tag)

    return run


FALSE_ANSWERS = [
    other_uid, two_bodies, wrong_length, both_lie, twice, no_uid, nil,
    section, part, nothing,
]  # fmt: skip
LITERALS = "4294967299", "5000000000", "-1", "+", "3+", "", "99999999999"
TOO_MUCH = [
    deep_structure, parentheses, endless_line, many_lines, many_flags,
    many_numbers, many_mails,
]  # fmt: skip


def spoil_first_body(evil):
    """The first time bodies are asked for, mail 2 is answered with evil."""
    spoilt = []

    def run(session, tag, args):
        if "BODY" not in args or spoilt:
            return "usual"
        spoilt.append(1)
        return instead_of(2, evil)(session, tag, args)

    return run


class Pairs:
    """Many servers, each with a worker of its own, at the same time: most of
    their time is the pause before a reconnect."""

    def __init__(self, shop):
        self.shop = shop
        self.all = []

    def add(self, name, prepare, **settings):
        server = EvilImap(self.shop / "good.pem", self.shop / "good.key")
        server.password = PASSWORD
        fill(server.box, 3)
        prepare(server)
        worker = Worker(self.shop, server.port, **settings)
        self.all.append((name, server, worker))

    def intake(self, until=None):
        """Plays the engine to all of them; then gives them one by one."""

        def play(server, worker):
            try:
                worker.intake(1, until and (lambda: until(server, worker)), 30)
            except AssertionError as e:
                print(e)  # the checks that follow will say what is missing

        threads = [threading.Thread(target=play, args=pair[1:])
                   for pair in self.all]  # fmt: skip
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for name, server, worker in self.all:
            print("now:", name)
            yield name, server, worker

    def check(self, connections=2, contains=""):
        """All mail came in the end, after so many connections."""
        for name, server, worker in self.intake():
            check_whole(worker, server.box)
            what = (name, worker.log())
            assert server.connections == connections, what
            assert contains in worker.log(), what
            assert worker.rss_kb() < RSS_MAX_KB, what
            assert worker.stop() == 0, what  # the same process all along

    def close(self):
        for _, server, worker in self.all:
            worker.close()
            server.stop()


@pytest.fixture
def pairs(shop):
    made = Pairs(shop)
    yield made
    made.close()


def test_v128_false_answers_once(pairs):
    for evil in FALSE_ANSWERS:
        pairs.add(evil.__name__, lambda s, e=evil: s.on.update(
            {"UID FETCH": spoil_first_body(e)}))  # fmt: skip
    pairs.check()


def test_v128_false_answer_for_ever(server, start):
    fill(server.box, 4)
    server.on["UID FETCH"] = instead_of(2, wrong_length)
    worker = start()
    worker.intake()
    assert [(f["uid"], f.get("why")) for f in worker.mails()] == [
        (1, None), (2, "trouble"), (2, "trouble"), (2, "trouble"),
        (3, None), (4, None)]  # fmt: skip
    assert "RFC822.SIZE" in worker.mails()[1]["text"]
    assert [(t["ok"], t["fatal"]) for t in worker.troubles()] == [
        (False, False), (True, False)] * 4  # fmt: skip


def test_v128_in_a_backfill(server, start):
    fill(server.box, 4)
    server.on["UID FETCH"] = instead_of(2, other_uid)
    worker = start()
    box = worker.expect("open")
    worker.take(box, 5)
    worker.expect("end")
    worker.do("stored")
    worker.take(box, 1, 4)
    worker.intake(5, lambda: worker.uids()[-1:] == [4])
    assert worker.uids() == [1, 3, 4]
    assert worker.uids("skipped") == [2, 2, 2]


def test_v129_bad_literals(pairs):
    for text in LITERALS:
        pairs.add(text, lambda s, t=text: s.on.update(
            {"UID FETCH": spoil_first_body(literal(t))}))  # fmt: skip
    pairs.check(contains="literal")


def test_v130_v131_too_much_in_a_fetch(pairs):
    for evil in TOO_MUCH:
        pairs.add(evil.__name__, lambda s, e=evil: s.on.update(
            {"UID FETCH": spoil_first_body(e)}))  # fmt: skip
    pairs.check(contains="server sent")


@pytest.mark.parametrize("where", ["CAPABILITY", "SELECT", "IDLE"])
def test_v130_v131_too_much_anywhere(pairs, where):
    for evil in (parentheses, endless_line, many_lines, many_flags):
        pairs.add(evil.__name__, lambda s, e=evil: s.on.update(
            {where: once(lambda x, _t, _a: e(x, None))}))  # fmt: skip

    def is_back(_server, worker):
        return len(worker.uids()) == 3 and len(worker.troubles()) == 2

    for _name, server, worker in pairs.intake(is_back):
        check_whole(worker, server.box)
        assert [t["ok"] for t in worker.troubles()] == [False, True]
        assert server.connections == 2
        assert worker.rss_kb() < RSS_MAX_KB


def test_v132_preauth_is_refused(server, start):
    server.greeting = "* PREAUTH welcome, whoever you are\r\n"
    worker = start()
    trouble = worker.expect("trouble")
    assert trouble["fatal"] and "PREAUTH" in trouble["text"]
    assert server.seen == [] or server.seen == [(1, "LOGOUT", "")]


def test_v132_plain_port_is_refused(start):
    plain = EvilImap(None, None)
    plain.capabilities = "IMAP4rev1 STARTTLS AUTH=PLAIN"
    try:
        worker = start(port=plain.port)
        trouble = worker.expect("trouble")
        assert trouble["fatal"] and not trouble["ok"]
        assert plain.logins == []
        assert "AUTHENTICATE" not in str(plain.seen)
    finally:
        plain.stop()


@pytest.mark.parametrize("cert", ["name", "expired", "stranger", "other"])
def test_v133_bad_certificates(shop, start, cert):
    server = EvilImap(shop / f"{cert}.pem", shop / f"{cert}.key")
    try:
        worker = start(port=server.port)
        trouble = worker.expect("trouble")
        assert trouble["fatal"] and "certificate" in trouble["text"]
        assert server.seen == [] and server.logins == []
    finally:
        server.stop()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_v133_old_tls_is_refused(shop, start):
    import ssl

    server = EvilImap(shop / "good.pem", shop / "good.key")
    server.context.set_ciphers("DEFAULT@SECLEVEL=0")
    server.context.minimum_version = ssl.TLSVersion.TLSv1
    server.context.maximum_version = ssl.TLSVersion.TLSv1_1
    try:
        worker = start(port=server.port)
        assert worker.expect("trouble")["fatal"] is True
        assert server.logins == []
    finally:
        server.stop()


def test_host_by_name(server, start):
    names = []
    server.context.sni_callback = lambda _s, name, _c: names.append(name)
    worker = start(host="localhost")
    worker.expect("open")
    assert names == ["localhost"]


def test_unknown_host_is_trouble_of_the_network(start):
    worker = start(host="nowhere.invalid")
    trouble = worker.expect("trouble", 30)
    assert trouble["fatal"] is False and "nowhere.invalid" in trouble["text"]


def test_v134_refused_login_waits_a_minute(server, start):
    server.password = "something else"
    worker = start()
    trouble = worker.expect("trouble")
    assert trouble["fatal"] and "login" in trouble["text"]
    time.sleep(3)
    assert len(server.logins) == 1 and server.connections == 1
    assert "next try in 60 s" in worker.log()
    assert worker.troubles() == [trouble]


def test_v134_password_file_open_to_all(shop, server, start):
    loose = shop / "loose"
    loose.write_text("x")
    loose.chmod(0o644)
    give_to_nobody(loose)
    worker = start(password_file=loose)
    assert "chmod" in worker.expect("trouble")["text"]
    assert server.connections == 0


def test_v134_server_out_of_order_is_tried_soon(server, start):
    server.on["AUTHENTICATE"] = once(say("{tag} NO [UNAVAILABLE] later"))
    worker = start()
    assert worker.expect("trouble")["fatal"] is False
    worker.expect("open", 3)
    assert [t["ok"] for t in worker.troubles()] == [False]
    worker.take(worker.seen[-1])
    worker.expect("end")
    assert [t["ok"] for t in worker.troubles()] == [False, True]


def test_v135_seen_vanished_and_moved(server, start):
    fill(server.box, 5)
    server.box.mails[0].seen = True

    def lose(session, _tag, args):
        if "BODY" in args:
            session.box.remove({2, 4})
        return "usual"

    server.on["UID FETCH"] = lose
    worker = start()
    worker.intake()
    assert [(f["uid"], f.get("why")) for f in worker.mails()] == [
        (1, None), (2, "vanished"), (3, None), (4, "vanished"),
        (5, None)]  # fmt: skip
    assert server.connections == 1


def test_v135_no_because_it_vanished(server, start):
    fill(server.box, 2)

    def lose(session, tag, args):
        if "BODY" not in args or 2 not in session.box.uids():
            return "usual"
        session.box.remove({2})
        session.send(session.item(1, session.box.mails[0], True))
        session.send(f"{tag} NO some messages are gone\r\n")

    server.on["UID FETCH"] = lose
    worker = start()
    worker.intake()
    assert [(f["uid"], f.get("why")) for f in worker.mails()] == [
        (1, None), (2, "vanished")]  # fmt: skip


@pytest.mark.parametrize(
    "answer, text",
    [
        ("{tag} OK [COPYUID 1 1:2 1:2] moved", "still there"),
        ("{tag} NO [OVERQUOTA] \x1b[31mfull", "\\x1b[31mfull"),
        ("{tag} BAD what?", None),
    ],
)
def test_v136_move_that_does_not_happen(server, start, answer, text):
    fill(server.box, 2)
    server.folders["Loket/Done"] = server.box.__class__()
    server.on["UID MOVE"] = say(answer)
    worker = start()
    worker.intake()
    worker.do("move 1000 1,2 Loket/Done")
    if text is None:  # BAD ends the connection; the engine orders anew
        worker.expect("open")
        return
    frame = worker.expect("moved")
    assert frame["uids"] == [1, 2] and frame["done"] is False
    assert text in frame["text"]
    assert server.box.uids() == [1, 2]
    assert len(worker.uids()) == 2  # and not read again
    assert server.connections == 1


def test_v136_half_a_move(server, start):
    fill(server.box, 3)

    def half(session, tag, _args):
        session.expunge({1, 3})
        session.ok(tag)

    server.on["UID MOVE"] = half
    worker = start()
    worker.intake()
    worker.do("move 1000 1,2,3,99 Loket/Done")
    assert moved(worker, 4) == {1: True, 3: True, 99: True, 2: False}


def trickle(session, _tag, _args):
    session.drip(b"* OK " + b"x" * 1000, 0.5)


def test_v137_no_answer_in_time(pairs):
    began = time.monotonic()
    for where in ("CAPABILITY", "SELECT", "UID FETCH", "LIST"):
        for evil in (trickle, silence, hang_up):
            pairs.add((where, evil.__name__), lambda s, w=where, e=evil:
                      s.on.update({w: once(e)}), timeout_sec=1,
                      command_sec=2)  # fmt: skip
    pairs.check()
    assert time.monotonic() - began < 60  # trickle alone takes 500 s


def test_v137_half_open_connection(start):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        worker = start(port=listener.getsockname()[1], timeout_sec=1)
        assert "in time" in worker.expect("trouble", 4)["text"]


def test_v137_idle_that_forgets_to_call(server, start):
    def forget(session, tag, _args):
        session.send("+ idling\r\n")
        session.line()
        session.ok(tag)

    server.on["IDLE"] = forget
    worker = start(idle_sec=1)
    worker.intake()
    server.box.add(b"Subject: x\r\n\r\n")
    worker.intake(until=lambda: worker.uids() == [1], within=4)


def test_v137_the_engine_asks_for_a_listing(server, start):
    """Before an answer that waited is carried out: IDLE says nothing for an
    hour, and the mail is there."""
    def forget(session, tag, _args):
        session.send("+ idling\r\n")
        session.line()
        session.ok(tag)

    server.on["IDLE"] = forget
    worker = start(idle_sec=60)
    worker.intake()
    server.box.add(b"Subject: x\r\n\r\n")
    worker.do(f"take INBOX 1000 0 0 0 7")
    worker.intake(until=lambda: worker.seen[-1].get("look") == 7, within=8)
    assert worker.uids() == [1]
    worker.do(f"take INBOX 1000 0 0 0 8")  # nothing new
    assert worker.expect("end")["look"] == 8


def test_v137_idle_that_falls_silent(server, start):
    def deaf(session, _tag, _args):
        session.send("+ idling\r\n")
        silence(session, None, None)

    server.on["IDLE"] = once(deaf)
    worker = start(idle_sec=1, timeout_sec=1)
    worker.intake()
    server.box.add(b"Subject: x\r\n\r\n")
    worker.intake(until=lambda: worker.uids() == [1], within=6)
    assert server.connections == 2


def test_v137_idle_refused_or_ended(server, start):
    server.on["IDLE"] = say("{tag} NO not here")
    worker = start()
    worker.intake()
    server.box.add(b"Subject: x\r\n\r\n")
    worker.intake(until=lambda: worker.uids() == [1], within=4)
    worker.expect("end")
    worker.do("stored")
    server.on["IDLE"] = say("+ idling", "{tag} OK enough")
    server.hang_up_all()
    worker.intake(2)
    server.box.add(b"Subject: y\r\n\r\n")
    worker.intake(2, until=lambda: worker.uids()[-1] == 2, within=4)
    assert len(server.commands("IDLE")) < 5


def test_v138_bye_and_refusals(server, start):
    good = server.greeting
    server.greeting = "* BYE [UNAVAILABLE] not now\r\n"
    worker = start()
    assert worker.expect("trouble")["fatal"] is False
    server.greeting = good
    server.on["SELECT"] = once(say("{tag} NO [INUSE] a minute"))
    worker.intake()
    assert server.connections == 3
    wait_for(lambda: server.commands("IDLE"))
    server.on["IDLE"] = once(say("+ idling", "* BYE going down", close=True))
    server.hang_up_all()
    worker.expect("open")
    worker.expect("open")  # after the BYE
    assert [t["ok"] for t in worker.troubles()].count(False) <= 3
    assert not any(t["fatal"] for t in worker.troubles())


def test_v138_unavailable_is_not_the_mails_fault(server, start):
    fill(server.box, 1)
    busy = []

    def later(_session, _tag, args):
        if "BODY" not in args or len(busy) == 2:
            return "usual"
        busy.append(1)
        return say("{tag} NO [UNAVAILABLE] disk is being moved")(
            _session, _tag, args
        )

    server.on["UID FETCH"] = later
    worker = start()
    worker.intake(within=30)
    assert worker.uids() == [1] and worker.uids("skipped") == []


def test_v138_alert_is_escaped(server, start):
    server.on["SELECT"] = lambda s, _t, _a: (
        s.send("* OK [ALERT] \x1b[2Jquota\u202e!\r\n") or "usual"
    )
    server.on["NOOP"] = None
    worker = start()
    worker.intake()
    wait_for(lambda: "quota" in worker.log())
    log = worker.log()
    assert "\x1b" not in log and "\u202e" not in log
    assert "\\x1b[2Jquota" in log
    assert worker.stop() == 0


def test_v138_half_lines(pairs):
    for line in (
        "* OK [ALERT]", "* OK [ALERT] ", "* OK", "* OK [", "* NO [PARSE]",
        "* 5", "* ", "+ ", "* CAPABILITY", "* LIST", "* BYE", "* FLAGS",
        "* STATUS", "* OK [BADCHARSET]", "* 1 FETCH", "* 1 FETCH ()",
        "* SEARCH", "* OK [UIDVALIDITY]", "* OK [COPYUID 1 1 1", "* EXISTS",
        "* OK [CAPABILITY]", "* OK [PERMANENTFLAGS]", "* NO", "* 1 EXPUNGE",
    ):  # fmt: skip
        pairs.add(line, lambda s, x=line: s.on.update(
            {"SELECT": once(lambda q, _t, _a: q.send(x + "\r\n") or "usual")}
        ))  # fmt: skip
    for _name, server, worker in pairs.intake():
        check_whole(worker, server.box)
        assert worker.stop() == 0


def test_server_stopped_and_started(shop, server, start):
    fill(server.box, 2)
    worker = start()
    worker.intake()
    port = server.port
    server.stop()
    assert worker.expect("trouble") | {"text": ""} == {
        "frame": "trouble", "ok": False, "fatal": False, "text": ""}  # fmt: skip
    time.sleep(2)
    again = EvilImap(shop / "good.pem", shop / "good.key", port)
    try:
        again.password = PASSWORD
        fill(again.box, 3)
        worker.intake(3, until=lambda: worker.uids() == [1, 2, 3])
        assert worker.troubles()[-1]["ok"] is True
        assert len(worker.troubles()) == 2  # once per change
    finally:
        again.stop()


def test_engine_that_does_not_read(server, start):
    fill(server.box, 200)
    worker = start()
    box = worker.expect("open")
    worker.do("hold")
    worker.take(box)
    time.sleep(1)
    worker.do("ping 5")
    worker.expect("pong")
    worker.do("resume")
    worker.expect("end")
    worker.do("stored")
    worker.intake()
    check_whole(worker, server.box)
