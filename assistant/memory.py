"""What a conversation asked before, for a model that can use it: follow-ups made to stand alone within a budget.

A large model rewrites a follow-up from all earlier questions. Where they pass the budget, the oldest are summarised
and the newest stay word for word. A small model does this badly: for it code puts the questions before a follow-up
in front of it (`assistant.question`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from threading import Event

from assistant.errors import WenjuError
from assistant.evidence import tokens
from assistant.models.base import ChatModel, Reply, prompted
from assistant.quantities import unsupported_numbers
from assistant.question import LONGEST, Question, detect, leans
from vectorstore.schema import Lang

_LONGEST_REPLY = 200
"""Tokens of a summary, and of a question written anew."""


def standing(
    question: Question,
    model: ChatModel,
    budget: int,
    *,
    cancel: Event | None = None,
    reply: Reply | None = None,
) -> Question:
    """A follow-up with a standalone form that the model wrote from the questions before it, which take at most
    `budget` tokens; the question as it is where it follows nothing, the model is small, or what it wrote is no
    question in that language or brings a number that nobody asked about.
    """
    if model.small or not question.history or not leans(question.text):
        return question
    lang = detect(question.text)
    try:
        earlier = recall(question.history, model, budget, lang, cancel=cancel, reply=reply)
        text = _said("standalone", lang, model, cancel, reply, earlier=earlier, question=question.text)
    except WenjuError:
        if cancel is not None and cancel.is_set():
            raise
        return question
    known = [question.text, *question.history]
    if not text or len(text) > LONGEST or detect(text) != lang or unsupported_numbers(text, known):
        return question
    return replace(question, standalone=text)


def recall(
    earlier: Sequence[str],
    model: ChatModel,
    budget: int,
    lang: Lang,
    *,
    cancel: Event | None = None,
    reply: Reply | None = None,
) -> str:
    """The earlier questions, one a line, oldest first, in at most `budget` tokens: the newest as they were asked,
    those before them summarised by the model. Raises what the model raises.
    """
    if tokens("\n".join(earlier)) <= budget:
        return "\n".join(earlier)
    kept: list[str] = []
    for text in reversed(earlier):
        if tokens("\n".join([text, *kept])) > budget // 2:
            break
        kept.insert(0, text)
    oldest = earlier[: len(earlier) - len(kept)]
    # What is to be summarised has to fit, too; of a conversation without end the beginning is let go.
    while len(oldest) > 1 and tokens("\n".join(oldest)) > 4 * budget:
        oldest = oldest[1:]
    summary = _said("recap", lang, model, cancel, reply, questions="\n".join(oldest))
    return "\n".join([_shortened(summary, budget - tokens("\n".join(kept)) - 1), *kept])


def _said(
    task: str, lang: Lang, model: ChatModel, cancel: Event | None, reply: Reply | None, **values: str
) -> str:
    """The model's reply to a prompt, on one line."""
    messages = prompted(task, lang, **values)
    pieces = model.stream(messages, max_tokens=_LONGEST_REPLY, cancel=cancel, reply=reply)
    return " ".join("".join(pieces).split())


def _shortened(text: str, most: int) -> str:
    """The beginning of a text, at most so many tokens."""
    while text and tokens(text) > most:
        text = text[: len(text) * 3 // 4]
    return text
