"""What one question gathers on its way to an answer: its times, and what was searched and found."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from assistant import claims, names
from assistant.pieces import around
from assistant.question import Question, detect
from assistant.schema import Evidence, Timing, Usage
from assistant.sides import Sides
from assistant.superlatives import Picked
from vectorstore.embedders import Embedder
from vectorstore.schema import Hit, Lang, Report

_COINED = re.compile(r"[a-z].*[A-Z]|[A-Z].*\d")
"""A name that is no word of a language: DataCanvas, GPT-4."""
READ = 10
"""Passages whose sentences are considered as evidence."""


@dataclass(slots=True)
class Clock:
    """Times of one answer, in seconds since it was asked."""

    began: float = field(default_factory=time.perf_counter)
    translate: float = 0.0
    retrieve: float = 0.0
    first: float = 0.0

    def timing(self) -> Timing:
        """The times until now."""
        total = time.perf_counter() - self.began
        return Timing(self.translate, self.retrieve, self.first or total, total)

    def first_word(self) -> None:
        """The first word of the answer is there."""
        self.first = self.first or time.perf_counter() - self.began


@dataclass(frozen=True, slots=True)
class Searched:
    """What was found for a question, and the ways in which its sentences are weighed; `report` is set when the
    question is about that report as a whole; `sides` are the reports that it wants to hear, where it says so, and
    `picked` the rows of a table, where a superlative asks for them.
    """

    question: Question
    ways: tuple[str, ...]
    hits: tuple[Hit, ...]
    usage: Usage
    translation: str | None = None
    report: Report | None = None
    sides: Sides = field(default_factory=Sides)
    picked: Picked | None = None

    @property
    def several(self) -> bool:
        """Whether more than one report is to be heard."""
        return bool(self.sides.ids)

    def asked_in(self, lang: Lang) -> str:
        """The question in a language, translated where it is asked in the other (which its answer need not be in)."""
        foreign = detect(self.question.standalone) != lang
        return self.translation if self.translation and foreign else self.question.standalone

    def lacks(self, kept: Iterable[str]) -> bool:
        """Whether a question has names that no Chinese is known for, of those that the reports have `kept` in Latin
        letters, and no passage read holds any of them.
        """
        own = [name for name in kept if _COINED.search(name) and not names.chinese_in(name)]
        wanted = frozenset(map(claims.squeezed, own))
        said = "\n".join(map(around, self.read))
        return bool(wanted) and claims.names_absent(wanted, said) == wanted

    def rows_in(self, evidence: Iterable[Evidence]) -> list[Evidence]:
        """Those pieces of evidence that are rows which a superlative picked."""
        return [item for item in evidence if self.picked and self.picked.of_the_table(item.hit)]

    @property
    def read(self) -> tuple[Hit, ...]:
        """The passages whose sentences are considered as evidence: the first, the best of each side, picked rows; of
        the only report asked, where any of its passages was found, no other's.
        """
        places: dict[tuple[str, int], Hit] = {}
        first = () if self.sides.only and self.sides.hits else self.hits[:READ]
        for hit in (*(self.picked.hits if self.picked else ()), *self.sides.hits, *first):
            places.setdefault((hit.report.id, hit.passage.start), hit)
        return tuple(places.values())


class Likeness:
    """Cosine similarities of queries (rows) to texts (columns); of one question's texts each is embedded once."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._queries: dict[str, np.ndarray] = {}
        self._texts: dict[str, np.ndarray] = {}

    def __call__(self, queries: Sequence[str], texts: Sequence[str]) -> np.ndarray:
        """An array of shape (queries, texts)."""
        if new := _missing(queries, self._queries):
            self._queries.update(zip(new, self._embedder.queries(new), strict=True))
        if new := _missing(texts, self._texts):
            self._texts.update(zip(new, self._embedder.documents(new), strict=True))
        rows = np.stack([self._queries[query] for query in queries])
        return np.asarray(rows @ np.stack([self._texts[text] for text in texts]).T)


def _missing(wanted: Iterable[str], kept: dict[str, np.ndarray]) -> list[str]:
    return [text for text in dict.fromkeys(wanted) if text not in kept]
