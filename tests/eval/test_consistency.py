from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from eval.consistency import contradiction
from eval.dataset import Question


def record(*sentences: str) -> dict[str, Any]:
    return {"sentences": [{"text": text, "marks": [1], "state": "supported"} for text in sentences]}


PREMISE = Question(
    "p", "zh", "false_premise", "新加坡2023年第一次出台国家人工智能战略，关注哪些目标？",
    "这不是第一次，2019年已有战略。",
    key_facts=(("2019",), ("两大目标",)),
)
RATES = Question(
    "n", "en", "number", "What share of datasets is in Chinese, and what share in English?",
    "Chinese made up only 5.6% of datasets, against 56.9% for English.", key_facts=(("5.6%",), ("56.9%",)),
)


def test_a_premise_that_is_accepted_before_it_is_corrected_is_a_contradiction() -> None:
    accepted = "新加坡2023年第一次出台国家人工智能战略，关注两大目标。"
    correction = "2019年已有国家人工智能战略，2023年的是新版。"
    assert "accepts the premise" in contradiction(record(accepted, correction), PREMISE)
    assert contradiction(record(correction, accepted), PREMISE) == ""
    assert contradiction(record("新加坡2023年第一次出台国家人工智能战略关注的目标：", correction), PREMISE) == ""


def test_what_does_not_call_it_the_first_does_not_accept_that_it_was() -> None:
    told = "新加坡出台国家人工智能战略 2023年12月4日，对2019年的战略加以更新，重点关注两大目标。"
    assert contradiction(record(told), PREMISE) == ""


def test_a_clause_that_accepts_the_premise_is_one_though_its_sentence_goes_on_to_correct_it() -> None:
    accepted = "新加坡第一次出台国家人工智能战略，因为2019年已有的战略内容陈旧，需要在新的形势下加以更新。"
    denied = "新加坡并不是第一次出台国家人工智能战略，2019年已有战略。"
    assert "accepts the premise" in contradiction(record(accepted), PREMISE)
    assert contradiction(record(denied), PREMISE) == ""


@pytest.mark.parametrize(
    ("answer", "swapped"),
    [
        ("English holds 5.6%.", True),
        ("In 2023 Chinese made up 56.9% of datasets, and English holds 5.6%.", True),
        ("Chinese made up 5.6% of datasets, English 56.9%.", False),
        ("The shares of English and Chinese were 56.9% and 5.6%, respectively.", False),
    ],
)
def test_figures_that_are_swapped_against_the_reference_are_a_contradiction(answer: str, swapped: bool) -> None:
    assert bool(contradiction(record(answer), RATES)) is swapped


def test_the_reference_never_contradicts_itself(questions: list[Question]) -> None:
    for question in [*questions, PREMISE, RATES]:
        assert contradiction(record(question.answer), question) == ""


def test_an_answer_that_was_not_cut_into_sentences_is_looked_at_as_a_whole() -> None:
    assert "swaps" in contradiction({"answer": "English holds 5.6%.", "sentences": []}, RATES)
    assert contradiction({"answer": "Chinese made up 5.6%."}, RATES) == ""


COSTS = replace(
    RATES,
    question="Star voice: how much was saved with agents, and how much without?",
    answer="About 50% with agents and about 90% without, at 90% to 95% of the quality of people.",
    key_facts=(("50%",), ("90%",)),
)
PARTS = replace(
    RATES,
    question="这两个框架谁的星数高、谁的贡献者多？",
    answer="北辰星数更高，5.6千对南斗的4千；南斗贡献者更多，约500人对北辰的约200人。",
    key_facts=(("5.6",), ("500",)),
)


@pytest.mark.parametrize(
    ("answer", "question"),
    [
        ("At 90%-95% of the quality, the saving with agents was 50%, and that without was 90%.", COSTS),
        ("北辰的星数为5.6千，南斗的贡献者为500人。", PARTS),
    ],
)
def test_ranges_and_subjects_in_the_clause_in_front_are_no_swap(answer: str, question: Question) -> None:
    assert contradiction(record(answer), question) == ""
