"""What a model reads of the evidence, and its reply."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from assistant.inquiry import Searched
from assistant.models.base import Reply
from assistant.question import understand
from assistant.reading import Reading, Task
from assistant.schema import Evidence, Usage
from tests.assistant.builders import Scripted, piece

ASKED, ASKED_FOR_A_LIST = "2022年储能装机是多少？", "储能有哪些风险？"
BEST = piece("2022年储能装机为8.7吉瓦。", 1)
FAR = piece("公司的办公楼建在湖边，员工可以在午休时散步。", 2)
CHOSEN = [BEST, FAR]


def alike(queries: Sequence[str], texts: Sequence[str]) -> np.ndarray:
    return np.array([[0.9 if "储能" in text else 0.7 for text in texts] for _ in queries])


def reading(asked: str = ASKED, said: str = "", *, small: bool = True, task: Task = "answer") -> Reading:
    searched = Searched(understand(asked), (asked,), tuple(item.hit for item in CHOSEN), Usage(0, 0))
    return Reading(searched, Scripted(said, small=small), alike, task, 220, None, Reply())


@pytest.mark.parametrize(
    ("asked", "small", "task", "read"),
    [
        (ASKED, True, "answer", [BEST]),
        (ASKED_FOR_A_LIST, True, "answer", [FAR, BEST]),
        (ASKED, True, "summary", CHOSEN),
        (ASKED, False, "answer", CHOSEN),
    ],
    ids=["what bears on it", "for a list all, the best last", "all for a summary", "all by a large model"],
)
def test_how_much_of_the_evidence_is_read(asked: str, small: bool, task: Task, read: list[Evidence]) -> None:
    assert list(reading(asked, small=small, task=task).read(CHOSEN)) == read


@pytest.mark.parametrize("small", [True, False])
def test_a_small_model_is_not_told_again_of_which_report_the_next_line_is(small: bool) -> None:
    lines = reading(small=small).messages(ASKED, "zh", [BEST, BEST])[-1].content.split("\n")
    labels = ["（产业报告）" in line for line in lines if line.startswith("[")]
    assert labels == [True, not small]


@pytest.mark.parametrize("small", [True, False])
def test_marks_come_in_normal_form_and_only_those_of_what_was_given(small: bool) -> None:
    look = reading(said="装机8.7吉瓦【1】，另有9吉瓦[7]。", small=small)
    said = look.said(look.messages(ASKED, "zh", CHOSEN), "zh", {1: 3})
    assert "".join(said) == "装机8.7吉瓦[3]，另有9吉瓦。"


def test_a_reply_in_circles_is_ended() -> None:
    look = reading(said="储能装机增长很快。" * 100)
    assert len("".join(look.said(look.messages(ASKED, "zh", CHOSEN), "zh", {1: 1}))) < 300
