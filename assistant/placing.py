"""Whether a number of a claim is said of what it stands for at a place of its source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from assistant import claims
from assistant.alignment import (
    RESPECTIVELY,
    another_tells,
    around,
    clause_at,
    heads_differ,
    in_another_order,
    years_beside,
    years_differ,
)
from assistant.borrowed import of_a_part, of_a_whole, of_another_place
from assistant.pairing import counts_another, measures_another, of_a_narrower_kind
from assistant.quantities import Quantity
from assistant.rows import of_another_row

ROW = re.compile(r"[|\t]")
"""What parts the cells of a row."""
_SPEED = re.compile(
    r"\s?(?:[\u4e00-\u9fff]{1,2}|[A-Za-z]{1,3})\s?(?:/|每|\bper )\s?(?:秒|分钟|小时|s\b|sec|min|h\b|hour)"
)
"""What stands behind a number of something in a second, a minute, an hour: 米/秒."""
_LENGTH = re.compile(r"\s?(?:厘米|毫米|千米|公里|米|cm|mm|km|m)(?=\s?(?:[\d，。；、,;|]|$|\s))")
"""A length alone."""

_NEAR_RANK = 4
_RANK = re.compile(r"(?:[以第]|排名?|[位居列])第?\s?\d+\s?[名位](?=[，。；、）)\s]|[位居排列]|$)")
_RANKED = re.compile(r"第|排|[位居列]|名次|\brank|\bplace|\d(?:st|nd|rd|th)\b", re.IGNORECASE)
"""A number that is a place in an order, and words of a claim that speak of one."""
_COUNTED = re.compile(
    r"\s?[+＋]?[多余]?\s?(?:(?P<people>[人名位])|(?P<kinds>种)|(?P<firms>家)|(?P<machines>[台辆])|(?P<papers>篇)|(?P<sheets>张))"
)
"""The word behind a number that says what sort of thing it counts: 290种 are no 290人."""
_MINUS = re.compile(r"(?:^|[^\w%‰.)）\s]|[\u4e00-\u9fff]|(?:^|[^\d%‰.)）\s])\s+)[-−－][¥$€£￥]?$")
_BETWEEN = re.compile(r"\d[\u4e00-\u9fff%]{1,3}[-−－][¥$€£￥]?$")
"""A minus before a number: no hyphen of a name (GPT-4), nor between two numbers (3-5, 100亿元-200亿元)."""
_IN_BRACKETS = re.compile(r"(?:^|[|\t:：])\s*[(（][¥$€£￥]?\s?$")
_BELOW = re.compile(r"负|亏|跌|缺口|赤字|\b(?:minus|negative|loss(?:es)?|lost|deficit)\b", re.IGNORECASE)


def misplaced(
    claim: str, quantity: Quantity, source: str, spot: Quantity, sources: Sequence[str]
) -> Literal["pairing", "direction", ""]:
    """What is wrong with taking a claim's number from this place of a source, if anything: it is said of another thing,
    time or place there ("pairing"), or of a fall for a rise ("direction").
    """
    start, end = around(source, spot)
    sentence, at = source[start:end], spot.start - start
    said, stands = clause_at(claim, quantity.start), clause_at(sentence, at)
    tabular = ROW.search(sentence) or RESPECTIVELY.search(sentence) or RESPECTIVELY.search(claim)
    if in_another_order(claim, said, quantity.start, sentence, spot):
        return "pairing"
    elsewhere = of_a_part(claim, sentence) or of_a_whole(claim, sentence) or of_another_place(claim, sentence)
    if elsewhere or counts_another(said, source, spot) or measures_another(claim, quantity, source, spot):
        return "pairing"
    if not ROW.search(sentence) and quantity.unit != "%" and of_a_narrower_kind(claim, source, spot):
        return "pairing"
    if claims.contrary(said, stands) and (ROW.search(sentence) or claims.contrary(said, sentence)):
        return "pairing"
    if claims.of_another_half(claim, sentence):
        return "pairing"
    if _SPEED.match(claim, quantity.end) and _LENGTH.match(source, spot.end):
        return "pairing"
    if of_another_row(said, source, spot, sources, claim.partition(said)[0]):
        return "pairing"
    if _counts_others(_COUNTED.match(claim, quantity.end), _COUNTED.match(source, spot.end)):
        return "pairing"
    if _RANK.search(source[max(0, spot.start - _NEAR_RANK) : spot.end + _NEAR_RANK]) and not _RANKED.search(said):
        return "pairing"  # 印度以23名位于第三梯队 counts nothing
    if quantity.unit == "%" and _of_another_kind(said, sentence, stands, at):
        return "pairing"
    written, spoken = claims.years(sentence), years_beside(claim, said, quantity.start)
    if ROW.search(sentence) and written and spoken and not written & spoken:
        return "pairing"  # another row of the table
    if not tabular and years_differ(claim, said, quantity.start, source, stands, spot.start):
        return "pairing"
    if not tabular and heads_differ(claim, said, sentence, stands, spot):
        return "pairing"
    alike = claims.language(claim) == claims.language(sentence)
    if not tabular and alike and another_tells(said, sentence, stands, spot):
        return "pairing"
    if claims.direction(said) * claims.direction(stands) < 0 or _signed_otherwise(claim, quantity, source, spot):
        return "direction"
    return ""


def _of_another_kind(said: str, sentence: str, stands: str, at: int) -> bool:
    """Whether a percentage is told as a growth and stands as a share, or the other way round."""
    if ROW.search(sentence):
        stands = re.split(r"[|\t]", sentence[:at])[-1]
    return claims.part_or_change(said) * claims.part_or_change(stands) < 0


def _counts_others(said: re.Match[str] | None, stands: re.Match[str] | None) -> bool:
    """Whether a number counts something in a claim that is never what it counts in its source."""
    return bool(said and stands and said.lastgroup != stands.lastgroup)


def _signed_otherwise(claim: str, quantity: Quantity, source: str, spot: Quantity) -> bool:
    """Whether a number is below 0 in a claim or its source, by a minus or by the brackets of a cell, and nothing in the
    other says so.
    """
    said, stands = _is_negative(claim, quantity), _is_negative(source, spot)
    if said == stands:
        return False
    text, number = (claim, quantity) if stands else (source, spot)
    clause = clause_at(text, number.start)
    return not (claims.direction(clause) < 0 or _BELOW.search(clause))


def _is_negative(text: str, number: Quantity) -> bool:
    before = text[: number.start]
    minus = _MINUS.search(before) and not _BETWEEN.search(before)
    return number.value < 0 or bool(minus or _IN_BRACKETS.search(before))
