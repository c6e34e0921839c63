"""Questions about reports as wholes rather than about a passage: which of them mention something, and what
one of them says in the main.

They are recognised by their wording, narrowly: whatever is not clearly one of them is an ordinary question.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from threading import Event as Flag

from assistant import claims, evidence, names, quoting
from assistant.asking import parts
from assistant.citations import Checked
from assistant.errors import stop_if
from assistant.orders import without_orders
from assistant.pieces import sentences_of
from assistant.question import Question, detect
from assistant.schema import Evidence, Sentence
from vectorstore import filters
from vectorstore.library import Library
from vectorstore.schema import Hit, Lang, Query, Report

_LOOKED_AT = 8
"""Passages of each report in which a mention is looked for."""
_LONGEST = 40
"""Characters of what may be asked for as a mention; more is a question of its own."""
_LEFT = 2
"""Characters a request for a summary may hold beyond its own words and a report's name."""

_SAYS = r"(?:提到|提及|谈到|谈及|讲到|涉及|讨论|介绍|包含|写到|说到)"
_MENTIONS = [
    re.compile(rf"(?:哪些|哪几[份篇个]|哪[一]?[份篇个]|有没有)(?:报告|研报)(?:[里中]|里面)?(?:有|都)?{_SAYS}[了过到]?(?P<what>.+)"),
    re.compile(rf"(?P<what>.+?)(?:在|出现在|被)(?:哪些|哪几[份篇个]|哪[一]?[份篇个])(?:报告|研报)[里中]?(?:被|有|出现)?{_SAYS}?"),
    re.compile(
        r"\bwhich (?:of (?:the|these|my) )?reports? (?:mention|discuss|cover|talk about|deal with|refer to"
        r"|write about)s? (?P<what>.+)", re.IGNORECASE,
    ),
]  # fmt: skip
_NEWEST = re.compile(r"最新|最近|最晚|\b(?:newest|latest|most recent)\b", re.IGNORECASE)
_TAIL = re.compile(
    r"[，,；;。？?！!].*$|[.]\s*$|(?:\s+and\s+)?(?:which|what)\s+(?:one\s+)?(?:of them\s+)?is.*$"
    r"|\s+and\s+(?:how|what|why|when|where|who)\b.*$"
    r"|的?(?:报告|研报)$|[的吗呢]$",
    re.IGNORECASE | re.DOTALL,
)
_SUMMARY = re.compile(
    r"总结|概括|概述|归纳|梳理|摘要|综述|(?:主要|核心)(?:观点|内容|结论|发现|看法)|讲了?(?:些)?什么|说了?(?:些)?什么|写了?(?:些)?什么"
    r"|\bsummari[sz]e\b|\bsummary of\b|\b(?:main|key) (?:views?|points?|findings?|conclusions?|messages?|takeaways?)\b"
    r"|\bwhat (?:is|does) .{0,40}\breport\b.{0,20}(?:about|say)\W*$",
    re.IGNORECASE,
)
_REPORT = re.compile(r"报告|研报|\breports?\b", re.IGNORECASE)
_FILLER = re.compile(
    r"请问?|帮我|帮忙|一下|这[份篇个]|那[份篇个]|该|本|的|和|与|了|是|有|哪些|什么|简要|简单|主要|核心|内容|观点|结论|发现|看法|给我|关于|里|中"
    r"|\b(?:please|can|could|you|me|give|a|an|short|brief|the|this|that|of|in|for|and|what|are|is|does|do|say|about"
    r"|its|it|main|key|views?|points?|findings?|conclusions?|messages?|takeaways?|all|tell|by|from)\b|[\W_]+",
    re.IGNORECASE,
)

_SOME: dict[Lang, str] = {"zh": "有{}份报告提到“{}”，从新到旧：", "en": "{} of the reports mention “{}”, newest first:"}
_ONE: dict[Lang, str] = {"zh": "有一份报告提到“{}”：", "en": "One report mentions “{}”:"}
_FIRST: dict[Lang, str] = {"zh": "最新的是{}", "en": "The newest is {}"}
_NONE: dict[Lang, str] = {"zh": "没有报告提到“{}”。", "en": "No report mentions “{}”."}
REQUEST: dict[Lang, str | None] = {"zh": None, "en": "请概括这份报告的主要内容和观点"}
"""What a request for a summary is in the other language, for a small model that reads Chinese reports."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """Which reports mention `what`; `newest` says that the newest of them is asked for, too."""

    what: str
    newest: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """What a report says in the main."""

    report: Report


def task(question: Question, reports: Sequence[Report]) -> Mentions | Summary | None:
    """What a question asks of reports as wholes; None for an ordinary question, and for one that asks more of them than
    which is the newest.
    """
    text = question.text.strip()
    for pattern in _MENTIONS:
        if found := pattern.search(text):
            what = _TAIL.sub("", found["what"]).strip(" “”\"'《》「」")
            if not what or len(what) > _LONGEST:
                continue
            rest = f"{found['what']}{text[found.end() :]}".partition(what)[2]
            if _NEWEST.search(rest) or not parts(rest):
                return Mentions(what, bool(_NEWEST.search(text)))
    if _SUMMARY.search(text) and _REPORT.search(text):
        report = _meant(question, reports)
        if report is not None and len(_rest(text, report)) <= _LEFT:
            return Summary(report)
    return None


def _meant(question: Question, reports: Sequence[Report]) -> Report | None:
    """The one report a question names, or the only one there is."""
    asked = [question.text, names.in_chinese(question.text)]
    found = set(filters.named(asked, reports))
    found |= {report.id for report in reports if report.title in question.text or report.source in question.text}
    if len(found) == 1 or len(reports) == 1:
        return next(report for report in reports if report.id in found or len(reports) == 1)
    return None


def _rest(text: str, report: Report) -> str:
    """What a request for a summary says beyond asking for one of this report."""
    for part in (report.title, report.source, report.publisher or ""):
        text = text.replace(part, "") if part else text
    known = {report.publisher or "", *names.english_in(report.publisher or "").values()}
    for name in sorted(filter(None, known), key=len, reverse=True):
        text = re.sub(re.escape(name), "", text, flags=re.IGNORECASE)
    return _FILLER.sub("", _REPORT.sub("", _SUMMARY.sub("", text)))


def mentioning(
    library: Library, what: str, reports: Collection[Report], cancel: Flag | None = None
) -> list[Evidence]:
    """Where each of the reports that mention `what` does so, as numbered evidence, the newest report first. Raises
    `Cancelled` when `cancel` is set.
    """
    forms = list(dict.fromkeys([what, *names.chinese_in(what).values(), *names.english_in(what).values()]))
    ways = [Query(form, detect(form)) for form in forms]
    found: list[Evidence] = []
    for report in sorted(reports, key=lambda report: (report.date or "", report.id), reverse=True):
        stop_if(cancel)
        hits = library.search(ways, _LOOKED_AT, {report.id})
        place = next((place for hit in hits if (place := _place(hit, forms))), None)
        if place:
            found.append(evidence.excerpt(len(found) + 1, *place))
    return found


def _place(hit: Hit, forms: Sequence[str]) -> tuple[Hit, int, int] | None:
    """The sentence of a passage that holds one of the forms, however it is spaced."""
    wanted = [claims.squeezed(form) for form in forms]
    clean = without_orders(hit.passage.clean)
    for start, end in sentences_of(clean):
        held = any(form in claims.squeezed(clean[start:end]) for form in wanted)
        if held and hit.passage.offsets.covers(start, end):
            return hit, start, end
    return None


def listed(asked: Mentions, found: Sequence[Evidence], lang: Lang, library: Library) -> Checked | None:
    """The answer that lists the reports found; None when there are none."""
    if not found:
        return None
    head = (_SOME[lang].format(len(found), asked.what)) if len(found) > 1 else _ONE[lang].format(asked.what)
    sentences = [Sentence(_called(item.hit.report, lang), (item.n,), "supported") for item in found]
    lines = [f"- {sentence.text} [{sentence.marks[0]}]" for sentence in sentences]
    stop = "。" if lang == "zh" else "."
    if asked.newest and len(found) > 1 and found[0].hit.report.date:
        newest = Sentence(_FIRST[lang].format(sentences[0].text), (found[0].n,), "supported")
        sentences.append(newest)
        lines.append(f"\n{newest.text} [{found[0].n}]{stop}")
    citations = tuple(quoting.whole(item, library.page_at) for item in found)
    return Checked("\n".join([head, *lines]), tuple(sentences), citations)


def none(asked: Mentions, lang: Lang) -> str:
    """The answer when no report mentions what was asked for."""
    return _NONE[lang].format(asked.what)


def _called(report: Report, lang: Lang) -> str:
    """A report as a reader would name it: title, publisher, date."""
    facts = [fact for fact in (report.publisher, report.date) if fact and fact not in report.title]
    if lang == "zh":
        return f"《{report.title}》" + (f"（{'，'.join(facts)}）" if facts else "")
    return f"“{report.title}”" + (f" ({', '.join(facts)})" if facts else "")
