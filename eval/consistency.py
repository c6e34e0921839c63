"""Does an answer that says the key facts also say their opposite: a premise accepted, two facts swapped?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

from assistant import claims
from assistant.borrowed import FIRST
from eval.dataset import Question, normalise
from eval.retrieval import Record
from eval.wording import MARK

ACCEPTED = 0.6
"""The share of a sentence's wording that the question holds, from which the sentence repeats the question."""
ACCEPTED_CLAUSE, _CLAUSE = 0.7, 6
"""The same of a clause of so many words."""
_LEAD_IN = (":", "：")
_FIGURE = re.compile(r"\d")
_ANY_FIGURE = frozenset(map(claims.stem, ["total", "account", "accounts", "share", "percent", "number"]))
"""Words that stand beside any figure."""
_RANGE = re.compile(r"\s?(?:[-–~至到]|to\b)")
_IN_ORDER = re.compile(r"\brespectively\b|分别|依次", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a key fact is said: its clause, the same with the clause in front, and the sentence."""

    clause: str
    context: str
    sentence: str


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
    clause of a sentence, which has to say hardly anything else and to deny nothing. Where the question has something
    be the first, what does not say so either repeats no premise.
    """
    correction, asked = question.key_facts[0], claims.grams(question.question)
    first = FIRST.search(question.question)
    for sentence in sentences:
        if sentence.rstrip().endswith(_LEAD_IN):
            continue
        clauses = [sentence[start:end] for start, end in claims.clauses(sentence)]
        whole = not _holds(sentence, correction) and _repeats(sentence, asked, ACCEPTED)
        repeats = not first or FIRST.search(sentence)
        for clause in clauses:
            if _holds(clause, correction):
                return ""
            if not repeats:
                continue
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

    Only where each of the two stands in a clause of its own in the reference. Of what tells the two clauses apart, some
    is then said of the wrong one and nothing of the right one. What is listed in order, or has the right year, is left
    alone, and so is the beginning of a range.
    """
    figures = [group for group in question.key_facts if _FIGURE.search(group[0])]
    told = [(group, places[0]) for group in figures if (places := _places(group, [question.answer], figures))]
    beside = Counter(gram for _, place in told for gram in claims.grams(place.clause))
    shared = {gram for gram, count in beside.items() if count > 1}  # said of more than one, it tells none apart
    for (group, own), (other, others) in permutations(told, 2):
        if _holds(own.clause, other) or _holds(others.clause, group):
            continue
        for said in _places(group, sentences, figures):
            if not _holds(said.clause, other) and _is_of_the_other(said, own, others, shared):
                yield f"swaps {group[0]} and {other[0]}: {said.clause.strip()[:80]}"


def _is_of_the_other(said: _Place, own: _Place, others: _Place, shared: Collection[str]) -> bool:
    """Whether what tells two facts apart, and is not `shared` by several, is said of the wrong one."""
    dated = claims.years(said.sentence) & (claims.years(own.clause) - claims.years(others.clause))
    if dated or said.clause.rstrip().endswith("、") or _IN_ORDER.search(said.sentence):
        return False
    words, mine, theirs = claims.grams(said.clause), claims.grams(own.context), claims.grams(others.clause)
    telling = (words & (theirs - mine)).difference(_ANY_FIGURE, shared)
    return bool(telling) and not claims.grams(said.context) & (mine - theirs)


def _places(group: Sequence[str], sentences: Sequence[str], figures: Sequence[Sequence[str]]) -> list[_Place]:
    """The clauses that hold a variant of a key fact, each behind the one before it that holds no other figure: it may
    say what the figure is of.
    """
    found = []
    for sentence in sentences:
        clauses = [sentence[start:end] for start, end in claims.clauses(sentence)]
        for before, clause in zip(["", *clauses], clauses, strict=False):
            if any(_says(clause, fact) for fact in group):
                another = any(_holds(before, other) for other in figures)
                found.append(_Place(clause, clause if another else before + clause, sentence))
    return found


def _says(clause: str, fact: str) -> bool:
    """Whether a clause holds a fact that is no beginning of a range."""
    text, wanted = normalise(clause), normalise(fact)
    return any(not _RANGE.match(text, found.end()) for found in re.finditer(re.escape(wanted), text))


def _holds(text: str, group: Sequence[str]) -> bool:
    return any(normalise(fact) in normalise(text) for fact in group)
