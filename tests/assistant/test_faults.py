"""Replies that are no answer, whoever wrote them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import prompts
from assistant.faults import endless, fault, in_language, spoken_in
from assistant.models.base import Message
from vectorstore.schema import Lang


def asking(lang: Lang) -> list[Message]:
    rendered = prompts.load("answer", lang).render(question="问题？", evidence="[1] 2023年为2137亿元。")
    return [Message(role, text) for role, text in rendered]


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("[1][2]。", "empty"),
        ("……！？", "empty"),
        ("\ufffd\ufffd产\ufffd业\ufffd", "garbled"),
        ("规模\x00\x01\x02为2137亿元", "garbled"),
        ("增长" * 40, "endless"),
        ("2023年为2137亿元，" * 9, "endless"),
        ("根据编号资料回答。规则：只用资料里的内容，数字照抄，不计算、不推测。", "echo"),
        ("In 2023 it was 213.7 billion yuan [1].", "language"),
        ("В 2023 году рынок составил 213,7 млрд юаней [1].", "language"),
        ("2023年为2137亿元[1]。", ""),
        ("报告没有提到。", ""),
        ("ChatGPT由OpenAI开发[1]。", ""),
    ],
)
def test_a_chinese_reply(reply: str, found: str) -> None:
    assert fault(reply, asking("zh"), "zh") == found


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        ("2023年为2137亿元[1]。", "language"),
        ("その市場は大きい[1]。", "language"),
        ("It came to 213.7 billion yuan in 2023 [1].", ""),
        ("213.7 billion yuan [1].", ""),
        ("Copy figures exactly as they stand; do not calculate or guess.", "echo"),
    ],
)
def test_an_english_reply(reply: str, found: str) -> None:
    assert fault(reply, asking("en"), "en") == found


@pytest.mark.parametrize("text", ["| --- " * 9, "." * 60, "哈哈哈哈", "1000000000000"])
def test_ruled_lines_and_short_runs_are_not_endless(text: str) -> None:
    assert not endless(text)


@given(st.text(max_size=300))
def test_any_reply_gets_a_verdict(reply: str) -> None:
    for lang in ("zh", "en"):
        verdict = fault(reply, asking(lang), lang)
        assert verdict or in_language(reply, lang)


@pytest.mark.parametrize(
    ("sentence", "lang", "stays"),
    [
        ("模型会编造内容。", "zh", True),
        ("GPT-4 Turbo、Claude 3", "zh", True),
        ("Language models state false things with confidence.", "zh", False),
        ("Модели выдумывают.", "zh", False),
        ("モデルはうそをつく。", "zh", False),
        ("Модели выдумывают.", "en", False),
        ("2137亿", "zh", True),
        ("12.5%", "zh", True),
        ("12.5%", "en", True),
        ("Models make things up.", "en", True),
        ("Models 会编造内容.", "en", False),
    ],
)
def test_a_sentence_that_can_stay_in_an_answer(sentence: str, lang: Lang, stays: bool) -> None:
    assert spoken_in(sentence, lang) is stays
