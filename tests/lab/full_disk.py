# SPDX-License-Identifier: GPL-3.0-or-later
"""A disk that is full when a story says so, for root and everybody else.

    library = full_disk.build(folder)      # or None: there is no compiler
    make_office(preload=library)
    disk = full_disk.Disk(office.dir / "data")     # the engine's; "ca": the CA's
    disk.fill()          # no byte more
    disk.fill(2 << 20)   # two megabytes are left
    disk.empty()
"""

import os
import shutil
import subprocess
from pathlib import Path

SOURCE = Path(__file__).resolve().parent / "full_disk.c"


def build(folder):
    """full_disk.c as a library that LD_PRELOAD takes, in `folder`."""
    compiler = shutil.which(os.environ.get("CC", "cc")) or shutil.which("gcc")
    if compiler is None:
        return None
    library = folder / "full_disk.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, SOURCE], check=True)
    library.chmod(0o755)
    return library


class Disk:
    def __init__(self, folder):
        self.mark = Path(f"{folder}.full")

    def fill(self, free=0):
        new = Path(f"{self.mark}.new")
        new.write_text(str(free))
        new.chmod(0o644)
        new.rename(self.mark)

    def empty(self):
        self.mark.unlink()
