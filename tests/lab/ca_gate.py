# SPDX-License-Identifier: GPL-3.0-or-later
"""A gate between the engine and loket-ca, at which each step of the saga can
be made to wait, so that programs can be killed exactly there.

    gate = Gate(folder)                  # the office has paths.ca = gate.path
    gate.hold("order", ISSUE)            # the next order to issue waits here
    gate.await_held()
    ...kill something...
    gate.open()
    gate.lie("order_answer", ISSUE, change)   # a loket-ca that was taken over

What passes is passed on byte for byte, descriptors too; what is held when its
engine or CA dies is lost with it, as it would be in a socket.  `passed` is the
list of all orders and answers that went through, decoded, oldest first.
"""

import fcntl
import os
import selectors
import socket
import threading

import orders


class Gate:
    def __init__(self, folder):
        self.path = folder / "run" / "ca-gate"
        self.real = folder / "run" / "ca"
        self.passed = []  # (direction, field, message)
        self.held = None
        self.wanted = None
        self.lies = None
        self.changed = threading.Condition()
        self.listener = None
        self.done = False

    def start(self):
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.listener.bind(str(self.path))
        os.chmod(self.path, 0o666)
        self.listener.listen(8)
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def stop(self):
        self.done = True
        self.open()
        self.listener.close()
        self.path.unlink(missing_ok=True)

    # -- what a story says

    def hold(self, field, kind=None, case=None):
        """The next "order" or "order_answer" (of this kind, of this case)
        waits until open()."""
        with self.changed:
            self.wanted = (field, kind, case)

    def await_held(self, seconds=20):
        with self.changed:
            if not self.changed.wait_for(lambda: self.held, seconds):
                raise TimeoutError(f"nothing came: {self.wanted}; passed: "
                                   + str([p[:2] for p in self.passed]))  # fmt: skip
            return self.held

    def open(self):
        with self.changed:
            self.wanted = self.held = None
            self.changed.notify_all()

    def lie(self, field, kind, change):
        """The next message of this sort goes on as change(message, bytes)
        makes it: a message, and the bytes of the descriptor beside it."""
        self.lies = (field, kind, change)

    # -- what goes through

    def accept(self):
        while not self.done:
            try:
                engine, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(engine,),
                             daemon=True).start()  # fmt: skip

    def serve(self, engine):
        ca = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with orders.ordinary_user():
                ca.connect(str(self.real))
        except OSError:
            engine.close()
            return
        with selectors.DefaultSelector() as selector:
            selector.register(engine, selectors.EVENT_READ, ca)
            selector.register(ca, selectors.EVENT_READ, engine)
            try:
                while not self.done:
                    for key, _ in selector.select(0.2):
                        self.pass_on(key.fileobj, key.data)
            except OSError:
                pass
        engine.close()
        ca.close()

    def pass_on(self, source, to):
        data, fds, _, _ = socket.recv_fds(source, 1 << 17, 8)
        try:
            if not data:
                raise OSError("the end")
            frame = orders.decode("Frame", data)
            for field in ("order", "order_answer"):
                if frame[field]:
                    self.wait(field, frame[field], source)
                    with self.changed:
                        self.passed.append((field, frame[field]))
                    data, fds = self.falsify(field, frame[field], data, fds)
            socket.send_fds(to, [data], fds)
        finally:
            for fd in fds:
                os.close(fd)

    def falsify(self, field, message, data, fds):
        if self.lies is None or self.lies[:2] != (field, kind_of(message)):
            return data, fds
        change, self.lies = self.lies[2], None
        beside = os.pread(fds[0], 1 << 24, 0) if fds else b""
        message, beside = change(message, beside)
        for fd in fds:
            os.close(fd)
        fds[:] = [sealed(beside)] if beside else []
        return orders.encode("Frame", {field: message}), fds

    def wait(self, field, message, source):
        with self.changed:
            if self.wanted is None or self.wanted[0] != field:
                return
            _, kind, case = self.wanted
            if kind is not None and kind_of(message) != kind:
                return
            if case is not None and not message["id"].startswith(case):
                return
            self.held = (field, message)
            self.changed.notify_all()
            self.changed.wait_for(lambda: self.held is None)


def sealed(data):
    """As src/base/io.c makes them."""
    fd = os.memfd_create("lie", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.write(fd, data)
    fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK
                | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE)  # fmt: skip
    return fd


def kind_of(message):
    """By the id, which an answer has, too: LOCK-2026-000001.issue."""
    return {"issue": orders.ISSUE, "revoke": orders.REVOKE}.get(
        message["id"].rpartition(".")[2]
    )
