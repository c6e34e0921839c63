"""Whether what is chosen as evidence holds the answer."""

from __future__ import annotations

from collections.abc import Sequence

from eval.dataset import Question
from eval.reading import Reading, readings, table


class Reader:
    """An assistant that considers, chooses and reads the same for every question."""

    def reading(self, question: str, history: Sequence[str] = ()) -> tuple[list[str], list[str], list[str]]:
        return ["收入为55亿元，利润为8亿元，员工900人。"], ["收入为55亿元。", "利润为8亿元。"], ["利润为8亿元。"]


def asked(id: str, *facts: str, lang: str = "zh") -> Question:
    return Question(id, lang, "fact", f"{id}？", key_facts=tuple((fact,) for fact in facts))


def test_each_stage_is_looked_at_for_every_key_fact() -> None:
    questions = [asked("1", "55亿"), asked("2", "55亿", "8亿"), asked("3", "8亿"), asked("4", "900"), asked("5", "7")]
    found = readings(Reader(), questions)  # type: ignore[arg-type]
    assert [(r.considered, r.chosen, r.read, r.first) for r in found] == [
        (True, True, False, True),
        (True, True, False, False),
        (True, True, True, False),
        (True, False, False, False),
        (False, False, False, False),
    ]


def test_questions_without_key_facts_are_left_out() -> None:
    assert readings(Reader(), [Question("1", "zh", "unanswerable", "谁？")]) == []  # type: ignore[arg-type]


def test_the_table_counts_by_language_and_type() -> None:
    found = [Reading("zh", "fact", True, True, True, False), Reading("en", "table", True, False, False, False)]
    lines = table(found).splitlines()
    assert lines[2] == "| all | 2 | 2 | 1 | 1 | 0 |"
    assert lines[4:] == ["| en | 1 | 1 | 0 | 0 | 0 |", "| fact | 1 | 1 | 1 | 1 | 0 |", "| table | 1 | 1 | 0 | 0 | 0 |"]
