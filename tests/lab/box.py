# SPDX-License-Identifier: GPL-3.0-or-later
"""The office in a box: its folder, and the supervisor that keeps it running.

    DIR/lab.json   what `up` decided: ports, passwords, where things are
    DIR/conf       configuration of Loket     DIR/data   its data folder
    DIR/pki        keys and certificates      DIR/mail   the mail servers' own
    DIR/log        one log per program        DIR/clock  the test clock
    DIR/app        copies of the programs, when root started the lab

`up` forks one supervisor; every other command talks to it over DIR/lab.sock.
The supervisor does for Loket what systemd does in an office (starts,
listens for READY=1 and WATCHDOG=1, starts anew after a crash) and stops all
of it by process id when told to, when its owner (the test runner) dies, or,
through PR_SET_PDEATHSIG, when it dies itself.

Started by root, everything but the supervisor and the portal runs as nobody.
"""

import ctypes
import json
import os
import pwd
import random
import selectors
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import conf
import mailservers
import pki
from people import CITY, DOMAINS, PEOPLE
from portal import Portal

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
SERVERS = HERE / "servers"
WIB = timezone(timedelta(hours=7))

PORTS = ("imap", "imaps", "lmtp", "smtps", "portal")
# A busy machine needs long; nobody waits longer than it takes.
START_SEC = 60  # until a program must be ready
STOP_SEC = 40  # until TERM becomes KILL
DEATH_SEC = 15  # until the killed are gone
PROGRAMS = ("loketd", "loket-ca", "loket-engine", "loket-net", "loket-parser",
            "loket-parser-document", "loketctl")  # fmt: skip
# Built only where tesseract is.
MAYBE = ("loket-parser-scan",)


def programs(build):
    """What there is to start."""
    return PROGRAMS + tuple(name for name in MAYBE if (build / name).exists())


class LabError(Exception):
    """A sentence for the person at the terminal."""


# ---- where things are ------------------------------------------------------


def build_dir():
    """The build folder whose programs the lab runs."""
    named = os.environ.get("LOKET_BUILD")
    if named:
        return Path(named).resolve()
    for name in ("build-lab", "build"):
        if (TOP / name / "config.status").exists():
            return TOP / name
    return TOP / "build-lab"


def servers_root():
    """Where tests/lab/servers unpacks the mail servers."""
    named = os.environ.get("LOKET_SERVERS")
    return Path(named) if named else TOP / "build-lab" / "servers" / "root"


def find_program(build, name):
    for place in (".", "src", "src/proc", "src/ctl"):
        path = build / place / name
        if path.is_file() and os.access(path, os.X_OK):
            return path
    raise LabError(
        f"{name} is not in {build}: build it first (./bootstrap check, or "
        "make in your build folder with LOKET_BUILD naming it)"
    )


def free_ports(count):
    """Ports nobody listens on, below the range that clients are given (a
    server that is stopped and started must find its port free again)."""
    ports = []
    while len(ports) < count:
        port = random.randrange(20000, 32000)
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in ports:
            ports.append(port)
    return ports


def environment(folder, **more):
    """A clean environment: nothing that changes what TLS trusts."""
    env = {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "LC_ALL": "C.UTF-8",
        "HOME": str(folder / "home"),
        "TMPDIR": "/tmp",
    }
    for key in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LOKET_LOG"):
        if key in os.environ:
            env[key] = os.environ[key]
    env.update(more)
    return env


# ---- the clock -------------------------------------------------------------


def parse_duration(text):
    """"90s", "30m", "2h", "1d", "1d12h" in seconds."""
    units = {"s": 1, "m": 60, "h": 3600, "d": 86400}
    total, digits = 0, ""
    for letter in text:
        if letter.isdigit():
            digits += letter
        elif letter in units and digits:
            total, digits = total + int(digits) * units[letter], ""
        else:
            raise LabError(f"'{text}' is no duration: write 90s, 30m, 2h, 1d")
    if digits or not text:
        raise LabError(f"'{text}' is no duration: write 90s, 30m, 2h, 1d")
    return total


def clock_offset(folder):
    """Microseconds between the lab's clock and the machine's."""
    try:
        return struct.unpack("=q", (folder / "clock").read_bytes()[:8])[0]
    except FileNotFoundError:
        return 0


def clock_now(folder):
    return datetime.now(WIB) + timedelta(microseconds=clock_offset(folder))


def clock_set(folder, text):
    """Sets the lab's clock: a time (WIB unless it says otherwise) or
    +DURATION.  One write of eight bytes: the programs map the page."""
    offset = clock_offset(folder)
    if text.startswith("+"):
        offset += parse_duration(text[1:]) * 1_000_000
    else:
        try:
            when = datetime.fromisoformat(text.replace("Z", "+00:00"))
        except ValueError:
            raise LabError(
                f"'{text}' is no time: write 2026-11-23T08:00 or +2h"
            ) from None
        if when.tzinfo is None:
            when = when.replace(tzinfo=WIB)
        delta = when - datetime.now(timezone.utc)
        offset = round(delta.total_seconds() * 1_000_000)
    with open(folder / "clock", "r+b" if (folder / "clock").exists() else "wb",
              buffering=0) as f:  # fmt: skip
        f.write(struct.pack("=q", offset))


def clock_wait(folder, duration):
    """The machine runs for so long: the wall clock goes on, and what has to
    wait by the machine's own time has waited (base/clock.h)."""
    step = parse_duration(duration) * 1_000_000
    page = (folder / "clock").read_bytes().ljust(16, b"\0")
    wall, elapsed = struct.unpack("=qq", page)
    with open(folder / "clock", "r+b", buffering=0) as f:
        f.write(struct.pack("=qq", wall + step, elapsed + step))


# ---- what `up` prepares ----------------------------------------------------


def prepare(folder, options, state):
    """Writes everything below DIR.  Runs as the user that will run it all."""
    for name in ("log", "data", "home", "mail", "run", "ca", "www"):
        (folder / name).mkdir(exist_ok=True)
    for name in ("data", "ca"):
        (folder / name).chmod(0o700)
    if options.pki:
        shutil.copytree(options.pki, folder / "pki", dirs_exist_ok=True)
    pki.make(folder / "pki")
    for key in (folder / "pki").glob("*.key"):
        key.chmod(0o400)
    clock_set(folder, options.at or "+0s")

    jailed = state["how"] != "installed"
    user = pwd.getpwuid(os.getuid())
    mailservers.write(
        folder,
        "/lab" if jailed else str(folder),
        "Debian-exim" if jailed else user.pw_name,
        "Debian-exim" if jailed else _group_name(user.pw_gid),
        state["ports"],
        state["passwords"],
        PEOPLE["office"].address,
        DOMAINS,
    )
    conf.write(folder, Path(state["examples"]), state, options)
    if state["app"] and state["executor"] == "ca":
        init_ca(folder, state["app"])


def init_ca(folder, app):
    """The office's own CA, as an administrator sets it up."""
    done = subprocess.run(
        [str(word) for word in conf.ca_init_command(app, folder)],
        env=environment(folder, LOKET_CLOCK=str(folder / "clock"),
                        LOKET_LIBEXEC=app),
        cwd="/", capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise LabError(f"loketctl ca init: {done.stderr.strip()}")


def _group_name(gid):
    import grp

    return grp.getgrgid(gid).gr_name


def as_ordinary_user(work):
    """Runs work() as nobody when we are root (in a child), else here."""
    if os.getuid() != 0:
        work()
        return
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            nobody = pwd.getpwnam("nobody")
            os.setgroups([])
            os.setgid(nobody.pw_gid)
            os.setuid(nobody.pw_uid)
            work()
            code = 0
        except LabError as e:
            print(f"office: {e}", file=sys.stderr)
        except BaseException:  # the child must not return into the caller
            import traceback

            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    if os.waitpid(pid, 0)[1] != 0:
        raise LabError("could not prepare the office (see above)")


def stage_programs(folder, build):
    """Copies of the programs where nobody can read them."""
    app = folder / "app"
    app.mkdir(exist_ok=True)
    for name in programs(build):
        path = find_program(build, name)
        shutil.copy(path, app / name)
        (app / name).chmod(0o755)
    return app


def check_reachable(folder):
    """nobody must be able to walk to DIR (the mail servers do not mind)."""
    for parent in folder.parents:
        if not os.stat(parent).st_mode & 0o001:
            raise LabError(
                f"started by root the office runs as nobody, who cannot pass "
                f"{parent}: choose another folder, below /tmp for instance"
            )


def up(folder, options):
    """Prepares DIR, forks the supervisor and waits until all is ready."""
    if (folder / "lab.json").exists():
        raise LabError(f"{folder} has an office already: `office down` first")
    if len(str(folder)) > 80:
        raise LabError("a shorter path, please: sockets below it have names of "
                       "at most 107 bytes (unix(7))")  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    root = servers_root()
    # Where they cannot be had, `how` may still find installed ones.
    subprocess.run([SERVERS, "get", root], check=False, env=environment(folder))
    how = subprocess.run(
        [SERVERS, "how", root], env=environment(folder), text=True,
        stdout=subprocess.PIPE, check=False,
    )  # fmt: skip
    if how.returncode != 0:
        raise LabError("no mail servers (see above)")

    state = {
        "how": how.stdout.strip(),
        "servers": str(root),
        "ports": dict(zip(PORTS, free_ports(5))),
        "passwords": {p.local: "lab" for p in PEOPLE.values()},
        "mode": options.mode,
        "executor": conf.executor(options.config),
        "loket": not options.no_loket,
        "hold": options.hold,
        "preload": str(getattr(options, "preload", None) or ""),
        "app": None,
        "examples": str(TOP / "conf"),
    }
    state["passwords"][PEOPLE["office"].local] = f"{random.getrandbits(80):x}"
    if os.getuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        check_reachable(folder)
        # nobody may be unable to read the source tree.
        (folder / "app").mkdir(exist_ok=True)
        state["examples"] = str(folder / "app" / "conf")
        conf.copy_readable(TOP / "conf", folder / "app" / "conf")
    if state["loket"]:
        build = build_dir()
        for name in programs(build):
            find_program(build, name)
        if os.getuid() == 0:
            state["app"] = str(stage_programs(folder, build))
        else:
            state["app"] = str(collect_programs(folder, build))
    as_ordinary_user(lambda: prepare(folder, options, state))
    if state["executor"] != "ca":
        Portal(folder).publish()
    (folder / "lab.json").write_text(json.dumps(state, indent=1) + "\n")
    (folder / "lab.json").chmod(0o600)
    try:
        start_supervisor(folder, options.owner)
    except LabError:
        (folder / "lab.json").rename(folder / "lab.json.failed")
        raise
    if state["loket"] and not state["hold"]:
        try:
            first_steps(folder)
        except LabError:
            down(folder)
            raise


def first_steps(folder):
    """The registry is filled, and the mailbox opened for the first time."""
    import client  # which uses this module

    if load(folder)["executor"] == "ca":
        client.make_old_certificates(folder)
    client.wait_connected(folder)
    client.register(folder)
    if load(folder)["executor"] == "ca":
        client.await_crl(folder)


def collect_programs(folder, build):
    """One folder with all programs, as links, in place."""
    app = folder / "app"
    app.mkdir(exist_ok=True)
    for name in programs(build):
        (app / name).unlink(missing_ok=True)
        (app / name).symlink_to(find_program(build, name))
    return app


def start_supervisor(folder, owner):
    """The supervisor is a daemon of its own; it says "ready" or why not."""
    reader, writer = os.pipe()
    with open(folder / "log" / "lab.log", "ab") as log:
        subprocess.Popen(
            [sys.executable, HERE / "office", "_watch", folder, str(writer),
             str(owner or 0)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            pass_fds=[writer], start_new_session=True,
            env=environment(folder), cwd="/",
        )  # fmt: skip
    os.close(writer)
    with os.fdopen(reader) as f:
        word = f.read().strip()
    if word != "ready":
        raise LabError(word or f"the supervisor died: see {folder}/log/lab.log")


# ---- the supervisor --------------------------------------------------------


def process_stat(pid):
    """Fields of /proc/PID/stat behind the name: state, ppid, pgrp, ...; None
    for a process that is gone or a zombie."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else fields


def process_words(pid):
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return []
    return raw.decode(errors="replace").rstrip("\0").split("\0")


def all_pids():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


def die_with_parent():
    """In a child between fork and exec: TERM when the supervisor is gone."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def adopt_orphans():
    """What a killed program leaves behind becomes our child, not init's."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def bury_orphans(known):
    """Reaps dead children that are no service (Popen reaps those)."""
    while True:
        try:
            dead = os.waitid(os.P_ALL, 0,
                             os.WEXITED | os.WNOHANG | os.WNOWAIT)  # fmt: skip
        except ChildProcessError:
            return
        if dead is None or dead.si_pid in known:
            return
        os.waitpid(dead.si_pid, 0)


class Service:
    def __init__(self, name, argv, restart=False, drop=False, env=None):
        self.name = name
        self.argv = [str(a) for a in argv]
        self.restart = restart  # after a crash, as systemd would
        self.drop = drop  # become nobody here (servers do it themselves)
        self.env = env or {}
        self.process = None
        self.wanted = False
        self.groups = []  # process groups it ever had
        self.crashes = 0
        self.next_start = 0.0

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def start(self, folder):
        who = {}
        if self.drop and os.getuid() == 0:
            nobody = pwd.getpwnam("nobody")
            who = {"user": nobody.pw_uid, "group": nobody.pw_gid,
                   "extra_groups": []}  # fmt: skip
        self.wanted = True
        with open(folder / "log" / f"{self.name}.log", "ab") as log:
            self.process = subprocess.Popen(
                self.argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=environment(folder, **self.env), cwd="/",
                start_new_session=True, preexec_fn=die_with_parent, **who,
            )  # fmt: skip
        self.groups.append(self.process.pid)


class Supervisor:
    def __init__(self, folder, owner):
        self.folder = folder
        self.state = json.loads((folder / "lab.json").read_text())
        self.owner = (owner, process_stat(owner)[19]) if owner else None
        self.notified = {}  # service -> {"ready", "status", "watchdog"}
        self.done = False
        self.services = {s.name: s for s in self.make_services()}
        self.selector = selectors.DefaultSelector()
        self.notify = {}
        for name in ("ca", "loketd"):
            s = self.bind(f"notify-{name}.sock", socket.SOCK_DGRAM, 0o666)
            self.notify[s] = name
            self.selector.register(s, selectors.EVENT_READ)
        self.control = self.bind("lab.sock", socket.SOCK_STREAM, 0o600)
        self.control.listen(8)
        self.selector.register(self.control, selectors.EVENT_READ)

    def bind(self, name, kind, mode):
        path = self.folder / name
        path.unlink(missing_ok=True)
        # Non-blocking: a nested turn may have read what select() announced.
        s = socket.socket(
            socket.AF_UNIX, kind | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK
        )
        s.bind(str(path))
        path.chmod(mode)
        return s

    def make_services(self):
        run = [SERVERS, "run", self.state["servers"], self.folder]
        inside = "/lab" if self.state["how"] != "installed" else self.folder
        yield Service(
            "dovecot",
            [*run, "/usr/sbin/dovecot", "-F", "-c",
             f"{inside}/mail/dovecot.conf"],
        )  # fmt: skip
        yield Service(
            "exim",
            [*run, "/usr/sbin/exim4", "-C", f"{inside}/mail/exim.conf",
             "-bdf", "-q1s"],
        )  # fmt: skip
        if self.state["executor"] != "ca":
            yield Service(
                "portal",
                [sys.executable, HERE / "portal.py", self.folder,
                 self.state["ports"]["portal"]],
            )  # fmt: skip
        if not self.state["loket"]:
            return
        app = self.state["app"]
        env = {
            "LOKET_LIBEXEC": app,
            "LOKET_CLOCK": str(self.folder / "clock"),
        }
        for name, argv in (
            ("ca", conf.ca_command(app, self.folder)),
            ("loketd", conf.loketd_command(app, self.folder)),
        ):
            more = {
                "NOTIFY_SOCKET": str(self.folder / f"notify-{name}.sock"),
                "WATCHDOG_USEC": "10000000",
                **self.preload(self.folder / {"loketd": "data"}.get(name, name)),
            }
            yield Service(name, argv, True, True, {**env, **more})

    def preload(self, folder):
        """What makes the disk with this folder fill up (full_disk.py)."""
        if not self.state.get("preload"):
            return {}
        options = os.environ.get("ASAN_OPTIONS", "")
        return {"LD_PRELOAD": self.state["preload"],
                "LOKET_FULL_DISK": str(folder),
                "ASAN_OPTIONS": f"{options}:verify_asan_link_order=0".lstrip(":")}  # fmt: skip

    # -- starting and stopping

    def is_ready(self, name):
        if not self.services[name].alive():
            return False
        ports = self.state["ports"]
        if name == "dovecot":
            return answers(ports["imap"]) and answers(ports["lmtp"])
        if name == "exim":
            return connects(ports["smtps"])
        if name == "portal":
            return connects(ports["portal"])
        return self.heard(name)["ready"]

    def heard(self, name):
        """What the service has told over its notify socket."""
        return self.notified.setdefault(
            name, {"ready": False, "status": "", "watchdog": 0}
        )

    def start(self, names):
        for name in names:
            service = self.services[name]
            if service.alive():
                continue
            self.notified.pop(name, None)
            service.crashes = 0
            service.start(self.folder)
        for name in names:
            self.wait_until(
                lambda name=name: self.is_ready(name)
                or not self.still_coming(name),
                START_SEC,
            )
            if not self.is_ready(name):
                raise LabError(
                    f"{name} did not become ready; the end of its log:\n"
                    + tail(self.folder / "log" / f"{name}.log")
                )

    def still_coming(self, name):
        """False when starting `name` has failed for good."""
        service = self.services[name]
        return service.alive() or (service.restart and service.crashes < 3)

    def stop(self, names):
        for name in names:
            service = self.services[name]
            service.wanted = False
            if service.alive():
                service.process.terminate()
        for name in names:
            service = self.services[name]
            self.wait_until(lambda s=service: not s.alive(), STOP_SEC)
            if service.alive():
                print(f"lab: {name} ignored TERM", flush=True)
                service.process.kill()
                service.process.wait()
            self.notified.pop(name, None)

    def leftovers(self):
        """Processes of groups whose leader we started and stopped."""
        groups = {
            g
            for s in self.services.values()
            for g in s.groups
            if not (s.alive() and s.process.pid == g)
        }
        found = []
        for pid in all_pids():
            fields = process_stat(pid)
            if fields and int(fields[2]) in groups:
                found.append(pid)
        return found

    def shut_down(self):
        for name in ("loketd", "ca"):
            if name in self.services:
                self.stop([name])
        # Nobody will read these mailboxes again; Dovecot's own farewell takes
        # a second.
        for name in ("exim", "dovecot", "portal"):
            if name not in self.services:
                continue
            service = self.services[name]
            service.wanted = False
            if service.alive():
                os.killpg(service.process.pid, signal.SIGKILL)
                service.process.wait()
        self.wait_until(lambda: not self.leftovers(), DEATH_SEC)
        left = [(pid, " ".join(process_words(pid))) for pid in self.leftovers()]
        for pid, _ in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.done = True
        return left

    # -- one turn of the loop

    def wait_until(self, condition, seconds):
        end = time.monotonic() + seconds
        while not condition() and time.monotonic() < end:
            self.turn(nested=True)

    def turn(self, nested=False):
        for key, _ in self.selector.select(0.01 if nested else 0.05):
            if key.fileobj in self.notify:
                self.read_notify(key.fileobj)
            elif not nested:
                self.on_control()
        for service in self.services.values():
            self.look_after(service)
        bury_orphans({s.process.pid for s in self.services.values()
                      if s.process})  # fmt: skip
        if self.owner:
            fields = process_stat(self.owner[0])
            if fields is None or fields[19] != self.owner[1]:
                self.owner = None
                print("lab: the owner is gone", flush=True)
                self.shut_down()

    def look_after(self, service):
        if service.process is None or service.alive():
            return
        now = time.monotonic()
        if service.wanted and service.next_start == 0:
            code = service.process.returncode
            print(f"lab: {service.name} ended with {code}", flush=True)
            service.crashes += 1
            self.notified.pop(service.name, None)
            delay = min(0.1 * 2 ** (service.crashes - 1), 5)
            service.next_start = now + delay
        if not (service.wanted and service.restart):
            service.next_start = 0 if not service.wanted else 1e18
        elif now >= service.next_start:
            service.next_start = 0
            service.start(self.folder)

    def read_notify(self, s):
        """sd_notify(3)."""
        try:
            text = s.recv(4096).decode(errors="replace")
        except BlockingIOError:
            return
        heard = self.heard(self.notify[s])
        for line in text.splitlines():
            if line == "READY=1":
                heard["ready"] = True
            elif line.startswith("STATUS="):
                heard["status"] = line[7:]
            elif line == "WATCHDOG=1":
                heard["watchdog"] += 1

    # -- what the commands ask for

    def on_control(self):
        try:
            client, _ = self.control.accept()
        except BlockingIOError:
            return
        with client:
            client.settimeout(5)
            try:
                request = json.loads(client.makefile("rb").readline(65536))
                answer = self.serve(request)
            except LabError as e:
                answer = {"error": str(e)}
            except (ValueError, OSError, KeyError) as e:
                answer = {"error": f"bad request: {e!r}"}
            try:
                client.settimeout(5)
                client.sendall(json.dumps(answer).encode() + b"\n")
            except OSError:
                pass

    def serve(self, request):
        what = request.get("what")
        if request["do"] == "status":
            return self.describe()
        if request["do"] == "start":
            self.start(self.named(what))
        elif request["do"] == "stop":
            self.stop(self.named(what)[::-1])
        elif request["do"] == "kill":
            return {"killed": self.kill(what)}
        elif request["do"] == "down":
            return {"left": self.shut_down(), "supervisor": os.getpid()}
        else:
            raise LabError(f"unknown request {request['do']}")
        return {}

    def named(self, what):
        names = {"loket": ["ca", "loketd"]}.get(what, [what])
        for name in names:
            if name not in self.services:
                raise LabError(
                    f"there is no '{what}' to start or stop; there are: "
                    + ", ".join(self.services)
                    + (", loket" if self.state["loket"] else "")
                )
        return names

    def pids(self):
        """Who runs, by the names that `kill` takes."""
        found = {n: s.process.pid for n, s in self.services.items() if s.alive()}
        if "loketd" in found:
            for pid in all_pids():
                fields = process_stat(pid)
                if fields and int(fields[1]) == found["loketd"]:
                    name = conf.program_name(process_words(pid))
                    if name:
                        found[name] = pid
        return found

    def kill(self, what):
        self.wait_until(lambda: what in self.pids(), DEATH_SEC)
        pid = self.pids().get(what)
        if pid is None:
            raise LabError(
                f"'{what}' does not run; running: " + ", ".join(self.pids())
            )
        os.kill(pid, signal.SIGKILL)
        self.wait_until(lambda: process_stat(pid) is None, DEATH_SEC)
        return pid

    def describe(self):
        return {
            "pids": self.pids(),
            "notified": self.notified,
            "crashes": {n: s.crashes for n, s in self.services.items()},
            "clock": clock_now(self.folder).isoformat(timespec="seconds"),
            "left": self.leftovers(),
        }


def tail(path, lines=15):
    try:
        return "\n".join(
            path.read_text(errors="replace").splitlines()[-lines:]
        )
    except OSError:
        return "(empty)"


def connects(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def answers(port):
    """True when the server behind the port greets."""
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as s:
            s.settimeout(2)
            return bool(s.recv(16))
    except OSError:
        return False


def watch(folder, writer, owner):
    """The supervisor's life.  Says "ready" on the pipe, or what failed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    adopt_orphans()
    supervisor = Supervisor(folder, owner)
    signal.signal(signal.SIGTERM, lambda *_: supervisor.shut_down())
    with os.fdopen(writer, "w") as pipe:
        try:
            supervisor.start([n for n in ("dovecot", "exim", "portal")
                              if n in supervisor.services])  # fmt: skip
            if supervisor.state["loket"] and not supervisor.state["hold"]:
                supervisor.start(["ca", "loketd"])
        except Exception as e:
            supervisor.shut_down()
            pipe.write(str(e))
            raise SystemExit(1) from None
        pipe.write("ready")
    while not supervisor.done:
        supervisor.turn()


# ---- asking the supervisor -------------------------------------------------


def load(folder):
    try:
        return json.loads((folder / "lab.json").read_text())
    except FileNotFoundError:
        raise LabError(f"no office in {folder}: `office up {folder}`") from None


def ask(folder, timeout=240, **request):
    """One request to the supervisor of DIR; its answer."""
    load(folder)
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(timeout)
        try:
            s.connect(str(folder / "lab.sock"))
        except (FileNotFoundError, ConnectionRefusedError):
            raise LabError(f"the office in {folder} does not run") from None
        s.sendall(json.dumps(request).encode() + b"\n")
        answer = json.loads(s.makefile("rb").readline() or b'{"error":"?"}')
    if "error" in answer:
        raise LabError(answer["error"])
    return answer


def start(folder, what):
    ask(folder, do="start", what=what)
    if what == "loket":
        first_steps(folder)


def down(folder):
    """Stops everything and forgets lab.json; the files stay."""
    answer = ask(folder, do="down")
    left, supervisor = answer["left"], answer["supervisor"]
    end = time.monotonic() + DEATH_SEC
    while process_stat(supervisor) and time.monotonic() < end:
        time.sleep(0.01)
    if process_stat(supervisor):
        left.append((supervisor, "the supervisor"))
    (folder / "lab.json").rename(folder / "lab.json.down")
    return left
