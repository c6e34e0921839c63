"""Questions that ask what several reports say: each of them has to be heard, or the loudest answers for all."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant import names
from vectorstore import filters
from vectorstore.schema import Hit, Report

MOST = 4
"""Reports that are heard at most, in the order of their best passage."""
_ACCORDING = re.compile(r",?\s*\baccording to [^,;?]+", re.IGNORECASE)
_TWO = 2
_LOOKED_AT = 8
"""Reports that are searched by themselves where a question names none."""
_OF_EACH = 3
_WORTH = 0.6
"""The share of the best score of all from which a report that is not named is worth hearing."""
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
    search: Callable[[Sequence[str], str], Sequence[Hit]],
) -> Sides:
    """Which of `reports` have to be heard, each searched by itself; none when the question asks for no such thing
    or only one report has anything to say.

    These are the reports that the question names, or else those found whose own best passage bears on it well enough
    beside the best of all. `search(ways, id)` are the passages of one report, best first.
    """
    named = filters.named(questions, reports)
    if len(named) >= _TWO:
        asked = named
    elif not named and any(map(asks_several, questions)):
        asked = list(dict.fromkeys(hit.report.id for hit in hits))[:_LOOKED_AT]
    else:
        return Sides()
    ways = tuple(_without_names(question, reports) for question in questions)
    own = {id: tuple(search(ways, id))[:_OF_EACH] for id in asked}
    worth = _WORTH * max((found[0].score for found in own.values() if found), default=0.0)
    telling = [id for id in own if own[id] and (id in named or own[id][0].score >= worth)]
    telling.sort(key=lambda id: -own[id][0].score)
    if len(telling) < _TWO:
        return Sides()
    ids = tuple(telling[:MOST])
    return Sides(ids, tuple(hit for id in ids for hit in own[id]), ways)


def _without_names(question: str, reports: Sequence[Report]) -> str:
    """A question without the names of reports, in either language."""
    question = _ACCORDING.sub("", question)
    for english, chinese in names.chinese_in(question).items():
        if not filters.without_names(chinese, reports).strip():
            question = question.replace(english, " ")
    return filters.without_names(question, reports)
