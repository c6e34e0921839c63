"""Numbers written in words: 一百二十亿, 三点五万, twenty-five, three hundred million. Exact, in decimal."""

from __future__ import annotations

import re
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from itertools import pairwise

from assistant.quantities.lexicon import DIGITS_ZH, ONES, SCALE_EN, TENS, UNITS_ZH, normalise

_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
_LONGEST = 24  # characters; what is longer is no numeral
_CAPITALS = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟〇", "一二三四五六七八九十百千零")
_SECTION = re.compile(r"(?:([一二两三四五六七八九]?)千)?零?(?:([一二两三四五六七八九]?)百)?零?"
                      r"(?:([一二三四五六七八九]?)十)?零?([一二两三四五六七八九])?")


def shift(value: Decimal, places: int) -> Decimal:
    """`value` times ten to the power of `places`, without rounding; in plain form if `value` is."""
    return plain(_EXACT.scaleb(value, places)) if places else value


def plain(value: Decimal) -> Decimal:
    """`value` without trailing zeros or an exponent above 0, so that equal numbers look equal."""
    value = _EXACT.normalize(value)
    sign, digits, exponent = value.as_tuple()
    if isinstance(exponent, int) and exponent > 0:
        return Decimal((sign, digits + (0,) * exponent, 0))
    return value


def chinese_numeral(text: str) -> Decimal | None:
    """The value of a Chinese numeral (二十五, 两千, 一百二十亿, 三点五万, 二〇二三, 千亿), or None.

    >>> chinese_numeral("一百二十亿")
    Decimal('12000000000')
    """
    run = normalise(text).strip().translate(_CAPITALS)
    if not run or len(run) > _LONGEST:
        return None
    if all(c in DIGITS_ZH for c in run):
        return Decimal("".join(str(DIGITS_ZH[c]) for c in run))
    if all(c in UNITS_ZH for c in run):
        return _bare(run)
    if "点" in run:
        return _pointed(run)
    if run[0] in "百千万亿":  # 万一, 百二: words, not numbers
        return None
    return _whole(run)


def _bare(run: str) -> Decimal | None:
    """千亿, 百万, 万亿: one of that scale."""
    powers = [UNITS_ZH[c] for c in run]
    grows = all(p < q for p, q in pairwise(powers))
    return shift(Decimal(1), sum(powers)) if grows else None


def _pointed(run: str) -> Decimal | None:
    head, _, tail = run.partition("点")
    digits = tail.rstrip("十百千万亿")
    whole = chinese_numeral(head)
    if whole is None or not digits or any(c not in DIGITS_ZH for c in digits):
        return None
    scale = _bare(tail[len(digits):]) if len(digits) < len(tail) else Decimal(1)
    if scale is None:
        return None
    fraction = Decimal("0." + "".join(str(DIGITS_ZH[c]) for c in digits))
    return plain(_EXACT.multiply(whole + fraction, scale))


def _whole(run: str) -> Decimal | None:
    for unit in "亿万":
        left, found, right = run.rpartition(unit)
        if not found:
            continue
        many, rest = _whole(left), _rest(right, UNITS_ZH[unit])
        return None if many is None or rest is None else shift(many, UNITS_ZH[unit]) + rest
    return _section(run)


def _rest(run: str, power: int) -> Decimal | None:
    """What follows a scale word: 万五 means 万五千 when nothing else is said."""
    if not run:
        return Decimal(0)
    if len(run) == 1 and run in DIGITS_ZH:
        return shift(Decimal(DIGITS_ZH[run]), power - 1)
    return _whole(run)


def _section(run: str) -> Decimal | None:
    """A number below ten thousand."""
    match = _SECTION.fullmatch(run)
    if not match or not run:
        return None
    value = 0
    for digit, power in zip(match.groups(), (3, 2, 1, 0), strict=True):
        if digit is not None:
            value += DIGITS_ZH.get(digit, 1) * 10**power
    last = match.group(4)
    if last and len(run) > 1 and run[-2] in "百千":  # 三百五 is 350
        value += DIGITS_ZH[last] * (10 ** (UNITS_ZH[run[-2]] - 1) - 1)
    return Decimal(value)


def english_numeral(text: str) -> Decimal | None:
    """The value of a number in English words ("two hundred and five million", "a billion"), or None."""
    total, section, seen = Decimal(0), Decimal(0), False
    for word in re.split(r"[\s-]+", text.lower().strip()):
        if word in ("and", "a", "an"):
            continue
        if word in ONES or word in TENS:
            section += ONES.get(word, TENS.get(word, 0))
        elif word == "hundred":
            section = (section or Decimal(1)) * 100
        elif word in SCALE_EN:
            total, section = total + shift(section or Decimal(1), SCALE_EN[word]), Decimal(0)
        else:
            return None
        seen = True
    return plain(total + section) if seen else None
