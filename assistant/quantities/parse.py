"""Find quantities in Chinese and English text: amounts, shares, ranges, fractions, years and dates.

One pass from left to right. At each character that can begin a quantity, a few bounded patterns are tried
(quantifiers are possessive or limited), so the time is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Context, Decimal

from assistant.quantities import patterns as p
from assistant.quantities.dates import date_at
from assistant.quantities.lexicon import (
    AFTER,
    APPROX,
    BEFORE,
    DIGITS_ZH,
    FRACTIONS,
    MONEY,
    ONES,
    SCALE_EN,
    key,
    normalise,
)
from assistant.quantities.numerals import chinese_numeral, english_numeral, plain, shift


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity in a text: `text` is the characters `start:end` (code points) of what was searched.

    `value` is scaled (2137亿 is 213700000000; 30% is 30); `high` is the other end of a range. `unit` is a
    currency code, `%`, `pp` (percentage points), `fraction`, `times`, `year`, `month`, `date`, `quarter`,
    `person`, `company`, `parameter`, `FLOPS`, a Latin unit as written, or empty. Dates: see `dates.date_at`.
    `approx` is `over`, `about`, `nearly`, `under`, `at least`, `up to`, `several`, or empty; a word in front
    of the number that says so is not part of the span.
    """

    value: Decimal
    high: Decimal | None
    unit: str
    approx: str
    start: int
    end: int
    text: str

    @property
    def money(self) -> bool:
        """Whether the unit is a currency."""
        return self.unit in MONEY

    @property
    def values(self) -> tuple[Decimal, ...]:
        """Both ends of a range, or the one value."""
        return (self.value,) if self.high is None else (self.value, self.high)


_LAST = frozenset(word[-1] for word in APPROX) | frozenset("为达的")
_SOME = {"数": "several", "几": "several", "好几": "several", "上": "over", "过": "over"}


def find_quantities(text: str) -> list[Quantity]:
    """Every quantity in `text`, in order, not overlapping; never raises. Time is linear in the length.

    Names and versions (GPT-3.5, A100, 6.2.2) are no quantities; a letter after a number is a scale (70B).
    """
    return list(_scan(text, normalise(text)))


def _scan(original: str, text: str) -> Iterator[Quantity]:
    at = 0
    while lead := p.LEAD.search(text, at):
        found = _at(text, lead.start())
        if isinstance(found, int):
            at = found
            continue
        at = found.end
        said = original[found.start:found.end]
        yield found if said == found.text else replace(found, text=said)


def _at(text: str, start: int) -> Quantity | int:
    """The quantity that begins at `start`, or the place from which to look on."""
    first = text[start]
    if first.isdigit():
        named = _dated(text, start) or _code(text, start)
        return named or _share(text, start) or _amount(text, start) or start + 1
    if first in "$¥€£₩₹\\人美港":
        found = _amount(text, start)
        return found or (_numeral(text, start) if first == "人" else start + 1)
    if not first.isascii():
        return _dated(text, start) or _share(text, start) or _half(text, start) or _numeral(text, start)
    found = _dated(text, start) or _fraction_en(text, start) or _half(text, start)
    found = found or _amount(text, start) or _words(text, start)
    if found:
        return found
    name = p.GLUED.match(text, start) or p.NAME.match(text, start)
    return name.end() if name else start + 1


def _make(
    text: str, start: int, end: int, value: Decimal, unit: str, approx: str = "", high: Decimal | None = None
) -> Quantity:
    return Quantity(value, high, unit, approx or _approx(text, start), start, end, text[start:end])


def _approx(text: str, start: int) -> str:
    """The approximation said just before `start`."""
    said = text[max(0, start - 16):start]
    if said.rstrip()[-1:].lower() not in _LAST:
        return ""
    match = p.APPROXIMATE.search(said)
    return APPROX[key(match["word"])] if match else ""


def _code(text: str, start: int) -> int | None:
    """The end of a version number (6.2.2), a code (7x24) or a run of digits too long to be a number."""
    match = p.CODE.match(text, start)
    return match.end() if match else None


def _dated(text: str, start: int) -> Quantity | None:
    if not (found := date_at(text, start)):
        return None
    end, unit, value, high = found
    return _make(text, start, end, value, unit, high=high)


def _share(text: str, start: int) -> Quantity | None:
    """三成, 三到五成, 百分之三十, 三分之一."""
    if match := p.TENTHS.match(text, start):
        more = _decimal((match["more"] or "零").replace("半", "五"))
        value = plain(_decimal(match["number"]) * 10 + more)
        low = plain(_decimal(match["low"]) * 10) if match["low"] else value
        return _make(text, start, match.end(), low, "%", high=None if low == value else value)
    if match := p.FRACTION_ZH.match(text, start):
        low, high = _decimal(match["low"]), _decimal(match["high"])
        if low in (100, 1000):
            return _make(text, start, match.end(), plain(high if low == 100 else high / 10), "%")
        if low:
            return _make(text, start, match.end(), _ratio(high, low), "fraction")
    return None


def _decimal(number: str) -> Decimal:
    """The value of digits or a Chinese numeral; 0 for a mixture of both."""
    if number.isascii() and number.isdigit():
        return Decimal(number)
    if not number[0].isascii():
        return chinese_numeral(number) or Decimal(0)
    try:
        return plain(Decimal(number.replace(",", "")))
    except ArithmeticError:
        return Decimal(0)


def _ratio(high: Decimal, low: Decimal) -> Decimal:
    """A fraction to 28 digits, the same on every machine."""
    return plain(Context(prec=28).divide(high, low))


def _fraction_en(text: str, start: int) -> Quantity | None:
    """One third, two-fifths, a quarter of; but not a third time or two quarters of the year."""
    match = p.FRACTION_EN.match(text, start)
    if not match:
        return None
    high, low = match["high"].lower(), match["low"].lower()
    vague = high in ("a", "an") or low == "quarter"
    if (ONES.get(high, 1) > 1) != bool(match["s"]) or (vague and not match["of"] and not match["dash"]):
        return None
    value = _ratio(Decimal(ONES.get(high, 1)), Decimal(FRACTIONS[low]))
    return _make(text, start, match.end("s"), value, "fraction")


def _half(text: str, start: int) -> Quantity | None:
    match = p.HALF.match(text, start)
    if not match or p.NOT_HALF.search(text[max(0, start - 8):start]):
        return None
    return _make(text, start, match.end(), Decimal(50), "%", "over" if match[0] == "过半" else "")


@dataclass(frozen=True, slots=True)
class _Part:
    """One number with what belongs to it; `power` is None where no scale word was said."""

    number: Decimal
    power: int | None
    unit: str
    approx: str
    end: int
    led: bool = False  # the unit is a currency in front

    @property
    def value(self) -> Decimal:
        return shift(self.number, self.power or 0)

    @property
    def yearlike(self) -> bool:
        return self.power is None and 1900 <= self.number < 2100 and self.number == int(self.number)


def _amount(text: str, start: int) -> Quantity | None:
    part = _digits(text, start)
    return _finished(text, start, part) if part else None


def _digits(text: str, start: int) -> _Part | None:
    """A number in digits: 1,751 亿元, US$2.0B, 28.5万, 15.3%, and the first ones of 39.1/46.8/56.4 亿元."""
    match = p.AMOUNT.match(text, start)
    if not match:
        return None
    number, scale, before = _decimal(match["number"]), match["scale"], match["before"]
    year = 1900 <= number < 2100 and number == int(number)
    if year and scale and "\n" in scale and not p.AMOUNTS_TO.search(text[max(0, start - 6) : start]):
        return _Part(number, None, "", "", match.end("number"))  # 2023 above a column headed 亿元
    unit, number = _unit(match, number)
    power = _power(scale) if scale else None
    if before:
        if match["share"] or unit not in ("", BEFORE[key(before)]):
            return None
        unit = BEFORE[key(before)]
    elif power is None and not unit and not year:
        power, unit = _listed(text, match.end())
    approx = "over" if match["more"] or match["more2"] else ""
    return _Part(number, power, unit, approx, match.end(), bool(before))


def _listed(text: str, end: int) -> tuple[int | None, str]:
    """The scale and unit that stand only behind the last of several numbers: 39.1/46.8/56.4 亿元."""
    slashes = p.LISTED.match(text, end)
    last = p.AMOUNT.match(text, slashes.end()) if slashes else None
    if not last or last["before"] or not (last["scale"] or last["after"] or last["share"]):
        return None, ""
    return _power(last["scale"]) if last["scale"] else None, _unit(last, Decimal(0))[0]


def _unit(match: re.Match[str], number: Decimal) -> tuple[str, Decimal]:
    """The unit a match ends with, and the number with per mille made percent."""
    if match["after"]:
        return AFTER[key(match["after"])], number
    share = (match["share"] or "").lower()
    if share == "‰":
        return "%", shift(number, -1)
    if share in ("%", "pct") or re.fullmatch(r"per\s?cent", share):
        return "%", number
    return "pp" if share else "", number


def _power(scale: str) -> int:
    """The power of ten of a scale word: 9 for billion, B or 十亿."""
    word = scale.strip(" \t\r\n\f\v-").lower().removeprefix("个").strip()
    if word.isascii():
        return SCALE_EN[word] if word in SCALE_EN else SCALE_EN[word.removesuffix("s")]
    return len(str(chinese_numeral(word))) - 1


def _numeral(text: str, start: int) -> Quantity | int:
    """A number in Chinese words, if it is one and not part of an ordinary word (统一, 百度, 第三)."""
    match = p.NUMERAL.match(text, start)
    if not match:
        return start + 1
    part = _worded(text, start, match)
    return _finished(text, start, part) if part else match.end("number")


def _worded(text: str, start: int, match: re.Match[str]) -> _Part | None:
    run, scale, some = match["number"], match["scale"] or match["big"], match["some"]
    value = chinese_numeral(run)
    after_run = text[match.end("number"):match.end("number") + 3]
    if value is None or text[start - 1:start] in ("第", "周", "期"):
        return None
    if run[-1] in p.NOT_SCALE and re.match(p.NOT_SCALE[run[-1]], after_run):
        return None
    unit, value = _unit(match, value)
    more = match["more"] or match["more2"]
    if all(c in "十百千万亿" for c in run):
        said = some or more or match["before"] or _approx(text, start)
        if not said and not _stands_alone(text, start, match):
            return None
    elif all(c in DIGITS_ZH for c in run):
        scaled = scale or re.match(r"个?\s?倍", after_run)
        if len(run) > 1 or not (scaled or unit not in ("", "RMB")):
            return None
    approx = _SOME.get(some or "", "over" if more else "")
    power = _power(scale) if scale else 0 if value >= 10000 else None
    return _Part(value, power, "RMB" if match["before"] else unit, approx, match.end())


def _stands_alone(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether a bare scale word (千亿, 百万, 亿) is a number here: not a column head, an adverb or a name."""
    run = match["number"]
    follows = text[match.end("number"):match.end("number") + 1]
    if follows == "级":
        return True
    if len(run) == 1 or (run == "千万" and follows in ("不", "别", "要", "记")):
        return False
    closes = text[match.end():match.end() + 1] in ("", ")", "）", "\n", "/", "，")
    return not (closes and match["after"] and p.HEADED.search(text[max(0, start - 4):start]))


def _words(text: str, start: int) -> Quantity | None:
    """A number in English words: twenty-five percent, a billion yuan, hundreds of millions."""
    if match := p.MANY.match(text, start):
        word = (match["few"] or match["scale"]).lower().removesuffix("s")
        head = {"tens": 1, "hundreds": 2}.get((match["head"] or "").lower(), 0)
        unit = AFTER[key(match["after"])] if match["after"] else ""
        return _make(text, start, match.end(), shift(Decimal(1), SCALE_EN[word] + head), unit, "several")
    if not (match := p.ENGLISH.match(text, start)):
        return None
    words = match["number"].lower()
    value = english_numeral(words.removeprefix("half"))
    if value is None:
        return None
    unit, value = _unit(match, value / 2 if words.startswith("half") else value)
    if value < 10 and not unit:
        return None
    return _finished(text, start, _Part(plain(value), 0 if value >= 1000 else None, unit, "", match.end()))


def _finished(text: str, start: int, low: _Part) -> Quantity:
    """The quantity of `low`, or of the range that it begins."""
    high = _second(text, start, low)
    if high is None:
        unit = low.unit or _counted(text, low)
        return _make(text, start, low.end, low.value, unit, low.approx)
    unit = low.unit or high.unit or _counted(text, high)
    value = shift(low.number, _scale_of(low, high))
    return _make(text, start, high.end, value, unit, low.approx or high.approx, high.value)


def _second(text: str, start: int, low: _Part) -> _Part | None:
    """The other end of a range that `low` begins: 8-10亿元, between 3 and 5 million."""
    sep = p.RANGE.match(text, low.end)
    if not sep or low.approx:
        return None
    if sep["word"] in ("and", "与", "和") and not p.BETWEEN.search(text[max(0, start - 16):start]):
        return None
    high = _digits(text, sep.end())
    if high is None and (match := p.NUMERAL.match(text, sep.end())):
        high = _worded(text, sep.end(), match)
    if high is None or not _one_range(low, high):
        return None
    return high if shift(low.number, _scale_of(low, high)) <= high.value else None


def _one_range(low: _Part, high: _Part) -> bool:
    """Whether the scale and unit behind the second number can be those of the first as well."""
    if low.power and high.power is None:
        return False
    if low.yearlike and high.number < low.number:  # 2023 - 30亿元
        return False
    return low.unit == high.unit or (low.led and not high.unit) or (not low.unit and not high.led)


def _scale_of(low: _Part, high: _Part) -> int:
    return (high.power if low.power is None else low.power) or 0


def _counted(text: str, part: _Part) -> str:
    """What is counted, as the next words say."""
    match = p.COUNTED.match(text, part.end)
    if part.yearlike and match and match["latin"] in ("E", "A", "F"):
        return "year"
    if match and match.lastgroup:
        return match["latin"] or match.lastgroup
    return "year" if part.yearlike else ""
