"""The truth: one SQLite database with reports, texts, passages and every vector by content hash.

A report row is `building` until its segment is finished; one transaction then makes it `live`, removes the
version it replaces and raises the generation. Readers look at live rows only.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from vectorstore.errors import LibraryBroken, NotInLibrary, WenjuError, disk_full
from vectorstore.passages import context
from vectorstore.schema import OffsetMap, Page, Passage, Report

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
CREATE TABLE IF NOT EXISTS segments(id TEXT PRIMARY KEY, state TEXT NOT NULL, passages INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS edits(report TEXT NOT NULL, name TEXT NOT NULL, value TEXT, PRIMARY KEY(report, name))
  WITHOUT ROWID;
"""
_REPORT = (
    "id, source, path, format, sha256, title, publisher, date, lang, pages, characters, passages, added,"
    " (SELECT value FROM edits WHERE report=reports.id AND name='tags')"
)
_LIVE = "FROM passages p JOIN reports r ON r.key=p.report WHERE r.state='live'"
_PASSAGE = "p.id, r.id, p.ordinal, p.start, p.end, p.page, p.page_end, p.kind, p.heading, p.clean, p.offsets"


class Store:
    """The database of one home. Safe to use from several threads; one process at a time may write."""

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

    def reports(self) -> list[Report]:
        """Live reports by file name."""
        rows = self.db.execute(f"SELECT {_REPORT} FROM reports WHERE state='live' ORDER BY source, id")
        return [_report(row) for row in rows]

    def report(self, id: str) -> Report:
        """A live report; raises `NotInLibrary`."""
        row = self.db.execute(f"SELECT {_REPORT} FROM reports WHERE id=? AND state='live'", (id,)).fetchone()
        if row is None:
            raise NotInLibrary(f"no report has the id {id!r}; `wenju docs list` shows the ids")
        return _report(row)

    def text(self, id: str) -> str:
        """A live report's text as read."""
        row = self.db.execute("SELECT text FROM reports WHERE id=? AND state='live'", (id,)).fetchone()
        if row is None:
            raise NotInLibrary(f"no report has the id {id!r}; `wenju docs list` shows the ids")
        return zlib.decompress(row[0]).decode()

    def pages(self, id: str) -> tuple[Page, ...]:
        """A live report's pages; empty where the format has none."""
        row = self.db.execute("SELECT pages FROM reports WHERE id=? AND state='live'", (id,)).fetchone()
        return tuple(Page(*page) for page in json.loads(row[0])) if row else ()

    def begin(self, segment: str, report: Report, text: str, pages: Sequence[Page]) -> int:
        """Put down a report that is being added; returns its key. Not visible yet."""
        packed = json.dumps([[p.number, p.start, p.end] for p in pages])
        with self.writing() as db:
            cursor = db.execute(
                "INSERT INTO reports(id, state, segment, source, path, format, sha256, title, publisher, date, lang,"
                " pages, characters, passages, added, text) VALUES(?,'building',?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                (
                    report.id,
                    segment,
                    report.source,
                    report.path,
                    report.format,
                    report.sha256,
                    report.title,
                    report.publisher,
                    report.date,
                    report.lang,
                    packed,
                    report.characters,
                    report.passages,
                    report.added,
                    zlib.compress(text.encode()),
                ),
            )
        return int(cursor.lastrowid or 0)

    def put_passages(self, key: int, passages: Iterable[tuple[Passage, str]]) -> None:
        """The passages of a report being added, each with the hash of what is embedded."""
        with self.writing() as db:
            db.executemany(
                "INSERT INTO passages(report, ordinal, start, end, page, page_end, kind, heading, clean, offsets, hash)"
                " VALUES(?,?,?,?,?,?,?,?,?,?,?)",
                (
                    (
                        key,
                        p.ordinal,
                        p.start,
                        p.end,
                        p.page,
                        p.page_end,
                        p.kind,
                        json.dumps(p.heading, ensure_ascii=False),
                        p.clean,
                        np.asarray(p.offsets.runs, np.uint32).tobytes(),
                        hash,
                    )
                    for p, hash in passages
                ),
            )

    def commit(self, segment: str, keys: Sequence[int]) -> None:
        """Make a finished segment and its reports visible, in place of the versions they replace."""
        marks = ",".join("?" * len(keys))
        with self.writing() as db:
            db.execute(
                f"DELETE FROM reports WHERE state='live' AND id IN (SELECT id FROM reports WHERE key IN ({marks}))",
                keys,
            )
            db.execute(f"UPDATE reports SET state='live' WHERE key IN ({marks})", keys)
            count = db.execute(
                f"SELECT count(*) FROM passages WHERE report IN ({marks}) AND kind!='boilerplate'", keys
            ).fetchone()[0]
            if count:
                db.execute("INSERT INTO segments VALUES(?, 'live', ?)", (segment, count))
            _raise_generation(db)

    def replace_segments(self, segment: str) -> None:
        """Put one new segment that holds every live report in the place of all others."""
        with self.writing() as db:
            db.execute("DELETE FROM segments")
            db.execute("UPDATE reports SET segment=? WHERE state='live'", (segment,))
            count = db.execute(f"SELECT count(*) {_LIVE} AND p.kind!='boilerplate'").fetchone()[0]
            if count:
                db.execute("INSERT INTO segments VALUES(?, 'live', ?)", (segment, count))
            _raise_generation(db)

    def remove(self, ids: Collection[str]) -> None:
        """Remove live reports; every reader sees it with its next search."""
        with self.writing() as db:
            db.executemany("DELETE FROM reports WHERE id=? AND state='live'", [(id,) for id in ids])
            db.executemany("DELETE FROM edits WHERE report=?", [(id,) for id in ids])
            _raise_generation(db)

    def update(self, id: str, **facts: str | None) -> None:
        """Set a report's title, publisher, date, language or tags (one string, with commas between).

        They are remembered for when the report is read again.
        """
        columns = {name: value for name, value in facts.items() if name != "tags"}
        with self.writing() as db:
            if columns:
                names = ", ".join(f"{name}=?" for name in columns)
                db.execute(f"UPDATE reports SET {names} WHERE id=? AND state='live'", (*columns.values(), id))
            db.executemany(
                "INSERT OR REPLACE INTO edits VALUES(?, ?, ?)",
                [(id, name, value) for name, value in facts.items()],
            )
            _raise_generation(db)

    def edits(self, id: str) -> dict[str, Any]:
        """What `update` has set for a report, its tags as in `Report`."""
        found: dict[str, Any] = dict(
            self.db.execute("SELECT name, value FROM edits WHERE report=?", (id,))
        )
        return found | {"tags": _tags(found.get("tags"))}

    def clean_up(self) -> None:
        """Drop what an interrupted run left behind; call as the only writer."""
        with self.writing() as db:
            db.execute("DELETE FROM reports WHERE state!='live'")
            emptied = db.execute(
                "DELETE FROM segments WHERE id NOT IN (SELECT segment FROM reports WHERE state='live')"
            )
            if emptied.rowcount:
                _raise_generation(db)

    def segments(self) -> dict[str, int]:
        """Live segments and how many passages each was built with."""
        return dict(self.db.execute("SELECT id, passages FROM segments WHERE state='live' ORDER BY id"))

    def live_passages(self, segment: str | None = None) -> int:
        """How many searchable passages are live, in all or in one segment."""
        where = "AND r.segment=?" if segment else ""
        row = self.db.execute(
            f"SELECT count(*) {_LIVE} AND p.kind!='boilerplate' {where}",
            (segment,) if segment else (),
        ).fetchone()
        return int(row[0])

    def searchable(self, keys: Sequence[int] | None = None) -> Iterator[tuple[int, str, str, str, str]]:
        """(passage id, report id, context, clean text, hash) of passages to index, live ones by default."""
        where = f"r.key IN ({','.join('?' * len(keys))})" if keys is not None else "r.state='live'"
        cursor = self.db.execute(
            "SELECT p.id, r.id, r.publisher, r.title, p.heading, p.clean, p.hash"
            f" FROM passages p JOIN reports r ON r.key=p.report WHERE {where} AND p.kind!='boilerplate' ORDER BY p.id",
            tuple(keys or ()),
        )
        for passage, report, publisher, title, heading, clean, hash in cursor:
            yield passage, report, context(publisher, title, json.loads(heading)), clean, hash

    def passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        """Live passages by id; removed ones are absent."""
        marks = ",".join("?" * len(ids))
        rows = self.db.execute(
            f"SELECT {_PASSAGE} {_LIVE} AND p.id IN ({marks})",
            tuple(ids),
        )
        return {row[0]: _passage(row) for row in rows}

    def passages_of(self, report: str) -> list[Passage]:
        """Every passage of a live report, in order."""
        rows = self.db.execute(
            f"SELECT {_PASSAGE} {_LIVE} AND r.id=? ORDER BY p.ordinal",
            (report,),
        )
        return [_passage(row) for row in rows]

    def passage_ranges(self, reports: Collection[str]) -> list[tuple[int, int]]:
        """First and last passage id of each of these live reports: one transaction numbered them in a row."""
        marks = ",".join("?" * len(reports))
        rows = self.db.execute(
            f"SELECT min(p.id), max(p.id) {_LIVE} AND r.id IN ({marks}) GROUP BY r.key ORDER BY 1",
            tuple(reports),
        )
        return [(int(first), int(last)) for first, last in rows]

    def vectors(self, hashes: Sequence[str], embedder: str) -> dict[str, np.ndarray]:
        """Known vectors by content hash."""
        known = {}
        for begin in range(0, len(hashes), 500):
            part = hashes[begin : begin + 500]
            rows = self.db.execute(
                f"SELECT hash, vector FROM vectors WHERE embedder=? AND hash IN ({','.join('?' * len(part))})",
                (embedder, *part),
            )
            known.update({hash: np.frombuffer(blob, np.float32) for hash, blob in rows})
        return known

    def put_vectors(self, embedder: str, vectors: Iterable[tuple[str, np.ndarray]]) -> None:
        """Remember vectors by content hash."""
        with self.writing() as db:
            db.executemany(
                "INSERT OR REPLACE INTO vectors VALUES(?, ?, ?)",
                ((hash, embedder, np.asarray(vector, np.float32).tobytes()) for hash, vector in vectors),
            )


def _raise_generation(db: sqlite3.Connection) -> None:
    db.execute("UPDATE meta SET value=CAST(value AS INTEGER)+1 WHERE key='generation'")


def _report(row: Sequence[Any]) -> Report:
    fields = list(row)
    fields[9] = len(json.loads(fields[9]))
    fields[13] = _tags(fields[13])
    return Report(*fields)


def _tags(said: str | None) -> tuple[str, ...]:
    """Tags as one says them, `Chips, 2024 outlook`: in lower case, spaces within one as `-`, each once."""
    tags = ("-".join(tag.lower().split()) for tag in (said or "").replace("，", ",").split(","))
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def _passage(row: Sequence[Any]) -> Passage:
    _, report, ordinal, start, end, page, page_end, kind, heading, clean, offsets = row
    runs = np.frombuffer(offsets, np.uint32).reshape(-1, 3).tolist()
    return Passage(
        report=report,
        ordinal=ordinal,
        start=start,
        end=end,
        page=page,
        page_end=page_end,
        kind=kind,
        heading=tuple(json.loads(heading)),
        clean=clean,
        offsets=OffsetMap(tuple((run[0], run[1], run[2]) for run in runs)),
    )


def _broken(path: Path, error: sqlite3.DatabaseError) -> WenjuError:
    if "full" in str(error):
        return disk_full(path.parent)
    return LibraryBroken(f"{path} cannot be used as Wenju's database ({error}); name another home")
