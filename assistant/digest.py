"""What a report says in the main: the sentences that stand for its sections, in the order of the report.

A sentence tells much when it holds many of the words that set its section apart from the others (term
frequency times inverse section frequency) and few others, when it opens its section, gives a figure, or says
by its wording that it concludes. Sentences that say again what a chosen one says are passed over (maximal
marginal relevance: Carbonell and Goldstein, 1998).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant import claims, evidence
from assistant.orders import without_orders
from assistant.pieces import is_sentence, sentences_of, without_notes
from assistant.schema import Evidence
from vectorstore.library import Library
from vectorstore.schema import Hit, Passage, Report
from vectorstore.words import words

_FEWEST, _CHARACTERS_EACH = 6, 110
"""Sentences that stand for a report: so many, or one for so many characters of the budget."""
SECTIONS = 8
"""Parts into which a report is taken apart at most."""
_LONGEST, _SHORTEST = 160, 24
"""Characters of a sentence that can stand for a section."""
_OPENS, _FIGURE, _CONCLUDES = 0.25, 0.15, 0.35
_ALIKE = 0.5
"""The share of its wording from which a sentence says again what another says."""
_CONCLUSION = re.compile(
    r"总体|整体|总之|综上|因此|可见|表明|显示|意味着|我们认为|我们预计|预计|成为|核心|关键|首次|最大|主要|未来"
    r"|\b(?:overall|therefore|thus|shows?|suggests?|means|we (?:believe|expect)|expected|key|main|first|largest"
    r"|conclu\w+)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Told:
    """A sentence that may stand for its section: where it stands, and how much it tells."""

    section: int
    passage: Passage
    start: int
    end: int
    text: str
    worth: float


def digest(library: Library, report: Report, budget: int) -> list[Evidence]:
    """Numbered sentences that stand for a report, in its order, of about `budget` characters in all."""
    passages = [passage for passage in library.passages(report.id) if passage.kind == "text"]
    sections = _sections(passages)
    weights = _weights(sections)
    told = [one for number, section in enumerate(sections) for one in _told(number, section, weights[number])]
    text = library.text(report.id)
    chosen = sorted(_chosen(told, len(sections), budget), key=lambda one: (one.passage.ordinal, one.start))
    return [
        evidence.excerpt(number, _hit(number, one.passage, report, text), one.start, one.end)
        for number, one in enumerate(chosen, start=1)
    ]


def _sections(passages: Sequence[Passage]) -> list[list[Passage]]:
    """The passages by their first heading, neighbours joined until there are few enough."""
    sections: list[list[Passage]] = []
    for passage in passages:
        same = sections and sections[-1][-1].heading[:1] == passage.heading[:1]
        if same and passage.heading:
            sections[-1].append(passage)
        else:
            sections.append([passage])
    while len(sections) > SECTIONS:
        sizes = [len(one) + len(other) for one, other in pairwise(sections)]
        place = sizes.index(min(sizes))
        sections[place : place + 2] = [sections[place] + sections[place + 1]]
    return sections


def _told(number: int, section: Sequence[Passage], weights: dict[str, float]) -> list[_Told]:
    found = []
    for place, passage in enumerate(section):
        clean = without_orders(passage.clean)
        for begin, end in sentences_of(clean):
            # A heading on the line above is no part of what the sentence says.
            start = max(begin, clean.rfind("\n", begin, end) + 1)
            text = " ".join(without_notes(clean[start:end]).split())
            if not _SHORTEST <= len(text) <= _LONGEST or not is_sentence(text):
                continue
            worth = _telling(text, weights) + (_OPENS if not place else 0.0)
            worth += _FIGURE * bool(re.search(r"\d", text)) + _CONCLUDES * bool(_CONCLUSION.search(text))
            found.append(_Told(number, passage, start, end, text, worth))
    return found


def _weights(sections: Sequence[Sequence[Passage]]) -> list[dict[str, float]]:
    """How much each word of each section sets it apart, its most telling word 1."""
    bags = [Counter(word for passage in section for word in words(passage.clean)) for section in sections]
    held = Counter(word for bag in bags for word in bag)
    weights = []
    for bag in bags:
        raw = {
            word: math.log1p(count) * math.log(1 + len(bags) / held[word])
            for word, count in bag.items()
            if len(word) > 1 and not word.isdigit()
        }
        most = max(raw.values(), default=1.0)
        weights.append({word: weight / most for word, weight in raw.items()})
    return weights


def _telling(text: str, weights: dict[str, float]) -> float:
    """The weight of a sentence's words, long sentences held down."""
    bag = set(words(text))
    return sum(weights.get(word, 0.0) for word in bag) / math.sqrt(len(bag) or 1)


def _chosen(told: Sequence[_Told], sections: int, budget: int) -> list[_Told]:
    """The best of every section in turn, until there are enough."""
    left = sorted(told, key=lambda one: -one.worth)
    chosen: list[_Told] = []
    used, most = 0, max(_FEWEST, budget // _CHARACTERS_EACH)
    for turn in range(most):
        for section in range(sections):
            best = next((one for one in left if one.section == section and not _again(one, chosen)), None)
            if best is None or len(chosen) >= most or used + len(best.text) > budget:
                continue
            left.remove(best)
            chosen.append(best)
            used += len(best.text)
        if len(chosen) <= turn:
            break
    return chosen


def _again(one: _Told, chosen: Sequence[_Told]) -> bool:
    wording = claims.grams(one.text)
    return any(len(wording & claims.grams(other.text)) > _ALIKE * len(wording) for other in chosen)


def _hit(rank: int, passage: Passage, report: Report, text: str) -> Hit:
    return Hit(rank, 1.0, passage, report, text[passage.start : passage.end])
