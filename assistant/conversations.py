"""What people thought of answers, kept in SQLite in the home (`conversations.db`). Times are Unix seconds."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from contextlib import suppress
from dataclasses import astuple, dataclass, fields
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS feedback (
  answer TEXT NOT NULL, person TEXT NOT NULL, face TEXT NOT NULL, question TEXT NOT NULL, text TEXT NOT NULL,
  model TEXT NOT NULL, helpful INTEGER NOT NULL, reason TEXT NOT NULL, comment TEXT NOT NULL, at REAL NOT NULL,
  PRIMARY KEY (answer, person)
)
"""


@dataclass(frozen=True, slots=True)
class Feedback:
    """One person's opinion of one answer; `answer` and `person` are the face's own ids of them."""

    answer: str
    person: str
    face: str
    question: str
    text: str
    model: str
    helpful: bool
    reason: str = ""
    comment: str = ""
    at: float = 0.0


class Conversations:
    """The database. Safe to use from several threads and processes."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        path = home / "conversations.db"
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=10)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute(_SCHEMA)
        with suppress(OSError):
            os.chmod(path, 0o600)

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._db.close()

    def judge(self, feedback: Feedback) -> None:
        """Keep an opinion; a person's later one of the same answer takes the place of the earlier."""
        values = list(astuple(feedback))
        values[-1] = feedback.at or time.time()
        holes = ", ".join("?" * len(values))
        with self._lock:
            self._db.execute(f"INSERT OR REPLACE INTO feedback VALUES ({holes})", values)

    def feedback(self) -> list[Feedback]:
        """Every opinion, newest first."""
        names = ", ".join(field.name for field in fields(Feedback))
        with self._lock:
            rows = self._db.execute(f"SELECT {names} FROM feedback ORDER BY at DESC").fetchall()
        return [Feedback(**dict(row) | {"helpful": bool(row["helpful"])}) for row in rows]
