"""Does a small model know what the evidence does not hold? Its judgement before it writes, over a set of questions.

    python -m eval.doubts QUESTIONS.jsonl [--home DIR] [--backend local]

The reports have to be indexed in the home. Prints, by language and by kind of question, how well the judgement tells
answerable from unanswerable questions (area under the curve) and what its thresholds refuse. What the model said is
kept beside the home's other replies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.asking import asks_for_one_thing, asks_why
from assistant.assistant import Assistant
from assistant.question import understand
from eval.dataset import Question
from eval.tool import breakdown, opened


@dataclass(frozen=True, slots=True)
class Doubt:
    """One question: what it asks for, whether the reports answer it, and how doubtful the model was."""

    lang: str
    kind: str
    answerable: bool
    value: float


def kind(question: Question) -> str:
    """What a question asks for: these have thresholds of their own."""
    asked = understand(question.question, question.history).standalone
    if asks_why(asked):
        return "a reason (not refused)"
    return "one thing" if asks_for_one_thing(asked) else "anything else"


def doubts(assistant: Assistant, questions: Sequence[Question]) -> list[Doubt]:
    """What the assistant's model doubts, for every question that it can judge."""
    found = []
    for question in questions:
        value = assistant.doubt(question.question, question.history)
        if value is not None:
            found.append(Doubt(question.lang, kind(question), question.answerable, value))
    return found


def area(found: Sequence[Doubt]) -> float | None:
    """The area under the ROC curve: how often an unanswerable question is doubted more than an answerable one."""
    bad = [doubt.value for doubt in found if not doubt.answerable]
    good = [doubt.value for doubt in found if doubt.answerable]
    if not bad or not good:
        return None
    return sum((a > b) + 0.5 * (a == b) for a in bad for b in good) / (len(bad) * len(good))


def row(name: str, found: Sequence[Doubt]) -> str:
    """A row of the Markdown table."""
    bad = [doubt.value > 0 for doubt in found if not doubt.answerable]
    good = [doubt.value > 0 for doubt in found if doubt.answerable]
    curve = area(found)
    return f"| {name} | {'' if curve is None else f'{curve:.2f}'} | {_share(bad)} | {_share(good)} |"


def _share(refused: Sequence[bool]) -> str:
    return f"{sum(refused)} of {len(refused)}" if refused else ""


def table(found: Sequence[Doubt]) -> str:
    """Rows for all questions, for each language and for each kind."""
    head = ["| | area under the curve | unanswerable, doubted | answerable, doubted |", "|---|--:|--:|--:|"]
    return "\n".join([*head, *breakdown(found, row, lambda doubt: doubt.kind)])


def main() -> None:
    """Print the table."""
    library, model, settings, questions = opened(__doc__)
    print(table(doubts(Assistant(library, model, settings), questions)))


if __name__ == "__main__":
    main()
