"""Words of an English sentence that the Chinese it comes from has to hold: `slightly` says nothing of 有一定差距.

Figures and names are compared elsewhere. What is left of a mistranslation are words that add a degree, an office, a
kind of thing or an expectation; those with few Chinese counterparts can be looked for. Only words that change what a
reader takes away are listed, each with whatever a Chinese report would say for it, widely: what is not listed is let
pass.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

_DEGREE = re.compile(r"\b(?:most|more|less|least|as|so|very|how|too)$", re.IGNORECASE)
"""Before an adverb that a sentence cannot spare: the ten most significant events."""
_IS = re.compile(r"\b(?:is|are|was|were|be|been|being|become\w*|became|seems?)$", re.IGNORECASE)
"""Before an adjective that says something of its subject."""


class Rendering(NamedTuple):
    """An English wording, the Chinese ones it may stand for, and whether its sentence stands without it. Of the Chinese
    words in `meant` it is a wrong rendering, with the right one beside them. `telling`: without any of them a sentence
    is not borne out, however close its meaning.
    """

    english: re.Pattern[str]
    chinese: re.Pattern[str]
    spare: bool
    meant: Mapping[str, str]
    telling: bool


@cache
def renderings() -> tuple[Rendering, ...]:
    """The lines of `renderings.tsv`: English and Chinese patterns, and in the third column `-` for what is spare, `!`
    for what is telling, or what is meant (`董事长=chairman;...`); the first and the last are telling, too.
    """
    return tuple(map(_rendering, files("assistant").joinpath("renderings.tsv").read_text("utf-8").splitlines()))


def _rendering(line: str) -> Rendering:
    english, chinese, how = (*line.split("\t"), "")[:3]
    meant = dict(pair.split("=") for pair in how.split(";") if "=" in pair)
    whole = re.compile(rf"\b(?:{english})\b", re.IGNORECASE)
    return Rendering(whole, re.compile(chinese, re.IGNORECASE), how == "-", meant, bool(how))


def strange(text: str, source: str, *, telling: bool = False) -> str:
    """The first wording of an English text that nothing in its Chinese source stands for, of those that are `telling`
    or of all; '' for none.
    """
    asked = (rendering for rendering in renderings() if rendering.telling or not telling)
    found = (_alone(rendering, text, source) for rendering in asked)
    return next((match[0] for match in found if match), "")


def as_meant(text: str, source: str) -> str:
    """An English text with what nothing in its Chinese source stands for put right, where that is plain: another word
    for it, or none, where its sentence stands without.
    """
    for rendering in renderings():
        found = _alone(rendering, text, source)
        right = next((english for chinese, english in rendering.meant.items() if chinese in source), "")
        if found and right:
            text = _put(text, found[0], _cased(right, found[0]))
        elif found and rendering.spare and _can_go(text, found):
            text = _put(text, found[0], "")
    return text


def _alone(rendering: Rendering, text: str, source: str) -> re.Match[str] | None:
    """Where a text holds the wording of a rendering, and its source nothing that this stands for."""
    found = rendering.english.search(text)
    if not found or rendering.chinese.search(source) or found[0].lower().removesuffix("s") in source.lower():
        return None
    return found


def _can_go(text: str, found: re.Match[str]) -> bool:
    """Whether a sentence stands without an adverb or an adjective: not without what it begins with, what it says of its
    subject (is significant), or what another adverb belongs to (most significant).
    """
    before, behind = text[: found.start()].rstrip(), text[found.end() :]
    if not before or before[-1] in ".!?:|\n" or _DEGREE.search(before):
        return False
    adverb = found[0].lower().endswith(("ly", "wide", "world"))
    return adverb or bool(re.match(r" \w", behind) and not _IS.search(before))


def _cased(word: str, like: str) -> str:
    """A word with a capital where another one has it."""
    return word[:1].upper() + word[1:] if like[:1].isupper() and not like[:2].isupper() else word


def _put(text: str, word: str, right: str) -> str:
    """A text with another word in the place of one, or with none, the article before it fitting what follows."""

    def article(found: re.Match[str]) -> str:
        return f"{found[1][0]}{'n' if found[2].lower() in 'aeiou' else ''} {found[2]}"

    word = re.escape(word)
    if right:
        text = re.sub(rf"\b{word}\b", right, text)
        return re.sub(rf"\b([Aa]n?) ({right[:1]})(?={re.escape(right[1:])}\b)", article, text)
    text = re.sub(rf"\b([Aa]n?) {word} (\w)", article, text)
    return re.sub(rf"\b{word} (?=\w)|,? ?\b{word}\b(?=[,.;]|$)", "", text)
