"""Whether the evidence holds what a question asks for, as a small model judges it.

A small model that is asked to answer answers, whatever the evidence says. Asked by itself whether the figure, the
year, the place of the question stand there, with worked examples of both, it can tell; what it leans to is read from
the odds of its first word, since it says "yes" too easily. Measured on 148 questions (docs/asking.md).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from threading import Event

from assistant.alignment import find
from assistant.asking import asks_for_one_thing, asks_why
from assistant.models.base import ChatModel, Reply, prompted
from assistant.pieces import is_sentence, under_names, without_notes
from assistant.quantities import find_quantities, in_full
from assistant.schema import Evidence
from assistant.sides import asks_several
from vectorstore.characters import has_han
from vectorstore.schema import Lang

BUDGET = 180
"""Characters of evidence that are judged: the sentence or two that bear most on the question. More of them are
slower and judged worse (docs/asking.md)."""
ONE_THING, ANYTHING = 0.9, -0.6
"""Log-odds of "yes" from which evidence holds what is asked: for one figure, date or person, and for what takes
more than one sentence to tell, of which a part may do."""
_WORDS: dict[Lang, tuple[str, str]] = {"zh": ("能", "不能"), "en": ("yes", "no")}


def holds(
    asked: str,
    question: str,
    evidence: Sequence[Evidence],
    model: ChatModel,
    *,
    several: bool = False,
    cancel: Event | None = None,
    reply: Reply | None = None,
) -> bool:
    """Whether `evidence` holds what is asked; True where the model cannot tell.

    `asked` are the asker's own words, which say what kind of answer is wanted, `question` the same in the
    language of the evidence; `several` reports may have to answer it. A question for reasons is not judged: it may
    rest on a mistake that the evidence corrects, and that is an answer.
    """
    if asks_why(asked) or not evidence:
        return True
    found = odds(question, evidence, model, cancel=cancel, reply=reply)
    return found is None or found >= least(asked, several)


def beforehand(asked: str, several: bool = False) -> bool:
    """Whether a question is to be judged before anything is written: one to one report for one figure, date or
    person, of which a draft would tell another. Of any other hardly one in a hundred is turned away, so nobody should
    wait for it.
    """
    return asks_for_one_thing(asked) and not (several or asks_several(asked))


def least(asked: str, several: bool = False) -> float:
    """The log-odds from which the evidence holds what is asked."""
    return ONE_THING if beforehand(asked, several) else ANYTHING


def telling(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence that says something by itself, a sentence, a figure or a day, where any does: headings beside it
    mislead the judge.
    """
    said = [item for item in evidence if is_sentence(item.text) or find(item.text) or _tells_a_day(item.text)]
    return said or list(evidence)


def _tells_a_day(text: str) -> bool:
    return any(found.unit in ("month", "date") for found in find_quantities(text))


def odds(
    question: str,
    evidence: Sequence[Evidence],
    model: ChatModel,
    *,
    cancel: Event | None = None,
    reply: Reply | None = None,
) -> float | None:
    """How much likelier than not the model holds it, as log-odds, that `evidence` answers `question`."""
    lines = [re.sub(r"\s*\n\s*", " ", without_notes(under_names(item.hit, item.text))) for item in evidence]
    return odds_of(question, "\n".join(lines), model, cancel=cancel, reply=reply)


def odds_of(
    question: str, text: str, model: ChatModel, *, cancel: Event | None = None, reply: Reply | None = None
) -> float | None:
    """The same of a text."""
    lang: Lang = "zh" if has_han(text) else "en"
    messages = prompted("holds", lang, question=question, evidence=in_full(text))
    return model.odds(messages, _WORDS[lang], cancel=cancel, reply=reply)
