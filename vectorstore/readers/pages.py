"""Pages put into one text; a table that page ends divide keeps its columns and one header."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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


def written(pages: Sequence[Sequence[Part]]) -> list[str]:
    """The text of every page; a table that goes on over a page end keeps its columns and one header."""
    return ["".join(page) for page in pieces(pages)]


def pieces(pages: Sequence[Sequence[Part]]) -> list[list[str]]:
    """What the text of every page is made of, in order: lines and cells as they came, and what stands between."""
    found: list[list[list[str]]] = [
        [[part] if isinstance(part, str) else [] for part in parts] for parts in pages
    ]
    for chain in _chains(pages):
        grids = [part.grid for page, at in chain if isinstance(part := pages[page][at], Table)]
        for (page, at), cells in zip(chain, tables.pieces(grids), strict=True):
            found[page][at] = list(cells)
    return [_lines(parts) for parts in found]


def _lines(parts: Iterable[list[str]]) -> list[str]:
    lines: list[str] = []
    for part in parts:
        if any(part):
            lines += ["\n", *part] if lines else part
    return lines


def _chains(pages: Sequence[Sequence[Part]]) -> list[list[tuple[int, int]]]:
    """The tables, each as the pages and places of its parts."""
    chains: list[list[tuple[int, int]]] = []
    for number, parts in enumerate(pages):
        on = number > 0 and goes_on(pages[number - 1], parts)
        for at in _tables(parts):
            if on:
                chains[-1].append((number, at))
            else:
                chains.append([(number, at)])
            on = False
    return chains


def _tables(parts: Sequence[Part]) -> list[int]:
    return [at for at, part in enumerate(parts) if isinstance(part, Table)]


def goes_on(before: Sequence[Part], after: Sequence[Part]) -> bool:
    """Whether a page's last table goes on as the next page's first: same columns, only a page's edge between."""
    above, below = _tables(before), _tables(after)
    if not above or not below:
        return False
    last, first = before[above[-1]], after[below[0]]
    words = [part for part in (*before[above[-1] + 1 :], *after[: below[0]]) if isinstance(part, str)]
    words = [part for part in words if part.strip()]
    return (
        isinstance(last, Table)
        and isinstance(first, Table)
        and same_columns(last, first)
        and len(words) <= 4
        and all(len(part) <= 60 for part in words)
    )
