# SPDX-License-Identifier: GPL-3.0-or-later
"""./bootstrap on somebody's own machine: what it asks of apt, and what it
refuses.  apt-get, dpkg-query and id are stand-ins that write down how they
were called; nothing is installed."""

import os
import pathlib
import shutil
import subprocess

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]

APT = """#!/bin/sh
echo "apt-get $*" >> "$FAKE/calls"
case " $* " in
*" update "*) touch "$FAKE/updated" ;;
*" --simulate "*)
    if [ -f "$FAKE/unknown" ] && [ ! -f "$FAKE/updated" ]; then
        echo "E: Unable to locate package autoconf"; exit 100
    fi
    cat "$FAKE/plan" ;;
*" install "*) touch "$FAKE/installed" ;;
esac
"""
DPKG_QUERY = """#!/bin/sh
for last; do :; done
[ -f "$FAKE/installed" ] && { echo 'ii '; exit 0; }
[ "$last" = autoconf ] && { echo 'un '; exit 0; }
echo 'ii '
"""
ROOT = '#!/bin/sh\necho "${FAKE_UID-0}"\n'
STOP = "#!/bin/sh\necho reached-the-build; exit 1\n"


@pytest.fixture
def machine(tmp_path):
    """A copy of bootstrap whose machine lacks autoconf."""
    top = tmp_path / "loket"
    top.mkdir()
    for name in ("bootstrap", "build-packages"):
        shutil.copy(TOP / name, top / name)
    shims = tmp_path / "bin"
    shims.mkdir()
    for name, text in (("apt-get", APT), ("dpkg-query", DPKG_QUERY),
                       ("id", ROOT), ("autoreconf", STOP)):  # fmt: skip
        (shims / name).write_text(text)
        (shims / name).chmod(0o755)
    (tmp_path / "plan").write_text("Inst autoconf (2.71-3 Debian [all])\n")
    # No sudo in sight: only what bootstrap needs.
    for tool in ("sh", "sed", "tr", "cat", "dirname", "touch", "nproc", "env"):
        (shims / tool).symlink_to(shutil.which(tool, path="/usr/bin:/bin"))

    def run(*words, **env):
        (tmp_path / "calls").write_text("")
        done = subprocess.run(
            [top / "bootstrap", *words], stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=False, timeout=30,
            env={"PATH": str(shims), "FAKE": str(tmp_path), **env},
        )  # fmt: skip
        return done, (tmp_path / "calls").read_text().splitlines()

    run.folder = tmp_path
    return run


def installs(calls):
    return [c for c in calls if " install " in c and "--simulate" not in c]


def test_names_what_is_missing_and_waits_for_a_yes(machine):
    done, calls = machine()
    assert done.returncode == 1
    assert "    autoconf\n" in done.stdout
    assert "--yes" in done.stderr
    assert not installs(calls)


def test_yes_installs_after_a_simulation(machine):
    done, calls = machine("--yes")
    assert "reached-the-build" in done.stdout
    assert "--simulate" in calls[0]
    (install,) = installs(calls)
    assert install.endswith(" autoconf")
    assert "--no-remove" in install and "--no-install-recommends" in install


def test_stops_when_something_would_be_removed(machine):
    plan = machine.folder / "plan"
    plan.write_text(plan.read_text() + "Remv libcurl4-openssl-dev [7.88]\n")
    done, calls = machine("--yes", "check")
    assert done.returncode == 1
    assert "libcurl4-openssl-dev" in done.stderr and "REMOVE" in done.stderr
    assert not installs(calls)


def test_updates_the_lists_when_a_package_is_unknown(machine):
    (machine.folder / "unknown").touch()
    done, calls = machine("--yes")
    assert "reached-the-build" in done.stdout
    assert [c for c in calls if " update" in c]
    assert len(installs(calls)) == 1


def test_says_what_root_must_run_where_there_is_no_sudo(machine):
    done, calls = machine("--yes", FAKE_UID="1000")
    assert done.returncode == 1
    assert "as root run:" in done.stderr and "autoconf" in done.stderr
    assert not installs(calls)


def test_needs_no_root_when_nothing_is_missing(machine):
    (machine.folder / "installed").touch()
    done, calls = machine(FAKE_UID="1000")
    assert "reached-the-build" in done.stdout
    assert calls == []


def test_help_and_wrong_use(machine):
    done, calls = machine("--help")
    assert done.returncode == 0 and "usage:" in done.stdout
    for words in (["fly"], ["ams"], ["check", "ams"]):
        done, _ = machine(*words)
        assert done.returncode == 100
    done, _ = machine("--yes", "demo", "ams")
    assert "reached-the-build" in done.stdout
    assert os.listdir(machine.folder / "loket") != [] and calls == []
