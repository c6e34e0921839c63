"""The items of a list in a report: one alone is half an answer to a question for all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.evidence import Part

_ITEM = re.compile(
    r"\s*(?:(?P<bullet>[-*•·●○◆■▪➢✓]\s?(?=\D))|(?P<figure>[（(]?\d{1,2}[)）、.．](?!\d))|(?P<circle>[①-⑳])"
    r"|(?P<numeral>[（(]?[一二三四五六七八九十]{1,2}[)）、.])|(?P<nth>第[一二三四五六七八九十][，,、：])"
    r"|(?P<count>[一二三四五六七八九十]是))"
)
_FIRST_ITEM = re.compile(r"(?:^|[:：，,。;；])\s*(?:[（(]?[1一][)）、.．](?!\d)|①|第一[，,、：]|一是)")
_LIST = 3
"""Items that make a list."""
_SIBLING = 0.05
_BULLET = 24
"""Characters of a line up to which it may be a bullet of a slide."""


def with_siblings(parts: Sequence[Part]) -> list[Part]:
    """The parts, the items of a list weighing hardly less than the best of them: one alone is half an answer."""
    groups: dict[tuple[int, str], list[Part]] = {}
    for part in parts:
        if mark := _ITEM.match(part.text):
            groups.setdefault((part.hit, mark.lastgroup or ""), []).append(part)
    raised: dict[Part, Part] = {}
    for group in (*(group for group in groups.values() if len(group) >= _LIST), *_running(parts), *_parallel(parts)):
        best = max(raised.get(part, part).score for part in group)
        raised.update({part: replace(part, score=max(part.score, best - _SIBLING)) for part in group})
    return [raised.get(part, part) for part in parts]


def _running(parts: Sequence[Part]) -> list[list[Part]]:
    """The items of lists that run on (1）问卷；2）访谈；③采购), however they are numbered, with what leads to them."""

    def numbered(part: Part) -> bool:
        mark = _ITEM.match(part.text)
        return mark is not None and mark.lastgroup != "bullet"

    return _chains(parts, lambda _, part: numbered(part), lambda before: bool(_FIRST_ITEM.search(before.text)))


def _parallel(parts: Sequence[Part]) -> list[list[Part]]:
    """The bullets of a slide without marks: short lines that follow each other, do not end and begin alike."""
    chains = _chains(parts, lambda before, part: _begin_alike(before.text, part.text), lambda before: True)
    return [chain for chain in chains if sum(len(part.text.strip().split("\n")) for part in chain) >= _LIST]


def _chains(
    parts: Sequence[Part], follows: Callable[[Part, Part], bool], leads: Callable[[Part], bool]
) -> list[list[Part]]:
    """Parts of one hit each of which follows the one before, with what leads to the first."""
    chains: list[list[Part]] = []
    for before, part in pairwise(parts):
        if part.hit != before.hit or not follows(before, part):
            continue
        if chains and chains[-1][-1] == before:
            chains[-1].append(part)
        elif leads(before):
            chains.append([before, part])
    return chains


def _begin_alike(one: str, other: str) -> bool:
    first, second = (text.strip().split("\n")[0] for text in (one, other))
    if not first or not second or max(len(first), len(second)) > _BULLET or " | " in one + other:
        return False
    same = first.split()[0] == second.split()[0] if first.isascii() else first[0] == second[0]
    return same and not first[0].isdigit() and one.rstrip()[-1] not in "。；！？.;!?"
