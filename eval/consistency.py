"""Does an answer that says the key facts also say their opposite: a premise accepted, two facts swapped?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import permutations

from assistant import claims
from eval.dataset import Question, normalise
from eval.retrieval import Record
from eval.wording import MARK

ACCEPTED = 0.6
"""The share of a sentence's wording that the question holds, from which the sentence repeats the question."""
ACCEPTED_CLAUSE, _CLAUSE = 0.7, 6
"""The same of a clause of so many words."""
_LEAD_IN = (":", "：")
_FIGURE = re.compile(r"\d")
_IN_ORDER = re.compile(r"\brespectively\b|分别|依次", re.IGNORECASE)


def contradiction(record: Record, question: Question) -> str:
    """What the answer says against the reference, in words; "" when nothing is found.

    Two things are looked for, which in answers read by people were what key facts cannot see: a sentence that
    repeats a false premise before anything corrects it, and a key fact said of what the reference says another
    key fact of. Where reports disagree nothing is: there two figures are said of one thing.
    """
    said = [item["text"] for item in record.get("sentences") or ()] or [record.get("answer", "")]
    sentences = [MARK.sub(" ", text) for text in said]
    if question.type == "false_premise":
        return _accepted(sentences, question)
    if question.type == "conflict":
        return ""
    return next(_swapped(sentences, question), "")


def _accepted(sentences: Sequence[str], question: Question) -> str:
    """The sentence that repeats the question's premise before the first key fact, which is the correction; or the
    clause of a sentence, which has to say hardly anything else and to deny nothing.
    """
    correction, asked = question.key_facts[0], claims.grams(question.question)
    for sentence in sentences:
        if sentence.rstrip().endswith(_LEAD_IN):
            continue
        clauses = [sentence[start:end] for start, end in claims.clauses(sentence)]
        whole = not _holds(sentence, correction) and _repeats(sentence, asked, ACCEPTED)
        for clause in clauses:
            if _holds(clause, correction):
                return ""
            long = len(claims.grams(clause)) >= _CLAUSE and not claims.negative(clause)
            if whole or (long and _repeats(clause, asked, ACCEPTED_CLAUSE)):
                return f"accepts the premise: {sentence.strip()[:80]}"
    return ""


def _repeats(text: str, asked: frozenset[str], share: float) -> bool:
    """Whether so much of a text's wording is the question's."""
    words = claims.grams(text)
    return bool(words) and len(words & asked) >= share * len(words)


def _swapped(sentences: Sequence[str], question: Question) -> Iterator[str]:
    """Sentences that give one figure to what the reference gives another.

    Only where each of the two stands in a clause of its own in the reference. Of what tells the two clauses
    apart, at least twice as much is then said of the wrong one. What is listed in order, or has the right year,
    is left alone.
    """
    figures = [group for group in question.key_facts if _FIGURE.search(group[0])]
    told = [(group, clause) for group in figures if (clause := _clause_of(group, [question.answer])[0])]
    for (group, own), (other, others) in permutations(told, 2):
        if _holds(own, other) or _holds(others, group):
            continue
        said, sentence = _clause_of(group, sentences)
        dated = claims.years(sentence) & (claims.years(own) - claims.years(others))
        listed = said.rstrip().endswith("、") or _IN_ORDER.search(sentence)
        if not said or dated or listed or _holds(said, other):
            continue
        mine, theirs, words = claims.grams(own), claims.grams(others), claims.grams(said)
        wrong, right = len(words & (theirs - mine)), len(words & (mine - theirs))
        if wrong and wrong >= 2 * right:
            yield f"swaps {group[0]} and {other[0]}: {said.strip()[:80]}"


def _clause_of(group: Sequence[str], sentences: Sequence[str]) -> tuple[str, str]:
    """The first clause that holds a variant of a key fact, and its sentence; empty when none does."""
    for sentence in sentences:
        for start, end in claims.clauses(sentence):
            if _holds(sentence[start:end], group):
                return sentence[start:end], sentence
    return "", ""


def _holds(text: str, group: Sequence[str]) -> bool:
    return any(normalise(fact) in normalise(text) for fact in group)
