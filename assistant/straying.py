"""Whether an answer strays from its question: to other names, another country, another measure."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.asking import asks_why
from assistant.borrowed import of_another_country, of_others
from assistant.citations import Checked
from assistant.measures import of_another_measure
from assistant.pieces import around
from assistant.schema import Evidence


def strays(asked: str, checked: Checked, cited: Sequence[Evidence], publishers: str) -> bool:
    """Whether an answer speaks of nothing that its question names, as far as that is known in both languages, or of
    another country or measure than what is asked about. `cited` is the evidence that the answer rests on; what is named
    `publishers` may be who says it.
    """
    told = [checked.text, *(citation.quote for citation in checked.citations)]
    headings = [heading for item in cited for heading in item.hit.passage.heading]
    if of_another_country(asked, "\n".join([*told, *headings])):
        return True
    if not asks_why(asked) and of_another_measure(asked, [*told, *headings]):
        return True
    return of_others(asked, [checked.text, *(around(item.hit) for item in cited)], publishers)
