"""The assistant: question -> understand -> search -> evidence -> model -> citations checked -> answer."""

from __future__ import annotations

import time
from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Event as Flag
from typing import Literal

import numpy as np

import prompts
from assistant import citations, evidence, names, phrases
from assistant.errors import Cancelled
from assistant.marks import MarkParser, without_marks
from assistant.models import extractive
from assistant.models.base import ChatModel, Message, Reply
from assistant.quantities import restate
from assistant.question import Question, detect, queries, translate, understand
from assistant.schema import (
    Answer,
    Done,
    Event,
    Evidence,
    Found,
    Progress,
    Timing,
    Token,
    Usage,
)
from assistant.settings import Settings
from vectorstore.library import Library
from vectorstore.schema import Hit, Lang

CANDIDATES = 40
"""Passages in the final ranking; well over the 6,000 characters that evaluation looks at."""
READ = 10
"""Passages whose sentences are considered as evidence."""
_FAR, _FAR_ENGLISH = 0.855, 0.77
"""Cosine (e5) of the nearest passage below which a question is about something else than the library: the
lowest of 148 questions about five reports was .857, and .775 for English ones without a translation."""
_NO_CHINESE = r"root ::= [^\u3000-\u303F\u3400-\u9FFF\uFF00-\uFFEF]+"

AskedLanguage = Literal["auto", "zh", "en"]


@dataclass(slots=True)
class _Clock:
    """Times of one answer, in seconds since it was asked."""

    began: float = field(default_factory=time.perf_counter)
    translate: float = 0.0
    retrieve: float = 0.0
    first: float = 0.0

    def timing(self) -> Timing:
        total = time.perf_counter() - self.began
        return Timing(self.translate, self.retrieve, self.first or total, total)

    def first_word(self) -> None:
        self.first = self.first or time.perf_counter() - self.began


@dataclass(frozen=True, slots=True)
class _Searched:
    """What was found for a question, and the ways in which it was searched."""

    question: Question
    ways: tuple[str, ...]
    hits: tuple[Hit, ...]
    usage: Usage
    translation: str | None = None


class Assistant:
    """Answers questions over a library. Safe to use from several threads; keeps no state of its own."""

    def __init__(self, library: Library, model: ChatModel | None, settings: Settings) -> None:
        """`model` None means extractive: no model at all."""
        self.library = library
        self.model = model
        self.settings = settings

    @property
    def model_name(self) -> str:
        """What an answer's record says wrote it."""
        return self.model.name if self.model else extractive.NAME

    def ask(
        self,
        question: str,
        history: Sequence[str] = (),
        language: AskedLanguage = "auto",
        cancel: Flag | None = None,
        reports: Collection[str] | None = None,
    ) -> Iterator[Event]:
        """Answer a question, telling what happens as it happens; the last event is `Done`.

        `history` are the earlier questions of the conversation, oldest first. `reports` limits the search to
        these report ids. Raises `BadQuestion`, `ModelFailed`, or `Cancelled` when `cancel` is set.
        """
        clock = _Clock()
        asked = understand(question, history, language)
        searched = yield from self._search(asked, clock, cancel, reports)
        chosen = self._evidence(searched)
        yield Found(tuple(chosen))
        reply = Reply(usage=searched.usage)
        if not chosen or not self._is_close(searched):
            draft = ""
        elif self.model is None:
            draft = extractive.write(chosen, asked.lang)
            clock.first_word()
            yield Token(draft)
        else:
            yield Progress("reading")
            draft = yield from self._write(searched, chosen, clock, cancel, reply)
        yield Progress("checking")
        yield Done(self._finish(asked, searched, chosen, draft, clock, reply.usage))

    def answer(self, question: str, history: Sequence[str] = (), language: AskedLanguage = "auto") -> Answer:
        """The whole answer at once; errors as in `ask`."""
        for event in self.ask(question, history, language):
            if isinstance(event, Done):
                return event.answer
        raise AssertionError("ask() ends with Done")

    def retrieve(
        self, question: str, history: Sequence[str] = (), language: AskedLanguage = "auto"
    ) -> Answer:
        """The ranking alone, in an answer without words; the question is translated as for an answer."""
        clock = _Clock()
        asked = understand(question, history, language)
        steps = self._search(asked, clock, None, None)
        while True:
            try:
                next(steps)
            except StopIteration as done:
                searched: _Searched = done.value
                break
        return Answer(
            question=asked.text,
            lang=asked.lang,
            text="",
            refused=False,
            hits=searched.hits,
            timing=clock.timing(),
            usage=searched.usage,
            model=self.model_name,
        )

    def _search(
        self, asked: Question, clock: _Clock, cancel: Flag | None, reports: Collection[str] | None
    ) -> Generator[Event, None, _Searched]:
        reply = Reply()
        translation = None
        if self.model is not None and self._needs_translation(asked):
            yield Progress("translating")
            begun = time.perf_counter()
            translation = translate(asked, self.model, cancel=cancel, reply=reply)
            clock.translate = time.perf_counter() - begun
        _stop_if(cancel)
        yield Progress("searching")
        begun = time.perf_counter()
        ways = queries(asked, translation)
        hits = self.library.search(ways, CANDIDATES, reports)
        clock.retrieve = time.perf_counter() - begun
        _stop_if(cancel)
        return _Searched(asked, tuple(way.text for way in ways), tuple(hits), reply.usage, translation)

    def _needs_translation(self, asked: Question) -> bool:
        """Whether a good part of the library is in the other language."""
        lang = detect(asked.text)
        reports = self.library.reports()
        total = sum(report.passages for report in reports)
        other = sum(report.passages for report in reports if report.lang != lang)
        return total > 0 and other * 3 >= total

    def _evidence(self, searched: _Searched) -> list[Evidence]:
        hits = searched.hits[:READ]
        if self.model is not None and not self.model.small:
            return evidence.whole(hits, self.settings.evidence_tokens, measure=evidence.tokens)
        budget = self.settings.evidence_chars if self.model else self.settings.extract_chars
        return evidence.choose(hits, searched.ways, budget, similarity=self._similarity)

    def _is_close(self, searched: _Searched) -> bool:
        """Whether anything found is about the question at all; what is not is refused without asking a model."""
        if self.library.embedder.name != "e5":
            return True  # the cosines below are those of the built-in model
        nearest = max((hit.similarity for hit in searched.hits), default=0.0)
        across = detect(searched.question.text) == "en" and searched.translation is None
        return nearest >= (_FAR_ENGLISH if across else _FAR)

    def _similarity(self, queries: Sequence[str], texts: Sequence[str]) -> np.ndarray:
        embedder = self.library.embedder
        return np.asarray(embedder.queries(list(queries)) @ embedder.documents(list(texts)).T)

    def _write(
        self,
        searched: _Searched,
        chosen: Sequence[Evidence],
        clock: _Clock,
        cancel: Flag | None,
        reply: Reply,
    ) -> Generator[Event, None, str]:
        """Stream the model's answer; returns the whole draft with normal marks."""
        assert self.model is not None
        asked = searched.question
        lang = asked.lang
        lines = evidence.prompt_lines(chosen, lambda text: _readable(text, lang))
        text = _in_context(asked, searched.translation)
        messages = [
            Message(role, content)
            for role, content in prompts.load("answer", lang).render(question=text, evidence=lines)
        ]
        parser = MarkParser({item.n for item in chosen})
        draft = ""
        grammar = _NO_CHINESE if lang == "en" and self.model.small else None
        for piece in self.model.stream(messages, max_tokens=320, grammar=grammar, cancel=cancel, reply=reply):
            if not draft:
                clock.first_word()
                yield Progress("writing")
            ready = parser.feed(piece)
            draft += ready
            if ready:
                yield Token(ready)
        rest = parser.close()
        if rest:
            yield Token(rest)
        _stop_if(cancel)
        return draft + rest

    def _finish(
        self,
        asked: Question,
        searched: _Searched,
        chosen: Sequence[Evidence],
        draft: str,
        clock: _Clock,
        usage: Usage,
    ) -> Answer:
        lang = asked.lang
        refused = not chosen or not without_marks(draft).strip() or phrases.is_refusal(draft)
        checked = None
        if not refused:
            checked = citations.check(
                phrases.without_refusals(draft),
                chosen,
                question=asked.standalone,
                lang=lang,
                similarity=self._similarity,
                report_text=self.library.text,
                unsupported=self.settings.unsupported,
                page_at=self._page_at,
            )
            refused = not checked.text.strip()
        if refused or checked is None:
            checked = citations.Checked(self._refusal(lang), (), ())
        return Answer(
            question=asked.text,
            lang=lang,
            text=checked.text,
            refused=refused,
            citations=checked.citations,
            sentences=checked.sentences,
            hits=searched.hits,
            timing=clock.timing(),
            usage=usage,
            model=self.model_name,
            confidence=max((hit.similarity for hit in searched.hits), default=0.0),
        )

    def _page_at(self, report: str, place: int) -> int | None:
        """The page of a report on which a place stands."""
        pages = self.library.pages(report)
        return next((page.number for page in pages if place <= page.end), None)

    def _refusal(self, lang: Lang) -> str:
        return phrases.REFUSED[lang] if self.library.reports() else phrases.EMPTY[lang]


def _readable(text: str, lang: Lang) -> str:
    """Evidence as the model should read it: figures, and for English names, already in the answer's language."""
    restated = restate(text, lang)
    return names.in_english(restated) if lang == "en" else restated


def _in_context(asked: Question, translation: str | None) -> str:
    """The question as the model reads it: after the one before it, and with its translation, which helps a
    small model to find the place in evidence of the other language.
    """
    text = asked.text
    if asked.history:
        before = {"zh": "（接着上一问：{}）", "en": "(Following the question: {}) "}[asked.lang]
        text = before.format(asked.history[-1]) + text
    return f"{text} ({translation})" if translation else text


def _stop_if(cancel: Flag | None) -> None:
    if cancel is not None and cancel.is_set():
        raise Cancelled("stopped")
