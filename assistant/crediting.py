"""What a sentence says of its report, of its question and of itself, and not of the world: it is judged without that.

A large model says who tells it and when (`据某研究院（2024）`, `according to Acme in 2024`), and before it answers a
question that rests on a mistake it denies the mistake. The year of a report is no year of what it reports, and that
something is otherwise stands in no report: the rest of the sentence is what has to be borne out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from assistant import claims
from assistant.names import chinese_in
from assistant.quantities import numbers
from vectorstore.filters import BETWEEN_MAKERS

_DATE = re.compile(r"((?:19|20)\d\d)(?:[-年]|$)")
_OF_A_REPORT = re.compile(r"报告|资料|原文|文中|表中?|\b(?:reports?|sources?|tables?|passages?|given)\b", re.IGNORECASE)
_YES_OR_NO = re.compile(
    r"吗\s?[？?]*$|是不是|是否|有没有|\A\s*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would)\b",
    re.IGNORECASE,
)
"""A question that is answered by yes or no: what denies it answers it."""
_REPORTS = "报告|白皮书|研究|数据|预[计测期]|测算|估[计算]|统计|调查|认为|指出|表示|称|显示|判断|提出|发布的"
_OTHERWISE = re.compile(
    r"(?:与(?:问题|提问|问的|前提)[^，。：；]{0,10}(?:不同|不符|相反|不一致)(?:的是)?"
    r"|(?:问题的?|这个|该)?(?:前提|说法)(?:并?不成立|有误|不符|不对|与[^，。：；]{1,10}不符)"
    r"|事实并非如此|实际(?:上|情况(?:是|与[^，。：；]{1,12}(?:相反|不同|不符|不一致)))|恰恰相反|正好相反"
    r"|(?:所给)?(?:资料|报告|原文|文中)[^，。：；]{0,6}[只仅][^，。：；]{0,4}(?:提到|列出|说明|给出|写明|指出|说)(?:了|的是)?"
    r"(?:其中[^，。：；]{1,6})?"
    r"|it (?:is|was) the other way (?:a)?round"
    r"|(?:that|the|this) premise (?:is|was) (?:wrong|not \w+|incorrect|mistaken|false)"
    r"|in fact|actually|on the contrary|contrary to the (?:question|premise)[^,:;.]{0,60})[，：:,;.]\s*"
    r"|(?:所给)?(?:资料|报告|原文|文中)[只仅](?:说|提到|写|列出)了?(?![，：])",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"^(?:该|这家)?(?:机构|报告|研究院|协会|券商|作者)(?:还|也|并)?(?:指出|认为|表示|称|提到)[，：]"
    r"|^(?:it|the report|the institute|the association) (?:also )?(?:adds|notes|says|states|points out) that\s",
    re.IGNORECASE,
)
_RATHER = re.compile(
    r"[，,]\s?(?:而不是|并非|而非)(?P<what>[^，。；]{1,20})(?=。|$)"
    r"|,? (?:rather than|instead of|not) (?P<instead>[A-Z][\w .-]{1,40})(?=[.,;]|$)"
)
"""What a sentence says that something is not, behind what it is."""
_UNTOLD = re.compile(
    r"[，；](?:但|不过)?(?:并?没有|未)(?:说明|列出|写明|给出|提到|提及|交代)[^，。；\d]{0,24}(?=。|$)"
    r"|, no \w+(?: \w+)? (?:is )?(?:given|stated|named)(?=[.\s|]|$)"
)
"""At the end of a sentence: what the report does not tell besides."""
_UNDATED = re.compile(
    r"[（(](?:资料)?(?:未|没有)(?:注明|写明|标明|说明)年份[)）]|[，,](?:资料)?(?:未|没有)(?:注明|写明|标明|说明)年份(?=[)）])"
    r"|\s?\((?:no year|year not) (?:given|stated)\)",
    re.IGNORECASE,
)
"""What says that a report bears no year."""
_DENIAL = re.compile(
    r"(?P<said>[^：:；;。]{1,160}?(?:并不是|并非|不是|并没有|没有|并未|(?<!差)不(?!同|断|少|仅|但)"
    r"|\b(?:not|no|never|(?:do|does|did|is|are|was|were)n['’]t)\b)[^：:；;。]{1,160}?)(?:[：:；;]|——|, but )\s*",
    re.IGNORECASE,
)
_NOT = re.compile("[不没未非并无]")
_SHARED, _TELLING, _ALL_BUT = 2, 4, 0.75


@lru_cache(maxsize=4096)
def as_told(claim: str, question: str, about: str) -> str:
    """A claim without the year of its report, without who says it and what it says that the report does not tell, and
    without the denial of what its `question` takes for granted where the rest tells something of its own. `about` holds
    what the reports say of themselves, a publisher on the line before its date.
    """
    told = _SAYS.sub("", without_denial(without_year_of_report(claim, about), question), count=1)
    rather = _RATHER.search(told)
    denied = (rather["what"] or rather["instead"]) if rather else ""
    return told[: rather.start()] + told[rather.end() :] if rather and denied in question else told


def without_year_of_report(claim: str, about: str) -> str:
    """A claim without the year of a report beside the name of who publishes it, in either language, and without what it
    says that a report bears no year, or does not tell.
    """
    claim = _UNDATED.sub("", claim)
    if _OF_A_REPORT.search(claim):
        claim = _UNTOLD.sub("", claim)
    for name, year in _tellers(claim, about):
        teller = rf"({re.escape(name)}(?:['’]s)?)"
        for pattern in (
            rf"{teller}\s?[（(]\s?{year}\s?年?\s?[)）]",
            rf"{teller}[，,]?\s?{year}\s?年?\s?(?=[)）])",
            rf"{teller}\s?[于在]?{year}\s?年(?:的|(?={_REPORTS}))",
            rf"{teller},? (?:in )?{year}(?!\d)",
        ):
            claim = re.sub(pattern, r"\1", claim, flags=re.IGNORECASE)
        of_theirs = rf"\b{year} (?=(?:report|white paper|study|survey) (?:by|of|from) [^.;:]{{0,60}}{re.escape(name)})"
        claim = re.sub(of_theirs, "", claim, flags=re.IGNORECASE)
    return claim


def _tellers(claim: str, about: str) -> list[tuple[str, str]]:
    """The publishers that a claim names, with the years of their reports, longest first; of a joint report each."""
    called = chinese_in(claim)
    found = []
    for publishers, year in _dated(about):
        for maker in (part.strip() for part in (publishers, *BETWEEN_MAKERS.split(publishers))):
            names = [maker, *(english for english, chinese in called.items() if chinese and maker.startswith(chinese))]
            found += [(name, year) for name in names if len(name) > 1 and name.lower() in claim.lower()]
    return sorted(set(found), key=lambda pair: -len(pair[0]))


@lru_cache(maxsize=64)
def _dated(about: str) -> tuple[tuple[str, str], ...]:
    """The lines of `about` before a date, with its year."""
    lines = about.split("\n")
    dates = ((before, _DATE.match(line)) for before, line in pairwise(lines))
    return tuple((before, date[1]) for before, date in dates if date)


def without_denial(claim: str, question: str) -> str:
    """A claim without what leads in to say that things are otherwise than asked, and without its first clause where
    that denies what the question says (no yes or no is asked for) and the rest tells something that the question does
    not.
    """
    claim = without_lead(claim)
    denial = _DENIAL.match(claim)
    if not denial or _YES_OR_NO.search(question) or claims.shared(denial["said"], question) < _SHARED:
        return claim
    rest = claim[denial.end() :]
    telling = len(claims.grams(rest) - claims.grams(question)) >= _TELLING or numbers(rest) - numbers(question)
    return rest if telling else claim


def without_lead(claim: str) -> str:
    """A claim without what leads in to say that things are otherwise than asked."""
    return _OTHERWISE.sub("", claim, count=1) if _OTHERWISE.match(claim) else claim


def denies_what_stands(claim: str, question: str, clauses: Iterable[str]) -> bool:
    """Whether the denial that `without_denial` leaves out is of what a clause of the evidence says."""
    told = without_denial(claim, question)
    said = claims.grams(without_lead(claim).removesuffix(told)) if told else frozenset()
    denied = {gram for gram in said if not _NOT.search(gram)}
    return bool(denied) and any(
        len(denied & claims.grams(clause)) >= _ALL_BUT * len(denied) and not claims.negative(clause)
        for clause in clauses
    )
