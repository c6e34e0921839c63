"""An answer to take along: plain text, Markdown with footnotes, and references after GB/T 7714-2015.

Each says that the text was generated, and by which model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.faces.markup import Place
from assistant.faces.texts import label
from assistant.marks import MARK
from assistant.schema import Answer
from vectorstore.characters import is_cjk
from vectorstore.schema import Lang

if TYPE_CHECKING:
    from assistant.faces.turns import Turn


def plain(answer: Answer, cited: Sequence[Place]) -> str:
    """The answer as plain text with its sources and their words listed below, for a memo."""
    return _listed(answer, "sources", [f"[{place.n}] {reference(place, answer.lang)}" for place in cited])


def gbt7714(answer: Answer, cited: Sequence[Place]) -> str:
    """The answer with numbered references as GB/T 7714-2015 writes them for reports, `[R]`."""
    return _listed(answer, "references", [f"[{place.n}] {_entry(place)}" for place in cited])


def _listed(answer: Answer, heading: str, lines: Sequence[str]) -> str:
    below = ["", label(heading, answer.lang), *lines] if lines else []
    return "\n".join([answer.text, *below, "", maker(answer.model, answer.lang)])


def maker(model: str, lang: Lang) -> str:
    """Who wrote it: stands in everything that leaves the page."""
    return " · ".join(part for part in (label("by_ai", lang), "Wenju 问据", model) if part)


def markdown(turn: Turn) -> str:
    """A question and its answer in Markdown, marks as footnotes whose names no other turn has."""
    title = f"## {flat(turn.question)}\n\n"
    if turn.answer is None:
        said = f"{turn.written}\n\n*{label('stopped', turn.lang)}*\n\n" if turn.state != "failed" else ""
        return f"{title}{said}*{maker(turn.model, turn.lang)}*"
    key = turn.key[-6:].strip("-") or "a"
    text = MARK.sub(lambda mark: f"[^{key}-{mark[1]}]", turn.answer.text)
    notes = "\n".join(f"[^{key}-{place.n}]: {reference(place, turn.answer.lang)}" for place in turn.cited)
    return f"{title}{text}\n\n*{maker(turn.answer.model, turn.answer.lang)}*\n\n{notes}".rstrip()


def reference(place: Place, lang: Lang) -> str:
    """Where a quote stands, and the quote, on one line."""
    said = [place.title, place.publisher, place.date]
    if place.page:
        said.append(label("page_number", lang, page=place.page))
    where = ("，" if lang == "zh" else ", ").join(part for part in said if part)
    return f"{flat(where)}: “{tidy(place.quote)}”"


def _entry(place: Place) -> str:
    """`Publisher. Title[R]. Year: page.`; what is not known is left out."""
    who = f"{flat(place.publisher)}. " if place.publisher else ""
    when = (place.date or "")[:4]
    page = str(place.page or "")
    end = ": ".join(part for part in (when, page) if part)
    return f"{who}{flat(place.title)}[R]." + (f" {end}." if end else "")


def tidy(quote: str) -> str:
    """A quote on one line, without the line breaks of the page it stands on."""

    def joint(gap: re.Match[str]) -> str:
        beside = quote[max(0, gap.start() - 1) : gap.start()] + quote[gap.end() : gap.end() + 1]
        return "" if any(map(is_cjk, beside)) else " "

    quote = quote.strip()
    return re.sub(r"\s*\n\s*", joint, quote)


def flat(text: str) -> str:
    """Words on one line."""
    return " ".join(text.split())
