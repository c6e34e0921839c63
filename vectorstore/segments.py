"""A segment: the derived indexes (Chroma and tantivy) over some reports, written once, then only read."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from vectorstore.errors import LibraryBroken, disk_full
from vectorstore.lexical import LexicalIndex

_COLLECTION = "passages"
_BATCH = 1000
_SEARCHED = 400
"""Neighbours looked at per query (ef_search). Chroma's 100 missed 1 in 40 of the nearest 60 among 929 passages,
other ones in every process, as its graph is built by several threads; 400 missed 1 in 3,000, in the same time."""
Row = tuple[int, str, str, str, np.ndarray]
"""Passage id, report id, context (title and headings), the words of its text (`lexical.spaced`), unit vector."""


class Segment:
    """One directory with a Chroma collection and a lexical index of the same passages."""

    def __init__(self, directory: Path) -> None:
        """Refer to a finished segment; nothing is opened until it is searched."""
        self.directory = directory

    @classmethod
    def build(cls, directory: Path, rows: Iterable[Row]) -> Segment:
        """Write both indexes; a failure leaves no directory behind. Returns the segment, closed.

        A full disk raises one clear sentence.
        """
        if directory.exists():
            shutil.rmtree(directory)
        directory.mkdir(parents=True)
        try:
            iterator = iter(rows)
            batch = list(islice(iterator, _BATCH))
            client = _client(directory / "chroma")
            collection = client.create_collection(
                _COLLECTION, embedding_function=None, configuration={"hnsw": _graph(len(batch))}
            )

            def texts() -> Iterator[tuple[int, str, str]]:
                """What the lexical index wants of each row, once the vector index has it."""
                nonlocal batch
                while batch:
                    collection.add(
                        ids=[str(row[0]) for row in batch],
                        embeddings=np.stack([row[4] for row in batch]),
                        metadatas=[{"report": row[1]} for row in batch],
                    )
                    yield from ((row[0], row[2], row[3]) for row in batch)
                    batch = list(islice(iterator, _BATCH))

            LexicalIndex.build(directory / "lexical", texts())
            _close(client)
        except BaseException as error:
            shutil.rmtree(directory, ignore_errors=True)
            if re.search(r"no space left|disk is full", str(error), re.IGNORECASE):
                raise disk_full(directory.parent) from None
            raise
        return cls(directory)

    @cached_property
    def _chroma(self) -> Any:
        return _client(self._existing("chroma"))

    @cached_property
    def _collection(self) -> Any:
        try:
            return self._chroma.get_collection(_COLLECTION, embedding_function=None)
        except Exception as error:  # what a damaged index raises is not documented
            raise self._damaged(error) from error

    @cached_property
    def _lexical(self) -> LexicalIndex:
        try:
            return LexicalIndex(self._existing("lexical"))
        except ValueError as error:
            raise self._damaged(error) from error

    def _existing(self, name: str) -> Path:
        place = self.directory / name
        if not place.is_dir():
            raise LibraryBroken(
                f"the index {self.directory.name} is missing on disk; run `wenju doctor --repair`"
            )
        return place

    def _damaged(self, error: Exception) -> LibraryBroken:
        if isinstance(error, LibraryBroken):  # said already, where it was opened for the search
            return error
        said = " ".join(str(error).split())
        return LibraryBroken(
            f"the index {self.directory.name} is damaged ({said}); run `wenju doctor --repair`"
        )

    def open(self) -> None:
        """Open both indexes now rather than with the first search."""
        _ = self._collection, self._lexical

    def close(self) -> None:
        """Let go of the files; the object must not be searched afterwards."""
        if "_chroma" in self.__dict__:
            _close(self._chroma)

    def count(self) -> tuple[int, int]:
        """Passages in the vector index and in the lexical index."""
        return self._collection.count(), len(self._lexical)

    def ids(self) -> set[int]:
        """The passages in the vector index."""
        return {int(id) for id in self._collection.get(include=[])["ids"]}

    def dense(
        self, vector: np.ndarray, k: int, reports: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """The `k` nearest passages by cosine similarity: (passage id, similarity), best first."""
        try:
            found = self._collection.query(
                query_embeddings=[vector], n_results=k, include=["distances"], where=_where(reports)
            )
        except Exception as error:  # files may go while they are read, when another process merges
            raise self._damaged(error) from error
        return [
            (int(id), 1.0 - float(distance))
            for id, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    def lexical(
        self, query: str, k: int, within: Sequence[tuple[int, int]] | None = None
    ) -> list[tuple[int, float]]:
        """The `k` best passages by BM25, of those in these ranges of ids: (passage id, score), best first."""
        try:
            return self._lexical.search(query, k, within)
        except ValueError as error:  # as above: tantivy opens some of its files with the first search
            raise self._damaged(error) from error


def _where(reports: Collection[str] | None) -> dict[str, Any] | None:
    if reports is None:
        return None
    chosen: Sequence[str] = sorted(reports)
    return {"report": chosen[0]} if len(chosen) == 1 else {"report": {"$in": list(chosen)}}


def _graph(first: int) -> dict[str, Any]:
    """Settings of the graph of neighbours; `first` are the passages of the first batch.

    Chroma writes its graph after every `sync_threshold` passages and builds the rest anew in every process
    that opens it, so that a small segment is written with its last passage.
    """
    whole = max(2, first)
    return {"space": "cosine", "ef_search": _SEARCHED, "sync_threshold": whole, "batch_size": whole}


def _client(directory: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(directory), Settings(anonymized_telemetry=False))


def _close(client: Any) -> None:
    client.close()
