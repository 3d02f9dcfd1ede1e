# SPDX-License-Identifier: GPL-3.0-or-later
"""A small SMTPS server with AUTH PLAIN that is correct until told otherwise.

    relay = EvilRelay("server.pem", "server.key", "office", "secret")
    relay.fault["rcpt"] = say("451 4.7.1 later")    # every time
    relay.fault["dot"] = once(hang_up)              # the first time

A fault is called in place of the answer of its stage with the session; what
it returns is whether the session goes on.  Stages, in order: connect (before
TLS), greeting, ehlo, auth, mail, rcpt, data, dot, after (behind the 250),
quit.  What happened is in relay.mails, relay.lines and relay.connections.
"""

import base64
import socket
import ssl
import threading
import time
from dataclasses import dataclass


@dataclass
class Mail:
    sender: str
    recipient: str
    data: bytes  # dots taken away
    raw: bytes  # as on the wire, without the final dot


# ---- faults -------------------------------------------------------------------


def say(text):
    """Another reply, and on."""

    def fault(session):
        session.send(text.encode("latin-1") + b"\r\n")
        return True

    return fault


def say_and_close(text):
    def fault(session):
        session.send(text.encode("latin-1") + b"\r\n")
        return False

    return fault


def hang_up(session):
    """A reset, not a polite end."""
    session.reset = True
    return False


def silence(session):
    session.relay.stopping.wait(60)
    return False


def endless_reply(session):
    """A multi-line reply without a last line."""
    while not session.relay.stopping.is_set():
        session.send(b"250-" + b"x" * 70 + b"\r\n")
    return False


def long_line(size):
    """One line without an end for `size` bytes, then an end."""

    def fault(session):
        session.send(b"250 ")
        for _ in range(size // 1024):
            session.send(b"y" * 1024)
        session.send(b"\r\n")
        return True

    return fault


def drip(session):
    """A byte each 300 ms, never a whole line."""
    while not session.relay.stopping.wait(0.3):
        session.send(b"2")
    return False


def once(fault):
    """The fault the first time, the right answer afterwards."""
    left = [fault]

    def first(session):
        return left.pop()(session) if left else None

    return first


# ---- the server ---------------------------------------------------------------


class Session:
    def __init__(self, relay, sock):
        self.relay = relay
        self.sock = sock
        self.file = None
        self.reset = False
        self.tls_failed = False

    def send(self, data):
        self.sock.sendall(data)

    def stage(self, name, answer):
        """The fault of this stage, or the right answer."""
        fault = self.relay.fault.get(name)
        if fault is not None:
            going_on = fault(self)
            if going_on is not None:
                return going_on
        if answer is not None:
            self.send(answer.encode() + b"\r\n")
        return True

    def run(self):
        if not self.stage("connect", None):
            return
        if self.relay.context is not None:
            self.sock = self.relay.context.wrap_socket(
                self.sock, server_side=True
            )
        self.file = self.sock.makefile("rb")
        if self.stage("greeting", "220 relay.test ESMTP"):
            while self.one_command():
                pass

    def one_command(self):
        line = self.file.readline(4096)
        if not line:
            return False
        self.relay.lines.append(line)
        verb = line[:4].upper()
        commands = {
            b"EHLO": self.ehlo,
            b"HELO": lambda _: self.stage("helo", "250 relay.test"),
            b"AUTH": self.auth,
            b"MAIL": self.mail,
            b"RCPT": self.rcpt,
            b"DATA": self.data,
            b"RSET": lambda _: self.stage("rset", "250 ok"),
            b"QUIT": self.quit,
        }
        if verb not in commands:
            self.send(b"500 5.5.2 what?\r\n")
            return True
        return commands[verb](line)

    def ehlo(self, _):
        return self.stage(
            "ehlo",
            "250-relay.test\r\n250-SIZE 10000000\r\n250 AUTH PLAIN LOGIN",
        )

    def auth(self, line):
        words = line.split()
        right = base64.b64encode(
            b"\0".join([b"", self.relay.user, self.relay.password])
        )
        if len(words) == 2 and words[1] == b"PLAIN":
            self.send(b"334 \r\n")
            words.append(self.file.readline(4096).strip())
        self.relay.logins += 1
        if words[1:] == [b"PLAIN", right]:
            self.authenticated = True
            return self.stage("auth", "235 2.7.0 welcome")
        return self.stage("auth", "535 5.7.8 wrong")

    def mail(self, line):
        if not getattr(self, "authenticated", False):
            self.send(b"530 5.7.0 log in first\r\n")
            return True
        self.sender = line.split(b"<", 1)[1].split(b">", 1)[0].decode()
        return self.stage("mail", "250 2.1.0 ok")

    def rcpt(self, line):
        self.recipient = line.split(b"<", 1)[1].split(b">", 1)[0].decode()
        return self.stage("rcpt", "250 2.1.5 ok")

    def data(self, _):
        fault = self.relay.fault.get("data")
        going_on = fault(self) if fault is not None else None
        if going_on is not None:
            return going_on
        self.send(b"354 go\r\n")
        raw = b""
        while not raw.endswith(b"\r\n.\r\n") and raw != b".\r\n":
            line = self.file.readline(70000)
            if not line:
                self.relay.cut_off.append(raw)
                return False
            raw += line
            if self.stage("body", None) is False:
                return False
        self.keep(raw[:-3])
        return self.stage("dot", "250 2.0.0 queued") and self.stage(
            "after", None
        )

    def keep(self, raw):
        lines = raw.split(b"\r\n")
        data = b"\r\n".join(
            line[1:] if line.startswith(b".") else line for line in lines
        )
        self.relay.mails.append(Mail(self.sender, self.recipient, data, raw))

    def quit(self, _):
        self.stage("quit", "221 bye")
        return False

    def close(self):
        try:
            if self.reset:
                self.sock.setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0"
                )
            if self.file is not None:
                self.file.close()
            self.sock.close()
        except OSError:
            pass


class EvilRelay:
    def __init__(self, cert, key, user, password, port=0, tls=True):
        self.user, self.password = user.encode(), password.encode()
        self.fault = {}
        self.mails, self.lines, self.cut_off, self.errors = [], [], [], []
        self.connections = self.logins = 0
        self.stopping = threading.Event()
        self.sessions = []
        self.context = None
        if tls:
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
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections += 1
            session = Session(self, sock)
            self.sessions.append(session)
            threading.Thread(
                target=self.serve, args=(session,), daemon=True
            ).start()

    def serve(self, session):
        try:
            session.run()
        except (OSError, ssl.SSLError) as e:
            self.errors.append(e)
        session.close()

    def verbs(self):
        """The commands it was sent, without their arguments."""
        return [line[:4].decode("latin-1") for line in self.lines]

    def drop_connections(self):
        """The relay forgets its idle clients."""
        for session in self.sessions:
            try:
                session.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        time.sleep(0.05)

    def close(self):
        self.stopping.set()
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()
        self.drop_connections()
