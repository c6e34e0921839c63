"""What the assistant says, as HTML: everything escaped, its blocks rendered, marks as buttons.

Nothing from a report or a model reaches the page as markup: what `blocks` recognises is written by this
module around escaped text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from assistant.faces.blocks import Block, Run, blocks, runs, signed
from assistant.marks import MARK
from assistant.schema import Sentence

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a report that a mark or a card opens."""

    n: int
    report: str
    title: str
    publisher: str | None
    page: int | None
    start: int
    end: int
    quote: str
    date: str | None = None
    source: str = ""

    @property
    def attributes(self) -> str:
        """The attributes by which the page knows what to open."""
        return f'data-report="{escape(self.report)}" data-start="{self.start}" data-end="{self.end}"'


def prose(text: str, places: Mapping[int, Place], weak: Iterable[Span] = (), why: str = "") -> str:
    """A text with marks as HTML; stretches in `weak` get a quiet underline and `why` as their tooltip."""
    why = escape(why)

    def dress(line: str) -> str:
        return "".join(_dressed(run, places, why) for run in runs(line))

    return "".join(_block(block, dress) for block in blocks(signed(text, tuple(weak))))


def unverified(text: str, sentences: Sequence[Sentence]) -> list[Span]:
    """Where the sentences that nothing confirmed stand in an answer's text.

    Sentences come without marks and may differ in white space, so both sides are compared by their
    other characters; a sentence that cannot be found is left out.
    """
    silent = {i for mark in MARK.finditer(text) for i in range(*mark.span())}
    kept = [i for i, char in enumerate(text) if i not in silent and not char.isspace()]
    bare = "".join(text[i] for i in kept)
    spans, cursor = [], 0
    for sentence in sentences:
        words = "".join(MARK.sub("", sentence.text).split())
        found = bare.find(words, cursor) if words else -1
        if found < 0:
            continue
        cursor = found + len(words)
        if sentence.state == "unverified":
            spans.append((kept[found], kept[cursor - 1] + 1))
    return spans


def _block(block: Block, dress: Callable[[str], str]) -> str:
    """One block as HTML; `dress` writes a line."""
    if block.kind == "heading":
        return f'<p class="heading"><strong>{dress(block.lines[0])}</strong></p>'
    if block.kind == "list":
        tag, start = ("ol", f' start="{block.number}"') if block.number is not None else ("ul", "")
        return f"<{tag}{start}>{''.join(f'<li>{dress(line)}</li>' for line in block.lines)}</{tag}>"
    if block.kind == "table":
        head, *rest = (tuple(map(dress, row)) for row in block.rows)
        heads = "".join(f'<th scope="col">{cell}</th>' for cell in head)
        body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rest)
        return (
            f'<div class="table" tabindex="0"><table><thead><tr>{heads}</tr></thead>'
            f"<tbody>{body}</tbody></table></div>"
        )
    return "<p>" + "<br>".join(map(dress, block.lines)) + "</p>"


def _dressed(run: Run, places: Mapping[int, Place], why: str) -> str:
    place = places.get(run.mark) if run.mark is not None else None
    if place:
        return f'<button type="button" class="mark" {place.attributes}>[{place.n}]</button>'
    inner = escape(run.text)
    inner = f"<strong>{inner}</strong>" if run.bold else inner
    return f'<span class="unverified" title="{why}">{inner}</span>' if run.weak else inner
