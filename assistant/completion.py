"""Completing a small model's answer: what the evidence tells most plainly and the answer left out.

A small model answers one part of a question and forgets the other, or words what it read so loosely that
the check takes it out. The sentences of the evidence that bear most on the question then follow the model's
own, with their marks, unless the answer already says what they do.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from assistant import claims
from assistant.alignment import find, same
from assistant.citations import Checked, locate
from assistant.evidence import Similarity, is_sentence, sentences_of, weigh, without_notes
from assistant.marks import normal, without_marks
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
_SEVERAL = re.compile(
    r"分别|各自|各[有占是为列]|以及|[和与及、]|哪些|哪几|哪[三四五六]|[几两三四五六]个|[?？].+[?？]|什么|怎么|如何|哪[家个些]"
    r"|\b(?:and|or|respectively|each|both|two|three|four|five|versus|vs|compared?|list|what|which|why)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"多少|多大|多高|几|比例|占比|\bhow (?:many|much|large|big|far|fast|tall)\b", re.IGNORECASE
)
_IN_WORDS = re.compile(
    r"半|倍|翻|[零一二两三四五六七八九十百千]+[个家项种台人次层代]|[没无零]"
    r"|\b(?:half|twice|double|triple|quarter|none|no|one|two|three|four|five|six|seven|eight|nine|ten|dozens?)\b",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"哪|谁|什么|为何|怎么|如何|何时"
    r"|\b(?:which|who|what (?!share|percentage|proportion|size|amount)|why|where|when)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Telling:
    """A sentence of the evidence: whose, where in its text, and what it says on one line."""

    item: Evidence
    start: int
    end: int
    text: str


def wants_more(questions: Sequence[str], answer: str) -> bool:
    """Whether a question, in any of its forms, may ask for more than an answer gives."""
    if not numbers(answer) and any(map(_NUMBER.search, questions)):
        return True
    return any(map(_SEVERAL.search, questions))


def asks_for_figures(questions: Sequence[str]) -> bool:
    """Whether a question, in all of its forms, asks how much and nothing else."""
    return all(map(_NUMBER.search, questions)) and not any(map(_OTHER.search, questions))


def gives_a_figure(answer: str) -> bool:
    """Whether an answer tells how much at all; a year or a date does not."""
    return bool(find(without_marks(answer)) or _IN_WORDS.search(answer))


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
