"""Which row of a table a number belongs to: a claim must not give it to another row's label.

大专 | 356 and 大专以下 | 831 stand below each other, and a small model takes the first for the second.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from assistant.claims import clauses
from assistant.quantities import Quantity
from assistant.table import cells_of, figure

_SHORTEST = 2
"""Characters of a label."""


def of_another_row(said: str, source: str, spot: Quantity, beside: Sequence[str] = (), claim: str = "") -> bool:
    """Whether a clause names the label of another row of the table than that in which its number stands, and none of
    that row's own. A label that is a part of the other (大专 of 大专以下) is not named by it. `beside` are other
    texts, in which rows with the same columns may stand, and `claim` is what is said before the clause.
    """
    lines = _lines(source)
    own = next((line for start, line in lines if start <= spot.start < start + len(line)), "")
    if " | " not in own:
        return False
    rows = [line for _, line in lines if " | " in line and line != own]
    elsewhere = [line for text in beside if text != source for _, line in _lines(text) if " | " in line]
    rows += [line for line in elsewhere if _columns(line) == _columns(own)]
    others = [_labels(line) for line in rows if _has_figure(line) or ": " in line]  # bare cells may be a head
    whole = _labels(own)
    apart = _of_one_row([whole, *others])
    mine = whole & apart or whole  # what all rows hold (类型: 写作) names none of them
    elsewhere_too = {label for label in apart - mine if label in own.casefold()}  # 服务器 in a row of 服务器数量
    labels = sorted({*mine, *apart} - elsewhere_too, key=len, reverse=True)
    # What a number is of may stand in a clause before: 最多的是IT员工，占比50%.
    before = [claim[start:end] for start, end in clauses(claim)] if claim.strip() else []
    named = (_names_another(clause, labels, mine) for clause in (said, *reversed(before)))
    return next((another for another in named if another is not None), False)


def _names_another(said: str, labels: Sequence[str], mine: frozenset[str]) -> bool | None:
    """Whether a text names another row's label and none of this row's own; None where it names none at all."""
    spoken, another = said.casefold(), None
    for label in labels:
        if label in spoken and label in mine:
            return False
        another = another or label in spoken or None
        spoken = spoken.replace(label, " ")
    return another


def _of_one_row(rows: Sequence[frozenset[str]]) -> frozenset[str]:
    """The labels that stand in one row alone."""
    counted = Counter(label for row in rows for label in row)
    return frozenset(label for label, count in counted.items() if count == 1)


@lru_cache(maxsize=256)
def _lines(source: str) -> tuple[tuple[int, str], ...]:
    """The lines of a text and where they begin."""
    lines, at = [], 0
    for line in source.split("\n"):
        lines.append((at, line))
        at += len(line) + 1
    return tuple(lines)


@lru_cache(maxsize=2048)
def _labels(line: str) -> frozenset[str]:
    """What stands in the cells of a row and is no figure."""
    cells = (value.casefold() for _, value in cells_of(line))
    return frozenset(cell for cell in cells if len(cell) >= _SHORTEST and not figure(cell))


def _columns(line: str) -> list[str]:
    return [name for name, _ in cells_of(line)]


def _has_figure(line: str) -> bool:
    """Whether a row is no head: one of its cells tells a figure."""
    return any(figure(value) for _, value in cells_of(line))
