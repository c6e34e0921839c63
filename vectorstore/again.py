"""Reading a report again although its file has not changed: after the reader learnt something, or recognition came."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vectorstore.schema import Failure, IndexSummary

if TYPE_CHECKING:
    from vectorstore.library import Library
    from vectorstore.progress import Progress


def read_again(library: Library, id: str, progress: Progress | None = None) -> IndexSummary:
    """Read a report's file and put the result in its place in one step; only new passages are embedded.

    A file that cannot be read leaves the report as it is and stands in the summary's `failed`. Raises
    `NotInLibrary`, and `LibraryBusy` while another process writes.
    """
    report = library.report(id)
    path = Path(report.path)
    if not path.is_file():  # which indexing takes for a report to be removed
        return IndexSummary(failed=[Failure(report.path, f"{path} does not exist")])
    # Indexing leaves alone what it knows by its hash. Killed before the end, the next run reads it again, too.
    _note_hash(library, id, "")
    try:
        return library.add([path], progress)
    finally:
        if library.report(id).sha256 == "":
            _note_hash(library, id, report.sha256)


def _note_hash(library: Library, id: str, sha256: str) -> None:
    with library.store.writing() as db:
        db.execute("UPDATE reports SET sha256=? WHERE id=? AND state='live'", (sha256, id))
