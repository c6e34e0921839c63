"""From the text as read to blocks: paragraphs, headings, table rows, captions; page furniture left out.

Lines of PDF text break inside sentences, and blank lines fall there too, so a paragraph is recognised by
how full its lines are and how they end, not by blank lines. Running headers and footers are recognised by
recurrence, tables of contents by shape, legal boilerplate by the density of legal cues at a report's end.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from vectorstore.characters import Cleaned, clean, joined, weight

Kind = Literal["text", "heading", "row", "caption", "boilerplate"]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, caption or table row: its clean text with places, and its heading level."""

    kind: Kind
    content: Cleaned
    level: int = 0
    table: int = 0


@dataclass(slots=True)
class _Line:
    start: int
    end: int
    raw: str
    content: Cleaned
    text: str

    @property
    def blank(self) -> bool:
        return not self.text


_ENDS = tuple("。！？；!?;：:”」』…")
_CAPTION = re.compile(r"^(?:图表?|表|附表|附图|figure|table|exhibit|chart)\s?\d{1,3}[^\d%]", re.IGNORECASE)
_SOURCE = re.compile(r"^(?:(?:数据|资料|图片)?来源|(?:data )?sources?)\s?[:：]", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:\.{4,}|…{2,}|·{4,})\s*\d{1,4}$|^[^\t]*\D\t\d{1,3}$")
_PAGE_NUMBER = re.compile(r"^[-—–\s]*(?:第\s*)?\d{1,4}(?:\s*页|\s*/\s*\d{1,4})?[-—–\s]*$|^\[[A-Za-z_]+\w*\]$")
_NUMBERED = (
    (1, re.compile(r"^第[一二三四五六七八九十\d]{1,3}[章篇部]")),
    (1, re.compile(r"^[一二三四五六七八九十]{1,3}[、.]")),
    (2, re.compile(r"^第[一二三四五六七八九十\d]{1,3}[节條条]")),
    (2, re.compile(r"^[（(][一二三四五六七八九十]{1,3}[）)]")),
    (4, re.compile(r"^\d{1,2}\.\d{1,2}\.\d{1,2}[\s、.]?\D")),
    (3, re.compile(r"^\d{1,2}\.\d{1,2}[\s、.]?[^\d%％.,，亿万]")),
    (2, re.compile(r"^\d{1,2}[.、．]\s?[^\d%％.]")),
    (4, re.compile(r"^[（(]\d{1,2}[）)]")),
)
_LEGAL = re.compile(
    r"免责|声明|法律|不构成|投资建议|投资银行|投资者|本公司|保证|授权|版权|转载|利益冲突|证券|监管|许可|评级|持股|"
    r"研究报告|所讨论|目标公司|关联公司|关联机构|客户|义务|赔偿|disclaim|liab|certif|jurisdiction|prohibit|"
    r"licen[cs]ed|redistribut|investors?\b|investment (?:bank|advice)|securit(?:y|ies)|research report|accurac|"
    r"copyright|rights reserved|subsidiar|affiliat|ratings?\b|(?:out|under)perform|benchmark|issuer|compensat|"
    r"research analyst|solicit|warrant|compliance",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"@\w+\.|www\.|https?://|电话|传真|邮编|地址|\btel\b|\bfax\b|扫码|二维码|©", re.IGNORECASE
)


def layout(text: str) -> list[Block]:
    """Blocks of a report in reading order. Every real character's place is its offset in `text`."""
    lines = list(_lines(text))
    furniture = _furniture(lines)
    kept = [line for index, line in enumerate(lines) if index not in furniture]
    blocks = [block for block in _blocks(kept) if block.content.chars]
    return _mark_boilerplate(blocks, len(text))


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    for match in re.finditer(r"[^\n\f]*(?:[\n\f]|$)", text):
        end = start + len(match.group().rstrip("\n\f"))
        content = clean(text, start, end)
        yield _Line(start, end, text[start:end], content, content.text)
        start = match.end()


def _furniture(lines: Sequence[_Line]) -> set[int]:
    """Indices of lines that belong to the page, not to the text."""
    shapes = Counter(
        _shape(line.text) for line in lines if 6 <= weight(line.text) <= 120 and "\t" not in line.raw
    )
    return {
        index
        for index, line in enumerate(lines)
        if line.text
        and (
            _PAGE_NUMBER.match(line.text)
            or _contents_entry(line)
            or (_SOURCE.match(line.text) and weight(line.text) < 160)
            or (weight(line.text) >= 16 and "\t" not in line.raw and shapes[_shape(line.text)] >= 5)
        )
    }


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def _contents_entry(line: _Line) -> bool:
    stripped = line.raw.strip()
    return line.raw.count("\t") <= 1 and len(stripped) <= 90 and bool(_CONTENTS.search(stripped))


def _blocks(lines: list[_Line]) -> Iterator[Block]:
    index, table = 0, 0
    while index < len(lines):
        line = lines[index]
        if line.blank:
            index += 1
        elif _cells(line):
            table += 1
            rows, index = _table(lines, index)
            yield from _row_blocks(rows, table)
        elif level := _heading_level(lines, index):
            yield Block("heading", _unmarked(line), level)
            index += 1
        elif _CAPTION.match(line.text) and weight(line.text) < 120:
            yield Block("caption", line.content)
            index += 1
        else:
            content, index = _paragraph(lines, index)
            yield Block("text", content)


def _unmarked(line: _Line) -> Cleaned:
    """A heading without the `#` marks of Markdown."""
    hashes = re.match(r"#+\s?", line.text)
    return line.content.slice(hashes.end(), len(line.content)) if hashes else line.content


def _heading_level(lines: Sequence[_Line], index: int) -> int:
    line = lines[index]
    hashes = re.match(r"(#{1,6})\s?\S", line.text)
    if hashes:
        return len(hashes.group(1))
    if weight(line.text) > 70 or line.text.endswith(("。", "；", ";", "，", ",", "、")):
        return 0
    if not _alone(lines, index):
        return 0
    return next((level for level, pattern in _NUMBERED if pattern.match(line.text)), 0)


def _alone(lines: Sequence[_Line], index: int) -> bool:
    """Whether the line before ended, so that this one begins something."""
    before = lines[index - 1] if index else None
    return before is None or before.blank or before.text.endswith(_ENDS) or weight(before.text) < 40


def _paragraph(lines: Sequence[_Line], index: int) -> tuple[Cleaned, int]:
    content = Cleaned()
    previous: _Line | None = None
    while index < len(lines):
        line = lines[index]
        if line.blank:
            index += 1
            continue
        if previous is not None and not _continues(lines, previous, index):
            break
        content.join(line.content)
        previous = line
        index += 1
    return content, index


def _continues(lines: Sequence[_Line], previous: _Line, index: int) -> bool:
    """Whether line `index` goes on with the paragraph whose last line is `previous`."""
    line = lines[index]
    gap = index > 0 and lines[index - 1].blank
    if _cells(line) or _heading_level(lines, index) or _CAPTION.match(line.text):
        return False
    if re.match(r"^(?:[•·\-–] |[•·])", line.text):
        return False
    full = weight(previous.text) >= 0.7 * _local_width(lines, index)
    if not gap:
        ended = previous.text.endswith((*_ENDS, "."))
        # A new page shows as one leading space in text taken from a PDF.
        return not (ended and (not full or re.match(r" \S", line.raw)))
    return full and not previous.text.endswith(_ENDS)


def _local_width(lines: Sequence[_Line], index: int, around: int = 6) -> int:
    """Width of a full line hereabouts: the widest of the nearest few."""
    near = [
        weight(line.text) for line in lines[max(0, index - 2 * around) : index + 2 * around] if not line.blank
    ]
    return max(near, default=0)


def _cells(line: _Line) -> list[tuple[int, int]] | None:
    """Spans of the cells of a table row, tab- or pipe-separated, or None."""
    raw = line.raw.strip()
    if "\t" in raw:
        separator = "\t"
    elif raw.startswith("|") and raw.endswith("|") and raw.count("|") >= 3:
        separator = "|"
    else:
        return None
    inner = line.raw
    start, stop = line.start, line.end
    if separator == "|":
        start += inner.index("|") + 1
        stop = line.start + inner.rindex("|")
    spans = []
    for piece in inner[start - line.start : stop - line.start].split(separator):
        spans.append((start, start + len(piece)))
        start += len(piece) + 1
    return spans if len(spans) >= 2 else None


def _table(lines: Sequence[_Line], index: int) -> tuple[list[_Line], int]:
    """Rows of the table that begins at `index`, over a blank line when the next row has as many cells."""
    rows = []
    width = len(_cells(lines[index]) or ())
    blanks = 0
    while index < len(lines):
        line = lines[index]
        cells = _cells(line)
        if cells is None and not line.blank:
            break
        if cells is not None:
            if blanks and len(cells) != width:
                break
            rows.append(line)
            blanks = 0
        else:
            blanks += 1
        index += 1
    return rows, index


def _row_blocks(rows: Sequence[_Line], table: int) -> Iterator[Block]:
    """Each row with its column headers put before its cells, so that it can be found by them."""
    grid = [[clean_cell(line, span) for span in _cells(line) or ()] for line in rows]
    header = grid[0]
    names = [cell.text for cell in header]
    yield Block("row", joined(header, " | "), table=table)
    above: list[Cleaned] = header
    for cells in grid[1:]:
        texts = [cell.text for cell in cells]
        if texts == names or all(re.fullmatch(r":?-*:?", text) for text in texts):
            continue
        if len(cells) == len(above) and cells and not cells[0].chars:
            # A cell spanned over rows is printed once; the rows below it belong to it.
            texts[0] = above[0].text if above is not header else ""
        row = Cleaned()
        for number, (cell, text) in enumerate(zip(cells, texts, strict=True)):
            if not text:
                continue
            if row.chars:
                row.put(" | ")
            if number < len(names) and names[number]:
                row.put(f"{names[number]}: ")
            if cell.chars:
                row.extend(cell)
            else:
                row.put(text)
        if any(place >= 0 for place in row.places):
            yield Block("row", row, table=table)
        if cells and cells[0].chars:
            above = cells


def clean_cell(line: _Line, span: tuple[int, int]) -> Cleaned:
    """The clean content of one cell of a row."""
    start, end = span
    return clean(line.raw, start - line.start, end - line.start).moved(line.start)


def _mark_boilerplate(blocks: list[Block], length: int) -> list[Block]:
    """Mark the legal and contact matter at a report's end.

    The end part is the suffix with the greatest sum of block length times legality, where blocks without
    cues count against it: it begins where legal text begins and spares what stands before.
    """
    best, begin, total = 0.0, len(blocks), 0.0
    for index in range(len(blocks) - 1, -1, -1):
        block = blocks[index]
        if block.content.span()[0] < 0.5 * length:
            break
        total += len(block.content) * _legality(block.content.text)
        if total > best:
            best, begin = total, index
    if best < 300:
        return blocks
    return [replace(b, kind="boilerplate") if i >= begin else b for i, b in enumerate(blocks)]


def _legality(text: str) -> float:
    """How much a block reads like legal or contact matter, -0.6 (not at all) to 1."""
    cues = len(_LEGAL.findall(text)) + 2 * len(_CONTACT.findall(text))
    return max(-0.6, min(1.0, cues / max(weight(text), 40) / 0.005 - 0.6))
