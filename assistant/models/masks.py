"""Personal data hidden behind placeholders of its kind (`[email 1]`), and shown again."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from assistant.quantities.lexicon import normalise

LONGEST_HOLDER = 24
"""Characters of a placeholder at most."""
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_IDENTITY = re.compile(
    r"(?<![\dA-Za-z])(?:\d{6}[ -]?\d{8}[ -]?\d{3}[\dXx]"
    r"|[1-6]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3})(?![\dA-Za-z])"
)
"""Numbers of identity cards: of 18 characters, and the old ones of 15 digits, in which a day of birth stands."""
_ALONE = r"(?<!\d)(?<!\d[.,])(?<!\d-)"
"""What no digit stands before, apart or not: a comma of a list ends nothing."""
_CARD = re.compile(r"(?<!\d)(?<!\d[.,])\d(?:[ -]?\d){12,18}(?!\d|\.\d|,\d{3}(?!\d))")
_PHONE = re.compile(
    rf"{_ALONE}(?:(?:\+|00)\d{{1,3}}[ -]?|86[ -]?)?"
    r"(?:1[3-9]\d(?:[ .-]?\d){8}|(?:[(（]0\d{2,3}[)）]|0\d{2,3})[ -]?\d{3,4}[ -]?\d{4}|400[ -]?\d{3}[ -]?\d{4})(?!\d)"
    r"|(?<!\w)\+\d{1,3}[ -]?(?:\(\d{1,4}\)[ -]?)?\d{2,4}(?:[ -]\d{2,4}){1,3}(?!\d)"
)
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_OLD_IDENTITY = 15


def _is_identity(text: str) -> bool:
    """Whether the check character of a Chinese identity number is right (GB 11643); old numbers have none."""
    plain = re.sub(r"[ -]", "", text)
    if len(plain) == _OLD_IDENTITY:
        return True
    total = sum(int(digit) * weight for digit, weight in zip(plain[:17], _IDENTITY_WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == plain[17].upper()


def _is_card(text: str) -> bool:
    """Whether digits are a payment card's by their last one (Luhn, ISO/IEC 7812)."""
    digits = [int(c) for c in text if c.isdigit()]
    doubled = (2 * digit - 9 * (digit > 4) for digit in digits[-2::-2])
    return len(digits) >= 13 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _always(text: str) -> bool:
    return True


_KINDS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    ("email", _EMAIL, _always),
    ("id", _IDENTITY, _is_identity),
    ("phone", _PHONE, _always),
    ("card", _CARD, _is_card),
)


@dataclass(slots=True)
class Mask:
    """Hides words of one request and shows them again. `terms` are hidden whatever their case, before all else;
    placeholders that stand in `beside`, all of the request, are the reports' own words and not used.
    """

    terms: Sequence[str] = ()
    beside: str = ""
    _holders: dict[str, str] = field(default_factory=dict)

    def hide(self, text: str) -> str:
        """`text` with placeholders."""
        terms = sorted(filter(None, self.terms), key=len, reverse=True)
        if terms:
            text = self._hidden(text, "term", re.compile("|".join(map(re.escape, terms)), re.IGNORECASE), _always)
        for kind, pattern, valid in _KINDS:
            text = self._hidden(text, kind, pattern, valid)
        return text

    def _hidden(self, text: str, kind: str, pattern: re.Pattern[str], valid: Callable[[str], bool]) -> str:
        """`text` without what fits the pattern, in whichever width it is written."""
        plain, kept, at = normalise(text), [], 0
        for found in pattern.finditer(plain):
            if valid(found[0]):
                kept += [text[at : found.start()], self._holder(kind, text[found.start() : found.end()])]
                at = found.end()
        return "".join([*kept, text[at:]])

    def show(self, text: str) -> str:
        """`text` with what its placeholders stand for."""
        words = {holder: word for word, holder in self._holders.items()}
        return re.sub(r"\[(?:email|id|phone|card|term) \d+\]", lambda m: words.get(m[0], m[0]), text)

    def _holder(self, kind: str, word: str) -> str:
        if word not in self._holders:
            taken, number = set(self._holders.values()), 1
            while (holder := f"[{kind} {number}]") in taken or holder in self.beside:
                number += 1
            self._holders[word] = holder
        return self._holders[word]
