"""The sample reports, indexed once with the real embedding model."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

import samples
from assistant import opening
from assistant.assistant import Assistant
from assistant.models.base import ChatModel
from assistant.settings import Settings, load
from vectorstore.embedders import Embedder, Progress, Vectors, open_embedder
from vectorstore.library import Library


class Remembering(Embedder):
    """An embedding model that is asked only once for the vector of a text."""

    def __init__(self, model: Embedder) -> None:
        self.name = model.name
        self._model = model
        self._passages: dict[str, np.ndarray] = {}
        self._questions: dict[str, np.ndarray] = {}

    @property
    def dimension(self) -> int:
        return self._model.dimension

    @property
    def version(self) -> str:
        return self._model.version

    def documents(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        return self._remembered(texts, self._passages, self._model.documents)

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self._remembered(texts, self._questions, self._model.queries)

    def _remembered(
        self, texts: Sequence[str], known: dict[str, np.ndarray], ask: Callable[[Sequence[str]], Vectors]
    ) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known.update(zip(new, ask(new), strict=True))
        return np.array([known[text] for text in texts], np.float32).reshape(len(texts), self.dimension)


@pytest.fixture(scope="session")
def embedder(cache: Path) -> Embedder:
    """The embedding model, loaded once."""
    return Remembering(open_embedder("e5", cache=cache, threads=os.cpu_count() or 2))


@pytest.fixture
def opened_once(embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands that run in this process share the embedding model, unless they name another."""
    really = opening.open_embedder_of

    def open_embedder_of(settings: Settings) -> Embedder:
        return embedder if settings.embedder == "e5" else really(settings)

    monkeypatch.setattr(opening, "open_embedder_of", open_embedder_of)


@pytest.fixture(scope="session")
def samples_library(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder, cache: Path) -> Library:
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


@pytest.fixture
def assistant(samples_library: Library) -> Callable[..., Assistant]:
    def make(model: ChatModel | None = None, library: Library | None = None, **said: object) -> Assistant:
        return Assistant(library or samples_library, model, load(**said))

    return make
