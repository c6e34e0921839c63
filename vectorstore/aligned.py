"""Tables whose cells only spaces part: by the places of their columns, or as rows below a line of names.

Text taken from PDFs keeps columns apart by runs of spaces, or by one space, which a name may hold as well. In the
second case hardly a cell can be told for certain, so that rows are kept whole and stand under the line of names; a
day belongs to the one column of days, and what is left for a single column beside it to that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from vectorstore.characters import has_han, weight
from vectorstore.furniture import Line, Spans
from vectorstore.tables import is_figure

_CELL = re.compile(r"\S+(?:[ \u00a0]\S+)*")
_MIN_ROWS = 3
_MOST_CELLS = 100
"""Cells of a row beyond which runs of spaces are not looked at: each is compared with every column."""
_NEAR = 24
"""Lines below the names of columns within which the first rows stand, blank ones included."""
_LONG = 60
"""Display width beyond which a line of one word is prose."""
_NAME = re.compile(r"^[^\W\d][^\d，。；：、！？“”…,;:!?]+$")
_RUNNING = re.compile(r"^(?:序号|编号|no\.?|#)$", re.IGNORECASE)
OF_DAYS = r"(?<!响应)(?<!运行)(?<!有效)(?<!处理)(?<!训练)时间|日期"
"""In the name of a column: it is of days; 响应时间 and the like are of durations."""
_DAY = re.compile(r"^(?:19|20)\d\d(?P<mark>[./-])(?:1[0-2]|0?[1-9])(?:(?P=mark)(?:[12]\d|3[01]|0?[1-9]))?$")
_MOST_LINES = 4
"""Lines of single words over which a row goes on behind its day."""
_SECTION = re.compile(r"^(?:#{1,6}\s|第[一二三四五六七八九十\d]+[章节]|[一二三四五六七八九十]+、|\d+(?:\.\d+){2,}\s)")


def mark(lines: Sequence[Line]) -> None:
    """Give the lines of tables that runs of spaces align their cells, as those with tabs have them."""
    run: list[Line] = []
    blanks = 0
    for line in [*lines, None]:
        if line is not None and line.blank and run and not blanks:
            blanks = 1
        elif line is not None and line.cells is None and 2 <= len(_cells(line)) <= _MOST_CELLS:
            run.append(line)
            blanks = 0
        else:
            if len(run) >= _MIN_ROWS:
                _align(run)
            run, blanks = [], 0


def _cells(line: Line) -> Spans:
    return [(line.start + cell.start(), line.start + cell.end()) for cell in _CELL.finditer(line.raw)]


def _align(run: Sequence[Line]) -> None:
    """Give each line one cell a column, empty where it has none, if the run is a table."""
    for wide in (True, False):  # programs count an ideograph as two places or as one
        rows = [[(_place(line, a, wide), _place(line, b, wide)) for a, b in _cells(line)] for line in run]
        columns = _columns(rows)
        grid = [_in_columns(row, columns) for row in rows]
        if len(columns) < 2 or None in grid:
            continue
        texts = [[line.raw[a - line.start : b - line.start] for a, b in _cells(line)] for line in run]
        figures = [is_figure(text) for row in texts for text in row[1:]]
        if len(columns) < 3 and 2 * sum(figures) < len(figures):
            continue
        for line, at in zip(run, grid, strict=True):
            spans = iter(_cells(line))
            last = line.start
            line.cells = []
            for filled in at or ():
                line.cells.append(next(spans) if filled else (last, last))
                last = line.cells[-1][1]
        return


def _place(line: Line, offset: int, wide: bool) -> int:
    before = line.raw[: offset - line.start]
    return weight(before) if wide else len(before)


def _columns(rows: Sequence[Spans]) -> Spans:
    """From where to where columns reach: what overlaps from row to row, by the rows with most cells."""
    most = max(map(len, rows))
    columns: Spans = []
    for left, right in sorted(span for row in rows if len(row) >= max(2, most - 1) for span in row):
        if columns and left < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(right, columns[-1][1]))
        else:
            columns.append((left, right))
    return columns


def _in_columns(row: Spans, columns: Spans) -> list[bool] | None:
    """Which columns a row has a cell in; None when one stands in several columns, or two in one."""
    found = [[n for n, (a, b) in enumerate(columns) if left < b and right > a] for left, right in row]
    if any(len(at) != 1 for at in found) or any(a >= b for a, b in pairwise(at[0] for at in found)):
        return None
    used = {at[0] for at in found}
    return [column in used for column in range(len(columns))]


def names_above(lines: Sequence[Line], index: int) -> int:
    """Where the rows end that stand below line `index`, if it names their columns; `index` when it does not."""
    if not _names(lines[index]):
        return index
    end = index + 1
    last = index
    rows = 0
    while end < len(lines) and (lines[end].blank or not _ends(lines[end])):
        words = lines[end].text and lines[end].raw.split()
        if len(words) >= 2:
            rows += len(words) >= 3 and any(char.isdigit() for char in lines[end].text)
        if words:
            last = end
        end += 1
        if end - index > _NEAR and rows < _MIN_ROWS:
            return index
    return last + 1 if rows >= _MIN_ROWS else index


def _names(line: Line) -> bool:
    """Whether a line is the names of columns: at least four short ones, none of a single letter."""
    return line.width <= 90 and _are_names(line.raw.split())


def _are_names(words: Sequence[str]) -> bool:
    return (
        len(words) >= 4
        and all(_NAME.match(word) and weight(word) <= 16 for word in words)
        and 4 * sum(map(has_han, words)) >= 3 * len(words)
    )


def _ends(line: Line) -> bool:
    """Whether a line cannot be part of a row: prose, a section's heading, or the names of the next table."""
    words = line.raw.split()
    prose = "。" in line.text or (line.width > _LONG and ("，" in line.text or len(words) <= 2))
    return prose or bool(_SECTION.match(line.text)) or _names(line)


def rows_of(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """The names of the columns, then each row: by its running number where the first column holds them, else a
    line each, and what follows a day that ends a line.
    """
    row: list[Line] = []
    numbered = bool(_RUNNING.match(lines[0].raw.split()[0]))
    number = 0
    for line in lines:
        if line.blank:
            continue
        first = line.raw.split()[0]
        begins = (first.isdecimal() and number < int(first) <= number + 5) if numbered else not _goes_on(row, line)
        if begins and row:
            yield row
            row = []
        if numbered and begins:
            number = int(first)
        row.append(line)
    yield row


def _goes_on(row: Sequence[Line], line: Line) -> bool:
    """Whether a row that ended at its day, but for single words since, goes on in this line."""
    if not row or len(row) > _MOST_LINES:
        return False
    words = [part.raw.split() for part in [*row, line]]
    ended = bool(_DAY.match(words[0][-1])) and all(len(part) == 1 for part in words[1:-1])
    return ended and not any(map(_DAY.match, words[-1]))


def dated(rows: Sequence[Sequence[str]]) -> bool:
    """Whether at least half of rows, given by their words, hold one day: a column of theirs is of days."""
    return 2 * sum(sum(map(bool, map(_DAY.match, words))) == 1 for words in rows) >= len(rows) > 0


def names_at_the_end(line: str) -> str:
    """The names of columns that a line is or ends with, behind the title of the table; '' where there are none."""
    words = line.split()
    first = next((n for n in range(len(words), 0, -1) if not _NAME.match(words[n - 1])), 0)
    return " ".join(words[first:]) if _are_names(words[first:]) else ""


def told(names: Sequence[str], words: Sequence[str]) -> list[tuple[str, int, int]]:
    """The cells of a row whose words and column names are given, as far as they can be told: a column's name, or ''
    where it could be one of several, and from which word to which.
    """
    columns = [number for number, name in enumerate(names) if re.search(OF_DAYS, name)]
    days = [number for number, word in enumerate(words) if _DAY.match(word)]
    if len(columns) != 1 or len(days) != 1:
        return [("", 0, len(words))]
    (column,), (day,) = columns, days
    before, after = names[:column], names[column + 1 :]
    cells = [(before, 0, day), (names[column : column + 1], day, day + 1), (after, day + 1, len(words))]
    return [(own[0] if len(own) == 1 else "", start, end) for own, start, end in cells if start < end]
