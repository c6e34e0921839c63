"""Files on their way into the library: taken into the home's own folder, then read and indexed one by one.

A file lies in `HOME/uploads/HASH/NAME`, so no two meet, and no name leads out of there. What it is, the readers
find out from its content; one that cannot be read is removed again, and its reason stays for who sent it.
"""

from __future__ import annotations

import hashlib
import itertools
import logging
import queue
import threading
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from assistant.errors import WenjuError
from vectorstore.errors import LibraryBusy

if TYPE_CHECKING:
    from vectorstore.indexer import Step
    from vectorstore.library import Library

log = logging.getLogger(__name__)

State = Literal["waiting", "reading", "recognising", "embedding", "added", "known", "failed"]
OVER: frozenset[State] = frozenset({"added", "known", "failed"})
PATIENCE = 600.0
"""Seconds to wait for another process that writes to the library."""
AT_MOST = 200
"""Files of one owner that may wait."""


class TooMuch(WenjuError):
    """A file that is larger than the setting allows, or one too many."""


@dataclass(slots=True)
class Job:
    """A file and how far it is; `done` of `total` passages or pages, `why` one sentence when it failed."""

    id: int
    owner: str
    name: str
    path: Path
    state: State = "waiting"
    done: int = 0
    total: int = 0
    why: str = ""
    since: float = field(default_factory=time.monotonic)

    def tell(self, step: Step) -> None:
        """Note how far indexing is."""
        if step.action in ("reading", "recognising", "embedding"):
            if step.action != self.state:
                self.since = time.monotonic()
            self.state = step.action  # type: ignore[assignment]
            self.done, self.total = step.done, step.total

    @property
    def left(self) -> float | None:
        """Seconds until the present step is done, by its pace so far; None when that is not known yet."""
        spent = time.monotonic() - self.since
        return spent * (self.total - self.done) / self.done if self.done and spent > 1 else None


class Uploads:
    """The files of all browsers; one is indexed at a time."""

    def __init__(self, library: Library, home: Path, limit: int) -> None:
        """Files over `limit` bytes are refused while they come in."""
        self._library, self._folder, self._limit = library, home / "uploads", limit
        self._jobs: dict[int, Job] = {}
        self._ids = itertools.count(1)
        self._waiting: queue.Queue[Job] = queue.Queue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        for rest in self._folder.glob("*.part"):
            rest.unlink(missing_ok=True)

    def jobs(self, owner: str) -> list[Job]:
        """The owner's files, the last first."""
        return [job for job in reversed(list(self._jobs.values())) if job.owner == owner]

    def dismiss(self, owner: str) -> None:
        """Forget the owner's files that are through."""
        for job in self.jobs(owner):
            if job.state in OVER:
                self._jobs.pop(job.id, None)

    async def take(self, owner: str, name: str, content: AsyncIterator[bytes]) -> Job:
        """Take a file in; it is read later. Raises `TooMuch`."""
        if sum(job.state not in OVER for job in self.jobs(owner)) >= AT_MOST:
            raise TooMuch(f"{AT_MOST} files are waiting already; send more when some are through")
        self._folder.mkdir(parents=True, exist_ok=True)
        id, name = next(self._ids), safe(name)
        part = self._folder / f"{id}-{threading.get_ident()}.part"
        digest, size = hashlib.sha256(), 0
        try:
            with part.open("wb") as out:
                async for piece in content:
                    size += len(piece)
                    if size > self._limit:
                        raise TooMuch(f"{name} is larger than {self._limit // 2**20} MB, the limit for uploads")
                    digest.update(piece)
                    out.write(piece)
            return self._arrived(Job(id, owner, name, part), digest.hexdigest())
        finally:
            part.unlink(missing_ok=True)

    def _arrived(self, job: Job, sha256: str) -> Job:
        known = next((one for one in self._library.reports() if one.sha256 == sha256), None)
        self._jobs[job.id] = job
        if known is not None:
            job.state, job.why = "known", known.title
            return job
        place = self._folder / sha256[:16]
        place.mkdir(exist_ok=True)
        job.path = job.path.rename(place / job.name)
        return self._enqueue(job)

    def again(self, owner: str, id: str) -> Job:
        """Read a report's file again. Raises `NotInLibrary`."""
        report = self._library.report(id)
        job = Job(next(self._ids), owner, report.source, Path(report.path))
        self._jobs[job.id] = job
        return self._enqueue(job)

    def remove(self, id: str) -> None:
        """Take a report out of the library; its file goes, too, if it was uploaded. Raises `NotInLibrary`."""
        path = Path(self._library.report(id).path)
        self._library.remove([id])
        self._clear(path)

    def _enqueue(self, job: Job) -> Job:
        self._waiting.put(job)
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="wenju-uploads", daemon=True)
                self._thread.start()
        return job

    def _work(self) -> None:
        while True:
            job = self._waiting.get()
            try:
                self._index(job)
            except WenjuError as error:
                job.state, job.why = "failed", str(error)
            except Exception:
                log.exception("a file could not be indexed")
                job.state, job.why = "failed", ""

    def _index(self, job: Job) -> None:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                summary = self._library.add([job.path], job.tell)
                break
            except LibraryBusy:
                if time.monotonic() > end:
                    raise
                time.sleep(1)
        if summary.failed:
            job.state, job.why = "failed", summary.failed[0].reason
            if all(Path(report.path) != job.path for report in self._library.reports()):
                self._clear(job.path)
        else:
            job.state = "added" if summary.added or summary.updated else "known"

    def _clear(self, path: Path) -> None:
        """Remove an uploaded file with its folder; files elsewhere are not ours."""
        if path.resolve().is_relative_to(self._folder.resolve()):
            path.unlink(missing_ok=True)
            with suppress(OSError):
                path.parent.rmdir()


def safe(name: str) -> str:
    """A file name that is one component of a path, whatever was said."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(char for char in last if char.isprintable() and char not in ':*?"<>|').strip(". ")
    stem, dot, suffix = kept.rpartition(".")
    return f"{stem[:60]}{dot}{suffix[:10]}" if dot else kept[:60] or "file"
