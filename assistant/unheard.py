"""What a question plainly asks for and an answer is silent about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from assistant import claims, superlatives
from assistant.alignment import find, held
from assistant.asking import (
    asks_for_list,
    asks_how_much,
    asks_when,
    compared,
    gives_a_figure,
    gives_a_time,
    parts,
)
from assistant.citations import Checked
from assistant.evidence import BESIDE
from assistant.marks import without_marks
from assistant.quantities import Quantity, find_quantities
from assistant.quantities.lexicon import DATES
from assistant.relevance import enumerates_more
from assistant.sentences import split_sentences
from assistant.telling import Telling, covering
from vectorstore.characters import has_han
from vectorstore.words import words

FAR = 1.2
"""How much less than the best a sentence may weigh that tells something asked for by name."""
_NEXT = 3
"""Characters between a sentence and the one right behind it."""


def missed(checked: Checked, ways: Sequence[str], telling: Sequence[Telling]) -> Iterator[Telling]:
    """A sentence that holds every name in Latin letters that is asked about, where neither the answer nor what it
    cites holds any of them: it speaks of something else; and one that enumerates what is asked for, of which the
    answer that cites it names few.
    """
    said = "\n".join([checked.text, *(citation.quote for citation in checked.citations)])
    names = _names_asked(ways, checked.text)
    if names and claims.names_absent(names, said) == names:
        holding = (s for s in telling if s.behind <= FAR and not claims.names_absent(names, s.text))
        yield from islice(holding, 1)
    if any(map(asks_for_list, ways)):
        near = (s for s in telling if s.behind <= BESIDE and covering(checked, s))
        yield from (sentence for sentence in near if enumerates_more(checked.text, sentence.text))


def continued(checked: Checked, ways: Sequence[str], telling: Sequence[Telling]) -> Iterator[Telling]:
    """The sentence right behind the one that an answer has its figures from, all of them, where the question asks for
    more of them, and it goes on with new ones, of the same thing: it names nobody and nothing else.
    """
    said = without_marks(checked.text)
    asked = max((parts(way) for way in ways if has_han(way) == has_han(said)), key=len, default=())
    if len(asked) < 2 or not lacks_figures(asked, said):
        return
    given = find(said)

    def new(text: str) -> bool:
        return len(held(find(text), given)) < len(find(text))

    for source in (s for s in telling if find(s.text) and not new(s.text) and covering(checked, s)):
        next_to = (s for s in telling if s.item is source.item and 0 <= s.start - source.end <= _NEXT)
        told = "\n".join([source.text, *ways])
        further = (s for s in next_to if new(s.text) and not claims.names_absent(claims.names(s.text), told))
        yield from islice(further, 1)


def lacks_figures(asked: Sequence[str], said: str) -> bool:
    """Whether an answer gives fewer figures, dates left out, than the parts of a question ask for."""
    given = sum(number.unit not in DATES for number in new_numbers(asked, said))
    return given < sum(asks_how_much([part]) for part in asked)


def new_numbers(asked: Sequence[str], said: str) -> list[Quantity]:
    """The numbers of an answer that do not stand in its question, of which these are the parts."""
    numbers = find_quantities(said)
    known = held(numbers, find_quantities(" ".join(asked)))
    return [number for number in numbers if number not in known]


def unheard(ways: Sequence[str], said: str, telling: Sequence[Telling]) -> Iterator[Telling]:
    """What a question plainly asks for and the answer is silent about: a time, what grew fastest or slowest, and
    each of the things that are compared (with a figure of the same kind, where the answer tells one of the other).
    """
    telling = [sentence for sentence in telling if sentence.behind <= FAR]
    if any(map(asks_when, ways)) and not gives_a_time(said):
        named = (claims.versions("\n".join(ways)), _names_asked(ways, said))
        names = next(filter(None, named), frozenset[str]())
        own = (s for s in telling if not names or claims.names_absent(names, s.text) != names)
        yield from islice((sentence for sentence in own if gives_a_time(sentence.text)), 1)
    if superlatives.of_growth(ways) and not superlatives.says(ways, said):
        outright = (s for s in telling if s.behind <= BESIDE and superlatives.says(ways, s.text))
        yield from islice(outright, 1)
    figure = gives_a_figure(said)
    for pair in dict.fromkeys(pair for way in ways for pair in compared(way)):
        for missing, beside in _silent(said, *pair):
            kinds = _kinds(beside)
            fitting = [s for s in telling if missing in s.text.lower() and gives_a_figure(s.text) >= figure]
            of_a_kind = _on_topic([s for s in fitting if not kinds or kinds & _kinds(s.text)], ways, missing)
            yield from sorted(of_a_kind, key=lambda s: _likeness(beside, s.text), reverse=True)[:1]


def _names_asked(ways: Sequence[str], said: str) -> frozenset[str]:
    """The names in a question as it is asked in the language of what is `said`."""
    return frozenset[str]().union(*(claims.names(way) for way in ways if has_han(way) == has_han(said)))


def _on_topic(telling: Sequence[Telling], ways: Sequence[str], thing: str) -> list[Telling]:
    """The sentences that share with a question, beside the `thing` sought, at least half as much as the one that shares
    most.
    """
    asked = frozenset(word for way in ways for word in words(way)) - {thing}
    counts = [len(asked.intersection(words(sentence.text))) for sentence in telling]
    most = max(counts, default=0)
    return [sentence for sentence, count in zip(telling, counts, strict=True) if 2 * count >= most]


def _likeness(one: str, other: str) -> tuple[bool, bool, float]:
    """How nearly two texts say the same of two things: both of a rise or a fall, of no other year, in like words."""
    apart = bool(claims.years(one) and claims.years(other) and not claims.years(one) & claims.years(other))
    return claims.direction(one) == claims.direction(other), not apart, claims.shared(one, other) / len(other)


def _silent(said: str, one: str, other: str) -> Iterator[tuple[str, str]]:
    """Of two things the one that an answer is silent about, or gives no figure of the same kind of, and what it says of
    the other.
    """
    for missing, told in ((one, other), (other, one)):
        beside, own = _sentences_of(told, said), _sentences_of(missing, said)
        kinds = _kinds(beside)
        if beside and (not own or (kinds and not kinds & _kinds(own))):
            yield missing, beside


def _sentences_of(thing: str, said: str) -> str:
    """The sentences that speak of something, which is in lower case."""
    lines = (said[start:end] for start, end in split_sentences(said))
    return "\n".join(line for line in lines if thing in line.lower())


def _kinds(text: str) -> set[str]:
    """The units of a text's figures; a ratio (three times) is of what it is said beside."""
    return {amount.unit for amount in find(without_marks(text))} - {"times"}
