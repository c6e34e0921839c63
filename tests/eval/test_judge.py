from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from assistant.models.base import Message
from eval.agreement import Label, fingerprint
from eval.dataset import Question
from eval.judge import citations, judge, judge_all, table
from eval.retrieval import Sources
from tests.eval.conftest import reference


class Grader:
    """Gives the grades it is told to, in turn, and the same verdict on all citations; remembers what it graded."""

    name, small = "openai:grader", False

    def __init__(self, *grades: str, verdict: str = "") -> None:
        self.grades = grades
        self.verdict = verdict
        self.shown: list[str] = []

    def preload(self) -> None: ...

    def stream(self, messages: Sequence[Message], **_: Any) -> Iterator[str]:
        if re.search(r"^(?:句子：|Sentences:)$", messages[-1].content, re.MULTILINE):
            yield self.verdict
            return
        self.shown.append(messages[-1].content)
        yield self.grades[(len(self.shown) - 1) % len(self.grades)]


def record(question: Question, sources: Sources) -> dict[str, Any]:
    return reference(question, sources).record(question.id)


@pytest.mark.parametrize(
    ("grades", "value"),
    [(("2", "2"), 1.0), (("1", "Grade: 1"), 0.5), (("0",), 0.0), (("2", "1"), None), (("well", "2"), None)],
)
def test_a_grade_counts_when_both_orders_agree(
    grades: tuple[str, ...], value: float | None, questions: list[Question], sources: Sources
) -> None:
    assert judge(record(questions[0], sources), questions[0], Grader(*grades)).value == value


def test_both_texts_are_shown_in_both_orders_and_without_marks(
    questions: list[Question], sources: Sources
) -> None:
    model = Grader("2")
    answer = {**record(questions[0], sources), "answer": "共31.6万台 [1]。"}
    judge(answer, questions[0], model)
    one, other = model.shown
    assert one.index("共31.6万台") > one.index("全国工业机器人")
    assert other.index("共31.6万台") < other.index("全国工业机器人")
    assert "[1]" not in one + other


def test_what_has_no_reference_or_was_refused_costs_no_call(questions: list[Question], sources: Sources) -> None:
    model = Grader("2")
    assert judge(record(questions[4], sources), questions[4], model).value is None
    refused = {**record(questions[0], sources), "refused": True}
    assert judge(refused, questions[0], model).value == 0.0
    assert judge(record(questions[0], sources), replace(questions[0], answer=""), model).value is None
    assert model.shown == []


def test_the_judge_is_compared_with_key_facts_and_with_people(
    questions: list[Question], sources: Sources
) -> None:
    pairs = [(record(question, sources), question) for question in questions]
    labels = [Label("q-1", fingerprint(pairs[0][0]), "zh", False, (True,))]
    lines = list(judge_all(pairs, Grader("2", "2", "0", "0"), sources, labels))
    said = table(lines, "openai:grader")
    assert "mean grade 0.500 over 4 answers; 2 without a settled grade" in said
    assert "| key facts | 4 | 0.500 |" in said
    assert "| hand labels | 1 | 0.000 | 0.000 to 0.793 | 0.00 | 1 | 0 |" in said


@pytest.mark.parametrize(("reply", "held"), [("1 是", True), ("1 否", False), ("也许", None)])
def test_each_sentence_is_judged_by_what_it_cites(
    reply: str, held: bool | None, questions: list[Question], sources: Sources
) -> None:
    assert citations(record(questions[0], sources), Grader(verdict=reply), sources) == [held]


def test_a_sentence_without_a_quote_has_no_verdict(questions: list[Question], sources: Sources) -> None:
    bare = record(questions[0], sources)
    bare["sentences"] = [{**sentence, "marks": []} for sentence in bare["sentences"]]
    assert citations(bare, Grader(verdict="1 否"), sources) == [None]


def test_verdicts_are_compared_with_the_check_and_with_people_sentence_by_sentence(
    questions: list[Question], sources: Sources
) -> None:
    pairs = [(record(questions[0], sources), questions[0])]
    labels = [Label("q-1", fingerprint(pairs[0][0]), "zh", True, (False,))]
    lines = list(judge_all(pairs, Grader("2", verdict="1 否"), sources, labels))
    said = table(lines, "openai:grader")
    assert "Citations: 0.000 of 1 sentences borne out; 0 without a verdict." in said
    assert "| checker, by sentence | 1 | 0.000 |" in said
    assert "| hand labels, by sentence | 1 | 1.000 |" in said
