"""Small faults of a translation, mended by code: what it adds in parentheses, figures that it cuts or shortens."""

from __future__ import annotations

import re

_PARENTHESIS = re.compile(r"[（(]")
_ASIDE = re.compile(r"(?<=\w) ?[（(][^（）()\d]*[）)]")
_MAGNITUDES = "thousand|million|billion|trillion"
_LARGE = re.compile(rf"(?<![\d.,])(\d[\d.,]*) (?:{_MAGNITUDES})(?![A-Za-z])")
_CUT = re.compile(r"(?<![\d.,])(\d{1,3}), (\d{3})(?![\d,])")


def mended(text: str, source: str) -> str:
    """A translation of `source`, in which code has put figures into the other language beforehand, as it should be."""
    return with_figures(without_asides(text, source), source)


def without_asides(text: str, source: str) -> str:
    """A translation without what it says in parentheses of its own, where its source has none: GMV (Global ...)."""
    return text if _PARENTHESIS.search(source) else _ASIDE.sub("", text)


def with_figures(text: str, source: str) -> str:
    """A translation with its figures as its source has them: 3,200 where it says 3, 200, and 50 billion for a 50 that
    stands there once and alone.
    """
    for cut in _CUT.finditer(text):
        if cut[1] + cut[2] in source or f"{cut[1]},{cut[2]}" in source:
            text = text.replace(cut[0], f"{cut[1]},{cut[2]}")
    for figure in _LARGE.finditer(source):
        bare = re.compile(rf"(?<![\d.,]){re.escape(figure[1])}(?![\d,]*\d|\.\d| ?%| (?:{_MAGNITUDES})\b)")
        if figure[0] not in text and len(bare.findall(text)) == 1:
            text = bare.sub(figure[0], text)
    return text
