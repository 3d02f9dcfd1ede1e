#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast is the window?  `make bench` runs this.

Each part is a module that says what it measures: intake, cases, signing.
Figures are what one C program does alone: a row of FIGURES each.

Everything is measured BENCH_RUNS times (3), beside its floor in the same run;
medians count.  Prints tables and writes bench.json into the build folder
(LOKET_BUILD).  BENCH_ONLY="signing figures" measures no more than these.
"""

import json
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

sys.dont_write_bytecode = True

import tools  # noqa: E402
import applications  # noqa: E402
import cases  # noqa: E402
import intake  # noqa: E402
import parsing  # noqa: E402
import replies  # noqa: E402
import signing  # noqa: E402
from tools import BUILD, BenchError, measure, rate, say  # noqa: E402

import box  # noqa: E402  isort: skip

RUNS = int(os.environ.get("BENCH_RUNS", "3"))


class Figure(NamedTuple):
    """What tests/bench/PROGRAM.c, named in local.mk, does alone: it prints
    {"count": N, "sec": S}.  {work} among its words is a folder to write in."""

    what: str  # one of what it counts
    command: str  # PROGRAM WORD...
    beside: str = ""  # the `what` of another row, to compare with


FIGURES = (
    Figure("commit of one row", "floor commit {work}/row-{run}.db 2000"),
    Figure("ten years, minute by minute", "calendar walk 1"),
    Figure("calendar sum of ten years", "calendar sum 50000", "ten years, minute by minute"),
    Figure("calendar add of ten years", "calendar add 50000", "ten years, minute by minute"),
    Figure("digest of a revision", "steps digest 200000"),
    Figure("step of a case", "steps way 20000", "digest of a revision"),
    Figure("next due timer, 100 cases", "timers next {work}/few-{run} 100 100000"),
    Figure("next due timer, 100,000 cases",
           "timers next {work}/many-{run} 100000 100000",
           "next due timer, 100 cases"),
    Figure("it fires, 100 cases", "timers fire {work}/few-fire-{run} 100 20000"),
    Figure("it fires, 100,000 cases",
           "timers fire {work}/many-fire-{run} 100000 20000",
           "it fires, 100 cases"),
)  # fmt: skip


class figures:
    """The table above, as one more part."""

    @staticmethod
    def run(work, runs):
        found = {}
        for f in FIGURES:
            words = [f.command.format(work=work, run=i).split() for i in range(runs)]
            rates = [rate(measure(*w)) for w in words]
            found[f.what] = {"per_sec": statistics.median(rates), "runs": rates}
        for f in FIGURES:
            if f.beside:
                found[f.what]["ratio"] = (
                    found[f.what]["per_sec"] / found[f.beside]["per_sec"])
        return found

    @staticmethod
    def show(found):
        print(f"{'':36}{'per second':>14}{'us each':>12}  beside")
        for f in FIGURES:
            r = found[f.what]
            beside = f"{r['ratio']:.2f} x {f.beside}" if f.beside else ""
            print(f"{f.what:36}{r['per_sec']:14,.0f}{1e6 / r['per_sec']:12.2f}"
                  f"  {beside}")  # fmt: skip
        print()


PARTS = {"intake": intake, "cases": cases, "signing": signing, "figures": figures,
         "replies": replies, "parsing": parsing}  # fmt: skip


def wanted():
    names = os.environ.get("BENCH_ONLY", " ".join(PARTS)).split()
    for name in names:
        if name not in PARTS:
            raise BenchError(f"BENCH_ONLY={name}: there are {', '.join(PARTS)}")
    return names


def applicants(names):
    return max((count for name, count in (("intake", intake.APPLICANTS),
                                          ("cases", cases.CASES),
                                          ("parsing", parsing.DISTINCT))
                if name in names), default=0)  # fmt: skip


def run(work):
    result = {"cores": os.cpu_count(), "load": os.getloadavg()[0], "run_count": RUNS}
    names = wanted()
    count = applicants(names)
    if count:
        say(f"making {count} applications")
        result["mail_bytes"] = round(applications.make(work, count))
    for name in names:
        say(f"{name}, {RUNS} times")
        result[name] = PARTS[name].run(work, RUNS)
    return result


def show(result):
    print(f"\n{result['cores']} cores, load {result['load']:.1f} at the start; "
          f"medians of {RUNS} runs", end="")  # fmt: skip
    if "mail_bytes" in result:
        print(f"; applications of {result['mail_bytes']} bytes", end="")
    print("\n")
    for name in wanted():
        PARTS[name].show(result[name])
    print(f"also in {BUILD}/bench.json")


def main():
    work = Path(tempfile.mkdtemp(prefix="loket-bench-"))
    work.chmod(0o755)
    keep = "BENCH_KEEP" in os.environ
    try:
        result = run(work)
    except (BenchError, box.LabError) as e:
        keep = True
        print(f"bench: {e}\nbench: what is left is in {work}", file=sys.stderr)
        return 1
    finally:
        if not keep:
            shutil.rmtree(work)
    (BUILD / "bench.json").write_text(json.dumps(result, indent=1) + "\n")
    show(result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
