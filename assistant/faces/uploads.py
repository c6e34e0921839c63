"""Files on their way into the library: taken into the home's own folder, then read and indexed one by one.

A file lies in `HOME/uploads/HASH/NAME`, so no two meet, and no name leads out of there. What it is, the readers
find out from its content; one that cannot be read is removed again, and its reason stays for who sent it.
A report that was removed can be put back for `UNDO` seconds; then its file goes, too.
"""

from __future__ import annotations

import hashlib
import itertools
import logging
import queue
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from assistant.conversations import UNDO
from assistant.errors import WenjuError
from vectorstore.errors import LibraryBusy, NotInLibrary
from vectorstore.schema import Report

if TYPE_CHECKING:
    from vectorstore.library import Library
    from vectorstore.progress import Step
    from vectorstore.removal import Removed

T = TypeVar("T")

log = logging.getLogger(__name__)

State = Literal["waiting", "reading", "recognising", "embedding", "added", "known", "refreshed", "failed"]
OVER: frozenset[State] = frozenset({"added", "known", "refreshed", "failed"})
PATIENCE = 600.0
"""Seconds to wait for another process that writes to the library."""
SHORT_PATIENCE = 10.0
"""The same, while somebody looks on."""
GONE = ".removed"
"""Ends the name of a file whose report was removed and may be put back."""
NAMED = 200
"""Bytes of a file's name; a file system takes 255, and more is put behind the name."""
AT_MOST = 200
"""Files of one owner that may wait."""


class TooMuch(WenjuError):
    """A file that is larger than the setting allows."""


class TooMany(WenjuError):
    """One file too many for now."""


@dataclass(slots=True)
class Job:
    """A file of `size` bytes and how far it is: `done` of `total` passages or pages, `overall` from 0 to 1.

    `why` is one sentence when it failed; the report's title when it was known already. `report` is the id of one
    that is read again.
    """

    id: int
    owner: str
    name: str
    path: Path
    state: State = "waiting"
    done: int = 0
    total: int = 0
    why: str = ""
    size: int = 0
    report: str = ""
    overall: float = 0.0
    begun: float = 0.0
    since: float = field(default_factory=time.monotonic)

    def tell(self, step: Step) -> None:
        """Note how far indexing is."""
        if step.action in ("reading", "recognising", "embedding"):
            if step.action != self.state:
                self.since = time.monotonic()
            self.state = step.action  # type: ignore[assignment]
            self.done, self.total, self.overall = step.done, step.total, step.overall

    @property
    def left(self) -> float | None:
        """Seconds until the file is done, by the pace so far; None when that is not known yet."""
        if self.begun and self.overall > 0.05:
            return (time.monotonic() - self.begun) * (1 - self.overall) / self.overall
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
        self._removed: dict[str, tuple[float, Removed]] = {}
        self._pace = (0, 0.0)  # bytes that are through, and the seconds they took
        for pattern in ("*.part", f"*/*{GONE}"):
            for rest in self._folder.glob(pattern):
                self._clear(rest)

    def jobs(self, owner: str) -> list[Job]:
        """The owner's files, the last first."""
        return [job for job in reversed(list(self._jobs.values())) if job.owner == owner]

    def left(self, owner: str) -> float | None:
        """Seconds until all of the owner's files are through, by the pace so far; None when it is not known yet."""
        size, seconds = self._pace
        rest = [job for job in self.jobs(owner) if job.state not in OVER]
        known = [job.left for job in rest if job.state != "waiting"]
        waiting = sum(job.size for job in rest if job.state == "waiting")
        if any(one is None for one in known) or (waiting and not size):
            return None
        return sum(one or 0.0 for one in known) + (waiting * seconds / size if waiting else 0.0)

    def dismiss(self, owner: str) -> None:
        """Forget the owner's files that are through."""
        for job in self.jobs(owner):
            if job.state in OVER:
                self._jobs.pop(job.id, None)

    async def take(self, owner: str, name: str, content: AsyncIterator[bytes], said: int = 0) -> Job:
        """Take a file in, of which its sender `said` how many bytes it has; it is read later.

        Raises `TooMany`, and `TooMuch` for one over the limit, which is listed with its reason all the same.
        """
        if sum(job.state not in OVER for job in self.jobs(owner)) >= AT_MOST:
            raise TooMany(f"{AT_MOST} files are waiting already; send more when some are through")
        id, name = next(self._ids), safe(name)
        if said > self._limit:
            raise self._too_much(Job(id, owner, name, self._folder))
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f"{id}-{threading.get_ident()}.part"
        digest, size = hashlib.sha256(), 0
        try:
            with part.open("wb") as out:
                async for piece in content:
                    size += len(piece)
                    if size > self._limit:
                        raise self._too_much(Job(id, owner, name, part))
                    digest.update(piece)
                    out.write(piece)
            return self._arrived(Job(id, owner, name, part, size=size), digest.hexdigest())
        finally:
            part.unlink(missing_ok=True)

    def _too_much(self, job: Job) -> TooMuch:
        why = f"{job.name} is larger than {self._limit // 2**20} MB, the limit for uploads"
        job.state, job.why = "failed", why
        self._jobs[job.id] = job
        return TooMuch(why)

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
        path = Path(report.path)
        size = path.stat().st_size if path.is_file() else 0
        job = Job(next(self._ids), owner, report.source, path, size=size, report=id)
        self._jobs[job.id] = job
        return self._enqueue(job)

    def remove(self, id: str) -> None:
        """Take a report out of the library; `restore` brings it back for `UNDO` seconds.

        Raises `NotInLibrary`, and `LibraryBusy` when another process goes on writing.
        """
        from vectorstore import removal

        taken = patiently(lambda: removal.remove(self._library, id), SHORT_PATIENCE)
        self._removed[id] = time.monotonic(), taken
        path = Path(taken.report.path)
        if self._is_ours(path):
            with suppress(OSError):
                path.rename(path.with_name(path.name + GONE))

    def restore(self, id: str) -> None:
        """Put a removed report back as it was. Raises `NotInLibrary` when it is too late, and `LibraryBusy`."""
        from vectorstore import removal

        self.purge()
        if id not in self._removed:
            raise NotInLibrary(f"no report has the id {id!r} among those just removed; add its file again")
        _, taken = self._removed[id]
        path = Path(taken.report.path)
        with suppress(OSError):
            path.with_name(path.name + GONE).rename(path)
        patiently(lambda: removal.put_back(self._library, taken), SHORT_PATIENCE)
        del self._removed[id]

    def purge(self, undo: float = UNDO) -> None:
        """Let go of reports removed more than `undo` seconds ago, and of their files if they were uploaded."""
        for id, (when, taken) in list(self._removed.items()):
            if time.monotonic() - when >= undo:
                self._removed.pop(id, None)
                path = Path(taken.report.path)
                self._clear(path.with_name(path.name + GONE))

    def edit(self, id: str, facts: dict[str, str | None]) -> Report:
        """Correct what is known of a report. Raises `NotInLibrary`, and `LibraryBusy`."""
        return patiently(lambda: self._library.update(id, **facts), SHORT_PATIENCE)

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
            job.begun = time.monotonic()
            try:
                self._index(job)
            except WenjuError as error:
                job.state, job.why = "failed", str(error)
            except Exception:
                log.exception("a file could not be indexed")
                job.state, job.why = "failed", ""

    def _index(self, job: Job) -> None:
        from vectorstore.again import read_again

        if job.report:
            summary = patiently(lambda: read_again(self._library, job.report, job.tell), PATIENCE)
        else:
            summary = patiently(lambda: self._library.add([job.path], job.tell), PATIENCE)
        if summary.failed:
            job.state, job.why = "failed", summary.failed[0].reason
            if all(Path(report.path) != job.path for report in self._library.reports()):
                self._clear(job.path)
        else:
            done: State = "refreshed" if job.report else "added"
            job.state = done if summary.added or summary.updated else "known"
            if job.state == "added":
                size, seconds = self._pace
                self._pace = size + job.size, seconds + time.monotonic() - job.begun

    def _is_ours(self, path: Path) -> bool:
        return path.resolve().is_relative_to(self._folder.resolve())

    def _clear(self, path: Path) -> None:
        """Remove an uploaded file with its folder; files elsewhere are not ours."""
        if self._is_ours(path):
            path.unlink(missing_ok=True)
            with suppress(OSError):
                path.parent.rmdir()


def patiently(work: Callable[[], T], patience: float) -> T:
    """Do what writes to the library, waiting up to `patience` seconds for another that does. Raises `LibraryBusy`."""
    end = time.monotonic() + patience
    while True:
        try:
            return work()
        except LibraryBusy:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def safe(name: str) -> str:
    """A file name that is one component of a path, at most `NAMED` bytes, whatever was said; its ending stays."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(char for char in last if char.isprintable() and char not in ':*?"<>|').strip(". ")
    stem, dot, suffix = kept.rpartition(".")
    ending = dot + suffix[:10] if dot else ""
    return (cut(stem if dot else kept, NAMED - len(ending.encode())) + ending) or "file"


def cut(text: str, size: int) -> str:
    """The beginning of a text that is at most `size` bytes in UTF-8, of whole characters."""
    return text.encode()[:size].decode(errors="ignore")
