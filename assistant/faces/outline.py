"""What is inside a report: its headings, tables and figures, each leading to its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from assistant.faces.texts import both
from vectorstore.layout import Block, layout
from vectorstore.passages import page_at
from vectorstore.schema import Page

MOST = 400
_LONGEST = 90


@dataclass(frozen=True, slots=True)
class Entry:
    """A heading (`level` from 1) or a table (`level` 0): its words stand at `text[start:end]`."""

    title: str
    level: int
    start: int
    end: int
    page: int | None


def headings(blocks: Sequence[Block], pages: Sequence[Page]) -> list[Entry]:
    """The headings in order; lines of figures that were taken for one are left out."""
    found = [
        _entry(block, block.content.text, block.level, pages) for block in blocks if block.kind == "heading"
    ]
    return [entry for entry in found if any(char.isalpha() for char in entry.title)]


def tables(blocks: Sequence[Block], pages: Sequence[Page]) -> list[Entry]:
    """Tables and figures by their captions; a table without one by its first row."""
    return list(_tables(blocks, pages))


def _tables(blocks: Sequence[Block], pages: Sequence[Page]) -> Iterator[Entry]:
    captioned = False
    table = 0
    for block in blocks:
        if block.kind == "row" and block.table != table:
            table = block.table
            if not captioned:
                yield _entry(block, "", 0, pages)
        captioned = block.kind == "caption" or (captioned and block.kind == "row")
        if block.kind == "caption":
            yield _entry(block, block.content.text, 0, pages)


def _entry(block: Block, title: str, level: int, pages: Sequence[Page]) -> Entry:
    places = [place for place in block.content.places if place >= 0]
    start, end = min(places), max(places) + 1
    return Entry(title.strip()[:_LONGEST], level, start, end, page_at(pages, start))


def inside(id: str, text: str, pages: Sequence[Page]) -> str:
    """Both lists as HTML; each entry is a button that opens its place beside the chat."""
    blocks = layout(text, pages)
    lists = [
        _list(id, key, text, found)
        for key, found in (("inside_headings", headings(blocks, pages)), ("inside_tables", tables(blocks, pages)))
        if found
    ]
    return "".join(lists) or f'<p class="quiet">{both("inside_nothing")}</p>'


def _list(id: str, key: str, text: str, found: Sequence[Entry]) -> str:
    depths = {level: depth for depth, level in enumerate(sorted({entry.level for entry in found}))}
    more = len(found) - MOST
    rest = f'<p class="quiet">{both("more_headings", count=more)}</p>' if more > 0 else ""
    items = "".join(_item(id, text, entry, depths[entry.level]) for entry in found[:MOST])
    return f'<p class="label">{both(key)}</p><ul class="entries">{items}</ul>{rest}'


def _item(id: str, text: str, entry: Entry, depth: int) -> str:
    title = escape(entry.title)
    if not title:
        cells = " · ".join(cell.strip() for cell in text[entry.start : entry.end].split("\t") if cell.strip())
        title = both("table_unnamed", cells=cells[:_LONGEST])
    where = f'<span class="where">{both("page_number", page=entry.page)}</span>' if entry.page else ""
    return (
        f'<li class="depth-{min(depth, 3)}"><button type="button" class="entry" data-report="{escape(id)}" '
        f'data-start="{entry.start}" data-end="{entry.end}">{title}{where}</button></li>'
    )
