"""Removing with a way back: a report that was taken out can be put back as it was, without its file.

What is kept lies in memory only, so that nothing of a removed report stays in the home. Putting it back embeds
nothing: the store keeps vectors by content.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vectorstore.errors import NotInLibrary
from vectorstore.indexer import Indexer
from vectorstore.reading import Prepared
from vectorstore.schema import Document, Page, Passage, Report

if TYPE_CHECKING:
    from vectorstore.library import Library


@dataclass(frozen=True, slots=True)
class Removed:
    """A report as it stood in the library: text, pages, passages with the hashes of their vectors, corrections."""

    report: Report
    text: str
    pages: tuple[Page, ...]
    passages: tuple[tuple[Passage, str], ...]
    edits: tuple[tuple[str, str | None], ...]


def remove(library: Library, id: str) -> Removed:
    """Take a report out. Raises `NotInLibrary`, and `LibraryBusy` while another process writes."""
    taken = _copied(library, id)
    library.remove([id])
    return taken


def put_back(library: Library, taken: Removed) -> Report:
    """Put a report back as it was, unless it has been added again meanwhile.

    Raises `LibraryBusy` while another process writes.
    """
    store, indexer = library.store, Indexer(library.home, library.store, library.embedder)
    with indexer.writing():
        try:
            return store.report(taken.report.id)
        except NotInLibrary:
            pass
        passages, hashes = zip(*taken.passages, strict=True)
        document = Document(taken.text, taken.report.format, taken.pages)
        indexer.restore(Prepared(taken.report, document, list(passages), list(hashes)))
        if taken.edits:
            store.update(taken.report.id, **dict(taken.edits))
    return store.report(taken.report.id)


def _copied(library: Library, id: str) -> Removed:
    store = library.store
    report = store.report(id)
    hashes = store.db.execute(
        "SELECT p.hash FROM passages p JOIN reports r ON r.key=p.report"
        " WHERE r.id=? AND r.state='live' ORDER BY p.ordinal",
        (id,),
    )
    passages = zip(store.passages_of(id), (str(hash) for (hash,) in hashes), strict=True)
    edits = store.db.execute("SELECT name, value FROM edits WHERE report=?", (id,))
    return Removed(report, store.text(id), store.pages(id), tuple(passages), tuple(edits.fetchall()))
