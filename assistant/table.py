"""Tables as a question sees them: rows with their cells by the names of columns, over all passages of the table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from assistant.quantities import find_quantities
from assistant.quantities.lexicon import DATES
from vectorstore.schema import Passage

_CELL = 4
"""How much longer than its figure a cell may be."""
_NAMED = re.compile(r"(?P<name>(?:[^:（(]|[（(][^（）()]{0,40}[）)]|[（(:](?! ))*+): (?P<value>.*)", re.DOTALL)
"""A cell behind the name of its column, which may hold a colon between brackets: Revenue (unit: bn): 12."""
_NEGATIVE = re.compile(r"[-−–—]\s?[¥$€£]?\d|[(（][^)）]*\d[^)）]*[)）]")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: its place in the clean text of a passage, and its cells by the names of their columns."""

    passage: Passage
    start: int
    end: int
    cells: dict[str, str]

    @property
    def place(self) -> tuple[int, int]:
        """What tells it from other rows of its report."""
        return self.passage.start, self.start


def table_of(passage: Passage, passages: Callable[[str], Sequence[Passage]]) -> list[Row]:
    """All rows of the table that a passage is of: those of its neighbours too whose columns bear the same names."""
    own = list(_rows(passage))
    if not own:
        return []
    every = passages(passage.report)
    place = next((number for number, other in enumerate(every) if other.start == passage.start), None)
    if place is None:
        return own
    before = _same(own, reversed(every[:place]))
    after = _same(own, iter(every[place + 1 :]))
    return list(chain.from_iterable([*reversed(before), own, *after]))


def _same(own: Sequence[Row], others: Iterator[Passage]) -> list[list[Row]]:
    """The rows of the passages that follow as parts of the same table."""
    names = set(own[0].cells)
    parts = []
    for other in others:
        rows = list(_rows(other)) if other.kind == "table" else []
        if not rows or not any(set(row.cells) == names for row in rows):
            break
        parts.append(rows)
    return parts


def cells_of(line: str) -> list[tuple[str, str]]:
    """The cells of a row, each behind the name of its column, '' where it bears none."""
    named = ((cell, _NAMED.fullmatch(cell)) for cell in line.split(" | "))
    return [(found["name"], found["value"].strip()) if found else ("", cell.strip()) for cell, found in named]


def _rows(passage: Passage) -> Iterator[Row]:
    """The lines of a passage whose cells bear the names of their columns, each another; the first may bear none."""
    at = 0
    for line in passage.clean.split("\n"):
        cells = cells_of(line)
        own = {name.strip(): value for name, value in cells}
        if len(cells) > 1 and len(own) == len(cells) and all(name for name, _ in cells[1:]):
            yield Row(passage, at, at + len(line), own)
        at += len(line) + 1


def figure(cell: str) -> tuple[Decimal, str] | None:
    """The figure that a cell holds, below 0 behind a minus or in brackets, and its unit; None for one that tells
    something else.
    """
    for found in find_quantities(cell):
        if found.unit not in DATES and len(cell) <= _CELL * len(found.text):
            sign = -1 if _NEGATIVE.match(cell) and found.value > 0 else 1
            return sign * found.value, found.unit
    return None
