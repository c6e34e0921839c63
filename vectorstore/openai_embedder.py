"""Vectors from an OpenAI-compatible endpoint (`POST {base_url}/embeddings`)."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from vectorstore.addresses import shown
from vectorstore.embedders import Embedder, EmbeddingFailed, Progress, Vectors

if TYPE_CHECKING:
    from openai import OpenAI

DEFAULT_URL = "https://api.openai.com/v1"
_BATCH = 64
_RETRIES = 3
_TIMEOUT = 60.0


class OpenAIEmbedder(Embedder):
    """A model behind an OpenAI-compatible API. Its dimension is found by the first call."""

    def __init__(
        self,
        model: str,
        base_url: str | None = None,
        api_key: str | None = None,
        retries: int = _RETRIES,
        *,
        hide: Callable[[str], str] = str,
    ) -> None:
        self.name = f"openai:{model}"
        self._model = model
        self._url = base_url or os.environ.get("OPENAI_BASE_URL") or DEFAULT_URL
        self._key = api_key or os.environ.get("OPENAI_API_KEY") or ""
        self._retries = retries
        self._hide = hide
        self._batch = _BATCH
        self._lock = Lock()
        self._client: OpenAI | None = None
        self._dimension = 0

    @property
    def dimension(self) -> int:
        """Asks for one vector when none has been seen."""
        if not self._dimension:
            self._request(["dimension"])
        return self._dimension

    @property
    def version(self) -> str:
        """The provider names a version in the model's name, if it has any."""
        return "1"

    def documents(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """See `Embedder.documents`; asks in batches, smaller ones where the endpoint limits them."""
        parts: list[Vectors] = []
        done = 0
        while done < len(texts):
            part = self._bounded(texts[done : done + self._batch])
            parts.append(part)
            done += len(part)
            if progress:
                progress(done)
        return np.concatenate(parts) if parts else np.empty((0, self.dimension), np.float32)

    def queries(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder.queries`; these models embed questions like passages."""
        return self.documents(texts)

    def _bounded(self, texts: Sequence[str]) -> Vectors:
        """The vectors of as many of the first texts as the endpoint takes at once (some take 10)."""
        from openai import BadRequestError, UnprocessableEntityError

        size = len(texts)
        while True:
            try:
                return self._request(texts[:size])
            except EmbeddingFailed as failure:
                too_many = isinstance(failure.__cause__, (BadRequestError, UnprocessableEntityError))
                if size == 1 or not too_many:
                    raise
            size = (size + 1) // 2
            self._batch = size

    def _request(self, texts: Sequence[str]) -> Vectors:
        import openai

        # Some endpoints refuse an empty text, and a lone surrogate cannot be sent at all.
        sent = [self._hide(text).encode("utf-8", "replace").decode() or " " for text in texts]
        try:
            api = self._connected().embeddings
            reply = api.create(model=self._model, input=sent, encoding_format="float")
            data = sorted(reply.data, key=lambda item: item.index)
            vectors = np.array([item.embedding for item in data], np.float32)
        except openai.OpenAIError as error:
            raise EmbeddingFailed(self._sentence(error)) from error
        except (ValueError, TypeError, AttributeError) as error:
            raise EmbeddingFailed(f"{shown(self._url)} answered with no list of vectors") from error
        return self._checked(vectors, len(texts))

    def _checked(self, vectors: Vectors, count: int) -> Vectors:
        if vectors.ndim != 2 or len(vectors) != count or not np.isfinite(vectors).all():
            raise EmbeddingFailed(f"{shown(self._url)} answered with bad or missing vectors ({count} wanted)")
        if self._dimension not in (0, vectors.shape[1]):
            raise EmbeddingFailed(
                f"{shown(self._url)} changed from {self._dimension} to {vectors.shape[1]} dimensions: "
                "was the model behind it exchanged?"
            )
        self._dimension = vectors.shape[1]
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        normalised: Vectors = vectors / np.maximum(norms, 1e-12)
        return normalised

    def _connected(self) -> OpenAI:
        import openai

        with self._lock:
            if self._client is None:
                if not self._key and self._url == DEFAULT_URL:
                    raise EmbeddingFailed(f"{self.name} needs a key: set WENJU_EMBED_API_KEY")
                # Servers of one's own often have no key, but the client insists on one.
                self._client = openai.OpenAI(
                    base_url=self._url,
                    api_key=self._key or "none",
                    max_retries=self._retries,
                    timeout=_TIMEOUT,
                )
            return self._client

    def _sentence(self, error: Exception) -> str:
        """What went wrong, in one line that never holds the key."""
        import openai

        place = shown(self._url)
        if isinstance(error, (openai.AuthenticationError, openai.PermissionDeniedError)):
            return f"{place} refused the key for embeddings: check WENJU_EMBED_API_KEY"
        if isinstance(error, openai.APITimeoutError):
            return f"{place} did not answer in {_TIMEOUT:.0f} s: try again, or check WENJU_EMBED_BASE_URL"
        if isinstance(error, openai.APIConnectionError):
            return f"{place} cannot be reached: check WENJU_EMBED_BASE_URL and the network"
        if isinstance(error, openai.NotFoundError):
            return f"{place} has no embedding model {self._model!r} (or is no OpenAI-compatible address)"
        if isinstance(error, openai.RateLimitError):
            return f"{place} says too many requests or no quota left: try again later"
        said = " ".join(str(error).split())[:300]
        return f"{place} failed to embed: {said.replace(self._key, '(key)') if self._key else said}"
