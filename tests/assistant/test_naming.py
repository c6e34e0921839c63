"""The names of a claim beside those of its evidence."""

from __future__ import annotations

import pytest

from assistant.naming import absent_names, names_alone


@pytest.mark.parametrize(
    ("claim", "source", "about", "absent"),
    [
        ("据深圳的白皮书，企业有9家。", "企业有9家。", "深圳市人工智能行业协会", set()),
        ("据深圳的白皮书，企业有9家。", "企业有9家。", "艾瑞咨询", {"shenzhen"}),
        ("百度发布了模型。", "阿里巴巴发布了模型。", "", {"baidu"}),
        ("GPT-4 has more.", "GPT-3有更多。", "", {"gpt4"}),
        ("It uses A100s.", "使用A100。", "", set()),
        ("It is made by Synchro.", "由Synchron制造。", "", {"synchro"}),
        ("It has 1,800 B parameters.", "参数规模为1,800。", "", set()),
    ],
)
def test_names_that_ought_to_stand_in_the_evidence(claim: str, source: str, about: str, absent: set[str]) -> None:
    assert absent_names(claim, [source], about, "") == absent


@pytest.mark.parametrize(
    ("claim", "source", "alone"),
    [
        ("Xiao-i", "其中有小i机器人和第四范式。", True),
        ("4Paradigm and Xiao-i", "其中有小i机器人和第四范式。", False),
        ("UBTech", "其中有第四范式。", False),
        ("Advertising copy", "其中有第四范式。", False),
    ],
)
def test_an_item_may_be_a_name_alone(claim: str, source: str, alone: bool) -> None:
    assert names_alone(claim, [source]) is alone
