"""From the text as read to blocks: paragraphs, headings, table rows, captions; page furniture left out.

Lines of PDF text break inside sentences, and blank lines fall there too, so a paragraph is recognised by
how full its lines are and how they end, not by blank lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Literal

from vectorstore import aligned
from vectorstore.boilerplate import boilerplate_from
from vectorstore.characters import Cleaned, clean, has_han, joined, weight
from vectorstore.charts import Chart, charts
from vectorstore.furniture import Line, furniture, lone_figures, read_lines
from vectorstore.schema import Page
from vectorstore.tables import is_figure
from vectorstore.words import familiarity

Kind = Literal["text", "heading", "row", "caption", "boilerplate"]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, caption or table row: its clean text with places, and its heading level."""

    kind: Kind
    content: Cleaned
    level: int = 0
    table: int = 0


_ENDS = tuple("。！？；!?;：:”」』…")
_YEAR = re.compile(r"(?:19|20)\d\d\s?年(?:\s?\d{1,2}\s?月)?(?:\s?\d{1,2}\s?日)?[，,：:]?")
_LEADS_ON = re.compile(r"[到至在自从于及和与或、，,的对以为是约计截止比较由将能会要可划了望]$")
"""How a line ends that goes on in the next one."""
_COMMON = 20
"""How often the dictionary's corpus holds a word that is looked for over the end of a line."""
_CAPTION = re.compile(r"^(?:图表?|表|附表|附图|figure|table|exhibit|chart)\s?\d{1,3}[^\d%]", re.IGNORECASE)
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
def layout(text: str, pages: Sequence[Page] = ()) -> list[Block]:
    """Blocks of a report in reading order. Every real character's place is its offset in `text`."""
    lines = list(read_lines(text))
    left_out = furniture(lines, pages)
    kept = [line for index, line in enumerate(lines) if index not in left_out]
    aligned.mark(kept)
    alone = lone_figures(lines, pages)
    found = charts([line for index, line in enumerate(lines) if index not in left_out or index in alone])
    tables = count(1)
    blocks = [block for part in _around(kept, found) for block in _of_part(part, tables) if block.content.chars]
    begin = boilerplate_from([block.content for block in blocks], len(text))
    return [replace(b, kind="boilerplate") if i >= begin else b for i, b in enumerate(blocks)]


def _around(lines: Sequence[Line], found: Mapping[int, Chart]) -> Iterator[list[Line] | Chart]:
    """The charts and the lines between them, in order."""
    ahead = sorted(found)
    between: list[Line] = []
    end = -1
    for line in lines:
        while ahead and ahead[0] <= line.start:
            yield between
            yield found[ahead[0]]
            between, end = [], found[ahead.pop(0)].end
        if line.start >= end:
            between.append(line)
    yield between
    yield from map(found.__getitem__, ahead)


def _of_part(part: list[Line] | Chart, tables: Iterator[int]) -> Iterator[Block]:
    return _chart_rows(part, next(tables)) if isinstance(part, Chart) else _blocks(part, tables)


def _blocks(lines: list[Line], tables: Iterator[int]) -> Iterator[Block]:
    index = 0
    while index < len(lines):
        line = lines[index]
        if line.blank:
            index += 1
        elif line.cells:
            rows, index = _table(lines, index)
            yield from _row_blocks(rows, next(tables))
        elif (end := aligned.names_above(lines, index)) > index:
            yield from _named_rows(lines[index:end], next(tables))
            index = end
        elif level := _heading_level(lines, index):
            yield Block("heading", _unmarked(line), level)
            index += 1
        elif _CAPTION.match(line.text) and line.width < 120:
            yield Block("caption", line.content)
            index += 1
        else:
            content, index = _paragraph(lines, index)
            yield Block("text", content)


def _unmarked(line: Line) -> Cleaned:
    """A heading without the `#` marks of Markdown."""
    hashes = re.match(r"#+\s?", line.text)
    return line.content.slice(hashes.end(), len(line.content)) if hashes else line.content


def _heading_level(lines: Sequence[Line], index: int) -> int:
    line = lines[index]
    hashes = re.match(r"(#{1,6})\s?\S", line.text)
    if hashes:
        return len(hashes.group(1)) if line.width <= 200 else 0
    if line.width > 70 or line.text.endswith(("。", "；", ";", "，", ",", "、")):
        return 0
    if not _alone(lines, index):
        return 0
    return next((level for level, pattern in _NUMBERED if pattern.match(line.text)), 0)


def _alone(lines: Sequence[Line], index: int) -> bool:
    """Whether the line before ended, so that this one begins something."""
    before = lines[index - 1] if index else None
    return before is None or before.blank or before.text.endswith(_ENDS) or before.width < 40


def _paragraph(lines: Sequence[Line], index: int) -> tuple[Cleaned, int]:
    content, first = Cleaned(), lines[index]
    previous: Line | None = None
    while index < len(lines):
        line = lines[index]
        if line.blank:
            index += 1
            continue
        if previous is not None and _stacked(content, previous, line):
            content.extend(line.content)
        elif previous is None or (_continues(lines, previous, index) and not _is_next(first, previous, line)):
            content.join(line.content)
        else:
            break
        previous = line
        index += 1
    return content, index


def _is_next(first: Line, previous: Line, line: Line) -> bool:
    """Whether a line is the next entry of a chronicle of which another begins with `first`: both name their year."""
    dated = _YEAR.match(line.text) and _YEAR.match(first.text)
    return bool(dated) and not _LEADS_ON.search(previous.text)


def _stacked(content: Cleaned, previous: Line, line: Line) -> bool:
    """Whether a line goes on with vertical writing, one character a line, where letters are narrower than it."""
    pair = previous.text + line.text
    return (
        1 in (len(previous.content), len(line.content))
        and len(pair) <= 3
        and pair.isalpha()
        and not (has_han(previous.text[-1]) and has_han(line.text[0]))
        and has_han(content.text)
    )


def _continues(lines: Sequence[Line], previous: Line, index: int) -> bool:
    """Whether line `index` goes on with the paragraph whose last line is `previous`."""
    line = lines[index]
    gap = index > 0 and lines[index - 1].blank
    if line.cells or _heading_level(lines, index) or _CAPTION.match(line.text):
        return False
    if aligned.names_above(lines, index) > index:
        return False
    if line.text[:1] in "•·" or re.match(r"\s*[-–*]\s", line.raw):
        return False
    width = _local_width(lines, index)
    full = previous.width >= 0.7 * width
    turned = re.match(r" \S", line.raw)  # a new page shows as one leading space in text taken from a PDF
    if not gap:
        ended = previous.text.endswith((*_ENDS, "."))
        return not (ended or turned) or (full and not (ended and turned))
    return full and not previous.text.endswith(_ENDS) and not _between(previous, line, width)


def _between(previous: Line, line: Line, width: int) -> bool:
    """Whether a line is a name between paragraphs: the last line of one comes behind a full line (of `width`), or ends,
    or a word goes on in it.
    """
    if previous.width >= 0.9 * width or line.width >= 0.4 * width or line.text.endswith((*_ENDS, ".")):
        return False
    return not _LEADS_ON.search(previous.text) and not _goes_on(previous.text, line.text)


def _goes_on(before: str, behind: str) -> bool:
    """Whether a Chinese word begins in one line and ends in the next."""
    return any(
        familiarity(before[-begun:] + behind[:left]) >= _COMMON for begun in (1, 2, 3) for left in range(1, 5 - begun)
    )


def _local_width(lines: Sequence[Line], index: int, around: int = 6) -> int:
    """Width of a full line hereabouts: the widest of the nearest few."""
    return max((line.width for line in lines[max(0, index - 2 * around) : index + 2 * around]), default=0)


def _table(lines: Sequence[Line], index: int) -> tuple[list[Line], int]:
    """Rows of the table that begins at `index`, over a blank line when the next row has as many cells."""
    rows = []
    width = len(lines[index].cells or ())
    blanks = 0
    while index < len(lines):
        line = lines[index]
        cells = line.cells
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


_LONG_NAME = 60
_OF_A_FORM = re.compile(
    r"(?:公司)?(?:办公|通讯|联系|注册)?地址|(?:联系)?电话|传真|(?:电子)?(?:邮箱|信箱|邮件)|(?:公司)?网址|邮(?:政编码|编)|国籍|性别|(?:法定代表|联系)人"
    r"|(?:(?:office|postal|registered) )?address|(?:tele)?phone|fax|e-?mail|website|nationality"
    r"|gender|contact(?: person)?",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?:[\w的]*(?:姓名|名称|全称|简称))|(?:full )?name", re.IGNORECASE)
_RULE = re.compile(r":?-*:?")
"""What Markdown writes below the names of columns."""
_ALIKE = 3
"""Characters with which labels begin alike."""


def _row_blocks(rows: Sequence[Line], table: int) -> Iterator[Block]:
    """Each row with its column headers put before its cells, so that it can be found by them."""
    grid = [[clean_cell(line, span) for span in line.cells or ()] for line in rows]
    names = [cell.text for cell in grid[0]]
    if any(map(is_figure, names[1:])) or any(weight(name) > _LONG_NAME for name in names) or _is_form(grid):
        names = []  # a list of facts: its first row is one of them
    yield Block("row", joined(grid[0], " | "), table=table)
    above: list[Cleaned] | None = None
    for cells in grid[1:]:
        texts = [cell.text for cell in cells]
        if (names and texts == names) or all(map(_RULE.fullmatch, texts)):
            continue
        if _names_columns(texts, names, above):
            names, above = texts, None
            yield Block("row", joined(cells, " | "), table=table)
            continue
        if above and len(cells) == len(above) and not texts[0]:
            # A cell spanned over rows is printed once; the rows below it belong to it.
            texts[0] = above[0].text
        row = _row(cells, texts, names)
        if any(place >= 0 for place in row.places):
            yield Block("row", row, table=table)
        if texts[0] and cells[0].chars:
            above = cells


def _is_form(grid: Sequence[Sequence[Cleaned]]) -> bool:
    """Whether two columns are labels and what belongs to each, so that the first row names no column: the labels are
    those of a form (姓名, 国籍, 电话), or most begin like the first (公司的中文名称, 公司的外文名称).
    """
    if any(len(cells) != 2 for cells in grid):
        return False
    first, *labels = (cells[0].text for cells in grid)
    values = [cells[1].text for cells in grid[1:]]
    if _RULE.fullmatch(labels[0] if labels else "-") or 2 * sum(map(is_figure, values)) > len(values):
        return False
    alike = sum(label[:_ALIKE] == first[:_ALIKE] != label for label in labels)
    named = any(map(_OF_A_FORM.fullmatch, labels)) and (_NAME.fullmatch(first) or _OF_A_FORM.fullmatch(first))
    return bool(named) or (first[:1] > "\u2fff" and alike >= 2 and 2 * alike >= len(labels))


def _named_rows(lines: Sequence[Line], table: int) -> Iterator[Block]:
    """Rows of which hardly a cell can be told, below the names of their columns, which hold for all of them."""
    head, *rows = (_words(row) for row in aligned.rows_of(lines))
    names = [name.text for name in head]
    yield Block("caption", joined(head, " "))
    dated = aligned.dated([[word.text for word in words] for words in rows])
    for words in rows:
        cells = aligned.told(names if dated else [], [word.text for word in words])
        texts = [joined(words[start:end], " ") for _, start, end in cells]
        row = _row(texts, [text.text for text in texts], [name for name, _, _ in cells])
        yield Block("row", row, table=table)


def _chart_rows(chart: Chart, table: int) -> Iterator[Block]:
    """The rows of a chart below its title."""
    if chart.title.chars:
        yield Block("caption", chart.title)
    for label, values in chart.rows:
        cells = [label, *(value for _, value in values)]
        names = ["", *(name for name, _ in values)]
        yield Block("row", _row(cells, [cell.text for cell in cells], names), table=table)


def _words(lines: Iterable[Line]) -> list[Cleaned]:
    """The words of lines; the spaces between them, which cleaning takes away beside Chinese, part cells."""
    return [
        clean_cell(line, (line.start + word.start(), line.start + word.end()))
        for line in lines
        for word in re.finditer(r"\S+", line.raw)
    ]


def _row(cells: Sequence[Cleaned], texts: Sequence[str], names: Sequence[str]) -> Cleaned:
    """The cells of a row, each after the name of its column; a row of one cell is a label without a name."""
    row = Cleaned()
    named = sum(map(bool, texts)) > 1
    for number, (cell, text) in enumerate(zip(cells, texts, strict=True)):
        if not text:
            continue
        if row.chars:
            row.put(" | ")
        if named and number < len(names) and names[number]:
            row.put(f"{names[number]}: ")
        if cell.chars:
            row.extend(cell)
        else:
            row.put(text)
    return row


def _names_columns(texts: Sequence[str], names: Sequence[str], above: Sequence[Cleaned] | None) -> bool:
    """Whether a row inside a table names its columns anew.

    It repeats at least half of the names, or it has no label and names only, below a row of figures.
    """
    said = [text for text in texts if text]
    same = sum(text == name for text, name in zip(texts, names, strict=False) if text)
    if same >= 2 and 2 * same >= len(said):
        return True
    if above is None or texts[0] or len(said) < 3 or any(map(is_figure, said)):
        return False
    figures = [is_figure(cell.text) for cell in above[1:] if cell.chars]
    return len(figures) >= 2 and 2 * sum(figures) >= len(figures)


def clean_cell(line: Line, span: tuple[int, int]) -> Cleaned:
    """The clean content of one cell of a row."""
    start, end = span
    return clean(line.raw, start - line.start, end - line.start).moved(line.start)
