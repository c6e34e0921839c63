"""What a piece of a report's text is: a sentence, a row, a caption, contents; and how a row is read in its table."""

from __future__ import annotations

import itertools
import re

from assistant.orders import without_orders
from assistant.sentences import split_sentences
from assistant.table import cells_of
from vectorstore.aligned import names_at_the_end
from vectorstore.characters import has_han
from vectorstore.schema import Hit, Passage

LONGEST = 30
"""Chinese characters of a heading at most; what is longer says by itself what another passage could be cited for."""
_HEADING, _TRANSITION = 18, 9
"""Characters up to which what has no stop is a heading, and a sentence without a figure only leads on to the next."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_LATIN = re.compile(r"[A-Za-z][A-Za-z.’'&-]*")
_CAPTION = re.compile(
    r"\W*(?:图表?|表|figure|fig\.|table|chart|exhibit)\s*\d+(?:[.-]\d+)*\s*[：:.、]?[^。；]*$", re.IGNORECASE
)
_CONTENTS = re.compile(r"(?:(?<!\d)(?:0?[1-9]|[1-9]\d{1,2})(?![\d年月日%个家万亿.,，])\s?[^\d，。；,.;%|]{4,28}){5,}")
"""Pages and headings, five or more: a table of contents, if the pages rise and a chapter is named."""
_CHAPTER = re.compile(
    r"目录|导读|前言|序言|引言|附录|结语|第[一二三四五六七八九十\d]+[章节]|[一二三四五六七八九十]、|\b(?:contents|introduction)\b",
    re.IGNORECASE,
)
_FORM = re.compile(r"适用\s*[√✓☑■□☐•·○]?\s*不适用")
"""What a form that every company fills in asks: √适用 □不适用."""
_NUMBERED = re.compile(
    r"\s*(?:第?[一二三四五六七八九十]{1,3}[、章节]|[（(][一二三四五六七八九十]{1,3}[)）])\s?[^\d。；，、,;:：|%]{2,24}\s*"
)
"""A numbered heading that tells no figure."""
_DATE_CELL = re.compile(r"\|\s*(?:19|20)\d\d\s?年?(?:度|末|底|初|上半年|下半年|\d{1,2}月)?\s*(?=\|)")
_DISCLAIMER = re.compile(
    r"(?=.*(?:本[\u4e00-\u9fff]{0,2}(?:报告|公司|协会|白皮书|研究|机构|资料)|this (?:report|document|publication)))"
    r".*(?:(?:不作|不做|不构成|概不|恕不|不承担|不对).{0,24}(?:保证|担保|责任|投资建议|要约|负责)"
    r"|未经.{0,16}(?:许可|授权|同意).{0,24}不得|版权|执业(?:资格|证书)"
    r"|\b(?:no|without) (?:warranty|guarantee)|\bdisclaim)"
    r"|\W*版权(?:所有|声明)|.*\ball rights reserved",
    re.IGNORECASE | re.DOTALL,
)
"""What whoever publishes a report says of it for the law."""
_CONTACT = re.compile(r"©\s?(?:19|20)\d\d|\w@\w+\.\w|(?:电话|邮箱|传真|\btel|\be-?mail|\bfax)\s*[:：]", re.IGNORECASE)


_REFERENCE = re.compile(r"\[(?:[JMDCNRSPZ]|(?:[JMD]|EB|DB)/OL)\](?=[.．,，。]|$)")
"""How a list of references marks what sort each work is (GB/T 7714): 研究[J]."""


def sentences_of(clean: str) -> list[tuple[int, int]]:
    """Sentences of a passage as spans, a very short one (a heading, a lead-in) together with the next."""
    merged: list[tuple[int, int]] = []
    held: int | None = None
    for start, end in split_sentences(clean):
        first = start if held is None else held
        if end - first < 16:
            held = first
            continue
        merged.append((first, end))
        held = None
    if held is not None:
        if merged:
            merged[-1] = (merged[-1][0], len(clean.rstrip()))
        else:
            merged.append((held, len(clean.rstrip())))
    return merged


def is_beside(text: str) -> bool:
    """Whether a piece of text stands beside what a report says: the caption of a figure, a table of contents, a
    numbered heading alone, the ticks of a form, a disclaimer, a work in a list of references.
    """
    form = _FORM.search(text) and not re.search(r"[。；]", text)
    beside = form or _CAPTION.match(text) or _NUMBERED.fullmatch(text) or _DISCLAIMER.match(text)
    beside = beside or _REFERENCE.search(text)
    return bool(beside) or _is_contents(text)


def _is_contents(text: str) -> bool:
    found = _CONTENTS.search(text)
    if not found or not _CHAPTER.search(text):
        return False
    pages = [int(page) for page in re.findall(r"\d+", found[0])]
    return pages == sorted(pages) and pages[-1] >= 10


def is_sentence(text: str) -> bool:
    """Whether a piece of a report says something by itself: it ends, or is a row; headings, captions, the
    numbers of a chart, lead-ins (如下：), bare transitions (先看总体。) and how to reach somebody do not.
    """
    if _CONTACT.search(text):
        return False
    digits = sum(char.isdigit() for char in text)
    if _CAPTION.match(text) or 2 * digits >= len(text) or text.rstrip().endswith((":", "：")):
        return False
    if " | " in text and ": " not in text and len(_DATE_CELL.findall(f"| {text} |")) > 1:
        return False  # the head of a table of years
    ended = bool(re.search(r"[。！？；.!?;]$", text))
    # Foreign words make a heading no longer (悖论1：莫拉维克悖论（Moravec's Paradox）); a chronicle's entry is none.
    length = len(text if ended or not has_han(text) or _YEAR.match(text) else _LATIN.sub("ab", text))
    return length > _HEADING or " | " in text or (ended and (digits > 0 or len(text) > _TRANSITION))


def is_head(hit: Hit, text: str) -> bool:
    """Whether a row of a passage only names the columns that the cells of the other rows stand behind."""
    rows = (line for line in hit.passage.clean.split("\n") if line != text)
    names = {name.strip() for row in rows for name, _ in cells_of(row)}
    return " | " in text and names.issuperset(cell.strip() for cell in text.split(" | "))


def without_notes(text: str) -> str:
    """Text without a report's own note marks such as [12], which would pass for citations."""
    return re.sub(r"\[\d{1,3}\]", "", text)


def around(hit: Hit) -> str:
    """All that stands around a piece of a passage: the passage, the headings above it, the title of its report."""
    headings, title = map(without_orders, hit.passage.heading), without_orders(hit.report.title)
    return "\n".join(filter(None, [*headings, hit.passage.clean, title]))


def caption(passage: Passage) -> str:
    """What stands over the table that a passage is or begins; '' where there is none. It may give the unit."""
    if passage.kind != "table":
        return ""
    first = itertools.takewhile(lambda line: " | " not in line, passage.clean.split("\n"))
    return "\n".join(map(without_orders, [*passage.heading[-1:], *first]))


def columns(passage: Passage) -> str:
    """The names of the columns that the cells of a passage's rows bear, once each."""
    cells = (cell for row in passage.clean.split("\n") if " | " in row for cell in row.split(" | "))
    return " | ".join(dict.fromkeys(cell.partition(": ")[0] for cell in cells if ": " in cell))


def headings(passage: Passage) -> list[str]:
    """The headings over a passage, but those that are long."""
    short = (one for one in passage.heading if len(one) <= (LONGEST if has_han(one) else 3 * LONGEST))
    return [without_orders(heading) for heading in short]


def column_names(hit: Hit, text: str) -> str:
    """The names of the columns of a passage's rows whose cells do not bear them; '' for any other text of it."""
    if hit.passage.kind != "table" or all(": " in cell for row in text.split("\n") for cell in row.split(" | ")):
        return ""
    lines = map(without_orders, [*hit.passage.heading[-1:], *hit.passage.clean.split("\n")])
    found = next(filter(None, map(names_at_the_end, lines)), "")
    return "" if found in text else found


def row_begun(hit: Hit, text: str) -> str:
    """The first cell, with its column's name, of the row of which a text of a passage is later cells; '' for others,
    and where it cannot be told which row that is.
    """
    clean = hit.passage.clean
    place = clean.find(text) if hit.passage.kind == "table" and clean.count(text) == 1 else -1
    before = clean[: max(0, place)].rpartition("\n")[2]
    first, cut, _ = f"{before} ".partition(" | ")
    cells = text.startswith("|") or before.endswith("| ")
    return first.strip() if cells and ": " in first and (cut or text.startswith("|")) else ""


def behind_its_first_cell(hit: Hit, text: str) -> str:
    """A text of a passage, the rest of a row behind the row's first cell."""
    begun = row_begun(hit, text)
    return f"{begun} | {text.lstrip('| ')}" if begun else text


def under_names(hit: Hit, text: str) -> str:
    """A text of a passage: rows of bare cells below the names of their columns, a row's rest behind its first cell."""
    whole = behind_its_first_cell(hit, text)
    if whole != text:
        return whole
    names = column_names(hit, text)
    return f"{names}\n{text}" if names else text
