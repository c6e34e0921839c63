"""The database of one home: its schema, a connection for each thread, transactions, the manifest."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vectorstore.errors import LibraryBroken, WenjuError, disk_full

_VERSION = "1"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS reports(
  key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, state TEXT NOT NULL, segment TEXT NOT NULL,
  source TEXT NOT NULL, path TEXT NOT NULL, format TEXT NOT NULL, sha256 TEXT NOT NULL, title TEXT NOT NULL,
  publisher TEXT, date TEXT, lang TEXT NOT NULL, pages TEXT NOT NULL, characters INTEGER NOT NULL,
  passages INTEGER NOT NULL, added TEXT NOT NULL, text BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS reports_id ON reports(id, state);
CREATE TABLE IF NOT EXISTS passages(
  id INTEGER PRIMARY KEY AUTOINCREMENT, report INTEGER NOT NULL REFERENCES reports(key) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, page INTEGER, page_end INTEGER,
  kind TEXT NOT NULL, heading TEXT NOT NULL, clean TEXT NOT NULL, offsets BLOB NOT NULL, hash TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS passages_report ON passages(report, ordinal);
CREATE TABLE IF NOT EXISTS vectors(hash TEXT NOT NULL, embedder TEXT NOT NULL, vector BLOB NOT NULL,
  PRIMARY KEY(hash, embedder)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS words(hash TEXT PRIMARY KEY, words BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS segments(id TEXT PRIMARY KEY, state TEXT NOT NULL, passages INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS edits(report TEXT NOT NULL, name TEXT NOT NULL, value TEXT, PRIMARY KEY(report, name))
  WITHOUT ROWID;
"""


class Database:
    """A connection for each thread, transactions, and the manifest. One process at a time may write."""

    def __init__(self, path: Path) -> None:
        """Open or create the database; raises `LibraryBroken` when the file is not ours."""
        self._path = path
        self._local = threading.local()
        try:
            self.db.executescript(_SCHEMA)
            with self.writing() as db:
                db.execute(
                    "INSERT OR IGNORE INTO meta VALUES('version', ?), ('generation', '0')", (_VERSION,)
                )
        except sqlite3.DatabaseError as error:
            raise _broken(path, error) from None
        if self.meta("version") != _VERSION:
            raise LibraryBroken(
                f"{path} was written by another version of Wenju; index the reports into a new home"
            )

    @property
    def db(self) -> sqlite3.Connection:
        """The connection of this thread."""
        if not hasattr(self._local, "db"):
            db = sqlite3.connect(self._path, timeout=30, isolation_level=None)
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=NORMAL")
            db.execute("PRAGMA foreign_keys=ON")
            self._local.db = db
        connection: sqlite3.Connection = self._local.db
        return connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it, or nothing. A full disk raises one clear sentence."""
        db = self.db
        try:
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.execute("COMMIT")
        except BaseException as error:
            if db.in_transaction:
                db.execute("ROLLBACK")
            if isinstance(error, sqlite3.OperationalError) and "full" in str(error):
                raise disk_full(self._path.parent) from None
            raise

    def meta(self, key: str) -> str | None:
        """A value of the manifest."""
        row = self.db.execute("SELECT value FROM meta WHERE key=?", (key,)).fetchone()
        return str(row[0]) if row else None

    def set_meta(self, key: str, value: str) -> None:
        """Set a value of the manifest."""
        with self.writing() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES(?, ?)", (key, value))

    @property
    def generation(self) -> int:
        """Rises with every change that readers must see."""
        return int(self.meta("generation") or 0)


def raise_generation(db: sqlite3.Connection) -> None:
    """Let readers see, within this transaction, that something changed."""
    db.execute("UPDATE meta SET value=CAST(value AS INTEGER)+1 WHERE key='generation'")


def _broken(path: Path, error: sqlite3.DatabaseError) -> WenjuError:
    if "full" in str(error):
        return disk_full(path.parent)
    return LibraryBroken(f"{path} cannot be used as Wenju's database ({error}); name another home")
