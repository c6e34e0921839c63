"""What a report is: its title, publisher, date and language, guessed from the text where the file is silent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from vectorstore.characters import weight
from vectorstore.dates import is_date
from vectorstore.layout import Block
from vectorstore.schema import Document, Lang

_HAN = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_KIND = re.compile(r"证券|咨询|研究院|研究所|国际|资本|银行|信通院|协会")
_STEM = re.compile(r"[\u4e00-\u9fff]{2,12}$")
_NOT_A_NAME = re.compile(r"[的了与和及或由在是对为于所等该本任、]|研究报告|公司|投资|中国$")
_COMPANY = re.compile(r"[\u4e00-\u9fff（）()]{2,24}有限(?:责任)?公司")
_SOURCE_LINE = re.compile(r"(?:来源|Source|制作|绘制|整理|发布|编写|版权)[^\n]{0,80}")
_SECTION = re.compile(r"\d{1,2}[.、](?!\d)|\d{1,2}(?:\.\d{1,2})+\s|第?[一二三四五六七八九十]{1,3}[、章节]")
"""How a heading inside a report begins: 1. Introduction, 一、背景."""
_DATE = re.compile(
    r"(?<!\d)(20\d{2})\s*(?:年(?=\s*\d{1,2}\s*月)|[.\-/])\s*(1[0-2]|0?[1-9])(?!\d)"
    r"\s*(?:[月.\-/]\s*(?:(3[01]|[12]\d|0?[1-9])(?!\d))?)?"
)
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_MONTH = (
    "Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|"
    "Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?"
)
_ENGLISH_DATE = re.compile(rf"(?:\b([12]?\d|3[01])\s+)?\b({_MONTH})\b\.?\s+(?:(\d{{1,2}}),\s*)?(20\d{{2}})\b")


def language(text: str) -> Lang:
    """The language most of a text is in."""
    sample = text[:50_000]
    return (
        "zh"
        if 2 * len(_HAN.findall(sample)) >= 0.5 * len(_LATIN.findall(sample)) and _HAN.search(sample)
        else "en"
    )


def title(document: Document, blocks: Sequence[Block], path: Path) -> str:
    """The file's own title, else the first line that can be one, else its maker and month, else its name."""
    if document.title:
        return document.title
    for block in blocks[:6]:
        text = block.content.text.split("\n")[0]
        if _SECTION.match(text):
            continue
        if (
            12 <= weight(text) <= 90
            and not text.endswith(("。", "，", ".", ",", "：", ":", ")", "？"))
            and text[0] not in "([（"
        ):
            return text
        if 12 <= weight(text) <= 90 and text.endswith("）") and text[0] not in "([（":
            return text
    made_by = publisher(document, document.text)
    if made_by is None:
        return path.stem
    when = date(document, document.text)
    kind = "报告" if language(document.text) == "zh" else " report"
    return f"{made_by}{kind}" + (f" {when[:7]}" if when else "")


def publisher(document: Document, text: str) -> str | None:
    """The file's own author, else a company in its title, else the organisation named most as a maker."""
    if document.publisher:
        return document.publisher
    company = _COMPANY.search(document.title or "")
    if company:
        return company.group()
    edges = text[:1500] + text[-len(text) // 12 :]
    named = Counter(_organisations(edges))
    sources = _SOURCE_LINE.findall(text)
    for line in sources:
        named.update(_organisations(line))
    # Names are cut out at every length; the full one is the longest that is nearly as frequent as its end.
    best = max(named, key=lambda name: (named[name], len(name)), default=None)
    if best is None or named[best] < 5:
        return None
    longer = [name for name in named if name.endswith(best) and named[name] >= 0.7 * named[best]]
    maker = max(longer, key=len)
    return "、".join([maker, *_partners(maker, sources)])


def _partners(maker: str, sources: Sequence[str]) -> list[str]:
    """Who made the report together with its maker: named beside it in most of the lines that say whose work a
    figure is (来源：……，甲研究院、乙分析).
    """
    lines = [line for line in sources if maker in line]
    beside = re.compile(rf"{re.escape(maker)}[、与和及&]\s*([\u4e00-\u9fffA-Za-z]{{2,12}}?)(?=分析|整理|绘制|制作)")
    found = Counter(match[1] for line in lines if (match := beside.search(line)))
    return [name for name, count in found.items() if count >= 5 and 2 * count > len(lines)]


def _organisations(text: str) -> list[str]:
    """Candidates: what ends in a word for a kind of organisation, with two to ten characters before it."""
    found = []
    for kind in _KIND.finditer(text):
        stem = _STEM.search(text, max(0, kind.start() - 10), kind.start())
        if stem is None:
            continue
        for length in range(2, len(stem.group()) + 1):
            name = stem.group()[-length:] + kind.group()
            if _NOT_A_NAME.search(name[:-2]):
                break
            found.append(name)
    return found


def date(document: Document, text: str) -> str | None:
    """The file's own date, else the first date near the beginning, as YYYY-MM-DD or YYYY-MM."""
    if document.date:
        return document.date
    head = text[:800]
    found = _DATE.search(head)
    if found:
        year, month, day = found.groups()
        return _written(year, int(month), day)
    english = _ENGLISH_DATE.search(text[:12_000])
    if english:
        before, name, after, year = english.groups()
        day = before or after
        return _written(year, _MONTHS.index(name[:3]) + 1, day)
    return None


def _written(year: str, month: int, day: str | None) -> str:
    """A date as it is kept; a day that its month does not have is left out."""
    whole = f"{year}-{month:02d}-{int(day):02d}" if day else ""
    return whole if is_date(whole) else f"{year}-{month:02d}"
