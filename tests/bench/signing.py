# SPDX-License-Identifier: GPL-3.0-or-later
"""Orders a second: BENCH_ORDERS certificates (200) are revoked and issued
anew through a loket-ca of its own, beside two bare loops of the same calls of
OpenSSL without journal and socket (tests/bench/orders.c)."""

import os
import pwd
import statistics
import subprocess

import tools
from tools import BUILD, BenchError, measure, rate

import box  # isort: skip
import client  # isort: skip

ORDERS = int(os.environ.get("BENCH_ORDERS", "200"))


def make_authority(loket_ca, place):
    """A new CA in `place`: its folder and its passphrase's file."""
    place.mkdir()
    secret, folder = place / "passphrase", place / "ca"
    secret.write_text("kata sandi laboratorium\n")
    secret.chmod(0o400)
    tools.hand_over(place)
    done = subprocess.run(
        [loket_ca, "init", "--dir", folder, "--passphrase-file", secret,
         "--name", "CN=CA Tolok Ukur,C=ID"],
        capture_output=True, text=True, check=False, cwd="/", **tools.as_ordinary_user(),
    )  # fmt: skip
    if done.returncode != 0:
        raise BenchError(done.stderr.strip())
    # The bare loops run as whoever started the benchmark.
    os.chown(secret, os.getuid(), os.getgid())
    return folder, secret


def bare(step, folder, secret, count):
    """Pairs ("pair") or certificates ("issue") a second without Loket."""
    return rate(measure("orders", step, folder, secret, count))


def drive(loket_ca, place, folder, secret):
    """Pairs a second through the service."""
    path = place / "socket"
    tools.hand_over(place)
    with subprocess.Popen(
        [loket_ca, "--socket", path, "--dir", folder, "--passphrase-file", secret,
         "--daily-cap", "100000", "--engine-user", pwd.getpwuid(os.getuid()).pw_name],
        stderr=subprocess.DEVNULL, cwd="/", **tools.as_ordinary_user(),
    ) as service:  # fmt: skip
        try:
            client.wait_for(path.exists, 10, "loket-ca")
            return rate(measure("orders", "drive", path, ORDERS))
        finally:
            service.terminate()


def program(work):
    """loket-ca where an ordinary user can start it."""
    return box.stage_programs(work, BUILD) / "loket-ca"


def run(work, runs):
    """Each run with a CA of its own, whose list of revocations is empty."""
    loket_ca, rates = program(work), {"issue": [], "pair": [], "drive": []}
    for number in range(runs):
        folder, secret = make_authority(loket_ca, work / f"orders-{number}")
        for step in ("issue", "pair"):
            rates[step].append(bare(step, folder, secret, ORDERS))
        rates["drive"].append(
            drive(loket_ca, work / f"orders-{number}", folder, secret))  # fmt: skip
    median = {step: statistics.median(r) for step, r in rates.items()}
    return {
        "pairs": ORDERS,
        "pairs_per_sec": median["drive"],
        "orders_per_sec": 2 * median["drive"],
        "bare_issue_per_sec": median["issue"],
        "bare_pair_per_sec": median["pair"],
        "ratio_to_bare_issue": median["drive"] / median["issue"],
        "ratio_to_bare_pair": median["drive"] / median["pair"],
        "runs": rates,
    }


def show(r):
    print(f"{r['pairs']} certificates revoked and issued anew\n")
    tools.table("pair", [("bare: check + issue", r["bare_issue_per_sec"]),
                         ("bare: revoke + check + issue", r["bare_pair_per_sec"])],
                (f"loket-ca, {r['orders_per_sec']:.0f} orders/s",
                 r["pairs_per_sec"]))  # fmt: skip
