"""Indexing: takes reports in, embeds them, builds their segment, and makes it visible in one step.

The one place that writes a home. What a killed run leaves behind is never visible, and the next writer
clears it away.
"""

from __future__ import annotations

import os
import shutil
import time
import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from vectorstore import files, readers, workers
from vectorstore.errors import EmbedderMismatch, LibraryBusy, ReadError
from vectorstore.files import EVERYTHING, Choice
from vectorstore.lexical import spaced
from vectorstore.merging import worth_merging
from vectorstore.progress import Progress as Progress
from vectorstore.progress import Run, silent
from vectorstore.progress import Step as Step
from vectorstore.reading import Prepared, Task, embedded, report_id
from vectorstore.schema import Failure, IndexSummary, Report
from vectorstore.segments import Segment
from vectorstore.store import Store

if TYPE_CHECKING:
    from vectorstore.embedders import Embedder

BATCH_PASSAGES = 4000
BATCH_SECONDS = 20.0
"""Reports are committed in batches of about this many passages or seconds of reading: what is committed survives."""
MAX_SEGMENTS = 6
_VECTOR_BATCH = 64
_WORDS_BATCH = 1000
_READING = 0.1
"""Share of a file's work that reading it is, about; embedding is the rest."""


@dataclass(slots=True)
class _Batch:
    """Reports that become visible together, in a segment of their own."""

    segment: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    keys: list[int] = field(default_factory=list)
    passages: int = 0
    bytes: int = 0
    begun: float = field(default_factory=time.monotonic)

    @property
    def full(self) -> bool:
        """Whether it is time to commit."""
        return self.passages >= BATCH_PASSAGES or time.monotonic() - self.begun > BATCH_SECONDS


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
        self._seen: dict[str, tuple[str, files.Stamp]] = {}

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

    def add(
        self, paths: Sequence[Path], progress: Progress | None = None, choice: Choice = EVERYTHING
    ) -> IndexSummary:
        """Bring reports, files or folders, into step with the disk; what cannot be read does not stop the rest.

        Unchanged files (by content hash) are left alone. A changed report takes the place of the old one in
        one step. Reports whose file is gone from a folder named are removed. Raises `LibraryBusy` when another
        process writes.
        """
        run = Run(progress or silent)
        with self.writing():
            self._check_embedder()
            run.found = list(files.reports(paths, run.failed, choice))
            with run.stage("reading"):
                tasks = list(self._changed(run))
            run.work = sum(workers.size(task.file) for task in tasks) or 1.0
            self._take_in(tasks, run)
            run.removed = self._drop_gone(paths, run)
            if run.removed or run.added or run.updated:
                self._merge_if_needed(run)
        return run.summary()

    def _check_embedder(self) -> None:
        """The first report decides which embedder an index is made with; later ones are to have the same."""
        made_with, key = self.store.meta("embedder"), embedder_key(self.embedder)
        if not self.store.reports():
            self.store.set_meta("embedder", key)
        elif made_with != key:
            raise EmbedderMismatch(
                f"the index in {self.home} is made with {made_with} now, not with {key}; run it again"
            )

    def _changed(self, run: Run) -> Iterator[Task]:
        """The files found that are not in the library as they are."""
        known = {report.id: report.sha256 for report in self.store.reports()}
        for file in run.found:
            id = report_id(file)
            try:
                readers.check(file, self.max_bytes)
                if id in known and self._same(file, id, known[id]):
                    run.unchanged.append(file)
                else:
                    yield Task(file, self.max_bytes, self.store.edits(id), id in known)
            except ReadError as error:
                run.failed.append(Failure(str(file), str(error)))
            except OSError as error:
                reason = f"{file.name} cannot be opened: {error.strerror or error}"
                run.failed.append(Failure(str(file), reason))

    def _same(self, file: Path, id: str, sha256: str) -> bool:
        """Whether a file's content is what the library has; not read again while its time and size are the same."""
        stamp = files.stamp(file)
        if self._seen.get(id) == (sha256, stamp):
            return True
        same = files.sha256(file) == sha256
        if same and files.settled(stamp):
            self._seen[id] = (sha256, stamp)
        return same

    def _take_in(self, tasks: Sequence[Task], run: Run) -> None:
        """Read files, and commit them in batches as they come."""
        batch = _Batch()

        def recognising(file: str, done: int, total: int) -> None:
            run.tell("recognising", file, done, total, batch.bytes * _READING)

        with closing(workers.read(tasks, os.cpu_count() or 1, recognising)) as outcomes:
            for number in range(len(tasks)):
                run.tell("reading", tasks[number].file.name, number, len(tasks), batch.bytes * _READING)
                with run.stage("reading"):
                    task, outcome = next(outcomes)
                batch.bytes += workers.size(task.file)
                if isinstance(outcome, ReadError):
                    run.failed.append(Failure(str(task.file), str(outcome)))
                    continue
                with run.stage("storing"):
                    self._put(batch, outcome)
                run.warnings += [Failure(str(task.file), said) for said in outcome.document.warnings]
                (run.updated if task.update else run.added).append(task.file)
                run.passages += len(outcome.passages)
                if batch.full:
                    self._commit(batch, run)
                    batch = _Batch()
                    self._merge_if_needed(run)
        if batch.keys:
            self._commit(batch, run)

    def _drop_gone(self, paths: Iterable[Path], run: Run) -> list[str]:
        """Remove the reports of folders named, and of files named, whose file is gone; returns their names.

        A folder that is itself gone, as a drive that is not there, takes nothing with it.
        """
        present = {report_id(file) for file in run.found}
        named = {str(path.resolve()) for path in paths}
        folders = [Path(path) for path in named if os.path.isdir(path)]
        lost = [
            report
            for report in self.store.reports()
            if report.id not in present
            and (report.path in named or any(Path(report.path).is_relative_to(f) for f in folders))
            and files.gone(Path(report.path))
        ]
        if lost:
            self.store.remove([report.id for report in lost])
            self._sweep()
            paths_lost = {report.path for report in lost}
            run.failed = [f for f in run.failed if str(Path(f.path).resolve()) not in paths_lost]
        return [report.source for report in lost]

    def restore(self, report: Prepared) -> None:
        """Make one report visible that has been read before; call as the writer."""
        batch, run = _Batch(), Run(silent)
        self._put(batch, report)
        self._commit(batch, run)

    def remove(self, ids: Collection[str]) -> None:
        """Remove reports; raises `NotInLibrary` for an unknown id, and then removes nothing."""
        for id in ids:
            self.store.report(id)
        with self.writing():
            self.store.remove(ids)
            self._sweep()
            self._merge_if_needed(Run(silent))

    def update(self, id: str, **facts: str | None) -> Report:
        """Set a report's title, publisher, date, language or tags; kept when the report is read again."""
        self.store.report(id)
        with self.writing():
            self.store.update(id, **facts)
        return self.store.report(id)

    def rebuild(self, progress: Progress | None = None) -> None:
        """Build the derived indexes anew from the store; embeds only what has no vector from this embedder.

        Until all is built the old ones, of another embedder perhaps, go on being searched. What is embedded
        outlives an interruption.
        """
        run = Run(progress or silent)
        with self.writing():
            self.store.forget_words()
            self._merge(None, run, run.work)
            self.store.prune_vectors(embedder_key(self.embedder))

    def _put(self, batch: _Batch, report: Prepared) -> None:
        """Put down what is known of a report; nobody sees it yet."""
        key = self.store.begin(batch.segment, report.report, report.document.text, report.document.pages)
        self.store.put_passages(key, zip(report.passages, report.hashes, strict=True))
        batch.keys.append(key)
        batch.passages += len(report.passages)

    def _commit(self, batch: _Batch, run: Run) -> None:
        """Embed a batch, build its segment, and make it visible in one step."""
        self._embed(batch.keys, run, batch.bytes)
        self._build(batch.segment, batch.keys, run)
        self.store.commit(batch.segment, batch.keys)
        run.worked += batch.bytes

    def _embed(self, keys: Sequence[int], run: Run, work: float) -> None:
        """Give every searchable passage a vector; kept by content, so nothing is embedded twice."""
        name = embedder_key(self.embedder)
        missing = self.store.unembedded(keys, name)
        for begin in range(0, len(missing), _VECTOR_BATCH):
            share = _READING + (1 - _READING) * begin / len(missing)
            run.tell("embedding", "", begin, len(missing), share * work)
            with run.stage("embedding"):
                contents = list(self.store.contents(missing[begin : begin + _VECTOR_BATCH]))
                vectors = self.embedder.documents([embedded(above, clean) for _, above, clean in contents])
                hashes = (hash for hash, _, _ in contents)
                self.store.put_vectors(name, zip(hashes, vectors, strict=True))
        run.tell("embedding", "", len(missing), len(missing), work)

    def _build(self, segment: str, keys: Sequence[int], run: Run) -> None:
        """Write the segment of some reports, unless there is nothing in them to be found."""
        with run.stage("building"):
            self._cut(keys)
            rows = self.store.searchable(keys, embedder_key(self.embedder))
            first = next(rows, None)
            if first is not None:
                Segment.build(self.directory(segment), chain([first], rows))

    def _cut(self, keys: Sequence[int]) -> None:
        """Keep the words of every searchable passage, so that merging does not cut it again."""
        missing = self.store.uncut(keys)
        for begin in range(0, len(missing), _WORDS_BATCH):
            contents = self.store.contents(missing[begin : begin + _WORDS_BATCH])
            self.store.put_words([(hash, spaced(clean)) for hash, _, clean in contents])

    def _merge_if_needed(self, run: Run) -> None:
        built = self.store.segments()
        chosen = worth_merging(built, self.store.live_passages(), MAX_SEGMENTS)
        if chosen:
            self._merge(None if chosen == set(built) else chosen, run)

    def _merge(self, old: Collection[str] | None, run: Run, work: float = 0.0) -> None:
        """One segment of what is live in some segments in their place; of all, with vectors of this embedder."""
        segment = uuid.uuid4().hex[:12]
        keys = self.store.keys(old)
        self._embed(keys, run, work)
        run.tell("merging", "", 0, 1, work)
        self._build(segment, keys, run)
        self.store.replace_segments(segment, old, embedder_key(self.embedder) if old is None else None)
        self._sweep()
