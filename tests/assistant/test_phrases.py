"""The sentences of refusal: said by code, and recognised when a model says them."""

from __future__ import annotations

import re

import pytest

from assistant.phrases import (
    EMPTY,
    NEAREST_AT,
    REFUSED,
    is_refusal,
    tells_of_silence,
    without_questions,
    without_refusals,
)


@pytest.mark.parametrize("phrases", [REFUSED, EMPTY, NEAREST_AT])
def test_each_is_in_its_language(phrases: dict[str, str]) -> None:
    assert re.search("[\u4e00-\u9fff]", phrases["zh"])
    assert phrases["zh"].endswith("。")
    assert phrases["en"].isascii()
    assert phrases["en"].endswith(".")


@pytest.mark.parametrize(
    "said",
    [
        *REFUSED.values(),
        "报告没有提到。",
        "报告中没有提到该公司的员工数。",
        "资料未提及相关数据。",
        "未提及。",
        "The reports do not say.",
        "the reports do not mention the number of employees.",
        "Unfortunately, the sources do not provide this figure.",
        "\n The report does not specify it.",
    ],
)
def test_a_refusal_is_recognised(said: str) -> None:
    assert is_refusal(said)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "2023年规模为2137亿元[1]。",
        "The market reached 213.7 billion yuan in 2023 [1].",
        "The market reached 213.7 billion yuan [1]. The reports do not say how fast it grew.",
        "规模为2137亿元[1]。报告没有提到增速。",
        "The company does not say it sells robots [1].",
        "欧盟的法规禁止未提供说明的系统[2]。",
        "报告期内公司未提供对外担保[1]。",
        "年度报告未提供担保的情况[1]。",
        "Sources of revenue do not include advertising [1].",
    ],
)
def test_an_answer_is_no_refusal(said: str) -> None:
    assert not is_refusal(said)


@pytest.mark.parametrize(
    ("said", "silent"),
    [
        ("资料没有提到利润。", True),
        ("根据所给资料，报告没有提到员工数", True),
        ("报告中没有关于该公司的数据。", True),
        ("The provided reports don't specify the price.", True),
        ("There is no information in the reports on this.", True),
        ("信息技术板块不包含硬件业务。", False),
        ("报告没有提到利润，但收入为55亿元。", False),
        ("信息技术板块收入下降，不涉及硬件业务，主要由李雷负责。", False),
        ("新材料不包含镍。", False),
    ],
)
def test_what_says_only_that_the_reports_are_silent_needs_no_evidence(said: str, *, silent: bool) -> None:
    assert tells_of_silence(said) is silent


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("规模为2137亿元[1]。报告没有提到增速。", "规模为2137亿元[1]。"),
        ("It was 213.7 billion yuan [1]. The reports do not say more.", "It was 213.7 billion yuan [1]."),
        ("It was 213.7 billion yuan [1].\nThe reports do not say.", "It was 213.7 billion yuan [1]."),
        ("规模为2137亿元[1]。", "规模为2137亿元[1]。"),
        ("It grew by 14.6 percent [1]! So what? [2]", "It grew by 14.6 percent [1]! So what? [2]"),
        ("The reports do not say.", ""),
    ],
)
def test_a_stray_refusal_after_an_answer_goes_and_the_rest_stays_as_it_is(said: str, kept: str) -> None:
    assert without_refusals(said) == kept


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("规模有多大？2137亿元[1]。", "2137亿元[1]。"),
        ("How much was it [1]? It was $2 [2].", "It was $2 [2]."),
        ("GPT-3.5 costs $1. Is it dear? No.", "GPT-3.5 costs $1. No."),
        ("规模有多大？", "规模有多大？"),
        ("报告题为“谁能先落地？”[1]。", "报告题为“谁能先落地？”[1]。"),
    ],
)
def test_a_question_that_a_model_repeats_goes(said: str, kept: str) -> None:
    assert without_questions(said) == kept
