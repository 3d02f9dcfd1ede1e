# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine among peers that were taken over (threats.md B2, B3): this test is
loketd, loket-net and the parsers to it, and says what it likes on their
channels.  Whatever is said costs one mail or one peer, never the engine."""

import array
import fcntl
import hashlib
import os
import socket
import subprocess

import box
import client
import pytest
from people import person

BUDI = person("budi")
SEALS = 0xF  # F_SEAL_SEAL, SHRINK, GROW, WRITE
PASS, LEVEL_DKIM, CSR = 0, 3, 1
FIELDS = dict(
    ready=4, status=5, peer=6, mailbox_open=10, take=11, mail_fetched=12,
    mail_skipped=13, batch_end=14, batch_stored=15, move=16, trouble=18, send=20,
    send_result=21, examine=30, identity=31, keys_wanted=32, facts=34,
    attachment=35, certificate=37, examined=38, command=40, answer=41,
)  # fmt: skip
NAMES = {number: name for name, number in FIELDS.items()}


def varint(n):
    n &= 2**64 - 1
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def message(**fields):
    """_1=number, _2="text" or b"bytes": protobuf, by field numbers."""
    out = b""
    for key, value in fields.items():
        number = int(key[1:])
        if isinstance(value, list):
            out += b"".join(message(**{key: one}) for one in value)
            continue
        if isinstance(value, str):
            value = value.encode()
        if isinstance(value, bytes):
            out += varint(number << 3 | 2) + varint(len(value)) + value
        else:
            out += varint(number << 3) + varint(int(value))
    return out


def parse(data):
    """Field numbers to the last value of each."""

    def number():
        nonlocal data
        n = shift = 0
        while True:
            byte, data = data[0], data[1:]
            n |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return n

    out = {}
    while data:
        key = number()
        if key & 7 == 2:
            size = number()
            out[key >> 3], data = data[:size], data[size:]
        else:
            out[key >> 3] = number()
    return out


def memfd(data, seals=SEALS):
    fd = os.memfd_create("x", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.write(fd, data)
    fcntl.fcntl(fd, 1033, seals)  # F_ADD_SEALS
    return fd


class Peer:
    def __init__(self, sock):
        self.sock = sock
        sock.settimeout(40)

    def send(self, name, fds=(), **fields):
        body = message(**fields)
        frame = varint(FIELDS[name] << 3 | 2) + varint(len(body)) + body
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))]
        self.sock.sendmsg([frame], rights if fds else [])
        for fd in fds:
            os.close(fd)

    def receive(self, *wanted):
        """The next frame of these names (others are passed over), its
        descriptors; ConnectionError when the engine has closed."""
        while True:
            data, fds, _, _ = socket.recv_fds(self.sock, 65536, 4)
            if not data:
                raise ConnectionError
            (number, body), = parse(data).items()
            if not wanted or NAMES.get(number) in wanted:
                return NAMES.get(number), parse(body), fds
            for fd in fds:
                os.close(fd)

    def is_closed(self):
        try:
            while True:
                self.receive()
        except (ConnectionError, TimeoutError) as e:
            return not isinstance(e, TimeoutError)


class Engine:
    """loket-engine alone, on the data of an office whose Loket is stopped."""

    def __init__(self, office):
        state = box.load(office.dir)
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        nobody = {"user": 65534, "group": 65534, "extra_groups": []}
        with open(office.dir / "log" / "engine-alone.log", "ab") as log:
            self.process = subprocess.Popen(
                [f"{state['app']}/loket-engine", str(office.dir / "conf")],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                pass_fds=[3], cwd="/",
                env=box.environment(office.dir,
                                    LOKET_CLOCK=str(office.dir / "clock")),
                preexec_fn=lambda: os.dup2(its.fileno(), 3),
                **(nobody if os.getuid() == 0 else {}),
            )  # fmt: skip
        its.close()
        self.parent = Peer(ours)
        self.parent.receive("ready")

    def peer(self, program):
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.parent.send("peer", [its.detach()], _1=program)
        return Peer(ours)

    def stop(self):
        assert self.process.poll() is None, "the engine died"
        self.process.terminate()
        self.process.wait(10)
        self.parent.sock.close()


@pytest.fixture
def engine(office):
    box.ask(office.dir, do="stop", what="loket")
    alone = Engine(office)
    yield alone
    alone.stop()
    box.start(office.dir, "loket")


def row(office, **wanted):
    """The one mail row that is so."""

    def look():
        rows = [r for r in office.ctl("mail", "list")
                if all(r[k] == v for k, v in wanted.items())]  # fmt: skip
        return rows[0] if len(rows) == 1 else None

    return client.wait_for(look, 10, f"a mail that is {wanted}")


def open_mailbox(engine):
    imap = engine.peer("imap")
    imap.send("mailbox_open", _1="INBOX", _2=77, _3=1)
    imap.receive("take")
    return imap


def bring(imap, uid, raw):
    imap.send("mail_fetched", [memfd(raw)], _1=uid, _2=1)
    imap.send("batch_end", _1=uid + 1, _2=1)
    imap.receive("batch_stored")


def examination(parser):
    """The child's end of the next examination."""
    _, _, fds = parser.receive("examine")
    os.close(fds[1])
    return Peer(socket.socket(fileno=fds[0]))


def play_child(child, csr, fd=None):
    """An application of Budi's with this CSR, as a child would tell it."""
    dkim = message(_1=BUDI.domain, _2="lab", _3=1, _4=1, _5=1)
    child.send("identity", _1=PASS, _4=BUDI.address, _6=LEVEL_DKIM, _7=dkim)
    facts = message(_1=0, _2="CN=Budi", _3="Budi", _4="EC P-256", _5=256,
                    _6=hashlib.sha256(csr + b"key").digest(),
                    _9=csr + b"key")  # fmt: skip
    child.send("attachment", [memfd(csr) if fd is None else fd], _1="a.csr",
               _2="application/pkcs10", _3=len(csr),
               _4=hashlib.sha256(csr).digest(), _6=CSR, _7=1, _8=facts)  # fmt: skip
    child.send("facts", _1="Permohonan Lupa Passphrase", _2="1@kota.test",
               _7=hashlib.sha256(b"content" + csr).digest())  # fmt: skip
    child.send("examined")


@pytest.mark.parametrize("lie", ["other bytes", "no seals", "no memfd"])
def test_a_child_that_lies_about_an_attachment_costs_its_mail(
        office, engine, lie):
    imap, parser = open_mailbox(engine), engine.peer("mail-parser")
    bring(imap, 1, b"From: x\r\n\r\nx")
    fd = {"other bytes": lambda: memfd(b"somebody else's key"),
          "no seals": lambda: memfd(b"a request", 0),
          "no memfd": lambda: os.open("/dev/null", os.O_RDONLY)}[lie]()  # fmt: skip
    play_child(examination(parser), b"a request", fd)
    assert row(office, uid=1, uidvalidity=77)["disposition"] == "quarantine"
    assert row(office, uid=1, uidvalidity=77)["reason"] == "engine"
    assert office.cases() == []
    # The next mail is served.
    bring(imap, 2, b"From: y\r\n\r\ny")
    play_child(examination(parser), b"another request")
    assert row(office, uid=2, uidvalidity=77)["disposition"] == "case"


def test_a_child_cannot_lift_a_level_for_the_eye_either(office, engine):
    imap, parser = open_mailbox(engine), engine.peer("mail-parser")
    bring(imap, 1, b"From: x\r\n\r\nx")
    for _ in range(2):
        child = examination(parser)
        child.send("identity", _1=PASS, _4=BUDI.address, _6=LEVEL_DKIM)
        assert child.is_closed()
    mail = row(office, uid=1, uidvalidity=77, disposition="quarantine")
    assert (mail["reason"], mail["level"], mail["from"]) == ("parser", "none", "")


NONSENSE = {
    "no UID": ("mail_fetched", dict(_2=1), b"x"),
    "no such UID": ("mail_skipped", dict(_2=1), None),
    "no UIDVALIDITY": ("mailbox_open", dict(_1="INBOX", _3=1), None),
    "no UIDNEXT": ("mailbox_open", dict(_1="INBOX", _2=78), None),
    "no bytes": ("mail_fetched", dict(_1=1), None),
    "a frame of another program": ("examined", {}, None),
}


@pytest.mark.parametrize("what", NONSENSE)
def test_nonsense_of_net_imap_costs_its_channel(office, engine, what):
    name, fields, data = NONSENSE[what]
    imap = open_mailbox(engine)
    imap.send(name, [memfd(data)] if data else [], **fields)
    assert imap.is_closed()
    bring(open_mailbox(engine), 1, b"From: x\r\n\r\nx")
    assert row(office, uid=1, uidvalidity=77)["disposition"] == "open"


def test_a_size_that_no_mail_has_is_only_recorded(office, engine):
    imap = open_mailbox(engine)
    imap.send("mail_skipped", _1=1, _2=-(2**63), _3=2**64 - 1, _4=0)
    imap.send("batch_end", _1=2, _2=1)
    imap.receive("batch_stored")
    assert row(office, uid=1, uidvalidity=77)["reason"] == "size"


def test_a_uid_that_does_not_exist_hides_no_mail(office, engine):
    """The watermark believes the server once, and finds back by itself."""
    imap = open_mailbox(engine)
    imap.send("batch_end", _1=2**32 - 1, _2=1)
    imap.receive("batch_stored")
    again = engine.peer("imap")
    again.send("mailbox_open", _1="INBOX", _2=77, _3=5)
    _, take, _ = again.receive("take")
    assert take[3] == 1  # from the first UID on
    bring(again, 1, b"From: x\r\n\r\nx")
    assert row(office, uid=1, uidvalidity=77)["disposition"] == "open"
    third = engine.peer("imap")
    third.send("mailbox_open", _1="INBOX", _2=77, _3=5)
    _, take, _ = third.receive("take")
    assert take[3] == 2  # and not again


def test_no_mail_is_left_behind_while_the_parser_is_away(office, engine):
    """Three mails meet a parser that has just died; all are examined by the
    next one, the oldest too."""
    imap, parser = open_mailbox(engine), engine.peer("mail-parser")
    parser.sock.shutdown(socket.SHUT_RD)  # its end is dead, the engine may not know
    for uid in (1, 2, 3):
        imap.send("mail_fetched", [memfd(b"From: x\r\n\r\n%d" % uid)], _1=uid, _2=1)
    imap.send("batch_end", _1=4, _2=1)
    imap.receive("batch_stored")
    parser.sock.close()
    again = engine.peer("mail-parser")
    for uid in (1, 2, 3):
        play_child(examination(again), b"a request %d" % uid)
    for uid in (1, 2, 3):
        assert row(office, uid=uid, uidvalidity=77)


def test_a_server_that_dies_of_every_move_is_not_asked_for_ever(office, engine):
    """V136: three connections end in the middle of the move; then the mail
    stays in INBOX, is recorded as not moved, and the administrator hears."""
    imap, parser = open_mailbox(engine), engine.peer("mail-parser")
    bring(imap, 1, b"From: x\r\n\r\nx")
    play_child(examination(parser), b"a request")
    imap.receive("move")
    for _ in range(2):
        imap.send("mailbox_open", _1="INBOX", _2=77, _3=2)
        imap.receive("move")
    imap.send("mailbox_open", _1="INBOX", _2=77, _3=2)
    imap.receive("take")
    moved = row(office, uid=1, uidvalidity=77, move="failed")
    assert moved["disposition"] == "case"
    imap.sock.settimeout(3)
    with pytest.raises(TimeoutError):
        imap.receive("move")


def test_mail_before_a_mailbox_is_refused(office, engine):
    imap = engine.peer("imap")
    imap.send("mail_fetched", [memfd(b"x")], _1=1, _2=1)
    assert imap.is_closed()


@pytest.mark.parametrize("nonsense", [dict(_1=4711), dict(_1=1, _2=99)])
def test_letters_outlive_a_net_out_that_talks_nonsense(
        office, engine, nonsense):
    imap, parser = open_mailbox(engine), engine.peer("mail-parser")
    out = engine.peer("out")
    bring(imap, 1, b"From: x\r\n\r\nx")
    play_child(examination(parser), b"a request")
    _, letter, _ = out.receive("send")
    out.send("send_result", **nonsense)
    assert out.is_closed()
    # Another net out, as loketd would start it, gets the letter.
    _, again, _ = engine.peer("out").receive("send")
    assert again == letter


def ask_to_import(office, name):
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    sock.connect(str(office.dir / "run" / "control"))
    terminal = Peer(sock)
    words = ["registry", "import", name, "", "", "", "id", "", f"{name}@kota.test"]
    terminal.send("command", [memfd(name.encode())], _1=words)
    return terminal


def tell_certificate(child, name):
    digest = hashlib.sha256(name.encode()).digest()
    serial = digest.hex().upper().lstrip("0")[:8]
    child.send("certificate", _1=1, _2=f"CN={name}", _3="CN=CA", _4=serial,
               _5=name, _7="RSA", _8=2048, _9=digest, _10=digest, _11=1,
               _12=2)  # fmt: skip
    child.send("examined")
    return serial


def test_an_import_that_was_broken_off_is_nobody_elses(office, engine):
    """Its facts must not meet the person of the next one."""
    parser = engine.peer("mail-parser")
    for _ in range(20):  # and no place at the window is lost by it
        first = ask_to_import(office, "first")
        child = examination(parser)
        first.sock.close()
        second = ask_to_import(office, "second")
        others = examination(parser)
        tell_certificate(child, "first")
        assert child.is_closed()
        serial = tell_certificate(others, "second")
        second.receive("answer")
        second.sock.close()
    known = {p["name"]: p["serial"] for p in office.ctl("registry", "list")}
    assert known.get("second") == serial
    assert "first" not in known


def test_a_client_that_breaks_off_rudely_loses_no_place(office, engine):
    parser = engine.peer("mail-parser")
    for _ in range(20):
        terminal = ask_to_import(office, "first")
        child = examination(parser)
        terminal.send("examined")
        assert terminal.is_closed()
        tell_certificate(child, "first")
        assert child.is_closed()
    assert "first" not in [p["name"] for p in office.ctl("registry", "list")]
