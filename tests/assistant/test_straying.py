"""An answer that strays from its question is taken for none."""

from __future__ import annotations

import pytest

from assistant.citations import Checked
from assistant.schema import Citation, Sentence
from assistant.straying import strays
from tests.assistant.builders import piece


@pytest.mark.parametrize(
    ("asked", "told", "away"),
    [
        ("中国的储能市场有多大？", "全球储能市场的规模为75亿美元[1]。", True),
        ("哪个国家的储能市场比中国大？", "美国的储能市场规模为75亿美元[1]。", False),
        ("中国的储能市场有多大？", "国内储能市场的规模为75亿美元[1]。", False),
        ("百度申请了多少件专利？", "百度有645家企业[1]。", True),
        ("百度的专利为什么多？", "百度的研发投入大[1]。", False),
        ("百度的储能市场有多大？", "华为的储能市场规模为75亿美元[1]。", True),
    ],
)
def test_an_answer_strays_to_another_country_measure_or_name(asked: str, told: str, away: bool) -> None:
    assert strays(asked, Checked(told, (), ()), [piece(told)], "北辰证券") is away


@pytest.mark.parametrize(
    ("asked", "told", "away"),
    [
        ("2022年的储能融资一共多少亿元？", ["从2022年起融资减少，2023年为73.3亿元。"], True),
        ("2022年的储能融资一共多少亿元？", ["2023年为73.3亿元。", "2022年为91亿元。"], False),
        ("2022年的储能融资一共多少亿元？", ["融资一共73.3亿元。"], False),
        ("储能融资一共多少亿元？", ["2023年，融资一共73.3亿元。"], False),
        ("2022年的储能融资为什么比去年减少？", ["2023年，融资一共73.3亿元。"], False),
        ("2023年储能白皮书里融资是多少亿元？", ["2022年，融资一共73.3亿元。"], False),
        ("How much was raised for storage in 2022?", ["In 2023, 7.33 billion yuan was raised."], True),
    ],
)
def test_a_figure_of_another_year_than_the_one_asked_about_is_no_answer(
    asked: str, told: list[str], away: bool
) -> None:
    sentences = tuple(Sentence(text, (1,), "supported") for text in told)
    checked = Checked("".join(told), sentences, ())
    assert strays(asked, checked, [piece("".join(told))], "") is away


def test_an_answer_may_call_by_the_name_of_a_measure_what_is_none() -> None:
    said, told = "北辰储能的估值为2100万美元[1]。", "北辰储能在2024年3月融资2100万美元。"
    cited = Citation(1, "r1", "r1.txt", "", None, 0, len(told), told, supported=True)
    assert strays("北辰储能的估值是多少？", Checked(said, (), (cited,)), [piece(told)], "")


def test_what_an_answer_leaves_to_its_question_may_stand_in_what_it_cites() -> None:
    asked, told = "How many researchers does China have?", "1,014, a third of those of the United States [1]."
    cited = Citation(1, "r1", "r1.txt", "", None, 0, 9, "中国有1014人，为美国的三分之一。", supported=True)
    assert strays(asked, Checked(told, (), ()), [], "")
    assert not strays(asked, Checked(told, (), (cited,)), [], "")
