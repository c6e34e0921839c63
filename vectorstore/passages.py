"""Where to cut: passages small enough to be about one thing, each with its heading path and places."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from vectorstore.characters import Cleaned, joined
from vectorstore.layout import Block
from vectorstore.schema import Page, Passage, PassageKind

TARGET = 380
"""Clean characters a passage aims at: enough for a thought, little enough to be about one thing."""

_SENTENCE = re.compile(r".+?(?:[。！？；!?;]+[”」』）)]*|\.(?=\s+[A-Z])|$)", re.DOTALL)


def cut(report: str, blocks: Iterable[Block], pages: Sequence[Page], target: int = TARGET) -> list[Passage]:
    """Passages of a report, in order. A heading begins a new one; a table keeps its rows together."""
    passages: list[Passage] = []
    for heading, kind, content in _pieces(blocks, target):
        start, end = content.span()
        passages.append(
            Passage(
                report=report,
                ordinal=len(passages),
                start=start,
                end=end,
                page=page_at(pages, start),
                page_end=page_at(pages, max(start, end - 1)),
                kind=kind,
                heading=heading,
                clean=content.text,
                offsets=content.offsets(),
            )
        )
    return passages


def context(publisher: str | None, title: str, heading: Sequence[str]) -> str:
    """What a passage stands under: it is embedded and searched with the passage, and never quoted."""
    maker = publisher if publisher and publisher not in title else ""
    return " ".join(part for part in (maker, title, *heading) if part)


def page_at(pages: Sequence[Page], place: int) -> int | None:
    """The number of the page on which an offset stands; None where there are no pages."""
    if not pages:
        return None
    begun = bisect_right(pages, place, key=lambda page: page.start)
    return pages[max(0, begun - 1)].number


_Piece = tuple[tuple[str, ...], PassageKind, Cleaned]


def _pieces(blocks: Iterable[Block], target: int) -> Iterator[_Piece]:
    path: list[tuple[int, str]] = []
    pending: list[Cleaned] = []
    captions = 0  # how many of the last ones pending are captions
    kind: PassageKind = "text"
    table, lead, begun = 0, "", False  # the table under way, what stands above it, and whether that was passed on

    def flush() -> Iterator[_Piece]:
        nonlocal begun
        if pending:
            above = (lead,) if kind == "table" and begun and lead else ()
            yield (*(text for _, text in path), *above), kind, joined(pending, "\n")
            pending.clear()
            begun = kind == "table"

    for block in blocks:
        if block.kind == "heading":
            yield from flush()
            title = block.content.text
            path = [item for item in path if item[0] < block.level] + [(block.level, title)]
            kind, captions = "text", 0
            pending.append(block.content)
            continue
        wanted: PassageKind = (
            "boilerplate" if block.kind == "boilerplate" else "table" if block.kind == "row" else "text"
        )
        if wanted != kind and (wanted == "boilerplate" or not _leads(pending, target)):
            # A caption goes with its table, not with the text before. A short end of the text must not go down
            # with the boilerplate, which is not searched.
            kept = min(captions, len(pending)) if wanted == "table" else 0
            heads = [pending.pop() for _ in range(kept)][::-1]
            yield from flush()
            pending += heads
        captions = captions + 1 if block.kind == "caption" else 0
        if wanted == "table" and block.table != table:
            # The caption and the unit hold for every row of the table, not only for the first passage of it.
            above = [part.text for part in pending if not path or part.text != path[-1][1]]
            table, lead, begun = block.table, " ".join(above) if kind != "table" else "", False
        kind = wanted
        for part in _parts(block.content, target):
            if pending and sum(map(len, pending)) + len(part) > target * 1.25:
                yield from flush()
            pending.append(part)
            if sum(map(len, pending)) >= target:
                yield from flush()
    yield from flush()


def _leads(pending: Sequence[Cleaned], target: int) -> bool:
    """Whether what is waiting is short (a heading, a caption) and so goes with what follows."""
    return sum(map(len, pending)) <= target // 5


def _parts(content: Cleaned, target: int) -> Iterator[Cleaned]:
    """A block whole if it is short, else runs of its sentences of about `target` characters."""
    if len(content) <= target * 1.25:
        yield content
        return
    text = content.text
    begin = 0
    for match in _SENTENCE.finditer(text):
        if match.end() - begin >= target * 0.8 and len(text) - match.end() > target * 0.3:
            yield from _pieces_of(content.slice(begin, match.end()), target)
            begin = match.end()
    if begin < len(text):
        yield from _pieces_of(content.slice(begin, len(text)), target)


def _pieces_of(content: Cleaned, target: int) -> Iterator[Cleaned]:
    """Hard cuts for text without any sentence end, such as a page of one long word."""
    limit = target * 2
    for begin in range(0, len(content), limit):
        piece = content.slice(begin, begin + limit)
        if any(place >= 0 for place in piece.places):
            yield piece
