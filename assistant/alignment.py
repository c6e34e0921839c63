"""Where a claim and its evidence speak of the same: quantities, clauses, years and subjects side by side."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import chain, pairwise

from assistant import claims
from assistant.quantities import Quantity, find_quantities
from assistant.quantities.dates import parts
from assistant.sentences import Span, split_sentences

RESPECTIVELY = re.compile(r"分别|依次|\brespectively\b", re.IGNORECASE)
_TIMES = re.compile(
    r"(?:相当于|[是为]|达到?)(?P<base>[^，。；是为]{1,24}?)的?\s*(?P<n>\d+(?:\.\d+)?)\s*倍"
    r"|\b(?P<times>\d+(?:\.\d+)?) times (?P<of>[^,.;]{4,60})",
    re.IGNORECASE,
)
_BOTH = re.compile(
    r"[均都皆各][为是占有达]|均[增下上超约]|都[增下上超约]|同样|相同|一样|并列|持平|一致|\b(?:both|each|same|equal\w*|tied)\b",
    re.IGNORECASE,
)
_VERSIONED = re.compile(r"[A-Z][A-Za-z]*(?:[-. ]?\d+(?:\.\d+)?)?")
_YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_NOW = re.compile(r"目前|现有|如今|\b(?:now|currently)\b", re.IGNORECASE)
_AGAINST = re.compile(r"\b(?:while|whereas)\b|[;；]", re.IGNORECASE)
"""Between two things set against each other: the year of one is not that of the other."""
_THIS_YEAR = re.compile(r"今年|本年|\bthis year\b", re.IGNORECASE)
_ASIDE = re.compile(r"[（(][^（()）]*[)）]")
_AND = re.compile(r"\s*and\b", re.IGNORECASE)
_ALIGNED, _ALIGNED_BACK, _ALMOST_ALL = 0.5, 0.3, 0.8
_DENIED, _DENIED_SHARE, _DENIED_BACK = 4, 0.3, 0.25
_TELLING = 3
_SHARED = 2
_HEAD_FILLER = re.compile(
    r"^(?:其中|而|但|仍|则|约|为|有|高于|低于|同比|环比|分别|仅|另外|此外|截至|以及|包括|达到|其|该|在|的|和|与|\W|\d)+"
)


@lru_cache(maxsize=4096)
def find(text: str) -> tuple[Quantity, ...]:
    """The quantities of a text that are not years, dates or spans of years or months (2016-2023年, 2-3月)."""
    found = find_quantities(text)
    amounts = (q for q in found if q.unit not in ("date", "month", "quarter") and not _is_year(q))
    return tuple(q for q in amounts if q.unit or text[q.end : q.end + 1] != "月")


@lru_cache(maxsize=4096)
def pieces(text: str) -> tuple[str, ...]:
    """The sentences of a text."""
    return tuple(text[start:end] for start, end in spans(text))


@lru_cache(maxsize=1024)
def spans(text: str) -> tuple[Span, ...]:
    """The spans of a text's sentences; a day on a line of its own belongs to the entry below it."""
    merged: list[Span] = []
    for start, end in split_sentences(text):
        if merged and is_day(text[slice(*merged[-1])].rsplit("\n", 1)[-1]):
            merged[-1] = merged[-1][0], end
        else:
            merged.append((start, end))
    return tuple(merged)


def is_day(text: str) -> bool:
    """Whether a text is a day or a month and nothing else, as an entry in a chronicle begins."""
    return any(day.unit in ("date", "month") and day.end - day.start == len(text) for day in find_quantities(text))


def same(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities are the same after rounding to three digits, and not in different units."""
    if one.unit and other.unit and one.unit != other.unit:
        return False
    return any(abs(a - b) <= _half_of_third_digit(b) for a in one.values for b in other.values)


def held(numbers: Sequence[Quantity], others: Sequence[Quantity]) -> list[Quantity]:
    """Those of the numbers that are the same as one of the others."""
    return [number for number in numbers if any(same(number, other) for other in others)]


def _half_of_third_digit(value: Decimal) -> Decimal:
    return Decimal(5).scaleb(value.adjusted() - 3)


def _is_year(quantity: Quantity) -> bool:
    digits = quantity.text.strip("年")
    span = quantity.high is not None and 1900 <= quantity.value < quantity.high < 2100  # 2016-2023年
    return quantity.unit in ("", "year") and (len(digits) == 4 or span) and 1900 <= quantity.value < 2100


def places(quantity: Quantity, sources: Sequence[str]) -> Iterator[tuple[str, Quantity]]:
    """Where a quantity stands: each source that holds it, with the quantity as found there."""
    for source in sources:
        for spot in find(source):
            if same(quantity, spot):
                yield source, spot


def around(source: str, spot: Quantity) -> Span:
    """The span of the sentence a quantity stands in."""
    return next((span for span in spans(source) if span[0] <= spot.start < span[1]), (0, len(source)))


def clause_at(sentence: str, at: int) -> str:
    """The clause of a sentence that holds the character `at`."""
    return next((sentence[a:b] for a, b in claims.clauses(sentence) if a <= at < b), sentence)


def denied(claim: str, texts: Sequence[str]) -> bool:
    """Whether a clause of a claim says what a clause of the evidence denies: page ads and traffic bring the money,
    where neither has entered the products. What is enumerated counts as one, what stands in brackets not at all;
    a clause that denies nothing and shares as many words clears it.
    """
    told = [clause for text in texts for piece in pieces(text) for clause in _whole_clauses(piece)]
    for said in _whole_clauses(claim):
        wanted = claims.grams(said)
        if claims.negative(said) or len(wanted) < _DENIED:
            continue
        shared = {clause: len(wanted & claims.grams(clause)) for clause in told}
        most = max((count for clause, count in shared.items() if not claims.negative(clause)), default=0)
        for clause, count in shared.items():
            alike = count >= _DENIED_SHARE * len(wanted) and count >= _DENIED_BACK * len(claims.grams(clause))
            if claims.negative(clause) and count >= _DENIED and count > most and alike:
                return True
    return False


def _whole_clauses(text: str) -> list[str]:
    return [clause for clause in re.split(r"[，；。！？,;!?\n\t|]", _ASIDE.sub("", text)) if clause.strip()]


def years_differ(claim: str, said: str, at: int, source: str, stands: str, spot: int) -> bool:
    """Whether the year beside the claim's number is another than the one beside it in the evidence."""
    if _THIS_YEAR.search(stands) and not claims.years(stands):
        return False
    if _NOW.search(said):
        return False
    spoken = years_beside(claim, said, at) or claims.years(claim)
    written = claims.years(stands) or _last_year(source[:spot])
    # "20年" for 2020: reports shorten a year that was named in full before.
    before = source[:spot] + stands
    shortened = any(re.search(rf"(?<!\d){year % 100:02d}年", before) for year in spoken)
    return bool(spoken and written and not spoken & written and not shortened)


def years_beside(claim: str, said: str, at: int) -> frozenset[int]:
    """The years of the clause `said` with the number at `at`, or of one that `and` joins to it (27 billion yuan and 163
    deals in 2021), or else the last ones before it.
    """
    behind = [claim[start:end] for start, end in claims.clauses(claim) if start > at][:1]
    joined = [clause for clause in behind if _AND.match(clause)]
    before = claim[max((found.end() for found in _AGAINST.finditer(claim, 0, at)), default=0) : at]
    return claims.years(said) or _year_ahead(before) or claims.years("".join(joined)) or _last_year(before)


def _year_ahead(text: str) -> frozenset[int]:
    """The years of a clause that holds nothing else, right before the last one: In 2022, 8360 sets were sold."""
    before = [text[start:end] for start, end in claims.clauses(text)][-2:-1]
    return claims.years("".join(before)) if before and not find(before[0]) else frozenset()


def _last_year(text: str) -> frozenset[int]:
    before = [claims.years(text[a:b]) for a, b in claims.clauses(text)]
    return next((found for found in reversed(before) if found), frozenset())


def heads_differ(claim: str, said: str, sentence: str, stands: str, spot: Quantity) -> bool:
    """Whether the claim gives the number to the subject of another number of its kind beside it."""
    own = _heads(stands)
    if claims.language(claim) != claims.language(sentence):
        own &= claims.names(stands)
    others = frozenset[str]().union(*map(_heads, _rivals(sentence, stands, spot)))
    spoken = claims.wording(said) or claims.wording(claim)
    return bool(own and not own & spoken and (others - own) & spoken)


def in_another_order(claim: str, said: str, at: int, sentence: str, spot: Quantity) -> bool:
    """Whether a sentence tells the numbers of years in their order (2022年和2023年分别下降9.5%和16.8%), and the claim
    gives the number of one of these years to another of them.
    """
    word = RESPECTIVELY.search(sentence)
    if not word:
        return False
    told = [number for number in find(sentence) if number.start >= word.end() and number.unit == spot.unit]
    years = list(dict.fromkeys(map(int, _YEARS.findall(sentence[: word.start()]))))[-len(told) :]
    place = next((i for i, number in enumerate(told) if same(number, spot)), None)
    if place is None or len(told) < _SHARED or len(years) != len(told):
        return False
    spoken = years_beside(claim, said, at) & frozenset(years)
    return bool(spoken) and years[place] not in spoken


def told_twice(claim: str, sources: Sequence[str]) -> bool:
    """Whether a claim gives two things told in order (分别, `respectively`) one number, which stands in its sources
    but once and is not said of both there.
    """
    if not RESPECTIVELY.search(claim) or any(map(_BOTH.search, sources)):
        return False
    told = [number for number in find(claim) if number.unit]
    repeated = [one for one, other in pairwise(told) if one.unit == other.unit and one.values == other.values]
    return any(len(list(places(number, sources))) <= 1 for number in repeated)


def of_the_wrong_base(claim: str, source: str) -> bool:
    """Whether a claim turns a ratio around: `A is 7 times the size of B`, where the source says that B is that of A."""
    for number, base, rest in _bases(claim):
        alike = [(of, beside) for multiple, of, beside in _bases(source) if multiple == number]
        turned = any(base & beside and rest & of and not base & of for of, beside in alike)
        if turned and not any(base & of for of, _ in alike):
            return True
    return False


def _bases(text: str) -> list[tuple[str, frozenset[str], frozenset[str]]]:
    """The ratios of a text: the multiple, the names of what it is a multiple of, and the other names beside it."""
    found = []
    for sentence in pieces(" ".join(text.split())):
        for ratio in _TIMES.finditer(sentence):
            base = _versions(ratio["base"] or ratio["of"])
            found.append((ratio["n"] or ratio["times"], base, _versions(sentence[: ratio.start()])))
    return found


def _versions(text: str) -> frozenset[str]:
    """The names of a text, each with the version behind it: llama2, llama3."""
    return frozenset(claims.squeezed(name) for name in _VERSIONED.findall(text))


def another_tells(said: str, sentence: str, stands: str, spot: Quantity) -> bool:
    """Whether a clause `said` of a claim shares no word with the clause in which its number stands, and two or more
    with a clause beside it that gives another number of that kind.
    """
    spoken, own = claims.grams(said), claims.grams(stands)
    if len(own) < _SHARED or own & spoken:
        return False
    return any(len(claims.grams(rival) & spoken) >= _SHARED for rival in _rivals(sentence, stands, spot))


def _rivals(sentence: str, stands: str, spot: Quantity) -> Iterator[str]:
    """The other clauses of a sentence that give another number of the kind of `spot`."""
    for start, end in claims.clauses(sentence):
        clause = sentence[start:end]
        if clause != stands and any(q.unit == spot.unit and not same(q, spot) for q in find(clause)):
            yield clause


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
def telling_clauses(claim: str) -> tuple[str, ...]:
    """The clauses of a claim that have wording enough to be checked on their own."""
    parts = [claim[start:end] for start, end in claims.clauses(claim)]
    worded = [part for part in parts if len(claims.grams(part)) >= _TELLING]
    return tuple(part for part in worded if part.strip()[-1] not in ":：")


def hedge_over(sentence: str, at: int) -> bool:
    """Whether a word of expectation governs the place: in its clause, or before it with no fact between. Another cell
    of a row, and what stands in parentheses beside it, do not.
    """
    cell = next(cell for cell in re.finditer(r"[^|\t]*", sentence) if cell.start() <= at <= cell.end())
    begun = max(cell.start(), sentence.rfind("。", 0, at) + 1)
    sentence, at = sentence[begun : cell.end()], at - begun
    for aside in _ASIDE.finditer(sentence):
        if not aside.start() <= at < aside.end():
            sentence = sentence[: aside.start()] + " " * len(aside[0]) + sentence[aside.end() :]
    for start, end in reversed([span for span in claims.clauses(sentence) if span[0] <= at]):
        clause = sentence[start:end]
        if claims.hedged(clause):
            return True
        if not start <= at < end and find(clause):
            return False
    return False


def aligned(claim: str, texts: Sequence[str], about: str = "") -> Iterator[tuple[str, str, str]]:
    """Clauses of a claim, each with the clause of the evidence nearest in wording and its sentence; a head that only
    names who says it, as far as that stands in `about`, is none.
    """
    candidates = [(text[a:b], text) for text in texts for a, b in claims.clauses(text)]
    for start, end in claims.clauses(claim):
        said = claim[start:end]
        wanted = claims.grams(said)
        names_who_says_it = said.rstrip()[-1:] in (":", "：") and said.strip(":： ") in about
        if len(wanted) < 2 or not candidates or names_who_says_it:
            continue
        stands, sentence = max(candidates, key=lambda pair: len(wanted & claims.grams(pair[0])))
        shared = len(wanted & claims.grams(stands))
        if shared >= _ALIGNED * len(wanted) and shared >= _ALIGNED_BACK * len(claims.grams(stands)):
            yield said, stands, sentence


_Time = tuple[int | None, int | None, int | None]
"""A year, a month and a day, as far as they are known."""
_LEADING = 12
"""Characters of a sentence in which the time stands that all of it is told of."""


def of_another_time(claim: str, sources: Sequence[str], about: str = "") -> bool:
    """Whether a claim with one day, or one that begins with a month or a year, tells what stands, nearly word for word,
    in a sentence with another day only, or that begins with another time. The time may stand in what is `about`.
    """
    days = _times(claim, ("date",))
    told = days if len(days) == 1 else _leading(claim)
    own = in_its_language(claim, chain.from_iterable(map(pieces, sources))) if len(told) == 1 else []
    shares = [(_share_of(claim, text), text) for text in own]
    share, nearest = max(shares, key=lambda pair: pair[0], default=(0.0, ""))
    if share < _ALMOST_ALL or not (_times(nearest, ("date",)) if days else _leading(nearest)):
        return False
    alike = (text for share, text in shares if share >= _ALIGNED)
    return not any(_meet(told, _times(text)) for text in (about, *alike))


def in_its_language(claim: str, texts: Iterable[str]) -> list[str]:
    """The texts that are in a claim's language."""
    return [text for text in texts if claims.language(text) == claims.language(claim)]


def _times(text: str, units: Collection[str] = ("date", "month", "year"), end: int | None = None) -> set[_Time]:
    """The times of these units that a text names up to a place."""
    found = [time for time in find_quantities(text) if time.unit in units and time.high is None]
    known = (parts(time.unit, time.value) for time in found if end is None or time.start <= end)
    return {(time.get("year"), time.get("month"), time.get("day")) for time in known}


def _leading(text: str) -> set[_Time]:
    """The time that a sentence begins with, behind a few words (政策方面，2021年)."""
    times = _times(text, end=_LEADING)
    return times if len(times) == 1 else set()


def _meet(some: set[_Time], others: set[_Time]) -> bool:
    """Whether a time of one and one of the others may be the same."""
    return any(
        all(one is None or other is None or one == other for one, other in zip(time, another, strict=True))
        for time in some
        for another in others
    )


def _share_of(claim: str, text: str) -> float:
    """The share of a claim's wording that stands in a text."""
    wanted = claims.grams(claim)
    return len(wanted & claims.grams(text)) / len(wanted) if wanted else 0.0
