"""What was asked and what became of it, in SQLite in the home: the bot's memory across redeliveries and crashes.

A question is written down before Slack is told that it arrived, and the place of its answer before any
work; so a question is answered once, by whichever process comes to finish it. Times are Unix seconds.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

from assistant import database
from assistant.schema import Answer

AskState = Literal["open", "done", "refused", "failed", "withdrawn"]
KEPT = 30 * 86400.0
"""How long questions and answers stay on record, in seconds."""
WORTH = 6 * 3600.0
"""How old an unanswered question may be and still be answered after a restart, in seconds."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS asks (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, team TEXT NOT NULL, enterprise TEXT NOT NULL, channel TEXT NOT NULL,
  thread TEXT NOT NULL, ts TEXT NOT NULL, user TEXT NOT NULL, text TEXT NOT NULL, lang TEXT NOT NULL,
  response_url TEXT NOT NULL, state TEXT NOT NULL, begun INTEGER NOT NULL, posts TEXT NOT NULL,
  streaming INTEGER NOT NULL, at REAL NOT NULL, answer TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS asks_open ON asks (state) WHERE state = 'open';
CREATE INDEX IF NOT EXISTS asks_thread ON asks (channel, thread);
CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS owned (report TEXT NOT NULL, team TEXT NOT NULL, PRIMARY KEY (report, team));
"""


@dataclass(frozen=True, slots=True)
class Ask:
    """One question. `thread` is where the answer goes, `ts` the message that asks ("" for none).

    `posts` are the timestamps of the answer's messages so far; `begun` says that one may exist which is
    not among them; `streaming` that the first is still a native stream.
    """

    id: str
    kind: Literal["message", "command", "shortcut", "again"]
    team: str
    channel: str
    user: str
    text: str
    thread: str = ""
    ts: str = ""
    enterprise: str = ""
    lang: Literal["auto", "zh", "en"] = "auto"
    response_url: str = ""
    state: AskState = "open"
    begun: bool = False
    posts: tuple[str, ...] = ()
    streaming: bool = False
    at: float = 0.0

    @property
    def direct(self) -> bool:
        """Whether it was asked in a direct message."""
        return self.channel.startswith("D")


_COLUMNS = tuple(field.name for field in fields(Ask))


class Ledger:
    """The database. Safe to use from several threads of one process.

    Every change survives the end of the process, however it ends; what Slack is told was received survives a
    power failure, too.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._db = database.opened(path, _SCHEMA)
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._forget(time.time() - KEPT)

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._db.close()

    def _run(self, sql: str, *values: object) -> list[sqlite3.Row]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def _run_durably(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """As `_run`, and on the disk itself when it returns; that takes long enough to be kept for what needs it."""
        with self._lock:
            self._db.execute("PRAGMA synchronous=FULL")
            try:
                return self._db.execute(sql, values).fetchall()
            finally:
                self._db.execute("PRAGMA synchronous=NORMAL")

    def _forget(self, before: float) -> None:
        self._run("DELETE FROM asks WHERE at < ?", before)
        self._run("DELETE FROM seen WHERE at < ?", before)

    def first(self, id: str) -> bool:
        """Whether an event with this id comes for the first time; it is written down."""
        return bool(
            self._run_durably("INSERT OR IGNORE INTO seen VALUES (?, ?) RETURNING id", id, time.time())
        )

    def unsee(self, id: str) -> None:
        """Forget that an event was seen: what it asked for did not come about."""
        self._run("DELETE FROM seen WHERE id = ?", id)

    def add(self, ask: Ask) -> bool:
        """Write down a question; False when it is known already."""
        record = asdict(replace(ask, at=ask.at or time.time())) | {
            "posts": json.dumps(ask.posts),
            "answer": "",
        }
        names = ", ".join(record)
        holes = ", ".join("?" * len(record))
        sql = f"INSERT OR IGNORE INTO asks ({names}) VALUES ({holes}) RETURNING id"
        return bool(self._run_durably(sql, *record.values()))

    def ask(self, id: str) -> Ask | None:
        """A question as it stands now."""
        found = self._run("SELECT * FROM asks WHERE id = ?", id)
        return _ask(found[0]) if found else None

    def unfinished(self) -> list[Ask]:
        """What an earlier process left open, oldest first; what is too old to be of use is closed."""
        self._run("UPDATE asks SET state = 'failed' WHERE state = 'open' AND at < ?", time.time() - WORTH)
        return [_ask(row) for row in self._run("SELECT * FROM asks WHERE state = 'open' ORDER BY at")]

    def change(self, id: str, **values: object) -> None:
        """Set columns of a question."""
        if "posts" in values:
            values["posts"] = json.dumps(values["posts"])
        names = ", ".join(f"{name} = ?" for name in values)
        self._run(f"UPDATE asks SET {names} WHERE id = ?", *values.values(), id)

    def close_ask(self, id: str, state: AskState) -> None:
        """Nothing more is to be done; the question's words and its address for replies go."""
        self.change(id, state=state, begun=0, streaming=0, text="", response_url="")

    def answered(self, id: str, answer: Answer) -> None:
        """Keep an answer for the buttons below it, before it is delivered."""
        self.change(id, answer=json.dumps(answer.kept(), ensure_ascii=False))

    def answer(self, id: str) -> Answer | None:
        """The answer of a question; None when there is none (any more). Its hits are not kept."""
        found = self._run("SELECT answer FROM asks WHERE id = ?", id)
        return Answer.restored(json.loads(found[0]["answer"])) if found and found[0]["answer"] else None

    def in_thread(self, channel: str, thread: str, state: AskState) -> list[Ask]:
        """The questions of a thread in a state, oldest first."""
        sql = "SELECT * FROM asks WHERE channel = ? AND thread = ? AND state = ? ORDER BY at"
        return [_ask(row) for row in self._run(sql, channel, thread, state)]

    def asked(self, ask: Ask) -> list[str]:
        """The questions answered earlier in the thread of `ask`, oldest first."""
        rows = self._run(
            "SELECT answer FROM asks WHERE channel = ? AND thread = ? AND id != ? AND at < ? AND answer != '' "
            "ORDER BY at", ask.channel, ask.thread, ask.id, ask.at,
        )  # fmt: skip
        return [json.loads(row["answer"])["question"] for row in rows]

    def posted(self, channel: str) -> set[str]:
        """Every message on record in a channel."""
        rows = self._run("SELECT posts FROM asks WHERE channel = ? AND posts != '[]'", channel)
        return {ts for row in rows for ts in json.loads(row["posts"])}

    def own(self, reports: Iterable[str], team: str) -> None:
        """Reports that a team brought: only that team sees them in Slack."""
        for report in reports:
            self._run("INSERT OR IGNORE INTO owned VALUES (?, ?)", report, team)

    def owners(self) -> dict[str, set[str]]:
        """Report id -> the teams that brought it."""
        found: dict[str, set[str]] = {}
        for row in self._run("SELECT report, team FROM owned"):
            found.setdefault(row["report"], set()).add(row["team"])
        return found


def _ask(row: sqlite3.Row) -> Ask:
    values: dict[str, Any] = {name: row[name] for name in _COLUMNS}
    values |= {
        "posts": tuple(json.loads(row["posts"])), "begun": bool(row["begun"]), "streaming": bool(row["streaming"]),
    }  # fmt: skip
    return Ask(**values)
