"""Carrying a checked answer into the asker's language, sentence by sentence.

A small model reads Chinese reports far better in Chinese than in English, so it answers in the language of
the evidence; that answer is checked there, where wording can be compared, and only what stood the check is
translated. Code has put figures and known names into the other language beforehand, and looks afterwards
whether they survived: a sentence that lost or gained a number is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from threading import Event

import prompts
from assistant import names
from assistant.citations import Checked
from assistant.marks import normal, without_marks
from assistant.models.base import ChatModel, Message, Reply
from assistant.quantities import restate, unsupported_numbers
from assistant.schema import Citation, Sentence
from vectorstore.characters import has_han
from vectorstore.schema import Lang

NO_CHINESE = r"root ::= [^\u3000-\u303F\u3400-\u9FFF\uFF00-\uFFEF\n]+"
"""GBNF for an English reply: small models slip into Chinese."""


def readable(text: str, lang: Lang) -> str:
    """Text with its figures, and for English the names that are known, already in the language `lang`."""
    restated = restate(text, lang)
    return names.in_english(restated) if lang == "en" else restated


def carry(
    checked: Checked, lang: Lang, model: ChatModel, *, cancel: Event | None = None, reply: Reply | None = None
) -> Iterator[Sentence]:
    """The sentences of a checked answer in `lang`, as they are translated, marks and states kept."""
    prompt = prompts.load("carry", lang)
    grammar = NO_CHINESE if lang == "en" else None
    for sentence in checked.sentences:
        source = readable(sentence.text, lang)
        messages = [Message(role, text) for role, text in prompt.render(text=source)]
        said = model.stream(messages, max_tokens=200, grammar=grammar, cancel=cancel, reply=reply)
        text = " ".join(without_marks("".join(said)).split())
        if (
            text
            and has_han(text) == (lang == "zh")
            and not unsupported_numbers(text, [sentence.text, source])
        ):
            yield replace(sentence, text=text)


def marked(sentence: Sentence) -> str:
    """A sentence with its marks before its stop."""
    ending = re.search(r"[。！？；.!?;]+$", sentence.text)
    stem, stop = (sentence.text[: ending.start()], ending.group()) if ending else (sentence.text, "")
    space = " " if sentence.marks and not has_han(stem[-1:]) else ""
    return f"{stem}{space}{normal(sentence.marks)}{stop}"


def gathered(sentences: Sequence[Sentence], citations: Sequence[Citation], lang: Lang) -> Checked:
    """A checked answer of translated sentences: marks run 1..k again where a sentence was left out."""
    used = list(dict.fromkeys(n for sentence in sentences for n in sentence.marks))
    order = {n: place for place, n in enumerate(used, 1)}
    renumbered = tuple(replace(s, marks=tuple(order[n] for n in s.marks)) for s in sentences)
    cited = sorted((replace(c, n=order[c.n]) for c in citations if c.n in order), key=lambda c: c.n)
    text = ("" if lang == "zh" else " ").join(marked(sentence) for sentence in renumbered)
    return Checked(text, renumbered, tuple(cited))
