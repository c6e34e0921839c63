"""The row of a table that a superlative asks for: what grew fastest, which of them is the smallest.

A model reads a few rows and takes the first for the largest. Figures of one column can be compared exactly, over all
rows of the table, also those that stand in passages that were not found. Where it is not plain what is compared (two
superlatives, other units, an order that is turned around), nothing is picked and the question goes its usual way.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.quantities.numerals import chinese_numeral, english_numeral
from assistant.table import Row, figure, table_of
from vectorstore.schema import Hit, Passage
from vectorstore.words import words

READ = 4
"""Passages at the head of the ranking in which a table is looked for: one further down is about something else."""
_ROWS = 3
"""Rows with a figure that make a column comparable; two are compared by any reader."""
_MOST_PICKED = 10
"""Rows that are picked at most: more of them that are equal are no answer."""
_MOST = re.compile(
    r"最[高大多快长远重贵强热]|前(?:[二两三四五六七八九十]|[2-9]|10)[名位大](?!十)|(?:排名?|位[居列]|居)(?:第一|首位)(?![季次个批代])"
    r"|\b(?:high|larg|bigg|great|fast|long|strong)est\b|(?<!\bat )\bmost\b(?! of\b)|\btop\b",
    re.IGNORECASE,
)
_LEAST = re.compile(
    r"最[低小少慢短轻]|\b(?:low|small|few|slow|short|light)est\b|(?<!\bat )\bleast\b(?! of\b)", re.IGNORECASE
)
_NOT_PLAIN = re.compile(
    r"不是最|并非最|非最|(?<![扣去清消免])除(?!尘|湿|草)|以外|之外|其[他余它]|第[二三四五六七八九十](?!季)|次[高大多]"
    r"|(?:下[降滑跌]|减少|降低|降幅|跌幅|萎缩)[^，。？?]{0,4}最"
    r"|\b(?:not|except|excluding|other than|besides|(?:second|third|fourth|fifth)(?! quarter)"
    r"|fell|fall\w*|declin\w+|drop\w*|decreas\w+"
    r"|shr[aiu]nk\w*)\b",
    re.IGNORECASE,
)
_SECOND_TOO = re.compile(
    r"[，。？?、和与]\s*(?:排名?|位[居列]|居)?第[二2](?:名|位)?的?(?:又?是?[谁哪多][^，。？?]{0,8}|呢)?[？?]*\s*$"
    r"|,? and (?:(?:the|which) )?second(?:[- ]\w+est)?\??$",
    re.IGNORECASE,
)
"""Behind a superlative: who comes after the first is asked for too."""
_RANKED = re.compile(r"前(?:\d+|[二两三四五六七八九十]+)[名位大强]?|\btop\b(?: \w+)?", re.IGNORECASE)
_PLURAL = re.compile(r"哪些|\bwhich (?:[\w-]+ ){0,3}?(?:are|were|have)\b|\bwhat are\b", re.IGNORECASE)
_N = "二|两|三|四|五|六|七|八|九|十|[2-9]|10"
_N_EN = "two|three|four|five|six|seven|eight|nine|ten|[2-9]|10"
_FIRST = (
    re.compile(rf"前(?P<n>{_N})(?:名|位|大|家|个|款|项|强|类|种)(?!十|\d)"),
    re.compile(rf"最.{{1,2}}?的前?(?P<n>{_N})(?:名|位|大|家|个|款|项|强|类|种|座)"),
    re.compile(rf"\btop (?P<n>{_N_EN})\b", re.IGNORECASE),
    re.compile(rf"\b(?P<n>{_N_EN}) (?:most|least|[a-z]{{2,}}est)\b", re.IGNORECASE),
)
_OF_GROWTH = re.compile(r"最[快慢]|\b(?:fast|slow)est\b", re.IGNORECASE)
_GROWTH = re.compile(r"增[长速幅]|同比|环比|增减|\bgr[eo]w\w*|\bincreas\w+|\bchange|\byoy\b|\bcagr\b", re.IGNORECASE)
_NO_MEASURE = re.compile(r"序号|编号|代码|排名|名次|\brank(?:ing)?s?\b|^(?:no\.?|#|code|id)$", re.IGNORECASE)
_TOTAL = re.compile(
    r"\W*(?:合计|总[计体和]|整体|全[国部球]|平均|均值|小计|(?:grand |sub)?total|average|mean|overall|all)\W*",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_TAIL = re.compile(r"[得的地为是]+$")
_COUNTED = re.compile(r"[数量额率值]$")
_THING = re.compile(r"的?+([^一二两三四五六七八九十几那哪是为，。？?\d][^是哪，。？?]{0,9})")
"""What a Chinese superlative is said of, if that stands behind it: 最大的困难; not in 最高的三家, 最高的是."""
_PHRASE = re.compile(
    r"\s*((?:(?!(?:by|of|in|among|for|and|or|at|with|on|from|to|as|is|was|has|had|did)\b)[\w-]+\s*){1,4})",
    re.IGNORECASE,
)
"""The noun behind an English superlative: smallest *floor area* of."""
_SUBJECT = re.compile(r"([\w-]+)\s+(?:is|was|are|were)\s+(?:the\s+)?$")
_ROUND, _ROUND_EN = 5, 20
"""Characters in front of a Chinese superlative, and behind an English one, that say what it is the most of."""


@dataclass(frozen=True, slots=True)
class Picked:
    """The rows of a table that a question asks for: the passages they stand in, as hits, and where.

    `table` are the first characters of all passages of the table; `rows` say of which passage (its first character)
    which part of the clean text is picked, best first.
    """

    hits: tuple[Hit, ...]
    table: frozenset[int]
    rows: tuple[tuple[int, int, int], ...]

    def of_the_table(self, hit: Hit) -> bool:
        """Whether a hit is a part of the table: of that only the rows that were picked are to be read."""
        return hit.report.id == self.hits[0].report.id and hit.passage.start in self.table


def picked(
    ways: Sequence[str],
    hits: Sequence[Hit],
    passages: Callable[[str], Sequence[Passage]],
    text: Callable[[str], str],
) -> Picked | None:
    """The rows that a superlative in a question picks from the first table found that has a column for it, and those
    that the question names.

    `ways` are the forms of the question, `passages` and `text` give a report's. None without a superlative, or where
    no column of figures is what it measures.
    """
    second = any(map(_SECOND_TOO.search, ways))
    ways = [_SECOND_TOO.sub("？", way) for way in ways]
    asking = asked(ways)
    most = _direction(asking)
    if most is None or any(map(_NOT_PLAIN.search, ways)):
        return None
    count = _how_many(asking)
    if second and count == 1:
        count = 2
    seen: set[tuple[str, int]] = set()
    for hit in hits[:READ]:
        if hit.passage.kind != "table" or (hit.report.id, hit.passage.start) in seen:
            continue
        table = table_of(hit.passage, passages)
        seen |= {(hit.report.id, row.passage.start) for row in table}
        meant = {row.place for row in _meant(table, ways)}
        measured = [pair for pair in _measure(table, asking) if pair[0].place in meant]
        if best := _best(measured, most=most, count=count):
            named = [row for row in _named(table, ways) if row not in best]
            return _found(hit, table, [*best, *named], text(hit.report.id))
    return None


def asked(ways: Sequence[str]) -> list[str]:
    """Those forms of a question that hold a superlative."""
    found = [_unranked(way) for way in ways]
    return [way for way in found if _superlatives(way)]


def _unranked(way: str) -> str:
    """A question without the ranking that its table is of, where it asks for something else: 前十名里估值最高的."""
    other = _RANKED.sub(" ", way)
    return other if _superlatives(other) else way


def of_growth(ways: Sequence[str]) -> bool:
    """Whether a question asks what grew fastest or slowest."""
    return any(growth for _, growth in _kinds("\n".join(ways)))


def says(ways: Sequence[str], text: str) -> bool:
    """Whether a text says outright what a superlative in a question asks for: what grew fastest, what is least."""
    return not _kinds("\n".join(ways)).isdisjoint(_kinds(text))


def _kinds(text: str) -> set[tuple[bool, bool]]:
    """What the superlatives of a text are: the most or the least, of growth or not; none where an order is turned."""
    if _NOT_PLAIN.search(text):
        return set()
    return {
        (pattern is _MOST, bool(_OF_GROWTH.search(found[0]) or _GROWTH.search(near)))
        for pattern in (_MOST, _LEAST)
        for found in pattern.finditer(text)
        for near in [text[found.start() : found.end() + _ROUND_EN] if found[0].isascii()
                     else text[max(0, found.start() - _ROUND) : found.start()]]
    }  # fmt: skip


def _superlatives(way: str) -> list[re.Match[str]]:
    return [found for pattern in (_MOST, _LEAST) for found in pattern.finditer(way)]


def _direction(asking: Sequence[str]) -> bool | None:
    """Whether the most is asked for (the least otherwise); None where that is not plain."""
    if any(len(_superlatives(way)) > 1 for way in asking):
        return None
    found = {bool(_MOST.search(way)) for way in asking}
    return found.pop() if len(found) == 1 else None


def _how_many(asking: Sequence[str]) -> int | None:
    """How many rows a question wants: the first three, or the one; None where it wants several and says no number."""
    for found in (pattern.search(way) for way in asking for pattern in _FIRST):
        if found:
            said = found["n"].lower()
            return int(said if said.isdecimal() else english_numeral(said) or chinese_numeral(said) or 1)
    return None if any(map(_PLURAL.search, asking)) else 1


def _best(measured: Sequence[tuple[Row, Decimal]], *, most: bool, count: int | None) -> list[Row]:
    """The rows with the highest or the lowest values, all of equal ones; [] where these are not fewer."""
    if count is None or not measured:
        return []
    ordered = sorted(measured, key=lambda pair: -pair[1] if most else pair[1])
    last = ordered[min(count, len(ordered)) - 1][1]
    best = [row for row, value in ordered if (value >= last if most else value <= last)]
    return best if len(best) < len(measured) and len(best) <= _MOST_PICKED else []


def _found(hit: Hit, table: Sequence[Row], rows: Sequence[Row], text: str) -> Picked:
    passages = {row.passage.start: row.passage for row in rows}
    hits = tuple(
        hit if passage.start == hit.passage.start
        else replace(hit, passage=passage, text=text[passage.start : passage.end], duplicates=())
        for passage in passages.values()
    )  # fmt: skip
    places = tuple((row.passage.start, row.start, row.end) for row in rows)
    return Picked(hits, frozenset(row.passage.start for row in table), places)


def _meant(rows: Sequence[Row], ways: Sequence[str]) -> list[Row]:
    """The rows that a question is about: of the years and kinds that it names only those."""
    kept = list(rows)
    years = [int(year) for way in ways for year in _YEAR.findall(way)]
    for name in dict.fromkeys(name for row in kept for name in row.cells):
        of_it = [row for row in kept if _is_said(row.cells.get(name, ""), ways)]
        if 2 <= len(of_it) < len(kept) and not figure(of_it[0].cells[name]):
            kept = of_it
        begun = [(row, _YEAR.match(row.cells.get(name, ""))) for row in kept]
        within = [row for row, year in begun if years and year and min(years) <= int(year[0]) <= max(years)]
        if 2 <= len(within) < len(kept):
            kept = within
    return kept


def _named(rows: Sequence[Row], ways: Sequence[str]) -> list[Row]:
    """The rows that a question names: by what stands in no other row and is no figure."""
    values = Counter(value for row in rows for value in row.cells.values())
    said = {value for value, count in values.items() if count == 1 and _is_said(value, ways) and not figure(value)}
    return [row for row in rows if not said.isdisjoint(row.cells.values())][:_MOST_PICKED]


def _is_said(value: str, ways: Sequence[str]) -> bool:
    """Whether the text of a cell stands in a question, as words of their own."""
    held = [way for way in ways if len(value) > 1 and value.lower() in way.lower()]  # patterns take their time
    return any(re.search(rf"(?<![a-z\d]){re.escape(value)}(?![a-z\d])", way, re.IGNORECASE) for way in held)


def _measure(rows: Sequence[Row], asking: Sequence[str]) -> list[tuple[Row, Decimal]]:
    """The rows but totals with their values in the column that a superlative is about; [] where none is, or where its
    units differ.
    """
    rows = [row for row in rows if not any(map(_TOTAL.fullmatch, row.cells.values()))]
    names = list(dict.fromkeys(name for row in rows for name in row.cells))
    fitting = {name: max(_fits(name, names, way) for way in asking) for name in names if not _NO_MEASURE.search(name)}
    for fit in sorted({fit for fit in fitting.values() if fit > 0}, reverse=True):
        columns = [_values(rows, name) for name in fitting if fitting[name] == fit]
        columns = [values for values in columns if len(values) >= _ROWS]
        if columns:
            units = {unit for _, (_, unit) in columns[0]}
            return [(row, value) for row, (value, _) in columns[0]] if len(columns) == len(units) == 1 else []
    return []


def _values(rows: Sequence[Row], name: str) -> list[tuple[Row, tuple[Decimal, str]]]:
    return [(row, value) for row in rows if (value := figure(row.cells.get(name, "")))]


def _fits(name: str, names: Sequence[str], way: str) -> float:
    """How well the name of a column says what a superlative measures: 0 where it does not stand beside it, else the
    share of its words that the question holds, a longer name before a shorter one.
    """
    own = _words(name)
    if not any(_measures(name, own, names, way, found) for found in _superlatives(way)):
        return 0.0
    held = len(own & _words(way)) or 1
    return held / len(own) + held / 100


def _measures(name: str, own: frozenset[str], names: Sequence[str], way: str, found: re.Match[str]) -> bool:
    """Whether a superlative is said of a column: its name stands in front (销售额最高) or behind (highest sales), or
    something grows fastest and the column is of its growth. What is largest must be a column's or go unsaid: with "the
    largest difficulty in sales" no sales are meant.
    """
    before, behind = way[: found.start()], way[found.end() :]
    if _OF_GROWTH.search(found[0]):
        grown = set(words(_GROWTH.sub(" ", name)))
        return bool(_GROWTH.search(name) and _GROWTH.search(way)) and grown <= set(words(way))
    if found[0].isascii():
        phrase, subject = _PHRASE.match(behind), _SUBJECT.search(before)
        heads = {phrase[1].split()[-1] if phrase else "", subject[1] if subject else ""}
        return not own.isdisjoint(form for head in heads for form in (head.lower(), head.lower().removesuffix("s")))
    thing = _THING.match(behind)
    said = thing[1] if thing else ""
    if any(said.startswith(word) for word in own):
        return True
    known = not said or any(len(word) > 1 and word in said for other in names for word in _words(other))
    return known and any(_TAIL.sub("", before).endswith(word) for word in own)


def _words(text: str) -> frozenset[str]:
    """The words of a column's name, its unit left out, and the whole without 数 and the like; 融资额 for 融资金额."""
    plain = " ".join(re.sub(r"[（(].*?[）)]", " ", text.lower()).split())
    return frozenset([*words(plain), plain, _COUNTED.sub("", plain), re.sub(r"(?<=\w)金额", "额", plain)])
