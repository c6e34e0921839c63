"""Dates, quarters, years and five-year plans as quantities, so that they are never taken for amounts."""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.quantities.lexicon import MONTHS
from assistant.quantities.numerals import chinese_numeral

_YEAR = r"(?P<y>(?:19|20)[0-9]{2})(?![0-9])"
_MONTH = "(?P<name>" + "|".join(f"{m}|{m[:3]}" for m in MONTHS) + r"|Sept)(?![a-z])(?:\.(?=,?\s?[0-9]))?"
_DAY = r"(?P<d>[0-9]{1,2})"
_QUARTER_ZH = r"(?:第\s?)?(?P<q>[一二三四1-4])\s?季度"
_AMOUNT_WORD = r"\s{0,4}(?:[十百千万亿%元美港欧倍个]|(?i:[mbt]n(?![a-z])|[mb]illion|trillion|percent))"
_AMOUNT_NEXT = rf"(?![0-9.]|{_AMOUNT_WORD}|\s?[-–—~至到/]\s?[0-9.,]{{1,16}}{_AMOUNT_WORD})"

# Tried in order at a digit, at a letter, and at a Chinese numeral or 第.
_AT_DIGIT = [
    _YEAR + r"\s{0,4}年\s{0,4}" + _QUARTER_ZH,
    _YEAR + r"(?:\s{0,4}年)?\s?Q(?P<q>[1-4])(?![0-9])",
    _YEAR + r"\s{0,4}年\s{0,4}(?P<m>[0-9]{1,2})\s{0,4}月(?:\s{0,4}" + _DAY + r"\s{0,4}[日号])?",
    _YEAR + r"(?P<s>[./-])(?P<m>[0-9]{1,2})(?P=s)(?P<d>[0-9]{1,2})(?![0-9])",
    _YEAR + r"[./](?P<m>0[1-9]|1[0-2]|[1-9])" + _AMOUNT_NEXT,
    _YEAR + r"\s{0,4}年",
    _YEAR + r"[EAF](?![A-Za-z0-9])",
    r"(?P<q>[1-4])Q(?P<y>(?:20)?[0-9]{2})(?![0-9])",
    r"(?P<y>[012][0-9])\s?年\s{0,4}(?P<m>[0-9]{1,2})\s{0,4}月",
    r"(?P<m>[0-9]{1,2})\s{0,4}月\s{0,4}" + _DAY + r"\s{0,4}[日号]",
    r"(?P<m>[0-9]{1,2})\s{0,4}月(?![球饼])",
    _DAY + r"(?:st|nd|rd|th)?\s(?:of\s)?" + _MONTH + r"(?:,?\s?" + _YEAR + ")?",
    r"(?P<q>[1-4])\s?季度",
    r"(?P<plan>[0-9]{1,2})th[\s-]Five[\s-]Year[\s-]Plan",
]
_AT_LETTER = [
    _MONTH + r"\s?" + _DAY + r"(?![0-9])(?:st|nd|rd|th)?(?:,?\s{0,4}" + _YEAR + ")?",
    _MONTH + r",?\s?(?:of\s)?" + _YEAR,
    r"Q(?P<q>[1-4])(?:\s?(?:of\s|['’,]\s?)?(?P<y>20[0-9]{2}(?![0-9])|(?<=['’])[0-9]{2}))?(?![0-9A-Za-z])",
    r"(?P<word>[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth)\squarter(?:\s(?:of\s)?" + _YEAR + ")?",
    r"FY\s?" + _YEAR,
]
_AT_NUMERAL = [
    r"(?P<yz>二[零〇][零〇一二][零〇一二三四五六七八九])\s?年",
    r"(?P<plan>十[一二三四五六])五(?![十百千万亿个家年名项分成倍点])",
    _QUARTER_ZH,
]


def _compiled(patterns: list[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in patterns)


_AT = {
    "year": _compiled([p for p in _AT_DIGIT if p.startswith(_YEAR)]),
    "digit": _compiled([p for p in _AT_DIGIT if not p.startswith(_YEAR)]),
    "letter": _compiled(_AT_LETTER),
    "numeral": _compiled(_AT_NUMERAL),
}
_IS_YEAR = re.compile(_YEAR)
_WORDS = {"first": 1, "second": 2, "third": 3, "fourth": 4}


def date_at(text: str, start: int) -> tuple[int, str, Decimal, Decimal | None] | None:
    """The date that starts at `start` of normalised text: its end, unit, value, and the last year of a plan.

    Units and values: `year` 2023, `month` 202312 or 12, `date` 20231208 or 1208, `quarter` 20234 or 4.
    """
    first = text[start]
    kind = "digit" if first.isdigit() else "letter" if first.isascii() else "numeral"
    if kind == "digit" and _IS_YEAR.match(text, start):
        kind = "year"
    for pattern in _AT[kind]:
        if match := pattern.match(text, start):
            read = _read({k: v for k, v in match.groupdict().items() if v})
            if read:
                return match.end(), *read
    return None


def _read(parts: dict[str, str]) -> tuple[str, Decimal, Decimal | None] | None:
    if "plan" in parts:
        return _plan(parts["plan"])
    year = int(parts.get("y") or chinese_numeral(parts.get("yz", "零")) or 0)
    year += 2000 if 0 < year < 100 else 0
    month = MONTHS[parts["name"]] if parts.get("name") in MONTHS else int(parts.get("m", 0))
    if "name" in parts and not month:
        month = next(n for name, n in MONTHS.items() if name.startswith(parts["name"][:3]))
    quarter = _WORDS.get(parts.get("word", "").lower(), 0) or _number(parts.get("q", "0"))
    day = int(parts.get("d", 0))
    if month > 12 or day > 31 or ("m" in parts and not month) or ("d" in parts and not day):
        return None
    if quarter:
        return "quarter", Decimal(year * 10 + quarter), None
    if day:
        return "date", Decimal((year * 100 + month) * 100 + day), None
    if month:
        return "month", Decimal(year * 100 + month), None
    return "year", Decimal(year), None


def _number(text: str) -> int:
    return int(text) if text.isdigit() else int(chinese_numeral(text) or 0)


def _plan(number: str) -> tuple[str, Decimal, Decimal | None] | None:
    """The years of China's five-year plan of that number: the 14th (十四五) is 2021 to 2025."""
    nth = _number(number)
    start = Decimal(1951 + 5 * nth)
    return ("year", start, start + 4) if 10 <= nth <= 20 else None


def parts(unit: str, value: Decimal) -> dict[str, int]:
    """A date's components that are known: year, quarter, month, day."""
    number = int(value)
    if unit == "quarter":
        return {k: v for k, v in (("year", number // 10), ("quarter", number % 10)) if v}
    if unit == "month":
        return {k: v for k, v in (("year", number // 100), ("month", number % 100)) if v}
    if unit == "date":
        found = (("year", number // 10000), ("month", number // 100 % 100), ("day", number % 100))
        return {k: v for k, v in found if v}
    return {"year": number}
