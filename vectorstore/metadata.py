"""What a report is: its title, publisher, date and language, guessed from the text where the file is silent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from vectorstore.characters import weight
from vectorstore.layout import Block
from vectorstore.schema import Document, Lang

_HAN = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_ORGANISATION = re.compile(
    r"[\u4e00-\u9fff]{2,12}?(?:证券|咨询|研究院|研究所|国际|协会|资本|集团|银行|信通院)(?![\u4e00-\u9fff]{0,2}(?:化|市场|业|合作|竞争|标准))"
)
_SOURCE_LINE = re.compile(r"(?:来源|Source|制作|绘制|整理|发布|编写|版权)[^\n]{0,80}")
_DATE = re.compile(r"(20\d{2})\s*[年.\-/]\s*(1[0-2]|0?[1-9])\s*(?:[月.\-/]\s*(3[01]|[12]\d|0?[1-9])?)?")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_ENGLISH_DATE = re.compile(rf"(\d{{1,2}})?\s*({'|'.join(_MONTHS)})[a-z]*\.?\s+(?:\d{{1,2}},\s*)?(20\d{{2}})")


def language(text: str) -> Lang:
    """The language most of a text is in."""
    sample = text[:50_000]
    return (
        "zh"
        if 2 * len(_HAN.findall(sample)) >= 0.5 * len(_LATIN.findall(sample)) and _HAN.search(sample)
        else "en"
    )


def title(document: Document, blocks: Sequence[Block], path: Path) -> str:
    """The file's own title, else the first line that can be one, else the file's name."""
    if document.title:
        return document.title
    for block in blocks[:6]:
        text = block.content.text.split("\n")[0]
        if (
            12 <= weight(text) <= 90
            and not text.endswith(("。", "，", ".", ",", "：", ":", ")", "？"))
            and text[0] not in "([（"
        ):
            return text
        if 12 <= weight(text) <= 90 and text.endswith("）") and text[0] not in "([（":
            return text
    return path.stem


def publisher(document: Document, text: str) -> str | None:
    """The file's own author, else the organisation named most where reports name their makers."""
    if document.publisher:
        return document.publisher
    edges = text[:1500] + text[-len(text) // 25 :]
    named = Counter(_ORGANISATION.findall(edges))
    for line in _SOURCE_LINE.findall(text):
        named.update(_ORGANISATION.findall(line))
    best = named.most_common(1)
    return best[0][0] if best and best[0][1] >= 5 else None


def date(document: Document, text: str) -> str | None:
    """The file's own date, else the first date near the beginning, as YYYY-MM-DD or YYYY-MM."""
    if document.date:
        return document.date
    head = text[:4000]
    found = _DATE.search(head)
    if found:
        year, month, day = found.groups()
        return f"{year}-{int(month):02d}" + (f"-{int(day):02d}" if day else "")
    english = _ENGLISH_DATE.search(text[:12_000])
    if english:
        day, name, year = english.groups()
        return f"{year}-{_MONTHS.index(name) + 1:02d}" + (f"-{int(day):02d}" if day else "")
    return None
