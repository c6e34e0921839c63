"""Which embedding model an index is read with: the one it was made with, whatever the setting says."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from vectorstore.errors import EmbedderMismatch, WenjuError
from vectorstore.indexer import embedder_key
from vectorstore.store import Store

if TYPE_CHECKING:
    from vectorstore.embedders import Embedder

Reopen = Callable[[str], "Embedder"]
"""Opens an embedder by its name."""


class Switched(WenjuError):
    """Between a question's vector and its search the index became another model's: ask again."""


class Model:
    """The model for new indexes (`wanted`), and the one that the present index was made with."""

    def __init__(
        self, store: Store, home: Path, wanted: Embedder, reopen: Reopen | None, adopt: bool
    ) -> None:
        """With `adopt` the index is taken for one of the model wanted until it is built anew."""
        self.wanted = self._reading = wanted
        self._store, self._home, self._reopen = store, home, reopen
        self._made_with = store.meta("embedder") if adopt else None

    @property
    def outdated(self) -> str | None:
        """What the index was made with when that is not the model wanted."""
        made_with = self._store.meta("embedder") if self._store.reports() else None
        return None if made_with in (None, embedder_key(self.wanted)) else made_with

    def follow(self) -> Embedder:
        """The model to read with, opened when it is another one now. Raises `EmbedderMismatch`."""
        made_with = self._other()
        if made_with is not None:
            self._reading = self._opened(made_with)
            self._made_with = made_with
        return self._reading

    def same(self) -> None:
        """Raise `Switched` when the index is not that of the model which `follow` gave."""
        if self._other() is not None:
            raise Switched("the index became another embedding model's; ask again")

    def _other(self) -> str | None:
        made_with = self._store.meta("embedder")
        return made_with if made_with != self._made_with and self._store.reports() else None

    def _opened(self, made_with: str) -> Embedder:
        if made_with == embedder_key(self.wanted):
            return self.wanted
        if self._reopen is not None:
            with suppress(WenjuError):
                embedder = self._reopen(made_with.rpartition(" (")[0])
                if embedder_key(embedder) == made_with:
                    return embedder
        raise EmbedderMismatch(
            f"the index in {self._home} was made with {made_with}, "
            f"but the setting names {embedder_key(self.wanted)}; "
            "set WENJU_EMBEDDER back, or run `wenju doctor --repair` to embed the reports anew"
        )
