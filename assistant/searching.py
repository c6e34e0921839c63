"""The search for one question: stood alone, translated where reports are in the other language, found."""

from __future__ import annotations

import time
from collections.abc import Collection, Generator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from threading import Event as Flag

from assistant import evidence, superlatives
from assistant.errors import stop_if
from assistant.inquiry import READ, Clock, Searched
from assistant.memory import standing
from assistant.models.base import ChatModel, Reply
from assistant.question import ASKED, Question, detect, queries, translate, with_names
from assistant.schema import Event, Evidence, Glimpsed, Progress
from assistant.settings import Settings
from assistant.sides import sides
from vectorstore.explain import Trace
from vectorstore.library import Library
from vectorstore.schema import Hit, Query, Report

CANDIDATES = 40
"""Passages in the final ranking; well over the 6,000 characters that evaluation looks at."""


@dataclass(frozen=True, slots=True)
class Searching:
    """Searches a library; `model` translates, None means that nothing is."""

    library: Library
    model: ChatModel | None
    settings: Settings

    def search(
        self,
        asked: Question,
        clock: Clock,
        cancel: Flag | None,
        reports: Collection[str] | None,
        trace: Trace | None = None,
    ) -> Generator[Event, None, Searched]:
        """What is found for a question, telling what happens as it happens; `reports` limits it to these ids, `trace`
        is filled with how the ranking came about. Raises `Cancelled`.
        """
        reply = Reply()
        translation = None
        if self.model is not None:
            asked = standing(asked, self.model, self.settings.history_tokens, cancel=cancel, reply=reply)
        if self.model is not None and self._needs_translation(asked, reports):
            yield Progress("translating")
            yield Glimpsed(self._glimpse(asked, reports))
            begun = time.perf_counter()
            translation = self._translated(asked, self.model, cancel, reply)
            clock.translate = time.perf_counter() - begun
        stop_if(cancel)
        yield Progress("searching")
        begun = time.perf_counter()
        told = translation and with_names(translation, self.library.kept_in(asked.standalone))
        ways = queries(asked, told, self.library.terms_in)
        hits = self.library.search(ways, CANDIDATES, reports, trace=trace)
        stop_if(cancel)
        # Sentences are weighed by whole questions; bare terms stand in for one only without a translation.
        texts = (asked.standalone, told) if told else tuple(way.text for way in ways)
        heard = sides(texts, hits, self.within(reports), partial(self._of_one, cancel))
        rows = None if heard.ids else superlatives.picked(texts, hits, self.library.passages, self.library.text)
        clock.retrieve = time.perf_counter() - begun
        return Searched(asked, heard.ways or texts, tuple(hits), reply.usage, translation, sides=heard, picked=rows)

    def publishers(self) -> list[str]:
        """The publishers of the library's reports, each once."""
        return list(dict.fromkeys(report.publisher or "" for report in self.library.reports()))

    def within(self, reports: Collection[str] | None) -> list[Report]:
        """The reports of the library that a question is limited to."""
        return [report for report in self.library.reports() if reports is None or report.id in reports]

    def _translated(self, asked: Question, model: ChatModel, cancel: Flag | None, reply: Reply) -> str | None:
        """The question in the other language, held to the names that the library knows."""
        companies, publishers = self.library.companies_in(asked.standalone), " ".join(self.publishers())
        return translate(asked, model, companies, self.library.kept_in, publishers, cancel=cancel, reply=reply)

    def _of_one(self, cancel: Flag | None, ways: Sequence[str], report: Report) -> list[Hit]:
        """The best passages of one report; the question in its language weighs most, where there is one."""
        stop_if(cancel)
        asked = [Query(way, detect(way)) for way in ways]
        weighed = [way if way.lang == report.lang else replace(way, weight=ASKED) for way in asked]
        return self.library.search(weighed, READ, {report.id})

    def _glimpse(self, asked: Question, reports: Collection[str] | None) -> tuple[Evidence, ...]:
        """What the untranslated question finds; sentences are chosen by their words alone, which takes no time."""
        ways = queries(asked, None, self.library.terms_in)
        hits = self.library.search(ways, READ, reports)
        texts = [way.text for way in ways]
        return tuple(evidence.choose(hits, texts, self.settings.extract_chars))

    def _needs_translation(self, asked: Question, reports: Collection[str] | None) -> bool:
        """Whether a good part of the reports that are searched is in the other language."""
        lang = detect(asked.text)
        within = self.within(reports)
        total = sum(report.passages for report in within)
        other = sum(report.passages for report in within if report.lang != lang)
        return total > 0 and other * 3 >= total
