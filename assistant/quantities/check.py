"""Whether the numbers of a claim stand in its sources, in either notation. Rounded numbers do not count."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal

from assistant.quantities.columns import units
from assistant.quantities.dates import parts
from assistant.quantities.lexicon import DATES, MONEY, normalise
from assistant.quantities.numerals import plain, shift
from assistant.quantities.parse import Quantity, find_quantities

_MARKS = re.compile(
    r"[\[【［]\^?[0-9０-９]{1,3}(?:\s?[,，、-]\s?[0-9０-９]{1,3}){0,9}[\]】］]"
    r"|^\s{0,8}[0-9]{1,3}[.)、](?=\s)|[(（][0-9]{1,2}[)）]", re.MULTILINE
)
_IDENTIFIER = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z]++(?:[-_.]?[A-Za-z0-9]++)*+|(?<![0-9A-Za-z.])[0-9]++(?:\.[0-9]++){2,}+"
    r"|(?<![0-9A-Za-z.])[0-9]++[A-Za-z]++[0-9][A-Za-z0-9]*+"
)
_ROW = re.compile(r" \| |\t")
SMALL = 31
"""Whole numbers up to this, with no unit that makes them an amount, are not checked: points of a list, days."""


def numbers(text: str) -> frozenset[Decimal]:
    """Every number in `text`, scaled by its unit, both ends of ranges, every part of a date.

    A share stands as its percentage: 三成 and 30% give 30; a half 50 and 0.5; a third 0.333... and 33.3...
    """
    return frozenset(value for q in find_quantities(text) for value, _ in _stated(q))


def unsupported_numbers(
    claim: str, sources: Iterable[str], *, allowed: Iterable[str] = ()
) -> list[str]:
    """The numbers in `claim`, as written there, that stand in none of `sources` and not in `allowed`.

    Values are compared after scaling, and money only with money of the same currency or with bare numbers.
    A name with a number (GPT-4) counts where the name stands in a source. Not looked at: whole numbers up to
    31 without unit, list numbering, citation marks. `allowed` is what may be repeated: the question.
    """
    known = _Known(list(sources), list(allowed))
    bare = _MARKS.sub(lambda match: " " * len(match[0]), claim)
    said = find_quantities(bare)
    missing = [(q.start, q.text) for q in said if not _ignored(q) and not known.holds(q)]
    missing += [(at, name) for at, name in _identifiers(bare, said) if not known.names(name)]
    return [surface for _, surface in sorted(missing)]


class _Known:
    """What the sources say: values with units, parts of dates, and the text without spaces and hyphens."""

    def __init__(self, sources: list[str], allowed: list[str]) -> None:
        self._units: dict[Decimal, set[str]] = defaultdict(set)
        self._dates: set[tuple[str, int]] = set()
        self._days: dict[tuple[int, int], set[int | None]] = defaultdict(set)
        self._squeezed = _squeeze(" \n".join([*sources, *allowed]))
        heads = {column for source in sources if not _ROW.search(source) for column in units(source)}
        for source in (*sources, *allowed):
            # The head of a table may stand apart from its rows.
            self._read(source, heads | set(units(source)) if _ROW.search(source) else set(units(source)))

    def _read(self, source: str, columns: Collection[tuple[int, str]]) -> None:
        for q in find_quantities(source):
            for value, unit in _stated(q):
                self._units[value].add(unit)
            if q.unit in DATES:
                dated = [parts(q.unit, value) for value in q.values]
                self._dates.update(part for date in dated for part in date.items())
                for date in dated:
                    if "day" in date:
                        self._days[date["month"], date["day"]].add(date.get("year"))
            if q.unit == "year" and q.value < 100:
                self._dates.add(("year", 2000 + int(q.value)))  # 21年底
            if q.unit in ("", "year"):
                for power, unit in columns:
                    for value in q.values:
                        self._units[shift(value, power)].add(unit)

    def holds(self, q: Quantity) -> bool:
        if q.unit in DATES and all(self._dated(q.unit, value) for value in q.values):
            return True
        if q.unit in DATES and q.unit != "year":
            return False
        return all(
            any(_agree(q.unit, unit) for unit in self._units.get(value, ())) for value in q.values
        )

    def names(self, name: str) -> bool:
        if _squeeze(name).removesuffix("s") in self._squeezed:
            return True
        found = [plain(Decimal(n)) for n in re.findall(r"[0-9]+(?:\.[0-9]+)?", name) if len(n) < 25]
        return all(self._counts(number) for number in found)

    def _counts(self, number: Decimal) -> bool:
        """Whether `number` stands in the sources as neither money nor share."""
        return any(unit not in MONEY and unit != "%" for unit in self._units.get(number, ()))

    def _dated(self, unit: str, value: Decimal) -> bool:
        """Whether a date stands there; its year may stand apart from a day that stands without one, a day and its
        month stand together.
        """
        date = parts(unit, value)
        if "day" in date:
            years = self._days.get((date["month"], date["day"]), set())
            if not years or ("year" in date and None not in years and date["year"] not in years):
                return False
        return all(part in self._dates for part in date.items())


def _stated(q: Quantity) -> Iterator[tuple[Decimal, str]]:
    """Every value a quantity stands for, with its unit."""
    for value in q.values:
        if q.unit in DATES and q.unit != "year":
            for kind, number in parts(q.unit, value).items():
                yield Decimal(number), kind
            continue
        yield value, q.unit
        if q.unit == "fraction":
            yield value * 100, "%"
        if q.unit == "%" and value == 50 and q.high is None and not any(c.isdigit() for c in q.text):
            yield Decimal("0.5"), "fraction"


def _ignored(q: Quantity) -> bool:
    if q.unit in MONEY or q.unit in ("%", "pp", "fraction", "date", "quarter"):
        return False
    return all(value <= SMALL and value == int(value) for value in q.values)


def _agree(claimed: str, known: str) -> bool:
    """Whether a number with the one unit may be said with the other: money, shares and percentage points only as
    themselves.
    """
    a, b = ((unit if unit in MONEY or unit in ("%", "pp") else "") for unit in (claimed, known))
    return a == b or not claimed or not known


def _identifiers(text: str, quantities: list[Quantity]) -> Iterator[tuple[int, str]]:
    """Names with digits in them that hold none of the quantities found in `text`."""
    at = 0
    for match in _IDENTIFIER.finditer(normalise(text)):
        while at < len(quantities) and quantities[at].end <= match.start():
            at += 1
        overlaps = at < len(quantities) and quantities[at].start < match.end()
        if not overlaps and any(c.isdigit() for c in match[0]):
            yield match.start(), text[match.start():match.end()]


def _squeeze(text: str) -> str:
    return re.sub(r"[\s_-]+", "", normalise(text)).lower()
