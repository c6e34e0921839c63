"""The sentences of the evidence by how much they bear on a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.alignment import is_day
from assistant.cells import asked_of_rows, asked_years, row_year
from assistant.citations import Checked
from assistant.pieces import behind_its_first_cell, caption, is_sentence, sentences_of, without_notes
from assistant.quantities import spread
from assistant.quoting import locate
from assistant.relevance import Similarity, weigh
from assistant.schema import Evidence
from vectorstore.characters import has_han


@dataclass(frozen=True, slots=True)
class Telling:
    """A sentence of the evidence: whose, where in its text, what it says on one line, and how much less than the
    best one it weighs.
    """

    item: Evidence
    start: int
    end: int
    text: str
    behind: float


def by_bearing(
    chosen: Sequence[Evidence], ways: Sequence[str], similarity: Similarity | None
) -> list[Telling]:
    """The sentences of the evidence by how much they bear on the question, best first; headings are none."""
    spans = [(item, start, end) for item in chosen for start, end in sentences_of(item.text)]
    whole = (behind_its_first_cell(item.hit, item.text[start:end]) for item, start, end in spans)
    texts = [_without_heading(without_notes(text)) for text in whole]
    scores = weigh(texts, ways, similarity)
    order = sorted(range(len(texts)), key=lambda i: (-scores[i], i))
    years = [row_year(text) for text in texts]
    asked = asked_years(ways, years)
    telling = [i for i in order if is_sentence(texts[i]) and (years[i] is None or years[i] in asked)]
    told = {i: spread(asked_of_rows(texts[i], ways), caption(spans[i][0].hit.passage)) for i in telling}
    return [Telling(*spans[i], told[i], scores[telling[0]] - scores[i]) for i in telling]


def _without_heading(text: str) -> str:
    """A sentence on one line: a heading above it helps to find it and is no part of what it says, unless it is the
    day of an entry in a chronicle.
    """
    *above, last = [" ".join(line.split()) for line in text.strip().split("\n")]
    last = last.lstrip("| •·-")
    if not above or not is_day(above[-1]):
        return last
    stop = "" if last[-1:] in "。！？；.!?;" else "。" if has_han(last) else "."
    return f"{above[-1]}{'，' if has_han(last) else ': '}{last}{stop}"


def covering(checked: Checked, sentence: Telling) -> set[int]:
    """The marks whose citations cover some of a sentence."""
    return _meeting(checked, sentence.item, *locate(sentence.item, sentence.start, sentence.end))


def rests_on(checked: Checked, item: Evidence) -> bool:
    """Whether the answer cites some of a piece of evidence."""
    return bool(_meeting(checked, item, item.start, item.end))


def _meeting(checked: Checked, item: Evidence, start: int, end: int) -> set[int]:
    """The marks whose citations share a character with this place of the report that a piece of evidence is of."""
    report = item.hit.report.id
    return {c.n for c in checked.citations if c.report == report and c.start < end and start < c.end}
