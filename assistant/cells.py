"""The cells of a long row that a question asks for: a small model takes their neighbours instead."""

from __future__ import annotations

from collections.abc import Sequence

from vectorstore.words import words

_LONG = 80
"""Characters from which a row is cut."""
_HEADED = 3
"""Cells with a name from which a line is taken for a row below named columns."""


def asked_of_rows(text: str, ways: Sequence[str]) -> str:
    """A text whose long rows hold only what a question, in any of its forms, asks for: the cell that names
    the row and those whose column or value shares a word with it. A row of which no column is named stays whole.
    """
    if " | " not in text:
        return text
    asked = frozenset(word for way in ways for word in words(way))
    return "\n".join(_cut(line, asked) for line in text.split("\n"))


def _cut(row: str, asked: frozenset[str]) -> str:
    cells = row.split(" | ")
    named = [cell.partition(": ") for cell in cells]
    if len(row) < _LONG or sum(bool(colon) for _, colon, _ in named) < max(_HEADED, len(cells) - 1):
        return row
    of_column = [bool(colon) and not asked.isdisjoint(words(name)) for name, colon, _ in named]
    # Before the cell that names the row its number may stand.
    first = next((place for place, (_, _, value) in enumerate(named) if not value.strip().isdigit()), 0)
    if not any(of_column[first + 1 :]):
        return row
    return " | ".join(
        cell
        for place, cell in enumerate(cells)
        if place == first or of_column[place] or not asked.isdisjoint(words(named[place][2]))
    )
