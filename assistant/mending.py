"""Small faults of a translation, mended by code: what it adds in parentheses, figures that it cuts or shortens."""

from __future__ import annotations

import re

from assistant import claims
from assistant.alignment import find, same
from assistant.quantities import Quantity
from assistant.renderings import as_meant

_PARENTHESIS = re.compile(r"[（(]")
_ASIDE = re.compile(r"(?<=\w) ?[（(]([^（）()\d,，、]*)[）)]")
_WORD = re.compile(r"[A-Za-z][\w-]+")
_MAGNITUDES = {"thousand": "thousand", "million": "million|mn", "billion": "billion|bn", "trillion": "trillion|tn"}
_LARGE = re.compile(rf"(?<![\d.,])(\d[\d.,]*) ({'|'.join(_MAGNITUDES)})(?![A-Za-z])")
_NAME = re.compile(r"(?<![A-Za-z\d-])[A-Z][A-Za-z]{3,}(?![A-Za-z\d-])")
_FIRST_WORD = re.compile(r"(?:^|[.!?]\s+)([A-Z][A-Za-z]+)")
_BOUNDS = {"over": "over", "nearly": "nearly", "under": "less than", "at least": "at least"}
_AND_MORE = re.compile(r"[^，。；、\d\s]{0,2}以上")
_BOUNDED = re.compile(
    r"\b(?:over|above|beyond|exceed\w*|surpass\w*|more|less|under|below|near\w*|almost|close|least|most|up|top(?:ped|s)?"
    r"|broke\w*|break\w*|plus|upwards?|higher|greater|few\w*|short|within|excess|odd|some|older|younger|aged|past|last|recent|next|first)\b|[+<>≥≤]",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"\b(?:about|around|approximately|roughly)\s+$", re.IGNORECASE)
_ARTICLE = re.compile(r"\b(?:an?|the|its|his|their|this|that|[\w]+['’]s) $", re.IGNORECASE)
_BEFORE, _BEHIND = 24, 16
_CUT = re.compile(r"(?<![\d.,])(\d{1,3}), (\d{3})(?![\d,])")


def mended(text: str, source: str) -> str:
    """A translation of `source`, in which code has put figures into the other language beforehand, as it should be."""
    text = with_spellings(without_asides(text, source), source)
    return as_meant(with_bounds(with_figures(text, source), source), source)


def without_asides(text: str, source: str) -> str:
    """A translation without what it says in parentheses of its own, where its source has none: GMV (Global ...). What
    stands there alone of the source's names stays: retrieval-augmented generation (RAG).
    """
    if _PARENTHESIS.search(source):
        return text

    def kept(aside: re.Match[str]) -> str:
        beside = text[: aside.start()] + text[aside.end() :]
        named = (word for word in _WORD.findall(aside[1]) if word in source)
        return aside[0] if any(word not in beside for word in named) else ""

    return _ASIDE.sub(kept, text)


def with_figures(text: str, source: str) -> str:
    """A translation with its figures as its source has them: 3,200 where it says 3, 200, and 50 billion for a 50 that
    stands once in both, where it says billion less often than its source.
    """
    for cut in _CUT.finditer(text):
        if cut[1] + cut[2] in source or f"{cut[1]},{cut[2]}" in source:
            text = text.replace(cut[0], f"{cut[1]},{cut[2]}")
    for figure in _LARGE.finditer(source):
        said = re.compile(_MAGNITUDES[figure[2]], re.IGNORECASE)
        bare = re.compile(rf"(?<![\w.,-]){re.escape(figure[1])}(?![\w-]|[.,]\d| ?%| (?:{'|'.join(_MAGNITUDES)})\b)")
        missing = len(said.findall(text)) < len(said.findall(source))
        if missing and len(bare.findall(text)) == 1 and not bare.search(source):
            text = bare.sub(figure[0], text)
    return text


def with_spellings(text: str, source: str) -> str:
    """A translation with the names that it misspells as its source spells them: Synchron for Synchro."""
    said, stands = set(_NAME.findall(text)), set(_NAME.findall(source))
    for wrong in said - stands - set(_FIRST_WORD.findall(text)):  # what begins a sentence may be any word
        right = [name for name in stands - said if claims.nearly(wrong.lower(), name.lower())]
        if len(right) == 1:
            text = re.sub(rf"\b{wrong}\b", right[0], text)
    return text


def with_bounds(text: str, source: str) -> str:
    """A translation that bounds a number as its source does (40余家, 近4亿, 不到10%), where it stands once in both."""
    told, stands = find(text), find(source)
    for number in reversed(told):
        found = [other for other in stands if same(number, other)]
        if len(found) == 1 and sum(same(number, other) for other in told) == 1:
            text = _bounded(text, number, _bound(source, found[0]))
    return text


def _bound(source: str, number: Quantity) -> str:
    return _BOUNDS.get("over" if _AND_MORE.match(source, number.end) else number.approx, "")


def _bounded(text: str, number: Quantity, bound: str) -> str:
    """A text that says the bound of its number, unless it says one already."""
    before, behind = text[: number.start], text[number.start :]
    near = before[-_BEFORE:] + behind[: number.end - number.start + _BEHIND]
    if not bound or _BOUNDED.search(near) or before[-1:] not in ("", " ") or behind[len(number.text) :][:1] == "-":
        return text
    if _ARTICLE.search(before):
        return text  # a 40% share
    before = _ABOUT.sub("", before)
    begins = not before.strip() or before.rstrip()[-1] in ".!?"
    return f"{before}{bound.capitalize() if begins else bound} {behind}"
