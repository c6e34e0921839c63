"""The folder that holds everything: reports, what people said, the index. Nobody but its owner looks into it."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def make_home(home: Path) -> None:
    """Make the folder where it is missing, closed to everybody else (0700). One that is there keeps its rights: a
    server and a bot of two users may share it. Raises `OSError` where it cannot be made.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)


def is_open(home: Path) -> bool:
    """Whether other users of the machine can look into a home; never where users have no numbers."""
    try:
        found = home.stat()
    except OSError:
        return False
    return hasattr(os, "geteuid") and bool(stat.S_IMODE(found.st_mode) & 0o005)
