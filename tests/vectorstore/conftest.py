"""A library over an embedder that is a few lines of arithmetic: fast, deterministic, and it counts its work."""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from vectorstore.embedders import Embedder, Progress, Vectors
from vectorstore.library import Library


class HashingEmbedder(Embedder):
    """Counts of characters and words, hashed into a unit vector: what shares words is near."""

    def __init__(self, name: str = "hashing", dimension: int = 64, seconds: float = 0.0) -> None:
        self.name = name
        self.embedded: list[str] = []
        self._dimension = dimension
        self._seconds = seconds

    @property
    def dimension(self) -> int:
        return self._dimension

    @property
    def version(self) -> str:
        return "1"

    def documents(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        self.embedded.extend(texts)
        time.sleep(self._seconds)
        return self.queries(texts)

    def queries(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self._dimension), np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"[a-z]+|\d+|[^\sa-z\d]", text.lower()):
                vectors[row, zlib.crc32(word.encode("utf-8", "replace")) % self._dimension] += 1
            vectors[row, 0] += 0.01
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture
def hashing() -> HashingEmbedder:
    return HashingEmbedder()


@pytest.fixture
def library(home: Path, hashing: HashingEmbedder, cache: Path) -> Library:
    """An empty library."""
    return Library(home, hashing, cache / "words")


Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a text file into a folder of reports; returns its path."""
    folder = tmp_path / "reports"
    folder.mkdir()

    def put(name: str, text: str) -> Path:
        place = folder / name
        place.write_text(text, "utf-8", newline="")
        return place

    return put
