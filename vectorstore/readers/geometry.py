"""A page as characters or words with their boxes, put into text: lines, and tables by their columns.

Coordinates are points from the lower left corner. Tables without rules are found where successive lines have
wide gaps at the same places and figures between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from vectorstore.characters import is_cjk
from vectorstore.tables import Grid, is_figure

_LEVEL = 6.0
"""Points within which columns of two pages stand in the same places."""
_MIN_ROWS = 3
_FIGURES = 0.5
"""Share of figures among the cells beside the first column, unless a caption says that it is a table."""
CAPTION = re.compile(r"^(?:附?表|table)\s?\d", re.IGNORECASE)


class Placed(str):
    """Text that knows what it is made of: `places` says it for each of its characters that is no white space."""

    __slots__ = ("places",)
    places: tuple[int, ...]

    @classmethod
    def of(cls, text: str, boxes: Iterable[Box]) -> Placed:
        """Text written from boxes in their order, with other white space at most."""
        placed = cls(text)
        placed.places = tuple(place for box in boxes for place in box.places)
        return placed


@dataclass(slots=True)
class Box:
    """A stretch of text on one line, and where it stands.

    `places` are the page's numbers of its characters, white space left out; none where nothing numbers them.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    places: tuple[int, ...] = ()

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2


@dataclass(slots=True)
class Table:
    """A table of a page: its cells, spans filled, and the left edges of its columns."""

    grid: Grid
    columns: tuple[float, ...]


Line = list[Box]
Part = str | Table
"""A stretch of a page: text of one or more lines, or a table."""


def flowed(words: Sequence[Box]) -> Placed:
    """The words of a cell as one line: no space where Chinese or a figure goes on in the next line."""
    text = ""
    before: Box | None = None
    for word in words:
        broken = before is not None and word.top < before.bottom + 0.3 * (before.top - before.bottom)
        if broken and text and word.text.strip():
            text = text.rstrip()
            figure = text[-1] in ",.，" and word.text[0].isdigit()
            if not (figure or is_cjk(text[-1]) or is_cjk(word.text[0])):
                text += " "
        text += word.text
        if word.text.strip():
            before = word
    return Placed.of(" ".join(text.split()), words)


def lines_of(words: Iterable[Box]) -> list[Line]:
    """Words of a page (from character recognition) in lines from the top down, each from the left."""
    lines: list[Line] = []
    for word in sorted(words, key=lambda w: -w.middle[1]):
        height = word.top - word.bottom
        if lines and abs(lines[-1][0].middle[1] - word.middle[1]) < 0.5 * height:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda w: w.left) for line in lines]


def segments(characters: Iterable[Box]) -> Line:
    """The characters of a line, joined up to gaps as wide as a column's."""
    parts: Line = []
    for char in characters:
        if parts and not char.text.strip():
            parts[-1].text += char.text
            continue
        gap = char.left - parts[-1].right if parts else 0.0
        if parts and -2 * _height(char) < gap < max(8.0, 1.1 * _height(char)):
            last = parts[-1]
            last.text += char.text
            last.places += char.places
            last.right, last.top = max(last.right, char.right), max(last.top, char.top)
            last.bottom = min(last.bottom, char.bottom)
        elif char.text.strip():
            parts.append(replace(char))
    return parts


def figures_beside(line: Line, other: Line) -> bool:
    """Whether a line is the figures at the end of a table's row, which PDFium now and then puts on a line apart."""
    right, middle = max(box.right for box in line), line[-1].middle[1]
    return all(
        is_figure(box.text.strip()) and box.left > right and abs(box.middle[1] - middle) < 0.5 * _height(box)
        for box in other
    )


def _height(box: Box) -> float:
    return max(box.top - box.bottom, 4.0)


def unruled(lines: Sequence[Line]) -> Iterator[Part]:
    """Lines as text, and the runs of them that make a table as tables."""
    index = 0
    while index < len(lines):
        table, end = _table(lines, index)
        if table is None:
            end = index + 1
            yield _plain(lines[index])
        else:
            yield table
        index = end


def _plain(line: Line) -> Placed:
    return Placed.of(" ".join(text for box in line if (text := box.text.strip())), line)


def _table(lines: Sequence[Line], begin: int) -> tuple[Table | None, int]:
    """The table that begins at a line, and where it ends."""
    if len(lines[begin]) < 2:
        return None, begin
    end = begin
    alone = 0
    while end < len(lines) and alone <= 2:
        alone = 0 if len(lines[end]) >= 2 else alone + 1
        end += 1
    while len(lines[end - 1]) < 2:
        end -= 1
    run = lines[begin:end]
    columns = _columns([line for line in run if len(line) >= 2])
    if len(columns) < 2 or not all(line[0].right <= columns[1][0] for line in run if len(line) == 1):
        return None, begin
    grid = [_row(line, columns) for line in run]
    figures = [is_figure(cell) for row in grid for cell in row[1:] if cell]
    captioned = begin > 0 and bool(CAPTION.match(_plain(lines[begin - 1])))
    wanted = 0.0 if captioned else _FIGURES
    if sum(len(line) >= 2 for line in run) < _MIN_ROWS or sum(figures) < wanted * len(figures):
        return None, begin
    return Table(grid, tuple(left for left, _ in columns)), end


def _columns(lines: Sequence[Line]) -> list[tuple[float, float]]:
    """Left and right edges of columns: what overlaps from line to line, by the lines with most cells."""
    most = max(map(len, lines))
    spans = sorted((box.left, box.right) for line in lines if len(line) >= max(2, most - 1) for box in line)
    columns: list[tuple[float, float]] = []
    for left, right in spans:
        if columns and left < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(right, columns[-1][1]))
        else:
            columns.append((left, right))
    return columns


def _row(line: Line, columns: Sequence[tuple[float, float]]) -> list[str]:
    """A line's cells, one that reaches over several columns in each of them."""
    cells: list[Line] = [[] for _ in columns]
    for box in line:
        under = [n for n, (left, right) in enumerate(columns) if box.left < right and box.right > left]
        if not under:
            under = [min(range(len(columns)), key=lambda n: abs(columns[n][0] - box.left))]
        for number in under:
            cells[number].append(box)
    return [_plain(cell) for cell in cells]


def same_columns(one: Table, other: Table) -> bool:
    """Whether two tables have their columns in the same places, so that one can go on in the other."""
    return len(one.columns) == len(other.columns) and all(
        abs(a - b) <= _LEVEL for a, b in zip(one.columns, other.columns, strict=True)
    )
