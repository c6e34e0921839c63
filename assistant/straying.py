"""Whether an answer strays from its question: to other names, another country, another year, another measure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant import claims
from assistant.alignment import find
from assistant.asking import asks_for_one_thing, asks_how_much, asks_why
from assistant.borrowed import of_another_country, of_others
from assistant.citations import Checked
from assistant.measures import of_another_measure
from assistant.pieces import around
from assistant.schema import Evidence

_REPORT = re.compile(
    r"《[^》]*》|\d{4}年?版?[^，。？\d]{0,12}(?:报告|白皮书|蓝皮书|年报)"
    r"|\b\d{4} (?:[\w-]+ ){0,3}(?:report|white ?paper)\b",
    re.IGNORECASE,
)
"""What a report is called: its year is not the one that is asked about."""


def strays(asked: str, checked: Checked, cited: Sequence[Evidence], publishers: str) -> bool:
    """Whether an answer speaks of nothing that its question names, as far as that is known in both languages, or of
    another country, year or measure than what is asked about. `cited` is the evidence that the answer rests on; what is
    named `publishers` may be who says it.
    """
    quotes = [citation.quote for citation in checked.citations]
    headings = [heading for item in cited for heading in item.hit.passage.heading]
    told, passages = [checked.text, *quotes, *headings], [around(item.hit) for item in cited]
    if of_another_country(asked, "\n".join(told)) or _of_another_year(asked, checked):
        return True
    if not asks_why(asked) and of_another_measure(asked, told, [*quotes, *headings, *passages]):
        return True
    return of_others(asked, [checked.text, *passages], publishers)


def _of_another_year(asked: str, checked: Checked) -> bool:
    """Whether one figure is asked of one year, and each figure of an answer is told of others, in its own clause or in
    those before it.
    """
    wanted = claims.years(_REPORT.sub("", asked))
    if len(wanted) != 1 or not asks_for_one_thing(asked) or not asks_how_much([asked]):
        return False
    told = list[frozenset[int]]()
    for sentence in checked.sentences:
        years = frozenset[int]()
        for start, end in claims.clauses(sentence.text):
            years = claims.years(sentence.text[start:end]) or years
            told += [years] * bool(find(sentence.text[start:end]))
    return bool(told) and all(years and not years & wanted for years in told)
