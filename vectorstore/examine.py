"""Whether what is stored agrees: the database with itself, and the derived indexes with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from vectorstore.segments import Segment
from vectorstore.store import Store


def faults(store: Store, directory: Callable[[str], Path], embedder: str) -> list[str]:
    """What is inconsistent, a sentence each; [] when all is well. `directory` says where a segment lies."""
    return [*_of_the_database(store, embedder), *_of_the_indexes(store, directory)]


def _of_the_database(store: Store, embedder: str) -> Iterator[str]:
    try:
        (said,) = store.db.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        said = str(error)
    if said != "ok":
        yield f"the database is damaged ({said}); index the reports into a new home"
        return
    stored = store.passage_counts()
    for report in store.reports():
        if stored.get(report.id, 0) != report.passages:
            yield f"{report.source} has {stored.get(report.id, 0)} of {report.passages} passages"
    if missing := len(store.unembedded(store.keys(), embedder)):
        yield f"{missing} passages have no vector"


def _of_the_indexes(store: Store, directory: Callable[[str], Path]) -> Iterator[str]:
    built = store.segments()
    for name in store.live_passages():
        if name not in built:
            yield f"the index {name}, where reports should be found, is not in the manifest"
    for name, count in built.items():
        segment = Segment(directory(name))
        try:
            vectors, entries = segment.count()
            lost = store.live_ids(name) - segment.ids()
        except Exception as error:  # a damaged index fails in ways its library does not document
            yield f"the index {name} cannot be opened ({type(error).__name__}: {error})"
            continue
        finally:
            segment.close()
        if not vectors == entries == count:
            yield f"the index {name} holds {vectors} vectors and {entries} entries for {count} passages"
        elif lost:
            yield f"the index {name} lacks {len(lost)} passages of the reports in it"
