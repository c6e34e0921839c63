"""Questions that ask what several reports say: each of them has to be heard, or the loudest answers for all."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vectorstore import filters
from vectorstore.schema import Hit, Report

MOST = 4
"""Reports that are heard at most, in the order of their best passage."""
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


def sides(questions: Sequence[str], hits: Sequence[Hit]) -> tuple[str, ...]:
    """The ids of the reports that have to be heard, by their best passage; () when the question asks for no such
    thing or only one report has anything to say.
    """
    reports: dict[str, Report] = {hit.report.id: hit.report for hit in hits}
    named = filters.named(questions, list(reports.values()))
    if len(named) >= 2:
        return tuple(id for id in reports if id in named)[:MOST]
    if len(reports) >= 2 and any(map(asks_several, questions)):
        return tuple(reports)[:MOST]
    return ()
