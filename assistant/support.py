"""Whether evidence supports a claim: the definition in docs/supported.md, as code. Pure and deterministic."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from assistant import claims
from assistant.alignment import (
    aligned,
    around,
    clause_at,
    denied,
    find,
    hedge_over,
    held,
    in_its_language,
    of_another_time,
    of_the_wrong_base,
    pieces,
    places,
    telling_clauses,
    told_twice,
)  # fmt: skip
from assistant.asking import without_interrogatives
from assistant.borrowed import of_another_place
from assistant.crediting import as_told, denies_what_stands
from assistant.inferred import inferred, invents_an_item
from assistant.names import without_numerals
from assistant.naming import absent_names, names_alone
from assistant.pairing import exchanged, named_for_another, of_the_one_ahead
from assistant.placing import ROW, misplaced
from assistant.quantities import (
    SMALL,
    Quantity,
    find_quantities,
    spread,
    unsaid_counts,
    unsaid_ordinals,
    unsupported_numbers,
)
from assistant.renderings import strange
from assistant.sentences import clause_runs
from vectorstore.characters import has_han

Similarity = Callable[[Sequence[str], Sequence[str]], np.ndarray]
Flaw = Literal["", "number", "name", "wording", "subject", "negation", "direction", "forecast", "pairing"]

# Tuned on tests/assistant/supported_pairs.jsonl and on answers over right and wrong evidence.
SAME_LANGUAGE_SHARE = 0.5
SAME_LANGUAGE_SHARE_WITH_ANCHOR = 0.35
SAME_LANGUAGE_LEAST = 0.3
SAME_LANGUAGE_COSINE = 0.93
CLAUSE_SHARE = 0.2
NEWS_SHARE = 0.4
CROSS_LANGUAGE_COSINE = 0.81
ANCHOR_WORTH = 0.015  # what each of up to three shared numbers and names takes off that cosine
QUESTION_WEIGHT = 0.3
SUBJECT_SHARE, SUBJECT_SHARE_OF_ONE = 0.4, 0.32

_LEADS = re.compile(r"(?:预计|预测|预期|估计)[，,：:]?\s*$")
"""At the end of a clause: what is expected stands in the next one."""
_ECHOED = 3
"""Words that a clause shares with its question when it says again what was asked."""
_NEWS = 4
"""Pairs of characters or stems from which a claim says more than its question."""

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
    language than its evidence needs a number or a name that stands in both. `captions` stand over the tables of
    the evidence and give units to their numbers. `asked` is the question where it vouches for nothing.
    """

    question: str = ""
    about: str = ""
    published: int | None = None
    similarity: Similarity | None = None
    captions: str = ""
    asked: str = ""
    _cosines: dict[tuple[str, str], float] = field(default_factory=dict)
    _verdicts: dict[tuple[str, ...], Verdict] = field(default_factory=dict)

    def verdict(self, claim: str, sources: Sequence[str], *, worded: bool = False) -> Verdict:
        """Whether `sources` together support `claim` (one sentence without marks); `worded` takes its wording for
        granted and looks for every other flaw.
        """
        key = (str(worded), claim, *sources)
        if key not in self._verdicts:
            told = as_told(claim, self.question, self.about)
            self._verdicts[key] = self._examine(told, sources, worded)
            clauses = (text[a:b] for source in sources for text in pieces(source) for a, b in claims.clauses(text))
            if told != claim and denies_what_stands(claim, self.question, clauses):
                self._verdicts[key] = Verdict("negation", self._verdicts[key].share)
        return self._verdicts[key]

    def _examine(self, claim: str, sources: Sequence[str], worded: bool) -> Verdict:
        share = self.share(claim, sources)
        if _copied(claim, sources):
            return Verdict("", share)
        everything = "\n".join([*sources, self.about])
        told = [self.question] if self._says_more(claim) else []  # what is asked proves nothing by being said again
        if unsupported_numbers(claim, [*sources, self.about, self.captions], allowed=told):
            return Verdict("number", share)
        said = "\n".join([everything, *told])
        if unsaid_ordinals(claim, said) or (unsaid_counts(claim, "") and unsaid_counts(claim, without_numerals(said))):
            return Verdict("number", share)
        if absent_names(claim, sources, self.about, self.question):
            return Verdict("name", share)
        if not worded and not self._worded(claim, sources, share):
            return Verdict("wording", share)
        if self._of_something_else(claim, sources):
            return Verdict("subject", share)
        return Verdict(self._contradiction(claim, sources), share)

    def share(self, claim: str, sources: Sequence[str]) -> float:
        """The share (0 to 1) of the claim's wording that the sources hold; the question's weighs less."""
        wanted = claims.grams(claim)
        if not wanted and any(quantity.unit or quantity.value > SMALL for quantity in find_quantities(claim)):
            return 1.0  # figures and dates alone (2028年为3.4万亿元), which are compared on their own
        held = self._wording(sources)
        asked = claims.grams(self.question)
        weight = {gram: QUESTION_WEIGHT if gram in asked and gram not in held else 1.0 for gram in wanted}
        total = sum(weight.values())
        return sum(weight[gram] for gram in wanted & held) / total if total else 0.0

    def anchors(self, claim: str, sources: Sequence[str], *, asked: bool = True) -> int:
        """How many numbers and names of the claim stand in the sources; not `asked`, without the question's names."""
        numbers = len(held(find(claim), [quantity for source in sources for quantity in find(source)]))
        wanted = claims.names(claim)
        named = wanted - claims.names_absent(wanted, "\n".join(sources))
        known = frozenset[str]().union(*map(claims.known, sources))
        found = named | (claims.known(claim) & known)
        return numbers + len(found if asked else found - claims.names(self.question) - claims.known(self.question))

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

    def _worded(self, claim: str, sources: Sequence[str], share: float) -> bool:
        same_language = [s for s in sources if claims.language(s) == claims.language(claim)]
        if not same_language and names_alone(claim, sources):
            return True
        if not same_language and _is_strange(claim, [*sources, self.about]):
            return False
        parts = telling_clauses(claim) if same_language else ()
        if any(self.share(part, sources) < CLAUSE_SHARE for part in parts):
            return False
        if same_language and self._news_share(claim, same_language) < NEWS_SHARE:
            return False
        if same_language and invents_an_item(claim, self._wording(sources)):
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
        sentences = [s for source in sources for s in pieces(source)]
        cosine = max(self.closeness(claim, sentences), default=0.0)
        if same_language:
            return cosine >= SAME_LANGUAGE_COSINE
        least = CROSS_LANGUAGE_COSINE - ANCHOR_WORTH * min(anchors, 3)
        if cosine < least:  # an item of a list is near its own words and far from the sentence that enumerates it
            cosine = max(self.closeness(claim, [part for s in sentences for part in clause_runs(s)]), default=0.0)
        return cosine >= least

    def _wording(self, sources: Sequence[str]) -> frozenset[str]:
        """The wording of sources and of what stands around them."""
        return frozenset[str]().union(*map(claims.grams, [self.about, self.captions, *sources]))

    def _news_share(self, claim: str, sources: Sequence[str]) -> float:
        """The share that sources hold of what a claim says beyond its question; 1 where that is next to nothing and
        some of it stands there, or a figure, a date or a known name is told. A person that a model makes up is short.
        """
        news, named = self._news(claim)
        held = len(news & self._wording(sources))
        if len(news) >= _NEWS:
            return held / len(news)
        return float(not news or held > 0 or bool(named) or bool(find_quantities(claim)))

    def _says_more(self, claim: str) -> bool:
        """Whether a claim says more than its question: words, a known name or a figure of its own."""
        news, named = self._news(claim)
        return len(news) >= _NEWS or bool(named) or bool(unsupported_numbers(claim, [self.question]))

    def _news(self, claim: str) -> tuple[frozenset[str], frozenset[str]]:
        """The wording and the known names of a claim that its question has not."""
        asked = self.question
        return claims.grams(claim) - claims.grams(asked), claims.known(claim) - claims.known(asked)

    def _of_something_else(self, claim: str, sources: Sequence[str]) -> bool:
        """Whether a claim gives a number of the evidence to what only the question speaks of.

        The words that an answer repeats from its question weigh little in `share`; with a number beside them
        they are what the number is said of, and have to stand in the evidence like any other.
        """
        if not claims.grams(claim) and not find(claim):
            return not self._dates_what_is_asked(claim, sources)
        sources = [s for s in sources if claims.language(s) == claims.language(claim)]
        if not sources or not find(claim):
            return False
        if self._held(claim, sources) < SUBJECT_SHARE:
            return True
        for number in find(claim):
            texts = [text for text in sources if any(places(number, [text]))]
            said = clause_at(claim, number.start)
            parts = [claim, said] if said in telling_clauses(claim) else [claim]
            if texts and max(self._held(p, [t]) for p in parts for t in texts) < SUBJECT_SHARE_OF_ONE:
                return True
        return False

    def _dates_what_is_asked(self, claim: str, sources: Sequence[str]) -> bool:
        """Whether a sentence with the dates of a claim that holds nothing else speaks of what the question does."""
        asked = claims.grams(without_interrogatives(self.question))
        for sentence in (piece for source in sources for piece in pieces(source)):
            wanted = {gram for gram in asked if has_han(gram) == has_han(sentence)}
            of_it = len(wanted & claims.grams(sentence)) >= SUBJECT_SHARE_OF_ONE * len(wanted)
            of_it = of_it and not claims.names_absent(claims.versions(self.question), sentence)
            if of_it and not unsupported_numbers(claim, [sentence, self.about], allowed=[self.question]):
                return True
        return False

    def _held(self, claim: str, sources: Sequence[str]) -> float:
        """The share of a claim's wording in sources, the question's words as heavy as any; rows are terse."""
        wanted = claims.grams(claim)
        share = len(wanted & self._wording(sources)) / len(wanted) if wanted else 1.0
        return share * 2 if any(map(ROW.search, sources)) else share

    def _contradiction(self, claim: str, sources: Sequence[str]) -> Flaw:
        placed = False
        for quantity in find(claim):
            texts, found = sources, list(places(quantity, sources))
            if not found:
                texts = self._with_units(sources)
                found = list(places(quantity, texts))
            flaws = [self._misplaced(claim, quantity, *place, texts) for place in found]
            placed = placed or bool(flaws)
            if flaws and all(flaws):
                return flaws[0]
        if of_another_time(claim, sources, self.about) or inferred(claim, sources):
            return "pairing"
        turned = any(of_the_wrong_base(claim, source) or exchanged(claim, source) for source in sources)
        if turned or told_twice(claim, sources) or named_for_another(claim, self.question, sources):
            return "pairing"
        if of_the_one_ahead(claim, sources):
            return "pairing"
        return self._reversed(claim, sources, placed)

    def _with_units(self, sources: Sequence[str]) -> list[str]:
        """The sources that are tables with the unit that the caption gives (千个) behind each of their figures."""
        return [spread(source, self.captions) for source in sources if ROW.search(source)] if self.captions else []

    def _misplaced(self, claim: str, quantity: Quantity, source: str, spot: Quantity, sources: Sequence[str]) -> Flaw:
        """What is wrong with taking the claim's number from this place, if anything."""
        flaw = misplaced(claim, quantity, source, spot, sources)
        if not flaw and of_another_place(f"{claim}\n{self.question}", f"{source}\n{self.about}"):
            return "pairing"  # a claim that names no place is of the one asked about
        start, end = around(source, spot)
        if not flaw and self._hardened(claim, hedge_over(source[start:end], spot.start - start)):
            return "forecast"
        return flaw

    def _reversed(self, claim: str, sources: Sequence[str], placed: bool) -> Flaw:
        """Negation, direction and hedges, compared between clauses that speak of the same."""
        texts = [piece for source in sources for piece in pieces(source)]
        own = in_its_language(claim, texts)
        if denied(claim, own):
            return "negation"
        for said, stands, sentence in aligned(claim, own, self.about):
            if claims.negative(stands) and not claims.negative(claim):
                return "negation"
            if claims.negative(said) and not claims.negative(sentence) and not self._asks_so(said):
                return "negation"
            if claims.direction(said) * claims.direction(stands) < 0:
                return "direction"
            if self._hardened(claim, claims.hedged(stands)):
                return "forecast"
        foreign = [text for text in texts if claims.language(text) != claims.language(claim)]
        if placed or not foreign or self.share(claim, own) >= SAME_LANGUAGE_SHARE:
            return ""
        return self._reversed_in_translation(claim, foreign)

    def _asks_so(self, said: str) -> bool:
        """Whether a clause denies in the words of its question (唯一没有渗透的赛道): evidence may say so otherwise."""
        asked = self.asked or self.question
        return claims.negative(asked) and claims.shared(said, asked) >= _ECHOED

    def _reversed_in_translation(self, claim: str, texts: Sequence[str]) -> Flaw:
        sentence = self._nearest(claim, texts)
        denies = all(claims.negative(part) for part in telling_clauses(claim) or [claim])
        if denies and not claims.negative(sentence):
            return "negation"
        if not claims.negative(sentence) and not claims.hedged(sentence):
            return ""
        stands = self._nearest(claim, [sentence[a:b] for a, b in claims.clauses(sentence)])
        if claims.negative(stands) and not claims.negative(claim):
            return "negation"
        return "forecast" if self._hardened(claim, claims.hedged(_LEADS.sub("", stands))) else ""

    def _nearest(self, claim: str, texts: Sequence[str]) -> str:
        cosines = self.closeness(claim, texts)
        return max(zip(cosines, (self.anchors(claim, [t]) for t in texts), texts, strict=True))[2]

    def _hardened(self, claim: str, forecast: bool) -> bool:
        """Whether a forecast is told as a fact: no word of expectation, no year ahead."""
        ahead = any(year > (self.published or 0) for year in claims.years(claim))
        ahead = ahead and not claims.completed(claim)
        return forecast and not (ahead or claims.hedged(claim) or claims.hedged(self.question))


def _is_strange(claim: str, texts: Sequence[str]) -> bool:
    return claims.language(claim) == "en" and bool(strange(claim, "\n".join(texts), telling=True))


def _copied(claim: str, sources: Sequence[str]) -> bool:
    """Whether a claim is a whole sentence of a source, word for word; part of one may leave out its denial."""
    said = _letters(claim)
    return bool(said) and any(said == _letters(sentence) for source in sources for sentence in pieces(source))


def _letters(text: str) -> str:
    """A sentence without spaces and punctuation, but for what touches a digit: a decimal point, a minus, money."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).strip("。.;；!！?？")
    return re.sub(r"(?<!\d)[^\w](?!\d)", "", plain)
