"""Table questions: is the row that answers among the first passages, and does it stand on the page it says?

`python -m eval.tables --home HOME` asks the questions of `tables.jsonl` (over the shared reports and PDFs) in a
library that holds those files. A row is found when one of the first three passages holds every string of `row`,
white space and case apart. English questions are searched with the translation that stands beside them, as a
chat model would give one, so that finding alone is measured.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vectorstore.library import Library
    from vectorstore.schema import Hit, Lang

QUESTIONS = Path(__file__).with_name("tables.jsonl")
FIRST = 3


@dataclass(frozen=True, slots=True)
class TableQuestion:
    """A question that one row of a table answers.

    `page` counts from 1; None where the file has no pages or the row stands on several.
    """

    id: str
    lang: Lang
    question: str
    file: str
    row: tuple[str, ...]
    page: int | None = None
    translation: str | None = None


def load(path: Path = QUESTIONS) -> list[TableQuestion]:
    """The questions of a JSON Lines file."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [TableQuestion(**{**line, "row": tuple(line["row"])}) for line in lines]


def holds(text: str, row: Iterable[str]) -> bool:
    """Whether a text holds every string of a row, white space and case apart."""
    bare = "".join(text.split()).lower()
    return all("".join(cell.split()).lower() in bare for cell in row)


def rank(hits: Sequence[Hit], question: TableQuestion) -> int | None:
    """Rank of the first passage that holds the row, on its page where one is given."""
    for hit in hits:
        passage = hit.passage
        right_page = question.page is None or (
            passage.page is not None
            and passage.page_end is not None
            and passage.page <= question.page <= passage.page_end
        )
        if hit.report.source == question.file and right_page and holds(passage.clean, question.row):
            return hit.rank
    return None


def ranks(library: Library, questions: Iterable[TableQuestion], depth: int = 20) -> dict[str, int | None]:
    """For each question the rank of its row, None when it is not among the first `depth` passages."""
    from assistant.question import queries, understand

    return {
        q.id: rank(library.search(queries(understand(q.question), q.translation), depth), q)
        for q in questions
    }


def main() -> None:
    """Print the share of rows among the first three passages, and what was missed."""
    from assistant.opening import open_library
    from assistant.settings import load as settings

    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--home", type=Path, help="the library that holds the reports and PDFs")
    parser.add_argument("--questions", type=Path, default=QUESTIONS)
    said = parser.parse_args()
    questions = load(said.questions)
    found = ranks(open_library(settings(home=said.home)), questions)
    for lang in ("zh", "en"):
        of = [found[q.id] for q in questions if q.lang == lang]
        good = sum(place is not None and place <= FIRST for place in of)
        print(f"{lang}: {good} of {len(of)} rows among the first {FIRST} passages ({good / len(of):.2f})")
    for q in questions:
        if (place := found[q.id]) is None or place > FIRST:
            print(f"  {q.id} {'rank ' + str(place) if place else 'missing'}: {q.question}")


if __name__ == "__main__":
    main()
