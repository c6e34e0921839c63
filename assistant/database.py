"""SQLite files that hold what people said: nobody but their owner reads them."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from vectorstore.errors import LibraryBroken

FILES = ("conversations.db", "slack.db", "slack-installations.db")
"""What lies in a home beside the library; each is there once it was needed."""


def private(path: Path) -> Path:
    """`path` as a file that its owner alone reads, made when missing; what SQLite lays beside it has its rights."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    with suppress(OSError):  # not everybody who may write a file may change its rights
        os.chmod(path, 0o600)
    return path


def opened(path: Path, schema: str) -> sqlite3.Connection:
    """The private database at `path`, with a log beside it (WAL), for any thread, each statement for itself.

    Raises `LibraryBroken` naming the file when it cannot be used.
    """
    private(path)
    db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=10)
    db.row_factory = sqlite3.Row
    with named(path):
        db.execute("PRAGMA journal_mode=WAL")
        db.executescript(schema)
    return db


@contextmanager
def named(path: Path) -> Iterator[None]:
    """What SQLite raises here says which file it is about, and what to do."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise LibraryBroken(f"{path} cannot be used now ({error}); see who else uses it, and the disk") from None
    except sqlite3.DatabaseError as error:
        raise LibraryBroken(damaged(path, str(error))) from None


def damaged(path: Path, why: str) -> str:
    """The sentence about a database that cannot be read any more."""
    return f"{path} is damaged ({why}); put a copy of it back, or move it away, and a new one is begun"


def fault(path: Path) -> str | None:
    """What is wrong with the database at `path`, which is only read; None when it is sound or not there."""
    if not path.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=10)) as db:
            (said,) = db.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        said = str(error)
    return None if said == "ok" else damaged(path, " ".join(str(said).split()))
