"""The sample reports, indexed once with the real embedding model."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

import samples
from vectorstore.embedders import Embedder, open_embedder
from vectorstore.library import Library


@pytest.fixture(scope="session")
def embedder(cache: Path) -> Embedder:
    """The embedding model, loaded once."""
    return open_embedder("e5", cache=cache, threads=os.cpu_count() or 2)


@pytest.fixture(scope="session")
def samples_library(
    tmp_path_factory: pytest.TempPathFactory, embedder: Embedder, cache: Path
) -> Library:
    """A library of the sample reports. Tests read it and never write: those that write take a copy."""
    library = Library.open(tmp_path_factory.mktemp("samples") / "home", embedder, cache / "words")
    summary = library.add([samples.path()])
    assert len(summary.added) == 3
    assert not summary.failed
    return library


@pytest.fixture
def library_of(tmp_path: Path, embedder: Embedder, cache: Path) -> Callable[..., Library]:
    """Makes a library of texts: `library_of(name="text", ...)`."""

    def make(**texts: str) -> Library:
        library = Library.open(tmp_path / "home", embedder, cache / "words")
        for name, text in texts.items():
            file = tmp_path / f"{name}.txt"
            file.write_text(text, "utf-8")
            library.add([file])
        return library

    return make
