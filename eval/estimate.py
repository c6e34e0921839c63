"""What a run would take, before it is begun: the real prompts are counted and no model is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Any

from assistant.models.base import ChatModel, Message, Reply
from assistant.prices import Price
from assistant.schema import Usage
from eval.dataset import Question, quick

SAMPLE = 10
COMPLETION = 200  # tokens an answer is taken to have; translations are far shorter


@dataclass(frozen=True, slots=True)
class Estimate:
    """Tokens a question (means over the sample) and in all; `cost` in the currency of the prices."""

    questions: int
    sample: int
    calls: float
    prompt_tokens: float
    completion_tokens: float
    cost: float | None

    def __str__(self) -> str:
        total_in, total_out = (round(n * self.questions) for n in (self.prompt_tokens, self.completion_tokens))
        cost = "" if self.cost is None else f"; about {self.cost:.4g} in all at the prices given"
        return (
            f"{self.questions} questions, {self.calls:.1f} calls each: about {total_in:,} prompt tokens and at "
            f"most {total_out:,} answer tokens (counted on {self.sample} questions, no model asked){cost}"
        )


class Counting:
    """A chat model that answers nothing and counts what it is sent."""

    def __init__(self, model: ChatModel, count: Callable[[str], int]) -> None:
        self.name, self.small = model.name, model.small
        self._count = count
        self.calls = self.prompt_tokens = self.completion_tokens = 0

    def preload(self) -> None:
        """Nothing to load."""

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int = 400, grammar: str | None = None,
        cancel: Event | None = None, reply: Reply | None = None,
    ) -> Iterator[str]:
        """Count the messages and give a word that cites nothing."""
        self.calls += 1
        self.prompt_tokens += sum(self._count(message.content) + 4 for message in messages)
        self.completion_tokens += min(max_tokens, COMPLETION)
        yield "…"


    def odds(
        self, messages: Sequence[Message], words: tuple[str, str], *,
        cancel: Event | None = None, reply: Reply | None = None,
    ) -> float | None:
        """Count the messages of a small model's judgement, a word long."""
        if self.small:
            self.calls += 1
            self.prompt_tokens += sum(self._count(message.content) + 4 for message in messages)
            self.completion_tokens += 1
        return None


def estimate(
    questions: Sequence[Question], model: ChatModel | None, answerer: Callable[[Counting], Any],
    count: Callable[[str], int], price: Price | None = None,
) -> Estimate:
    """Ask a fixed sample with a model that only counts, and scale up.

    `answerer(model)` makes the assistant, `count(text)` counts tokens. Without a model nothing is sent.
    """
    if model is None:
        return Estimate(len(questions), 0, 0.0, 0.0, 0.0, 0.0 if price else None)
    sample = quick(questions, SAMPLE)
    counting = Counting(model, count)
    assistant = answerer(counting)
    for question in sample:
        assistant.answer(question.question, question.history)
    n = len(sample)
    calls, sent, said = (
        total / n for total in (counting.calls, counting.prompt_tokens, counting.completion_tokens)
    )
    cost = None
    if price:
        cost = len(questions) / n * price.of(Usage(counting.prompt_tokens, counting.completion_tokens))
    return Estimate(len(questions), n, calls, sent, said, cost)
