"""The row of a table that a superlative asks for: what grew fastest, which of them is the smallest.

A model reads a few rows and takes the first for the largest. Figures of one column can be compared exactly, over all
rows of the table, also those that stand in passages that were not found.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.quantities import chinese_numeral, find_quantities
from assistant.quantities.lexicon import DATES
from vectorstore.schema import Hit, Passage
from vectorstore.words import words

READ = 4
"""Passages at the head of the ranking in which a table is looked for: one further down is about something else."""
_ROWS = 3
"""Rows with a figure that make a column comparable; two are compared by any reader."""
_MOST = re.compile(
    r"最[高大多快长晚新远重贵强热]|前(?:[二两三四五六]|[2-6])[名位大](?!十)|(?:排名?|位[居列]|居)(?:第一|首位)(?![季次个批代])"
    r"|\b(?:high|larg|bigg|great|fast|long|lat|new|strong)est\b|\bmost\b|\btop\b",
    re.IGNORECASE,
)
_LEAST = re.compile(
    r"最[低小少慢短早轻旧]|\b(?:low|small|few|slow|short|earli|light|old)est\b|\bleast\b", re.IGNORECASE
)
_FIRST = (
    re.compile(r"(?:前|最.{1,2}?的)(?P<n>[二两三四五六]|[2-6])(?:名|位|大|家|个|款|项|强|类|种)(?!十|\d)"),
    re.compile(r"\btop (?P<n>two|three|four|five|six|[2-6])\b", re.IGNORECASE),
    re.compile(r"\b(?P<n>two|three|four|five|six|[2-6]) (?:most|least|[a-z]{2,}est)\b", re.IGNORECASE),
)
_IN_ENGLISH = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_OF_TIMES = re.compile(r"最[晚新早旧]|\b(?:lat|new|earli|old)est\b", re.IGNORECASE)
_OF_GROWTH = re.compile(r"最[快慢]|\b(?:fast|slow)est\b", re.IGNORECASE)
_GROWTH = re.compile(r"增[长速幅]|同比|环比|增减|growth|increase|change|yoy|cagr", re.IGNORECASE)
_NO_MEASURE = re.compile(r"序号|编号|代码|排名|名次|^(?:no\.?|#|rank|code|id)$", re.IGNORECASE)
_TOTAL = re.compile(
    r"\W*(?:合计|总[计体和]|整体|全[国部球]|平均|均值|小计|(?:grand |sub)?total|average|mean|overall|all)\W*",
    re.IGNORECASE,
)
_CELL = 4
"""How much longer than its figure a cell may be."""
_TAIL = re.compile(r"[得的地为是]+$")
_COUNTED = re.compile(r"[数量额率值]$")
_THING = re.compile(r"的?+([^一二两三四五六几那哪是为，。？?\d][^是哪，。？?]{0,9})")
"""What a Chinese superlative is said of, if that stands behind it: 最大的困难; not in 最高的三家, 最高的是."""
_ROUND, _ROUND_EN = 5, 20
"""Characters in front of a Chinese superlative, and behind an English one, that say what it is the most of."""
_NEAR = 3
"""English words behind a superlative among which what is measured is named."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of a table: its place in the clean text of a passage, and its cells by the names of their columns."""

    passage: Passage
    start: int
    end: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Picked:
    """The rows of a table that a question asks for: the passages they stand in, as hits, and where.

    `table` are the first characters of all passages of the table.
    """

    hits: tuple[Hit, ...]
    table: frozenset[int]
    rows: frozenset[tuple[int, int, int]]

    def of_the_table(self, hit: Hit) -> bool:
        """Whether a hit is a part of the table: of that only the rows that were picked are to be read."""
        return hit.report.id == self.hits[0].report.id and hit.passage.start in self.table

    def holds(self, hit: Hit, start: int, end: int) -> bool:
        """Whether `hit.passage.clean[start:end]` is some of a row that was picked."""
        places = [(first, last) for at, first, last in self.rows if at == hit.passage.start]
        return self.of_the_table(hit) and any(first <= start and end <= last for first, last in places)


def picked(
    ways: Sequence[str],
    hits: Sequence[Hit],
    passages: Callable[[str], Sequence[Passage]],
    text: Callable[[str], str],
) -> Picked | None:
    """The rows that a superlative in a question picks from the first table found that has a column for it.

    `ways` are the forms of the question, `passages` and `text` give a report's. None without a superlative, or where
    no column of figures is what it measures.
    """
    if not (asking := asked(ways)):
        return None
    for hit in hits[:READ]:
        table = _table(hit.passage, passages) if hit.passage.kind == "table" else []
        rows = _meant(table, ways)
        if not (measured := _measure(rows, asking)):
            continue
        most = bool(_MOST.search(asking[0]))
        ordered = sorted(measured, key=lambda pair: -pair[1] if most else pair[1])
        least = ordered[min(_how_many(asking), len(ordered)) - 1][1]
        best = [row for row, value in ordered if (value >= least if most else value <= least)]
        if len(best) < len(measured):
            return _found(hit, table, best, text(hit.report.id))
    return None


def asked(ways: Sequence[str]) -> list[str]:
    """Those forms of a question that hold a superlative."""
    return [way for way in ways if _superlatives(way)]


def of_growth(ways: Sequence[str]) -> bool:
    """Whether a question asks what grew fastest or slowest."""
    return any(growth for _, growth, _ in _kinds("\n".join(ways)))


def says(ways: Sequence[str], text: str) -> bool:
    """Whether a text says outright what a superlative in a question asks for: what grew fastest, what is least."""
    return not _kinds("\n".join(ways)).isdisjoint(_kinds(text))


def _kinds(text: str) -> set[tuple[bool, bool, bool]]:
    """What the superlatives of a text are: the most or the least, of growth, of times."""
    return {
        (pattern is _MOST, bool(_OF_GROWTH.search(found[0]) or _GROWTH.search(near)), bool(_OF_TIMES.search(found[0])))
        for pattern in (_MOST, _LEAST)
        for found in pattern.finditer(text)
        for near in [text[found.start() : found.end() + _ROUND_EN] if found[0].isascii()
                     else text[max(0, found.start() - _ROUND) : found.start()]]
    }  # fmt: skip


def _found(hit: Hit, table: Sequence[_Row], best: Sequence[_Row], text: str) -> Picked:
    passages = {row.passage.start: row.passage for row in best}
    hits = tuple(
        hit if passage.start == hit.passage.start
        else replace(hit, passage=passage, text=text[passage.start : passage.end], duplicates=())
        for passage in passages.values()
    )  # fmt: skip
    rows = frozenset((row.passage.start, row.start, row.end) for row in best)
    return Picked(hits, frozenset(row.passage.start for row in table), rows)


def _table(passage: Passage, passages: Callable[[str], Sequence[Passage]]) -> list[_Row]:
    """All rows of the table that a passage is of: those of its neighbours too whose columns bear the same names."""
    own = list(_rows(passage))
    if not own:
        return []
    every = passages(passage.report)
    place = next((number for number, other in enumerate(every) if other.start == passage.start), None)
    if place is None:
        return own
    before = _same(own, reversed(every[:place]))
    after = _same(own, every[place + 1 :])
    return [row for part in [*reversed(before), own, *after] for row in part]


def _same(own: Sequence[_Row], others: Sequence[Passage] | Iterator[Passage]) -> list[list[_Row]]:
    """The rows of the passages that follow as parts of the same table."""
    names = set(own[0].cells)
    parts = []
    for other in others:
        rows = list(_rows(other)) if other.kind == "table" else []
        if not rows or not any(set(row.cells) == names for row in rows):
            break
        parts.append(rows)
    return parts


def _rows(passage: Passage) -> Iterator[_Row]:
    """The lines of a passage whose cells all bear the names of their columns."""
    at = 0
    for line in passage.clean.split("\n"):
        cells = [cell.partition(": ") for cell in line.split(" | ")]
        if len(cells) > 1 and all(colon for _, colon, _ in cells):
            yield _Row(passage, at, at + len(line), {name.strip(): value.strip() for name, _, value in cells})
        at += len(line) + 1


def _meant(rows: Sequence[_Row], ways: Sequence[str]) -> list[_Row]:
    """The rows that a question is about: no totals, and of a year or a kind that it names only those."""
    kept = [row for row in rows if not _TOTAL.fullmatch(next(iter(row.cells.values())))]
    said = "\n".join(ways).lower()
    for name in dict.fromkeys(name for row in kept for name in row.cells):
        for value, count in Counter(row.cells.get(name, "").lower() for row in kept).items():
            if len(value) > 1 and value in said and not find_quantities(value) and 2 <= count < len(kept):
                kept = [row for row in kept if row.cells.get(name, "").lower() == value]
        for year in set(re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", said)):
            of_it = [row for row in kept if row.cells.get(name, "").startswith(year)]
            if 2 <= len(of_it) < len(kept):
                kept = of_it
    return kept


def _measure(rows: Sequence[_Row], asking: Sequence[str]) -> list[tuple[_Row, Decimal]]:
    """The rows with their values in the column that a superlative is about; [] where none is."""
    times = any(map(_OF_TIMES.search, asking))
    columns = {}
    names = list(dict.fromkeys(name for row in rows for name in row.cells))
    for name in names:
        values = [(row, value) for row in rows if (value := _value(row.cells.get(name, ""), times)) is not None]
        if len(values) >= _ROWS and not _NO_MEASURE.search(name):
            units = Counter(unit for _, (_, unit) in values)
            unit, count = units.most_common(1)[0]
            if count >= _ROWS:
                columns[name] = [(row, value) for row, (value, own) in values if own == unit]
    if times and len(columns) == 1:
        return next(iter(columns.values()))
    fitting = {name: max(_fits(name, names, way) for way in asking) for name in columns}
    best = max(fitting.values(), default=0.0)
    chosen = [name for name, fit in fitting.items() if fit == best > 0]
    return columns[chosen[0]] if len(chosen) == 1 else []


def _value(cell: str, times: bool) -> tuple[Decimal, str] | None:
    """What a cell holds to be compared: its first figure, or its first date where times are compared; None for one
    that tells something else.
    """
    for found in find_quantities(cell):
        if (found.unit in DATES) == times and len(cell) <= _CELL * len(found.text):
            return found.value, "" if times else found.unit
    return None


def _fits(name: str, names: Sequence[str], way: str) -> float:
    """How well the name of a column says what a superlative measures: 0 where it does not stand beside it, else the
    share of its words that the question holds, a longer name before a shorter one.
    """
    own = _words(name)
    if not any(_measures(name, own, names, way, found) for found in _superlatives(way)):
        return 0.0
    held = len(own & _words(way)) or 1
    return held / len(own) + held / 100


def _superlatives(way: str) -> list[re.Match[str]]:
    return [found for pattern in (_MOST, _LEAST) for found in pattern.finditer(way)]


def _measures(name: str, own: frozenset[str], names: Sequence[str], way: str, found: re.Match[str]) -> bool:
    """Whether a superlative is said of a column: its name stands in front (销售额最高) or behind (highest sales), or
    something grows fastest and the column is of growth. What is largest must be a column's or go unsaid: with "the
    largest difficulty in sales" no sales are meant.
    """
    if _OF_GROWTH.search(found[0]) and _GROWTH.search(name):
        return True
    before, behind = way[: found.start()], way[found.end() :]
    if found[0].isascii():
        near = [*words(before)[-1:], *words(behind)[:_NEAR]]
        return not own.isdisjoint(near)
    thing = _THING.match(behind)
    said = thing[1] if thing else ""
    if any(said.startswith(word) for word in own):
        return True
    known = not said or any(len(word) > 1 and word in said for other in names for word in _words(other))
    return known and any(_TAIL.sub("", before).endswith(word) for word in own)


def _words(text: str) -> frozenset[str]:
    """The words of a column's name, its unit left out, and the whole with and without 数 and the like."""
    plain = re.sub(r"[（(].*?[）)]|\s", " ", text.lower()).strip()
    return frozenset([*words(plain), plain, _COUNTED.sub("", plain)])


def _how_many(asking: Sequence[str]) -> int:
    """How many rows a question wants: the first three, or the one."""
    for found in (pattern.search(way) for way in asking for pattern in _FIRST):
        if found:
            said = found["n"].lower()
            return int(said if said.isdecimal() else _IN_ENGLISH.get(said) or chinese_numeral(said) or 1)
    return 1
