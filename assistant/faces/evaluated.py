"""What an evaluation needs of the library: texts by file name, what is known of reports, and cosines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from assistant.errors import WenjuError

if TYPE_CHECKING:
    import numpy as np

    from assistant.settings import Settings
    from vectorstore.library import Library


def library_of(settings: Settings) -> Library:
    """The library in the home; raises `WenjuError` when it is empty."""
    from assistant.opening import open_library

    library = open_library(settings)
    if not library.reports():
        raise WenjuError(f"the library in {settings.home} is empty; index reports first: wenju index PATH...")
    return library


def texts_of(library: Library) -> Callable[[str], str]:
    """Canonical text by file name; the first report of that name."""
    ids = {report.source: report.id for report in reversed(library.reports())}

    @cache
    def text(source: str) -> str:
        if source not in ids:
            raise KeyError(source)
        return library.text(ids[source])

    return text


def descriptions_of(library: Library) -> Callable[[str], str]:
    """What is known of a report beside its text, by file name: title, publisher, date."""
    known = {
        report.source: "\n".join(
            part for part in (report.title, report.publisher, report.date, report.source) if part
        )
        for report in reversed(library.reports())
    }
    return lambda source: known[source]


def similarity_of(library: Library) -> Callable[[Sequence[str], Sequence[str]], np.ndarray]:
    """Cosines by the library's own embedding model."""

    def cosines(queries: Sequence[str], texts: Sequence[str]) -> np.ndarray:
        embedder = library.embedder
        found: np.ndarray = embedder.queries(list(queries)) @ embedder.documents(list(texts)).T
        return found

    return cosines
