"""Questions that ask what several reports say: each of them has to be heard, or the loudest answers for all."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from assistant import names
from vectorstore import filters
from vectorstore.schema import Hit, Report

MOST = 4
"""Reports that are heard at most, in the order of their best passage."""
_ACCORDING = re.compile(r",?\s*\baccording to (?!.*\d)[^,;?]{2,80}(?=\?*$)", re.IGNORECASE)
_PLACES = re.compile(
    r"各处|前后(?:一致|矛盾)|\b(?:every|each) (?:place|mention|passage)\b|\ball (?:places|mentions|passages)\b",
    re.IGNORECASE,
)
"""Asked of one report, this is about its own places."""
_TWO = 2
_HOLLOW = 3
"""Characters of a question of which nothing but its conjunctions is left."""
_LOOKED_AT = 8
"""Reports that are searched by themselves where a question names none."""
_OF_EACH = 3
_FURTHER = 0.03
"""How much further from the question (cosine) than that of the best report the best passage of one may lie that is
not named and worth hearing.
"""
_ASKS = re.compile(
    r"各(?:份|家|个|篇)?(?:报告|机构|研报)|(?:不同|几份|几家|两份|两家|多份)(?:报告|机构|研报)|报告(?:之间|间)|说法(?:一样|一致|相同|不同|不一)"
    r"|(?:口径|估计|数据|数字|说法|判断|预测|观点|看法)(?:有何|有什么|有无|是否|上)?(?:不同|差异|差别|分歧|一致|出入)|(?:有何|有什么)(?:分歧|出入)"
    r"|\b(?:various|different|several|both|all|each of the|the two|two) (?:reports?|sources|publishers)\b"
    r"|\b(?:reports?|sources|they|figures|estimates?) (?:differ|disagree|agree)\b|\bdo (?:the reports|they) agree\b"
    r"|\bhow (?:do|does|did) .{3,80}\b(?:differ|compare)\b"
    r"|各处|前后(?:一致|矛盾)|\b(?:every|each) (?:place|mention|passage)\b|\ball (?:places|mentions|passages)\b"
    r"|\baccording to [^?]{2,40} and (?!in\b|on\b|by\b|how\b|what\b)[^?]{2,40}\?*$",
    re.IGNORECASE,
)  # fmt: skip


def asks_several(question: str) -> bool:
    """Whether a question asks what more than one report, or more than one place, says."""
    return bool(_ASKS.search(question))


@dataclass(frozen=True, slots=True)
class Sides:
    """The reports that have to be heard, by id, their own best passages, and the question as it is put to each."""

    ids: tuple[str, ...] = ()
    hits: tuple[Hit, ...] = ()
    ways: tuple[str, ...] = ()


def sides(
    questions: Sequence[str],
    hits: Sequence[Hit],
    reports: Sequence[Report],
    search: Callable[[Sequence[str], Report], Sequence[Hit]],
) -> Sides:
    """Which of `reports` have to be heard, each searched by itself; none when the question asks for no such thing
    or only one report has anything to say.

    These are the reports that the question names, or else those found whose own best passage bears on it well enough
    beside the best of all. `search(ways, report)` are the passages of one report, best first.
    """
    named = filters.named(questions, reports)
    if len(named) >= _TWO:
        asked = named
    elif any(map(asks_several, questions)) and not (named and any(map(_PLACES.search, questions))):
        asked = list(dict.fromkeys([*named, *(hit.report.id for hit in hits)]))[:_LOOKED_AT]
    else:
        return Sides()
    ways = tuple(_without_names(question, reports) for question in questions)
    own = {report.id: tuple(search(ways, report))[:_OF_EACH] for report in reports if report.id in asked}
    close = {id: max(hit.similarity for hit in found) for id, found in own.items() if found}
    worth = max(close.values(), default=0.0) - _FURTHER
    telling = [id for id in close if id in named or close[id] >= worth]
    telling.sort(key=lambda id: -close[id])
    if len(telling) < _TWO:
        return Sides()
    ids = tuple(telling[:MOST])
    # In turns, so that who reads only the first passages hears everybody.
    turns = zip_longest(*(own[id] for id in ids))
    return Sides(ids, tuple(hit for turn in turns for hit in turn if hit), ways)


def _without_names(question: str, reports: Sequence[Report]) -> str:
    """A question without the names of reports, in either language."""
    rest = _ACCORDING.sub("", question)
    for english, chinese in names.chinese_in(rest).items():
        if not filters.without_names(chinese, reports).strip():
            rest = rest.replace(english, " ")
    rest = filters.without_names(rest, reports)
    return rest if len(re.findall(r"\w", rest)) > _HOLLOW else question
