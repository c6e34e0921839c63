"""The folder that holds everything: reports, what people said, the index. Nobody but its owner looks into it."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path


def make_home(home: Path) -> None:
    """Make the folder where it is missing, closed to everybody else (0700), and close one that was open.

    Another user's folder stays as it is, and so do one that all may write to (sticky) and those above the home.
    Raises `OSError` where it cannot be made.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(OSError):  # a file system may know no rights
        found = home.stat()
        mode = stat.S_IMODE(found.st_mode)
        if _mine(found) and mode & 0o077 and not mode & stat.S_ISVTX:
            home.chmod(mode & ~0o077)


def _mine(found: os.stat_result) -> bool:
    """Whether a folder is this user's; where users have no numbers there is nothing to close."""
    return hasattr(os, "geteuid") and found.st_uid == os.geteuid()
