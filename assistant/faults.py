"""Replies of a chat model that are no answer at all: nothing, noise, one thing over and over, the prompt itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

from assistant.marks import without_marks
from assistant.models.base import Message
from vectorstore.schema import Lang

Fault = Literal["", "empty", "garbled", "endless", "echo", "language"]

_RUN = re.compile(r"(.{1,40}?)\1{7,}", re.DOTALL)
"""The same up to 40 characters eight times in a row."""
_LONGEST_RUN = 24
"""Characters that a run has to cover: `......` and a ruled line are none."""
_BROKEN = 0.05
"""The share of characters that stand for bytes which were none, or that no page shows, which makes noise."""
_RULE = 12
"""Characters of a line of the instructions that no answer holds by chance."""
_WORD = re.compile(r"[^\W\d_]")
_LATIN = re.compile(r"[A-Za-z]")
_LATIN_WORDS = re.compile(r"[A-Za-z]+")
_FEW = 5
_HAN = re.compile(r"[\u3400-\u9fff]")


def fault(reply: str, messages: Sequence[Message], lang: Lang) -> Fault:
    """What makes a reply useless as an answer in `lang` to these messages; '' for nothing."""
    text = without_marks(reply).strip()
    if not re.search(r"\w", text):
        return "empty"
    if sum(map(_noise, text)) > _BROKEN * len(text):
        return "garbled"
    if endless(text):
        return "endless"
    if _echoes(text, messages):
        return "echo"
    return "" if in_language(text, lang) else "language"


def endless(text: str) -> bool:
    """Whether a text says the same few characters over and over."""
    return any(
        len(run[0]) >= _LONGEST_RUN and re.search(r"\w", run[0]) is not None for run in _RUN.finditer(text)
    )


def in_language(text: str, lang: Lang) -> bool:
    """Whether an answer is in its language: Chinese at all, or English with hardly any Chinese.

    Words of other scripts (Cyrillic, kana, Arabic) are in neither; figures and names alone fit both.
    """
    words, han, latin = (len(kind.findall(text)) for kind in (_WORD, _HAN, _LATIN))
    if 2 * (words - han - latin) > words:
        return False
    return han > 0 or not words if lang == "zh" else 10 * han <= latin


def spoken_in(sentence: str, lang: Lang) -> bool:
    """Whether a sentence of an answer can stay in one in `lang`: it is in that language, with no Chinese in English;
    a few words in Latin letters alone, which are names, can stay in Chinese.
    """
    if lang == "en":
        return in_language(sentence, lang) and not _HAN.search(sentence)
    names = len(_LATIN_WORDS.findall(sentence)) < _FEW and len(_LATIN.findall(sentence)) == len(_WORD.findall(sentence))
    return in_language(sentence, lang) or names


def _noise(character: str) -> bool:
    return character == "\ufffd" or (
        unicodedata.category(character) in ("Cc", "Cn", "Co", "Cs") and character not in "\n\t\r"
    )


def _echoes(text: str, messages: Sequence[Message]) -> bool:
    """Whether a reply repeats the instructions rather than following them."""
    told = "\n".join(message.content for message in messages if message.role == "system")
    rules = (line.strip().lstrip("0123456789.、 ") for line in told.split("\n"))
    return any(rule in text for rule in rules if len(rule) >= _RULE)
