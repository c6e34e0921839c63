"""Understanding a question: its language, a standalone form for searching, its translation."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Literal

import prompts
from assistant import claims, names
from assistant.errors import BadQuestion, WenjuError
from assistant.models.base import ChatModel, Message, Reply
from assistant.quantities import restate
from vectorstore.schema import Lang, Query

LONGEST = 2000
"""Characters of a question that are used; longer ones are refused with a sentence."""

_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_LATIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-.&][A-Za-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Question:
    """A question ready to be searched. `standalone` makes sense without the history."""

    text: str
    lang: Lang
    standalone: str
    history: tuple[str, ...] = ()


def understand(
    text: str, history: Sequence[str] = (), language: Literal["auto", "zh", "en"] = "auto"
) -> Question:
    """Check a question and find its language; raises `BadQuestion` with one sentence.

    The language of the answer is `language`, or that of the question when `auto`.
    """
    text = " ".join(text.split())
    if not text:
        raise BadQuestion("the question is empty; ask something about the reports")
    if len(text) > LONGEST:
        raise BadQuestion(f"the question has {len(text):,} characters; the limit is {LONGEST:,}: shorten it")
    if not re.search(r"\w", text):
        raise BadQuestion(f"the question {text[:20]!r} holds no word; ask something about the reports")
    earlier = tuple(" ".join(turn.split())[:LONGEST] for turn in history if turn.strip())
    standalone = f"{earlier[-1]} {text}" if earlier else text
    return Question(text, detect(text) if language == "auto" else language, standalone, earlier)


def detect(text: str) -> Lang:
    """Chinese when Chinese characters carry the question, else English (`GPT-4的参数` is Chinese)."""
    han = len(_HAN.findall(text))
    return "zh" if han and han * 2 >= len(_LATIN_WORD.findall(text)) else "en"


def queries(
    question: Question, translation: str | None, terms: Callable[[str], Mapping[str, str]] | None = None
) -> list[Query]:
    """The ways a question is searched: as asked, with the question before it, and translated.

    Without a chat model the names and terms known in both languages stand in for the translation, those
    among them that the library's reports explain themselves: `terms` finds these, foreign -> Chinese.
    """
    asked = detect(question.text)
    ways = [Query(question.text, asked)]
    if question.history:
        ways = [Query(question.standalone, asked)]
    other: Lang = "en" if asked == "zh" else "zh"
    if translation:
        ways = [Query(way.text, way.lang, way.weight * 0.5) for way in ways]
        ways.append(Query(translation, other))
    elif asked == "en":
        known = {**(terms(question.standalone) if terms else {}), **names.chinese_in(question.standalone)}
        figures = re.findall(
            r"[A-Za-z]+-?\d[\w.-]*\w|\d[\w.,%]*[\w%]|[A-Z][A-Za-z-]*[A-Z]\w*", question.standalone
        )
        if known:
            ways.append(Query(" ".join(dict.fromkeys([*known.values(), *figures])), "zh"))
    return ways


def translate(
    question: Question, model: ChatModel, *, cancel: Event | None = None, reply: Reply | None = None
) -> str | None:
    """The question in the other language, standalone, by the chat model; None when the model fails."""
    target: Lang = "zh" if detect(question.text) == "en" else "en"
    named = names.in_chinese if target == "zh" else names.in_english
    asked = named(restate(question.standalone, target))
    messages = [
        Message(role, text) for role, text in prompts.load("translate", target).render(question=asked)
    ]
    grammar = _chinese_but(asked) if target == "zh" and model.small else None
    try:
        pieces = model.stream(messages, max_tokens=120, grammar=grammar, cancel=cancel, reply=reply)
        text = "".join(pieces).strip().split("\n")[0].strip()
    except WenjuError:
        if cancel is not None and cancel.is_set():
            raise
        return None
    return text if text and (detect(text) == target) else None


def _chinese_but(text: str) -> str:
    """GBNF for Chinese in which only the names of `text` stay in Latin letters: a small model leaves
    English words that it finds hard where they are, and no Chinese report holds them.
    """
    known = claims.names(text)
    kept = dict.fromkeys(word for word in _LATIN_NAME.findall(text) if claims.squeezed(word) in known)
    words = " | ".join(f'"{word}"' for word in ["AI", *kept])
    return f"root ::= ([^A-Za-z\\n] | name)+\nname ::= {words}"
