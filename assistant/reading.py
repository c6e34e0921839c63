"""What a model reads to answer a question, in which order, and what it says to that."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Event as Flag
from typing import Literal

from assistant import evidence
from assistant.asking import asks_for_list, asks_of_each, asks_why
from assistant.cells import asked_of_rows, of_asked_years
from assistant.crossing import NO_CHINESE, readable
from assistant.faults import endless
from assistant.inquiry import Searched
from assistant.marks import MarkParser
from assistant.models.base import ChatModel, Message, Reply, prompted
from assistant.relevance import Similarity
from assistant.repetition import TIMES, TIMES_IN_ROWS, looping
from assistant.schema import Evidence
from vectorstore.schema import Lang

Task = Literal["answer", "summary"]

LONGEST, LONGEST_OF_A_LARGE = 320, 1200
"""Tokens of a model's reply; a large one lists all items and writes tables."""
_LOOKED_AT = 320
"""Characters at the end of a reply in which circles are looked for."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One model before the evidence chosen for one question; `chars` is what a small one reads of it."""

    searched: Searched
    model: ChatModel
    similarity: Similarity
    task: Task
    chars: int
    cancel: Flag | None
    reply: Reply

    def read(self, chosen: Sequence[Evidence]) -> Sequence[Evidence]:
        """The evidence that the model reads: of a small one's the best, unless it is to enumerate or to compare; every
        token of a prompt is waited for, and the rest still completes the answer. The best piece comes last, right
        before the question, where a small model looks; several reports come in the order in which they are heard. Rows
        that a superlative picked are the whole answer, in their order, but for reasons.
        """
        ways = self.searched.ways
        if self.task == "summary" or not self.model.small:
            return chosen
        rows = self.searched.rows_in(chosen)
        if rows and not any(map(asks_why, ways)):
            return rows
        if self.searched.several:
            heard = self.searched.read
            return sorted(chosen, key=lambda item: (heard.index(item.hit), item.start))
        if any(asks_for_list(way) or asks_of_each(way) for way in ways):
            return chosen[::-1]
        parts = evidence.narrowed(chosen, ways, self.chars, similarity=self.similarity)
        return sorted(parts, key=lambda item: (-item.n, item.start))

    def messages(self, question: str, lang: Lang, read: Sequence[Evidence]) -> list[Message]:
        """The prompt: the rules of the task, what is `read` and the question."""
        # A model that reads well lists, compares and says who said what; a small one is better kept to the question.
        large = not self.model.small
        ways = () if large or self.task == "summary" else self.searched.ways  # nothing is cut from what is read whole

        def told(text: str) -> str:
            return readable(asked_of_rows(of_asked_years(text, ways), ways), lang)

        lines = evidence.prompt_lines(read, told, once=not large)
        task = "full" if self.task == "answer" and large else self.task
        return prompted(task, lang, question=question, evidence=lines)

    def said(self, messages: Sequence[Message], lang: Lang, given: Mapping[int, int]) -> Iterator[str]:
        """The model's reply as it is written, the marks of what it was `given` in normal form and others dropped; one
        that goes in circles is ended.
        """
        small = self.model.small
        parser = MarkParser(given)
        written = ""
        said = self.model.stream(
            messages, max_tokens=LONGEST if small else LONGEST_OF_A_LARGE,
            grammar=NO_CHINESE if lang == "en" and small else None, cancel=self.cancel, reply=self.reply,
        )  # fmt: skip
        for piece in said:
            if ready := parser.feed(piece):
                yield ready
            written += piece
            circling = re.search(r"[。.]", piece) and looping(written, times(self.model))
            if circling or endless(written[-_LOOKED_AT:]):
                return
        if rest := parser.close():
            yield rest


def times(model: ChatModel) -> int:
    """How often a sentence may come again with other figures: a large model writes tables."""
    return TIMES if model.small else TIMES_IN_ROWS
