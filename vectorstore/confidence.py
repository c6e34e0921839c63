"""Does the library answer this at all? A calibrated guess from how near the nearest passage is.

Logistic regression on the best cosine, for questions in a language of the library and for others. Fitted on
110 questions with an answer in the reports, 26 about the same reports without one, and 270 about anything
else (XQuAD). In five-fold cross-validation it tells questions on other topics apart almost always (AUC .99)
and questions on the same topic that the reports happen not to answer hardly better than chance in Chinese
(.54) and little better in English (.6 to .7): for those, what the passages say has to be read.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import exp

from vectorstore.explain import Stage
from vectorstore.schema import Lang

_SAME, _ACROSS = (-50.9, 56.7), (-54.8, 69.4)
"""Intercept and slope over the cosine (e5): even odds at .898 in a language of the library, at .790 in another."""
EMBEDDER = "e5"


def confidence(stages: Sequence[Stage], languages: Collection[Lang], embedder: str) -> float | None:
    """The probability that the library answers, from the dense rankings of a search over all of it.

    `languages` are those of its reports. None for an embedding model that this was not calibrated on, and
    when nothing was ranked. A question asked both ways counts in the library's own language.
    """
    dense = [stage for stage in stages if stage.name == "dense" and stage.found]
    if embedder != EMBEDDER or not dense:
        return None
    same = [stage.best for stage in dense if stage.lang in languages]
    intercept, slope = _SAME if same else _ACROSS
    nearest = max(same or [stage.best for stage in dense])
    return 1 / (1 + exp(-(intercept + slope * nearest)))
