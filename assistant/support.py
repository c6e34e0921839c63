"""Whether evidence supports a claim: the definition in docs/supported.md, as code. Pure and deterministic."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

import numpy as np

from assistant import claims
from assistant.quantities import Quantity, find_quantities, unsupported_numbers
from assistant.sentences import split_sentences

Similarity = Callable[[Sequence[str], Sequence[str]], np.ndarray]
Flaw = Literal["", "number", "name", "wording", "negation", "direction", "forecast", "pairing"]

# Tuned on tests/assistant/supported_pairs.jsonl and on answers over right and wrong evidence.
SAME_LANGUAGE_SHARE = 0.5
SAME_LANGUAGE_SHARE_WITH_ANCHOR = 0.35
SAME_LANGUAGE_LEAST = 0.3
SAME_LANGUAGE_COSINE = 0.93
CLAUSE_SHARE = 0.2
CROSS_LANGUAGE_COSINE = 0.81
ANCHOR_WORTH = 0.015  # what each of up to three shared numbers and names takes off that cosine
QUESTION_WEIGHT = 0.3

_ALIGNED, _ALIGNED_BACK = 0.5, 0.3
_TELLING = 3
_RESPECTIVELY = re.compile(r"分别|依次|\brespectively\b", re.IGNORECASE)
_ROW = re.compile(r"[|\t]")
_HEAD_FILLER = re.compile(
    r"^(?:其中|而|但|仍|则|约|为|有|高于|低于|同比|环比|分别|仅|另外|此外|截至|以及|包括|达到|其|该|在|的|和|与|\W|\d)+"
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check found: the first flaw ('' when supported) and the share of the wording found."""

    flaw: Flaw
    share: float

    @property
    def supported(self) -> bool:
        """Whether the claim stands."""
        return not self.flaw


@dataclass(slots=True)
class Judge:
    """Checks claims against evidence for one question.

    `about` is what stands around the evidence (title, publisher, date, headings): a claim may use it.
    `published` is the year after which a year named makes a statement a forecast by itself.
    `similarity(claims, texts)` gives cosines of shape (claims, texts); without it a claim in another
    language than its evidence needs a number or a name that stands in both.
    """

    question: str = ""
    about: str = ""
    published: int | None = None
    similarity: Similarity | None = None
    _cosines: dict[tuple[str, str], float] = field(default_factory=dict)

    def verdict(self, claim: str, sources: Sequence[str]) -> Verdict:
        """Whether `sources` together support `claim` (one sentence without marks)."""
        share = self.share(claim, sources)
        everything = "\n".join([*sources, self.about])
        if unsupported_numbers(claim, [*sources, self.about], allowed=[self.question]):
            return Verdict("number", share)
        if self._absent_names(claim, sources, everything):
            return Verdict("name", share)
        if not self._worded(claim, sources, share):
            return Verdict("wording", share)
        return Verdict(self._contradiction(claim, sources), share)

    def share(self, claim: str, sources: Sequence[str]) -> float:
        """The share (0 to 1) of the claim's wording that the sources hold; the question's weighs less."""
        wanted = claims.grams(claim)
        held = frozenset[str]().union(claims.grams(self.about), *(claims.grams(source) for source in sources))
        asked = claims.grams(self.question)
        weight = {gram: QUESTION_WEIGHT if gram in asked and gram not in held else 1.0 for gram in wanted}
        total = sum(weight.values())
        return sum(weight[gram] for gram in wanted & held) / total if total else 0.0

    def anchors(self, claim: str, sources: Sequence[str]) -> int:
        """How many numbers and names of the claim stand in the sources."""
        text = "\n".join(sources)
        held = find(text)
        numbers = sum(any(same(one, other) for other in held) for one in find(claim))
        wanted = claims.names(claim)
        named = wanted - claims.names_absent(wanted, text)
        return numbers + len(named | (claims.known(claim) & claims.known(text)))

    def closeness(self, claim: str, texts: Sequence[str]) -> list[float]:
        """Cosines between a claim and texts; 0 without embeddings."""
        self.prepare([claim], texts)
        return [self._cosines.get((claim, text), 0.0) for text in texts]

    def prepare(self, wanted: Sequence[str], texts: Sequence[str]) -> None:
        """Embed in one call what `closeness` will be asked for."""
        columns = list(dict.fromkeys(texts))
        rows = [c for c in dict.fromkeys(wanted) if any((c, t) not in self._cosines for t in columns)]
        if self.similarity is None or not rows or not columns:
            return
        matrix = self.similarity(rows, columns)
        for row, claim in enumerate(rows):
            for column, text in enumerate(columns):
                self._cosines[claim, text] = float(matrix[row, column])

    def prepare_across(self, wanted: Sequence[str], sources: Sequence[str]) -> None:
        """Embed in one call the claims and sentences that stand in different languages."""
        texts = [piece for source in sources for piece in pieces(source)]
        across = [c for c in wanted if any(claims.language(t) != claims.language(c) for t in texts)]
        self.prepare(across, texts)

    def nearest_cosine(self, claim: str, text: str) -> float:
        """The cosine of the claim's nearest sentence in a text of the other language; 0 within a language."""
        if claims.language(claim) == claims.language(text):
            return 0.0
        return max(self.closeness(claim, pieces(text)), default=0.0)

    def _absent_names(self, claim: str, sources: Sequence[str], everything: str) -> frozenset[str]:
        """Names that ought to stand in the evidence and do not.

        A company's English name need not stand in Chinese text, and the question may bring a name; but a
        model or a version (a name with a digit) has to be there.
        """
        unknown = claims.known(claim) - claims.known(everything) - claims.known(self.question)
        absent = claims.names_absent(claims.names(claim), everything)
        translated = claims.language(claim) == "en" and all(claims.language(s) == "zh" for s in sources)
        asked = absent - claims.names_absent(absent, self.question)
        return unknown | frozenset(
            name for name in absent if any(c.isdigit() for c in name) or not (translated or name in asked)
        )

    def _worded(self, claim: str, sources: Sequence[str], share: float) -> bool:
        same_language = [s for s in sources if claims.language(s) == claims.language(claim)]
        parts = _telling_clauses(claim) if same_language else ()
        if any(self.share(part, sources) < CLAUSE_SHARE for part in parts):
            return False
        if same_language and share >= SAME_LANGUAGE_SHARE:
            return True
        anchors = self.anchors(claim, sources)
        if same_language and anchors and share >= SAME_LANGUAGE_SHARE_WITH_ANCHOR:
            return True
        if self.similarity is None:
            return anchors > 0 and not same_language
        if same_language and share < SAME_LANGUAGE_LEAST:
            same_language, sources = [], [s for s in sources if s not in same_language]
        cosine = max(self.closeness(claim, [s for source in sources for s in pieces(source)]), default=0.0)
        if same_language:
            return cosine >= SAME_LANGUAGE_COSINE
        return cosine >= CROSS_LANGUAGE_COSINE - ANCHOR_WORTH * min(anchors, 3)

    def _contradiction(self, claim: str, sources: Sequence[str]) -> Flaw:
        placed = False
        for quantity in find(claim):
            flaws = [self._misplaced(claim, quantity, *place) for place in _places(quantity, sources)]
            placed = placed or bool(flaws)
            if flaws and all(flaws):
                return flaws[0]
        return self._reversed(claim, sources, placed)

    def _misplaced(self, claim: str, quantity: Quantity, source: str, spot: Quantity) -> Flaw:
        """What is wrong with taking the claim's number from this place, if anything."""
        start, end = _around(source, spot)
        sentence, at = source[start:end], spot.start - start
        said, stands = _clause(claim, quantity.start), _clause(sentence, at)
        tabular = _ROW.search(sentence) or _RESPECTIVELY.search(sentence) or _RESPECTIVELY.search(claim)
        if not tabular and _years_differ(claim, said, quantity.start, source, stands, spot.start):
            return "pairing"
        if not tabular and _heads_differ(claim, said, sentence, stands, spot):
            return "pairing"
        if claims.direction(said) * claims.direction(stands) < 0:
            return "direction"
        return "forecast" if self._hardened(claim, _hedge_over(sentence, at)) else ""

    def _reversed(self, claim: str, sources: Sequence[str], placed: bool) -> Flaw:
        """Negation, direction and hedges, compared between clauses that speak of the same."""
        texts = [piece for source in sources for piece in pieces(source)]
        own = [text for text in texts if claims.language(text) == claims.language(claim)]
        for said, stands, sentence in _aligned(claim, own):
            if claims.negative(stands) and not claims.negative(claim):
                return "negation"
            if claims.negative(said) and not claims.negative(sentence):
                return "negation"
            if claims.direction(said) * claims.direction(stands) < 0:
                return "direction"
            if self._hardened(claim, claims.hedged(stands)):
                return "forecast"
        foreign = [text for text in texts if claims.language(text) != claims.language(claim)]
        if placed or not foreign or self.share(claim, own) >= SAME_LANGUAGE_SHARE:
            return ""
        return self._reversed_in_translation(claim, foreign)

    def _reversed_in_translation(self, claim: str, texts: Sequence[str]) -> Flaw:
        sentence = self._nearest(claim, texts)
        denies = all(claims.negative(part) for part in _telling_clauses(claim) or [claim])
        if denies and not claims.negative(sentence):
            return "negation"
        if not claims.negative(sentence) and not claims.hedged(sentence):
            return ""
        stands = self._nearest(claim, [sentence[a:b] for a, b in claims.clauses(sentence)])
        if claims.negative(stands) and not claims.negative(claim):
            return "negation"
        return "forecast" if self._hardened(claim, claims.hedged(stands)) else ""

    def _nearest(self, claim: str, texts: Sequence[str]) -> str:
        cosines = self.closeness(claim, texts)
        return max(zip(cosines, (self.anchors(claim, [t]) for t in texts), texts, strict=True))[2]

    def _hardened(self, claim: str, forecast: bool) -> bool:
        """Whether a forecast is told as a fact: no word of expectation, no year ahead."""
        ahead = any(year > (self.published or 0) for year in claims.years(claim))
        ahead = ahead and not claims.completed(claim)
        return forecast and not (ahead or claims.hedged(claim) or claims.hedged(self.question))


@lru_cache(maxsize=4096)
def find(text: str) -> tuple[Quantity, ...]:
    """The quantities of a text that are not years or dates."""
    found = find_quantities(text)
    return tuple(q for q in found if q.unit not in ("date", "month", "quarter") and not _is_year(q))


@lru_cache(maxsize=4096)
def pieces(text: str) -> tuple[str, ...]:
    """The sentences of a text."""
    return tuple(text[start:end] for start, end in split_sentences(text))


def same(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities are the same after rounding to three digits, and not in different units."""
    if one.unit and other.unit and one.unit != other.unit:
        return False
    return any(abs(a - b) <= abs(b) * 5 / 1000 for a in one.values for b in other.values)


def _is_year(quantity: Quantity) -> bool:
    digits = quantity.text.strip("年")
    return quantity.unit in ("", "year") and len(digits) == 4 and 1900 <= quantity.value < 2100


def _places(quantity: Quantity, sources: Sequence[str]) -> Iterator[tuple[str, Quantity]]:
    for source in sources:
        for spot in find(source):
            if same(quantity, spot):
                yield source, spot


def _around(source: str, spot: Quantity) -> tuple[int, int]:
    spans = split_sentences(source)
    return next((span for span in spans if span[0] <= spot.start < span[1]), (0, len(source)))


def _clause(sentence: str, at: int) -> str:
    return next((sentence[a:b] for a, b in claims.clauses(sentence) if a <= at < b), sentence)


def _years_differ(claim: str, said: str, at: int, source: str, stands: str, spot: int) -> bool:
    """Whether the year beside the claim's number is another than the one beside it in the evidence."""
    spoken = claims.years(said) or _last_year(claim[:at]) or claims.years(claim)
    written = claims.years(stands) or _last_year(source[:spot])
    return bool(spoken and written and not spoken & written)


def _last_year(text: str) -> frozenset[int]:
    before = [claims.years(text[a:b]) for a, b in claims.clauses(text)]
    return next((found for found in reversed(before) if found), frozenset())


def _heads_differ(claim: str, said: str, sentence: str, stands: str, spot: Quantity) -> bool:
    """Whether the claim gives the number to the subject of another number of its kind beside it."""
    own = _heads(stands)
    if claims.language(claim) != claims.language(sentence):
        own &= claims.names(stands)
    others = frozenset[str]()
    for start, end in claims.clauses(sentence):
        rivals = [q for q in find(sentence[start:end]) if q.unit == spot.unit and not same(q, spot)]
        if rivals and sentence[start:end] != stands:
            others |= _heads(sentence[start:end])
    spoken = claims.grams(said) | claims.names(said) or claims.grams(claim) | claims.names(claim)
    return bool(own and not own & spoken and (others - own) & spoken)


@lru_cache(maxsize=4096)
def _heads(clause: str) -> frozenset[str]:
    """What a clause with a number is about: its Latin names, else its first word."""
    named = claims.names(clause)
    if named:
        return named
    bare = _HEAD_FILLER.sub("", clause.strip())
    if claims.language(clause) == "zh":
        return frozenset([bare[:2]]) & claims.grams(clause)
    stems = [claims.stem(word) for word in re.findall(r"[a-z]+", bare.lower())]
    return frozenset([stem for stem in stems if stem in claims.grams(bare)][:1])


@lru_cache(maxsize=4096)
def _telling_clauses(claim: str) -> tuple[str, ...]:
    """The clauses of a claim that have wording enough to be checked on their own."""
    parts = [claim[start:end] for start, end in claims.clauses(claim)]
    worded = [part for part in parts if len(claims.grams(part)) >= _TELLING]
    return tuple(part for part in worded if part.strip()[-1] not in ":：")


def _hedge_over(sentence: str, at: int) -> bool:
    """Whether a word of expectation governs the place: in its clause, or before it with no fact between."""
    for start, end in reversed([span for span in claims.clauses(sentence) if span[0] <= at]):
        clause = sentence[start:end]
        if claims.hedged(clause):
            return True
        if not start <= at < end and find(clause):
            return False
    return False


def _aligned(claim: str, texts: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Clauses of a claim, each with the clause of the evidence nearest in wording and its sentence."""
    candidates = [(text[a:b], text) for text in texts for a, b in claims.clauses(text)]
    for start, end in claims.clauses(claim):
        said = claim[start:end]
        wanted = claims.grams(said)
        if len(wanted) < 2 or not candidates:
            continue
        stands, sentence = max(candidates, key=lambda pair: len(wanted & claims.grams(pair[0])))
        shared = len(wanted & claims.grams(stands))
        if shared >= _ALIGNED * len(wanted) and shared >= _ALIGNED_BACK * len(claims.grams(stands)):
            yield said, stands, sentence
