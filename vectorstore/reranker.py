"""Rerankers: models that read a question and a passage together, for those who have one.

They put the first hits of a search in order. None is built in: no multilingual cross-encoder is small enough to pay
for itself on two cores (docs/search.md).
"""

from __future__ import annotations

import logging
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock
from time import perf_counter
from typing import Any

from vectorstore.addresses import shown
from vectorstore.errors import WenjuError
from vectorstore.explain import Trace
from vectorstore.schema import Hit

CHOICES = "`none`, `api:MODEL` (an endpoint at WENJU_RERANK_BASE_URL) or `hub:OWNER/REPO` (an ONNX cross-encoder)"
RERANKED = 30
"""How many hits a reranker reads."""
_TIMEOUT = 10.0
log = logging.getLogger(__name__)


class RerankFailed(WenjuError):
    """The reranker could not be asked; the search goes on in the order it had."""


class Reranker(ABC):
    """Scores passages for a question. Threads may share it."""

    name: str

    @abstractmethod
    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers the question, higher is better; raises `RerankFailed` in one sentence."""


class EndpointReranker(Reranker):
    """A model behind `POST {base_url}/rerank` as Jina, Cohere, vLLM, Xinference and llama.cpp's server speak it."""

    def __init__(
        self,
        model: str,
        base_url: str,
        api_key: str | None = None,
        timeout: float = _TIMEOUT,
        *,
        hide: Callable[[str], str] = str,
    ) -> None:
        self.name = f"api:{model}"
        self._model, self._url, self._key, self._timeout = model, base_url.rstrip("/"), api_key, timeout
        self._hide = hide

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """See `Reranker.scores`; one request for all texts."""
        import httpx

        sent = [_sendable(self._hide(text)) for text in (question, *texts)]
        asked = {"model": self._model, "query": sent[0], "documents": sent[1:],
                 "top_n": len(texts), "return_documents": False}  # fmt: skip
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        try:
            reply = httpx.post(f"{self._url}/rerank", json=asked, headers=headers, timeout=self._timeout)
            reply.raise_for_status()
            return _in_order(reply.json(), len(texts))
        except httpx.HTTPStatusError as error:
            raise RerankFailed(f"{shown(self._url)} answered {error.response.status_code} to a request for reranking: "
                               "check WENJU_RERANK_API_KEY and WENJU_RERANK") from None  # fmt: skip
        except httpx.HTTPError as error:
            raise RerankFailed(f"{shown(self._url)} cannot be asked to rerank ({type(error).__name__}): "
                               "check WENJU_RERANK_BASE_URL and the network") from None  # fmt: skip
        except (ValueError, TypeError, KeyError, IndexError):
            raise RerankFailed(f"{shown(self._url)} answered with no list of {len(texts)} scores") from None


class HubReranker(Reranker):
    """An ONNX cross-encoder from a hub (or a mirror named by HF_ENDPOINT), kept in the cache; loaded when asked."""

    def __init__(self, repo: str, cache: Path, threads: int) -> None:
        self.name = f"hub:{repo}"
        self._repo, self._cache, self._threads = repo, cache / "hub", threads
        self._lock = Lock()
        self._model: Any = None

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """See `Reranker.scores`."""
        model = self._loaded()
        return [model(_sendable(question), _sendable(text)) for text in texts]

    def _loaded(self) -> Any:
        from vectorstore.hub_model import CrossEncoder, fetch

        endpoint = os.environ.get("HF_ENDPOINT") or "https://huggingface.co"
        with self._lock:
            if self._model is None:
                try:
                    self._model = CrossEncoder(fetch(self._repo, self._cache, endpoint), self._threads)
                except Exception as error:  # the hub's client and ONNX Runtime raise many kinds
                    said = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
                    raise RerankFailed(
                        f"the reranker {self._repo} cannot be had from {endpoint} ({said}): "
                        "check the name and the network, or set HF_ENDPOINT to a mirror"
                    ) from error
            return self._model


def open_reranker(
    name: str,
    *,
    cache: Path,
    threads: int = 1,
    base_url: str | None = None,
    api_key: str | None = None,
    hide: Callable[[str], str] = str,
) -> Reranker | None:
    """The reranker a setting names; see `CHOICES`. Loads nothing yet. What is sent to an endpoint goes through `hide`
    first. Raises `RerankFailed` for any other name.
    """
    kind, _, model = name.partition(":")
    if name == "none":
        return None
    if kind == "api" and model:
        if not base_url:
            raise RerankFailed(f"the reranker {name!r} needs an address: set WENJU_RERANK_BASE_URL")
        return EndpointReranker(model, base_url, api_key, hide=hide)
    if kind == "hub" and model.count("/") == 1 and all(model.split("/")):
        return HubReranker(model, cache, threads)
    raise RerankFailed(f"unknown reranker {name!r}: choose {CHOICES}")


def reranked(
    reranker: Reranker, question: str, hits: Sequence[Hit], behind: Collection[str], trace: Trace
) -> list[Hit]:
    """The first `RERANKED` hits in the reranker's order, those of reports in `behind` last; all as they were when
    it fails, which `trace` and the log then say.
    """
    head = hits[:RERANKED]
    if len(head) < 2:
        return list(hits)
    begun = perf_counter()
    try:
        scores = reranker.scores(question, [hit.passage.clean for hit in head])
    except RerankFailed as failure:
        log.warning("%s", failure)
        trace.reranked = f"not, {failure}"
        return list(hits)
    trace.seconds["rerank"] = perf_counter() - begun
    trace.reranked = f"the first {len(head)} by {reranker.name}"
    low, spread = min(scores), (max(scores) - min(scores)) or 1.0
    order = sorted(range(len(head)), key=lambda n: (head[n].report.id in behind, -scores[n], n))
    top = head[0].score
    moved = [_moved(head[n], rank, top, (scores[n] - low) / spread) for rank, n in enumerate(order, start=1)]
    return [*moved, *hits[RERANKED:]]


def _moved(hit: Hit, rank: int, top: float, share: float) -> Hit:
    """The hit at its new rank, its score above all that were not reranked."""
    return replace(hit, rank=rank, score=top + share, parts={**hit.parts, "reranker": share})


def _in_order(reply: Any, count: int) -> list[float]:
    """The scores by place; raises when one is missing or is no number."""
    found = {int(item["index"]): float(item["relevance_score"]) for item in reply["results"]}
    scores = [found[place] for place in range(count)]
    if any(score != score for score in scores):
        raise ValueError("not a number")
    return scores


def _sendable(text: str) -> str:
    """A lone surrogate can neither be sent nor cut into tokens."""
    return text.encode("utf-8", "replace").decode()
