"""Tables as text: one row a line, cells between tabs, headers of several rows in one, spanned cells filled.

Every reader whose format has tables writes them with `written`; the layout step reads the tabs back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain, pairwise
from math import isfinite

from vectorstore.errors import ReadError

MAX_COLUMNS = 1_000
MAX_CELLS = 1_000_000

Cell = tuple[str, int, int]
"""A cell's text, and how many rows and columns it spans."""
Grid = list[list[str]]

_FIGURE = re.compile(r"^[-+(（−–]*[¥$€£]?[\d,，]*\d(?:\.\d+)?\s?(?:%|％|[万亿倍元个x])?[)）]?\*{0,3}$")
_YEAR = re.compile(r"^(?:19|20)\d\d(?:[./-]\d{1,2}){0,2}\s?[年度EAF]{0,2}$")
_MAX_HEADER = 4


def cell_text(text: str) -> str:
    """A cell's text on one line, without tabs."""
    return " ".join(text.split())


def number_text(value: float) -> str:
    """A number as it is read, without an exponent, rounded to twelve places behind the point."""
    if not isfinite(value):
        return str(value)
    exact = Decimal(repr(value))
    rounded = round(exact, 12) if int(exact.as_tuple().exponent) < -12 else exact
    return f"{rounded.normalize():f}"


def spanned(rows: Iterable[Iterable[Cell]]) -> Grid:
    """Lay out cells on a grid, each repeated over the rows and columns it spans.

    Raises `ReadError` (without the file's name) for a table wider or larger than the limits.
    """
    grid: Grid = []
    hanging: dict[int, tuple[int, str]] = {}  # column -> rows still to fill, with what
    size = 0
    for cells in rows:
        row: list[str] = []
        begun: dict[int, tuple[int, str]] = {}
        for text, down, across in cells:
            row += _from_above(hanging, len(row))
            check_width(len(row) + across)
            if down > 1:
                begun.update((len(row) + step, (down - 1, text)) for step in range(across))
            row += [text] * across
        row += _from_above(hanging, len(row))
        hanging = {at: (left - 1, text) for at, (left, text) in hanging.items() if left > 1} | begun
        size += len(row)
        check_size(size)
        grid.append(row)
    return grid


def _from_above(hanging: dict[int, tuple[int, str]], column: int) -> list[str]:
    """The cells from `column` on that a row above still fills."""
    filled: list[str] = []
    while column + len(filled) in hanging:
        filled.append(hanging[column + len(filled)][1])
    return filled


def check_width(columns: int) -> None:
    """Raise `ReadError` for a table too wide to be one."""
    if columns > MAX_COLUMNS:
        raise ReadError(f"has a table of more than {MAX_COLUMNS} columns, the limit; split it")


def check_size(cells: int) -> None:
    """Raise `ReadError` for a table of too many cells."""
    if cells > MAX_CELLS:
        raise ReadError(f"has more than {MAX_CELLS:,} cells in its tables, the limit; split it")


def written(grid: Grid, header_rows: int | None = None) -> str:
    """A table as lines; a first row that is one cell over the whole width becomes a caption line.

    `header_rows` says how many rows name the columns; None to judge by their content.
    """
    return written_parts([grid], header_rows)[0]


def written_parts(grids: Sequence[Grid], header_rows: int | None = None) -> list[str]:
    """The parts of one table, as page ends divide it: the first part's header holds for all of them.

    A header printed again on top of a part is written like the first, so that the layout step knows it.
    """
    return ["".join(part) for part in pieces(grids, header_rows)]


def pieces(grids: Sequence[Grid], header_rows: int | None = None) -> list[Iterator[str]]:
    """The parts of one table as the cells and separators whose join is its text.

    Cells are handed on as they came, so that one that knows its place on the page still knows it.
    """
    parts = _squared(grids)
    first = parts[0]
    captions = []
    while first and _is_caption(first[0]):
        captions.append(next(cell for cell in first.pop(0) if cell))
        header_rows = max(1, header_rows - 1) if header_rows else header_rows
    depth = min(header_rows or header_depth(first), _MAX_HEADER, len(first)) if first else 0
    names = first[:depth]
    found = []
    for number, rows in enumerate(parts):
        lines = [] if number else [iter([caption]) for caption in captions]
        headed = depth > 0 and rows[:depth] == names
        if headed:
            lines.append(_header(rows[:depth]))
        found.append(_between(chain(lines, map(_line, rows[depth if headed else 0 :])), "\n"))
    return found


def _between(items: Iterable[Iterable[str]], separator: str) -> Iterator[str]:
    for number, item in enumerate(items):
        if number:
            yield separator
        yield from item


def _header(rows: Grid) -> Iterator[str]:
    """The names one above the other in one, each once."""
    names = (dict.fromkeys(row[column] for row in rows if row[column]) for column in range(len(rows[0])))
    return _between((_between(([name] for name in cell), " ") for cell in names), "\t")


def _line(row: list[str]) -> Iterator[str]:
    """A row; one that is one cell over the whole width says it once, in its first cell."""
    once = len(row) > 2 and len(set(row)) == 1
    return _between(([cell] for cell in ([row[0], *("" for _ in row[1:])] if once else row)), "\t")


def header_depth(rows: Sequence[Sequence[str]]) -> int:
    """How many rows name the columns: more than one where a name spans columns or rows below it."""
    depth = 1
    while depth < min(_MAX_HEADER, len(rows) - 1):
        upper, lower = rows[depth - 1], rows[depth]
        wide = any(a and a == b for a, b in pairwise(upper))
        tall = any(a and a == b for a, b in zip(upper, lower, strict=True))
        if not (wide or tall) or any(is_figure(cell) for cell in lower):
            break
        depth += 1
    return depth


def is_figure(text: str) -> bool:
    """Whether a cell holds a value and not a name: years are names."""
    return bool(_FIGURE.match(text)) and not _YEAR.match(text)


def _is_caption(row: list[str]) -> bool:
    """Whether a first row is the table's title or unit: one text, over the width or alone."""
    return len(row) > 1 and len({cell for cell in row if cell}) == 1 and (len(row) > 2 or row[0] != "")


def _squared(grids: Sequence[Grid]) -> list[Grid]:
    """Rows of one length, without empty rows and without columns that are empty throughout."""
    width = max((len(row) for grid in grids for row in grid), default=0)
    full = [[row + [""] * (width - len(row)) for row in grid if any(row)] for grid in grids]
    used = [column for column in range(width) if any(row[column] for rows in full for row in rows)]
    return [[[row[column] for column in used] for row in rows] for rows in full]
