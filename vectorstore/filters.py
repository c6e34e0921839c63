"""Which reports a search is limited to, and which ones its question prefers."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from vectorstore.dates import FORM, is_date
from vectorstore.errors import BadFilter
from vectorstore.schema import Lang, Passage, Report
from vectorstore.words import familiarity, simplified

MOST_NAMED = 4
"""Reports named in one question that are searched on their own."""
BETWEEN_MAKERS = re.compile(r"[、/&，;；]")
"""What stands between the publishers of a joint report; a comma may belong to a name (Example Co., Ltd)."""
_KIND = re.compile(r"(?:股份|有限公司|公司|集团|研究院|研究所|研究|咨询|证券|国际|资本|银行|基金)$")
_SHORTEST = 4
"""Characters of a shortened name: shorter ones are other words."""
_RARE = 100
"""How often jieba's corpus holds a word at most that is a name and nothing else: 艾瑞 0, 海通 38, 上海 16,377."""
_REPORTS = r"(?:报告|研报|白皮书|资料|reports?|papers?|stud(?:y|ies)|publications?)"
_SINCE = re.compile(
    rf"(20\d\d)\s*年?(?:以来|之后|以后|后|起)(?:发布|发表|出版)?的?{_REPORTS}"
    rf"|{_REPORTS}\s+(?:(?:published|released|issued|dated)\s+)?(?:since|from|after)\s+(20\d\d)",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"(20\d\d)\s*年?(?:之前|以前|前)(?:发布|发表|出版)?的?{_REPORTS}"
    rf"|{_REPORTS}\s+(?:(?:published|released|issued|dated)\s+)?before\s+(20\d\d)",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    rf"{_REPORTS}\s+(?:(?:published|released|issued|dated)\s+)?(?:until|up to)\s+(20\d\d)", re.IGNORECASE
)
_JOINED = r"\s*(?:[与和及跟、&/]|\band\b)\s*"
_EDITION = re.compile(r"(?:19|20)\d\d(?:[-—–]\d{2,4})?年?|第?[一二三四五六七八九十\d]+[期版季](?:度)?|[\W_]+")


@dataclass(frozen=True, slots=True)
class Filter:
    """Limits of a search; every one that is given has to hold. An undated report is outside of any date.

    `publisher`, `tag` and `section` (any heading a passage stands under) are matched as parts of a name,
    whatever the case; dates are YYYY, YYYY-MM or YYYY-MM-DD, both ends included.
    """

    reports: frozenset[str] | None = None
    publisher: str | None = None
    since: str | None = None
    until: str | None = None
    lang: Lang | None = None
    tag: str | None = None
    section: str | None = None

    def __post_init__(self) -> None:
        for name, value in (("since", self.since), ("until", self.until)):
            if value is not None and not is_date(value):
                raise BadFilter(f"{name} is {value!r}; write a date as {FORM}")

    @property
    def of_reports(self) -> bool:
        """Whether it says anything about reports, rather than about passages alone."""
        return any((self.reports is not None, self.publisher, self.since, self.until, self.lang, self.tag))

    def admits(self, report: Report) -> bool:
        """Whether a report is within the limits."""
        if self.reports is not None and report.id not in self.reports:
            return False
        if self.publisher and not _within(self.publisher, report.publisher or ""):
            return False
        if self.tag and not any(_within(self.tag, tag) for tag in report.tags):
            return False
        if self.lang and report.lang != self.lang:
            return False
        return dated(report, self.since, self.until)

    def admits_passage(self, passage: Passage) -> bool:
        """Whether a passage stands under a section asked for."""
        return not self.section or any(_within(self.section, heading) for heading in passage.heading)


EVERYTHING = Filter()


def dated(report: Report, since: str | None, until: str | None) -> bool:
    """Whether a report's date lies between two, both ends included; an undated one lies between none."""
    if not since and not until:
        return True
    if not report.date:
        return False
    late_enough = not since or report.date[: len(since)] >= since[: len(report.date)]
    return late_enough and (not until or report.date[: len(until)] <= until)


def named(questions: Sequence[str], reports: Sequence[Report]) -> list[str]:
    """Ids of the reports that a question names, by publisher (`据艾瑞`) or title, in the order in which it does; []
    when too many are.
    """
    asked = simplified(" ".join(questions)).casefold()
    places: dict[str, int] = {}
    for report in reports:
        found = [match.start() for name in _held(report, asked) if (match := re.search(_word(name), asked))]
        if found:
            places[report.id] = min(found)
    return sorted(places, key=places.__getitem__) if len(places) <= MOST_NAMED else []


def without_names(question: str, reports: Sequence[Report]) -> str:
    """A question without the names of these reports, which say where to look and not what for. Beside one maker of a
    report another may be cut short: 毕马威和中关村.
    """
    asked = question.casefold()
    known = sorted({name for report in reports for name in _held(report, asked)}, key=len, reverse=True)
    if not known:
        return question
    whole, short = "|".join(map(_word, known)), "|".join(map(_word, sorted(_beginnings(asked, reports))))
    if short:
        whole = rf"(?:{short}){_JOINED}(?:{whole})|(?:{whole}){_JOINED}(?:{short})|{whole}"
    return re.sub(rf"(?:{whole})(?:\s*的?{_REPORTS}(?![a-z]))?", " ", question, flags=re.IGNORECASE)


def is_beginning(word: str, reports: Sequence[Report]) -> bool:
    """Whether a word is how the name of one of several makers of a report begins: 中关村, of 中关村产业研究院."""
    return simplified(word).casefold() in _beginnings(word.casefold(), reports)


def set_back(questions: Sequence[str], reports: Sequence[Report]) -> set[str]:
    """Ids of the reports to rank after others: outside of dates that a question names for its reports
    (`reports since 2023`), and older editions of a report, unless the question names their year.
    """
    asked = " ".join(questions)
    since, until, before = (_year(pattern, asked) for pattern in (_SINCE, _UNTIL, _BEFORE))
    if before and not until:
        until = str(int(before) - 1)
    behind = {r.id for r in reports if r.date and not dated(r, since, until)}
    newest: dict[tuple[str, str], str] = {}
    for report in reports:
        if report.date:
            key = _work(report)
            newest[key] = max(report.date, newest.get(key, ""))
    for report in reports:
        if report.date and report.date[:4] < newest[_work(report)][:4] and report.date[:4] not in asked:
            behind.add(report.id)
    return behind


def _year(pattern: re.Pattern[str], asked: str) -> str | None:
    found = pattern.search(asked)
    return next(filter(None, found.groups())) if found else None


def _work(report: Report) -> tuple[str, str]:
    """What the editions of one report have in common: publisher and title without year or number."""
    return report.publisher or "", _EDITION.sub("", report.title).casefold() or report.id


def _names(report: Report) -> set[str]:
    """What a question may call a report, in lower case."""
    names = {report.title} if len(report.title) >= 6 else set()
    for maker in makers(report):
        names |= _shortened(maker) if len(maker) >= 2 else set()
        while (shorter := _KIND.sub("", maker)) != maker:
            maker = shorter
            if len(maker) >= 2 and familiarity(maker) <= _RARE:
                names.add(maker)
    return {simplified(name).casefold() for name in names}


def makers(report: Report) -> list[str]:
    """The publishers of a joint report, one by one, without what stands in parentheses."""
    names = BETWEEN_MAKERS.split(re.sub(r"[（(].*?[)）]", "", report.publisher or ""))
    return [name for name in map(str.strip, names) if name]


def _beginnings(text: str, reports: Sequence[Report]) -> set[str]:
    """The longest beginnings, of two characters or more, of makers of joint reports that a text in lower case holds."""
    found: set[str] = set()
    for report in reports:
        joint = makers(report)
        for maker in joint if len(joint) > 1 else ():
            name = simplified(maker).casefold()
            found.update([name[:end] for end in range(len(name), 1, -1) if name[:end] in text][:1])
    return found


def _held(report: Report, text: str) -> set[str]:
    """The names of a report that a text in lower case holds. Hardly any does, and a pattern for each of thousands
    would be built at every question.
    """
    return {name for name in _names(report) if name in text}


def _word(name: str) -> str:
    """A pattern for a name that is no part of a longer word: EY is not in `they`."""
    return rf"(?<![a-z]){re.escape(name)}(?![a-z])" if name.isascii() else re.escape(name)


def _shortened(maker: str) -> set[str]:
    """A maker's name as it stands and as people shorten it: 深圳AI协会 for 深圳市人工智能行业协会."""
    names = {maker}
    for long, short in (("市", ""), ("行业", ""), ("人工智能", "AI")):
        names |= {name.replace(long, short) for name in names}
    return {name for name in names if len(name) >= _SHORTEST or name == maker}


def _within(part: str, name: str) -> bool:
    return simplified(part).casefold().strip() in simplified(name).casefold()


def allowed(reports: Sequence[Report], where: Filter, ids: Collection[str] | None) -> set[str] | None:
    """Ids of the reports that a search is limited to; None when it is not limited."""
    if ids is None and not where.of_reports:
        return None
    return {r.id for r in reports if where.admits(r) and (ids is None or r.id in ids)}
