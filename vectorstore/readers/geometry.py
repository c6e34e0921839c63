"""A page as characters or words with their boxes, put into text: tables between rules or by their columns.

Coordinates are points from the lower left corner. Ruled tables are found where horizontal and vertical rules
cross; a missing rule between two cells means that one cell spans both. Unruled tables are found where
successive lines have wide gaps at the same places and figures between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from vectorstore.characters import is_cjk
from vectorstore.tables import Grid, is_figure

_NEAR = 3.0
"""Points within which two rules count as meeting."""
_NARROW = 6.0
"""Points within which two rules are one edge: no cell is narrower."""
_UNEVEN = 15.0
"""Points within which the edge of a column may stand differently from row to row."""
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


@dataclass(frozen=True, slots=True)
class Rule:
    """A line drawn on the page: at `at`, from `low` to `high`."""

    at: float
    low: float
    high: float


@dataclass(slots=True)
class Table:
    """A table of a page: its cells, spans filled, and the left edges of its columns."""

    grid: Grid
    columns: tuple[float, ...]


Line = list[Box]
Part = str | Table
"""A stretch of a page: text of one or more lines, or a table."""


@dataclass(slots=True, eq=False)
class Frame:
    """Where a ruled table stands: edges from left to right and from the top down, and which cells are one."""

    xs: list[float]
    ys: list[float]
    cell: dict[tuple[int, int], tuple[int, int]]
    words: dict[tuple[int, int], list[Box]] = field(default_factory=dict)

    def take(self, word: Box) -> bool:
        """Put a word into the cell where it stands; False when it stands outside."""
        x, y = word.middle
        if not (self.xs[0] <= x <= self.xs[-1] and self.ys[-1] <= y <= self.ys[0]):
            return False
        column = sum(x > edge for edge in self.xs[1:-1])
        row = sum(y < edge for edge in self.ys[1:-1])
        self.words.setdefault(self.cell[row, column], []).append(word)
        return True

    def tables(self) -> list[Table]:
        """The tables with the words put into them so far: one, or several that stand without a gap.

        Below a row that is one cell over the whole width, other columns mean another table.
        """
        tables: list[Table] = []
        begin, used = 0, set[int]()
        for row in range(len(self.ys) - 1):
            if self._edges(row):
                continue
            above = self._edges_of(range(begin, row))
            below = self._edges_of(range(row + 1, self._next_full(row + 1)))
            used |= above
            if used and below - used:
                tables.append(self._table(range(begin, row), used))
                begin, used = row, set()
        return [
            *tables,
            self._table(range(begin, len(self.ys) - 1), self._edges_of(range(begin, len(self.ys) - 1))),
        ]

    def _edges(self, row: int) -> set[int]:
        """The columns of a row that begin a cell of their own, the first apart."""
        return {c for c in range(1, len(self.xs) - 1) if self.cell[row, c] != self.cell[row, c - 1]}

    def _edges_of(self, rows: range) -> set[int]:
        return set[int]().union(*(self._edges(row) for row in rows))

    def _next_full(self, row: int) -> int:
        while row < len(self.ys) - 1 and self._edges(row):
            row += 1
        return row

    def _table(self, rows: range, edges: set[int]) -> Table:
        texts = {place: flowed(words) for place, words in self.words.items()}
        columns = [[0], *self._columns(rows, edges)]
        grid = []
        for row in rows:
            used = self._edges(row)
            places = [next((c for c in same if c in used), same[-1]) for same in columns]
            grid.append([texts.get(self.cell[row, c], "") for c in places])
        return Table(grid, tuple(self.xs[same[0]] for same in columns))

    def _columns(self, rows: range, edges: set[int]) -> list[list[int]]:
        """Edges in order; those a few points apart that no row uses both of are one edge, drawn unevenly."""
        columns: list[list[int]] = []
        for c in sorted(edges):
            same = columns[-1] if columns and self.xs[c] - self.xs[columns[-1][0]] <= _UNEVEN else []
            if same and not any(c in (used := self._edges(r)) and used & {*same} for r in rows):
                same.append(c)
            else:
                columns.append([c])
        return columns


def frames(horizontal: Iterable[Rule], vertical: Iterable[Rule]) -> list[Frame]:
    """The ruled tables of a page, of at least two rows and two columns."""
    across, down = _merged(horizontal), _merged(vertical)
    found = []
    for rows, columns in _components(across, down):
        ys = _edges([r.at for r in rows], [e for c in columns for e in (c.low, c.high)])[::-1]
        xs = _edges([c.at for c in columns], [e for r in rows for e in (r.low, r.high)])
        if len(xs) >= 3 and len(ys) >= 3:
            found.append(Frame(xs, ys, _cells(xs, ys, rows, columns)))
    return found


def _merged(rules: Iterable[Rule]) -> list[Rule]:
    """Rules on one line that touch, as one."""
    merged: list[Rule] = []
    lines: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda r: r.at):
        if lines and rule.at - lines[-1][-1].at <= 1.5:
            lines[-1].append(rule)
        else:
            lines.append([rule])
    for line in lines:
        at = sum(r.at for r in line) / len(line)
        low, high = None, 0.0
        for rule in sorted(line, key=lambda r: r.low):
            if low is not None and rule.low <= high + _NEAR:
                high = max(high, rule.high)
                continue
            if low is not None:
                merged.append(Rule(at, low, high))
            low, high = rule.low, rule.high
        if low is not None:
            merged.append(Rule(at, low, high))
    return merged


def _components(across: Sequence[Rule], down: Sequence[Rule]) -> Iterator[tuple[list[Rule], list[Rule]]]:
    """Sets of rules that cross one another."""
    free_rows, free_columns = set(range(len(across))), set(range(len(down)))
    while free_rows:
        rows, columns, waiting = set[int](), set[int](), [(True, free_rows.pop())]
        while waiting:
            is_row, index = waiting.pop()
            (rows if is_row else columns).add(index)
            others = free_columns if is_row else free_rows
            mine = across[index] if is_row else down[index]
            hit = {o for o in others if _cross(mine, down[o] if is_row else across[o])}
            others -= hit
            waiting += [(not is_row, o) for o in hit]
        if columns:
            yield [across[i] for i in rows], [down[i] for i in columns]


def _cross(one: Rule, other: Rule) -> bool:
    return (
        one.low - _NEAR <= other.at <= one.high + _NEAR and other.low - _NEAR <= one.at <= other.high + _NEAR
    )


def _edges(rules: list[float], ends: list[float]) -> list[float]:
    """Where rules stand, with the outer ends of those that cross them: sides are often left open."""
    edges: list[float] = []
    for at in sorted(rules):
        if not edges or at - edges[-1] > _NARROW:
            edges.append(at)
    if min(ends) < edges[0] - 10:
        edges.insert(0, min(ends))
    if max(ends) > edges[-1] + 10:
        edges.append(max(ends))
    return edges


def _cells(
    xs: list[float], ys: list[float], rows: list[Rule], columns: list[Rule]
) -> dict[tuple[int, int], tuple[int, int]]:
    """For each place of the grid the first place of the cell it belongs to."""
    first = {(r, c): (r, c) for r in range(len(ys) - 1) for c in range(len(xs) - 1)}
    for (r, c), _ in list(first.items()):
        x, y = (xs[c] + xs[c + 1]) / 2, (ys[r] + ys[r + 1]) / 2
        open_left = c > 0 and not any(abs(k.at - xs[c]) <= _NARROW and k.low <= y <= k.high for k in columns)
        open_top = r > 0 and not any(abs(k.at - ys[r]) <= _NARROW and k.low <= x <= k.high for k in rows)
        if open_left:
            first[r, c] = first[r, c - 1]
        elif open_top:
            first[r, c] = first[r - 1, c]
    return first


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
        abs(a - b) <= 2 * _NEAR for a, b in zip(one.columns, other.columns, strict=True)
    )
