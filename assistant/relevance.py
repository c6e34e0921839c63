"""How much a text bears on a question: words it shares, likeness of meaning, how well its passage was found."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from assistant import claims
from assistant.asking import asks_for_list, asks_why, gives_what_is_asked
from assistant.quantities import in_full
from vectorstore.schema import Hit
from vectorstore.words import words

Similarity = Callable[[Sequence[str], Sequence[str]], np.ndarray]
"""Cosine similarities of queries (rows) to texts (columns)."""

_LEXICAL, _COSINE, _RANK, _GIVES = 1.0, 4.0, 0.5, 0.1
"""Weights of shared words, of cosine similarity (which spreads little), of the passage's own score, and of giving a
figure or a time where the question asks for one.
"""
_CAUSE, _ITEMS = 0.2, 0.15
"""Weights of telling a cause, and of enumerating, where a question asks for that."""
_BEFORE, _INHERITED = 2, 0.5
"""Sentences of a passage whose words the next one may speak of without repeating them, and what these count."""

_CAUSES = re.compile(
    r"因为|由于|原因|源于|得益于|归因|归功|导致|使得|造成|受制于|制约|所以|因此|从而"
    r"|\b(?:because|due to|owing to|thanks to|as a result|therefore|caused?|reasons?|driven by|led to)\b",
    re.IGNORECASE,
)
_ENUMERATED = re.compile(r"(?:[^，。；、|]{1,30}、){2,}|(?:\b[\w .'’-]{2,40}, )+[\w .'’-]{2,40},? (?:and|or)\b")
_LEADS, _STOP = re.compile(r"包括|包含|涵盖|分为|[:：]"), re.compile(r"[，。；|,.;]")
_FEWEST = 3
_YEAR = re.compile(r"(?:19|20)\d\d年?")


def weigh(
    texts: Sequence[str], ways: Sequence[str], similarity: Similarity | None, passages: Sequence[int] = ()
) -> list[float]:
    """How much each text bears on the question: shared words and, with embeddings, likeness of meaning. Where it is
    said which of the `passages` each stands in, the words of the sentences just before one count in part.
    """
    if not texts:
        return []
    lexical = _overlap(texts, ways, passages or range(len(texts)))
    close = np.zeros(len(texts)) if similarity is None else similarity(ways, texts).max(axis=0)
    return [
        _LEXICAL * shared + _COSINE * float(cosine) for shared, cosine in zip(lexical, close, strict=True)
    ]


def standing(
    weights: Sequence[float], texts: Sequence[str], hits: Sequence[Hit], ways: Sequence[str]
) -> list[float]:
    """What texts weigh with how well their passage was found, and whether they give what is asked for."""
    best = max((hit.score for hit in hits), default=1.0) or 1.0
    why, listed = any(map(asks_why, ways)), any(map(asks_for_list, ways))
    return [
        weight
        + _RANK * hit.score / best
        + _GIVES * gives_what_is_asked(ways, text)
        + _CAUSE * (why and bool(_CAUSES.search(text)))
        + _ITEMS * (listed and bool(_ENUMERATED.search(text)))
        for weight, text, hit in zip(weights, texts, hits, strict=True)
    ]


def enumerates_more(said: str, text: str) -> bool:
    """Whether a text enumerates three things or more, and what is `said`, which enumerates nothing, names some of them,
    but fewer than half. What several items have in common (市场规模) names none.
    """
    found = None if _ENUMERATED.search(said) else _ENUMERATED.search(text)
    items = _items(found[0] + _STOP.split(text[found.end() :])[0]) if found else []
    wordings, told = [claims.wording(item) for item in items], claims.wording(said)
    common = Counter(gram for wording in wordings for gram in wording)
    own = [own for wording in wordings if (own := {gram for gram in wording if common[gram] == 1})]
    named = sum(bool(wording & told) for wording in own)
    return len(own) >= _FEWEST and 0 < 2 * named < len(own)


def _items(enumeration: str) -> list[str]:
    """The items of an enumeration, without what leads to the first of them."""
    *items, last = re.split(r"、|, (?:and |or )?", _LEADS.split(enumeration, maxsplit=1)[-1])
    return [*items, *re.split(r"以及|[和与及]| and | or ", last)]


def _overlap(texts: Sequence[str], ways: Sequence[str], passages: Sequence[int]) -> list[float]:
    """Share of a question's words found in each text, rare words counting more (inverse document frequency), and less
    those found in the texts just before it in its passage: a subject is named once, and what follows is about it.
    """
    bags = [set(words(in_full(text))) for text in texts]
    frequency = Counter(word for bag in bags for word in bag)
    rarity = {word: _rarity(count, len(bags)) for word, count in frequency.items()}
    unknown = _rarity(0, len(bags))

    def weight(found: Iterable[str]) -> float:
        return sum(rarity.get(word, unknown) for word in found)

    asked = [(wanted, weight(wanted) or 1.0) for wanted in (set(words(way)) for way in ways)]
    scores = []
    for place, bag in enumerate(bags):
        inherited = _inherited(place, bags, texts, passages)
        scores.append(
            max(
                ((weight(wanted & bag) + _INHERITED * weight(wanted & inherited)) / total for wanted, total in asked),
                default=0.0,
            )
        )
    return scores


def _inherited(
    place: int, bags: Sequence[set[str]], texts: Sequence[str], passages: Sequence[int]
) -> frozenset[str]:
    """The words that a text does not repeat from those before it: not between rows, each of which is about a thing of
    its own, and no year where the text gives its own.
    """
    if " | " in texts[place]:
        return frozenset()
    near = range(max(0, place - _BEFORE), place)
    before = [i for i in near if passages[i] == passages[place] and " | " not in texts[i]]
    found = set[str]().union(*(bags[i] for i in before)) - bags[place]
    dated = any(map(_YEAR.fullmatch, bags[place]))
    return frozenset(word for word in found if not (dated and _YEAR.fullmatch(word)))


def _rarity(count: int, total: int) -> float:
    return math.log(1.0 + (total - count + 0.5) / (count + 0.5))
