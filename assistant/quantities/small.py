"""Small whole numbers that are checked all the same: places in an order (第五, the fifth), things counted (10轮)."""

from __future__ import annotations

import re

from assistant.quantities.lexicon import normalise
from assistant.quantities.numerals import chinese_numeral
from assistant.quantities.parse import find_quantities

_NAMES = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_CARDINALS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ROMAN = ("II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_CHINESE = re.compile(r"第([二三四五六七八九十]{1,3}|\d{1,2})(?![\d.]|季|方(?![面案阵]))")
_ENGLISH = re.compile(
    rf"\b(?:the|its|his|their) (?:({'|'.join(_NAMES)})|(\d{{1,2}})(?:nd|rd|th))\b(?![ -](?:part|quarter|half))",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"(?<![\d.,A-Za-z第年月-])\d{1,2}(?=\s*[家名位个台套款项起座所次种条件轮倍])"
    r"|(?<![\d.,A-Za-z-])\d{1,2}"
    r"(?= (?:rounds?|companies|firms|cases|units|models|projects|times|deals|countries|cities)\b)"
)
_BETWEEN = re.compile(r"[、，,]|[和与及]|\band\b")
_NEXT = re.compile(r"其次|次之|次于|\b(?:next|behind|after)\b", re.IGNORECASE)
"""What says of something that it is the second."""
_DIGITS = "二三四五六七八九十"


def unsaid_ordinals(claim: str, sources: str) -> frozenset[int]:
    """The places in an order, from the second on, that a claim names and `sources` do not hint at by any number of
    that size: first is said in too many ways (居首).
    """
    return frozenset(place for place in _ordinals(claim) if not _hinted(place, sources))


def unsaid_counts(claim: str, sources: str) -> frozenset[int]:
    """How many of something a claim gives in digits that stands nowhere in `sources`, in digits or in words; one may
    count what one enumerates.
    """
    listed = len(_BETWEEN.findall(claim)) + 1
    counted = {count for match in _COUNTED.finditer(normalise(claim)) if (count := int(match[0])) > listed}
    if not counted:
        return frozenset()
    known = {value for quantity in find_quantities(sources) for value in quantity.values}
    numerals = map(chinese_numeral, re.findall("[一二两三四五六七八九十]+", sources))
    known |= {value for value in numerals if value is not None}
    return frozenset(count for count in counted if count not in known)


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
    if place == 2 and _NEXT.search(text):
        return True
    at = place - 2
    chinese = _DIGITS[at] + ("两次" if place == 2 else "")
    words = rf"\b(?:{_NAMES[at]}|{_CARDINALS[at]}|{_ROMAN[at]})\b"
    return bool(re.search(rf"[{chinese}]|(?<!\d){place}(?!\d)", text) or re.search(words, text, re.IGNORECASE))
