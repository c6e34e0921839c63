from __future__ import annotations

from typing import Any

import pytest

from eval.dataset import Question
from eval.retrieval import Sources
from eval.wording import conflict_coverage, numeric, overlap_f1, token_f1, words

NOWHERE = Sources({}.__getitem__)


def said(answer: str, refused: bool = False) -> dict[str, Any]:
    return {"answer": answer, "refused": refused}


def asked(answer: str = "", *facts: tuple[str, ...], lang: str = "zh", type: str = "number") -> Question:
    return Question("q", lang, type, "多少？", answer, key_facts=facts)


@pytest.mark.parametrize(
    ("text", "lang", "units"),
    [
        ("The cat, a dog & AN owl.", "en", ["cat", "dog", "owl"]),
        ("GPT-4：参数有1.8万亿。", "zh", ["gpt4", "参", "数", "有", "18", "万", "亿"]),
        ("《三体》 Three-Body", "zh", ["三", "体", "threebody"]),
        ("。，", "zh", []),
    ],
)
def test_units_are_words_in_english_and_characters_in_chinese(
    text: str, lang: str, units: list[str]
) -> None:
    assert words(text, lang) == units


@pytest.mark.parametrize(
    ("answer", "reference", "lang", "f1"),
    [
        ("Denver Broncos", "the Denver Broncos", "en", 1.0),
        ("the Broncos of Denver", "Denver Broncos", "en", 0.8),
        ("丹佛野马队", "野马队", "zh", 0.75),
        ("cat cat cat", "cat", "en", 0.5),
        ("", "cat", "en", 0.0), ("dog", "cat", "en", 0.0), ("the", "the", "en", 0.0),
    ],
)
def test_overlap_against_values_worked_out_by_hand(
    answer: str, reference: str, lang: str, f1: float
) -> None:
    assert overlap_f1(answer, reference, lang) == pytest.approx(f1)


def test_the_nearest_reference_counts_and_marks_do_not() -> None:
    question = asked("It was the Denver Broncos who won.", ("Denver Broncos", "Broncos"), lang="en")
    assert token_f1(said("Broncos [1]"), question, NOWHERE).value == 1.0
    assert token_f1(said("Broncos", refused=True), question, NOWHERE).value == 0.0
    assert token_f1(said("Broncos"), asked(), NOWHERE).value is None


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("规模为2137亿元，增长30.6% [1]。", 1.0), ("213.7 billion yuan, up 30.6%", 1.0),
        ("0.2137 trillion yuan", 0.5), ("两千一百三十七亿元", 0.5), ("2138亿元，30.7%", 0.0), ("", 0.0),
        ("213.7 billion dollars", 0.0),
    ],
)
def test_figures_are_exact_by_value_in_any_unit(answer: str, value: float) -> None:
    question = asked("", ("2137亿元", "213.7billion yuan"), ("30.6%",), ("艾瑞咨询",))
    assert numeric(said(answer), question, NOWHERE).value == value


def test_without_a_figure_there_is_nothing_to_be_exact_about() -> None:
    assert numeric(said("艾瑞"), asked("", ("艾瑞咨询",)), NOWHERE).value is None
    assert numeric(said("艾瑞"), asked(type="unanswerable"), NOWHERE).value is None
    assert numeric(said("2137亿", refused=True), asked("", ("2137亿",)), NOWHERE).value == 0.0


def test_a_conflict_is_covered_by_as_many_sides_as_are_mentioned() -> None:
    question = asked("", ("2137亿",), ("1751亿",), type="conflict")
    for answer, value in (("2137亿，也有说1751亿", 1.0), ("2137亿", 0.5), ("很多", 0.0)):
        assert conflict_coverage(said(answer), question, NOWHERE).value == value
    assert conflict_coverage(said("2137亿"), asked("", ("2137亿",)), NOWHERE).value is None
