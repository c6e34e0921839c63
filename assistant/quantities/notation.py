"""Rewrite quantities in the other language's notation: 2137亿元 is 213.7 billion yuan. Exact, no rounding."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

from assistant.quantities.lexicon import DATES, MONEY, normalise
from assistant.quantities.numerals import shift
from assistant.quantities.parse import Quantity, find_quantities

_SCALES = {
    "en": ((12, " trillion"), (9, " billion"), (6, " million")),
    "zh": ((12, "万亿"), (8, "亿"), (4, "万")),
}
_DECIMALS = {"en": 3, "zh": 4}  # with more than these behind the point, the next smaller scale reads better
_APPROX = {"en": {"over": "over "}, "zh": {"over": "超过"}}
_FOREIGN = {"en": re.compile("[\u3400-\u9fff]"), "zh": re.compile("[A-Za-z$€£₩₹]")}
_FUSED = re.compile("[余多来几上过]")  # an approximation inside the span, which is rewritten with it
_BARE = re.compile("[0-9０-９,]+([.．][0-9０-９]+)?")
_PLAIN_SHARE = re.compile("%|half|[一过]半|半数", re.IGNORECASE)
_LETTER_SCALE = re.compile(r"[0-9][kKMBT]$")

Notation = Literal["zh", "en"]


def restate(text: str, lang: Notation) -> str:
    """`text` with every quantity in the notation of `lang`, values unchanged, and nothing else touched.

    Left alone: years and dates, names and versions (GPT-3.5, 70B), plain numbers below 10,000, fractions.

    >>> restate("2023年规模为2137亿元，同比增长13.9%", "en")
    '2023年规模为213.7 billion yuan，同比增长13.9%'
    """
    pieces, end, foreign = [], len(text), False
    for q in reversed(find_quantities(text)):
        # 39.1 in 39.1/46.8/56.4 亿元 has its scale and unit from the last number, and is rewritten with it.
        foreign = foreign if _borrowed(q) else bool(_FOREIGN[lang].search(q.text))
        pieces += [text[q.end:end], _spaced(text, q, phrase(q, lang)) if foreign else q.text]
        end = q.start
    return text[:end] + "".join(reversed(pieces))


def _borrowed(q: Quantity) -> bool:
    """Whether the number stands alone in the text, with its scale or currency elsewhere."""
    if q.unit in DATES or not _BARE.fullmatch(q.text):
        return False
    return q.money or q.value != Decimal(normalise(q.text).replace(",", ""))


def _spaced(text: str, q: Quantity, said: str) -> str:
    """`said`, kept apart from Latin letters and digits around it, which it would otherwise join."""
    if said == q.text:
        return said
    before, after = normalise(text[max(0, q.start - 1):q.start]), normalise(text[q.end:q.end + 1])
    lead = " " if _joins(before) and _joins(said[0]) else ""
    return lead + said + (" " if _joins(after) and _joins(said[-1]) else "")


def _joins(character: str) -> bool:
    return character.isascii() and character.isalnum()


def phrase(q: Quantity, lang: Notation) -> str:
    """One quantity in the notation of `lang`, whole even where its scale stood with the next number."""
    if q.money:
        return _fused(q, lang) + _money(q, lang)
    if q.unit in ("%", "pp"):
        return q.text if _PLAIN_SHARE.search(normalise(q.text)) else _fused(q, lang) + _share(q, lang)
    small = max(q.values) < 10_000
    if small or q.unit in DATES or _LETTER_SCALE.search(normalise(q.text)):
        return q.text
    return _fused(q, lang) + _ends(q, lang)


def _fused(q: Quantity, lang: Notation) -> str:
    """The approximation, where it stood inside the span; in front of it, it stays as it was written."""
    return _APPROX[lang].get(q.approx, "") if _FUSED.search(q.text) else ""


def _money(q: Quantity, lang: Notation) -> str:
    money = MONEY[q.unit]
    if lang == "zh":
        return _ends(q, lang) + money.zh
    if q.approx == "several":
        return f"{_ends(q, lang)} of {money.plural}"
    return money.before + _ends(q, lang) + money.after


def _share(q: Quantity, lang: Notation) -> str:
    sign = "%" if q.unit == "%" else {"en": " percentage points", "zh": "个百分点"}[lang]
    return "-".join(f"{value:f}" for value in q.values) + sign


def _ends(q: Quantity, lang: Notation) -> str:
    if q.approx == "several":
        return _several(q.value, lang)
    low, high = _scaled(q, lang)
    return low if high is None else f"{low}-{high}"


def _several(value: Decimal, lang: Notation) -> str:
    """数千万 is tens of millions."""
    power = len(f"{value:f}") - 1
    if lang == "zh":
        scale, word = next(((p, w) for p, w in _SCALES["zh"] if p <= power), (0, ""))
        return "数" + {0: "", 1: "十", 2: "百", 3: "千", 4: "万"}.get(power - scale, "") + word
    scale, word = next(((p, w.strip()) for p, w in _SCALES["en"] if p <= power), (3, "thousand"))
    return {0: "", 1: "tens of ", 2: "hundreds of "}.get(power - scale, "thousands of ") + word + "s"


def _scaled(q: Quantity, lang: Notation) -> tuple[str, str | None]:
    """The ends of `q` in digits and scale words; both share one scale where that reads well."""
    if q.high is None:
        return _number(q.value, lang), None
    for power, word in _SCALES[lang]:
        low, high = shift(q.value, -power), shift(q.high, -power)
        reads = 1 <= high < 10_000 and low >= Decimal("0.1") and high < low * 200
        if reads and _short(low, lang) and _short(high, lang):
            return _grouped(low, lang), _grouped(high, lang) + word
    low_end, high_end = _number(q.value, lang), _number(q.high, lang)
    if low_end[-1].isdigit():  # a scale behind the high end would be read as that of both
        high_end = _grouped(q.high, lang)
    return low_end, high_end


def _number(value: Decimal, lang: Notation) -> str:
    for power, word in _SCALES[lang]:
        scaled = shift(value, -power)
        if scaled >= 1 and _short(scaled, lang) and not (lang == "en" and value < 10**6):
            return _grouped(scaled, lang) + word
    return _grouped(value, lang)


def _grouped(value: Decimal, lang: Notation) -> str:
    return f"{value:,f}" if lang == "en" else f"{value:f}"


def _short(value: Decimal, lang: Notation) -> bool:
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and -exponent <= _DECIMALS[lang]
