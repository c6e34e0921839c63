"""Reports that disagree where nobody asked whether they do: another place gives another date or figure.

A question for one date or figure is answered from the passage that says it best. What the answer does not cite, of
other reports or of the tables of the same, is looked through for a sentence that bears on the question nearly as much
and gives a date or a figure of the same kind that cannot be the same. Whether it speaks of the same thing is for the
model to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant import claims
from assistant.alignment import find, same
from assistant.asking import asks_when
from assistant.evidence import BESIDE, Part, excerpt, sentences
from assistant.fitting import fits
from assistant.marks import without_marks
from assistant.pieces import is_sentence
from assistant.quantities import SMALL, Quantity, find_quantities
from assistant.quantities.dates import parts
from assistant.quantities.lexicon import DATES
from assistant.relevance import Similarity
from assistant.schema import Citation, Evidence
from vectorstore.characters import has_han
from vectorstore.schema import Hit, Lang

MOST, OF_ONE = 3, 2
"""Sentences that may contradict an answer, in all and of one report: each takes the model a look."""
_ROW_BONUS = 0.2
"""What a row of a table is given for being terse: it says in a word what a sentence says in ten."""
_ROUND = 0.1
"""The share by which a figure that is only about right may lie beside another and be the same."""


def contradicting(
    answer: str,
    cited: Sequence[Citation],
    hits: Sequence[Hit],
    ways: Sequence[str],
    similarity: Similarity | None,
    after: int,
    lang: Lang,
    *,
    places: bool = False,
) -> list[Evidence]:
    """Evidence, numbered from `after` + 1, that may contradict an answer: of a report the sentences that bear most on
    the question, in `lang`, the language of the answer, where they give another date or figure; of one that is
    `cited` only its tables, as far as they are not, or all other `places` of it, where the question is about these.
    """
    weighed = [
        replace(part, score=part.score + _ROW_BONUS * (hits[part.hit].passage.kind == "table"))
        for part in sentences(hits, ways, similarity)
    ]
    best = max((part.score for part in weighed), default=0.0)
    chinese = lang == "zh"  # an answer may be a day in figures
    own = [way for way in ways if has_han(way) == chinese]
    models = frozenset[str]().union(*map(claims.versions, own))
    found: list[Part] = []
    for part in sorted(weighed, key=lambda part: -part.score):
        report = hits[part.hit].report.id
        if part.score < best - BESIDE or len(found) == MOST:
            break
        told = sum(hits[other.hit].report.id == report for other in found)
        if told == OF_ONE or has_han(part.text) != chinese or not _may_differ(hits[part.hit], cited, places):
            continue
        if claims.names_absent(models, part.text) or not (is_sentence(part.text) and fits(ways, part.text)):
            continue
        if clashes(answer, part.text, ways):
            found.append(part)
    return [excerpt(n, hits[part.hit], part.start, part.end) for n, part in enumerate(found, after + 1)]


def _may_differ(hit: Hit, cited: Sequence[Citation], places: bool) -> bool:
    """Whether a passage is of a report that is not cited, or a table that is not; any passage that is not, where a
    question is about several `places`.
    """
    own = [place for place in cited if place.report == hit.report.id]
    if own and hit.passage.kind != "table" and not places:
        return False
    return not any(place.start < hit.passage.end and hit.passage.start < place.end for place in own)


def clashes(answer: str, text: str, ways: Sequence[str]) -> bool:
    """Whether a text gives what a question (in any of its forms) asks for, a time or an amount, and another than an
    answer does.
    """
    answer = without_marks(answer)
    if any(map(asks_when, ways)):
        return _dates_clash(answer, text, ways)
    return _amounts_clash(answer, text, ways)


def _dates_clash(answer: str, text: str, ways: Sequence[str]) -> bool:
    asked = [date for way in ways for date in _dates(way)]
    told = [date for date in _dates(answer) if date not in asked]
    other = [date for date in _dates(text) if not any(_differ(date, known) for known in asked)]
    return bool(told and other) and all(_differ(one, another) for one in told for another in other)


def _dates(text: str) -> list[dict[str, int]]:
    return [parts(found.unit, found.value) for found in find_quantities(text) if found.unit in DATES]


def _differ(one: dict[str, int], other: dict[str, int]) -> bool:
    """Whether two dates differ in what both of them tell: 7 February and 8 February 2023 in the day."""
    return any(one[field] != other[field] for field in one.keys() & other.keys())


def _amounts_clash(answer: str, text: str, ways: Sequence[str]) -> bool:
    asked = [amount for way in ways for amount in find(way)]
    years = frozenset[int]().union(*map(claims.years, ways))
    if years and claims.years(text) and not years & claims.years(text):
        return False
    told, other = ([a for a in _amounts(said) if not _among(a, asked)] for said in (answer, text))
    for unit in {amount.unit for amount in told}:
        rivals = [amount for amount in other if amount.unit == unit]
        if rivals and not any(amount.unit == unit and _among(amount, rivals) for amount in told):
            return True
    return False


def _amounts(text: str) -> list[Quantity]:
    """The amounts of a text; small bare numbers count what stands beside them."""
    return [amount for amount in find(text) if amount.unit or amount.value > SMALL]


def _among(amount: Quantity, others: Sequence[Quantity]) -> bool:
    return any(same(amount, other) or _about_the_same(amount, other) for other in others)


def _about_the_same(one: Quantity, other: Quantity) -> bool:
    """Whether one of two amounts of a kind is only about right, and near the other."""
    if one.unit != other.unit or not (one.approx or other.approx):
        return False
    return abs(float(one.value - other.value)) <= _ROUND * abs(float(max(one.value, other.value)))
