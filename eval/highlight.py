"""Key facts in a text, marked for reading: found as they are scored, white space, commas and case aside."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from eval.dataset import normalise

_BETWEEN = r"[\s,]*"


def marked(text: str, facts: Iterable[str]) -> str:
    """`text` as HTML, safe to show, every key fact in it in a `<mark>`; overlapping ones in one."""
    reached, parts = 0, []
    for start, end in _spans(text, facts):
        parts += [escape(text[reached:start]), "<mark>", escape(text[start:end]), "</mark>"]
        reached = end
    return "".join([*parts, escape(text[reached:])])


def _spans(text: str, facts: Iterable[str]) -> list[tuple[int, int]]:
    wanted = sorted({fact for said in facts if (fact := normalise(said))}, key=len, reverse=True)
    found = sorted(
        match.span()
        for fact in wanted
        for match in re.finditer(_BETWEEN.join(map(re.escape, fact)), text, re.IGNORECASE)
    )
    merged: list[tuple[int, int]] = []
    for start, end in found:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
