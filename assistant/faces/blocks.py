"""The small Markdown subset of answers: paragraphs, headings, lists, tables, bold, and marks like `[1]`.

The page, Word files and spreadsheets are all written from what is recognised here; everything else is text.
A stretch between `WEAK` and `SOUND` (private-use characters) is one that nothing confirmed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from assistant.marks import MARK

WEAK, SOUND = "\ue000", "\ue001"

_ITEM = re.compile(r"\s*(?:([-*•·])\s+|(\d{1,2})(?:[.)]\s+|、\s*))(?=\S)")
_HEADING = re.compile(r"\s*#{1,6}\s+(.+)")
_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*")
_TOKEN = re.compile(rf"(\*\*|{WEAK}|{SOUND}|{MARK.pattern})")


@dataclass(frozen=True, slots=True)
class Block:
    """What belongs together: `lines` of words, or a table's `rows` of cells, the head first.

    `number` is the first item's in a numbered list.
    """

    kind: Literal["paragraph", "heading", "list", "table"]
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    number: int | None = None


class Run(NamedTuple):
    """A stretch of one line in one dress; `mark` is the number of a citation mark."""

    text: str
    bold: bool
    weak: bool
    mark: int | None


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a text in order."""
    lines, index = text.splitlines(), 0
    while index < len(lines):
        plain = _plain(lines[index])
        taken = 1
        if heading := _HEADING.fullmatch(plain):
            yield Block("heading", (_without(lines[index], heading.start(1)),))
        elif _is_table(lines, index):
            taken = _count(lines, index, lambda line: line.lstrip().startswith("|"))
            rows = [line for line in lines[index : index + taken] if not _RULE.fullmatch(_plain(line))]
            yield Block("table", rows=tuple(map(_cells, rows)))
        elif first := _ITEM.match(plain):
            taken = _count(lines, index, lambda line: bool(_ITEM.match(line)))
            items = tuple(map(_item, lines[index : index + taken]))
            yield Block("list", items, number=int(first[2]) if first[2] else None)
        elif plain.strip():
            taken = _count(lines, index, lambda line: bool(line.strip()) and not _begins_block(line)) or 1
            yield Block("paragraph", tuple(lines[index : index + taken]))
        index += taken


def runs(line: str) -> Iterator[Run]:
    """The stretches of one line or cell; stars that close nothing are text."""
    bold = weak = False
    stars = line.count("**") // 2 * 2
    for token in _tokens(line):
        if token == "**" and stars:
            bold, stars = not bold, stars - 1
        elif token in (WEAK, SOUND):
            weak = token == WEAK
        else:
            mark = MARK.fullmatch(token)
            yield Run(token, bold, weak, int(mark[1]) if mark else None)


def words(line: str) -> str:
    """A line or cell as plain text; its marks stay."""
    return "".join(run.text for run in runs(line))


def signed(text: str, weak: Sequence[tuple[int, int]] = ()) -> str:
    """The text with a sign before and after each weak stretch of each line; signs that were in it are gone."""
    pieces, cursor = [], 0
    for start, end in sorted(weak):
        pieces.append(_plain(text[cursor:start]))
        lines = _plain(text[start:end]).split("\n")
        pieces.append("\n".join(f"{WEAK}{line}{SOUND}" if line.strip() else line for line in lines))
        cursor = end
    return "".join(pieces) + _plain(text[cursor:])


def _cells(line: str) -> tuple[str, ...]:
    """A table row's cells, each with its own signs when a weak stretch spans them."""
    line = line.strip()
    cells, weak = [], line.startswith(WEAK)
    for cell in line.removeprefix(WEAK).removesuffix(SOUND).strip().strip("|").split("|"):
        begun = weak
        if WEAK in cell or SOUND in cell:
            weak = cell.rfind(WEAK) > cell.rfind(SOUND)
        cells.append((WEAK if begun else "") + cell.strip() + (SOUND if weak else ""))
    return tuple(cells)


def _item(line: str) -> str:
    bullet = _ITEM.match(_plain(line))
    return _without(line, bullet.end() if bullet else 0)


def _tokens(line: str) -> Iterator[str]:
    cursor = 0
    for token in _TOKEN.finditer(line):
        if token.start() > cursor:
            yield line[cursor : token.start()]
        yield token[0]
        cursor = token.end()
    if cursor < len(line):
        yield line[cursor:]


def _plain(line: str) -> str:
    return line.replace(WEAK, "").replace(SOUND, "")


def _without(line: str, count: int) -> str:
    """The line without its first `count` characters; signs among them stay."""
    signs, at = [], 0
    while count and at < len(line):
        if line[at] in (WEAK, SOUND):
            signs.append(line[at])
        else:
            count -= 1
        at += 1
    return "".join(signs) + line[at:]


def _count(lines: Sequence[str], index: int, belongs: Callable[[str], bool]) -> int:
    """How many lines from `index` on belong together."""
    end = index
    while end < len(lines) and belongs(_plain(lines[end])):
        end += 1
    return end - index


def _begins_block(line: str) -> bool:
    return bool(_ITEM.match(line) or _HEADING.fullmatch(line) or line.lstrip().startswith("|"))


def _is_table(lines: Sequence[str], index: int) -> bool:
    if index + 1 >= len(lines) or not _plain(lines[index]).lstrip().startswith("|"):
        return False
    return bool(_RULE.fullmatch(_plain(lines[index + 1])))
