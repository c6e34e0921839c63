"""Opening the parts with the settings: one place, used by every face."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING

import prompts
from assistant.errors import BadSetting, Cancelled, ModelFailed, ModelUnavailable
from assistant.models.base import prompted
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from vectorstore.embedders import Embedder
    from vectorstore.library import Library
    from vectorstore.store import Store

_BEGINNINGS = (("answer", "zh"), ("translate", "zh"), ("carry", "en"), ("holds", "zh"))
"""Prompts that a small model is asked with over Chinese reports, in the order in which a question may need them."""


def open_embedder_of(settings: Settings) -> Embedder:
    """The embedding model that the settings name."""
    from vectorstore.embedders import open_embedder

    return open_embedder(
        settings.embedder,
        cache=settings.cache,
        threads=settings.threads,
        base_url=settings.embed_base_url,
        api_key=settings.embed_api_key.get_secret_value() if settings.embed_api_key else None,
        hide=_hider(settings),
    )


def _hider(settings: Settings) -> Callable[[str], str]:
    """What a text becomes before it is sent to be embedded or ranked; nothing is put back, since no words come back."""
    if not settings.redact:
        return str
    from assistant.models.masks import Mask

    terms = settings.hidden_terms
    return lambda text: Mask(terms, text).hide(text)


def open_library(settings: Settings, *, adopt: bool = False) -> Library:
    """The library in the settings' home; with `adopt` also one of another embedder, for `rebuild` to follow."""
    from vectorstore.library import Library
    from vectorstore.reranker import open_reranker

    _make_home(settings)
    return Library(
        settings.home,
        open_embedder_of(settings),
        settings.cache / "words",
        reopen=lambda name: open_embedder_of(settings.model_copy(update={"embedder": name})),
        adopt=adopt,
        max_bytes=settings.max_file_mb * 2**20,
        reranker=open_reranker(
            settings.rerank,
            cache=settings.cache,
            threads=settings.threads,
            base_url=settings.rerank_base_url,
            api_key=settings.rerank_api_key.get_secret_value() if settings.rerank_api_key else None,
            hide=_hider(settings),
        ),
    )


def warm_up(assistant: Assistant) -> None:
    """Load what the first question would load, so that the question's clock tells its own time.

    A face calls this when it opens. Raises what the question would raise: nothing of a model for which another
    backend can take over. An empty library needs nothing.
    """
    if not assistant.library.reports():
        return
    with ThreadPoolExecutor(1, "warm-up") as beside:
        library = beside.submit(assistant.library.warm_up)
        if assistant.model is not None:
            # Where another backend can take over, it does so with a notice when the question is asked.
            with suppress(ModelFailed, ModelUnavailable) if assistant.successors else nullcontext():
                assistant.model.preload()
        library.result()


def read_ahead(assistant: Assistant) -> None:
    """Have a small model read how its prompts begin, which is the same for every question, until the first is asked.

    It keeps them; else the first question waits until the rules and the worked examples are read, a few seconds each.
    """
    model = assistant.model
    if model is None or not model.small:
        return
    with suppress(Cancelled):
        for task, lang in _BEGINNINGS:
            begun = prompted(task, lang, **dict.fromkeys(prompts.load(task, lang).variables, ""))
            for _ in model.stream(begun, max_tokens=1, cancel=assistant.asked):
                pass


def open_store(settings: Settings) -> Store:
    """The database of the settings' home alone: to look at reports needs no embedding model."""
    from vectorstore.store import Store

    _make_home(settings)
    return Store(settings.home / "library.db")


def _make_home(settings: Settings) -> None:
    from vectorstore.home import make_home

    try:
        make_home(settings.home)
    except OSError as error:
        raise BadSetting(
            f"the home {settings.home} cannot be made ({error.strerror or error}); "
            "name another by --home or WENJU_HOME"
        ) from None
