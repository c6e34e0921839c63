"""The cells of a long row that a question asks for: a small model takes their neighbours instead."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vectorstore.words import words

_LONG = 80
"""Characters from which a row is cut."""
_HEADED = 3
"""Cells with a name from which a line is taken for a row below named columns."""
_CHANGES = re.compile(
    r"变[动化]|[增减升降涨跌]|[同环]比|相比|比上|较|\b(?:chang|gr[eo]w|ris|rose|f[ae]ll|increas|decreas|declin|compar|versus|vs\b)",
    re.IGNORECASE,
)
_OF_CHANGE = re.compile(r"增减|增[长速幅]|[同环]比|变[动化]|涨跌|\b(?:change|growth|yoy)\b", re.IGNORECASE)
"""Questions for a change, and the columns that give one, which are named in other words."""


def asked_of_rows(text: str, ways: Sequence[str]) -> str:
    """A text whose long rows hold only what a question, in any of its forms, asks for: the cell that names
    the row and those whose column or value shares a word with it. A row of which no column is named stays whole.
    """
    if " | " not in text:
        return text
    asked = frozenset(word for way in ways for word in words(way) if len(word) > 1)  # 年 stands in every year
    changing = any(map(_CHANGES.search, ways))
    return "\n".join(_cut(line, asked, changing=changing) for line in text.split("\n"))


def _cut(row: str, asked: frozenset[str], *, changing: bool) -> str:
    cells = row.split(" | ")
    named = [cell.partition(": ") for cell in cells]
    if len(row) < _LONG or sum(bool(colon) for _, colon, _ in named) < max(_HEADED, len(cells) - 1):
        return row
    of_column = [
        bool(colon) and (not asked.isdisjoint(words(name)) or (changing and bool(_OF_CHANGE.search(name))))
        for name, colon, _ in named
    ]
    # Before the cell that names the row its number may stand.
    first = next((place for place, (_, _, value) in enumerate(named) if not value.strip().isdigit()), 0)
    if not any(of_column[first + 1 :]):
        return row
    return " | ".join(
        cell
        for place, cell in enumerate(cells)
        if place == first or of_column[place] or not asked.isdisjoint(words(named[place][2]))
    )
