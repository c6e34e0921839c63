"""Chinese dates and fractions in English words: `截至2023年6月底` is `by the end of June 2023`."""

from __future__ import annotations

import re

from assistant.quantities.lexicon import MONTHS
from vectorstore.aligned import OF_DAYS

_NAMES = list(MONTHS)

_YEAR = r"(?P<year>(?:19|20)\d\d)\s?年"
_MONTH = r"\s?(?P<month>1[0-2]|0?[1-9])\s?月"
_END = r"\s?(?:年?底|年?末)"
_QUARTER = r"\s?(?:第\s?)?(?P<quarter>[一二三四1-4])\s?季度"
_HALF = r"\s?(?P<half>[上下])半年"
_BY = r"(?P<by>截[至止](?:到|目前)?\s?)?"
_DATE = re.compile(
    rf"{_BY}(?<!\d){_YEAR}(?:{_MONTH}(?:(?P<end>{_END})|\s?(?P<day>[12]\d|3[01]|0?[1-9])\s?[日号])?"
    rf"|{_QUARTER}|{_HALF}|(?P<close>{_END}))"
)
_DAY_IN_FIGURES = r"(?P<year>(?:19|20)\d\d)(?P<mark>{marks})(?P<month>1[0-2]|0?[1-9])"
_OF_DAY = r"(?P=mark)(?P<day>[12]\d|3[01]|0?[1-9])"
_IN_FIGURES = re.compile(
    rf"(?<![\d./-]){_DAY_IN_FIGURES.format(marks='[/-]')}{_OF_DAY}(?![\d/-]|\.\d)"
)
_IN_A_CELL = re.compile(
    rf"(?P<column>(?:{OF_DAYS}): ){_DAY_IN_FIGURES.format(marks='[./-]')}(?:{_OF_DAY})?(?=\s*(?:[|\n。；;]|$))"
)
"""A day or a month where the name of its column says that it is one."""
_ORDINALS = {"一": "first", "二": "second", "三": "third", "四": "fourth"}
_PLAIN = re.compile(r"(?<![\d.,A-Za-z)）+-])[1-9]\d{4,9}(?![\d.,A-Za-z-]|\.\d)")
"""A whole number of five digits to ten, but for those of telephones: (010)62345678, 010-62345678, 13812345678."""
_FRACTION = re.compile(r"([二三四五六七八九十])分之([一二三四五六七八九])")
_LEVEL = re.compile(r"(?<![\d.A-Za-z])(\d)\s?级(?=[\s:：、，。,;；)）|]|$)")
_PARTS = ["half", "third", "quarter", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
_COUNTS = ["a", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_DIGITS = "一二三四五六七八九十"
_SHORT_YEAR = re.compile(r"(?<!\d)([12]\d)\s?年(?=\s?(?:第?\s?[一二三四1-4]\s?季|[上下]半年|\d{1,2}\s?月|[初末底]))")
_POINTED = re.compile(rf"(?<![\d.]){_DAY_IN_FIGURES.format(marks='[.]')}(?:{_OF_DAY})?(?![\d.])")


def in_full(text: str) -> str:
    """`text` with short years and the dates of tables as a question writes them.

    >>> in_full("24年第一季度的融资，2024.02.19的一起")
    '2024年第一季度的融资，2024年2月19日的一起'
    """

    def said(date: re.Match[str]) -> str:
        return f"{date['year']}年{int(date['month'])}月" + (f"{int(date['day'])}日" if date["day"] else "")

    return _POINTED.sub(said, _SHORT_YEAR.sub(r"20\1年", text))


def spelt(text: str) -> str:
    """`text` with its full Chinese dates, days in figures, its fractions and its levels in English words, its long
    whole numbers in groups of three.

    A year alone stays: it reads the same in both languages.

    >>> spelt("截至2023年底，出货84000套")
    'by the end of 2023，出货84,000套'
    """
    text = _LEVEL.sub(r"level \1", _FRACTION.sub(_fraction, text))
    text = _IN_FIGURES.sub(_of_figures, _IN_A_CELL.sub(lambda cell: cell["column"] + _of_figures(cell), text))
    dated = _DATE.sub(lambda found: _spaced(found, text), text)
    return _PLAIN.sub(lambda found: f"{int(found[0]):,}", dated)


def _fraction(found: re.Match[str]) -> str:
    plural = "" if found[2] == "一" else "s"
    return f" {_COUNTS[_DIGITS.index(found[2])]} {_PARTS[_DIGITS.index(found[1]) - 1]}{plural} "


def _of_figures(found: re.Match[str]) -> str:
    named = _NAMES[int(found["month"]) - 1]
    date = f"{named} {int(found['day'])}, {found['year']}" if found["day"] else f"{named} {found['year']}"
    following = found.string[found.end() :][:1]
    return date + (" " if following.isalnum() else "")


def _spaced(found: re.Match[str], text: str) -> str:
    before, after = text[: found.start()][-1:], text[found.end() :][:1]
    lead = " " if before and not before.isspace() else ""
    return lead + _english(found) + (" " if after.isalnum() else "")


def _english(found: re.Match[str]) -> str:
    year, month = found["year"], found["month"]
    named = _NAMES[int(month) - 1] if month else ""
    ended = bool(found["end"] or found["close"])
    if found["day"]:
        date = f"{named} {int(found['day'])}, {year}"
    elif found["quarter"]:
        which = _ORDINALS.get(found["quarter"]) or list(_ORDINALS.values())[int(found["quarter"]) - 1]
        date = f"the {which} quarter of {year}"
    elif found["half"]:
        date = f"the {'first' if found['half'] == '上' else 'second'} half of {year}"
    else:
        date = f"the end of {named} {year}".replace("  ", " ") if ended else f"{named} {year}"
    return f"by {date}" if found["by"] else date
