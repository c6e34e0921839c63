"""The assistant: question -> understand -> search -> evidence -> model -> citations checked -> answer."""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Event as Flag
from typing import Literal

import numpy as np

import prompts
from assistant import citations, claims, evidence, phrases
from assistant.citations import Checked
from assistant.completion import LONGEST, LONGEST_TO_CARRY, completed, instead
from assistant.crossing import NO_CHINESE, carry, gathered, marked, readable
from assistant.errors import Cancelled
from assistant.marks import MarkParser, without_marks
from assistant.models import extractive
from assistant.models.base import ChatModel, Message, Reply
from assistant.question import Question, detect, queries, translate, understand
from assistant.repetition import looping, without_repeats
from assistant.schema import (
    Answer,
    Done,
    Event,
    Evidence,
    Found,
    Progress,
    Sentence,
    Timing,
    Token,
    Usage,
)
from assistant.settings import Settings
from vectorstore.characters import has_han
from vectorstore.library import Library
from vectorstore.schema import Hit, Lang

CANDIDATES = 40
"""Passages in the final ranking; well over the 6,000 characters that evaluation looks at."""
READ = 10
"""Passages whose sentences are considered as evidence."""
_FAR, _FAR_ENGLISH = 0.855, 0.77
"""Cosine (e5) of the nearest passage below which a question is about something else than the library: the
lowest of 148 questions about five reports was .857, and .775 for English ones without a translation."""

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
        checked: Checked | None = None
        if chosen and self._is_close(searched):
            checked = yield from self._written(searched, chosen, clock, cancel, reply)
        yield Done(self._answer(searched, checked, clock, reply.usage))

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
        named = claims.names(searched.question.text)
        if any(claims.names_absent(named, hit.text) != named for hit in searched.hits[:READ]):
            return True  # "What is RAG?" says too little for its cosine to be high
        nearest = max((hit.similarity for hit in searched.hits), default=0.0)
        across = detect(searched.question.text) == "en" and searched.translation is None
        return nearest >= (_FAR_ENGLISH if across else _FAR)

    def _similarity(self, queries: Sequence[str], texts: Sequence[str]) -> np.ndarray:
        embedder = self.library.embedder
        return np.asarray(embedder.queries(list(queries)) @ embedder.documents(list(texts)).T)

    def _written(
        self,
        searched: _Searched,
        chosen: Sequence[Evidence],
        clock: _Clock,
        cancel: Flag | None,
        reply: Reply,
    ) -> Generator[Event, None, Checked | None]:
        """The answer, written and checked; None when the evidence does not answer."""
        lang = searched.question.lang
        if self.model is None:
            draft = extractive.write(chosen, lang)
            clock.first_word()
            yield Token(draft)
            return self._checked(draft, chosen, searched, searched.question.standalone, lang)
        yield Progress("reading")
        if self._crosses(searched, chosen):
            return (yield from self._write_across(searched, chosen, clock, cancel, reply))
        draft = ""
        text = _in_context(searched.question, searched.translation)
        for piece in self._draft(text, lang, chosen, cancel, reply):
            if not draft:
                clock.first_word()
                yield Progress("writing")
            draft += piece
            yield Token(piece)
        _stop_if(cancel)
        yield Progress("checking")
        draft = without_repeats(draft)
        checked = self._checked(draft, chosen, searched, searched.question.standalone, lang)
        if checked and not _in_language(checked.text, lang):
            checked = gathered(
                list(carry(checked, lang, self.model, cancel=cancel, reply=reply)), checked.citations, lang
            )
        return checked

    def _checked(
        self, draft: str, chosen: Sequence[Evidence], searched: _Searched, question: str, lang: Lang
    ) -> Checked | None:
        """The draft checked; a small model's is completed from the evidence, or replaced where only its
        wording failed; None when it is a refusal or nothing of it is left.
        """
        if phrases.is_refusal(draft) or not re.search(r"\w", without_marks(draft)):
            return None
        checked = self._check(draft, chosen, question, lang)
        if self.model is not None and self.model.small and _in_language(draft, lang):
            same = [item for item in chosen if has_han(item.text) == (lang == "zh")]
            longest = LONGEST if lang == searched.question.lang else LONGEST_TO_CARRY
            bearing = same, searched.ways, self._similarity, longest
            if checked.text:
                more = draft + completed(checked, draft, *bearing)
            else:
                more = "" if checked.contradicted else instead(*bearing)
            if more not in ("", draft):
                checked = self._check(more, chosen, question, lang)
        return checked if checked.text.strip() else None

    def _crosses(self, searched: _Searched, chosen: Sequence[Evidence]) -> bool:
        """Whether a small model is to write English from mostly Chinese evidence: better in two steps."""
        if self.model is None or not self.model.small or not searched.translation:
            return False
        chinese = sum(len(item.text) for item in chosen if has_han(item.text))
        return searched.question.lang == "en" and 2 * chinese >= sum(len(item.text) for item in chosen)

    def _write_across(
        self,
        searched: _Searched,
        chosen: Sequence[Evidence],
        clock: _Clock,
        cancel: Flag | None,
        reply: Reply,
    ) -> Generator[Event, None, Checked | None]:
        """Write and check in Chinese, then carry what stood the check into English."""
        assert self.model is not None
        # With the original beside it, a poor translation misleads the model less.
        question = f"{searched.translation}（{searched.question.text}）"
        draft = without_repeats("".join(self._draft(question, "zh", chosen, cancel, reply)))
        _stop_if(cancel)
        yield Progress("checking")
        checked = self._checked(draft, chosen, searched, question, "zh")
        if checked is None:
            return None
        yield Progress("writing")
        sentences: list[Sentence] = []
        for sentence in carry(checked, "en", self.model, cancel=cancel, reply=reply):
            clock.first_word()
            yield Token((" " if sentences else "") + marked(sentence))
            sentences.append(sentence)
        _stop_if(cancel)
        return gathered(sentences, checked.citations, "en") if sentences else None

    def _draft(
        self, question: str, lang: Lang, chosen: Sequence[Evidence], cancel: Flag | None, reply: Reply
    ) -> Iterator[str]:
        """The model's answer as it is written, its marks in normal form."""
        assert self.model is not None
        lines = evidence.prompt_lines(chosen, lambda text: readable(text, lang))
        messages = [
            Message(role, content)
            for role, content in prompts.load("answer", lang).render(question=question, evidence=lines)
        ]
        grammar = NO_CHINESE if lang == "en" and self.model.small else None
        parser = MarkParser({item.n for item in chosen})
        written = ""
        for piece in self.model.stream(messages, max_tokens=320, grammar=grammar, cancel=cancel, reply=reply):
            if ready := parser.feed(piece):
                yield ready
            written += piece
            if re.search(r"[。.]", piece) and looping(written):
                return
        if rest := parser.close():
            yield rest

    def _check(self, draft: str, chosen: Sequence[Evidence], question: str, lang: Lang) -> Checked:
        """The draft checked against its evidence, without what it says of not finding anything."""
        return citations.check(
            phrases.without_refusals(draft),
            chosen,
            question=question,
            lang=lang,
            similarity=self._similarity,
            report_text=self.library.text,
            unsupported=self.settings.unsupported,
            page_at=self.library.page_at,
        )

    def _answer(self, searched: _Searched, checked: Checked | None, clock: _Clock, usage: Usage) -> Answer:
        asked = searched.question
        refused = checked is None or not checked.text
        if checked is None or refused:
            empty = not self.library.reports()
            checked = Checked((phrases.EMPTY if empty else phrases.REFUSED)[asked.lang], (), ())
        return Answer(
            question=asked.text,
            lang=asked.lang,
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


def _in_language(text: str, lang: Lang) -> bool:
    """Whether an answer is in the language asked for: Chinese at all, or English with hardly any Chinese."""
    han = len(re.findall(r"[\u3400-\u9fff]", text))
    return han > 0 if lang == "zh" else 10 * han <= len(re.findall(r"[A-Za-z]", text))


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
