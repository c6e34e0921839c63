"""The lines of a report, and which of them belong to the page and not to the text.

Running headers and footers are recognised by recurrence, tables of contents by shape and place.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from vectorstore.characters import Cleaned, clean, weight
from vectorstore.schema import Page

Spans = list[tuple[int, int]]


@dataclass(slots=True)
class Line:
    """A line as read, `text[start:end]`, and clean; `width` is its display width.

    `cells` are the spans of its cells if it is a row of a table.
    """

    start: int
    end: int
    raw: str
    content: Cleaned
    text: str
    width: int
    cells: Spans | None = None

    @property
    def blank(self) -> bool:
        """Whether nothing is left of it when it is clean."""
        return not self.text


_SOURCE = re.compile(r"^(?:(?:数据|资料|图片)?来源|(?:data )?sources?)\s?[:：]", re.IGNORECASE)
_CONTENTS = re.compile(r"^(?:图表|图|表)?目[录錄次]$|^(?:table of )?contents$", re.IGNORECASE)
_DOTTED_ENTRY = re.compile(r"(?:\.{4,}|…{2,}|·{4,})\s*(\d{1,4})$")
_TABBED_ENTRY = re.compile(r"^[^\t]*\D\t(\d{1,3})$")
_PAGE_NUMBER = re.compile(r"^[-—–\s]*(?:第\s*)?\d{1,4}(?:\s*页|\s*/\s*\d{1,4})?[-—–\s]*$|^\[[A-Za-z_]+\w*\]$")
_UNIT = re.compile(
    r"^[（(]?(?:金额|数量)?单位\s?[:：]|^\(?(?:unit|in (?:rmb|us\$|millions?|thousands?))\b", re.IGNORECASE
)
"""The unit of a table stands above it, the same above many tables."""
_DIGITS = "\ue000"  # stands for a number in the shape of a line; cleaning leaves none in a text


def read_lines(text: str) -> Iterator[Line]:
    """The lines of a text, blank ones included."""
    start = 0
    for match in re.finditer(r"([^\r\n\f]*)(?:\r\n|[\r\n\f]|$)", text):
        end = match.end(1)
        content = clean(text, start, end)
        cells = _cells(text[start:end], start)
        yield Line(start, end, text[start:end], content, content.text, weight(content.text), cells)
        start = match.end()


def furniture(lines: Sequence[Line], pages: Sequence[Page] = ()) -> set[int]:
    """Indices of lines that belong to the page, not to the text; `pages` are where the format has them."""
    return (
        _recurring(lines)
        | _page_edges(lines, pages)
        | _contents(lines)
        | {
            index
            for index, line in enumerate(lines)
            if _PAGE_NUMBER.match(line.text) or (_SOURCE.match(line.text) and line.width < 160)
        }
    )


def _recurring(lines: Sequence[Line], times: int = 5) -> set[int]:
    """Running headers and footers: lines that come again and again, the same but for a page number."""
    places: dict[str, list[int]] = {}
    for index, line in enumerate(lines):
        if 16 <= line.width <= 120 and not line.cells and not _UNIT.match(line.text):
            places.setdefault(re.sub(r"\d+", _DIGITS, line.text), []).append(index)
    found: set[int] = set()
    for shape, indices in places.items():
        alike = Counter(lines[index].text for index in indices)
        found.update(index for index in indices if alike[lines[index].text] >= times)
        if (
            len(indices) >= times
            and _DIGITS in shape
            and _counts_pages([lines[i].text for i in indices], indices)
        ):
            found.update(indices)
    return found


def lone_figures(lines: Sequence[Line], pages: Sequence[Page] = ()) -> set[int]:
    """Indices of the lines that are a number and nothing else, as a page's own is, but stand at no edge of a page: a
    chart has such.
    """
    edges = set[int]().union(*_edges(lines, pages, 1))
    return {index for index, line in enumerate(lines) if line.text.isdecimal()} - edges


def _edges(lines: Sequence[Line], pages: Sequence[Page], deep: int) -> Iterator[set[int]]:
    """Of each page the indices of its first and last lines, so many that are not blank."""
    at = 0
    for page in pages:
        here = []
        while at < len(lines) and lines[at].start <= page.end:
            if not lines[at].blank and lines[at].start >= page.start:
                here.append(at)
            at += 1
        yield {*here[:deep], *here[-deep:]}


def _page_edges(lines: Sequence[Line], pages: Sequence[Page], deep: int = 2) -> set[int]:
    """Lines at the top or foot of a page, the same but for a number on at least three pages and a third of them."""
    edges: dict[str, list[int]] = {}
    for here in _edges(lines, pages, deep):
        for index in here:
            if not lines[index].cells and lines[index].width <= 120:
                edges.setdefault(re.sub(r"\d+", _DIGITS, lines[index].text), []).append(index)
    wanted = max(3, len(pages) / 3)
    return {index for indices in edges.values() if len(indices) >= wanted for index in indices}


def _counts_pages(texts: Sequence[str], indices: Sequence[int]) -> bool:
    """Whether one number alone changes, rising from page to page; figures of a table change otherwise."""
    columns = zip(*(map(int, re.findall(r"\d+", text)) for text in texts), strict=True)
    changing = [column for column in columns if len(set(column)) > 1]
    gaps = sorted(later - earlier for earlier, later in pairwise(indices))
    return (
        len(changing) == 1
        and all(earlier < later for earlier, later in pairwise(changing[0]))
        and gaps[len(gaps) // 2] >= 3
    )


def _contents(lines: Sequence[Line], reach: int = 30) -> set[int]:
    """Entries of tables of contents.

    A title and a page number between dots are one anywhere; with a tab between, which is also a row of a
    table, only below a heading that says so or another entry, and only while the page numbers rise.
    """
    found: set[int] = set()
    last, page = -reach - 1, 0
    for index, line in enumerate(lines):
        stripped = line.raw.strip()
        if _CONTENTS.match(line.text):
            last, page = index, 0
        elif len(stripped) <= 90 and stripped.count("\t") <= 1:
            dotted = _DOTTED_ENTRY.search(stripped)
            tabbed = _TABBED_ENTRY.match(stripped) if index - last <= reach else None
            entry = dotted or tabbed
            if entry and (dotted or int(entry.group(1)) >= page):
                found.add(index)
                last, page = index, int(entry.group(1))
    return found


def _cells(raw: str, start: int) -> Spans | None:
    """Spans of the cells of a table row, tab- or pipe-separated, or None; the line begins at `start`."""
    bare = raw.strip()
    if "\t" in raw.lstrip():
        separator = "\t"
    elif bare.startswith("|") and bare.endswith("|") and bare.count("|") >= 3:
        separator = "|"
    else:
        return None
    begin, stop = 0, len(raw)
    if separator == "|":
        begin, stop = raw.index("|") + 1, raw.rindex("|")
    spans = []
    for piece in raw[begin:stop].split(separator):
        spans.append((start + begin, start + begin + len(piece)))
        begin += len(piece) + 1
    return spans if len(spans) >= 2 else None
