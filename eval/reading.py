"""Does what is chosen as evidence hold the answer? Key facts in passages, in evidence, and in what the model reads.

    python -m eval.reading QUESTIONS.jsonl [--home DIR] [--backend local]

The reports have to be indexed in the home. No answer is written; a question is only translated where the backend does
that, and what the model said is kept beside the home's other replies. Prints a Markdown table by language and by type:
of how many questions every key fact stands in the passages considered, in the evidence chosen from them, in what of it
the model reads, and in the first piece of the evidence alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.assistant import Assistant
from eval.dataset import Question
from eval.tool import breakdown, opened
from eval.wording import missing_facts


@dataclass(frozen=True, slots=True)
class Reading:
    """Of one question, whether every key fact stands in what was considered, chosen, read, and in the first piece."""

    lang: str
    type: str
    considered: bool
    chosen: bool
    read: bool
    first: bool


def readings(assistant: Assistant, questions: Sequence[Question]) -> list[Reading]:
    """What the assistant would read for every question that has key facts."""
    found = []
    for question in questions:
        if not question.key_facts:
            continue
        stages = assistant.reading(question.question, question.history)
        texts = ["\n".join(stage) for stage in stages] + [stages[1][0] if stages[1] else ""]
        held = [not missing_facts(text, question) for text in texts]
        found.append(Reading(question.lang, question.type, *held))
    return found


def row(name: str, found: Sequence[Reading]) -> str:
    """A row of the Markdown table."""
    counts = (
        sum(reading.considered for reading in found),
        sum(reading.chosen for reading in found),
        sum(reading.read for reading in found),
        sum(reading.first for reading in found),
    )
    return f"| {name} | {len(found)} | {' | '.join(map(str, counts))} |"


def table(found: Sequence[Reading]) -> str:
    """Rows for all questions, for each language and for each type."""
    head = ["| | questions | considered | chosen | read | first piece |", "|---|--:|--:|--:|--:|--:|"]
    return "\n".join([*head, *breakdown(found, row, lambda reading: reading.type)])


def main() -> None:
    """Print the table."""
    library, model, settings, questions = opened(__doc__)
    print(table(readings(Assistant(library, model, settings), questions)))


if __name__ == "__main__":
    main()
