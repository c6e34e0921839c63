"""Completing a small model's answer: what the evidence tells most plainly and the answer left out.

A small model answers one part of a question and forgets the other, or words what it read so loosely that
the check takes it out. The sentences of the evidence that bear most on the question then follow the model's
own, with their marks, unless the answer already says what they do.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from assistant import claims
from assistant.alignment import find, same
from assistant.asking import asks_for_figures, wants_more
from assistant.citations import Checked, locate
from assistant.evidence import Similarity, is_sentence, sentences_of, weigh, without_notes
from assistant.marks import normal
from assistant.quantities import numbers
from assistant.schema import Evidence

CONSIDERED = 2
"""How many of the most telling sentences are looked at. Measured on 112 answered questions: with four, three
more were answered in full, but only .60 of all citations stood where they should; with two, .79.
"""
LONGEST, LONGEST_TO_CARRY = 320, 220
"""Characters that may be added in all; fewer when every sentence has to be translated, which takes seconds."""
_BESIDE = 0.6
"""How much less than the best sentence one may weigh and still bear on the question."""
_SAID = 0.7


@dataclass(frozen=True, slots=True)
class _Telling:
    """A sentence of the evidence: whose, where in its text, and what it says on one line."""

    item: Evidence
    start: int
    end: int
    text: str


def completed(
    checked: Checked,
    draft: str,
    chosen: Sequence[Evidence],
    ways: Sequence[str],
    similarity: Similarity | None,
    longest: int = LONGEST,
    sides: Collection[str] = (),
) -> str:
    """What to add to a draft of which `checked` stood: sentences with marks, or nothing.

    Nothing is needed when the question asks for one thing and the answer rests on the very sentence that
    bears most on it. Each report in `sides` is heard.
    """
    ranked = _ranked(chosen, ways, similarity, sides)
    whole = not checked.removed and not sides and not wants_more(ways, checked.text)
    if whole and ranked and (_cites(checked, ranked[0]) or _agrees(checked.text, ranked[0].text)):
        return ""
    # Asked for figures only, a sentence without a new one tells nothing.
    figures = not sides and asks_for_figures(ways)
    return _listed(ranked, draft, longest, figures)


def instead(
    chosen: Sequence[Evidence],
    ways: Sequence[str],
    similarity: Similarity | None,
    longest: int = LONGEST,
    sides: Collection[str] = (),
) -> str:
    """The evidence's own words in place of a draft of which nothing stood."""
    return _listed(_ranked(chosen, ways, similarity, sides), "", longest, False)


def _ranked(
    chosen: Sequence[Evidence], ways: Sequence[str], similarity: Similarity | None, sides: Collection[str]
) -> list[_Telling]:
    """The sentences that bear most on the question, best first, or the best of each side; headings are none."""
    spans = [(item, start, end) for item in chosen for start, end in sentences_of(item.text)]
    # A heading above a sentence helps to find it and is no part of what it says.
    lines = [without_notes(item.text[start:end]).strip().rsplit("\n", 1)[-1] for item, start, end in spans]
    texts = [" ".join(line.split()) for line in lines]
    scores = weigh(texts, ways, similarity)
    order = sorted(range(len(texts)), key=lambda i: (-scores[i], i))
    telling = [i for i in order if is_sentence(texts[i])]
    if sides:
        of = [spans[i][0].hit.report.id for i in telling]
        return [_Telling(*spans[i], texts[i]) for i in (telling[of.index(id)] for id in sides if id in of)]
    telling = [i for i in telling if scores[i] >= scores[telling[0]] - _BESIDE]
    return [_Telling(*spans[i], texts[i]) for i in telling[:CONSIDERED]]


def _listed(ranked: Sequence[_Telling], draft: str, longest: int, figures: bool) -> str:
    added = ""
    for sentence in ranked:
        text = sentence.text.rstrip("；;，, ")
        if len(added) + len(text) > longest or _says(draft + added, text):
            continue
        if figures and not numbers(text) - numbers(draft + added):
            continue
        stop = text[-1] if text[-1] in "。！？.!?" else ""
        added += f"\n- {text[: -1 if stop else None].rstrip()}{normal([sentence.item.n])}{stop or '。'}"
    return added.lstrip("\n") if not draft else added


def _cites(checked: Checked, sentence: _Telling) -> bool:
    """Whether a citation of the answer covers some of a sentence."""
    start, end = locate(sentence.item, sentence.start, sentence.end)
    report = sentence.item.hit.report.id
    return any(c.report == report and c.start < end and start < c.end for c in checked.citations)


def _agrees(answer: str, sentence: str) -> bool:
    """Whether an answer gives a figure (no date) that a sentence gives too."""
    return any(same(one, other) for one in find(answer) for other in find(sentence))


def _says(answer: str, sentence: str) -> bool:
    """Whether an answer already holds a sentence's figures and names and most of its wording."""
    if numbers(sentence) - numbers(answer) or claims.names_absent(claims.names(sentence), answer):
        return False
    wanted = claims.grams(sentence)
    return len(wanted & claims.grams(answer)) >= _SAID * len(wanted)
