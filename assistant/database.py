"""SQLite files that hold what people said: nobody but their owner reads them."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path


def private(path: Path) -> Path:
    """`path` as a file that its owner alone reads, made when missing; what SQLite lays beside it has its rights."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    with suppress(OSError):  # not everybody who may write a file may change its rights
        os.chmod(path, 0o600)
    return path


def opened(path: Path) -> sqlite3.Connection:
    """The private database at `path`, with a log beside it (WAL), for any thread, each statement for itself."""
    private(path)
    db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=10)
    db.row_factory = sqlite3.Row
    db.execute("PRAGMA journal_mode=WAL")
    return db
