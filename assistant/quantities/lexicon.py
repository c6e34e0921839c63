"""The words of quantities in Chinese and English: currencies, scales, approximations, counted things."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple


class Money(NamedTuple):
    """How a currency is written: after the number in Chinese, around it in English, after `millions of`."""

    zh: str
    before: str
    after: str
    plural: str


MONEY = {
    "RMB": Money("元", "", " yuan", "yuan"),
    "USD": Money("美元", "US$", "", "US dollars"),
    "HKD": Money("港元", "HK$", "", "Hong Kong dollars"),
    "EUR": Money("欧元", "€", "", "euros"),
    "JPY": Money("日元", "", " yen", "yen"),
    "GBP": Money("英镑", "£", "", "pounds sterling"),
    "KRW": Money("韩元", "₩", "", "KRW"),
    "TWD": Money("新台币", "NT$", "", "TWD"),
    "SGD": Money("新加坡元", "S$", "", "SGD"),
    "AUD": Money("澳元", "A$", "", "AUD"),
    "CAD": Money("加元", "C$", "", "CAD"),
    "INR": Money("卢比", "₹", "", "INR"),
}

# Every key is in lower case; the longest word that fits wins.
BEFORE = {
    "us$": "USD", "u.s.$": "USD", "$": "USD", "usd": "USD", "美元": "USD",
    "人民币": "RMB", "rmb": "RMB", "cny": "RMB", "cn¥": "RMB", "¥": "RMB",
    "hk$": "HKD", "hkd": "HKD", "港币": "HKD", "€": "EUR", "eur": "EUR", "£": "GBP", "gbp": "GBP",
    "jp¥": "JPY", "jpy": "JPY", "₩": "KRW", "krw": "KRW", "nt$": "TWD", "twd": "TWD", "s$": "SGD",
    "sgd": "SGD", "a$": "AUD", "aud": "AUD", "c$": "CAD", "ca$": "CAD", "cad": "CAD", "₹": "INR",
    "inr": "INR",
}
AFTER = {
    "元人民币": "RMB", "人民币元": "RMB", "人民币": "RMB", "元": "RMB", "yuan": "RMB", "renminbi": "RMB",
    "rmb": "RMB", "cny": "RMB", "美元": "USD", "美金": "USD", "us dollars": "USD", "u.s. dollars": "USD",
    "us dollar": "USD", "u.s. dollar": "USD", "dollars": "USD", "dollar": "USD", "usd": "USD",
    "港元": "HKD", "港币": "HKD", "hong kong dollars": "HKD", "hkd": "HKD", "欧元": "EUR", "euros": "EUR",
    "euro": "EUR", "eur": "EUR", "日元": "JPY", "yen": "JPY", "jpy": "JPY", "英镑": "GBP",
    "pounds sterling": "GBP", "gbp": "GBP", "韩元": "KRW", "krw": "KRW", "新台币": "TWD", "twd": "TWD",
    "新加坡元": "SGD", "sgd": "SGD", "澳元": "AUD", "aud": "AUD", "加元": "CAD", "cad": "CAD",
    "卢比": "INR", "inr": "INR",
}

# Powers of ten. Letters are scales beside a currency in any case, otherwise only as in 70B or 100K.
SCALE_EN = {
    "hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12,
    "mln": 6, "mn": 6, "bn": 9, "tn": 12, "k": 3, "m": 6, "b": 9, "t": 12,
}

APPROX = {
    "超过": "over", "超": "over", "逾": "over", "大于": "over", "高于": "over", "突破": "over", ">": "over",
    "more than": "over", "over": "over", "above": "over", "exceeding": "over", "exceeds": "over",
    "exceed": "over", "exceeded": "over", "in excess of": "over",
    "大约": "about", "约": "about", "约合": "about", "about": "about", "around": "about", "some": "about",
    "approximately": "about", "roughly": "about", "~": "about", "≈": "about",
    "将近": "nearly", "接近": "nearly", "近": "nearly", "nearly": "nearly", "almost": "nearly",
    "close to": "nearly", "不到": "under", "不足": "under", "低于": "under", "less than": "under",
    "under": "under", "below": "under", "fewer than": "under", "<": "under", "至少": "at least",
    "不少于": "at least", "at least": "at least", "高达": "up to", "最多": "up to", "up to": "up to",
    "as much as": "up to", "as many as": "up to",
}
OVER_AFTER = "余多来"  # 百余家, 10多亿: 'and more', between or after the parts of a number

DIGITS_ZH = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
UNITS_ZH = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8}

ONES = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
}
DATES = ("year", "month", "date", "quarter")  # units whose values name a day or a span of days
FRACTIONS = {
    "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
}
MONTHS = {
    "January": 1, "February": 2, "March": 3, "April": 4, "May": 5, "June": 6, "July": 7, "August": 8,
    "September": 9, "October": 10, "November": 11, "December": 12,
}

# 1:1 in code points, so that offsets hold: full-width ASCII (but not its comma, which ends a clause),
# the ideographic space, and the traditional forms of scale words.
_WIDE = {c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F) if chr(c) not in "，；：（）"}
_WIDE |= {0x3000: 0x20, ord("￥"): ord("¥"), ord("＄"): ord("$"), ord("〜"): ord("~")}
_WIDE |= {ord(a): ord(b) for a, b in zip("億萬兩", "亿万两", strict=True)}


def normalise(text: str) -> str:
    """`text` with every character in its plain form; the length and all offsets stay the same."""
    return text.translate(_WIDE)


def any_of(words: Iterable[str]) -> str:
    """A regular expression for any of the words, longest first; a line may break inside a Chinese word."""
    return "|".join(_spaced(word) for word in sorted(words, key=len, reverse=True))


def _spaced(word: str) -> str:
    if word.isascii():
        return re.escape(word).replace(r"\ ", r"\s{1,2}")
    return r"\s{0,4}".join(re.escape(character) for character in word)


def key(found: str) -> str:
    """The form under which a word found by `any_of` stands in its table."""
    return re.sub(r"\s+", " " if found.isascii() else "", found.lower())
