"""Completing a small model's answer: what the evidence tells most plainly and the answer left out.

A small model answers one part of a question and forgets the other. The sentences of the evidence that bear
most on the question are added after its own, with their marks, unless the answer already says what they do.
"""

from __future__ import annotations

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


def complete(
    draft: str, chosen: Sequence[Evidence], ways: Sequence[str], similarity: Similarity | None
) -> str:
    """What to add to a draft: sentences with marks, or nothing."""
    spans = [(item, start, end) for item in chosen for start, end in sentences_of(item.text)]
    texts = [" ".join(without_notes(item.text[start:end]).split()) for item, start, end in spans]
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
