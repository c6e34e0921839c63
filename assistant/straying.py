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
    if of_another_country(asked, checked.text):
        return True
    quotes = [citation.quote for citation in checked.citations]
    if not asks_why(asked) and of_another_measure(asked, [checked.text, *quotes]):
        return True
    return of_others(asked, [checked.text, *(around(item.hit) for item in cited)], publishers)
