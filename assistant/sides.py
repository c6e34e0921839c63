"""Questions that ask what several reports say: each of them has to be heard, or the loudest answers for all."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant import names, phrases
from vectorstore import filters
from vectorstore.characters import has_han
from vectorstore.schema import Hit, Report

MOST = 4
"""Reports that are heard at most, in the order of their best passage."""
_ACCORDING = re.compile(r",?\s*\baccording to (?!.*\d)[^,;?]{2,80}(?=\?*$)", re.IGNORECASE)
_OF_PLACES = (
    r"各处|前后(?:一致|矛盾)|(?:报告|白皮书|文中|正文|全文|数据|说法)前后[^，。？]{0,6}(?:一致|一样|相同|不同|不一|矛盾|出入)"
    r"|\b(?:every|each) (?:place|mention|passage)\b|\ball (?:places|mentions|passages)\b"
    r"|正文[^，。？]{0,6}[和与跟同][^，。？]{0,12}表|表格?[^，。？]{0,6}[和与跟同][^，。？]{0,12}正文"
    r"|\b(?:text|tables?) and (?:the |its )?(?:[\w-]+ ){0,2}(?:text|tables?)\b"
)
_PLACES = re.compile(_OF_PLACES, re.IGNORECASE)
"""Asked of one report, this is about its own places."""
_VERDICT = re.compile(
    r"[^\d：，]{0,30}(?:报告|白皮书|机构|各家|两家|说法|口径|正文|表格?|两处)[^\d：，]{0,12}(?:一样|一致|相同|相符|不同|不一|差异|分歧)[^\d：，]{0,4}"
    r"|[^\d:,]{0,24}\b(?:reports?|sources|they|figures|text|table|places)\b[^\d:,]{0,24}"
    r"\b(?:agree|disagree|differ|the same|consistent)\b[^\d:,]{0,16}",
    re.IGNORECASE,
)
_BESIDE_A_NAME = re.compile(
    r"\s[和与及跟、]|[和与及跟、比]\s|(?:^\s*|\s{2,})(?:and|versus|vs|than)\b|\b(?:and|versus|vs|than)\s{2,}"
)
"""Where a name was taken out, something else is asked about beside it: of the maker of the report, as of a company."""
_TWO = 2
_HOLLOW = 3
"""Characters of a question of which nothing but its conjunctions is left."""
_OF_EACH = 3
_ASKS = re.compile(
    r"各(?:份|家|个|篇)?(?:报告|机构|研报)|(?:不同|几份|(?<!哪)几家|两份|两家|多份)(?:报告|机构|研报)|报告(?:之间|间)|说法(?:一样|一致|相同|不同|不一)"
    r"|(?:口径|估计|数据|数字|说法|判断|预测|观点|看法)(?:有何|有什么|有无|是否|上)?(?:不同|差异|差别|分歧|一致|出入)|(?:有何|有什么)(?:分歧|出入)"
    r"|\b(?:various|different|several|both|all|each of the|the two|two) (?:reports?|sources|publishers)\b"
    r"|\b(?:reports?|sources|they|figures|estimates?) (?:differ|disagree|agree)\b|\bdo (?:the reports|they) agree\b"
    r"|(?<![该份本度务])报告(?:是否|都)[^，。？]{0,6}(?:相同|一致|一样)"
    r"|\bdo (?:the|these|all) (?:reports|sources) \w+ the same\b"
    r"|\bhow (?:do|does|did) .{3,80}\b(?:differ|compare)\b"
    rf"|{_OF_PLACES}"
    r"|\baccording to [^?]{2,40} and (?!in\b|on\b|by\b|how\b|what\b)[^?]{2,40}\?*$",
    re.IGNORECASE,
)  # fmt: skip


def asks_several(question: str) -> bool:
    """Whether a question asks what more than one report, or more than one place, says."""
    return bool(_ASKS.search(question))


def asks_places(question: str) -> bool:
    """Whether a question is about several places of one report: its text and its tables."""
    return bool(_PLACES.search(question))


@dataclass(frozen=True, slots=True)
class Sides:
    """The reports that have to be heard, by id, their own best passages, and the question as it is put to each; or the
    `only` one that is asked.
    """

    ids: tuple[str, ...] = ()
    hits: tuple[Hit, ...] = ()
    ways: tuple[str, ...] = ()
    only: str | None = None

    @property
    def first(self) -> tuple[Hit, ...]:
        """The best passage of each."""
        return tuple(next(hit for hit in self.hits if hit.report.id == id) for id in self.ids)


def sides(
    questions: Sequence[str],
    hits: Sequence[Hit],
    reports: Sequence[Report],
    search: Callable[[Sequence[str], Report], Sequence[Hit]],
) -> Sides:
    """Which of `reports` have to be heard, each searched by itself; none when the question asks for no such thing
    or only one report has anything to say. One that is named alone is the `only` one that is read, unless its maker is
    asked about beside something else. What is named is searched, and its sentences are weighed, without its name, which
    else would stand for what is asked.

    These are the reports that the question names, in its order, or else those found, in the order of their best
    passage: scores of searches in different reports cannot be compared. `search(ways, report)` are the passages of
    one, best first. Of several each is asked in its language alone, as far as the question is put in it; the only one
    has the words of the asker, too, among which names stand as they are.
    """
    named, found = filters.named(questions, reports), list(dict.fromkeys(hit.report.id for hit in hits))
    known = {report.id: report for report in reports}
    if len(named) >= _TWO:
        asked = named
    elif any(map(asks_several, questions)) and not (named and any(map(asks_places, questions))):
        asked = list(dict.fromkeys([*named, *found]))
    elif not named:
        return Sides()
    else:
        ways, only = _bare(questions, [known[named[0]]]), named[0]
        if any(map(_BESIDE_A_NAME.search, ways)):
            return Sides(ways=ways)
        return Sides(hits=tuple(search(ways, known[only])), ways=ways, only=only)
    ways = _bare(questions, reports)
    own = {id: tuple(search(_spoken(ways, known[id]), known[id]))[:_OF_EACH] for id in asked[:MOST] if id in known}
    ids = tuple(id for id in own if own[id])
    if len(ids) < _TWO:
        return Sides()
    return Sides(ids, tuple(hit for id in ids for hit in own[id]), ways)


def without_verdicts(text: str) -> str:
    """A reply without sentences that only say whether reports agree: a small model guesses it. What they say is told
    side by side anyway. Unchanged where nothing else is said.
    """
    return phrases.without_sentences(text, _VERDICT)


def _spoken(ways: Sequence[str], report: Report) -> Sequence[str]:
    """The ways of asking that are in a report's language; all where none is."""
    return [way for way in ways if has_han(way) == (report.lang == "zh")] or ways


def _bare(questions: Sequence[str], reports: Sequence[Report]) -> tuple[str, ...]:
    return tuple(_without_names(question, reports) for question in questions)


def _without_names(question: str, reports: Sequence[Report]) -> str:
    """A question without the names of reports, in either language."""
    rest = _ACCORDING.sub("", question)
    for english, chinese in names.chinese_in(rest).items():
        if filters.is_beginning(chinese, reports) or not filters.without_names(chinese, reports).strip():
            rest = rest.replace(english, chinese)
    rest = filters.without_names(rest, reports)
    return rest if len(re.findall(r"\w", rest)) > _HOLLOW else question
