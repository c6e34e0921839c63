"""Indexing: reads, cuts and embeds reports, builds their segment, and makes it visible in one step.

The one place that writes a home. What a killed run leaves behind is never visible, and the next writer
clears it away.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vectorstore import files, metadata, readers
from vectorstore.errors import LibraryBusy, ReadError
from vectorstore.layout import layout
from vectorstore.passages import context, cut
from vectorstore.schema import Document, Failure, IndexSummary, Passage, Report
from vectorstore.segments import Row, Segment
from vectorstore.store import Store

if TYPE_CHECKING:
    from vectorstore.embedders import Embedder

BATCH_PASSAGES = 4000
"""Reports are committed in batches of about this many passages: what is committed survives a kill."""
MAX_SEGMENTS = 6
_VECTOR_BATCH = 64


@dataclass(frozen=True, slots=True)
class Step:
    """Progress of indexing: what is being done to which file, and how far along in passages."""

    action: str
    file: str
    done: int
    total: int


Progress = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class _Ready:
    """A report read and cut, waiting for its vectors."""

    report: Report
    document: Document
    passages: list[Passage]
    hashes: list[str]
    update: bool


def embedder_key(embedder: Embedder) -> str:
    """What the index records of its embedding model."""
    return f"{embedder.name} ({embedder.dimension} dimensions, version {embedder.version})"


class Indexer:
    """The writer of one home. Its methods raise `LibraryBusy` while another process writes."""

    def __init__(
        self, home: Path, store: Store, embedder: Embedder, max_bytes: int = readers.MAX_BYTES
    ) -> None:
        """Nothing is touched until a method is called. Files over `max_bytes` are refused."""
        self.home = home
        self.store = store
        self.embedder = embedder
        self.max_bytes = max_bytes

    def directory(self, segment: str) -> Path:
        """Where a segment lies."""
        return self.home / "segments" / segment

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only writer of this home, and begin by clearing away what an interrupted run left."""
        from filelock import FileLock, Timeout

        lock = FileLock(self.home / "writer.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise LibraryBusy(
                f"another process is writing to {self.home}; wait until it has finished (reading goes on)"
            ) from None
        try:
            self._sweep()
            yield
        finally:
            lock.release()

    def _sweep(self) -> None:
        self.store.clean_up()
        folder = self.home / "segments"
        live = set(self.store.segments())
        for directory in folder.iterdir() if folder.is_dir() else ():
            if directory.name not in live:
                shutil.rmtree(directory, ignore_errors=True)

    def add(self, paths: Iterable[Path], progress: Progress | None = None) -> IndexSummary:
        """Add or refresh reports, files or folders; what cannot be read is reported and the rest go on.

        Unchanged files (by content hash) are left alone. A changed report takes the place of the old one in
        one step. Raises `LibraryBusy` when another process writes.
        """
        begun = time.monotonic()
        tell = progress or (lambda step: None)
        with self.writing():
            if not self.store.reports():
                self.store.set_meta("embedder", embedder_key(self.embedder))
            failed: list[Failure] = []
            warnings: list[Failure] = []
            unchanged: list[str] = []
            added: list[str] = []
            updated: list[str] = []
            total = 0
            found = list(files.reports(paths, failed))
            batch: list[_Ready] = []
            for number, file in enumerate(found):
                tell(Step("reading", file.name, number, len(found)))
                try:
                    ready = self._read(file, tell)
                except ReadError as error:
                    failed.append(Failure(str(file), str(error)))
                    continue
                if ready is None:
                    unchanged.append(file.name)
                    continue
                warnings += [Failure(str(file), warning) for warning in ready.document.warnings]
                batch.append(ready)
                (updated if ready.update else added).append(file.name)
                total += len(ready.passages)
                if sum(len(item.passages) for item in batch) >= BATCH_PASSAGES:
                    self._commit(batch, tell)
                    batch = []
            if batch:
                self._commit(batch, tell)
            if added or updated:
                self._merge_if_needed(tell)
        return IndexSummary(added, updated, unchanged, failed, total, time.monotonic() - begun, warnings)

    def remove(self, ids: Collection[str]) -> None:
        """Remove reports; raises `NotInLibrary` for an unknown id, and then removes nothing."""
        for id in ids:
            self.store.report(id)
        with self.writing():
            self.store.remove(ids)
            self._sweep()
            self._merge_if_needed(lambda step: None)

    def update(self, id: str, **facts: str | None) -> Report:
        """Set a report's title, publisher, date, language or tags; kept when the report is read again."""
        self.store.report(id)
        with self.writing():
            self.store.update(id, **facts)
        return self.store.report(id)

    def rebuild(self, progress: Progress | None = None) -> None:
        """Build the derived indexes anew from the store; embeds only what has no vector from this embedder."""
        with self.writing():
            self.store.set_meta("embedder", embedder_key(self.embedder))
            self._merge(progress or (lambda step: None))

    def _read(self, file: Path, tell: Progress) -> _Ready | None:
        """Read and cut a report; None when it is in the library unchanged.

        Raises `ReadError` when it cannot be read, or changes while it is read, twice in a row.
        """
        readers.check(file, self.max_bytes)
        for _ in range(2):
            try:
                before = files.stamp(file)
                ready = self._read_once(file, tell)
                if files.stamp(file) == before:
                    return ready
            except OSError as error:
                raise ReadError(f"{file.name} cannot be opened: {error.strerror or error}") from None
        raise ReadError(f"{file.name} changed while it was read; index it again when it is written")

    def _read_once(self, file: Path, tell: Progress) -> _Ready | None:
        sha256 = files.sha256(file)
        id = hashlib.sha256(str(file.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:12]
        known = next((r for r in self.store.reports() if r.id == id), None)
        if known is not None and known.sha256 == sha256:
            return None
        document = readers.read(file, lambda done, total: tell(Step("recognising", file.name, done, total)))
        blocks = layout(document.text, document.pages)
        passages = cut(id, blocks, document.pages)
        if not passages:
            raise ReadError(f"{file.name} holds no text that can be searched")
        report = Report(
            id=id,
            source=_storable(file.name),
            path=_storable(str(file.resolve())),
            format=document.format,
            sha256=sha256,
            title=metadata.title(document, blocks, Path(_storable(file.name))),
            publisher=metadata.publisher(document, document.text),
            date=metadata.date(document, document.text),
            lang=metadata.language(document.text),
            pages=len(document.pages),
            characters=len(document.text),
            passages=len(passages),
            added=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        report = replace(report, **self.store.edits(id))
        hashes = [
            _hash(_embedded(context(report.publisher, report.title, p.heading), p.clean)) for p in passages
        ]
        return _Ready(report, document, passages, hashes, known is not None)

    def _commit(self, batch: Sequence[_Ready], tell: Progress) -> None:
        """Embed a batch, build its segment, and make it visible in one step."""
        segment = uuid.uuid4().hex[:12]
        keys = []
        for ready in batch:
            key = self.store.begin(segment, ready.report, ready.document.text, ready.document.pages)
            self.store.put_passages(key, zip(ready.passages, ready.hashes, strict=True))
            keys.append(key)
        self._embed(keys, tell)
        if any(p.kind != "boilerplate" for ready in batch for p in ready.passages):
            Segment.build(self.directory(segment), self._rows(keys))
        self.store.commit(segment, keys)

    def _embed(self, keys: Sequence[int] | None, tell: Progress) -> None:
        """Give every searchable passage a vector; kept by content, so nothing is embedded twice."""
        name = embedder_key(self.embedder)
        wanted: dict[str, str] = {}
        for _, _, above, clean, hash in self.store.searchable(keys):
            wanted.setdefault(hash, _embedded(above, clean))
        known = self.store.vectors(list(wanted), name)
        missing = [hash for hash in wanted if hash not in known]
        # Texts of like length together: padding is wasted work.
        missing.sort(key=lambda hash: len(wanted[hash]))
        for begin in range(0, len(missing), _VECTOR_BATCH):
            tell(Step("embedding", "", begin, len(missing)))
            part = missing[begin : begin + _VECTOR_BATCH]
            vectors = self.embedder.documents([wanted[hash] for hash in part])
            self.store.put_vectors(name, zip(part, vectors, strict=True))
        tell(Step("embedding", "", len(missing), len(missing)))

    def _rows(self, keys: Sequence[int] | None) -> Iterator[Row]:
        rows = list(self.store.searchable(keys))
        for begin in range(0, len(rows), 500):
            part = rows[begin : begin + 500]
            vectors = self.store.vectors([row[4] for row in part], embedder_key(self.embedder))
            for passage, report, above, clean, hash in part:
                yield passage, report, above, clean, np.asarray(vectors[hash])

    def _merge_if_needed(self, tell: Progress) -> None:
        segments = self.store.segments()
        built = sum(segments.values())
        dead = built - self.store.live_passages()
        if len(segments) > MAX_SEGMENTS or dead > 0.25 * max(built, 1):
            self._merge(tell)

    def _merge(self, tell: Progress) -> None:
        """One segment of everything live in the place of all others."""
        self._embed(None, tell)
        segment = uuid.uuid4().hex[:12]
        if self.store.live_passages():
            Segment.build(self.directory(segment), self._rows(None))
        self.store.replace_segments(segment)
        self._sweep()


def _embedded(above: str, clean: str) -> str:
    """What is embedded: the passage below its report's title and headings."""
    return f"{above}\n{clean}" if above else clean


def _storable(name: str) -> str:
    """A file name that is not in the system's encoding cannot be stored as it is."""
    return os.fsencode(name).decode("utf-8", "replace")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
