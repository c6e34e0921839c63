"""A report's own words with a quote marked in them: beside the answer, and on a page of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import islice, pairwise
from typing import Protocol

from assistant.faces import originals
from assistant.faces.leaves import leaf
from assistant.faces.look import ZOOMS, Look, controls, occurrences
from assistant.faces.texts import both, label
from vectorstore.characters import is_cjk
from vectorstore.layout import layout
from vectorstore.schema import Lang, Page, Report

AROUND = 280
PART = 12_000
LONGEST = 2_000
"""Characters of a quote in a link that are looked for."""
_STATES = {"gone": "original_gone", "changed": "original_changed"}
_ENDS = "。！？!?\n"
_BULLET = re.compile("[\ue000-\uf8ff]")
"""Private-use characters: the bullets of a font that only the report's own file has."""
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


def passage(library: Shelf, look: Look) -> str:
    """The evidence view: which report, which page, and the quote marked on its page or within its paragraph."""
    report, text, pages = library.report(look.id), library.text(look.id), library.pages(look.id)
    look = _sound(look, text)
    shown = _shown(look, pages)
    spot = Spot(
        _back(text, max(0, look.start - AROUND)), _forth(text, min(len(text), look.end + AROUND)), look.start, look.end
    )
    where = f"<span>{both('page_number', page=shown.number)}</span>" if shown else ""
    return (
        f'<h3 class="report">{escape(report.title)}</h3><p class="facts">{where}{_facts(report)}</p>'
        + _view(report, text, pages, look, spot)
        + f'<p class="more"><a href="{look.href()}#quote" target="_blank">{both("open_report")}</a>'
        f"{_original(report, shown)}</p>"
    )


def report_page(library: Shelf, look: Look, lang: Lang) -> str:
    """A page of its own for a report: the page or the part of its text that holds the quote."""
    report, text, pages = library.report(look.id), library.text(look.id), library.pages(look.id)
    look = _sound(look, text)
    low = _back(text, max(0, look.start - PART // 3))
    spot = Spot(low, _forth(text, min(len(text), max(look.end, low + PART))), look.start, look.end)
    view = _view(report, text, pages, look, spot, parts=True)
    body = (
        f'<header class="bar"><a class="brand" href="/">Wenju <span lang="zh">问据</span></a>'
        f'<a class="small" href="/">{both("back")}</a></header><main class="reading">'
        f"<h1>{escape(report.title)}</h1>"
        f'<p class="facts">{_facts(report)}<span>{escape(report.source)}</span>'
        f"{_original(report, _shown(look, pages))}</p>{view}</main>"
    )
    return html_page(report.title, body, lang)


def _view(
    report: Report, text: str, pages: Sequence[Page], look: Look, spot: Spot, parts: bool = False
) -> str:
    """The page as a picture where there is one and it is wanted, else the text; and the controls of both."""
    shown = _shown(look, pages)
    paged = report.format in originals.PAGED and shown is not None
    state = originals.state(report) if paged else "here"
    note = "" if state == "here" else f'<p class="notice">{both(_STATES[state])}</p>'
    picture = None
    if paged and shown is not None and state == "here" and not look.text:
        picture = leaf(report, text, shown, look)
        note = "" if picture else f'<p class="notice">{both("original_unreadable")}</p>'
    found = places(text, look.quote) if parts and look.quote else []
    if parts and look.quote and not found:
        note += f'<p class="notice">{both("quote_missing")}</p>'
    if picture is None:
        look = replace(look, text=True)
    number = shown.number if shown else 0
    tools = controls(look, number, pages, paged and state == "here", occurrences(look, found))
    if picture is not None:
        return f"{note}{tools}{picture}"
    if shown and look.page:
        spot = _on(shown, spot)
    nav = _parts(look, spot, len(text)) if parts and not (shown and look.page) else ""
    shown_words = f"{_columns(text, spot)}{words(text, spot, pages)}"
    inner = f'<div class="words" lang="{report.lang}" tabindex="0">{shown_words}</div>'
    return f"{note}{tools}{nav}{inner}{nav}"


def _shown(look: Look, pages: Sequence[Page]) -> Page | None:
    """The page asked for, else the one the quote begins on; None in formats without pages."""
    number = look.page or page_of(pages, look.start)
    return next((page for page in pages if page.number == number), pages[0] if pages else None)


def _on(page: Page, spot: Spot) -> Spot:
    """A page's whole text, with what of the quote stands on it."""
    start, end = max(spot.start, page.start), min(spot.end, page.end)
    return Spot(page.start, page.end, start, end) if start < end else Spot(page.start, page.end, page.start, page.start)


def _facts(report: Report) -> str:
    return "".join(f"<span>{escape(fact)}</span>" for fact in (report.publisher, report.date) if fact)


def _original(report: Report, shown: Page | None) -> str:
    """A link to the file itself, if it is still the one that was indexed."""
    if originals.state(report) != "here":
        return ""
    page = f"#page={shown.number}" if shown and report.format == "pdf" else ""
    href = f"/reports/{escape(report.id)}/original{page}"
    return f'<span><a href="{href}" target="_blank">{both("open_original")}</a></span>'


def _parts(look: Look, spot: Spot, length: int) -> str:
    links = []
    if spot.low > 0:
        links.append(_link(look, max(0, spot.low - PART * 2 // 3), "earlier_part"))
    if spot.high < length:
        links.append(_link(look, spot.high, "later_part"))
    return f'<nav class="parts">{"".join(links)}</nav>' if links else ""


def _columns(text: str, spot: Spot) -> str:
    """The first row of the table that a quote is a row of, if it stands above what is shown."""
    line = text.rfind("\n", 0, spot.start) + 1
    if "\t" not in text[line : text.find("\n", spot.start) if "\n" in text[spot.start :] else len(text)]:
        return ""
    first = line
    while first > 0 and "\t" in text[text.rfind("\n", 0, first - 1) + 1 : first - 1]:
        first = text.rfind("\n", 0, first - 1) + 1
    if first >= spot.low:
        return ""
    return f'<p class="columns">{both("columns")} {escape(text[first : text.index(chr(10), first)])}</p>'


NO_REPORT = ("no_report", "no_report_more", "no_report_how")
NO_ADDRESS = ("no_address", "no_address_more")


def missing_page(lang: Lang, labels: Sequence[str] = NO_REPORT) -> str:
    """What a link shows that leads to nothing: a heading and sentences, by default those of a removed report."""
    heading, *sentences = labels
    said = "".join(f"<p>{both(key)}</p>" for key in sentences)
    body = (
        f'<header class="bar"><a class="brand" href="/">Wenju <span lang="zh">问据</span></a></header>'
        f'<main class="reading"><h1>{both(heading)}</h1>{said}'
        f'<p><a class="small" href="/">{both("back")}</a></p></main>'
    )
    return html_page(label(heading, lang), body, lang)


def html_page(title: str, body: str, lang: Lang) -> str:
    """A whole HTML page; its only script scrolls to the quote."""
    tag = "zh-CN" if lang == "zh" else "en"
    return (
        f'<!doctype html><html lang="{tag}" data-lang="{lang}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><link rel="icon" href="/page/icon.svg">'
        '<link rel="stylesheet" href="/page/page.css"><link rel="stylesheet" href="/page/viewer.css">'
        f'<script defer src="/page/viewer.js"></script></head><body class="plain">{body}</body></html>'
    )


def page_of(pages: Sequence[Page], place: int) -> int | None:
    """The number of the page a place stands on."""
    return next((page.number for page in pages if page.start <= place < page.end), None)


def place_of(text: str, pages: Sequence[Page], page: int | None, quote: str) -> tuple[int, int]:
    """Where a link by page and quote points: the quote on that page, else anywhere, else the page's start."""
    low = next((item.start for item in pages if item.number == page), 0)
    found = places(text, quote)
    return next((place for place in found if place[0] >= low), found[0] if found else (low, low))


def places(text: str, quote: str, most: int = 100) -> list[tuple[int, int]]:
    """Where the words of a quote stand, whatever white space is between them; at most `most` places."""
    signs = "".join(quote.split())[:LONGEST]
    if not signs:
        return []
    spaced = re.compile(r"\s*".join(map(re.escape, signs)))
    return [found.span() for found in islice(spaced.finditer(text), most)]


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
    out (`head`) and its Markdown marks do not show; a character that no font has is a `bullet`.
    """
    window = text[low:high]
    yield from ((low + found.start(), low + found.end(), "bullet") for found in _BULLET.finditer(window))
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


def _sound(look: Look, text: str) -> Look:
    """A look whose quote lies inside the text and is never longer than what a page shows, with a known zoom."""
    start = min(max(0, look.start), len(text))
    end = min(max(start, look.end), start + PART, len(text))
    return replace(look, start=start, end=end, zoom=look.zoom if look.zoom in ZOOMS else 100)


def _back(text: str, place: int, reach: int = 200) -> int:
    """The beginning of the sentence that a place stands in, not further back than `reach`."""
    low = max(0, place - reach)
    return max((text.rfind(end, low, place) + 1 for end in _ENDS), default=0) or low


def _forth(text: str, place: int, reach: int = 200) -> int:
    """The end of the sentence that a place stands in, not further than `reach`."""
    found = [text.find(end, place, place + reach) for end in _ENDS]
    return min((at + 1 for at in found if at >= 0), default=min(len(text), place + reach))


def _link(look: Look, start: int, key: str) -> str:
    return f'<a href="{look.href(start=start, end=start, page=None, quote="")}">{both(key)}</a>'
