"""Completing a small model's answer: what the evidence tells most plainly and the answer left out.

A small model answers one part of a question and forgets the other. Where a question asks for several things,
the sentences of the evidence that bear most on it are added after the model's own, with their marks, unless
the answer already says what they do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant import claims
from assistant.evidence import Similarity, is_sentence, sentences_of, weigh, without_notes
from assistant.marks import normal
from assistant.quantities import numbers
from assistant.schema import Evidence

CONSIDERED = 3
"""How many of the most telling sentences are looked at."""
LONGEST = 240
"""Characters that may be added in all."""
_SAID = 0.7
_SEVERAL = re.compile(
    r"分别|各自|各[有占是为列]|以及|[和与及、]|哪些|哪几|哪[三四五六]|[几两三四五六]个|[?？].+[?？]|什么|怎么|如何|哪[家个些]"
    r"|\b(?:and|or|respectively|each|both|two|three|four|five|versus|vs|compared?|list|what|which|why)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"多少|多大|多高|几|比例|占比|\bhow (?:many|much|large|big|far|fast|tall)\b", re.IGNORECASE
)


def wants_more(question: str, answer: str) -> bool:
    """Whether a question may ask for more than an answer gives: several things, or a figure it lacks."""
    if _NUMBER.search(question) and not numbers(answer):
        return True
    return bool(_SEVERAL.search(question)) and len(numbers(answer)) < 8


def complete(
    draft: str, chosen: Sequence[Evidence], ways: Sequence[str], similarity: Similarity | None
) -> str:
    """What to add to a draft: sentences with marks, or nothing."""
    spans = [(item, start, end) for item in chosen for start, end in sentences_of(item.text)]
    # A heading above a sentence helps to find it and is no part of what it says.
    lines = [without_notes(item.text[start:end]).strip().rsplit("\n", 1)[-1] for item, start, end in spans]
    texts = [" ".join(line.split()) for line in lines]
    scores = weigh(texts, ways, similarity)
    ranked = sorted(range(len(texts)), key=lambda i: (-scores[i], i))[:CONSIDERED]
    added = ""
    for index in ranked:
        text = texts[index]
        if not is_sentence(text) or len(added) + len(text) > LONGEST or _says(draft + added, text):
            continue
        stop = text[-1] if text[-1] in "。！？.!?；;" else ""
        added += f"{text[: -1 if stop else None].rstrip()}{normal([spans[index][0].n])}{stop or '。'}"
    return added


def _says(answer: str, sentence: str) -> bool:
    """Whether an answer already holds a sentence's figures and names and most of its wording."""
    if numbers(sentence) - numbers(answer) or claims.names_absent(claims.names(sentence), answer):
        return False
    wanted = claims.grams(sentence)
    return len(wanted & claims.grams(answer)) >= _SAID * len(wanted)
