"""Cleaning one stretch of text character by character, remembering where each character stood."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from vectorstore.schema import OffsetMap

_CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u3000-\u303f\uff00-\uffef“”‘’…—]")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_TAG = re.compile(
    r"</?(?:p|br|b|i|em|strong|sup|sub|span|div|td|tr|th|ul|ol|li)\b[^<>]{0,80}>", re.IGNORECASE
)
_SUPERSCRIPTS = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹")
_RAISED = re.compile(r"(?:(?<!\d)10⁻?|(?<![A-Za-z])(?:[kcdmnμ]?m|R))$")
"""What a superscript belongs to: a power (10⁸, 10⁻⁶), an area or a volume (km², m³); else it numbers a note."""
_UNIT = 8
"""Characters before a superscript that are looked at."""
_INVISIBLE = frozenset("\u200b\ufeff\xad")
_BULLETS = frozenset("●■◆▪►▶➢✓◼□◇○•")


def is_cjk(char: str) -> bool:
    """Whether a character is Chinese writing or its punctuation: no space belongs beside it."""
    return bool(_CJK.match(char))


def has_han(text: str) -> bool:
    """Whether a text holds a Chinese character."""
    return bool(_HAN.search(text))


@dataclass(slots=True)
class Cleaned:
    """Clean text under construction; `places[i]` is where character i stood, -1 for one put in."""

    chars: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.chars)

    @property
    def text(self) -> str:
        """The clean text so far."""
        return "".join(self.chars)

    def put(self, text: str) -> None:
        """Add characters that do not stand in the report."""
        self.chars.extend(text)
        self.places.extend([-1] * len(text))

    def extend(self, other: Cleaned) -> None:
        """Add another cleaned text as it is."""
        self.chars.extend(other.chars)
        self.places.extend(other.places)

    def join(self, other: Cleaned) -> None:
        """Add the next line of the same paragraph: a space only between words of Latin script."""
        if self.chars and other.chars and not (is_cjk(self.chars[-1]) or is_cjk(other.chars[0])):
            self.put(" ")
        self.extend(other)

    def slice(self, start: int, end: int) -> Cleaned:
        """Characters `start:end`."""
        return Cleaned(self.chars[start:end], self.places[start:end])

    def moved(self, by: int) -> Cleaned:
        """The same text with every place moved."""
        return Cleaned(self.chars, [place + by if place >= 0 else place for place in self.places])

    def span(self) -> tuple[int, int]:
        """The stretch of the report that this text covers."""
        real = [place for place in self.places if place >= 0]
        return min(real), max(real) + 1

    def offsets(self) -> OffsetMap:
        """The places as runs."""
        runs: list[tuple[int, int, int]] = []
        for index, place in enumerate(self.places):
            if place < 0:
                continue
            if runs:
                clean, origin, length = runs[-1]
                if clean + length == index and origin + length == place:
                    runs[-1] = (clean, origin, length + 1)
                    continue
            runs.append((index, place, 1))
        return OffsetMap(tuple(runs))


def clean(text: str, start: int, end: int) -> Cleaned:
    """Clean `text[start:end]`.

    Full-width letters and digits, and those of formulas, become plain ones, private-use bullets a bullet, white
    space one space or none beside Chinese; tags, bold marks, backslash escapes and superscript note numbers go.
    """
    skipped = _skipped(text, start, end)
    cleaned = Cleaned()
    gap = False
    for place in range(start, end):
        if place in skipped:
            continue
        char = _plain(text[place])
        if char in _INVISIBLE:
            continue
        if char.isspace():
            gap = True
            continue
        if gap and cleaned.chars and _keeps_space(cleaned.chars[-1], char):
            cleaned.put(" ")
        gap = False
        cleaned.chars.append(char)
        cleaned.places.append(place)
    return cleaned


def _keeps_space(left: str, right: str) -> bool:
    return not (is_cjk(left) or is_cjk(right))


def _skipped(text: str, start: int, end: int) -> set[int]:
    skipped: set[int] = set()
    stretch = text[start:end]
    if "<" in stretch:
        for tag in _TAG.finditer(stretch):
            skipped.update(range(start + tag.start(), start + tag.end()))
    for index, char in enumerate(stretch):
        before, after = stretch[index - 1 : index], stretch[index + 1 : index + 2]
        bold = char == "*" and "*" in (before, after)
        escape = char == "\\" and after != "" and after in "$*_#%&"
        note = char in _SUPERSCRIPTS and before != "" and not before.isspace() and not _is_raised(stretch[:index])
        if bold or escape or note:
            skipped.add(start + index)
    return skipped


def _is_raised(before: str) -> bool:
    """Whether a superscript behind this text is a part of a power or a unit."""
    return _RAISED.search(before[-_UNIT:].rstrip("".join(_SUPERSCRIPTS))) is not None


def _plain(char: str) -> str:
    code = ord(char)
    if char in "，。！？：；（）":
        return char
    if (
        0xFF10 <= code <= 0xFF19
        or 0xFF21 <= code <= 0xFF3A
        or 0xFF41 <= code <= 0xFF5A
        or char in "％＋－．／＄＆"
    ):
        return chr(code - 0xFEE0)
    if 0x1D400 <= code <= 0x1D7FF:  # letters and digits of formulas, each of them one plain character
        return unicodedata.normalize("NFKC", char)
    if 0xE000 <= code <= 0xF8FF or char in _BULLETS:
        return "•"
    return char


def weight(text: str) -> int:
    """Display width: Chinese characters count two."""
    return sum(2 if is_cjk(char) else 1 for char in text)


def joined(parts: Iterable[Cleaned], between: str = "") -> Cleaned:
    """Several cleaned texts in one, with `between` put in."""
    whole = Cleaned()
    for part in parts:
        if between and whole.chars:
            whole.put(between)
        whole.extend(part)
    return whole
