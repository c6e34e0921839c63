"""The assistant: question -> understand -> search -> evidence -> model -> citations checked -> answer."""

from __future__ import annotations

import time
from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import replace
from threading import Event as Flag
from typing import Literal

from assistant import answerable, claims, evidence, overview, phrases, prices
from assistant.asking import asks_for_list, asks_when, gives_of_the_named
from assistant.citations import Checked
from assistant.digest import digest
from assistant.errors import ModelFailed, ModelUnavailable
from assistant.fitting import fits
from assistant.inquiry import READ, Clock, Likeness, Searched
from assistant.models import extractive
from assistant.models.base import ChatModel, Reply
from assistant.overview import Mentions, Summary
from assistant.question import Question, detect, understand
from assistant.reading import Reading
from assistant.schema import Answer, Done, Event, Evidence, Found, Notice, Progress, Usage
from assistant.searching import Searching
from assistant.sentences import BLANK
from assistant.settings import Settings
from assistant.straying import strays
from assistant.telling import rests_on
from assistant.writing import Writer
from vectorstore.characters import has_han
from vectorstore.explain import Trace
from vectorstore.library import Library
from vectorstore.schema import Report

DIGEST = 900
"""Characters that stand for a whole report; four times as many where a large model reads them."""
_FAR, _FAR_ENGLISH = 0.855, 0.77
"""Cosine (e5) of the nearest passage below which a question is about something else than the library: the
lowest of 148 questions about five reports was .857, and .775 for English ones without a translation."""

AskedLanguage = Literal["auto", "zh", "en"]


class Assistant:
    """Answers questions over a library. Safe to use from several threads; keeps no state but that it was `asked`."""

    def __init__(
        self,
        library: Library,
        model: ChatModel | None,
        settings: Settings,
        successors: Sequence[ChatModel | None] = (),
    ) -> None:
        """`model` None means extractive: no model at all. `successors` take over, in order, from one that fails."""
        self.library = library
        self.model = model
        self.settings = settings
        self.successors = tuple(successors)
        self.asked = Flag()
        self._prices = prices.table(settings.prices)

    @property
    def model_name(self) -> str:
        """What an answer's record says wrote it."""
        return _name(self.model)

    @property
    def _searching(self) -> Searching:
        return Searching(self.library, self.model, self.settings)

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
        clock = Clock()
        self.asked.set()
        asked = understand(question, history, language)
        known = self._searching.within(reports)
        task = overview.task(asked, known)
        if isinstance(task, Mentions):
            yield from self._mentions(asked, task, known, clock, cancel)
            return
        if isinstance(task, Summary):
            searched = Searched(asked, (asked.text,), (), Usage(), overview.REQUEST[asked.lang], task.report)
        else:
            searched = yield from self._searching.search(asked, clock, cancel, reports)
        models, notices = (self.model, *self.successors), list[str]()
        reply = Reply(usage=searched.usage)
        for place, model in enumerate(models, start=1):
            try:
                yield Done((yield from self._written(model, searched, clock, cancel, reply, notices)))
                return
            except (ModelFailed, ModelUnavailable) as error:
                if place == len(models):
                    raise
                notices.append(phrases.failed(_name(model), _name(models[place]), str(error), asked.lang))
                yield Notice(notices[-1])

    def _written(
        self,
        model: ChatModel | None,
        searched: Searched,
        clock: Clock,
        cancel: Flag | None,
        reply: Reply,
        notices: list[str],
    ) -> Generator[Event, None, Answer]:
        """The answer as one backend writes it; `notices` may grow. Raises `ModelFailed` or `ModelUnavailable`."""
        likeness = Likeness(self.library.embedder)
        chosen = self._evidence(searched, model, likeness)
        yield Found(tuple(chosen))
        checked = near = None
        if model is not None:
            yield Progress("reading")
        if chosen and (searched.report or self._is_close(searched)):
            writer = Writer(
                searched, chosen, model, self.library, likeness, clock,
                self.settings.unsupported, self.settings.read_chars, self.settings.second_look, cancel, reply, notices,
                "summary" if searched.report else "answer",
            )  # fmt: skip
            first = answerable.beforehand(searched.question.standalone, searched.several)
            if not first or self._answerable(searched, model, likeness, cancel, reply):
                checked = yield from writer.write()
            cited = [item for item in writer.chosen if rests_on(checked, item)] if checked else []
            alone = not (searched.report or searched.several)  # else other things are told on purpose
            if checked and alone and model is not None and model.small:
                asked, publishers = searched.question.standalone, "\n".join(self._searching.publishers())
                checked = None if strays(asked, checked, cited, publishers) else checked
            if checked and not first and not self._answerable(searched, model, likeness, cancel, reply, cited):
                checked = None
            if checked is None and not searched.report:
                near = yield from writer.nearest()
        if searched.report:
            searched = replace(searched, hits=tuple(item.hit for item in chosen))
        answer = self._answer(searched, checked, clock, reply.usage, near)
        price = self._prices.get(_name(model))
        cost = price.of(answer.usage) if price else None
        return replace(answer, model=_name(model), notices=tuple(notices), cost=cost)

    def _mentions(
        self, asked: Question, task: Mentions, reports: Sequence[Report], clock: Clock, cancel: Flag | None
    ) -> Iterator[Event]:
        """Which reports mention something: from the search alone, no model has to write it."""
        yield Progress("searching")
        found = overview.mentioning(self.library, task.what, reports, cancel)
        clock.retrieve = time.perf_counter() - clock.began
        yield Found(tuple(found))
        checked = overview.listed(task, found, asked.lang, self.library)
        clock.first_word()
        searched = Searched(asked, (task.what,), tuple(item.hit for item in found), Usage())
        answer = replace(self._answer(searched, checked, clock, Usage()), model=extractive.NAME)
        yield Done(answer if checked or not reports else replace(answer, text=overview.none(task, asked.lang)))

    def answer(self, question: str, history: Sequence[str] = (), language: AskedLanguage = "auto") -> Answer:
        """The whole answer at once; errors as in `ask`."""
        for event in self.ask(question, history, language):
            if isinstance(event, Done):
                return event.answer
        raise AssertionError("ask() ends with Done")

    def retrieve(
        self,
        question: str,
        history: Sequence[str] = (),
        language: AskedLanguage = "auto",
        trace: Trace | None = None,
    ) -> Answer:
        """The ranking alone, in an answer without words; the question is translated as for an answer.

        `trace` is filled with how it came about.
        """
        clock = Clock()
        asked = understand(question, history, language)
        searched = _last(self._searching.search(asked, clock, None, None, trace))
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

    def _answerable(
        self,
        searched: Searched,
        model: ChatModel | None,
        likeness: Likeness,
        cancel: Flag | None,
        reply: Reply,
        cited: Sequence[Evidence] = (),
    ) -> bool:
        """Whether the evidence holds what is asked: a report as a whole always does. Where an answer is written, and
        rests on none of what bears most on the question, what it has `cited` is judged.
        """
        if searched.report or model is None or not model.small:
            return True
        question, judged = self._judged(searched, likeness)
        if cited and not any(one.meets(other) for one in cited for other in judged):
            judged = evidence.narrowed(cited, searched.ways, answerable.BUDGET, similarity=likeness)
        asked = searched.question.standalone
        return answerable.holds(asked, question, judged, model, several=searched.several, cancel=cancel, reply=reply)

    def _judged(self, searched: Searched, likeness: Likeness) -> tuple[str, list[Evidence]]:
        """What a small model judges: the question in the language of the evidence, and the best of it."""
        best = evidence.choose(
            searched.read, searched.ways, answerable.BUDGET,
            similarity=likeness, sides=searched.sides.ids, picked=searched.picked,
        )  # fmt: skip
        dated = any(map(asks_when, searched.ways))  # the year in such a question is the report's, or what is asked
        judged = answerable.telling([item for item in best if dated or fits(searched.ways, item.text)] or best)
        return searched.asked_in("zh" if judged and has_han(judged[0].text) else "en"), judged

    def doubt(self, question: str, history: Sequence[str] = ()) -> float | None:
        """How far the log-odds that the evidence holds what is asked lie below what is wanted of them.

        Above 0 nothing would be written. None without a small model. For measuring (`eval.doubts`).
        """
        if self.model is None or not self.model.small:
            return None
        asked = understand(question, history)
        searched = _last(self._searching.search(asked, Clock(), None, None))
        text, judged = self._judged(searched, Likeness(self.library.embedder))
        found = answerable.odds(text, judged, self.model) if judged else None
        return None if found is None else answerable.least(asked.standalone, searched.several) - found

    def reading(self, question: str, history: Sequence[str] = ()) -> tuple[list[str], list[str], list[str]]:
        """The texts of the passages considered for a question, of the evidence chosen from them, and of that which
        the model reads, in its order. For measuring (`eval.reading`).
        """
        searched = _last(self._searching.search(understand(question, history), Clock(), None, None))
        likeness = Likeness(self.library.embedder)
        chosen = self._evidence(searched, self.model, likeness)
        read: Sequence[Evidence] = chosen
        if self.model is not None:
            chars = self.settings.read_chars
            read = Reading(searched, self.model, likeness, "answer", chars, None, Reply()).read(chosen)
        passages = [hit.passage.clean for hit in searched.read]
        return passages, [item.text for item in chosen], [item.text for item in read]

    def _evidence(
        self, searched: Searched, model: ChatModel | None, likeness: Likeness
    ) -> list[Evidence]:
        hits = searched.read
        large = model is not None and not model.small
        if searched.report:
            return digest(self.library, searched.report, DIGEST * (4 if large else 1))
        if large:
            first = searched.sides.first  # whatever the budget holds: everybody is heard
            hits = (*first, *(hit for hit in hits if hit not in first))
            return evidence.whole(hits, self.settings.evidence_tokens, least=len(first), measure=evidence.tokens)
        budget = self.settings.evidence_chars if model else self.settings.extract_chars
        return evidence.choose(
            hits, searched.ways, budget, similarity=likeness, sides=searched.sides.ids,
            gives=lambda text: gives_of_the_named(searched.ways, text) and fits(searched.ways, text),
            listed=any(map(asks_for_list, searched.ways)),
            picked=searched.picked,
        )  # fmt: skip

    def _is_close(self, searched: Searched) -> bool:
        """Whether anything found is about the question at all; what is not is refused without asking a model."""
        if self.library.embedder.name != "e5":
            return True  # the cosines below are those of the built-in model
        named = claims.names(searched.question.text)
        if any(claims.names_absent(named, hit.text) != named for hit in searched.hits[:READ]):
            return True  # "What is RAG?" says too little for its cosine to be high
        nearest = max((hit.similarity for hit in searched.hits), default=0.0)
        across = detect(searched.question.text) == "en" and searched.translation is None
        return nearest >= (_FAR_ENGLISH if across else _FAR)

    def _answer(
        self,
        searched: Searched,
        checked: Checked | None,
        clock: Clock,
        usage: Usage,
        near: Checked | None = None,
    ) -> Answer:
        """The answer as a record; a refusal where `checked` holds nothing, with what comes nearest."""
        asked = searched.question
        refused = checked is None or not checked.text
        if checked is None or refused:
            empty = not self.library.reports()
            sorry = (phrases.EMPTY if empty else phrases.REFUSED)[asked.lang]
            checked = replace(near, text=sorry + BLANK[asked.lang] + near.text) if near else Checked(sorry, (), ())
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


def _name(model: ChatModel | None) -> str:
    return model.name if model else extractive.NAME


def _last(steps: Generator[Event, None, Searched]) -> Searched:
    """What a search returns when all of its steps have been taken."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            found: Searched = done.value
            return found
