"""An answer that strays from its question is taken for none."""

from __future__ import annotations

import pytest

from assistant.citations import Checked
from assistant.schema import Citation
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


def test_what_an_answer_leaves_to_its_question_may_stand_in_what_it_cites() -> None:
    asked, told = "How many researchers does China have?", "1,014, a third of those of the United States [1]."
    cited = Citation(1, "r1", "r1.txt", "", None, 0, 9, "中国有1014人，为美国的三分之一。", supported=True)
    assert strays(asked, Checked(told, (), ()), [], "")
    assert not strays(asked, Checked(told, (), (cited,)), [], "")
