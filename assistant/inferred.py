"""What a claim works out and its evidence does not say: a difference, an extreme, one figure for two things.

A small model that is asked how far two figures lie apart tells one of them as the difference; asked who has the most it
names whose figures it read; of two things with a figure each it tells one figure of both, or turns them around; and
what few have it tells of all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from operator import attrgetter

from assistant import claims
from assistant.alignment import around, clause_at, find, held, pieces, places, same
from assistant.placing import ROW
from assistant.quantities import Quantity

_APART = re.compile(
    r"相差|差距|差额|差异为|差(?=[了约]?\d)|[上量额数率]差|\b(?:difference|gap)\b|\bdiffers? by\b", re.IGNORECASE
)
_SAYS_APART = re.compile(
    r"差|[高多超]出|少于|低于|\b(?:difference|gap|differs?|more|less|higher|lower)\b", re.IGNORECASE
)
_EXTREME = re.compile(
    r"最[多高大快强低少小慢]|居首|首位|第一(?![季次个批代部])"
    r"|\bthe most\b(?! (?:of|on|[a-z]+(?:ed|ive|al|ant|ous|ful|ent|on|ble))\b)"
    r"|\b(?:high|larg|bigg|great|low|small|few|fast|slow)est\b",
    re.IGNORECASE,
)
_SAYS_EXTREME = re.compile(
    r"最|首|第一|冠|领先|前列|龙头|遥遥|主导|排名|\b(?:most|top|lead\w*|first|number one|dominat\w+|[a-z]{2,}est)\b",
    re.IGNORECASE,
)
_OF_BOTH = re.compile(r"各(?=[为占有要需是达花用约])|[均都皆](?=[为占有要需是达])|\b(?:both|each)\b", re.IGNORECASE)
_SAID_OF_BOTH = re.compile(r"[均都皆]|相同|并列|\b(?:both|each|same)\b", re.IGNORECASE)
_ALL = re.compile(r"(?<![成首京古建])都(?![市会城江督])|[均皆]|全部|所有|\b(?:all|every|each)\b", re.IGNORECASE)
_FEW = re.compile(r"(?<!不)仅(?![仅次供])|只有|唯有|\bonly\b(?! if)", re.IGNORECASE)
_HIGHEST = re.compile(r"最[多高大快强]|\b(?:high|larg|bigg|great|fast)est\b", re.IGNORECASE)
_LOWEST = re.compile(r"最[低少小慢]|\b(?:low|small|few|slow)est\b", re.IGNORECASE)
_TOLD = re.compile(r"[^，。；]{0,24}，?[^，。；]{0,16}$")
"""What leads to a number: 增速最高，为3.3%."""
_OF_SEVERAL = re.compile(
    r"第[二三四五]|其?次[高大多是为]|其次|分别|[之前][二三四五一]|\b(?:second|third|among|one of|followed|then)\b",
    re.IGNORECASE,
)
_LISTED = re.compile(r"\s*(?:[、，,/;；]|和|与|及|以及|and|, and)\s*")
_CHART = re.compile(r"(?:^|\n)[^\n。，；]{1,16}(?:\n+[^\n。，；]{1,16}){2}(?:\n|$)")
"""Three short lines, one below the other: the labels and figures of a chart."""
_OF_FEW = 0.4
"""The share of a clause's wording from which another one speaks of the same."""
_THING = r"[\u4e00-\u9fffA-Za-z0-9.-]"
_IN_ORDER = re.compile(
    rf"({_THING}{{2,8}})[和与及]({_THING}{{2,8}}?)(?:的{_THING}{{0,12}}?)?(?:分别|各)[^，。；\d]{{0,8}}(?=\d)"
)
_ITEM = "[^，。；：、“”]{2,20}"
_ENUMERATION = re.compile(rf"(?:{_ITEM}、){{2,}}{_ITEM}|{_ITEM}、{_ITEM}[和与及]{_ITEM}")
_NEXT = 8
_BETWEEN = re.compile(r"、|以及|[和与及]")


def inferred(claim: str, sources: Sequence[str]) -> bool:
    """Whether a claim (one sentence) tells what its sources would have to be reckoned from, or not even that."""
    return (
        _is_no_difference(claim, sources)
        or _is_no_extreme(claim, sources)
        or _is_not_the_extreme(claim, sources)
        or _is_of_one_alone(claim, sources)
        or _is_of_few(claim, sources)
        or _is_in_another_order(claim, sources)
    )


def invents_an_item(claim: str, wording: frozenset[str]) -> bool:
    """Whether an item of a Chinese enumeration has words of its own and none of them is in the sources' `wording`."""
    for run in _ENUMERATION.finditer(claim):
        items = [claims.grams(item) for item in _BETWEEN.split(run[0])]
        counted = Counter(gram for item in items for gram in item)
        own = [{gram for gram in item if counted[gram] == 1} for item in items]
        if any(len(grams) > 1 and not grams & wording for grams in own):
            return True
    return False


def _is_no_difference(claim: str, sources: Sequence[str]) -> bool:
    """Whether a figure is told as a difference that stands there as a figure of its own."""
    for number in find(claim):
        if _APART.search(clause_at(claim, number.start)):
            told = [text[slice(*_and_on(text, spot))] for text, spot in places(number, sources)]
            if told and not any(map(_SAYS_APART.search, told)):
                return True
    return False


def _is_no_extreme(claim: str, sources: Sequence[str]) -> bool:
    """Whether a claim tells the most or the least of what its sources, which are no tables, neither say so nor let be
    compared.
    """
    if not _EXTREME.search(claim) or any(map(_SAYS_EXTREME.search, sources)):
        return False
    if any(ROW.search(source) or _CHART.search(source) for source in sources):
        return False
    told = [number for number in find(claim) if number.unit]
    return not any(_can_be_compared(number, sources) for number in told)


def _is_not_the_extreme(claim: str, sources: Sequence[str]) -> bool:
    """Whether a claim calls the most, or the least, what stands in an enumeration beside a larger, or smaller, one."""
    for number in find(claim):
        leads = _TOLD.search(claim[: number.end])
        said = (leads[0] if leads else "") + clause_at(claim, number.start)
        most, least = _HIGHEST.search(said), _LOWEST.search(said)
        if bool(most) == bool(least) or _OF_SEVERAL.search(said):
            continue
        runs = [_enumerated(*place) for place in places(number, sources)]
        beyond = max if most else min
        if any(sum(bool(held([told], run)) for told in find(claim)) > 1 for run in runs):
            continue  # it gives several of them, each for what it is
        if runs and all(run and not same(beyond(run, key=attrgetter("value")), number) for run in runs):
            return True
    return False


def _enumerated(text: str, spot: Quantity) -> list[Quantity]:
    """The numbers of its kind that an enumeration holds beside a number: 2.8%、4.5%、3.3%; [] without two of them."""
    run = [spot]
    for ahead in (True, False):
        for other in sorted(find(text), key=lambda q: q.start, reverse=not ahead):
            first, last = (run[-1].end, other.start) if ahead else (other.end, run[0].start)
            if first <= last and other.unit == spot.unit and _LISTED.fullmatch(text[first:last]):
                run = [*run, other] if ahead else [other, *run]
    return run if len(run) > 2 else []


def _can_be_compared(number: Quantity, sources: Iterable[str]) -> bool:
    others = [other for source in sources for other in find(source) if other.unit == number.unit]
    return any(not same(number, other) for other in others)


def _is_of_one_alone(claim: str, sources: Sequence[str]) -> bool:
    """Whether one figure is told of each of two names and stands with one alone, beside another figure of the other."""
    each = _OF_BOTH.search(claim)
    named = claims.names(f"，{claim[: each.start()]}") if each else frozenset()
    if not each or len(named) <= 1:
        return False
    told = [number for number in find(claim) if number.start >= each.end()]
    return any(_stands_with_one(number, named, sources) for number in told)


def _is_of_few(claim: str, sources: Sequence[str]) -> bool:
    """Whether a claim tells of all what its sources tell of a few alone (仅): a mistake that a question brought."""
    for start, end in claims.clauses(claim):
        said = claim[start:end]
        wanted = claims.grams(said)
        if not _ALL.search(said) or _FEW.search(claim) or not wanted:
            continue
        told = [text[a:b] for source in sources for text in pieces(source) for a, b in claims.clauses(text)]
        alike = [clause for clause in told if len(wanted & claims.grams(clause)) >= _OF_FEW * len(wanted)]
        if any(map(_FEW.search, alike)) and not any(map(_ALL.search, alike)):
            return True
    return False


def _stands_with_one(number: Quantity, named: frozenset[str], sources: Sequence[str]) -> bool:
    beside = [_naming(place, named) for place in places(number, sources)]
    with_it = [named - claims.names_absent(named, text) for text in beside]
    if not beside or any(len(names) != 1 for names in with_it) or any(map(_SAID_OF_BOTH.search, beside)):
        return False
    others = named.difference(*with_it)
    rest = [piece for source in sources for piece in pieces(source) if not any(piece in text for text in beside)]
    return any(others - claims.names_absent(others, piece) for piece in rest if find(piece))


def _naming(place: tuple[str, Quantity], named: frozenset[str]) -> str:
    """The sentence of a place, behind the one before it where it names none of what is `named`."""
    text, spot = place
    start, end = around(text, spot)
    before = [piece for piece in pieces(text[:start]) if claims.names_absent(named, text[start:end]) == named][-1:]
    return "".join([*before, text[start:end]])


def _is_in_another_order(claim: str, sources: Sequence[str]) -> bool:
    """Whether the first of two figures told in order (A和B分别占1和2) stands with the second thing alone, or the second
    with the first.
    """
    for pair in _IN_ORDER.finditer(claim):
        told = [number for number in find(claim) if number.start >= pair.end()][:2]
        if len(told) == 2 and told[0].unit == told[1].unit:
            one, other = pair[1][-3:], pair[2][:3] if len(pair[2]) > 3 else pair[2]
            turned = (_stands_beside(told[0], other, one, sources), _stands_beside(told[1], one, other, sources))
            if any(turned):
                return True
    return False


def _stands_beside(number: Quantity, thing: str, without: str, sources: Sequence[str]) -> bool:
    """Whether all clauses with a number hold one thing and not another."""
    clauses = [_clause(*place) for place in places(number, sources)]
    return bool(clauses) and all(thing in clause and without not in clause for clause in clauses)


def _and_on(text: str, spot: Quantity) -> tuple[int, int]:
    """The sentence of a place and what follows: a line may break in the middle of a word."""
    start, end = around(text, spot)
    return start, end + _NEXT


def _clause(text: str, spot: Quantity) -> str:
    start, end = around(text, spot)
    return clause_at(text[start:end], spot.start - start)
