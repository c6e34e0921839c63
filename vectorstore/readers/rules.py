"""Ruled tables of a page: found where horizontal and vertical rules cross.

A missing rule between two cells means that one cell spans both. Coordinates are points from the lower left
corner.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import neg

from vectorstore.readers.geometry import Box, Table, flowed

_NEAR = 3.0
"""Points within which two rules count as meeting."""
_NARROW = 6.0
"""Points within which two rules are one edge: no cell is narrower."""
_UNEVEN = 15.0
"""Points within which the edge of a column may stand differently from row to row."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line drawn on the page: at `at`, from `low` to `high`."""

    at: float
    low: float
    high: float


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
        column = bisect_left(self.xs, x, 1, len(self.xs) - 1) - 1
        row = bisect_left(self.ys, -y, 1, len(self.ys) - 1, key=neg) - 1
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
