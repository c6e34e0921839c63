"""The quote of a citation: the fewest sentences of its evidence that bear a claim out, and where they stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.alignment import spans, telling_clauses
from assistant.claims import language
from assistant.evidence import beginnings
from assistant.placing import ROW
from assistant.schema import Citation, Evidence
from assistant.sentences import Span
from assistant.support import Judge

_SHARE = 0.8
"""A quote holds at least this much of the wording that the whole evidence holds."""


def span(judge: Judge, claim: str, text: str) -> Span:
    """The shortest run of sentences of `text` that supports the claim as well as all of it does; with the sentences
    beside it where the two are in different languages, and figures and names alone tell which are meant.
    """
    sentences = spans(text)
    if not sentences:
        return 0, len(text)
    numbers = judge.anchors(claim, [text])
    # A whole sentence may be well worded without one of the things that it enumerates.
    least = {part: _SHARE * judge.share(part, [text]) for part in (claim, *telling_clauses(claim))}
    supported = judge.verdict(claim, [text]).supported
    for length in range(1, len(sentences)):
        fitting = []
        for first in range(len(sentences) - length + 1):
            place = sentences[first][0], sentences[first + length - 1][1]
            part = text[slice(*place)]
            if judge.anchors(claim, [part]) < numbers:
                continue
            if any(judge.share(said, [part]) < share for said, share in least.items()):
                continue
            if judge.verdict(claim, [part]).supported >= supported:
                fitting.append((fit(judge, claim, part), -first, place))
        if fitting:
            found = max(fitting)[2]
            across = language(claim) != language(text[slice(*found)])
            return _with_neighbours(found, sentences, text) if across else found
    return sentences[0][0], sentences[-1][1]


def _with_neighbours(found: Span, sentences: Sequence[Span], text: str) -> Span:
    """A run of sentences with the one before it and the one behind it; rows of a table stand by themselves."""
    if ROW.search(text[slice(*found)]):
        return found
    first = max((start for start, end in sentences if end <= found[0]), default=found[0])
    last = min((end for start, end in sentences if start >= found[1]), default=found[1])
    return first, last


def fit(judge: Judge, claim: str, text: str) -> tuple[int, float, float]:
    """How well a text fits a claim: numbers and names first, then wording, then meaning."""
    return judge.anchors(claim, [text]), judge.share(claim, [text]), judge.nearest_cosine(claim, text)


def whole(item: Evidence, page_at: Callable[[str, int], int | None] | None = None) -> Citation:
    """The citation of a whole piece of evidence, as it stands."""
    report = item.hit.report
    return Citation(
        n=item.n, report=report.id, source=report.source, title=report.title,
        page=page_at(report.id, item.start) if page_at else item.page,
        start=item.start, end=item.end, quote=item.quote, supported=True,
    )  # fmt: skip


def locate(evidence: Evidence, start: int, end: int) -> Span:
    """The place in the report of `evidence.text[start:end]`; the whole evidence if it cannot be found.

    Of several equal places in the passage, the one where the evidence itself begins is taken.
    """
    offsets = evidence.hit.passage.offsets

    def away(base: int) -> int:
        return abs(offsets.original(base, base + len(evidence.text))[0] - evidence.start)

    standing = [base for base in beginnings(evidence) if offsets.covers(base + start, base + end)]
    if not standing:
        return evidence.start, evidence.end
    base = min(standing, key=away)
    return offsets.original(base + start, base + end)
