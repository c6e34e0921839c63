"""A report's own words with a quote marked in them: beside the answer, and on a page of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Protocol

from assistant.faces.texts import both, label
from vectorstore.characters import is_cjk
from vectorstore.layout import layout
from vectorstore.schema import Lang, Page, Report

AROUND = 280
PART = 12_000
_ENDS = "。！？!?\n"
_HASHES = re.compile(r"#+[ \t]*\Z")


class Shelf(Protocol):
    """What is needed of the library here."""

    def report(self, id: str) -> Report:
        """One report. Raises `NotInLibrary`."""

    def text(self, id: str) -> str:
        """Its text as read."""

    def pages(self, id: str) -> tuple[Page, ...]:
        """Its pages, none for formats without."""


@dataclass(frozen=True, slots=True)
class Spot:
    """The stretch of a text to show (`low:high`) and the quote in it (`start:end`; empty for none)."""

    low: int
    high: int
    start: int
    end: int


def passage(library: Shelf, id: str, start: int, end: int) -> str:
    """The evidence view: which report, which page, and the quote marked within its paragraph."""
    report, text = library.report(id), library.text(id)
    start, end = _within(text, start, end)
    spot = Spot(_back(text, max(0, start - AROUND)), _forth(text, min(len(text), end + AROUND)), start, end)
    pages = library.pages(id)
    page = page_of(pages, start)
    where = f"<span>{both('page_number', page=page)}</span>" if page else ""
    facts = "".join(f"<span>{escape(fact)}</span>" for fact in (report.publisher, report.date) if fact)
    return (
        f'<h3 class="report">{escape(report.title)}</h3><p class="facts">{where}{facts}</p>'
        f'<div class="words" lang="{report.lang}" tabindex="0">{words(text, spot, pages)}</div>'
        f'<p class="more"><a href="/reports/{escape(id)}?start={start}&amp;end={end}#quote" target="_blank">'
        f"{both('open_report')}</a></p>"
    )


def report_page(library: Shelf, id: str, start: int, end: int, lang: Lang) -> str:
    """A page of its own for a report: the part of its text that holds the quote, with its page numbers."""
    report, text = library.report(id), library.text(id)
    start, end = _within(text, start, end)
    low = _back(text, max(0, start - PART // 3))
    spot = Spot(low, _forth(text, min(len(text), max(end, low + PART))), start, end)
    facts = "".join(f"<span>{escape(fact)}</span>" for fact in (report.publisher, report.date) if fact)
    earlier, later = max(0, spot.low - PART * 2 // 3), spot.high
    links = [
        _link(id, earlier, "earlier_part") if spot.low > 0 else "",
        _link(id, later, "later_part") if spot.high < len(text) else "",
    ]
    nav = f'<nav class="parts">{"".join(links)}</nav>' if any(links) else ""
    body = (
        f'<header class="bar"><a class="brand" href="/">Wenju <span lang="zh">问据</span></a>'
        f'<a class="small" href="/">{both("back")}</a></header><main class="reading">'
        f"<h1>{escape(report.title)}</h1>"
        f'<p class="facts">{facts}<span>{escape(report.source)}</span></p>{nav}'
        f'<div class="words" lang="{report.lang}">{words(text, spot, library.pages(id))}</div>{nav}</main>'
    )
    return html_page(report.title, body, lang)


def missing_page(lang: Lang) -> str:
    """What a link to a removed report shows."""
    body = (
        f'<main class="reading"><h1>{both("no_report")}</h1><p>{both("no_report_more")}</p>'
        f'<p><a href="/">{both("back")}</a></p></main>'
    )
    return html_page(label("no_report", lang), body, lang)


def html_page(title: str, body: str, lang: Lang) -> str:
    """A whole HTML page without a script."""
    tag = "zh-CN" if lang == "zh" else "en"
    return (
        f'<!doctype html><html lang="{tag}" data-lang="{lang}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><link rel="icon" href="/page/icon.svg">'
        f'<link rel="stylesheet" href="/page/page.css"></head><body class="plain">{body}</body></html>'
    )


def page_of(pages: Sequence[Page], place: int) -> int | None:
    """The number of the page a place stands on."""
    return next((page.number for page in pages if page.start <= place < page.end), None)


def place_of(text: str, pages: Sequence[Page], page: int | None, quote: str) -> tuple[int, int]:
    """Where a link by page and quote points: the quote on that page, else anywhere, else the page's start."""
    low = next((item.start for item in pages if item.number == page), 0)
    found = text.find(quote, low) if quote else -1
    if quote and found < 0:
        found = text.find(quote)
    return (found, found + len(quote)) if found >= 0 else (low, low)


def words(text: str, spot: Spot, pages: Sequence[Page] = ()) -> str:
    """`text[low:high]` as HTML: the quote in one `<mark>`, whose text is exactly the quote's.

    Line breaks that only the width of a page made are there but not shown, so paragraphs flow; the
    beginning of a page shows its number, which is not part of the text either.
    """
    dressed = sorted(_dressed(text, spot.low, spot.high), reverse=True)
    starts = {page.start: page.number for page in pages if spot.low < page.start < spot.high}
    cuts = {spot.low, spot.high, spot.start, spot.end, *starts}
    cuts.update(edge for a, b, _ in dressed for edge in (a, b))
    edges = sorted(cut for cut in cuts if spot.low <= cut <= spot.high)
    written = []
    for low, high in zip(edges, [*edges[1:], edges[-1]], strict=True):
        if low == spot.end > spot.start:
            written.append("</mark>")
        if low in starts:
            written.append(f'<span class="page" data-page="{starts[low]}"></span>')
        if low == spot.start < spot.end:
            written.append('<mark id="quote">')
        while dressed and dressed[-1][1] <= low:
            dressed.pop()
        kind = dressed[-1][2] if dressed and dressed[-1][0] <= low < high else ""
        piece = escape(text[low:high])
        written.append(f'<span class="{kind}">{piece}</span>' if kind else piece)
    return "".join(written)


def _dressed(text: str, low: int, high: int) -> Iterator[tuple[int, int, str]]:
    """Stretches that are shown in another way than they stand, apart from each other: (start, end, how).

    White space with line breaks inside one paragraph is a `space` or nothing (`join`); a heading stands
    out (`head`) and its Markdown marks do not show.
    """
    window = text[low:high]
    for block in layout(window):
        real = [place for place in block.content.places if place >= 0]
        if block.kind == "heading":
            marks = _HASHES.search(window, 0, real[0])
            if marks:
                yield low + marks.start(), low + marks.end(), "join"
            yield low + real[0], low + real[-1] + 1, "head"
        elif block.kind != "row":
            for before, after in pairwise(real):
                gap = window[before + 1 : after]
                if "\n" in gap and gap.isspace():
                    tight = is_cjk(window[before]) or is_cjk(window[after])
                    yield low + before + 1, low + after, "join" if tight else "space"


def _within(text: str, start: int, end: int) -> tuple[int, int]:
    """A quote's place inside the text; a quote is never longer than what a page shows."""
    start = min(max(0, start), len(text))
    return start, min(max(start, end), start + PART, len(text))


def _back(text: str, place: int, reach: int = 200) -> int:
    """The beginning of the sentence that a place stands in, not further back than `reach`."""
    low = max(0, place - reach)
    return max((text.rfind(end, low, place) + 1 for end in _ENDS), default=0) or low


def _forth(text: str, place: int, reach: int = 200) -> int:
    """The end of the sentence that a place stands in, not further than `reach`."""
    found = [text.find(end, place, place + reach) for end in _ENDS]
    return min((at + 1 for at in found if at >= 0), default=min(len(text), place + reach))


def _link(id: str, start: int, key: str) -> str:
    return f'<a href="/reports/{escape(id)}?start={start}">{both(key)}</a>'
