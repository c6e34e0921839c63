"""Conversations and what people thought of answers, kept in SQLite in the home (`conversations.db`).

Every conversation has an owner, and every question asked here names one: nothing of another owner is found.
A conversation that was deleted can be brought back for `UNDO` seconds; then its words are gone from the disk,
too, together with the opinions about it. Times are Unix seconds.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

from assistant import database

UNDO = 30.0
"""Seconds for which a deleted conversation can be brought back."""
LONGEST_TITLE = 80
_DAY = 86400.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS feedback (
  answer TEXT NOT NULL, person TEXT NOT NULL, face TEXT NOT NULL, question TEXT NOT NULL, text TEXT NOT NULL,
  model TEXT NOT NULL, helpful INTEGER NOT NULL, reason TEXT NOT NULL, comment TEXT NOT NULL, at REAL NOT NULL,
  PRIMARY KEY (answer, person)
);
CREATE TABLE IF NOT EXISTS conversations (
  owner TEXT NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL, begun REAL NOT NULL, changed REAL NOT NULL,
  deleted REAL NOT NULL DEFAULT 0, PRIMARY KEY (owner, id)
);
CREATE TABLE IF NOT EXISTS turns (
  owner TEXT NOT NULL, conversation TEXT NOT NULL, id TEXT NOT NULL, place INTEGER NOT NULL,
  question TEXT NOT NULL, record TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (owner, conversation, id)
);
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


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation in a list; its title is its first question until somebody names it."""

    id: str
    title: str
    begun: float
    changed: float
    turns: int


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question of a conversation and the record of what became of it, as its face wrote it."""

    id: str
    question: str
    record: dict[str, Any]


class Conversations:
    """The database. Safe to use from several threads and processes."""

    def __init__(self, home: Path, keep_days: int = 0) -> None:
        """What is older than `keep_days` is deleted; 0 keeps everything until somebody deletes it."""
        self._keep = keep_days * _DAY
        self._lock = threading.RLock()
        self._db = database.opened(home / "conversations.db", _SCHEMA)
        self._db.execute("PRAGMA secure_delete=ON")

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._db.close()

    # Opinions

    def judge(self, feedback: Feedback) -> None:
        """Keep an opinion; a person's later one of the same answer takes the place of the earlier."""
        values = list(astuple(feedback))
        values[-1] = feedback.at or time.time()
        holes = ", ".join("?" * len(values))
        self._run(f"INSERT OR REPLACE INTO feedback VALUES ({holes})", *values)

    def feedback(self, person: str | None = None) -> list[Feedback]:
        """Every opinion, or those of one person, newest first."""
        names = ", ".join(field.name for field in fields(Feedback))
        rows = self._run(
            f"SELECT {names} FROM feedback WHERE person = ? OR ? IS NULL ORDER BY at DESC", person, person
        )
        return [Feedback(**dict(row) | {"helpful": bool(row["helpful"])}) for row in rows]

    # Conversations

    def of(self, owner: str, search: str = "") -> list[Conversation]:
        """The owner's conversations, the last changed first; `search` looks in titles, questions and answers."""
        self.purge()
        wanted = f"%{search.strip().translate(_LIKE)}%"
        rows = self._run(
            "SELECT id, title, begun, changed, (SELECT COUNT(*) FROM turns t WHERE t.owner = c.owner AND "
            "t.conversation = c.id) turns FROM conversations c WHERE owner = ? AND deleted = 0 AND "
            "(title LIKE ? ESCAPE '~' OR EXISTS (SELECT 1 FROM turns t WHERE t.owner = c.owner AND "
            "t.conversation = c.id AND (question LIKE ? ESCAPE '~' OR "
            "json_extract(record, '$.text') LIKE ? ESCAPE '~'))) ORDER BY changed DESC",
            owner, wanted, wanted, wanted,
        )  # fmt: skip
        return [Conversation(**dict(row)) for row in rows]

    def exchanges(self, owner: str, id: str) -> list[Exchange]:
        """The questions of one conversation in order; none for one that is deleted or not the owner's."""
        rows = self._run(
            "SELECT t.id, question, record FROM turns t JOIN conversations c ON c.owner = t.owner AND "
            "c.id = t.conversation WHERE t.owner = ? AND c.id = ? AND deleted = 0 ORDER BY place",
            owner, id,
        )  # fmt: skip
        return [Exchange(row["id"], row["question"], json.loads(row["record"])) for row in rows]

    def exchange(self, owner: str, id: str, turn: str) -> Exchange | None:
        """One question of a conversation."""
        return next((one for one in self.exchanges(owner, id) if one.id == turn), None)

    def put(self, owner: str, id: str, exchange: Exchange, instead_of: str | None = None) -> None:
        """Write a question and its record into a conversation, which begins with its first question.

        `record["text"]` is what a search looks at. With `instead_of` the question takes the place of that
        one, and those after it are gone. Writing a question again replaces its record.
        """
        now = time.time()
        record = json.dumps(exchange.record, ensure_ascii=False)
        with self._together():
            self._run(
                "INSERT INTO conversations (owner, id, title, begun, changed) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT DO UPDATE SET changed = excluded.changed",
                owner, id, titled(exchange.question), now, now,
            )  # fmt: skip
            self._run(
                "INSERT INTO turns SELECT ?, ?, ?, COALESCE(MAX(place), 0) + 1, ?, ?, ? FROM turns "
                "WHERE owner = ? AND conversation = ? ON CONFLICT DO UPDATE SET record = excluded.record",
                owner, id, exchange.id, exchange.question, record, now, owner, id,
            )  # fmt: skip
            if instead_of and instead_of != exchange.id:
                self._run(
                    "DELETE FROM turns WHERE owner = ?1 AND conversation = ?2 AND id != ?3 AND place >= "
                    "(SELECT place FROM turns WHERE owner = ?1 AND conversation = ?2 AND id = ?4)",
                    owner, id, exchange.id, instead_of,
                )  # fmt: skip

    def drop(self, owner: str, id: str, turn: str) -> None:
        """Take a question back; a conversation without any is gone."""
        with self._together():
            self._run("DELETE FROM turns WHERE owner = ? AND conversation = ? AND id = ?", owner, id, turn)
            self._run(
                "DELETE FROM conversations WHERE owner = ?1 AND id = ?2 AND NOT EXISTS "
                "(SELECT 1 FROM turns WHERE owner = ?1 AND conversation = ?2)",
                owner, id,
            )  # fmt: skip

    def rename(self, owner: str, id: str, title: str) -> bool:
        """Name a conversation; False when there is none, or the name is empty."""
        name = titled(title)
        sql = "UPDATE conversations SET title = ? WHERE owner = ? AND id = ? AND deleted = 0 RETURNING id"
        return bool(name and self._run(sql, name, owner, id))

    def delete(self, owner: str, id: str) -> bool:
        """Delete a conversation; `restore` brings it back for `UNDO` seconds. False when there is none."""
        sql = "UPDATE conversations SET deleted = ? WHERE owner = ? AND id = ? AND deleted = 0 RETURNING id"
        return bool(self._run(sql, time.time(), owner, id))

    def restore(self, owner: str, id: str) -> bool:
        """Bring a deleted conversation back; False when it is gone for good."""
        self.purge()
        sql = "UPDATE conversations SET deleted = 0 WHERE owner = ? AND id = ? AND deleted > 0 RETURNING id"
        return bool(self._run(sql, owner, id))

    def purge(self, undo: float = UNDO) -> int:
        """Remove from the disk what was deleted `undo` seconds ago or is too old; how many conversations."""
        now = time.time()
        too_old = now - self._keep if self._keep else 0.0
        sql = "SELECT owner, id FROM conversations WHERE (deleted > 0 AND deleted <= ?) OR changed < ?"
        gone = self._run(sql, now - undo, too_old)
        if not gone:
            return 0
        with self._together():
            for owner, id in gone:
                self._run(
                    "DELETE FROM feedback WHERE person = ?1 AND answer IN "
                    "(SELECT id FROM turns WHERE owner = ?1 AND conversation = ?2)",
                    owner, id,
                )  # fmt: skip
                self._run("DELETE FROM turns WHERE owner = ? AND conversation = ?", owner, id)
                self._run("DELETE FROM conversations WHERE owner = ? AND id = ?", owner, id)
        self._run("PRAGMA wal_checkpoint(TRUNCATE)")
        return len(gone)

    def _run(self, sql: str, *values: object) -> list[sqlite3.Row]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    @contextmanager
    def _together(self) -> Iterator[None]:
        """All of it or nothing."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise


_LIKE = str.maketrans({"~": "~~", "%": "~%", "_": "~_"})


def titled(words: str) -> str:
    """A title of one line."""
    line = " ".join(words.split())
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1].rstrip() + "…"
