"""How well a model's judgement tells what the reports answer."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from eval.dataset import Question
from eval.doubts import Doubt, area, doubts, table


def doubt(value: float, answerable: bool, lang: str = "zh", kind: str = "one thing") -> Doubt:
    return Doubt(lang, kind, answerable, value)


@pytest.mark.parametrize(
    ("bad", "good", "expected"),
    [([1, 2], [-1, 0], 1.0), ([-1, 0], [1, 2], 0.0), ([1], [1], 0.5), ([1, -1], [0], 0.5), ([], [1], None)],
)
def test_the_area_is_the_share_of_pairs_in_the_right_order(
    bad: list[float], good: list[float], expected: float | None
) -> None:
    found = [*(doubt(value, False) for value in bad), *(doubt(value, True) for value in good)]
    assert area(found) == expected


def test_the_table_counts_what_would_be_refused() -> None:
    lines = table([doubt(0.5, False), doubt(-0.5, False, "en"), doubt(0.1, True), doubt(-1, True)]).splitlines()
    assert lines[2] == "| all | 0.75 | 1 of 2 | 1 of 2 |"
    assert lines[4] == "| en |  | 0 of 1 |  |"


class Judged:
    """An assistant that doubts what its table says."""

    def __init__(self, **said: float | None) -> None:
        self.said = said

    def doubt(self, question: str, history: Sequence[str] = ()) -> float | None:
        return self.said[question[0]]


def test_every_question_that_can_be_judged_is() -> None:
    asked = [
        Question("1", "zh", "unanswerable", "a 2019年的收入是多少？"),
        Question("2", "zh", "fact", "b 为什么赚钱？", key_facts=(("因为",),)),
        Question("3", "zh", "fact", "c", key_facts=(("因为",),)),
    ]
    found = doubts(Judged(a=1.0, b=2.0, c=None), asked)  # type: ignore[arg-type]
    assert found == [doubt(1.0, False), doubt(2.0, True, kind="a reason (not refused)")]
