# SPDX-License-Identifier: GPL-3.0-or-later
"""A small IMAP server over TLS on loopback, correct until told otherwise.

    server = EvilImap(folder / "good.pem", folder / "good.key")
    server.box.add(b"Subject: hi\\r\\n\\r\\nhi\\r\\n")
    server.on["UID FETCH"] = some_fault
    server.stop()

A fault is a function (session, tag, args) that may call session.send(...),
session.close(), or return anything but None to say "answer as usual after
all".  once(fault) lets it happen a single time.  `server.cut_at` closes the
connection after so many bytes sent (once); `server.seen` lists the commands
that came, as (connection, words).
"""

import base64
import re
import socket
import ssl
import threading
import time

CAPABILITIES = "IMAP4rev1 IDLE MOVE UIDPLUS LITERAL+ SASL-IR AUTH=PLAIN"
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


class Mail:
    def __init__(self, uid, data, when):
        self.uid = uid
        self.data = data
        self.when = when
        self.size = len(data)  # what RFC822.SIZE claims
        self.seen = False
        self.deleted = False

    def date(self):
        t = time.gmtime(self.when + 7 * 3600)
        return time.strftime(f"%d-{MONTHS[t.tm_mon - 1]}-%Y %H:%M:%S +0700", t)


class Box:
    """One folder."""

    def __init__(self, uidvalidity=1000):
        self.uidvalidity = uidvalidity
        self.uidnext = 1
        self.mails = []
        self.lock = threading.RLock()

    def add(self, data=b"", when=1800000000, uid=None):
        with self.lock:
            mail = Mail(uid or self.uidnext, data, when)
            self.uidnext = mail.uid + 1
            self.mails.append(mail)
            return mail

    def remove(self, uids):
        with self.lock:
            self.mails = [m for m in self.mails if m.uid not in uids]

    def uids(self):
        return [m.uid for m in self.mails]


def once(fault):
    done = []

    def run(session, tag, args):
        if done:
            return "usual"
        done.append(1)
        return fault(session, tag, args)

    return run


def say(*lines, close=False):
    """Answers a command with these lines; {tag} is the command's."""

    def run(session, tag, _args):
        for line in lines:
            session.send(line.replace("{tag}", tag) + "\r\n")
        if close:
            session.close()

    return run


def silence(session, _tag, _args):
    session.wait_closed()


def hang_up(session, _tag, _args):
    session.close()


class Gone(Exception):
    pass


class Session:
    def __init__(self, server, sock, number):
        self.server = server
        self.sock = sock
        self.number = number
        self.box = None
        self.known = 0
        self.lines = b""

    # ---- bytes

    def send(self, data):
        data = data if isinstance(data, bytes) else data.encode()
        cut = self.server.cut_at
        if cut is not None and self.server.sent + len(data) >= cut:
            data = data[: max(cut - self.server.sent, 0)]
            self.server.cut_at = None
            try:
                self.sock.sendall(data)
            finally:
                self.close()
        self.server.sent += len(data)
        try:
            self.sock.sendall(data)
        except OSError as e:
            raise Gone from e

    def drip(self, data, pause):
        for byte in data:
            self.send(bytes([byte]))
            time.sleep(pause)

    def flood(self, block, times):
        for _ in range(times):
            self.send(block)

    def close(self):
        """As a dead server: no goodbye."""
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.sock.close()
        raise Gone

    def wait_closed(self):
        while self.line() is not None:
            pass

    def line(self, timeout=None):
        """One line without its end; None = closed; "" = time is up."""
        self.sock.settimeout(timeout)
        while b"\r\n" not in self.lines:
            try:
                block = self.sock.recv(65536)
            except (TimeoutError, ssl.SSLWantReadError):
                return ""
            except (OSError, ValueError):
                return None
            if not block:
                return None
            self.lines += block
        one, self.lines = self.lines.split(b"\r\n", 1)
        self.sock.settimeout(None)
        return one.decode("utf-8", "replace")

    # ---- the protocol

    def run(self):
        try:
            self.send(self.server.greeting)
            while True:
                line = self.line()
                if line is None:
                    return
                self.command(line)
        except (Gone, OSError, ValueError):
            pass
        finally:
            self.server.open.discard(self)
            try:
                self.sock.close()
            except OSError:
                pass

    def command(self, line):
        tag, _, rest = line.partition(" ")
        words = rest.split(" ")
        name = words[0].upper()
        if name == "UID":
            name = "UID " + words[1].upper()
            words = words[1:]
        args = " ".join(words[1:])
        self.server.seen.append((self.number, name, args))
        fault = self.server.on.get(name)
        if fault is not None and fault(self, tag, args) is None:
            return
        usual = getattr(self, "do_" + name.lower().replace(" ", "_"), None)
        if usual is None:
            self.send(f"{tag} BAD what?\r\n")
        else:
            usual(tag, args)

    def ok(self, tag, text="done"):
        self.send(f"{tag} OK {text}\r\n")

    def do_capability(self, tag, _args):
        self.send(f"* CAPABILITY {self.server.capabilities}\r\n")
        self.ok(tag)

    def login(self, tag, user, password):
        self.server.logins.append((user, password))
        if (user, password) == (self.server.user, self.server.password):
            self.ok(tag, "logged in")
        else:
            self.send(f"{tag} NO [AUTHENTICATIONFAILED] wrong\r\n")

    def do_login(self, tag, args):
        user, password = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', args)
        plain = [re.sub(r"\\(.)", r"\1", a) or b for a, b in (user, password)]
        self.login(tag, *plain)

    def do_authenticate(self, tag, args):
        words = args.split(" ")
        if len(words) == 1:
            self.send("+ \r\n")
            words.append(self.line())
        _, user, password = base64.b64decode(words[1]).decode().split("\0")
        self.login(tag, user, password)

    def do_list(self, tag, _args):
        self.send(f'* LIST (\\Noselect) "{self.server.delimiter}" ""\r\n')
        self.ok(tag)

    def do_noop(self, tag, _args):
        self.ok(tag)

    def do_logout(self, tag, _args):
        self.send("* BYE see you\r\n")
        self.ok(tag)
        self.close()

    def do_create(self, tag, args):
        name = args.strip('"')
        if name in self.server.folders:
            self.send(f"{tag} NO [ALREADYEXISTS] it is there\r\n")
            return
        self.server.folders[name] = Box()
        self.ok(tag)

    def do_select(self, tag, args):
        self.box = self.server.folders[args.strip('"')]
        self.known = len(self.box.mails)
        self.send(
            f"* FLAGS (\\Seen \\Deleted)\r\n* {self.known} EXISTS\r\n"
            "* 0 RECENT\r\n"
            f"* OK [UIDVALIDITY {self.box.uidvalidity}] valid\r\n"
        )
        if self.server.tell_uidnext:
            self.send(f"* OK [UIDNEXT {self.box.uidnext}] next\r\n")
        self.ok(tag, "[READ-WRITE] selected")

    def chosen(self, text):
        """The mails a UID set names, with their sequence numbers."""
        with self.box.lock:
            mails = list(enumerate(self.box.mails, 1))
        top = mails[-1][1].uid if mails else 0
        for part in text.split(","):
            a, _, b = part.partition(":")
            ends = [top if e == "*" else int(e) for e in (a, b or a)]
            for number, mail in mails:
                if min(ends) <= mail.uid <= max(ends):
                    yield number, mail

    def item(self, number, mail, body):
        text = (
            f"* {number} FETCH (UID {mail.uid} RFC822.SIZE {mail.size} "
            f'INTERNALDATE "{mail.date()}"'
        )
        if not body:
            return (text + ")\r\n").encode()
        head = text + f" BODY[] {{{len(mail.data)}}}\r\n"
        return head.encode() + mail.data + b")\r\n"

    def do_uid_fetch(self, tag, args):
        uids, what = args.split(" ", 1)
        for number, mail in self.chosen(uids):
            if "HEADER.FIELDS" in what:
                field = b"".join(re.findall(rb"(?im)^(?:Subject|From):.*\r\n", mail.data)) + b"\r\n"
                self.send(f"* {number} FETCH (UID {mail.uid} BODY[HEADER.FIELDS "
                          f"(SUBJECT FROM)] {{{len(field)}}}\r\n".encode() + field + b")\r\n")  # fmt: skip
            else:
                self.send(self.item(number, mail, "BODY.PEEK[]" in what))
        self.news()
        self.ok(tag)

    def news(self):
        if len(self.box.mails) != self.known:
            self.known = len(self.box.mails)
            self.send(f"* {self.known} EXISTS\r\n")

    def copy(self, tag, args):
        uids, name = args.split(" ", 1)
        target = self.server.folders.get(name.strip('"'))
        if target is None:
            self.send(f"{tag} NO [TRYCREATE] no such folder\r\n")
            return None
        chosen = [mail for _, mail in self.chosen(uids)]
        for mail in chosen:
            target.add(mail.data)
        return {mail.uid for mail in chosen}

    def expunge(self, uids):
        for mail in list(self.box.mails):
            if mail.uid in uids:
                number = self.box.mails.index(mail) + 1
                self.box.remove({mail.uid})
                self.known -= 1
                self.send(f"* {number} EXPUNGE\r\n")

    def do_uid_move(self, tag, args):
        moved = self.copy(tag, args)
        if moved is not None:
            self.expunge(moved)
            self.ok(tag)

    def do_uid_copy(self, tag, args):
        if self.copy(tag, args) is not None:
            self.ok(tag)

    def do_uid_store(self, tag, args):
        for _, mail in self.chosen(args.split(" ")[0]):
            mail.deleted = "\\Deleted" in args
        self.ok(tag)

    def do_uid_expunge(self, tag, args):
        self.expunge({m.uid for _, m in self.chosen(args) if m.deleted})
        self.ok(tag)

    def do_idle(self, tag, _args):
        self.send("+ idling\r\n")
        while True:
            self.news()
            line = self.line(0.05)
            if line is None:
                raise Gone
            if line.upper() == "DONE":
                self.ok(tag)
                return


class EvilImap:
    def __init__(self, cert, key, port=0):
        self.user, self.password = "office", "kunci"
        self.capabilities = CAPABILITIES
        self.greeting = "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n"
        self.delimiter = "/"
        self.tell_uidnext = True
        self.box = Box()
        self.folders = {"INBOX": self.box}
        self.on = {}
        self.seen, self.logins, self.open = [], [], set()
        self.connections = 0
        self.handshakes = 0
        self.cut_at = None
        self.sent = 0
        self.refuse = False  # close at once, before TLS
        self.plain = cert is None
        if not self.plain:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(cert, key)
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            if self.refuse:
                sock.close()
                continue
            threading.Thread(
                target=self.serve, args=(sock, self.connections), daemon=True
            ).start()

    def serve(self, sock, number):
        if not self.plain:
            try:
                sock = self.context.wrap_socket(sock, server_side=True)
            except (OSError, ssl.SSLError):
                sock.close()
                return
        self.handshakes += 1
        self.sent = 0
        session = Session(self, sock, number)
        self.open.add(session)
        session.run()

    def commands(self, name):
        return [args for _, n, args in self.seen if n == name]

    def hang_up_all(self):
        # Only shut: each session's thread closes its own.  Closed here, the
        # number could be a pipe of ours while OpenSSL still writes to it.
        for session in list(self.open):
            try:
                session.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def stop(self):
        # shutdown wakes accept(); close alone leaves it and the port
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()
        self.hang_up_all()
