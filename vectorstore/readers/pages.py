"""Pages joined into one text."""

from __future__ import annotations

from collections.abc import Iterable

from vectorstore.schema import Page


def joined(texts: Iterable[str]) -> tuple[str, tuple[Page, ...]]:
    """The texts of pages as one, with a line break between, and where each page stands in it."""
    texts = list(texts)
    pages = []
    start = 0
    for number, text in enumerate(texts, 1):
        pages.append(Page(number, start, start + len(text)))
        start += len(text) + 1
    return "\n".join(texts), tuple(pages)
