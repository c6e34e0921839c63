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
_OF_KEYS = (
    "FROM reports r CROSS JOIN passages p ON p.report=r.key"
    " WHERE r.key IN (SELECT value FROM json_each(?)) AND p.kind!='boilerplate'"
)
"""The searchable passages of some reports; CROSS JOIN keeps SQLite from sorting them with all their columns."""


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
        row = (
            report.id, segment, report.source, report.path, report.format, report.sha256, report.title,
            report.publisher, report.date, report.lang, packed, report.characters, report.passages, report.added,
            zlib.compress(text.encode()),
        )  # fmt: skip
        with self.writing() as db:
            cursor = db.execute(
                "INSERT INTO reports(id, state, segment, source, path, format, sha256, title, publisher, date, lang,"
                " pages, characters, passages, added, text) VALUES(?,'building',?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                row,
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

    def replace_segments(
        self, new: str, old: Collection[str] | None = None, embedder: str | None = None
    ) -> None:
        """Put a new segment that holds every live report of some others, or of all, in their place.

        `embedder` is noted with it when the vectors are another model's than before.
        """
        of_old = "IN (SELECT value FROM json_each(?))" if old is not None else "IS NOT NULL"
        names = () if old is None else (_json(old),)
        with self.writing() as db:
            db.execute(f"DELETE FROM segments WHERE id {of_old}", names)
            db.execute(f"UPDATE reports SET segment=? WHERE state='live' AND segment {of_old}", (new, *names))
            if count := self.live_passages().get(new):
                db.execute("INSERT INTO segments VALUES(?, 'live', ?)", (new, count))
            if embedder is not None:
                db.execute("INSERT OR REPLACE INTO meta VALUES('embedder', ?)", (embedder,))
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

    def live_passages(self) -> dict[str, int]:
        """How many searchable passages are live in each segment; where there are none it is left out."""
        return dict(
            self.db.execute(
                f"SELECT r.segment, count(*) {_LIVE} AND p.kind!='boilerplate' GROUP BY r.segment"
            )
        )

    def live_ids(self, segment: str) -> set[int]:
        """The searchable passages that are live in a segment."""
        rows = self.db.execute(f"SELECT p.id {_LIVE} AND p.kind!='boilerplate' AND r.segment=?", (segment,))
        return {int(id) for (id,) in rows}

    def passage_counts(self) -> dict[str, int]:
        """How many passages are stored of each live report, boilerplate included."""
        return dict(self.db.execute(f"SELECT r.id, count(*) {_LIVE} GROUP BY r.key"))

    def keys(self, segments: Collection[str] | None = None) -> list[int]:
        """The keys of live reports, in all segments or in some."""
        where = "AND segment IN (SELECT value FROM json_each(?))" if segments is not None else ""
        rows = self.db.execute(
            f"SELECT key FROM reports WHERE state='live' {where} ORDER BY key",
            () if segments is None else (_json(segments),),
        )
        return [int(key) for (key,) in rows]

    def unembedded(self, keys: Sequence[int], embedder: str) -> list[int]:
        """Searchable passages of these reports whose content has no vector yet, one for each; short ones first."""
        return self._without(keys, "vectors v WHERE v.hash=p.hash AND v.embedder=?", embedder)

    def uncut(self, keys: Sequence[int]) -> list[int]:
        """Searchable passages of these reports whose words are not kept yet, one for each content."""
        return self._without(keys, "words w WHERE w.hash=p.hash")

    def _without(self, keys: Sequence[int], kept: str, *values: str) -> list[int]:
        """Searchable passages of these reports with no row in `kept`, one for each content; short ones first."""
        rows = self.db.execute(
            f"SELECT min(p.id) {_OF_KEYS} AND NOT EXISTS (SELECT 1 FROM {kept})"
            " GROUP BY p.hash ORDER BY max(length(p.clean))",
            (_json(keys), *values),
        )
        return [int(id) for (id,) in rows]

    def contents(self, passages: Sequence[int]) -> Iterator[tuple[str, str, str]]:
        """(hash, context, clean text) of these passages."""
        cursor = self.db.execute(
            "SELECT p.hash, r.publisher, r.title, p.heading, p.clean FROM passages p JOIN reports r ON r.key=p.report"
            " WHERE p.id IN (SELECT value FROM json_each(?))",
            (_json(passages),),
        )
        for hash, publisher, title, heading, clean in cursor:
            yield hash, context(publisher, title, json.loads(heading)), clean

    def searchable(
        self, keys: Sequence[int], embedder: str
    ) -> Iterator[tuple[int, str, str, str, np.ndarray]]:
        """(passage id, report id, context, words, vector) of passages to index, read as they are taken."""
        cursor = self.db.execute(
            "SELECT p.id, r.id, r.publisher, r.title, p.heading,"
            " (SELECT words FROM words w WHERE w.hash=p.hash),"
            " (SELECT vector FROM vectors v WHERE v.hash=p.hash AND v.embedder=?)"
            f" {_OF_KEYS} ORDER BY r.key, p.ordinal",
            (embedder, _json(keys)),
        )
        for passage, report, publisher, title, heading, packed, vector in cursor:
            above = context(publisher, title, json.loads(heading))
            yield passage, report, above, zlib.decompress(packed).decode(), np.frombuffer(vector, np.float32)

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

    def clean_of(self, report: str) -> list[str]:
        """The clean text of every searchable passage of a live report, in order."""
        rows = self.db.execute(
            f"SELECT p.clean {_LIVE} AND r.id=? AND p.kind!='boilerplate' ORDER BY p.ordinal", (report,)
        )
        return [str(clean) for (clean,) in rows]

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

    def put_words(self, words: Iterable[tuple[str, str]]) -> None:
        """Remember the words of passages, with spaces between, by content hash."""
        with self.writing() as db:
            db.executemany(
                "INSERT OR REPLACE INTO words VALUES(?, ?)",
                ((hash, zlib.compress(spaced.encode("utf-8", "replace"), 1)) for hash, spaced in words),
            )

    def forget_words(self) -> None:
        """Let every passage be cut into words anew."""
        with self.writing() as db:
            db.execute("DELETE FROM words")

    def prune_vectors(self, embedder: str) -> None:
        """Drop the vectors of other embedders, and those of contents that no passage has."""
        with self.writing() as db:
            db.execute(
                "DELETE FROM vectors WHERE embedder!=? OR hash NOT IN (SELECT hash FROM passages)",
                (embedder,),
            )


def _json(values: Iterable[int] | Iterable[str]) -> str:
    """Values as one parameter for `json_each`, which takes any number of them."""
    return json.dumps(list(values))
