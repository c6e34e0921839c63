"""Questions the library can answer, made of its reports' own headings: to begin with, and to go on with."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, zip_longest
from typing import Protocol

from assistant.faces.texts import label
from assistant.schema import Answer
from vectorstore.schema import Lang, Passage, Report

NEWEST = 12
"""Reports that are looked at for examples."""
_NUMBER = re.compile(r"^\s*[(（]?(?:第?[一二三四五六七八九十百]+[章节部分、.．)）]+|\d+(?:[.．]\d+)*[、.．)）]?)\s*")
_GENERAL = re.compile(
    r"目录|前言|摘要|引言|背景|免责|声明|附录|参考|图表|关于我们|展望|结语|小结|contents|abstract|introduction|summary|"
    r"appendix|references|disclaimer|about|outlook|conclusion|background|overview",
    re.IGNORECASE,
)
_LEAST = 80
"""Characters below a heading that are worth a question."""


class Shelf(Protocol):
    """What is needed of the library here."""

    def reports(self) -> list[Report]:
        """The reports."""

    def passages(self, id: str) -> list[Passage]:
        """A report's passages in order."""

    def __hash__(self) -> int: ...


def examples(shelf: Shelf) -> dict[Lang, tuple[str, ...]]:
    """Up to four questions for each language of the page: those in its own language, then one in the other."""
    newest = sorted(shelf.reports(), key=lambda report: (report.date or "", report.id), reverse=True)[:NEWEST]
    found: dict[Lang, list[str]] = {}
    for lang in ("zh", "en"):
        asked = [_of_report(shelf, report) for report in newest if report.lang == lang]
        found[lang] = [one for one in chain(*zip_longest(*asked)) if one]
    zh, en = found["zh"], found["en"]
    return {"zh": _four(zh, en), "en": _four(en, zh)}


def _four(own: Sequence[str], other: Sequence[str]) -> tuple[str, ...]:
    mine = own[: 3 if other else 4]
    return (*mine, *other[: 4 - len(mine)])


def follow_ups(answer: Answer, most: int = 3) -> tuple[str, ...]:
    """Questions about what was found beside the answer: headings of passages that it does not cite."""
    cited = {
        topic
        for hit in answer.hits
        for citation in answer.citations
        if citation.report == hit.report.id and hit.passage.start <= citation.start < hit.passage.end
        if (topic := topic_of(hit.passage, hit.report.title))
    }
    found = dict.fromkeys(
        topic
        for hit in answer.hits
        if (topic := topic_of(hit.passage, hit.report.title)) and hit.report.lang == answer.lang
    )
    words = answer.question.casefold()
    open = [topic for topic in found if topic not in cited and topic.casefold() not in words]
    return tuple(label("ask_topic", answer.lang, topic=topic) for topic in open[:most])


def topic_of(passage: Passage, title: str = "") -> str:
    """What a passage's heading says it is about; "" for none that makes a question."""
    if not passage.heading or passage.kind == "boilerplate":
        return ""
    topic = _bare(passage.heading[-1])
    above = _bare(passage.heading[-2]) if len(passage.heading) > 1 else ""
    if len(topic) == 2 and 2 <= len(above) <= 12 and above != title:
        topic = f"{above}（{topic}）"  # 国内, 国外: too little to be asked about alone
    if topic[:1].isupper() and topic[1:2].islower():
        topic = topic[0].lower() + topic[1:]
    longest = 20 if any("一" <= char <= "鿿" for char in topic) else 60
    known = topic.casefold() == title.casefold()
    if known or not 2 <= len(topic) <= longest or _GENERAL.search(topic) or topic.endswith(("?", "？")):
        return ""
    return topic if any(char.isalpha() for char in topic) else ""


def _bare(heading: str) -> str:
    """A heading on one line without its number."""
    return _NUMBER.sub("", " ".join(heading.split())).strip(" .:：。")


def _of_report(shelf: Shelf, report: Report) -> Sequence[str]:
    return _cached(shelf, report.id, report.sha256, report.title, report.lang)


@lru_cache(maxsize=256)
def _cached(shelf: Shelf, id: str, sha256: str, title: str, lang: Lang) -> tuple[str, ...]:
    """A report's questions, the sections with the most figures first. The hash is there to forget by."""
    figures: Counter[str] = Counter()
    length: Counter[str] = Counter()
    for passage in shelf.passages(id):
        if topic := topic_of(passage, title):
            figures[topic] += len(re.findall(r"\d+", passage.clean))
            length[topic] += len(passage.clean)
    topics = [topic for topic, _ in figures.most_common() if length[topic] >= _LEAST]
    return tuple(_asked(topics, title, lang))


def _asked(topics: Iterable[str], title: str, lang: Lang) -> Iterator[str]:
    short = len(title) <= (24 if lang == "zh" else 60)
    for topic in topics:
        if short and title:
            yield label("ask_topic_in", lang, topic=topic, title=title)
        else:
            yield label("ask_topic", lang, topic=topic)
