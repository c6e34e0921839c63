"""Words of an English sentence that the Chinese it comes from has to hold: `slightly` says nothing of 有一定差距.

Figures and names are compared elsewhere. What is left of a mistranslation are words that add a degree, an office, a
kind of thing or an expectation; those with few Chinese counterparts can be looked for. Only words that change what a
reader takes away are listed, each with whatever a Chinese report would say for it, widely: what is not listed is let
pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

_DEGREE = re.compile(r"\b(?:most|more|less|least|as|so|very|how|too) $", re.IGNORECASE)
"""Before an adverb that a sentence cannot spare: the ten most significant events."""


class Rendering(NamedTuple):
    """An English wording, the Chinese ones it may stand for, and whether its sentence stands without it. Of the Chinese
    words in `meant` it is a wrong rendering, with the right one beside them.
    """

    english: re.Pattern[str]
    chinese: re.Pattern[str]
    spare: bool
    meant: Mapping[str, str]


@cache
def renderings() -> tuple[Rendering, ...]:
    """The lines of `renderings.tsv`: English and Chinese patterns, and in the third column `-` for what is spare, or
    what is meant (`董事长=chairman;...`).
    """
    return tuple(map(_rendering, files("assistant").joinpath("renderings.tsv").read_text("utf-8").splitlines()))


def _rendering(line: str) -> Rendering:
    english, chinese, how = (*line.split("\t"), "")[:3]
    meant = dict(pair.split("=") for pair in how.split(";") if "=" in pair)
    whole = re.compile(rf"\b(?:{english})\b", re.IGNORECASE)
    return Rendering(whole, re.compile(chinese, re.IGNORECASE), how == "-", meant)


def strange(text: str, source: str) -> str:
    """The first wording of an English text that nothing in its Chinese source stands for; '' for none."""
    return next((found[0] for found, _ in _strange(text, source)), "")


def as_meant(text: str, source: str) -> str:
    """An English text with what nothing in its Chinese source stands for put right, where that is plain: another word
    for it, or none, where its sentence stands without.
    """
    for found, rendering in _strange(text, source):
        right = next((english for chinese, english in rendering.meant.items() if chinese in source), "")
        if right:
            text = _put(text, found[0], _cased(right, found[0]))
        elif rendering.spare and not _DEGREE.search(text[: found.start()]):
            text = _put(text, found[0], "")
    return text


def _strange(text: str, source: str) -> Iterator[tuple[re.Match[str], Rendering]]:
    for rendering in renderings():
        found = rendering.english.search(text)
        if found and not rendering.chinese.search(source) and found[0].lower().removesuffix("s") not in source.lower():
            yield found, rendering


def _cased(word: str, like: str) -> str:
    """A word with a capital where another one has it."""
    return word[:1].upper() + word[1:] if like[:1].isupper() and not like.isupper() else word


def _put(text: str, word: str, right: str) -> str:
    """A text with another word in the place of one, or with none, the article before it fitting what follows."""

    def article(found: re.Match[str]) -> str:
        return f"{found[1][0]}{'n' if found[2].lower() in 'aeiou' else ''} {found[2]}"

    word = re.escape(word)
    if right:
        text = re.sub(rf"\b{word}\b", right, text)
        return re.sub(rf"\b([Aa]n?) ({right[:1]})(?={re.escape(right[1:])}\b)", article, text)
    text = re.sub(rf"\b([Aa]n?) {word} (\w)", article, text)
    return re.sub(rf",? ?\b{word}\b(?=[,.;])|\b{word} |,? {word}\b", "", text)
