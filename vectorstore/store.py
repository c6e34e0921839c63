"""The truth: one SQLite database with reports, texts, passages and every vector by content hash.

A report row is `building` until its segment is finished; one transaction then makes it `live`, removes the
version it replaces and raises the generation. Readers look at live rows only.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from vectorstore.database import Database, raise_generation
from vectorstore.errors import NotInLibrary
from vectorstore.passages import context
from vectorstore.rows import PASSAGE, REPORT, passage_from, report_from, tags_from
from vectorstore.schema import Page, Passage, Report

_LIVE = "FROM passages p JOIN reports r ON r.key=p.report WHERE r.state='live'"


class Store(Database):
    """Reports, passages and vectors. Safe to use from several threads; one process at a time may write."""

    def reports(self) -> list[Report]:
        """Live reports by file name."""
        rows = self.db.execute(f"SELECT {REPORT} FROM reports WHERE state='live' ORDER BY source, id")
        return [report_from(row) for row in rows]

    def report(self, id: str) -> Report:
        """A live report; raises `NotInLibrary`."""
        row = self.db.execute(f"SELECT {REPORT} FROM reports WHERE id=? AND state='live'", (id,)).fetchone()
        if row is None:
            raise NotInLibrary(f"no report has the id {id!r}; `wenju docs list` shows the ids")
        return report_from(row)

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
            raise_generation(db)

    def replace_segments(self, segment: str) -> None:
        """Put one new segment that holds every live report in the place of all others."""
        with self.writing() as db:
            db.execute("DELETE FROM segments")
            db.execute("UPDATE reports SET segment=? WHERE state='live'", (segment,))
            count = db.execute(f"SELECT count(*) {_LIVE} AND p.kind!='boilerplate'").fetchone()[0]
            if count:
                db.execute("INSERT INTO segments VALUES(?, 'live', ?)", (segment, count))
            raise_generation(db)

    def remove(self, ids: Collection[str]) -> None:
        """Remove live reports; every reader sees it with its next search."""
        with self.writing() as db:
            db.executemany("DELETE FROM reports WHERE id=? AND state='live'", [(id,) for id in ids])
            db.executemany("DELETE FROM edits WHERE report=?", [(id,) for id in ids])
            raise_generation(db)

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
            raise_generation(db)

    def edits(self, id: str) -> dict[str, Any]:
        """What `update` has set for a report, its tags as in `Report`."""
        found: dict[str, Any] = dict(self.db.execute("SELECT name, value FROM edits WHERE report=?", (id,)))
        return found | {"tags": tags_from(found.get("tags"))}

    def clean_up(self) -> None:
        """Drop what an interrupted run left behind; call as the only writer."""
        with self.writing() as db:
            db.execute("DELETE FROM reports WHERE state!='live'")
            emptied = db.execute(
                "DELETE FROM segments WHERE id NOT IN (SELECT segment FROM reports WHERE state='live')"
            )
            if emptied.rowcount:
                raise_generation(db)

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
            f"SELECT {PASSAGE} {_LIVE} AND p.id IN ({marks})",
            tuple(ids),
        )
        return {row[0]: passage_from(row) for row in rows}

    def passages_of(self, report: str) -> list[Passage]:
        """Every passage of a live report, in order."""
        rows = self.db.execute(
            f"SELECT {PASSAGE} {_LIVE} AND r.id=? ORDER BY p.ordinal",
            (report,),
        )
        return [passage_from(row) for row in rows]

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
