"""The rows and the cells of a table that a question asks for: a small model takes their neighbours instead."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from assistant.asking import asks_how_much
from assistant.fitting import years_within
from assistant.table import cells_of, figure
from vectorstore.characters import has_han
from vectorstore.words import words

_LONG = 80
"""Characters from which a row is cut."""
_HEADED = 3
"""Cells with a name from which a line is taken for a row below named columns."""
_RUNNING = re.compile(r"\d{1,3}")
_OF_A_YEAR = re.compile(
    r"(?:(?:[^|:]{0,6}(?:年[份度]?|时间|日期)|(?:fiscal )?year|period|date): )?((?:19|20)\d\d)\s?年?度?\s?[AEF]?",
    re.IGNORECASE,
)
_OTHER_YEARS = re.compile(
    r"哪一?年|[历逐各每]年|以来|之[后前]|以[后前]|[年月]起|至今|[上前]一?年|上年|[同环]比|变化|趋势|首次|超过"
    r"|\b(?:since|after|before|between|through|until|which year|each year|every year|previous|prior|year[- ]on[- ]year"
    r"|yoy|trend|chang\w+|first|exceed\w*)\b",
    re.IGNORECASE,
)
"""A question about more years than it names."""
_CHANGES = re.compile(
    r"变[动化]|[增减升降涨跌]|[同环]比|相比|比上|较|\b(?:chang|gr[eo]w|ris|rose|f[ae]ll|increas|decreas|declin|compar|versus|vs\b)",
    re.IGNORECASE,
)
_OF_CHANGE = re.compile(r"增减|增[长速幅]|[同环]比|变[动化]|涨跌|\b(?:change|growth|yoy)\b", re.IGNORECASE)
"""Questions for a change, and the columns that give one, which are named in other words."""


def asked_of_rows(text: str, ways: Sequence[str]) -> str:
    """A text whose long rows hold only what a question, in any of its forms, asks for: the cell that names
    the row and those of columns whose name, or one of whose cells, shares a word with it. A row of which no column
    is named stays whole; one too many is better than one too few.
    """
    if " | " not in text:
        return text
    rows = [_cells(line) for line in text.split("\n")]
    asked = frozenset(word for way in ways for word in words(way) if len(word) > 1)  # 年 stands in every year
    asked -= {word for row in rows for name, _ in row[:1] for word in words(name)}  # what rows are of names no column
    pairs = frozenset().union(*map(_pairs, ways))
    named = {
        name
        for row in rows
        for name, _ in row
        if not asked.isdisjoint(words(name)) or not pairs.isdisjoint(_pairs(name))
    }
    if any(map(_CHANGES.search, ways)):
        named |= {name for row in rows for name, _ in row if _OF_CHANGE.search(name)}
    # What one row is asked for by, the others are told apart by.
    held = {name for row in rows for name, value in row if not asked.isdisjoint(words(value))}
    kept = [_cut(line, row, named, held) for line, row in zip(text.split("\n"), rows, strict=True)]
    whole = asks_how_much(ways) and not any(_tells(line) for line, row in zip(kept, rows, strict=True) if row)
    return text if whole else "\n".join(kept)


def of_asked_years(text: str, ways: Sequence[str]) -> str:
    """A text without those rows of years that a question, in any of its forms, does not name, where it names others
    that stand there: in a row of figures a small model takes a neighbour's.
    """
    rows = [(row_year(line), line) for line in text.split("\n")]
    asked = asked_years(ways, [year for year, _ in rows])
    return "\n".join(line for year, line in rows if year is None or year in asked)


def asked_years(ways: Sequence[str], years: Sequence[int | None]) -> frozenset[int | None]:
    """Of the years that rows are of those that a question, in any of its forms, is about: the ones it names and those
    between; all of them where it names none of them, or where it compares one with others (since 2020, in which year).
    """
    named = frozenset[int]().union(*map(years_within, ways)).intersection(years)
    return frozenset(years) if not named or any(map(_OTHER_YEARS.search, ways)) else named


def row_year(line: str) -> int | None:
    """The year that a row is of by its first cell; None for any other line."""
    first, bar, _ = line.partition(" | ")
    found = _OF_A_YEAR.fullmatch(first.strip()) if bar else None
    return int(found[1]) if found else None


def is_named(text: str, said: Sequence[str]) -> bool:
    """Whether what a row is of, one of its cells that hold no figure, or a word of its name stands in an answer or a
    question; True for what is no row.
    """
    cells = cells_of(text)
    labels = [value for _, value in cells if len(value) > 1 and not figure(value)]
    if len(cells) < 2 or not labels:
        return True
    wanted = {*map(str.casefold, labels), *(word for word in words(labels[0]) if len(word) > 1)}
    return any(word in told.casefold() for word in wanted for told in said)


def _cells(line: str) -> list[tuple[str, str]]:
    """The names of a row's columns and what stands in its cells; [] for a line that is no long row below names."""
    cells = cells_of(line)
    named = sum(bool(name) for name, _ in cells)
    return [] if len(line) < _LONG or named < max(_HEADED, len(cells) - 1) else cells


def _pairs(text: str) -> frozenset[str]:
    """Chinese characters side by side: a column may be asked for by nearly its name, 星数 for 星星数."""
    return frozenset(one + other for one, other in pairwise(text) if has_han(one) and has_han(other))


def _tells(row: str) -> bool:
    """Whether a cell of a row but the first holds a digit."""
    return any(char.isdigit() for _, value in cells_of(row)[1:] for char in value)


def _cut(line: str, row: Sequence[tuple[str, str]], named: Collection[str], held: Collection[str]) -> str:
    # Before the cell that names the row its running number may stand; a year is no such.
    first = next((place for place, (_, value) in enumerate(row) if not _RUNNING.fullmatch(value)), 0)
    if not any(name in named for name, _ in row[first + 1 :] if name):
        return line
    kept = (place == first or name in named or name in held for place, (name, _) in enumerate(row))
    return " | ".join(cell for cell, keep in zip(line.split(" | "), kept, strict=True) if keep)
