"""What a number counts or measures, whose a name is, and what takes whose place, in a claim and in its source."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant import claims
from assistant.alignment import around, find, held, pieces, same
from assistant.quantities import Quantity
from assistant.quantities.lexicon import MONEY

_SHARED = 2
_LISTED = re.compile(r"(?:[^，。；：、]{2,10}、)*[^，。；：、]{2,10}[和与及][^，。；：、的各分有在？]{2,10}")
_BETWEEN = re.compile(r"[、和与及]")
_GENERIC = re.compile(r"^(?:..?|.*(?:模型|产品|参数|价格|数量|规模|子公司|合资公司))$|国内|国外")
"""What is no name of a thing: two characters are none that can be told from others."""
_COUNTED = re.compile(
    r"[多余]?(?!左右|以[上下内]|同比|环比|主要|位[居列]|排名)[对个名家项条款只台辆件张篇组套种类位]?((?:(?![及和与或超近约的等为达])[\u3400-\u9fffA-Za-z]){2,12})"
)
_NEAR = 24
_LEADS = re.compile(
    r"(?:预计|大概|左右|上升|下降|增[长加]|减少|提[升高]|[约为将达到超过有仅高近至是共已可会升降增减由从的：:])+\s*$"
)
_WORD = re.compile(r"[\u3400-\u9fff]{2,3}$")
_CHANGE = re.compile(r"[从由](?P<old>[^，。；从由]{1,10}?)[改转换变切](?:变|换)?[为成到至向用](?P<new>[^，。；]{1,10})")
_REPLACE = re.compile(r"[用以](?P<new>[^，。；用以]{1,10}?)来?(?:代替|取代|替代|替换|换掉)(?P<old>[^，。；]{1,12})")
_AHEAD = re.compile(
    r"(?:次于|低于|落后于|不及|second only to|behind)\s*(?P<ahead>[^，。；、,.;()（）]{2,20})", re.IGNORECASE
)
_KINDS = tuple(
    (re.compile(stands, re.IGNORECASE), re.compile(said, re.IGNORECASE))
    for stands, said in (
        (r"独角兽|\bunicorn", r"独角兽|\bunicorn"),
        (r"上市(?=公司|企业)|\b(?:listed|public) compan", r"上市|挂牌|\b(?:listed|public(?:ly)?|IPOs?)\b"),
        (r"初创|\bstart-?ups?", r"初创|创业|\b(?:start-?ups?|young)\b"),
        (r"新[增注成设]", r"新|\bnew"),
        (r"专精特新", r"专精特新|\bspeciali[sz]ed"),
        (r"(?<!其)中小企业|中小微企业|小微企业", r"[中小微]|\b(?:small|micro|SMEs?|medium|middle)\b"),
        (r"高新技术企业", r"高新|\bhigh-tech"),
        (r"国有企业|央企", r"国[有企]|央企|\bstate-owned"),
        (r"外[资商]企业", r"外[资商]|海外|\b(?:foreign|overseas)\b"),
        (r"大型(?=企业|公司)", r"大|\b(?:large|big|major)\b"),
    )
)
"""Kinds of firms, fewer than all, as evidence has them and as a claim may."""
_FIRMS = re.compile(r"企业|公司|厂商|\b(?:compan(?:y|ies)|firms?|enterprises?|businesses)\b", re.IGNORECASE)
_BESIDE = 14
_COUNTS, _HARDLY = 0.6, 0.4


def counts_another(said: str, source: str, spot: Quantity) -> bool:
    """Whether a number counts something else than a clause `said` of a claim does, which another number beside it
    counts: 17.8万商家 beside 5.8亿用户.
    """
    spoken, own = claims.grams(said), _counted(source, spot)
    if spot.unit in MONEY or not own or len(own & spoken) > _HARDLY * len(own):
        return False
    first, last = next((span for span in claims.clauses(source) if span[0] <= spot.start < span[1]), (0, 0))
    before = len(claims.grams(source[first : spot.start]) & spoken)  # sales of 950万辆 are sales, whatever follows
    for other in find(source):
        counted = _counted(source, other) & spoken
        least = _SHARED if first <= other.start < last else max(_SHARED, before + 1)
        enough = len(counted) >= max(least, _COUNTS * len(_counted(source, other)))
        if enough and other.unit == spot.unit and not same(other, spot):
            return True
    return False


def of_a_narrower_kind(claim: str, source: str, spot: Quantity) -> bool:
    """Whether a number counts firms of one kind (独角兽企业24家), and a claim in either language firms and no kind."""
    first, last = next((span for span in claims.clauses(source) if span[0] <= spot.start < span[1]), (0, len(source)))
    before = source[max(first, spot.start - _BESIDE) : spot.start]
    behind = source[spot.end : min(last, spot.end + _BESIDE)]
    kinds = [said for stands, said in _KINDS if stands.search(before) or stands.search(behind)]
    firms = _FIRMS.search(before + behind) or re.match(r"\s?[多余]?家", source[spot.end :])
    return bool(firms and kinds and _FIRMS.search(claim)) and not any(said.search(claim) for said in kinds)


def _counted(source: str, number: Quantity) -> frozenset[str]:
    """The wording of what directly follows a number."""
    counted = _COUNTED.match(source, number.end)
    return claims.grams(counted[1]) if counted else frozenset()


def measures_another(claim: str, said: Quantity, source: str, spot: Quantity) -> bool:
    """Whether a claim gives a number to what another number of that kind beside it measures: 需求量为54万人，缺口达37万
    does not say that the gap is 540,000.
    """
    told, own = _measured(claim, said), _measured(source, spot)
    if not told or not own or told & own:
        return False
    first, last = around(source, spot)
    beside = (q for q in find(source) if first <= q.start < last and q.unit == spot.unit and not same(q, spot))
    return any(_measured(source, other) & told for other in beside)


def _measured(text: str, number: Quantity) -> frozenset[str]:
    """The wording of the word right before a number: 缺口 before 缺口预计约为54万人; of 从3亿元增至5亿元 for both."""
    before = _LEADS.sub("", text[: number.start])
    first = next((other for other in find(text) if other.end == len(before) and other.unit == number.unit), None)
    if first:
        return _measured(text, first)
    word = _WORD.search(before[max(0, number.start - _NEAR) :])
    return claims.grams(word[0]) if word else frozenset()


def named_for_another(claim: str, question: str, sources: Sequence[str]) -> bool:
    """Whether a name in a clause of a claim stands, wherever it does, right behind another of the things that a
    question enumerates than the one that this clause names: 甲公司Alpha模型乙公司Beta模型.
    """
    listed = _LISTED.search(question)
    things = [thing for thing in _BETWEEN.split(listed[0]) if not _GENERIC.search(thing)] if listed else []
    for start, end in claims.clauses(claim) if len(things) >= _SHARED else ():
        clause = claim[start:end]
        told = {thing for thing in things if thing in clause}
        for name in claims.NAME.findall(clause) if len(told) == 1 else ():
            places = [before.rstrip() for source in sources for before in source.split(name)[:-1]]
            owners = [max((t for t in things if before.endswith(t)), key=len, default="") for before in places]
            if owners and name not in question and not any(owner in told or not owner for owner in owners):
                return True
    return False


def exchanged(claim: str, source: str) -> bool:
    """Whether a claim has one thing take the place of another (用光纤代替铜线), and its source the other that of the
    first (从光纤改为铜线).
    """
    told, held = _replacements(claim), _replacements(source)
    turned = any(old & after and new & before for old, new in told for before, after in held)
    return turned and not any(old & before and new & after for old, new in told for before, after in held)


def _replacements(text: str) -> list[tuple[frozenset[str], frozenset[str]]]:
    """What each replacement in a text takes away, and what it puts there."""
    found = [(change["old"], change["new"]) for change in _CHANGE.finditer(text)]
    found += [(change["old"], change["new"]) for change in _REPLACE.finditer(text)]
    return [(claims.grams(old), claims.grams(new)) for old, new in found]


def of_the_one_ahead(claim: str, sources: Sequence[str]) -> bool:
    """Whether a claim gives a number to the one whom a source only sets its own against (Azure占21%，仅次于AWS), and
    names nobody whose number it is.
    """
    said = claims.known(claim) | claims.names(claim)
    for piece in (piece for source in sources for piece in pieces(source)):
        for found in _AHEAD.finditer(piece):
            before = piece[: found.start()]
            ahead = claims.known(found["ahead"]) | claims.names(found["ahead"])
            own = (claims.known(before) | claims.names(before)) - ahead
            if held(find(claim), find(before)) and said & ahead and own and not said & own:
                return True
    return False
