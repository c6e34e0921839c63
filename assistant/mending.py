"""Small faults of a translation, mended by code: what it adds in parentheses, figures that it cuts or shortens."""

from __future__ import annotations

import re

_PARENTHESIS = re.compile(r"[（(]")
_ASIDE = re.compile(r"(?<=\w) ?[（(]([^（）()\d,，、]*)[）)]")
_WORD = re.compile(r"[A-Za-z][\w-]+")
_MAGNITUDES = {"thousand": "thousand", "million": "million|mn", "billion": "billion|bn", "trillion": "trillion|tn"}
_LARGE = re.compile(rf"(?<![\d.,])(\d[\d.,]*) ({'|'.join(_MAGNITUDES)})(?![A-Za-z])")
_CUT = re.compile(r"(?<![\d.,])(\d{1,3}), (\d{3})(?![\d,])")


def mended(text: str, source: str) -> str:
    """A translation of `source`, in which code has put figures into the other language beforehand, as it should be."""
    return with_figures(without_asides(text, source), source)


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
