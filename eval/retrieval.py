"""Was the evidence found: retrieved passages against the lines that support an answer."""

from __future__ import annotations

import re
from array import array
from collections import OrderedDict
from collections.abc import Callable, Mapping
from itertools import accumulate
from typing import Any, TypeVar

from assistant.support import Similarity
from eval.dataset import Evidence, Question
from eval.errors import WenjuError
from eval.scores import Score

T = TypeVar("T")
Record = Mapping[str, Any]
Span = tuple[int, int]
BUDGET = 4_000
EXCERPT = 1_500
_ONE_SUFFICES = re.compile(r"\b(?:either|any|one)\b[^.;]*\bsuffic|任一|任意一|其一即可", re.IGNORECASE)


class Source:
    """A report's text with its lines (ended by a newline alone) and a count of non-space characters."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(n for n, char in enumerate(text, start=1) if char == "\n")]
        self._filled = array("L", accumulate((not char.isspace() for char in text), initial=0))

    @property
    def line_count(self) -> int:
        """How many lines the text has; what follows a last newline is one only when it holds something."""
        return len(self._starts) - (self._starts[-1] == len(self.text) and len(self._starts) > 1)

    def lines(self, first: int, last: int) -> Span | None:
        """The span of lines `first` to `last` (from 1, both included), None when the text is shorter."""
        if last > len(self._starts):
            return None
        end = self._starts[last] - 1 if last < len(self._starts) else len(self.text)
        return self._starts[first - 1], end

    def filled(self, start: int, end: int) -> int:
        """How many characters of `text[start:end]` are not white space."""
        start, end = max(0, start), min(len(self.text), end)
        return self._filled[end] - self._filled[start] if start < end else 0


class Sources:
    """Report texts by file name, as many kept as fit; `read` may raise for a name it does not know.

    `describe(name)` gives what is known of a report beside its text: title, publisher, date. `heads(name, place)`
    gives what stands over a character of it: headings and names of columns, and the caption of a table. `similarity`
    gives cosines between texts; without it a check across languages goes by numbers and names.
    """

    def __init__(
        self, read: Callable[[str], str], keep: int = 32, *,
        describe: Callable[[str], str] | None = None, heads: Callable[[str, int], tuple[str, str]] | None = None,
        similarity: Similarity | None = None,
    ) -> None:
        self._read = read
        self._keep = keep
        self._describe = describe
        self._heads = heads
        self.similarity = similarity
        self._last: tuple[Record, Any] | None = None
        self._kept: OrderedDict[str, Source | None] = OrderedDict()

    def about(self, name: str) -> str:
        """What is known of the report called `name`; its name alone when nothing is."""
        try:
            return self._describe(name) if self._describe else name
        except (WenjuError, LookupError):
            return name

    def heads(self, name: str, place: int) -> tuple[str, str]:
        """What stands over character `place` of the report called `name`, and its caption; "" where there is none."""
        try:
            return self._heads(name, place) if self._heads else ("", "")
        except (WenjuError, LookupError):
            return "", ""

    def once(self, record: Record, compute: Callable[[], T]) -> T:
        """What `compute` gives for this record, computed once while scorers look at the same record."""
        if self._last is None or self._last[0] is not record:
            self._last = record, compute()
        found: T = self._last[1]
        return found

    def line_count(self, name: str) -> int | None:
        """How many lines the report called `name` has, None when there is no such report."""
        source = self.get(name)
        return source.line_count if source else None

    def get(self, name: str) -> Source | None:
        """The report called `name`, or None when there is no such report."""
        if name in self._kept:
            self._kept.move_to_end(name)
            return self._kept[name]
        try:
            source = Source(self._read(name))
        except (WenjuError, LookupError, OSError, UnicodeError):
            source = None
        self._kept[name] = source
        if len(self._kept) > self._keep:
            self._kept.popitem(last=False)
        return source


def evidence_span(item: Evidence, sources: Sources) -> Span | None:
    """Where an evidence item stands in its report's text; None when it is outside, blank or unknown."""
    source = sources.get(item.file)
    span = source.lines(item.start_line, item.end_line) if source else None
    return span if source and span and source.filled(*span) else None


def taken(record: Record, sources: Sources, budget: int) -> dict[str, list[Span]]:
    """The passages, by file, whose non-space characters fit into `budget`, best first.

    Stops at the first passage that would not fit; the first one always counts.
    """
    spans: dict[str, list[Span]] = {}
    used = 0
    for hit in sorted(record["retrieved"], key=lambda hit: hit["rank"]):
        source = sources.get(hit["source"])
        size = source.filled(hit["start"], hit["end"]) if source else hit["end"] - hit["start"]
        if spans and used + size > budget:
            break
        used += size
        spans.setdefault(hit["source"], []).append((hit["start"], hit["end"]))
    return spans


def share(source: Source, span: Span, passages: list[Span]) -> float:
    """Which share of the non-space characters of `span` lies inside the passages, overlaps once."""
    start, end = span
    covered, reached = 0, start
    for low, high in sorted(passages):
        low, high = max(low, reached), min(high, end)
        if low < high:
            covered += source.filled(low, high)
            reached = high
    return covered / source.filled(start, end)


def _found(record: Record, question: Question, sources: Sources, budget: int) -> tuple[list[bool], str]:
    passages = taken(record, sources, budget)
    found = []
    for item in question.evidence:
        source, span = sources.get(item.file), evidence_span(item, sources)
        if source is None or span is None:
            return [], f"{item.file} lines {item.start_line}-{item.end_line} cannot be read"
        found.append(share(source, span, passages.get(item.file, [])) >= 0.5)
    if not found:
        return [], "no evidence is named"
    return found, f"{sum(found)} of {len(found)} evidence items in the first {budget:,} characters"


def one_suffices(question: Question) -> bool:
    """Does the question's note say that any one of its evidence items is enough?"""
    return bool(_ONE_SUFFICES.search(question.note))


def evidence_all(budget: int = BUDGET) -> Callable[[Record, Question, Sources], Score]:
    """A scorer: is every evidence item, by at least half, among the first `budget` characters?

    Where the question's note says that any one suffices, one is enough.
    """

    def score(record: Record, question: Question, sources: Sources) -> Score:
        found, why = _found(record, question, sources, budget)
        enough = any if one_suffices(question) else all
        return Score(float(enough(found)) if found else None, why)

    return score


def evidence_any(budget: int = BUDGET) -> Callable[[Record, Question, Sources], Score]:
    """A scorer: is at least one evidence item among the first `budget` characters?"""

    def score(record: Record, question: Question, sources: Sources) -> Score:
        found, why = _found(record, question, sources, budget)
        return Score(float(any(found)) if found else None, why)

    return score


def evidence_shown(record: Record, question: Question, sources: Sources) -> list[dict[str, Any]]:
    """Each evidence item with its words (as many as are read at a glance) and the rank it was found at.

    The rank is that of the passage with which at least half of the item had been retrieved, else None.
    """
    shown = []
    ranked = sorted(record["retrieved"], key=lambda hit: hit["rank"])
    for item in question.evidence:
        source, span = sources.get(item.file), evidence_span(item, sources)
        text, rank = "", None
        if source and span:
            text = source.text[span[0] : span[1]]
            text = text if len(text) <= EXCERPT else text[:EXCERPT] + "…"
            rank = _rank(source, span, [hit for hit in ranked if hit["source"] == item.file])
        shown.append({
            "file": item.file, "start": item.start_line, "end": item.end_line, "text": text, "rank": rank,
        })
    return shown


def _rank(source: Source, span: Span, ranked: list[dict[str, Any]]) -> int | None:
    passages: list[Span] = []
    for hit in ranked:
        passages.append((hit["start"], hit["end"]))
        if share(source, span, passages) >= 0.5:
            return int(hit["rank"])
    return None
