"""Opening the parts with the settings: one place, used by every face."""

from __future__ import annotations

from assistant.settings import Settings
from vectorstore.embedders import Embedder, open_embedder
from vectorstore.library import Library


def open_embedder_of(settings: Settings) -> Embedder:
    """The embedding model that the settings name."""
    return open_embedder(
        settings.embedder,
        cache=settings.cache,
        threads=settings.threads,
        base_url=settings.embed_base_url,
        api_key=settings.embed_api_key.get_secret_value() if settings.embed_api_key else None,
    )


def open_library(settings: Settings) -> Library:
    """The library in the settings' home."""
    return Library.open(settings.home, open_embedder_of(settings), settings.cache / "words")
