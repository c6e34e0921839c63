"""Keeping a library in step with folders: what is written, changed or taken away there is soon so in the library."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vectorstore.errors import LibraryBusy, WenjuError
from vectorstore.files import EVERYTHING, Choice
from vectorstore.schema import Failure, IndexSummary

if TYPE_CHECKING:
    from vectorstore.library import Library

QUIET = 0.5
"""Seconds without another change that are waited for, so that a file is written when it is read."""
LONGEST = 10.0
"""Seconds after which indexing begins although changes go on coming."""
BUSY = 2.0
"""Seconds until the next try when another process writes to the library."""
FAILED = 60.0
"""Seconds until the next try when the disk is full or an endpoint cannot be reached."""


def watching(
    library: Library, paths: Sequence[Path], choice: Choice = EVERYTHING, stop: threading.Event | None = None
) -> Iterator[IndexSummary]:
    """Index again whenever something changed in the folders; yields a summary of each time that did something.

    Begins with what changed before the system told of changes. Goes on until `stop` is set, or the caller is
    interrupted; waits while another process writes, and tries again after what stops an indexing run.
    """
    from watchfiles import watch

    home = library.home.resolve()
    due: float | None = time.monotonic()
    last: Sequence[Failure] = ()
    for changes in watch(
        *[path if path.is_dir() else path.parent for path in paths],
        watch_filter=lambda change, path: not Path(path).is_relative_to(home),
        debounce=round(LONGEST * 1000),
        step=round(QUIET * 1000),
        stop_event=stop,
        rust_timeout=500,
        yield_on_timeout=True,
        ignore_permission_denied=True,
    ):
        now = time.monotonic()
        if changes:
            due = now
        if due is None or now < due:
            continue
        due = None
        try:
            summary = library.add(paths, None, choice)
        except LibraryBusy:
            due = now + BUSY
            continue
        except WenjuError as error:
            due = now + FAILED
            summary = IndexSummary(failed=[Failure(str(paths[0]), str(error))])
        if summary.added or summary.updated or summary.removed or list(summary.failed) != list(last):
            yield summary
        last = summary.failed
