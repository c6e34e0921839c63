"""Pages put into one text; a table that page ends divide keeps its columns and one header."""

from __future__ import annotations

from collections.abc import Iterable

from vectorstore import tables
from vectorstore.readers.geometry import Part, Table, same_columns
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


def written(pages: list[list[Part]]) -> list[str]:
    """The text of every page; a table that goes on over a page end keeps its columns and one header."""
    texts: list[list[str]] = [[] for _ in pages]
    chain: list[tuple[int, int]] = []  # page and place of the parts of one table

    def close() -> None:
        grids = [part.grid for page, at in chain if isinstance(part := pages[page][at], Table)]
        for (page, at), text in zip(chain, tables.written_parts(grids), strict=True):
            texts[page][at] = text
        chain.clear()

    for number, parts in enumerate(pages):
        texts[number] = [part if isinstance(part, str) else "" for part in parts]
        for at, part in enumerate(parts):
            if isinstance(part, str):
                continue
            if chain and not _goes_on(pages, chain[-1], (number, at)):
                close()
            chain.append((number, at))
    if chain:
        close()
    return ["\n".join(part for part in parts if part) for parts in texts]


def _goes_on(pages: list[list[Part]], last: tuple[int, int], this: tuple[int, int]) -> bool:
    """Whether a table is the rest of the one before: next page, same columns, only a page's edge between."""
    if this[0] != last[0] + 1:
        return False
    before, after = pages[last[0]][last[1]], pages[this[0]][this[1]]
    between = [*pages[last[0]][last[1] + 1 :], *pages[this[0]][: this[1]]]
    words = [part for part in between if isinstance(part, str) and part.strip()]
    return (
        isinstance(before, Table)
        and isinstance(after, Table)
        and same_columns(before, after)
        and len(words) <= 4
        and all(len(part) <= 60 for part in words)
    )
