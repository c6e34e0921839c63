"""Places in an order: 第五, the fifth. Which one something is has to stand in a source like any figure."""

from __future__ import annotations

import re

from assistant.quantities.lexicon import normalise
from assistant.quantities.numerals import chinese_numeral

_NAMES = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_CARDINALS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_CHINESE = re.compile(r"第([二三四五六七八九十]{1,3}|\d{1,2})(?![\d.]|季|方(?![面案阵]))")
_ENGLISH = re.compile(
    rf"\b(?:the|its|his|their) (?:({'|'.join(_NAMES)})|(\d{{1,2}})(?:nd|rd|th))\b(?![ -](?:part|quarter|half))",
    re.IGNORECASE,
)
_DIGITS = "二三四五六七八九十"


def unsaid_ordinals(claim: str, sources: str) -> frozenset[int]:
    """The places in an order, from the second on, that a claim names and `sources` do not hint at by any number of
    that size: first is said in too many ways (居首).
    """
    return frozenset(place for place in _ordinals(claim) if not _hinted(place, sources))


def _ordinals(text: str) -> frozenset[int]:
    found = set[int]()
    for match in _CHINESE.finditer(normalise(text)):
        value = int(match[1]) if match[1].isdigit() else chinese_numeral(match[1])
        if value:
            found.add(int(value))
    for match in _ENGLISH.finditer(text):
        found.add(_NAMES.index(match[1].lower()) + 2 if match[1] else int(match[2]))
    return frozenset(found - {1})


def _hinted(place: int, text: str) -> bool:
    if place > len(_NAMES) + 1:
        return place in _ordinals(text) or re.search(rf"(?<!\d){place}(?!\d)", text) is not None
    at = place - 2
    chinese = _DIGITS[at] + ("两次" if place == 2 else "")
    words = rf"\b(?:{_NAMES[at]}|{_CARDINALS[at]}|{'I' * place if place < 4 else 'IV' if place == 4 else 'V'})\b"
    return bool(re.search(rf"[{chinese}]|(?<!\d){place}(?!\d)", text) or re.search(words, text, re.IGNORECASE))
