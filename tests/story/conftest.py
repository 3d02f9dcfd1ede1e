# SPDX-License-Identifier: GPL-3.0-or-later
"""Stories: tests that drive a whole office (docs/TESTING.md).

The fixture `office` opens one for the test and closes it afterwards; what
every story must leave behind is checked here: fsck finds no broken invariant,
no program died by itself, nothing is left running.
"""

import argparse
import contextlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lab"))

import box  # noqa: E402
import client  # noqa: E402
import full_disk as full_disk_library  # noqa: E402
import mails  # noqa: E402
import pki  # noqa: E402
from people import applicant, person  # noqa: E402
from portal import Portal  # noqa: E402


class Office:
    """An office in a box, as stories speak of it."""

    def __init__(self, folder, keys):
        self.dir = folder
        self.keys = keys
        self.is_open = False
        self.enrolled = 0

    def open(self, mode="shared", at=None, config=(), loket=True, hold=False,
             full_disk=False):  # fmt: skip
        preload = None
        if full_disk:
            preload = full_disk_library.build(self.dir)
            if preload is None:
                pytest.skip("no compiler for the disk that fills up (tests/lab/full_disk.c)")
        box.up(self.dir, argparse.Namespace(
            mode=mode, at=at, config=list(config), no_loket=not loket,
            owner=os.getpid(), pki=self.keys, hold=hold, preload=preload,
        ))  # fmt: skip
        self.is_open = True
        return self

    # -- people

    def now(self):
        return box.clock_now(self.dir)

    def clock(self, text):
        box.clock_set(self.dir, text)

    def wait(self, duration):
        """Time passes, not only the clock's hands."""
        box.clock_wait(self.dir, duration)

    def apply(self, name, papers=None, sign="dkim", **more):
        """Somebody sends an application; the bytes as delivered."""
        raw = mails.application(person(name), self.now(), papers, **more)
        return client.send(self.dir, person(name), raw, sign)

    def send(self, name, raw, sign="dkim"):
        return client.send(self.dir, person(name), raw, sign)

    def reply(self, name, text, papers=(), sign="dkim"):
        files = []
        with tempfile.TemporaryDirectory() as folder:
            for paper in papers:
                path = Path(folder) / paper.name
                path.write_bytes(paper.data)
                files.append(path)
            return client.reply(self.dir, person(name), text, files, sign)

    def new_applicant(self):
        """Somebody who was never here before, registered."""
        who = applicant(self.enrolled)
        self.enrolled += 1
        client.enroll(self.dir, who)
        return who

    def answer(self, name, text, papers=(), **more):
        """Answers the newest question as a mail program does."""
        return client.answer(self.dir, person(name), text, papers, **more)

    def click(self, name, word, more="", papers=(), **rest):
        """Follows a prepared link."""
        return client.click(self.dir, person(name), word, more, papers, **rest)

    def await_question(self, name, case, but=(), seconds=20):
        """Waits until `name` is asked about this case (by another letter than
        those in `but`); that letter."""

        def look():
            with contextlib.suppress(box.LabError):
                letter = client.question(self.dir, person(name), case)
                return None if letter["Message-ID"] in but else letter
            return None

        return client.wait_for(look, seconds, f"{name} to be asked about {case}")

    def await_letter(self, name, kind, case="", count=1, seconds=20):
        """Waits until `name` has so many letters of this kind ("completed")
        about this case, as the outbox calls them; the newest.  A copy with
        the same Message-ID is no second letter."""

        def look():
            try:
                rows = self.ctl("outbox", "list")
            except box.LabError:
                return None  # the engine is starting anew
            ids = {r["message_id"] for r in rows if r["letter"] == kind}
            found = {str(m["Message-ID"]): m for m in self.letters(name)
                     if str(m["Message-ID"]).strip("<>") in ids
                     and case in str(m["Subject"]) + client.text_of(m)}  # fmt: skip
            return list(found.values()) if len(found) >= count else None

        found = client.wait_for(
            look, seconds, f"{count} letters '{kind}' to {name} about {case or 'any case'}"
        )
        assert len(found) == count, [str(m["Subject"]) for m in found]
        return found[-1]

    def await_asking(self, name, words, count=1, seconds=20):
        """The same of letters that carry a token, which no list of the engine
        shows: by words of their subject."""

        def look():
            found = [m for m in self.letters(name)
                     if client.token_of(m) and all(w in str(m["Subject"]) for w in words)]  # fmt: skip
            return found if len(found) >= count else None

        found = client.wait_for(look, seconds, f"{count} letters {words} to {name}")
        assert len(found) == count, [str(m["Subject"]) for m in found]
        return found[-1]

    def mails(self, name, folder="INBOX"):
        return client.mails(self.dir, person(name), folder)

    def letters(self, name):
        """Letters in somebody's mailbox, parsed."""
        from email import message_from_bytes, policy

        return [message_from_bytes(m, policy=policy.SMTP)
                for m in self.mails(name)]  # fmt: skip

    def await_letters(self, name, count=1, seconds=20):
        """Waits until so many letters have come; all of them."""
        return client.wait_for(
            lambda: (lambda got: got if len(got) >= count else None)(
                self.letters(name)
            ),
            seconds,
            f"{count} letters to {name}",
        )

    def folders(self, name="office"):
        return client.folders(self.dir, person(name))

    # -- the office's terminal

    def ctl(self, *words):
        return client.ask(self.dir, *words)

    def cases(self):
        return client.cases(self.dir)

    def await_case(self, state, number="last", seconds=20):
        return client.wait(self.dir, number, state, seconds)

    def case_of(self, who, seconds=20):
        """The number of somebody's newest case, once it is complete."""

        def look():
            with contextlib.suppress(box.LabError):
                rows = [c for c in self.cases() if c["applicant"] == who.name]
                if rows and rows[-1]["state"] == "received":
                    return rows[-1]["number"]
            return None

        return client.wait_for(look, seconds, f"a complete case of {who.name}")

    def show(self, number):
        return self.ctl("case", "show", number)

    def order(self, number, kind):
        """The order "revoke" or "issue" of a case, or None."""
        found = [o for o in self.show(number)["orders"] if o["kind"] == kind]
        return found[0] if found else None

    @property
    def portal(self):
        return Portal(self.dir)

    def await_mail(self, count, disposition, seconds=20):
        """Waits until exactly so many mails have this disposition and none is
        open; their rows."""

        def look():
            try:
                rows = self.ctl("mail", "list")
            except box.LabError:
                return None  # the engine is starting anew
            if any(r["disposition"] == "open" for r in rows):
                return None
            found = [r for r in rows if r["disposition"] == disposition]
            return found if len(found) >= count else None

        rows = client.wait_for(
            look, seconds, f"{count} mails with disposition {disposition}"
        )
        assert len(rows) == count
        return rows

    def await_folders(self, counts, seconds=20):
        """Waits until the office's folders hold so many mails."""

        def look():
            found = self.folders()
            return all(found.get(n, 0) == c for n, c in counts.items())

        try:
            client.wait_for(look, seconds, f"folders {counts}")
        except box.LabError as e:
            raise AssertionError(f"{e}; there are {self.folders()}") from None

    def await_quiet(self, seconds=30):
        """Waits until every letter has its verdict."""
        client.wait_for(
            lambda: all(r["state"] != "queued" for r in self.ctl("outbox", "list")),
            seconds,
            "the outbox to be empty",
        )

    def await_running(self, program, seconds=20):
        client.wait_for(
            lambda: program in self.status()["pids"], seconds, f"{program} to run"
        )

    def await_connected(self, seconds=30):
        client.wait_connected(self.dir, seconds)

    # -- misfortune

    def status(self):
        return box.ask(self.dir, do="status")

    def kill(self, program):
        return box.ask(self.dir, do="kill", what=program)["killed"]

    def stop(self, what):
        box.ask(self.dir, do="stop", what=what)

    def start(self, what):
        box.start(self.dir, what)

    # -- the end

    def fsck(self):
        done = client.loketctl(self.dir, "fsck")
        assert done.returncode == 0, (done.stdout + done.stderr).decode()

    def close(self):
        if self.is_open:
            self.is_open = False
            return box.down(self.dir)
        return []

    def print_logs(self):
        for log in sorted((self.dir / "log").glob("*")):
            print(f"==== {log.name}")
            print(box.tail(log, 60))


@pytest.fixture(scope="session")
def keys():
    """Keys and certificates, made once for all offices."""
    folder = Path(tempfile.mkdtemp(prefix="loket-keys-"))
    folder.chmod(0o755)
    pki.make(folder)
    if os.getuid() == 0:
        for path in folder.iterdir():
            path.chmod(0o644)
    yield folder
    shutil.rmtree(folder)


@pytest.hookimpl(tryfirst=True, hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    setattr(item, "report_" + call.when, outcome.get_result())


@contextlib.contextmanager
def one_office_for_all(keys, **options):
    """An open office for a module's fixture `shared`: many stories, one after
    the other, each with an applicant of its own.  fsck follows each story
    (`shared_fsck`), and at the end nothing may be left running."""
    folder = Path(tempfile.mkdtemp(prefix="loket-"))
    office = Office(folder, keys)
    try:
        yield office.open(**options)
        left = office.close()
        assert not left, f"left over after the end: {left}"
    finally:
        office.close()
        if not os.environ.get("LOKET_KEEP"):
            shutil.rmtree(folder, ignore_errors=True)
        else:
            print(f"kept: {folder}")


@pytest.fixture(autouse=True)
def shared_fsck(request):
    """What every story of a shared office must leave behind, too."""
    yield
    if "shared" not in request.fixturenames:
        return
    office = request.getfixturevalue("shared")
    report = getattr(request.node, "report_call", None)
    if report is not None and report.failed:
        office.print_logs()
    elif report is not None and report.passed:
        office.fsck()


@pytest.fixture
def make_office(request, keys):
    """Gives an Office that is still closed: open it in the test."""
    # Not pytest's own tmp_path: that is closed to nobody, and too long for a
    # socket's name.
    folder = Path(tempfile.mkdtemp(prefix="loket-"))
    office = Office(folder, keys)
    failed = True
    try:
        yield lambda **options: office.open(**options)
        report = getattr(request.node, "report_call", None)
        failed = report is None or report.failed
        if office.is_open:
            # An office whose Loket never ran has no database to check.
            if not failed and (folder / "data" / "loket.db").exists():
                failed = True
                office.fsck()
                failed = False
            left = office.close()
            assert not left, f"left over after the end: {left}"
    except BaseException:
        failed = True
        raise
    finally:
        if failed:
            office.print_logs()
        office.close()
        if failed and os.environ.get("LOKET_KEEP"):
            print(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def office(make_office):
    """An open office: shared mailbox, real time."""
    return make_office()

