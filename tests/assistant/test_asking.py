"""What kind of answer a question asks for."""

from __future__ import annotations

import pytest

from assistant.asking import asks_for_one_thing, asks_why, gives_a_figure, wants_more


@pytest.mark.parametrize(
    ("question", "one"),
    [
        ("2021年深圳人工智能核心产业规模是多少亿元？", True),
        ("国家数据局首任局长是谁？", True),
        ("When does the firm plan to open its plant?", True),
        ("What gross margin did the firm report for 2022?", True),
        ("How many plants does it have, and where are they?", False),
        ("收入多少，由哪家公司贡献？", False),
        ("国内公司有哪几家？", False),
        ("Which cities lead?", False),
        ("为什么收入下降了多少都说不清？", False),
        ("What explains the share that was lost?", False),
    ],
)
def test_one_thing_is_a_figure_a_date_or_a_person_asked_for_alone(question: str, one: bool) -> None:
    assert asks_for_one_thing(question) is one


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("为什么光伏组件降价？", True),
        ("Why did prices fall?", True),
        ("How does the firm make money?", True),
        ("How much money does the firm make?", False),
        ("哪家公司最大？", False),
    ],
)
def test_reasons_and_ways_are_asked_for_by_their_words(question: str, why: bool) -> None:
    assert asks_why(question) is why


@pytest.mark.parametrize(
    ("question", "answer", "more"),
    [
        ("收入和利润分别是多少？", "收入为55亿元。", True),
        ("收入是多少？", "收入很高。", True),
        ("收入是多少？", "收入为55亿元。", False),
        ("How large is revenue and how many plants are there?", "5.5 billion yuan.", True),
        ("How large is revenue?", "5.5 billion yuan.", False),
    ],
)
def test_more_is_wanted_of_several_things_or_a_missing_figure(question: str, answer: str, more: bool) -> None:
    assert wants_more([question], answer) is more


@pytest.mark.parametrize(
    ("answer", "given"),
    [("占一半以上。", True), ("增长了三倍。", True), ("有五家工厂。", True), ("No plant was built.", True),
     ("成立于2023年5月6日。", False), ("It was founded in 2021.", False)],
)  # fmt: skip
def test_a_figure_may_be_told_in_words_and_a_date_is_none(answer: str, given: bool) -> None:
    assert gives_a_figure(answer) == given
