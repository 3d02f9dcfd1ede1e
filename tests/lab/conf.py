# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's configuration of Loket, and how its programs are started.

The only file of the lab that knows Loket's command lines, file names and
configuration keys.
"""

import os
from pathlib import Path


def write(folder, examples, state, options):
    """Writes DIR/conf from the examples the repository ships."""


def ca_command(app, folder):
    return [f"{app}/loket-ca", "--config", folder / "conf"]


def loketd_command(app, folder):
    return [f"{app}/loketd", "--config", folder / "conf"]


def program_name(words):
    """What `kill` calls the program with this command line, or None."""
    if not words:
        return None
    name = Path(words[0]).name
    rest = " ".join(words[1:])
    if name == "loket-engine":
        return "engine"
    if name == "loket-net":
        return "out" if "out" in rest else "imap"
    if name == "loket-parser":
        return "document-parser" if "document" in rest else "mail-parser"
    return None


def loketctl_command(app, folder):
    return [f"{app}/loketctl", "--config", str(folder / "conf")]


def case_rows(answer):
    """The rows of `loketctl case list --json`, oldest first."""
    rows = answer["cases"] if isinstance(answer, dict) else answer
    return sorted(rows, key=lambda row: row["number"])
